"""A time for a call as it is agreed on the telephone: 15:30, 明天 10点, 下午3点半, 12-01 09:00."""

import re
from datetime import datetime, timedelta

from console.when import WhenError, read_instant
from data.clock import SHANGHAI

_DAYS = {"": 0, "今天": 0, "今晚": 0, "明天": 1, "明早": 1, "后天": 2, "大后天": 3}
_AFTERNOON = ("下午", "晚上", "傍晚", "中午")
_SPOKEN = re.compile(
    r"(?P<day>今天|今晚|明天|明早|大后天|后天|)\s*(?P<part>早上|上午|中午|下午|傍晚|晚上|)\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:：点时])\s*(?P<minute>\d{1,2}|半|)\s*分?"
)
_MONTH = re.compile(r"(?P<month>\d{1,2})\s*[-/月.]\s*(?P<day>\d{1,2})\s*日?\s+(?P<rest>.+)")


def read_appointment(text: str, now: datetime) -> datetime:
    """Read an agreed time; without a day it is the next such time of day.

    Raises:
        WhenError: it is no time; the message shows how to write one.
    """
    given, here = text.strip(), now.astimezone(SHANGHAI)
    if found := _SPOKEN.fullmatch(given):
        at = _time_of(found, here + timedelta(days=_DAYS[found["day"]]), text)
        return at if found["day"] or at > here else at + timedelta(days=1)
    if found := _MONTH.fullmatch(given):
        time = _SPOKEN.fullmatch(found["rest"])
        if time is None or time["day"]:
            raise WhenError(text)
        try:
            day = here.replace(month=int(found["month"]), day=int(found["day"]))
        except ValueError as error:
            raise WhenError(text) from error
        at = _time_of(time, day, text)
        return at if at > here - timedelta(days=180) else at.replace(year=at.year + 1)  # January, said in December
    return read_instant(given)


def _time_of(found: re.Match[str], day: datetime, text: str) -> datetime:
    hour, minute = int(found["hour"]), 30 if found["minute"] == "半" else int(found["minute"] or 0)
    later = found["part"] in _AFTERNOON or found["day"] == "今晚"
    if later and hour < 12 and not (found["part"] == "中午" and hour >= 11):
        hour += 12
    try:
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError as error:
        raise WhenError(text) from error
