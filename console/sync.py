"""Carrying events between this store and the dispatch queue, both ways, without the desks waiting for it.

Every step may be interrupted and repeated: the queue knows events by id, the store by sequence.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from console.reminders import Reminding
from data.clock import SHANGHAI
from data.db import StorageError
from data.events import Event, NewEvent
from data.lifecycle import KIND_NAMES, Kind, TransitionRefused
from data.outbox import Outbox
from data.people import Actor
from data.queue import DispatchQueue, QueueUnavailable, SequenceConflict
from data.tickets import Act, TicketStore

QUEUE_POSITION = "dispatch"
BLOCK = 200  # numbers reserved at a time
LOW = 50  # fewer left than this: reserve the next block
DAYS_AHEAD = 2  # a seat that loses the network over midnight still has numbers


class SyncReport(msgspec.Struct):
    """What one round did: events sent and received, reminders made (5.2.3a); what still waits or was refused; what
    failed now, and why.

    ``unreachable`` says why the queue as a whole cannot be used, and is empty when it can.
    """

    sent: int = 0
    received: int = 0
    waiting: int = 0
    refused: int = 0
    reminded: int = 0
    failed: list[str] = []
    unreachable: str = ""


class SyncWorker:
    """The worker of one store. Several may be started; at any moment one works and the others pass."""

    def __init__(self, store: TicketStore, outbox: Outbox, queue: DispatchQueue, lock: Path) -> None:
        self._store = store
        self._outbox = outbox
        self._queue = queue
        self._lock = lock
        self._reminding = Reminding(store)

    def run(self, now: datetime) -> SyncReport:
        """Send what waits, receive what is new, keep number blocks ahead, and remind of what is nearly due (5.2.3a)."""
        report = SyncReport()
        with _only_one(self._lock) as mine:
            if mine:
                try:
                    self._send(report, now)
                    self._receive(report)
                    self._reserve(now)
                except QueueUnavailable as error:
                    report.unreachable = str(error)
                report.reminded = self._reminding.look(now)
        report.waiting, report.refused = self._outbox.counts()
        return report

    def _send(self, report: SyncReport, now: datetime) -> None:
        while batch := self._outbox.tickets():
            for ticket_id in batch:
                error = self._send_ticket(ticket_id, report, now)
                if error:
                    report.failed.append(error)
            if report.failed:
                return  # what failed waits for the next round; going on would try it again at once

    def _send_ticket(self, ticket_id: str, report: SyncReport, now: datetime) -> str:
        first = self._outbox.first_unsent(ticket_id)
        unsent = [event for event in self._store.events(ticket_id) if event.seq >= first]
        if not first or not unsent:
            return ""
        try:
            self._queue.append(unsent)
        except SequenceConflict as conflict:
            if not conflict.theirs:
                return self._note(ticket_id, "派单队列缺少此前的记录")
            self._store.yield_to(ticket_id, conflict.theirs, now)
            if all(event.kind is Kind.REMINDED for event in unsent):
                return ""  # what is still due is sent in the next round: nothing failed, and nothing is to be retried
            return f"工单 {ticket_id}：{conflict}；本机的改动已保留在同步页，可重试"
        except QueueUnavailable:
            raise  # that is no fault of this ticket's: the others need not be tried
        except (TransitionRefused, StorageError) as error:
            return self._note(ticket_id, str(error))
        self._outbox.sent(ticket_id, unsent[-1].seq)
        report.sent += len(unsent)
        return ""

    def _note(self, ticket_id: str, error: str) -> str:
        self._outbox.failed(ticket_id, error)
        return f"工单 {ticket_id}：{error}"

    def _receive(self, report: SyncReport) -> None:
        position = self._outbox.position(QUEUE_POSITION)
        while batch := self._queue.read_after(position):
            report.received += self._store.apply([event for _, event in batch])
            position = batch[-1][0]
            self._outbox.advance(QUEUE_POSITION, position)

    def _reserve(self, now: datetime) -> None:
        today = now.astimezone(SHANGHAI).date()
        for ahead in range(DAYS_AHEAD + 1):
            ensure_numbers(self._store, self._queue, today + timedelta(days=ahead))


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


def describe(event: Event) -> str:
    """Say in one line what an event was."""
    return f"{event.by} {KIND_NAMES[event.kind]}"


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
