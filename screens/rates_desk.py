"""评价: response, solution and satisfaction rates with all that they are made of; agents' deviations; what was said (7.1.3)."""

from time import monotonic

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from console.house import House
from console.rates import BY, Line
from console.rates_desk import Found, Period, RatesDesk
from data.db import StorageError
from data.people import Actor
from screens.list_desk import ListDesk
from screens.rates.agents import AgentsPage
from screens.rates.period import PeriodPage
from screens.rates.said import SaidPage
from screens.rates.telling import about, heads, row
from screens.widgets.fields import Field
from screens.widgets.pick import CURSOR_CELLS, PickList
from screens.widgets.quiet import Quiet

LOOK_SECONDS = 30  # between two looks whether others have written,
RESTING = 20  # and so many times what the last count took: a city's month must not be counted without end
EMPTY = "这段时间没有回访结束，没有评价，也没有反馈：按 F4 换一段期间；回访在回访台按 F6 抽样（5.4.1），网络诉求办结后推送评价页（5.3.4）。"


class RatesScreen(ListDesk[Line]):
    """A table over what the line under the cursor is made of."""

    NAME = "评价"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self.model = RatesDesk(house, actor)
        self._ticks = 0
        self._next = LOOK_SECONDS  # the tick from which on it may be counted again by itself
        self._seen = 0

    def body(self) -> ComposeResult:
        """Lay out what the rates are divided by, a search field and the heads of the columns over table and text."""
        yield Quiet(id="watches")
        yield Field(id="query", placeholder="按名称查找，空格分开几个词")
        yield Quiet(id="heads")
        yield from super().body()

    def on_mount(self) -> None:
        """Begin to count."""
        self.query_one("#query").focus()
        self.call_after_refresh(self.reload)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        if self.is_mounted:
            self.call_after_refresh(lambda: self.reload(keep=True))

    def on_screen_resume(self) -> None:
        """On coming, count; on coming back, again where somebody has written meanwhile."""
        if self.model.found is None or self._house.tickets.changes() != self._seen:
            self._count()

    def tick(self) -> None:
        """Move the clock; count again now and then, where somebody has written."""
        super().tick()
        self._ticks += 1
        if self._ticks >= self._next and self._house.tickets.changes() != self._seen:
            self._next = self._ticks + LOOK_SECONDS
            self._count()

    def _count(self) -> None:
        """Begin to count; what is written from now on is news."""
        self._seen = self._house.tickets.changes()
        self.look(self.model.period)

    @work(thread=True, exclusive=True, group="rates")
    def look(self, period: Period) -> None:
        """Count, off the event loop: a city's month takes a while."""
        began = monotonic()
        try:
            found = self.model.look(period)
        except StorageError as error:
            self.app.call_from_thread(self.tell, f"没有统计成：{error}", error=True)
            return
        if self.app.is_running:
            self.app.call_from_thread(self._counted, period, found, monotonic() - began)

    def _counted(self, period: Period, found: Found, took: float) -> None:
        self._next = self._ticks + max(LOOK_SECONDS, round(RESTING * took))
        if period == self.model.period and self.is_mounted:
            first, self.model.found = self.model.found is None, found
            self.reload(keep=not first)

    # -- the table ------------------------------------------------------------------------------------------------

    def reload(self, *, keep: bool = False) -> None:
        """List anew; with ``keep`` the cursor stays on its line."""
        held = self._item() if keep else None
        self._items = self.model.lines(self.query_one("#query", Field).value)
        listed = self.query_one(PickList)
        width = listed.size.width - CURSOR_CELLS
        if held is not None:
            listed.at = next((at for at, line in enumerate(self._items) if line.name == held.name), listed.at)
        listed.fill([row(line, self.model.measure, width) for line in self._items], keep=keep)
        name = BY[self.model.by][0]
        self.query_one("#heads", Quiet).change(heads(width, self.model.measure, name) if self._items else Text())
        self.query_one("#watches", Quiet).change(self._dimensions())
        super().tick()

    def _dimensions(self) -> Text:
        line = Text(" ", no_wrap=True, overflow="ellipsis")
        for by, (name, _) in BY.items():
            here = by == self.model.by
            line.append(f"▸{name}" if here else name, "bold reverse" if here else "").append("  ")
        return line

    def on_pick_list_moved(self) -> None:
        """Say what the line under the cursor is made of, from its top."""
        self.query_one("#article", Static).update(self._about())
        self.query_one("#reading", VerticalScroll).scroll_home(animate=False)
        self.refresh_keys()

    def _about(self) -> Text:
        line, table, reading = self._item(), self.model.table, self.query_one("#reading", VerticalScroll)
        if table is None:
            return Text("正在统计……", "dim")
        if line is not None:
            return about(line, table, self.model.measure, reading.scrollable_content_region.width)
        typed = self.query_one("#query", Field).value.strip()
        return Text(f"没有名称里有“{typed}”的：按 Esc 清除查找词。" if typed and table.lines else EMPTY, "dim")

    def status(self) -> list[Text | str]:
        """Show the span of time, and of how many callbacks and pages it tells."""
        table = self.model.table
        found = f"回访 {table.whole.callbacks} 评价页 {table.whole.rated}" if table else "正在统计"
        return [Text(self.model.period.name, "bold"), found]

    # -- acts -----------------------------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing here."""
        match action_id:
            case "agents" | "said" if reason := self.model.why_not_agents():
                return reason
            case "agents" | "full_text" | "next_measure" if self.model.found is None:
                return "正在统计，请稍候"
            case "full_text" | "next_measure" if self._item() is None:
                return "表是空的：按 Esc 清除查找词，或按 F4 换一段期间"
            case "widen" if self.has_class("-reading"):
                return ""
            case "widen":
                return "" if self.query_one("#query", Field).value else "没有查找词；换台按 Ctrl+O"
        return ""

    @on(Input.Changed, "#query")
    def typed(self) -> None:
        """Narrow the table."""
        self.reload()

    def action_move(self, by: int) -> None:
        """Move along the lines; with the page keys through the text."""
        if abs(by) > 1 and not self.has_class("-reading"):
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by // 2, animate=False)
        else:
            super().action_move(by)

    def action_next_dimension(self) -> None:
        """Divide by the next thing."""
        self.model.next_dimension()
        self.reload()

    def action_find(self) -> None:
        """Go to the search field."""
        self.query_one("#query").focus()

    def action_period(self) -> None:
        """Choose a span of time."""
        self.app.push_screen(PeriodPage(self.model.period, self._house.clock, self._chosen))

    def _chosen(self, period: Period) -> None:
        self.model.period, self.model.found = period, None
        self.reload()
        self._count()

    def action_next_measure(self) -> None:
        """Rank by the next measure."""
        self.model.next_measure()
        self.reload(keep=True)

    def action_agents(self) -> None:
        """Show agents beside their peers."""
        found = self.model.found
        if found is not None and found.comparison is not None:
            self.app.push_screen(AgentsPage(self.model, found.comparison))

    def action_said(self) -> None:
        """Show what was said against 5.4.4."""
        try:
            self.app.push_screen(SaidPage(self.model, self.model.said()))
        except StorageError as error:
            self.tell(str(error), error=True)

    def action_full_text(self) -> None:
        """The text alone, or the table with it."""
        self.toggle_class("-reading")

    def action_widen(self) -> None:
        """Back to the table; else take the search words away."""
        if self.has_class("-reading"):
            self.remove_class("-reading")
        else:
            self.query_one("#query", Field).value = ""
