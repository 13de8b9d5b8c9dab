"""Who calls which number back now: never two agents one number (5.4), however many consoles work on one list."""

import sqlite3
from datetime import datetime, timedelta

from data.clock import to_storage
from data.db import writing

STALE = timedelta(minutes=5)
"""A console at work renews its row well within this. One that was killed is forgotten after it; until then the number
stays with its agent, who may still be talking, and who finds it again on returning."""


class Callings:
    """The numbers that are being called, in one store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def take(self, dial_key: str, agent_no: str, now: datetime) -> str:
        """Take a number for an agent, and no other for them; returns who has it: the agent, or whoever was first.

        Raises:
            StorageError: the disk refused.
        """
        with writing(self._db) as db:
            db.execute("DELETE FROM callings WHERE agent_no = ? AND dial_key <> ?", (agent_no, dial_key))
            db.execute("DELETE FROM callings WHERE seen_at < ?", (to_storage(now - STALE),))
            db.execute(
                "INSERT INTO callings (dial_key, agent_no, since, seen_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (dial_key) DO UPDATE SET seen_at = excluded.seen_at WHERE agent_no = excluded.agent_no",
                (dial_key, agent_no, to_storage(now), to_storage(now)),
            )
            holder = db.execute("SELECT agent_no FROM callings WHERE dial_key = ?", (dial_key,)).fetchone()
        return str(holder["agent_no"])

    def renew(self, dial_key: str, agent_no: str, now: datetime) -> bool:
        """Say that the agent still calls this number; returns whether it is still theirs.

        Raises:
            StorageError: the disk refused.
        """
        return self.take(dial_key, agent_no, now) == agent_no

    def release(self, agent_no: str) -> None:
        """Let go of whatever the agent calls.

        Raises:
            StorageError: the disk refused.
        """
        with writing(self._db) as db:
            db.execute("DELETE FROM callings WHERE agent_no = ?", (agent_no,))

    def now(self, now: datetime) -> dict[str, str]:
        """Return who calls which number."""
        rows = self._db.execute(
            "SELECT dial_key, agent_no FROM callings WHERE seen_at >= ?", (to_storage(now - STALE),)
        )
        return {row["dial_key"]: row["agent_no"] for row in rows}
