"""Every shipped scenario, played by an expert to full marks and by a novice to a low one."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from console.practice.acts import Recogniser
from console.practice.case import draw
from console.practice.house import PracticeHouse
from console.practice.scoring import ITEMS, score
from data.clock import SHANGHAI, FixedClock
from scripts.pack import Packs, load_packs
from scripts.scenarios import Scenarios, load_scenarios
from tests.practice_players import play

SEEDS = (1, 2, 3)
LOW = 55.0


@pytest.fixture(scope="module")
def still() -> FixedClock:
    """A clock that only the calls move."""
    return FixedClock(datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI))


@pytest.fixture(scope="module")
def school(stocked: Path, tmp_path_factory: pytest.TempPathFactory, still: FixedClock) -> Iterator[PracticeHouse]:
    """One practice house for all scenarios: making it costs more than playing one."""
    root = tmp_path_factory.mktemp("school") / "practice"
    shutil.copytree(stocked, root)
    made = PracticeHouse(root, still)
    yield made
    made.close()


@pytest.mark.heavy
@pytest.mark.clause("6.3.2")
@pytest.mark.clause("7.1.2.2a")
@pytest.mark.clause("7.1.2.2b")
@pytest.mark.parametrize("name", [each.id for each in load_scenarios(load_packs()[0])[0].scenarios])
def test_the_expert_earns_full_marks_and_the_novice_few(
    school: PracticeHouse,
    still: FixedClock,
    packs: Packs,
    scenarios: Scenarios,
    recogniser: Recogniser,
    name: str,
    pytestconfig: pytest.Config,
) -> None:
    """You should see full marks and a low mark for every scenario, and no mark for chance; the short form plays one of
    the three seeds, another for each scenario."""
    seeds = SEEDS if pytestconfig.getoption("--long") else (SEEDS[len(name) % len(SEEDS)],)
    for seed in seeds:
        case = draw(scenarios, scenarios.scenario(name), seed)
        best = score(packs, scenarios.pool, play(school, still, case, recogniser, expert=True))
        assert best.deviations == (), (seed, case.mood, best.deviations)
        assert best.total == 100.0
        worst = score(packs, scenarios.pool, play(school, still, case, recogniser, expert=False))
        assert worst.total <= LOW, (seed, worst)
        assert set(worst.items) == set(ITEMS)


def test_the_same_seed_is_the_same_call(scenarios: Scenarios) -> None:
    """You should see names, places, mood and order drawn again by the same seed, and others by another."""
    scenario = scenarios.scenario("complain-elevator")
    assert draw(scenarios, scenario, 7) == draw(scenarios, scenario, 7)
    drawn = [draw(scenarios, scenario, seed) for seed in range(20)]
    assert len({case.slots["name"] for case in drawn}) > 5
    assert len({case.slots["spot"] for case in drawn}) > 3
    assert len({case.mood for case in drawn}) == 2
    assert len({case.own for case in drawn}) > 3
