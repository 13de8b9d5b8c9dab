"""Readable ticket numbers (工单编号): the day and a serial, taken from blocks that were reserved in advance.

A block is reserved from the dispatch queue, which gives each serial of a day once; a seat that has a block can
tell the caller a number while the network is away.
"""

import sqlite3
from datetime import date

from data.db import writing


class NumbersExhausted(RuntimeError):
    """No reserved number is left for the day."""


def format_number(day: date, serial: int) -> str:
    """Write a ticket number: eight digits of the day, then the serial, five digits or more."""
    return f"{day:%Y%m%d}{serial:05d}"


class NumberBlocks:
    """The reserved blocks of one store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def left(self, day: date) -> int:
        """How many numbers are left for ``day``."""
        row = self._db.execute(
            "SELECT coalesce(sum(last - next + 1), 0) FROM number_blocks WHERE day = ?", (day.isoformat(),)
        ).fetchone()
        return int(row[0])

    def add(self, day: date, serials: range) -> None:
        """Keep a block that the queue has reserved for this store, and forget those of days long past."""
        with writing(self._db) as db:
            db.execute("DELETE FROM number_blocks WHERE next > last OR day < date(?, '-7 days')", (day.isoformat(),))
            db.execute(
                "INSERT OR IGNORE INTO number_blocks (day, next, last) VALUES (?, ?, ?)",
                (day.isoformat(), serials[0], serials[-1]),
            )

    def take(self, day: date) -> str:
        """Take the next number of ``day``; call it inside the transaction that uses it.

        Raises:
            NumbersExhausted: no block of that day is left.
        """
        while True:
            row = self._db.execute(
                "SELECT next, last FROM number_blocks WHERE day = ? AND next <= last ORDER BY next LIMIT 1",
                (day.isoformat(),),
            ).fetchone()
            if row is None:
                raise NumbersExhausted(f"{day} 的工单编号已用完：请恢复与派单队列的连接以领取新号段")
            self._db.execute(
                "UPDATE number_blocks SET next = next + 1 WHERE day = ? AND last = ?",
                (day.isoformat(), row["last"]),
            )
            number = format_number(day, row["next"])
            # A queue restored from a backup gives serials a second time; what is on a ticket is passed over.
            if not self._db.execute("SELECT 1 FROM tickets WHERE number = ?", (number,)).fetchone():
                return number
