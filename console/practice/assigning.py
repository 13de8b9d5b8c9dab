"""Classes (班级) and assignments (布置): which course who has to do by when; kept in the practice home (6.3.2, 7.2d)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

import msgspec

from console.practice.journal import Journal
from console.quality.sampling import CHECKERS
from data.clock import SHANGHAI, Clock
from data.events import new_id
from data.people import Actor, Role

FILE = "assignments.jsonl"
ASSIGNERS = (Role.TRAINER, *CHECKERS)


class CourseError(ValueError):
    """A class or an assignment was refused; the message says why and what to do."""


class ClassSet(msgspec.Struct, frozen=True, tag="class"):
    """Who is in a class from now on; nobody: the class is no more."""

    at: datetime
    by: str
    name: str
    members: tuple[str, ...]


class Assigned(msgspec.Struct, frozen=True, tag="assigned"):
    """A course to be done by a class or a trainee (工号) up to a day, that day included; ``finding`` is the improvement
    (7.2) that it comes from."""

    at: datetime
    by: str
    id: str
    course: str
    to: str
    deadline: date
    finding: str = ""


class Withdrawn(msgspec.Struct, frozen=True, tag="withdrawn"):
    """An assignment that holds no longer."""

    at: datetime
    by: str
    id: str


Entry: TypeAlias = ClassSet | Assigned | Withdrawn


class Assigning:
    """The classes and assignments of one practice home, as one person reads and writes them."""

    def __init__(self, root: Path, clock: Clock, actor: Actor) -> None:
        """Nothing is read or made before it is asked for."""
        self._root, self._clock, self._actor = root, clock, actor
        self._journal: Journal[Entry] = Journal(root / FILE, Entry, "课程布置")

    def classes(self) -> dict[str, tuple[str, ...]]:
        """The members of each class, by its name.

        Raises:
            StorageError: the file cannot be read.
        """
        sets = {each.name: each.members for each in self._journal.every() if isinstance(each, ClassSet)}
        return {name: members for name, members in sets.items() if members}

    def every(self) -> list[Assigned]:
        """All assignments that hold, the one that is due first before the rest.

        Raises:
            StorageError: the file cannot be read.
        """
        entries = self._journal.every()
        gone = {each.id for each in entries if isinstance(each, Withdrawn)}
        held = [each for each in entries if isinstance(each, Assigned) and each.id not in gone]
        return sorted(held, key=lambda each: (each.deadline, each.at))

    def of(self, agent: str) -> list[Assigned]:
        """What a trainee has to do, by themselves or in a class; of one course what is due first."""
        return of_agent(agent, self.every(), self.classes())

    def why_not(self) -> str:
        """Say why this person assigns nothing; nothing where they may."""
        if self._actor.may(*ASSIGNERS):
            return ""
        return f"班级和课程由{'、'.join(ASSIGNERS)}布置：{self._actor.agent_no} 没有这个角色（6.2.2）"

    def set_class(self, name: str, members: tuple[str, ...]) -> None:
        """Say who is in a class.

        Raises:
            CourseError: not this person, or the name is none.
            StorageError: the disk refused.
        """
        self._may_write()
        if not name.strip() or name.isdecimal() or len(name) > 20:
            raise CourseError("班级要有名称，不超过 20 字，也不能只是数字（那是工号）：请改名")
        if bad := [each for each in members if not (each.isascii() and each.isalnum())]:
            raise CourseError(f"“{bad[0]}”不是工号：只能是数字或字母，几个工号用空格分开")
        self._write(ClassSet(self._clock.now(), self._actor.agent_no, name.strip(), tuple(dict.fromkeys(members))))

    def assign(self, course: str, to: str, deadline: date, finding: str = "") -> Assigned:
        """Assign a course; whether there is such a course is for the caller to know.

        Raises:
            CourseError: not this person, nobody of this name, or a day that is over.
            StorageError: the disk refused.
        """
        self.check(to)
        now = self._clock.now()
        if deadline < now.astimezone(SHANGHAI).date():
            raise CourseError(f"期限 {deadline} 已过：请写今天或以后的日期")
        made = Assigned(now, self._actor.agent_no, new_id(), course, to, deadline, finding)
        self._write(made)
        return made

    def check(self, to: str) -> None:
        """See that this person may assign, and that a class or a number is meant.

        Raises:
            CourseError: not this person, or nobody of this name.
        """
        self._may_write()
        if to not in self.classes() and not (to.isascii() and to.isalnum()):
            raise CourseError(f"没有班级“{to}”：请先建班级，或写工号")

    def withdraw(self, name: str) -> None:
        """Take an assignment back, by the end of its id.

        Raises:
            CourseError: not this person, or there is no such assignment.
            StorageError: the disk refused.
        """
        self._may_write()
        found = [each for each in self.every() if name and each.id.endswith(name)]
        if len(found) != 1:
            raise CourseError(f"没有布置“{name}”，或不止一项：请用 hotline practice assigned 核对编号")
        self._write(Withdrawn(self._clock.now(), self._actor.agent_no, found[0].id))

    def _may_write(self) -> None:
        if reason := self.why_not():
            raise CourseError(reason)

    def _write(self, entry: Entry) -> None:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._journal.append(entry)


def of_agent(agent: str, assigned: Iterable[Assigned], classes: Mapping[str, tuple[str, ...]]) -> list[Assigned]:
    """What of the assignments, in the order of their days, is for a trainee; of one course what is due first. Pure."""
    first: dict[str, Assigned] = {}
    for each in assigned:
        if agent in (each.to, *classes.get(each.to, ())):
            first.setdefault(each.course, each)
    return list(first.values())
