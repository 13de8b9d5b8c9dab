"""``hotline work`` as a process: its figures, its health, what it refuses; and what is held at the command line."""

import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from data.lifecycle import Kind
from tests.console.delivery.conftest import Desk
from tests.delivery import DESK, MAILED, Centre, MailRoom, sent_to
from tests.faults.conftest import running
from tests.postgres import granted_url, opened
from tests.queues import NOW, step, to_dispatch


@pytest.fixture
def told(centre: Centre, mail: MailRoom) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A worker with its figures, and their address."""
    import socket

    centre.settings(mail=mail.url, waits=[1] * 100)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running("-m", "console", "--home", centre.root, "work", "--metrics", f"127.0.0.1:{port}") as run:
        yield run(), f"http://127.0.0.1:{port}"


def ask(address: str) -> tuple[int, str]:
    """Status and body of a page; a server that is not up yet is waited for."""
    for _ in range(1200):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            time.sleep(0.05)
    raise AssertionError("it never answered")


def work_once(centre: Centre, *options: str) -> list[str]:
    """The command that does what there is to do now."""
    return [sys.executable, "-m", "console", "--home", str(centre.root), "work", "--once", "--no-sync", *options]


def figure(text: str, name: str) -> float:
    """One figure of a page of metrics."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    assert found is not None, text
    return float(found[1])


def test_a_worker_tells_how_it_is(told: Any, centre: Centre, mail: MailRoom) -> None:
    """You should see depth, age and outcomes counted, in the text that Prometheus reads, without a word of a citizen."""
    process, address = told
    assert ask(f"{address}/health") == (200, '{"status":"ok"}')
    mail.answer = lambda recipient: "550 no"
    desk = opened(centre.url)
    desk.append(sent_to("a", MAILED))
    desk.append(sent_to("b", DESK))
    desk.close()
    while figure(page := ask(f"{address}/metrics")[1], "hotline_deliveries_held") != 1:
        assert process.poll() is None
        time.sleep(0.05)
    while figure(page, "hotline_deliveries_waiting"):
        page = ask(f"{address}/metrics")[1]
    assert figure(page, 'hotline_work_deliveries_total{channel="邮箱",outcome="held"}') == 1
    assert centre.states() == [("a", MAILED, "held"), ("b", DESK, "sent")]
    assert figure(page, "hotline_work_queue_up") == 1
    assert figure(page, "hotline_deliveries_oldest_age_seconds") == 0
    for line in page.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) \S+ .+|[a-z_]+(\{[^}]*\})? \S+", line), line
    assert "停水" not in page
    assert ask(f"{address}/else")[0] == 404
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [msgspec.json.decode(line)["event"] for line in log.splitlines()][-1] == "stopped"


@pytest.mark.clause("5.2.3a")
def test_the_centre_reminds_once_a_clock(centre: Centre, mail: MailRoom) -> None:
    """You should see each clock that is over pressed once by three workers at once, and its unit told of it."""
    centre.settings(mail=mail.url)
    desk = opened(centre.url)
    late = {"sign_due": "2026-11-24T11:00:00+08:00", "feedback_due": "2026-12-01T11:00:00+08:00", "basis": "自派发起"}
    for at in range(8):
        dispatch = step(f"t{at}", 3, Kind.DISPATCHED, "2001", unit=MAILED, **late)
        desk.append([*to_dispatch(f"t{at}"), dispatch])
    workers = [subprocess.Popen(work_once(centre), stderr=subprocess.PIPE) for _ in range(3)]
    for worker in workers:
        worker.communicate(timeout=120)
        assert worker.returncode == 0
    kinds = [
        (event.ticket_id, event.payload["level"]) for _, event in desk.read_after(0) if event.kind is Kind.REMINDED
    ]
    desk.close()
    assert sorted(kinds) == sorted((f"t{at}", "督办") for at in range(8))
    assert sum("系统督办" in str(letter["Subject"]) for letter in mail.mails) == 8


def test_what_is_tried_again_stands_behind_what_is_new(centre: Centre, mail: MailRoom) -> None:
    """You should see a worker that sends one at a time send a new ticket before an older one that was refused at first."""
    centre.settings(mail=mail.url, waits=[1])
    work = work_once(centre, "--concurrency", "1")
    answers = iter(["451 greylisted"])
    mail.answer = lambda recipient: next(answers, None)
    desk = opened(centre.url)
    desk.append(sent_to("older", MAILED))
    with subprocess.Popen(work, stderr=subprocess.PIPE) as first:
        first.communicate(timeout=120)
    assert centre.states() == [("older", MAILED, "waiting")]
    desk.append(sent_to("newer", MAILED))
    desk.close()
    time.sleep(1.1)  # both are due
    with subprocess.Popen(work, stderr=subprocess.PIPE) as second:
        second.communicate(timeout=120)
    assert [str(letter["Subject"]) for letter in mail.mails] == [
        "【12345】派单 20261124-newer",
        "【12345】派单 20261124-older",
    ]


@pytest.mark.clause("5.2.3a")
def test_both_reminders_of_each_clock(desk: Desk, centre: Centre) -> None:
    """You should see 催办 at four fifths of a clock and 督办 at its end, for dispatch and for signing, and no other."""
    from console.delivery.clockwork import look

    desk.queue.append(to_dispatch("a"))  # to be dispatched within 24 hours
    seen: list[tuple[float, str, str]] = []

    def pass_time(hours: int) -> None:
        for _ in range(hours * 2):
            look(desk.queue, desk.clock.now())
            assert look(desk.queue, desk.clock.now()) == 0
            desk.clock.advance(1800)

    pass_time(26)
    due = {"sign_due": desk.clock.now().replace(day=27), "feedback_due": NOW.replace(month=12, day=24)}
    events = [arrival.event() for arrival in desk.queue.history(["a"])["a"]]
    payload = {"unit": DESK, "basis": "自派发起", **{name: at.isoformat() for name, at in due.items()}}
    dispatch = msgspec.structs.replace(
        step("a", len(events) + 1, Kind.DISPATCHED, "2001", **payload), at=desk.clock.now()
    )
    desk.queue.append([dispatch])
    pass_time(60)
    for event in (arrival.event() for arrival in desk.queue.history(["a"])["a"]):
        if event.kind is Kind.REMINDED:
            seen.append(((event.at - NOW).total_seconds() / 3600, event.payload["clock"], event.payload["level"]))
    assert [(clock, level) for _, clock, level in seen] == [
        ("dispatch", "催办"),
        ("dispatch", "督办"),
        ("sign", "催办"),
        ("sign", "督办"),
    ]
    assert seen[0][0] == 19.5  # the first look after four fifths of 24 hours
    assert seen[1][0] == 24.0
    assert seen[3][0] == (due["sign_due"] - NOW).total_seconds() / 3600
    assert desk.queue.due_clocks(desk.clock.now(), 10) == []


def test_what_is_held_is_shown_and_sent_again(
    hotline: Any, cli_home: Path, desk: Desk, centre: Centre, mail: MailRoom
) -> None:
    """You should see the unit, the channel and the reason at `hotline queue held`, and requeue let it wait again."""
    mail.answer = lambda recipient: "550 no"
    desk.queue.append(sent_to("a", MAILED))
    desk.delivering.deliver(desk.queue, "a")
    cli_home.mkdir(exist_ok=True)
    (cli_home / "settings.toml").write_text(f'queue = "{centre.url}"\n')
    (held,) = hotline("queue", "held", "--json").json
    assert (held["number"], held["unit"], held["channel"], held["tries"]) == ("20261124-a", MAILED, "邮箱", 1)
    assert "550" in held["reason"]
    assert MAILED in hotline("queue", "held").out
    assert hotline("queue", "requeue", "20261124-x").code == 1
    assert hotline("queue", "requeue", "20261124-a", "--json").json["delivering"] == 1
    assert centre.states() == [("a", MAILED, "waiting")]
    mail.answer = lambda recipient: None
    desk.delivering.deliver(desk.queue, "a")
    assert hotline("queue", "held", "--json").json == []


def test_a_worker_says_what_it_cannot_do(hotline: Any, cli_home: Path, centre: Centre) -> None:
    """You should see a file as queue, a unit's login role, an address for all and a wrong count each told with a way out."""
    assert hotline("work", "--once").code == 1
    unit = granted_url(centre.admin, "unit", DESK, [DESK])
    cli_home.mkdir(exist_ok=True)
    (cli_home / "settings.toml").write_text(f'queue = "{unit}"\n')
    refused = hotline("work", "--once", "--no-sync")
    assert (refused.code, "不是中心的" in refused.err) == (1, True)
    for wrong in (("--metrics", "0.0.0.0:9000"), ("--metrics", "127.0.0.1:99999"), ("--concurrency", "0")):
        assert hotline("work", *wrong).code == 2
