"""全文: the request whole, and how it was handled, while its claimant is on the line."""

from collections.abc import Sequence

from rich.console import Group
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from data.events import Ticket
from screens.actions import Action
from screens.desk import Dialog
from screens.ticket_pages import FORM, HISTORY, whole
from screens.widgets.pick import ARROWS


class RequestPage(Dialog):
    """Read only; the arrows move through it."""

    ACTIONS = (Action("other", "f7", "过程", "gc", "附录 D 工单与办理过程之间切换。"),)
    BINDINGS = ARROWS

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        super().__init__()
        self._tickets = tickets
        self._how = FORM

    def body(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll(id="page"):
            yield Static(id="article")

    def on_mount(self) -> None:
        """Show the form."""
        self._show()

    def _show(self) -> None:
        console = self.console
        self.query_one("#page").border_title = self._how
        drawn = [whole(console.house, each, self._how, console.actor) for each in self._tickets]
        self.query_one("#article", Static).update(Group(*drawn))

    def action_move(self, by: int) -> None:
        """Move through the text."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=by, animate=False)

    def action_other(self) -> None:
        """The form, or the history."""
        self._how = HISTORY if self._how == FORM else FORM
        self._show()
