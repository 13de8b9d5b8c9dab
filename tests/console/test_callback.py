"""Callback in the domain (5.4, B.4): who is drawn, whom one may call, what a call leads to."""

from datetime import timedelta

import pytest

from console.callback import CallbackError, Calling, Heard, end_overdue
from console.callback_desk import CallbackDesk
from console.handling import Handling
from console.house import House
from console.sampling import Rule, SamplingError, digest_of, draw, expected, sample, sizes
from data.callbacks import GRADES, REFUSED, UNREACHED, Answer
from data.clock import FixedClock
from data.events import NewEvent, Ticket
from data.lifecycle import Kind, State, TransitionRefused
from data.people import Actor, Role
from data.record import PHONE
from data.samples import Finished
from data.tickets import Act, ActRefused
from tests.lives import LEADER, SUPERVISOR, TAKER, Lives

CALLER = Actor("8107", "回访员一", frozenset({Role.CALLBACK}))
OTHER = Actor("8108", "回访员二", frozenset({Role.CALLBACK}))
GOOD = {"contacted": "是", "told": "是", "solved": "已解决", "satisfaction": "满意"}


def ask(desk: CallbackDesk, *values: str) -> None:
    """Give answers one after the other."""
    assert desk.held is not None
    for value in values:
        assert desk.held.give(value)


def listed(house: House, rate: float = 1) -> None:
    sample(house, Rule(rate, seed="2026-11"), CALLER, house.clock.now())


@pytest.mark.clause("5.4.1")
def test_a_request_that_was_handled_is_called_back_and_completed(house: House, lives: Lives) -> None:
    """You should see a drawn request wait for its callback, and be completed by an answer that leaves nothing open."""
    ticket = lives.replied()
    listed(house)
    assert house.tickets.get(ticket.id).state is State.TO_CALL_BACK
    desk = CallbackDesk(house, CALLER)
    (row,) = desk.rows()
    desk.begin(row.waiting.dial_key)
    ask(desk, "是本人", "同意", *GOOD.values(), "")
    assert desk.held.now.question.clause == "B.4.6"
    assert desk.finish() == "已记回访，工单已办结"
    after = house.tickets.get(ticket.id)
    assert after.state is State.COMPLETED
    assert {name: answer.value for name, answer in after.callback.last.answers.items()} == GOOD
    assert desk.rows() == []


@pytest.mark.clause("5.4.2")
def test_who_refuses_is_never_called_again(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a refusal end every callback to the number, now and in later samples, about whatever."""
    first, second = lives.replied("路灯不亮"), lives.replied("井盖坏了")
    lives.replied("噪声", phone="13800000009")
    listed(house)
    desk = CallbackDesk(house, CALLER)
    desk.begin("13800000001")
    assert len(desk.held.tickets) == 2
    ask(desk, "是本人", "不接受回访")
    assert desk.held.sentence() == "好的，不打扰您了，感谢您接听，再见。"
    assert "拒访" in desk.finish()
    for ticket in (first, second):
        after = house.tickets.get(ticket.id)
        assert after.callback.refused
        assert after.callback.last.answers == {}
    lives.replied("垃圾", phone="13800000001")
    assert house.samples.frame() == []
    assert house.samples.excluded().refused == 1
    assert [row.waiting.dial_key for row in desk.rows()] == ["13800000009"]
    with pytest.raises(CallbackError, match="没有等待回访"):
        desk.begin("13800000001")


@pytest.mark.clause("5.4.2")
def test_a_refusal_ends_what_waits_for_the_number_elsewhere(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a callback that was planned by another way end as refused without a call."""
    refused, other = lives.replied(), lives.replied("井盖坏了", phone="13900000002")
    listed(house)
    Calling(house, CALLER).refused([house.tickets.get(refused.id)], "c1")
    amended = house.tickets.get(other.id).record
    amended.claimant.contact = "13800000001"
    house.tickets.act([Act(other.id, [NewEvent(Kind.AMENDED, {"record": amended})])], TAKER, clock.now())
    assert end_overdue(house, clock.now()) == 1
    last = house.tickets.get(other.id).callback.last
    assert (last.family, last.outcome) == (REFUSED, "此前已拒访")


@pytest.mark.clause("5.4.3a–c")
def test_what_was_not_asked_is_no_answer(house: House, lives: Lives) -> None:
    """You should see an interview refused, in the store too, while a question is unasked, without consent, or answered
    with what is none of its answers."""
    ticket = lives.replied()
    listed(house)
    desk = CallbackDesk(house, CALLER)
    desk.begin("13800000001")
    ask(desk, "是本人", "同意", "是", "是", "已解决")
    with pytest.raises(CallbackError, match="还有 1 个问题没有问：总体满意情况"):
        desk.finish()
    ticket = house.tickets.get(ticket.id)
    answers = {name: {"value": value} for name, value in GOOD.items()}
    whole = {"outcome": "完成访问", "family": "访问成功", "consent": True, "answers": answers}
    for wrong, why in (
        ({"consent": None}, "还没有征得诉求人同意"),
        ({"answers": {**answers, "satisfaction": {"value": ""}}}, "没有问的不能当作答了"),
        ({"answers": {**answers, "satisfaction": {"value": "很好"}}}, "不是这个问题的答案"),
        ({"answers": {**answers, "aspects": {"value": "态度"}}}, "只有不满意、非常不满意才问"),
        ({"answers": {**answers, "other": {"value": "是"}}}, "没有“other”这个问题"),
        ({"answers": "none"}, "不合格式"),
        ({"family": "未接触"}, "没有访问成功，不能记答案"),
        ({"family": "拒访", "answers": {}}, "拒访要记下诉求人不接受回访"),
        ({"outcome": ""}, "请选这次呼叫的结果"),
    ):
        with pytest.raises(TransitionRefused, match=why):
            house.tickets.act(
                [Act(ticket.id, [NewEvent(Kind.CALLBACK_ENDED, whole | wrong)])], CALLER, house.clock.now()
            )


@pytest.mark.clause("B.4.5")
def test_what_is_unsatisfactory_is_asked_only_of_the_dissatisfied(house: House, lives: Lives) -> None:
    """You should see B.4.5 come after 不满意 and 非常不满意 alone, and its answer go with the grade when that is changed."""
    lives.replied()
    listed(house)
    desk = CallbackDesk(house, CALLER)
    desk.begin("13800000001")
    ask(desk, "是本人", "同意", "是", "是", "部分解决", "不满意")
    assert desk.held.now.question.clause == "B.4.5"
    desk.held.write("跑了三趟才有人管")
    ask(desk, "效率")
    assert desk.held.back()
    assert desk.held.back()
    assert desk.held.now.question.id == "satisfaction"
    assert not desk.held.give("基本满意"), "a change needs its reason first"
    assert desk.held.give("基本满意", "诉求人改口")
    (ticket,) = desk.held.tickets
    assert "aspects" not in desk.held.answers(ticket)
    assert [
        (each.question, each.before.value, each.after.value) for each in desk.held.interview.changes[ticket.id]
    ] == [
        ("satisfaction", "不满意", "基本满意"),
        ("aspects", "效率", ""),
    ]
    for grade in GRADES[:3]:
        assert [q.id for q in house.packs.survey.asked({"satisfaction": grade})][-1] == "views"
        assert "aspects" not in [q.id for q in house.packs.survey.asked({"satisfaction": grade})]


@pytest.mark.clause("5.4.4")
def test_a_changed_answer_keeps_both_values_and_the_reason(house: House, lives: Lives) -> None:
    """You should see an answer changed after the interview only with a reason, and what stood before beside it."""
    ticket = finished(house, lives)
    calling = Calling(house, CALLER)
    with pytest.raises(TransitionRefused, match="更正答案要写明理由"):
        calling.amend(ticket, "solved", Answer("未解决"), " ")
    with pytest.raises(TransitionRefused, match="答案没有改动"):
        calling.amend(ticket, "solved", Answer("已解决"), "听录音")
    with pytest.raises(TransitionRefused, match="答案不能清空"):
        calling.amend(ticket, "solved", Answer(""), "听录音")
    after = calling.amend(ticket, "solved", Answer("未解决", "根本没修"), "听录音更正")
    (change,) = after.callback.last.changes
    assert (change.before.value, change.after.value, change.reason, change.by) == (
        "已解决",
        "未解决",
        "听录音更正",
        "8107",
    )


def test_one_call_covers_every_request_of_the_number(house: House, lives: Lives) -> None:
    """You should see two requests asked about one after the other, consent and closing once, each with its answers."""
    first, second = lives.replied("路灯不亮"), lives.replied("井盖坏了")
    listed(house)
    desk = CallbackDesk(house, CALLER)
    desk.begin("13800000001")
    ask(desk, "是本人", "同意", *GOOD.values(), "")
    assert "井盖坏了" in desk.held.sentence()
    ask(desk, "否", "否", "未解决", "非常不满意", "质量、其他", "")
    assert desk.held.number == (0, 11)
    assert f"{second.number} 没有了结" in desk.finish()
    assert house.tickets.get(first.id).state is State.COMPLETED
    unsettled = house.tickets.get(second.id)
    assert unsettled.state is State.FED_BACK
    assert unsettled.callback.last.unsettled == ["承办单位没有联系", "未解决", "非常不满意"]


@pytest.mark.clause("5.2.3")
def test_what_was_completed_goes_back_only_where_its_callback_says_so(house: House, lives: Lives) -> None:
    """You should see a completed request refused to be sent back, and sent back after an unsolved answer."""
    good = finished(house, lives)
    work = Handling(house, SUPERVISOR)
    with pytest.raises(TransitionRefused, match="只有回访时"):
        work.send_back(good, "再办")
    bad = Calling(house, CALLER).amend(good, "solved", Answer("未解决"), "听录音更正")
    assert work.send_back(bad, "诉求人：根本没修").state is State.HANDLING


def test_a_call_that_reached_nobody_is_made_again_and_ends(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see each outcome wait its time, within the allowed hours, and the last one end the callback."""
    ticket = lives.replied()
    listed(house)
    desk = CallbackDesk(house, CALLER)
    busy, no_answer = (house.packs.callback.outcome(name) for name in ("占线", "无人接听"))
    desk.begin("13800000001")
    assert desk.end(busy) == "已记为占线：11-24 11:00 以后再拨"
    assert "还没有到再次拨打的时间 11-24 11:00" in desk.rows()[0].held
    with pytest.raises(CallbackError, match="还没有到再次拨打的时间"):
        desk.begin("13800000001")
    clock.advance(1800)
    for at in ("11-24 14:00", "11-24 17:00", "11-24 20:00"):
        desk.begin("13800000001")
        assert desk.end(no_answer) == f"已记为无人接听：{at} 以后再拨"
        clock.advance((house.tickets.get(ticket.id).callback.next_at - clock.now()).total_seconds())
    desk.begin("13800000001")
    assert desk.end(no_answer) == "已记为无人接听：不再拨打"
    last = house.tickets.get(ticket.id).callback.last
    assert (last.family, last.consent, last.answers) == (UNREACHED, None, {})


def test_an_appointment_is_kept_by_whom_it_was_made_with(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see an appointment at any hour, first in the list, and nobody else let in where it is one's own."""
    lives.replied("别的", phone="13800000009")
    lives.replied()
    listed(house)
    desk, other = CallbackDesk(house, CALLER), CallbackDesk(house, OTHER)
    later = house.packs.callback.outcome("本人不便，另约时间")
    desk.begin("13800000001")
    with pytest.raises(CallbackError, match="已过"):
        desk.end(later, at=clock.now())
    with pytest.raises(CallbackError, match="最后期限"):
        desk.end(later, at=clock.now() + timedelta(days=60))
    evening = clock.now().replace(hour=21, minute=0)
    assert desk.end(later, at=evening, only_me=True) == "已约定 11-24 21:00 回访"
    clock.advance((evening - clock.now()).total_seconds())
    assert desk.rows()[0].waiting.booked
    with pytest.raises(CallbackError, match="约好由 8107号 回访"):
        other.begin("13800000001")
    with pytest.raises(CallbackError, match="现在不在可以回访的时间"):
        other.begin("13800000009")
    assert desk.begin("13800000001").tickets


def test_an_interview_that_was_broken_off_goes_on_and_is_kept(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see answers of a broken call stand in the next one, by whomever, and count as a part where it was the last."""
    ticket = lives.replied()
    listed(house)
    desk, other = CallbackDesk(house, CALLER), CallbackDesk(house, OTHER)
    broken = house.packs.callback.outcome("中途挂断")
    desk.begin("13800000001")
    ask(desk, "是本人", "同意", "是", "否")
    desk.end(broken)
    clock.advance(5 * 3600)
    other.begin("13800000001")
    (held,) = other.held.tickets
    assert {name: each.value for name, each in other.held.answers(held).items()} == {"contacted": "是", "told": "否"}
    ask(other, "是本人", "同意")
    assert other.held.now.question.id == "solved", "it goes on where it was broken off"
    assert other.held.back()
    assert other.held.give("否"), "what stands already is no change"
    assert other.end(broken) == "已记为中途挂断：不再拨打"
    last = house.tickets.get(ticket.id).callback.last
    assert (last.family, last.outcome) == ("访问成功", "部分访问")
    assert {name: each.value for name, each in last.answers.items()} == {"contacted": "是", "told": "否"}


def test_nobody_calls_a_number_that_another_calls(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see the second agent refused by name, until the first has let go or has been gone for long."""
    lives.replied()
    listed(house)
    desk, other = CallbackDesk(house, CALLER), CallbackDesk(house, OTHER)
    desk.begin("13800000001")
    assert "8107号 正在拨打" in other.rows()[0].held
    with pytest.raises(CallbackError, match="8107号 正在拨打"):
        other.begin("13800000001")
    clock.advance(200)
    desk.tick()
    clock.advance(200)
    with pytest.raises(CallbackError, match="8107号 正在拨打"):
        other.begin("13800000001")
    clock.advance(200)
    other.begin("13800000001")
    desk._store.claim.release()  # its process was killed
    assert "没有恢复" in CallbackDesk(house, CALLER).resume()


def test_a_kept_interview_is_taken_up_where_it_stood(house: House, lives: Lives) -> None:
    """You should see another console of the same person stand at the same question, with the words half typed."""
    lives.replied()
    listed(house)
    desk = CallbackDesk(house, CALLER)
    desk.begin("13800000001")
    ask(desk, "是本人", "同意", "是", "是")
    desk.held.write("修好了，但拖了")
    desk._store.claim.release()  # its process was killed
    again = CallbackDesk(house, CALLER)
    assert "已恢复" in again.resume()
    assert again.held.now.question.id == "solved"
    assert again.held.words() == "修好了，但拖了"
    assert CallbackDesk(house, OTHER).resume() == ""


def test_one_person_at_two_terminals_holds_one_interview(house: House, lives: Lives) -> None:
    """You should see the second terminal told of the first and call nobody, until the interview there is ended."""
    lives.replied()
    lives.replied(phone="13800000002")
    listed(house)
    desk, second = CallbackDesk(house, CALLER), CallbackDesk(house, CALLER)
    desk.begin("13800000001")
    ask(desk, "是本人", "同意", "是")
    assert "另一个终端" in second.resume()
    assert second.held is None
    for number in ("13800000001", "13800000002"):
        with pytest.raises(CallbackError, match="您正在另一个终端回访：请回那里接着问，或先在那里结束"):
            second.begin(number)
    assert desk.held.answers(desk.held.tickets[0])["contacted"].value == "是"
    desk.end(house.packs.callback.outcome("号码错误"))
    with pytest.raises(CallbackError, match="已没有等待回访的工单"):
        second.begin("13800000001")
    second.begin("13800000002")
    with pytest.raises(CallbackError, match="另一个终端"):
        desk.begin("13800000001")


@pytest.mark.clause("5.4.1")
def test_a_request_whose_time_is_over_is_not_called(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a callback end by itself once the days after its limit are over."""
    ticket = lives.replied()
    listed(house)
    until = house.tickets.get(ticket.id).callback.waiting.until
    assert until == ticket.handling.feedback_due + timedelta(days=7)
    clock.advance((until - clock.now()).total_seconds() + 60)
    desk = CallbackDesk(house, CALLER)
    assert desk.rows() == []
    after = house.tickets.get(ticket.id)
    assert after.callback.last.outcome == "超期未访"
    assert after.state is State.COMPLETED


@pytest.mark.clause("5.4.1")
def test_only_requests_by_telephone_are_called_back(house: House, lives: Lives) -> None:
    """You should see a web request left out of the frame, and refused in the store."""
    web = lives.replied("网络诉求", source="微信公众号")
    assert house.samples.frame() == []
    with pytest.raises(SamplingError, match="没有可以抽取的工单"):
        listed(house)
    payload = {"run": "r", "feedback": 1, "until": house.clock.now().isoformat()}
    passed = Handling(house, LEADER).review(web, True)
    assert passed.record.source != PHONE
    with pytest.raises(TransitionRefused, match="推送评价页面"):
        house.tickets.act([Act(web.id, [NewEvent(Kind.CALLBACK_PLANNED, payload)])], CALLER, house.clock.now())


@pytest.mark.clause("5.4.1")
def test_a_sample_is_drawn_again_from_its_rule_and_seed() -> None:
    """You should see the stated share of each stratum, the same ones from the same seed in any order, others from another."""
    frame = [Finished(f"t{at:05}", 9, 1, f"单位{at % 7}", "投诉", f"区{at % 3}", "", None) for at in range(2_000)] + [
        Finished("t90000", 9, 1, "小单位", "咨询", "区9", "", None)
    ]
    rule = Rule(0.1, "unit", "2026-11")
    drawn = {each.ticket_id for each, _, chosen in draw(frame, rule) if chosen}
    assert drawn == {each.ticket_id for each, _, chosen in draw(frame[::-1], rule) if chosen}
    assert drawn != {each.ticket_id for each, _, chosen in draw(frame, Rule(0.1, "unit", "2026-12")) if chosen}
    assert len(drawn) == 200
    by_unit = {unit: sum(each.unit == unit for each in frame) for unit in {each.unit for each in frame}}
    for unit, size in by_unit.items():
        assert abs(sum(each.ticket_id in drawn for each in frame if each.unit == unit) - 0.1 * size) < 1
    least = [chosen for each, _, chosen in draw(frame, Rule(0.1, "unit", "s", at_least=1)) if each.unit == "小单位"]
    assert least == [True]
    assert all(chosen for _, _, chosen in draw(frame, Rule(1, "", "s")))
    for rate in (0, -1, 1.5, float("nan")):
        with pytest.raises(SamplingError):
            Rule(rate)


@pytest.mark.clause("5.4.1")
def test_a_sample_is_kept_with_all_that_it_was_drawn_from(house: House, lives: Lives) -> None:
    """You should see the stored frame give the same draw and the same digest, and the quotas of its strata."""
    for at in range(12):
        lives.replied(f"路灯{at}", phone=f"138000001{at:02}")
    drawn = sample(house, Rule(0.5, "unit", "seed"), CALLER, house.clock.now())
    (run,) = house.samples.runs()
    assert (run.frame, run.drawn, drawn.listed, drawn.missed) == (12, 6, 6, 0)
    members = house.samples.members(run.id)
    stored = [
        (Finished(ticket, 0, 1, stratum, "", "", "", None), stratum, chosen) for ticket, stratum, chosen in members
    ]
    assert draw([each for each, _, _ in stored], Rule(**run.rule)) == stored
    assert digest_of(Rule(**run.rule), stored) == run.digest
    (quota,) = house.samples.quotas([run.id])
    assert (quota.frame, quota.drawn, quota.left) == (12, 6, 6)
    with pytest.raises(SamplingError):
        listed(house)


def finished(house: House, lives: Lives) -> Ticket:
    """A request whose callback left nothing open."""
    ticket = lives.replied()
    listed(house)
    answers = {name: Answer(value) for name, value in GOOD.items()}
    return Calling(house, CALLER).interviewed([Heard(house.tickets.get(ticket.id), answers)], "c1")[0]


@pytest.mark.clause("5.4.1")
def test_a_sample_whose_listing_was_broken_off_is_listed_to_its_end(
    house: House, lives: Lives, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see what was drawn and not listed counted, listed by the next step, and nothing listed twice; a request
    that moved on meanwhile stays out of it."""
    monkeypatch.setattr("console.sampling.BATCH", 2)
    tickets = [lives.replied(f"路灯{at}", phone=f"138000001{at:02}") for at in range(7)]
    desk = CallbackDesk(house, CALLER)
    run = desk.draw(Rule(1, "unit", "s"))
    steps = desk.listing(run)
    assert [next(steps), next(steps)] == [2, 4]
    again = CallbackDesk(house, OTHER)  # as after a killed process
    assert again.unlisted() == 3
    Handling(house, SUPERVISOR).send_back(house.tickets.get(tickets[-1].id), "再办")
    assert again.unlisted() == 2
    assert list(again.listing(again.newest())) == [2]
    assert again.unlisted() == 0
    assert [len(house.tickets.get(each.id).callback.plans) for each in tickets] == [1] * 6 + [0]
    lives.replied("井盖坏了", phone="13800000299")
    desk.draw(Rule(1, "unit", "s"))
    lives.replied("噪声", phone="13800000298")
    done = sample(house, Rule(1, "unit", "s"), CALLER, clock.now())
    assert (done.run.drawn, done.listed) == (1, 1)
    assert house.callback_list.count() == 8, "the sample before was listed to its end first"


@pytest.mark.clause("6.2.2")
def test_who_may_not_sample_takes_nothing_out_of_the_frame(house: House, lives: Lives) -> None:
    """You should see a call-taker refused before anything is kept, and the request still there to be drawn."""
    lives.replied()
    with pytest.raises(ActRefused, match="抽样须由回访员、督办操作"):
        sample(house, Rule(1, seed="s"), TAKER, house.clock.now())
    assert house.samples.runs() == []
    assert len(house.samples.frame()) == 1


@pytest.mark.clause("5.4.1")
def test_the_quotas_move_with_the_calls(house: House, lives: Lives) -> None:
    """You should see each stratum's counts follow what its calls came to, and what would be drawn match what is."""
    for at in range(6):
        lives.replied(f"路灯{at}", phone=f"138000001{at:02}", street="望京街道" if at % 2 else "东湖街道")
    rule = Rule(0.5, "street", "s")
    assert expected(sizes(house, "street"), rule) == (6, 3)
    run = sample(house, rule, CALLER, house.clock.now()).run
    assert (run.frame, run.drawn) == (6, 3)
    calling = Calling(house, CALLER)
    first, second, third = (calling.tickets(each.ticket_ids)[0] for each in house.callback_list.waiting())
    calling.refused([first], "c1")
    calling.not_interviewed([Heard(second)], house.packs.callback.outcome("空号或停机"), "c2")
    calling.interviewed([Heard(third, {name: Answer(value) for name, value in GOOD.items()})], "c3")
    quotas = house.samples.quotas([run.id])
    assert [sum(each) for each in zip(*(quota[1:] for quota in quotas), strict=True)] == [6, 3, 1, 1, 0, 1]
    assert sum(quota.left for quota in quotas) == 0
    assert {quota.stratum for quota in quotas} == {"望京街道", "东湖街道"}
