"""Cards: what each practice call shows of each phrase, element, rule and limit, and when it comes back (fsrs)."""

from datetime import UTC, datetime, timedelta
from random import Random

import fsrs
import msgspec
import pytest

from console.practice.acts import Recogniser
from console.practice.cards import asked_by, deck, of_clause
from console.practice.case import draw
from console.practice.grading import AGAIN, GOOD, HARD, ratings
from console.practice.house import PracticeHouse
from console.practice.memory import CALL, DRILL, FILE, Memory, Review, scheduler, stand
from console.practice.scoring import Played, score
from data.clock import SHANGHAI, FixedClock
from scripts.pack import Packs
from scripts.scenarios import Scenarios
from tests.practice_players import play

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def best(tmp_path_factory: pytest.TempPathFactory, scenarios: Scenarios, recogniser: Recogniser) -> Played:
    """A call about people in a lift, played without a fault."""
    clock = FixedClock(NOW)
    house = PracticeHouse(tmp_path_factory.mktemp("cards") / "practice", clock)
    played = play(
        house, clock, draw(scenarios, scenarios.scenario("danger-elevator-trapped"), 1), recogniser, expert=True
    )
    house.close()
    return played


def _rated(packs: Packs, scenarios: Scenarios, played: Played, **changes: object) -> dict[str, int]:
    changed = msgspec.structs.replace(played, **changes)
    return ratings(packs, changed, score(packs, scenarios.pool, changed).deviations)


@pytest.mark.clause("6.3.2")
def test_what_was_done_right_is_good(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see each card that the call asked for rated good, none easy, none besides."""
    assert _rated(packs, scenarios, best) == dict.fromkeys(asked_by(packs, best.case), GOOD)


@pytest.mark.clause("6.3.2")
def test_each_deviation_rates_its_card(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see what was left out missed, what came late or by half hard, and the rest as good as before."""
    good = _rated(packs, scenarios, best)
    record = best.record
    late = _rated(packs, scenarios, best, answered_at=best.ring_at + timedelta(seconds=16))
    assert late == good | {"limit:answer": HARD}
    unseen = _rated(packs, scenarios, best, record=msgspec.structs.replace(record, urgency_kinds=[]))
    assert unseen == good | {"rule:danger": AGAIN, "rule:kinds": AGAIN}
    unsaid = _rated(packs, scenarios, best, heard=tuple(each for each in best.heard if each.act != "greeting"))
    assert unsaid == good | {"phrase:greeting": AGAIN}
    otherwise = [msgspec.structs.replace(each, text="再会") if each.act == "farewell" else each for each in best.heard]
    assert _rated(packs, scenarios, best, heard=tuple(otherwise)) == good | {"phrase:farewell": HARD}
    assert best.limit is not None
    overdue = _rated(packs, scenarios, best, registered_at=best.limit + timedelta(minutes=1))
    assert overdue == good | {"limit:5.2.2.1.2a": HARD}
    bare = msgspec.structs.replace(
        record, claimant=msgspec.structs.replace(record.claimant, name=""), text="", title=""
    )
    asked = _rated(packs, scenarios, best, record=bare)
    assert asked["element:name"] == HARD, "asked for, told, and not recorded"
    silent = tuple(each for each in best.heard if each.act != "name")
    assert _rated(packs, scenarios, best, record=bare, heard=silent)["element:name"] == AGAIN
    assert _rated(packs, scenarios, best, escalated_at=None) == good | {"rule:report": AGAIN}


def test_a_call_tells_only_of_what_it_could_show(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see a lost call rate the 15 s alone, and no unit rated where another outcome was chosen."""
    assert _rated(packs, scenarios, best, answered_at=None, heard=(), outcome="") == {"limit:answer": AGAIN}
    other = _rated(packs, scenarios, best, outcome="reply")
    assert other["rule:outcome"] == AGAIN
    assert not {"rule:unit", "limit:5.2.2.1.2a"} & set(other)


def test_what_a_hint_gave_away_is_hard(best: Played, packs: Packs) -> None:
    """You should see what was right only after the coach's hint rated hard."""
    found = ratings(packs, best, (), frozenset({"phrase:greeting"}))
    assert found == dict.fromkeys(found, GOOD) | {"phrase:greeting": HARD}


def test_every_scenario_and_deviation_has_its_cards(packs: Packs, scenarios: Scenarios) -> None:
    """You should see no card asked for that the deck lacks, and none of the deck that nothing ever asks for."""
    cards = deck(packs)
    asked = {
        card
        for each in scenarios.scenarios
        for seed in range(6)
        for card in asked_by(packs, draw(scenarios, each, seed))
    }
    assert asked <= set(cards)
    waits = {"phrase:waiting", "phrase:wait_over"}
    described = {f"element:{each}" for each in ("landmark", "direction", "distance", "reasons", "channel", "manner")}
    assert set(cards) - asked <= waits | described | {"rule:route-emergency"}
    known = {**packs.clauses.clauses, **packs.clauses.reconstructed}
    assert {card.clause for card in cards.values()} <= set(known) | {"B.1.2", "5.1.3.3"}
    assert {card.of for card in of_clause(cards, "5.2.2.1.2")} >= {"5.2.2.1.2a", "5.2.2.1.2b", "5.2.2.1.2c"}
    assert all(card.clause.startswith("C.5") for card in of_clause(cards, "C.5"))


@pytest.mark.clause("6.3.2")
def test_the_schedule_is_that_of_the_package(tmp_path: object) -> None:
    """You should see, for the same ratings at the same times, the same due times, stability and state as fsrs gives."""
    random = Random(7)
    peer = fsrs.Scheduler(enable_fuzzing=False)
    for _ in range(30):
        at, card, reviews = NOW, fsrs.Card(card_id=1, due=NOW.astimezone(UTC)), []
        for _ in range(12):
            rating = random.choice((AGAIN, HARD, GOOD))
            reviews.append(Review(at, "9901", "element:place", rating, DRILL))
            card, _ = peer.review_card(card, fsrs.Rating(rating), at.astimezone(UTC))
            standing = stand(reviews, scheduler())["element:place"]
            assert standing.due == card.due
            assert standing.stability == round(card.stability or 0, 4)
            at = max(card.due, at) + timedelta(minutes=random.randrange(3000))


def test_reviews_are_kept_and_each_has_their_own(tmp_path, clock: FixedClock) -> None:
    """You should see a missed card due in a minute by fsrs's first step, an hour later, for its own trainee, after a
    line that a power cut left half written."""
    memory = Memory(tmp_path)
    memory.note("8041", clock.now(), {"phrase:greeting": AGAIN, "rule:unit": GOOD}, CALL, "c1")
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"at":"2026')
    memory.note("8042", clock.now(), {"phrase:closing": GOOD}, CALL, "c2")
    again = Memory(tmp_path)
    assert [each.card for each in again.due("8041", clock.now())] == ["phrase:greeting", "rule:unit"]
    first = again.standings("8041")["phrase:greeting"]
    assert first.due - clock.now() == timedelta(minutes=1)
    assert (first.missed, first.reviews) == (1, 1)
    assert set(again.standings("8042")) == {"phrase:closing"}
    assert again.due("8041", clock.now(), timedelta()) == []
