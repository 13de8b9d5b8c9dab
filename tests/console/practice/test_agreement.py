"""The scorer beside a judge: recorded calls with keys made by hand from the rubric, as a table of grades."""

from collections import Counter
from typing import Any

import pytest

from console.practice.acts import Recogniser
from console.practice.scoring import score
from scripts.pack import Packs
from scripts.scenarios import GRADE_NAMES, GRADES, Scenarios
from tests.console.practice.recordings import played, recorded

NONE = "—"
LEAST = 0.9  # of all points that judge or scorer found, the share graded alike

Point = tuple[str, str]  # item, and element or clause


def _key(call: dict[str, Any]) -> list[tuple[Point, str]]:
    return [((item, of), grade) for grade, item, of in (each.split() for each in call["key"])]


def _found(call: dict[str, Any], packs: Packs, scenarios: Scenarios, recogniser: Recogniser) -> list[tuple[Point, str]]:
    deviations = score(packs, scenarios.pool, played(call, scenarios, recogniser)).deviations
    return [((each.item, each.of or each.clause), each.grade) for each in deviations]


def _pairs(key: list[tuple[Point, str]], found: list[tuple[Point, str]]) -> list[tuple[Point, str, str]]:
    """Every point with the judge's grade and the scorer's; the gravest first where a point has several."""
    pairs, rest = [], sorted(found, key=lambda each: GRADES.index(each[1]))
    for point, grade in sorted(key, key=lambda each: GRADES.index(each[1])):
        same = next((each for each in rest if each[0] == point), None)
        if same is not None:
            rest.remove(same)
        pairs.append((point, grade, same[1] if same else NONE))
    return [*pairs, *((point, NONE, grade) for point, grade in rest)]


@pytest.mark.clause("7.1.2.2a")
@pytest.mark.clause("7.1.2.2b")
@pytest.mark.clause("7.1.2.3")
def test_the_scorer_agrees_with_a_judge(packs: Packs, scenarios: Scenarios, recogniser: Recogniser) -> None:
    """You should see at least forty calls, every grade among them, the table printed, no danger missed or made up, and at
    least nine of ten points graded alike."""
    calls = recorded()
    assert len({call["id"] for call in calls}) == len(calls) >= 40
    assert {grade for call in calls for _, grade in _key(call)} == set(GRADES)
    table, apart = Counter[tuple[str, str]](), []
    for call in calls:
        for point, judge, machine in _pairs(_key(call), _found(call, packs, scenarios, recogniser)):
            table[judge, machine] += 1
            if judge != machine:
                apart.append(f"{call['id']} {' '.join(point)}: judge {judge}, scorer {machine}")
    print("\n" + _told(table) + "\n".join(["", *apart]))
    agreed = sum(count for (judge, machine), count in table.items() if judge == machine)
    assert agreed / table.total() >= LEAST, apart
    assert not [pair for pair in table if "critical" in pair and pair[0] != pair[1]], apart


def _told(table: Counter[tuple[str, str]]) -> str:
    """The table: a row for each grade of the judge, a column for each of the scorer."""
    names = {**GRADE_NAMES, NONE: "没有"}
    lines = ["judge\\scorer  " + "  ".join(f"{name:>4}" for name in names.values())]
    for judge, name in names.items():
        lines.append(f"{name:>10}  " + "  ".join(f"{table[judge, machine]:>6}" for machine in names))
    agreed = sum(count for (judge, machine), count in table.items() if judge == machine)
    return "\n".join([*lines, f"agreed on {agreed} of {table.total()}"])
