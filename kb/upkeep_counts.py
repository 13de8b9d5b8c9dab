"""How often articles are used, and who has read what (6.3.2): counted beside the articles, off the caller's time."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec

from data.clock import Clock, to_storage
from data.people import Actor
from kb.store import CURRENT
from kb.upkeep_file import UpkeepFile

Use = Literal["答复", "插入", "展示"]


class Unread(msgspec.Struct, frozen=True):
    """An article that somebody has not read in its present version."""

    id: str
    title: str
    version: int
    owner: str


class Used(msgspec.Struct, frozen=True):
    """How often an article served: direct replies and inserts, and how often it was on the screen."""

    id: str
    title: str
    used: int
    shown: int


class Counts:
    """Counters of one installation. Each call is one short transaction: make it off the event loop."""

    def __init__(self, file: UpkeepFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    def seen(self, article_id: str, version: int, by: Actor) -> None:
        """Somebody had the article before their eyes: it was shown, and they have read this version."""
        at = to_storage(self._clock.now())
        with self._file.writing() as db:
            self._count(db, article_id, "展示", at)
            db.execute(
                """INSERT INTO reads VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
                   SET version = excluded.version, at = excluded.at WHERE excluded.version >= version""",
                (by.agent_no, article_id, version, at),
            )

    def used(self, article_id: str, kind: Use) -> None:
        """An article was used: as a direct reply, or inserted in a record."""
        with self._file.writing() as db:
            self._count(db, article_id, kind, to_storage(self._clock.now()))

    def _count(self, db: sqlite3.Connection, article_id: str, kind: Use, at: str) -> None:
        db.execute(
            """INSERT INTO uses VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE
               SET times = times + 1, last_at = excluded.last_at""",
            (article_id, kind, at),
        )

    def of(self, article_id: str) -> dict[str, int]:
        """How often an article was used, by kind."""
        rows = self._file.connection.execute("SELECT kind, times FROM uses WHERE article_id = ?", (article_id,))
        return {row["kind"]: row["times"] for row in rows}

    def most_used(self, limit: int = 20) -> list[Used]:
        """The articles that serve most often."""
        rows = self._file.connection.execute(
            f"""SELECT a.id, json_extract(v.content, '$.title') AS title, u.used, u.shown
               FROM (SELECT article_id, sum(iif(kind = '展示', 0, times)) AS used,
                            sum(iif(kind = '展示', times, 0)) AS shown FROM uses GROUP BY 1) u
               JOIN ({CURRENT}) ON a.id = u.article_id
               WHERE u.used > 0 ORDER BY u.used DESC, u.shown DESC, a.id LIMIT ?""",
            (limit,),
        )
        return [Used(*row) for row in rows]

    def count_used(self) -> int:
        """How many articles have served."""
        row = self._file.connection.execute(
            "SELECT count(DISTINCT article_id) FROM uses JOIN articles ON id = article_id WHERE kind <> '展示'"
        ).fetchone()
        return int(row[0])

    def unread(self, agent_no: str, since: datetime, limit: int = 1000) -> list[Unread]:
        """What has come or changed since an instant and this person has not read in its present version (6.3.2 培训)."""
        rows = self._file.connection.execute(
            f"""SELECT a.id, json_extract(v.content, '$.title'), a.version, a.owner FROM {CURRENT}
               LEFT JOIN reads r ON r.agent_no = ? AND r.article_id = a.id AND r.version >= a.version
               WHERE v.stored_at >= ? AND r.agent_no IS NULL AND json_extract(v.content, '$.withdrawn') IS NULL
               ORDER BY v.stored_at DESC, a.id LIMIT ?""",
            (agent_no, to_storage(since), limit),
        )
        return [Unread(*row) for row in rows]

    def readers(self, article_ids: Iterable[str]) -> dict[str, int]:
        """How many people have read the present version of each article."""
        counted = {}
        for article_id in article_ids:
            row = self._file.connection.execute(
                """SELECT count(*) FROM reads r JOIN articles a ON a.id = r.article_id
                   WHERE r.article_id = ? AND r.version >= a.version""",
                (article_id,),
            ).fetchone()
            counted[article_id] = int(row[0])
        return counted
