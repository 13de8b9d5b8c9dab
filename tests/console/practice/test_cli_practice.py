"""``hotline practice``: what is listed, which calls a seed draws, what came of them, and every exit code (6.3.2)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from console.__main__ import main, open_house
from console.commands.base import Entry
from console.practice.house import practice_root
from console.practice.lesson import TRAINEE, Lesson
from console.practice.results import Result, Results
from console.practice.scoring import ITEMS, Deviation
from data.clock import FixedClock
from data.people import Actor
from tests.console.conftest import Ran

Opened = list[tuple[list[str], Actor | None]]
CODE = 7  # of a console that did not end well


@pytest.fixture
def opened() -> Opened:
    """The calls of each lesson that was opened, and for whom; no console opens in these tests."""
    return []


@pytest.fixture
def furnished(practice_folder: Callable[[Path], Path], cli_home: Path) -> Path:
    """The practice home beside the live one, made before."""
    return practice_folder(practice_root(cli_home))


@pytest.fixture
def practise(cli_home: Path, clock: FixedClock, opened: Opened) -> Callable[..., Ran]:
    """Run ``hotline --home … practice …`` with these arguments."""

    def console(lesson: Lesson, actor: Actor | None) -> int:
        opened.append(([case.id for case in lesson.cases], actor))
        return CODE

    def run(*args: str) -> Ran:
        entry = Entry(clock, open_house, lambda house, demo: 0, console)
        result = CliRunner().invoke(main, ["--home", str(cli_home), "practice", *args], obj=entry)
        assert "Traceback" not in result.output
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.mark.clause("6.3.2")
def test_the_scenarios_are_listed_by_how_grave_they_are(practise: Callable[..., Ran]) -> None:
    """You should see at least sixty scenarios of every type and grade, the same in words and in JSON."""
    ran = practise("list", "--json")
    assert ran.code == 0
    assert len(ran.json) >= 60
    assert {each["grade"] for each in ran.json} == {"危及生命财产", "紧急", "一般"}
    assert {kind for each in ran.json for kind in each["types"]} >= {"投诉", "求助", "举报", "咨询", "建议"}
    told = practise("list").out
    assert all(each["id"] in told and each["title"] in told for each in ran.json)


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("seed", ["0", "3"])
def test_a_scenario_begins_the_lesson_and_the_console_gives_the_exit_code(
    practise: Callable[..., Ran], opened: Opened, seed: str
) -> None:
    """You should see the scenario's call of this very seed first, nought as good as any, wherever the options stand."""
    assert practise("complain-gym", "--seed", seed, "--by", "8041").code == CODE
    assert practise("--seed", seed, "--by", "8041", "complain-gym").code == CODE
    [(first, actor), (second, _)] = opened
    assert first[0] == f"complain-gym-{seed}"
    assert first == second
    assert len({each.rpartition("-")[0] for each in first}) == len(first) >= 60
    assert actor is not None
    assert actor.agent_no == "8041"


@pytest.mark.usefixtures("furnished")
def test_without_a_scenario_the_seed_draws_the_order(practise: Callable[..., Ran], opened: Opened) -> None:
    """You should see the same order by the same seed, another by another, and nobody named until they choose."""
    for seed in ("0", "0", "1"):
        assert practise("--seed", seed).code == CODE
    (first, actor), (again, _), (other, _) = opened
    assert first == again != other
    assert actor is None


@pytest.mark.usefixtures("furnished")
def test_without_a_seed_each_lesson_has_calls_of_its_own(
    practise: Callable[..., Ran], opened: Opened, cli_home: Path, clock: FixedClock
) -> None:
    """You should see other calls once one has been practised."""
    practise()
    _keep(cli_home, clock)
    practise()
    assert opened[0] != opened[1]


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        (("no-such-scenario",), 1, "hotline practice list"),
        (("电梯",), 2, "电梯"),
        (("--seed", "-1"), 2, "0 到 99999999"),
        (("complain-gym", "--seed", "abc"), 2, "0 到 99999999"),
        (("list", "--nonsense"), 2, "--nonsense"),
    ],
)
def test_what_cannot_be_practised_is_refused(
    practise: Callable[..., Ran], opened: Opened, args: tuple[str, ...], code: int, word: str
) -> None:
    """You should see one sentence with the way out, the code of the contract, and nothing opened."""
    ran = practise(*args)
    assert ran.code == code
    assert word in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert opened == []


@pytest.mark.usefixtures("furnished")
def test_a_malformed_number_is_refused(practise: Callable[..., Ran], opened: Opened) -> None:
    """You should see why nobody can practise under it."""
    ran = practise("complain-gym", "--by", "坐席")
    assert ran.code == 1
    assert "工号" in ran.err
    assert opened == []


def test_a_wrong_name_leaves_no_folder(practise: Callable[..., Ran], cli_home: Path) -> None:
    """You should see no practice home made for a scenario that there is not."""
    practise("no-such-scenario")
    assert not practice_root(cli_home).exists()


@pytest.mark.clause("7.1.2.2a")
def test_results_are_told_with_every_deviation(practise: Callable[..., Ran], cli_home: Path, clock: FixedClock) -> None:
    """You should see where to begin before the first call, then points and grades in words and each deviation in JSON."""
    assert practise("results").code == 0
    assert "hotline practice" in practise("results").out
    assert practise("results", "--json").json == []
    _keep(cli_home, clock)
    ran = practise("results")
    assert ran.code == 0
    head, row = ran.out.splitlines()
    assert all(name in head for name in (*ITEMS.values(), "致命", "重大", "一般", "轻微"))
    assert row.split()[2:] == [
        TRAINEE.agent_no,
        "complain-gym",
        "0",
        "85",
        "80",
        "100",
        "60",
        "100",
        "0",
        "1",
        "1",
        "0",
    ]
    [found] = practise("results", "--json").json
    assert found["at"].endswith("+08:00")
    assert [each["clause"] for each in found["deviations"]] == ["5.2.2.1.1", "B.1.4.1"]


def _keep(cli_home: Path, clock: FixedClock) -> None:
    root = practice_root(cli_home)
    root.mkdir(exist_ok=True)
    wrong = Deviation("unit_wrong", "dispatch", "major", "去向不对", "5.2.2.1.1")
    left = Deviation("closing", "phrases", "moderate", "没有说", "B.1.4.1")
    points = {"phrases": 80.0, "record": 100.0, "dispatch": 60.0, "answer": 100.0}
    Results(root).append(
        Result(clock.now(), TRAINEE.agent_no, "complain-gym", "健身房", 0, "call-1", "", 85.0, points, (wrong, left))
    )
