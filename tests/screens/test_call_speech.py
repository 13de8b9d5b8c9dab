"""What is said in a call, when, and what is kept of it (appendix B.1, 5.1.3.5, 5.3)."""

from collections.abc import Callable
from typing import Any

import pytest

from data.calls import Call

Sit = Callable[..., Any]


def the_call(seat: Any) -> Call:
    """The call that rang last, as kept."""
    call = seat.house.calls.get(seat.call_id)
    assert call is not None
    return call


def stamps(call: Call) -> list[tuple[str, bool]]:
    """Which phrases were said (True) or passed over (False), in order."""
    return [(stamp.phrase_id, stamp.said) for stamp in call.phrases]


@pytest.mark.clause("5.1.3.5")
@pytest.mark.clause("B.1.2.1")
async def test_the_greeting_stands_ready_and_f2_stamps_it(sit: Sit) -> None:
    """You should see B.1.2.1 as soon as F2 answers, and F2 again note it with its time."""
    async with sit() as seat:
        await seat.ring("elevator")
        await seat.pass_time(6)
        await seat.see("响铃6s/15s")
        await seat.press("f2")
        await seat.see("B.1.2.1", "您好，请问您需要什么帮助？", "接听6s✓")
        await seat.press("f2")
        await seat.until(lambda: stamps(seat.model.draft.call)[:1] == [("B.1.2.1", True)])
        assert seat.model.draft.call.phrases[0].at == seat.clock.now()


@pytest.mark.clause("5.1.3.2")
async def test_a_call_answered_after_15_seconds_is_marked(sit: Sit) -> None:
    """You should see the ring time pass 15 s and the answer marked as late."""
    async with sit() as seat:
        await seat.ring("elevator")
        await seat.pass_time(16)
        await seat.see("响铃16s/15s")
        await seat.press("f2")
        await seat.see("接听16s✗超15s")


@pytest.mark.clause("B.1.3.2")
@pytest.mark.clause("B.1.3.3")
@pytest.mark.clause("B.1.3.4")
async def test_b133_comes_only_after_more_than_30_seconds(sit: Sit) -> None:
    """You should see nothing to say at 30 s, B.1.3.3 just after, and B.1.3.4 when the search is over."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.press("f3")
        await seat.see("B.1.3.2")
        await seat.press("f2")
        await seat.pass_time(1)
        await seat.see("来电人等待中")
        await seat.pass_time(29)
        assert "对不起，我正在为您查询" not in seat.glass
        await seat.pass_time(1)
        await seat.see("B.1.3.3", "对不起，我正在为您查询")
        await seat.press("f2")
        await seat.until(lambda: "对不起，我正在为您查询" not in seat.glass)
        await seat.type("暖气不热")
        await seat.until(lambda: seat.app.screen._article is not None)
        await seat.press("escape")
        await seat.see("B.1.3.4", "让您久等了")
        said = [name for name, was_said in stamps(seat.model.draft.call) if was_said]
        assert said[-2:] == ["B.1.3.2", "B.1.3.3"]


@pytest.mark.clause("B.1.3.3")
async def test_a_hold_counts_as_a_wait(sit: Sit) -> None:
    """You should see Ctrl+T hold the caller, B.1.3.3 after 30 s, and B.1.3.4 when the call is taken up again."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.press("ctrl+t")
        await seat.until(lambda: seat.model.phase == "held")
        await seat.pass_time(31)
        await seat.see("等待31s", "B.1.3.3")
        await seat.press("ctrl+t")
        await seat.until(lambda: seat.model.phase == "talking")
        await seat.see("B.1.3.4")
        (hold,) = seat.model.draft.call.holds
        assert (hold.until - hold.since).total_seconds() == 31


@pytest.mark.clause("B.1.4.1")
@pytest.mark.clause("5.3.3")
@pytest.mark.clause("B.1.4.2")
async def test_the_closing_sentences_come_in_order_before_hanging_up(sit: Sit) -> None:
    """You should see F12 bring B.1.4.1, the rating prompt and B.1.4.2 one by one, and hang up only then."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.press("f12")
        for clause in ("B.1.4.1", "5.3.3", "B.1.4.2"):
            await seat.see("现在说" if clause != "5.3.3" else "增补")
            assert seat.model.say_now().clause == clause
            assert seat.model.phase == "talking"
            await seat.press("f2")
        await seat.press("f12")
        await seat.until(lambda: seat.model.phase == "after")
        call = the_call(seat)
        assert (call.ended_by, stamps(call)[-3:]) == ("agent", [("B.1.4.1", True), ("5.3.3", True), ("B.1.4.2", True)])


@pytest.mark.clause("5.1.3.5")
async def test_skipped_sentences_are_kept_as_skipped(sit: Sit) -> None:
    """You should see Ctrl+N pass one over, and F12 twice note the closing sentences as not said."""
    async with sit() as seat:
        await seat.ring("elevator")
        await seat.press("f2")
        await seat.see("B.1.2.1")
        await seat.press("ctrl+n", "f12")
        await seat.see("还未说：B.1.4.1；5.3.3；B.1.4.2")
        await seat.press("f12")
        await seat.until(lambda: seat.model.phase == "after")
        assert stamps(the_call(seat)) == [("B.1.2.1", False), ("B.1.4.1", False), ("5.3.3", False), ("B.1.4.2", False)]


@pytest.mark.clause("5.3.1")
@pytest.mark.clause("5.3.3")
async def test_the_first_grade_pressed_after_the_prompt_is_kept(sit: Sit) -> None:
    """You should see the caller's key kept once, and a second key change nothing."""
    from console.call_events import Digits

    async with sit() as seat:
        await seat.take("parking", "1")
        assert seat.model.draft.call.rating is None
        call_id = seat.model.draft.call.id
        seat.model.on_event(Digits(call_id=call_id, at=seat.clock.now(), digits="1"))
        assert seat.model.draft.call.rating is None, "a key before the prompt is no rating"
        await seat.press("f12", "f2", "f2")
        await seat.pass_time(6)
        await seat.until(lambda: seat.model.draft.call.rating == 4)
        seat.model.on_event(Digits(call_id=call_id, at=seat.clock.now(), digits="1"))
        assert the_call(seat).rating == 4


async def test_a_caller_who_gives_up_is_counted_as_not_connected(sit: Sit) -> None:
    """You should see an unanswered ring end by itself and the desk free for the next call."""
    async with sit() as seat:
        await seat.ring("gas-leak")
        await seat.pass_time(26)
        await seat.see("未接听：记为未接通", "等待来电")
        call = the_call(seat)
        assert (call.answered_at, call.ended_by) == (None, "claimant")
        await seat.ring("elevator")


@pytest.mark.clause("A.1")
async def test_a_call_hung_up_by_the_caller_is_still_completed(sit: Sit) -> None:
    """You should see the record stay after the caller has gone, F8 complete it, and the desk become free."""
    async with sit() as seat:
        await seat.take("housing-fund", "4")
        await seat.fill(text="租房提取公积金要什么条件，一个月能提多少。")
        await seat.pass_time(91)
        await seat.see("来电人已挂断", "通话已结束")
        await seat.press("f8")
        await seat.see("等待来电")
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.text.startswith("租房提取公积金")
        assert the_call(seat).ended_by == "claimant"
        assert ("B.1.4.1", False) in stamps(the_call(seat))


async def test_an_empty_call_ends_as_one_without_a_request(sit: Sit) -> None:
    """You should see F8 on an empty record ask once more, then free the desk without a ticket."""
    async with sit() as seat:
        await seat.ring("elevator")
        await seat.press("f2")
        await seat.see("B.1.2.1")
        await seat.press("f12", "f12")
        await seat.see("通话已结束")
        await seat.press("f8")
        await seat.see("再按一次F8")
        await seat.press("f8")
        await seat.see("等待来电")
        assert not list(seat.house.tickets.every())
        assert the_call(seat).ended_by == "agent"


@pytest.mark.clause("B.1.1")
async def test_any_phrase_can_be_picked_from_the_table(sit: Sit) -> None:
    """You should see Ctrl+L list the phrases, narrow as typed, and note the picked one as said."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.press("ctrl+l")
        await seat.see("服务用语")
        await seat.type("再说一遍")
        await seat.see("麻烦您再说一遍好吗")
        await seat.press("enter")
        await seat.until(lambda: ("B.1.1-12", True) in stamps(seat.model.draft.call))


@pytest.mark.clause("5.1.3.3a")
async def test_the_next_missing_element_is_a_sentence_to_read(sit: Sit) -> None:
    """You should see each missing element's question in turn, the caller answer, and F2 go on to the next."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        asked = []
        for _ in range(3):
            line = seat.model.say_now()
            assert line.text.startswith(("请问", "麻烦您"))
            asked.append(line.phrase_id)
            await seat.press("f2")
        assert len(set(asked)) == 3
        await seat.see("来电人：")
