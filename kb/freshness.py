"""How fresh an article is: what to warn of wherever it is shown (6.3.3: 权威、准确、有效)."""

from datetime import date, timedelta
from typing import Protocol

STALE_MONTHS = 12  # a check older than this is told of, unless the settings say otherwise
SOON = timedelta(days=30)  # before its last day


class Dated(Protocol):
    """What carries an article's dates: the article itself, or a hit."""

    @property
    def checked_on(self) -> date | None:
        """When it was last held against its source."""
        ...

    @property
    def valid_from(self) -> date | None:
        """Its first day."""
        ...

    @property
    def valid_until(self) -> date | None:
        """Its last day."""
        ...


def months_before(day: date, months: int) -> date:
    """The same day so many months ago; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def warnings(article: Dated, day: date, months: int = STALE_MONTHS) -> tuple[str, ...]:
    """What to know before reading the article to anybody on ``day``, the gravest first; nothing when it is fresh.

    Args:
        months: how old a check may be.
    """
    told = []
    until, since = article.valid_until, article.valid_from
    if until is not None and until < day:
        told.append(f"已于 {until} 失效")
    elif since is not None and day < since:
        told.append(f"{since} 起才生效")
    elif until is not None and until - day <= SOON:
        left = (until - day).days
        told.append(f"{left} 天后失效（{until}）" if left else f"今天失效（{until}）")
    if article.checked_on is None:
        told.append("没有核对日期")
    elif article.checked_on < months_before(day, months):
        told.append(f"核对于 {article.checked_on}，已超过 {months} 个月")
    return tuple(told)
