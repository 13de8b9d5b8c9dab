"""The outbox: events written here that the dispatch queue has not taken yet, and those it refused."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

import msgspec

from data.clock import from_storage
from data.db import writing
from data.events import Event
from data.personal import unseal


class Refused(msgspec.Struct):
    """An own event that lost a race: what it was, and what the other desk had done."""

    event: Event
    reason: str
    at: datetime


class Waiting(msgspec.Struct):
    """A ticket with unsent events."""

    ticket_id: str
    number: str
    title: str
    events: int
    attempts: int
    error: str


class Outbox:
    """What of this store still has to reach the queue."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def counts(self) -> tuple[int, int]:
        """Return how many events wait, and how many were refused."""
        row = self._db.execute("SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM refused)").fetchone()
        return int(row[0]), int(row[1])

    def tickets(self, limit: int = 200) -> list[str]:
        """Return the ids of tickets with unsent events, oldest first, but those that failed before after the others.

        Otherwise ``limit`` tickets that can never be sent would hold up all later ones.
        """
        rows = self._db.execute(
            "SELECT ticket_id FROM outbox GROUP BY ticket_id ORDER BY max(attempts), min(id) LIMIT ?", (limit,)
        )
        return [row["ticket_id"] for row in rows]

    def first_unsent(self, ticket_id: str) -> int:
        """Return the lowest unsent sequence number of a ticket, 0 when all are sent."""
        row = self._db.execute("SELECT coalesce(min(seq), 0) FROM outbox WHERE ticket_id = ?", (ticket_id,))
        return int(row.fetchone()[0])

    def sent(self, up_to: Mapping[str, int]) -> None:
        """Note that the queue has taken tickets' events, each ticket's up to a sequence number."""
        with writing(self._db) as db:
            db.executemany("DELETE FROM outbox WHERE ticket_id = ? AND seq <= ?", up_to.items())

    def failed(self, ticket_id: str, error: str) -> None:
        """Note why a ticket's events could not be sent; they stay."""
        with writing(self._db) as db:
            db.execute("UPDATE outbox SET attempts = attempts + 1, error = ? WHERE ticket_id = ?", (error, ticket_id))

    def waiting(self, limit: int = 200) -> list[Waiting]:
        """Return tickets with unsent events, for the sync desk, oldest first."""
        rows = self._db.execute(
            "SELECT o.ticket_id, t.number, t.title, count(*) AS events, max(o.attempts) AS attempts, "
            "max(o.error) AS error "
            "FROM outbox o JOIN tickets t ON t.id = o.ticket_id GROUP BY o.ticket_id ORDER BY min(o.id) LIMIT ?",
            (limit,),
        )
        return [Waiting(**dict(row)) for row in rows]

    def refused(self) -> list[Refused]:
        """Return own events that the queue refused, oldest first."""
        rows = self._db.execute("SELECT event, reason, refused_at FROM refused ORDER BY refused_at, event_id")
        return [Refused(unseal(r["event"], Event), r["reason"], from_storage(r["refused_at"])) for r in rows]

    def forget(self, event_id: str) -> None:
        """Drop a refused event that was retried or given up."""
        with writing(self._db) as db:
            db.execute("DELETE FROM refused WHERE event_id = ?", (event_id,))

    def adopt(self, identity: str) -> int:
        """Return how far the queue with this identity has been read.

        One that was never met before, as after a restore of it or a change of address, is read from the beginning and
        sent all that stands here (it passes over what it has); numbers that another queue reserved are not its own.
        """
        known = self.position(identity)
        if known is not None:
            return known
        with writing(self._db) as db:
            others = self.met()
            db.execute("INSERT OR IGNORE INTO positions (name, position) VALUES (?, 0)", (identity,))
            db.execute("INSERT OR IGNORE INTO outbox (ticket_id, seq) SELECT ticket_id, seq FROM events")
            if others:
                db.execute("DELETE FROM number_blocks")
        return 0

    def met(self) -> bool:
        """Whether any queue was ever read."""
        return self._db.execute("SELECT 1 FROM positions LIMIT 1").fetchone() is not None

    def position(self, identity: str) -> int | None:
        """Return how far the queue with this identity has been read; None for one never met."""
        row = self._db.execute("SELECT position FROM positions WHERE name = ?", (identity,)).fetchone()
        return int(row["position"]) if row else None

    def advance(self, identity: str, position: int) -> None:
        """Note how far a queue has been read; it never goes back."""
        with writing(self._db) as db:
            db.execute(
                "INSERT INTO positions (name, position) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET position = max(position, excluded.position)",
                (identity, position),
            )
