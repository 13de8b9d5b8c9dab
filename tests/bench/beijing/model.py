"""What a day of Beijing's hotline looks like: each figure with its source, or marked as assumed; seeded."""

import random
from collections.abc import Sequence
from typing import NamedTuple

# Beijing Business Today, 2024-10-11, on a visit to the hotline's centre: 750 seats (席), more than 1,700 agents.
SEATS, AGENTS = 750, 1_700
# The hotline's report for 2024 (beijing.gov.cn, 2025-04-29): 24.195 million requests in 366 days, 66,107 a day, of which
# 86.7 % by telephone and 13.3 % from the web. Issue 5 rounds the day up to 70,000.
REQUESTS_A_DAY = 70_000
FROM_WEB = 0.133
# The report for 2019 (beijing.shvoice.com, 2020-01-19): of 6.96 million requests 2.52 million were handed on to be
# handled; the others were answered at once. Calls crowd between 9 and 11 and between 14 and 16.
ANSWERED_AT_ONCE = 1 - 2.52 / 6.96
# Assumed: how strongly they crowd. The four hours that the report names have 9.5 % of the day each, an evening and a
# noon hour about half of that, a night hour almost nothing. The figures are per mille of the day, hour by hour.
CURVE = (6, 4, 3, 3, 3, 6, 14, 32, 66, 95, 95, 68, 46, 60, 95, 95, 70, 62, 50, 42, 34, 26, 16, 9)
# Assumed for those that are handed on, after a city's weekly reports of 2024 (week 26: asking 47.6 %, help 29.4 %,
# suggestions 15.6 %, complaints 5.0 %), where most that only ask are answered at once.
TYPES = {"投诉": 30, "求助": 45, "举报": 8, "建议": 12, "咨询": 5}
# Assumed: nobody publishes how many are urgent; one in a hundred is sudden, two touch basic needs.
URGENT = {"突发事件": 0.01, "基本民生保障": 0.02}
STORM = 10  # as issue 5 asks: a storm brings ten times as many


class Request(NamedTuple):
    """One request of the day: when it is saved, in seconds of the day, and what becomes of it."""

    at: float
    answered: bool
    web: bool
    type: str
    kind: str  # urgent kind, or nothing


def per_second(hour: int, times: float = 1) -> float:
    """Requests a second in an hour of an ordinary day, or of one with so many ``times`` the requests."""
    return REQUESTS_A_DAY * times * CURVE[hour] / sum(CURVE) / 3600


def requests(seed: int, begin: float, end: float, times: float = 1) -> list[Request]:
    """The requests from ``begin`` to ``end``, seconds of the day, in the order in which they come (Poisson)."""
    chance = random.Random(seed)
    made: list[Request] = []
    for hour in range(int(begin // 3600), int(-(-end // 3600))):
        first, last = max(begin, hour * 3600), min(end, (hour + 1) * 3600)
        made += _constant(chance, first, last, per_second(hour % 24, times))
    return made


def staircase(seed: int, steps: Sequence[float], length: float) -> list[Request]:
    """Requests from second 0 on, at each rate of ``steps`` (a second) for ``length`` seconds."""
    chance = random.Random(seed)
    return [
        request for at, rate in enumerate(steps) for request in _constant(chance, at * length, (at + 1) * length, rate)
    ]


def _constant(chance: random.Random, begin: float, end: float, rate: float) -> list[Request]:
    made: list[Request] = []
    at = begin + chance.expovariate(rate)
    while at < end:
        made.append(_request(chance, at))
        at += chance.expovariate(rate)
    return made


def _request(chance: random.Random, at: float) -> Request:
    if chance.random() < ANSWERED_AT_ONCE:
        return Request(at, answered=True, web=False, type="咨询", kind="")
    (kind,) = chance.choices([*URGENT, ""], [*URGENT.values(), 1 - sum(URGENT.values())])
    (type_,) = chance.choices(list(TYPES), list(TYPES.values()))
    return Request(at, answered=False, web=chance.random() < FROM_WEB, type=type_, kind=kind)
