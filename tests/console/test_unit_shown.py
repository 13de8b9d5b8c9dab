"""Lists name the unit that has a ticket now, not the one that was suggested when it was registered."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from data.clock import FixedClock
from data.people import Actor, Role
from screens.ticket_rows import row
from tests.lives import OTHER, STREET, Lives

READER = Actor("2001", roles=frozenset({Role.DISPATCHER}))


@pytest.fixture
def home(cli_home: Path, clock: FixedClock) -> Iterator[House]:
    """An installation that the command line opens as well."""
    made = House(cli_home, clock)
    yield made
    made.close()


@pytest.mark.clause("4.2")
def test_the_holder_is_printed_and_before_dispatch_the_suggestion(hotline: Any, home: House) -> None:
    """You should see the suggested unit while it waits, then the one it was sent to, then the one it went on to."""
    lives = Lives(home)
    waiting = lives.waiting("路灯不亮", unit=OTHER)
    sent = lives.sent("占道经营", record_unit=OTHER)
    moved = lives.passed_on(lives.sent("油烟扰民", record_unit=STREET))
    wanted = {waiting.number: OTHER, sent.number: STREET, moved.number: OTHER}
    assert {each["number"]: each["unit"] for each in hotline("ticket", "list", "--json").json} == wanted
    printed = hotline("ticket", "list").out.splitlines()
    for number, unit in wanted.items():
        assert unit in next(line for line in printed if number in line)
        assert unit in row(home.tickets.by_number(number), READER, 120).plain
    found = hotline("ticket", "list", "--unit", OTHER, "--json").json
    assert {each["number"] for each in found} == {waiting.number, moved.number}
