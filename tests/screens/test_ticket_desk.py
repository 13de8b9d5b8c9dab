"""The ticket desk in daily use: rows that line up, a list of thousands, a cursor that stays where it was put."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len
from textual.containers import VerticalScroll

from console.registration import Registration
from console.sync import SyncReport
from data.events import NewEvent, Ticket, new_id
from data.lifecycle import Kind
from data.people import Actor, Role
from data.record import Answer, Claimant, Place, Record, Scope
from data.ticket_lists import TicketFilter
from data.tickets import Act
from screens.ticket_rows import fit
from screens.widgets.pick import PickList

Sit = Callable[..., Any]

TAKER = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))
UNIT = "朝阳区望京街道办事处"


def record(title: str, **more: Any) -> Record:
    """A complaint with all that C.3 asks."""
    written = {"types": ["投诉"], "title": title, "text": "路灯不亮，夜里看不见路，要求处理。", "unit": UNIT} | more
    return Record(
        claimant=Claimant(name="何慧", phone="13800000999"),
        place=Place(text="望京西路", district="朝阳区"),
        event_time="昨晚",
        respondent="京达物业公司",
        earlier_handling="没有",
        elements={"event": Answer("路灯不亮，夜里看不见路")},
        **written,
    )


class Idle:
    """A sync worker that never gets to work."""

    def run(self, now: Any) -> SyncReport:
        return SyncReport()


@pytest.fixture
def register(house: Any) -> Callable[..., Ticket]:
    """Register a request of another seat and hand it on."""

    def make(title: str, **more: Any) -> Ticket:
        return Registration(house, TAKER, new_id()).submit(record(title, **more), house.clock.now())

    return make


@pytest.fixture
def many(house: Any) -> list[Ticket]:
    """More tickets than three pages hold, a minute apart, the oldest first."""
    made = []
    for serial in range(330):
        registered = NewEvent(Kind.REGISTERED, {"record": {"title": f"占道经营第{serial}件", "types": ["投诉"]}})
        if not serial % 100:
            house.tickets.numbers.add(house.clock.now().date(), range(serial + 1, serial + 101))
        act = Act(new_id(), [registered], number_day=house.clock.now().date())
        made += house.tickets.act([act], TAKER, house.clock.now())
        house.clock.advance(60)
    return made


async def at_desk(seat: Any) -> None:
    """Go to the ticket desk."""
    seat.app.open_desk("工单")
    await seat.see("工单·", "F7切换")


def row_of(seat: Any, ticket: Ticket) -> str:
    """The line of a ticket in the list."""
    (line,) = [line for line in seat.lines if line[2:].startswith(ticket.number[4:])]
    return re.split("[│┌]", line)[0]  # at a wide desk the ticket stands beside it


def under_cursor(seat: Any) -> str:
    """The number, without its year, of the ticket under the cursor."""
    (line,) = [line for line in seat.lines if line.startswith("▸")]
    return line[2:].split()[0]


@pytest.mark.clause("5.1.4.1b")
@pytest.mark.parametrize(
    "title",
    ["短", "长" * 60, "a" * 100, "混a合" * 20, "𠮷野家😀" * 12],
    ids=["short", "long", "narrow", "mixed", "rare"],
)
@pytest.mark.parametrize("columns", [80, 100, 120, 140])
async def test_a_long_title_leaves_every_column_in_sight(
    sit: Sit, register: Callable[..., Ticket], title: str, columns: int
) -> None:
    """You should see number, state, title, unit and time whatever the title's length, in the same columns."""
    ticket, other = register(title), register("路灯不亮")
    async with sit(Role.DISPATCHER, size=(columns, 30)) as seat:
        await at_desk(seat)
        row, beside = row_of(seat, ticket), row_of(seat, other)
        assert "待派单" in row
        assert title[:4] in row
        before, after = row.split(UNIT[:3]), beside.split(UNIT[:3])
        assert cell_len(before[0]) == cell_len(after[0])
        assert before[1] == after[1]
        assert "10:32" in row


@pytest.mark.parametrize("cells", range(2, 9))
@pytest.mark.parametrize("text", ["", "中文标题", "a中b文c", "abcdefghij", "😀😀😀"])
def test_a_text_is_cut_to_the_cell(text: str, cells: int) -> None:
    """You should see exactly so many columns, and an ellipsis only where something was cut."""
    shown = fit(text, cells)
    assert cell_len(shown) == cells
    assert ("…" in shown) is (cell_len(text) > cells)


@pytest.mark.clause("5.1.3.3")
async def test_a_report_without_a_title_is_no_blank_row(sit: Sit, house: Any) -> None:
    """You should see how its text begins, or that there is no title yet."""
    written = Registration(house, TAKER, new_id())
    begun = written.escalate(Record(text="三楼着火了。消防车进不去。"), house.clock.now())
    empty = Registration(house, TAKER, new_id()).escalate(Record(), house.clock.now())
    async with sit(Role.SUPERVISOR) as seat:
        await at_desk(seat)
        assert "三楼着火了 " in row_of(seat, begun)
        assert "〔尚无标题〕" in row_of(seat, empty)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["narrow", "wide"])
async def test_a_long_step_of_the_history_hangs_under_its_text(
    sit: Sit, register: Callable[..., Ticket], size: tuple[int, int]
) -> None:
    """You should see each continuation line begin under the text, not under the number of the step."""
    register("标题很长" * 40)
    async with sit(Role.SUPERVISOR, size=size) as seat:
        await at_desk(seat)
        await seat.press("f7")
        await seat.see("办理过程", "转派单")
        article = seat.app.screen.query_one("#article")
        lines = [strip.text for strip in (article.render_line(row) for row in range(article.size.height))]
        continued = [line for line in lines if line.strip() and not line[:2].strip().isdecimal()]
        assert len(continued) > 4
        assert all(line.startswith("    ") and line[4] != " " for line in continued)


async def test_a_list_with_nothing_in_it_says_why_and_what_to_do(sit: Sit, register: Callable[..., Ticket]) -> None:
    """You should see each condition with the key that lifts it, and Esc lift them all."""
    async with sit(Role.SUPERVISOR) as seat:
        seat.app.open_desk("工单")
        await seat.see("还没有工单", "受理台（Ctrl+O）")
        await seat.press("escape")
        await seat.see("已是全部工单")
        register("路灯不亮")
        await seat.pass_time(1)
        await seat.pass_time(1)
        await seat.see("全部状态1件")
        await seat.type("不存在")
        await seat.press("f2", "f6")
        await seat.see(
            "没有工单同时符合", "“不存在”（Ctrl+U清空）", "状态登记中（F2", "紧急上报（F6看全部）", "所有1件"
        )
        await seat.press("escape")
        await seat.see("全部状态1件", "路灯不亮")
        assert seat.value("query") == ""


async def test_the_cursor_stays_on_its_ticket_when_others_arrive(
    sit: Sit, register: Callable[..., Ticket], house: Any
) -> None:
    """You should see the same ticket under the cursor, and F9 acknowledge that one."""
    mine = Registration(house, TAKER, new_id()).escalate(record("燃气泄漏"), house.clock.now())
    register("路灯不亮")
    async with sit(Role.SUPERVISOR) as seat:
        await at_desk(seat)
        await seat.press("down")
        await seat.press("pagedown")
        scrolled = seat.app.screen.query_one("#reading", VerticalScroll).scroll_y
        assert scrolled > 0
        other = Registration(house, TAKER, new_id()).escalate(record("桥塌了"), house.clock.now())
        await seat.pass_time(1)
        await seat.pass_time(1)
        await seat.see("全部状态3件")
        assert under_cursor(seat) == mine.number[4:]
        assert seat.app.screen.query_one("#reading", VerticalScroll).scroll_y == scrolled
        await seat.press("f9")
        await seat.see("已确认知悉工单" + mine.number)
        assert house.tickets.get(other.id).escalations[0].acknowledged_at is None


async def test_thousands_are_walked_by_their_ends_and_by_search(sit: Sit, many: list[Ticket], house: Any) -> None:
    """You should see End go to the oldest, a search narrow, and Esc bring all back around the ticket found."""
    async with sit(Role.SUPERVISOR) as seat:
        await at_desk(seat)
        await seat.press("end")
        await seat.see("330/330")
        assert under_cursor(seat) == many[0].number[4:]
        await seat.press("up")
        assert under_cursor(seat) == many[1].number[4:]
        await seat.press("home")
        assert under_cursor(seat) == many[-1].number[4:]
        await seat.type("第57件")
        await seat.see("全部状态1件")
        await seat.press("escape")
        await seat.see("全部状态330件", "273/330")
        assert under_cursor(seat) == many[57].number[4:]
        await seat.type("无此事")
        await seat.press("escape")
        await seat.see("273/330")


async def test_another_ticket_is_shown_from_its_beginning(sit: Sit, many: list[Ticket]) -> None:
    """You should see the form's head again after Down, however far the one before was read."""
    async with sit(Role.SUPERVISOR) as seat:
        await at_desk(seat)
        await seat.press("pagedown", "pagedown")
        assert "诉求工单" not in seat.glass
        await seat.press("down")
        await seat.see("诉求工单", many[-2].number)


@pytest.mark.parametrize(("columns", "beside"), [(80, False), (120, False), (140, True)])
async def test_the_form_stands_beside_the_list_only_where_both_can_be_read(
    sit: Sit, register: Callable[..., Ticket], columns: int, beside: bool
) -> None:
    """You should see the whole form at any width, and never a list too narrow for its columns."""
    register("路灯不亮")
    async with sit(Role.SUPERVISOR, size=(columns, 40)) as seat:
        await at_desk(seat)
        listed, reading = seat.app.screen.query_one(PickList), seat.app.screen.query_one("#reading")
        assert (reading.region.y == listed.region.y) is beside
        assert listed.size.width >= 56
        assert any(line.rstrip().endswith("┐") for line in seat.lines)


@pytest.mark.clause("5.1.2.2e")
async def test_the_history_of_a_secret_tells_no_more_than_its_form(sit: Sit, house: Any) -> None:
    """You should see neither the title nor the note in another agent's list, form or history."""
    scope = Scope("国家秘密、商业秘密、个人隐私", "5.1.2.2e", "商业秘密", "配方在来电人手里")
    Registration(house, TAKER, new_id()).classify(record("配方外泄"), scope, house.clock.now())
    async with sit(Role.DISPATCHER) as seat:
        await at_desk(seat)
        await seat.see("限制阅读")
        assert "配方" not in seat.glass
        await seat.press("f7")
        await seat.see("办理过程", "分类处理")
        assert "配方" not in seat.glass


@pytest.mark.parametrize("words", ["abc-12", "ＡＢＣ－１２", "桥下　１２４０", "（东）", "(东)", "投诉 望京"])
def test_a_search_minds_neither_case_nor_full_width(house: Any, register: Any, words: str) -> None:
    """You should see the ticket however an input method left the letters and digits."""
    ticket = register("ABC-12 桥下积水（东）(东)")
    register("路灯不亮", unit="西城区什刹海街道办事处")
    assert [each.id for each in house.tickets.page(TicketFilter(text=words))] == [ticket.id]


def test_a_ticket_is_found_in_the_pages_of_a_filter(house: Any, many: list[Ticket]) -> None:
    """You should see the place that paging would come to, and none for a ticket that the filter keeps out."""
    every, one = TicketFilter(), TicketFilter(text="第57件")
    assert house.tickets.place(every, many[57]) == 272
    assert house.tickets.page(every, 1, 272)[0].id == many[57].id
    assert house.tickets.place(one, many[57]) == 0
    assert house.tickets.place(one, many[58]) is None


@pytest.mark.clause("5.1.2.2e")
async def test_the_sync_desk_tells_no_secret_and_keeps_its_cursor(sit: Sit, register: Any, house: Any) -> None:
    """You should see what the desk is for, then what waits, a secret closed, the cursor on its ticket as others go."""
    async with sit(Role.DISPATCHER) as seat:
        seat.app.open_desk("同步")
        await seat.see("全部已同步", "未被采用的操作在这里重试或放弃")
        seat.app._worker = Idle()
        lamp = register("路灯不亮" * 20)
        scope = Scope("国家秘密、商业秘密、个人隐私", "5.1.2.2e", "商业秘密")
        Registration(house, TAKER, new_id()).classify(record("配方外泄"), scope, house.clock.now())
        last = register("垃圾成堆")
        await seat.pass_time(1)
        await seat.see("限制阅读", "待同步6步")
        assert "配方" not in seat.glass
        assert all("2步" in line.replace(" ", "") for line in seat.lines if "… 待同步" in line)
        await seat.press("down", "down")
        house.outbox.sent({lamp.id: lamp.seq})
        await seat.pass_time(1)
        await seat.see("待同步4步", f"工单{last.number}《垃圾成堆》")
