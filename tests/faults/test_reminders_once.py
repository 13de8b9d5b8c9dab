"""Several processes that remind at once, beside people who act (5.2.3a)."""

import shutil
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from console.handling import Handling
from console.house import House
from data.clock import FixedClock
from data.lifecycle import Kind
from tests.faults.conftest import running
from tests.lives import SUPERVISOR, Lives

REMINDER = Path(__file__).with_name("reminder.py")
PROCESSES, TICKETS = 6, 12


def reminded(house: House) -> Counter[tuple[str, str, str, str]]:
    """How often each ticket was reminded, by clock, its end and level."""
    return Counter(
        (ticket.id, each.clock, str(each.due), each.level)
        for ticket in house.tickets.every()
        for each in ticket.handling.reminders
    )


def race(house: House) -> int:
    """Let all processes look at once; returns how many reminders they say they sent."""
    begin = time.time() + 2.0
    with running(REMINDER) as start:
        started = [start(house.home.root, house.clock.now().isoformat(), 3, begin) for _ in range(PROCESSES)]
        outputs = [process.communicate() for process in started]
    assert [errors for _, errors in outputs if errors] == []
    return sum(int(out) for out, _ in outputs)


@pytest.mark.clause("5.2.3a")
def test_many_processes_remind_once_a_clock_and_level(tmp_path: Path, clock: FixedClock) -> None:
    """You should see each ticket urged once, pressed once, and both again only for a clock that began anew."""
    house = House(tmp_path / "home", clock)
    lives = Lives(house)
    tickets = [lives.handled(f"路灯不亮{at}") for at in range(TICKETS)]
    clock.advance(6 * 86400)
    assert race(house) == TICKETS
    assert set(reminded(house).values()) == {1}
    # A third of them become complex cases, and a third go on to another unit: their clocks end later now.
    supervising = Handling(house, SUPERVISOR)
    seen = [house.tickets.get(ticket.id) for ticket in tickets]
    for ticket in seen[: TICKETS // 3]:
        assert ticket is not None
        supervising.make_complex(ticket, "涉及五个部门")
    for ticket in seen[TICKETS // 3 : 2 * TICKETS // 3]:
        assert ticket is not None
        lives.passed_on(ticket)
    clock.advance(86400)
    assert race(house) == TICKETS // 3 + TICKETS // 3  # the rest is over; who passed it on has to sign by now
    clock.advance(20 * 86400)
    race(house)
    assert set(reminded(house).values()) == {1}
    levels = Counter(each[3] for each in reminded(house))
    assert levels["督办"] == TICKETS
    for ticket in house.tickets.every():
        assert house.tickets.rebuild(ticket.id) == ticket
    house.close()


@pytest.mark.clause("5.2.3a")
def test_two_installations_on_one_queue_remind_once_and_leave_nothing_to_retry(
    tmp_path: Path, clock: FixedClock
) -> None:
    """You should see the second installation take the first one's reminder over its own, and ask nobody to retry."""
    one = House(tmp_path / "one", clock)
    ticket = Lives(one).handled()
    one.sync_worker().run(clock.now())
    shutil.copytree(one.home.root, tmp_path / "two")
    (tmp_path / "two" / "queue.db").unlink()
    for left in (tmp_path / "two").glob("queue.db-*"):
        left.unlink()
    (tmp_path / "two" / "queue.db").symlink_to(one.home.queue)
    two = House(tmp_path / "two", clock)
    clock.advance(6 * 86400)
    reports = [house.sync_worker().run(clock.now()) for house in (one, two)]
    assert [report.reminded for report in reports] == [1, 1]  # neither has heard of the other's yet
    clock.advance(timedelta(seconds=1).total_seconds())
    for house in (one, two, one, two):
        assert house.sync_worker().run(clock.now()).failed == []
    for house in (one, two):
        assert house.outbox.counts() == (0, 0)
        assert house.outbox.refused() == []
        events = house.tickets.events(ticket.id)
        assert [event.kind for event in events].count(Kind.REMINDED) == 1
    assert one.tickets.events(ticket.id) == two.tickets.events(ticket.id)
    one.close()
    two.close()
