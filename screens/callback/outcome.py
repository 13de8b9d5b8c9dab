"""挂机、约时间: what a call came to where there was no interview, and when to call again."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.appointments import read_appointment
from console.callback import CallbackError
from console.callback_desk import CallbackDesk
from console.when import WhenError, moment
from data.db import StorageError
from data.lifecycle import TransitionRefused
from data.tickets import ActRefused
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.choices import Radio
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList
from scripts.survey import Outcome

REFUSALS = (CallbackError, TransitionRefused, ActRefused, StorageError)
ANYONE, MYSELF = "谁都可以", "我来回访"


class OutcomePage(Dialog):
    """A digit or F8 takes an outcome; each says what follows from it."""

    ACTIONS = (Action("take", "f8", "记下", "jx", "记下所选的结果，按规则再拨或结束。"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *ARROWS,
        *(Binding(str(digit), f"pick('{digit}')", show=False) for digit in range(10)),
    ]

    def __init__(self, model: CallbackDesk, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model = model
        self._done = done
        self._outcomes = model.outcomes()

    def body(self) -> ComposeResult:
        """Lay out the outcomes."""
        with Vertical(id="page"):
            yield PickList(empty="")

    def on_mount(self) -> None:
        """List them, with what follows."""
        self.query_one("#page").border_title = "这次呼叫的结果 · 数字键"
        lines = []
        for outcome, again in self._outcomes:
            line = Text(f"{outcome.key} {outcome.id}  ")
            then = f"{moment(again)} 以后再拨" if again else "不再拨打"
            lines.append(line.append(f"{outcome.family} · {'约定时间' if outcome.appointment else then}", "dim"))
        self.query_one(PickList).fill(lines)

    def action_move(self, by: int) -> None:
        """Move along the outcomes."""
        self.query_one(PickList).move(by)

    def action_pick(self, key: str) -> None:
        """Take the outcome on this key."""
        found = next((outcome for outcome, _ in self._outcomes if outcome.key == key), None)
        if found is not None:
            self._take(found)

    def action_take(self) -> None:
        """Take the outcome under the cursor."""
        self._take(self._outcomes[self.query_one(PickList).at][0])

    def _take(self, outcome: Outcome) -> None:
        if outcome.appointment:
            self.dismiss(None)
            self.app.push_screen(AppointmentPage(self._model, self._done))
            return
        try:
            told = self._model.end(outcome)
        except REFUSALS as refused:
            self.tell(str(refused), error=True)
            return
        self.dismiss(None)
        self._done(told)


class AppointmentPage(Dialog):
    """When, and by whom."""

    ACTIONS = (Action("take", "f8", "约定", "yd", "记下约定的时间，到时排在名单最前。"),)

    def __init__(self, model: CallbackDesk, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model = model
        self._done = done

    def body(self) -> ComposeResult:
        """Lay out the time and by whom it is kept."""
        with Vertical(id="page", classes="short"):
            with Horizontal(classes="row"):
                yield Label("时间")
                yield Field(id="when", placeholder="如 15:30、明天 10点、下午3点半、12-01 09:00")
            with Horizontal(classes="row"):
                yield Label("由谁")
                yield Radio((ANYONE, MYSELF), value=ANYONE, id="who")
            yield Static(Text("约定的时间可以在平常的回访时间以外；到时由约定的人先打。", "dim"))

    def on_mount(self) -> None:
        """Begin with the time."""
        self.query_one("#page").border_title = "约时间"
        self.query_one("#when").focus()

    def action_take(self) -> None:
        """Keep the appointment."""
        now = self.console.house.clock.now()
        try:
            at = read_appointment(self.query_one("#when", Field).value, now)
            told = self._model.book(at, only_me=self.query_one("#who", Radio).value == MYSELF)
        except (WhenError, *REFUSALS) as refused:
            self.tell(str(refused), error=True)
            return
        self.dismiss(None)
        self._done(told)
