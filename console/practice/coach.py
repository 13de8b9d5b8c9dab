"""The coach (辅导): what is to be done now in a practice call, with its clause, one thing at a time (6.3.2). Pure.

What it says is what the score would find wrong if the call ended now, the most pressing first, and never the answer: of
an element that was not told yet it gives the question. What can no longer be put right it passes over.
"""

import msgspec

from console.practice.cards import ANSWER
from console.practice.grading import card_of
from console.practice.scoring import Deviation, Played, score
from scripts.pack import Packs
from scripts.scenarios import APART, DANGER_MISSED, Pool

# What is still missing, in the order in which it is to be done; what says it is below, or the deviation says it itself.
FIRST = ("greeting", "emergency_untold", "caution", "soothe", DANGER_MISSED, "unreported", "kind_missed", "kind_added")
LAST = ("recording", "looking_up", "unregistered", "waiting", "wait_over", "closing", "rating", "farewell")
BETWEEN = (
    *("disclosed", "danger_missing", "missing", "wrong", "repeat_missed", "type_missed", "type_added"),
    *("unquoted", "invented", "background", "wording_record"),
)
ORDER = (*FIRST, *BETWEEN, *LAST)
SPOKEN = ("greeting", "emergency_untold", "caution", "soothe", *(each for each in LAST if each != "unregistered"))
SENTENCES = {
    "greeting": "先说首问语：F2",
    "emergency_untold": "先请来电人拨打紧急服务热线：Ctrl+E 自己说",
    "caution": "文明提醒一句，不回嘴：Ctrl+E 自己说",
    "soothe": "先安抚一句，再问：Ctrl+E 自己说",
    DANGER_MISSED: "想一想有没有危及生命财产：Ctrl+U 判定",
    "unreported": "紧急诉求立即上报：F9",
    "kind_missed": "还有一种紧急种类没有选：Ctrl+U",
    "kind_added": "有一种紧急种类不属于这件事：Ctrl+U",
    "disclosed": "问清要不要保密，要的记“是”",
    "repeat_missed": "反映过的事：问有没有新情况、新理由",
    "type_missed": "诉求类型还没有选全",
    "type_added": "诉求类型多选了",
    "unquoted": "威胁的原话一字不差记下，加全角引号",
    "recording": "记录以前说一声：请来电人稍等",
    "looking_up": "查询以前说一声：请来电人稍等",
    "unregistered": "想一想怎么办理：F8 派单、F4 答复、F5 分类",
    "waiting": "等待超过 30 秒，安抚一句",
    "wait_over": "等待结束，说一声久等",
    "closing": "结束前问还有没有其他需要",
    "rating": "提示评价",
    "farewell": "道别，再挂机：F12",
}


class Hint(msgspec.Struct, frozen=True):
    """One hint: what to do, by which clause, and the card that it is about."""

    text: str
    clause: str
    card: str

    @property
    def line(self) -> str:
        """As it stands on the glass."""
        return f"辅导 ▸ {self.text}（{self.clause}）"


def ringing() -> Hint:
    """The hint for a call that rings."""
    return Hint("15 秒之内接听：F2", "5.1.3.2", ANSWER)


def hint(packs: Packs, pool: Pool, played: Played, *, talking: bool) -> Hint | None:
    """The most pressing thing; None where nothing is left to do.

    Args:
        packs: those in force.
        pool: what deviations are.
        played: the call as it stands now.
        talking: whether the claimant can still be spoken to.
    """
    found = [each for each in score(packs, pool, played).deviations if each.rule in ORDER]
    if not talking:
        found = [each for each in found if each.rule not in SPOKEN and not _unasked(played, each)]
    if not found:
        return None
    first = min(found, key=lambda each: ORDER.index(each.rule))
    return Hint(_sentence(packs, played, first), first.clause, card_of(packs, played, first)[0])


def _unasked(played: Played, each: Deviation) -> bool:
    return each.rule in ("missing", "danger_missing") and each.of not in played.told


def _sentence(packs: Packs, played: Played, each: Deviation) -> str:
    if each.rule not in ("missing", "danger_missing", "wrong"):
        return SENTENCES.get(each.rule, each.text)
    element = next((one for one in packs.elements.elements if one.id == each.of), None)
    moment = packs.drill.moment(each.of) if each.of in APART else None
    label = element.label if element else {"wish": "要求"}.get(each.of, "新情况")
    if each.of in played.told:
        return f"{label}和来电人说的不一样，再核对" if each.rule == "wrong" else f"来电人说了{label}，还没有记"
    return f"问{label}：{element.ask if element else moment.model if moment else ''}"
