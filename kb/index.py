"""The knowledge base's file: articles with every version, and the word index over the current ones.

``versions`` is append-only (triggers refuse anything else): a ticket that was answered with version 2 can show
version 2 for good. The FTS5 index is contentless: it holds words and no texts, and an old entry is taken out by
cutting the old text again, which yields the same words as long as the word table is the recorded one. Where it is
not, nothing is changed before `rebuild`.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from data.db import connect, writing
from kb.articles import Article, KnowledgeError
from kb.segment import Segmenter

SCHEMA_VERSION = 1
# How much a word counts in title, questions, keywords, body and single characters.
WEIGHTS = (8.0, 5.0, 4.0, 1.0, 0.5)

Outcome = Literal["added", "changed", "unchanged"]
Progress = Callable[[int, int | None], None]

_SCHEMA = (
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
    """CREATE VIRTUAL TABLE words USING fts5(
        title, questions, keywords, body, characters, content='', prefix='1 2',
        tokenize="unicode61 remove_diacritics 0 tokenchars '+#&._%-'"
    )""",
    """CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row')""",
)


@dataclass(frozen=True)
class Prepared:
    """An article and its cut words, made before the transaction so that nobody waits for the cutting."""

    article: Article
    cuts: tuple[str, ...]


def open_file(path: Path, segmenter: Segmenter) -> sqlite3.Connection:
    """Open the knowledge base's file, making or migrating it.

    Raises:
        KnowledgeError: a newer release wrote it, or it is new and jieba is not whole.
        data.db.StorageError: it cannot be opened.
    """
    connection = connect(path)
    stored = _schema_version(connection)
    if stored > SCHEMA_VERSION:
        connection.close()
        raise KnowledgeError(f"知识库文件 {path.name} 由更新版本的程序写成（格式 {stored}）；请升级本程序")
    if stored < SCHEMA_VERSION:
        with writing(connection):
            if _schema_version(connection) < SCHEMA_VERSION:
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.execute("INSERT INTO about VALUES ('words_version', ?)", (segmenter.version,))
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    return connection


def _schema_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def indexed_words_version(connection: sqlite3.Connection) -> str:
    """The word table that the index was cut with."""
    row = connection.execute("SELECT value FROM about WHERE key = 'words_version'").fetchone()
    return str(row["value"])


def prepare(article: Article, segmenter: Segmenter) -> Prepared:
    """Cut an article for the index."""
    asked = " ".join((article.title, *article.questions, *article.keywords))
    columns = (
        article.title,
        "\n".join(article.questions),
        "\n".join(article.keywords),
        article.body,
    )
    characters = " ".join(dict.fromkeys(c for c in asked if c.isalnum() and not c.isascii()))
    return Prepared(article, (*(" ".join(segmenter.words(column)) for column in columns), characters))


def put(connection: sqlite3.Connection, new: Prepared, segmenter: Segmenter, *, at: str, by: str) -> Outcome:
    """Store an article as a new version inside the caller's transaction; the same content changes nothing.

    Args:
        at: the instant in storage form.
        by: who acts.
    """
    article = new.article
    row = connection.execute(
        """SELECT number, a.version, content FROM articles a
           JOIN versions v ON v.article_id = a.id AND v.version = a.version WHERE a.id = ?""",
        (article.id,),
    ).fetchone()
    version = 1 if row is None else row["version"] + 1
    if row is not None:
        old = decode(row["content"])
        if old == msgspec.structs.replace(article, version=old.version):
            return "unchanged"
        cuts = prepare(old, segmenter).cuts
        connection.execute(
            """INSERT INTO words (words, rowid, title, questions, keywords, body, characters)
               VALUES ('delete', ?, ?, ?, ?, ?, ?)""",
            (row["number"], *cuts),
        )
    article = msgspec.structs.replace(article, version=version)
    number = connection.execute(
        """INSERT INTO articles (id, version, topic, owner, source_kind, valid_from, valid_until, public, sample)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET version = excluded.version, topic = excluded.topic,
             owner = excluded.owner, source_kind = excluded.source_kind, valid_from = excluded.valid_from,
             valid_until = excluded.valid_until, public = excluded.public, sample = excluded.sample
           RETURNING number""",
        (
            article.id,
            version,
            article.topic,
            article.owner,
            article.source_kind,
            article.valid_from and article.valid_from.isoformat(),
            article.valid_until and article.valid_until.isoformat(),
            article.public,
            article.sample,
        ),
    ).fetchone()["number"]
    connection.execute(
        "INSERT INTO versions VALUES (?, ?, ?, ?, ?)",
        (article.id, version, msgspec.json.encode(article).decode(), at, by),
    )
    _index(connection, number, new.cuts)
    return "added" if row is None else "changed"


def rebuild(connection: sqlite3.Connection, segmenter: Segmenter, progress: Progress | None = None) -> None:
    """Cut every current article again, in one transaction: readers see the old index until the new one is whole."""
    with writing(connection):
        total = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
        connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
        for done, (number, article) in enumerate(_numbered(connection), start=1):
            _index(connection, number, prepare(article, segmenter).cuts)
            if progress is not None:
                progress(done, total)
        connection.execute("UPDATE about SET value = ? WHERE key = 'words_version'", (segmenter.version,))


def decode(content: str) -> Article:
    """Read an article back from ``versions``."""
    return msgspec.json.decode(content, type=Article)


def current(connection: sqlite3.Connection) -> Iterator[Article]:
    """Every current article, in order of its id."""
    rows = connection.execute(
        """SELECT content FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version
           ORDER BY a.id"""
    )
    return (decode(row["content"]) for row in rows)


def _numbered(connection: sqlite3.Connection) -> Iterable[tuple[int, Article]]:
    rows = connection.execute(
        """SELECT number, content FROM articles a
           JOIN versions v ON v.article_id = a.id AND v.version = a.version ORDER BY number"""
    )
    return ((row["number"], decode(row["content"])) for row in rows)


def _index(connection: sqlite3.Connection, number: int, cuts: tuple[str, ...]) -> None:
    connection.execute(
        "INSERT INTO words (rowid, title, questions, keywords, body, characters) VALUES (?, ?, ?, ?, ?, ?)",
        (number, *cuts),
    )
