"""Words about one ticket: the dispatcher's opinion, or the reason for refusing a return or sending a reply back."""

from collections.abc import Callable
from typing import Literal

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from console.dispatch_desk import DispatchDesk
from data.db import StorageError
from data.events import Ticket
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import TextBox


class WordsDialog(Dialog):
    """Several lines, kept as they are typed; F8 goes on with them, and what ``act`` says against it stays on the page."""

    ACTIONS = (Action("take", "f8", "确定", "qd", "照所写的办理。"),)

    def __init__(
        self,
        model: DispatchDesk,
        ticket: Ticket,
        field: Literal["opinion", "answer"],
        told: tuple[str, str],
        act: Callable[[Ticket], str],
        *,
        begin: str = "",
    ) -> None:
        """Make the page.

        Args:
            model: whose texts these are.
            ticket: about which.
            field: which of the texts.
            told: the page's title, and what the words are for.
            act: does what F8 is for with the ticket as it was shown; returns why it could not, or nothing.
            begin: what is proposed while nothing is written; it stands selected, so that typing replaces it.
        """
        super().__init__()
        self._model, self._ticket, self._act, self._told = model, ticket, act, told
        self._field = field
        self._written: str = getattr(model.choice(ticket), field)
        self._proposed = "" if self._written else begin

    def body(self) -> ComposeResult:
        """Lay out what it is about, and the text."""
        with Vertical(id="page"):
            yield Static(Text(self._told[1], "bold"))
            yield TextBox(text=self._written or self._proposed, id="words")

    def on_mount(self) -> None:
        """Begin to write at the end of what was written, or over what is proposed."""
        page, box = self.query_one("#page"), self.query_one("#words", TextBox)
        page.border_title = self._told[0]
        box.move_cursor(box.document.end)
        if self._proposed:
            box.select_all()
            page.border_subtitle = "拟好的：F8 照用，直接写即换掉，按 End 接着写"
        box.focus()

    @on(TextArea.Changed, "#words")
    def written(self) -> None:
        """Keep what is written."""
        self._keep()

    def _keep(self) -> bool:
        words = self.query_one("#words", TextBox).text
        changed = {self._field: words}
        try:
            self._model.keep(self._ticket, msgspec.structs.replace(self._model.choice(self._ticket), **changed))
        except StorageError as error:
            self.tell(str(error), error=True)
            return False
        return True

    def action_take(self) -> None:
        """Go on with the words."""
        if not self._keep():
            return
        if reason := self._act(self._ticket):
            self._ticket = self._model.house.tickets.get(self._ticket.id) or self._ticket  # the reason said what is new
            self.tell(reason, error=True)
        else:
            self.dismiss(None)
