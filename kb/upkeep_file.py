"""The tables of upkeep (6.3.4), in the knowledge base's own file beside its articles; made or brought up to date here.

What was live before these tables came stays live: it has no row in ``checks``, and nothing else is different.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import msgspec

from data.db import Connections, connect, gate, writing
from kb.articles import Article, KnowledgeError, not_ahead
from kb.store import CURRENT, decode

UPKEEP_VERSION = 1

_SCHEMA = (
    """CREATE TABLE drafts (
        number INTEGER PRIMARY KEY,
        article_id TEXT NOT NULL,
        title TEXT NOT NULL,
        owner TEXT NOT NULL,
        content TEXT NOT NULL,           -- the article as JSON, its version 0
        base_version INTEGER NOT NULL,   -- the live version it was written over; 0 for a new article
        revision INTEGER NOT NULL,       -- how often it was rewritten: nobody passes what they have not seen
        state TEXT NOT NULL,             -- 待核, 退回, 已通过, 已放弃
        authors TEXT NOT NULL,           -- agent numbers, blanks between
        submitted_at TEXT NOT NULL,
        checker TEXT NOT NULL DEFAULT '',
        checked_at TEXT,
        reason TEXT NOT NULL DEFAULT '', -- why it was refused
        version INTEGER                  -- which version of the article it became
    ) STRICT""",
    "CREATE INDEX drafts_open ON drafts (article_id) WHERE state IN ('待核', '退回')",
    """CREATE TABLE checks (               -- who wrote and who checked a live version
        article_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        authors TEXT NOT NULL,
        checker TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (article_id, version)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE reports (              -- what the call desk missed or found wrong
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,              -- 未命中, 纠错
        text TEXT NOT NULL,              -- what was searched for
        folded TEXT NOT NULL,            -- the same without width, case and blanks: what is counted as one
        article_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        owner TEXT NOT NULL,             -- the unit whose matter it is
        by TEXT NOT NULL,
        at TEXT NOT NULL,
        ticket_id TEXT NOT NULL,
        call_id TEXT NOT NULL,
        result TEXT NOT NULL DEFAULT '', -- empty while nobody has handled it
        handled_by TEXT NOT NULL DEFAULT '',
        handled_at TEXT
    ) STRICT""",
    "CREATE INDEX reports_open ON reports (kind, folded) WHERE result = ''",
    """CREATE TABLE uses (
        article_id TEXT NOT NULL,
        kind TEXT NOT NULL,              -- 答复, 插入, 展示
        times INTEGER NOT NULL,
        last_at TEXT NOT NULL,
        PRIMARY KEY (article_id, kind)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE reads (                -- training (6.3.2): who has read which version
        agent_no TEXT NOT NULL,
        article_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (agent_no, article_id)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE links (                -- what the newest versions link to, to be read from either end
        from_id TEXT NOT NULL,
        to_id TEXT NOT NULL,
        PRIMARY KEY (from_id, to_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX links_back ON links (to_id)",
    """CREATE TRIGGER links_follow AFTER INSERT ON versions BEGIN
        DELETE FROM links WHERE from_id = new.article_id;
        INSERT OR IGNORE INTO links SELECT new.article_id, value
            FROM json_each(coalesce(json_extract(new.content, '$.related'), '[]'));
    END""",
    # Keys that are at their default are not written, so a partial index holds the withdrawn ones only.
    """CREATE INDEX versions_withdrawn ON versions (article_id, version)
        WHERE json_extract(content, '$.withdrawn') IS NOT NULL""",
    "CREATE INDEX versions_checked ON versions (json_extract(content, '$.checked_on'))",
)


class UpkeepFile:
    """Connections to the upkeep tables, one a thread, so that no write has to wait on the event loop.

    Args:
        path: the knowledge base's file, with its own tables made.

    Raises:
        KnowledgeError: a newer release wrote the tables.
        data.db.StorageError: the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = Connections(partial(connect, path))
        self._prepare()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        return self._connections.get()

    def written(self) -> tuple[int, int]:
        """Return numbers of which one is another once anybody has written to the file, by this connection too."""
        others = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return int(others), self.connection.total_changes

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run the body as one transaction."""
        with writing(self.connection) as connection:
            yield connection

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """Hold the right to put versions live: what was compared stays so until it is stored."""
        with gate(self.path.with_name(f"{self.path.name}.upkeep")):
            yield

    def close(self) -> None:
        """Close this thread's connection; it is opened again when needed."""
        self._connections.close()

    def _prepare(self) -> None:
        stored = self._version()
        if stored > UPKEEP_VERSION:
            raise KnowledgeError(f"知识库文件 {self.path.name} 由更新版本的程序写成；请升级本程序")
        if stored < UPKEEP_VERSION:
            with self.writing() as db:
                if self._version() < UPKEEP_VERSION:
                    for statement in _SCHEMA:
                        db.execute(statement)
                    db.execute("INSERT OR REPLACE INTO about VALUES ('upkeep_version', ?)", (str(UPKEEP_VERSION),))

    def _version(self) -> int:
        row = self.connection.execute("SELECT value FROM about WHERE key = 'upkeep_version'").fetchone()
        return int(row["value"]) if row else 0


def encoded(article: Article) -> str:
    """An article as the text that drafts are kept and compared by: its version is the store's, not the author's."""
    return msgspec.json.encode(msgspec.structs.replace(article, version=0)).decode()


def dated(article: Article, day: date | None) -> Article:
    """The article with ``day`` as its 核对日期, where it has none."""
    return article if article.checked_on else msgspec.structs.replace(article, checked_on=day)


def says(live: Article | None, article: Article) -> bool:
    """Whether the live version says what ``article`` says; an article without 核对日期 leaves the live one's as it is."""
    return live is not None and encoded(live) == encoded(dated(article, live.checked_on))


def put_live(article: Article, live: Article | None, day: date) -> Article:
    """An article as it is put live: without 核对日期 it was checked on ``day``, or when the same words were before.

    Raises:
        ArticleError: its 核对日期 is after ``day``.
    """
    not_ahead(article, day)
    before = live.checked_on if live and says(live, article) else None
    return dated(article, before or day)


def live_of(connection: sqlite3.Connection, article_id: str) -> Article | None:
    """The newest version of an article, withdrawn or not; None for an unknown id."""
    row = connection.execute(
        f"SELECT content FROM {CURRENT} WHERE a.id = ?",
        (article_id,),
    ).fetchone()
    return None if row is None else decode(row["content"])
