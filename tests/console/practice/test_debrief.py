"""The debrief: every deviation told where it happened, with its sign, grade and clause; and what a good record is."""

from datetime import timedelta

import msgspec
import pytest

from console.practice.acts import Recogniser
from console.practice.case import draw
from console.practice.debrief import (
    GRAVE,
    LIGHT,
    RIGHT,
    UNJUDGED,
    call_lines,
    counts,
    four_items,
    rows,
    sign,
    to_practise,
)
from console.practice.house import PracticeHouse
from console.practice.lesson import Debrief
from console.practice.scoring import Played, score
from data.clock import FixedClock
from scripts.pack import Packs
from scripts.scenarios import GRADES, Scenarios
from tests.practice_players import play


@pytest.fixture
def played(practice: PracticeHouse, clock: FixedClock, scenarios: Scenarios, recogniser: Recogniser):
    """Play a scenario, as an expert or as a novice."""

    def one(name: str, *, expert: bool) -> Played:
        return play(practice, clock, draw(scenarios, scenarios.scenario(name), 1), recogniser, expert=expert)

    return one


def _debrief(packs: Packs, scenarios: Scenarios, played: Played) -> Debrief:
    return Debrief(played, score(packs, scenarios.pool, played), None)


def test_a_sign_says_how_grave() -> None:
    """You should see a cross for what is grave and a triangle for what is not."""
    assert [sign(grade) for grade in GRADES] == [GRAVE, GRAVE, LIGHT, LIGHT]
    assert (RIGHT, LIGHT, GRAVE) == ("✓", "△", "✗")


@pytest.mark.clause("7.1.2.2a")
@pytest.mark.clause("7.1.2.2b")
@pytest.mark.parametrize("name", ["danger-elevator-trapped", "consult-passport", "scope-court", "complain-hall-junk"])
def test_every_deviation_stands_where_it_happened(packs: Packs, scenarios: Scenarios, played, name: str) -> None:
    """You should see each rule's clause and grade beside the call or the record, and a sign that fits the grade."""
    found = _debrief(packs, scenarios, played(name, expert=False))
    lines, beside = call_lines(packs, found), rows(packs, found)
    shown = {(each.grade, each.clause) for each in (*lines, *beside) if each.grade}
    assert {(each.called, each.clause) for each in found.score.deviations} <= shown
    assert {each.sign for each in (*lines, *beside) if each.grade in ("致命", "重大")} == {GRAVE}
    assert {each.sign for each in (*lines, *beside) if each.grade in ("一般", "轻微")} == {LIGHT}
    assert all(packs.clauses.title(each.clause) for each in found.score.deviations)


def test_the_call_is_told_as_it_went(packs: Packs, scenarios: Scenarios, played) -> None:
    """You should see what was said with its seconds, what was missed before the end of the call or at it, no more."""
    lines = call_lines(packs, _debrief(packs, scenarios, played("danger-elevator-trapped", expert=False)))
    told = [each.text for each in lines]
    assert told[:2] == ["响铃 21 秒才接听，超过 15 秒", "没有说首问语"]
    assert lines[2].caller
    assert lines[2].at == 0.0
    asked = next(each for each in lines if each.text == "您叫什么名字？")
    assert (asked.sign, asked.at) == (RIGHT, 3.0)
    assert told.index("没有问状态") < told.index("还有呢？（说法不规范）") < told.index("没有说评价提示")
    assert "没有问姓名" not in told
    assert next(each for each in lines if each.text == "没有告知拨打119").grade == "致命"


def test_a_wait_is_told_with_what_was_not_said_in_it(packs: Packs, scenarios: Scenarios, played) -> None:
    """You should see 34 seconds of waiting at their moment, then what B.1.3.3 and B.1.3.4 would have had said."""
    best = played("complain-elevator", expert=True)
    assert best.answered_at is not None
    since = best.answered_at + timedelta(seconds=6)
    waited = msgspec.structs.replace(best, waits=((since, since + timedelta(seconds=34)),))
    lines = call_lines(packs, _debrief(packs, scenarios, waited))
    at = next(at for at, each in enumerate(lines) if each.text == "（等待 34 秒）")
    assert lines[at].at == 6.0
    assert [(each.sign, each.clause) for each in lines[at + 1 : at + 3]] == [(LIGHT, "B.1.3.3"), (LIGHT, "B.1.3.4")]
    assert lines[at - 1].at is not None
    assert lines[at - 1].at <= 6.0


@pytest.mark.clause("7.1.2.2b")
def test_the_record_is_laid_beside_a_good_one(packs: Packs, scenarios: Scenarios, played) -> None:
    """You should see class, way and facts as they were handed in and as they are right, signed one by one."""
    found = _debrief(packs, scenarios, played("danger-elevator-trapped", expert=False))
    beside = {each.label: each for each in rows(packs, found)}
    assert (beside["紧急种类"].sign, beside["紧急种类"].yours, beside["紧急种类"].good) == (GRAVE, "一般", "突发事件")
    assert (beside["诉求类型"].sign, beside["诉求类型"].good) == (LIGHT, "投诉、求助")
    assert (beside["办理方式"].sign, beside["办理方式"].yours) == (GRAVE, "没有登记")
    assert beside["去向"].sign == UNJUDGED
    assert (beside["状态"].sign, beside["状态"].yours, beside["状态"].clause) == (GRAVE, "缺", "C.5")
    best = rows(packs, _debrief(packs, scenarios, played("danger-elevator-trapped", expert=True)))
    assert {each.sign for each in best} == {RIGHT}
    assert not any(each.grade for each in best)


def test_an_answer_and_a_route_are_told_by_their_names(packs: Packs, scenarios: Scenarios, played) -> None:
    """You should see the title of an article and the name of a route, never an id."""
    reply = rows(
        packs, _debrief(packs, scenarios, played("consult-passport", expert=True)), {"churujing-02": "护照"}.get
    )
    assert next(each for each in reply if each.label == "去向").yours == "护照"
    route = rows(packs, _debrief(packs, scenarios, played("scope-court", expert=True)))
    way = next(each for each in route if each.label == "去向")
    assert way.yours == way.good
    assert not way.yours.isascii()


@pytest.mark.clause("7.1.2.2c")
def test_the_four_items_are_told_in_words(packs: Packs, scenarios: Scenarios, played) -> None:
    """You should see phrases and record in points, time and way of the dispatch, the seconds of the answer."""
    best = _debrief(packs, scenarios, played("complain-elevator", expert=True))
    assert four_items(best) == ["用语 100", "记录 100", "派单 100 时限 ✓ 去向 ✓", "接听 4s ✓"]
    assert (counts(best), to_practise(packs, best)) == ("没有偏差", [])
    worst = _debrief(packs, scenarios, played("complain-elevator", expert=False))
    assert four_items(worst)[2] == "派单 0 时限 — 去向 ✗"
    assert four_items(worst)[3] == "接听 21s ✗"
    assert "致命 1" in counts(worst)
    assert to_practise(packs, worst)[0] == "办理方式（5.1.2.2）"
    lost = msgspec.structs.replace(worst.played, answered_at=None, heard=())
    assert four_items(_debrief(packs, scenarios, lost))[3] == "没有接听 ✗"
