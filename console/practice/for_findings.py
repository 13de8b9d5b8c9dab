"""A practice course as the measure of a quality finding (7.2d): assigned from the live home, and how far it is done.

Of the practice home only its own files are touched; the live store is not read for it but for packs and people.
"""

from collections.abc import Sequence
from datetime import date

from console.house import House
from console.practice.assigning import Assigned, Assigning, CourseError
from console.practice.courses import OWN_COURSES, Courses, load_courses
from console.practice.house import practice_root
from console.practice.memory import Memory
from console.practice.progress import Progress, progress
from console.practice.results import Results
from console.quality.findings import Finding, Improvement, Improving
from data.people import Actor
from scripts.scenarios import OWN_SCENARIOS, Scenarios, load_scenarios


class FindingCourses:
    """The courses that findings of one live home can assign."""

    def __init__(self, house: House, actor: Actor) -> None:
        """Read the courses in force.

        Raises:
            PackError: a shipped file is faulty.
        """
        self._root = practice_root(house.home.root)
        self._scenarios: Scenarios = load_scenarios(house.packs, house.home.packs / OWN_SCENARIOS)[0]
        self._courses: Courses = load_courses(house.packs, self._scenarios, house.home.packs / OWN_COURSES)[0]
        self._assigning = Assigning(self._root, house.clock, actor)

    def check(self, course: str, to: Sequence[str]) -> None:
        """See that there is such a course, and that somebody is named.

        Raises:
            PackError: there is no such course.
            CourseError: this person may not assign, or nobody of a name is there.
        """
        self._courses.course(course)
        for each in to:
            self._assigning.check(each)

    def assign(self, course: str, to: Sequence[str], until: date, finding: str) -> list[Assigned]:
        """Assign a course to each class or number, up to the day on which the measure is looked at.

        Raises:
            CourseError, StorageError: refused; what was assigned before that stays.
        """
        return [self._assigning.assign(course, each, until, finding) for each in to]

    def progress(self, finding: str) -> list[tuple[str, Progress]]:
        """How far each agent is with what a finding assigned.

        Raises:
            StorageError: what was practised cannot be read.
        """
        known = {each.id for each in self._courses.every}
        held = [each for each in self._assigning.every() if each.finding == finding and each.course in known]
        if not held:
            return []
        results, reviews = Results(self._root).every(), Memory(self._root).reviews.every()
        classes = self._assigning.classes()
        titles = {each.id: each.title for each in self._scenarios.scenarios}
        return [
            (
                agent,
                progress(
                    self._courses,
                    self._courses.course(each.course),
                    titles,
                    [one for one in results if one.agent == agent],
                    [one for one in reviews if one.agent == agent],
                    each,
                ),
            )
            for each in held
            for agent in classes.get(each.to, (each.to,))
        ]


def find(improving: Improving, finding: Finding, to: Sequence[str]) -> Improvement:
    """Write down a finding, and assign its course to each class or number of ``to``, up to the day of its follow-up.

    Raises:
        CourseError, PackError: nobody of a name, no such course, or none named; nothing was written.
        QualityError, StorageError: as `Improving.find`.
    """
    if to and not finding.course:
        raise CourseError("布置要写明课程：编号见 hotline practice courses")
    courses = FindingCourses(improving.house, improving.actor) if to else None
    if courses is not None:
        courses.check(finding.course, to)
    made = improving.find(finding)
    if courses is not None:
        courses.assign(finding.course, to, finding.follow_up, made.id)
    return made
