"""The callback desk by keyboard alone (5.4, B.4): every way a call may go, and nothing answered that was not chosen."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from console.callback import Calling
from console.handling import Handling
from console.house import House
from console.sampling import Rule, kept, listing, sample
from data.callbacks import CHOICES, Answer
from data.lifecycle import State
from data.people import Actor, Role
from tests.lives import Lives

Sit = Callable[..., Any]
SAMPLER = Actor("8107", roles=frozenset({Role.CALLBACK}))


@pytest.fixture
def lives(house: Any) -> Lives:
    """Makes tickets that their unit has answered."""
    return Lives(house)


def listed(house: Any) -> None:
    sample(house, Rule(1, seed="s"), SAMPLER, house.clock.now())


async def answer(seat: Any, *keys: str) -> None:
    """Press one key an answer, each when its question stands on the glass."""
    for key in keys:
        before = seat.app.screen._held.now
        await seat.press(key)
        await seat.until(lambda before=before: seat.app.screen._held.now != before)


@pytest.mark.clause("B.4.1")
@pytest.mark.clause("B.4.2")
@pytest.mark.clause("B.4.3")
@pytest.mark.clause("B.4.4")
@pytest.mark.clause("B.4.6")
@pytest.mark.clause("5.4.4¶2")
@pytest.mark.clause("5.4.3")
async def test_an_interview_is_read_as_printed_with_one_key_an_answer(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see each sentence of B.4 in its turn, the answers given by digits, and the request completed."""
    ticket = lives.replied("小区电梯停运")
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1", "小区电梯停运")
        await seat.press("f8")
        await seat.see("您好，我是12345市民服务热线的回访人员，请问您是何慧先生/女士吗？本次联系您是为了做回访调查。")
        await answer(seat, "1")
        await seat.see("5.4.2（增补）", "愿意回答吗？")
        await answer(seat, "1")
        await seat.see("针对您之前反映的小区电梯停运问题，承办单位是否联系或尝试与您联系？", "第1问共5")
        assert "曾通过电话、上门、短信" not in seat.glass
        await seat.press("f2")
        await seat.see("尝试联系是指曾通过电话、上门、短信等各种方式联系您。")
        await answer(seat, "1", "1")
        await seat.see("您反映的问题是否得到解决？", "1○已解决2○部分解决3○未解决0○拒答")
        await seat.type("修好了，但拖了一周")
        await seat.press("tab")
        await answer(seat, "1")
        await seat.see("对问题的处理情况是非常满意、满意、基本满意、不满意、非常不满意？")
        await seat.see("1○非常满意2○满意3○基本满意4○不满意5○非常不满意0○拒答")
        await answer(seat, "2")
        await seat.see("您还有什么意见或者建议？")
        await seat.type("希望快一点")
        await answer(seat, "f8")
        await seat.see("感谢您的配合，不打扰了，再见。")
        await seat.press("f8")
        await seat.see("已记回访，工单已办结", "没有等待回访的")
    last = house.tickets.get(ticket.id).callback.last
    assert {name: (each.value, each.said) for name, each in last.answers.items()} == {
        "contacted": ("是", ""),
        "told": ("是", ""),
        "solved": ("已解决", "修好了，但拖了一周"),
        "satisfaction": ("满意", ""),
        "views": ("", "希望快一点"),
    }
    assert last.answers["contacted"].explained
    assert not last.answers["told"].explained


@pytest.mark.clause("5.4.2")
async def test_who_does_not_accept_is_asked_nothing(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see a polite end without a question, and the number gone from the list for good."""
    ticket = lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1")
        await seat.see("0○不接受回访")
        await answer(seat, "0")
        await seat.see("好的，不打扰您了，感谢您接听，再见。")
        await seat.press("f8")
        await seat.see("已记为拒访：以后不再回访这个号码", "名单0", "拒访1")
    assert house.tickets.get(ticket.id).callback.refused


@pytest.mark.clause("B.4.5")
async def test_words_alone_choose_no_aspect(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see what the claimant said kept as it was said, and no aspect that nobody ticked (5.4.4)."""
    ticket = lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1", "1", "1", "2", "3", "5")
        await seat.see("请问您对哪方面不满意？")
        await seat.type("来人看了一眼就走了")
        await answer(seat, "f8", "f8")
        await seat.press("f8")
        await seat.see("没有了结")
    aspects = house.tickets.get(ticket.id).callback.last.answers["aspects"]
    assert (aspects.value, aspects.said) == ("", "来人看了一眼就走了")


@pytest.mark.clause("B.4.5")
async def test_the_dissatisfied_are_asked_what_and_the_request_goes_back(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see B.4.5 with its examples hidden, ticks and words kept, and the request sent back with them."""
    ticket = lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1", "1", "1", "2")
        await answer(seat, "3", "5")
        await seat.see("请问您对哪方面不满意？", "1□效率2□态度3□质量4□其他")
        assert "办事人员态度" not in seat.glass
        await seat.press("2", "3")
        await seat.see("2▣态度3▣质量")
        await seat.press("2")
        await seat.type("来人看了一眼就走了")
        await answer(seat, "f8", "f8")
        await seat.press("f8")
        await seat.see("没有了结")
        await seat.press("f2")
        await seat.see("没有了结1", "质量", "来人看了一眼就走了")
        await seat.press("f5")
        await seat.see("回访：未解决、非常不满意；诉求人：“来人看了一眼就走了”")
        await seat.press("f8")
        await seat.see(f"已发回{ticket.number}：办理中")
    after = house.tickets.get(ticket.id)
    assert after.state is State.HANDLING
    assert "来人看了一眼就走了" in after.handling.sent_back[0]


async def test_nobody_reached_is_called_again(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see the outcomes with what follows, one taken by its digit, and the number dim until its time."""
    lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8", "f12")
        await seat.see("2占线未接触·11-2411:02以后再拨", "8号码错误不合格·不再拨打")
        await seat.press("2")
        await seat.see("已记为占线：11-2411:02以后再拨")
        await seat.press("f8")
        await seat.see("还没有到再次拨打的时间11-2411:02")


async def test_a_wrong_person_leads_to_an_outcome(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see a polite end for somebody else, and F8 ask for what the call came to."""
    ticket = lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("2○不是本人")
        await answer(seat, "2")
        await seat.see("不打扰您了")
        await seat.press("f8")
        await seat.see("请记下这次呼叫的结果")
        await seat.press("f12", "8")
        await seat.see("已记为号码错误：不再拨打")
    assert house.tickets.get(ticket.id).callback.last.outcome == "号码错误"


async def test_a_time_is_agreed(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see a time that is none refused, and an appointment stand in the list with its time."""
    lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1")
        await seat.press("f6")
        await seat.see("约时间")
        await seat.type("一会儿")
        await seat.press("f8")
        await seat.see("不是可用的时间")
        seat.app.screen.query_one("#when").value = "下午3点半"
        await seat.press("f8")
        await seat.see("已约定11-2415:30回访", "约15:30")
        assert "约11-24" not in seat.glass


@pytest.mark.clause("5.4.4")
async def test_words_beyond_the_script_are_checked_before_they_are_said(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see leading words named with their clause and a neutral wording, and kept only with the key twice."""
    lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1", "1", "1", "1", "1")
        await seat.press("f5")
        await seat.see("用语检查5.4.4")
        await seat.type("现在应该满意了吧")
        await seat.see("“现在应该满意了吧”5.4.4", "可改为")
        await seat.press("f8")
        await seat.see("这句话带有引导（5.4.4）")
        await seat.press("f8")
        await seat.until(lambda: seat.app.screen._held.interview.probes)
        (probe,) = seat.app.screen._held.interview.probes
        assert probe.text == "现在应该满意了吧"
        assert probe.findings
        await seat.press("f5")
        await seat.see("要说的话")
        await seat.type("请问您能具体说一下吗")
        await seat.see("没有查出倾向性、诱导性的用语")


@pytest.mark.clause("5.4.4")
async def test_going_back_loses_nothing_and_a_change_wants_its_reason(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see the earlier answer stand, another one ask for its reason, and both values kept."""
    ticket = lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1", "1", "1", "1", "1", "4")
        await seat.see("B.4.5")
        await answer(seat, "f4")
        await seat.see("4●不满意")
        await answer(seat, "f8")
        await answer(seat, "f4")
        await seat.press("2")
        await seat.see("为什么改？")
        await seat.press("f8")
        await seat.see("请选一个理由")
        await seat.press("1", "f8")
        await seat.see("改过1处答案", "您还有什么意见")
        await answer(seat, "f8")
        await seat.press("f8")
        await seat.see("已记回访")
        await seat.press("f2", "f2")
        await seat.see("今日已访1", "改过：不满意→满意（诉求人改口")
        await seat.press("f4", "f2", "f2")
        await seat.see("3/5是否解决", "现在记的是已解决")
        await seat.press("3", "f8")
        await seat.see("更正答案要写明理由")
        await seat.press("2", "f8")
        await seat.see("已更正")
    (first, second) = house.tickets.get(ticket.id).callback.last.changes
    assert (first.before.value, first.after.value, first.reason) == ("不满意", "满意", "诉求人改口")
    assert (second.before.value, second.after.value, second.reason) == ("已解决", "未解决", "记录有误")


async def test_a_key_pressed_before_its_question_answers_nothing(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see keys sent at once answer only the question that stood on the glass."""
    lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        for _ in range(6):
            seat.app.screen.query_one("#answers").choose("1")
        await seat.see("愿意回答吗？")
        assert seat.app.screen._held.interview.person == "是本人"
        assert seat.app.screen._held.interview.consent == ""
        assert seat.app.screen._held.interview.answers == {}


@pytest.mark.clause("5.4.4")
@pytest.mark.parametrize("seed", range(3))
async def test_no_keys_lead_to_an_answer_that_was_not_chosen(sit: Sit, house: Any, lives: Lives, seed: int) -> None:
    """You should see, whatever keys are hit, each stored answer to be one that a key gave while its question stood there."""
    for at in range(3):
        lives.replied(f"路灯{at}", phone=f"1380000000{at // 2}")
    listed(house)
    chance = random.Random(seed)
    keys = [*"0123456789", "f2", "f4", "f5", "f6", "f8", "f8", "f12", "escape", "tab", "enter", "space", "a", "down"]
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单2")
        for _ in range(120):
            await seat.press(chance.choice(keys))
    for ticket in house.tickets.every():
        for result in ticket.callback.results:
            for question, given in result.answers.items():
                assert given.value in (*CHOICES.get(question, ()), "") or question == "aspects"
            whole = all(result.answers.get(name, Answer()).value for name in CHOICES)
            assert whole or result.outcome != "完成访问"
            assert result.consent is True or not result.answers
        assert len(ticket.callback.results) <= len(ticket.callback.plans)


async def test_a_supervisor_draws_a_sample_and_cannot_call(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see the frame before anything is drawn, the quotas after, and the reason why F8 is dim."""
    for at in range(4):
        lives.replied(f"路灯{at}", phone=f"1380000000{at}")
    async with sit(Role.SUPERVISOR) as seat:
        await seat.press("ctrl+o")
        await seat.see("换台")
        await seat.until(lambda: seat.app.screen._desks)
        await seat.press(str(seat.app.screen._desks.index("回访") + 1))
        await seat.see("没有等待回访的：按F6")
        await seat.press("f6")
        await seat.see("可抽4件，会抽4件")
        seat.app.screen.query_one("#rate").value = "50"
        await seat.see("可抽4件，会抽2件")
        seat.app.screen.query_one("#rate").value = "很多"
        await seat.see("比例请写数字")
        seat.app.screen.query_one("#rate").value = "50"
        await seat.press("f8")
        await seat.see("样框4件，抽取2件列入名单", "名单2")
        await seat.press("f8")
        await seat.see("回访须由回访员操作")
        await seat.press("f6")
        await seat.see("可抽0件", "望京街道办事处抽2/4")
        await seat.press("f8")
        await seat.see("没有可以抽取的工单")


async def test_what_another_did_meanwhile_is_said(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see that a request was sent back by somebody else, and nothing done twice."""
    ticket = lives.replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1", "1", "1", "1", "3", "4", "f8", "f8")
        await seat.press("f8")
        await seat.see("没有了结")
        await seat.press("f2", "f5")
        await seat.see("发回重办")
        now = house.tickets.get(ticket.id)
        Handling(house, Actor("2001", roles=frozenset({Role.DISPATCHER}))).send_back(now, "再办")
        await seat.press("f8")
        await seat.see("刚被他人改动（2001发回重办）")


@pytest.mark.clause("5.4.1")
async def test_the_quotas_are_seen_live_and_a_broken_listing_goes_on(
    sit: Sit, house: Any, lives: Lives, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see how many of a sample were not listed, F8 list them, and the quotas move when another console calls."""
    monkeypatch.setattr("screens.callback.sampling.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("console.sampling.BATCH", 1)
    for at in range(3):
        lives.replied(f"路灯{at}", phone=f"1380000000{at}")
    run = kept(house, Rule(1, "unit", "s"), SAMPLER, clock.now())
    assert next(listing(house, run, SAMPLER, clock.now())) == 1
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f6")
        await seat.see("上次抽取的还有2件没有列入名单", "抽3/3成功0拒访0未接触0不合格0待访3")
        await seat.press("f8")
        await seat.see("已接着列入2件", "名单3")
        await seat.press("f6")
        await seat.see("可抽0件")
        other = House(house.home.root, clock)
        first = other.tickets.get(other.callback_list.waiting()[0].ticket_ids[0])
        Calling(other, SAMPLER).refused([first], "c1")
        await seat.see("拒访1", "待访2")
        other.close()
