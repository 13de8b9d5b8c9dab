"""The dispatch queue: where tickets pass from desk to desk, as events.

`DispatchQueue` is the port; `data.sqlite_queue` is the embedded engine for one machine, `data.postgres` that of a city.
Any engine must pass the same contract test (``tests/data/test_queue_contract.py``).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

import msgspec

from data.db import StorageError
from data.events import Event, Ticket, fold_all
from data.lifecycle import TransitionRefused
from data.personal import unseal
from data.steps import follow


class SequenceConflict(RuntimeError):
    """Another desk has already written this ``seq``; ``theirs`` is everything it wrote from there on.

    ``theirs`` is empty when there is a gap instead: events before this one never reached the queue.
    """

    def __init__(self, ticket_id: str, theirs: "list[Arrival]") -> None:
        self.ticket_id = ticket_id
        self.theirs = theirs
        what = f"第 {theirs[0].seq} 步已由他人写入" if theirs else "此前的步骤不在派单队列中"
        super().__init__(f"工单 {ticket_id} {what}")


class OutOfScope(RuntimeError):
    """The queue does not let this desk do this: the ticket is another's, or the step is not for desks of its kind."""


class QueueUnavailable(StorageError):
    """The queue as a whole cannot be used now; what is to be sent waits."""


Refusal = SequenceConflict | TransitionRefused | OutOfScope  # what may become of one ticket's events


class Arrival(NamedTuple):
    """An event as it stands in the queue; nobody has looked into it yet, and it may be none that this program knows."""

    position: int
    ticket_id: str
    seq: int
    event_id: str
    text: str

    def event(self) -> Event:
        """Read it.

        Raises:
            msgspec.DecodeError: it is damaged, written by a newer program, or says it is another event.
        """
        event = unseal(self.text, Event)
        if (event.ticket_id, event.seq, event.event_id) != (self.ticket_id, self.seq, self.event_id):
            raise msgspec.DecodeError("the event names another place than it stands at")
        return event


class HeldDelivery(msgspec.Struct, frozen=True):
    """An event that did not reach a unit by its channel (滞留), and that the centre's workers gave up: whose, and why.

    ``unit`` is empty for the network platform that a finished request came from.
    """

    id: int
    ticket_id: str
    number: str
    seq: int
    kind: str
    unit: str
    channel: str
    tries: int
    reason: str
    at: datetime


class DispatchQueue(Protocol):
    """What every engine of the queue can do."""

    @property
    def name(self) -> str:
        """What people call it: the server's host, or 本机文件."""
        ...

    @property
    def reminds(self) -> bool:
        """Whether this desk sends what the system sends by itself (5.2.3a): where no centre's worker does."""
        ...

    def clock(self) -> datetime | None:
        """Return the instant by the clock of the queue's machine; None where that is this machine."""
        ...

    def identity(self) -> str:
        """Return which queue this is; it is another one after a restore. Positions of one mean nothing in another."""
        ...

    def append(self, events: Sequence[Event]) -> None:
        """Add events of one ticket, all or none; those already there by ``event_id`` are passed over.

        Raises:
            SequenceConflict: another event stands at one of these sequence numbers, or there is a gap before them.
            TransitionRefused: appendix A draws no such step, or it lacks what it demands (`data.steps`).
            OutOfScope: the ticket or the step is not for this desk.
            ValueError: the events are of several tickets.
        """
        ...

    def append_each(self, batches: Sequence[Sequence[Event]]) -> list[Refusal | None]:
        """Add several tickets' events at once, each ticket's as `append` would; return why each was not taken.

        Raises:
            ValueError: the events of one batch are of several tickets, or those of one ticket in several batches.
        """
        ...

    def arrivals_after(self, position: int, limit: int = 500) -> list[Arrival]:
        """Return what stands after ``position``, in the order in which it was committed.

        Whoever saw one event before writing another finds them in this order. Where a desk is shown only some tickets,
        one that it begins to see late comes whole at the position that brought it, beyond ``limit`` if need be.
        """
        ...

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """Return the events of `arrivals_after` with their positions, where all can be read."""
        ...

    def reserve_numbers(self, day: date, count: int) -> range:
        """Reserve ``count`` serials of ``day``; no serial is ever given twice.

        Raises:
            ValueError: ``count`` is not positive.
            OutOfScope: this desk registers nothing.
        """
        ...

    def wait(self, timeout: float) -> bool:
        """Wait until there may be something new to read, at most ``timeout`` seconds; whether there may be."""
        ...

    def held_deliveries(self, ticket_id: str = "") -> list[HeldDelivery]:
        """Return what the workers gave up, of one ticket or of all, oldest first; nothing where this desk is no centre's."""
        ...

    def requeue_deliveries(self, ticket_id: str = "") -> int:
        """Let what is held wait again, of one ticket or of all; returns how many."""
        ...

    def close(self) -> None:
        """Let go of the file or the connection."""
        ...


def one_ticket(batches: Sequence[Sequence[Event]]) -> None:
    """Check that each batch is about one ticket, and each ticket in one batch.

    Raises:
        ValueError: it is not so.
    """
    ids = [{event.ticket_id for event in batch} for batch in batches if batch]
    if any(len(tickets) > 1 for tickets in ids):
        raise ValueError("one append is about one ticket")
    if len(set().union(*ids)) < len(ids):
        raise ValueError("a ticket's events belong into one batch")


def fresh_of(history: Sequence[Arrival], events: Sequence[Event]) -> tuple[list[Event], Ticket | None]:
    """Return which of ``events`` are to be added behind a ticket's ``history``, and the ticket after them.

    Raises:
        SequenceConflict: another event stands at one of these sequence numbers, or there is a gap before them.
        TransitionRefused: appendix A draws no such step, or it lacks what it demands (`data.steps`).
    """
    known = {arrival.event_id for arrival in history}
    fresh = [event for event in events if event.event_id not in known]
    for seq, event in enumerate(fresh, start=len(history) + 1):
        if event.seq != seq:
            raise SequenceConflict(event.ticket_id, [theirs for theirs in history if theirs.seq >= event.seq])
    try:
        ticket = fold_all(arrival.event() for arrival in history) if fresh else None
    except msgspec.MsgspecError as error:
        raise TransitionRefused(f"派单队列里此前的步骤读不懂（{error}）：请升级本程序，或联系系统管理员") from error
    for event in fresh:
        ticket = follow(ticket, event)
    return fresh, ticket
