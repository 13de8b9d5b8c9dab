"""A reason in one line, for an act that has to be explained: giving back, withdrawing, handling a report."""

from collections.abc import Callable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from data.db import StorageError
from kb.articles import KnowledgeError
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field


class ReasonDialog(Dialog):
    """Asks for the words and does the act with them; a refusal stays on the page."""

    ACTIONS = (Action("take", "f8", "确定", "qd", "照所写的原因办理。"),)

    def __init__(self, heading: str, what: str, hint: str, act: Callable[[str], None]) -> None:
        super().__init__()
        self._heading, self._what, self._hint, self._act = heading, what, hint, act

    def body(self) -> ComposeResult:
        """Lay out what it is about, and the field."""
        with Vertical(id="page"):
            yield Static(Text(self._what, "bold"))
            yield Field(id="words", placeholder=self._hint)

    def on_mount(self) -> None:
        """Begin to write."""
        self.query_one("#page").border_title = self._heading
        self.query_one("#words").focus()

    @on(Input.Submitted, "#words")
    async def submitted(self) -> None:
        """Do it."""
        await self.action_do("take")

    def action_take(self) -> None:
        """Do it."""
        try:
            self._act(self.query_one("#words", Field).value)
        except (KnowledgeError, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
