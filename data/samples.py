"""Samples of finished requests to be called back (5.4.1): what each was drawn from, and what was drawn."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from data.callbacks import INELIGIBLE, INTERVIEWED, OTHER, REFUSED, UNREACHED
from data.clock import from_storage, to_storage
from data.db import writing
from data.lifecycle import Kind, State
from data.record import PHONE

STRATA = {"unit": "承办单位", "type": "诉求类型", "district": "区", "street": "街乡", "": "不分层"}
"""What a sample may be divided by, and its name on screen."""


class Finished(NamedTuple):
    """One finished request in a frame."""

    ticket_id: str
    seq: int
    reply: int
    unit: str
    type: str
    district: str
    street: str
    feedback_due: float | None


class Drawn(NamedTuple):
    """A request that was drawn and does not wait for its callback yet, as it stands now."""

    ticket_id: str
    seq: int
    reply: int
    stratum: str
    feedback_due: float | None


class Run(msgspec.Struct, frozen=True):
    """One sample: its rule with rate, seed and strata, how many it was drawn from, and a digest of both."""

    id: str
    at: datetime
    by: str
    rule: dict[str, str | float | int | bool]
    frame: int
    drawn: int
    digest: str


class Quota(NamedTuple):
    """How far a stratum is: finished requests, drawn ones, and what became of those."""

    stratum: str
    frame: int
    drawn: int
    interviewed: int
    refused: int
    unreached: int  # 未接触 and 其他未访
    ineligible: int

    @property
    def left(self) -> int:
        """How many still wait for their callback."""
        return self.drawn - self.interviewed - self.refused - self.unreached - self.ineligible


class Excluded(NamedTuple):
    """Finished requests by telephone that are not in a frame, and why."""

    refused: int
    no_number: int


class Samples:
    """The samples of one store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def frame(self) -> list[Finished]:
        """Return every finished request by telephone that no sample has considered yet, in the order of its id.

        Those whose owner refused, and those without a number, are not among them (`excluded` counts these).
        """
        rows = self._db.execute(
            "SELECT id, seq, replies, unit, types, district, street, feedback_due FROM tickets "
            f"WHERE {_OPEN} AND dial_key <> '' AND dial_key NOT IN (SELECT dial_key FROM callback_refusals) ORDER BY id",
            _OPEN_VALUES,
        )
        return [Finished(*row) for row in rows]

    def sizes(self, by: str) -> dict[str, int]:
        """Count the frame by the values of one of `STRATA`; with none, as one."""
        column = _COLUMNS.get(by, "''")
        rows = self._db.execute(
            f"SELECT {column} AS value, count(*) AS n FROM tickets WHERE {_OPEN} AND dial_key <> '' "
            "AND dial_key NOT IN (SELECT dial_key FROM callback_refusals) GROUP BY value",
            _OPEN_VALUES,
        )
        return {row["value"]: row["n"] for row in rows}

    def excluded(self) -> Excluded:
        """Count the finished requests that are in no frame because of their owner or their number."""
        row = self._db.execute(
            "SELECT count(*) FILTER (WHERE dial_key IN (SELECT dial_key FROM callback_refusals)), "
            f"count(*) FILTER (WHERE dial_key = '') FROM tickets WHERE {_OPEN}",
            _OPEN_VALUES,
        ).fetchone()
        return Excluded(int(row[0]), int(row[1]))

    def keep(self, run: Run, members: Iterable[tuple[Finished, str, bool]]) -> None:
        """Keep a sample with its whole frame: each request, its stratum, and whether it was drawn.

        Raises:
            StorageError: the disk refused.
        """
        with writing(self._db) as db:
            db.execute(
                "INSERT INTO callback_runs (id, at, by, rule, frame, drawn, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (run.id, to_storage(run.at), run.by, msgspec.json.encode(run.rule).decode(), run.frame, run.drawn,
                 run.digest),
            )  # fmt: skip
            db.executemany(
                "INSERT INTO callback_frames (run, ticket_id, reply, stratum, drawn) VALUES (?, ?, ?, ?, ?)",
                ((run.id, each.ticket_id, each.reply, stratum, drawn) for each, stratum, drawn in members),
            )

    def runs(self) -> list[Run]:
        """Return every sample, newest first."""
        rows = self._db.execute("SELECT * FROM callback_runs ORDER BY at DESC, id DESC").fetchall()
        return [
            Run(r["id"], from_storage(r["at"]), r["by"], msgspec.json.decode(r["rule"]), r["frame"], r["drawn"],
                r["digest"])
            for r in rows
        ]  # fmt: skip

    def members(self, run: str, *, drawn: bool | None = None) -> list[tuple[str, str, bool]]:
        """Return what a sample was drawn from: ticket id, stratum, drawn or not, in the order of the ids."""
        narrowed = "" if drawn is None else f" AND drawn = {int(drawn)}"
        rows = self._db.execute(
            f"SELECT ticket_id, stratum, drawn FROM callback_frames WHERE run = ?{narrowed} ORDER BY ticket_id", (run,)
        )
        return [(row["ticket_id"], row["stratum"], bool(row["drawn"])) for row in rows]

    def unlisted(self, run: str) -> list[Drawn]:
        """Return what a sample drew and nobody has listed for callback yet, in the order of the ids.

        That is all of it where it was just drawn, and the rest where listing was broken off; what has moved on
        meanwhile is not among it.
        """
        rows = self._db.execute(
            "SELECT f.ticket_id, t.seq, f.reply, f.stratum, t.feedback_due "
            "FROM callback_frames f JOIN tickets t ON t.id = f.ticket_id "
            "WHERE f.run = ? AND f.drawn = 1 AND t.replies = f.reply AND t.state IN (?, ?) AND t.callback_at IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM events e WHERE e.ticket_id = f.ticket_id AND e.kind = ? "
            "AND json_extract(e.payload, '$.feedback') = f.reply) ORDER BY f.ticket_id",
            (run, State.FED_BACK, State.COMPLETED, Kind.CALLBACK_PLANNED),
        )
        return [Drawn(*row) for row in rows]

    def quotas(self, runs: Sequence[str]) -> list[Quota]:
        """Return how far each stratum of some samples is, largest first."""
        among, of_runs = "run IN (SELECT value FROM json_each(?))", (msgspec.json.encode(list(runs)).decode(),)
        rows = self._db.execute(
            f"SELECT stratum, count(*) AS frame, sum(drawn) AS drawn FROM callback_frames WHERE {among} "
            "GROUP BY stratum ORDER BY frame DESC, stratum",
            of_runs,
        ).fetchall()
        # Only what was drawn is looked up: a frame is the whole of what was finished.
        over = self._db.execute(
            "SELECT stratum, callback_ended AS family, count(*) AS n FROM callback_frames JOIN tickets ON id = ticket_id "
            f"WHERE {among} AND drawn = 1 AND callback_at IS NULL GROUP BY stratum, family",
            of_runs,
        )
        ended = {(row["stratum"], row["family"]): int(row["n"]) for row in over}
        return [
            Quota(*row, *(sum(ended.get((row["stratum"], family), 0) for family in families) for families in _ENDED))
            for row in rows
        ]


_COLUMNS = {"unit": "unit", "type": "types", "district": "district", "street": "street"}
_ENDED = ((INTERVIEWED,), (REFUSED,), (UNREACHED, OTHER), (INELIGIBLE,))  # as `Quota` counts them

# Finished and by telephone, and not in a sample for the reply that it has now.
_OPEN = (
    "state IN (?, ?) AND source = ? AND replies > 0 AND callback_at IS NULL AND NOT EXISTS "
    "(SELECT 1 FROM callback_frames f WHERE f.ticket_id = tickets.id AND f.reply = tickets.replies)"
)
_OPEN_VALUES = (State.FED_BACK, State.COMPLETED, PHONE)
