"""改派, 退回, 办结: what a dispatcher does with a ticket that a unit has or has answered (4.2, 5.2.3, 5.3.4)."""

from datetime import timedelta
from typing import Any

import pytest

from console.dispatch_choices import Choice
from console.dispatch_desk import DispatchDesk
from console.handling import Handling
from console.when import stamp
from data.lifecycle import State
from data.people import Role
from tests.lives import elements_of
from tests.screens.dispatch.steps import OTHER, WATER, Make, Sit, at_desk, last, to_list


@pytest.mark.clause("4.2")
async def test_a_slip_is_taken_back_before_it_is_signed_with_a_reason(
    sit: Sit, sent: Make, house: Any, street: str
) -> None:
    """You should see it refused for the same unit, then without a reason, and then the first receiver kept."""
    ticket = sent()
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "已派")
        await seat.see(f"{street}承办", "2002号", "签收")
        await seat.press("f8")
        await seat.see(f"这件工单已在{street}：请另选承办单位（4.2）")
        await seat.press("f5")
        await seat.type("自来水")
        await seat.press("f8", "f8")
        await seat.see("改派要写明理由：请按F6")
        await seat.press("f6")
        await seat.type("选错了单位")
        await seat.press("f8")
        await seat.see(f"拟改派{WATER}", "理由：选错了单位")
        await seat.press("f8")
        await seat.see(f"已改派至{WATER}", f"{street}首接（4.2）")
    handling = house.tickets.get(ticket.id).handling
    assert (handling.first_unit, handling.now_with.unit) == (street, WATER)
    assert last(house, ticket)[0].payload["reason"] == "选错了单位"


@pytest.mark.clause("4.2")
async def test_what_is_typed_takes_the_place_of_a_proposed_reason(
    sit: Sit, sent: Make, handler: Handling, house: Any
) -> None:
    """You should see your own words alone, or behind the proposed ones after End; and your own again, not selected."""
    handler.ask_return(handler.sign(sent()), "不属本单位职责", WATER)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "申请退回")
        await seat.press("f6")
        await seat.see("拟好的")
        await seat.type("应由水务办理，")
        assert seat.value("words") == "应由水务办理，"
        await seat.press("escape", "f6")
        await seat.until(lambda: seat.value("words") == "应由水务办理，")
        assert "拟好的" not in seat.glass
        await seat.type("已沟通")
        assert seat.value("words") == "应由水务办理，已沟通"
        await seat.press(*["backspace"] * 20, "escape", "f6", "end")
        await seat.type("，请水务办理")
        assert seat.value("words") == "同意退回：不属本单位职责，请水务办理"


@pytest.mark.clause("4.2")
@pytest.mark.clause("5.2.2.3.2c")
async def test_limits_that_count_anew_are_told_before_and_after(
    sit: Sit, sent: Make, handler: Handling, house: Any, clock: Any
) -> None:
    """You should see, before F8, until when they ran and will run; then in the notice, the history and at the new unit."""
    ticket = handler.ask_return(handler.sign(sent()), "不属本单位职责", WATER)
    before = stamp(ticket.handling.feedback_due)
    clock.advance(3 * 86400)
    after = stamp(clock.now() + timedelta(days=7))
    async with sit(Role.DISPATCHER, agent_no="2001", size=(80, 40)) as seat:
        await at_desk(seat)
        await to_list(seat, "申请退回")
        told = f"时限自改派起重新计，原应{before}前反馈（4.2），改派后{after}前反馈"
        await seat.see(told)
        await seat.press("f6")
        await seat.see(told, "写明为什么改派")
        await seat.press("f8")
        await seat.see(f"拟改派{WATER}", told)
        await seat.press("f8")
        await seat.see(f"已改派至{WATER}", "时限自改派起重新计")
        await to_list(seat, "已派")
        await seat.see(f"时限自改派起重新计，原应{before}前反馈（4.2）")
        await seat.press("f7", "f7")
        await seat.see(f"{after}前反馈（自改派起重新计，原{before}前）")
    moved = house.tickets.get(ticket.id)
    assert moved.handling.now_with.notes[-1].startswith("时限自改派起重新计")
    assert house.tickets.rebuild(ticket.id) == moved


@pytest.mark.clause("4.2")
async def test_a_signed_ticket_that_nobody_asks_back_stays(
    sit: Sit, sent: Make, handler: Handling, house: Any, street: str
) -> None:
    """You should see the rule of the first receiver."""
    ticket = handler.sign(sent())
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "已派")
        await seat.press("f8")
        await seat.see(f"{street}已签收，没有申请退回：首接负责，不能改派（4.2）")
        await seat.press("f4")
        await seat.see("承办单位没有申请退回（4.2）")
    assert house.tickets.get(ticket.id) == ticket


@pytest.mark.clause("4.2")
async def test_a_return_is_accepted_with_another_unit(
    sit: Sit, sent: Make, handler: Handling, house: Any, street: str
) -> None:
    """You should see the unit's reason and suggestion; until the other has it, the first stays responsible."""
    ticket = handler.ask_return(handler.sign(sent()), "不属本单位职责", WATER)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see("申请退回1")
        await to_list(seat, "申请退回")
        await seat.see(f"{street}申请退回：不属本单位职责", "另派之前仍由其负责（4.2）")
        await seat.press("f8")
        await seat.see("改派要写明理由")
        assert house.tickets.get(ticket.id).handling.now_with.unit == street
        await seat.press("f6")
        assert seat.value("words") == "同意退回：不属本单位职责"
        await seat.see("拟好的：F8照用，直接写即换掉")
        await seat.press("f8", "f8")
        await seat.see(f"已改派至{WATER}", "申请退回0")
    handling = house.tickets.get(ticket.id).handling
    assert (handling.first_unit, handling.now_with.unit, handling.return_request) == (street, WATER, None)
    assert last(house, ticket)[0].payload["suggested"] == WATER


@pytest.mark.clause("4.2")
async def test_a_return_is_refused_with_a_reason(sit: Sit, sent: Make, handler: Handling, house: Any) -> None:
    """You should see it refused without one, and the ticket stay where it is with one."""
    ticket = handler.ask_return(handler.sign(sent()), "不属本单位职责")
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "申请退回")
        await seat.press("f4")
        await seat.see("不同意退回", "不属本单位职责")
        await seat.press("f8")
        await seat.see("不同意退回要写明理由（4.2）")
        await seat.type("占道经营属街道职责")
        await seat.press("f8")
        await seat.see("已答复不同意退回", "申请退回0", "没有申请退回的工单")
    assert house.tickets.get(ticket.id).state is State.SIGNED
    assert last(house, ticket)[0].payload == {"reason": "占道经营属街道职责"}


@pytest.mark.clause("5.3.4")
async def test_an_answered_ticket_is_completed_by_two_presses(sit: Sit, answered: Make, house: Any) -> None:
    """You should see the reply with its elements, and the second F8 complete, since that cannot be undone."""
    ticket = answered()
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "已反馈")
        await seat.see("3001号反馈：已解决", "主要措施的内容")
        await seat.press("f5")
        await seat.see("“已反馈”的工单不能改派（附录A）")
        await seat.press("f8")
        await seat.see("办结后不能再改")
        assert house.tickets.get(ticket.id).state is State.FED_BACK
        await seat.press("f8")
        await seat.see(f"已办结：{ticket.number}")
    assert house.tickets.get(ticket.id).state is State.COMPLETED


@pytest.mark.clause("5.2.3")
async def test_a_reply_is_sent_back_with_a_reason(sit: Sit, answered: Make, house: Any) -> None:
    """You should see it refused without a reason, and handled again with one."""
    ticket = answered()
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "已反馈")
        await seat.press("f4", "f8")
        await seat.see("发回重办要写明理由（5.2.3）")
        await seat.type("没有写现场结果")
        await seat.press("f8")
        await seat.see("已发回重办", "已反馈0")
    assert house.tickets.get(ticket.id).state is State.HANDLING
    assert house.tickets.get(ticket.id).handling.sent_back == ["没有写现场结果"]


@pytest.mark.clause("4.1")
async def test_a_legal_limit_still_holds_when_a_reply_is_sent_back(
    sit: Sit, waiting: Make, handler: Handling, house: Any, street: str
) -> None:
    """You should see the feedback limit count anew by the law that the ticket was dispatched under."""
    row = next(each for each in house.packs.limits.legal if each.clock == "feedback")
    desk = DispatchDesk(house, OTHER)
    ticket = waiting(unit=street)
    desk.keep(ticket, Choice(legal=row.name))
    ticket = handler.contact(handler.sign(desk.send(ticket)), True, "已核实")
    ticket = handler.reply(ticket, "已解决", elements_of("已解决"))
    house.clock.advance(3 * 86400)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "已反馈")
        await seat.press("f4")
        await seat.type("没有写现场结果")
        await seat.press("f8")
        await seat.see("已发回重办")
    due = house.calendar.working_due(house.clock.now(), row.amount).due
    assert house.tickets.get(ticket.id).handling.feedback_due == due
