"""The first sentence (首问语) of a call, by the day on which it is answered in China Standard Time: B.1.2.1–B.1.2.3."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from scripts.phrases import DatedFestival, PhrasePack
from scripts.reading import ScriptError

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class DayKind:
    """What the calendar knows of a day: its holiday (节假日) by name, whether it is a make-up workday (调休上班),
    and whether the State Council's arrangement for its year has been published."""

    holiday: str | None
    make_up: bool
    published: bool


@dataclass(frozen=True)
class Greeting:
    """The sentence to say, the clause it comes from, and why it is this one (shown to the agent)."""

    text: str
    clause: str
    because: str
    phrase_id: str


def greeting(pack: PhrasePack, at: datetime, day: DayKind) -> Greeting:
    """The greeting at the moment of answering.

    `at` is an aware datetime in any zone; `day` describes its date in China. Raises `ScriptError` for a naive
    datetime, because then nobody can say which day it is.
    """
    if at.tzinfo is None:
        raise ScriptError("接听时间没有时区，无法判断是哪一天，请给出带时区的时间")
    local = at.astimezone(_CHINA)
    date = f"{local.month}月{local.day}日"
    phrase_id, because = _choose(pack, f"{local:%m-%d}", date, day)
    if not day.published:
        because = f"{local.year}年放假安排未公布，按法定节日推算：{because}"
    phrase = pack.phrase(phrase_id)
    return Greeting(phrase.text, phrase.clause, because, phrase_id)


def _choose(pack: PhrasePack, month_day: str, date: str, day: DayKind) -> tuple[str, str]:
    rules = pack.greetings
    if day.make_up:
        return rules.daily, f"{date}是调休上班日，用日常首问语"
    holiday = day.holiday or ""
    if not holiday and not day.published:
        holiday = _festival(rules.fixed, month_day)
    if holiday:
        for group in rules.holidays:
            if any(name in holiday for name in group.names):
                if group.phrase == rules.daily:
                    return group.phrase, f"{date}在{holiday}期间，按规定仍用日常首问语"
                return group.phrase, f"{date}在{holiday}期间"
        return rules.other_holiday, f"{date}在{holiday}期间，按其他节日问候"
    if festival := _festival(rules.optional, month_day):
        return rules.other_holiday, f"{date}是{festival}，本市设为节日问候"
    return rules.daily, f"{date}不是法定节假日"


def _festival(festivals: tuple[DatedFestival, ...], month_day: str) -> str:
    """The enabled festival on this date (MM-DD), or nothing."""
    return next((each.name for each in festivals if each.enabled and month_day in each.days), "")
