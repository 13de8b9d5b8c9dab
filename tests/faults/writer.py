"""One dispatcher's process of a race: ``writer.py HOME QUEUE AGENT UNIT``.

It reads a line a round, ``TICKET SEEN DELAY THEN``: dispatch the ticket as it was seen at that sequence after a delay
in milliseconds, sync after another, and print what came of it; a bare ``sync`` only syncs.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

import msgspec

from console.sync import SyncWorker
from data.db import connect
from data.events import NewEvent
from data.home import Home
from data.lifecycle import Kind
from data.outbox import Outbox
from data.people import Actor, Role
from data.schema import STORE_STEPS, migrate
from data.tickets import Act, StaleTicket, TicketStore
from tests.faults.seat import NOW
from tests.queues import queue_of


def main(root: str, queue: str, agent_no: str, unit: str) -> None:
    """Take part in rounds until the input ends."""
    home = Home(Path(root))
    home.prepare()
    connection = connect(home.store)
    migrate(connection, home.store, STORE_STEPS)
    store = TicketStore(connection)
    worker = SyncWorker(
        store, Outbox(connection), queue_of(queue if "://" in queue else Path(queue)), home.root / "sync.lock"
    )
    actor = Actor(agent_no, "", frozenset({Role.DISPATCHER}))
    payload = msgspec.to_builtins(
        {
            "unit": unit,
            "sign_due": NOW + timedelta(days=1),
            "feedback_due": NOW + timedelta(days=7),
            "basis": "自派发起",
        }
    )
    for line in sys.stdin:
        told = ""
        if line.strip() != "sync":
            ticket_id, seen, delay, then = line.split()
            time.sleep(float(delay) / 1000)
            try:
                store.act([Act(ticket_id, [NewEvent(Kind.DISPATCHED, payload)], expected=int(seen))], actor, NOW)
            except StaleTicket as stale:
                told = str(stale)
            time.sleep(float(then) / 1000)
        worker.run(NOW)
        print(told or "done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
