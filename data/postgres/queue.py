"""The engine of a city: one PostgreSQL server, the port of `data.queue`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, LiteralString

from psycopg import sql

from data.events import Event
from data.lifecycle import KIND_NAMES, TransitionRefused
from data.personal import seal
from data.postgres.address import Address
from data.postgres.link import Unusable, connect, explained
from data.postgres.setup import CENTRE, VERSION
from data.queue import (
    Arrival,
    HeldDelivery,
    OutOfScope,
    QueueUnavailable,
    Refusal,
    SequenceConflict,
    fresh_of,
    one_ticket,
)

_ROUNDS = 5  # how often others may come in between before a batch is given up for now

HISTORY = "SELECT 0, * FROM hotline.histories(%s)"


class PostgresQueue:
    """One connection to the server, as one login role. What it may see and do, the server decides (`rights.sql`)."""

    reminds = False  # the centre's workers do (``hotline work``), and no desk beside them

    def __init__(self, address: Address) -> None:
        """Connect.

        Raises:
            QueueUnavailable: it cannot be reached, or does not fit this program; the message names reason and way out.
        """
        self._address = address
        self._listening = False
        self.kind: str
        self.title: str
        self._link = connect(address)
        try:
            self._identity, version, floor, self.kind, self.title = self._all("SELECT * FROM hotline.hello()")[0]
            if version < VERSION:
                raise QueueUnavailable(
                    f"派单队列 {self.name} 的版本较旧（{version} < {VERSION}）：请中心的系统管理员运行 hotline queue init"
                )
            if floor > VERSION:
                raise QueueUnavailable(f"派单队列 {self.name} 已升级，本程序太旧（{VERSION} < {floor}）：请升级本程序")
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """See `DispatchQueue.name`."""
        return self._address.name

    def clock(self) -> datetime:
        """See `DispatchQueue.clock`."""
        at: datetime = self._all("SELECT pg_catalog.clock_timestamp()")[0][0]
        return at

    def identity(self) -> str:
        """See `DispatchQueue.identity`."""
        return str(self._identity)

    def append(self, events: Sequence[Event]) -> None:
        """See `DispatchQueue.append`."""
        for refused in self.append_each([events]):
            if refused is not None:
                raise refused

    def append_each(self, batches: Sequence[Sequence[Event]]) -> list[Refusal | None]:
        """See `DispatchQueue.append_each`: one round trip for new tickets, two where histories must be looked at."""
        one_ticket(batches)
        outcomes: list[Refusal | None] = [None] * len(batches)
        open_ = {batch[0].ticket_id: at for at, batch in enumerate(batches) if batch}
        known: dict[str, list[Arrival]] = {}
        for _ in range(_ROUNDS):
            fresh: list[Event] = []
            unclear: list[str] = []
            for ticket_id, at in open_.items():
                try:
                    fresh += fresh_of(known.get(ticket_id, ()), batches[at])[0]
                    outcomes[at] = None
                except (SequenceConflict, TransitionRefused) as refused:
                    outcomes[at] = refused
                    if ticket_id not in known:
                        unclear.append(ticket_id)  # it was taken for a new ticket; its history may say otherwise
            verdicts = self._send(fresh) if fresh else {}
            for ticket_id, verdict in verdicts.items():
                at = open_[ticket_id]
                if verdict == "contested":
                    unclear.append(ticket_id)
                else:
                    outcomes[at] = _refusal(verdict, batches[at], self.title)
            open_ = {ticket_id: open_[ticket_id] for ticket_id in unclear}
            if not open_:
                return outcomes
            known = {ticket_id: [] for ticket_id in open_}
            for arrival in self._arrivals(HISTORY, list(open_)):
                known[arrival.ticket_id].append(arrival)
        raise QueueUnavailable(f"派单队列 {self.name}：别处一直在改同一件工单，稍后会自动再试")

    def arrivals_after(self, position: int, limit: int = 500) -> list[Arrival]:
        """See `DispatchQueue.arrivals_after`."""
        with explained(self._address), self._link.pipeline() as pipeline:
            self._link.execute("SELECT hotline.settle()")
            pipeline.sync()  # what it placed is committed before anybody reads it
            read = self._link.execute("SELECT * FROM hotline.read_after(%s, %s)", (position, limit))
            return [Arrival(*row) for row in read.fetchall()]

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """See `DispatchQueue.read_after`."""
        return [(arrival.position, arrival.event()) for arrival in self.arrivals_after(position, limit)]

    def reserve_numbers(self, day: date, count: int) -> range:
        """See `DispatchQueue.reserve_numbers`."""
        if count < 1:
            raise ValueError(f"cannot reserve {count} numbers")
        last = int(self._all("SELECT hotline.reserve_numbers(%s, %s)", day, count)[0][0])
        return range(last - count + 1, last + 1)

    def wait(self, timeout: float) -> bool:
        """See `DispatchQueue.wait`."""
        with explained(self._address):
            if not self._listening:
                for (channel,) in self._all("SELECT hotline.my_channels()"):
                    self._link.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                self._listening = True
                return True  # something may have come since the last look
            return any(True for _ in self._link.notifies(timeout=timeout, stop_after=1))

    def held_deliveries(self, ticket_id: str = "") -> list[HeldDelivery]:
        """See `DispatchQueue.held_deliveries`."""
        if self.kind != CENTRE:
            return []
        rows = self._all(
            "SELECT id, ticket_id, coalesce((SELECT replace(event, '\\u0000', '')::jsonb #>> '{payload,number}' "
            "FROM hotline.events AS e WHERE e.ticket_id = d.ticket_id AND e.seq = 1), ''), seq, kind, unit, channel, "
            "tries, reason, done_at FROM hotline.deliveries AS d "
            "WHERE state = 'held' AND %s IN ('', ticket_id) ORDER BY id LIMIT 1000",
            ticket_id,
        )
        return [HeldDelivery(*row) for row in rows]

    def requeue_deliveries(self, ticket_id: str = "") -> int:
        """See `DispatchQueue.requeue_deliveries`; the jobs stand in the same commit."""
        if self.kind != CENTRE:
            return 0
        with explained(self._address), self._link.transaction():
            rows = self._link.execute(
                "UPDATE hotline.deliveries SET state = 'waiting', tries = 0, next_at = NULL, done_at = NULL "
                "WHERE state = 'held' AND %s IN ('', ticket_id) RETURNING ticket_id",
                (ticket_id,),
            ).fetchall()
            for ticket in dict.fromkeys(str(row[0]) for row in rows):
                self._link.execute("SELECT hotline.defer_delivery(%s)", (ticket,))
        return len(rows)

    def close(self) -> None:
        """Close the connection."""
        self._link.close()

    def _send(self, events: Sequence[Event]) -> dict[str, str]:
        """Send events that follow on what is known; returns the server's verdict on each ticket."""
        tickets = list(dict.fromkeys(event.ticket_id for event in events))
        try:
            with explained(self._address), self._link.pipeline() as pipeline:
                sent = self._link.execute("SELECT * FROM hotline.append(%s)", ([seal(event) for event in events],))
                pipeline.sync()  # committed before anybody is woken for it
                self._link.execute("SELECT hotline.wake()")
                return dict(sent.fetchall())
        except Unusable:
            if len(tickets) == 1:
                return {tickets[0]: "unusable"}
        # One ticket that the server cannot keep must not hold up those that it was sent with.
        each = [[event for event in events if event.ticket_id == ticket_id] for ticket_id in tickets]
        return {ticket_id: verdict for alone in each for ticket_id, verdict in self._send(alone).items()}

    def _arrivals(self, statement: LiteralString, *values: object) -> list[Arrival]:
        return [Arrival(*row) for row in self._all(statement, *values)]

    def _all(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        with explained(self._address):
            return self._link.execute(statement, values).fetchall()


def _refusal(verdict: str, batch: Sequence[Event], title: str) -> Refusal | None:
    if verdict == "taken":
        return None
    if verdict == "unusable":
        return OutOfScope("服务器存不下这件工单的内容：请把工单编号交给中心的系统管理员")
    if verdict == "kind":
        kinds = "、".join(dict.fromkeys(KIND_NAMES[event.kind] for event in batch))
        return OutOfScope(f"{title}的账号不能写这一步（{kinds}）：请由有权的一方操作，或联系中心的系统管理员")
    return OutOfScope(f"工单不在{title}的账号范围内，或已转给别的单位：没有写入，请联系派单员核对")
