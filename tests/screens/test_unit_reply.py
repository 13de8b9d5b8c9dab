"""The page of a unit's reply (5.2.2.3): words that are not what an element asks for, and where to write next."""

from typing import Any

import pytest

from data.lifecycle import State
from data.people import Role
from tests.screens.unit_hands import UNIT, WEB, Past, past

__all__ = ["past"]


async def at_reply(seat: Any) -> None:
    """Go to the reply to the one ticket that is being handled."""
    await seat.press("f2")
    await seat.see("办理中1")
    await seat.press("f8")
    await seat.see("先选办理结果")


@pytest.mark.clause("5.2.2.3.7b")
async def test_a_vague_time_and_an_unknown_unit_are_shown_and_refused(sit: Any, past: Past) -> None:
    """You should see ✗ and what is needed as one writes, F8 say it and go there, and the reply sent once mended."""
    ticket = past.contacted("路灯不亮")
    async with sit(Role.UNIT, agent_no="3001", unit=UNIT) as seat:
        await at_reply(seat)
        await seat.press("2")
        for name in ("course", "reason", "next_step", "told"):
            await seat.fill(**{name: "待批复"})
        await seat.fill(by_when="尽快")
        await seat.see("✗落实时间5.2.2.3.7b", "✗落实时间“尽快”不是时间：请写日期或期限")
        await seat.press("tab", "f8")
        await seat.see("落实时间“尽快”不是时间", "如2026-12-01、12月1日、下周三前、三个工作日内（5.2.2.3.7b）")
        assert seat.app.screen.focused.id == "by_when"
        await seat.press("ctrl+u")
        await seat.type("三个工作日内")
        await seat.see("✓落实时间")
        seat.app.screen.query_one("#unit").focus()
        await seat.press("end", "ctrl+u")
        await seat.type("物业")
        await seat.press("f8")
        await seat.see("主责单位“物业”不在单位表里：请写单位的全称")
        assert past.now(ticket).state is State.HANDLING
        await seat.press("ctrl+u")
        await seat.type("市水务局")
        await seat.see("✓主责单位")
        await seat.press("f8")
        await seat.see("已按原派单方式反馈")
    elements = past.now(ticket).handling.feedbacks[-1].elements
    assert (elements["unit"], elements["by_when"]) == ("市水务局", "三个工作日内")


@pytest.mark.clause("5.2.2.3.7a")
async def test_a_refused_reply_goes_to_the_first_element_that_it_lacks(sit: Any, past: Past) -> None:
    """You should see the focus on the outcome, then on each missing element in turn, and be able to write there."""
    past.contacted("路灯不亮")
    async with sit(Role.UNIT, agent_no="3001", unit=UNIT) as seat:
        await at_reply(seat)
        await seat.press("tab", "f8")
        await seat.see("请选办理结果")
        assert seat.app.screen.focused.id == "outcome"
        await seat.press("1")
        for name, label in (("course", "办理情况"), ("measures", "主要措施"), ("told", "反馈情况")):
            await seat.press("f8")
            await seat.see(f"“已解决”的回复还缺{label}")
            assert seat.app.screen.focused.id == name
            await seat.type("已办")
        await seat.press("f8")
        await seat.see("已按原派单方式反馈")


@pytest.mark.clause("5.2.2.3.1")
async def test_a_web_reply_goes_to_the_opinion_watch_last(sit: Any, past: Past) -> None:
    """You should see the elements of the outcome asked for first, then what was seen of public opinion."""
    past.contacted("占道经营", source=WEB)
    async with sit(Role.UNIT, agent_no="3001", unit=UNIT) as seat:
        await at_reply(seat)
        await seat.press("1", "f8")
        await seat.see("还缺办理情况")
        for name in ("course", "measures", "told"):
            await seat.fill(**{name: "已办"})
        await seat.press("f8")
        await seat.see("请写明关注到的舆情信息")
        assert seat.app.screen.focused.id == "opinion_watch"
