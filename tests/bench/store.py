"""What the disk costs: a draft at each key, a ticket, a page of many tickets, fifty processes at once."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import repeat
from pathlib import Path

from console.sync import ensure_numbers
from data.clock import to_storage
from data.db import connect
from data.drafts import Draft, DraftStore
from data.events import NewEvent, new_id
from data.home import Home
from data.lifecycle import Kind
from data.people import Actor, Role
from data.personal import seal
from data.record import Claimant, Place, Record
from data.schema import STORE_STEPS, migrate
from data.sqlite_queue import SqliteQueue
from data.ticket_lists import TicketFilter
from data.tickets import Act, TicketStore
from tests.bench.measure import Row, Times, alternate
from tests.faults.seat import DUE, NOW, register

ROOT = Path(__file__).parents[2]
TAKER = Actor("8012", "", frozenset({Role.CALL_TAKER}))
SENTENCE = "朝阳区望京街道槐荫家园7号楼两部电梯停了一部，剩下那部今天早上也停了，老人下不了楼，要求尽快修好。"
PAGE = 100
SEATS = 50
MADE_AT_ONCE = 10


def record(length: int = 500) -> Record:
    """A complaint of ``length`` characters."""
    return Record(
        types=["投诉"],
        claimant=Claimant(name="王秀梅", phone="13800000102"),
        title="小区电梯停运",
        text=(SENTENCE * (length // len(SENTENCE) + 1))[:length],
        place=Place(text="槐荫家园7号楼", district="朝阳区"),
        event_time="昨天早上",
        respondent="安槐物业公司",
    )


def plain(path: Path, content: bytes, *, sync: bool) -> Callable[[], None]:
    """Write a file and give it its name, with or without waiting for the disk."""
    beside = path.with_suffix(".tmp")

    def work() -> None:
        with open(beside, "wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)

    return work


def draft_rows(folder: Path, count: int) -> Iterator[Row]:
    """What is kept at each keystroke."""
    store, draft = DraftStore(folder, TAKER.agent_no), Draft(new_id(), TAKER.agent_no, NOW, record())
    content = seal(draft).encode()
    ours, fast, safe = alternate(
        count,
        repeat(lambda: store.save(draft)),
        repeat(plain(folder / "fast.json", content, sync=False)),
        repeat(plain(folder / "safe.json", content, sync=True)),
    )
    yield Row("a draft kept, per key", ours, "write + rename", fast)
    yield Row("a draft kept, per key", ours, "write + fsync + rename", safe)


def new_act() -> Act:
    """A ticket registered and handed to dispatch."""
    events = [NewEvent(Kind.REGISTERED, {"record": record()}), NewEvent(Kind.SUBMITTED, {"due": DUE})]
    return Act(new_id(), events, number_day=NOW.date())


def ticket_rows(folder: Path, count: int) -> Iterator[Row]:
    """One ticket with its events, row and outbox; beside it one row, on the same disk, as durable."""
    with closing(connect(folder / "tickets.db")) as opened, closing(connect(folder / "bare.db")) as bare:
        migrate(opened, folder / "tickets.db", STORE_STEPS)
        store, queue = TicketStore(opened), SqliteQueue(folder / "queue.db")
        while store.numbers.left(NOW.date()) <= count:
            store.numbers.add(NOW.date(), queue.reserve_numbers(NOW.date(), count + 1))
        bare.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, body TEXT)")
        body = seal(record())
        ours, its = alternate(
            count,
            repeat(lambda: store.act([new_act()], TAKER, NOW)),
            repeat(lambda: bare.execute("INSERT INTO rows VALUES (?, ?)", (new_id(), body))),
        )
        queue.close()
    yield Row("a ticket saved", ours, "SQLite FULL, one row", its)


def page_rows(folder: Path, count: int, many: int) -> Iterator[Row]:
    """The first page of many tickets as the ticket desk asks for it; beside it the same rows by a plain SELECT."""
    path = folder / "many.db"
    with closing(connect(path)) as opened:
        migrate(opened, path, STORE_STEPS)
        store, queue = TicketStore(opened), SqliteQueue(folder / "many-queue.db")
        for minute in range(many // MADE_AT_ONCE):
            ensure_numbers(store, queue, NOW.date())
            # Tickets of one instant would have to be sorted by their numbers, which no real day asks for.
            store.act([new_act() for _ in range(MADE_AT_ONCE)], TAKER, NOW + timedelta(minutes=minute))
        queue.close()
        everything = TicketFilter()
        ours, its = alternate(
            count,
            repeat(lambda: (store.count(everything), store.page(everything, PAGE))),
            repeat(
                lambda: opened.execute("SELECT * FROM tickets ORDER BY created_at DESC LIMIT ?", (PAGE,)).fetchall()
            ),
        )
    yield Row(f"first page of {many:,} tickets", ours, "a plain SELECT of its rows", its)


def process_rows(folder: Path, count: int, each: int, seats: int = SEATS) -> Iterator[Row]:
    """Tickets a second from many processes; beside it raw rows a second through the same gate."""
    ours, its = [], []
    for turn in range(count):
        home = Home(folder / f"home{turn}")
        home.prepare()
        register_once(home)
        ours.append(rate("register", home, seats, each))
        with closing(connect(home.root / "raw.db")) as raw:
            raw.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, at TEXT, body TEXT)")
        its.append(rate("raw", home, seats, each))
    yield Row(f"{seats} processes at once", Times(ours, True), "one raw row each, same gate", Times(its, True))


def register_once(home: Home) -> None:
    """Make the files, so that no process is timed while it makes them."""
    with closing(connect(home.store)) as opened:
        migrate(opened, home.store, STORE_STEPS)
    SqliteQueue(home.queue).close()


def rate(work: str, home: Home, seats: int, each: int) -> float:
    """Let ``seats`` processes begin together; what all of them did together in a second."""
    command = [sys.executable, "-m", "tests.bench.store", work, str(home.root)]
    workers = [
        subprocess.Popen(
            [*command, str(8000 + seat), str(each)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for seat in range(seats)
    ]  # fmt: skip
    try:
        for worker in workers:
            if worker.stdout.readline() != "ready\n":
                raise RuntimeError(f"a process of {work} did not start")
        begin = time.time()
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        ends = [float(worker.communicate()[0].splitlines()[-1]) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return seats * each / (max(ends) - begin)


def raw(home: Home, each: int) -> None:
    """Insert rows, one transaction each."""
    from data.db import writing

    body = seal(record())
    with closing(connect(home.root / "raw.db")) as opened:
        for _ in range(each):
            with writing(opened):
                opened.execute("INSERT INTO rows VALUES (?, ?, ?)", (new_id(), to_storage(NOW), body))


def one_process(work: str, root: str, agent_no: str, each: str) -> None:
    """Say that all is loaded, wait for the word, work, and print when it was done."""
    home = Home(Path(root))
    print("ready", flush=True)
    sys.stdin.readline()
    register(home, agent_no, int(each)) if work == "register" else raw(home, int(each))
    print(time.time())


if __name__ == "__main__":
    one_process(*sys.argv[1:])
