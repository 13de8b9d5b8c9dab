"""Courses (课程): steps of practice calls to pass and cards to know, a TOML file each, checked when loaded (6.3.2)."""

import re
from pathlib import Path

from console.practice.cards import Card, deck, of_clause
from scripts.pack import SHIPPED, Packs
from scripts.reading import Check, PackError, PackHead, PackStruct, read_pack
from scripts.scenarios import Scenarios

FOLDER = SHIPPED / "courses"
OWN_COURSES = "courses"
"""The folder of a city's own courses, below its packs."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class CourseStep(PackStruct, frozen=True, kw_only=True):
    """One step: calls to pass, by their scenarios, with the ``coach`` or without, and clauses whose cards to know."""

    title: str
    scenarios: tuple[str, ...] = ()
    drill: tuple[str, ...] = ()
    coach: bool = False


class Course(PackHead, frozen=True, kw_only=True):
    """One course; a call passes with at least ``passing`` points of 100."""

    id: str
    title: str
    about: str
    passing: float
    steps: tuple[CourseStep, ...]


class Courses:
    """The courses in force, with the cards that their clauses stand for."""

    def __init__(self, packs: Packs, courses: tuple[Course, ...]) -> None:
        self.every = courses
        self.deck = deck(packs)

    def course(self, course_id: str) -> Course:
        """The course of this id.

        Raises:
            PackError: there is none.
        """
        for each in self.every:
            if each.id == course_id:
                return each
        known = "、".join(each.id for each in self.every)
        raise PackError("练习课程", course_id, f"没有这门课程，可选 {known}")

    def cards(self, step: CourseStep) -> list[Card]:
        """The cards that a step asks to know, each once."""
        return list({card.id: card for clause in step.drill for card in of_clause(self.deck, clause)}.values())


def load_courses(packs: Packs, scenarios: Scenarios, own: Path | None = None) -> tuple[Courses, list[PackError]]:
    """The shipped courses and those of the folder ``own``, and what was refused of that folder.

    A course of ``own`` with the id of a shipped one replaces it. Raises `PackError` where a shipped file is faulty.
    """
    found = {each.id: each for path in sorted(FOLDER.glob("*.toml")) for each in [read_course(path, packs, scenarios)]}
    refused: list[PackError] = []
    for path in sorted(own.glob("*.toml")) if own else ():
        try:
            course = read_course(path, packs, scenarios)
        except PackError as error:
            refused.append(error)
        else:
            found[course.id] = course
    return Courses(packs, tuple(found.values())), refused


def read_course(path: Path, packs: Packs, scenarios: Scenarios) -> Course:
    """The course of a file; raises `PackError` for anything that could not be practised."""
    course = read_pack(path, Course)
    check = Check(path.name, packs.clauses.clauses, False)
    if not _ID.fullmatch(course.id):
        raise check.error(course.id or "id", "id 只能是小写字母、数字和连字符，不超过 40 个")
    check.filled(course.id, title=course.title, about=course.about)
    if not 0 < course.passing <= 100:
        raise check.error(course.id, f"passing 应在 0 到 100 之间，现为 {course.passing:g}")
    if not course.steps:
        raise check.error(course.id, "steps 至少写一步")
    check.unique((step.title for step in course.steps), "步骤的名称")
    cards, known = deck(packs), {each.id for each in scenarios.scenarios}
    for step in course.steps:
        if not (step.scenarios or step.drill):
            raise check.error(step.title, "要写 scenarios（要练的场景）或 drill（要会的条款）")
        check.unique(step.scenarios, f"“{step.title}”里的场景")
        if strangers := [each for each in step.scenarios if each not in known]:
            raise check.error(step.title, f"没有场景 {'、'.join(strangers)}，请用 hotline practice list 查看编号")
        if empty := [each for each in step.drill if not each or not of_clause(cards, each)]:
            raise check.error(step.title, f"条款 {'、'.join(empty)} 没有要练的卡，请用 hotline practice cards 查看")
    return course
