"""Shared by all rooms: an installation in a temporary folder, a clock that stands still, people who act."""

import gc
import os
import shutil
import signal
import sqlite3
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.clock import SHANGHAI, FixedClock
from data.db import connect
from data.home import Home
from data.people import Actor, Role
from data.schema import STORE_STEPS, migrate

if TYPE_CHECKING:
    from tests.postgres import Databases, Server

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)

MakeActor = Callable[..., Actor]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Runs that nobody waits for at each change."""
    parser.addoption(
        "--long", action="store_true", help="ten times the faults, every real text cut, every engine asked"
    )


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores for ``-n auto``: a fifth of the time is spent waiting for other processes."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests only when asked for; heavy ones first, the rest in the order that they were shuffled into."""
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    items.sort(key=lambda item: item.get_closest_marker("heavy") is None)


def pytest_collection_finish() -> None:
    """Thousands of collected tests are no garbage: looking among them again and again took a fifth of the time."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test, and no process that a test starts, reads or writes the home folder of whoever runs it."""
    root = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(root))
        patch.setenv("HOTLINE_HOME", str(root / "hotline"))
        patch.delenv("HOTLINE_QUEUE", raising=False)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(root / name.lower()))
        yield


@pytest.fixture(scope="session", autouse=True)
def _programs_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where Python is told to keep no bytecode, the processes that tests start keep it for this run: 0.3 s each."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode and not sys.pycache_prefix:
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """One pass over little memory: the cost of argon2 is its business, and 64 MB and 0.1 s a person are too much."""
    import argon2

    hasher = argon2.PasswordHasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(argon2, "PasswordHasher", lambda: hasher(1, 8, 1))
        yield


@pytest.fixture(scope="session", autouse=True)
def _toml_parsed_once() -> Iterator[None]:
    """A pack's text is parsed once a worker: every house reads a dozen, in half of the time that it takes to open."""
    parse = tomllib.loads

    @lru_cache(64)
    def once(text: str) -> dict[str, object]:
        return parse(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _word_tables_built_once() -> Iterator[None]:
    """jieba's dictionary is made into a table once a worker for each set of words: a second for each new folder else."""
    from kb import table

    build, built = table.build, dict[object, bytes]()

    def once(key: bytes, own_words: Iterable[str]) -> bytes:
        words = tuple(own_words)
        which = (key, words, table._dictionary_files())
        if which not in built:
            built[which] = build(key, words)
        return built[which]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "build", once)
        yield


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with the shipped articles, to be copied: cutting and indexing them takes a second."""
    from console.house import House
    from kb.starters import starter_articles

    root = tmp_path_factory.mktemp("stocked") / "home"
    made = House(root, FixedClock(NOW))
    made.kb.import_articles(starter_articles(), by="system")
    made.close()
    return root


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


@pytest.fixture(scope="session")
def databases() -> Iterator["Databases"]:
    """A PostgreSQL server's databases; the server starts when the first test asks (see ``tests/postgres.py``)."""
    from tests.postgres import Databases, Server

    there = os.environ.get("HOTLINE_TEST_PG")
    server = None if there else Server()
    made = Databases(server.url, server.log) if server else Databases(there or "")
    yield made
    if server is None:
        made.drop()
    else:
        server.close()


@pytest.fixture
def database(databases: "Databases") -> Iterator[str]:
    """The administrator's URL of a database with an empty queue."""
    url = databases.fresh()
    yield url
    databases.give_back(url)


@pytest.fixture
def server() -> Iterator["Server"]:
    """A PostgreSQL server of the test's own, to stop and to kill."""
    from tests.postgres import Server

    made = Server()
    yield made
    made.close()


class Terminal:
    """A program in a real pseudo-terminal of 80×24, and what its screen shows."""

    def __init__(self, arguments: list[str], term: str) -> None:
        import pexpect  # late: few tests open a terminal
        import pyte

        environment = {**os.environ, "TERM": term, "LANG": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parents[1])}
        environment.pop("NO_COLOR", None)
        self.process = pexpect.spawn(sys.executable, arguments, env=environment, dimensions=(24, 80), timeout=60)
        self.process.delaybeforesend = None
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        """The screen without blanks, borders, scroll bars and line ends, so that a wrapped sentence reads as one.

        The left pane stands a second time at the end by itself, for what is wrapped beside another pane.
        """
        self._read(0)
        rows = self._screen.buffer
        left = "".join(rows[y][x].data for y in range(24) for x in range(46))
        shown = "".join(self._screen.display) + left
        return "".join(char for char in shown if not (char.isspace() or char in "│┃╭╮╰╯─" or "▀" <= char <= "▟"))

    def send(self, keys: str) -> None:
        """Send keys as one write, as a terminal sends what an input method commits."""
        self.process.send(keys.encode())
        self._read(0.02)

    def see(self, *words: str, gone: str = "") -> None:
        """Read the screen until all these words stand on it (and ``gone`` does not)."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            self._read(0.05)
            text = self.text
            if all(word.replace(" ", "") in text for word in words) and not (gone and gone in text):
                return
        raise AssertionError(f"{words} never stood on the screen:\n" + "\n".join(self._screen.display))

    def kill(self) -> None:
        """End the program at once, as a power cut does."""
        self.process.kill(signal.SIGKILL)
        self.process.close()

    def _read(self, seconds: float) -> None:
        import pexpect

        try:
            while True:
                self._stream.feed(self.process.read_nonblocking(65536, seconds))
        except (pexpect.TIMEOUT, pexpect.EOF):
            pass


OpenTerminal = Callable[..., Terminal]


@pytest.fixture
def terminal() -> Iterator[OpenTerminal]:
    """Run ``python …`` in a terminal: ``terminal("-m", "console", …)``; what is left over is killed at the end."""
    opened: list[Terminal] = []

    def run(*arguments: object, term: str = "xterm-256color") -> Terminal:
        opened.append(Terminal([str(each) for each in arguments], term))
        return opened[-1]

    yield run
    for each in opened:
        each.kill()


@pytest.fixture(scope="session")
def _demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from console.demo import FULL, MARK, fill
    from console.house import House
    from data.clock import SystemClock

    root = tmp_path_factory.mktemp("demo") / "home"
    house = House(root, SystemClock())
    fill(house, lambda _done, _total: None)
    house.close()
    for mark in (MARK, FULL):
        (root / mark).touch(mode=0o600)
    return root


@pytest.fixture
def demo_home(_demo_template: Path, tmp_path: Path) -> Path:
    """A filled demo folder of the test's own."""
    return Path(shutil.copytree(_demo_template, tmp_path / "demo"))


@pytest.fixture(scope="session")
def _practice_template(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from console.practice.house import PracticeHouse
    from console.practice.lesson import furnish

    root = Path(shutil.copytree(stocked, tmp_path_factory.mktemp("practice") / "home"))
    made = PracticeHouse(root, FixedClock(NOW))
    furnish(made)
    made.close()
    return root


@pytest.fixture
def practice_folder(_practice_template: Path, tmp_path: Path) -> Callable[[Path], Path]:
    """Lay a furnished practice folder, made once, at a path below this test's own."""

    def lay(at: Path) -> Path:
        return Path(shutil.copytree(_practice_template, tmp_path / at))

    return lay
