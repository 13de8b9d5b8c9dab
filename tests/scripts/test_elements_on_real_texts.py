"""A sanity check on tickets that citizens really wrote: no failure, and rates that a reader would believe."""

import json
from collections import Counter
from pathlib import Path

import pytest

from scripts import scope, urgency, wording
from scripts.elements import Facts, judge
from scripts.pack import Packs

CASES = Path(__file__).parents[3] / "shared" / "cases"


@pytest.mark.parametrize(
    ("name", "between"),
    [
        (
            "hotline_tickets.jsonl",
            {
                "event": (0.95, 1.0),
                "place": (0.9, 1.0),
                "time": (0.5, 0.8),
                "object": (0.4, 0.8),
                "earlier": (0.1, 0.35),
            },
        ),
        (
            "messages.jsonl",
            {
                "event": (0.95, 1.0),
                "place": (0.8, 0.97),
                "time": (0.6, 0.85),
                "object": (0.65, 0.9),
                "earlier": (0.2, 0.5),
            },
        ),
    ],
)
@pytest.mark.clause("C.3")
def test_rates_on_real_tickets_are_plausible(
    packs: Packs,
    name: str,
    between: dict[str, tuple[float, float]],
    capsys: pytest.CaptureFixture[str],
    pytestconfig: pytest.Config,
) -> None:
    """You should see nearly every ticket tell event and place, many a time and an object, few an earlier step; the
    short form reads one of six."""
    file = CASES / name
    if not file.exists():
        pytest.skip(f"{file} is not on this machine")
    rows = [
        json.loads(line)
        for line in file.read_text("utf-8").splitlines()[:: 1 if pytestconfig.getoption("--long") else 6]
    ]
    present: Counter[str] = Counter()
    threats = 0
    for row in rows:
        text = f"{row['title']}。{row['text']}"
        states = judge(packs.elements, ["投诉", "突发事件"], Facts(text=text))
        present.update(state.id for state in states if state.status == "present")
        threats += any(state.id == "own_words" for state in states)
        urgency.hints(packs.urgency, text)
        scope.hints(packs.scope, text)
        wording.check(packs.wording, text)
    rates = {each: present[each] / len(rows) for each in between}
    with capsys.disabled():
        print(f"\n{name}: " + ", ".join(f"{each} {rate:.2f}" for each, rate in rates.items()) + f", threats {threats}")
    assert {each: rates[each] for each, (low, high) in between.items() if not low <= rates[each] <= high} == {}
    assert threats <= len(rows) * 0.005
