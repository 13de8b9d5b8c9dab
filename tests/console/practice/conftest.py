"""A practice house with the shipped scenarios and articles."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.practice.acts import Recogniser
from console.practice.house import PracticeHouse
from data.clock import FixedClock
from scripts.pack import Packs, load_packs
from scripts.scenarios import Scenarios, load_scenarios


@pytest.fixture(scope="session")
def packs() -> Packs:
    return load_packs()[0]


@pytest.fixture(scope="session")
def scenarios(packs: Packs) -> Scenarios:
    return load_scenarios(packs)[0]


@pytest.fixture(scope="session")
def recogniser(packs: Packs) -> Recogniser:
    return Recogniser(packs)


@pytest.fixture
def practice(stocked: Path, tmp_path: Path, clock: FixedClock) -> Iterator[PracticeHouse]:
    """A practice installation with the shipped articles."""
    shutil.copytree(stocked, tmp_path / "practice")
    made = PracticeHouse(tmp_path / "practice", clock)
    yield made
    made.close()
