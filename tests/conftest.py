"""Shared by all rooms: an installation in a temporary folder, a clock that stands still, people who act."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from data.clock import SHANGHAI, FixedClock
from data.db import connect
from data.home import Home
from data.people import Actor, Role
from data.schema import STORE_STEPS, migrate

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)

MakeActor = Callable[..., Actor]


@pytest.fixture(scope="session", autouse=True)
def _no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test, and no process that a test starts, reads or writes the home folder of whoever runs it."""
    root = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(root))
        patch.setenv("HOTLINE_HOME", str(root / "hotline"))
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(root / name.lower()))
        yield


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at 10:30 of a working day in Shanghai."""
    return FixedClock(NOW)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An installation's folders, empty."""
    made = Home(tmp_path / "home")
    made.prepare()
    return made


@pytest.fixture
def connection(home: Home) -> Iterator[sqlite3.Connection]:
    """The store of that installation, with its tables."""
    opened = connect(home.store)
    migrate(opened, home.store, STORE_STEPS)
    yield opened
    opened.close()


@pytest.fixture
def actor() -> MakeActor:
    """Make someone who acts: a call-taker (话务员) with the number 8012 unless told otherwise."""

    def make(*roles: Role, agent_no: str = "8012") -> Actor:
        return Actor(agent_no, f"坐席{agent_no}", frozenset(roles or (Role.CALL_TAKER,)))

    return make
