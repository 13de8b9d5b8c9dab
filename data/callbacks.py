"""What is known of the callback (回访, 5.4) of a ticket: that it was planned, each attempt, and what the claimant said.

Plain facts, each as its event carried it; `called` adds one to what is known. What a step demands is in
`data.callback_rules`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from data.lifecycle import Kind

if TYPE_CHECKING:
    from data.events import Event

GRADES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
"""The five grades in the order in which they are read out (5.3.2, B.4.4)."""

DISSATISFIED = GRADES[3:]
"""The grades after which B.4.5 asks what was unsatisfactory."""

NO_ANSWER = "拒答"
"""What is stored where the claimant did not want to answer a question: asked, and no answer."""

CONTACTED, TOLD, SETTLED, SATISFACTION = "contacted", "told", "solved", "satisfaction"
ASPECTS, VIEWS = "aspects", "views"

YES, NO, UNSURE = "是", "否", "记不清"
SOLVED, PARTLY, UNSOLVED = "已解决", "部分解决", "未解决"

CHOICES: Mapping[str, tuple[str, ...]] = {
    CONTACTED: (YES, NO, UNSURE, NO_ANSWER),
    TOLD: (YES, NO, UNSURE, NO_ANSWER),
    SETTLED: (SOLVED, PARTLY, UNSOLVED, NO_ANSWER),
    SATISFACTION: (*GRADES, NO_ANSWER),
}
"""What may be answered to each question that has codes (5.4.3a-c); none of them is a default."""

REQUIRED = (CONTACTED, TOLD, SETTLED, SATISFACTION)
"""The questions that a whole interview has put; 拒答 is an answer as well."""

ASPECT_WORDS = ("效率", "态度", "质量", "其他")
"""Codes for what B.4.5 asks: its examples, and everything else. They are ticked from what was said, never read out."""

INTERVIEWED, REFUSED, UNREACHED, OTHER, INELIGIBLE = "访问成功", "拒访", "未接触", "其他未访", "不合格"
FAMILIES = (INTERVIEWED, REFUSED, UNREACHED, OTHER, INELIGIBLE)
"""The families of dispositions that AAPOR's Standard Definitions tell apart."""

COMPLETE, PARTIAL = "完成访问", "部分访问"
"""An interview with every answer, and one that the claimant broke off (AAPOR 1.1 and 1.2)."""


class Answer(msgspec.Struct, frozen=True):
    """An answer: its code, and the words as they were said. ``asked_at`` is when it was given."""

    value: str = ""
    said: str = ""
    at: datetime | None = None
    explained: bool = False  # the explanation of 尝试联系 was asked for (B.4.2)


class Plan(msgspec.Struct, frozen=True):
    """A ticket was drawn for a callback (5.4.1): by which run, until when; ``feedback`` counts the reply it is about."""

    at: datetime
    by: str
    run: str
    feedback: int
    until: datetime
    stratum: str = ""


class Probe(msgspec.Struct, frozen=True):
    """What the agent said beyond the script, and the rules of neutrality that it went against (5.4.4)."""

    question: str
    text: str
    at: datetime
    findings: list[str] = []


class Attempt(msgspec.Struct, frozen=True):
    """One call that led to no end yet: its outcome, and when the next may be made, by whom only."""

    at: datetime
    by: str
    outcome: str
    family: str
    next_at: datetime
    only_by: str = ""  # an appointment that this person wants to keep
    note: str = ""
    call_id: str = ""
    appointment: bool = False
    answers: dict[str, Answer] = {}  # of an interview that was broken off: the next call goes on from there
    probes: list[Probe] = []


class Changed(msgspec.Struct, frozen=True):
    """An answer that was changed, in the interview or after it: both values, and why (5.4.4)."""

    question: str
    before: Answer
    after: Answer
    reason: str
    at: datetime
    by: str


class Result(msgspec.Struct, frozen=True):
    """How a callback ended: its outcome and, after an interview, the answers by question (5.4.3)."""

    at: datetime
    by: str
    outcome: str
    family: str
    call_id: str = ""
    note: str = ""
    consent: bool | None = None  # 5.4.2; None where nobody could be asked
    answers: dict[str, Answer] = {}
    changes: list[Changed] = []
    probes: list[Probe] = []

    @property
    def unsettled(self) -> list[str]:
        """See `unsettled`."""
        return unsettled(self.answers)


class Callback(msgspec.Struct, frozen=True):
    """All of it, in the order in which it happened."""

    plans: list[Plan] = []
    attempts: list[Attempt] = []  # of the plan in force
    results: list[Result] = []

    @property
    def waiting(self) -> Plan | None:
        """The plan whose callback has not ended yet."""
        return self.plans[-1] if len(self.plans) > len(self.results) else None

    @property
    def last(self) -> Result | None:
        """How the newest callback ended."""
        return self.results[-1] if self.results else None

    @property
    def refused(self) -> bool:
        """Whether the claimant does not accept callbacks (5.4.2)."""
        return any(result.family == REFUSED for result in self.results)

    @property
    def next_at(self) -> datetime | None:
        """From when on the claimant may be called; None where no callback waits."""
        plan = self.waiting
        if plan is None:
            return None
        return self.attempts[-1].next_at if self.attempts else plan.at


def unsettled(answers: Mapping[str, Answer]) -> list[str]:
    """Return why a matter needs a way back: not contacted, not solved, dissatisfied; empty where it does not."""
    value = {name: answer.value for name, answer in answers.items()}
    found = ["承办单位没有联系"] if value.get(CONTACTED) == NO else []
    found += [value[SETTLED]] if value.get(SETTLED) in (PARTLY, UNSOLVED) else []
    found += [value[SATISFACTION]] if value.get(SATISFACTION) in DISSATISFIED else []
    return found


def called(callback: Callback, event: "Event") -> Callback:
    """Return what is known of the callback after ``event``; events of other kinds change nothing.

    Raises:
        msgspec.ValidationError: the payload is not of the event's kind.
    """
    payload: dict[str, Any] = {**event.payload, "at": event.at, "by": event.by}
    match event.kind:
        case Kind.CALLBACK_PLANNED:
            plan = msgspec.convert(payload, Plan)
            return msgspec.structs.replace(callback, plans=[*callback.plans, plan], attempts=[])
        case Kind.CALLBACK_TRIED:
            attempt = msgspec.convert(payload, Attempt)
            return msgspec.structs.replace(callback, attempts=[*callback.attempts, attempt])
        case Kind.CALLBACK_ENDED:
            result = msgspec.convert(payload, Result)
            return msgspec.structs.replace(callback, results=[*callback.results, result])
        case Kind.CALLBACK_AMENDED if callback.last is not None:
            return msgspec.structs.replace(callback, results=[*callback.results[:-1], _amended(callback.last, payload)])
    return callback


def _amended(result: Result, payload: dict[str, Any]) -> Result:
    question = msgspec.convert(payload["question"], str)
    after = msgspec.convert(payload["answer"], Answer)
    change = Changed(
        question=question,
        before=result.answers.get(question, Answer()),
        after=after,
        reason=msgspec.convert(payload["reason"], str),
        at=payload["at"],
        by=payload["by"],
    )
    answers, changes = {**result.answers, question: after}, [*result.changes, change]
    if ASPECTS in answers and answers.get(SATISFACTION, Answer()).value not in DISSATISFIED:
        # What was unsatisfactory goes with the grade that it belonged to; the change keeps it.
        gone = answers.pop(ASPECTS)
        changes.append(msgspec.structs.replace(change, question=ASPECTS, before=gone, after=Answer()))
    return msgspec.structs.replace(result, answers=answers, changes=changes)
