"""The knowledge base's file: articles with every version, and what changed after what.

``versions`` is append-only (triggers refuse anything else): a ticket that was answered with version 2 can show
version 2 for good. Each transaction that changes articles takes the next change number, so that whoever follows the
file (`kb.index`) asks for what came after the number it has reached. A change bears a token besides: a file put back
from a backup counts the same numbers again, for other articles.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from data.clock import from_storage
from data.db import Connections, connect, writing
from kb.articles import Article, KnowledgeError
from kb.results import Stats, Version

SCHEMA_VERSION = 2

Outcome = Literal["added", "changed", "unchanged"]

_VERSION_1 = (
    """CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT""",
    """CREATE TABLE articles (
        number INTEGER PRIMARY KEY,  -- shared with the index
        id TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,    -- the current one
        topic TEXT NOT NULL,
        owner TEXT NOT NULL,
        source_kind TEXT NOT NULL,
        valid_from TEXT,             -- ISO dates; NULL sets no bound
        valid_until TEXT,
        public INTEGER NOT NULL,
        sample INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE versions (
        article_id TEXT NOT NULL REFERENCES articles (id),
        version INTEGER NOT NULL,
        content TEXT NOT NULL,       -- the article as JSON
        stored_at TEXT NOT NULL,
        stored_by TEXT NOT NULL,
        PRIMARY KEY (article_id, version)
    ) STRICT""",
    """CREATE TRIGGER versions_stay BEFORE UPDATE ON versions
        BEGIN SELECT RAISE(ABORT, 'versions are append-only'); END""",
    """CREATE TRIGGER versions_are_kept BEFORE DELETE ON versions
        BEGIN SELECT RAISE(ABORT, 'versions are append-only'); END""",
)
_VERSION_2 = (
    # Version 1 kept its word index in this file.
    """DROP TABLE IF EXISTS vocabulary""",
    """DROP TABLE IF EXISTS words""",
    """DELETE FROM about WHERE key = 'words_version'""",
    """CREATE TABLE changes (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        token TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    """ALTER TABLE articles ADD COLUMN change INTEGER NOT NULL DEFAULT 1""",
    """INSERT INTO changes (number, token, at)
        SELECT 1, lower(hex(randomblob(8))), stored_at FROM versions ORDER BY stored_at DESC LIMIT 1""",
    """CREATE INDEX articles_by_change ON articles (change)""",
)
_STEPS = (_VERSION_1, _VERSION_2)

CURRENT = "articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
"""The articles with the content of their current versions, for a FROM."""


class Change(msgspec.Struct, frozen=True):
    """How far the file has come: 0 and "" before the first article."""

    number: int = 0
    token: str = ""


class Store:
    """The file; each thread that uses it has its own connection.

    Raises:
        KnowledgeError: a newer release wrote the file.
        data.db.StorageError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = Connections(partial(_open, path))
        self._connection()  # fails now, not at the first key

    def close(self) -> None:
        """Close this thread's connection; it is opened again when needed."""
        self._connections.close()

    def _connection(self) -> sqlite3.Connection:
        return self._connections.get()

    # ------------------------------------------------------------------ reading

    def get(self, id: str, version: int | None = None) -> Article | None:
        """The article in its current version or in the one asked for; None when there is none."""
        row = (
            self._connection()
            .execute(
                """SELECT content FROM versions WHERE article_id = :id AND version =
                   coalesce(:version, (SELECT version FROM articles WHERE id = :id))""",
                {"id": id, "version": version},
            )
            .fetchone()
        )
        return None if row is None else decode(row["content"])

    def versions(self, id: str) -> list[Version]:
        """Every stored version, oldest first."""
        rows = self._connection().execute(
            "SELECT version, stored_at, stored_by FROM versions WHERE article_id = ? ORDER BY version", (id,)
        )
        return [Version(row["version"], from_storage(row["stored_at"]), row["stored_by"]) for row in rows]

    def articles(self) -> Iterator[Article]:
        """Every current article in order of its id."""
        rows = self._connection().execute(f"SELECT content FROM {CURRENT} ORDER BY a.id")
        return (decode(row["content"]) for row in rows)

    def numbered(self, numbers: Sequence[int]) -> dict[int, Article]:
        """The current articles of these numbers."""
        rows = self._connection().execute(
            f"SELECT number, content FROM {CURRENT} WHERE number IN ({','.join('?' * len(numbers))})", numbers
        )
        return {number: decode(content) for number, content in rows}

    def ids(self, numbers: Sequence[int]) -> dict[int, str]:
        """The ids of the articles of these numbers."""
        rows = self._connection().execute(
            f"SELECT number, id FROM articles WHERE number IN ({','.join('?' * len(numbers))})", numbers
        )
        return dict(map(tuple, rows))

    def holding(self, words: Sequence[str], limit: int, after: int = 0) -> list[tuple[int, Article]]:
        """Current articles changed after ``after`` in which any of the words stands, most of them first: reads all."""
        if not words:
            return []
        held = " + ".join(f"(instr(lower(content), ?) > 0) * {len(word)}" for word in words)
        rows = self._connection().execute(
            f"""SELECT number, content FROM
                  (SELECT number, content, {held} AS held FROM {CURRENT} WHERE change > {after})
                WHERE held > 0 ORDER BY held DESC, number LIMIT {limit}""",
            words,
        )
        return [(row["number"], decode(row["content"])) for row in rows]

    def sample(self, size: int) -> list[Article]:
        """About ``size`` current articles from all over the file; all of a small one."""
        last = self._connection().execute("SELECT max(number) FROM articles").fetchone()[0] or 0
        return list(self.numbered(sorted({1 + step * last // size for step in range(size)})).values())

    def count(self) -> int:
        """How many articles there are (23 µs at 100,000: asked for several times in a search)."""
        return int(self._connection().execute("SELECT count(*) FROM articles").fetchone()[0])

    def stats(self, day: str) -> Stats:
        """Counts by standing on ``day`` (ISO), topic, owner and source; of the index, nothing."""
        connection = self._connection()
        counts = connection.execute(
            """SELECT count(*) AS articles, coalesce(sum(valid_until < :day), 0) AS expired,
                      coalesce(sum(valid_from > :day), 0) AS not_yet, coalesce(sum(sample), 0) AS samples,
                      coalesce(sum(public), 0) AS public, (SELECT count(*) FROM versions) AS versions
               FROM articles""",
            {"day": day},
        ).fetchone()
        return Stats(
            articles=counts["articles"],
            versions=counts["versions"],
            expired=counts["expired"],
            not_yet_valid=counts["not_yet"],
            samples=counts["samples"],
            public=counts["public"],
            by_topic=_counted(connection, "topic"),
            by_owner=_counted(connection, "owner"),
            by_source_kind=_counted(connection, "source_kind"),
            bytes=self.path.stat().st_size,
        )

    # ------------------------------------------------------------------ following

    def newest(self) -> Change:
        """The last change (10 µs: asked for at every search)."""
        row = self._connection().execute("SELECT number, token FROM changes ORDER BY number DESC LIMIT 1").fetchone()
        return Change() if row is None else Change(row["number"], row["token"])

    def knows(self, change: Change) -> bool:
        """Whether this file, and not one that was here before it, made that change."""
        if change == Change():
            return True
        row = self._connection().execute("SELECT token FROM changes WHERE number = ?", (change.number,)).fetchone()
        return row is not None and row["token"] == change.token

    def changed_after(self, change: int, number: int, limit: int) -> list[tuple[int, int, Article]]:
        """(change, number, article) of the current articles after that change and number, in this order."""
        rows = self._connection().execute(
            f"""SELECT change, number, content FROM {CURRENT}
                WHERE (change, number) > (?, ?) ORDER BY change, number LIMIT ?""",
            (change, number, limit),
        )
        return [(row["change"], row["number"], decode(row["content"])) for row in rows]

    def changed_since(self, change: Change) -> list[int]:
        """The numbers of articles that changed after that."""
        rows = self._connection().execute("SELECT number FROM articles WHERE change > ?", (change.number,))
        return [row["number"] for row in rows]

    # ------------------------------------------------------------------ adding

    def put(self, articles: Iterable[Article], *, at: str, by: str) -> list[Outcome]:
        """Store articles as new versions in one transaction and one change; the same content changes nothing.

        Args:
            at: the instant in storage form.
            by: who acts.
        """
        connection = self._connection()
        change = 0
        outcomes: list[Outcome] = []
        with writing(connection):
            for article in articles:
                old = self.get(article.id)
                version = 1 if old is None else old.version + 1
                if old is not None and old == msgspec.structs.replace(article, version=old.version):
                    outcomes.append("unchanged")
                    continue
                change = change or _next_change(connection, at)
                _put(connection, msgspec.structs.replace(article, version=version), change, at, by)
                outcomes.append("added" if old is None else "changed")
        return outcomes


def decode(content: str) -> Article:
    """Read an article back from ``versions``."""
    return msgspec.json.decode(content, type=Article)


def _open(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    try:
        stored = _schema_version(connection)
        if stored > SCHEMA_VERSION:
            raise KnowledgeError(f"知识库文件 {path.name} 由更新版本的程序写成（格式 {stored}）；请升级本程序")
        if stored < SCHEMA_VERSION:
            with writing(connection):
                for step in _STEPS[_schema_version(connection) :]:  # another process may have done it while we waited
                    for statement in step:
                        connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def _schema_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _next_change(connection: sqlite3.Connection, at: str) -> int:
    row = connection.execute(
        "INSERT INTO changes (token, at) VALUES (lower(hex(randomblob(8))), ?) RETURNING number", (at,)
    ).fetchone()
    return int(row["number"])


def _put(connection: sqlite3.Connection, article: Article, change: int, at: str, by: str) -> None:
    connection.execute(
        """INSERT INTO articles
             (id, version, topic, owner, source_kind, valid_from, valid_until, public, sample, change)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET version = excluded.version, topic = excluded.topic,
             owner = excluded.owner, source_kind = excluded.source_kind, valid_from = excluded.valid_from,
             valid_until = excluded.valid_until, public = excluded.public, sample = excluded.sample,
             change = excluded.change""",
        (
            article.id,
            article.version,
            article.topic,
            article.owner,
            article.source_kind,
            article.valid_from and article.valid_from.isoformat(),
            article.valid_until and article.valid_until.isoformat(),
            article.public,
            article.sample,
            change,
        ),
    )
    connection.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?)",
        (article.id, article.version, msgspec.json.encode(article).decode(), at, by),
    )


def _counted(connection: sqlite3.Connection, column: str) -> dict[str, int]:
    rows = connection.execute(f"SELECT {column} AS name, count(*) AS count FROM articles GROUP BY 1 ORDER BY 2 DESC, 1")
    return {row["name"]: row["count"] for row in rows}
