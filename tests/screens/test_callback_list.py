"""What the lists of the callback desk tell (5.4): when to call, what is being called, and how an answer came to change."""

from typing import Any

import pytest

from data.people import Role
from tests.lives import Lives
from tests.screens.test_callback_desk import Sit, answer, listed


async def test_a_time_on_another_day_stands_with_its_day(sit: Sit, house: Any) -> None:
    """You should see the day of an appointment that is not today's, and its hour below the list, so that nobody waits for it."""
    Lives(house).replied("小区电梯停运三天无人维修居民上下楼困难")
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1")
        await seat.press("f6")
        await seat.see("约时间")
        seat.app.screen.query_one("#when").value = "明天下午3点半"
        await seat.press("f8")
        await seat.see("约11-25已拨1次", "还没有到约定的时间11-2515:30")


async def test_the_list_says_which_number_is_being_called(sit: Sit, house: Any) -> None:
    """You should see 正在回访 on the row of a call that was left with Esc, on no other one, and gone with the call."""
    Lives(house).replied(phone="13800000011")
    Lives(house).replied(phone="13800000012")
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单2")
        assert "正在回访" not in seat.glass
        await seat.press("f8")
        await seat.see("B.4.1")
        await seat.press("escape")
        await seat.see("正在回访")
        assert seat.glass.count("正在回访") == 1
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1", "0")
        await seat.press("f8")
        await seat.see("已记为拒访", "名单1")
        assert "正在回访" not in seat.glass


@pytest.mark.clause("5.4.4")
async def test_an_answer_that_fell_away_is_told_in_words(sit: Sit, house: Any) -> None:
    """You should see what B.4.5 had been answered, and 不再问 in its place once the grade is no bad one any more."""
    Lives(house).replied()
    listed(house)
    async with sit(Role.CALLBACK) as seat:
        await seat.see("名单1")
        await seat.press("f8")
        await seat.see("B.4.1")
        await answer(seat, "1", "1", "1", "1", "1", "4")
        await seat.see("B.4.5")
        await seat.press("2")
        await answer(seat, "f8", "f4", "f4")
        await seat.press("2")
        await seat.see("为什么改？")
        await seat.press("1", "f8")
        await seat.see("改过2处答案")
        await answer(seat, "f8")
        await seat.press("f8")
        await seat.see("已记回访")
        await seat.press("f2", "f2")
        await seat.see("改过：不满意→满意", "改过：态度→不再问（诉求人改口")
