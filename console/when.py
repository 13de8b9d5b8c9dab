"""Instants as people and other systems write them, without a zone Shanghai time; and a time left as it is shown."""

import re
from datetime import date, datetime, timedelta

from data.clock import SHANGHAI

_DATE = r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*日?"
_TIME = r"(\d{1,2})\s*(?:[:：]|[时点])\s*(?:(\d{1,2})\s*分?)?(?:\s*[:：]?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?"
_WRITTEN = re.compile(rf"{_DATE}(?:\s*[T日]?\s*{_TIME})?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s*(\d{2})(\d{2})(\d{2})?)?")
_LONGEST = 40  # characters; what is longer is no time


class WhenError(ValueError):
    """A text is no instant; the message shows how to write one."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text.strip()[:_LONGEST]}”不是可用的时间：请写作 2026-01-31 08:30 或 2026-01-31T08:30:00+08:00"
        )


def read_instant(given: object) -> datetime:
    """Read an instant from text, or from a cell that is a date already.

    A date alone means its first moment. Text with a zone keeps its instant and comes back in Shanghai time.

    Raises:
        WhenError: it is no date, or a date that no calendar has.
    """
    if isinstance(given, datetime):
        return _aware(given)
    if isinstance(given, date):
        return datetime(given.year, given.month, given.day, tzinfo=SHANGHAI)
    text = given.strip() if isinstance(given, str) else ""
    if not text or len(text) > _LONGEST:
        raise WhenError(str(given))
    found = _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        if found is None:
            return _aware(datetime.fromisoformat(text))
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        midnight = datetime(year, month, day, tzinfo=SHANGHAI)
        if (hour, minute, second) == (24, 0, 0):
            return midnight + timedelta(days=1)
        return midnight.replace(hour=hour, minute=minute, second=second)
    except (ValueError, OverflowError) as error:
        raise WhenError(text) from error


def remaining(left: timedelta) -> str:
    """Write a time left as 1:55 (hours, minutes) or, from a day on, 3天4小时; what is late begins with 超."""
    minutes = int(left.total_seconds() // 60)  # half a minute late is late, not 0:00
    hours, days = abs(minutes) // 60, abs(minutes) // (24 * 60)
    text = f"{days}天{hours % 24}小时" if days else f"{hours}:{abs(minutes) % 60:02d}"
    return text if minutes >= 0 else f"超{text}"


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)


def stamp(at: datetime) -> str:
    """Write an instant to the minute in Shanghai time, as on paper."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def moment(at: datetime) -> str:
    """Write an instant to the minute in Shanghai time where the year goes without saying: 11-24 10:30."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def minutes(seconds: float) -> str:
    """Write how long a call has lasted as 03:05, minutes and whole seconds; nothing has lasted less than no time."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02}:{whole % 60:02}"
