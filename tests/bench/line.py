"""The city's queue on a PostgreSQL server of its own, writes on the disk, beside the embedded one on the same disk."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

from data.events import Event, new_id
from data.queue import DispatchQueue
from data.sqlite_queue import SqliteQueue
from tests.bench.measure import Row, Times, alternate
from tests.postgres import Databases, Server, granted_url, opened
from tests.queues import queue_of, to_dispatch

ROOT = Path(__file__).parents[2]
BATCH = 50  # tickets, as the seats' worker sends them
SENDERS, SENT = 8, 10  # processes, and how many batches each sends
PEER = "SQLite, FULL"


def queue_rows(folder: Path, count: int) -> Iterator[Row]:
    """A ticket of two steps sent alone, and in batches; how soon another desk has it; what many processes send."""
    with ExitStack() as stack:
        server = Server()
        stack.callback(server.close)
        url = granted_url(Databases(server.url).fresh())
        ours, its = opened(url), SqliteQueue(folder / "queue.db")
        stack.enter_context(closing(ours))
        stack.enter_context(closing(its))
        yield Row("a ticket to the city's queue", *_beside(alternate(count, _sends(ours, 1), _sends(its, 1))))
        batches = alternate(max(count // 5, 1), _sends(ours, BATCH), _sends(its, BATCH))
        yield Row(f"… {BATCH} tickets in a batch", *_beside(batches))
        others = queue_of(url), SqliteQueue(folder / "queue.db")
        for each in others:
            stack.enter_context(closing(each))
        heard = [_heard(*pair, max(count // 5, 1)) for pair in zip((ours, its), others, strict=True)]
        yield Row("… until another desk has it", *_beside(heard))
        rates = [
            Times([_rate(at) for _ in range(max(count // 100, 1))], True) for at in (url, str(folder / "queue.db"))
        ]
        yield Row(f"… steps from {SENDERS} processes", *_beside(rates))


def _beside(times: list[Times]) -> tuple[Times, str, Times]:
    return times[0], PEER, times[1]


def _tickets(count: int) -> list[list[Event]]:
    return [to_dispatch(new_id(), "小区电梯停运") for _ in range(count)]


def _sends(queue: DispatchQueue, tickets: int) -> Iterator[object]:
    while True:
        batch = _tickets(tickets)
        yield lambda batch=batch: queue.append_each(batch)


def _heard(queue: DispatchQueue, other: DispatchQueue, count: int) -> Times:
    """Milliseconds from before a ticket is sent until another desk, which waits for it, has read it."""
    took: list[float] = []
    position = 0
    for _ in range(count):
        while other.wait(0.1) or (batch := other.arrivals_after(position, 10_000)):
            batch = other.arrivals_after(position, 10_000)
            position = batch[-1].position if batch else position
        begin = time.perf_counter()
        sender = threading.Thread(target=queue.append_each, args=(_tickets(1),))
        sender.start()
        while not other.arrivals_after(position):
            other.wait(5)
        took.append((time.perf_counter() - begin) * 1000)
        sender.join()
    return Times(took)


def _rate(at: str) -> float:
    """Steps a second that several processes send together."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.bench.line", at]
    senders = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
        for _ in range(SENDERS)
    ]
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n"
    begin = time.time()
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.write("go\n")
        sender.stdin.flush()
    ends = [float(sender.communicate()[0]) for sender in senders]
    return SENDERS * SENT * BATCH * 2 / (max(ends) - begin)


def main(at: str) -> None:
    """Send batches when told, and print when it was done."""
    queue = queue_of(at if "://" in at else Path(at))
    batches = [_tickets(BATCH) for _ in range(SENT)]
    queue.identity()
    print("ready", flush=True)
    sys.stdin.readline()
    for batch in batches:
        refused = queue.append_each(batch)
        assert refused == [None] * BATCH
    print(time.time())


if __name__ == "__main__":
    main(*sys.argv[1:])
