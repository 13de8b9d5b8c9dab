"""What one process of a fault test does.

``seat.py HOME register AGENT COUNT [START]`` or ``seat.py HOME sync [ROUNDS]``; a count of 0 is without end.
The queue is the file in that folder, or the server that HOTLINE_QUEUE names, which may come and go; a full disk is
waited out.
``register`` prints the id of each ticket once the act that made it has returned: what is printed must never be lost.
"""

import itertools
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from console.queues import late_queue
from console.settings import Settings
from console.sync import SyncWorker, ensure_numbers
from data.clock import SHANGHAI
from data.db import StorageError, connect
from data.events import Due, NewEvent, new_id
from data.home import Home
from data.lifecycle import Kind
from data.outbox import Outbox
from data.people import Actor, Role
from data.queue import QueueUnavailable
from data.record import Claimant, Record
from data.schema import STORE_STEPS, migrate
from data.tickets import Act, TicketStore

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
DUE = msgspec.to_builtins(Due(NOW + timedelta(hours=24), "1个工作日", "7天", "受理时间"))


@contextmanager
def room() -> Iterator[None]:
    """Wait a little where the disk has no room."""
    try:
        yield
    except QueueUnavailable:
        raise
    except StorageError as error:
        if "磁盘" not in str(error):
            raise
        time.sleep(0.02)


def register(home: Home, agent_no: str, count: int) -> None:
    """Register tickets one after another, ``count`` of them or, for 0, until killed."""
    connection = connect(home.store)
    migrate(connection, home.store, STORE_STEPS)
    store, queue = TicketStore(connection), late_queue(home, Settings())
    taker = Actor(agent_no, "", frozenset({Role.CALL_TAKER}))
    for number in range(count) if count else itertools.count():
        record = Record(title=f"{agent_no} 第 {number} 件", text="停水" * 200, claimant=Claimant(phone="13800138000"))
        while True:
            with suppress(QueueUnavailable), room():
                ensure_numbers(store, queue, NOW.date())
            if store.numbers.left(NOW.date()):
                break
            time.sleep(0.05)
        registered = NewEvent(Kind.REGISTERED, {"record": record})
        act = Act(new_id(), [registered, NewEvent(Kind.SUBMITTED, {"due": DUE})], number_day=NOW.date())
        while True:
            with room():
                (ticket,) = store.act([act], taker, NOW)
                print(ticket.id, flush=True)
                break


def sync(home: Home, rounds: int) -> None:
    """Send and receive, ``rounds`` times or, for 0, until killed; each failure is a line of the output."""
    connection = connect(home.store)
    migrate(connection, home.store, STORE_STEPS)
    worker = SyncWorker(
        TicketStore(connection), Outbox(connection), late_queue(home, Settings()), home.root / "sync.lock"
    )
    for _ in range(rounds) if rounds else itertools.count():
        with room():
            for failure in worker.run(NOW).failed:
                print(failure, flush=True)
        time.sleep(0.002)


def main(root: str, work: str, *rest: str) -> None:
    """Do the work that the arguments name."""
    home = Home(Path(root))
    home.prepare()
    if work == "sync":
        sync(home, int(rest[0]) if rest else 0)
        return
    agent_no, count, begin = rest[0], int(rest[1]), float(rest[2]) if rest[2:] else 0.0
    time.sleep(max(0.0, begin - time.time()))  # so that all begin together
    register(home, agent_no, count)


if __name__ == "__main__":
    sys.dont_write_bytecode = True  # its disk may be full: half of a module would stop every process after it
    main(*sys.argv[1:])
