"""The command line on an installation of the test's own, at a clock that stands still."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from console.__main__ import main, open_house
from console.commands.base import Entry
from console.house import House
from data.clock import FixedClock
from tests.lives import Lives


class Ran:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation without articles."""
    made = House(tmp_path / "home", clock)
    yield made
    made.close()


@pytest.fixture
def lives(house: House) -> Lives:
    """Makes its tickets."""
    return Lives(house)


@pytest.fixture
def cli_home(tmp_path: Path) -> Path:
    """Where `hotline` keeps everything."""
    return tmp_path / "cli"


@pytest.fixture
def checked(hotline: "Run") -> tuple[str, ...]:
    """The options that say who brings and who checked what is imported, with such people registered."""
    for number, role in (("6001", "知识管理员"), ("3001", "话务员")):
        added = ("user", "add", number, "--role", role, "--password-stdin")
        assert hotline(*added, stdin="12345678\n").code == 0
    return "--agent", "3001", "--checked-by", "6001"


@pytest.fixture
def opened() -> list[tuple[Path, bool]]:
    """Where a console was opened, and whether as a demo; no real one opens in these tests."""
    return []


@pytest.fixture
def hotline(cli_home: Path, clock: FixedClock, opened: list[tuple[Path, bool]]) -> Run:
    """Run ``hotline --home …`` with these arguments."""

    def console(house: House, demo: bool) -> int:
        opened.append((house.home.root, demo))
        return 0

    def run(*args: str | Path, stdin: str | bytes = "", home: Path | None = cli_home) -> Ran:
        where = ["--home", str(home)] if home else []
        entry = Entry(clock, open_house, console)
        result = CliRunner().invoke(main, [*where, *map(str, args)], input=stdin, obj=entry)
        assert "Traceback" not in result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run
