"""A seat whose clock is wrong: how far it is from the server's is measured and shown, and nothing is lost by it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.dispatch import Dispatching, plan
from console.house import House
from console.sync import told_skew
from data.clock import SystemClock
from screens.app import HotlineApp
from tests.lives import DISPATCHER, STREET, TAKER, Lives
from tests.postgres import granted_url

ALWAYS = "5.1.3.1¶2 [5.2.3.2]"


class Wrong(SystemClock):
    """A clock that is so many seconds ahead."""

    def __init__(self, ahead: float) -> None:
        self._ahead = timedelta(seconds=ahead)

    def now(self) -> Any:
        """The machine's time and what it is wrong by."""
        return super().now() + self._ahead


def seat(folder: Path, url: str, ahead: float) -> House:
    """An installation whose clock is so many seconds ahead of the server's."""
    folder.mkdir()
    (folder / "settings.toml").write_text(f'queue = "{url}"\n')
    return House(folder, Wrong(ahead))


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (0, ""),
        (-4.9, ""),
        (5, "本机时钟快 0 分 5 秒"),
        (-62.4, "本机时钟慢 1 分 2 秒"),
        (603, "本机时钟快 10 分 3 秒"),
        (-28800, "本机时钟慢 8 小时 0 分"),
    ],
)
def test_a_difference_that_matters_is_told(ahead: float, told: str) -> None:
    """You should see which way and how far, and nothing of what no rule would notice."""
    assert told_skew(ahead) == told


@pytest.mark.clause(ALWAYS)
def test_a_seat_ten_minutes_off_is_measured_and_loses_nothing(database: str, tmp_path: Path) -> None:
    """You should see both seats' tickets at both, in order, each step at the time of the seat that took it."""
    url = granted_url(database)
    fast, right = seat(tmp_path / "fast", url, 600), seat(tmp_path / "right", url, 0)
    workers = [house.sync_worker() for house in (fast, right)]
    for worker, house in zip(workers, (fast, right), strict=True):
        worker.run(house.clock.now())  # brings numbers
    ticket = Lives(fast).waiting()
    reports = [worker.run(house.clock.now()) for worker, house in zip(workers, (fast, right), strict=True)]
    assert 590 < reports[0].ahead < 610
    assert -10 < reports[1].ahead < 10
    there = right.tickets.get(ticket.id)
    assert there == fast.tickets.get(ticket.id)
    Dispatching(right, DISPATCHER).dispatch(there, plan(right, there, right.clock.now(), unit=STREET))
    for worker, house in zip(reversed(workers), (right, fast), strict=True):
        assert worker.run(house.clock.now()).failed == []
    assert fast.tickets.get(ticket.id) == right.tickets.get(ticket.id)
    times = [event.at for event in fast.tickets.events(ticket.id)]
    assert times[-1] < times[0]
    for house in (fast, right):
        house.close()


@pytest.mark.clause(ALWAYS)
async def test_the_console_shows_that_the_clock_is_wrong(database: str, tmp_path: Path) -> None:
    """You should see a sign on every desk, and at the sync desk how far it is and what to do."""
    house = seat(tmp_path / "fast", granted_url(database), -600)
    app = HotlineApp(house, actor=TAKER)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            if "⚠时钟" in str(app.sync_text()):
                break
        app.open_desk("同步")
        await pilot.pause()
        glass = "".join(strip.text for strip in app.screen._compositor.render_strips())
    assert "⚠时钟" in glass
    assert "本机时钟慢 10 分" in glass
    house.close()


def test_hotline_sync_tells_it(hotline: Any, database: str, cli_home: Path) -> None:
    """You should see the seconds in the JSON and the words in the line; the test's clock stands in 2026."""
    cli_home.mkdir()
    (cli_home / "settings.toml").write_text(f'queue = "{granted_url(database)}"\n')
    assert "本机时钟" in hotline("sync", "--once").out
    assert json.loads(hotline("sync", "--once", "--json").out)["ahead"] != 0
