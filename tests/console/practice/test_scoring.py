"""Scoring: each deviation with its item, grade and clause, from an expert's call with one thing changed."""

from datetime import timedelta

import msgspec
import pytest

from console.judgement import with_element
from console.practice.acts import Recogniser
from console.practice.case import draw
from console.practice.house import PracticeHouse
from console.practice.scoring import PASS_CAP, Deviation, Played, score
from data.clock import FixedClock
from data.record import Record
from scripts.pack import Packs
from scripts.scenarios import Scenarios
from tests.practice_players import play


@pytest.fixture
def best(practice: PracticeHouse, clock: FixedClock, scenarios: Scenarios, recogniser: Recogniser) -> Played:
    """A call about people in a lift, played without a fault."""
    case = draw(scenarios, scenarios.scenario("danger-elevator-trapped"), 1)
    return play(practice, clock, case, recogniser, expert=True)


def _with(played: Played, **changes: object) -> Played:
    return msgspec.structs.replace(played, **changes)


def _record(played: Played, **changes: object) -> Played:
    return _with(played, record=msgspec.structs.replace(played.record, **changes))


def _only(packs: Packs, scenarios: Scenarios, played: Played) -> Deviation:
    [found] = score(packs, scenarios.pool, played).deviations
    return found


@pytest.mark.clause("7.1.2.3")
def test_a_missed_danger_is_always_critical(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see a danger that was not seen graded critical, even where a scenario would have it lighter."""
    truth = msgspec.structs.replace(best.case.truth, grades={"danger_missed": "minor"})
    lighter = _with(best, case=msgspec.structs.replace(best.case, truth=truth))
    for played in (best, lighter):
        found = score(packs, scenarios.pool, _record(played, urgency_kinds=[]))
        [missed] = [each for each in found.deviations if each.rule == "danger_missed"]
        assert (missed.grade, missed.called, missed.clause) == ("critical", "致命", "5.2.2.1.2a")
        assert found.items["dispatch"] == 0.0
        assert found.total <= PASS_CAP


@pytest.mark.clause("7.1.2.2a")
@pytest.mark.parametrize(
    ("act", "grade", "clause"),
    [
        ("greeting", "moderate", "B.1.2"),
        ("closing", "moderate", "B.1.4.1"),
        ("rating", "moderate", "5.3.3"),
        ("farewell", "moderate", "B.1.4.2"),
        ("recording", "minor", "B.1.3.1"),
        ("soothe", "moderate", "5.1.3.3"),
    ],
)
def test_a_phrase_that_was_not_said(
    best: Played, packs: Packs, scenarios: Scenarios, act: str, grade: str, clause: str
) -> None:
    """You should see the phrase named, in its item, with its grade and clause."""
    left = tuple(each for each in best.heard if each.act != act)
    case = msgspec.structs.replace(best.case, mood="生气")
    found = score(packs, scenarios.pool, _with(best, heard=left, case=case)).deviations
    assert (act, "phrases", grade, clause) in [(each.rule, each.item, each.grade, each.clause) for each in found]


@pytest.mark.clause("7.1.2.2a")
def test_wording_and_order_of_phrases(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see a greeting of one's own, and a farewell before the closing question."""
    own = tuple(
        msgspec.structs.replace(each, text="喂，什么事？") if each.act == "greeting" else each for each in best.heard
    )
    found = _only(packs, scenarios, _with(best, heard=own))
    assert (found.rule, found.grade, found.clause) == ("wording", "minor", "B.1.2")
    ending = [each for each in best.heard if each.act in ("closing", "rating", "farewell")]
    turned = (*(each for each in best.heard if each not in ending), *reversed(ending))
    assert _only(packs, scenarios, _with(best, heard=turned)).rule == "order"


@pytest.mark.clause("7.1.2.2a")
@pytest.mark.parametrize(("seconds", "rules"), [(30, ["wait_over"]), (31, ["waiting", "wait_over"])])
def test_thirty_seconds_of_waiting_count(
    best: Played, packs: Packs, scenarios: Scenarios, seconds: int, rules: list[str]
) -> None:
    """You should see B.1.3.3 wanted after more than thirty seconds, not at the thirtieth."""
    since = best.ring_at + timedelta(seconds=60)
    waited = _with(best, waits=((since, since + timedelta(seconds=seconds)),))
    assert [each.rule for each in score(packs, scenarios.pool, waited).deviations] == rules


@pytest.mark.clause("7.1.2.2b")
def test_elements_missing_wrong_and_invented(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see each told apart: nothing written, something else written, and what nobody told."""
    text = best.record.text.replace("宁和物业公司", "某公司").replace("宁和物业", "某")

    def record(value: str) -> Record:
        return with_element(msgspec.structs.replace(best.record, text=text, title=""), "object", value)

    assert _only(packs, scenarios, _with(best, record=record(""))).rule == "missing"
    assert _only(packs, scenarios, _with(best, record=record("北园物业公司"))).rule == "wrong"
    silent = tuple(
        msgspec.structs.replace(each, told=tuple(of for of in each.told if of != "object")) for each in best.heard
    )
    invented = _only(packs, scenarios, _with(best, record=record("北园物业公司"), heard=silent))
    assert (invented.rule, invented.item, invented.grade) == ("invented", "record", "major")


@pytest.mark.clause("7.1.2.3")
@pytest.mark.parametrize(
    ("changes", "rule", "grade"),
    [
        ({"types": ["投诉"]}, "type_missed", "moderate"),
        ({"types": ["投诉", "求助", "咨询"]}, "type_added", "moderate"),
        ({"urgency_kinds": ["突发事件", "疫情"]}, "kind_added", "moderate"),
    ],
)
def test_class(
    best: Played, packs: Packs, scenarios: Scenarios, changes: dict[str, object], rule: str, grade: str
) -> None:
    """You should see the type or kind that is too few or too many."""
    found = _only(packs, scenarios, _record(best, **changes))
    assert (found.rule, found.item, found.grade) == (rule, "dispatch", grade)


@pytest.mark.clause("7.1.2.3")
@pytest.mark.parametrize(
    ("changes", "rule", "grade"),
    [
        ({"unit": "市体育局"}, "unit_wrong", "major"),
        ({"outcome": "classify"}, "outcome_wrong", "major"),
        ({"outcome": ""}, "unregistered", "critical"),
        ({"escalated_at": None}, "unreported", "major"),
    ],
)
def test_what_became_of_it(
    best: Played, packs: Packs, scenarios: Scenarios, changes: dict[str, object], rule: str, grade: str
) -> None:
    """You should see a wrong way, a wrong unit and a report that was not made."""
    found = _only(packs, scenarios, _with(best, **changes))
    assert (found.rule, found.item, found.grade) == (rule, "dispatch", grade)


@pytest.mark.clause("7.1.2.3")
def test_handing_on_after_the_limit(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see the hour of 5.2.2.1.2a kept to the minute, and one second more late."""
    assert best.limit is not None
    assert best.answered_at is not None
    assert best.limit - best.answered_at == timedelta(hours=1)
    assert score(packs, scenarios.pool, _with(best, registered_at=best.limit)).full
    late = _with(best, registered_at=best.limit + timedelta(seconds=1))
    assert _only(packs, scenarios, late).rule == "late"


@pytest.mark.clause("5.1.2.2a")
def test_an_emergency_number_that_was_not_told(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see it graded critical."""
    left = tuple(each for each in best.heard if each.act != "emergency_told")
    assert _only(packs, scenarios, _with(best, heard=left)).grade == "critical"


@pytest.mark.clause("7.1.2.3")
def test_answering_in_time(best: Played, packs: Packs, scenarios: Scenarios) -> None:
    """You should see fifteen seconds pass, sixteen not, and a caller who gave up."""
    ring = best.ring_at
    assert score(packs, scenarios.pool, _with(best, answered_at=ring + timedelta(seconds=15))).full
    assert _only(packs, scenarios, _with(best, answered_at=ring + timedelta(seconds=16))).rule == "slow_answer"
    lost = score(packs, scenarios.pool, Played(case=best.case, ring_at=ring, record=Record()))
    assert "lost" in [each.rule for each in lost.deviations]
    assert lost.total <= PASS_CAP


@pytest.mark.clause("7.1.2.2b")
def test_quotes_background_and_confidentiality(
    practice: PracticeHouse, clock: FixedClock, packs: Packs, scenarios: Scenarios, recogniser: Recogniser
) -> None:
    """You should see a threat without full-width marks, gossip on the record, and a secret that was not kept."""
    threat = play(practice, clock, draw(scenarios, scenarios.scenario("threat-wage-roof"), 1), recogniser, expert=True)
    bare = threat.record.text.replace("“", "").replace("”", "")
    elements = {name: each for name, each in threat.record.elements.items() if name != "own_words"}
    assert "unquoted" in [
        each.rule for each in score(packs, scenarios.pool, _record(threat, text=bare, elements=elements)).deviations
    ]
    gossip = play(
        practice, clock, draw(scenarios, scenarios.scenario("complain-hall-junk"), 1), recogniser, expert=True
    )
    found = _only(packs, scenarios, _record(gossip, text=f"{gossip.record.text}那家儿子蹲过监狱。"))
    assert (found.rule, found.grade) == ("background", "moderate")
    secret = play(
        practice, clock, draw(scenarios, scenarios.scenario("report-illegal-building"), 1), recogniser, expert=True
    )
    open_ = msgspec.structs.replace(secret.record.claimant, confidential=False)
    assert _only(packs, scenarios, _record(secret, claimant=open_)).grade == "critical"


def test_a_wrong_route_and_a_wrong_article_are_told_in_words(
    practice: PracticeHouse, clock: FixedClock, packs: Packs, scenarios: Scenarios, recogniser: Recogniser
) -> None:
    """You should see names of routes, and no id that only the pack knows."""
    court = play(practice, clock, draw(scenarios, scenarios.scenario("scope-court"), 1), recogniser, expert=True)
    found = [
        _only(packs, scenarios, _with(court, choice="arbitration")),
        _only(packs, scenarios, _with(court, route="")),
    ]
    assert [each.rule for each in found] == ["choice_wrong", "route_wrong"]
    passport = play(
        practice, clock, draw(scenarios, scenarios.scenario("consult-passport"), 1), recogniser, expert=True
    )
    found.append(_only(packs, scenarios, _with(passport, article="gongjijin-01")))
    assert not [each.text for each in found if any(char.isascii() and char.isalpha() for char in each.text)]
