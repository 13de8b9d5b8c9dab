"""The console in practice: the real call desk on the practice house, marked 练习 on every screen (6.3.2)."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult

from console.call_desk import TALKING
from console.practice.house import MARK
from console.practice.learning import Learning
from console.practice.lesson import Debrief, Lesson, PracticeDesk
from console.practice.line import ALL_RUNG
from console.practice.training import Training
from data.people import Actor, Role
from screens.actions import PRACTICE, Action
from screens.app import HotlineApp
from screens.call.panels import PhraseBox
from screens.call_desk import CallScreen
from screens.desk import Acting, Desk
from screens.practice.courses import CoursesScreen
from screens.practice.debrief import DebriefPage
from screens.practice.drill import open_drill
from screens.practice.say import SayPage
from screens.practice.training import TrainingScreen
from screens.widgets.quiet import Quiet


class PracticeScreen(CallScreen):
    """The call desk, where a call that is over is talked about."""

    NAME = "受理"
    MORE: ClassVar[tuple[Action, ...]] = PRACTICE

    def __init__(self, model: PracticeDesk) -> None:
        super().__init__(model)
        self._desk = model
        model.told = self._over

    def body(self) -> ComposeResult:
        """Lay out the coach's line over the desk; it takes no room in an exam."""
        yield Quiet(id="coach")
        yield from super().body()

    def tick(self) -> None:
        """Let the coach look too."""
        super().tick()
        said, line = self._desk.hint(), self.query_one("#coach", Quiet)
        line.display = self._desk.lesson.coach
        line.change(Text(said.line if said else "", "italic", no_wrap=True, overflow="ellipsis"))

    def _over(self, debrief: Debrief) -> None:
        """A call is over: show what it came to, once the desk has come to rest."""
        self.call_later(self.app.push_screen, DebriefPage(self._desk, debrief))

    def why_not(self, action_id: str) -> str:
        """Say why a key cannot be used now."""
        match action_id:
            case "ring" if not self._desk.line.left:
                return ALL_RUNG
            case "say" if self.model.phase not in TALKING:
                return "没有通话：接听以后才能说话"
            case "debrief" if not self._desk.lesson.debriefs:
                return "还没有练完的来电：挂机并登记以后才有讲评"
            case "say" | "debrief":
                return ""
        return super().why_not(action_id)

    def show_sentence(self) -> None:
        """Say also which key lets the trainee speak for themselves, and which lets the next call ring."""
        box, left = self.query_one(PhraseBox), self._desk.line.left
        box.keys = "F2 已说  Ctrl+N 跳过  Ctrl+E 自己说" if self.model.phase in TALKING else ""
        super().show_sentence()
        if self.model.phase == "idle":
            told = f"按 Ctrl+G，下一个电话就响；这次还有 {left} 个场景" if left else ALL_RUNG
            box.rest("等待来电", told, "Ctrl+G 来电  Ctrl+K 讲评")

    def action_say(self) -> None:
        """Say something in one's own words."""
        self.app.push_screen(SayPage(self._desk), lambda _: self.show_state())

    def action_debrief(self) -> None:
        """Look at the last debrief again."""
        self.app.push_screen(DebriefPage(self._desk, self._desk.lesson.debriefs[-1]))


class PracticeApp(HotlineApp):
    """A lesson at one terminal. Nothing is carried anywhere: there is no queue."""

    MARK = MARK
    TITLE = "12345 热线 · 练习"

    def __init__(self, lesson: Lesson, actor: Actor | None = None) -> None:
        """Make a session; whoever practises chooses their number unless it is given."""
        super().__init__(lesson.house, actor=actor, demo=True)
        self._lesson = lesson
        self._assigned = False  # whether a course is to be done
        self.practised: PracticeDesk | None = None  # the desk at which calls ring; None for who takes none

    @property
    def mark(self) -> str:
        """Practice, and whether the coach speaks (辅导) or feedback waits for the end (考试)."""
        return f"{MARK}·{self._lesson.mode}"

    def enter(self, actor: Actor) -> None:
        """Open the desks, with the telephone of the lesson."""
        self.source = line = self._lesson.telephone(actor)
        if actor.may(Role.CALL_TAKER):
            self.practised = PracticeDesk(self._lesson, actor, line)
        self._assigned = self._lesson.by_due and bool(Learning(self._lesson, actor).to_do())
        super().enter(actor)
        if self._lesson.drills:
            self.call_later(self._drill)

    def _drill(self) -> None:
        if isinstance(self.screen, Acting):
            open_drill(self.screen, self._lesson)

    def desks(self) -> list[str]:
        """Those of the live console and those of practice: the trainer's first, courses first where one is to be done."""
        own = super().desks()
        if self.actor.may(Role.TRAINER):
            own.insert(0, "培训")
        if self.practised is not None and self.actor.may(Role.TRAINEE):
            own.insert(0 if self._assigned else 1, "课程")
        return own

    def _make_desk(self, name: str) -> Desk:
        if self.practised is not None and name == "受理":
            return PracticeScreen(self.practised)
        if self.practised is not None and name == "课程":
            return CoursesScreen(Learning(self._lesson, self.actor), self.practised)
        if name == "培训":
            return TrainingScreen(Training(self._lesson, self.actor))
        return super()._make_desk(name)

    def sync_soon(self) -> None:  # type: ignore[override]  # no thread is needed for it
        """Nothing is synced: practice has no queue."""

    def sync_text(self) -> Text:
        """Say that nothing leaves this machine."""
        return Text("不派发")


def run_practice(lesson: Lesson, actor: Actor | None) -> int:
    """Practise in this terminal until the person leaves."""
    app = PracticeApp(lesson, actor)
    app.run()
    return app.return_code or 0
