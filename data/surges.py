"""Declared floods of calls (极端天气、特殊时间引起的集中大话务量, 5.2.2.1.2d): who declared one, why, from when to when."""

import sqlite3
from datetime import datetime, timedelta

import msgspec

from data.clock import from_storage, to_storage
from data.db import writing
from data.events import new_id
from data.people import Actor, Role

LONGEST = timedelta(days=15)


class SurgeRefused(ValueError):
    """The declaration was refused; the message says why and what to do."""


class Surge(msgspec.Struct, frozen=True):
    """One declaration."""

    id: str
    since: datetime
    until: datetime
    reason: str
    by: str
    ended_by: str = ""


class Surges:
    """The declarations of one installation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def declare(self, until: datetime, reason: str, actor: Actor, now: datetime) -> Surge:
        """Declare a surge from now on; requests of the class 一般 accepted meanwhile have 48 hours for dispatch.

        Raises:
            SurgeRefused: the actor is no supervisor, there is no reason, the end is not in the future or too far,
                or one is in force already.
            StorageError: the disk refused.
        """
        _only_supervisors(actor)
        if not reason.strip():
            raise SurgeRefused("请写明集中大话务量的原因（极端天气、特殊时间，5.2.2.1.2）")
        if not now < until <= now + LONGEST:
            raise SurgeRefused(f"结束时间须在现在之后、{LONGEST.days} 天之内（5.2.2.1.2）")
        surge = Surge(new_id(), now, until, reason.strip(), actor.agent_no)
        with writing(self._db) as db:
            if held := self.at(now):
                raise SurgeRefused(f"已有一次宣布有效到 {held.until:%m-%d %H:%M}：请先结束它再重新宣布（5.2.2.1.2）")
            db.execute(
                "INSERT INTO surges (id, since, until, reason, by, declared_at) VALUES (?, ?, ?, ?, ?, ?)",
                (surge.id, to_storage(now), to_storage(until), surge.reason, surge.by, to_storage(now)),
            )
        return surge

    def end(self, actor: Actor, now: datetime) -> Surge:
        """End the surge in force before its time.

        Raises:
            SurgeRefused: the actor is no supervisor, or none is in force.
            StorageError: the disk refused.
        """
        _only_supervisors(actor)
        with writing(self._db) as db:
            held = self.at(now)
            if held is None:
                raise SurgeRefused("现在没有宣布集中大话务量，不用结束")
            db.execute(
                "UPDATE surges SET until = ?, ended_by = ? WHERE id = ?", (to_storage(now), actor.agent_no, held.id)
            )
        return held

    def at(self, now: datetime) -> Surge | None:
        """Return the surge in force at an instant."""
        row = self._db.execute(
            "SELECT * FROM surges WHERE since <= ? AND until > ? ORDER BY since DESC LIMIT 1",
            (to_storage(now), to_storage(now)),
        ).fetchone()
        return _surge(row) if row else None

    def history(self, limit: int = 20) -> list[Surge]:
        """Return declarations, newest first."""
        rows = self._db.execute("SELECT * FROM surges ORDER BY since DESC LIMIT ?", (limit,))
        return [_surge(row) for row in rows]


def _only_supervisors(actor: Actor) -> None:
    if not actor.may(Role.SUPERVISOR, Role.ADMINISTRATOR):
        raise SurgeRefused(f"集中大话务量须由督办宣布或结束：{actor.agent_no} 没有这个角色（5.2.2.1.2）")


def _surge(row: sqlite3.Row) -> Surge:
    return Surge(
        row["id"], from_storage(row["since"]), from_storage(row["until"]), row["reason"], row["by"], row["ended_by"]
    )
