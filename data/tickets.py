"""The ticket store: events, the ticket rows made of them, and the outbox, written in one transaction."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from data.clock import SHANGHAI, from_storage, to_storage
from data.db import StorageError, writing
from data.events import Event, NewEvent, Ticket, fold_all, new_id
from data.handling import PRESS
from data.lifecycle import KIND_NAMES, Kind, State, TransitionRefused, transition
from data.numbers import NumberBlocks
from data.people import Actor
from data.personal import phone_key, seal, unseal
from data.possible import undrawn
from data.steps import follow, not_theirs
from data.ticket_lists import TicketFilter, ahead, order, where
from data.ticket_row import parts_of, row_of, running_clock


class StaleTicket(RuntimeError):
    """Somebody else changed the ticket first; ``theirs`` says what they did."""

    def __init__(self, ticket: Ticket, theirs: Sequence[Event]) -> None:
        self.ticket = ticket
        self.theirs = list(theirs)
        super().__init__(f"工单 {ticket.number} 刚被他人改动（{done(theirs)}）：已显示最新内容，请核对后再操作")


def done(events: Sequence[Event]) -> str:
    """Say who did what, in a few words."""
    return "、".join(f"{event.by} {KIND_NAMES[event.kind]}" for event in events)


class Misfit(StorageError):
    """An event from the queue does not fit what is here; the message says why."""


class ActRefused(PermissionError):
    """The actor's roles do not allow this (6.2.2)."""


class Act(msgspec.Struct):
    """Events for one ticket. ``expected`` is the sequence the actor has seen; None for "whatever it is now"."""

    ticket_id: str
    events: list[NewEvent]
    expected: int | None = None
    number_day: date | None = None  # a new ticket takes a number of this day


class Tally(NamedTuple):
    """How many tickets a unit has with one part in one state: all, overdue, nearly due, supervised."""

    part: str
    state: str
    tickets: int
    late: int
    near: int
    supervised: int


class TicketStore:
    """The tickets of one installation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = self._db = connection
        self.numbers = NumberBlocks(connection)

    def act(self, acts: Sequence[Act], actor: Actor, now: datetime) -> list[Ticket]:
        """Do what ``acts`` say, all or nothing, and return the tickets as they stand then.

        Raises:
            TransitionRefused: appendix A draws no such step, it lacks what it demands (`data.steps`), or steps of the
                ticket are held.
            ActRefused: the actor's roles or unit do not allow it.
            StaleTicket: the ticket moved on since ``expected``.
            NumbersExhausted: a new ticket needs a number and none is reserved.
            StorageError: the disk refused; nothing was changed.
        """
        with writing(self._db):
            return [self._act(act, actor, now) for act in acts]

    def _act(self, act: Act, actor: Actor, now: datetime) -> Ticket:
        row = self._db.execute("SELECT * FROM tickets WHERE id = ?", (act.ticket_id,)).fetchone()
        before = ticket = unseal(row["body"], Ticket) if row else None
        seq = ticket.seq if ticket else 0
        if ticket and act.expected is not None and act.expected != seq:
            raise StaleTicket(ticket, self.events(ticket.id, after=act.expected))
        if ticket and any(new.kind is not Kind.REPEATED for new in act.events):
            self._refuse_held(ticket)
        for new in act.events:
            if reason := undrawn(ticket, new.kind, actor):
                raise TransitionRefused(reason)
            arrow = transition(ticket.state if ticket else None, new.kind)
            if not actor.may(*arrow.roles):
                raise ActRefused(
                    f"{KIND_NAMES[new.kind]}须由{'、'.join(arrow.roles)}操作：{actor.agent_no} 没有这个角色"
                )
            if ticket and (reason := not_theirs(ticket, new.kind, actor)):
                raise ActRefused(reason)
            payload = unseal(seal(new.payload), dict)  # as it will be read: the row must equal a rebuilt one
            if new.kind is Kind.REGISTERED:
                payload["number"] = self.numbers.take(act.number_day or now.astimezone(SHANGHAI).date())
            seq += 1
            event = Event(new_id(), act.ticket_id, seq, new.kind, now, actor.agent_no, arrow.clause, payload)
            ticket = follow(ticket, event)
            self._insert(event)
            self._db.execute("INSERT INTO outbox (ticket_id, seq) VALUES (?, ?)", (event.ticket_id, seq))
        if ticket is None:
            raise ValueError("an act without events")
        self._project(ticket, before, row)
        return ticket

    def _refuse_held(self, ticket: Ticket) -> None:
        """Refuse a step behind others that wait to be taken in: the queue has them, and would refuse it."""
        held = self._db.execute("SELECT reason FROM held WHERE ticket_id = ? ORDER BY seq", (ticket.id,)).fetchone()
        if held:
            raise TransitionRefused(
                f"工单 {ticket.number} 有从派单队列收到而滞留的步骤（{held['reason']}）：处理之前不能办理，请看同步页"
            )

    def take_in(self, event: Event) -> None:
        """Put an event that came from the queue on top of its ticket; call it inside a transaction.

        Raises:
            TransitionRefused: appendix A draws no such step, or it lacks what it demands; nothing was changed.
            Misfit: a step before it is missing, another stands in its place, or its number is another ticket's.
        """
        ticket = self.get(event.ticket_id)
        expected = ticket.seq + 1 if ticket else 1
        if event.seq != expected:
            raise Misfit(
                f"应接第 {expected} 步，派单队列却给出第 {event.seq} 步：请运行 hotline verify 并联系系统管理员"
            )
        self._project(follow(ticket, event))
        self._insert(event)

    def cut_back(self, ticket_id: str, first: int) -> None:
        """Take away a ticket's events from ``first`` on, sent or not; call it inside a transaction."""
        self._db.execute("DELETE FROM events WHERE ticket_id = ? AND seq >= ?", (ticket_id, first))
        self._db.execute("DELETE FROM outbox WHERE ticket_id = ? AND seq >= ?", (ticket_id, first))
        if first > 1:
            self._project(self.rebuild(ticket_id))
        else:
            self._db.execute("DELETE FROM tickets WHERE id = ?", (ticket_id,))
            self._db.execute("DELETE FROM ticket_units WHERE ticket_id = ?", (ticket_id,))

    def rebuild(self, ticket_id: str) -> Ticket:
        """Make a ticket anew from its events alone.

        Raises:
            KeyError: there are none.
        """
        ticket = fold_all(self.events(ticket_id))
        if ticket is None:
            raise KeyError(ticket_id)
        return ticket

    def get(self, ticket_id: str) -> Ticket | None:
        """Return a ticket by its id."""
        return self._one("id", ticket_id)

    def by_number(self, number: str) -> Ticket | None:
        """Return a ticket by its readable number."""
        return self._one("number", number)

    def events(self, ticket_id: str, *, after: int = 0) -> list[Event]:
        """Return a ticket's events in order, those ``after`` a step that was seen already."""
        rows = self._db.execute("SELECT * FROM events WHERE ticket_id = ? AND seq > ? ORDER BY seq", (ticket_id, after))
        return [_event(row) for row in rows]

    def since(self, ticket: Ticket) -> list[Event]:
        """Return what people did with a ticket since it was read; a reminder of the system (5.2.3a) is not theirs."""
        return [event for event in self.events(ticket.id, after=ticket.seq) if event.kind is not Kind.REMINDED]

    def page(self, want: TicketFilter, limit: int = 100, offset: int = 0) -> list[Ticket]:
        """Return one page of tickets in the filter's order."""
        condition, values = where(want)
        # First which, then what they hold: sorting would carry the bodies of all that the filter lets through.
        which = f"SELECT rowid AS at FROM tickets {condition} {order(want)} LIMIT ? OFFSET ?"
        rows = self._db.execute(
            f"SELECT body FROM ({which}) AS page JOIN tickets ON tickets.rowid = page.at {order(want)}",
            (*values, limit, offset),
        )
        return [unseal(row["body"], Ticket) for row in rows]

    def count(self, want: TicketFilter) -> int:
        """Return how many tickets a filter lets through."""
        condition, values = where(want)
        return int(self._db.execute(f"SELECT count(*) FROM tickets {condition}", values).fetchone()[0])

    def counts(self, wants: Sequence[TicketFilter]) -> list[int]:
        """Return how many tickets each of several filters lets through, in one pass over the rows."""
        asked, values = [], []
        for want in wants:
            condition, given = where(want)
            asked.append(f"count(*) FILTER ({condition or 'WHERE 1'})")
            values += given
        return list(self._db.execute(f"SELECT {', '.join(asked)} FROM tickets", values).fetchone()) if asked else []

    def tally(self, unit: str, now: datetime, share: float) -> list[Tally]:
        """Count a unit's tickets by its part in them and by their state, in one pass however many they are.

        ``share`` is the part of a clock's time from which on it is nearly over.
        """
        rows = self._db.execute(
            "SELECT part, state, count(*) AS tickets, "
            "count(*) FILTER (WHERE :now >= clock_due) AS late, "
            "count(*) FILTER (WHERE :now < clock_due AND :now >= clock_from + :share * (clock_due - clock_from)) AS near, "
            "sum(supervised) AS supervised "
            "FROM ticket_units JOIN tickets ON id = ticket_id WHERE ticket_units.unit = :unit GROUP BY part, state",
            {"now": now.timestamp(), "share": share, "unit": unit},
        )
        return [Tally(*row) for row in rows]

    def place(self, want: TicketFilter, ticket: Ticket) -> int | None:
        """Return where a ticket stands in a filter's pages, counted from 0; None where it is not among them."""
        condition, values = where(want)
        before, keys = ahead(
            want, ticket.created_at, running_clock(ticket)[2], ticket.number, urgent=ticket.record.urgent
        )
        row = self._db.execute(
            f"SELECT count(*) FILTER (WHERE {before}) AS before, "
            f"count(*) FILTER (WHERE number = ?) AS there FROM tickets {condition}",
            (*keys, ticket.number, *values),
        ).fetchone()
        return int(row["before"]) if row["there"] else None

    def dispatched_in_time(self, since: datetime, now: datetime) -> tuple[int, int]:
        """Return how many tickets were dispatched in time after ``since``, and of how many (5.2.2.1.2).

        What still waits at ``now`` although its limit is over counts among them: not to dispatch is no way to be in
        time.
        """
        row = self._db.execute(
            "SELECT count(*) FILTER (WHERE e.at <= t.dispatch_due) AS timely, count(*) AS sent "
            "FROM events e JOIN tickets t ON t.id = e.ticket_id WHERE e.kind = ? AND e.at > ? AND e.at <= ?",
            (Kind.DISPATCHED, to_storage(since), to_storage(now)),
        ).fetchone()
        late = self._db.execute(
            "SELECT count(*) FROM tickets WHERE state = ? AND clock_due < ?", (State.TO_DISPATCH, now.timestamp())
        ).fetchone()[0]
        return int(row["timely"]), int(row["sent"]) + int(late)

    def changes(self) -> int:
        """Return a number that is another one once anybody else has written to this store."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def written(self) -> tuple[int, int]:
        """Return numbers of which one is another once anybody has written, by this connection too."""
        return self.changes(), self._db.total_changes

    def next_reminder(self, share: float) -> datetime | None:
        """Return the instant from which on something is to be reminded of (5.2.3a), None where no clock runs any more.

        ``share`` is the part of a clock's time after which the first reminder goes out; the second is due at its end.
        """
        row = self._db.execute(
            "SELECT min(CASE reminded WHEN '' THEN clock_from + ? * (clock_due - clock_from) ELSE clock_due END) "
            "FROM tickets WHERE clock_due IS NOT NULL AND reminded <> ?",
            (share, PRESS),
        ).fetchone()
        return datetime.fromtimestamp(row[0], SHANGHAI) if row[0] is not None else None

    def of_phone(self, number: str, limit: int = 20) -> list[Ticket]:
        """Return a caller's earlier tickets, newest first."""
        return self._related("phone_key = ? AND phone_key <> ''", phone_key(number), limit)

    def of_district(self, district: str, limit: int = 200) -> list[Ticket]:
        """Return a district's newest tickets."""
        return self._related("district = ?", district, limit)

    def every(self) -> Iterator[Ticket]:
        """Yield every ticket row, for checks and exports."""
        for row in self._db.execute("SELECT body FROM tickets ORDER BY id"):
            yield unseal(row["body"], Ticket)

    def _related(self, condition: str, value: str, limit: int) -> list[Ticket]:
        rows = self._db.execute(
            f"SELECT body FROM tickets WHERE {condition} ORDER BY created_at DESC LIMIT ?", (value, limit)
        )
        return [unseal(row["body"], Ticket) for row in rows]

    def _one(self, column: str, value: str) -> Ticket | None:
        row = self._db.execute(f"SELECT body FROM tickets WHERE {column} = ?", (value,)).fetchone()
        return unseal(row["body"], Ticket) if row else None

    def _insert(self, event: Event) -> None:
        self._db.execute(
            "INSERT INTO events (ticket_id, seq, event_id, kind, at, by, clause, payload) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.ticket_id,
                event.seq,
                event.event_id,
                event.kind,
                to_storage(event.at),
                event.by,
                event.clause,
                seal(event.payload),
            ),
        )

    def _project(self, ticket: Ticket, before: Ticket | None = None, stored: sqlite3.Row | None = None) -> None:
        """Write the row of a ticket; of one that is known as it was, only the columns that are others now.

        A column that is set is written to its index as well, even with the same value: a dozen of them for the one or
        two that an act moves.
        """
        row = row_of(ticket)
        moved = [name for name, value in row.items() if stored is None or stored[name] != value]
        kept = ", ".join(f"{name} = :{name}" for name in moved)
        # Not INSERT OR REPLACE: that would delete another ticket that has the same number.
        new = f"INSERT INTO tickets ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})"
        try:
            self._db.execute(
                f"{new} ON CONFLICT (id) DO UPDATE SET {kept}"
                if stored is None
                else f"UPDATE tickets SET {kept} WHERE id = :id",
                row,
            )
        except sqlite3.IntegrityError as error:
            raise Misfit(
                f"工单编号 {ticket.number} 已属于另一工单，内容未改动：请联系系统管理员核对派单队列的号段"
            ) from error
        if ticket.callback.refused:
            self._db.executemany(
                "INSERT OR IGNORE INTO callback_refusals (dial_key, ticket_id, at) VALUES (?, ?, ?)",
                [(key, ticket.id, to_storage(ticket.updated_at)) for key in {row["dial_key"], row["phone_key"]} if key],
            )
        parts = parts_of(ticket)
        if before is not None and parts_of(before) == parts:
            return
        self._db.execute("DELETE FROM ticket_units WHERE ticket_id = ?", (ticket.id,))
        self._db.executemany(
            "INSERT OR IGNORE INTO ticket_units (unit, ticket_id, part) VALUES (?, ?, ?)",
            [(unit, ticket.id, part) for unit, part in parts],
        )


def _event(row: sqlite3.Row) -> Event:
    return Event(
        event_id=row["event_id"],
        ticket_id=row["ticket_id"],
        seq=row["seq"],
        kind=Kind(row["kind"]),
        at=from_storage(row["at"]),
        by=row["by"],
        clause=row["clause"],
        payload=unseal(row["payload"], dict),
    )
