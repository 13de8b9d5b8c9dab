"""A city's finished requests by telephone, and what it costs to draw a sample of them for callback (5.4.1)."""

import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from console.house import House
from console.sampling import BATCH, Rule, kept, listing
from data.clock import FixedClock, to_storage
from data.db import connect, writing
from data.events import new_id
from data.lifecycle import Kind
from data.people import Actor, Role
from tests.bench.measure import Row, Times
from tests.faults.seat import NOW
from tests.lives import STREET, Lives

MANY = 100_000
RATES = (0.05, 0.1, 1.0)
SAMPLER = Actor("8107", roles=frozenset({Role.CALLBACK}))
FRAME = (
    "SELECT id, seq, replies, unit, types, district, street, feedback_due FROM tickets "
    "WHERE state = '已反馈' AND source = '热线电话' AND callback_at IS NULL ORDER BY id"
)
COPIED = 2_000  # rows written at once


def made(root: Path, count: int) -> None:
    """Fill an installation with ``count`` requests that their units have answered.

    One is made by the real desks; the others are copies of its row and its events, each with its own ids, number,
    telephone, unit and place: the acts of a city's year would take an hour.
    """
    house = House(root, FixedClock(NOW))
    first = Lives(house).replied("小区电梯停运两天没有人修")
    house.close()
    with closing(connect(root / "hotline.db", synchronous="OFF")) as db, writing(db):
        ticket = dict(db.execute("SELECT * FROM tickets").fetchone())
        events = [dict(row) for row in db.execute("SELECT * FROM events ORDER BY seq")]
        parts = [dict(row) for row in db.execute("SELECT * FROM ticket_units")]
        for start in range(1, count, COPIED):
            batch = [_other(first.id, first.number, at) for at in range(start, min(count, start + COPIED))]
            _write(db, "tickets", (_copy(ticket, other) for other in batch))
            _write(db, "events", (_copy(row, other) | {"event_id": new_id()} for other in batch for row in events))
            _write(db, "ticket_units", (_copy(row, other) for other in batch for row in parts))


def _other(ticket_id: str, number: str, at: int) -> dict[str, str]:
    """What stands in another request where the first has its own."""
    return {
        ticket_id: new_id(),
        number: f"20261123{at:06}",
        "13800000001": f"139{at:08}",
        STREET: f"第{at % 340}街道办事处",
        "望京街道": f"第{at % 340}街道",
        "朝阳区": f"第{at % 16}区",
    }


def _copy(row: dict[str, object], other: dict[str, str]) -> dict[str, object]:
    found = dict(row)
    for column, value in row.items():
        if isinstance(value, str):
            for old, new in other.items():
                value = value.replace(old, new)
            found[column] = value
    return found


def _write(db: sqlite3.Connection, table: str, rows: Iterator[dict[str, object]]) -> None:
    listed_rows = list(rows)
    columns = list(listed_rows[0])
    marks = ", ".join(f":{name}" for name in columns)
    db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", listed_rows)


def sample_rows(folder: Path, count: int, many: int = MANY) -> Iterator[Row]:
    """Drawing and keeping beside reading the frame and `random.sample`; listing beside one bare event row each."""
    made(folder / "home", many)
    for rate in RATES:
        drawing, reading, listed, bare = [], [], [], []
        for turn in range(count):
            root, wanted = folder / f"home-{turn}", round(rate * many)
            shutil.copytree(folder / "home", root)
            house = House(root, FixedClock(NOW))
            begin = time.perf_counter()
            run = kept(house, Rule(rate, "unit", f"seed-{turn}"), SAMPLER, NOW)
            drawing.append((time.perf_counter() - begin) * 1000)
            begin = time.perf_counter()
            done = max(listing(house, run, SAMPLER, NOW))
            listed.append((time.perf_counter() - begin) * 1000)
            house.close()
            if done != wanted:
                raise RuntimeError(f"{done} of {wanted} were listed")
            with closing(connect(folder / "home" / "hotline.db")) as db:
                begin = time.perf_counter()
                random.Random(turn).sample(db.execute(FRAME).fetchall(), wanted)
                reading.append((time.perf_counter() - begin) * 1000)
            bare.append(_bare(folder / "bare.db", wanted))
            shutil.rmtree(root)
        what = f"{many:,} finished, sample of {rate}"
        yield Row(f"{what}: drawn, frame kept", Times(drawing), "SELECT of the frame + random.sample", Times(reading))
        yield Row(f"{what}: {wanted:,} listed", Times(listed), "a bare event row each", Times(bare))


def _bare(path: Path, rows: int) -> float:
    """Insert one row of an event's size for each, in the same batches, as durably."""
    path.unlink(missing_ok=True)
    payload = "x" * 200
    with closing(connect(path)) as db:
        db.execute(
            "CREATE TABLE events (ticket_id TEXT, seq INTEGER, kind TEXT, at TEXT, payload TEXT, "
            "PRIMARY KEY (ticket_id, seq)) WITHOUT ROWID"
        )
        ids = [new_id() for _ in range(rows)]
        begin = time.perf_counter()
        for start in range(0, rows, BATCH):
            with writing(db):
                db.executemany(
                    "INSERT INTO events VALUES (?, 9, ?, ?, ?)",
                    [(each, Kind.CALLBACK_PLANNED, to_storage(NOW), payload) for each in ids[start : start + BATCH]],
                )
        return (time.perf_counter() - begin) * 1000
