"""What people chose for earlier tickets (unit, topic, type), found again by marks that texts share.

A mark is a number that stands for a piece of a text; whoever calls makes them, and the text itself is not kept here.
The file can be made again from the tickets.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec

from data.db import connect, explained, writing

MARKS = 24  # marks kept of one ticket
_LATEST = 200  # tickets that one mark leads to: the newest
_BATCH = 500

_TABLES = """
CREATE TABLE IF NOT EXISTS choices (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, unit TEXT NOT NULL, topic TEXT NOT NULL, type TEXT NOT NULL,
    marks INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS marks (mark INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (mark, id)) WITHOUT ROWID;
"""


class Choice(msgspec.Struct, frozen=True):
    """What was decided about one ticket; empty where nobody decided."""

    number: str
    unit: str = ""
    topic: str = ""
    type: str = ""


class Near(msgspec.Struct, frozen=True):
    """An earlier ticket and the share of marks that it has in common with what was asked, 0 to 1."""

    choice: Choice
    alike: float


class Choices:
    """The choices kept in one file; for any thread, each use with a connection of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def learn(self, chosen: Iterable[tuple[Choice, Sequence[int]]]) -> int:
        """Keep what was chosen, each with its marks; a ticket kept before is replaced. Returns how many.

        Raises:
            StorageError: the file cannot be written.
        """
        many = 0
        with closing(connect(self.path, synchronous="NORMAL")) as db:
            with writing(db):
                for statement in _TABLES.split(";"):
                    db.execute(statement)
            batch: list[tuple[Choice, Sequence[int]]] = []
            for each in chosen:
                batch.append(each)
                many += 1
                if len(batch) == _BATCH:
                    self._put(db, batch)
                    batch = []
            self._put(db, batch)
        return many

    def _put(self, db: sqlite3.Connection, batch: list[tuple[Choice, Sequence[int]]]) -> None:
        with writing(db):
            for choice, marks in batch:
                kept = list(dict.fromkeys(marks))[:MARKS]
                old = db.execute("SELECT id FROM choices WHERE number = ?", (choice.number,)).fetchone()
                if old:
                    db.execute("DELETE FROM marks WHERE id = ?", (old["id"],))
                    db.execute("DELETE FROM choices WHERE id = ?", (old["id"],))
                added = db.execute(
                    "INSERT INTO choices (number, unit, topic, type, marks) VALUES (?, ?, ?, ?, ?)",
                    (choice.number, choice.unit, choice.topic, choice.type, len(kept)),
                )
                db.executemany("INSERT INTO marks VALUES (?, ?)", [(mark, added.lastrowid) for mark in kept])

    def near(self, marks: Sequence[int], *, least: float, limit: int = 3) -> list[Near]:
        """Return the tickets that share at least the part ``least`` of the marks, most alike first.

        The cost is bounded: `MARKS` marks of at most 200 tickets each.

        Raises:
            StorageError: the file is damaged.
        """
        asked = list(dict.fromkeys(marks))[:MARKS]
        if not asked or not self.path.exists():
            return []
        with explained(f"读取 {self.path.name} 失败"), closing(connect(self.path, read_only=True)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'marks'").fetchone():
                return []  # the first choice of all is just being written
            shared: Counter[int] = Counter()
            for mark in asked:
                rows = db.execute("SELECT id FROM marks WHERE mark = ? ORDER BY id DESC LIMIT ?", (mark, _LATEST))
                shared.update(row["id"] for row in rows)
            found = []
            for at, common in shared.most_common(4 * limit):
                row = db.execute("SELECT * FROM choices WHERE id = ?", (at,)).fetchone()
                alike = common / max(len(asked), row["marks"], 1)
                if alike >= least:
                    found.append(Near(Choice(row["number"], row["unit"], row["topic"], row["type"]), alike))
        return sorted(found, key=lambda near: -near.alike)[:limit]
