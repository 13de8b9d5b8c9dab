"""用语: what callback agents said beyond the script against 5.4.4: the sentence, the rule, the agent."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from console.rates_desk import RatesDesk
from console.said import Leading
from screens.desk import Dialog
from screens.ticket_rows import fit
from screens.widgets.pick import ARROWS, PickList

AGENT_CELLS, RULE_CELLS = 14, 20


class SaidPage(Dialog):
    """The newest first; below it the rule with its reason and what to say instead."""

    BINDINGS = ARROWS

    def __init__(self, model: RatesDesk, found: Sequence[Leading]) -> None:
        super().__init__()
        self._model, self._found = model, found

    def body(self) -> ComposeResult:
        """Lay out the list over what stands behind a line."""
        with Vertical(id="page"):
            yield PickList(empty="这段时间没有记下有倾向、有诱导的话：按 Esc 返回，F4 换一段期间。")
            with VerticalScroll(id="reading"):
                yield Static(id="article")

    def on_mount(self) -> None:
        """List them."""
        self.query_one("#page").border_title = f"用语检查 · {self._model.period.name} · {len(self._found)} 句 · 5.4.4"
        listed = self.query_one(PickList)
        self.call_after_refresh(lambda: listed.fill([self._row(each, listed.size.width - 2) for each in self._found]))

    def _row(self, each: Leading, width: int) -> Text:
        line = Text(f"{each.at:%m-%d %H:%M} ", no_wrap=True)
        line.append(fit(self._model.house.people.called(each.agent), AGENT_CELLS), "dim")
        line.append(fit(f"“{each.text}”", max(12, width - line.cell_len - RULE_CELLS)))
        return line.append(fit("、".join(rule.rule for rule in each.rules), RULE_CELLS), "dim")

    def on_pick_list_moved(self) -> None:
        """Say what is wrong with the sentence under the cursor."""
        text = Text()
        if self._found:
            each = self._found[self.query_one(PickList).at]
            text.append(f"“{each.text}”\n", "bold")
            for rule in each.rules:
                text.append(f"{rule.rule}（{rule.clause}）：{rule.reason}\n")
                text.append(f"  可改为：{rule.advice}\n" if rule.advice else "", "dim")
            told = f"{each.at:%Y-%m-%d %H:%M} {self._model.house.people.called(each.agent)}，问“{each.question}”时"
            text.append(f"{told}，工单 {'、'.join(each.tickets)}\n", "dim")
        self.query_one("#article", Static).update(text)

    def action_move(self, by: int) -> None:
        """Move along the sentences."""
        self.query_one(PickList).move(by)
