"""督办 through the glass: the lists, the five kinds of order, approval, notices, complex cases, surges, the wall."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from textual.widgets import Static

from console.callback import Calling, Heard
from console.handling import Handling
from console.sampling import Rule, sample
from console.supervision import Supervising
from data.callbacks import Answer
from data.calls import Call
from data.events import NewEvent, Ticket
from data.handling import DISCIPLINE, DOCUMENT, JOINTLY, MEETING, ON_SITE, SUPERVISION_FACTS
from data.lifecycle import Kind
from data.people import Actor, Role
from data.tickets import Act, TicketStore
from tests.lives import HANDLER, STREET, SUPERVISOR, TAKER, Lives, facts_of

Sit = Callable[..., Any]
DAY = 86400
CHIEF = {"agent_no": "7002"}
LISTS = ["超期", "临期", "突发", "多次", "集中", "申请退回", "流转", "回访", "督办中"]
KEYS = {kind: str(at) for at, kind in enumerate(SUPERVISION_FACTS, 1)}


@pytest.fixture
def lives(house: Any) -> Lives:
    """Makes tickets."""
    return Lives(house)


async def at_desk(seat: Any, name: str = "超期") -> None:
    """Go to the desk, and on to one of its lists."""
    seat.app.open_desk("督办")
    await seat.see("督办·")
    await seat.until(lambda: seat.app.screen.model.matters is not None)
    await seat.press(*["f2"] * LISTS.index(name))
    await seat.see(f"▸{name}")


async def overdue(seat: Any, ticket: Ticket) -> Ticket:
    """Go to the desk, a ticket under the cursor."""
    await at_desk(seat)
    await seat.see(ticket.number)
    return ticket


@pytest.fixture
def late(lives: Lives, clock: Any) -> Ticket:
    """A ticket whose unit has not answered in 8 days."""
    ticket = lives.handled("围墙倾斜", place="望京西园四区")
    clock.advance(8 * DAY)
    return ticket


def now_of(house: Any, ticket: Ticket) -> Ticket:
    """A ticket as it stands now."""
    found = house.tickets.get(ticket.id)
    assert found is not None
    return found


@pytest.mark.clause("5.2.3")
@pytest.mark.clause("5.2.3a")
async def test_each_list_counts_and_says_why_its_tickets_are_there(
    sit: Sit, lives: Lives, late: Ticket, house: Any, clock: Any
) -> None:
    """You should see the count of every list at once, F2 go through them, and the reason with its clause."""
    lives.handled("燃气泄漏", "突发事件")
    for _ in range(2):
        late = lives.repeated(late)
    for at in range(3):
        lives.waiting("暖气不热", place="望京花园", phone=f"1380000100{at}")
    lives.passed_on(lives.sent("占道经营"))
    Handling(house, HANDLER).ask_return(lives.sent("乱停车", place="阜通东大街"), "不在辖区")
    soon = lives.handled("油烟扰民", place="阜通西大街")
    work = Supervising(house, SUPERVISOR)
    work.supervise(soon, MEETING, facts_of(MEETING), clock.now() + timedelta(days=2))
    async with sit(Role.SUPERVISOR) as seat:
        await at_desk(seat)
        await seat.see("▸超期1", "临期0", "突发1", "多次1", "集中3", "申请退回1", "流转1", "督办中1")
        await seat.see("因为超期24小时0分；反映3次（5.2.3）", "反馈2026-12-01", "您好，我是12345市民服务热线的8041号")
        for name, words in (
            ("临期", "没有临近时限的工单"), ("突发", "因为突发事件"), ("多次", "反映3次"),
            ("集中", "同一事项3件，3人，占未办结"), ("申请退回", "申请退回：不在辖区"), ("流转", "流转2次"),
            ("回访", "没有未了结的回访"), ("督办中", "会商督办应于"),
        ):  # fmt: skip
            await seat.press("f2")
            await seat.see(f"▸{name}", words)


@pytest.mark.clause("5.2.3b")
@pytest.mark.clause("5.2.3c")
@pytest.mark.clause("5.2.3d")
@pytest.mark.clause("5.2.3e")
@pytest.mark.clause("5.2.3f")
@pytest.mark.parametrize("kind", [DOCUMENT, MEETING, ON_SITE, JOINTLY, DISCIPLINE])
async def test_an_order_states_what_its_clause_demands(sit: Sit, late: Ticket, house: Any, kind: str) -> None:
    """You should see each missing fact named with its clause, the deadline read back, and the order stand on the ticket."""
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, late)
        await seat.press("f4")
        await seat.see("督办方式", kind)
        await seat.press(KEYS[kind])
        for name, label, clause in SUPERVISION_FACTS[kind]:
            await seat.see(f"{label}（{clause}）")
            field = seat.app.screen.query_one(f"#{name}")
            if not seat.value(name):
                await seat.press("f8")
                await seat.see(f"{kind}还缺{label}")
                field.focus()
                await seat.rest()
                await seat.type({"arrive_by": "2026-12-03 09:00", "leader": "王主任"}.get(name, "内容"))
        await seat.press("f8")
        await seat.see(f"{kind}要写明回复期限")
        seat.app.screen.query_one("#deadline").focus()
        await seat.rest()
        await seat.type("2026年12月5日18点")
        await seat.see("▸2026-12-0518:00周六，剩3天7小时")
        await seat.press("f8")
        await seat.see(
            "待另一位领导审批后下发" if kind == DOCUMENT else f"已发出{kind}：望京街道办事处应于2026-12-0518:00前回复"
        )
    (order,) = now_of(house, late).handling.supervisions
    assert (order.kind, order.by, f"{order.deadline:%m-%d %H:%M}") == (kind, "7001", "12-05 18:00")
    assert order.facts["ground"].startswith("超期")  # why it is in sight, filled in already
    assert set(order.facts) == {name for name, _, _ in SUPERVISION_FACTS[kind]}


@pytest.mark.clause("5.2.3b")
async def test_what_no_unit_has_yet_cannot_be_ordered(sit: Sit, lives: Lives, house: Any, clock: Any) -> None:
    """You should see why F4 opens nothing while a ticket waits for dispatch, and what comes first."""
    ticket = lives.waiting(unit=STREET)
    clock.advance(2 * DAY)
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, ticket)
        await seat.see("还没有派单：派出后才有单位可督办（5.2.2.1.2）")
        await seat.press("f4")
        await seat.see("还没有派单，没有单位欠这份回复：请先派单（说不清单位的派区政府，5.2.2.1.1b），再督办（5.2.3）")
    assert not now_of(house, ticket).handling.supervisions


@pytest.mark.clause("5.2.3b")
async def test_a_document_is_laid_before_somebody(sit: Sit, late: Ticket, house: Any) -> None:
    """You should see who could be named, words that name nobody refused where they stand, and a person here taken."""
    house.people.add("7002", "齐主任", frozenset({Role.SUPERVISOR}), "password-7002", house.clock.now())
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, late)
        await seat.press("f4", KEYS[DOCUMENT])
        await seat.see("姓名、职务，如王主任；或7002号齐主任")
        await seat.fill(report="专报一份", leader="不知道", deadline="2026-12-05 18:00")
        await seat.press("f8")
        await seat.see("报请审批的领导“不知道”不是人名或职务：请写姓名、职务", "如7002号齐主任（5.2.3b）")
        assert seat.app.screen.focused.id == "leader"
        await seat.press("ctrl+u")
        await seat.type("7002号")
        await seat.press("f8")
        await seat.see("待另一位领导审批后下发")
    assert now_of(house, late).handling.supervisions[0].facts["leader"] == "7002号"


@pytest.mark.clause("5.2.3b")
async def test_a_document_is_approved_by_another_leader(sit: Sit, late: Ticket, house: Any) -> None:
    """You should see the proposer refused, the report shown to the leader, and the unit have it only then."""
    Supervising(house, SUPERVISOR).supervise(late, DOCUMENT, facts_of(DOCUMENT), house.clock.now() + timedelta(days=3))
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, late)
        await seat.see("文件督办待领导审批：F5（5.2.3b）")
        await seat.press("f5")
        await seat.see("提出人不能批准自己的督办：请由领导审批（5.2.3b）")
    async with sit(Role.SUPERVISOR, **CHIEF) as seat:
        await overdue(seat, late)
        await seat.press("f5")
        await seat.see("批准文件督办·5.2.3b", "专报内容：专报内容的内容", "提出：7001号")
        await seat.press("f8")
        await seat.see("已批准文件督办，下发望京街道办事处")
        assert now_of(house, late).handling.supervisions[0].approved_by == "7002"
        await seat.press("f5")
        await seat.see("没有待审批的文件督办（5.2.3b）")


@pytest.mark.clause("5.2.3d")
async def test_a_notice_says_what_was_not_met_and_the_order_is_closed(
    sit: Sit, late: Ticket, house: Any, clock: Any
) -> None:
    """You should see the notice filled in from the order that nobody answered, then its end with the outcome."""
    work = Supervising(house, SUPERVISOR)
    work.supervise(late, ON_SITE, facts_of(ON_SITE, "2026-12-02 14:00"), clock.now() + timedelta(hours=6))
    clock.advance(7 * 3600)
    async with sit(Role.SUPERVISOR, agent_no="7001", size=(80, 40)) as seat:
        await overdue(seat, late)
        await seat.see("没有按期：F6通报（5.2.3d）", "应于12-0214:00抵达")
        await seat.press("f6", "2")
        await seat.see("通报·5.2.3d", "望京街道办事处未回复")
        await seat.press("f8")
        await seat.see("已通报望京街道办事处")
        await seat.see("通报望京街道办事处：现场督办应于")
        await seat.press("f6", "1")
        await seat.see("了结现场督办")
        await seat.press("f8")
        await seat.see("请写明内容（5.2.3）")
        await seat.type("街道已加固围墙")
        await seat.press("f8")
        await seat.see("已了结现场督办")
        await seat.press("f7")
        await seat.press(*["pagedown"] * 3)
        await seat.see("办理过程", "通报7001号", "督办了结7001号")
    found = now_of(house, late).handling
    assert found.censures[0].unit == STREET
    assert found.supervisions[0].outcome == "街道已加固围墙"


@pytest.mark.clause("5.2.2.3.2d")
async def test_a_complex_case_shows_its_new_end(sit: Sit, lives: Lives, house: Any, clock: Any) -> None:
    """You should see both ends before it is done, the reason demanded, and the reason why once the limit is over."""
    ticket = lives.handled()
    clock.advance(6 * DAY)
    async with sit(Role.SUPERVISOR) as seat:
        await at_desk(seat, "临期")
        await seat.press("f6", "3")
        await seat.see("现应2026-12-0110:32前反馈；认定后2026-12-0910:32前反馈")
        await seat.press("f8")
        await seat.see("认定复杂疑难要写明理由（5.2.2.3.2）")
        await seat.type("涉及五个部门")
        await seat.press("f8")
        await seat.see("已认定复杂疑难：2026-12-0910:32前反馈", "▸临期0")
        assert now_of(house, ticket).handling.complex_reason == "涉及五个部门"
        clock.advance(10 * DAY)
        await seat.press(*["f2"] * (len(LISTS) - 1))
        await seat.see("▸超期1")
        await seat.press("f6")
        await seat.see("这件工单已认定为复杂疑难")
        await seat.press("3")
        await seat.see("✗这件工单已认定为复杂疑难")


@pytest.mark.clause("5.2.2.1.2d")
async def test_a_surge_is_declared_with_reason_and_end_and_ended(sit: Sit, house: Any, clock: Any) -> None:
    """You should see it without any ticket, refused without its end, in force on the status line, and ended again."""
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await at_desk(seat)
        await seat.press("f6", "1")
        await seat.see("宣布集中大话务量", "只放宽一般诉求的派发")
        await seat.press("f8")
        await seat.see("请写明集中大话务量的原因：极端天气、特殊时间（5.2.2.1.2d）")
        assert seat.app.screen.focused.id == "reason"
        await seat.type("暴雨")
        await seat.press("f8")
        await seat.see("请写明结束时间，如2026-01-3108:30（5.2.2.1.2d）")
        assert seat.app.screen.focused.id == "until"
        await seat.type("明天")
        await seat.press("f8")
        await seat.see("“明天”不是可用的时间")
        await seat.press("ctrl+u")
        assert house.surges.at(clock.now()) is None
        seat.app.screen.query_one("#until").focus()
        await seat.rest()
        await seat.type("2026-12-25 8:00")
        await seat.press("f8")
        await seat.see("15天之内")
        await seat.press(*["backspace"] * 16)
        await seat.type("2026-11-26 8:00")
        await seat.press("f8")
        await seat.see("已宣布集中大话务量，到2026-11-2608:00")
        ticket = Lives(house).waiting()
        assert ticket.due.dispatch == clock.now() + timedelta(hours=48)
        urgent = Lives(house).waiting("燃气泄漏", "突发事件")
        assert urgent.due.dispatch == clock.now() + timedelta(hours=1)
        await seat.press("f6")
        await seat.see("结束集中大话务量", "暴雨，到")
        await seat.press("1", "f8")
        await seat.see("已结束集中大话务量")
        assert house.surges.at(clock.now()) is None


@pytest.mark.clause("5.2.3")
async def test_a_reply_that_solves_nothing_is_sent_back(sit: Sit, lives: Lives, house: Any, clock: Any) -> None:
    """You should see the reply shown, the reason demanded, and the unit's new limit."""
    ticket = lives.replied()
    Supervising(house, SUPERVISOR).supervise(ticket, MEETING, facts_of(MEETING), clock.now() + timedelta(days=2))
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await at_desk(seat, "督办中")
        await seat.press("f6", "4")
        await seat.see("发回重办·5.2.3", "已解决：办理情况的内容")
        await seat.type("没有解决")
        await seat.press("f8")
        await seat.see("已发回重办：2026-12-0110:32前反馈")
    assert now_of(house, ticket).handling.sent_back == ["没有解决"]


@pytest.mark.clause("5.1.3.3")
async def test_an_urgent_report_is_acknowledged_here_too(sit: Sit, lives: Lives, house: Any) -> None:
    """You should see the report on the ticket, F9 note who has seen it, and say so the second time."""
    ticket = lives.handled("燃气泄漏", "突发事件")
    house.tickets.act([Act(ticket.id, [NewEvent(Kind.ESCALATED, {"to": "值班"})])], TAKER, house.clock.now())
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await at_desk(seat, "突发")
        await seat.see("⚠待知悉1", "待知悉：F9")
        await seat.press("f9")
        await seat.see("已确认知悉工单", "7001号已知悉")
        await seat.press("f9")
        await seat.see("没有待知悉的紧急上报")


async def test_what_another_did_meanwhile_is_told_and_the_words_stay(
    sit: Sit, late: Ticket, lives: Lives, house: Any
) -> None:
    """You should see who was first, the text still there, F8 then go by what is new, and nothing lost on the way."""
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, late)
        await seat.press("f6", "2")
        await seat.see("通报·5.2.3d")
        await seat.type("多次催促无果")
        Handling(house, HANDLER).progress(now_of(house, late), "已派人")
        await seat.press("f8")
        await seat.see("刚被他人改动（", "3001记办理进展）")
        assert seat.value("text") == "多次催促无果"
        await seat.press("f8")
        await seat.see("已通报望京街道办事处")
    kinds = [event.kind for event in house.tickets.events(late.id) if event.kind is not Kind.REMINDED]
    assert kinds[-2:] == [Kind.PROGRESSED, Kind.CENSURED]


async def test_what_is_half_written_stays_when_the_page_or_the_session_ends(sit: Sit, late: Ticket) -> None:
    """You should see the words again after Esc, and in a session that begins anew; none once the order is out."""
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, late)
        await seat.press("f4", "2")
        await seat.see("会商督办")
        seat.app.screen.query_one("#meeting_at").focus()
        await seat.rest()
        await seat.type("周五上午九点")
        await seat.press("escape", "f4", "2")
        await seat.see("周五上午九点")
        # The session ends here without having left the page, as a killed one does.
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, late)
        await seat.press("f4", "2")
        await seat.see("周五上午九点")
        seat.app.screen.query_one("#deadline").focus()
        await seat.rest()
        await seat.type("2026-12-05")
        await seat.press("f8")
        await seat.see("已发出会商督办")
        await seat.press("f4", "2")
        await seat.see("会商督办·5.2.3c")
        assert seat.value("meeting_at") == ""


async def test_who_has_the_ticket_open_is_seen(sit: Sit, late: Ticket, house: Any) -> None:
    """You should see another's desk named, and this desk seen by others only while a ticket is open here."""
    house.looking.at(late.id, "2002", "派单", house.clock.now())
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await overdue(seat, late)
        await seat.see("2002号正在派单台查看")
        assert house.looking.others(late.id, "2002", house.clock.now()) == []
        await seat.press("f7")
        await seat.pass_time(1)
        (other,) = house.looking.others(late.id, "2002", house.clock.now())
        assert (other.agent_no, other.desk) == ("7001", "督办")


@pytest.mark.clause("6.2.2")
async def test_the_desk_opens_for_supervisors_and_administrators(sit: Sit) -> None:
    """You should see it among the desks of these two roles only."""
    for role, there in ((Role.SUPERVISOR, True), (Role.ADMINISTRATOR, True), (Role.DISPATCHER, False)):
        async with sit(role) as seat:
            await seat.press("ctrl+o")
            await seat.see("换台")
            assert ("督办与通报" in seat.glass) is there


@pytest.mark.clause("5.1.3.2")
@pytest.mark.clause("5.2.3")
async def test_the_wall_draws_again_only_what_has_changed(
    sit: Sit, lives: Lives, house: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see shares with both numbers and the alarm, a block drawn again when its figure changes, no other."""
    ring = clock.now() - timedelta(hours=1)
    for at in range(10):
        house.calls.save(Call(str(at), "13800000001", ring, answered_at=ring + timedelta(seconds=at) if at else None))
    lives.handled()
    lives.waiting("占道经营")
    drawn: list[str] = []
    plain = Static.update
    monkeypatch.setattr(
        Static, "update", lambda self, *given, **more: (drawn.append(self.id or ""), plain(self, *given, **more))[1]
    )
    async with sit(Role.SUPERVISOR) as seat:
        await at_desk(seat)
        await seat.press("ctrl+l")
        await seat.see("90.0%9/10", "低于95%", "100.0%9/9", "未接1", "派发", "待派单1", "没有宣布集中大话务量")
        drawn.clear()
        await seat.app.screen.gather().wait()
        await seat.rest()
        assert set(drawn) & {"connected", "answered", "web", "dispatched", "clocks", "states", "matters"} == set()
        lives.waiting("油烟扰民")
        await seat.app.screen.gather().wait()
        await seat.see("待派单2")
        assert {"clocks", "states"} <= set(drawn)
        assert set(drawn) & {"connected", "answered", "web", "surge", "matters", "ahead"} == set()
        await seat.press("escape")
        await seat.see("▸超期")


async def test_ten_thousand_tickets_open_and_move_by_a_bounded_number_of_rows(
    sit: Sit, lives: Lives, house: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see one page of tickets read to open the list, none to move along it, one more at its end."""
    seed = lives.waiting()
    body = house._db.execute("SELECT * FROM tickets WHERE id = ?", (seed.id,)).fetchone()
    columns = ", ".join(body.keys())
    values = [dict(body) | {"id": f"{at:05}", "number": f"2026112{at:06}"} for at in range(10_000)]
    house._db.executemany(
        f"INSERT INTO tickets ({columns}) VALUES ({', '.join(f':{name}' for name in columns.split(', '))})", values
    )
    clock.advance(2 * DAY)
    read: list[int] = []
    page, counts = TicketStore.page, TicketStore.counts

    def paged(self: TicketStore, *given: Any, **more: Any) -> list[Ticket]:
        found = page(self, *given, **more)
        read.append(len(found))
        return found

    def counted(self: TicketStore, *given: Any) -> list[int]:
        read.append(0)
        return counts(self, *given)

    async with sit(Role.SUPERVISOR) as seat:
        await seat.see("督办·")
        await seat.until(lambda: getattr(seat.app.screen, "model", None) and seat.app.screen.model.matters is not None)
        seat.app._worker.run = lambda now: pytest.fail("the queue is not asked while the rows are counted")
        monkeypatch.setattr("screens.app.HotlineApp.sync_soon", lambda self: None)
        monkeypatch.setattr(TicketStore, "page", paged)
        monkeypatch.setattr(TicketStore, "counts", counted)
        seat.app.screen.reload()
        await seat.see("▸超期10001", "1/10001")
        assert sum(read) == 100
        assert read.count(0) == 1  # all lists are counted by one question
        read.clear()
        await seat.press(*["down"] * 5)
        await seat.see("6/10001")
        assert read == []
        await seat.press("end")
        await seat.see("10001/10001")
        assert sum(read) <= 200


@pytest.mark.clause("5.4.3")
@pytest.mark.clause("5.2.3")
async def test_a_callback_that_settled_nothing_is_supervised_with_the_claimants_words(
    sit: Sit, lives: Lives, house: Any
) -> None:
    """You should see the request in 回访 with what its claimant said, an order begun with these words, and the way by F6."""
    ticket = lives.replied("小区电梯停运")
    caller = Actor("8107", roles=frozenset({Role.CALLBACK}))
    sample(house, Rule(1, seed="s"), caller, house.clock.now())
    said = {"contacted": "是", "told": "是", "solved": "未解决", "satisfaction": "不满意"}
    answers = {name: Answer(value, "停了两天又停" if name == "solved" else "") for name, value in said.items()}
    Calling(house, caller).interviewed([Heard(house.tickets.get(ticket.id), answers)], "c1")
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await at_desk(seat, "回访")
        await seat.see("▸回访1", "因为回访：未解决、不满意", "诉求人：“停了两天又停”", "回访没有了结：F4督办")
        await seat.press("f6")
        await seat.see("发回重办")
        await seat.press(*["down"] * 3, "enter")
        await seat.see("发回重办·5.2.3", "回访：未解决、不满意；诉求人：“停了两天又停”")
        await seat.press("escape", "f4")
        await seat.see("督办方式")
        await seat.press(KEYS[ON_SITE])
        await seat.see("现场督办·5.2.3d")
        assert seat.value("ground") == "回访：未解决、不满意；诉求人：“停了两天又停”"
        for name, text in (("arrive_by", "2026-12-03 09:00"), ("deadline", "2026-12-05 18:00")):
            seat.app.screen.query_one(f"#{name}").focus()
            await seat.pilot.pause()
            await seat.type(text)
        await seat.press("f8")
        await seat.see("已发出现场督办", "督办中1")
        Supervising(house, SUPERVISOR).close(
            now_of(house, ticket), now_of(house, ticket).handling.supervisions[0].id, "已到场修好"
        )
        await seat.press("f3")
        await seat.until(lambda: house.tickets.get(ticket.id).handling.supervisions[0].closed_at)
        seat.app.screen.reload()
        await seat.see("▸回访0", "没有未了结的回访")
