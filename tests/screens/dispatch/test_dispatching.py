"""派单: each dispatch a person makes through the screen, and each refusal with its sentence."""

from itertools import pairwise
from typing import Any

import pytest

from console.dispatch_desk import DispatchDesk
from data.lifecycle import Kind, State
from data.people import Actor, Role
from data.record import Place
from data.ticket_lists import TicketFilter
from screens.dispatch.rows import MARK, columns
from tests.screens.dispatch.steps import DISTRICT, GAS, OTHER, WATER, Make, Sit, at_desk, last


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
    assert not list(house.home.drafts.glob("*.dispatch*"))


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
        await seat.type("马上派人")  # the cursor is where something is missing
        await seat.press("tab", "space", "space", "f8")
        await seat.see("请写明判断的理由")
        assert house.tickets.get(ticket.id).seq == ticket.seq
        await seat.type("已由消防处置")
        await seat.press("f8")
        await seat.see(f"☎已联系{GAS}（值班员小李）：马上派人；不报{authority}")
        await seat.press("f8")
        await seat.see(f"已派至{GAS}")
    called, decided, event = last(house, ticket, 3)
    assert (called.kind, called.by, called.at) == (Kind.UNIT_CALLED, "2001", house.clock.now())
    assert called.payload == {"unit": GAS, "spoke_with": "值班员小李", "result": "马上派人", "number": "96777"}
    assert decided.payload == {"authority": authority, "report": False, "reason": "已由消防处置"}
    assert event.kind is Kind.DISPATCHED


@pytest.mark.clause("5.2.2.1.4")
async def test_a_reason_without_its_decision_is_not_lost(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see F8 refuse a reason beside 未定 with nothing noted, then one key choose, and both stored."""
    ticket = waiting("燃气泄漏", "突发事件", unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f9")
        await seat.type("小李")
        await seat.press("tab")
        await seat.type("马上派人")
        await seat.press("tab", "tab")
        await seat.type("火势大")
        await seat.press("f8")
        await seat.see("写了报应急管理部门的理由，还没有选报、不报")
        assert house.tickets.get(ticket.id).seq == ticket.seq
        await seat.press("space", "f8")
        await seat.see("☎已联系", "报应急管理部门")
    assert [each.reason for each in house.tickets.get(ticket.id).handling.decisions] == ["火势大"]


@pytest.mark.clause("5.2.2.1.4")
async def test_the_row_says_which_of_call_and_decision_is_missing(sit: Sit, waiting: Make, house: Any) -> None:
    """You should see both missing, then only what still is; of a kind that asks no decision only the call."""
    work = DispatchDesk(house, OTHER).work
    called = work.log_call(waiting("燃气泄漏甲", "突发事件", unit=GAS), GAS, "小李", "马上派人")
    decided = work.decide(waiting("燃气泄漏乙", "突发事件", unit=GAS), "应急管理部门", False, "已处置")
    both = work.decide(work.log_call(waiting("燃气泄漏丙", "突发事件", unit=GAS), GAS, "小李", "派人"),
                       "应急管理部门", False, "已处置")  # fmt: skip
    neither, epidemic = waiting("燃气泄漏丁", "突发事件", unit=GAS), waiting("发热戊", "疫情", unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see("待派5")
        signs = {}
        for ticket in (called, decided, both, neither, epidemic):
            row = next(line for line in seat.lines if ticket.record.title in line and "电话" in line)
            signs[ticket.record.title[-1]] = row[row.index("☎") :].split()[0] if "☎" in row else ""
    assert signs == {"甲": "☎未判断", "乙": "☎未联系", "丙": "", "丁": "☎未联系判断", "戊": "☎未联系"}


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
@pytest.mark.parametrize(("hours", "told"), [(67, "超2天19时"), (-30, "1天6小时"), (307, "超12天")])
async def test_a_row_tells_days_and_hours_whole(
    sit: Sit, waiting: Make, house: Any, clock: Any, hours: int, told: str
) -> None:
    """You should see, at 80 columns, no number of days or hours cut in two."""
    ticket = waiting("占道经营")
    clock.advance((ticket.due.dispatch - clock.now()).total_seconds() + hours * 3600)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        row = next(line for line in seat.lines if "占道经营" in line and "电话" in line)
    assert row.removeprefix("▸").split()[0] == told


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


def test_a_wider_row_shows_more_columns_never_fewer() -> None:
    """You should see each width show all that a narrower one shows, filled to its end, the title still readable."""
    shown = [columns(width) for width in range(50, 200)]
    for narrow, wide in pairwise(shown):
        assert {name for name, _ in narrow} <= {name for name, _ in wide}
    for width, named in enumerate(shown, start=50):
        assert MARK + sum(cells for _, cells in named) + len(named) - 1 == width
        assert dict(named)["标题"] >= 10


async def test_a_wide_terminal_lists_more_columns_than_a_narrow_one(sit: Sit, waiting: Make, street: str) -> None:
    """You should see at 140 columns all heads of 80 and the number; beside the form of appendix D the form whole."""
    ticket = waiting(unit=street)
    heads = {}
    for size in ((80, 24), (140, 40)):
        async with sit(Role.DISPATCHER, agent_no="2001", size=size) as seat:
            await at_desk(seat)
            await seat.see("占道经营")
            line = next(line for line in seat.lines if "剩余" in line)
            heads[size[0]] = line.split()
            if size[0] == 140:
                await seat.see(ticket.number[4:], "因为：职责含“占道经营”")
                await seat.press("f7")
                await seat.see("办理时限", "占道经营")
                await seat.until(lambda: "来源" not in next(line for line in seat.lines if "剩余" in line))
                await seat.press("escape")
                await seat.until(lambda: "来源" in next(line for line in seat.lines if "剩余" in line))
    assert heads[80] == ["剩余", "级别", "类型", "标题", "去向", "来源"]
    assert heads[140] == ["剩余", "级别", "类型", "编号", "标题", "去向", "来源"]


async def test_f1_tells_the_keys_of_a_page_over_the_desk(sit: Sit, waiting: Make) -> None:
    """You should see the call page's own keys and Esc, the page as it was after F1 or Esc, and what is typed go on in it."""
    waiting("燃气泄漏", "突发事件", unit=GAS)
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.press("f9")
        await seat.type("小")
        for back in ("f1", "escape"):
            await seat.press("f1")
            await seat.see("帮助·现在可用的键", "F8记下", "把联系的结果与判断一起记入工单", "Esc返回")
            await seat.press(back)
            await seat.see("电话联系与判断")
        await seat.type("李")
        assert seat.value("spoke") == "小李"
