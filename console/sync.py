"""Carrying events between this store and the dispatch queue, both ways, without the desks waiting for it.

Every step may be interrupted and repeated: the queue knows events by id, the store by sequence.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from console.reminders import Reminding
from data.clock import SHANGHAI
from data.events import Event, NewEvent
from data.lifecycle import Kind
from data.outbox import Outbox
from data.people import Actor
from data.queue import DispatchQueue, HeldDelivery, OutOfScope, QueueUnavailable, Refusal, SequenceConflict
from data.receiving import Receiving
from data.tickets import Act, TicketStore

BATCH = 50  # tickets sent at a time
BLOCK = 200  # numbers reserved at a time
LOW = 50  # fewer left than this: reserve the next block
DAYS_AHEAD = 2  # a seat that loses the network over midnight still has numbers
COMPARED = 60.0  # seconds from one comparison of the clocks to the next
ASKED = 10.0  # seconds from one look at what the workers gave up to the next: it is not for each round of each desk
SKEWED = 5.0  # seconds between the clocks that are told; the 15 s of 5.1.3.2 leave no room for much more


class SyncReport(msgspec.Struct):
    """What one round did: events sent and received, reminders made (5.2.3a); what still waits, was refused or
    is held; what failed now, and why.

    ``unreachable`` says why the queue as a whole cannot be used, and is empty when it can; a round that was left
    to another worker, for one works at a time, says what was known before. ``ahead`` is by how many seconds this
    machine's clock was ahead of the queue's when last compared, below zero when behind. ``undelivered`` is what the
    centre's workers gave up, at a desk of the centre.
    """

    sent: int = 0
    received: int = 0
    waiting: int = 0
    refused: int = 0
    held: int = 0
    reminded: int = 0
    failed: list[str] = []
    unreachable: str = ""
    ahead: float = 0.0
    undelivered: list[HeldDelivery] = []


class SyncWorker:
    """The worker of one store. Several may be started; at any moment one works and the others pass."""

    def __init__(
        self,
        store: TicketStore,
        outbox: Outbox,
        queue: DispatchQueue,
        lock: Path,
        receiving: Receiving | None = None,
    ) -> None:
        self._store = store
        self._receiving = receiving or Receiving(store)
        self._outbox = outbox
        self._queue = queue
        self._lock = lock
        self._reminding = Reminding(store)
        self._unreachable = ""  # as the last round found that was not left to another
        self._ahead, self._compared = 0.0, -COMPARED
        self._undelivered: list[HeldDelivery] = []
        self._asked = -ASKED
        self._redeliver: list[str] = []  # tickets of which what is held is to be delivered again

    def run(self, now: datetime) -> SyncReport:
        """Send what waits, receive what is new, keep number blocks ahead, and remind of what is nearly due (5.2.3a)."""
        report, began = SyncReport(), time.monotonic()
        with _only_one(self._lock) as mine:
            if mine:
                unreachable = ""
                try:
                    identity = self._queue.identity()
                    self._compare(now, began)
                    position = self._outbox.adopt(identity)
                    self._send(report, now)
                    self._receive(report, identity, position, now)
                    self._reserve(now)
                    self._look_at_held()
                except QueueUnavailable as error:
                    unreachable, self._asked = str(error), -ASKED
                self._unreachable = unreachable
                if self._queue.reminds:
                    report.reminded = self._reminding.look(now)
        report.unreachable, report.ahead = self._unreachable, self._ahead
        report.waiting, report.refused = self._outbox.counts()
        report.held, report.undelivered = self._receiving.count(), self._undelivered
        return report

    def redeliver(self, ticket_id: str) -> None:
        """Have the centre's workers deliver again what is held of a ticket: asked of the queue in the next round."""
        self._redeliver.insert(0, ticket_id)

    def wait(self, timeout: float) -> bool:
        """Wait until the queue may have something new, at most ``timeout`` seconds; whether it may."""
        return self._queue.wait(timeout)

    def _compare(self, now: datetime, began: float) -> None:
        """Compare this machine's clock, which stood at ``now`` when the steady one stood at ``began``, to the queue's.

        The queue's is taken to have been read in the middle of the round trip, which half of it may be wrong.
        """
        asked = time.monotonic()
        if asked - self._compared < COMPARED:
            return
        there = self._queue.clock()
        if there is not None:
            here = now + timedelta(seconds=(asked + time.monotonic()) / 2 - began)
            self._ahead = (here - there).total_seconds()
        self._compared = asked

    def _look_at_held(self) -> None:
        """Do what was asked of what the workers gave up, and see what that is: at once then, else now and then."""
        while self._redeliver:
            self._queue.requeue_deliveries(self._redeliver[-1])
            self._redeliver.pop()
            self._asked = -ASKED
        at = time.monotonic()
        if at - self._asked >= ASKED:
            self._undelivered = self._queue.held_deliveries()
            self._asked = at

    def _send(self, report: SyncReport, now: datetime) -> None:
        while batch := self._outbox.tickets(BATCH):
            unsent = [self._unsent(ticket_id) for ticket_id in batch]
            outcomes = self._queue.append_each(unsent)
            taken = [events for events, refused in zip(unsent, outcomes, strict=True) if refused is None and events]
            self._outbox.sent({events[0].ticket_id: events[-1].seq for events in taken})
            report.sent += sum(map(len, taken))
            for ticket_id, events, refused in zip(batch, unsent, outcomes, strict=True):
                if refused is not None and (error := self._refused(ticket_id, events, refused, now)):
                    report.failed.append(error)
            if report.failed or not taken:
                return  # what failed waits for the next round; going on would try it again at once

    def _unsent(self, ticket_id: str) -> list[Event]:
        first = self._outbox.first_unsent(ticket_id)
        return [event for event in self._store.events(ticket_id) if event.seq >= first]

    def _refused(self, ticket_id: str, unsent: list[Event], refused: Refusal, now: datetime) -> str:
        """Do what a refusal asks for; return what is to be told of it."""
        if isinstance(refused, SequenceConflict) and refused.theirs:
            self._receiving.yield_to(ticket_id, refused.theirs, now)
            if all(event.kind is Kind.REMINDED for event in unsent):
                return ""  # what is still due is sent in the next round: nothing failed, and nothing is to be retried
            return f"工单 {ticket_id}：{refused}；本机的改动已保留在同步页，可重试"
        error = "派单队列缺少此前的记录" if isinstance(refused, SequenceConflict) else str(refused)
        self._outbox.failed(ticket_id, error)
        return f"工单 {ticket_id}：{error}"

    def _receive(self, report: SyncReport, identity: str, position: int, now: datetime) -> None:
        while batch := self._queue.arrivals_after(position):
            report.received += self._receiving.receive(batch, now)
            position = batch[-1].position
            self._outbox.advance(identity, position)

    def _reserve(self, now: datetime) -> None:
        today = now.astimezone(SHANGHAI).date()
        try:
            for ahead in range(DAYS_AHEAD + 1):
                ensure_numbers(self._store, self._queue, today + timedelta(days=ahead))
        except OutOfScope:
            return  # a unit's desk registers nothing, and needs no numbers


def told_skew(ahead: float) -> str:
    """Say how far this machine's clock is from the queue's; nothing when that is within `SKEWED`."""
    if abs(ahead) < SKEWED:
        return ""
    minutes, seconds = divmod(round(abs(ahead)), 60)
    far = f"{minutes // 60} 小时 {minutes % 60} 分" if minutes >= 60 else f"{minutes} 分 {seconds} 秒"
    return f"本机时钟{'快' if ahead > 0 else '慢'} {far}"


def ensure_numbers(store: TicketStore, queue: DispatchQueue, day: date) -> None:
    """Reserve a block of ``day`` when few numbers are left."""
    if store.numbers.left(day) < LOW:
        store.numbers.add(day, queue.reserve_numbers(day, BLOCK))


def retry_refused(store: TicketStore, outbox: Outbox, event: Event, actor: Actor, now: datetime) -> None:
    """Do again, after what the other desk did, what an own refused event wanted.

    Raises:
        TransitionRefused: after the other desk's change the step is no longer possible; the refused event stays.
        ActRefused: the actor may not do it.
    """
    store.act([Act(event.ticket_id, [NewEvent(event.kind, event.payload)])], actor, now)
    outbox.forget(event.event_id)


@contextmanager
def _only_one(lock: Path) -> Iterator[bool]:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)
