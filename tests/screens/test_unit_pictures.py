"""Pictures of the unit desk: empty, full, refused by another's change, and each page; look before accepting one."""

from collections.abc import Callable
from typing import Any

import pytest

from console.handling import Handling
from data.people import Role
from tests.screens.unit_hands import LEADER, UNIT, WEB, Past, past

__all__ = ["past"]

NARROW, WIDE = (80, 24), (140, 40)
Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def _nothing_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a picture is taken later: sentences stay."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)


@pytest.fixture
def full(past: Past, clock: Any) -> Past:
    """A morning's tickets, one of them late, one nearly, one supervised, one refused by the leader."""
    past.signed("路灯整段不亮", opinion="属街道与照明中心，请先核实权属")
    past.contacted("楼道堆物影响通行")
    Handling(past.house, LEADER).review(past.replied("占道经营多日没人管", source=WEB), False, "请附现场照片")
    past.ordered(past.dispatched("小区围墙倾斜"), 30)
    clock.advance(22 * 3600)
    past.dispatched("垃圾桶满溢无人清运")
    past.house.sync_worker().run(clock.now())
    return past


async def signing(seat: Any) -> None:
    """What waits to be signed."""
    await seat.see("待签收2", "小区围墙倾斜", "同步✓")


async def handling(seat: Any) -> None:
    """What is handled: the claimant is to be rung."""
    await signing(seat)
    await seat.press("f2")
    await seat.see("办理中3", "现在说·B.3.2")


async def contacting(seat: Any) -> None:
    """The claimant is rung."""
    await handling(seat)
    await seat.press("f8", "2", "tab", "1", "tab")
    await seat.type("属实，三盏灯不亮")
    await seat.see("何慧女士")


async def replying(seat: Any) -> None:
    """A reply half written, and refused."""
    await handling(seat)
    await seat.press("down", "f8", "1")
    await seat.fill(course="可能下午清走", measures="清理")
    await seat.press("f8", "f8")
    await seat.see("回复还缺反馈情况")
    seat.app.get_screen("承办").reload(keep=True)  # as the tick does: beneath the page stands what is half written
    await seat.pilot.pause(0.05)


async def aside(seat: Any) -> None:
    """Other units are called."""
    await handling(seat)
    await seat.press("f6", "1", "2")
    await seat.fill(**{"unit-query": "shuiwu"})
    await seat.press("enter")
    await seat.see("已选：市水务局")


async def stale(seat: Any) -> None:
    """A colleague was faster."""
    await handling(seat)
    await seat.press("f5")
    await seat.until(lambda: seat.app.screen.query("#text"))
    await seat.type("已派人")
    page = seat.app.screen
    Handling(seat.house, LEADER).contact(page.ticket, False, "无人接听")
    await seat.press("f8")
    await seat.see("刚被他人改动（3002联系诉求人）")


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("act", [signing, handling, replying], ids=["signing", "handling", "replying"])
def test_unit_desk(snap_compare: Compare, make_app: Any, at_seat: Any, act: Any, size: tuple[int, int]) -> None:
    """You should see the lists with time left, the ticket, and the reply with what it lacks."""
    app = make_app(Role.UNIT, agent_no="3001", unit=UNIT)
    assert snap_compare(app, terminal_size=size, run_before=at_seat(act))


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("act", [contacting, aside, stale], ids=["contacting", "aside", "stale"])
def test_unit_page(snap_compare: Compare, make_app: Any, at_seat: Any, act: Any) -> None:
    """You should see the sentences to say, the units chosen, and another's change named with the text kept."""
    app = make_app(Role.UNIT, agent_no="3001", unit=UNIT)
    assert snap_compare(app, terminal_size=NARROW, run_before=at_seat(act))


def test_a_leader_reviews(snap_compare: Compare, make_app: Any, at_seat: Any, past: Past) -> None:
    """You should see the whole reply, and where the reason goes."""
    past.replied("占道经营多日没人管", source=WEB)
    past.house.sync_worker().run(past.house.clock.now())

    async def act(seat: Any) -> None:
        await seat.see("待审核1", "同步✓")
        await seat.press("f8")
        await seat.see("舆情信息：未发现")

    app = make_app(Role.UNIT_LEADER, agent_no="3002", unit=UNIT)
    assert snap_compare(app, terminal_size=NARROW, run_before=at_seat(act))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_an_empty_unit_desk(snap_compare: Compare, make_app: Any, at_seat: Any, size: tuple[int, int]) -> None:
    """You should see what will come here."""

    async def act(seat: Any) -> None:
        await seat.see("没有待签收的工单", "同步✓")

    app = make_app(Role.UNIT, agent_no="3001", unit=UNIT)
    assert snap_compare(app, terminal_size=size, run_before=at_seat(act))
