"""The courses of whoever practises: how far they are, and which calls and cards come next (6.3.2)."""

from console.practice.case import draw
from console.practice.drill import Drill
from console.practice.lesson import PracticeDesk
from console.practice.line import PracticeLine
from console.practice.progress import Progress, coursework
from console.practice.view import LessonView


class Learning(LessonView):
    """One trainee's courses in a lesson."""

    def every(self) -> list[Progress]:
        """All courses, what is assigned first, as it is due.

        Raises:
            StorageError: what was practised cannot be read.
        """
        lesson, agent = self.lesson, self.actor.agent_no
        results = [each for each in lesson.results.every() if each.agent == agent]
        reviews = [each for each in lesson.memory.reviews.every() if each.agent == agent]
        return coursework(lesson.courses, lesson.titles, results, reviews, self.assigning.of(agent))

    def to_do(self) -> list[Progress]:
        """What is assigned and not done yet."""
        return [each for each in self.every() if each.assigned is not None and each.open]

    def line_up(self, course: Progress, line: PracticeLine) -> int:
        """Let the calls of the first step with an open one ring next, with the coach where the step has one; returns
        how many.

        Raises:
            StorageError: what was practised cannot be read.
        """
        calls = [part for part in course.open if part.scenario]
        if not calls:
            return 0
        step = [part for part in calls if part.step == calls[0].step]
        seed = len(self.lesson.results.every()) + 1
        scenarios = self.lesson.scenarios
        line.line_up([draw(scenarios, scenarios.scenario(part.scenario), seed) for part in step])
        self.lesson.coach = step[0].coach
        return len(step)

    def drill(self, course: Progress) -> Drill:
        """A drill of the cards that a course still asks to know.

        Raises:
            StorageError: what is remembered cannot be read.
        """
        return self.lesson.drill(self.actor.agent_no, [part.card for part in course.open if part.card])

    def why_no_calls(self, course: Progress, desk: PracticeDesk) -> str:
        """Say why no call of a course can ring now; nothing where one can."""
        if not course.open:
            return "这门课程已经完成：选别的课程，或按 F6 小测"
        if not any(part.scenario for part in course.open):
            return "这门课程的来电都过了，还有要会的卡：按 F5 练卡"
        if desk.phase != "idle":
            return "受理台上还有一件没有办完：按 Ctrl+O 回去办完，再开始"
        return ""
