"""期间: which span of time is assessed (7.1.3.1)."""

from collections.abc import Callable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.rates_desk import Period, periods, read_period, written
from console.when import WhenError
from data.clock import Clock
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.choices import Radio
from screens.widgets.fields import Field


class PeriodPage(Dialog):
    """A digit fills in both days; what stands in them counts."""

    ACTIONS = (Action("take", "f8", "选定", "xd", "按所写的起止日期统计，两天都算在内；空着的不限。"),)

    def __init__(self, now: Period, clock: Clock, chosen: Callable[[Period], None]) -> None:
        super().__init__()
        self._now, self._chosen = now, chosen
        self._offered = {each.name: each for each in periods(clock.now())}

    def body(self) -> ComposeResult:
        """Lay out the usual spans and two days."""
        since, until = written(self._now)
        with Vertical(id="page", classes="short"):
            yield Radio(tuple(self._offered), value=self._now.name, id="usual")
            with Horizontal(classes="row"):
                yield Label("从")
                yield Field(value=since, id="since", placeholder="如 2026-11-01，空着不限")
                yield Label("到")
                yield Field(value=until, id="until", placeholder="这一天也算，空着到现在")
            yield Static(Text("回访按结束的时间、评价按提交的时间、反馈按反馈的时间计入期间。", "dim"))

    def on_mount(self) -> None:
        """Begin with the usual spans."""
        self.query_one("#page").border_title = "期间 · 7.1.3.1"
        self.query_one("#usual").focus()

    @on(Radio.Changed)
    def usual(self) -> None:
        """Fill in both days."""
        since, until = written(self._offered[self.query_one("#usual", Radio).value])
        self.query_one("#since", Field).value, self.query_one("#until", Field).value = since, until

    def action_take(self) -> None:
        """Take what stands in the two days; under its name where it is a usual span."""
        try:
            period = read_period(self.query_one("#since", Field).value, self.query_one("#until", Field).value)
        except WhenError as error:
            self.tell(str(error), error=True)
            return
        same = (each for each in self._offered.values() if each[1:] == period[1:])
        self.dismiss(None)
        self._chosen(next(same, period))
