"""The dispatch queue: where tickets pass from desk to desk, as events.

`DispatchQueue` is the port; `SqliteQueue` is the embedded engine for one machine, `data.postgres` that of a city. Any
engine must pass the same contract test (``tests/data/test_queue_contract.py``).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from data.db import StorageError, connect, explained, writing
from data.events import Event, Ticket, fold_all
from data.lifecycle import TransitionRefused
from data.personal import seal, unseal
from data.schema import QUEUE_STEPS, migrate
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


class LateQueue:
    """A queue that is opened when it is first needed, and anew after it failed.

    The desks open and go on working whatever has become of the queue's file or server (5.1.3.1); as soon as it can be
    opened again, it is.
    """

    def __init__(self, opened: Callable[[], DispatchQueue], name: str, *, reminds: bool = True) -> None:
        """Say how it is opened, and what is known of it without that."""
        self._opened = opened
        self._name = name
        self._reminds = reminds
        self._queue: DispatchQueue | None = None

    @property
    def name(self) -> str:
        """See `DispatchQueue.name`."""
        return self._name

    @property
    def reminds(self) -> bool:
        """See `DispatchQueue.reminds`."""
        return self._reminds

    def clock(self) -> datetime | None:
        """See `DispatchQueue.clock`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.clock()

    def identity(self) -> str:
        """See `DispatchQueue.identity`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.identity()

    def append(self, events: Sequence[Event]) -> None:
        """See `DispatchQueue.append`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            queue.append(events)

    def append_each(self, batches: Sequence[Sequence[Event]]) -> list[Refusal | None]:
        """See `DispatchQueue.append_each`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.append_each(batches)

    def arrivals_after(self, position: int, limit: int = 500) -> list[Arrival]:
        """See `DispatchQueue.arrivals_after`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.arrivals_after(position, limit)

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """See `DispatchQueue.read_after`. Raises `QueueUnavailable` beside."""
        return [(arrival.position, arrival.event()) for arrival in self.arrivals_after(position, limit)]

    def reserve_numbers(self, day: date, count: int) -> range:
        """See `DispatchQueue.reserve_numbers`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.reserve_numbers(day, count)

    def wait(self, timeout: float) -> bool:
        """See `DispatchQueue.wait`; a queue that cannot be used is waited for in vain, for as long."""
        end = time.monotonic() + timeout
        try:
            with self._open() as queue:
                return queue.wait(timeout)
        except QueueUnavailable:
            time.sleep(max(0.0, end - time.monotonic()))
            return False

    def held_deliveries(self, ticket_id: str = "") -> list[HeldDelivery]:
        """See `DispatchQueue.held_deliveries`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.held_deliveries(ticket_id)

    def requeue_deliveries(self, ticket_id: str = "") -> int:
        """See `DispatchQueue.requeue_deliveries`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.requeue_deliveries(ticket_id)

    def close(self) -> None:
        """Close the file or the connection if it is open."""
        if self._queue is not None:
            self._queue.close()
            self._queue = None

    @contextmanager
    def _open(self) -> Iterator[DispatchQueue]:
        try:
            if self._queue is None:
                self._queue = self._opened()
            yield self._queue
        except QueueUnavailable:
            self.close()
            raise
        except StorageError as error:
            self.close()
            raise QueueUnavailable(str(error)) from error


_ARRIVALS = f"SELECT {', '.join(Arrival._fields[:-1])}, event FROM queue"


class SqliteQueue:
    """The embedded queue: one SQLite file that all desks of a machine share."""

    name = "本机文件"
    reminds = True
    _LOOK = 0.05  # seconds between two looks at the file while waiting

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path)
        self._read_at: int | None = None  # the file's version when it was last read
        try:
            with explained(f"无法打开数据文件 {path}"):
                migrate(self._db, path, QUEUE_STEPS)
        except BaseException:
            self._db.close()
            raise

    def clock(self) -> None:
        """See `DispatchQueue.clock`: there is no other clock."""

    def identity(self) -> str:
        """See `DispatchQueue.identity`."""
        with explained(f"无法读取数据文件 {self._path}"):
            return str(self._db.execute("SELECT id FROM about").fetchone()["id"])

    def append(self, events: Sequence[Event]) -> None:
        """See `DispatchQueue.append`."""
        for refused in self.append_each([events]):
            if refused is not None:
                raise refused

    def append_each(self, batches: Sequence[Sequence[Event]]) -> list[Refusal | None]:
        """See `DispatchQueue.append_each`."""
        one_ticket(batches)
        outcomes: list[Refusal | None] = []
        with writing(self._db):
            for batch in batches:
                try:
                    self._add([event for event in batch if not self._has(event)])
                except (SequenceConflict, TransitionRefused) as refused:  # before anything of this ticket was written
                    outcomes.append(refused)
                else:
                    outcomes.append(None)
        return outcomes

    def arrivals_after(self, position: int, limit: int = 500) -> list[Arrival]:
        """See `DispatchQueue.arrivals_after`."""
        with explained(f"无法读取数据文件 {self._path}"):
            self._read_at = self._version()
            rows = self._db.execute(
                f"{_ARRIVALS} WHERE position > ? ORDER BY position LIMIT ?", (position, limit)
            ).fetchall()
        return [Arrival(*row) for row in rows]

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """See `DispatchQueue.read_after`."""
        return [(arrival.position, arrival.event()) for arrival in self.arrivals_after(position, limit)]

    def reserve_numbers(self, day: date, count: int) -> range:
        """See `DispatchQueue.reserve_numbers`."""
        if count < 1:
            raise ValueError(f"cannot reserve {count} numbers")
        with writing(self._db) as db:
            last: int = db.execute(
                "INSERT INTO serials (day, last) VALUES (?, ?) "
                "ON CONFLICT (day) DO UPDATE SET last = last + excluded.last RETURNING last",
                (day.isoformat(), count),
            ).fetchone()[0]
        return range(last - count + 1, last + 1)

    def wait(self, timeout: float) -> bool:
        """See `DispatchQueue.wait`."""
        end = time.monotonic() + timeout
        with explained(f"无法读取数据文件 {self._path}"):
            while self._version() == self._read_at:
                left = end - time.monotonic()
                if left <= 0:
                    return False
                time.sleep(min(self._LOOK, left))
        return True

    def held_deliveries(self, ticket_id: str = "") -> list[HeldDelivery]:
        """See `DispatchQueue.held_deliveries`: on one machine nothing is delivered, all desks read this file."""
        return []

    def requeue_deliveries(self, ticket_id: str = "") -> int:
        """See `DispatchQueue.requeue_deliveries`."""
        return 0

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _add(self, events: Sequence[Event]) -> None:
        if not events:
            return
        ticket_id = events[0].ticket_id
        fresh, ticket = fresh_of(self._history(ticket_id), events)
        for event in fresh:
            self._db.execute(
                "INSERT INTO queue (ticket_id, seq, event_id, event) VALUES (?, ?, ?, ?)",
                (ticket_id, event.seq, event.event_id, seal(event)),
            )
        if ticket is not None:
            self._db.execute(
                "INSERT INTO heads (ticket_id, seq, state) VALUES (?, ?, ?) "
                "ON CONFLICT (ticket_id) DO UPDATE SET seq = excluded.seq, state = excluded.state",
                (ticket_id, ticket.seq, ticket.state),
            )

    def _has(self, event: Event) -> bool:
        found = self._db.execute("SELECT 1 FROM queue WHERE event_id = ?", (event.event_id,))
        return found.fetchone() is not None

    def _history(self, ticket_id: str) -> list[Arrival]:
        rows = self._db.execute(f"{_ARRIVALS} WHERE ticket_id = ? ORDER BY seq", (ticket_id,))
        return [Arrival(*row) for row in rows]

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])
