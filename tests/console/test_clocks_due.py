"""When the clocks of a ticket end, for every class and every way to override them."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.clocks import ClockError, Clocks, LegalLimit, due_times
from data.calendar import Calendar
from data.clock import SHANGHAI
from data.events import Due
from scripts.limits import Unit
from scripts.pack import load_packs

PACK = load_packs()[0].limits
CALENDAR = Calendar.load()
FASTEST = ("突发事件", "不稳定因素", "其他可能造成生命财产损失")
TIMELY = ("基本民生保障", "极端天气")
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 20), timezones=st.just(SHANGHAI))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clocks(*kinds: str, dispatched: str | None = "2026-06-11T10:00", **options: object) -> Clocks:
    """Clocks of a ticket accepted on Thursday 2026-06-11 at 09:30."""
    return due_times(
        PACK,
        CALENDAR,
        kinds,
        accepted_at=at("2026-06-11T09:30"),
        dispatched_at=at(dispatched) if dispatched else None,
        **options,  # type: ignore[arg-type]
    )


@pytest.mark.clause("5.2.2.1.2a")
@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.clause("5.2.2.3.2a–d")
@pytest.mark.parametrize("kind", FASTEST)
def test_danger_to_life_or_property_has_the_shortest_clocks(kind: str) -> None:
    """You should see dispatch in 1 hour, signing in 15 minutes, feedback in 2 hours."""
    found = clocks(kind)
    assert found.dispatch == at("2026-06-11T10:30")
    assert found.sign_due == at("2026-06-11T10:15")
    assert found.feedback_due == at("2026-06-11T12:00")
    assert found.clauses == {"dispatch": "5.2.2.1.2a", "sign": "5.2.2.2.1a", "feedback": "5.2.2.3.2a"}


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("kinds", "amount", "unit"), [(("突发事件",), 30, "days"), (("极端天气", "疫情"), 2, "working_days")]
)
def test_a_law_that_loosens_an_urgent_clock_is_noted(kinds: tuple[str, ...], amount: int, unit: Unit) -> None:
    """You should see by which kinds it is urgent and from what to what; nothing where a law is stricter, or it is 一般."""
    law = LegalLimit(amount, unit, "某条例第一条")
    (note,) = [note for note in clocks(*kinds, legal=law).notes if "放宽" in note]
    assert note.startswith(f"这是紧急诉求（{'、'.join(kinds)}）：法定时限把反馈由 ")
    assert note.endswith("请核对是否适用（4.1）。")
    assert not any("放宽" in note for note in clocks(legal=law).notes)
    stricter = LegalLimit(30, "minutes", "某条例第一条")
    assert not any("放宽" in note for note in clocks(*kinds, legal=stricter).notes)


@pytest.mark.clause("5.2.2.1.2b")
@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.clause("5.2.2.3.2a–d")
@pytest.mark.parametrize("kind", TIMELY)
def test_basic_services_and_extreme_weather_are_timely(kind: str) -> None:
    """You should see dispatch in 2 hours, signing in 30 minutes, feedback in 24 hours."""
    found = clocks(kind)
    assert found.dispatch == at("2026-06-11T11:30")
    assert found.sign_due == at("2026-06-11T10:30")
    assert found.feedback_due == at("2026-06-12T10:00")


@pytest.mark.clause("5.2.2.1.2c")
@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.clause("5.2.2.3.2a–d")
def test_an_ordinary_request_has_a_day_a_working_day_and_seven_days() -> None:
    """You should see 24 clock hours, one working day, and exactly 168 hours."""
    found = clocks(dispatched="2026-06-12T16:59")  # a Friday
    assert found.dispatch == at("2026-06-12T09:30")
    assert found.sign_due == at("2026-06-15T16:59")
    assert found.feedback_due == at("2026-06-19T16:59")  # 端午节 does not move a clock-time limit
    assert found.clauses == {"dispatch": "5.2.2.1.2c", "sign": "5.2.2.2.1c", "feedback": "5.2.2.3.2c"}


@pytest.mark.clause("5.2.2.2.1a/b/c")
def test_a_make_up_saturday_is_a_working_day() -> None:
    """You should see a ticket dispatched on Friday 17:00 due for signing on the make-up Saturday 17:00."""
    assert clocks(dispatched="2026-05-08T17:00").sign_due == at("2026-05-09T17:00")


@pytest.mark.clause("5.2.2.2.1a/b/c")
def test_from_a_holiday_signing_counts_from_the_next_working_day() -> None:
    """You should see the end of the first working day after the holiday, and the reason in the basis."""
    found = clocks(dispatched="2026-10-03T21:30")
    assert found.sign_due is not None
    assert found.sign_due.isoformat(timespec="minutes") == "2026-10-08T23:59+08:00"
    assert "国庆节休息，自下一个工作日起算" in found.basis


@pytest.mark.clause("5.2.2.1.2d")
def test_a_surge_relaxes_ordinary_requests_only() -> None:
    """You should see 48 hours for 一般 and unchanged clocks, with the reason, for an urgent request."""
    ordinary = clocks(surge=True)
    assert ordinary.dispatch == at("2026-06-13T09:30")
    assert ordinary.clauses["dispatch"] == "5.2.2.1.2d"
    urgent = clocks("极端天气", surge=True)
    assert urgent.dispatch == clocks("极端天气").dispatch
    assert "集中大话务量只放宽一般诉求的派发" in "".join(urgent.notes)


@pytest.mark.clause("5.2.2.3.2a–d")
def test_a_complex_request_has_fifteen_days_for_feedback_and_nothing_else_changes() -> None:
    """You should see 15 days instead of 7, and an urgent request not relaxed."""
    found = clocks(complex_case=True)
    assert found.feedback_due == at("2026-06-26T10:00")
    assert (found.dispatch, found.sign_due) == (clocks().dispatch, clocks().sign_due)
    assert clocks("突发事件", complex_case=True).feedback_due == clocks("突发事件").feedback_due


@pytest.mark.clause("5.2.2.1.2a")
def test_of_several_classes_each_clock_is_the_shortest() -> None:
    """You should see the fastest clocks whichever class is named first."""
    assert (
        clocks("极端天气", "不稳定因素").dispatch == clocks("不稳定因素", "极端天气").dispatch == at("2026-06-11T10:30")
    )


@pytest.mark.clause("5.2.2.1.2b")
def test_an_epidemic_is_never_ordinary_and_says_that_the_standard_gives_no_limit() -> None:
    """You should see timely clocks, or the fastest after a yes to the severity question, and the notice."""
    assert clocks("疫情").dispatch == at("2026-06-11T11:30")
    severe = clocks("疫情", answers={"epidemic_severe": True})
    assert severe.dispatch == at("2026-06-11T10:30")
    assert "本标准未定时限" in "".join(severe.notes)


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(("amount", "due"), [(3, "2026-06-14T10:00"), (60, "2026-08-10T10:00")])
def test_a_legal_limit_overrides_the_table_longer_or_shorter(amount: int, due: str) -> None:
    """You should see the legal limit as the feedback clock, its citation in the notes, the others untouched."""
    found = clocks(legal=LegalLimit(amount, "days", "《某条例》第三十条"))
    assert found.feedback_due == at(due)
    assert found.clauses["feedback"] == "4.1"
    assert found.sign_due == clocks().sign_due
    assert f"反馈按《某条例》第三十条规定的{amount}天计" in "".join(found.notes)


@pytest.mark.clause("4.1")
def test_a_legal_limit_in_working_days_follows_the_calendar() -> None:
    """You should see five working days counted over a weekend and a holiday."""
    found = clocks(dispatched="2026-06-15T10:00", legal=LegalLimit(5, "working_days", "《某条例》"))
    assert found.feedback_due == at("2026-06-23T10:00")


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("legal", "message"),
    [
        (LegalLimit(0, "days", "《某条例》"), "应大于 0"),
        (LegalLimit(5, "days", "  "), "应写明依据"),
        (LegalLimit(5, "weeks", "《某条例》"), "单位“weeks”不认识"),  # type: ignore[arg-type]
        (LegalLimit(5, "days", "《某条例》", "归档"), "时钟“归档”不认识"),
    ],
)
def test_a_legal_limit_without_sense_or_citation_is_refused(legal: LegalLimit, message: str) -> None:
    """You should see what is wrong with it."""
    with pytest.raises(ClockError, match=message):
        clocks(legal=legal)


@pytest.mark.clause("5.2.2.1.3")
def test_before_dispatch_only_the_dispatch_clock_has_an_end() -> None:
    """You should see durations in words for signing and feedback, and what each will count from."""
    found = clocks(dispatched=None)
    assert (found.sign, found.feedback) == ("1个工作日", "7天")
    assert (found.sign_due, found.feedback_due) == (None, None)
    assert found.basis == "派发自受理（06-11 09:30）起24小时；签收自派发起1个工作日；反馈自派发起7天"
    stored = msgspec.convert(msgspec.to_builtins(found), Due)
    assert (stored.dispatch, stored.basis) == (found.dispatch, found.basis)


@pytest.mark.clause("5.2.2.2.1a/b/c")
def test_a_year_without_a_published_calendar_is_said() -> None:
    """You should see the notice that 2027 is reckoned by Monday to Friday."""
    found = clocks(dispatched="2026-12-31T16:59")
    assert found.sign_due == at("2027-01-04T16:59")
    assert "2027年放假安排未公布，按周一至周五推算" in "".join(found.notes)


def test_a_starting_point_that_leaves_no_trace_is_replaced_and_said() -> None:
    """You should see dispatch used where a city's pack counts from an act that is not recorded."""
    pack = msgspec.structs.replace(PACK, basis=msgspec.structs.replace(PACK.basis, feedback="签收"))
    found = due_times(pack, CALENDAR, (), accepted_at=at("2026-06-11T09:30"), dispatched_at=at("2026-06-11T10:00"))
    assert found.feedback_due == at("2026-06-18T10:00")
    assert "反馈起算点“签收”不能用，按派发起算" in "".join(found.notes)
    pack = msgspec.structs.replace(PACK, basis=msgspec.structs.replace(PACK.basis, sign="受理"))
    assert due_times(pack, CALENDAR, ("突发事件",), accepted_at=at("2026-06-11T09:30")).sign_due == at(
        "2026-06-11T09:45"
    )


def test_an_instant_without_zone_is_refused() -> None:
    """You should see a sentence, not a due time that is eight hours off."""
    with pytest.raises(ClockError, match="没有时区"):
        due_times(PACK, CALENDAR, (), accepted_at=datetime(2026, 6, 11))


@given(
    accepted=INSTANTS,
    wait=st.timedeltas(timedelta(0), timedelta(days=2)),
    kinds=st.sets(st.sampled_from(FASTEST + TIMELY)),
)
def test_the_zone_of_the_machine_changes_nothing_and_clock_time_is_clock_time(
    accepted: datetime, wait: timedelta, kinds: set[str]
) -> None:
    """You should see the same instants from UTC, and hours and days exact at any time of any year."""
    dispatched = accepted + wait
    here = due_times(PACK, CALENDAR, kinds, accepted_at=accepted, dispatched_at=dispatched)
    there = due_times(
        PACK, CALENDAR, kinds, accepted_at=accepted.astimezone(UTC), dispatched_at=dispatched.astimezone(UTC)
    )
    assert here == there
    assert here.sign_due is not None
    assert here.feedback_due is not None
    fast, timely = bool(kinds & set(FASTEST)), bool(kinds)
    hours = (1, 2) if fast else (2, 24) if timely else (24, 168)
    assert here.dispatch - accepted == timedelta(hours=hours[0])
    assert here.feedback_due - dispatched == timedelta(hours=hours[1])
    if timely:
        assert here.sign_due - dispatched == timedelta(minutes=15 if fast else 30)
    else:
        assert CALENDAR.day_of(here.sign_due).working
