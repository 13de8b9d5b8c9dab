"""What is done about what assessments found (改进, 7.2): a measure with its owner and its date, and whether it helped."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from console.house import House
from console.quality.sampling import CHECKERS, QualityError
from data.clock import SHANGHAI
from data.events import new_id
from data.people import Actor
from data.quality import FINDING, Done, Step

MEASURES = {
    "7.2a": "数据运用，主动发现问题",
    "7.2b": "优化流程，完善机构和人员",
    "7.2c": "优化评价指标",
    "7.2d": "强化人员培训",
    "7.2e": "政策制修订建议",
}
"""The measures that 7.2 names, by clause."""

WAITING, DUE, SOLVED, FURTHER = "待跟进", "已到期", "已见效", "继续整改"


class Finding(msgspec.Struct, frozen=True):
    """A problem and what is done about it. ``course`` names a practice course where the measure is training (7.2d)."""

    problem: str
    measure: str
    clause: str
    owner: str
    follow_up: date
    course: str = ""
    assessments: tuple[str, ...] = ()


class Follow(msgspec.Struct, frozen=True):
    """A check on the day that was set: whether the measure helped, what was seen, and when to look again if not."""

    effective: bool
    note: str
    again: date | None = None


class Improvement(msgspec.Struct, frozen=True):
    """A finding with its checks."""

    id: str
    at: datetime
    by: str
    finding: Finding
    follows: tuple[tuple[datetime, str, Follow], ...] = ()

    @property
    def due(self) -> date | None:
        """When it is to be looked at next; None once its measure helped."""
        if not self.follows:
            return self.finding.follow_up
        last = self.follows[-1][2]
        return None if last.effective else last.again

    def state(self, today: date) -> str:
        """How it stands on a day."""
        if self.due is None:
            return SOLVED
        return DUE if self.due <= today else FURTHER if self.follows else WAITING


class Improving:
    """The list of improvements, for one person."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return self.house.clock.now().astimezone(SHANGHAI).date()

    def every(self) -> list[Improvement]:
        """Return those that this person may see, what is due first: whoever checks all, an owner their own (6.2.2)."""
        found = [_folded(steps) for steps in self.house.quality.streams(FINDING)]
        shown = [each for each in found if self.actor.may(*CHECKERS) or self.actor.agent_no == each.finding.owner]
        return sorted(shown, key=lambda each: (each.due is None, each.due or date.max, each.id))

    def why_not(self) -> str:
        """Say why this person does not write here; nothing where they do."""
        if self.actor.may(*CHECKERS):
            return ""
        return f"改进事项由{'、'.join(CHECKERS)}提出和跟进：{self.actor.agent_no} 没有这个角色（6.2.2）"

    def find(self, finding: Finding) -> Improvement:
        """Write down a finding.

        Raises:
            QualityError: not this person, or a part of it is missing.
            StorageError: the disk refused.
        """
        if reason := self.why_not():
            raise QualityError(reason)
        missing = {"问题": finding.problem, "措施": finding.measure, "负责人": finding.owner}
        if empty := [name for name, text in missing.items() if not text.strip()]:
            raise QualityError(f"改进事项还缺{'、'.join(empty)}：请补写（7.2）")
        if finding.clause not in MEASURES:
            raise QualityError(f"措施要选一类：{'、'.join(f'{c} {n}' for c, n in MEASURES.items())}")
        if all(person.agent_no != finding.owner for person in self.house.people.everyone()):
            raise QualityError(f"没有可用的工号 {finding.owner}：负责人要能登录，请核对（7.2）")
        if finding.follow_up <= self.today:
            raise QualityError(f"跟进日期要在今天之后，现为 {finding.follow_up}（7.2）")
        step = Step(new_id(), 1, Done.FOUND, self.house.clock.now(), self.actor.agent_no, msgspec.to_builtins(finding))
        self.house.quality.add(FINDING, step)
        return _folded([step])

    def follow(self, name: str, follow: Follow) -> Improvement:
        """Write down a check.

        Raises:
            QualityError: not this person, no such finding, one that is over, or a part of the check is missing.
            QualityConflict, StorageError: somebody else did it meanwhile; the disk refused.
        """
        if reason := self.why_not():
            raise QualityError(reason)
        found = [each for each in self.every() if name and each.id.endswith(name)]
        if len(found) != 1:
            raise QualityError(f"没有改进事项“{name}”，或不止一件：请用 hotline quality findings 核对编号")
        (each,) = found
        if each.due is None:
            raise QualityError("这项改进已见效，不再跟进：问题再现请另提一项（7.2）")
        if not follow.note.strip():
            raise QualityError("跟进要写明检查到的情况（7.2）")
        if not follow.effective and (follow.again is None or follow.again <= self.today):
            raise QualityError("没有见效的要写明下次跟进日期，在今天之后（7.2）")
        seq = len(each.follows) + 2
        body = msgspec.to_builtins(follow)
        self.house.quality.add(
            FINDING, Step(each.id, seq, Done.FOLLOWED, self.house.clock.now(), self.actor.agent_no, body)
        )
        return _folded(self.house.quality.stream(each.id))


def _folded(steps: Sequence[Step]) -> Improvement:
    first = steps[0]
    follows = tuple((step.at, step.by, msgspec.convert(step.body, Follow)) for step in steps[1:])
    return Improvement(first.stream, first.at, first.by, msgspec.convert(first.body, Finding), follows)


def improvement_as_json(each: Improvement, today: date) -> dict[str, object]:
    """Lay out an improvement for the command line."""
    return {
        "id": each.id,
        "at": each.at,
        "by": each.by,
        **msgspec.to_builtins(each.finding),
        "state": each.state(today),
        "due": each.due,
        "follows": [{"at": at, "by": by, **msgspec.to_builtins(follow)} for at, by, follow in each.follows],
    }
