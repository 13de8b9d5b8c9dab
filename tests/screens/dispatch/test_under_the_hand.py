"""The ticket under the cursor while somebody else sends it: the next key acts on no ticket that was not chosen."""

from typing import Any

import pytest

from console.dispatch_desk import DispatchDesk
from console.supervision import Supervising
from data.lifecycle import State
from data.people import Actor, Role
from screens.widgets.pick import PickList
from tests.screens.dispatch.steps import GAS, OTHER, Make, Sit, at_desk, last, under_cursor


@pytest.mark.parametrize(("key", "page"), [("f5", "改去向"), ("f6", "派单处理意见")])
async def test_a_page_says_what_another_did_and_the_next_f8_sends_nothing_else(
    sit: Sit, waiting: Make, house: Any, street: str, key: str, page: str
) -> None:
    """You should see what the other did on the page and in place of the ticket, and the next ticket wait until Down."""
    first, second = (waiting(f"占道经营第{at}件", unit=street) for at in "一二")
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        assert "第一件" in under_cursor(seat)
        await seat.press(key)
        await seat.see(page)
        DispatchDesk(house, OTHER).send(first)
        await seat.press("f8")
        await seat.see(page, f"工单{first.number}刚被他人改动（2002派单）：已显示最新内容")
        await seat.press("escape")
        await seat.see("待派1", f"工单{first.number}已不在这个清单里（2002派单）：↑↓选下一件")
        assert not any(line.startswith("▸ ") for line in seat.lines)
        await seat.press("f8")
        await seat.see("已不在这个清单里")
        assert house.tickets.get(second.id).state is State.TO_DISPATCH
        await seat.press("down")
        assert "第二件" in under_cursor(seat)
        await seat.press("f8")
        await seat.see("已派至")
    assert [last(house, each)[0].by for each in (first, second)] == ["2002", "2001"]


async def test_what_left_the_list_while_one_reads_is_told(sit: Sit, waiting: Make, house: Any, street: str) -> None:
    """You should see no ticket under the cursor after another sent it, Up take the one before, Down the one after."""
    tickets = [waiting(f"占道经营第{at}件", unit=street) for at in "一二三"]
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("down")
        assert "第二件" in under_cursor(seat)
        DispatchDesk(house, OTHER).send(tickets[1])
        seat.app.screen.arrived()
        await seat.see("待派2", f"工单{tickets[1].number}已不在这个清单里（2002派单）")
        for key in ("f8", "f5", "f6", "space"):
            await seat.press(key)
            await seat.see("✗工单", "已不在这个清单里")
        await seat.press("up")
        assert "第一件" in under_cursor(seat)
        DispatchDesk(house, OTHER).send(tickets[0])
        seat.app.screen.arrived()
        await seat.see(f"工单{tickets[0].number}已不在这个清单里（2002派单）")
        await seat.press("down")
        assert "第三件" in under_cursor(seat)
        DispatchDesk(house, OTHER).send(tickets[2])
        seat.app.screen.arrived()
        await seat.see("待派0", f"工单{tickets[2].number}已不在这个清单里（2002派单）")
    assert all(last(house, each)[0].by == "2002" for each in tickets)


async def test_a_ticket_that_comes_back_is_under_the_cursor_again(
    sit: Sit, sent: Make, handler: Any, house: Any
) -> None:
    """You should see the cursor on the ticket once its return is asked for anew."""
    ticket = handler.ask_return(handler.sign(sent()), "不属本单位职责")
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f2")
        await seat.see("▸申请退回1")
        DispatchDesk(house, OTHER).work.refuse_return(ticket, "属其职责")
        seat.app.screen.arrived()
        await seat.see("已不在这个清单里（2002不同意退回）")
        handler.ask_return(house.tickets.get(ticket.id), "确不属本单位职责")
        seat.app.screen.arrived()
        await seat.see("▸申请退回1", "确不属本单位职责")
        assert "占道经营" in under_cursor(seat)
        assert "已不在这个清单里" not in seat.glass


async def test_a_page_goes_on_where_somebody_only_ordered(sit: Sit, waiting: Make, house: Any, street: str) -> None:
    """You should see an order told once, what you wrote kept, and the next F8 go on: the ticket still waits."""
    ticket = waiting(unit=street)
    supervisor = Supervising(house, Actor("7001", "", frozenset({Role.SUPERVISOR})))
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f6")
        await seat.type("请即核实")
        supervisor.censure(ticket, street, "推诿")
        await seat.press("f8")
        await seat.see("刚被他人改动（7001通报）")
        await seat.press("f8")
        await seat.see("▸待派1", "意见请即核实")
        assert seat.app.screen.query_one(PickList).at == 0


async def test_a_chosen_unit_is_not_kept_for_a_ticket_that_is_past_choosing(
    sit: Sit, waiting: Make, house: Any, street: str, handler: Any
) -> None:
    """You should see why no unit can be chosen any more, and none kept."""
    ticket = waiting(unit=street)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f5")
        await seat.type(GAS)
        await seat.see("值班电话")
        handler.sign(DispatchDesk(house, OTHER).send(ticket))
        await seat.press("f8")
        await seat.see("刚被他人改动（2002派单、3001签收）")
        await seat.press("f8")
        await seat.see("已签收，没有申请退回：首接负责，不能改派（4.2）")
        assert seat.app.get_screen("派单").model.choice(ticket).unit == ""
