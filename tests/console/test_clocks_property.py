"""The clocks against an independent reckoning: plain hours, and the working days of chinesecalendar (issue 4, 1)."""

import json
import os
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.__main__ import main, open_house
from console.clocks import LegalLimit, due_times
from console.commands.base import Entry
from data.calendar import Calendar
from data.clock import SHANGHAI, FixedClock
from scripts.pack import load_packs

ROOT = Path(__file__).parents[2]
PACK = load_packs()[0].limits
CALENDAR = Calendar.load()
# Years that both calendars know, with room for a limit to run on into the next.
YEARS = sorted(set(CALENDAR.sources) & {day.year for day in chinese_calendar.holidays})
FIRST, LAST = datetime(YEARS[0], 1, 1), datetime(YEARS[-1], 7, 1)

# By class, as 5.2.2.1.2, 5.2.2.2.1 and 5.2.2.3.2 print them: hours to dispatch, minutes to sign, hours to feedback.
FASTEST, TIMELY = (1, 15, 2), (2, 30, 24)
PRINTED = {
    "突发事件": FASTEST,
    "不稳定因素": FASTEST,
    "其他可能造成生命财产损失": FASTEST,
    "基本民生保障": TIMELY,
    "极端天气": TIMELY,
    "疫情": TIMELY,  # for which the standard prints none: as the pack states
}
UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}

instants = st.datetimes(FIRST, LAST, timezones=st.just(SHANGHAI))
year_ends = st.builds(
    lambda year, minutes: datetime(year, 12, 28, tzinfo=SHANGHAI) + timedelta(minutes=minutes),
    st.sampled_from(YEARS[:-1]),
    st.integers(0, 9 * 24 * 60),
)
legal_limits = st.builds(
    LegalLimit,
    st.integers(1, 60),
    st.sampled_from(["minutes", "hours", "days", "working_days"]),
    st.just("《某条例》第三条"),
    st.sampled_from(["dispatch", "sign", "feedback"]),
)


def working_end(at: datetime, days: int) -> datetime:
    """Count working days by the other calendar: the same time on the n-th, or from a day off the n-th's last moment."""
    on_duty = chinese_calendar.is_workday(at.date())
    day = at.date()
    while days:
        day += timedelta(days=1)
        days -= chinese_calendar.is_workday(day)
    return datetime.combine(day, at.timetz() if on_duty else time.max.replace(tzinfo=SHANGHAI))


def reckoned(
    kinds: set[str], accepted: datetime, dispatched: datetime, surge: bool, complex_case: bool, legal: LegalLimit | None
) -> tuple[datetime, datetime, datetime]:
    """The three ends, worked out from the printed hours alone."""
    if kinds:
        rows = [PRINTED[kind] for kind in kinds]
        hours, minutes, feedback = (min(row[at] for row in rows) for at in range(3))
        sign = dispatched + timedelta(minutes=minutes)
    else:
        hours, feedback = 48 if surge else 24, (15 if complex_case else 7) * 24
        sign = working_end(dispatched, 1)
    ends = {
        "dispatch": accepted + timedelta(hours=hours),
        "sign": sign,
        "feedback": dispatched + timedelta(hours=feedback),
    }
    if legal:
        start = accepted if legal.clock == "dispatch" else dispatched
        ends[legal.clock] = (
            working_end(start, legal.amount)
            if legal.unit == "working_days"
            else start + legal.amount * UNITS[legal.unit]
        )
    return ends["dispatch"], ends["sign"], ends["feedback"]


@pytest.mark.clause("4.1")
@pytest.mark.clause("5.2.2.1.2a")
@pytest.mark.clause("5.2.2.1.2b")
@pytest.mark.clause("5.2.2.1.2c")
@pytest.mark.clause("5.2.2.1.2d")
@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.clause("5.2.2.3.2a–d")
@given(
    kinds=st.sets(st.sampled_from(sorted(PRINTED))),
    accepted=st.one_of(instants, year_ends),
    wait=st.timedeltas(timedelta(0), timedelta(days=3)),
    surge=st.booleans(),
    complex_case=st.booleans(),
    legal=st.none() | legal_limits,
)
@example(set(), datetime(2025, 12, 31, 23, 59, tzinfo=SHANGHAI), timedelta(0), True, True, None)
@example(set(), datetime(2026, 2, 13, 16, 59, tzinfo=SHANGHAI), timedelta(0), False, False, None)
@settings(max_examples=300, deadline=None)
def test_each_clock_ends_when_an_independent_reckoning_says(
    kinds: set[str],
    accepted: datetime,
    wait: timedelta,
    surge: bool,
    complex_case: bool,
    legal: LegalLimit | None,
) -> None:
    """You should see all three ends equal for any classes, instant, surge, complex case and legal limit."""
    dispatched = accepted + wait
    found = due_times(
        PACK,
        CALENDAR,
        kinds,
        accepted_at=accepted,
        dispatched_at=dispatched,
        surge=surge,
        complex_case=complex_case,
        legal=legal,
    )
    assert (found.dispatch, found.sign_due, found.feedback_due) == reckoned(
        kinds, accepted, dispatched, surge, complex_case, legal
    )


def all_days() -> list[date]:
    """Every day of the years that both calendars know."""
    first = date(YEARS[0], 1, 1)
    return [first + timedelta(days=at) for at in range((date(YEARS[-1], 12, 15) - first).days)]


@pytest.mark.clause("5.2.2.2.1a/b/c")
def test_both_calendars_agree_on_every_day() -> None:
    """You should see each day of those years a working day in both or in neither, make-up days among them."""
    days = all_days()
    assert [day for day in days if CALENDAR.day(day).working != chinese_calendar.is_workday(day)] == []
    made_up = [day for day in days if day.weekday() > 4 and CALENDAR.day(day).working]
    assert len(made_up) >= 5 * len(YEARS)


@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.parametrize("clock", [time(0, 0), time(16, 59), time(23, 59)])
def test_signing_from_every_friday_and_every_day_before_a_make_up_day(clock: time) -> None:
    """You should see each such dispatch due as the other calendar says: often a Saturday, often after a holiday."""
    days = [
        day
        for day in all_days()
        if day.weekday() == 4 or (chinese_calendar.is_workday(day + timedelta(days=1)) and day.weekday() in (5, 6))
    ]
    saturdays = 0
    for day in days:
        at = datetime.combine(day, clock, SHANGHAI)
        due = due_times(PACK, CALENDAR, (), accepted_at=at, dispatched_at=at).sign_due
        assert due == working_end(at, 1), day
        saturdays += due.weekday() == 5
    assert saturdays > 0


def command(*arguments: str, now: datetime) -> Any:
    """What ``hotline clocks … --json`` prints."""
    entry = Entry(FixedClock(now), open_house, lambda house, demo: 0)
    ran = CliRunner().invoke(main, ["clocks", *arguments, "--json"], obj=entry)
    assert ran.exit_code == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.clause("5.2.2.1.2a")
@given(kinds=st.sets(st.sampled_from(sorted(PRINTED))), at=instants, surge=st.booleans(), complex_case=st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_command_tells_the_same(kinds: set[str], at: datetime, surge: bool, complex_case: bool) -> None:
    """You should see `hotline clocks` print those ends to the second, with basis and clauses for each."""
    classes = [word for kind in sorted(kinds) or ["一般"] for word in ("--class", kind)]
    switches = ["--surge"] * surge + ["--complex"] * complex_case
    at = at.replace(microsecond=0)
    told = command(*classes, "--at", at.isoformat(), *switches, now=at)
    ends = reckoned(kinds, at, at, surge, complex_case, None)
    assert [datetime.fromisoformat(told[clock]) for clock in ("dispatch", "sign", "feedback")] == [
        end.replace(microsecond=0) for end in ends
    ]
    assert set(told["basis"]) == set(told["clauses"]) == {"dispatch", "sign", "feedback"}


@pytest.mark.clause("5.2.2.1.2a")
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--at", "9999-12-31T23:00"), 1, "自受理（9999-12-31 23:00）起24小时已到 9999 年之后，没有这样的日期：请核对时间"),
        (("--at", "9999-12-30T10:00", "--class", "突发事件", "--legal", "签收:3工作日:某办法"), 1, "已到 9999 年之后"),
        (("--at", "2026-11-27T16:59", "--dispatched-at", "2026-11-27T16:58"), 2,
         "派发的时刻 2026-11-27 16:58 早于受理的时刻 2026-11-27 16:59：请核对 --dispatched-at 与 --at"),
        (("--dispatched-at", "2026-11-01T00:00"), 2, "请核对 --dispatched-at 与现在（没有写 --at）"),
        (("--class", ""), 2, "--class 是空的：请写一般或紧急种类"),  # an empty variable of a script is no 一般
        (("--class", "，, "), 2, "--class 是空的"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(arguments: tuple[str, ...], code: int, told: str) -> None:
    """You should see what is wrong with the times or the class and where, and no name of an error."""
    entry = Entry(FixedClock(datetime(2026, 11, 24, 10, tzinfo=SHANGHAI)), open_house, lambda house, demo: 0)
    ran = CliRunner().invoke(main, ["clocks", *arguments], obj=entry)
    assert (ran.exit_code, ran.stdout) == (code, "")
    assert told in ran.stderr
    assert "Error" not in ran.stderr


@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.parametrize(
    ("kind", "at", "ends"),
    [
        ("一般", "2026-11-27T16:59", ("2026-11-28T16:59", "2026-11-30T16:59", "2026-12-04T16:59")),  # a Friday
        # Over the night in which New York's clocks go back, 24 hours stay 24 hours.
        ("极端天气", "2026-11-01T13:30", ("2026-11-01T15:30", "2026-11-01T14:00", "2026-11-02T13:30")),
        ("一般", "2025-12-31T23:30", ("2026-01-01T23:30", "2026-01-04T23:30", "2026-01-07T23:30")),  # a make-up Sunday
    ],
)
def test_a_machine_in_new_york_tells_shanghai_time(kind: str, at: str, ends: tuple[str, str, str]) -> None:
    """You should see what is written without a zone read as Shanghai's, on a machine whose own clocks change."""
    said = subprocess.run(
        [sys.executable, "-m", "console", "clocks", "--class", kind, "--at", at, "--json"],
        cwd=ROOT,
        env={**os.environ, "TZ": "America/New_York", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(said.stdout)
    assert (told["dispatch"], told["sign"], told["feedback"]) == tuple(f"{end}:00+08:00" for end in ends)


@pytest.mark.clause("5.2.2.2.1a/b/c")
@given(
    at=st.datetimes(
        datetime(CALENDAR.last_year, 12, 31, 12), datetime(CALENDAR.last_year + 9, 12, 31), timezones=st.just(SHANGHAI)
    )
)
@settings(max_examples=60, deadline=None)
def test_beyond_the_last_published_year_it_is_said(at: datetime) -> None:
    """You should see an end on a weekday all the same, and the notice that Monday to Friday were counted."""
    found = due_times(PACK, CALENDAR, (), accepted_at=at, dispatched_at=at)
    assert found.sign_due is not None
    assert found.sign_due.weekday() < 5
    assert any("放假安排未公布，按周一至周五推算" in note for note in found.notes)
    urgent = due_times(PACK, CALENDAR, {"突发事件"}, accepted_at=at, dispatched_at=at)
    assert not any("推算" in note for note in urgent.notes)  # no working day is counted there
