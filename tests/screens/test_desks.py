"""The other desks: inbox, tickets, sync, sign-in; and the way between them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.registration import Registration
from data.db import writing
from data.events import Event, NewEvent, Ticket, new_id
from data.inbox import Submission
from data.lifecycle import Kind, State
from data.people import Actor, Role
from data.queue import HeldDelivery
from data.receiving import Receiving
from data.record import Answer, Claimant, Place, Record
from data.sqlite_queue import SqliteQueue
from data.tickets import Act
from tests.queues import arrivals

Sit = Callable[..., Any]

TAKER = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))


def record(title: str, **more: Any) -> Record:
    """A complaint with all that C.3 asks."""
    return Record(
        claimant=Claimant(name="何慧", phone="13800000999"),
        types=["投诉"],
        title=title,
        text=f"{title}，要求处理。",
        place=Place(text="望京西路", district="朝阳区"),
        event_time="昨晚",
        respondent="京达物业公司",
        earlier_handling="没有",
        elements={"event": Answer(title)},
        **more,
    )


@pytest.fixture
def register(house: Any) -> Callable[..., Ticket]:
    """Register a request of another seat and hand it on."""

    def make(title: str, **more: Any) -> Ticket:
        return Registration(house, TAKER, new_id()).submit(record(title, **more), house.clock.now())

    return make


async def go(seat: Any, desk: str) -> None:
    """Go to a desk with Ctrl+O."""
    await seat.press("ctrl+o")
    await seat.see("换台")
    at = seat.app.screen._desks.index(desk) + 1
    await seat.press(str(at))
    await seat.until(lambda: getattr(seat.app.screen, "NAME", "") == desk)


@pytest.mark.clause("5.1.3.2")
async def test_a_web_submission_is_accepted_completed_and_dispatched(sit: Sit, house: Any) -> None:
    """You should see the one with least time left first, F8 bring it to the call desk, and F8 there hand it on."""
    now = house.clock.now()
    late = Submission("web:1", now - timedelta(minutes=100), record("占道经营", source="微信公众号"), origin="微信")
    early = Submission("web:2", now - timedelta(minutes=5), record("路灯不亮", source="微信公众号"), origin="微信")
    house.inbox.add([early, late], now)
    async with sit() as seat:
        await seat.see("网络诉求待受理2件")
        await go(seat, "收件")
        await seat.see("待受理2件", "0:20", "占道经营，要求处理。")
        await seat.press("f8")
        await seat.until(lambda: seat.app.screen is seat.desk)
        await seat.see("网络诉求")
        assert seat.value("title") == "占道经营"
        await seat.press("f8")
        await seat.see("等待来电")
        (ticket,) = house.tickets.every()
        assert (ticket.state, ticket.record.source) == (State.TO_DISPATCH, "微信公众号")
        assert house.inbox.get("web:1").ticket_id == ticket.id
        assert house.inbox.count_waiting() == 1


@pytest.mark.clause("5.1.4.1b")
@pytest.mark.clause("D")
async def test_tickets_are_narrowed_searched_and_exported(
    sit: Sit, register: Callable[..., Ticket], house: Any
) -> None:
    """You should see search as typed, F2 by state, the form and the history with F7, and both exports on disk."""
    lamp, stall = register("路灯不亮"), register("占道经营")
    async with sit(Role.DISPATCHER) as seat:
        await go(seat, "工单")
        await seat.see("全部状态2件")
        await seat.type("路灯")
        await seat.see("全部状态1件", lamp.number, "诉求工单")
        await seat.press("f7")
        await seat.see("办理过程", "转派单")
        await seat.press("f7", "f4")
        await seat.see("已存为")
        written = Path(house.home.exports / f"{lamp.number}.txt").read_text(encoding="utf-8")
        assert "路灯不亮" in written
        await seat.press("f5")
        await seat.until(lambda: Path(house.home.exports / f"{lamp.number}.docx").exists())
        await seat.press("ctrl+u")
        await seat.see("全部状态2件")
        await seat.press("f2")
        await seat.see("登记中0件", "没有符合条件的工单")
        await seat.press("f4")
        await seat.see("没有选中的工单")
        await seat.press("f2", "f2", "f2")
        await seat.see("待派单2件", f"{stall.number}·附录D")
        await seat.press("down")
        await seat.see(f"{lamp.number}·附录D")


async def test_a_refused_event_is_retried_at_the_sync_desk(
    sit: Sit, register: Callable[..., Ticket], house: Any
) -> None:
    """You should see why it was refused and by whom, and F8 do it again after the other desk's change."""
    ticket = register("路灯不亮")
    house.sync_worker().run(house.clock.now())
    theirs = Event(
        new_id(), ticket.id, ticket.seq + 1, Kind.ESCALATED, house.clock.now(), "9001", "5.1.3.3", {"to": "李"}
    )
    house.queue.append([theirs])
    house.tickets.act([Act(ticket.id, [NewEvent(Kind.ESCALATED, {"to": "张"})])], TAKER, house.clock.now())
    async with sit() as seat:
        await go(seat, "同步")
        await seat.see("失败1", "未采用", "9001")
        await seat.press("f4")
        await seat.see("再按一次F4")
        await seat.press("f8")
        await seat.see("已在对方的改动之后重做")
        await seat.until(lambda: house.outbox.counts() == (0, 0))
        assert [one.to for one in house.tickets.get(ticket.id).escalations] == ["李", "张"]
        await seat.see("全部已同步")
        await seat.press("f8")
        await seat.see("只有未采用的操作可以重试")


@pytest.mark.clause("5")
async def test_a_held_step_is_shown_and_tried_again_at_the_sync_desk(
    sit: Sit, register: Callable[..., Ticket], house: Any
) -> None:
    """You should see what is held and why, on the status line too, F8 try it again, and the list empty once it fits."""
    ticket = register("路灯不亮")
    house.sync_worker().run(house.clock.now())
    faulty = Event(new_id(), ticket.id, ticket.seq + 1, Kind.SIGNED, house.clock.now(), "3001", "5.2.2.2.1", {})
    Receiving(house.tickets).receive(arrivals([faulty]), house.clock.now())
    async with sit() as seat:
        await seat.see("同步⚠滞留1")
        await go(seat, "同步")
        await seat.see("队列本机文件", "滞留1", ticket.number, "3001签收", "原因：“待派单”的工单不能签收")
        await seat.press("f8")
        await seat.see("仍不能采用")
        await seat.press("f4")
        await seat.see("不能在这里放弃")
        with writing(house._db) as db:  # as a newer program would read it
            db.execute("UPDATE held SET event = replace(event, '\"signed\"', '\"escalated\"')")
        await seat.press("f8")
        await seat.see("已收下1步", "全部已同步")
        assert house.tickets.get(ticket.id).seq == ticket.seq + 1


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
async def test_what_did_not_reach_its_unit_is_shown_and_sent_again(
    sit: Sit, house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see a held delivery with unit, channel and reason at the sync desk, and F8 hand it to the workers again."""
    held = [
        HeldDelivery(
            7, "a", "20261124-a", 3, "dispatched", "乙单位", "邮箱", 10, "收件邮箱被拒（550）", house.clock.now()
        )
    ]

    def requeue(queue: SqliteQueue, ticket_id: str) -> int:
        assert ticket_id == "a"
        held.clear()
        return 1

    monkeypatch.setattr(SqliteQueue, "held_deliveries", lambda queue, ticket_id="": list(held))
    monkeypatch.setattr(SqliteQueue, "requeue_deliveries", requeue)
    async with sit() as seat:
        await seat.see("同步⚠滞留1")
        await go(seat, "同步")
        await seat.see("未送达", "20261124-a", "乙单位", "邮箱，试了10次", "收件邮箱被拒（550）", "滞留1")
        await seat.press("f4")
        await seat.see("没有送达的不能放弃")
        await seat.press("f8")
        await seat.see("已请hotlinework重新投递", "全部已同步")


@pytest.mark.clause("6.2.2")
async def test_signing_in_needs_the_right_password(sit: Sit, house: Any) -> None:
    """You should see a wrong password refused without saying which of the two is wrong, the right one let in."""
    house.people.add("8123", "赵敏", frozenset({Role.CALL_TAKER}), "correct horse", house.clock.now())
    async with sit(signed_in=False) as seat:
        await seat.see("登录")
        await seat.type("8123")
        await seat.press("enter")
        await seat.type("wrong horse!")
        await seat.press("enter")
        await seat.see("工号或密码不对")
        await seat.type("correct horse")
        await seat.press("enter")
        await seat.see("受理", "8123号")


async def test_an_interrupted_record_is_there_again(sit: Sit) -> None:
    """You should see a half-typed record restored in a new session on the same installation."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(title="电梯停运", text="两部电梯停了一部，")
        seat.model.drafts.release()  # what the kernel does for a session that dies
    async with sit() as seat:
        await seat.see("已恢复上次未完成的记录", "电梯停运", "两部电梯停了一部，")
        assert seat.model.phase == "after"
        assert seat.model.record.types == ["投诉"]


@pytest.mark.clause("6.2.2")
async def test_a_desk_that_was_left_keeps_its_name_to_itself(sit: Sit) -> None:
    """You should see the desk at hand in the status line though the one left behind, where a call may be, ticks on."""
    async with sit() as seat:
        await seat.see("受理·8041号")
        left = seat.desk
        await go(seat, "工单")
        await seat.see("工单·8041号")
        left.tick()
        await seat.rest()
        assert "工单·8041号" in seat.glass.partition("同步")[0]


@pytest.mark.parametrize(
    ("role", "desks"),
    [
        (Role.CALL_TAKER, ["受理", "收件", "质检", "工单", "同步"]),
        (Role.DISPATCHER, ["派单", "收件", "质检", "工单", "同步"]),
        (Role.SUPERVISOR, ["督办", "派单", "回访", "评价", "质检", "工单", "同步"]),
        (Role.QUALITY, ["评价", "质检", "工单", "同步"]),
        (Role.CALLBACK, ["回访", "工单", "同步"]),
    ],
)
async def test_roles_decide_which_desks_open(sit: Sit, role: Role, desks: list[str]) -> None:
    """You should see only the desks of the role, and begin at the first."""
    async with sit(role) as seat:
        await seat.until(lambda: getattr(seat.app.screen, "NAME", "") == desks[0])
        await seat.press("ctrl+o")
        await seat.see("换台")
        assert seat.app.screen._desks == desks


async def test_the_demo_lets_choose_a_person(sit: Sit, house: Any) -> None:
    """You should see the people of the demo and enter as one of them without a password."""
    house.people.add("8101", "周晓", frozenset({Role.CALL_TAKER}), "irrelevant", house.clock.now())
    house.people.add("9101", "钱芳", frozenset({Role.SUPERVISOR}), "irrelevant", house.clock.now())
    async with sit(signed_in=False, demo=True) as seat:
        await seat.see("演示：选一个角色", "8101号", "9101号")
        await seat.press("down", "enter")
        await seat.see("督办·9101号")


async def test_a_desk_that_was_left_names_itself_no_more(sit: Sit) -> None:
    """You should see the status line of the desk that one is at, whatever a desk behind it does each second."""
    async with sit() as seat:
        await seat.see("受理·8041号", "等待来电")
        behind = seat.app.screen
        await go(seat, "工单")
        await seat.see("工单·8041号")
        behind.tick()
        await seat.rest()
        assert "工单·8041号" in seat.glass
        assert "受理·8041号" not in seat.glass
