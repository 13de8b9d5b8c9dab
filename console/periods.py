"""Whether a text tells a time or a period as people write them: 2026-12-01, 下周三前, 三个工作日内, 已于昨日."""

import re
from datetime import date, datetime
from unicodedata import normalize

from console.suggest.times import find_times, number
from console.when import WhenError, read_instant

_LONGEST = 60  # characters; what is longer is a report
_N = r"[0-9〇零一二两三四五六七八九十]{1,4}"
_MANY = r"(?:[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十百半]+)"
# Days and hours that no calendar and no clock has; 15-20个工作日 is a span of days, no date.
_DATE = re.compile(
    rf"(?:(?P<year>[0-9]{{4}})\s*[-/.年]\s*)?(?<![0-9.])(?P<month>{_N})\s*"
    rf"(?:月\s*(?P<day>{_N})\s*[日号]?|[-/](?P<mday>[0-9]{{1,2}})(?![0-9\-/]|\s*[个天日号周小分]))"
)
_DOTTED = re.compile(r"(?P<year>[0-9]{4})\.(?P<month>[0-9]{1,2})\.(?P<day>[0-9]{1,2})")
_CLOCK = re.compile(r"(?<![0-9])(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})|[点时])(?![0-9])")
_LENGTH = r"(?:个?多?(?:工作日|自然日|星期|礼拜|月|季度|小时|钟头)|[天日周年]|号(?![楼院门线店房])|分钟|刻钟)"
_FEASTS = "元旦|春节|除夕|元宵|清明|五一|劳动节|端午|中秋|国庆|十一|节前|节后"
_SEASONS = "汛期|雨季|供暖季|采暖季|供暖期|采暖期|暑假|寒假|开学|入冬|开春|[春夏秋冬]季"
_AHEAD = re.compile(
    rf"{_MANY}(?:\s*[-~～—至到]\s*{_MANY})?\s*{_LENGTH}"
    r"|(?:今|明|后|大后|昨|前|大前|当|次|翌|即|本|同)[日天晨早晚夜]"
    r"|(?:本|这|上|下|下下|次)个?(?:周|星期|礼拜|月|季度|半年|年)|[上中下]旬|[月年周](?:初|中|底|末|内)"
    rf"|(?:今|明|后|去|来)年|第?[一二三四1-4]季度|上半年|下半年|{_FEASTS}|{_SEASONS}"
    r"|[0-2]?[0-9]:[0-5][0-9]|上午|下午|早上|晚上|中午|凌晨|傍晚"
)
_NOW = ("现在", "目前", "此刻", "这会儿", "眼下", "刚才", "刚刚", "方才", "适才")  # by themselves they tell nothing
_UNKNOWN = re.compile("不知道|不清楚|不详|不好说|说不好|说不准|没法说")


def why_no_time(text: str, now: datetime) -> str:
    """Say why a text tells no time and no period, in a few words; nothing where it does."""
    plain = normalize("NFKC", text).strip()
    if not plain or len(plain) > _LONGEST or _UNKNOWN.search(plain):
        return "不是时间"
    dates = [*_DATE.finditer(plain), *_DOTTED.finditer(plain)]
    for found in dates:
        if not _on_a_calendar(found.groupdict(), now):
            return f"里没有“{found[0].strip()}”这一天"
    for hour in _CLOCK.finditer(plain):
        if int(hour["hour"]) > 24 or int(hour["minute"] or 0) > 59:
            return f"里没有“{hour[0]}”这个时刻"
    return "" if dates or _told(plain, now) else "不是时间"


def _told(plain: str, now: datetime) -> bool:
    try:
        read_instant(plain)
    except WhenError:
        return any(found.text not in _NOW for found in find_times(plain, now)) or bool(_AHEAD.search(plain))
    return True


def _on_a_calendar(parts: dict[str, str | None], now: datetime) -> bool:
    month, day = number(parts["month"] or ""), number(parts["day"] or parts.get("mday") or "")
    if month is None or day is None:
        return False
    # Without a year 2月29日 may be that of the next leap year.
    year = int(parts["year"]) if parts["year"] else next(each for each in range(now.year, now.year + 9) if _leap(each))
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
