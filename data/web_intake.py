"""What the web intake keeps beside the inbox: the keys of those who hand in, tokens, and answers that a retry gets again."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from data.clock import from_storage, to_storage
from data.db import writing
from data.inbox import Inbox, Submission

RETRY_FOR = timedelta(days=30)  # how long an Idempotency-Key is remembered


class Source(msgspec.Struct, frozen=True):
    """Somebody who hands in requests: a name for the log, and the channel that goes on the record."""

    name: str
    channel: str
    created_at: datetime
    disabled_at: datetime | None = None


class IntakeKeyError(ValueError):
    """A key cannot be made or ended; the message says why."""


class RetryDiffers(ValueError):
    """An Idempotency-Key came again with another content."""


class Taken(msgspec.Struct, frozen=True):
    """What became of a submission: its token, and whether it was here before, as a whole or as a retry."""

    token: str
    repeated: bool = False
    retried: bool = False


class Handed(msgspec.Struct, frozen=True):
    """A submission that was handed in, and the ticket that it became (empty until an agent has registered it)."""

    token: str
    source: str
    ticket_id: str


class IntakeKeys:
    """The keys, by the hash of each: whoever reads the store cannot hand in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, name: str, channel: str, digest: str, now: datetime) -> None:
        """Keep the hash of a new key.

        Raises:
            IntakeKeyError: the name has one already.
        """
        try:
            with writing(self._db) as db:
                db.execute(
                    "INSERT INTO intake_keys (name, channel, digest, created_at) VALUES (?, ?, ?, ?)",
                    (name, channel, digest, to_storage(now)),
                )
        except sqlite3.IntegrityError:
            raise IntakeKeyError(f"来源“{name}”已有密钥：请换一个名称，停用的名称也不再用") from None

    def disable(self, name: str, now: datetime) -> None:
        """End a key for good.

        Raises:
            IntakeKeyError: there is none of that name.
        """
        with writing(self._db) as db:
            done = db.execute(
                "UPDATE intake_keys SET disabled_at = coalesce(disabled_at, ?) WHERE name = ?", (to_storage(now), name)
            )
        if not done.rowcount:
            raise IntakeKeyError(f"没有来源“{name}”：请用 hotline intake key list 核对")

    def listed(self) -> list[Source]:
        """All sources that ever had a key, by name."""
        return [_source(row) for row in self._db.execute("SELECT * FROM intake_keys ORDER BY name")]

    def of_digest(self, digest: str) -> Source | None:
        """The source whose key has this hash, unless it is disabled."""
        row = self._db.execute(
            "SELECT * FROM intake_keys WHERE digest = ? AND disabled_at IS NULL", (digest,)
        ).fetchone()
        return _source(row) if row else None


class WebRequests:
    """What was handed in, by token."""

    def __init__(self, connection: sqlite3.Connection, inbox: Inbox) -> None:
        self._db, self._inbox = connection, inbox

    def take_in(
        self, source: str, one: Submission, fresh_token: str, retry_key: str, digest: str, now: datetime
    ) -> Taken:
        """Put a submission into the inbox with its token and its retry key, all of it or nothing.

        What is in the inbox by its key already keeps its token; an empty ``retry_key`` is none.

        Raises:
            RetryDiffers: the retry key was used for another content.
            StorageError: the disk refused; nothing was changed.
        """
        with writing(self._db) as db:
            if retry_key:
                db.execute("DELETE FROM intake_retries WHERE at < ?", (to_storage(now - RETRY_FOR),))
                if before := self._retried(source, retry_key, digest):
                    return before
            new = self._inbox.put(one, now)
            db.execute(
                "INSERT OR IGNORE INTO web_requests (token, source, inbox_key, received_at) VALUES (?, ?, ?, ?)",
                (fresh_token, source, one.key, to_storage(now)),
            )
            token = str(
                db.execute(
                    "SELECT token FROM web_requests WHERE source = ? AND inbox_key = ?", (source, one.key)
                ).fetchone()[0]
            )
            if retry_key:
                db.execute(
                    "INSERT INTO intake_retries VALUES (?, ?, ?, ?, ?)",
                    (source, retry_key, digest, token, to_storage(now)),
                )
        return Taken(token, repeated=not new)

    def retried(self, source: str, retry_key: str, digest: str) -> Taken | None:
        """What an earlier request of this retry key became.

        Raises:
            RetryDiffers: it had another content.
        """
        return self._retried(source, retry_key, digest) if retry_key else None

    def _retried(self, source: str, retry_key: str, digest: str) -> Taken | None:
        row = self._db.execute(
            "SELECT digest, token FROM intake_retries WHERE source = ? AND retry_key = ?", (source, retry_key)
        ).fetchone()
        if row is None:
            return None
        if row["digest"] != digest:
            raise RetryDiffers("这个 Idempotency-Key 已用于另一份内容：内容有改动的，请换一个键")
        return Taken(row["token"], retried=True)

    def of_token(self, token: str) -> Handed | None:
        """The submission with this token."""
        row = self._db.execute(
            "SELECT token, source, ticket_id FROM web_requests JOIN inbox ON inbox.key = inbox_key WHERE token = ?",
            (token,),
        ).fetchone()
        return Handed(row["token"], row["source"], row["ticket_id"]) if row else None

    def handed_in(self, ticket_id: str, source: str) -> bool:
        """Whether a ticket was handed in here, by ``source`` if one is given."""
        return (
            self._db.execute(
                "SELECT 1 FROM inbox JOIN web_requests ON inbox_key = inbox.key "
                "WHERE ticket_id = ? AND ticket_id <> '' AND ? IN ('', source)",
                (ticket_id, source),
            ).fetchone()
            is not None
        )

    def tickets_between(self, since: datetime, until: datetime, source: str) -> Iterator[str]:
        """The ids of the tickets whose submissions came in that time, by ``source`` if one is given, newest first."""
        rows: Sequence[sqlite3.Row] = self._db.execute(
            "SELECT DISTINCT ticket_id, submitted_at FROM web_requests JOIN inbox ON inbox.key = inbox_key "
            "WHERE ticket_id <> '' AND submitted_at BETWEEN ? AND ? AND ? IN ('', source) ORDER BY submitted_at DESC",
            (to_storage(since), to_storage(until), source),
        ).fetchall()
        return (str(row["ticket_id"]) for row in rows)


def _source(row: sqlite3.Row) -> Source:
    ended = row["disabled_at"]
    return Source(row["name"], row["channel"], from_storage(row["created_at"]), from_storage(ended) if ended else None)
