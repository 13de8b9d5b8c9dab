"""The engine of one machine: the dispatch queue in one SQLite file."""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.db import connect, explained, writing
from data.events import Event
from data.lifecycle import TransitionRefused
from data.personal import seal
from data.queue import Arrival, HeldDelivery, Refusal, SequenceConflict, fresh_of, one_ticket
from data.schema import QUEUE_STEPS, migrate

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
