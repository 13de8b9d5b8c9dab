"""自己说: a sentence in the trainee's own words, to a simulated caller who understands and answers."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from console.call_desk import TALKING
from console.practice.lesson import PracticeDesk
from console.practice.talk import OPENING
from screens.actions import Action
from screens.desk import Dialog
from screens.rates.telling import broken
from screens.widgets.fields import Field


class SayPage(Dialog):
    """Each Enter says what stands in the field; the answer comes below, with all that was said before."""

    ACTIONS = (Action("take", "f2", "说", "s", "把写好的这句说给来电人听；回车也行。"),)

    def __init__(self, model: PracticeDesk) -> None:
        super().__init__()
        self._model = model

    def body(self) -> ComposeResult:
        """Lay out the field over the talk."""
        with Vertical(id="page"):
            yield Field(id="query", placeholder="用自己的话说或问，回车说出，Esc 回到记录")
            with VerticalScroll(id="reading"):
                yield Static(id="article")

    def on_mount(self) -> None:
        """Begin to write."""
        self.query_one("#page").border_title = "自己说 · 来电人会回答"
        self.query_one("#reading").can_focus = False
        self.query_one("#query").focus()
        self.call_after_refresh(self._show)

    @on(Input.Submitted, "#query")
    def submitted(self) -> None:
        """Enter says it."""
        self.action_take()

    def action_take(self) -> None:
        """Say it."""
        field, state = self.query_one("#query", Field), self._model.call_state
        if not field.value.strip():
            self.tell("还没有写要说的话", error=True)
        elif state is None or self._model.phase not in TALKING:
            self.tell("通话已结束，来电人听不到了：按 Esc 回到记录", error=True)
        elif self._model.phase == "held":
            self.tell("来电人在等待中，听不到：按 Esc 回去，再按 Ctrl+T 恢复通话", error=True)
        else:
            self._model.line.say(state.call_id, field.value.strip())
            field.value = ""
            self._show()

    def _show(self) -> None:
        state, reading = self._model.call_state, self.query_one("#reading", VerticalScroll)
        width, text = reading.scrollable_content_region.width, Text()
        for each in self._model.line.talk(state.call_id).heard if state else ():
            if each.act != OPENING:
                text.append(broken(f"我：{each.text}", width), "dim")
            if each.reply:
                text.append(broken(f"来电人：{each.reply}", width))
        self.query_one("#article", Static).update(text)
        self.call_after_refresh(reading.scroll_end, animate=False)
