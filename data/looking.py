"""Who has which ticket open at a desk now, so that two people see each other before they contradict each other.

A courtesy only: what holds two writers apart is the sequence of the events.
"""

import sqlite3
from datetime import datetime, timedelta

import msgspec

from data.clock import from_storage, to_storage
from data.db import writing

STALE = timedelta(seconds=45)  # a desk renews its row well within this; a killed one is forgotten after it


class Looking(msgspec.Struct, frozen=True):
    """Somebody else with the ticket open."""

    agent_no: str
    desk: str
    since: datetime


class LookingStore:
    """Who looks at what, in one store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def at(self, ticket_id: str, agent_no: str, desk: str, now: datetime) -> None:
        """Note that an agent has this ticket, and no other, open at a desk; an empty id: none any more.

        Raises:
            StorageError: the disk refused.
        """
        with writing(self._db) as db:
            db.execute("DELETE FROM looking WHERE agent_no = ? AND ticket_id <> ?", (agent_no, ticket_id))
            db.execute("DELETE FROM looking WHERE seen_at < ?", (to_storage(now - STALE),))
            if ticket_id:
                db.execute(
                    "INSERT INTO looking (ticket_id, agent_no, desk, since, seen_at) VALUES (?, ?, ?, ?, ?) "
                    "ON CONFLICT (ticket_id, agent_no) DO UPDATE SET desk = excluded.desk, seen_at = excluded.seen_at",
                    (ticket_id, agent_no, desk, to_storage(now), to_storage(now)),
                )

    def others(self, ticket_id: str, agent_no: str, now: datetime) -> list[Looking]:
        """Return who else has the ticket open, longest first."""
        rows = self._db.execute(
            "SELECT agent_no, desk, since FROM looking WHERE ticket_id = ? AND agent_no <> ? AND seen_at >= ? "
            "ORDER BY since",
            (ticket_id, agent_no, to_storage(now - STALE)),
        )
        return [Looking(row["agent_no"], row["desk"], from_storage(row["since"])) for row in rows]
