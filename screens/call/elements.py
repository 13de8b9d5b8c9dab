"""The elements of appendix C one by one: fill one, or record that it was asked for and not given."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from console.call_desk import CallDesk
from console.judgement import element_value
from data.record import NOT_REACHED, NOT_WRITTEN, REFUSED, UNKNOWN, WEB_MARKS, Record
from screens.actions import Action
from screens.call.panels import MARKS
from screens.desk import Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList
from scripts.elements import ElementState

OWN_WORDS = "own_words"  # 威胁原话
MARKING = ("refused", "unknown", "unwritten")  # the actions that say an element is not to be had


def number_of(record: Record) -> str:
    """The number on which the claimant can be rung back."""
    return record.claimant.contact or record.claimant.phone


class ElementsDialog(Dialog):
    """The list of elements; what is typed belongs to the one under the cursor."""

    ACTIONS = (
        Action("refused", "f2", "不愿提供", "bytg", "记为：已问，来电人不愿提供。"),
        Action("unknown", "f4", "不清楚", "bqc", "记为：已问，来电人不清楚。"),
        Action("unwritten", "f5", "未写明", "wxm", "网络诉求没有写明：先回电补问；打不通或没有电话的，这样记明。"),
        Action("clear", "f6", "清除", "qc", "清除这一项的补记，可再填。"),
        Action("back", "f8", "确定", "qd", "回到受理台。"),
    )
    BINDINGS = ARROWS

    def __init__(self, model: CallDesk) -> None:
        super().__init__()
        self.model = model
        self._rung = False  # the claimant of a web submission was rung, in vain

    @property
    def states(self) -> list[ElementState]:
        """The elements as they stand."""
        return self.model.judgement.states if self.model.judgement else []

    def body(self) -> ComposeResult:
        """Lay out the list, the question and the answer."""
        with Vertical(id="page"):
            yield PickList(empty="先在受理台选类型，这里才有要素。")
            yield Static(id="question")
            yield Field(id="answer", placeholder="来电人的回答，回车记下并到下一项")

    def on_mount(self) -> None:
        """Begin at the first missing element."""
        self.query_one("#page").border_title = "要素 · 附录C · ↑↓ 选择"
        self._fill()
        first = next((at for at, state in enumerate(self.states) if state.status == "missing"), 0)
        self.query_one(PickList).move(first)
        self.query_one("#answer").focus()

    def why_not(self, action_id: str) -> str:
        """Marks need an element, and must be true of how the request came in."""
        record = self.model.record
        if action_id == "back":
            return ""
        if not self.states:
            return "还没有要素：先在受理台选类型"
        web, state = self.model.talk is None, self._state()
        if action_id == "unwritten" and not web:
            return "电话里请直接问来电人；“未写明”只用于没有通话的诉求"
        if action_id in ("refused", "unknown") and web and not number_of(record):
            return "这件网络诉求没有留电话，没有问过：请按 F5 记为未写明"
        if action_id in MARKING and state and state.status == "present":
            typed = element_value(record, state.id)
            way = "要改写请在下面改，要作废请先按 F6 清除" if typed else "写错的请先到正文里改"
            return f"“{state.label}”已经有了：{way}"
        if action_id in MARKING and state and state.id == OWN_WORDS and self.model.threatened:
            return "威胁的话就写在正文里，不能记为没有：请按回车给原话加全角引号（附录C.4）"
        return ""

    def action_move(self, by: int) -> None:
        """Go to another element."""
        self.query_one(PickList).move(by)

    @on(PickList.Moved)
    def show_element(self) -> None:
        """Show the question, and what was noted."""
        state = self._state()
        if state is None:
            return
        definition = next((e.definition for e in self.model.house.packs.elements.elements if e.id == state.id), "")
        text = Text().append(f"▸{state.ask}\n", "bold")
        text.append(definition, "dim")
        if state.note:
            text.append(f"\n{state.note}")
        if state.id == OWN_WORDS and state.status == "missing" and self.model.threatened:
            text.append("\n▸按回车，给正文里威胁的那句话加上全角引号；请核对是否为原话", "bold")
        elif self.model.talk is None and state.status == "missing":
            number = number_of(self.model.record)
            text.append(f"\n▸网络诉求：回电 {number} 补问，打不通按 F5" if number else "\n▸网络诉求没有留电话：按 F5")
        self.refresh_keys()
        self.query_one("#question", Static).update(text)
        with self.prevent(Input.Changed):
            self.query_one("#answer", Field).value = element_value(self.model.record, state.id)

    @on(Input.Changed, "#answer")
    def keep(self, event: Input.Changed) -> None:
        """Keep the answer as it is typed."""
        state = self._state()
        if state is not None:
            self.model.mark(state, text=event.value.strip())
            self._fill(keep=True)

    @on(Input.Submitted, "#answer")
    def following(self) -> None:
        """Go to the next missing element; the own words that stand in the text are quoted there."""
        state = self._state()
        told = element_value(self.model.record, OWN_WORDS).strip("“”\"' ")
        if state and state.id == OWN_WORDS and state.status == "missing" and told:
            self.model.mark(state, text=f"“{told}”")
            self._fill(keep=True)
        elif state and state.id == OWN_WORDS and state.status == "missing" and self.model.quote_threat():
            self._fill(keep=True)
            self.tell("已在正文加全角引号：请核对是否为原话，不是的回受理台改")
        at = self.query_one(PickList).at
        order = [*range(at + 1, len(self.states)), *range(at)]
        following = next((index for index in order if self.states[index].status == "missing"), at)
        self.query_one(PickList).move(following - at)

    def action_refused(self) -> None:
        """The caller would not say."""
        self._mark(REFUSED)

    def action_unknown(self) -> None:
        """The caller does not know."""
        self._mark(UNKNOWN)

    def action_unwritten(self) -> None:
        """A web submission does not say; where it gives a number, the claimant is rung first."""
        number = number_of(self.model.record)
        if number and not self._rung:
            self._rung = True
            self.tell(f"请先回电 {number} 补问；打不通的，再按一次 F5")
            return
        self._mark(NOT_REACHED if number else NOT_WRITTEN)

    def action_clear(self) -> None:
        """Take the note away."""
        self._mark("")

    def _mark(self, asked: str) -> None:
        state = self._state()
        if state is not None:
            self.model.mark(state, asked=asked)
            self._fill(keep=True)
            if asked:
                self.following()
            else:
                self.show_element()

    def _state(self) -> ElementState | None:
        at = self.query_one(PickList).at
        return self.states[at] if at < len(self.states) else None

    def _fill(self, *, keep: bool = False) -> None:
        lines = []
        for state in self.states:
            mark, style = MARKS[state.status]
            line = Text(f"{mark} {state.label}", style)
            noted = self.model.record.elements.get(state.id)
            held = element_value(self.model.record, state.id) or state.evidence
            asked = noted.asked if noted else ""
            said = asked if asked in WEB_MARKS else f"已问，{asked}" if asked else held
            line.append(f"  {said[:40]}", "dim")
            line.append(f"  {state.clause}", "dim")
            lines.append(line)
        self.query_one(PickList).fill(lines, keep=keep)
