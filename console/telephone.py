"""A call as the telephone sees it: from what happened, when, to how long each part took.

Telephone systems repeat themselves after a reconnect and now and then send things out of order, so each event
contributes a fact and the phase follows from the facts. What contradicts them is ignored, with the reason.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from console.call_events import (
    Answered,
    CallEvent,
    Digits,
    Held,
    HungUp,
    Party,
    Refused,
    Resumed,
    Ringing,
)

ANSWER_LIMIT = timedelta(seconds=15)  # 5.1.3.2: answered within 15 s, the fifteenth included
RATE_WINDOW = timedelta(hours=24)  # 5.1.3.2: any continuous 24 hours, not a calendar day
RATE_FLOOR_PERCENT = 95  # 5.1.3.2

Phase = Literal["ringing", "talking", "held", "ended"]


class Hold(msgspec.Struct, frozen=True):
    """One wait of the claimant; ``end`` is None while it lasts, and never before ``start``."""

    start: datetime
    end: datetime | None = None


class Pressed(msgspec.Struct, frozen=True):
    """Keys the claimant pressed at one moment."""

    at: datetime
    digits: str


class CallState(msgspec.Struct, frozen=True):
    """All that the telephone told about one call so far. Spans are in seconds and never negative."""

    call_id: str
    caller: str = ""
    line: str = ""
    queued_at: datetime | None = None
    ring_at: datetime | None = None
    answered_at: datetime | None = None
    agent: str = ""
    holds: tuple[Hold, ...] = ()
    ended_at: datetime | None = None
    ended_by: Party | None = None
    digits: tuple[Pressed, ...] = ()

    @property
    def phase(self) -> Phase:
        """Where the call stands."""
        if self.ended_at is not None:
            return "ended"
        if self.holds and self.holds[-1].end is None:
            return "held"
        return "ringing" if self.answered_at is None else "talking"

    @property
    def answer_seconds(self) -> float | None:
        """From ringing at the desk to the answer; None without both."""
        return _span(self.ring_at, self.answered_at)

    @property
    def queue_seconds(self) -> float | None:
        """From entering the queue to the answer: the other reading of 5.1.3.2, which names no start."""
        return _span(self.queued_at, self.answered_at)

    @property
    def in_time(self) -> bool | None:
        """Whether it was answered within 15 s of ringing, 15.0 included (5.1.3.2); None when not answered."""
        if self.ring_at is None or self.answered_at is None:
            return None
        return self.answered_at - self.ring_at <= ANSWER_LIMIT

    def ring_seconds(self, now: datetime) -> float:
        """How long it has rung, or rang until answered or given up."""
        return _span(self.ring_at, self.answered_at or self.ended_at or now) or 0.0

    def overdue(self, now: datetime) -> bool:
        """Whether it rang, or still rings, for more than 15 s (5.1.3.2)."""
        return self.ring_seconds(now) > ANSWER_LIMIT.total_seconds()

    def hold_seconds(self, now: datetime) -> float:
        """How long the present hold lasts; 0 when not on hold. B.1.3.3 is due when this exceeds 30."""
        return _span(self.holds[-1].start, now) or 0.0 if self.phase == "held" else 0.0

    def total_hold(self, now: datetime) -> float:
        """All holds of the call together, the present one included."""
        return sum(_span(hold.start, hold.end or now) or 0.0 for hold in self.holds)

    def talk_seconds(self, now: datetime) -> float:
        """From the answer to the end or now, holds included: the call as long as the claimant feels it."""
        return _span(self.answered_at, self.ended_at or now) or 0.0


class CallLine:
    """One call, fed with its events in the order in which they arrive."""

    def __init__(self, call_id: str) -> None:
        self.state = CallState(call_id)

    def apply(self, event: CallEvent) -> str | None:
        """Take in an event; return None when it counted, else a Chinese sentence why it was ignored."""
        self.state, reason = reduce(self.state, event)
        return reason


def reduce(state: CallState, event: CallEvent) -> tuple[CallState, str | None]:
    """Return the state after ``event``, and the reason if it changed nothing. Never raises for any order."""
    if event.call_id != state.call_id:
        return state, f"事件属于另一通电话 {event.call_id}"
    match event:
        case Ringing():
            if state.ring_at is not None:
                return state, "已有响铃记录"
            return (
                msgspec.structs.replace(
                    state, ring_at=event.at, caller=event.caller, line=event.line, queued_at=event.queued_at
                ),
                None,
            )
        case Answered():
            if state.answered_at is not None:
                return state, "电话已接听"
            if state.ended_at is not None and event.at > state.ended_at:
                return state, "接听前电话已挂断"
            return msgspec.structs.replace(state, answered_at=event.at, agent=event.agent), None
        case Held():
            if state.phase != "talking":
                return state, _not_now("等待", state.phase)
            # A replayed hold lies before the end of the last one; counted again it would double the wait.
            if state.holds and (event.at == state.holds[-1].start or event.at < _end_of(state.holds[-1])):
                return state, "等待已记录"
            return msgspec.structs.replace(state, holds=(*state.holds, Hold(event.at))), None
        case Resumed():
            if state.phase != "held":
                return state, _not_now("恢复通话", state.phase)
            return msgspec.structs.replace(state, holds=_released(state.holds, event.at)), None
        case HungUp():
            if state.ended_at is not None:
                return state, "电话已结束"
            return (
                msgspec.structs.replace(
                    state, holds=_released(state.holds, event.at), ended_at=event.at, ended_by=event.by
                ),
                None,
            )
        case Digits():
            # Also after the end: some systems take the rating once the agent has left the line.
            if state.answered_at is None:
                return state, _not_now("按键", state.phase)
            pressed = Pressed(event.at, event.digits)
            if pressed in state.digits:
                return state, "按键已记录"
            return msgspec.structs.replace(state, digits=(*state.digits, pressed)), None
        case Refused():
            return state, f"电话系统未执行 {event.command}：{event.reason}"


class Rate(msgspec.Struct, frozen=True):
    """A share with both its numbers in sight, since the standard leaves the denominator open."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1; None while nothing counts."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def alarm(self) -> bool:
        """Whether the share is below 95 % (5.1.3.2); in whole numbers, so that 95 % itself is well."""
        return self.numerator * 100 < RATE_FLOOR_PERCENT * self.denominator


def connect_rate(calls: Iterable[tuple[datetime, datetime | None]], now: datetime) -> Rate:
    """Return the connect rate (接通率) over the 24 hours up to ``now`` (5.1.3.2), by the instant of ringing.

    Args:
        calls: pairs of (rang at, answered at or None).
        now: end of the window, included; its start, 24 hours before, is not.

    A call that still has its 15 s to be answered is not counted yet: ringing must not read as missed.
    """
    numerator = denominator = 0
    for ring_at, answered_at in calls:
        if not now - RATE_WINDOW < ring_at <= now:
            continue
        if answered_at is not None:
            numerator += 1
        elif now - ring_at <= ANSWER_LIMIT:
            continue
        denominator += 1
    return Rate(numerator, denominator)


def _span(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds between two instants; 0 when clocks of two machines put the end before the start."""
    return None if start is None or end is None else max(0.0, (end - start).total_seconds())


def _end_of(hold: Hold) -> datetime:
    return hold.start if hold.end is None else hold.end


def _released(holds: tuple[Hold, ...], at: datetime) -> tuple[Hold, ...]:
    if not holds or holds[-1].end is not None:
        return holds
    return (*holds[:-1], Hold(holds[-1].start, max(holds[-1].start, at)))


_PHASES = {"ringing": "响铃中", "talking": "通话中", "held": "等待中", "ended": "已结束"}


def _not_now(what: str, phase: Phase) -> str:
    return f"电话{_PHASES[phase]}，不能{what}"
