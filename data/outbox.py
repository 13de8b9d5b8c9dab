"""The outbox: events written here that the dispatch queue has not taken yet, and those it refused."""

import sqlite3
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

    def sent(self, ticket_id: str, up_to: int) -> None:
        """Note that the queue has taken a ticket's events up to a sequence number."""
        with writing(self._db) as db:
            db.execute("DELETE FROM outbox WHERE ticket_id = ? AND seq <= ?", (ticket_id, up_to))

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

    def position(self, name: str) -> int:
        """Return how far a queue has been read."""
        row = self._db.execute("SELECT position FROM positions WHERE name = ?", (name,)).fetchone()
        return int(row["position"]) if row else 0

    def advance(self, name: str, position: int) -> None:
        """Note how far a queue has been read; it never goes back."""
        with writing(self._db) as db:
            db.execute(
                "INSERT INTO positions (name, position) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET position = max(position, excluded.position)",
                (name, position),
            )
