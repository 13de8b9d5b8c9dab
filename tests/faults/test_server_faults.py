"""Seats on a city's server that is stopped, killed and cut off: nothing lost, nothing doubled, each ticket in order."""

import json
import random
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.home import Home
from data.postgres.address import read_address
from data.postgres.setup import init
from tests.faults.conftest import running
from tests.faults.test_kill import Printed
from tests.postgres import Server, granted_url
from tests.proxy import Proxy

SEAT = Path(__file__).with_name("seat.py")
ALWAYS = "5.1.3.1¶2 [5.2.3.2]"

Start = Callable[..., "subprocess.Popen[str]"]
Check = Callable[[Path, Path | str, set[str]], None]


class Seats:
    """Two installations on one server, each with a process that registers tickets and one that syncs."""

    def __init__(self, folder: Path, url: str, start: Start) -> None:
        self.homes = [Home(folder / name) for name in ("north", "south")]
        self._start, self._url = start, url
        self.seats = [Printed(self._run(home, "register", number, 0)) for number, home in enumerate(self.homes, 8001)]
        self.workers = [Printed(self._run(home, "sync")) for home in self.homes]

    def _run(self, home: Home, *work: object) -> "subprocess.Popen[str]":
        return self._start(home.root, *work, queue=self._url)

    def at_work(self) -> None:
        """Wait until every seat has registered something more."""
        before = [len(seat.lines) for seat in self.seats]
        deadline = time.monotonic() + 60
        while any(len(seat.lines) <= count for seat, count in zip(self.seats, before, strict=True)):
            assert time.monotonic() < deadline, "no seat registers any more"
            time.sleep(0.01)

    def end(self, check: Check, url: str) -> set[str]:
        """End the processes, sync once more, and compare every installation with the server; returns the tickets."""
        errors = "".join(process.kill() for process in (*self.seats, *self.workers))
        assert errors == ""
        assert [worker.lines for worker in self.workers] == [[], []]
        told = {ticket for seat in self.seats for ticket in seat.lines}
        for home in (*self.homes, *self.homes):  # the first learns of the second's last tickets
            assert self._start(home.root, "sync", 1, queue=url).communicate() == ("", "")
        for home in self.homes:
            check(home.store, url, told)
        return told


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start a process of a seat that uses a queue by its URL."""
    with running(SEAT) as run:

        def begin(*arguments: object, queue: str) -> "subprocess.Popen[str]":
            monkeypatch.setenv("HOTLINE_QUEUE", queue)
            return run(*arguments)

        yield begin


@pytest.fixture
def centre(server: Server) -> str:
    """The URL of the centre's desks on a server of the test's own."""
    init(read_address(server.url))
    return granted_url(server.url)


@pytest.mark.clause(ALWAYS)
@pytest.mark.parametrize("end", [pytest.param("stop", marks=pytest.mark.long), "kill"])
def test_a_server_that_goes_and_comes_loses_nothing(
    server: Server, centre: str, tmp_path: Path, start: Start, check: Check, factor: int, end: str
) -> None:
    """You should see seats register on while it is away, and after it every ticket once at both seats and on it."""
    chance = random.Random(end)
    seats = Seats(tmp_path, centre, start)
    for _ in range(2 * factor):
        seats.at_work()
        time.sleep(chance.uniform(0, 0.5))
        getattr(server, end)()
        seats.at_work()
        server.start()
    seats.at_work()
    assert len(seats.end(check, centre)) >= 4 * factor


@pytest.mark.clause(ALWAYS)
def test_connections_cut_in_the_middle_lose_nothing(
    server: Server, centre: str, tmp_path: Path, start: Start, check: Check, factor: int
) -> None:
    """You should see batches cut after any number of bytes sent again, and every event once."""
    chance = random.Random(7)
    proxy = Proxy(server.port)
    seats = Seats(tmp_path, centre.replace(f":{server.port}/", f":{proxy.port}/"), start)
    for _ in range(10 * factor):
        seats.at_work()
        proxy.cut_after(int(chance.expovariate(1 / 4000)))
        time.sleep(chance.uniform(0, 0.1))
    seats.at_work()
    seats.end(check, centre)
    proxy.close()


@pytest.mark.clause(ALWAYS)
def test_a_seat_killed_while_it_sends_to_a_server_doubles_nothing(
    server: Server, centre: str, tmp_path: Path, start: Start, check: Check, factor: int
) -> None:
    """You should see workers killed at any moment, mostly with a batch under way, followed by others that carry on."""
    chance = random.Random(11)
    seats = Seats(tmp_path, centre, start)
    for kill in range(6 * factor):
        seats.at_work()
        time.sleep(chance.uniform(0, 0.2))
        assert seats.workers[kill % 2].kill() == ""
        assert seats.workers[kill % 2].lines == []
        seats.workers[kill % 2] = Printed(seats._run(seats.homes[kill % 2], "sync"))
    seats.end(check, centre)


@pytest.mark.clause(ALWAYS)
def test_a_seat_whose_disk_is_full_loses_nothing(
    centre: str, tmp_path: Path, start: Start, check: Check, factor: int
) -> None:
    """You should see no ticket told while there is no room, and all told before and after on the server, once."""
    chance = random.Random(13)
    seats = Seats(tmp_path, centre, start)
    for _ in range(3 * factor):
        seats.at_work()
        full = seats.seats[0], seats.workers[0]
        for each in full:  # files may grow no further than this: to the program, a disk without room
            resource.prlimit(
                each.process.pid, resource.RLIMIT_FSIZE, (chance.randint(0, 30_000), resource.RLIM_INFINITY)
            )
        time.sleep(0.1)  # what was under way may still end
        before = len(seats.seats[0].lines)
        time.sleep(chance.uniform(0.2, 0.5))
        assert len(seats.seats[0].lines) == before
        for each in full:
            resource.prlimit(each.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    seats.at_work()
    seats.end(check, centre)


@pytest.mark.clause("5")
def test_one_seat_restored_twice_delivers_everything_once(
    database: str, tmp_path: Path, start: Start, check: Check
) -> None:
    """You should see two copies of one store send the same events at the same time, and each stand on the server once."""
    url = granted_url(database)
    one = Home(tmp_path / "one")
    made = start(one.root, "register", "8001", 60, queue=url).communicate()
    assert made[1] == ""
    shutil.copytree(one.root, tmp_path / "two")
    two = Home(tmp_path / "two")
    workers = [start(home.root, "sync", 5, queue=url) for home in (one, two)]
    assert [worker.communicate() for worker in workers] == [("", "")] * 2
    for home in (one, two):
        check(home.store, url, set(made[0].split()))


RESERVE = """
import json, sys
from datetime import date
from tests.queues import queue_of
queue = queue_of(sys.argv[1])
print(json.dumps([n for size in (1, 7, 3) * 8 for n in queue.reserve_numbers(date(2026, 11, 24), size)]))
"""


@pytest.mark.clause("5.1.4.1b")
def test_processes_that_reserve_at_once_get_each_serial_once(database: str) -> None:
    """You should see no serial twice and none lost."""
    url = granted_url(database)
    with running("-c", RESERVE) as run:
        children = [run(url) for _ in range(4)]
        outputs = [process.communicate() for process in children]
    assert [errors for _, errors in outputs] == [""] * 4
    given_out = [serial for output, _ in outputs for serial in json.loads(output)]
    assert sorted(given_out) == list(range(1, 4 * 88 + 1))
