"""The working calendar: which days are off, which are worked, and what is said where that is not known."""

import datetime as dt
from pathlib import Path

import chinese_calendar
import pytest

from data.calendar import Calendar
from data.clock import SHANGHAI
from data.tables import ReferenceTableError


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar.load()


def days_of(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=n) for n in range((dt.date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_works_or_rests_as_an_independent_calendar_says(calendar: Calendar, year: int) -> None:
    """You should see the same working days as chinesecalendar counts, for every day of the published years."""
    differing = [d for d in days_of(year) if calendar.day(d).working != chinese_calendar.is_workday(d)]
    assert differing == []


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_festivals_are_named_on_their_days_off_and_never_on_make_up_days(calendar: Calendar, year: int) -> None:
    """You should see a festival's name exactly where the notice gives a day off, and on no worked day."""
    for date in days_of(year):
        day = calendar.day(date)
        off, english = chinese_calendar.get_holiday_detail(date)
        assert (day.holiday is not None) == bool(off and english), date
        assert day.make_up == bool(not off and english), date
        assert not (day.working and day.holiday), date
        assert day.published
        assert day.note == ""


@pytest.mark.clause("B.1.2.3")
def test_qingming_spans_three_days_in_2026(calendar: Calendar) -> None:
    """You should see 清明节 on 4–6 April 2026 and on no day beside them."""
    named = [d for d in days_of(2026) if calendar.day(d).holiday == "清明节"]
    assert named == [dt.date(2026, 4, 4), dt.date(2026, 4, 5), dt.date(2026, 4, 6)]


def test_two_festivals_in_one_span_carry_both_names(calendar: Calendar) -> None:
    """You should see 国庆节 and 中秋节 together on each of the eight days of October 2025."""
    assert {calendar.day(dt.date(2025, 10, n)).holiday for n in range(1, 9)} == {"国庆节、中秋节"}


def test_a_year_without_a_notice_says_so(calendar: Calendar) -> None:
    """You should see Monday to Friday worked in 2027, with a sentence that the arrangement is not published."""
    monday, saturday = calendar.day(dt.date(2027, 3, 1)), calendar.day(dt.date(2027, 3, 6))
    assert (monday.working, saturday.working) == (True, False)
    assert not monday.published
    assert monday.note.startswith("2027年放假安排未公布，按周一至周五推算")
    assert calendar.last_year == 2026


def test_a_year_before_the_table_is_not_called_unpublished(calendar: Calendar) -> None:
    """You should see that an old year is missing from the table, not that it was never announced."""
    assert calendar.day(dt.date(2019, 3, 1)).note.startswith("2019年放假安排未收录")


@pytest.mark.clause("B.1.2.2")
def test_days_fixed_by_law_are_known_in_any_year(calendar: Calendar) -> None:
    """You should see 元旦, 劳动节 and 国庆节 and the lunar festivals named and off in 2027, and no other day."""
    named = {(d.month, d.day): calendar.day(d).holiday for d in days_of(2027) if calendar.day(d).holiday}
    assert named == {
        (1, 1): "元旦",
        (2, 5): "春节",
        (2, 6): "春节",
        (2, 7): "春节",
        (2, 8): "春节",
        (4, 5): "清明节",
        (5, 1): "劳动节",
        (5, 2): "劳动节",
        (6, 9): "端午节",
        (9, 15): "中秋节",
        (10, 1): "国庆节",
        (10, 2): "国庆节",
        (10, 3): "国庆节",
    }
    assert not calendar.day(dt.date(2027, 1, 1)).working  # a Friday


def test_the_day_is_that_of_shanghai_wherever_the_machine_stands(calendar: Calendar) -> None:
    """You should see the last second of the year in UTC already counted as 元旦."""
    assert calendar.day_of(dt.datetime(2025, 12, 31, 16, 0, tzinfo=dt.UTC)).holiday == "元旦"
    assert calendar.day_of(dt.datetime(2025, 12, 31, 15, 59, 59, tzinfo=dt.UTC)).holiday is None
    with pytest.raises(ValueError, match="没有时区"):
        calendar.day_of(dt.datetime(2026, 1, 1))


YEAR = """
version = "t"
[[year]]
year = 2027
source = "文号"
[[year.holidays]]
name = "元旦"
start = 2027-01-01
end = 2027-01-03
make_up = [2027-01-09]
"""
OVERLAPPING = """[2027-01-09]
[[year.holidays]]
name = "春节"
start = 2027-01-03
end = 2027-01-04
make_up = []
"""


def load(tmp_path: Path, text: str) -> Calendar:
    path = tmp_path / "calendar.toml"
    path.write_text(text, encoding="utf-8")
    return Calendar.load(path)


def test_a_city_loads_its_own_file(tmp_path: Path) -> None:
    """You should see a new year's notice in force once its file is loaded."""
    calendar = load(tmp_path, YEAR)
    assert calendar.day(dt.date(2027, 1, 9)).make_up
    assert calendar.sources == {2027: "文号"}
    assert calendar.day(dt.date(2028, 1, 3)).note == "2028年放假安排未公布，按周一至周五推算"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("end = 2027-01-03", "end = 2026-12-30", r"2027年“元旦”.*早于开始日"),
        ("end = 2027-01-03", "end = 2027-02-03", r"2027年“元旦”.*超过15天"),
        ("start = 2027-01-01\nend = 2027-01-03", "start = 2025-01-01\nend = 2025-01-03", r"不在该年"),
        ("[2027-01-09]", "[2027-01-08]", r"2027-01-08 不是周末"),
        ("[2027-01-09]", "[2027-01-03]", r"2027-01-03.*既放假又调休上班"),
        ("[2027-01-09]", "[2027-05-08]", r"离假期超过60天"),
        ("[2027-01-09]", "[2027-01-09, 2027-01-09]", r"2027-01-09 重复"),
        ("make_up = [2027-01-09]", "makeup = []", r"year\[0\].holidays\[0\].*不认识“makeup”"),
        ("[2027-01-09]", OVERLAPPING, r"2027年“春节”.*2027-01-03 已属“元旦”"),
        ('name = "元旦"\n', "", r"year\[0\].holidays\[0\].*缺少“name”"),
        ('name = "元旦"', 'name = " "', r"2027年.*缺少名称"),
        ('source = "文号"', 'source = ""', r"2027年.*缺少文号"),
        ('source = "文号"\n', "", r"缺少“source”"),
        ("year = 2027", 'year = "x"', r"year\[0\].year"),
        ("[[year]]", "[[year]", r"无法读取"),
        ("[[year]]", "[[fixed]]\nname='某日'\nmonth=2\ndays=[30]\nsource='x'\n[[year]]", r"没有2月30日"),
    ],
)
def test_a_faulty_file_is_refused_with_file_entry_and_reason(tmp_path: Path, old: str, new: str, message: str) -> None:
    """You should see which file, which entry and why, and no calendar."""
    with pytest.raises(ReferenceTableError, match=message) as caught:
        load(tmp_path, YEAR.replace(old, new))
    assert "calendar.toml" in str(caught.value)


def test_a_missing_or_empty_file_is_refused(tmp_path: Path) -> None:
    """You should see a sentence for a file that is not there and for one that lists no year."""
    with pytest.raises(ReferenceTableError, match="无法读取"):
        Calendar.load(tmp_path / "none.toml")
    with pytest.raises(ReferenceTableError, match="没有任何一年"):
        load(tmp_path, 'version = "t"\nyear = []\n')
    with pytest.raises(ReferenceTableError, match=r"2027年.*重复"):
        load(tmp_path, YEAR + YEAR.replace('version = "t"', "").replace("2027-01", "2027-03"))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-09-18T17:00", 1, "2026-09-20T17:00"),  # Friday before a make-up Sunday
        ("2026-05-08T17:00", 1, "2026-05-09T17:00"),  # Fri before a make-up Saturday
        ("2026-06-12T16:59", 1, "2026-06-15T16:59"),  # an ordinary Friday
        ("2026-09-30T10:00", 1, "2026-10-08T10:00"),  # the eve of a long holiday
        ("2026-09-30T10:00", 3, "2026-10-10T10:00"),  # ... with the make-up Saturday as the third
        ("2025-12-31T23:59:59", 1, "2026-01-04T23:59:59"),  # over the year's end, to a make-up Sunday
    ],
)
def test_working_days_are_counted_to_the_same_clock_time(calendar: Calendar, start: str, days: int, due: str) -> None:
    """You should see the same clock time on the n-th following working day, make-up days included."""
    assert calendar.add_working_days(at(start), days) == at(due)


@pytest.mark.clause("5.2.2.2.1a/b/c")
@pytest.mark.parametrize(
    ("start", "days", "date"),
    [
        ("2026-10-03T21:30", 1, "2026-10-08"),  # a holiday evening
        ("2026-06-13T10:00", 1, "2026-06-15"),  # a Saturday
        ("2026-06-13T10:00", 2, "2026-06-16"),
    ],
)
def test_from_a_day_off_the_count_begins_with_the_next_working_day(
    calendar: Calendar, start: str, days: int, date: str
) -> None:
    """You should see the end of the n-th working day as due, and the reason in words."""
    counted = calendar.working_due(at(start), days)
    assert counted.due.isoformat(timespec="seconds") == f"{date}T23:59:59+08:00"
    assert "休息，自下一个工作日起算" in counted.basis
    assert counted.notes == ()


def test_a_later_dispatch_is_never_due_earlier(calendar: Calendar) -> None:
    """You should see due times in the order of dispatch, through every kind of day."""
    hours = [at("2026-09-16T00:30") + dt.timedelta(hours=n) for n in range(24 * 30)]
    dues = [calendar.add_working_days(hour, 1) for hour in hours]
    assert dues == sorted(dues)


def test_counting_into_an_unpublished_year_says_so(calendar: Calendar) -> None:
    """You should see the notice once when the count runs from 2026 into 2027."""
    counted = calendar.working_due(at("2026-12-31T09:00"), 1)
    assert counted.due == at("2027-01-04T09:00")
    assert len(counted.notes) == 1
    assert "2027年放假安排未公布" in counted.notes[0]


def test_counting_works_from_another_zone_and_refuses_nonsense(calendar: Calendar) -> None:
    """You should see Shanghai's day counted for an instant given in UTC, and a sentence for a bad count."""
    assert calendar.add_working_days(dt.datetime(2026, 6, 11, 17, tzinfo=dt.UTC), 1) == at("2026-06-15T01:00")
    with pytest.raises(ValueError, match="不小于 1"):
        calendar.add_working_days(at("2026-06-12T16:59"), 0)
    with pytest.raises(ValueError, match="没有时区"):
        calendar.add_working_days(dt.datetime(2026, 6, 12), 1)
