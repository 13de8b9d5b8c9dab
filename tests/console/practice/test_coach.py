"""The coach: the most pressing thing while a call goes on, with its clause, and never the answer (6.3.2)."""

from datetime import datetime

import msgspec
import pytest

from console.practice.acts import Recogniser
from console.practice.case import draw
from console.practice.coach import ORDER, Hint, hint
from console.practice.house import PracticeHouse
from console.practice.scoring import Played
from data.clock import SHANGHAI, FixedClock
from data.record import Record
from scripts.pack import Packs
from scripts.scenarios import Scenarios
from tests.practice_players import play


@pytest.fixture(scope="module")
def best(tmp_path_factory: pytest.TempPathFactory, scenarios: Scenarios, recogniser: Recogniser) -> Played:
    """An angry caller about people in a lift, played without a fault."""
    clock = FixedClock(datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI))
    house = PracticeHouse(tmp_path_factory.mktemp("coach") / "practice", clock)
    case = draw(scenarios, scenarios.scenario("danger-elevator-trapped"), 1)
    played = play(house, clock, case, recogniser, expert=True)
    house.close()
    return played


def _hint(
    packs: Packs, scenarios: Scenarios, played: Played, *, talking: bool = True, **changes: object
) -> Hint | None:
    return hint(packs, scenarios.pool, msgspec.structs.replace(played, **changes), talking=talking)


@pytest.mark.clause("6.3.2")
def test_the_most_pressing_thing_comes_first(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see the greeting before the danger, the danger before the report, the elements by their questions,
    what was told and not written after that, the end last, and nothing once all is done."""
    opening, *rest = best.heard
    nothing = {"record": Record(), "outcome": "", "escalated_at": None, "registered_at": None}
    first = _hint(packs, scenarios, best, heard=(opening,), **nothing)
    assert first is not None
    assert (first.text, first.clause, first.card) == ("先说首问语：F2", "B.1.2", "phrase:greeting")
    greeted = [each for each in rest if each.act in ("greeting", "soothe", "emergency_told")]
    danger = _hint(packs, scenarios, best, heard=(opening, *greeted), **nothing)
    assert danger is not None
    assert (danger.card, danger.clause) == ("rule:danger", "5.2.2.1.2a")
    kinds = msgspec.structs.replace(Record(), urgency_kinds=list(best.case.truth.kinds))
    report = _hint(packs, scenarios, best, heard=(opening, *greeted), **nothing | {"record": kinds})
    assert report is not None
    assert report.card == "rule:report"
    asked = _hint(
        packs, scenarios, best, heard=(opening, *greeted), **nothing | {"record": kinds, "escalated_at": best.ring_at}
    )
    assert asked is not None
    assert asked.text.startswith("问")
    fact = best.case.facts[asked.card.removeprefix("element:")]
    assert fact.says not in asked.text
    untold = _hint(packs, scenarios, best, **nothing | {"record": kinds, "escalated_at": best.ring_at})
    assert untold is not None
    assert untold.text.startswith("来电人说了")
    farewell = _hint(packs, scenarios, best, heard=tuple(each for each in best.heard if each.act != "farewell"))
    assert farewell is not None
    assert farewell.card == "phrase:farewell"
    assert _hint(packs, scenarios, best) is None


def test_what_is_past_is_passed_over(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see no phrase and no question asked for once the line is cut, only what can still be written."""
    opening = best.heard[:1]
    later = _hint(packs, scenarios, best, talking=False, heard=opening, record=Record(), outcome="")
    assert later is not None
    assert not later.card.startswith("phrase:")
    assert not later.text.startswith("问")


def test_every_deviation_that_can_be_put_right_is_known_to_the_coach(scenarios: Scenarios) -> None:
    """You should see each rule of the pool in the coach's order, but for what nobody can put right any more."""
    past = {"order", "wording", "slow_answer", "lost", "late"}
    chosen = {"outcome_wrong", "unit_wrong", "route_wrong", "choice_wrong", "article_wrong"}
    assert set(scenarios.pool.grades) - set(ORDER) == past | chosen
