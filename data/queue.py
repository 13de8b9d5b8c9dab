"""The dispatch queue: where tickets pass from desk to desk, as events.

`DispatchQueue` is the port; `SqliteQueue` is the embedded engine for one machine. Any engine must pass the same
contract test (``tests/data/test_queue_contract.py``).
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

from data.db import StorageError, connect, explained, writing
from data.events import Event, Ticket, fold
from data.personal import seal, unseal
from data.schema import QUEUE_STEPS, migrate
from data.steps import follow


class SequenceConflict(RuntimeError):
    """Another desk has already written this ``seq``; ``theirs`` is everything it wrote from there on.

    ``theirs`` is empty when there is a gap instead: events before this one never reached the queue.
    """

    def __init__(self, ticket_id: str, theirs: list[Event]) -> None:
        self.ticket_id = ticket_id
        self.theirs = theirs
        what = f"第 {theirs[0].seq} 步已由他人写入" if theirs else "此前的步骤不在派单队列中"
        super().__init__(f"工单 {ticket_id} {what}")


class DispatchQueue(Protocol):
    """What every engine of the queue can do."""

    def append(self, events: Sequence[Event]) -> None:
        """Add events of one ticket, all or none; those already there by ``event_id`` are passed over.

        Raises:
            SequenceConflict: another event stands at one of these sequence numbers, or there is a gap before them.
            TransitionRefused: appendix A draws no such step, or it lacks what it demands (`data.steps`).
            ValueError: the events are of several tickets.
        """
        ...

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """Return events after ``position`` in the order in which they were committed."""
        ...

    def reserve_numbers(self, day: date, count: int) -> range:
        """Reserve ``count`` serials of ``day``; no serial is ever given twice.

        Raises:
            ValueError: ``count`` is not positive.
        """
        ...


class QueueUnavailable(StorageError):
    """The queue as a whole cannot be used now; what is to be sent waits."""


class LateQueue:
    """A queue that is opened when it is first needed, and anew after it failed.

    The desks open and go on working whatever has become of the queue's file (5.1.3.1); as soon as it can be opened
    again, it is.
    """

    def __init__(self, opened: Callable[[], "SqliteQueue"]) -> None:
        self._opened = opened
        self._queue: SqliteQueue | None = None

    def append(self, events: Sequence[Event]) -> None:
        """See `DispatchQueue.append`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            queue.append(events)

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """See `DispatchQueue.read_after`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.read_after(position, limit)

    def reserve_numbers(self, day: date, count: int) -> range:
        """See `DispatchQueue.reserve_numbers`. Raises `QueueUnavailable` beside."""
        with self._open() as queue:
            return queue.reserve_numbers(day, count)

    def close(self) -> None:
        """Close the file if it is open."""
        if self._queue is not None:
            self._queue.close()
            self._queue = None

    @contextmanager
    def _open(self) -> Iterator["SqliteQueue"]:
        try:
            if self._queue is None:
                self._queue = self._opened()
            yield self._queue
        except StorageError as error:
            self.close()
            raise QueueUnavailable(str(error)) from error


class SqliteQueue:
    """The embedded queue: one SQLite file that all desks of a machine share."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = connect(path)
        try:
            with explained(f"无法打开数据文件 {path}"):
                migrate(self._db, path, QUEUE_STEPS)
        except BaseException:
            self._db.close()
            raise

    def append(self, events: Sequence[Event]) -> None:
        """See `DispatchQueue.append`."""
        if len({event.ticket_id for event in events}) > 1:
            raise ValueError("one append is about one ticket")
        with writing(self._db) as db:
            fresh = [event for event in events if not self._has(event)]
            if not fresh:
                return
            ticket_id = fresh[0].ticket_id
            ticket: Ticket | None = None
            for known in self._events_from(ticket_id, 1):
                ticket = fold(ticket, known)
            for event in fresh:
                if event.seq != (ticket.seq if ticket else 0) + 1:
                    raise SequenceConflict(ticket_id, self._events_from(ticket_id, event.seq))
                ticket = follow(ticket, event)
                db.execute(
                    "INSERT INTO queue (ticket_id, seq, event_id, event) VALUES (?, ?, ?, ?)",
                    (ticket_id, event.seq, event.event_id, seal(event)),
                )
                db.execute(
                    "INSERT INTO heads (ticket_id, seq, state) VALUES (?, ?, ?) "
                    "ON CONFLICT (ticket_id) DO UPDATE SET seq = excluded.seq, state = excluded.state",
                    (ticket_id, ticket.seq, ticket.state),
                )

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """See `DispatchQueue.read_after`."""
        with explained(f"无法读取数据文件 {self._path}"):
            rows = self._db.execute(
                "SELECT position, event FROM queue WHERE position > ? ORDER BY position LIMIT ?",
                (position, limit),
            ).fetchall()
        return [(row["position"], unseal(row["event"], Event)) for row in rows]

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

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _has(self, event: Event) -> bool:
        found = self._db.execute("SELECT 1 FROM queue WHERE event_id = ?", (event.event_id,))
        return found.fetchone() is not None

    def _events_from(self, ticket_id: str, seq: int) -> list[Event]:
        rows: Sequence[sqlite3.Row] = self._db.execute(
            "SELECT event FROM queue WHERE ticket_id = ? AND seq >= ? ORDER BY seq", (ticket_id, seq)
        ).fetchall()
        return [unseal(row["event"], Event) for row in rows]
