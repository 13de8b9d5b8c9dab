"""发回重办: a request that its callback did not settle goes back to its unit, with the claimant's words (5.2.3)."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label

from console.callback import way_back
from console.callback_desk import CallbackDesk
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import TransitionRefused
from data.tickets import ActRefused, StaleTicket
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import TextBox


class SendBackPage(Dialog):
    """The reason, begun with what the claimant said."""

    ACTIONS = (Action("take", "f8", "发回", "fh", "发回承办单位重办，反馈时限从现在重新计算（5.2.3）。"),)

    def __init__(self, model: CallbackDesk, ticket: Ticket, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model, self._ticket, self._done = model, ticket, done

    def body(self) -> ComposeResult:
        """Lay out the reason."""
        with Vertical(id="page", classes="short"):
            held = self._ticket.handling.now_with
            yield Label(f"发回 {held.unit if held else ''} 重办；反馈时限从现在重新计算")
            yield TextBox(text=way_back(self._ticket), id="reason")

    def on_mount(self) -> None:
        """Begin behind the claimant's words."""
        self.query_one("#page").border_title = f"发回重办 · {self._ticket.number} · 5.2.3"
        box = self.query_one("#reason", TextBox)
        box.move_cursor(box.document.end)
        box.focus()

    def action_take(self) -> None:
        """Send it back."""
        try:
            after = self._model.send_back(self._ticket, self.query_one("#reason", TextBox).text.strip())
        except (TransitionRefused, ActRefused, StaleTicket, StorageError) as refused:
            self.tell(str(refused), error=True)
            return
        self.dismiss(None)
        self._done(f"已发回 {after.number}：{after.state}")
