"""Sampling, review, second review, appeal and decision of real work (7.1.2), and what is done about it (7.2)."""

from datetime import date, timedelta
from typing import Any

import pytest

from console.house import House
from console.quality.assessing import APPEALED, CHECKED, DECIDED, REVIEWED, TO_REVIEW, Assessing, Assessment, Verdict
from console.quality.findings import DUE, FURTHER, MEASURES, SOLVED, WAITING, Finding, Follow, Improving
from console.quality.marks import total
from console.quality.sampling import QualityError, Rule, draw, sample, verified
from data.people import Actor, Role
from data.quality import Done, Member
from tests.console.quality_lives import a_call
from tests.lives import Lives

QUALITY = Actor("5001", roles=frozenset({Role.QUALITY}))
SECOND = Actor("5002", roles=frozenset({Role.QUALITY}))
LEADER = Actor("7001", roles=frozenset({Role.SUPERVISOR}))
TAKER = Actor("8007", roles=frozenset({Role.CALL_TAKER}))
OTHER = Actor("8008", roles=frozenset({Role.CALL_TAKER}))
RIGHT = [Verdict(name, True) for name in ("manner", "true", "route")]


def ruled(**changes: Any) -> Rule:
    """A rule over all of the time, nothing of it drawn unless told."""
    return Rule(**({"since": None, "until": None, "rate": 0.0, "seed": "s"} | changes))


def frame(count: int = 40) -> list[Member]:
    """A frame of so many pieces of work, each fourth of them urgent."""
    return [Member(f"t{at:03}", "", "8007", ("urgent",) if at % 4 == 0 else ()) for at in range(count)]


@pytest.mark.clause("7.1.2.1")
def test_the_same_seed_draws_the_same_whatever_the_order_and_another_seed_others() -> None:
    """You should see the share that was asked for, drawn again by whoever knows rule and frame."""
    first = {m.key for m in draw(frame(), ruled(rate=0.25)) if m.basis}
    again = {m.key for m in draw(frame()[::-1], ruled(rate=0.25)) if m.basis}
    assert len(first) == 10
    assert first == again
    assert first != {m.key for m in draw(frame(), ruled(rate=0.25, seed="t")) if m.basis}


@pytest.mark.clause("7.1.2.1")
def test_work_at_risk_is_drawn_besides_and_kept_apart() -> None:
    """You should see every risk that was asked for, none of them counted as random, and half of them at half the rate."""
    drawn = draw(frame(), ruled(rate=0.25, risks=("urgent",)))
    assert sum(m.basis == "random" for m in drawn) == 10
    assert all(m.basis for m in drawn if m.reasons)
    assert all(m.reasons for m in drawn if m.basis == "risk")
    half = [m for m in draw(frame(), ruled(risks=("urgent",), risk_rate=0.5)) if m.basis]
    assert len(half) == 5
    assert not [m for m in draw(frame(), ruled(rate=0.1, risks=("late",))) if m.basis == "risk"]


@pytest.mark.parametrize(
    "wrong", [{"rate": 1.1}, {"rate": -0.1}, {"rate": float("nan")}, {"risks": ("luck",)}, {"rate": 0.0}]
)
def test_a_rule_that_draws_nothing_or_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    """You should see why."""
    with pytest.raises(QualityError):
        ruled(**wrong)


@pytest.mark.clause("7.1.2.1")
def test_each_reason_of_risk_is_found_in_real_work(house: House, lives: Lives, clock: Any) -> None:
    """You should see urgent, returned, late, short, dissatisfied and complained-about work, each for its reason."""
    lives.sent("燃气泄漏", "突发事件", phone="13800000011")
    lives.passed_on(lives.handled("围墙倾斜了一个多月没有人来修", phone="13800000012"))
    rated = lives.sent("楼道灯坏了三天一直没有人来修", phone="13800000013")
    house.calls.save(a_call(clock.now(), rated.id, rating=5))
    lives.waiting("井盖", phone="13800000014")
    lives.waiting("噪声扰民整夜不停请尽快处理", phone="13800000015")
    clock.advance(25 * 3600)
    lives.waiting("投诉刚才那个话务员态度很差", phone="13800000015")
    run = sample(house, ruled(rate=1.0), QUALITY, clock.now())
    titles = {m.ticket_id: house.tickets.get(m.ticket_id).record.title for m in house.quality.members(run.id)}
    found = {titles[m.ticket_id]: set(m.reasons) for m in house.quality.members(run.id)}
    assert "urgent" in found["燃气泄漏"]
    assert "returned" in found["围墙倾斜了一个多月没有人来修"]
    assert "rated" in found["楼道灯坏了三天一直没有人来修"]
    assert {"late", "short"} <= found["井盖"]
    assert "complaint" in found["噪声扰民整夜不停请尽快处理"]
    assert "complaint" not in found["投诉刚才那个话务员态度很差"]
    assert run.frame == 6
    assert verified(house, run)
    with pytest.raises(QualityError, match="都已抽过"):
        sample(house, ruled(rate=1.0), QUALITY, clock.now())


def test_a_call_without_a_request_is_drawn_and_one_with_it_only_once(house: House, lives: Lives, clock: Any) -> None:
    """You should see the call of a request with the request, and a call that brought none by itself."""
    ticket = lives.waiting()
    house.calls.save(a_call(clock.now(), ticket.id))
    house.calls.save(a_call(clock.now() + timedelta(minutes=20)))
    run = sample(house, ruled(rate=1.0), QUALITY, clock.now())
    assert [(bool(m.ticket_id), bool(m.call_id)) for m in house.quality.members(run.id)] == [
        (False, True),
        (True, True),
    ]


@pytest.mark.clause("6.2.2")
def test_only_those_who_check_draw(house: House, lives: Lives, clock: Any) -> None:
    """You should see a call-taker refused, and nothing kept."""
    lives.waiting()
    with pytest.raises(QualityError, match="没有这个角色"):
        sample(house, ruled(rate=1.0), TAKER, clock.now())
    assert house.quality.runs() == []


@pytest.fixture
def one(house: House, lives: Lives, clock: Any) -> Assessment:
    """A call-taker's work that was drawn, with a greeting that was not said."""
    ticket = lives.sent()
    house.calls.save(a_call(clock.now(), ticket.id, said=("B.1.4.1", "5.3.3", "B.1.4.2")))
    sample(house, ruled(rate=1.0), QUALITY, clock.now())
    (found,) = Assessing(house, QUALITY).every()
    return found


@pytest.mark.clause("7.1.2.2a")
@pytest.mark.clause("7.1.2.2b")
def test_a_review_judges_what_the_machine_cannot_and_may_overrule_it_with_why(house: House, one: Assessment) -> None:
    """You should see what is left open asked for, a deviation without its reason refused, both kinds of mark kept."""
    desk = Assessing(house, QUALITY)
    assert (one.state, one.marks["greeting"].by) == (TO_REVIEW, "机器")
    with pytest.raises(QualityError, match="还没有评定：态度端正"):
        desk.review(one, RIGHT[1:])
    with pytest.raises(QualityError, match="要写明依据"):
        desk.review(one, [Verdict("manner", False), *RIGHT[1:]])
    with pytest.raises(QualityError, match="要写明依据"):
        desk.review(one, [*RIGHT, Verdict("greeting", True)])
    after = desk.review(one, [Verdict("manner", False, "打断来电人两次", "minor"), *RIGHT[1:]])
    assert (after.state, after.marks["manner"].grade, after.marks["manner"].by) == (REVIEWED, "minor", "5001")
    assert after.marks["greeting"].deviates
    assert total(house.packs.quality, after.marks) < 100
    with pytest.raises(QualityError, match="已评定"):
        desk.review(after, RIGHT)


@pytest.mark.clause("7.1.2.4")
def test_an_agent_sees_own_results_once_judged_appeals_once_and_another_decides(
    house: House, one: Assessment, clock: Any
) -> None:
    """You should see who may do what, each act with who and when, and the mark as it was decided last."""
    own = Assessing(house, TAKER)
    assert own.every() == []
    reviewed = Assessing(house, QUALITY).review(one, RIGHT)
    assert [each.id for each in own.every()] == [one.id]
    assert Assessing(house, OTHER).every() == []
    assert "另一人" in Assessing(house, QUALITY).why_not(reviewed, Done.CHECKED)
    checked = Assessing(house, SECOND).check(reviewed, [], "复听无异议")
    assert checked.state == CHECKED
    with pytest.raises(QualityError, match="被评为偏差"):
        own.appeal(checked, ["rating"], "说过")
    with pytest.raises(QualityError, match="本人"):
        Assessing(house, OTHER).appeal(checked, ["greeting"], "说过")
    with pytest.raises(QualityError, match="理由"):
        own.appeal(checked, ["greeting"], " ")
    clock.advance(3600)
    asked = own.appeal(checked, ["greeting"], "首问语说了，没有按键")
    assert asked.state == APPEALED
    with pytest.raises(QualityError, match="没有这个角色"):
        Assessing(house, SECOND).decide(asked, [], "听录音")
    boss = Assessing(house, LEADER)
    with pytest.raises(QualityError, match="只及申诉的项目"):
        boss.decide(asked, [Verdict("rating", True, "x")], "听录音")
    done = boss.decide(asked, [Verdict("greeting", True, "录音 00:02 有首问语")], "录音可证")
    assert (done.state, done.marks["greeting"].deviates, done.marks["greeting"].by) == (DECIDED, False, "7001")
    assert [(step.kind, step.by) for step in done.steps] == [
        (Done.DRAWN, "5001"), (Done.REVIEWED, "5001"), (Done.CHECKED, "5002"), (Done.APPEALED, "8007"),
        (Done.DECIDED, "7001"),
    ]  # fmt: skip
    assert done.steps[3].at == clock.now()
    assert "申诉一次" in own.why_not(done, Done.APPEALED)
    assert done.marks == Assessing(house, LEADER).get(one.id).marks


def test_a_desk_that_is_open_reads_only_what_was_added(
    house: House, one: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see another's act at once, by reading that act and nothing of what was read before."""
    import data.quality

    desk, read = Assessing(house, SECOND), list[int]()
    assert [each.state for each in desk.every()] == [TO_REVIEW]
    step_of = data.quality._step
    monkeypatch.setattr(data.quality, "_step", lambda row: read.append(row["seq"]) or step_of(row))
    assert [each.state for each in desk.every()] == [TO_REVIEW]
    assert read == []
    after = Assessing(house, QUALITY).review(one, RIGHT)
    read.clear()
    assert [each.state for each in desk.every()] == [after.state]
    assert read == [2]


@pytest.mark.clause("7.1.2.4")
def test_nobody_judges_their_own_work_and_an_appeal_has_its_time(house: House, one: Assessment, clock: Any) -> None:
    """You should see a reviewer who took the call refused, and an agent who comes too late."""
    both = Actor("8007", roles=frozenset({Role.QUALITY, Role.CALL_TAKER}))
    with pytest.raises(QualityError, match="自己的工作"):
        Assessing(house, both).review(one, RIGHT)
    reviewed = Assessing(house, QUALITY).review(one, RIGHT)
    clock.advance(7 * 86400)
    assert Assessing(house, TAKER).why_not(reviewed, Done.APPEALED) == ""
    clock.advance(1)
    assert "已过 7 天" in Assessing(house, TAKER).why_not(reviewed, Done.APPEALED)


@pytest.mark.parametrize(
    "clause",
    [
        pytest.param("7.2a", marks=pytest.mark.clause("7.2a")),
        pytest.param("7.2b", marks=pytest.mark.clause("7.2b")),
        pytest.param("7.2c", marks=pytest.mark.clause("7.2c")),
        pytest.param("7.2d", marks=pytest.mark.clause("7.2d")),
        pytest.param("7.2e", marks=pytest.mark.clause("7.2e")),
    ],
)
def test_each_measure_that_is_named_can_be_taken(house: House, clock: Any, clause: str) -> None:
    """You should see a finding with a measure of this sort, until it is seen to help."""
    house.people.add("8012", "周晓", frozenset({Role.TRAINER}), "irrelevant", clock.now())
    desk = Improving(house, QUALITY)
    made = desk.find(Finding("等待用语常漏说", MEASURES[clause], clause, "8012", date(2026, 12, 1)))
    assert made.finding.clause == clause
    assert desk.follow(made.id, Follow(True, "抽 20 件不漏")).state(date(2026, 12, 1)) == SOLVED


@pytest.mark.clause("7.2")
@pytest.mark.clause("7.2d")
def test_a_finding_has_a_measure_an_owner_a_date_and_its_check(house: House, clock: Any) -> None:
    """You should see what is missing asked for, the day it is due, a check that did not help followed by another."""
    house.people.add("8012", "周晓", frozenset({Role.TRAINER}), "irrelevant", clock.now())
    desk, day = Improving(house, QUALITY), timedelta(days=1)
    good = {"problem": "等待用语常漏说", "measure": "班前练习等待用语", "clause": "7.2d", "owner": "8012"}
    due = date(2026, 12, 1)
    for wrong, why in (
        ({"measure": " "}, "措施"), ({"clause": "7.9"}, "7.2a"), ({"owner": "9999"}, "9999"),
        ({"follow_up": desk.today}, "今天之后"),
    ):  # fmt: skip
        with pytest.raises(QualityError, match=why):
            desk.find(Finding(**({**good, "follow_up": due} | wrong)))
    made = desk.find(Finding(**good, follow_up=due, course="等待用语"))
    assert (made.state(desk.today), made.state(due - day), made.state(due)) == (WAITING, WAITING, DUE)
    assert Improving(house, Actor("8012", roles=frozenset({Role.TRAINER}))).every() == [made]
    assert Improving(house, OTHER).every() == []
    with pytest.raises(QualityError, match="没有这个角色"):
        Improving(house, OTHER).find(Finding(**good, follow_up=due))
    with pytest.raises(QualityError, match="下次跟进日期"):
        desk.follow(made.id, Follow(False, "还漏"))
    again = desk.follow(made.id, Follow(False, "还漏两成", date(2026, 12, 15)))
    assert (again.state(due), again.due) == (FURTHER, date(2026, 12, 15))
    over = desk.follow(made.id, Follow(True, "抽 20 件不漏"))
    assert (over.state(due), len(over.follows), over.follows[0][1]) == (SOLVED, 2, "5001")
    with pytest.raises(QualityError, match="已见效"):
        desk.follow(made.id, Follow(True, "又看"))
