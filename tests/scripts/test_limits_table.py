"""The limits by class (5.2.2.1.2, 5.2.2.2.1, 5.2.2.3.2), and the shortest of several."""

import pytest

from scripts.limits import Limits, shortest
from scripts.pack import Packs, ScriptError

FASTEST = ["突发事件", "不稳定因素", "其他可能造成生命财产损失"]


def texts(limits: Limits) -> tuple[str, str, str]:
    return limits.dispatch.text, limits.sign.text, limits.feedback.text


@pytest.mark.parametrize("kind", FASTEST)
@pytest.mark.clause("5.2.2.1.2a")
@pytest.mark.clause("5.2.2.2.1a")
@pytest.mark.clause("5.2.2.3.2a")
def test_danger_is_dispatched_within_the_hour(packs: Packs, kind: str) -> None:
    """You should see 1 hour, 15 minutes, 2 hours, each with its clause."""
    found = shortest(packs.limits, [kind])
    assert texts(found) == ("1小时", "15分钟", "2小时")
    assert (found.dispatch.clause, found.sign.clause, found.feedback.clause) == (
        "5.2.2.1.2a",
        "5.2.2.2.1a",
        "5.2.2.3.2a",
    )


@pytest.mark.parametrize("kind", ["基本民生保障", "极端天气"])
@pytest.mark.clause("5.2.2.1.2b")
@pytest.mark.clause("5.2.2.2.1b")
@pytest.mark.clause("5.2.2.3.2b")
def test_timely_requests_have_two_hours(packs: Packs, kind: str) -> None:
    """You should see 2 hours, 30 minutes, 24 hours."""
    assert texts(shortest(packs.limits, [kind])) == ("2小时", "30分钟", "24小时")


@pytest.mark.parametrize("kinds", [[], ["一般"]])
@pytest.mark.clause("5.2.2.1.2c")
@pytest.mark.clause("5.2.2.2.1c")
@pytest.mark.clause("5.2.2.3.2c")
def test_ordinary_requests(packs: Packs, kinds: list[str]) -> None:
    """You should see 24 hours, 1 working day, 7 days, and only the signing in working days."""
    found = shortest(packs.limits, kinds)
    assert texts(found) == ("24小时", "1个工作日", "7天")
    assert [each.unit for each in (found.dispatch, found.sign, found.feedback)] == ["hours", "working_days", "days"]
    assert found.notes == ()


@pytest.mark.clause("5.2.2.1.2d")
def test_a_surge_relaxes_ordinary_dispatch_only(packs: Packs) -> None:
    """You should see 48 hours for 一般, and an urgent request unmoved with a note."""
    assert texts(shortest(packs.limits, [], surge=True)) == ("48小时", "1个工作日", "7天")
    urgent = shortest(packs.limits, ["极端天气"], surge=True)
    assert urgent.dispatch.text == "2小时"
    assert "不放宽" in urgent.notes[0]


@pytest.mark.clause("5.2.2.3.2d")
def test_a_complex_request_has_fifteen_days_of_feedback(packs: Packs) -> None:
    """You should see 15 days for feedback alone, and never for an urgent request."""
    assert texts(shortest(packs.limits, [], complex_case=True)) == ("24小时", "1个工作日", "15天")
    urgent = shortest(packs.limits, ["突发事件"], complex_case=True)
    assert urgent.feedback.text == "2小时"
    assert "不因复杂疑难放宽" in urgent.notes[0]


@pytest.mark.parametrize(
    ("answers", "expected", "said"),
    [
        ({"epidemic_severe": True}, ("1小时", "15分钟", "2小时"), "其他可能造成生命财产损失"),
        ({"epidemic_severe": False}, ("2小时", "30分钟", "24小时"), "基本民生保障"),
        ({}, ("2小时", "30分钟", "24小时"), "基本民生保障"),
    ],
)
@pytest.mark.clause("5.2.2.1.2")
def test_epidemic_has_no_limit_in_the_text_and_says_so(
    packs: Packs, answers: dict[str, bool], expected: tuple[str, str, str], said: str
) -> None:
    """You should see which limits are used, and that the standard gives none; never the 24 hours of 一般."""
    found = shortest(packs.limits, ["疫情"], answers=answers)
    assert texts(found) == expected
    assert "本标准未定时限，按" in found.notes[0]
    assert said in found.notes[0]


@pytest.mark.clause("5.2.2.1.2")
def test_several_classes_take_the_shortest_of_each_clock(packs: Packs) -> None:
    """You should see the fastest of each clock, whatever the order of the kinds."""
    assert texts(shortest(packs.limits, ["极端天气", "突发事件"])) == ("1小时", "15分钟", "2小时")
    assert texts(shortest(packs.limits, ["突发事件", "一般", "极端天气"])) == ("1小时", "15分钟", "2小时")


@pytest.mark.clause("5.2.2.1.3")
def test_the_basis_of_each_clock_is_stated(packs: Packs) -> None:
    """You should see from which act each clock runs, since the standard leaves it open."""
    basis = shortest(packs.limits, []).basis
    assert (basis.dispatch, basis.sign, basis.feedback) == ("受理", "派发", "派发")


def test_an_unknown_class_is_refused_in_words(packs: Packs) -> None:
    """You should see the classes that there are."""
    with pytest.raises(ScriptError, match="特急"):
        shortest(packs.limits, ["特急"])
