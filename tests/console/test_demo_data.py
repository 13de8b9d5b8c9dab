"""``hotline demo``: invented data in a folder of its own, filled whole or not at all."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from console.commands import demo as demo_command
from console.demo import FULL, MARK, DemoError, demo_folder, load_demo
from console.house import House
from console.integrity import verify
from data.inbox import ACCEPT_WITHIN
from data.lifecycle import State
from data.people import Role
from data.ticket_lists import TicketFilter

ROOT = Path(__file__).parents[2]


def test_the_demo_holds_people_tickets_and_submissions_of_every_kind(hotline, opened, cli_home: Path, clock) -> None:
    """You should see every role, tickets of every state, urgent ones, repeats, and an inbox with late and urgent."""
    assert hotline("demo").code == 0
    assert opened == [(cli_home, True)]
    house = House(cli_home, clock)
    people = house.people.everyone()
    assert {role for person in people for role in person.roles} == set(Role)
    assert all(person.name for person in people)
    tickets = house.tickets.page(TicketFilter(), 100)
    assert len(tickets) == 56
    assert {ticket.state for ticket in tickets} == set(State)
    assert any(ticket.handling.supervisions for ticket in tickets)
    kinds = Counter(kind for ticket in tickets for kind in ticket.record.urgency_kinds)
    assert {"突发事件", "不稳定因素", "基本民生保障", "极端天气"} <= set(kinds)
    assert {kind for ticket in tickets for kind in ticket.record.types} >= {"投诉", "求助", "举报", "咨询", "建议"}
    assert all(ticket.created_at <= clock.now() for ticket in tickets)
    assert tickets[-1].created_at < clock.now() - timedelta(days=3)
    assert any(ticket.repeats for ticket in tickets)
    assert any(escalation for ticket in tickets for escalation in ticket.escalations)
    inbox = house.inbox.waiting()
    assert len(inbox) == 8
    assert inbox[0].urgency > 0
    left = [one.submitted_at + ACCEPT_WITHIN - clock.now() for one in inbox]
    assert min(left) < timedelta() < max(left)
    assert house.kb.stats().articles >= 120
    assert verify(house, lambda done, total: None).findings == ()
    assert house.outbox.counts() == (0, 0)
    house.close()


def test_the_second_time_the_demo_opens_what_is_there(hotline, cli_home: Path, clock) -> None:
    """You should see what was done in the demo still there, and gone after --reset."""

    def disabled() -> bool:
        house = House(cli_home, clock)
        gone = all(person.agent_no != "1001" for person in house.people.everyone())
        house.close()
        return gone

    hotline("demo")
    hotline("user", "disable", "1001")
    hotline("demo")
    assert disabled()
    assert hotline("demo", "--reset").code == 0
    assert not disabled()


def test_the_demo_never_uses_the_folder_of_the_real_data(hotline, opened, monkeypatch, tmp_path: Path) -> None:
    """You should see a folder of its own although HOTLINE_HOME names another."""
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "real"))
    monkeypatch.setattr(demo_command, "default_root", lambda name: tmp_path / name)
    assert hotline("demo", home=None).code == 0
    assert opened == [(tmp_path / "hotline-demo", True)]
    assert not (tmp_path / "real").exists()


@pytest.mark.parametrize("reset", [(), ("--reset",)])
def test_a_folder_with_other_data_is_left_alone(hotline, cli_home: Path, reset: tuple[str, ...]) -> None:
    """You should see a refusal, and a real installation untouched also under --reset."""
    hotline("user", "add", "1001", "--role", "话务员", "--password-stdin", stdin="12345678\n")
    before = {path: path.stat().st_mtime_ns for path in cli_home.rglob("*.db")}
    ran = hotline("demo", *reset)
    assert ran.code == 1
    assert "--home" in ran.err
    assert {path: path.stat().st_mtime_ns for path in cli_home.rglob("*.db")} == before


def test_a_fill_that_was_killed_is_begun_anew(hotline, cli_home: Path, clock) -> None:
    """You should see a whole demo after a fill was killed half-way."""
    work = subprocess.Popen(
        [sys.executable, "-m", "console", "--home", str(cli_home), "demo"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not (cli_home / "queue.db").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(work.pid, signal.SIGKILL)
    work.wait()
    assert not (cli_home / FULL).exists()
    assert hotline("demo").code == 0
    house = House(cli_home, clock)
    assert house.tickets.count(TicketFilter()) == 56
    assert len(house.people.everyone()) == len(load_demo().people)
    house.close()


def test_two_demos_share_a_folder_but_none_empties_it_under_the_other(tmp_path: Path) -> None:
    """You should see the folder filled once, used by both, and a reset refused while another is open."""
    fills: list[str] = []
    root = tmp_path / "demo"

    def fill_it() -> None:
        fills.append("filled")
        (root / "data").write_text("x")

    with demo_folder(root, reset=False, fill_it=fill_it), demo_folder(root, reset=False, fill_it=fill_it):
        assert fills == ["filled"]
        with pytest.raises(DemoError), demo_folder(root, reset=True, fill_it=fill_it):
            pass
        assert (root / "data").exists()
    with demo_folder(root, reset=True, fill_it=fill_it):
        assert fills == ["filled", "filled"]
    assert sorted(path.name for path in root.iterdir()) == sorted([MARK, FULL, "data"])


def test_a_fill_that_fails_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    """You should see the next start fill again."""
    root = tmp_path / "demo"

    def fail() -> None:
        raise DemoError("x")

    with pytest.raises(DemoError), demo_folder(root, reset=False, fill_it=fail):
        pass
    filled: list[bool] = []
    with demo_folder(root, reset=False, fill_it=lambda: filled.append(True)):
        assert filled == [True]
