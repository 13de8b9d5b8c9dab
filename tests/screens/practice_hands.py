"""A practice house for the screens, with trainees, a trainer and what they did; no articles, which cost seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from console.practice.assigning import Assigning
from console.practice.house import PracticeHouse, practice_root
from console.practice.lesson import Lesson
from console.practice.memory import CALL, DRILL
from console.practice.plan import cases_of
from console.practice.results import Result
from console.practice.scoring import Deviation
from data.clock import FixedClock
from data.people import Actor, Role

TRAINEE = Actor("8041", "方晴", frozenset({Role.TRAINEE, Role.CALL_TAKER}))
TRAINER = Actor("9902", "培训师", frozenset({Role.TRAINER}))
MISSED = {"phrase:greeting": 1, "element:harm": 1, "rule:danger": 1, "limit:5.2.2.1.2a": 2, "phrase:farewell": 3}


@contextmanager
def school(tmp_path: Path, clock: FixedClock) -> Iterator[PracticeHouse]:
    """A practice house beside a live home that is not there."""
    house = PracticeHouse(practice_root(tmp_path / "live"), clock, tmp_path / "live")
    house.people.add(TRAINEE.agent_no, TRAINEE.name, TRAINEE.roles, None, clock.now())
    yield house
    house.close()


def lesson_of(house: PracticeHouse, scenario: str = "complain-elevator", seed: int = 3) -> Lesson:
    """A lesson that begins with a scenario."""
    scenarios, _ = house.scenarios()
    return Lesson(house, scenarios, cases_of(scenarios, scenario, seed))


def missed(lesson: Lesson, agent: str = TRAINEE.agent_no) -> None:
    """A call in which this was missed, done by half, and done right."""
    lesson.memory.note(agent, lesson.house.clock.now(), MISSED, CALL, "call-1")


def a_class(lesson: Lesson) -> None:
    """Two trainees and their class: a fortnight of calls, cards, one course under way and one that is late."""
    house, assigning = lesson.house, Assigning(lesson.house.home.root, lesson.house.clock, TRAINER)
    house.people.add("8042", "郭磊", frozenset({Role.TRAINEE, Role.CALL_TAKER}), None, house.clock.now())
    now = house.clock.now()
    assigning.set_class("一班", ("8041", "8042"))
    assigning.assign("first-week", "一班", date(2026, 11, 30))
    assigning.assign("danger", "8042", date(2026, 11, 24))
    points = {"8041": (32, 40, 61, 58, 74, 83), "8042": (48, 55, 40, 70)}
    scenarios = (
        "consult-ebike",
        "danger-gas-leak",
        "suggest-bus-stop",
        "complain-elevator",
        "help-street-light",
        "scope-court",
    )
    for agent, totals in points.items():
        for at, total in enumerate(totals):
            when = now - timedelta(days=2 * (len(totals) - 1 - at), hours=1)
            _call(lesson, agent, scenarios[at], float(total), when)
            missed = dict.fromkeys(("rule:danger", "element:harm"), 1 if total < 60 else 3)
            lesson.memory.note(agent, when, missed | {"phrase:greeting": 3, "phrase:closing": 2}, CALL, f"c{at}")
    _call(lesson, "8041", "consult-ebike", 92.0, now)
    lesson.memory.note("8041", now, {"phrase:greeting": 3, "phrase:farewell": 3}, DRILL)
    if isinstance(house.clock, FixedClock):
        house.clock.advance(24 * 3600)


def _call(lesson: Lesson, agent: str, scenario: str, total: float, when: datetime) -> None:
    critical = (
        (Deviation("danger_missed", "dispatch", "critical", "漏判突发事件", "5.2.2.1.2a"),) if total <= 40 else ()
    )
    items = {"phrases": total, "record": total, "dispatch": total, "answer": 100.0}
    made = Result(when, agent, scenario, lesson.titles[scenario], 1, f"c-{scenario}", "", total, items, critical)
    lesson.results.append(made)
