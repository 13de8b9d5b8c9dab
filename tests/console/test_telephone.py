"""A call's clocks from the events of the telephone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.call_events import (
    Answered,
    CallEvent,
    Digits,
    Held,
    HungUp,
    Refused,
    Resumed,
    Ringing,
)
from console.telephone import CallLine, CallState, Pressed, Rate, connect_rate
from data.clock import SHANGHAI

START = datetime(2026, 11, 24, 23, 59, 50, tzinfo=SHANGHAI)


def at(seconds: float) -> datetime:
    """An instant so many seconds after the call rang."""
    return START + timedelta(seconds=seconds)


def ringing(seconds: float = 0, queued: float | None = None) -> Ringing:
    return Ringing(call_id="c", at=at(seconds), caller="13800000000", queued_at=None if queued is None else at(queued))


def answered(seconds: float) -> Answered:
    return Answered(call_id="c", at=at(seconds), agent="8041")


def held(seconds: float) -> Held:
    return Held(call_id="c", at=at(seconds))


def resumed(seconds: float) -> Resumed:
    return Resumed(call_id="c", at=at(seconds))


def hung_up(seconds: float) -> HungUp:
    return HungUp(call_id="c", at=at(seconds), by="claimant")


def digits(seconds: float, keys: str = "1") -> Digits:
    return Digits(call_id="c", at=at(seconds), digits=keys)


def play(*events: CallEvent) -> CallState:
    """The state after events that must all count."""
    line = CallLine("c")
    assert [line.apply(event) for event in events] == [None] * len(events)
    return line.state


@pytest.mark.clause("5.1.3.2")
@pytest.mark.parametrize(("seconds", "in_time"), [(0, True), (6, True), (15.0, True), (15.000001, False), (40, False)])
def test_fifteenth_second_is_in_time_and_the_next_microsecond_is_not(seconds: float, in_time: bool) -> None:
    """You should see the ring-to-answer time kept and judged with 15.0 s included, also over midnight."""
    state = play(ringing(queued=-5), answered(seconds))
    assert state.in_time is in_time
    assert state.answer_seconds == seconds
    assert state.queue_seconds == pytest.approx(seconds + 5)
    assert state.overdue(at(100)) is not in_time


@pytest.mark.clause("5.1.3.2")
def test_ringing_time_runs_until_somebody_answers_or_gives_up() -> None:
    """You should see the seconds of a ringing call, the breach after 15, and a stop when the caller leaves."""
    state = play(ringing())
    assert state.phase == "ringing"
    assert [state.ring_seconds(at(s)) for s in (0, 7.5)] == [0, 7.5]
    assert [state.overdue(at(s)) for s in (15, 15.1)] == [False, True]
    assert state.in_time is None
    abandoned = play(ringing(), hung_up(12))
    assert abandoned.phase == "ended"
    assert abandoned.ring_seconds(at(500)) == 12
    assert not abandoned.overdue(at(500))
    assert abandoned.answer_seconds is None
    assert abandoned.in_time is None


@pytest.mark.clause("B.1.3.3")
def test_hold_times_are_kept_each_and_together() -> None:
    """You should see the present hold from zero, so that its thirtieth second is known, and the sum of all."""
    state = play(ringing(), answered(5), held(60), resumed(95), held(100))
    assert state.phase == "held"
    assert state.hold_seconds(at(130)) == 30
    assert state.total_hold(at(130)) == 65
    assert state.talk_seconds(at(130)) == 125
    done = play(ringing(), answered(5), held(60), resumed(95), held(100), hung_up(140))
    assert done.phase == "ended"
    assert done.hold_seconds(at(999)) == 0
    assert done.total_hold(at(999)) == 75
    assert done.talk_seconds(at(999)) == 135
    assert (done.ended_at, done.ended_by) == (at(140), "claimant")


@pytest.mark.clause("5.3.3")
def test_rating_keys_are_kept_with_the_call() -> None:
    """You should see keys pressed before and right after the end, and none while it only rang."""
    state = play(ringing(), answered(5), digits(60, "2"), hung_up(70), digits(72, "1"))
    assert state.digits == (Pressed(at(60), "2"), Pressed(at(72), "1"))
    line = CallLine("c")
    line.apply(ringing())
    assert line.apply(digits(3)) == "电话响铃中，不能按键"


@pytest.mark.parametrize(
    ("before", "event", "reason"),
    [
        ([ringing()], ringing(1), "已有响铃记录"),
        ([ringing(), answered(2)], answered(3), "电话已接听"),
        ([ringing(), hung_up(2)], answered(3), "接听前电话已挂断"),
        ([ringing()], held(1), "电话响铃中，不能等待"),
        ([ringing(), answered(2)], resumed(3), "电话通话中，不能恢复通话"),
        ([ringing(), answered(2), held(3)], held(4), "电话等待中，不能等待"),
        ([ringing(), answered(2), hung_up(3)], held(4), "电话已结束，不能等待"),
        ([ringing(), answered(2), hung_up(3)], hung_up(4), "电话已结束"),
        ([ringing(), answered(2), held(3), resumed(9)], held(3), "等待已记录"),
        ([ringing(), answered(2), digits(3)], digits(3), "按键已记录"),
        ([], Held(call_id="other", at=at(1)), "事件属于另一通电话 other"),
        ([ringing()], Refused(call_id="c", at=at(1), command="answer", reason="占线"), "未执行 answer：占线"),
    ],
)
def test_what_contradicts_the_call_is_ignored_with_a_reason(
    before: list[CallEvent], event: CallEvent, reason: str
) -> None:
    """You should see the state untouched and a sentence why."""
    line = CallLine("c")
    for earlier in before:
        line.apply(earlier)
    state = line.state
    told = line.apply(event)
    assert told is not None
    assert reason in told
    assert line.state == state


def test_replaying_a_whole_call_changes_nothing() -> None:
    """You should see the same state after everything was sent twice, as after a reconnect."""
    events: list[CallEvent] = [
        ringing(),
        answered(5),
        held(9),
        resumed(20),
        held(30),
        resumed(31),
        digits(40),
        hung_up(44),
    ]
    line = CallLine("c")
    for event in events:
        line.apply(event)
    state = line.state
    assert None not in [line.apply(event) for event in events]
    assert line.state == state


def test_start_answer_and_end_may_come_in_any_order() -> None:
    """You should see the same call whatever the order in which its three facts arrive."""
    facts: list[CallEvent] = [ringing(queued=-3), answered(6), hung_up(60)]
    assert {repr(play(*order)) for order in permutations(facts)} == {repr(play(*facts))}


def test_clocks_of_two_machines_never_make_negative_times() -> None:
    """You should see zero, not less, when the answer is stamped before the ring and now lies before both."""
    state = play(ringing(), answered(-2), held(5), resumed(3))
    assert state.answer_seconds == 0
    assert state.in_time is True
    assert state.total_hold(at(-50)) == 0
    assert state.talk_seconds(at(-50)) == 0


SECONDS = st.integers(-100, 100)
MAKERS: list[Callable[[float], CallEvent]] = [ringing, answered, held, resumed, hung_up, digits]
EVENTS = st.lists(st.builds(lambda make, seconds: make(seconds), st.sampled_from(MAKERS), SECONDS), max_size=25)


@given(EVENTS, SECONDS)
def test_any_order_of_events_gives_a_sane_call(events: list[CallEvent], now: int) -> None:
    """You should see no error and no negative time, and every ignored event leave the call as it was."""
    line = CallLine("c")
    for event in events:
        before = line.state
        ignored = line.apply(event)
        assert (ignored is None) == (line.state != before)
        state = line.state
        spans = [state.ring_seconds(at(now)), state.hold_seconds(at(now)), state.total_hold(at(now))]
        spans += [state.talk_seconds(at(now)), state.answer_seconds or 0, state.queue_seconds or 0]
        assert min(spans) >= 0
        assert all(hold.end is not None for hold in state.holds[:-1])
        if before.phase == "ended":
            assert state.phase == "ended"
    assert (line.state.phase == "ended") == any(isinstance(event, HungUp) for event in events)


NOON = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)


def ago(hours: float, answered_after: float | None = 5) -> tuple[datetime, datetime | None]:
    """A call of some hours ago, answered after so many seconds or never."""
    rang = NOON - timedelta(hours=hours)
    return rang, None if answered_after is None else rang + timedelta(seconds=answered_after)


@pytest.mark.clause("5.1.3.2")
def test_connect_rate_rolls_over_24_hours_not_the_calendar_day() -> None:
    """You should see calls of yesterday afternoon counted, those of 24 hours ago and of the future not."""
    calls = [ago(23.99), ago(13, None), ago(1), ago(24), ago(30, None), ago(-1)]
    assert connect_rate(calls, NOON) == Rate(2, 3)
    assert connect_rate(calls, NOON + timedelta(hours=12)) == Rate(2, 2)


@pytest.mark.clause("5.1.3.2")
def test_alarm_sounds_below_95_percent_and_not_at_it() -> None:
    """You should see 95 of 100 well, 94 of 100 an alarm, and both numbers in sight."""
    for missed, alarm in ((5, False), (6, True)):
        rate = connect_rate([ago(1)] * (100 - missed) + [ago(2, None)] * missed, NOON)
        assert (rate.numerator, rate.denominator) == (100 - missed, 100)
        assert rate.value == pytest.approx(1 - missed / 100)
        assert rate.alarm is alarm


@pytest.mark.clause("5.1.3.2")
def test_no_calls_is_no_rate_and_a_ringing_call_is_not_missed_yet() -> None:
    """You should see neither a division by zero nor a dip while a call has its fifteen seconds."""
    assert connect_rate([], NOON).value is None
    assert not connect_rate([], NOON).alarm
    ring = [(NOON, None)]
    assert connect_rate(ring, NOON + timedelta(seconds=15)) == Rate(0, 0)
    assert connect_rate(ring, NOON + timedelta(seconds=16)) == Rate(0, 1)


@given(st.lists(st.tuples(st.integers(-30, 30), st.booleans())))
def test_rate_is_always_a_share(calls: list[tuple[int, bool]]) -> None:
    """You should see a share between 0 and 1 for any calls."""
    rate = connect_rate([ago(hours, 5 if taken else None) for hours, taken in calls], NOON)
    assert 0 <= rate.numerator <= rate.denominator <= len(calls)
    assert rate.value is None or 0 <= rate.value <= 1
