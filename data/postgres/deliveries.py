"""What the centre's workers ask of the server beside the port: deliveries that wait, clocks that are due, what is held."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import LiteralString, NamedTuple

from data.postgres.address import Address
from data.postgres.link import explained
from data.postgres.queue import HISTORY, PostgresQueue
from data.postgres.setup import CENTRE
from data.queue import Arrival, QueueUnavailable

LONGEST_SEND = 120  # seconds: the server gives a sender up that says nothing for so long, and another may try

SENT, BY_HAND, WITHDRAWN, NOT_FOR, HELD = "sent", "by_hand", "withdrawn", "not_for", "held"


class Delivery(NamedTuple):
    """One event on its way to one unit; to the network platform where ``unit`` is empty. ``tries`` came before this one."""

    id: int
    ticket_id: str
    seq: int
    event_id: str
    kind: str
    unit: str
    tries: int

    @property
    def key(self) -> str:
        """What is the same each time that it is sent, after a restore too: Idempotency-Key, the left part of Message-ID."""
        return key_of(self.event_id, self.unit)


def key_of(event_id: str, unit: str) -> str:
    """Return the key of the delivery of an event to a unit."""
    return f"{event_id}.{hashlib.sha256(unit.encode()).hexdigest()[:12]}"


class NotCentre(QueueUnavailable):
    """The login role is not one of the centre: waiting will not help."""


class Depth(NamedTuple):
    """How much stands in line: deliveries that wait and are held, the age of the oldest waiting in seconds, jobs."""

    waiting: int
    held: int
    oldest: float
    jobs: int
    overdue_clocks: int


_FIELDS = "id, ticket_id, seq, event_id, kind, unit, tries"


class CentreQueue(PostgresQueue):
    """A connection of the centre. Only its login roles may do what is here (`rights.sql`)."""

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            NotCentre: the login role is not of the centre.
            QueueUnavailable: it cannot be reached, or does not fit this program.
        """
        super().__init__(address)
        if self.kind != CENTRE:
            self.close()
            raise NotCentre(f"派单队列 {self.name}：{self.title}的账号不是中心的，不能投递：请用 centre 的账号")

    def history(self, tickets: Sequence[str]) -> dict[str, list[Arrival]]:
        """Return what stands in the queue of each of these tickets, in order."""
        found: dict[str, list[Arrival]] = {ticket_id: [] for ticket_id in tickets}
        for arrival in self._arrivals(HISTORY, list(tickets)):
            found[arrival.ticket_id].append(arrival)
        return found

    @contextmanager
    def next_delivery(self, ticket_id: str, now: datetime) -> Iterator[Delivery | None]:
        """Hold the oldest delivery of a ticket that may be tried now; None where none may.

        To each unit its deliveries of a ticket go one after the other: behind one that waits for its next try wait all
        that follow it. Nobody else can take it until the block is left; what is said of it meanwhile holds from then.

        Raises:
            QueueUnavailable: another worker holds it, or the server cannot be used.
        """
        with explained(self._address), self._link.transaction():
            self._link.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_SEND}s'")
            rows = self._link.execute(
                f"SELECT {_FIELDS} FROM hotline.deliveries AS d WHERE ticket_id = %s AND state = 'waiting' "
                "AND (next_at IS NULL OR next_at <= %s) AND NOT EXISTS (SELECT FROM hotline.deliveries AS earlier "
                "WHERE earlier.ticket_id = d.ticket_id AND earlier.unit = d.unit AND earlier.id < d.id "
                "AND earlier.state = 'waiting') ORDER BY id LIMIT 1 FOR UPDATE NOWAIT",
                (ticket_id, now),
            ).fetchall()
            yield Delivery(*rows[0]) if rows else None

    def next_try(self, ticket_id: str) -> datetime | None:
        """When something of a ticket is to be tried again; None where nothing waits for that."""
        rows = self._all(
            "SELECT min(next_at) FROM hotline.deliveries WHERE ticket_id = %s AND state = 'waiting'", ticket_id
        )
        at: datetime | None = rows[0][0]
        return at

    def behind_held(self, one: Delivery) -> int:
        """The step of an earlier delivery of the same ticket to the same unit that is held; 0 where none is."""
        return self._step_before(one, HELD)

    def told_before(self, one: Delivery) -> bool:
        """Whether an earlier step of the ticket has reached the unit."""
        return bool(self._step_before(one, SENT) or self._step_before(one, BY_HAND))

    def sees_up_to(self, one: Delivery) -> int | None:
        """The last step of the ticket that the unit sees; None where it has the ticket still, 0 where it never had."""
        rows = self._all(
            "SELECT count(*), bool_or(until_seq IS NULL), max(until_seq) FROM hotline.access "
            "WHERE ticket_id = %s AND audience = %s",
            one.ticket_id,
            f"unit:{one.unit}",
        )
        parts, open_, last = rows[0]
        return None if open_ else int(last) if parts else 0

    def settle_delivery(self, one: Delivery, state: str, channel: str, reason: str, now: datetime) -> None:
        """Say what became of a delivery; ``state`` is one of this module's words."""
        self._write(
            "UPDATE hotline.deliveries SET state = %s, channel = %s, reason = %s, tries = tries + 1, done_at = %s, "
            "next_at = NULL WHERE id = %s",
            (state, channel, reason, now, one.id),
        )

    def put_off(self, one: Delivery, channel: str, reason: str, until: datetime) -> None:
        """Say that a try failed, and when the next is due."""
        self._write(
            "UPDATE hotline.deliveries SET channel = %s, reason = %s, tries = tries + 1, next_at = %s WHERE id = %s",
            (channel, reason, until, one.id),
        )

    def came_back(self, key: str, reason: str, now: datetime) -> bool:
        """Hold a delivery that was sent and came back as undeliverable; whether there is one of that key."""
        rows = self._all(
            "SELECT id, event_id, unit FROM hotline.deliveries WHERE event_id = %s AND state = 'sent'",
            key.rpartition(".")[0],
        )
        ours = [row_id for row_id, event_id, unit in rows if key_of(event_id, unit) == key]
        for row_id in ours:
            self._write(
                "UPDATE hotline.deliveries SET state = 'held', reason = %s, done_at = %s WHERE id = %s AND state = 'sent'",
                (reason, now, row_id),
            )
        return bool(ours)

    def defer_lost(self, limit: int = 200) -> int:
        """Defer jobs for what waits without one, as after a restore or an administrator's hand; returns how many."""
        rows = self._all(
            "SELECT hotline.defer_delivery(ticket_id) FROM (SELECT DISTINCT ticket_id FROM hotline.deliveries AS d "
            "WHERE state = 'waiting' AND coalesce(next_at, deferred_at) < now() - interval '1 minute' AND NOT EXISTS ("
            "SELECT FROM hotline_jobs.procrastinate_jobs AS j WHERE j.lock = d.ticket_id AND j.status IN ('todo', 'doing')"
            ") LIMIT %s) AS lost",
            limit,
        )
        return len(rows)

    def due_clocks(self, now: datetime, limit: int) -> list[str]:
        """The tickets whose clocks are to be looked at, longest due first."""
        rows = self._all(
            "SELECT ticket_id FROM hotline.clocks WHERE look_at <= %s ORDER BY look_at LIMIT %s", now, limit
        )
        return [str(row[0]) for row in rows]

    def looked_at(self, looks: Sequence[tuple[str, int, datetime | None]]) -> None:
        """Say for each ticket up to which step its clock was looked at, and when to look again; None for never.

        What came since is looked at sooner.
        """
        over = [(ticket_id, seq) for ticket_id, seq, following in looks if following is None]
        on = [(following, ticket_id, seq) for ticket_id, seq, following in looks if following is not None]
        with explained(self._address), self._link.transaction():
            cursor = self._link.cursor()
            cursor.executemany("DELETE FROM hotline.clocks WHERE ticket_id = %s AND seq <= %s", over)
            cursor.executemany("UPDATE hotline.clocks SET look_at = %s WHERE ticket_id = %s AND seq <= %s", on)

    def settle(self) -> None:
        """Give what has been committed its place in the line, so that units are shown it where nobody else reads."""
        self._all("SELECT hotline.settle()")

    def depth(self, now: datetime) -> Depth:
        """How much stands in line."""
        rows = self._all(
            "SELECT (SELECT count(*) FROM hotline.deliveries WHERE state = 'waiting'), "
            "(SELECT count(*) FROM hotline.deliveries WHERE state = 'held'), "
            "(SELECT coalesce(extract(epoch FROM now() - min(deferred_at)), 0)::float8 FROM hotline.deliveries "
            "WHERE state = 'waiting'), "
            "(SELECT count(*) FROM hotline_jobs.procrastinate_jobs WHERE status IN ('todo', 'doing')), "
            "(SELECT count(*) FROM hotline.clocks WHERE look_at <= %s)",
            now,
        )
        return Depth(*rows[0])

    def _step_before(self, one: Delivery, state: str) -> int:
        rows = self._all(
            "SELECT coalesce(max(seq), 0) FROM hotline.deliveries "
            "WHERE ticket_id = %s AND unit = %s AND id < %s AND state = %s",
            one.ticket_id,
            one.unit,
            one.id,
            state,
        )
        return int(rows[0][0])

    def _write(self, statement: LiteralString, values: tuple[object, ...]) -> int:
        with explained(self._address):
            return self._link.execute(statement, values).rowcount
