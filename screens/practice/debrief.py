"""讲评: a practised call with its score, each deviation, and the call and the record side by side."""

from itertools import zip_longest

from rich.cells import cell_len
from rich.text import Text

from console.practice.debrief import good_text, graver_first, rows, said_in
from console.practice.lesson import Debrief, PracticeDesk
from console.practice.line import ALL_RUNG
from console.practice.scoring import ITEMS
from console.wrapping import wrap
from data.clock import SHANGHAI
from screens.actions import Action
from screens.rates.telling import broken
from screens.reading import ReadingPage
from scripts.pack import Packs

NAMES = {"phrases": "用语", "record": "记录", "dispatch": "分类紧急去向", "answer": "时限"}
BETWEEN = " │ "


class DebriefPage(ReadingPage):
    """Read from the top down; one key takes the next call."""

    ACTIONS = (Action("next", "f8", "下一个", "xyg", "回到受理台，下一个场景的电话马上响。"),)

    def __init__(self, model: PracticeDesk, debrief: Debrief) -> None:
        super().__init__()
        self._model, self._debrief = model, debrief

    def title_of_page(self) -> str:
        """Name the call."""
        return f"讲评 · {self._debrief.played.case.scenario.title} · 7.1.2.2"

    def written(self, width: int) -> Text:
        """Write the debrief out."""
        return debrief_text(self._model.house.packs, self._debrief, width)

    def why_not(self, action_id: str) -> str:
        """Say why no further call can ring."""
        if action_id == "next" and not self._model.line.left:
            return ALL_RUNG
        if action_id == "next" and self._model.phase != "idle":
            return "受理台上还有一件没有办完：按 Esc 回去办完，再来下一个"
        return ""

    def action_next(self) -> None:
        """Go back to the call desk, where the next call rings."""
        self.dismiss(None)
        self.app.call_later(self.console.open_desk, "受理")
        self._model.line.ring()


def debrief_text(packs: Packs, debrief: Debrief, width: int) -> Text:
    """Write a debrief out, so many columns wide."""
    text, judged = Text(), debrief.score
    text.append(f"总分 {judged.total:g}", "bold")
    for item in ITEMS:
        text.append(f"  {NAMES[item]} {judged.items[item]:g}")
    text.append("\n")
    if any(each.grade == "critical" for each in judged.deviations):
        text.append(broken("有致命偏差：整通不合格，总分封顶 40。", width), "bold")
    if judged.full:
        text.append("没有偏差，照这样做。\n", "bold")
    for item, grade, said, clause in graver_first(debrief):
        style = "bold" if grade in ("致命", "重大") else ""
        text.append(broken(f"✗{grade} {NAMES[item]}：{said}（{clause}）", width), style)
    text.append("\n").append_text(_side_by_side(packs, debrief, width))
    text.append("\n好的记录这样写\n", "bold")
    text.append(broken(good_text(packs, debrief.played.case), width))
    if debrief.played.record.text:
        text.append("你写的主要内容\n", "bold").append(broken(debrief.played.record.text, width))
    return text


def _side_by_side(packs: Packs, debrief: Debrief, width: int) -> Text:
    left_width = (width - 1 - cell_len(BETWEEN)) // 2
    right_width = width - 1 - cell_len(BETWEEN) - left_width
    left, right = _call(debrief, left_width), _record(packs, debrief, right_width)
    text = Text()
    for before, after in zip_longest(left, right, fillvalue=("", "")):
        text.append(before[0] + " " * (left_width - cell_len(before[0])), before[1])
        text.append(BETWEEN, "dim").append(f"{after[0]}\n", after[1])
    return text


Styled = list[tuple[str, str]]  # lines, each with its style


def _call(debrief: Debrief, width: int) -> Styled:
    lines: Styled = [("通话", "bold")]
    for each in said_in(debrief):
        who = "我" if each.trainee else "来电人"
        said = f"{each.at.astimezone(SHANGHAI):%M:%S} {who}：{each.text}"
        lines += [(line, "dim" if each.trainee else "") for line in wrap(said, width)]
    return lines if len(lines) > 1 else [*lines, ("没有接听", "dim")]


def _record(packs: Packs, debrief: Debrief, width: int) -> Styled:
    number = f" · {debrief.ticket.number}" if debrief.ticket else ""
    lines: Styled = [(f"你的记录{number} ▸ 好的记录", "bold")]
    for row in rows(packs, debrief):
        if row.wrong:
            lines += [(line, "bold") for line in wrap(f"✗{row.label}：{row.yours or '空'}", width)]
        elif row.yours:
            lines += [(line, "") for line in wrap(f"✓{row.label}：{row.yours}", width)]
        else:  # nothing was found wrong with it; whether the main text has it is not said row by row
            lines += [(line, "dim") for line in wrap(f"·{row.label}：没有单独填写", width)]
        if row.good and row.good != row.yours:
            lines += [(f"  {line}", "dim") for line in wrap(f"▸{row.good}", width - 2)]
    return lines
