"""The callback list as SQL sees it: one row a number, with every request that waits for a callback to it (5.4)."""

import sqlite3
from datetime import datetime
from typing import NamedTuple

from data.callbacks import INTERVIEWED, OTHER, REFUSED, UNREACHED
from data.clock import SHANGHAI
from data.events import Ticket
from data.lifecycle import Kind
from data.personal import unseal


class Waiting(NamedTuple):
    """A number to call: the requests that wait for it, from when on, until when, by whom only."""

    dial_key: str
    ticket_ids: list[str]
    at: datetime
    until: datetime
    booked: bool
    only_by: str


class CallbackList:
    """What waits for a callback in one store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def waiting(self, limit: int = 200, offset: int = 0) -> list[Waiting]:
        """Return the numbers to call: appointments first, then the least time left; never one whose owner refused.

        A number is due when all of its requests are: one that has just been tried is not tried again at once because
        a further request was added to it.
        """
        rows = self._db.execute(
            "SELECT dial_key, group_concat(id, ' ') AS ids, max(callback_at) AS at, min(callback_until) AS until, "
            "max(callback_booked) AS booked, max(callback_by) AS only_by FROM tickets "
            f"WHERE {_LISTED} GROUP BY dial_key ORDER BY booked DESC, CASE WHEN booked THEN at ELSE until END, dial_key "
            "LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [_waiting(row) for row in rows]

    def of_number(self, dial_key: str) -> Waiting | None:
        """Return the row of one number; None where nothing waits for it."""
        row = self._db.execute(
            "SELECT dial_key, group_concat(id, ' ') AS ids, max(callback_at) AS at, min(callback_until) AS until, "
            f"max(callback_booked) AS booked, max(callback_by) AS only_by FROM tickets WHERE {_LISTED} AND dial_key = ? "
            "GROUP BY dial_key",
            (dial_key,),
        ).fetchone()
        return _waiting(row) if row else None

    def count(self) -> int:
        """Return how many numbers wait."""
        return int(self._db.execute(f"SELECT count(DISTINCT dial_key) FROM tickets WHERE {_LISTED}").fetchone()[0])

    def over(self, now: datetime, limit: int = 500) -> list[tuple[str, bool]]:
        """Return the requests whose callback cannot be made any more: ticket id, and whether the owner refused."""
        rows = self._db.execute(
            "SELECT id, dial_key IN (SELECT dial_key FROM callback_refusals) AS refused FROM tickets "
            "WHERE callback_at IS NOT NULL AND (callback_until < ? OR "
            "dial_key IN (SELECT dial_key FROM callback_refusals)) ORDER BY id LIMIT ?",
            (now.timestamp(), limit),
        )
        return [(row["id"], bool(row["refused"])) for row in rows]

    def interviewed(self, agent_no: str, since: str, limit: int = 100) -> list[Ticket]:
        """Return the requests that an agent interviewed about since an instant (as storage writes it), newest first."""
        rows = self._db.execute(
            "SELECT body FROM tickets JOIN (SELECT ticket_id, max(at) AS at FROM events WHERE kind = ? AND at >= ? "
            "AND by = ? AND json_extract(payload, '$.family') = ? GROUP BY ticket_id) AS ended "
            "ON ended.ticket_id = tickets.id ORDER BY ended.at DESC LIMIT ?",
            (Kind.CALLBACK_ENDED, since, agent_no, INTERVIEWED, limit),
        )
        return [unseal(row["body"], Ticket) for row in rows]

    def day(self, agent_no: str, since: str) -> dict[str, int]:
        """Count an agent's ended callbacks since an instant (as storage writes it), by family, and attempts without end."""
        rows = self._db.execute(
            "SELECT json_extract(payload, '$.family') AS family, count(DISTINCT json_extract(payload, '$.call_id')) AS n "
            "FROM events WHERE kind IN (?, ?) AND at >= ? AND by = ? GROUP BY family",
            (Kind.CALLBACK_ENDED, Kind.CALLBACK_TRIED, since, agent_no),
        )
        found = {str(row["family"]): int(row["n"]) for row in rows}
        return {family: found.get(family, 0) for family in (INTERVIEWED, REFUSED, UNREACHED, OTHER)}


_LISTED = "callback_at IS NOT NULL AND dial_key <> '' AND dial_key NOT IN (SELECT dial_key FROM callback_refusals)"


def _waiting(row: sqlite3.Row) -> Waiting:
    return Waiting(
        dial_key=row["dial_key"],
        ticket_ids=sorted(row["ids"].split(" ")),
        at=datetime.fromtimestamp(row["at"], SHANGHAI),
        until=datetime.fromtimestamp(row["until"], SHANGHAI),
        booked=bool(row["booked"]),
        only_by=row["only_by"],
    )
