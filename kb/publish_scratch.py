"""The articles of a public set while it is being written, sorted on disk so that memory stays bounded."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kb.articles import Article
from kb.publish_index import PublicIndex


@dataclass(frozen=True)
class Kind:
    """One way to browse: the folder of its lists, the article's field, what a person calls it."""

    folder: str
    field: str
    name: str


KINDS = (Kind("topics", "topic", "主题"), Kind("units", "owner", "责任单位"))


@dataclass(frozen=True)
class Listed:
    """An article in the scratch file, with where its page stands."""

    number: int
    path: str
    article: Article


class Scratch:
    """The public articles, numbered in the order in which they come, and their search index.

    Args:
        folder: a private folder that somebody removes afterwards.
    """

    def __init__(self, folder: Path) -> None:
        self.articles = 0
        self.index = PublicIndex(folder)
        self._db = sqlite3.connect(folder / "articles.db", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")  # thrown away after a crash
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            """CREATE TABLE live (number INTEGER PRIMARY KEY, id TEXT, topic TEXT, owner TEXT, title BLOB, checked_on TEXT,
               sample INTEGER, content BLOB)"""
        )
        self._db.execute("BEGIN")

    def add(self, article: Article) -> None:
        """Take in one article.

        Raises:
            OSError, sqlite3.OperationalError: the disk is full.
        """
        number = self.articles
        self.articles += 1
        self.index.add(number, article.title, (*article.questions, *article.keywords, article.district), article.body)
        self._db.execute(
            "INSERT INTO live VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                article.id,
                article.topic,
                article.owner,
                in_order(article.title),
                article.checked_on and article.checked_on.isoformat(),
                article.sample,
                msgspec.json.encode(article),
            ),
        )

    def ready(self) -> None:
        """Sort what was taken in."""
        self._db.execute("CREATE UNIQUE INDEX by_id ON live (id)")
        self._db.execute("CREATE INDEX by_topic ON live (topic, title, number)")
        self._db.execute("CREATE INDEX by_owner ON live (owner, title, number)")

    def names(self, kind: Kind) -> list[tuple[str, int]]:
        """Topics or units with how many articles each has, by pinyin."""
        rows = self._db.execute(f"SELECT {kind.field}, count(*) FROM live GROUP BY 1")
        return sorted(rows, key=lambda row: in_order(row[0]))

    def of(self, kind: Kind, name: str) -> Iterator[Listed]:
        """The articles of a topic or unit, by the pinyin of their titles."""
        rows = self._db.execute(
            f"SELECT number, content FROM live WHERE {kind.field} = ? ORDER BY title, number", (name,)
        )
        return map(_listed, rows)

    def numbered(self) -> Iterator[Listed]:
        """All articles in the order of their numbers."""
        return map(_listed, self._db.execute("SELECT number, content FROM live ORDER BY number"))

    def linked(self, ids: Iterable[str]) -> list[Listed]:
        """Those of the articles with these ids that are public too, in the given order."""
        rows = (self._db.execute("SELECT number, content FROM live WHERE id = ?", (id,)).fetchone() for id in ids)
        return [_listed(row) for row in rows if row is not None]

    def last_checked(self) -> str:
        """The latest day on which an article was checked, or ""."""
        return self._db.execute("SELECT max(checked_on) FROM live").fetchone()[0] or ""

    def samples(self) -> int:
        """How many articles are shipped samples."""
        return int(self._db.execute("SELECT coalesce(sum(sample), 0) FROM live").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def in_order(text: str) -> bytes:
    """A key that sorts common characters by their pinyin, as GB 2312 does."""
    return text.encode("gb18030", "replace")


def _listed(row: tuple[int, bytes]) -> Listed:
    article = msgspec.json.decode(row[1], type=Article)
    # From the id alone: a link to the page holds as long as the article is public.
    name = short_digest(article.id, 16)
    return Listed(row[0], f"articles/{name[:2]}/{name}.html", article)


def short_digest(text: str, length: int) -> str:
    """The first hexadecimal digits of a text's hash: a name for a file."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]
