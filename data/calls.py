"""Calls: when a call rang, was answered, held and ended, what was said in it, and how it was rated."""

import sqlite3
from datetime import datetime

import msgspec

from data.clock import from_storage, to_storage
from data.db import writing
from data.personal import phone_key, seal, unseal


class PhraseStamp(msgspec.Struct):
    """One scripted phrase of a call: said, or passed over (服务用语, appendix B)."""

    phrase_id: str
    at: datetime
    said: bool
    text: str


class Hold(msgspec.Struct):
    """A wait of the caller."""

    since: datetime
    until: datetime | None = None


class Call(msgspec.Struct):
    """One telephone call, kept whether or not it became a ticket."""

    id: str
    caller: str  # the number shown by the line
    ring_at: datetime
    agent_no: str = ""
    queued_at: datetime | None = None  # when the caller entered the queue, if the telephone system tells
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    holds: list[Hold] = []
    phrases: list[PhraseStamp] = []
    digits: str = ""
    rating: int | None = None  # 1 非常满意 … 5 非常不满意 (5.3.2), pressed by the caller, at most once (5.3.3)
    rating_prompted_at: datetime | None = None
    ticket_ids: list[str] = []  # one call may bring several matters, each with a ticket of its own
    ticket_id: str = ""  # only in what was written before a call could have several; read into `ticket_ids`

    def __post_init__(self) -> None:
        if self.ticket_id:
            self.ticket_ids, self.ticket_id = [self.ticket_id, *self.ticket_ids], ""


class CallStore:
    """The calls of one installation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def save(self, call: Call) -> None:
        """Keep a call as it stands; saving it again replaces it, except that a rating once given stays (5.3.3).

        Raises:
            StorageError: the disk refused.
            ValueError: the rating is none of the five grades (5.3.2).
        """
        if call.rating not in (None, 1, 2, 3, 4, 5):
            raise ValueError(f"评价只有五档（1 至 5），没有 {call.rating}")
        with writing(self._db) as db:
            before = self.get(call.id)
            if before is not None and before.rating is not None:
                call = msgspec.structs.replace(call, rating=before.rating)
            db.execute(
                "INSERT OR REPLACE INTO calls "
                "(id, agent_no, phone_key, ring_at, answered_at, ended_at, ticket_id, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    call.id,
                    call.agent_no,
                    phone_key(call.caller),
                    to_storage(call.ring_at),
                    to_storage(call.answered_at) if call.answered_at else None,
                    to_storage(call.ended_at) if call.ended_at else None,
                    " ".join(call.ticket_ids),
                    seal(call),
                ),
            )

    def get(self, call_id: str) -> Call | None:
        """Return a call by its id."""
        row = self._db.execute("SELECT body FROM calls WHERE id = ?", (call_id,)).fetchone()
        return unseal(row["body"], Call) if row else None

    def of_phone(self, number: str, limit: int = 20) -> list[Call]:
        """Return a number's calls, newest first."""
        rows = self._db.execute(
            "SELECT body FROM calls WHERE phone_key = ? AND phone_key <> '' ORDER BY ring_at DESC LIMIT ?",
            (phone_key(number), limit),
        )
        return [unseal(row["body"], Call) for row in rows]

    def count(self) -> int:
        """How many calls have ever rung here."""
        return int(self._db.execute("SELECT count(*) FROM calls").fetchone()[0])

    def rung_since(self, since: datetime) -> list[tuple[datetime, datetime | None]]:
        """Return ring and answer times of all calls that rang at or after ``since`` (for 5.1.3.2)."""
        rows = self._db.execute("SELECT ring_at, answered_at FROM calls WHERE ring_at >= ?", (to_storage(since),))
        return [
            (from_storage(row["ring_at"]), from_storage(row["answered_at"]) if row["answered_at"] else None)
            for row in rows
        ]
