"""A mark: what one criterion of the rubric comes to for one piece of work, with its evidence; and the score of an item."""

from collections.abc import Iterable, Mapping

import msgspec

from scripts.rubric import FULL, GRADES, ITEMS, Criterion, Grade, Item, QualityPack

MACHINE_NAME = "机器"


class Mark(msgspec.Struct, frozen=True):
    """One criterion judged: ``hits`` of ``of`` were right, 0 of 0 where there was nothing to look at.

    ``agent_no`` is whose work it was. ``evidence`` are sentences that anybody can check against call and ticket.
    ``grade`` is that of the deviation, empty where there is none; ``by`` is who judged last.
    """

    criterion: str
    hits: int
    of: int
    agent_no: str
    evidence: tuple[str, ...] = ()
    grade: str = ""
    by: str = MACHINE_NAME

    @property
    def deviates(self) -> bool:
        """Whether something of it was not as it must be."""
        return self.hits < self.of


def judged(
    criterion: Criterion, agent_no: str, hits: int, of: int, evidence: Iterable[str] = (), by: str = MACHINE_NAME
) -> Mark:
    """Make a mark; a deviation has the criterion's grade."""
    grade = criterion.grade if hits < of else ""
    return Mark(criterion.id, hits, of, agent_no, tuple(evidence), grade, by)


def standing(*layers: Iterable[Mark]) -> dict[str, Mark]:
    """Return the marks that count: of each criterion the last."""
    return {mark.criterion: mark for layer in layers for mark in layer}


def grades_of(pack: QualityPack, marks: Mapping[str, Mark], item: Item) -> list[Grade]:
    """Return the grades of an item's deviations, gravest first."""
    found = [marks[each.id].grade for each in pack.criteria if each.item == item and each.id in marks]
    return [grade for grade in GRADES for each in found if each == grade]


def scores(pack: QualityPack, marks: Mapping[str, Mark]) -> dict[Item, int | None]:
    """Return the points of each item, None for one of which nothing was there to look at."""
    found: dict[Item, int | None] = {}
    for item in ITEMS:
        looked = [marks[each.id].of for each in pack.criteria if each.item == item and each.id in marks]
        found[item] = pack.score(grades_of(pack, marks, item)) if any(looked) else None
    return found


def total(pack: QualityPack, marks: Mapping[str, Mark]) -> int:
    """Return the mean of the items that were looked at, to the nearest point; nothing is left by a critical deviation."""
    if any(mark.grade == "critical" for mark in marks.values()):
        return 0
    points = [each for each in scores(pack, marks).values() if each is not None]
    return round(sum(points) / len(points)) if points else FULL
