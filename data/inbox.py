"""The acceptance inbox: submissions of the network platform (12345网络平台) that no agent has accepted yet."""

import sqlite3
from datetime import datetime, timedelta

import msgspec

from data.clock import from_storage, to_storage
from data.db import writing
from data.personal import seal, unseal
from data.record import Record

ACCEPT_WITHIN = timedelta(hours=2)  # 5.1.3.2: from submission


class Submission(msgspec.Struct):
    """One web submission. ``key`` is the same for the same submission however often it is imported."""

    key: str
    submitted_at: datetime
    record: Record
    urgency: int = 0  # how many urgent kinds its words hint at: what is dangerous must not wait its turn (2.4)
    origin: str = ""  # the channel as the source named it
    district: str = ""  # the district as the source named it, also one of another city
    taken_by: str = ""
    taken_at: datetime | None = None
    ticket_id: str = ""


class Inbox:
    """The submissions of one installation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, submissions: list[Submission], now: datetime) -> int:
        """Take in submissions, all or nothing; those already known by key are passed over. Returns how many were new.

        Raises:
            StorageError: the disk refused; nothing was changed.
        """
        with writing(self._db):
            return sum(self.put(given, now) for given in submissions)

    def put(self, given: Submission, now: datetime) -> bool:
        """Take in one submission inside the caller's transaction; False when it is known by its key."""
        one = unseal(seal(given), Submission)  # as it will be read, also in the columns beside the body
        done = self._db.execute(
            "INSERT OR IGNORE INTO inbox (key, submitted_at, received_at, urgency, title, channel, body) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                one.key,
                to_storage(one.submitted_at),
                to_storage(now),
                one.urgency,
                one.record.title,
                one.origin,
                seal(one),
            ),
        )
        return done.rowcount > 0

    def known(self, keys: list[str]) -> set[str]:
        """Return which of these keys are here already."""
        return {key for key in keys if self._db.execute("SELECT 1 FROM inbox WHERE key = ?", (key,)).fetchone()}

    def waiting(self, limit: int = 200, offset: int = 0) -> list[Submission]:
        """Return what no agent has finished accepting: most urgent, then least time left, first (5.1.3.2).

        Of those that were submitted at the same instant, the one that came in first is first.
        """
        rows = self._db.execute(
            "SELECT * FROM inbox WHERE ticket_id = '' ORDER BY urgency DESC, submitted_at, rowid LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [_submission(row) for row in rows]

    def count_waiting(self) -> int:
        """Return how many wait."""
        return int(self._db.execute("SELECT count(*) FROM inbox WHERE ticket_id = ''").fetchone()[0])

    def oldest_waiting(self) -> datetime | None:
        """Return when the one that waits longest was submitted; None when nothing waits."""
        at = self._db.execute("SELECT min(submitted_at) FROM inbox WHERE ticket_id = ''").fetchone()[0]
        return from_storage(at) if at else None

    def get(self, key: str) -> Submission | None:
        """Return a submission."""
        row = self._db.execute("SELECT * FROM inbox WHERE key = ?", (key,)).fetchone()
        return _submission(row) if row else None

    def take(self, key: str, agent_no: str, now: datetime) -> Submission | None:
        """Accept a submission for an agent; None when another agent has it or it is finished."""
        with writing(self._db) as db:
            taken = db.execute(
                "UPDATE inbox SET taken_by = ?, taken_at = coalesce(taken_at, ?) "
                "WHERE key = ? AND ticket_id = '' AND taken_by IN ('', ?)",
                (agent_no, to_storage(now), key, agent_no),
            )
        return self.get(key) if taken.rowcount else None

    def give_back(self, key: str) -> None:
        """Put a submission back for anyone to accept; its time of acceptance is then the next agent's."""
        with writing(self._db) as db:
            db.execute("UPDATE inbox SET taken_by = '', taken_at = NULL WHERE key = ? AND ticket_id = ''", (key,))

    def finish(self, key: str, ticket_id: str) -> None:
        """Note the ticket that a submission became."""
        with writing(self._db) as db:
            db.execute("UPDATE inbox SET ticket_id = ? WHERE key = ?", (ticket_id, key))


def _submission(row: sqlite3.Row) -> Submission:
    return msgspec.structs.replace(
        unseal(row["body"], Submission),
        taken_by=row["taken_by"],
        taken_at=from_storage(row["taken_at"]) if row["taken_at"] else None,
        ticket_id=row["ticket_id"],
    )
