"""Several tickets at once, other people at the same tickets, and the list itself."""

from typing import Any

import pytest

from console.dispatch_desk import DispatchDesk
from console.registration import Registration
from console.reminders import remind
from data.events import new_id
from data.lifecycle import State
from data.people import SYSTEM, Role
from data.record import Answer, Claimant, Place, Record
from screens.widgets.pick import PickList
from tests.screens.dispatch.steps import DISTRICT, GAS, OTHER, TAKER, Make, Sit, at_desk, last, to_list, under_cursor


async def test_several_ordinary_tickets_go_together_each_its_own_act(
    sit: Sit, waiting: Make, house: Any, street: str
) -> None:
    """You should see those that can go sent, and the one that somebody changed by name with what they did."""
    urgent = waiting("燃气泄漏", "突发事件", unit=GAS)
    first, second, third = (waiting(f"占道经营第{at}件", unit=street) for at in "一二三")
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("space")
        await seat.see("紧急工单要逐件派")
        await seat.press("down", "space", "space", "space")
        await seat.see("▣已选3")
        DispatchDesk(house, OTHER).send(second)
        await seat.press("f8")
        await seat.see("已派2件，未派1件", f"{second.number}《占道经营第二件》", "刚被他人改动（2002派单）")
        await seat.press("escape")
        await seat.see("待派1", "已派3")
        assert "已选" not in seat.glass
    assert house.tickets.get(urgent.id).state is State.TO_DISPATCH
    assert [last(house, each)[0].by for each in (first, second, third)] == ["2001", "2002", "2001"]


async def test_a_ticket_without_a_suggested_unit_is_not_marked(sit: Sit, waiting: Make) -> None:
    """You should see why; and the space bar write a blank where words are looked for."""
    waiting("说不清的事")
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("space")
        await seat.see("还没有建议的承办单位，不能多选")
        await seat.press("f3")
        await seat.type("说不")
        await seat.press("space")
        await seat.type("事")
        assert seat.value("query") == "说不 事"
        await seat.see("说不清的事")
        await seat.press("enter", "space")
        await seat.see("不能多选")


@pytest.mark.clause("5")
async def test_what_another_dispatcher_did_first_is_told(sit: Sit, waiting: Make, house: Any, street: str) -> None:
    """You should see what they did, the ticket as it is now, and what was written kept."""
    ticket = waiting(unit=street)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f6")
        await seat.type("尽快")
        await seat.press("escape")
        DispatchDesk(house, OTHER).send(ticket)
        await seat.press("f8")
        await seat.see("刚被他人改动（2002派单）：已显示最新内容", "待派0", "已派1")
        assert seat.app.screen.model.choice(ticket).opinion == "尽快"
    assert [event.by for event in last(house, ticket, 2)] == ["8007", "2002"]


@pytest.mark.clause("5.2.2.1.4")
async def test_a_call_page_goes_on_after_somebody_elses_change(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see what they noted on the page, your words kept, and the next F8 note yours after theirs."""
    ticket = waiting("燃气泄漏", "突发事件", unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f9")
        await seat.type("小李")
        await seat.press("tab")
        await seat.type("已派人")
        DispatchDesk(house, OTHER).work.log_call(ticket, GAS, "小王", "占线")
        await seat.press("f8")
        await seat.see("刚被他人改动（2002电话联系承办单位）", "2002号联系北京市燃气集团，小王：占线")
        assert seat.value("spoke") == "小李"
        await seat.press("f8")
        await seat.see("☎还没有判断是否报应急管理部门：F9")
    assert [call.by for call in house.tickets.get(ticket.id).handling.unit_calls] == ["2002", "2001"]


async def test_a_reminder_of_the_system_is_no_conflict(house: Any, waiting: Make, clock: Any) -> None:
    """You should see the dispatch made although the system has reminded of the ticket since it was seen (5.2.3a)."""
    ticket = waiting("占道经营", unit=GAS)
    clock.advance(23 * 3600)
    assert remind(house.tickets, clock.now()) == 1
    assert DispatchDesk(house, OTHER).send(ticket).state is State.DISPATCHED
    assert [event.by for event in last(house, ticket, 2)] == [SYSTEM.agent_no, "2002"]


async def test_who_has_a_ticket_open_is_seen_at_both_desks(sit: Sit, waiting: Make, house: Any, clock: Any) -> None:
    """You should see the other's number while they read it, be seen while a page is open, and not after it."""
    ticket = waiting(unit=GAS)
    house.looking.at(ticket.id, "2002", "派单", clock.now())
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see("⚠2002号正在派单台查看")
        assert not house.looking.others(ticket.id, "2002", clock.now())
        await seat.press("f5")
        assert [each.agent_no for each in house.looking.others(ticket.id, "2002", clock.now())] == ["2001"]
        for _ in range(30):
            await seat.pass_time(0)
            seat.app.get_screen("派单").tick()
            clock.advance(2)
        assert house.looking.others(ticket.id, "2002", clock.now())
        await seat.press("escape")
        await seat.until(lambda: not house.looking.others(ticket.id, "2002", clock.now()))
        await seat.press("f7")
        assert house.looking.others(ticket.id, "2002", clock.now())
        await seat.press("escape")
        assert not house.looking.others(ticket.id, "2002", clock.now())


async def test_the_full_text_and_the_history_stand_behind_f7(sit: Sit, waiting: Make) -> None:
    """You should see the form of appendix D, then the history, then the summary again."""
    ticket = waiting(unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f7")
        await seat.see("诉求工单", "工单编号", ticket.number)
        await seat.press("f7")
        await seat.see("办理过程", "转派单", "8007号")
        await seat.press("f7")
        await seat.see("▸去向")


@pytest.mark.clause("6.2.2")
async def test_somebody_without_the_role_reads_and_does_nothing(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see the role that is needed; a supervisor may dispatch."""
    ticket = waiting(unit=GAS)
    async with sit(Role.ANALYST, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f8")
        await seat.see("派单须由派单员、督办操作：2001没有这个角色")
    assert house.tickets.get(ticket.id) == ticket
    async with sit(Role.SUPERVISOR, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f8")
        await seat.see(f"已派至{GAS}")


@pytest.mark.parametrize("words", ["停电", "td"])
async def test_an_empty_list_says_what_to_do(sit: Sit, waiting: Make, words: str) -> None:
    """You should see what each list is for, and which words found nothing."""
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        for name, told in (
            ("申请退回", "承办单位申请后"),
            ("已派", "没有在承办单位"),
            ("已反馈", "没有待办结"),
            ("待派", "受理台"),
        ):
            await to_list(seat, name)
            await seat.see(told)
        waiting(unit=GAS)
        await seat.press("f3")
        await seat.type(words)
        await seat.see(f"没有符合“{words}”的（Esc清除）")
        await seat.press("escape")
        await seat.see("占道经营")


async def test_the_cursor_stays_on_its_ticket_and_goes_on_after_an_act(
    sit: Sit, waiting: Make, house: Any, clock: Any
) -> None:
    """You should see the same ticket under the cursor when an urgent one arrives above it; the next one after F8."""
    titles = [waiting(f"第{name}件", unit=GAS).record.title for name in "甲乙丙"]
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("down")
        assert titles[1] in under_cursor(seat)
        waiting("燃气泄漏", "突发事件", unit=GAS)
        seat.app.screen.arrived()
        await seat.see("待派4")
        assert titles[1] in under_cursor(seat)
        await seat.press("f8")
        await seat.see("已派至")
        assert titles[2] in under_cursor(seat)
        assert seat.app.screen.query_one(PickList).at == 2


async def test_a_unit_that_is_not_registered_is_told(sit: Sit, waiting: Make) -> None:
    """You should see its name and the way out."""
    waiting(unit="不存在的局")
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f8")
        await seat.see("单位表中没有“不存在的局”：请按F5从表中选承办单位")
        await seat.press("f9")
        await seat.see("单位表中没有“不存在的局”")


def test_a_registered_request_brings_its_suggestion(house: Any) -> None:
    """You should see what the call desk suggested first in the list, with its reason, and the district last."""
    record = Record(
        claimant=Claimant(name="何慧", phone="13800000999"),
        types=["投诉"],
        title="占道经营",
        text="望京西路有人占道经营，要求处理。",
        place=Place(text="望京西路", district="朝阳区", street="望京街道"),
        event_time="昨晚",
        respondent="安槐物业公司",
        earlier_handling="没有",
        elements={"event": Answer("占道经营")},
    )
    ticket = Registration(house, TAKER, new_id()).submit(record, house.clock.now())
    ranked = DispatchDesk(house, OTHER).ranked(ticket)
    assert ranked[0].unit.name == ticket.record.unit
    assert ranked[0].because == (ticket.record.unit_reason,)
    assert ranked[-1].unit.name == DISTRICT
    assert len({each.unit.name for each in ranked}) == len(ranked)
