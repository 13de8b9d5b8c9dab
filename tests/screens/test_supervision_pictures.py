"""Pictures of the supervision desk and its wall; look at each before accepting a new one."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from console.handling import Handling
from console.supervision import Supervising
from data.calls import Call
from data.handling import ON_SITE
from data.people import Role
from tests.lives import HANDLER, SUPERVISOR, Lives, facts_of

MakeApp = Callable[..., Any]
AtSeat = Callable[[Callable[[Any], Awaitable[None]]], Any]
SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["narrow", "wide"])


@pytest.fixture(autouse=True)
def _nothing_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a picture is taken later: sentences stay."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)


@pytest.fixture
def busy(house: Any, clock: Any) -> None:
    """What a morning brings: overdue, near, urgent, concentrated, one under supervision that nobody answered."""
    lives = Lives(house)
    late = lives.handled("小区围墙倾斜一直没人修", place="望京西园四区")
    clock.advance(7.5 * 86400)
    late = house.tickets.get(late.id)
    work = Supervising(house, SUPERVISOR)
    work.supervise(late, ON_SITE, facts_of(ON_SITE, "2026-12-02 02:00"), clock.now() + timedelta(hours=2))
    lives.waiting("夜间施工噪音扰民", place="阜通东大街")
    clock.advance(21 * 3600)
    for at in range(4):
        lives.waiting("暖气不热", place="望京花园", phone=f"1380000120{at}")
    lives.waiting("燃气泄漏", "突发事件", place="南湖东园")
    ring = clock.now() - timedelta(hours=2)
    for at in range(20):
        house.calls.save(
            Call(str(at), "13800000001", ring, answered_at=ring + timedelta(seconds=at) if at > 1 else None)
        )
    house.sync_worker().run(clock.now())


async def at_desk(seat: Any) -> None:
    """The first list."""
    seat.app.open_desk("督办")
    await seat.see("督办·", "同步✓")
    await seat.until(lambda: seat.app.screen.model.matters is not None)
    await seat.rest()


async def wall(seat: Any) -> None:
    """The live wall."""
    await at_desk(seat)
    await seat.press("ctrl+l")
    await seat.see("接通率", "集中反映", "待派单")
    await seat.rest()


async def stale(seat: Any) -> None:
    """A notice that another was faster with."""
    await at_desk(seat)
    await seat.press("f6", "2")
    await seat.see("通报·5.2.3d")
    late = seat.app.screen._ticket
    Handling(seat.house, HANDLER).progress(seat.house.tickets.get(late.id), "已派人")
    await seat.press("f8")
    await seat.see("刚被他人改动")


@SIZES
@pytest.mark.parametrize("act", [at_desk, wall], ids=["desk", "wall"])
def test_empty(snap_compare: Any, make_app: MakeApp, at_seat: AtSeat, act: Any, size: tuple[int, int]) -> None:
    """You should see what the first list is for, and a wall that claims nothing."""
    assert snap_compare(make_app(Role.SUPERVISOR, agent_no="7001"), terminal_size=size, run_before=at_seat(act))


@pytest.mark.usefixtures("busy")
@SIZES
@pytest.mark.parametrize("act", [at_desk, wall, stale], ids=["desk", "wall", "stale"])
def test_busy(snap_compare: Any, make_app: MakeApp, at_seat: AtSeat, act: Any, size: tuple[int, int]) -> None:
    """You should see lists with their counts, why the ticket is here, the wall's alarm, and who was faster."""
    assert snap_compare(make_app(Role.SUPERVISOR, agent_no="7001"), terminal_size=size, run_before=at_seat(act))
