"""The greeting by the kind of day (B.1.2.1–B.1.2.3), at the moment of answering in China."""

from datetime import datetime, timedelta, timezone

import pytest

from scripts.greeting import DayKind, greeting
from scripts.pack import Packs, ScriptError

CHINA = timezone(timedelta(hours=8))
PLAIN = DayKind(None, False, True)


def at(month: int, day: int, year: int = 2026, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA)


@pytest.mark.clause("B.1.2.2")
@pytest.mark.parametrize("name", ["元旦", "春节", "除夕", "元旦节"])
def test_new_year_and_spring_festival(packs: Packs, name: str) -> None:
    """You should see 新年好 through 元旦 and 春节."""
    found = greeting(packs.phrases, at(1, 1), DayKind(name, False, True))
    assert (found.text, found.clause) == ("新年好！请问您需要什么帮助？", "B.1.2.2")
    assert name in found.because


@pytest.mark.clause("B.1.2.3")
@pytest.mark.parametrize("name", ["劳动节", "端午节", "中秋节", "国庆节", "国庆节、中秋节", "抗战胜利纪念日"])
def test_other_statutory_holidays(packs: Packs, name: str) -> None:
    """You should see 节日好 through every other holiday, also where 国庆 and 中秋 share one span."""
    found = greeting(packs.phrases, at(10, 1), DayKind(name, False, True))
    assert (found.text, found.clause) == ("节日好！请问您需要什么帮助？", "B.1.2.3")


@pytest.mark.clause("B.1.2.3")
@pytest.mark.parametrize("day", [4, 5, 6])
def test_qingming_keeps_the_daily_greeting(packs: Packs, day: int) -> None:
    """You should see the daily greeting on all days of the 清明 span."""
    found = greeting(packs.phrases, at(4, day), DayKind("清明节", False, True))
    assert (found.text, found.clause) == ("您好，请问您需要什么帮助？", "B.1.2.1")
    assert "清明" in found.because


@pytest.mark.clause("B.1.2.1")
@pytest.mark.parametrize("holiday", [None, "春节", "国庆节"])
def test_a_make_up_workday_has_the_daily_greeting(packs: Packs, holiday: str | None) -> None:
    """You should see the daily greeting on a make-up workday, whatever festival the calendar hangs on it."""
    found = greeting(packs.phrases, at(2, 14), DayKind(holiday, True, True))
    assert found.clause == "B.1.2.1"
    assert "调休" in found.because


@pytest.mark.clause("B.1.2.1")
def test_ordinary_days_and_undecided_festivals(packs: Packs) -> None:
    """You should see the daily greeting on a plain day, and on 教师节 until a city decides otherwise."""
    assert greeting(packs.phrases, at(11, 25), PLAIN).clause == "B.1.2.1"
    assert greeting(packs.phrases, at(9, 10), PLAIN).clause == "B.1.2.1"
    assert "教师节" in {festival.name for festival in packs.phrases.greetings.optional}


@pytest.mark.parametrize(
    ("moment", "holiday", "clause"),
    [
        (at(1, 1, 2027), None, "B.1.2.2"),
        (at(5, 1, 2027), None, "B.1.2.3"),
        (at(10, 3, 2027), None, "B.1.2.3"),
        (at(10, 4, 2027), None, "B.1.2.1"),
        (at(2, 6, 2027), "春节", "B.1.2.2"),
        (at(4, 5, 2027), "清明节", "B.1.2.1"),
        (at(6, 9, 2027), "端午节", "B.1.2.3"),
        (at(3, 3, 2027), None, "B.1.2.1"),
    ],
)
@pytest.mark.clause("B.1.2.2")
@pytest.mark.clause("B.1.2.3")
def test_an_unpublished_year_is_said_to_be_estimated(
    packs: Packs, moment: datetime, holiday: str | None, clause: str
) -> None:
    """You should see the festival known by its date or by the calendar, and that the year is not yet published."""
    found = greeting(packs.phrases, moment, DayKind(holiday, False, False))
    assert found.clause == clause
    assert "2027年放假安排未公布" in found.because
    assert "推算" in found.because


@pytest.mark.clause("B.1.2.2")
def test_the_day_is_that_of_china_whatever_the_machine_thinks(packs: Packs) -> None:
    """You should see New Year by Chinese time while the machine's clock still says the old year."""
    in_london = datetime(2026, 12, 31, 16, 0, tzinfo=timezone.utc)  # noqa: UP017 - the point is the other zone
    just_before = in_london - timedelta(seconds=1)
    assert greeting(packs.phrases, in_london, DayKind(None, False, False)).clause == "B.1.2.2"
    assert greeting(packs.phrases, just_before, DayKind(None, False, False)).clause == "B.1.2.1"


def test_a_time_without_zone_is_refused(packs: Packs) -> None:
    """You should see a sentence instead of a guess at the day."""
    with pytest.raises(ScriptError, match="时区"):
        greeting(packs.phrases, datetime(2026, 1, 1), PLAIN)
