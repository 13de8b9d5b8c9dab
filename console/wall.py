"""The live wall (实时大屏): how the hotline stands now, each share with both its numbers (5.1.3.2, 5.2.2.1.2, 5.2.3).

`gather` asks the store for facts; `wall` is a pure function of them and the instant.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from console.clocks import CLOCKS
from console.house import House
from console.matters import Expected, Matter, Matters, expected
from console.reminders import NEAR, RUNNING
from console.telephone import ANSWER_LIMIT, RATE_WINDOW, Rate, connect_rate
from data.figures import ClockCount
from data.inbox import ACCEPT_WITHIN
from data.surges import Surge

Pairs = list[tuple[datetime, datetime | None]]


class Facts(msgspec.Struct, frozen=True):
    """What the store says. Pairs are of an instant and what answered it: ring and answer, submission and acceptance."""

    calls: Pairs
    web: Pairs
    waiting: int  # web submissions that nobody has accepted, of any age
    waiting_late: int
    dispatched: tuple[int, int]  # in time, of how many
    states: dict[str, int]
    clocks: list[ClockCount]
    surge: Surge | None


class Wall(msgspec.Struct, frozen=True):
    """The wall at one instant. ``abandoned`` are calls that nobody answered; shares name their numbers."""

    at: datetime
    connected: Rate
    answered_in_time: Rate
    abandoned: int
    web_in_time: Rate
    web_waiting: int
    web_overdue: int
    dispatched_in_time: Rate
    states: dict[str, int]
    clocks: list[ClockCount]
    surge: Surge | None


def gather(house: House, now: datetime) -> Facts:
    """Ask the store for the facts of the wall; from any thread."""
    figures = house.figures
    waiting, late = figures.unaccepted(now - ACCEPT_WITHIN)
    return Facts(
        calls=figures.calls(now - RATE_WINDOW),
        web=figures.submitted(now - RATE_WINDOW),
        waiting=waiting,
        waiting_late=late,
        dispatched=figures.dispatched_in_time(now - RATE_WINDOW, now),
        states=figures.states(),
        clocks=figures.clocks(RUNNING, NEAR, now),
        surge=figures.surge(now),
    )


def wall(facts: Facts, now: datetime) -> Wall:
    """Work the wall out of the facts."""
    connected = connect_rate(facts.calls, now)
    in_time = sum(at is not None and at - rang <= ANSWER_LIMIT for rang, at in _lately(facts.calls, now))
    by_clock = {each.clock: each for each in facts.clocks}
    return Wall(
        at=now,
        connected=connected,
        answered_in_time=Rate(in_time, connected.numerator),
        abandoned=connected.denominator - connected.numerator,
        web_in_time=accepted_rate(facts.web, now),
        web_waiting=facts.waiting,
        web_overdue=facts.waiting_late,
        dispatched_in_time=Rate(*facts.dispatched),
        states=facts.states,
        clocks=[by_clock.get(clock, ClockCount(clock, 0, 0, 0)) for clock in CLOCKS],
        surge=facts.surge,
    )


def accepted_rate(web: Iterable[tuple[datetime, datetime | None]], now: datetime) -> Rate:
    """Return the share of web submissions of the last 24 hours accepted within 2 h, the second hour's end included.

    One that still has time is not counted yet.
    """
    numerator = denominator = 0
    for came, taken in _lately(web, now):
        if taken is not None and taken - came <= ACCEPT_WITHIN:
            numerator += 1
        elif taken is None and now - came <= ACCEPT_WITHIN:
            continue
        denominator += 1
    return Rate(numerator, denominator)


def foreseen(house: House, now: datetime) -> list[Expected]:
    """Return what came at this time in earlier years and weeks, to be ready for it (4.4); from any thread."""
    return expected(house.figures, now)


def wall_as_json(shown: Wall, matters: Matters, ahead: list[Expected]) -> dict[str, object]:
    """Write the wall for ``hotline supervise wall --json``: shares as their numbers, with the share itself."""
    return {
        "at": shown.at,
        "connect_rate": share_as_json(shown.connected) | {"alarm": shown.connected.alarm},
        "answered_within_15s": share_as_json(shown.answered_in_time) | {"abandoned": shown.abandoned},
        "web_accepted_within_2h": share_as_json(shown.web_in_time)
        | {"waiting": shown.web_waiting, "overdue": shown.web_overdue},
        "dispatched_in_time": share_as_json(shown.dispatched_in_time),
        "states": shown.states,
        "clocks": {
            each.clock: {"in_time": each.in_time, "near": each.near, "overdue": each.overdue} for each in shown.clocks
        },
        "surge": shown.surge,
        "concentrated": [matter_as_json(each, matters) for each in matters.concentrated],
        "expected": [
            {"title": each.matter.title, "where": each.matter.where, "count": each.matter.count,
             "times": each.times, "here": each.here}
            for each in ahead
        ],
    }  # fmt: skip


def matter_as_json(matter: Matter, matters: Matters) -> dict[str, object]:
    """Write a matter with its share of all that is open (5.2.3)."""
    return {
        "title": matter.title,
        "where": matter.where,
        "count": matter.count,
        "share": round(matters.share(matter), 4),
        "claimants": matter.claimants,
        "by_one": matter.by_one,
        "first_at": matter.first_at,
        "last_at": matter.last_at,
        "tickets": matter.numbers,
    }


def rate_words(rate: Rate) -> str:
    """Write a share with both its numbers."""
    value = rate.value
    return f"{'—' if value is None else f'{value:.1%}'}（{rate.numerator}/{rate.denominator}）"


def share_as_json(rate: Rate) -> dict[str, object]:
    """Write a share as its numbers, with the share itself."""
    value = rate.value
    return {
        "numerator": rate.numerator,
        "denominator": rate.denominator,
        "value": None if value is None else round(value, 4),
    }


def _lately(pairs: Iterable[tuple[datetime, datetime | None]], now: datetime) -> Pairs:
    return [(since, until) for since, until in pairs if now - RATE_WINDOW < since <= now]
