"""The live wall (实时大屏): the whole screen, drawn again only where a figure has changed."""

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll

from console.clocks import CLOCKS
from console.supervision_desk import SupervisionDesk
from console.telephone import Rate
from console.wall import Wall, gather, wall
from console.when import moment, stamp
from data.db import StorageError
from data.lifecycle import State
from screens.desk import Dialog
from screens.ticket_rows import fit
from screens.widgets.quiet import Quiet

GATHER_SECONDS = 5  # between two looks at the store
MATTERS_SHOWN = 4
CELLS = 8


class WallPage(Dialog):
    """Figures in blocks that stand still; Esc goes back to the desk."""

    def __init__(self, model: SupervisionDesk) -> None:
        super().__init__()
        self._model = model
        self._ticks = 0

    def body(self) -> ComposeResult:
        """Lay out the blocks."""
        with VerticalScroll(id="page", classes="wall"):
            with Horizontal(classes="shares"):
                for name in ("connected", "answered", "web", "dispatched"):
                    yield Quiet(id=name, classes="share")
            yield Quiet(id="clocks")
            yield Quiet(id="states")
            yield Quiet(id="surge")
            yield Quiet(id="matters")
            yield Quiet(id="ahead")

    def on_mount(self) -> None:
        """Show it at once, and look again now and then."""
        self.query_one("#page").border_title = "实时大屏 · 滚动 24 小时"
        self.set_interval(1.0, self.tick)
        self.gather()

    def tick(self) -> None:
        """Look again when it is time."""
        self._ticks += 1
        if self._ticks % GATHER_SECONDS == 0:
            self.gather()

    @work(thread=True, exclusive=True, group="wall")
    def gather(self) -> None:
        """Ask the store, off the event loop."""
        now = self._model.house.clock.now()
        try:
            found = wall(gather(self._model.house, now), now)
        except StorageError as error:
            self.app.call_from_thread(self.tell, f"大屏未能更新：{error}", error=True)
            return
        if self.app.is_running:
            self.app.call_from_thread(self.show, found)

    def show(self, found: Wall) -> None:
        """Draw what has changed."""
        if not self.is_mounted:
            return
        self.query_one("#page").border_subtitle = f"{moment(found.at)} · Esc 返回"
        for name, text in _shares(found).items():
            self.query_one(f"#{name}", Quiet).change(text)
        self.query_one("#clocks", Quiet).change(_clocks(found))
        self.query_one("#states", Quiet).change(_states(found))
        self.query_one("#surge", Quiet).change(_surge(found))
        self.query_one("#matters", Quiet).change(self._matters())
        self.query_one("#ahead", Quiet).change(self._ahead())

    def _matters(self) -> Text:
        matters = self._model.matters
        if matters is None:
            lines = ["正在比对……"]
        else:
            lines = [
                f"{each.claimants} 人 {each.count} 件 {matters.share(each):.1%}  {each.where} {each.title}"
                for each in matters.concentrated[:MATTERS_SHOWN]
            ] or ["没有三人以上反映的同一事项。"]
        return Text().append("集中反映（5.2.3，近 30 天）\n", "bold").append("\n".join(lines))

    def _ahead(self) -> Text:
        lines = [each.words for each in self._model.ahead[:MATTERS_SHOWN]] or ["没有往年同期或往周此日的重复事项。"]
        return Text().append("往年往周此时（4.4），可提前准备\n", "bold").append("\n".join(lines))


def _shares(found: Wall) -> dict[str, Text]:
    connected = _share("接通率 ≥95%", found.connected, alarm=found.connected.alarm)
    if found.connected.alarm:
        connected.append("⚠ 低于 95%", "bold")
    answered = _share("15 秒内接听", found.answered_in_time)
    web = _share("网络 2 小时受理", found.web_in_time)
    web.append(f"待受理 {found.web_waiting}，超时 {found.web_overdue}", "bold" if found.web_overdue else "")
    return {
        "connected": connected,
        "answered": answered.append(f"未接 {found.abandoned}", "bold" if found.abandoned else ""),
        "web": web,
        "dispatched": _share("派单及时率", found.dispatched_in_time),
    }


def _share(name: str, rate: Rate, *, alarm: bool = False) -> Text:
    text = Text().append(f"{name}\n", "dim")
    text.append("—" if rate.value is None else f"{rate.value:.1%}", "bold reverse" if alarm else "bold")
    return text.append(f"  {rate.numerator}/{rate.denominator}\n")


def _clocks(found: Wall) -> Text:
    text = Text().append("时限      时限内    临期    超期", "dim")
    for each in found.clocks:
        text.append(f"\n{CLOCKS[each.clock]}  {each.in_time:>{CELLS}}{each.near:>{CELLS}}")
        text.append(f"{each.overdue:>{CELLS}}", "bold reverse" if each.overdue else "")
    return text


def _states(found: Wall) -> Text:
    cells = [f"{fit(state, 10)} {found.states.get(state, 0):>5}" for state in State]
    return Text("\n".join("   ".join(cells[at : at + 4]) for at in range(0, len(cells), 4)))


def _surge(found: Wall) -> Text:
    if found.surge is None:
        return Text("没有宣布集中大话务量（5.2.2.1.2d）", "dim")
    held = found.surge
    return Text(
        f"集中大话务量：{held.reason}，到 {stamp(held.until)}（{held.by}号宣布），一般诉求 48 小时内派发", "bold"
    )
