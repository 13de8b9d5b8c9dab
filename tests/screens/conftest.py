"""A seat at the console: the real application on an installation of its own, at a clock that stands still."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from textual import events
from textual.css.stylesheet import Stylesheet
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import TextArea

import screens  # noqa: F401  # sets what textual reads from the environment when it is imported
from console.callers import load_callers
from console.house import House
from console.simulator import Simulator
from data.clock import SHANGHAI, FixedClock
from data.people import Actor, Role
from screens.app import HotlineApp
from screens.call_desk import CallScreen
from screens.desk import desk_at_hand
from tests.screens.hands import new_tickets
from tests.screens.rest import rest

NOW = datetime(2026, 11, 24, 10, 32, tzinfo=SHANGHAI)
PATIENCE = 1200  # looks at the screen before a test gives up
LOOK = 0.01  # seconds between them


class Seat:
    """One person at one console: hands on the keys, eyes on the glass."""

    def __init__(self, app: HotlineApp, pilot: Pilot[None], clock: FixedClock) -> None:
        self.app, self.pilot, self.clock = app, pilot, clock
        self.house = app.house
        self.call_id = ""  # of the call that rang last

    # -- eyes ------------------------------------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """What stands on the glass, line by line."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def glass(self) -> str:
        """The same without blanks, borders and line ends, so that a wrapped sentence reads as one."""
        return "".join(char for char in "".join(self.lines) if not char.isspace() and char not in "│┃")

    @property
    def desk(self) -> CallScreen:
        """The call desk, also from under a dialog."""
        screen = self.app.get_screen("受理")
        assert isinstance(screen, CallScreen)
        return screen

    @property
    def model(self):  # the desk's model; tests read it where the glass shows no more than a part
        """What the call desk holds."""
        return self.desk.model

    async def until(self, there: Callable[[], object]) -> None:
        """Look until something is so."""
        for _ in range(PATIENCE):
            await rest()
            if there():
                return
            await asyncio.sleep(LOOK)
        raise AssertionError("never came about; the glass shows:\n" + "\n".join(self.lines))

    async def see(self, *words: str) -> None:
        """Look until all these words stand on the glass."""
        sought = [word.replace(" ", "") for word in words]
        await self.until(lambda: (glass := self.glass) and all(word in glass for word in sought))

    async def rest(self) -> None:
        """Wait until all that was set going is done and drawn."""
        await rest()

    # -- hands -----------------------------------------------------------------------------------------------------

    async def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            await self.app._press_keys([key])  # comes to rest

    async def type(self, text: str) -> None:
        """Type Chinese as a terminal hands it on; ``Pilot.press`` drops Chinese punctuation."""
        for char in text:
            focused = self.app.screen.focused
            assert focused is not None
            focused.post_message(events.Key(_character_to_key(char), char))
        await self.rest()

    async def fill(self, **fields: str) -> None:
        """Go to each field of the record and type; ``text`` is the main text."""
        for name, words in fields.items():
            self.app.screen.query_one(f"#{name}").focus()
            await self.rest()
            await self.type(words)

    async def paste(self, text: str) -> None:
        """Paste into the field that has the focus."""
        await self.until(lambda: self.app.screen.focused is not None)
        focused = self.app.screen.focused
        assert focused is not None
        focused.post_message(events.Paste(text))
        await self.rest()

    async def ring(self, caller: str) -> None:
        """Let a simulated caller ring."""
        assert isinstance(self.app.source, Simulator)
        self.call_id = self.app.source.ring(caller)
        await self.see("来电响铃")

    async def pass_time(self, seconds: float) -> None:
        """Move the clock and let everybody look at it."""
        self.clock.advance(seconds)
        if isinstance(self.app.source, Simulator):
            self.app.source.tick()
        await self.rest()
        if desk := desk_at_hand(self.app):
            desk.tick()  # also below a page, which shows its status line
        show = getattr(self.app.screen, "show_sentence", None)
        if show:
            show()
        await self.rest()

    async def take(self, caller: str, *types: str) -> None:
        """Answer a call, greet, and choose request types by their digits."""
        await self.ring(caller)
        await self.press("f2")
        await self.see("现在说")
        await self.press("f2", *types)

    async def settle(self) -> None:
        """Look for hints now, not when typing has paused for long enough, and wait for them."""
        if self.app.is_screen_installed("受理") and self.desk.is_mounted:
            self.desk.show_repeats()
            await self.until(lambda: all(one.is_finished for one in self.app.workers if one.group == "hints"))
            await self.rest()

    def value(self, name: str) -> str:
        """What stands in a field."""
        field = self.app.screen.query_one(f"#{name}")
        return field.text if isinstance(field, TextArea) else field.value  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are taken in colour, whatever the terminal of whoever runs the tests can show."""
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _styles_parsed_once() -> Iterator[None]:
    """Each console parses the same stylesheets six times while it opens; their rules are kept for the next one."""
    parse, rules = Stylesheet._parse_rules, dict[object, object]()

    def once(self: Stylesheet, *given: object, **named: object) -> object:
        key = (given, tuple(named.items()), tuple(self._variables.items()))
        if key not in rules:
            rules[key] = parse(self, *given, **named)  # type: ignore[arg-type]
        return rules[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", once)
        yield


@pytest.fixture(autouse=True)
def _at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot goes on once the console has come to rest, not after a time, and nothing is drawn before that."""
    for module in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{module}.wait_for_idle", rest)
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", 1.0)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at 10:32 of a working day."""
    return FixedClock(NOW)


@pytest.fixture
def house(stocked: Path, tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own."""
    root = tmp_path / "home"
    shutil.copytree(stocked, root)
    made = House(root, clock)
    yield made
    made.close()


@pytest.fixture
def make_app(house: House, clock: FixedClock) -> Callable[..., HotlineApp]:
    """Make a console for somebody: a call-taker (话务员) with the number 8041 unless told otherwise."""

    def make(
        *roles: Role, agent_no: str = "8041", signed_in: bool = True, demo: bool = False, unit: str = ""
    ) -> HotlineApp:
        actor = Actor(agent_no, f"坐席{agent_no}", frozenset(roles or (Role.CALL_TAKER,)), unit) if signed_in else None
        source = Simulator(load_callers(), clock, agent=agent_no, automatic=False)
        return HotlineApp(house, actor=actor, source=source, demo=demo)

    return make


@pytest.fixture
def sit(make_app: Callable[..., HotlineApp], clock: FixedClock) -> Callable[..., object]:
    """Sit down at a console: ``async with sit(Role.SUPERVISOR) as seat``."""

    @asynccontextmanager
    async def sit_down(*roles: Role, size: tuple[int, int] = (80, 24), **who: object) -> AsyncIterator[Seat]:
        app = make_app(*roles, **who)
        async with app.run_test(size=size) as pilot:
            await rest()
            yield Seat(app, pilot, clock)

    return sit_down


@pytest.fixture
def before(demo_home: Path) -> set[str]:
    """Ids of the demo's own tickets."""
    return {ticket.id for ticket in new_tickets(demo_home, set())}


@pytest.fixture
def at_seat(clock: FixedClock) -> Callable[..., Callable[[Pilot[None]], Awaitable[None]]]:
    """Turn what a seat does into what ``snap_compare`` runs before it takes the picture."""

    def wrap(act: Callable[[Seat], Awaitable[None]]) -> Callable[[Pilot[None]], Awaitable[None]]:
        async def run(pilot: Pilot[None]) -> None:
            app = pilot.app
            assert isinstance(app, HotlineApp)
            await rest()
            seat = Seat(app, pilot, clock)
            await act(seat)
            await seat.settle()
            await rest()

        return run

    return wrap
