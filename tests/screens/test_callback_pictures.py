"""Pictures of the callback desk: its lists, a question being asked, leading words, a sample; look before accepting one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.callback import Calling, Heard
from console.sampling import Rule, sample
from data.callbacks import Answer
from data.people import Actor, Role
from tests.lives import Lives

NARROW, WIDE = (80, 24), (140, 40)
Compare = Callable[..., bool]
CALLER = Actor("8107", roles=frozenset({Role.CALLBACK}))


@pytest.fixture(autouse=True)
def _nothing_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a picture is taken later: sentences stay."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)


@pytest.fixture
def full(house: Any, clock: Any) -> Any:
    """Two requests of one number, one tried in vain, one with an appointment, one that was not settled."""
    lives = Lives(house)
    lives.replied("小区电梯停运", phone="13800000001")
    lives.replied("单元门禁坏了进不去", phone="13800000001")
    tried = lives.replied("烧烤店油烟直排进家里", phone="13800000002")
    booked = lives.replied("楼道堆放杂物堵住通道", phone="13800000003")
    bad = lives.replied("夜间施工噪声扰民", phone="13800000004")
    sample(house, Rule(1, "unit", "2026-11-24"), CALLER, clock.now())
    calling, pack = Calling(house, Actor("8041", roles=frozenset({Role.CALLBACK}))), house.packs.callback
    calling.not_interviewed([Heard(house.tickets.get(tried.id))], pack.outcome("无人接听"), "c1")
    booking = pack.outcome("本人不便，另约时间")
    calling.not_interviewed(
        [Heard(house.tickets.get(booked.id))], booking, "c2", at=clock.now() + timedelta(minutes=4), note="在开会"
    )
    said = {"contacted": "是", "told": "否", "solved": "未解决", "satisfaction": "不满意"}
    answers = {name: Answer(value, "昨晚又响到一点" if name == "solved" else "") for name, value in said.items()}
    calling.interviewed([Heard(house.tickets.get(bad.id), answers)], "c3")
    house.sync_worker().run(clock.now())
    return house


async def go(seat: Any, *keys: str) -> None:
    """Press keys, each when what the one before led to stands on the glass."""
    for key in keys:
        held = seat.app.screen._held.now
        await seat.press(key)
        await seat.until(lambda held=held: seat.app.screen._held.now != held)


async def listing(seat: Any) -> None:
    """The list."""
    await seat.see("名单3", "约10:36", "同步✓")


async def asking(seat: Any) -> None:
    """The five grades are read out."""
    await listing(seat)
    await seat.press("down", "f8")
    await seat.see("B.4.1")
    await go(seat, "1", "1", "1", "1")
    await seat.type("修好了，但拖了一周")
    await seat.press("tab")
    await go(seat, "1")
    await seat.see("第4问共10")


async def probing(seat: Any) -> None:
    """Leading words are found."""
    await asking(seat)
    await seat.press("f5")
    await seat.see("用语检查")
    await seat.type("现在应该满意了吧")
    await seat.see("“现在应该满意了吧”5.4.4")
    await seat.press("f8")
    await seat.see("这句话带有引导")


async def hanging_up(seat: Any) -> None:
    """The outcomes of a call."""
    await listing(seat)
    await seat.press("down", "f8")
    await seat.see("B.4.1")
    await seat.press("f12")
    await seat.see("9空号或停机")


async def unsettled(seat: Any) -> None:
    """What was not settled."""
    await listing(seat)
    await seat.press("f2")
    await seat.see("没有了结1", "昨晚又响到一点")


async def sampled(seat: Any) -> None:
    """How far a sample is."""
    await listing(seat)
    await seat.press("f6")
    await seat.see("望京街道办事处抽5/5")


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("act", [listing, asking, probing, hanging_up, unsettled, sampled])
def test_the_callback_desk(
    snap_compare: Compare, full: Any, make_app: Any, at_seat: Any, act: Any, size: tuple[int, int]
) -> None:
    """You should see the desk as it was looked at."""
    app = make_app(Role.CALLBACK)
    assert snap_compare(app, run_before=at_seat(act), terminal_size=size)


def test_the_callback_desk_when_nothing_waits(snap_compare: Compare, make_app: Any, at_seat: Any) -> None:
    """You should see what to do."""

    async def empty(seat: Any) -> None:
        await seat.see("没有等待回访的：按F6", "同步✓")

    assert snap_compare(make_app(Role.CALLBACK), run_before=at_seat(empty), terminal_size=NARROW)
