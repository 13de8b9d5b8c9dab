"""Events: the append-only truth about tickets, and the fold that makes a ticket of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import uuid_utils

from data.callbacks import Callback, called
from data.handling import Handling, folded
from data.lifecycle import Kind, State, transition
from data.record import Record


def new_id() -> str:
    """Return a fresh UUIDv7: unique everywhere, and ordered by the time it was made."""
    return str(uuid_utils.uuid7())


class NewEvent(msgspec.Struct, frozen=True):
    """Something about to happen to a ticket."""

    kind: Kind
    payload: dict[str, Any] = {}


class Event(msgspec.Struct, frozen=True):
    """Something that happened: ``(ticket_id, seq)`` is unique everywhere, ``seq`` counts from 1."""

    event_id: str
    ticket_id: str
    seq: int
    kind: Kind
    at: datetime
    by: str
    clause: str
    payload: dict[str, Any] = {}


class DirectReply(msgspec.Struct):
    """The article a request was answered with (直接答复, 5.2.1), by id and version, for good."""

    article_id: str
    version: int
    title: str


class Escalation(msgspec.Struct):
    """A report to the manager on duty (上报管理人员, 5.1.3.3) and who has seen it."""

    at: datetime
    by: str
    to: str
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""


class Rating(msgspec.Struct, frozen=True):
    """What the claimant of a web request thinks of it, once (评价, 5.3.4): one of the five grades, and why it is bad."""

    grade: str
    at: datetime
    by: str
    reasons: list[str] = []  # 差评原因, ticked
    text: str = ""  # 其他原因, written


class Due(msgspec.Struct):
    """The clocks of a ticket (时限): when each ends, and what it was counted from."""

    dispatch: datetime
    sign: str  # a duration in words: it starts only at dispatch
    feedback: str
    basis: str
    notes: list[str] = []


class Ticket(msgspec.Struct):
    """A ticket as its events leave it. A projection: never changed but by `fold`."""

    id: str
    number: str
    seq: int
    state: State
    record: Record
    created_at: datetime
    created_by: str
    updated_at: datetime
    accepted_by_unit: str = ""  # 受理单位
    call_id: str = ""
    escalations: list[Escalation] = []
    reply: DirectReply | None = None
    due: Due | None = None
    submitted_at: datetime | None = None  # handed to dispatch: from then on the first clock runs
    repeats: list[str] = []  # ids of later tickets about the same matter
    handling: Handling = Handling()  # dispatch, handling, feedback, supervision (5.2)
    callback: Callback = Callback()  # 回访 (5.4)
    rating: Rating | None = None  # of a web request; of a call it stays with the call (5.3.3)
    archive: str = ""  # the hash of the bundle in the archive (5.5.3)

    @property
    def unit(self) -> str:
        """The unit that has it; before it is dispatched the one that is suggested, or none."""
        held = self.handling.now_with
        return held.unit if held else self.record.unit


def fold(ticket: Ticket | None, event: Event) -> Ticket:
    """Return the ticket after ``event``.

    Raises:
        TransitionRefused: appendix A draws no such step.
        msgspec.ValidationError: the payload is not of the event's kind.
    """
    state = transition(ticket.state if ticket else None, event.kind).to
    payload = event.payload
    if ticket is None:
        return Ticket(
            id=event.ticket_id,
            number=msgspec.convert(payload.get("number"), str),
            seq=event.seq,
            state=state,
            record=msgspec.convert(payload.get("record"), Record),
            created_at=event.at,
            created_by=event.by,
            updated_at=event.at,
            accepted_by_unit=msgspec.convert(payload.get("accepted_by_unit", ""), str),
            call_id=msgspec.convert(payload.get("call_id", ""), str),
        )
    changes: dict[str, Any] = {"seq": event.seq, "state": state, "updated_at": event.at}
    match event.kind:
        case Kind.AMENDED:
            changes["record"] = msgspec.convert(payload.get("record"), Record)
        case Kind.ESCALATED:
            reported = Escalation(at=event.at, by=event.by, to=msgspec.convert(payload.get("to", ""), str))
            changes["escalations"] = [*ticket.escalations, reported]
        case Kind.ACKNOWLEDGED:
            changes["escalations"] = [_acknowledge(reported, event) for reported in ticket.escalations]
        case Kind.ANSWERED:
            changes["reply"] = msgspec.convert(payload, DirectReply)
        case Kind.SUBMITTED:
            changes |= {"due": msgspec.convert(payload.get("due"), Due), "submitted_at": event.at}
        case Kind.REPEATED:
            changes["repeats"] = [*ticket.repeats, msgspec.convert(payload.get("ticket_id"), str)]
        case Kind.CALLBACK_PLANNED | Kind.CALLBACK_TRIED | Kind.CALLBACK_ENDED | Kind.CALLBACK_AMENDED:
            changes["callback"] = called(ticket.callback, event)
        case Kind.RATED:
            changes["rating"] = msgspec.convert({**payload, "at": event.at, "by": event.by}, Rating)
        case Kind.ARCHIVED:
            changes["archive"] = msgspec.convert(payload["digest"], str)
        case _:
            changes["handling"] = folded(ticket.handling, event)
    return msgspec.structs.replace(ticket, **changes)


def fold_all(events: Iterable[Event]) -> Ticket | None:
    """Return the ticket that events make, from the first on; None of none.

    Raises:
        TransitionRefused, msgspec.ValidationError: see `fold`.
    """
    ticket: Ticket | None = None
    for event in events:
        ticket = fold(ticket, event)
    return ticket


def _acknowledge(reported: Escalation, event: Event) -> Escalation:
    if reported.acknowledged_at is not None:
        return reported
    return msgspec.structs.replace(reported, acknowledged_at=event.at, acknowledged_by=event.by)
