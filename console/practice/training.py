"""The trainer's view: who practised, what a class misses most, how it goes over time, and all of it as CSV (6.3.2)."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from console.practice.assigning import of_agent
from console.practice.grading import AGAIN, GOOD
from console.practice.memory import Review
from console.practice.progress import Progress, coursework
from console.practice.results import Result
from console.practice.scoring import ITEMS, PASS_CAP
from console.practice.view import LessonView
from console.when import stamp
from data.clock import SHANGHAI
from data.people import Role

EVERYBODY = "全部"


class Trainee(msgspec.Struct, frozen=True):
    """One trainee: their calls, oldest first, their reviews, and their courses, what is assigned first."""

    agent: str
    name: str
    classes: tuple[str, ...]
    results: tuple[Result, ...]
    reviews: tuple[Review, ...]
    courses: tuple[Progress, ...]

    @property
    def average(self) -> float | None:
        """The mean of the last ten calls (points of 100); None for who took none."""
        last = [each.total for each in self.results[-10:]]
        return sum(last) / len(last) if last else None

    @property
    def last(self) -> datetime | None:
        """When they practised last, a call or a card."""
        return max([*(each.at for each in self.results), *(each.at for each in self.reviews)], default=None)

    @property
    def assigned(self) -> tuple[Progress, ...]:
        """The courses that are assigned."""
        return tuple(each for each in self.courses if each.assigned is not None)


class Missed(msgspec.Struct, frozen=True):
    """How often a card was missed, or done by half, of how often it was asked for, by how many trainees."""

    card: str
    name: str
    missed: int
    half: int
    asked: int
    trainees: int

    @property
    def share(self) -> float:
        """The share that was not right, what was done by half counting half."""
        return (self.missed + self.half / 2) / self.asked


class Training(LessonView):
    """What the trainer sees of one practice home."""

    def why_not(self) -> str:
        """Say why this person sees nothing of others; nothing where they may."""
        if self.actor.may(Role.TRAINER):
            return ""
        return f"全班的情况由{Role.TRAINER}查看：{self.actor.agent_no} 没有这个角色（6.2.2）"

    def trainees(self, of_class: str = "") -> list[Trainee]:
        """Everybody who practised, is in a class or has a course, by number; of one class where one is named.

        Raises:
            StorageError: what was practised cannot be read.
        """
        lesson, classes = self.lesson, self.assigning.classes()
        results: defaultdict[str, list[Result]] = defaultdict(list)
        reviews: defaultdict[str, list[Review]] = defaultdict(list)
        for result in lesson.results.every():
            results[result.agent].append(result)
        for review in lesson.memory.reviews.every():
            reviews[review.agent].append(review)
        people = {each.agent_no: each for each in lesson.house.people.everyone()}
        assigned = self.assigning.every()
        named = {each.to for each in assigned} - set(classes)
        everyone = {*results, *reviews, *named, *(agent for members in classes.values() for agent in members)}
        everyone |= {number for number, each in people.items() if each.may(Role.TRAINEE)}
        found = []
        for agent in sorted(everyone & set(classes[of_class]) if of_class else everyone):
            to_do = of_agent(agent, assigned, classes)
            own = coursework(lesson.courses, lesson.titles, results[agent], reviews[agent], to_do)
            found.append(
                Trainee(
                    agent,
                    people[agent].name if agent in people else "",
                    tuple(name for name, members in classes.items() if agent in members),
                    tuple(sorted(results[agent], key=lambda each: each.at)),
                    tuple(reviews[agent]),
                    tuple(own),
                )
            )
        return found

    def missed_most(self, trainees: Sequence[Trainee]) -> list[Missed]:
        """What is not right most often, cards that were asked for at least once; the largest share first."""
        deck = self.lesson.courses.deck
        asked: Counter[str] = Counter()
        wrong: Counter[tuple[str, bool]] = Counter()
        who: defaultdict[str, set[str]] = defaultdict(set)
        for each in trainees:
            for review in each.reviews:
                asked[review.card] += 1
                if review.rating < GOOD:
                    wrong[review.card, review.rating == AGAIN] += 1
                    who[review.card].add(each.agent)
        found = [
            Missed(card, deck[card].called, wrong[card, True], wrong[card, False], asked[card], len(who[card]))
            for card in who
            if card in deck
        ]
        return sorted(found, key=lambda each: (-each.share, -each.missed, each.card))


def daily(trainees: Sequence[Trainee]) -> list[tuple[date, float, int]]:
    """The mean points and how many calls of each day (in Shanghai) on which anybody practised, oldest first; pure."""
    points: defaultdict[date, list[float]] = defaultdict(list)
    for each in trainees:
        for result in each.results:
            points[result.at.astimezone(SHANGHAI).date()].append(result.total)
    return [(day, sum(found) / len(found), len(found)) for day, found in sorted(points.items())]


def as_csv(trainees: Sequence[Trainee], today: date) -> str:
    """All calls of trainees as CSV for a spreadsheet, times in Shanghai; who took none has one line with their courses."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    head = ("工号", "姓名", "班级", "时间", "场景", "种子", "总分", *ITEMS.values(), "致命", "合格", "布置的课程")
    writer.writerow(head)
    for each in trainees:
        courses = "；".join(
            f"{one.course.title} {one.done}/{len(one.parts)} {one.state(today)}" for one in each.assigned
        )
        who = (each.agent, each.name, "、".join(each.classes))
        for result in each.results:
            critical = sum(one.grade == "critical" for one in result.deviations)
            points = (f"{result.total:g}", *(f"{result.items[item]:g}" for item in ITEMS))
            passed = "否" if result.total <= PASS_CAP or critical else "是"
            writer.writerow((*who, stamp(result.at), result.title, result.seed, *points, critical, passed, courses))
        if not each.results:
            writer.writerow((*who, *[""] * (len(head) - len(who) - 1), courses))
    return out.getvalue()


def write_csv(path: Path, text: str) -> None:
    """Write CSV so that a spreadsheet reads its Chinese; readable by its owner alone (6.2.1).

    Raises:
        OSError: the disk refused.
    """
    path.write_text(text, encoding="utf-8-sig", newline="")
    path.chmod(0o600)
