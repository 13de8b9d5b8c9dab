"""讲评: the four items of a practised call, call and record side by side, and how a good record reads."""

from collections.abc import Callable
from itertools import zip_longest

from rich.cells import cell_len
from rich.text import Text

from console.practice.debrief import (
    RIGHT,
    Line,
    Row,
    call_lines,
    counts,
    four_items,
    good_text,
    graver_first,
    rows,
    to_practise,
)
from console.practice.lesson import Debrief, PracticeDesk
from console.practice.line import ALL_RUNG
from console.practice.scoring import ITEMS
from console.when import minutes
from console.wrapping import wrap
from screens.actions import Action
from screens.practice.drill import open_drill
from screens.rates.telling import broken
from screens.reading import ReadingPage
from scripts.pack import Packs

BETWEEN = " │ "
SIDE_BY_SIDE = 56  # cells from which a row of the record has room for what was written and what is right
LABEL_CELLS = 9


class DebriefPage(ReadingPage):
    """Read from the top down; one key takes the next call, one the same call again."""

    ACTIONS = (
        Action("clauses", "f2", "条款", "tk", "逐条看偏差依据的条款；再按一次回到通话和工单。"),
        Action("again", "f4", "再来一遍", "zly", "同一个来电再打一遍，说的、写的都从头来。"),
        Action("drill", "f6", "小测", "xc", "用五分钟练到期的卡，这通漏掉的在前；明天到期的明天再练。"),
        Action("next", "f8", "下一个", "xyg", "回到受理台，下一个场景的电话马上响。"),
    )

    def __init__(self, model: PracticeDesk, debrief: Debrief) -> None:
        super().__init__()
        self._model, self._debrief = model, debrief
        self._by_clause = False

    def title_of_page(self) -> str:
        """Name the call."""
        return f"讲评 · {self._debrief.played.case.scenario.title} · 7.1.2.2"

    def written(self, width: int) -> Text:
        """Write the debrief out, or its deviations clause by clause."""
        house = self._model.house
        if self._by_clause:
            return clauses_text(house.packs, self._debrief, width)
        return debrief_text(house.packs, self._debrief, width, lambda name: house.kb.get(name).title)

    def why_not(self, action_id: str) -> str:
        """Say why no call can ring."""
        if action_id in ("again", "next") and self._model.phase != "idle":
            return "受理台上还有一件没有办完：按 Esc 回去办完，再来电话"
        if action_id == "next" and not self._model.line.left:
            return ALL_RUNG
        return ""

    def action_clauses(self) -> None:
        """Show the clauses, or the call and the record again."""
        self._by_clause = not self._by_clause
        self._write()
        self.query_one("#reading").scroll_home(animate=False)

    def action_again(self) -> None:
        """Take the same call once more."""
        self._model.line.repeat(self._debrief.played.case)
        self.action_next()

    def action_drill(self) -> None:
        """Practise what is due, what was just missed first."""
        open_drill(self, self._model.lesson)

    def action_next(self) -> None:
        """Go back to the call desk, where the next call rings."""
        self.dismiss(None)
        self.app.call_later(self.console.open_desk, "受理")
        self._model.line.ring()


def debrief_text(packs: Packs, debrief: Debrief, width: int, titled: Callable[[str], str] = str) -> Text:
    """Write a debrief out, so many columns wide; ``titled`` gives the title of an article by its id."""
    text, judged = Text(), debrief.score
    text.append(f"得分 {judged.total:g}", "bold").append(f"   {counts(debrief)}\n")
    text.append(broken("   ".join(four_items(debrief)), width))
    if any(each.grade == "critical" for each in judged.deviations):
        text.append(broken("有致命偏差：整通不合格，总分封顶 40。", width), "bold")
    if judged.full:
        text.append("照这样做。\n", "bold")
    else:
        text.append(broken(f"再练：{' · '.join(to_practise(packs, debrief))}（F6 小测，5 分钟）", width))
    text.append("\n").append_text(_side_by_side(packs, debrief, width, titled))
    text.append("\n好的记录这样写\n", "bold")
    text.append(broken(good_text(packs, debrief.played.case), width))
    if debrief.played.record.text:
        text.append("你写的主要内容\n", "bold").append(broken(debrief.played.record.text, width))
    return text


def clauses_text(packs: Packs, debrief: Debrief, width: int) -> Text:
    """Write out each deviation, the gravest first, with its item and what its clause is about."""
    text = Text("按轻重排列；F2 回到通话和工单\n\n", "dim")
    for each in graver_first(debrief):
        text.append(broken(f"{each.called} · {ITEMS[each.item]}：{each.text}", width), "bold")
        text.append(broken(f"{each.clause} {packs.clauses.title(each.clause)}", width, "  "), "dim")
    return text if debrief.score.deviations else text.append("没有偏差。")


def _side_by_side(packs: Packs, debrief: Debrief, width: int, titled: Callable[[str], str]) -> Text:
    left_width = (width - 1 - cell_len(BETWEEN)) // 2
    right_width = width - 1 - cell_len(BETWEEN) - left_width
    left = [part for line in call_lines(packs, debrief) for part in _line(line, left_width)]
    right = [part for row in rows(packs, debrief, titled) for part in _row(row, right_width)]
    number = f" {debrief.ticket.number}" if debrief.ticket else ""
    left.insert(0, ("通话", "bold"))
    right.insert(0, (f"工单{number} · 交卷 ▸ 答案", "bold"))
    text = Text()
    for before, after in zip_longest(left, right, fillvalue=("", "")):
        text.append(before[0] + " " * (left_width - cell_len(before[0])), before[1])
        text.append(BETWEEN, "dim").append(f"{after[0]}\n", after[1])
    return text


Styled = list[tuple[str, str]]  # lines, each with its style


def _line(line: Line, width: int) -> Styled:
    """A line of the call: the time, the sign, the words; what was wrong with its grade and clause."""
    at = "     " if line.at is None else minutes(max(0.0, line.at))
    said = f"（来电人：{line.text}）" if line.caller else line.text
    tail = f" {line.grade} {line.clause}" if line.grade else ""
    lead = f"{at} {line.sign or ' '} "
    wrapped = wrap(f"{said}{tail}", width - cell_len(lead))
    style = "bold" if line.grade else "dim" if line.caller else ""
    return [(f"{lead if not at_line else ' ' * cell_len(lead)}{part}", style) for at_line, part in enumerate(wrapped)]


def _row(row: Row, width: int) -> Styled:
    """A row of the record: in two columns where there is room, else one under the other."""
    label, style = f"{row.sign}{row.label}", "bold" if row.grade else ""
    yours = f"{row.yours} {row.grade} {row.clause}" if row.grade else row.yours
    good = f"▸ {row.good}" if row.good and row.sign != RIGHT else ""
    lead = label + " " * max(1, LABEL_CELLS + 1 - cell_len(label))
    if not good or width < SIDE_BY_SIDE:
        below = wrap(good, width - 2) if good else []
        return [
            *((part, style) for part in _hanging(f"{lead}{yours}", width)),
            *((f"  {part}", "dim") for part in below),
        ]
    half = (width - LABEL_CELLS - 3) // 2
    first = [] if cell_len(lead) == LABEL_CELLS + 1 else [(lead, style)]
    lines = []
    for at, (mine, right) in enumerate(zip_longest(wrap(yours, half), wrap(good, half), fillvalue="")):
        margin = lead if at == 0 and not first else " " * (LABEL_CELLS + 1)
        lines.append((f"{margin}{mine}{' ' * (half - cell_len(mine))}  {right}", style))
    return first + lines


def _hanging(text: str, width: int) -> list[str]:
    """Break a row; what goes on below it stands under its words, not under its label."""
    first, *_ = wrap(text, width)
    rest = text.removeprefix(first).lstrip()
    below = wrap(rest, width - LABEL_CELLS - 1) if rest else []
    return [first, *(" " * (LABEL_CELLS + 1) + part for part in below)]
