"""Suggesters over what ships, over a home of their own, and the cases where they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from data.clock import FixedClock
from data.home import Home

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"


@pytest.fixture
def house(home: Home, clock: FixedClock) -> Any:
    """An installation, open."""
    opened = House(home.root, clock)
    yield opened
    opened.close()


def cases(name: str) -> list[dict[str, Any]]:
    """The lines of a file of cases; the test is skipped where it is absent."""
    path = CASES / name
    if not path.exists():
        pytest.skip(f"the cases are not at {path}")
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
