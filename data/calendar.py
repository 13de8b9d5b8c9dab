"""Working days and public holidays of mainland China, from a dated table that a city can replace.

The holiday libraries at hand either raise for a year whose arrangement is not published or leave its make-up
days out without a word. Here a day of such a year is reckoned by Monday to Friday, and `Day.note` says so.
"""

import datetime as dt
from pathlib import Path

import msgspec

from data.clock import SHANGHAI
from data.tables import SHIPPED, ReferenceTableError, read_toml

_WEEKDAYS = "一二三四五六日"


class Day(msgspec.Struct, frozen=True):
    """What kind of day a date is.

    ``holiday`` is the festival whose days off the date belongs to (the whole span of the notice), or None. A
    make-up workday belongs to no festival. ``published`` tells whether the year's arrangement is in the table;
    where it is not, ``note`` is the sentence to show.
    """

    holiday: str | None
    make_up: bool
    working: bool
    published: bool
    note: str = ""


class WorkingDue(msgspec.Struct, frozen=True):
    """An instant some working days ahead, how it was counted, and what is uncertain about it."""

    due: dt.datetime
    basis: str
    notes: tuple[str, ...]


class _Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    start: dt.date
    end: dt.date
    make_up: list[dt.date]


class _Year(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    year: int
    source: str
    holidays: list[_Holiday]


class _Fixed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    month: int
    days: list[int]
    source: str


class _Lunar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The statutory days of one year that follow the lunar calendar; ``spring`` is 正月初一."""

    year: int
    spring: dt.date
    qingming: dt.date
    dragon_boat: dt.date
    mid_autumn: dt.date

    def days(self) -> dict[dt.date, str]:
        """Every such day with its name; 春节 lasts from its eve to its third day."""
        spring = {self.spring + dt.timedelta(days=offset): "春节" for offset in range(-1, 3)}
        return {**spring, self.qingming: "清明节", self.dragon_boat: "端午节", self.mid_autumn: "中秋节"}


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    year: list[_Year]
    fixed: list[_Fixed] = []
    lunar: list[_Lunar] = []


class Calendar:
    """The working calendar; make one with `load`."""

    def __init__(self, table: _Table, path: Path) -> None:
        self.version = table.version
        self.sources = {year.year: year.source for year in table.year}
        self._off: dict[dt.date, str] = {}
        self._make_up: set[dt.date] = set()
        self._fixed = {(fixed.month, day): fixed.name for fixed in table.fixed for day in fixed.days}
        self._lunar = {day: name for year in table.lunar for day, name in year.days().items()}
        _check_years(table, path)
        for year in table.year:
            for holiday in year.holidays:
                self._add(holiday, year.year, path)
        for date in self._make_up & self._off.keys():
            raise ReferenceTableError(path, date.isoformat(), "同一天既放假又调休上班")

    @classmethod
    def load(cls, path: Path = SHIPPED / "calendar.toml") -> "Calendar":
        """Read and check a calendar table: the shipped one, or a city's own.

        Raises:
            ReferenceTableError: the file cannot be read, or an entry contradicts itself or another.
        """
        return cls(read_toml(path, _Table), path)

    @property
    def last_year(self) -> int:
        """The last year whose arrangement is in the table."""
        return max(self.sources)

    def day(self, date: dt.date) -> Day:
        """Tell what kind of day ``date`` is (a date of Asia/Shanghai)."""
        if date.year in self.sources or date in self._off or date in self._make_up:
            holiday = self._off.get(date)
            make_up = date in self._make_up
            working = make_up or (holiday is None and date.weekday() < 5)
            return Day(holiday, make_up, working, published=True)
        holiday = self._fixed.get((date.month, date.day)) or self._lunar.get(date)
        working = holiday is None and date.weekday() < 5
        return Day(holiday, False, working, published=False, note=self._unpublished(date.year))

    def day_of(self, at: dt.datetime) -> Day:
        """Tell what kind of day it is in Asia/Shanghai at the instant ``at`` (aware)."""
        return self.day(_local(at).date())

    def add_working_days(self, at: dt.datetime, days: int) -> dt.datetime:
        """Return the instant ``days`` working days after ``at``, in Shanghai time; the rule is `working_due`'s."""
        return self.working_due(at, days).due

    def working_due(self, at: dt.datetime, days: int) -> WorkingDue:
        """Count ``days`` working days (工作日, 5.2.2.2.1c) from the instant ``at``.

        The standard names no starting point (checklist 2.4). From a working day the same clock time on the
        ``days``-th following working day is due: Friday 17:00 before a make-up Saturday gives that Saturday
        17:00. From a day off the count begins with the next working day, which is the first whole one, and the
        last moment of the ``days``-th is due. That is the earliest reading which never makes a later dispatch
        due before an earlier one.

        Raises:
            ValueError: ``days`` is below 1, or ``at`` has no time zone.
        """
        if days < 1:
            raise ValueError(f"工作日数应不小于 1，现为 {days}；请改正时限表")
        start = _local(at)
        first = self.day(start.date())
        date, left = start.date(), days
        notes = {first.note: None} if first.note else {}
        while left:
            date += dt.timedelta(days=1)
            day = self.day(date)
            left -= day.working
            if day.note:
                notes[day.note] = None
        if first.working:
            due = dt.datetime.combine(date, start.timetz())
            return WorkingDue(due, f"自{_spoken(start.date())}起第{days}个工作日的同一时刻", tuple(notes))
        due = dt.datetime.combine(date, dt.time.max, SHANGHAI)
        off = first.holiday or "周末"
        basis = f"{_spoken(start.date())}为{off}休息，自下一个工作日起算，至第{days}个工作日（{_spoken(date)}）当日结束"
        return WorkingDue(due, basis, tuple(notes))

    def _unpublished(self, year: int) -> str:
        state = "未公布" if year > self.last_year else "未收录"
        lunar = [name for date, name in self._lunar.items() if date.year == year]
        known = "、".join(dict.fromkeys([*self._fixed.values(), *lunar]))
        return f"{year}年放假安排{state}，按周一至周五推算" + (f"（{known}法定日除外）" if known else "")

    def _add(self, holiday: _Holiday, year: int, path: Path) -> None:
        entry = f"{year}年“{holiday.name}”"
        if not holiday.name.strip():
            raise ReferenceTableError(path, f"{year}年", "节日缺少名称")
        if holiday.end < holiday.start:
            raise ReferenceTableError(path, entry, f"结束日 {holiday.end} 早于开始日 {holiday.start}")
        if year not in (holiday.start.year, holiday.end.year):
            raise ReferenceTableError(path, entry, f"日期 {holiday.start} 不在该年")
        if (holiday.end - holiday.start).days >= 15:
            raise ReferenceTableError(path, entry, "假期超过15天，请核对起止日期")
        for offset in range((holiday.end - holiday.start).days + 1):
            date = holiday.start + dt.timedelta(days=offset)
            if date in self._off:
                raise ReferenceTableError(path, entry, f"{date} 已属“{self._off[date]}”")
            self._off[date] = holiday.name
        for date in holiday.make_up:
            if date.weekday() < 5:
                raise ReferenceTableError(path, entry, f"调休上班日 {date} 不是周末")
            if abs((date - holiday.start).days) > 60:
                raise ReferenceTableError(path, entry, f"调休上班日 {date} 离假期超过60天")
            if date in self._make_up:
                raise ReferenceTableError(path, entry, f"调休上班日 {date} 重复")
            self._make_up.add(date)


def _check_years(table: _Table, path: Path) -> None:
    if not table.year:
        raise ReferenceTableError(path, "", "没有任何一年的安排")
    seen: set[int] = set()
    for year in table.year:
        if year.year in seen:
            raise ReferenceTableError(path, f"{year.year}年", "重复")
        if not year.source.strip():
            raise ReferenceTableError(path, f"{year.year}年", "缺少文号（source）")
        seen.add(year.year)
    for fixed in table.fixed:
        for day in fixed.days:
            try:
                dt.date(2024, fixed.month, day)
            except ValueError as error:
                raise ReferenceTableError(path, f"“{fixed.name}”", f"没有{fixed.month}月{day}日") from error


def _local(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        raise ValueError(f"时间 {at} 没有时区，无法确定是哪一天；请写明 +08:00")
    return at.astimezone(SHANGHAI)


def _spoken(date: dt.date) -> str:
    return f"{date.month}月{date.day}日周{_WEEKDAYS[date.weekday()]}"
