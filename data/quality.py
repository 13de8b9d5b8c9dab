"""Assessments of the quality of acceptance (受理质量考评, 7.1.2) and what is done about it (7.2): rows that are only added.

Every sample stands with all that it was drawn from. An assessment and a finding are streams of acts: who did what, when.
The tables refuse to change or to delete a row, so that nobody's result can be put right in silence.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec

from data.calls import Call
from data.clock import from_storage, to_storage
from data.db import writing
from data.events import Event, Ticket, new_id
from data.lifecycle import Kind
from data.personal import seal, unseal

ASSESSMENT, FINDING = "assessment", "finding"


class Done(StrEnum):
    """What can be done in a stream."""

    DRAWN = "drawn"  # 抽中, with what the machine found
    REVIEWED = "reviewed"  # 评定
    CHECKED = "checked"  # 复评
    APPEALED = "appealed"  # 申诉
    DECIDED = "decided"  # 裁定
    FOUND = "found"  # 提出改进事项
    FOLLOWED = "followed"  # 跟进检查


class QualityConflict(RuntimeError):
    """Somebody else did something to the same assessment or finding meanwhile; the message says so."""


class Run(msgspec.Struct, frozen=True):
    """One sample: its rule with period, rate, seed and reasons of risk, how many it was drawn from, a digest of both."""

    id: str
    at: datetime
    by: str
    rule: dict[str, Any]
    frame: int
    drawn: int
    digest: str


class Member(msgspec.Struct, frozen=True):
    """One piece of work in a frame: a ticket, a call, or a ticket with its call.

    ``basis`` is ``random`` or ``risk`` where it was drawn, else empty: only random draws tell of all the work.
    """

    ticket_id: str
    call_id: str
    agent_no: str
    reasons: tuple[str, ...] = ()
    basis: str = ""

    @property
    def key(self) -> str:
        """What names the piece of work."""
        return self.ticket_id or self.call_id


class Step(msgspec.Struct, frozen=True):
    """One act in a stream; ``seq`` counts from 1."""

    stream: str
    seq: int
    kind: Done
    at: datetime
    by: str
    body: dict[str, Any]


class QualityStore:
    """The assessments and findings of one installation, and the facts they are made from."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # -- samples ----------------------------------------------------------------------------------------------------

    def keep(self, run: Run, members: Iterable[Member], drawn: Sequence[dict[str, Any]]) -> list[str]:
        """Keep a sample with its whole frame, and begin an assessment for each body of ``drawn``; returns their ids.

        Raises:
            StorageError: the disk refused; nothing was kept.
        """
        ids = [new_id() for _ in drawn]
        with writing(self._db) as db:
            db.execute(
                "INSERT INTO quality_runs (id, at, by, rule, frame, drawn, digest) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (run.id, to_storage(run.at), run.by, seal(run.rule), run.frame, run.drawn, run.digest),
            )
            db.executemany(
                "INSERT INTO quality_frames (run, ticket_id, call_id, agent_no, reasons, basis) VALUES (?, ?, ?, ?, ?, ?)",
                ((run.id, m.ticket_id, m.call_id, m.agent_no, " ".join(m.reasons), m.basis) for m in members),
            )
            for stream, body in zip(ids, drawn, strict=True):
                self._insert(db, ASSESSMENT, Step(stream, 1, Done.DRAWN, run.at, run.by, body))
        return ids

    def runs(self) -> list[Run]:
        """Return every sample, newest first."""
        rows = self._db.execute("SELECT * FROM quality_runs ORDER BY at DESC, id DESC")
        return [
            Run(r["id"], from_storage(r["at"]), r["by"], msgspec.json.decode(r["rule"]), r["frame"], r["drawn"], r["digest"])
            for r in rows
        ]  # fmt: skip

    def members(self, run: str) -> list[Member]:
        """Return what a sample was drawn from, in the order of the ids."""
        rows = self._db.execute("SELECT * FROM quality_frames WHERE run = ? ORDER BY ticket_id, call_id", (run,))
        return [
            Member(r["ticket_id"], r["call_id"], r["agent_no"], tuple(r["reasons"].split()), r["basis"]) for r in rows
        ]

    def drawn_before(self) -> set[str]:
        """Return the keys of all that was ever drawn: nothing is assessed twice."""
        rows = self._db.execute("SELECT ticket_id, call_id FROM quality_frames WHERE basis <> ''")
        return {row["ticket_id"] or row["call_id"] for row in rows}

    # -- streams ----------------------------------------------------------------------------------------------------

    def add(self, family: str, step: Step) -> None:
        """Add an act to its stream.

        Raises:
            QualityConflict: the stream has an act with this number already.
            StorageError: the disk refused.
        """
        try:
            with writing(self._db) as db:
                self._insert(db, family, step)
        except sqlite3.IntegrityError:
            raise QualityConflict("别人刚处理过这一项：请按 F2 重新列出后再做") from None

    def _insert(self, db: sqlite3.Connection, family: str, step: Step) -> None:
        db.execute(
            "INSERT INTO quality_steps (stream, seq, family, kind, at, by, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (step.stream, step.seq, family, step.kind, to_storage(step.at), step.by, seal(step.body)),
        )

    def streams(self, family: str) -> Iterator[list[Step]]:
        """Yield every stream of a family, oldest first, its acts in order."""
        rows = self._db.execute("SELECT * FROM quality_steps WHERE family = ? ORDER BY stream, seq", (family,))
        for _, steps in groupby(rows.fetchall(), key=lambda row: row["stream"]):
            yield [_step(row) for row in steps]

    def added(self, family: str, after: int) -> tuple[int, list[Step]]:
        """Return the acts of a family that were added after a place, in their order, and the place of the last one.

        Rows are only added, by one writer at a time: whoever reads on from a place misses none. 0 is before all.
        """
        rows = self._db.execute(
            "SELECT rowid AS place, * FROM quality_steps WHERE rowid > ? AND family = ? ORDER BY rowid", (after, family)
        ).fetchall()
        return (rows[-1]["place"] if rows else after), [_step(row) for row in rows]

    def stream(self, stream: str) -> list[Step]:
        """Return the acts of one stream, none where there is no such."""
        rows = self._db.execute("SELECT * FROM quality_steps WHERE stream = ? ORDER BY seq", (stream,))
        return [_step(row) for row in rows]

    # -- teams ------------------------------------------------------------------------------------------------------

    def set_team(self, agent_no: str, team: str, by: str, at: datetime) -> None:
        """Note which team (班组) an agent belongs to from now on.

        Raises:
            StorageError: the disk refused.
        """
        with writing(self._db) as db:
            db.execute(
                "INSERT INTO quality_teams (agent_no, team, by, at) VALUES (?, ?, ?, ?)",
                (agent_no, team, by, to_storage(at)),
            )

    def teams(self) -> dict[str, str]:
        """Return the team of each agent as it stands."""
        rows = self._db.execute("SELECT agent_no, team FROM quality_teams ORDER BY rowid")
        return {row["agent_no"]: row["team"] for row in rows}

    # -- the work ---------------------------------------------------------------------------------------------------

    def tickets(self, since: datetime | None, until: datetime | None) -> list[Ticket]:
        """Return the requests registered in a span of time, its end not included."""
        rows = self._db.execute(
            "SELECT body FROM tickets WHERE created_at >= ? AND created_at < ? ORDER BY id", _span(since, until)
        )
        return [unseal(row["body"], Ticket) for row in rows]

    def calls(self, since: datetime | None, until: datetime | None) -> list[Call]:
        """Return the calls that rang in a span of time, its end not included."""
        rows = self._db.execute(
            "SELECT body FROM calls WHERE ring_at >= ? AND ring_at < ? ORDER BY id", _span(since, until)
        )
        return [unseal(row["body"], Call) for row in rows]

    def call_of(self, ticket_id: str, call_id: str) -> Call | None:
        """Return the call of a ticket, by its id where that is known."""
        row = self._db.execute(
            "SELECT body FROM calls WHERE id = ? OR (? <> '' AND instr(ticket_id, ?)) ORDER BY ring_at LIMIT 1",
            (call_id, ticket_id, ticket_id),
        ).fetchone()
        return unseal(row["body"], Call) if row else None

    def dispatched(self, since: datetime | None, until: datetime | None) -> list[tuple[Ticket, list[Event]]]:
        """Return the requests that were first dispatched in a span of time, each with its dispatches and returns."""
        rows = self._db.execute(
            "SELECT t.body, t.id FROM events e JOIN tickets t ON t.id = e.ticket_id "
            "WHERE e.kind = ? AND e.at >= ? AND e.at < ? GROUP BY t.id ORDER BY t.id",
            (Kind.DISPATCHED, *_span(since, until)),
        ).fetchall()
        return [(unseal(row["body"], Ticket), self.dispatching(row["id"])) for row in rows]

    def dispatching(self, ticket_id: str) -> list[Event]:
        """Return the steps of a request that tell when, by whom and how well it was dispatched."""
        kinds = (Kind.REGISTERED, Kind.AMENDED, Kind.DISPATCHED, Kind.REDISPATCHED, Kind.RETURN_ASKED)
        rows = self._db.execute(
            f"SELECT * FROM events WHERE ticket_id = ? AND kind IN ({', '.join('?' * (len(kinds) + 1))}) ORDER BY seq",
            (ticket_id, *kinds, Kind.RETURN_REFUSED),
        )
        return [
            Event(r["event_id"], ticket_id, r["seq"], Kind(r["kind"]), from_storage(r["at"]), r["by"], r["clause"],
                  unseal(r["payload"], dict))
            for r in rows
        ]  # fmt: skip


def _step(row: sqlite3.Row) -> Step:
    return Step(
        row["stream"], row["seq"], Done(row["kind"]), from_storage(row["at"]), row["by"], unseal(row["body"], dict)
    )


def _span(since: datetime | None, until: datetime | None) -> tuple[str, str]:
    return to_storage(since) if since else "", to_storage(until) if until else "~"
