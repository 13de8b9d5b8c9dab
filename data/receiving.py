"""Taking in what comes from the dispatch queue, and keeping apart what does not fit.

An event that breaks a rule, that this program cannot read, or before which a step is missing, is held with its reason;
later events of its ticket wait behind it, and all other tickets go on.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from itertools import dropwhile

import msgspec

from data.clock import SHANGHAI, from_storage, to_storage
from data.db import writing
from data.events import Event
from data.lifecycle import KIND_NAMES, Kind, TransitionRefused
from data.personal import seal
from data.queue import Arrival
from data.tickets import Misfit, TicketStore

_BEHIND = "等待前面滞留的步骤"
_UNREADABLE = "内容读不懂，可能由更新的程序写成：请升级本程序后重试"


class Held(msgspec.Struct):
    """An event that was not taken in (滞留): which, why, and how often it was tried. ``number`` is empty where unknown."""

    ticket_id: str
    number: str
    seq: int
    event_id: str
    what: str
    reason: str
    at: datetime
    tries: int


class Receiving:
    """What comes to one store."""

    def __init__(self, store: TicketStore) -> None:
        self._store = store
        self._db: sqlite3.Connection = store.connection

    def receive(self, arrivals: Sequence[Arrival], now: datetime) -> int:
        """Take in what came, in the queue's order. Returns how many events were new and fitted.

        What is already here is passed over, and known from then on to have been sent. An event that contradicts own
        unsent ones is passed over too: sending those makes the queue refuse them with all that it has instead
        (`yield_to`), whereas applying it here would put it on top of a history that is not its own.

        Raises:
            StorageError: the disk refused; nothing was changed.
        """
        applied = 0
        with writing(self._db) as db:
            for arrival in arrivals:
                if self._known(arrival.event_id):
                    db.execute("DELETE FROM outbox WHERE ticket_id = ? AND seq <= ?", (arrival.ticket_id, arrival.seq))
                elif self._has(arrival.ticket_id, "outbox"):
                    continue
                elif self._has(arrival.ticket_id, "held"):
                    self._hold(arrival, _BEHIND, now)
                    applied += self._release(arrival.ticket_id)  # it may be the one that was missing
                elif reason := self._misfit(arrival):
                    self._hold(arrival, reason, now)
                else:
                    applied += 1
        return applied

    def yield_to(self, ticket_id: str, theirs: Sequence[Arrival], now: datetime) -> None:
        """Give way to ``theirs``: own unsent events of the ticket move to ``refused``, theirs take their place.

        ``theirs`` follow one another; those that stand here already stay as they are.

        Raises:
            StorageError: the disk refused; nothing was changed.
        """
        with writing(self._db) as db:
            here = {event.seq: event for event in self._store.events(ticket_id)}
            theirs = list(
                dropwhile(lambda their: their.seq in here and here[their.seq].event_id == their.event_id, theirs)
            )
            if not theirs:
                return
            first = theirs[0].seq
            reason = "、".join(map(_done, theirs))
            # A reminder that lost asks nobody to retry it: the next round sends what is still due (5.2.3a).
            for own in [e for e in here.values() if e.seq >= first and e.kind is not Kind.REMINDED]:
                db.execute(
                    "INSERT OR IGNORE INTO refused (event_id, ticket_id, event, reason, refused_at) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (own.event_id, ticket_id, seal(own), reason, to_storage(now)),
                )
            self._store.cut_back(ticket_id, first)
            for their in theirs:
                self._hold(their, _BEHIND, now)
            self._release(ticket_id)

    def requeue(self, ticket_id: str = "") -> tuple[int, int]:
        """Try what is held once more, of one ticket or of all; returns how many fitted now, and how many are left.

        Raises:
            StorageError: the disk refused; nothing was changed.
        """
        with writing(self._db) as db:
            rows = db.execute("SELECT DISTINCT ticket_id FROM held WHERE ? IN ('', ticket_id)", (ticket_id,))
            applied = sum([self._release(row["ticket_id"]) for row in rows.fetchall()])
        return applied, self.count()

    def held(self, limit: int = 200) -> list[Held]:
        """Return what is held, ticket by ticket, each in its order."""
        rows = self._db.execute(
            "SELECT held.*, tickets.number AS number FROM held LEFT JOIN tickets ON tickets.id = held.ticket_id "
            "ORDER BY min(held_at) OVER (PARTITION BY ticket_id), ticket_id, held.seq LIMIT ?",
            (limit,),
        )
        return [
            Held(
                row["ticket_id"],
                row["number"] or "",
                row["seq"],
                row["event_id"],
                _what(_arrival(row)),
                row["reason"],
                from_storage(row["held_at"]),
                row["tries"],
            )
            for row in rows.fetchall()
        ]

    def count(self) -> int:
        """Return how many events are held."""
        return int(self._db.execute("SELECT count(*) FROM held").fetchone()[0])

    def _misfit(self, arrival: Arrival) -> str:
        """Take an event in; return why it could not be, or nothing."""
        try:
            self._store.take_in(arrival.event())
        except msgspec.MsgspecError:
            return _UNREADABLE
        except (TransitionRefused, Misfit) as reason:
            return str(reason)
        return ""

    def _release(self, ticket_id: str) -> int:
        """Take in what is held of a ticket as far as it fits now."""
        applied = 0
        for row in self._db.execute("SELECT * FROM held WHERE ticket_id = ? ORDER BY seq", (ticket_id,)).fetchall():
            known = self._known(row["event_id"])
            if not known and (reason := self._misfit(_arrival(row))):
                self._db.execute(
                    "UPDATE held SET reason = ?, tries = tries + 1 WHERE event_id = ?", (reason, row["event_id"])
                )
                break
            applied += not known
            self._db.execute("DELETE FROM held WHERE event_id = ?", (row["event_id"],))
        return applied

    def _hold(self, arrival: Arrival, reason: str, now: datetime) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO held (event_id, ticket_id, seq, position, event, reason, held_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                arrival.event_id,
                arrival.ticket_id,
                arrival.seq,
                arrival.position,
                arrival.text,
                reason,
                to_storage(now),
            ),
        )

    def _known(self, event_id: str) -> bool:
        return self._db.execute("SELECT 1 FROM events WHERE event_id = ?", (event_id,)).fetchone() is not None

    def _has(self, ticket_id: str, table: str) -> bool:
        return self._db.execute(f"SELECT 1 FROM {table} WHERE ticket_id = ?", (ticket_id,)).fetchone() is not None


def describe(event: Event) -> str:
    """Say in one line what an event was."""
    return f"{event.by} {KIND_NAMES[event.kind]}"


def _arrival(row: sqlite3.Row) -> Arrival:
    return Arrival(row["position"], row["ticket_id"], row["seq"], row["event_id"], row["event"])


def _what(arrival: Arrival) -> str:
    try:
        return describe(arrival.event())
    except msgspec.MsgspecError:
        return "读不懂的一步"


def _done(arrival: Arrival) -> str:
    """Say what another desk did, for whoever lost against it."""
    try:
        event = arrival.event()
    except msgspec.MsgspecError:
        return "他人已写入读不懂的一步"
    return f"{event.by} 已{KIND_NAMES[event.kind]}（{event.at.astimezone(SHANGHAI):%H:%M:%S}）"
