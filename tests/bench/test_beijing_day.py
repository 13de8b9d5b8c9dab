"""The simulated day of Beijing in its short form: what it checks of itself holds, on both engines (issue 5)."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.beijing.model import ANSWERED_AT_ONCE, FROM_WEB, REQUESTS_A_DAY, requests, staircase

ROOT = Path(__file__).parents[2]
DAY = 24 * 3600


def test_the_model_makes_the_day_that_it_names() -> None:
    """You should see the day's number, shares and peaks in what it makes, and the same again from the same seed."""
    made = requests(7, 0, DAY)
    assert made == requests(7, 0, DAY)
    assert made != requests(8, 0, DAY)
    assert abs(len(made) - REQUESTS_A_DAY) < 4 * REQUESTS_A_DAY**0.5
    assert [each.at for each in made] == sorted(each.at for each in made)
    hours = Counter(int(each.at // 3600) for each in made)
    assert {hour for hour, _ in hours.most_common(4)} == {9, 10, 14, 15}
    handed_on = [each for each in made if not each.answered]
    assert abs(len(handed_on) / len(made) - (1 - ANSWERED_AT_ONCE)) < 0.01
    assert abs(sum(each.web for each in handed_on) / len(handed_on) - FROM_WEB) < 0.01


def test_a_staircase_holds_each_rate_for_its_length() -> None:
    """You should see as many requests in each step as its rate makes."""
    made = staircase(7, [10, 50], 100)
    first = sum(each.at < 100 for each in made)
    assert abs(first - 1000) < 130
    assert abs(len(made) - first - 5000) < 300


@pytest.mark.heavy
@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
@pytest.mark.parametrize("engine", ["postgres", "sqlite"])
def test_a_moment_of_the_day_loses_nothing(engine: str, pytestconfig: pytest.Config) -> None:
    """You should see every request of some seconds saved, sent, answered, once, with its clocks right."""
    if engine == "sqlite" and not pytestconfig.getoption("--long"):
        pytest.skip("the short form tries the city's engine: run with --long for both")
    command = [sys.executable, "-m", "tests.bench.beijing", "staircase", "--engine", engine]
    environment = {key: value for key, value in os.environ.items() if key != "HOTLINE_QUEUE"}
    ran = subprocess.run(
        [*command, "--steps", "2", "--length", "3"],
        capture_output=True, text=True, cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "nothing lost, nothing doubled, each ticket in order and answered, every clock right" in ran.stdout
