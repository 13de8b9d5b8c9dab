"""The live wall: each share with its numbers, from facts of the store and the instant (5.1.3.2, 5.2.2.1.2)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.dispatch import Dispatching, plan
from console.house import House
from console.supervision import Supervising
from console.wall import Facts, accepted_rate, gather, wall
from data.calls import Call
from data.clock import SHANGHAI, FixedClock
from data.inbox import Submission
from data.record import Record
from tests.lives import DISPATCHER, STREET, SUPERVISOR, Lives

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
H = timedelta(hours=1)
S = timedelta(seconds=1)


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation without articles."""
    made = House(tmp_path / "home", clock)
    yield made
    made.close()


def facts(**given: object) -> Facts:
    """Facts of an idle hotline, but for those given."""
    idle = {
        "calls": [], "web": [], "waiting": 0, "waiting_late": 0, "dispatched": (0, 0), "states": {}, "clocks": [],
        "surge": None,
    }  # fmt: skip
    return Facts(**idle | given)  # type: ignore[arg-type]


@pytest.mark.clause("5.1.3.2")
def test_calls_of_any_24_hours_are_counted_and_the_alarm_is_below_95_percent() -> None:
    """You should see 19 of 20 as well and 18 of 19 as an alarm, the day's edge out, and a call still ringing not yet."""
    answered = [(NOW - H, NOW - H + 10 * S)] * 18
    late = [(NOW - H, NOW - H + 15 * S), (NOW - H, NOW - H + 16 * S)]
    given_up = [(NOW - H, None)]
    outside = [(NOW - 24 * H, None), (NOW - 5 * S, None)]
    found = wall(facts(calls=answered + late[:1] + given_up + outside), NOW)
    assert (found.connected.numerator, found.connected.denominator, found.connected.alarm) == (19, 20, False)
    found = wall(facts(calls=answered + given_up + outside), NOW)
    assert (found.connected.numerator, found.connected.denominator, found.connected.alarm) == (18, 19, True)
    found = wall(facts(calls=late + given_up), NOW)
    assert (found.answered_in_time.numerator, found.answered_in_time.denominator, found.abandoned) == (1, 2, 1)


@pytest.mark.clause("5.1.3.2")
def test_web_submissions_are_accepted_within_two_hours_the_last_second_included() -> None:
    """You should see 2 h in time, a second more not, one never accepted late, and one that still has time not counted."""
    came = NOW - 3 * H
    pairs = [(came, came + 2 * H), (came, came + 2 * H + S), (came, None), (NOW - H, None), (NOW - 24 * H, None)]
    rate = accepted_rate(pairs, NOW)
    assert (rate.numerator, rate.denominator) == (1, 3)
    assert accepted_rate([], NOW).value is None


@pytest.mark.clause("5.1.3.2")
@pytest.mark.clause("5.2.2.1.2d")
@pytest.mark.clause("5.2.3")
def test_the_wall_is_gathered_from_the_store(house: House, clock: FixedClock) -> None:
    """You should see calls, submissions, dispatches, clocks, states and the surge as the store has them."""
    lives = Lives(house)
    for at, answer in enumerate((4, 20, None)):
        ring = clock.now() - H
        house.calls.save(Call(str(at), "13800000001", ring, answered_at=answer and ring + answer * S))
    house.inbox.add(
        [
            Submission(key, clock.now() - age, Record(title="路灯不亮"))
            for key, age in (("old", 30 * H), ("late", 3 * H), ("new", H), ("taken", 3 * H))
        ],
        clock.now(),
    )
    house.inbox.take("taken", "8001", clock.now() - 2 * H)
    lives.waiting("燃气泄漏", "突发事件")
    lives.sent("占道经营")
    late = lives.waiting("油烟扰民")
    clock.advance(25 * 3600)
    Dispatching(house, DISPATCHER).dispatch(late, plan(house, late, clock.now(), unit=STREET))
    lives.handled("噪音扰民")
    lives.waiting("乱停车")
    clock.advance(20 * 3600)
    Supervising(house, SUPERVISOR).declare_surge(clock.now() + 8 * H, "暴雨")
    found = wall(gather(house, clock.now()), clock.now())
    assert (found.connected.denominator, found.web_in_time.denominator) == (0, 0)  # more than a day ago by now
    assert (found.web_waiting, found.web_overdue) == (3, 3)
    # In time: 噪音扰民 only. Late: 油烟扰民; and 燃气泄漏, which nobody has dispatched.
    assert (found.dispatched_in_time.numerator, found.dispatched_in_time.denominator) == (1, 3)
    assert [(each.clock, each.in_time, each.near, each.overdue) for each in found.clocks] == [
        ("dispatch", 0, 1, 1), ("sign", 0, 1, 1), ("feedback", 1, 0, 0),
    ]  # fmt: skip
    assert found.states == {"待派单": 2, "已派单": 2, "办理中": 1}
    assert found.surge is not None
    assert found.surge.reason == "暴雨"
    then = NOW + S
    before = wall(gather(house, then), then)
    assert (before.connected.numerator, before.connected.denominator, before.abandoned) == (2, 3, 1)
    assert (before.answered_in_time.numerator, before.answered_in_time.denominator) == (1, 2)
    assert (before.web_in_time.numerator, before.web_in_time.denominator) == (1, 2)


def test_the_same_facts_make_the_same_wall() -> None:
    """You should see a pure function: no clock but the instant that is given."""
    given = facts(calls=[(NOW - H, None)], dispatched=(3, 4))
    assert wall(given, NOW) == wall(given, NOW)
    assert wall(given, NOW + 24 * H).connected.denominator == 0
