"""Pictures of the dispatch desk: empty, full, in error; and of its pages."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from console.dispatch_desk import DispatchDesk
from console.handling import Handling
from data.people import Role
from tests.screens.dispatch.steps import GAS, OTHER, WATER, Make, at_desk, to_list

Act = Callable[[Any], Awaitable[None]]
SIZES = [(80, 24), (140, 40)]


@pytest.fixture(autouse=True)
def _sentences_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)


async def settled(seat: Any) -> None:
    """Wait until all that was counted and sent aside has come back."""
    await seat.rest()
    await seat.until(lambda: all(one.is_finished for one in seat.app.workers))
    await seat.rest()
    await seat.until(lambda: seat.app.sync_text().plain == "同步 ✓")
    seat.app.get_screen("派单")._show()  # as the tick does: what was chosen on a page stands beneath it
    await seat.rest()


@pytest.fixture
def full(house: Any, waiting: Make, sent: Make, handler: Handling, clock: Any, street: str) -> None:
    """Tickets in each list: late, nearly due, urgent, copied, without a unit, from the web, asked back."""
    waiting("垃圾桶满溢无人清运", unit=street)
    waiting("说不清该谁管的事")
    clock.advance(23.2 * 3600)
    waiting("燃气泄漏 南湖东园", "突发事件", unit=GAS)
    clock.advance(50 * 60)
    waiting("停水两天 回龙观", "基本民生保障", unit=WATER)
    waiting("占道经营 望京西路", unit=street)
    waiting("建议增设公交站 天通苑", source="微信公众号")
    sent("路灯不亮")
    handler.ask_return(handler.sign(sent("井盖丢失")), "不属本单位职责", WATER)
    house.sync_worker().run(clock.now())


async def empty(seat: Any) -> None:
    """Nothing waits."""
    await at_desk(seat)


async def listed(seat: Any) -> None:
    """The list, an urgent ticket under the cursor, somebody else at it."""
    ticket = seat.house.tickets.page(DispatchDesk(seat.house, OTHER).want("待派"), 1)[0]
    seat.house.looking.at(ticket.id, "2002", "派单", seat.clock.now())
    await at_desk(seat)
    await seat.press("down", "up")
    await seat.see("燃气泄漏", "2002号正在派单台查看")


async def stale(seat: Any) -> None:
    """Somebody else sent it first."""
    await at_desk(seat)
    await seat.press("down", "down")
    desk = DispatchDesk(seat.house, OTHER)
    desk.send(seat.app.screen._item())
    await seat.press("f8")
    await seat.see("刚被他人改动")


async def asked_back(seat: Any) -> None:
    """A return that is asked for."""
    await at_desk(seat)
    await to_list(seat, "申请退回")


async def calling(seat: Any) -> None:
    """The call to the unit, half written."""
    await at_desk(seat)
    await seat.press("f9")
    await seat.type("值班员小李")
    await seat.press("tab")
    await seat.type("马上派人")
    await seat.press("tab", "space")


async def choosing(seat: Any) -> None:
    """The unit, suggested with reasons, and a legal limit."""
    await at_desk(seat)
    await seat.press("down", "down", "f5", "f6")


STATES: dict[str, Act] = {
    "listed": listed,
    "stale": stale,
    "asked-back": asked_back,
    "calling": calling,
    "choosing": choosing,
}


@pytest.mark.parametrize("size", SIZES, ids=["narrow", "wide"])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.usefixtures("full")
def test_dispatch_desk(snap_compare: Any, make_app: Any, at_seat: Any, state: str, size: tuple[int, int]) -> None:
    """You should see what is urgent, late or missing at a glance, and what to do next."""

    async def act(seat: Any) -> None:
        await STATES[state](seat)
        await settled(seat)

    app = make_app(Role.DISPATCHER, agent_no="2001")
    assert snap_compare(app, terminal_size=size, run_before=at_seat(act))


@pytest.mark.parametrize("size", SIZES, ids=["narrow", "wide"])
def test_an_empty_dispatch_desk(snap_compare: Any, make_app: Any, at_seat: Any, size: tuple[int, int]) -> None:
    """You should see that nothing waits, and where to look next."""

    async def act(seat: Any) -> None:
        await empty(seat)
        await settled(seat)

    app = make_app(Role.DISPATCHER, agent_no="2001")
    assert snap_compare(app, terminal_size=size, run_before=at_seat(act))
