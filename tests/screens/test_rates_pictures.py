"""Pictures of the desk 评价: the table, agents beside their peers, leading sentences; look before accepting one."""

from collections.abc import Callable
from typing import Any

import pytest

from console.callback import Calling, Heard
from console.sampling import Rule, sample
from data.callbacks import Answer, Probe
from data.people import Actor, Role
from tests.lives import Lives
from tests.screens.rates_facts import facts

NARROW, WIDE = (80, 24), (140, 40)
Compare = Callable[..., bool]
CALLER = Actor("8107", roles=frozenset({Role.CALLBACK}))


@pytest.fixture(autouse=True)
def _nothing_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a picture is taken later: sentences stay."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)


@pytest.fixture
def month(house: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A month of callbacks, and two sentences that lead."""
    for number, name in (("8107", "张三"), ("8108", "李四"), ("8109", "王五")):
        house.people.add(number, name, frozenset({Role.CALLBACK}), f"pass-{number}-word", clock.now())
    lives, rules = Lives(house), house.packs.neutrality.rules
    tickets = [lives.replied("路灯不亮"), lives.replied("井盖坏了", phone="13800000002")]
    sample(house, Rule(1, "unit", "s"), CALLER, clock.now())
    said = {"contacted": "是", "told": "是", "solved": "已解决", "satisfaction": "满意"}
    answers = {name: Answer(value) for name, value in said.items()}
    for at, (ticket, text) in enumerate(zip(tickets, ("现在应该满意了吧", "已经解决了对吧，给个满意"), strict=True)):
        probes = [Probe("satisfaction", text, clock.now(), [rules[at].id])]
        Calling(house, CALLER).interviewed([Heard(house.tickets.get(ticket.id), answers, (), probes)], f"c{at}")
    house.sync_worker().run(clock.now())
    made = facts(clock.now())
    monkeypatch.setattr(house.figures, "evaluations", lambda since, until: made)
    return house


async def table(seat: Any) -> None:
    """The units by their satisfaction."""
    seat.app.open_desk("评价")
    await seat.see("东湖街道办事处", "同步✓")
    await seat.press("down")
    await seat.see("满意率第1名")


async def streets(seat: Any) -> None:
    """The streets, ranked by what was solved."""
    await table(seat)
    await seat.press("f2", "f5", "down", "down")
    await seat.see("▾解决率", "解决率第2名")


async def whole(seat: Any) -> None:
    """All that one line is made of."""
    await table(seat)
    await seat.press("f7")
    await seat.see("告知率", "还没有反馈的见督办台“超期”")


async def agents(seat: Any) -> None:
    """Agents beside their peers."""
    await table(seat)
    await seat.press("f6")
    await seat.see("坐席偏离", "处超出偶然")


async def said(seat: Any) -> None:
    """Sentences that lead."""
    await table(seat)
    await seat.press("ctrl+l")
    await seat.see("用语检查", "2句")


async def period(seat: Any) -> None:
    """The spans of time."""
    await table(seat)
    await seat.press("f4")
    await seat.see("期间·7.1.3.1", "3○上月")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("act", [table, streets, whole, agents, said, period])
def test_the_rates_desk(
    snap_compare: Compare, month: Any, make_app: Any, at_seat: Any, act: Any, size: tuple[int, int]
) -> None:
    """You should see the desk as it was looked at."""
    app = make_app(Role.QUALITY, agent_no="5001")
    assert snap_compare(app, run_before=at_seat(act), terminal_size=size)


def test_the_rates_desk_when_nothing_was_heard(snap_compare: Compare, make_app: Any, at_seat: Any) -> None:
    """You should see what to do."""

    async def empty(seat: Any) -> None:
        seat.app.open_desk("评价")
        await seat.see("这段时间没有回访结束", "同步✓")

    assert snap_compare(make_app(Role.ANALYST), run_before=at_seat(empty), terminal_size=NARROW)
