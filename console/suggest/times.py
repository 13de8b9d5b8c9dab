"""When it happened: the words of a text that tell a time (昨晚十点, 上周三), resolved against the time of the call.

What is found is shown for confirmation beside the words that led to it. A day without a year is the latest such day
that is not after the call; a part of the day without an hour stays a span.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from data.clock import SHANGHAI

MAX_READ = 4_000  # characters of a text that are looked at
_MOST = 5  # times that one text gives
_WEEKDAYS = "一二三四五六日"

_N = r"[0-9０-９〇零一二两三四五六七八九十廿卅]{1,4}"
_DAY = rf"""
    (?P<year>(?:19|20)[0-9]{{2}}|[一二][〇零一二三四五六七八九]{{3}}|今年|去年|前年)[年/.\-]?\s*
        (?P<ymonth>{_N})[月/.\-]\s*(?:份\s*)?(?:(?P<yday>{_N})(?:[日号](?![楼院门线店房])|(?![0-9])))?
  | (?P<month>{_N})月(?!内|来|前|后|租)(?:份|(?P<day>{_N})(?:[日号](?![楼院门线店房])|(?![0-9])))?
  | (?P<lastmonth>上上个?月|上个?月|本月|这个?月)(?:(?P<lday>{_N})[日号](?![楼院门线店房])|(?P<third>初|中旬|底))?
  | (?P<week>上上|上个?|这个?|本|下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末1-6])(?![年期岁])
  | (?P<named>大前[天日]|前[天日晚夜]|昨[天日儿晚夜晨早]|今[天日儿晚夜晨早]|当日)(?!头条)
  | (?P<ago>{_N}|半|几|数)(?P<unit>多?天|个?多?小时|个?钟头|分钟|个?多?星期|个?多?礼拜|周|个多?月|年)(?:以)?(?:之)?前
  | (?P<now>刚才|刚刚|方才|适才|此刻|这会儿|现在|目前|眼下)
  | (?P<span>上上周|上周|上个?星期|上个?礼拜|本周|这周|去年|今年(?!级))
"""
_PART = r"凌晨|清晨|早晨|早上|一早|大清早|上午|中午|午间|下午|午后|傍晚|晚上|晚间|夜里|夜间|半夜|深夜|晚|早"
_CLOCK = rf"""
    (?P<part>{_PART})?的?\s*
    (?:
        (?P<hour>{_N})(?:点钟?|时(?![代候间常段]))(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_N})分?)?
      | (?P<hour2>[0-9]{{1,2}})[:：](?P<minute2>[0-9]{{2}})(?![0-9])
    )
  | (?P<onlypart>{_PART})(?![餐饭班报报市晚])
"""
_WHEN = re.compile(rf"(?:{_DAY})\s*[，,的]?\s*(?:{_CLOCK})?", re.VERBOSE)
_TODAY = re.compile(rf"(?:{_CLOCK})", re.VERBOSE)
_WRITTEN = re.compile(rf"{_N}月(?!前)|[0-9]{{4}}|（")  # a date, or written out before
_HABIT = re.compile(r"(?:每[天日晚周]|天天|经常|总是|营业时间|时间[为是：:]?)[^，。；]{0,4}$")

_SPANS = {  # hours of a part of the day; beyond 24 is the next day
    "凌晨": (0, 6), "清晨": (5, 8), "早晨": (5, 9), "早上": (5, 9), "一早": (5, 9), "大清早": (5, 8), "早": (5, 9),
    "上午": (8, 12), "中午": (11, 14), "午间": (11, 14), "下午": (12, 18), "午后": (12, 18), "傍晚": (17, 20),
    "晚上": (18, 24), "晚间": (18, 24), "晚": (18, 24), "夜里": (21, 30), "夜间": (21, 30), "半夜": (22, 30),
    "深夜": (22, 30),
}  # fmt: skip
_NIGHT = {"晚上", "晚间", "晚", "夜里", "夜间", "半夜", "深夜"}
_DIGITS = {char: number for number, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


@dataclass(frozen=True, slots=True)
class TimeFound:
    """A time that a text tells: from ``start`` to before ``end`` (equal for a minute named), and its words.

    ``hour`` tells whether an hour was named, ``day`` whether the day was: both false for a week or a month.
    """

    text: str
    span: tuple[int, int]
    start: datetime
    end: datetime
    day: bool
    hour: bool

    @property
    def shown(self) -> str:
        """The time as it is shown for confirmation: 11月23日（周一）22时00分."""
        first = self.start.astimezone(SHANGHAI)
        last = (self.end - timedelta(microseconds=1)).astimezone(SHANGHAI) if self.end > self.start else first
        date = _date(first)
        if self.hour:
            return f"{date}{first.hour}时{first.minute:02d}分"
        if self.day:
            whole = self.end - self.start >= timedelta(days=1)
            return (
                date
                if whole
                else f"{date}{first.hour}时至{'次日' if last.date() > first.date() else ''}{_close(last)}时"
            )
        return f"{date}至{_date(last)}"

    def brief(self, at: datetime) -> str:
        """The time as it stands in a narrow field, with its words: 11-23 22:00（昨晚十点）; the year where another."""
        first = self.start.astimezone(SHANGHAI)
        last = (self.end - timedelta(microseconds=1)).astimezone(SHANGHAI) if self.end > self.start else first
        form = "%m-%d" if first.year == at.astimezone(SHANGHAI).year else "%Y-%m-%d"
        if self.hour:
            told = f" {first:%H:%M}"
        elif not self.day:
            told = f"至{last.strftime(form)}"
        elif self.end - self.start < timedelta(days=1):
            told = f" {first.hour}至{'次日' if last.date() > first.date() else ''}{_close(last)}时"
        else:
            told = ""
        return f"{first.strftime(form)}{told}（{self.text}）"


def find_times(text: str, at: datetime) -> tuple[TimeFound, ...]:
    """Return the times that a text tells, in its order, resolved against the aware instant ``at``; at most five."""
    here = at.astimezone(SHANGHAI)
    head = text[:MAX_READ]
    dated = list(_WHEN.finditer(head))
    taken = [match.span() for match in dated]
    # An hour alone is an opening time as often as an event; with a part of the day (早上七点) it is today's.
    alone = [
        match
        for match in _TODAY.finditer(head)
        if match["part"]
        and not _HABIT.search(head[: match.start()])
        and not any(start < match.end() and match.start() < end for start, end in taken)
    ]
    ordered = sorted([*dated, *alone], key=lambda match: match.start())
    told = (_resolve(match, here) for match in ordered)
    return tuple(islice((time for time in told if time is not None), _MOST))


def event_time(times: tuple[TimeFound, ...], at: datetime) -> TimeFound | None:
    """Return the likeliest time of the event: named to the hour before named to the day, the past before the future,
    the first of those alike."""
    return min(times, key=lambda time: (time.start > at, not time.hour, not time.day), default=None)


def written_out(words: str, at: datetime) -> str:
    """Return the words of a field with the time that they mean, 11-24 10:30（刚才）, where they tell one by the moment at
    which they are said and nothing else; unchanged otherwise (11月20日, 三个月来)."""
    said = words.strip(" ，,。")
    found = find_times(said, at)
    if len(found) != 1 or found[0].text != said.removesuffix("左右") or _WRITTEN.search(said):
        return words
    return found[0].brief(at)


def number(text: str) -> int | None:
    """Return the whole number below 100 that digits or Chinese numerals write, or a year; None for anything else."""
    plain = text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if plain.isdecimal():
        return int(plain)
    plain = plain.replace("廿", "二十").replace("卅", "三十")
    if plain.count("十") == 1:
        tens, _, ones = plain.partition("十")
        if (tens and tens not in _DIGITS) or (ones and ones not in _DIGITS):
            return None
        return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    if len(plain) in (1, 4) and all(char in _DIGITS for char in plain):
        return int("".join(str(_DIGITS[char]) for char in plain))
    return None


def _resolve(match: re.Match[str], here: datetime) -> TimeFound | None:
    parts = {name: value for name, value in match.groupdict().items() if value}
    hour_named = "hour" in parts or "hour2" in parts
    if match.re is _TODAY:
        parts["named"] = "今天"
    try:
        within = _days(parts, here)
        if within is None:
            return None
        start, end, day = within
        if hour_named and day:
            start = end = _clocked(parts, start)
        elif day and (part := parts.get("onlypart") or _named_part(parts.get("named", ""))):
            first, last = _SPANS[part]
            start, end = start + timedelta(hours=first), start + timedelta(hours=last)
        elif hour_named:
            return None
    except (ValueError, OverflowError):  # 11月31日, 25点
        return None
    words = match[0].strip(" ，,的\t\n")
    begin = match.start() + match[0].index(words)
    if match.re is _TODAY and start > here:  # 晚上十点, told in the morning, was yesterday's
        start, end = start - timedelta(days=1), end - timedelta(days=1)
    return TimeFound(words, (begin, begin + len(words)), start, end, day, (hour_named and day) or _to_minute(parts))


def _to_minute(parts: dict[str, str]) -> bool:
    return "now" in parts or any(name in parts.get("unit", "") for name in ("小时", "钟头", "分钟"))


def _days(parts: dict[str, str], here: datetime) -> tuple[datetime, datetime, bool] | None:
    """Return the span of days, and whether it is a day by itself (or an instant)."""
    today = here.replace(hour=0, minute=0, second=0, microsecond=0)
    one = timedelta(days=1)
    if "year" in parts:
        return _dated(parts["ymonth"], parts.get("yday"), here, _year(parts["year"], here))
    if "month" in parts:
        return _dated(parts["month"], parts.get("day"), here, None)
    if "lastmonth" in parts:
        return _of_month(parts, today)
    if "weekday" in parts:
        return _of_week(parts, today)
    if named := parts.get("named"):
        back = {"大": 3, "前": 2, "昨": 1}.get(named[0], 0)
        return today - one * back, today - one * (back - 1), True
    if "ago" in parts:
        return _ago(parts["ago"], parts["unit"], here, today)
    if "now" in parts:
        return here, here, True
    span = parts["span"]
    if span.endswith("年"):
        year = here.year - (span == "去年")
        return today.replace(year=year, month=1, day=1), today.replace(year=year + 1, month=1, day=1), False
    weeks = 2 if span.startswith("上上") else 1 if span.startswith("上") else 0
    monday = today - one * (today.weekday() + 7 * weeks)
    return monday, monday + one * 7, False


def _dated(
    month_text: str, day_text: str | None, here: datetime, year: int | None
) -> tuple[datetime, datetime, bool] | None:
    month, day = number(month_text), number(day_text) if day_text else None
    if month is None or not 1 <= month <= 12 or (day_text and day is None):
        return None
    first = datetime(year or here.year, month, day or 1, tzinfo=SHANGHAI)
    if year is None and first > here:
        first = first.replace(year=here.year - 1)
    if day:
        return first, first + timedelta(days=1), True
    return first, _next_month(first), False


def _of_month(parts: dict[str, str], today: datetime) -> tuple[datetime, datetime, bool] | None:
    back = parts["lastmonth"].count("上")
    first = today.replace(day=1)
    for _ in range(back):
        first = (first - timedelta(days=1)).replace(day=1)
    if "lday" in parts:
        day = number(parts["lday"])
        if day is None:
            return None
        first = first.replace(day=day)
        return first, first + timedelta(days=1), True
    if third := parts.get("third"):
        start = first.replace(day={"初": 1, "中旬": 11, "底": 21}[third])
        return start, _next_month(first) if third == "底" else start + timedelta(days=10), False
    return first, _next_month(first), False


def _of_week(parts: dict[str, str], today: datetime) -> tuple[datetime, datetime, bool]:
    which, name = parts.get("week", ""), parts["weekday"]
    weeks = -which.count("上") + which.count("下")
    monday = today - timedelta(days=today.weekday())
    if name == "末":
        start = monday + timedelta(days=5 + 7 * weeks)
        if not which and start > today:
            start -= timedelta(days=7)
        return start, start + timedelta(days=2), False
    weekday = int(name) - 1 if name.isdecimal() else _WEEKDAYS.index("日" if name == "天" else name)
    day = monday + timedelta(days=weekday + 7 * weeks)
    if not which and day > today:
        day -= timedelta(days=7)
    return day, day + timedelta(days=1), True


def _ago(count_text: str, unit: str, here: datetime, today: datetime) -> tuple[datetime, datetime, bool] | None:
    if count_text in ("几", "数") and "天" in unit:
        return today - timedelta(days=7), today - timedelta(days=1), False
    count = {"半": 0.5, "几": 3, "数": 3}.get(count_text) or number(count_text)
    if count is None:
        return None
    if "小时" in unit or "钟头" in unit or "分钟" in unit:
        instant = here - (timedelta(minutes=count) if "分钟" in unit else timedelta(hours=count))
        return instant, instant, True
    per = 1 if "天" in unit else 7 if "星期" in unit or "礼拜" in unit or unit == "周" else 30 if "月" in unit else 365
    day = today - timedelta(days=round(count * per))
    if per == 1 and "多" not in unit:
        return day, day + timedelta(days=1), True
    # Two weeks ago, some months ago: about then, so the span is as wide as the unit.
    return day - timedelta(days=per // 2), day + timedelta(days=per // 2 + 1), False


def _clocked(parts: dict[str, str], day: datetime) -> datetime:
    hour = number(parts.get("hour") or parts["hour2"])
    minute = 30 if "half" in parts else 0
    if quarter := parts.get("quarter"):
        minute = 15 * (number(quarter) or 0)
    if written := parts.get("minute") or parts.get("minute2"):
        minute = number(written) or 0
    if hour is None or hour > 24:
        raise ValueError(f"no such hour: {parts}")
    part = parts.get("part") or _named_part(parts.get("named", "")) or ""
    if part in ("下午", "午后", "傍晚") and hour < 12:
        hour += 12
    elif part in _NIGHT and hour <= 12:
        # 昨晚十点 is that evening; 昨晚一点 and 昨晚十二点 are the night after it
        hour += 24 if hour < 5 else 12
    elif part in ("中午", "午间") and hour < 4:
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    if minute > 59:
        raise ValueError(f"no such minute: {minute}")
    base = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return base + timedelta(hours=hour, minutes=minute)


def _named_part(named: str) -> str:
    """Return the part of the day in 昨晚 or 今早."""
    return {"晚": "晚上", "夜": "夜里", "晨": "早晨", "早": "早上"}.get(named[-1:], "")


def _year(text: str, here: datetime) -> int:
    relative = {"今年": 0, "去年": 1, "前年": 2}
    if text in relative:
        return here.year - relative[text]
    return number(text) or here.year


def _next_month(first: datetime) -> datetime:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _date(day: datetime) -> str:
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def _close(last: datetime) -> int:
    return last.hour + 1
