"""Keys at random, at every desk of the demo: nothing breaks, nothing stands still, and Esc leads back."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.callers import load_callers
from console.house import House
from console.simulator import Simulator
from data.clock import SystemClock
from data.people import Actor
from screens.app import HotlineApp
from tests.screens.conftest import Seat
from tests.screens.rest import rest

KEYS = 60  # pressed by each person in the short form
PATIENCE = 30.0  # seconds in which a page comes to what it holds
PAGES = 6  # that Esc closes, one above another
NAMED = (
    *(f"f{number}" for number in range(1, 13)),
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "pageup", "pagedown", "home", "end"),
    *("backspace", "delete", "space", "f2", "f8", "enter", "down", "enter", "tab"),
    *(f"ctrl+{letter}" for letter in "abdefghjklnorstuwyz"),  # neither Ctrl+X, which leaves, nor what a terminal keeps
)
WRITTEN = ("停水", "小区电梯坏了", "张", "1", "2", "3", "0", "y", "13800000001", "2026-11-30", "已核实，三日内修好。")


@pytest.fixture
def filled(demo_home: Path) -> Iterator[House]:
    """The demo's installation."""
    house = House(demo_home, SystemClock())
    yield house
    house.close()


async def is_alive(seat: Seat) -> None:
    """Fail where the page in front does not come to what it is told."""
    done = asyncio.Event()
    seat.app.screen.call_later(done.set)
    try:
        await asyncio.wait_for(done.wait(), PATIENCE)
    except TimeoutError:
        for screen in seat.app.screen_stack:  # or the console could not end either
            if screen._task is not None:
                screen._task.cancel()
        raise


async def press_some(seat: Seat, chance: random.Random, keys: int, pressed: list[str]) -> None:
    """Press keys and write words; the page in front must answer after each."""
    simulator = seat.app.source
    for _ in range(keys):
        if isinstance(simulator, Simulator) and chance.random() < 0.05:
            simulator.tick()
        if chance.random() < 0.2 and seat.app.screen.focused is not None:
            pressed.append(f"“{chance.choice(WRITTEN)}”")
            await seat.type(pressed[-1].strip("“”"))
            if chance.random() < 0.5:
                pressed.append("enter")
                await seat.press("enter")
        else:
            pressed.append(chance.choice(NAMED))
            await seat.press(pressed[-1])
        await is_alive(seat)
        if seat.app._exit:
            return


@pytest.mark.parametrize(
    "agent_no",
    ["1001", "2001", "3001", "3002", "4001", "5001", "5002", "6001", "7001", "8001", "9001"],
)
async def test_no_key_stops_a_desk(filled: House, pytestconfig: pytest.Config, agent_no: str) -> None:
    """You should see each page answer after each key, and the desk again after some Esc."""
    person = next(each for each in filled.people.everyone() if each.agent_no == agent_no)
    actor = Actor(person.agent_no, person.name, person.roles, person.unit)
    for seed in range(10 if pytestconfig.getoption("--long") else 1):
        chance, pressed = random.Random(f"{agent_no} {seed}"), list[str]()
        source = Simulator(load_callers(), filled.clock, agent=agent_no, automatic=False)
        app = HotlineApp(filled, actor=actor, source=source, demo=True)
        try:
            async with app.run_test(size=(80, 24)) as pilot:
                await rest()
                seat = Seat(app, pilot, filled.clock)
                if app.is_screen_installed("受理"):
                    source.ring("elevator")
                    await rest()
                await press_some(seat, chance, KEYS, pressed)
                for _ in range(PAGES):
                    await seat.press("escape")
                    await is_alive(seat)
        except BaseException as error:
            error.add_note(f"seed {seed}, pressed: {' '.join(pressed)}")
            raise
