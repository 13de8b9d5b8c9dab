"""What the desk 评价 (7.1.3) shows to one person: the rates of a span of time, agents' deviations, what was said; no screen."""

from datetime import datetime, timedelta
from typing import NamedTuple

from console.deviations import Comparison, compare
from console.house import House
from console.rates import BY, RANKABLE, SATISFIED, Line, Measure, Table, tabulate
from console.said import Leading, leading_said
from console.when import WhenError, read_instant
from data.clock import SHANGHAI
from data.evaluations import Evaluations
from data.people import Actor, Role

CHECKERS = (Role.QUALITY, Role.SUPERVISOR)
"""Who sees what single agents did (质检, 督办): an analyst counts units, and no colleagues."""

DAY = timedelta(days=1)


class Period(NamedTuple):
    """A span of time, its end not included; None for its start or end: without limit."""

    name: str
    since: datetime | None
    until: datetime | None


class Found(NamedTuple):
    """What there is in a span of time."""

    facts: Evaluations
    tables: dict[str, Table]
    comparison: Comparison | None  # None for whom it is not


class RatesDesk:
    """The desk of one person."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor
        self.period = periods(house.clock.now())[0]
        self.by = next(iter(BY))
        self.measure: Measure = SATISFIED
        self.found: Found | None = None  # by `look`, which takes a moment

    def look(self, period: Period) -> Found:
        """Count a span of time; from a thread.

        Raises:
            StorageError: the store cannot be read.
        """
        facts = self.house.figures.evaluations(period.since, period.until)
        tables = {by: tabulate(facts, by) for by in BY}
        return Found(facts, tables, None if self.why_not_agents() else compare(facts.heard))

    @property
    def table(self) -> Table | None:
        """The rates as they are divided now; None as long as they are counted."""
        return self.found.tables[self.by] if self.found else None

    def lines(self, text: str = "") -> list[Line]:
        """Return the lines to show: the whole first, where nothing is searched for."""
        if self.table is None or not self.table.lines:
            return []
        found = self.table.ordered(self.measure.id, text)
        return found if text.strip() else [self.table.whole, *found]

    def next_dimension(self) -> None:
        """Divide the rates by the next thing."""
        names = list(BY)
        self.by = names[(names.index(self.by) + 1) % len(names)]

    def next_measure(self) -> None:
        """Rank by the next measure."""
        order = RANKABLE[::-1]
        self.measure = order[(order.index(self.measure) + 1) % len(order)]

    def why_not_agents(self) -> str:
        """Say why this person does not see single agents; nothing where they do."""
        if self.actor.may(*CHECKERS):
            return ""
        return f"坐席的偏离和用语由{'、'.join(CHECKERS)}查看：{self.actor.agent_no} 没有这个角色（6.2.2）"

    def said(self) -> list[Leading]:
        """Return what was said in callbacks against 5.4.4 in the span of time.

        Raises:
            StorageError: the store cannot be read.
        """
        return leading_said(self.house, self.period.since, self.period.until, self.actor)


def periods(now: datetime) -> list[Period]:
    """Return the spans of time that are offered, the usual one first."""
    today = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    month, tomorrow = today.replace(day=1), today + DAY
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return [
        Period("近30天", tomorrow - 30 * DAY, tomorrow),
        Period("本月", month, tomorrow),
        Period("上月", (month - DAY).replace(day=1), month),
        Period("本季度", quarter, tomorrow),
        Period("今年", month.replace(month=1), tomorrow),
        Period("全部", None, None),
    ]


def read_period(since: str, until: str) -> Period:
    """Read a span of time as a person writes it: both days belong to it, an empty one is no limit.

    Raises:
        WhenError: one of the two is no date, or the end comes before the start.
    """
    first = read_instant(since) if since.strip() else None
    last = read_instant(until) if until.strip() else None
    if last is not None and last == last.replace(hour=0, minute=0, second=0):
        last += DAY
    if first is not None and last is not None and last <= first:
        raise WhenError(f"{since.strip()}到{until.strip()}")
    return Period(f"{_day(first) or '最早'}–{_day(last - DAY if last else None) or '今'}", first, last)


def written(period: Period) -> tuple[str, str]:
    """Write a span of time as `read_period` reads it."""
    return _day(period.since), _day(period.until - DAY if period.until else None)


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}" if at else ""
