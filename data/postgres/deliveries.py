"""What the centre's workers ask of the server beside the port: deliveries that wait, clocks that are due, what is held."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
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
    """One event on its way to one unit; to the network platform where ``unit`` is empty.

    ``tries`` came before this one. ``behind`` is the step of an earlier delivery to the unit that is held, 0 for none;
    ``told`` whether an earlier one has reached it; ``sees_to`` the last step of the ticket that it sees, None for all.
    """

    id: int
    ticket_id: str
    seq: int
    event_id: str
    kind: str
    unit: str
    tries: int
    behind: int
    told: bool
    sees_to: int | None

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


_EARLIER = "FROM hotline.deliveries AS e WHERE e.ticket_id = d.ticket_id AND e.unit = d.unit AND e.id < d.id"
_NEXT: LiteralString = (
    "SELECT id, ticket_id, seq, event_id, kind, unit, tries, "
    f"coalesce((SELECT max(e.seq) {_EARLIER} AND e.state = 'held'), 0), "
    f"EXISTS (SELECT {_EARLIER} AND e.state IN ('sent', 'by_hand')), "
    "(SELECT CASE WHEN bool_or(until_seq IS NULL) THEN NULL ELSE coalesce(max(until_seq), 0) END "
    "FROM hotline.access AS a WHERE a.ticket_id = d.ticket_id AND a.audience = 'unit:' || d.unit) "
    "FROM hotline.deliveries AS d WHERE ticket_id = %s AND state = 'waiting' AND (next_at IS NULL OR next_at <= %s) "
    f"AND NOT EXISTS (SELECT {_EARLIER} AND e.state = 'waiting') ORDER BY id LIMIT 1 FOR UPDATE OF d NOWAIT"
)


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
        self._all(f"SELECT set_config('idle_in_transaction_session_timeout', '{LONGEST_SEND}s', false)")

    def name_desks(self, units: Collection[str]) -> None:
        """Say which units read at their own desk; what comes for them from now on is recorded without a job."""
        with explained(self._address), self._link.transaction():
            self._link.execute("DELETE FROM hotline.desks WHERE unit <> ALL (%s)", (list(units),))
            self._link.execute(
                "INSERT INTO hotline.desks SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (sorted(units),)
            )

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
            rows = self._link.execute(_NEXT, (ticket_id, now)).fetchall()
            yield Delivery(*rows[0]) if rows else None

    def still_waiting(self, ticket_id: str, now: datetime) -> tuple[bool, datetime | None]:
        """Whether something of a ticket may be to be tried now, and when the next try of another is due, if any."""
        rows = self._all(
            "SELECT coalesce(bool_or(next_at IS NULL OR next_at <= %s), false), min(next_at) FROM hotline.deliveries "
            "WHERE ticket_id = %s AND state = 'waiting'",
            now,
            ticket_id,
        )
        ready, at = rows[0]
        return bool(ready), at

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

    def _write(self, statement: LiteralString, values: tuple[object, ...]) -> int:
        with explained(self._address):
            return self._link.execute(statement, values).rowcount
