"""The cursor of the desks that list tickets, when a ticket leaves the list: it never falls on one that nobody chose."""

from typing import Any

import pytest

from console.handling import Handling
from console.supervision import Supervising
from data.lifecycle import State
from data.people import Role
from screens.widgets.pick import PickList
from tests.screens.unit_hands import HANDLER, LEADER, SUPERVISOR, UNIT, Past, past

__all__ = ["past"]


@pytest.mark.clause("5.2.2.2.1")
async def test_a_handler_does_not_sign_what_came_under_the_cursor_by_itself(sit: Any, past: Past) -> None:
    """You should see that a colleague signed the one under the cursor, and the next one signed only after Down."""
    first, second = past.dispatched("路灯不亮"), past.dispatched("垃圾成堆")
    async with sit(Role.UNIT, agent_no="3001", unit=UNIT) as seat:
        await seat.see("待签收2", "▸F8签收")
        Handling(past.house, LEADER).sign(first)
        seat.app.screen.arrived()
        await seat.see("待签收1", f"工单{first.number}已不在这个清单里（3002签收）：↑↓选下一件")
        await seat.press("f8")
        await seat.see("✗工单", "已不在这个清单里")
        assert past.now(second).state is State.DISPATCHED
        await seat.press("down", "f8")
        await seat.see(f"已签收{second.number}")


async def test_a_page_that_is_chosen_for_a_ticket_that_left_says_so(sit: Any, past: Past) -> None:
    """You should see why no page opens: the choice stood over the list while a colleague answered."""
    ticket = past.contacted("路灯不亮")
    async with sit(Role.UNIT, agent_no="3001", unit=UNIT) as seat:
        await seat.press("f2")
        await seat.see("办理中1")
        await seat.press("f6")
        await seat.see("协同、退回、督办")
        elements = {"unit": UNIT, "handled_at": "今天", "course": "已换", "measures": "换灯", "told": "已告知"}
        Handling(past.house, LEADER).reply(past.now(ticket), "已解决", elements)
        seat.app.get_screen("承办").arrived()
        await seat.press("1")
        await seat.see(f"工单{ticket.number}已不在这个清单里（3002反馈）")


@pytest.mark.clause("5.2.3")
async def test_a_supervisor_acts_on_no_ticket_that_slid_under_the_cursor(sit: Any, past: Past) -> None:
    """You should see that its order was closed by a colleague, and F4 open nothing until another is chosen."""
    tickets = [past.ordered(past.contacted(title)) for title in ("路灯不亮", "垃圾成堆")]
    async with sit(Role.SUPERVISOR, agent_no="7002") as seat:
        seat.app.open_desk("督办")
        for _ in range(8):
            await seat.press("f2")
        await seat.see("督办中2件")
        chosen = seat.app.screen._item()
        Supervising(past.house, SUPERVISOR).close(chosen, chosen.handling.supervisions[0].id, "已到场")
        seat.app.screen.arrived()
        await seat.see(f"工单{chosen.number}已不在这个清单里（7001督办了结）")
        await seat.press("f4")
        assert "督办方式" not in seat.glass
        await seat.press("down")
        assert seat.app.screen._item().id == next(each.id for each in tickets if each.id != chosen.id)
        assert not seat.app.screen.query_one(PickList).between


async def test_one_s_own_step_goes_on_to_the_next(sit: Any, past: Past) -> None:
    """You should see the next ticket under the cursor after signing one, nothing said about leaving."""
    past.dispatched("路灯不亮"), past.dispatched("垃圾成堆")
    async with sit(Role.UNIT, agent_no=HANDLER.agent_no, unit=UNIT) as seat:
        await seat.see("待签收2", "▸F8签收")
        await seat.press("f8")
        await seat.see("待签收1", "▸F8签收")
        assert "已不在这个清单里" not in seat.glass
        await seat.press("f8")
        await seat.see("没有待签收的工单")
        assert "已不在这个清单里" not in seat.glass
