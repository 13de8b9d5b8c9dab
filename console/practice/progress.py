"""How far a trainee is in a course: each call to pass and each card to know, from results and reviews (6.3.2). Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from console.practice.assigning import Assigned
from console.practice.courses import Course, Courses
from console.practice.grading import GOOD
from console.practice.memory import Review
from console.practice.results import Result

TO_BEGIN, UNDER_WAY, DONE, OVERDUE = "未开始", "进行中", "已完成", "已逾期"


class Part(msgspec.Struct, frozen=True):
    """One thing to do: a call (``scenario``) to pass, ``best`` being the most points so far, or a ``card`` to know."""

    step: str
    title: str
    done: bool
    coach: bool = False
    scenario: str = ""
    card: str = ""
    best: float | None = None


class Progress(msgspec.Struct, frozen=True):
    """A course of a trainee; ``assigned`` is None for one that they do of their own accord."""

    course: Course
    parts: tuple[Part, ...]
    assigned: Assigned | None = None

    @property
    def done(self) -> int:
        """How many parts are done."""
        return sum(part.done for part in self.parts)

    @property
    def open(self) -> tuple[Part, ...]:
        """The parts that are still to do, in the order of the course."""
        return tuple(part for part in self.parts if not part.done)

    def state(self, today: date) -> str:
        """How it stands on a day."""
        if not self.open:
            return DONE
        if self.assigned is not None and self.assigned.deadline < today:
            return OVERDUE
        begun = self.done or any(part.best is not None for part in self.parts)
        return UNDER_WAY if begun else TO_BEGIN


def progress(
    courses: Courses,
    course: Course,
    titles: dict[str, str],
    results: Iterable[Result],
    reviews: Iterable[Review],
    assigned: Assigned | None = None,
) -> Progress:
    """How far one trainee is.

    Args:
        courses: those in force, which know the cards.
        course: one of them.
        titles: of the scenarios, by id.
        results: of this trainee's calls.
        reviews: of this trainee's cards.
        assigned: the assignment; only what was done since then counts for it.
    """
    since: datetime | None = assigned.at if assigned else None
    best: dict[str, float] = {}
    for each in results:
        if since is None or each.at >= since:
            best[each.scenario] = max(each.total, best.get(each.scenario, 0.0))
    known = {each.card for each in reviews if each.rating >= GOOD and (since is None or each.at >= since)}
    parts: list[Part] = []
    for step in course.steps:
        for card in courses.cards(step):
            parts.append(Part(step.title, card.called, card.id in known, card=card.id))
        for scenario in step.scenarios:
            points = best.get(scenario)
            passed = points is not None and points >= course.passing
            parts.append(Part(step.title, titles[scenario], passed, step.coach, scenario=scenario, best=points))
    return Progress(course, tuple(parts), assigned)


def coursework(
    courses: Courses,
    titles: dict[str, str],
    results: Sequence[Result],
    reviews: Sequence[Review],
    assigned: Sequence[Assigned],
) -> list[Progress]:
    """All courses of one trainee: what is assigned first, as it is due, then the others.

    An assignment of a course that there is no more is left out.
    """
    ids = {each.id: each for each in courses.every}
    first = [each for each in assigned if each.course in ids]
    others = [each for each in courses.every if each.id not in {one.course for one in first}]
    made = [progress(courses, ids[each.course], titles, results, reviews, each) for each in first]
    return [*made, *(progress(courses, each, titles, results, reviews) for each in others)]
