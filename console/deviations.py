"""Callback agents whose answers deviate from their peers' beyond chance (5.4.4), for quality (质检).

Each agent is compared with all the others by Fisher's exact test, two-sided, for each of four shares. All these tests of
one look are taken together by Holm's method, which holds the chance of even one false alarm at `LEVEL` however the tests
depend on one another. Benjamini and Hochberg's would find more, but promises that only where the tests do not work against
each other; here they do, since whoever raises one agent's share lowers what the others are compared with, and a false
alarm about a person weighs more than one that is found a month later.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from console.rates import SATISFIED, SOLUTION, Measure, Share
from console.wall import share_as_json
from data.callbacks import INTERVIEWED, NO_ANSWER, REFUSED, REQUIRED
from data.evaluations import Heard
from data.people import SYSTEM_AGENT

LEVEL = 0.05
LEAST = 30
"""Calls that an agent, and all the others together, must have before they are compared."""

Call = Sequence[Heard]  # all that one call brought, about one request or several
_TIE = 1 + 1e-7  # tables as likely as the one that was seen, but for rounding, count as such


class Compared(NamedTuple):
    """One share that agents are compared by. ``outcome`` says whether a call counts for it, against it, or not at all."""

    id: str
    name: str
    what: str
    outcome: Callable[[Call], bool | None]


class Deviation(msgspec.Struct, frozen=True):
    """One agent and one share, beside the others'. ``p`` is None where there are too few calls to compare.

    ``adjusted`` is ``p`` after Holm's method, by which it is judged.
    """

    agent_no: str
    share: str
    own: Share
    others: Share
    p: float | None = None
    adjusted: float | None = None

    @property
    def beyond_chance(self) -> bool:
        """Whether it is to be looked into."""
        return self.adjusted is not None and self.adjusted <= LEVEL

    @property
    def difference(self) -> float | None:
        """How much higher the agent's share is: the effect, from -1 to 1."""
        own, others = self.own.value, self.others.value
        return None if own is None or others is None else own - others

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the difference, of Newcombe's hybrid of two Wilson intervals."""
        if self.own.value is None or self.others.value is None:
            return None
        (low, high), (low2, high2) = self.own.interval or (0, 1), self.others.interval or (0, 1)
        own, others = self.own.value, self.others.value
        below, above = math.hypot(own - low, high2 - others), math.hypot(high - own, others - low2)
        return max(-1.0, own - others - below), min(1.0, own - others + above)


class Comparison(msgspec.Struct, frozen=True):
    """All agents of a span of time: those beyond chance first, then by how unlikely chance is, then those with few calls."""

    tested: int
    deviations: list[Deviation]

    @property
    def beyond_chance(self) -> list[Deviation]:
        """What is to be looked into."""
        return [each for each in self.deviations if each.beyond_chance]


def compare(heard: Iterable[Heard], least: int = LEAST) -> Comparison:
    """Compare each agent with all the others, by what they noted when their calls ended."""
    calls: dict[tuple[str, str], list[Heard]] = defaultdict(list)
    for each in heard:
        if each.by != SYSTEM_AGENT and each.family in (INTERVIEWED, REFUSED):
            calls[each.by, each.call_id or each.about.ticket_id].append(each)
    found: list[Deviation] = []
    for share in SHARES:
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for (agent_no, _), call in calls.items():
            outcome = share.outcome(sorted(call, key=lambda each: each.about.ticket_id))
            if outcome is not None:
                counts[agent_no][0] += outcome
                counts[agent_no][1] += 1
        hits, trials = (sum(count[at] for count in counts.values()) for at in (0, 1))
        for agent_no, (own, of) in counts.items():
            others = Share(hits - own, trials - of)
            p = fisher(own, of, hits - own, trials - of) if min(of, trials - of) >= max(1, least) else None
            found.append(Deviation(agent_no, share.id, Share(own, of), others, p))
    tested = [each for each in found if each.p is not None]
    adjusted = iter(holm([each.p for each in tested if each.p is not None]))
    judged = [msgspec.structs.replace(each, adjusted=next(adjusted)) if each.p is not None else each for each in found]
    return Comparison(len(tested), sorted(judged, key=_place))


def _place(each: Deviation) -> tuple[float, float, str, str]:
    return (
        math.inf if each.adjusted is None else each.adjusted,
        math.inf if each.p is None else each.p,
        each.agent_no,
        each.share,
    )


def fisher(hits: int, trials: int, other_hits: int, other_trials: int) -> float:
    """Return the two-sided p of Fisher's exact test: how likely a table is that is no likelier than the one seen.

    The margins being fixed, the first number of hits is hypergeometric. Weights are taken relative to the likeliest
    table, by the ratio of neighbours: no factorial, so that no count is too large.

    Raises:
        ValueError: more hits than trials.
    """
    if not (0 <= hits <= trials and 0 <= other_hits <= other_trials):
        raise ValueError(f"{hits} of {trials} and {other_hits} of {other_trials} are no table")
    whole, all_hits = trials + other_trials, hits + other_hits
    low, high = max(0, all_hits - other_trials), min(trials, all_hits)
    mode = min(high, max(low, (trials + 1) * (all_hits + 1) // (whole + 2)))

    def ratio(at: int) -> float:
        """How likely ``at + 1`` hits are beside ``at``."""
        return (all_hits - at) * (trials - at) / ((at + 1) * (other_trials - all_hits + at + 1))

    weights = {mode: 1.0}
    for at in range(mode, high):
        weights[at + 1] = weights[at] * ratio(at)
    for at in range(mode, low, -1):
        weights[at - 1] = weights[at] / ratio(at - 1)
    seen = weights[hits] * _TIE
    return min(1.0, math.fsum(each for each in weights.values() if each <= seen) / math.fsum(weights.values()))


def holm(ps: Sequence[float]) -> list[float]:
    """Return p-values adjusted by Holm's step-down method, in the order in which they were given."""
    adjusted, so_far = [0.0] * len(ps), 0.0
    for place, at in enumerate(sorted(range(len(ps)), key=lambda at: ps[at])):
        so_far = max(so_far, min(1.0, (len(ps) - place) * ps[at]))
        adjusted[at] = so_far
    return adjusted


def _first_answer(measure: Measure) -> Callable[[Call], bool | None]:
    def outcome(call: Call) -> bool | None:
        given = (each.noted.get(measure.question, "") for each in call if each.family == INTERVIEWED)
        value = next((value for value in given if value in (*measure.good, *measure.bad)), None)
        return None if value is None else value in measure.good

    return outcome


def _refused(call: Call) -> bool:
    return all(each.family == REFUSED for each in call)


def _not_answered(call: Call) -> bool | None:
    if _refused(call):
        return None
    return any(each.noted.get(question) == NO_ANSWER for each in call for question in REQUIRED)


SHARES = (
    Compared("satisfaction", "满意", "答五档的通话里，基本满意以上的", _first_answer(SATISFIED)),
    Compared("solution", "解决", "答解决情况的通话里，已解决的", _first_answer(SOLUTION)),
    Compared("refusal", "拒访", "访问成功和拒访的通话里，拒访的", _refused),
    Compared("no_answer", "拒答", "访问成功的通话里，有一问拒答的", _not_answered),
)
NAMES = {share.id: share for share in SHARES}

NOTES = (
    f"每人与其余的人比：Fisher 精确检验，双侧；本人和其余都满 {LEAST} 次通话才比。",
    f"几个人、几项一起比，用 Holm 法校正：整页误报一处的可能不超过 {LEVEL:.0%}，各项怎样相关都成立。"
    "一人的高低会牵动其余人的基数，各项并不独立，所以不用 BH 法。",
    "一次通话只算一次：同一通话几件工单的答案出自同一个人，取问到的第一件。按通话结束时所记，其后的更正不改这里的数。",
    "偏离不等于违规：先看所拨的单位、诉求是否与别人不同，再听录音、看用语清单（5.4.4）。",
)


def comparison_as_json(found: Comparison) -> dict[str, object]:
    """Write a comparison for ``hotline callback agents --json``."""
    return {
        "test": "Fisher exact, two-sided, one agent against all others",
        "correction": "Holm",
        "level": LEVEL,
        "tested": found.tested,
        "notes": list(NOTES),
        "agents": [_as_json(each) for each in found.deviations],
    }


def _as_json(each: Deviation) -> dict[str, object]:
    interval = each.interval
    return {
        "agent": each.agent_no,
        "share": each.share,
        "own": share_as_json(each.own),
        "others": share_as_json(each.others),
        "difference": None if each.difference is None else round(each.difference, 4),
        "low": round(interval[0], 4) if interval else None,
        "high": round(interval[1], 4) if interval else None,
        "p": each.p,
        "adjusted": each.adjusted,
        "beyond_chance": each.beyond_chance,
    }


def points(difference: float | None) -> str:
    """Write a difference of shares in points of a hundred (百分点)."""
    return "—" if difference is None else f"{100 * difference:+.1f}"


def p_words(p: float | None) -> str:
    """Write a p to where it still says something."""
    if p is None:
        return "—"
    return "<0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.1 else f"{p:.2f}"
