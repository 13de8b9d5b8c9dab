"""坐席偏离: agents whose answers deviate from their peers' beyond chance, with the numbers (5.4.4)."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from console.deviations import LEVEL, NAMES, NOTES, Comparison, Deviation, p_words, points
from console.rates_desk import RatesDesk
from console.wall import rate_words
from screens.desk import Dialog
from screens.rates.telling import broken
from screens.ticket_rows import fit
from screens.widgets.pick import ARROWS, PickList
from screens.widgets.quiet import Quiet

AGENT_CELLS, SHARE_CELLS, OWN_CELLS, P_CELLS = 14, 5, 16, 8


class AgentsPage(Dialog):
    """A line for each agent and share, those beyond chance first; below it what it means."""

    BINDINGS = ARROWS

    def __init__(self, model: RatesDesk, found: Comparison) -> None:
        super().__init__()
        self._model, self._found = model, found

    def body(self) -> ComposeResult:
        """Lay out the list over what stands behind a line."""
        with Vertical(id="page"):
            yield Quiet(id="heads")
            yield PickList(empty="这段时间没有访问成功或拒访的通话：按 Esc 返回，F4 换一段期间。")
            with VerticalScroll(id="reading"):
                yield Static(id="article")

    def on_mount(self) -> None:
        """List them."""
        alarms = len(self._found.beyond_chance)
        told = f"{alarms} 处超出偶然" if alarms else "都没有超出偶然"
        self.query_one("#page").border_title = f"坐席偏离 · {self._model.period.name} · {told} · 5.4.4"
        head = Text("  ", "dim", no_wrap=True).append(fit("坐席", AGENT_CELLS)).append(fit("项目", SHARE_CELLS))
        head.append(fit("本人", OWN_CELLS)).append(fit("其余的人", OWN_CELLS)).append(fit("相差", P_CELLS - 1))
        self.query_one("#heads", Quiet).change(head.append(fit("p", P_CELLS)).append("校正后"))
        self.query_one(PickList).fill([self._row(each) for each in self._found.deviations])

    def _row(self, each: Deviation) -> Text:
        style = "bold" if each.beyond_chance else "dim" if each.p is None else ""
        line = Text("", style, no_wrap=True).append(fit(self._model.house.people.called(each.agent_no), AGENT_CELLS))
        line.append(fit(NAMES[each.share].name, SHARE_CELLS))
        line.append(fit(rate_words(each.own), OWN_CELLS)).append(fit(rate_words(each.others), OWN_CELLS))
        line.append(fit(points(each.difference), P_CELLS - 1)).append(fit(p_words(each.p), P_CELLS))
        return line.append("⚠" if each.beyond_chance else "").append(
            "件数不足" if each.p is None else p_words(each.adjusted)
        )

    def on_pick_list_moved(self) -> None:
        """Say what the line under the cursor means."""
        self.query_one("#article", Static).update(self._about())

    def _about(self) -> Text:
        text, width = Text(), self.query_one("#reading", VerticalScroll).scrollable_content_region.width
        if self._found.deviations:
            text.append_text(self._meaning(self._found.deviations[self.query_one(PickList).at]))
        for note in NOTES:
            text.append(broken(f"·{note}", width), "dim")
        return text

    def _meaning(self, each: Deviation) -> Text:
        share, interval = NAMES[each.share], each.interval
        text = Text().append(f"{self._model.house.people.called(each.agent_no)} {share.name}", "bold")
        text.append(f"：{share.what}\n本人 {rate_words(each.own)}，其余的人 {rate_words(each.others)}\n")
        if interval is not None:
            low, high = (points(bound) for bound in interval)
            text.append(f"相差 {points(each.difference)} 个百分点，95% 区间 {low} 到 {high}\n")
        if each.p is None:
            return text.append("次数太少，不比较\n", "dim")
        told = f"p {p_words(each.p)}，校正后 {p_words(each.adjusted)}：整页比了 {self._found.tested} 处，"
        why = f"{'超出' if each.beyond_chance else '没有超出'}偶然（{LEVEL:.0%}）"
        return text.append(told).append(f"{why}\n", "bold" if each.beyond_chance else "")

    def action_move(self, by: int) -> None:
        """Move along the lines; with the page keys through the text."""
        if abs(by) > 1:
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by // 2, animate=False)
        else:
            self.query_one(PickList).move(by)
