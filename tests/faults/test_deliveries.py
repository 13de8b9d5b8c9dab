"""Deliveries by real worker processes: refused then accepted, killed, racing; the count at the end shows what became of all."""

import random
import re
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import psycopg
import pytest

from data.db import connect
from data.lifecycle import Kind
from data.postgres.address import read_address
from data.postgres.queue import PostgresQueue
from data.queue import QueueUnavailable
from tests.delivery import (
    DESK,
    HOOKED,
    MAILED,
    MAILED_TOO,
    SECRET,
    Centre,
    MailRoom,
    System,
    mail,
    make_centre,
    sent_to,
    system,
    urged,
)
from tests.faults.conftest import Start, running
from tests.postgres import Databases, Server, opened
from tests.queues import queue_of, step

__all__ = ["mail", "system"]

PATIENCE = 120.0  # seconds until a test gives up
STARTED = '"event":"started"'


@pytest.fixture
def centre(tmp_path: Path, database: str, mail: MailRoom, system: System) -> Centre:
    """A centre that sends to both, and tries again every second."""
    made = make_centre(tmp_path / "centre", database)
    made.settings(mail=mail.url, units={HOOKED: {"url": system.url, "secret": SECRET}}, waits=[1] * 100)
    return made


@pytest.fixture
def queue(centre: Centre) -> Iterator[PostgresQueue]:
    """A desk of the centre."""
    desk = opened(centre.url)
    yield desk
    desk.close()


@pytest.fixture
def worker(centre: Centre) -> Iterator[Start]:
    """Start a worker's process."""
    with running("-m", "console", "--home", centre.root, "work", "--no-sync") as run:
        yield run


def until(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.1)


def waiting(centre: Centre) -> int:
    """How many deliveries are not settled."""
    return int(centre.rows("SELECT count(*) FROM hotline.deliveries WHERE state = 'waiting'")[0][0])


def until_delivered(centre: Centre) -> None:
    """Wait until nothing waits, for as long as it becomes less."""
    least, end = 2**31, 0.0
    while least:
        if (left := waiting(centre)) < least:
            least, end = left, time.monotonic() + PATIENCE
        assert time.monotonic() < end, f"{left} deliveries wait for ever"
        time.sleep(0.1)


def said(process: "subprocess.Popen[str]", how: signal.Signals = signal.SIGTERM) -> list[dict[str, object]]:
    """End a worker, and return the lines of its log; each is JSON."""
    process.send_signal(how)
    out, log = process.communicate(timeout=PATIENCE)
    assert out == ""
    return [msgspec.json.decode(line) for line in log.splitlines()]


def _rows(seat: Path, table: str) -> list[sqlite3.Row]:
    """What stands in a table of a seat's store, once it is there."""
    with closing(connect(seat / "hotline.db", read_only=True)) as connection, suppress(sqlite3.OperationalError):
        return connection.execute(f"SELECT * FROM {table}").fetchall()
    return []


def steps(mail: MailRoom, recipient: str) -> dict[str, list[str]]:
    """What each ticket's mails to a recipient were about, in their order; one that came twice counts once."""
    told: dict[str, list[str]] = {}
    for letter in {str(each["Message-ID"]): each for each in mail.mails if each["To"] == recipient}.values():
        found = re.fullmatch(r"【12345】(\S+) (\S+?)(（紧急）)?", str(letter["Subject"]))
        assert found is not None
        told.setdefault(found[2], []).append(found[1])
    return told


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_a_mail_server_that_refuses_and_then_accepts(
    centre: Centre, queue: PostgresQueue, mail: MailRoom, worker: Start
) -> None:
    """You should see every ticket's steps reach its mailbox once and in order, after the server came round."""
    mail.answer = lambda recipient: "451 later"
    centre.settings(
        mail=mail.url, waits=[8] * 100
    )  # on a busy machine the first four would else be due again before the rest
    for at in range(10):
        queue.append([*sent_to(f"t{at}", MAILED), urged(f"t{at}", 4)])
    process = worker()
    until(lambda: centre.rows("SELECT count(*) FROM hotline.deliveries WHERE tries > 0") == [(10,)])
    assert mail.mails == []
    mail.answer = lambda recipient: None
    until(lambda: waiting(centre) == 0)
    log = said(process)
    assert process.returncode == 0
    assert len(mail.keys()) == len(set(mail.keys())) == 20
    assert steps(mail, "yi@unit.test") == {f"20261124-t{at}": ["派单", "系统催办"] for at in range(10)}
    assert (log[0]["event"], log[-1]["event"]) == ("started", "stopped")
    assert Counter(line["event"] for line in log)["sent"] == 20


@pytest.mark.heavy
@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_workers_that_are_killed_at_random(
    centre: Centre, queue: PostgresQueue, mail: MailRoom, system: System, worker: Start, factor: int
) -> None:
    """You should see nothing lost, nothing doubled to whoever looks at the keys, and order kept per ticket."""
    kills, chance = 3 if factor == 1 else 50, random.Random(5)
    alive = [worker(), worker()]
    made = 0
    for _ in range(kills):
        for _ in range(6):
            unit = (DESK, MAILED, MAILED_TOO, HOOKED)[made % 4]
            queue.append([*sent_to(f"t{made}", unit), urged(f"t{made}", 4)])
            made += 1
        time.sleep(chance.uniform(0.0, 1.5))
        alive.pop(0).kill()
        alive.append(worker())
    until(lambda: waiting(centre) == 0)
    until(lambda: centre.rows("SELECT count(*) FROM hotline_jobs.procrastinate_jobs") == [(0,)])
    assert centre.rows("SELECT state, count(*) FROM hotline.deliveries GROUP BY state") == [("sent", 2 * made)]
    for unit, mailbox in ((MAILED, "yi@unit.test"), (MAILED_TOO, "bing@unit.test")):
        expected = {f"20261124-t{at}" for at in range(made) if (DESK, MAILED, MAILED_TOO, HOOKED)[at % 4] == unit}
        assert steps(mail, mailbox) == {number: ["派单", "系统催办"] for number in expected}
    hooked = [(each["number"], each["seq"]) for each in system.taken]
    assert sorted(hooked) == sorted((f"20261124-t{at}", seq) for at in range(3, made, 4) for seq in (3, 4))
    assert all(hooked.index((number, 3)) < hooked.index((number, 4)) for number, _ in hooked)


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_a_job_whose_end_was_lost_holds_up_its_ticket_no_longer(
    centre: Centre, queue: PostgresQueue, mail: MailRoom, worker: Start
) -> None:
    """You should see a job that a living worker seems to be at for an hour begun anew, and one begun just now left to it.

    So a job stays behind where the server goes for a moment just when its end is to be noted, or it is handed out.
    """
    for ticket in ("long", "now"):
        queue.append(sent_to(ticket, MAILED))
    with psycopg.connect(centre.admin) as db:
        db.execute("SET search_path = hotline_jobs")
        db.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '1 hour')")
        db.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )
        db.execute(
            "UPDATE procrastinate_events SET at = at - interval '1 hour' "
            "WHERE job_id IN (SELECT id FROM procrastinate_jobs WHERE lock = 'long')"
        )
    process = worker("--once")
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert [state for _, _, state in centre.states()] == ["sent", "waiting"]
    assert '"event":"rescued","jobs":1' in log


def test_two_workers_share_the_work(centre: Centre, queue: PostgresQueue, mail: MailRoom, worker: Start) -> None:
    """You should see both send, and no mail sent twice."""
    processes = [worker("--concurrency", 2) for _ in range(2)]
    until(lambda: centre.rows("SELECT count(*) FROM hotline_jobs.procrastinate_workers") == [(2,)])
    for at in range(24):
        queue.append(sent_to(f"t{at}", MAILED))
    until(lambda: waiting(centre) == 0)
    logs = [said(process) for process in processes]
    assert len(mail.keys()) == len(set(mail.keys())) == 24
    assert all(any(line["event"] == "sent" for line in log) for log in logs)


@pytest.mark.clause("5.2.2.1.4")
def test_urgent_tickets_go_first(centre: Centre, queue: PostgresQueue, mail: MailRoom, worker: Start) -> None:
    """You should see tickets that have become urgent before all others, though those waited longer, each in its order."""
    for at in range(12):
        ticket = f"t{at:02}"
        events = sent_to(ticket, MAILED)
        if at >= 9:
            record = {**events[0].payload["record"], "urgency_kinds": ["突发事件"]}
            events.append(step(ticket, 4, Kind.AMENDED, record=record))
        queue.append(events)
    process = worker("--once", "--concurrency", 1)
    assert process.wait(PATIENCE) == 0
    subjects = [str(letter["Subject"]).removeprefix("【12345】") for letter in mail.mails]
    urgent = [f"20261124-t{at:02}" for at in (9, 10, 11)]
    assert subjects[:6] == [said for number in urgent for said in (f"派单 {number}", f"补充更正 {number}（紧急）")]
    assert subjects[6:] == [f"派单 20261124-t{at:02}" for at in range(9)]


def test_a_worker_that_is_told_to_stop_sends_what_it_has_begun(
    centre: Centre, queue: PostgresQueue, mail: MailRoom, worker: Start
) -> None:
    """You should see a mail that was under way at SIGTERM delivered and noted, and the rest left for the next worker."""
    process = worker("--concurrency", 1)
    mail.after_data = lambda: (process.send_signal(signal.SIGTERM), time.sleep(1))[1]
    for at in range(5):
        queue.append(sent_to(f"t{at}", MAILED))
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert '"event":"stopped"' in log
    assert len(mail.mails) == 1
    assert [state for _, _, state in centre.states()] == ["sent", *["waiting"] * 4]
    mail.after_data = lambda: None
    assert worker("--once").wait(PATIENCE) == 0
    assert len(mail.keys()) == len(set(mail.keys())) == 5


class Appending(threading.Thread):
    """A desk that sends one ticket after another, and those again whose answer was lost with the server."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url, self._over = url, threading.Event()
        self.made: dict[str, str] = {}  # the unit of each ticket that the server took

    def run(self) -> None:
        """Send until told to end."""
        desk = queue_of(self._url)
        while not self._over.is_set():
            ticket, unit = f"t{len(self.made)}", (MAILED, HOOKED, MAILED_TOO, DESK)[len(self.made) % 4]
            events = [*sent_to(ticket, unit), urged(ticket, 4)]
            while True:
                with suppress(QueueUnavailable):
                    desk.append(events)
                    break
                time.sleep(0.05)
            self.made[ticket] = unit
            time.sleep(0.1)
        desk.close()

    def end(self) -> dict[str, str]:
        """End it; returns what it made."""
        self._over.set()
        self.join()
        return self.made


def logged(file: Path) -> list[dict[str, object]]:
    """The lines of a log that a process writes; one that is not whole yet is left out."""
    return [msgspec.json.decode(line) for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]


def reaches(log: list[dict[str, object]]) -> list[str]:
    """What a process told of the server: that it was gone, that it was back."""
    return [str(line["event"]) for line in log if str(line["event"]).startswith("queue_")]


def gone_and_back(log: list[dict[str, object]]) -> int:
    """How often a process told that the server was gone; check that it told each time once, and of its return."""
    told = reaches(log)
    assert told == ["queue_lost", "queue_back"] * (len(told) // 2)
    assert all(str(line["reason"]).startswith("派单队列 127.0.0.1:") for line in log if line["event"] == "queue_lost")
    return len(told) // 2


@pytest.mark.heavy
@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_a_server_that_goes_and_comes_while_workers_deliver(
    tmp_path: Path, server: Server, mail: MailRoom, system: System, factor: int
) -> None:
    """You should see all that was sent told once to whoever looks at the keys, in order; and each loss told by each.

    The server is stopped, and killed between a mail's arrival and the worker's note of it, in turns.
    """
    centre = make_centre(tmp_path / "centre", Databases(server.url).fresh())
    centre.settings(mail=mail.url, units={HOOKED: {"url": system.url, "secret": SECRET}}, waits=[1] * 100)
    seat = tmp_path / "seat"
    seat.mkdir()
    (seat / "settings.toml").write_text(f'queue = "{centre.url}"\n')
    chance, hit = random.Random(17), threading.Event()
    rounds, workers = (2, 1) if factor == 1 else (40, 2)

    def kill() -> None:
        mail.after_data = lambda: None
        server.kill()
        hit.set()

    work = (centre.root, "work", "--no-sync", "--concurrency", "2")
    programs = [*[work] * workers, (seat, "sync", "--json")]
    written = [
        tmp_path / f"log{at}" for at in range(len(programs))
    ]  # files: nobody reads a pipe meanwhile, and it would fill
    with running("-m", "console", "--home") as run:
        at_work = [run(*what, stderr=file.open("w")) for file, what in zip(written, programs, strict=True)]
        until(lambda: centre.rows("SELECT count(*) FROM hotline_jobs.procrastinate_workers") == [(workers,)])
        until(lambda: (seat / "hotline.db").exists() and _rows(seat, "positions") != [])
        desk = Appending(centre.url)
        desk.start()
        for at in range(rounds):
            if at % 2:
                hit.clear()
                mail.after_data = kill
                assert hit.wait(PATIENCE)
            else:
                time.sleep(chance.uniform(0.0, 1.5))
                server.stop()
                until(lambda: all(reaches(logged(file))[-1:] == ["queue_lost"] for file in written))
            server.start()
        made = desk.end()
        until_delivered(centre)
        until(lambda: centre.rows("SELECT count(*) FROM hotline_jobs.procrastinate_jobs") == [(0,)])
        until(lambda: [row["seq"] for row in _rows(seat, "tickets")] == [4] * len(made))
        for process in at_work:
            process.terminate()
            process.wait(PATIENCE)
    logs = [logged(file) for file in written]
    assert [log for log in logs if not 1 <= gone_and_back(log) <= rounds] == []
    assert "停水" not in str(logs)
    assert str(read_address(centre.url).parameters["password"]) not in str(logs)
    assert centre.rows("SELECT state, count(*) FROM hotline.deliveries GROUP BY state") == [("sent", 2 * len(made))]
    for unit, mailbox in ((MAILED, "yi@unit.test"), (MAILED_TOO, "bing@unit.test")):
        numbers = [f"20261124-{ticket}" for ticket, of in made.items() if of == unit]
        assert steps(mail, mailbox) == {number: ["派单", "系统催办"] for number in numbers}
    hooked = [(each["number"], each["seq"]) for each in system.taken]
    numbers = [f"20261124-{ticket}" for ticket, of in made.items() if of == HOOKED]
    assert sorted(hooked) == sorted((number, seq) for number in numbers for seq in (3, 4))
    assert all(hooked.index((number, 3)) < hooked.index((number, 4)) for number in numbers)
    twice = len(mail.mails) - len(set(mail.keys()))  # under the same key: what was being sent at four places at most
    assert rounds // 2 <= twice <= 4 * rounds


def test_what_stands_in_the_log_is_nobodys_own(
    centre: Centre, queue: PostgresQueue, mail: MailRoom, worker: Start
) -> None:
    """You should see neither a name, nor a number, nor a word of the request in any line, whatever goes wrong."""
    mail.answer = lambda recipient: "550 <张三 13800001111> unknown"
    events = sent_to("t", MAILED)
    record = {**events[0].payload["record"], "claimant": {"name": "张三", "phone": "13800001111"}, "text": "水管爆了"}
    events[0] = msgspec.structs.replace(events[0], payload={**events[0].payload, "record": record})
    queue.append([*events, step("t", 4, Kind.AMENDED, record=record)])
    process = worker("--once")
    _, log = process.communicate(timeout=PATIENCE)
    assert '"event":"held"' in log
    for word in ("张三", "13800001111", "水管", "停水"):
        assert word not in log
