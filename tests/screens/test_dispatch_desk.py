"""The dispatch desk (派单): each step a dispatcher takes through the screen, and each refusal with its sentence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.dispatch_desk import DispatchDesk
from console.handling import Handling
from console.registration import Registration
from console.reminders import remind
from data.events import NewEvent, Ticket, new_id
from data.handling import FEEDBACK_ELEMENTS
from data.lifecycle import Kind, State
from data.people import SYSTEM, Actor, Role
from data.record import Answer, Claimant, Place, Record
from data.ticket_lists import TicketFilter
from data.tickets import Act
from screens.widgets.pick import PickList

Sit = Callable[..., Any]
Make = Callable[..., Ticket]

TAKER = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))
OTHER = Actor("2002", "派单2002", frozenset({Role.DISPATCHER}))
STREET, DISTRICT = "朝阳区望京街道办事处", "朝阳区人民政府"
GAS, WATER = "北京市燃气集团", "北京市自来水集团"
LEADER = frozenset({Role.UNIT, Role.UNIT_LEADER})


@pytest.fixture
def street(house: Any) -> str:
    """The name of 望京街道's office in the units table."""
    return next(unit.name for unit in house.reference.units if unit.street == "望京街道")


@pytest.fixture
def waiting(house: Any) -> Make:
    """Register a request of another seat that waits for dispatch."""

    def make(title: str = "占道经营 望京西路", *kinds: str, unit: str = "", **more: Any) -> Ticket:
        answers = {"basic_sudden": True, "basic_wide_or_danger": True, "weather_harm": True}
        asked = ("event", "state", "range", "harm", "called", "on_site", "channel", "manner", "act")
        record = Record(
            claimant=Claimant(name="何慧", phone="13800000999"),
            types=["投诉"],
            title=title,
            text=f"{title}，要求处理。",
            place=more.pop("place", Place(text="望京西路", district="朝阳区", street="望京街道")),
            event_time="昨晚",
            respondent="某公司",
            earlier_handling="没有",
            elements={name: Answer(title) for name in asked},
            urgency_kinds=list(kinds),
            urgency_answers=answers if kinds else {},
            unit=unit,
            unit_reason="职责含“占道经营”" if unit else "",
            **more,
        )
        now = house.clock.now()
        due = now + (timedelta(hours=1) if kinds else timedelta(hours=24))
        limits = {"dispatch": due.isoformat(), "sign": "1个工作日", "feedback": "7天", "basis": "自受理起"}
        house.tickets.numbers.add(now.date(), house.queue.reserve_numbers(now.date(), 1))
        events = [NewEvent(Kind.REGISTERED, {"record": record}), NewEvent(Kind.SUBMITTED, {"due": limits})]
        return house.tickets.act([Act(new_id(), events, number_day=now.date())], TAKER, now)[0]

    return make


@pytest.fixture
def sent(house: Any, waiting: Make, street: str) -> Make:
    """A ticket that another dispatcher has sent to 望京街道."""

    def make(title: str = "占道经营 望京西路", **more: Any) -> Ticket:
        return DispatchDesk(house, OTHER).send(waiting(title, unit=street, **more))

    return make


@pytest.fixture
def handler(house: Any, street: str) -> Handling:
    """望京街道's handler."""
    return Handling(house, Actor("3001", "", LEADER, unit=street))


@pytest.fixture
def answered(sent: Make, handler: Handling) -> Make:
    """A ticket whose unit has answered."""

    def make(**more: Any) -> Ticket:
        ticket = handler.contact(handler.sign(sent(**more)), True, "已核实")
        return handler.reply(ticket, "已解决", {name: f"{label}在此" for name, label, _ in FEEDBACK_ELEMENTS["已解决"]})

    return make


async def at_desk(seat: Any) -> None:
    """Go to the dispatch desk."""
    seat.app.open_desk("派单")
    await seat.see("派单·2001号", "▸待派")


async def to_list(seat: Any, name: str) -> None:
    """Take lists until this one is shown."""
    await seat.until(lambda: "▸" in seat.glass)
    for _ in range(4):
        if f"▸{name}" in seat.glass:
            return
        await seat.press("f2")
    raise AssertionError(name)


def under_cursor(seat: Any) -> str:
    """The line under the cursor."""
    line = next(line for line in seat.lines if line.startswith("▸ "))
    return "".join(line.split())


def last(house: Any, ticket: Ticket, steps: int = 1) -> list[Any]:
    """The last events of a ticket."""
    return house.tickets.events(ticket.id)[-steps:]


# -- dispatch -----------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.2.2.1.1a")
@pytest.mark.clause("5.2.2.1.3")
async def test_a_street_gets_its_ticket_and_the_district_its_copy(
    sit: Sit, waiting: Make, house: Any, street: str
) -> None:
    """You should see unit, copy, way, reason and limits before F8, and both units find the ticket after it."""
    ticket = waiting(unit=street)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see(
            "⧉朝阳区", f"⧉同时送{DISTRICT}", "系统派", "因为：职责含“占道经营”", "5.2.2.1.1a", "签收1个工作日"
        )
        await seat.press("f8")
        await seat.see(f"已派至{street}，同时送{DISTRICT}", "签收前可改派", "没有待派的工单")
    (event,) = last(house, ticket)
    assert event.kind is Kind.DISPATCHED
    assert (event.by, event.payload["suggested"], event.payload["channel"]) == ("2001", street, "系统")
    assert event.payload["sign_due"]
    assert event.payload["feedback_due"]
    for unit, part in ((street, "主办"), (DISTRICT, "抄送")):
        found = house.tickets.page(TicketFilter(of_unit=unit, part=part))
        assert [each.id for each in found] == [ticket.id]


@pytest.mark.clause("5.2.2.1.1b")
async def test_without_a_unit_it_goes_to_the_district_of_the_place(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see the district government as the way out, with its clause, and F8 send it there."""
    ticket = waiting("说不清该谁管的事")
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see(f"去向{DISTRICT}", "派至诉求所属区的区人民政府", "5.2.2.1.1b")
        await seat.press("f8")
        await seat.see(f"已派至{DISTRICT}")
    assert house.tickets.get(ticket.id).handling.now_with.clause == "5.2.2.1.1b"


@pytest.mark.clause("5.2.2.1.1b")
async def test_without_unit_and_district_it_stays_until_somebody_chooses(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see why F8 does nothing, and what to press; then a unit chosen by initials takes it."""
    ticket = waiting("说不清该谁管的事", place=Place(text="路边"))
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f8")
        await seat.see("所在区未确定", "请按F5选承办单位")
        assert house.tickets.get(ticket.id).state is State.TO_DISPATCH
        await seat.press("f5")
        await seat.see("改去向")
        await seat.type("zlsjt")
        await seat.see(f"派单{WATER}")
        await seat.press("f8")
        await seat.see(f"去向{WATER}", "96116")
        await seat.press("f8")
        await seat.see(f"已派至{WATER}")
    assert house.tickets.get(ticket.id).handling.now_with.unit == WATER


@pytest.mark.clause("5.2.2.1.5")
@pytest.mark.clause("5.2.2.1.1¶2")
@pytest.mark.parametrize("typed", ["燃气集团", "ranqijituan", "rqjt"], ids=["characters", "pinyin", "initials"])
async def test_a_unit_is_chosen_by_characters_pinyin_or_initials(
    sit: Sit, waiting: Make, house: Any, street: str, typed: str
) -> None:
    """You should see suggestions with reasons first, the way from the units table, and what was suggested remembered."""
    ticket = waiting(unit=street)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f5")
        await seat.see(f"▸派单{street}", "职责含“占道经营”", DISTRICT)
        await seat.type(typed)
        await seat.see(f"▸派单{GAS}", "派单方式：系统")
        await seat.press("enter")
        await seat.see(f"去向{GAS}", "派单员选定")
        await seat.press("f8")
        await seat.see(f"已派至{GAS}")
    (event,) = last(house, ticket)
    assert (event.payload["unit"], event.payload["suggested"]) == (GAS, street)


@pytest.mark.clause("5.2.2.1.3")
@pytest.mark.clause("4.1")
async def test_a_legal_limit_is_picked_from_the_table_and_cited(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see F6 take the next maintained limit, its citation on the ticket, and no field to type one."""
    row = next(each for each in house.packs.limits.legal if each.clock == "feedback")
    ticket = waiting(unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f5", "f6")
        await seat.see(f"法定时限：{row.name}", row.citation)
        await seat.press("escape")
        await seat.see(f"反馈{row.amount}个工作日", f"按{row.citation}", "4.1")
        await seat.press("f8")
        await seat.see("已派至")
    held = house.tickets.get(ticket.id).handling.now_with
    assert any(row.citation in note for note in held.notes)
    assert f"{row.amount}个工作日" in held.limits


@pytest.mark.clause("5.2.2.1.3")
async def test_an_opinion_is_written_and_goes_with_the_ticket(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see it kept when the page is left with Esc, and after another session begins; then on the ticket."""
    ticket = waiting(unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f6")
        await seat.type("请先查管线，")
        await seat.press("enter")
        await seat.type("两日内回复")
        await seat.press("escape")
        await seat.see("意见请先查管线，", "两日内回复")
        assert house.tickets.get(ticket.id).seq == ticket.seq
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see("意见请先查管线，")
        await seat.press("f6")
        assert seat.value("words") == "请先查管线，\n两日内回复"
        await seat.press("f8", "f8")
        await seat.see("已派至")
    assert house.tickets.get(ticket.id).handling.now_with.opinion == "请先查管线，\n两日内回复"
    assert DispatchDesk(house, Actor("2001")).choice(ticket).opinion == ""


# -- urgent -------------------------------------------------------------------------------------------------------

KINDS = [
    ("不稳定因素", "公安部门"),
    ("突发事件", "应急管理部门"),
    ("基本民生保障", "应急管理部门"),
    ("极端天气", "应急管理部门"),
]


@pytest.mark.clause("5.2.2.1.4")
@pytest.mark.clause("B.2.1")
@pytest.mark.clause("B.2.2")
@pytest.mark.parametrize(("kind", "authority"), KINDS, ids=[kind for kind, _ in KINDS])
async def test_an_urgent_ticket_leaves_only_after_its_call_and_decision(
    sit: Sit, waiting: Make, house: Any, kind: str, authority: str
) -> None:
    """You should see what is missing, read B.2 with your own number, note call and decision on one page, then send."""
    ticket = waiting("燃气泄漏 南湖东园", kind, unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see("☎未联系", f"☎还没有电话联系{GAS}", f"还没有判断是否报{authority}：F9")
        await seat.see("您好，我是12345市民服务热线的2001号，有一位来电人向我们反映燃气泄漏南湖东园。")
        await seat.press("f8")
        await seat.see(f"紧急工单不能派出，还没有电话联系{GAS}，还没有判断是否报{authority}：请按F9")
        assert house.tickets.get(ticket.id).seq == ticket.seq
        await seat.press("f9")
        await seat.see("电话联系与判断", "2001号，有一位来电人", "麻烦您了，谢谢，再见。", f"报{authority}未定")
        assert seat.value("number") == "96777"
        await seat.press("f8")
        await seat.see("还没有写联系的结果，也没有判断")
        await seat.type("值班员小李")
        await seat.press("f8")
        await seat.see("请写明联系的结果")
        await seat.press("tab")
        await seat.type("马上派人")
        await seat.press("tab", "space", "space", "f8")
        await seat.see("请写明判断的理由")
        assert house.tickets.get(ticket.id).seq == ticket.seq
        await seat.press("tab")
        await seat.type("已由消防处置")
        await seat.press("f8")
        await seat.see(f"☎已联系{GAS}（值班员小李）：马上派人")
        await seat.press("f8")
        await seat.see(f"已派至{GAS}")
    called, decided, event = last(house, ticket, 3)
    assert (called.kind, called.by, called.at) == (Kind.UNIT_CALLED, "2001", house.clock.now())
    assert called.payload == {"unit": GAS, "spoke_with": "值班员小李", "result": "马上派人", "number": "96777"}
    assert decided.payload == {"authority": authority, "report": False, "reason": "已由消防处置"}
    assert event.kind is Kind.DISPATCHED


@pytest.mark.clause("5.2.2.1.4")
async def test_a_call_to_another_unit_does_not_count(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see the missing call named again when the unit is changed after the call, and the words kept on Esc."""
    ticket = waiting("燃气泄漏", "突发事件", unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f9")
        await seat.type("小李")
        await seat.press("tab")
        await seat.type("无人接听")
        await seat.press("tab", "space")
        await seat.type("火势大")  # typed on 报／不报: it is the reason
        await seat.press("escape", "f9")
        assert (seat.value("spoke"), seat.value("result"), seat.value("reason0")) == ("小李", "无人接听", "火势大")
        await seat.press("f8")
        await seat.see("已联系")
        await seat.press("f5")
        await seat.type("自来水")
        await seat.press("f8", "f8")
        await seat.see(f"还没有电话联系{WATER}：请按F9")
    assert house.tickets.get(ticket.id).state is State.TO_DISPATCH
    assert house.tickets.get(ticket.id).handling.decisions[0].report


@pytest.mark.clause("5.2.2.1.2")
async def test_the_urgent_and_the_soonest_come_first(sit: Sit, waiting: Make, house: Any, clock: Any) -> None:
    """You should see urgent before ordinary, less time before more, late and nearly due told by a sign, and the counts."""
    waiting("第一件")
    clock.advance(23.5 * 3600)
    waiting("第二件")
    late = waiting("第三件", "突发事件", unit=GAS)
    clock.advance(70 * 60)
    waiting("第四件", "突发事件", unit=GAS)
    assert house.tickets.get(late.id).due.dispatch < clock.now()
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see("待派4·1小时内3·紧急2", "24h及时0.0%(0/2)")
        rows = [line for line in seat.lines if "件" in line and "投诉" in line]
        order = [next(name for name in "一二三四" if f"第{name}件" in line) for line in rows[:4]]
        assert order == ["三", "四", "一", "二"]
        assert "超0:10" in rows[0]
        assert "超0:40" in rows[2]
        clock.advance(50 * 60)
        await seat.pass_time(1)
        await seat.see("△0:09")


@pytest.mark.clause("5.2.2.1.2")
def test_timeliness_counts_what_was_sent_late_and_what_still_waits_too_long(
    house: Any, waiting: Make, clock: Any
) -> None:
    """You should see numerator and denominator over 24 hours, a ticket that waits beyond its limit among the latter."""
    desk = DispatchDesk(house, OTHER)
    assert desk.timeliness() == (0, 0)
    slow = waiting("晚派", unit=GAS)
    desk.send(waiting("按时", unit=GAS))
    clock.advance(25 * 3600)
    assert desk.timeliness() == (0, 1)  # the one sent in time was sent more than 24 hours ago
    desk.send(waiting("按时", unit=GAS))
    assert desk.timeliness() == (1, 2)
    desk.send(slow)
    assert desk.timeliness() == (1, 2)
    clock.advance(25 * 3600)
    assert desk.timeliness() == (0, 0)


# -- several ------------------------------------------------------------------------------------------------------


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


# -- return and redispatch ----------------------------------------------------------------------------------------


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


# -- feedback -----------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.3.4")
async def test_an_answered_ticket_is_completed_by_two_presses(sit: Sit, answered: Make, house: Any) -> None:
    """You should see the reply with its elements, and the second F8 complete, since that cannot be undone."""
    ticket = answered()
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await to_list(seat, "已反馈")
        await seat.see("3001号反馈：已解决", "主要措施在此")
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


# -- others -------------------------------------------------------------------------------------------------------


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
        respondent="摊贩",
        earlier_handling="没有",
        elements={"event": Answer("占道经营")},
    )
    ticket = Registration(house, TAKER, new_id()).submit(record, house.clock.now())
    ranked = DispatchDesk(house, OTHER).ranked(ticket)
    assert ranked[0].unit.name == ticket.record.unit
    assert ranked[0].because == (ticket.record.unit_reason,)
    assert ranked[-1].unit.name == DISTRICT
    assert len({each.unit.name for each in ranked}) == len(ranked)
