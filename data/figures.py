"""Counts and short rows over many tickets, for whoever watches them all: made by SQL, on a connection of its own.

Asked from threads, so that no desk waits for them; a lock keeps one question at a time.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from data.calls import CallStore
from data.clock import from_storage, to_storage
from data.db import connect
from data.evaluations import Evaluations, Said, evaluations, said
from data.lifecycle import State
from data.personal import unseal
from data.quality import QualityStore
from data.record import Place
from data.surges import Surge, Surges
from data.tickets import TicketStore

T = TypeVar("T")


class Glimpse(msgspec.Struct, frozen=True):
    """As much of a ticket as tells which matter it is about. ``claimant`` is the key of their number, or empty."""

    id: str
    number: str
    state: str
    title: str
    district: str
    street: str
    place: str
    claimant: str
    at: datetime


class ClockCount(msgspec.Struct, frozen=True):
    """How many tickets whose clock of this name runs are in time, near its end, and past it."""

    clock: str
    in_time: int
    near: int
    overdue: int


class _Record(msgspec.Struct):
    place: Place = msgspec.field(default_factory=Place)


class _Body(msgspec.Struct):
    record: _Record


class Figures:
    """Reads one store; the connection is made when first asked for."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def states(self) -> dict[str, int]:
        """Return how many tickets stand in each state."""
        rows = self._all("SELECT state, count(*) AS n FROM tickets GROUP BY state")
        return {row["state"]: row["n"] for row in rows}

    def clocks(self, states: Sequence[State], near: float, now: datetime) -> list[ClockCount]:
        """Return, for each clock that runs in these states, how its tickets stand; ``near`` is a share of its time."""
        used = "? >= clock_from + ? * (clock_due - clock_from)"
        rows = self._all(
            f"SELECT clock, count(*) AS n, sum({used}) AS near, sum(? >= clock_due) AS late FROM tickets "
            f"WHERE state IN ({', '.join('?' * len(states))}) AND clock_due IS NOT NULL GROUP BY clock",
            (now.timestamp(), near, now.timestamp(), *states),
        )
        return [
            ClockCount(row["clock"], row["n"] - row["near"], row["near"] - row["late"], row["late"]) for row in rows
        ]

    def dispatched_in_time(self, since: datetime, now: datetime) -> tuple[int, int]:
        """Return how many tickets were dispatched in time since then, and of how many (5.2.2.1.2)."""
        with self._asking() as connection:
            return TicketStore(connection).dispatched_in_time(since, now)

    def quality(self, ask: Callable[[QualityStore], T]) -> T:
        """Return what a question about assessments, and the work behind them, brings (7.1.2)."""
        with self._asking() as connection:
            return ask(QualityStore(connection))

    def submitted(self, since: datetime) -> list[tuple[datetime, datetime | None]]:
        """Return when each web submission since then came, and when it was accepted, if it was (5.1.3.2)."""
        rows = self._all("SELECT submitted_at, taken_at FROM inbox WHERE submitted_at > ?", (to_storage(since),))
        return [
            (from_storage(row["submitted_at"]), from_storage(row["taken_at"]) if row["taken_at"] else None)
            for row in rows
        ]

    def unaccepted(self, before: datetime) -> tuple[int, int]:
        """Return how many web submissions nobody has accepted, and how many of them came before an instant."""
        (row,) = self._all(
            "SELECT count(*) AS n, coalesce(sum(submitted_at < ?), 0) AS late FROM inbox "
            "WHERE ticket_id = '' AND taken_at IS NULL",
            (to_storage(before),),
        )
        return int(row["n"]), int(row["late"])

    def calls(self, since: datetime) -> list[tuple[datetime, datetime | None]]:
        """Return ring and answer times of the calls that rang since then (5.1.3.2)."""
        with self._asking() as connection:
            return CallStore(connection).rung_since(since)

    def surge(self, now: datetime) -> Surge | None:
        """Return the flood of calls in force (5.2.2.1.2d)."""
        with self._asking() as connection:
            return Surges(connection).at(now)

    def glimpses(
        self, since: datetime, until: datetime, limit: int, states: Sequence[State], district: str = ""
    ) -> list[Glimpse]:
        """Return the newest tickets of a span of time in these states (and district), at most ``limit``, oldest first."""
        rows = self._all(
            "SELECT id, number, state, title, district, phone_key, created_at, body FROM tickets "
            f"WHERE created_at >= ? AND created_at < ? AND state IN ({', '.join('?' * len(states))}) "
            f"{'AND district = ? ' if district else ''}ORDER BY created_at DESC, number DESC LIMIT ?",
            (to_storage(since), to_storage(until), *states, *([district] if district else []), limit),
        )
        return [_glimpse(row) for row in reversed(rows)]

    def count(self, since: datetime, until: datetime, states: Sequence[State]) -> int:
        """Return how many tickets of a span of time stand in these states."""
        (row,) = self._all(
            "SELECT count(*) AS n FROM tickets WHERE created_at >= ? AND created_at < ? "
            f"AND state IN ({', '.join('?' * len(states))})",
            (to_storage(since), to_storage(until), *states),
        )
        return int(row["n"])

    def evaluations(self, since: datetime | None, until: datetime | None) -> Evaluations:
        """Return what there is to assess handling by in a span of time; None for its start or end: without limit (7.1.3)."""
        with self._asking() as connection:
            return evaluations(connection, since, until)

    def said(self, since: datetime | None, until: datetime | None) -> list[Said]:
        """Return what was said in callbacks of a span of time against the rules of 5.4.4."""
        with self._asking() as connection:
            return said(connection, since, until)

    def _all(self, question: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        with self._asking() as connection:
            return connection.execute(question, values).fetchall()

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                self._connection = connect(self._store, read_only=True)
            yield self._connection


def _glimpse(row: sqlite3.Row) -> Glimpse:
    place = unseal(row["body"], _Body).record.place
    return Glimpse(
        id=row["id"],
        number=row["number"],
        state=row["state"],
        title=row["title"],
        district=row["district"],
        street=place.street,
        place=place.text,
        claimant=row["phone_key"],
        at=from_storage(row["created_at"]),
    )
