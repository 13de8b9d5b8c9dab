"""Pictures of each desk and dialog in its telling states; look at each before accepting a new one."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from console.registration import Registration
from data.events import new_id
from data.inbox import Submission
from data.people import Actor, Role
from data.record import Answer, Claimant, Place, Record

MakeApp = Callable[..., Any]
AtSeat = Callable[[Callable[[Any], Awaitable[None]]], Any]
Compare = Callable[..., bool]

NARROW, WIDE = (80, 24), (140, 40)
COMPLAINT = {
    "name": "王秀梅",
    "place": "朝阳区望京街道槐荫家园7号楼",
    "object": "安槐物业公司",
    "time": "昨天早上八点",
    "title": "小区电梯停运",
    "text": "两部电梯停了一部，剩下那部今天早上也停了，十八层楼都得爬楼梯，要求尽快修好。",
}


@pytest.fixture
def tickets(house: Any) -> None:
    """Three tickets of another seat: dispatched, answered, reported as urgent."""
    taker = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))

    def made(title: str, **more: Any) -> Record:
        return Record(
            claimant=Claimant(name="刘志强", phone="13800000104"),
            types=["投诉"],
            title=title,
            text=f"{title}，每天晚上六点以后最厉害，要求处理。",
            place=Place(text="柳巷胡同", district="西城区"),
            event_time="昨晚",
            respondent="柳巷食府",
            earlier_handling="跟居委会说过",
            elements={"event": Answer(title)},
            **more,
        )

    Registration(house, taker, new_id()).submit(made("柳巷胡同乱停车"), house.clock.now())
    article = house.kb.get(house.kb.search("暖气不热")[0].id)
    question = Record(
        types=["咨询"], title="暖气不热", text="请问暖气不热怎么测温？", claimant=Claimant(phone="13800000102")
    )
    Registration(house, taker, new_id()).reply(question, article, house.clock.now())
    Registration(house, taker, new_id()).escalate(made("燃气泄漏"), house.clock.now())
    house.sync_worker().run(house.clock.now())


@pytest.fixture(autouse=True)
def _nothing_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a picture is taken later: sentences stay, and the connect rate is counted at each look."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)
    monkeypatch.setattr("screens.call_desk.CONNECT_RATE_EVERY", 1)


async def found(seat: Any) -> None:
    """Wait until the last search has come back from its thread."""
    await seat.rest()
    await seat.until(lambda: not getattr(seat.app.screen, "searching", False))
    await seat.until(lambda: all(one.is_finished for one in seat.app.workers if one.group == "knowledge"))
    await seat.rest()


async def idle(seat: Any) -> None:
    """No call."""
    await seat.see("等待来电", "同步✓")


async def ringing(seat: Any) -> None:
    """A call of a number that called before."""
    await seat.ring("parking")
    await seat.pass_time(9)


async def greeting(seat: Any) -> None:
    """Answered: the greeting to read."""
    await seat.ring("elevator")
    await seat.press("f2")
    await seat.see("B.1.2.1")


async def recording(seat: Any) -> None:
    """A complaint being written, earlier handling still missing."""
    await seat.take("elevator", "1", "2")
    await seat.fill(**COMPLAINT)
    await found(seat)


async def refused(seat: Any) -> None:
    """F8 with elements missing."""
    await seat.take("parking", "1")
    await seat.fill(text="有车乱停。")
    await seat.press("f8")
    await found(seat)
    await seat.see("要素未齐")


async def gas_leak(seat: Any) -> None:
    """An emergency: the number first, then the elements of C.5."""
    await seat.take("gas-leak", "2")
    await seat.fill(title="燃气泄漏", text="一楼装修挖断了燃气管道，燃气泄漏。")
    seat.desk.query_one("#urgency").focus()
    await seat.press("enter", "1", "f8")
    await found(seat)


async def saved(seat: Any) -> None:
    """Registered: the number to tell, then the closing sentences."""
    await seat.take("elevator", "1")
    await seat.fill(**COMPLAINT, earlier="给物业打过三次电话")
    await found(seat)
    await seat.press("f8")
    await seat.see("已交派单队列", "同步✓")


async def waiting(seat: Any) -> None:
    """A caller on hold for more than 30 s."""
    await seat.take("heating", "4")
    await seat.press("ctrl+t")
    await seat.until(lambda: seat.model.phase == "held")
    await seat.pass_time(42)
    await seat.see("B.1.3.3")


async def after(seat: Any) -> None:
    """The caller hung up, the record is not complete."""
    await seat.take("housing-fund", "4")
    await seat.fill(text="租房提取公积金要什么条件。")
    await found(seat)
    await seat.pass_time(91)
    await seat.see("通话已结束")


def opened(key: str, *words: str, typed: str = "") -> Callable[[Any], Awaitable[None]]:
    """A dialog over a record that is being written."""

    async def act(seat: Any) -> None:
        await recording(seat)
        await seat.press(key)
        await seat.until(lambda: seat.app.screen is not seat.desk)
        await seat.type(typed)
        await seat.see(*words)
        await found(seat)

    return act


async def urgency(seat: Any) -> None:
    """The kinds with their definitions, and a question."""
    await seat.take("water-outage", "2")
    seat.desk.query_one("#urgency").focus()
    await seat.press("enter", "4")
    await seat.see("▣基本民生保障")


async def history(seat: Any) -> None:
    """A likely repeat, linked, with the standard's question."""
    await seat.take("parking", "1")
    await seat.fill(title="柳巷胡同乱停车", text="柳巷胡同还是有车乱停。")
    await seat.press("f7", "f4")
    await seat.see("新情况")


async def lookup(seat: Any) -> None:
    """A search while the caller waits, more than 30 s."""
    await seat.take("heating", "4")
    await seat.press("f3", "f2")
    await seat.type("暖气不热")
    await seat.pass_time(33)
    await seat.until(lambda: seat.app.screen._article is not None)
    await found(seat)
    await seat.see("B.1.3.3")


CALL = {
    "idle": idle,
    "ringing": ringing,
    "greeting": greeting,
    "recording": recording,
    "refused": refused,
    "gas_leak": gas_leak,
    "saved": saved,
    "waiting": waiting,
    "after": after,
    "knowledge": opened("f3", "供热", typed="暖气"),
    "lookup": lookup,
    "route": opened("f5", "去向"),
    "route_initials": opened("f5", "地区", typed="cyq"),
    "elements": opened("f6", "要素·附录C"),
    "phrases": opened("ctrl+l", "服务用语"),
    "palette": opened("ctrl+p", "命令"),
    "help": opened("f1", "帮助"),
    "desks": opened("ctrl+o", "换台"),
    "urgency": urgency,
}
CALL_WIDE = {"idle": idle, "recording": recording, "saved": saved}


@pytest.mark.parametrize("state", CALL)
def test_call_desk(snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat, state: str) -> None:
    """You should see the call desk and its dialogs fit 80×24, with the sentence to say on top."""
    assert snap_compare(make_app(), terminal_size=NARROW, run_before=at_seat(CALL[state]))


@pytest.mark.parametrize("state", CALL_WIDE)
def test_call_desk_wide(snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat, state: str) -> None:
    """You should see the same desk with the article's full text beside it."""
    assert snap_compare(make_app(), terminal_size=WIDE, run_before=at_seat(CALL_WIDE[state]))


@pytest.mark.usefixtures("tickets")
@pytest.mark.parametrize("state", ["ringing", "history"])
def test_call_desk_of_a_known_number(snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat, state: str) -> None:
    """You should see who called before and what about."""
    act = {"ringing": ringing, "history": history}[state]
    assert snap_compare(make_app(), terminal_size=NARROW, run_before=at_seat(act))


async def form(seat: Any) -> None:
    """The newest ticket as appendix D."""
    seat.app.open_desk("工单")
    await seat.see("全部状态3件", "诉求工单", "同步✓")


async def timeline(seat: Any) -> None:
    """The history of a ticket."""
    await form(seat)
    await seat.press("down", "f7")
    await seat.see("登记8007号")


async def nothing_found(seat: Any) -> None:
    """A search that finds nothing."""
    await form(seat)
    await seat.type("不存在")
    await seat.see("没有符合条件的工单")


@pytest.mark.usefixtures("tickets")
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("act", [form, timeline], ids=["form", "timeline"])
def test_ticket_desk(
    snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat, act: Any, size: tuple[int, int]
) -> None:
    """You should see the list, and the ticket under the cursor as its form or its history."""
    app = make_app(Role.SUPERVISOR, agent_no="6012")
    assert snap_compare(app, terminal_size=size, run_before=at_seat(act))


@pytest.mark.usefixtures("tickets")
def test_ticket_desk_with_nothing_found(snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat) -> None:
    """You should see what to do about it."""
    app = make_app(Role.SUPERVISOR, agent_no="6012")
    assert snap_compare(app, terminal_size=NARROW, run_before=at_seat(nothing_found))


def test_inbox_desk(snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat, house: Any) -> None:
    """You should see the most urgent first, then least time left."""
    from datetime import timedelta

    now = house.clock.now()

    def web(key: str, minutes: int, title: str, urgent: int = 0) -> Submission:
        one = Record(source="微信公众号", types=["投诉"], title=title, text=f"{title}，一直没有人管。")
        return Submission(key, now - timedelta(minutes=minutes), one, urgent, origin="微信")

    house.inbox.add(
        [web("1", 30, "路灯不亮"), web("2", 110, "占道经营"), web("3", 140, "井盖缺失"), web("4", 5, "燃气泄漏", 1)],
        now,
    )

    async def act(seat: Any) -> None:
        seat.app.open_desk("收件")
        await seat.see("待受理4件", "同步✓")

    assert snap_compare(make_app(), terminal_size=NARROW, run_before=at_seat(act))


def test_sync_desk(snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat) -> None:
    """You should see that nothing waits."""

    async def act(seat: Any) -> None:
        seat.app.open_desk("同步")
        await seat.see("全部已同步", "同步✓")

    assert snap_compare(make_app(), terminal_size=NARROW, run_before=at_seat(act))


@pytest.mark.parametrize("demo", [False, True], ids=["password", "demo"])
def test_sign_in(snap_compare: Compare, make_app: MakeApp, at_seat: AtSeat, house: Any, demo: bool) -> None:
    """You should see number and password, or the people of the demo."""
    house.people.add("8101", "周晓", frozenset({Role.CALL_TAKER}), "irrelevant", house.clock.now())
    house.people.add("9101", "钱芳", frozenset({Role.SUPERVISOR}), "irrelevant", house.clock.now())

    async def act(seat: Any) -> None:
        await seat.see("12345")

    app = make_app(signed_in=False, demo=demo)
    assert snap_compare(app, terminal_size=NARROW, run_before=at_seat(act))
