"""How the quality of acceptance (受理质量, 7.1.2) is assessed: the criteria of the four items and what a deviation costs."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from scripts.matching import check_matching, compiled
from scripts.reading import Check, PackHead, PackStruct, ScriptError

Item = Literal["phrases", "record", "dispatch", "answering"]
Grade = Literal["critical", "major", "moderate", "minor"]

ITEMS: dict[Item, str] = {
    "phrases": "服务用语规范性",
    "record": "诉求工单记录准确性",
    "dispatch": "派单及时率和准确率",
    "answering": "接通率和受理及时性",
}
"""The four items of 7.1.2.2."""

GRADES: dict[Grade, str] = {"critical": "重大", "major": "较大", "moderate": "一般", "minor": "轻微"}
"""How grave a deviation is, gravest first."""

MACHINE = (
    *("greeting", "waiting", "wait_over", "closing", "rating", "wording"),
    *("elements", "danger", "urgency", "quotes", "short", "amended"),
    *("dispatch_time", "dispatch_unit", "answer", "accept", "escalated"),
)
"""The criteria that this program can judge by itself."""

FULL = 100


class Points(PackStruct, frozen=True, kw_only=True):
    """What one deviation of each grade takes off the 100 of its item."""

    critical: int
    major: int
    moderate: int
    minor: int


class Criterion(PackStruct, frozen=True, kw_only=True):
    """One thing that is looked at; `of` is whose work it is: who registered the request, or who dispatched it."""

    id: str
    item: Item
    label: str
    clause: str
    grade: Grade
    judge: Literal["machine", "person"]
    of: Literal["taker", "dispatcher"]


class Complaint(PackStruct, frozen=True, kw_only=True):
    """How a complaint about an agent is known."""

    clause: str
    patterns: tuple[str, ...]


class QualityPack(PackHead, frozen=True, kw_only=True):
    """quality.toml."""

    least_characters: int
    ranked_from: int
    appeal_days: int
    points: Points
    complaint: Complaint
    criteria: tuple[Criterion, ...]

    def criterion(self, name: str) -> Criterion:
        """The criterion of this id; raises `ScriptError` for one that the pack does not have."""
        for each in self.criteria:
            if each.id == name:
                return each
        raise ScriptError(f"考评标准里没有“{name}”这一项，请从 {'、'.join(c.id for c in self.criteria)} 中选")

    def score(self, grades: Iterable[Grade]) -> int:
        """What deviations of these grades leave of an item's 100 points."""
        costs: dict[str, int] = msgspec.structs.asdict(self.points)
        return max(0, FULL - sum(costs[each] for each in grades))


def complains(pack: QualityPack, text: str) -> str:
    """The words that complain about an agent of the hotline, or nothing."""
    found = compiled((), pack.complaint.patterns).search(text)
    return found[0] if found else ""


def prepare_quality(pack: QualityPack, check: Check) -> QualityPack:
    """The pack as it is; raises `PackError` for a criterion that nobody could judge or an item that has none."""
    check.unique(each.id for each in pack.criteria)
    check.clause("complaint", pack.complaint.clause)
    check_matching(check, "complaint", (), pack.complaint.patterns)
    for each in pack.criteria:
        check.clause(each.id, each.clause)
        check.filled(each.id, label=each.label)
        if each.judge == "machine" and each.id not in MACHINE:
            raise check.error(each.id, f"judge 写了 machine，但机器只会判 {'、'.join(MACHINE)}")
    check.covers("criteria 的 item", dict.fromkeys(each.item for each in pack.criteria), tuple(ITEMS))
    counts = {"least_characters": pack.least_characters, "ranked_from": pack.ranked_from}
    for name, count in {**counts, "appeal_days": pack.appeal_days}.items():
        if count <= 0:
            raise check.error(name, "应大于 0")
    costs = [getattr(pack.points, grade) for grade in GRADES]
    if costs != sorted(costs, reverse=True) or costs[-1] <= 0 or costs[0] < FULL:
        raise check.error("points", f"扣分应逐级递减、都大于 0，{GRADES['critical']}偏差应扣满 {FULL} 分")
    return pack
