"""改答案的理由: why an answer is changed (5.4.4)."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Label

from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.choices import Radio, Typed
from screens.widgets.fields import Field

REASONS = ("诉求人改口", "记录有误", "听录音更正")


class ReasonPage(Dialog):
    """A digit takes a reason; words may be added."""

    ACTIONS = (Action("take", "f8", "改", "g", "改成新的答案；原来的答案与理由一并保留（5.4.4）。"),)

    def __init__(self, take: Callable[[str], None]) -> None:
        super().__init__()
        self._take = take

    def body(self) -> ComposeResult:
        """Lay out the reasons and a line for words."""
        with Vertical(id="page", classes="short"):
            yield Label("为什么改？原来的答案会一并保留")
            yield Radio(REASONS, id="why")
            yield Field(id="text", placeholder="补充说明，可不写")

    def on_mount(self) -> None:
        """Begin on the reasons."""
        self.query_one("#page").border_title = "改答案 · 5.4.4"
        self.query_one("#why").focus()

    @on(Typed)
    def typed(self, event: Typed) -> None:
        """Words typed on the reasons are the words beside them."""
        field = self.query_one("#text", Field)
        field.focus()
        field.insert_text_at_cursor(event.text)

    def action_take(self) -> None:
        """Give the reason."""
        words = [self.query_one("#why", Radio).value, self.query_one("#text", Field).value.strip()]
        reason = "：".join(filter(None, words))
        if not reason:
            self.tell("请选一个理由，或写下来", error=True)
            return
        self.dismiss(None)
        self._take(reason)
