"""Response, solution and satisfaction rates (响应率、解决率、满意率, 7.1.3.3): what each counts, in one place, and the tables of them.

Pure functions of facts (`data.evaluations`). The standard names the rates and leaves their formulas open; what is fixed
here stands on the screen, and in the command's JSON, as it stands here.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import NamedTuple

import msgspec

from console.telephone import Rate
from console.wall import share_as_json
from data.callbacks import (
    ASPECT_WORDS,
    ASPECTS,
    CONTACTED,
    FAMILIES,
    GRADES,
    INTERVIEWED,
    NO,
    NO_ANSWER,
    PARTLY,
    SATISFACTION,
    SETTLED,
    SOLVED,
    TOLD,
    UNSOLVED,
    UNSURE,
    YES,
)
from data.evaluations import About, Evaluations, Heard, Page, Replied

CONFIDENCE = 0.95
RANKED_FROM = 30
"""Answers from which a unit is ranked: below it the interval is wider than the differences it would be ranked by."""

UNWRITTEN = "（未写明）"


class Measure(NamedTuple):
    """One rate: the question it is taken from, which answers count for it and which against it, and the rule in words."""

    id: str
    name: str
    question: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    clause: str
    formula: str


RESPONSE = Measure(
    "response", "响应率", CONTACTED, (YES,), (NO,), "7.1.3.3、B.4.2",
    "诉求人答承办单位联系或尝试联系过的÷（答“是”的＋答“否”的）",
)  # fmt: skip
INFORMED = Measure(
    "informed", "告知率", TOLD, (YES,), (NO,), "7.1.3.3、5.4.3a",
    "诉求人答承办单位告知过办理情况的÷（答“是”的＋答“否”的）",
)  # fmt: skip
SOLUTION = Measure(
    "solution", "解决率", SETTLED, (SOLVED,), (PARTLY, UNSOLVED), "7.1.3.3、B.4.3",
    "已解决÷（已解决＋部分解决＋未解决）：部分解决不算解决",
)  # fmt: skip
SATISFIED = Measure(
    "satisfaction", "满意率", SATISFACTION, GRADES[:3], GRADES[3:], "7.1.3.3、B.4.4、5.3.2",
    "（非常满意＋满意＋基本满意）÷五档之和：基本满意算满意",
)  # fmt: skip
MEASURES = (RESPONSE, INFORMED, SOLUTION, SATISFIED)
RANKABLE = (RESPONSE, SOLUTION, SATISFIED)

CALLBACKS, PAGES, TOGETHER, RECORDS = "callbacks", "pages", "together", "records"
SOURCES = {CALLBACKS: "回访", PAGES: "评价页", TOGETHER: "合计", RECORDS: "办理记录"}
"""Where a share comes from (7.1.3.2a, b). The record of signing, verifying and feedback is no claimant's word, and is
never added to theirs."""

RECORDED = "按时签收、联系诉求人核实、按时反馈三项都做到的÷期间的反馈（7.1.3.3）；还没有反馈的见督办台“超期”"

NOTES = (
    "拒访、未接触、其他未访、不合格的不计入，既不算满意也不算不满意；拒答、记不清、部分访问没有问到的，不计入那一项（5.4.2、5.4.4）。",
    "一次反馈有几次回访的只计最后一次；发回重办后再次反馈的另计一次。答案更正过的按更正后的计，原来的仍保留（5.4.4）。",
    "计入作出这次反馈的承办单位：改派以前的反馈仍归原单位（4.2）。区、街乡、问题分类按工单现在的记录。",
    "评价页只问满意（5.3.4），响应、告知、解决只来自回访。通话中按键的评价评的是接听服务（5.3.3），不计入承办单位。",
    "期间按回访结束、提交评价、反馈的时间计；未评价的按推送评价页的时间计。",
    "区间是 95% 置信区间（Wilson 法）。合计不按抽样比例加权：分层时某层多抽的，它在合计里的分量也大。",
)

Named = Callable[[About], str]
BY: Mapping[str, tuple[str, Named]] = {
    "unit": ("承办单位", lambda about: about.unit),
    "street": ("街乡", lambda about: f"{about.district}{about.street}" if about.street else ""),
    "district": ("区", lambda about: about.district),
    "topic": ("问题分类", lambda about: about.topic),
}
"""What the rates may be told apart by, with its name on screen."""


class Share(Rate, frozen=True):
    """A rate with its interval."""

    @property
    def interval(self) -> tuple[float, float] | None:
        """See `wilson`; None while nothing counts."""
        return wilson(self.numerator, self.denominator) if self.denominator else None


class Counted(msgspec.Struct, frozen=True):
    """One measure: its share from each source, and the answers that count in none, by what they were."""

    shares: dict[str, Share]
    no_answer: int = 0
    unsure: int = 0
    not_asked: int = 0

    @property
    def share(self) -> Share:
        """The share that is ranked."""
        return self.shares[TOGETHER]


class Line(msgspec.Struct, frozen=True):
    """One unit (street, district, topic), or the whole: how its callbacks ended, its rating pages, its rates."""

    name: str
    ended: dict[str, int]  # callbacks, by the family of how they ended
    partial: int  # of the interviews, those that were broken off
    rated: int
    unrated: int
    measures: dict[str, Counted]
    aspects: dict[str, int]  # what the dissatisfied were dissatisfied with (工作效率、工作态度、工作效果)
    ranks: dict[str, int] = {}  # by measure; nothing where too few answered

    @property
    def callbacks(self) -> int:
        """Callbacks that ended, in whatever way."""
        return sum(self.ended.values())


class Table(msgspec.Struct, frozen=True):
    """The rates of one span of time, told apart by one thing."""

    by: str
    ranked_from: int
    whole: Line
    lines: list[Line]

    def ordered(self, measure: str, text: str = "") -> list[Line]:
        """Return the lines by their rank in a measure; those without one after them, the most answers first.

        ``text`` narrows them to names that hold each of its words. Equal shares stand in the order of their names, so
        that the order does not depend on that of the facts.
        """

        def place(line: Line) -> tuple[float, int, str]:
            answers = line.measures[measure].share.denominator
            return line.ranks.get(measure, math.inf), 0 if measure in line.ranks else -answers, line.name

        found = [each for each in self.lines if all(word in each.name for word in text.split())]
        return sorted(found, key=place)


def wilson(hits: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's score interval of a share: it stays within 0 and 1 and holds for few answers and for shares near them.

    Raises:
        ValueError: there are no trials, or more hits than trials.
    """
    if not 0 <= hits <= trials or not trials:
        raise ValueError(f"{hits} of {trials} is no share")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = hits / trials, z * z / trials
    middle = share + weight / 2
    half = z * math.sqrt(share * (1 - share) / trials + weight / trials / 4)
    low, high = (middle - half) / (1 + weight), (middle + half) / (1 + weight)
    # Rounding must not lead past what was counted: none of 20 begins at 0.
    return (0.0 if not hits else max(0.0, low), 1.0 if hits == trials else min(1.0, high))


def tabulate(facts: Evaluations, by: str, ranked_from: int = RANKED_FROM) -> Table:
    """Return the rates of all that was heard, told apart by one of `BY`, ranked where enough answered."""
    named = BY[by][1]
    groups: dict[str, Evaluations] = {}
    for kind in ("heard", "pages", "replied"):
        for each in getattr(facts, kind):
            group = groups.setdefault(named(each.about) or UNWRITTEN, Evaluations([], [], []))
            getattr(group, kind).append(each)
    lines = [_line(name, group) for name, group in sorted(groups.items())]
    ranks: dict[str, dict[str, int]] = {name: {} for name in groups}
    for measure in RANKABLE:
        for name, rank in _ranked({line.name: line.measures[measure.id].share for line in lines}, ranked_from).items():
            ranks[name][measure.id] = rank
    ranked = [msgspec.structs.replace(line, ranks=ranks[line.name]) for line in lines]
    return Table(by, ranked_from, _line("全部", facts), ranked)


def _ranked(shares: Mapping[str, Share], ranked_from: int) -> dict[str, int]:
    """Rank what has a name and enough answers: the highest share first, equal ones alike, compared in whole numbers."""
    enough = {
        name: share for name, share in shares.items() if name != UNWRITTEN and share.denominator >= max(1, ranked_from)
    }
    return {
        name: 1 + sum(
            other.numerator * own.denominator > own.numerator * other.denominator for other in enough.values()
        )
        for name, own in enough.items()
    }  # fmt: skip


def _line(name: str, facts: Evaluations) -> Line:
    ended = Counter(each.family for each in facts.heard)
    interviews = [each for each in facts.heard if each.family == INTERVIEWED]
    rated = [page for page in facts.pages if page.grade]
    ticked = [each.answers[ASPECTS] for each in interviews if each.answers.get(ASPECTS)]
    aspects = Counter(aspect for words in ticked for aspect in words.split("、"))
    return Line(
        name=name,
        ended={family: ended[family] for family in FAMILIES},
        partial=sum(not each.whole for each in interviews),
        rated=len(rated),
        unrated=len(facts.pages) - len(rated),
        measures={measure.id: _counted(measure, interviews, rated, facts.replied) for measure in MEASURES},
        aspects={aspect: aspects[aspect] for aspect in ASPECT_WORDS},
    )


def _counted(
    measure: Measure, interviews: Iterable[Heard], rated: Iterable[Page], replied: Sequence[Replied]
) -> Counted:
    given = Counter(each.answers.get(measure.question, "") for each in interviews)
    heard = _share(measure, given)
    shares = {CALLBACKS: heard, TOGETHER: heard}
    if measure is SATISFIED:
        pages = _share(measure, Counter(page.grade for page in rated))
        both = Share(heard.numerator + pages.numerator, heard.denominator + pages.denominator)
        shares |= {PAGES: pages, TOGETHER: both}
    if measure is RESPONSE:
        done = sum(each.signed and each.verified and each.in_time for each in replied)
        shares[RECORDS] = Share(done, len(replied))
    return Counted(shares, given[NO_ANSWER], given[UNSURE], given[""])


def _share(measure: Measure, given: Mapping[str, int]) -> Share:
    good = sum(given.get(value, 0) for value in measure.good)
    return Share(good, good + sum(given.get(value, 0) for value in measure.bad))


# -- in words, and as JSON ----------------------------------------------------------------------------------------


def excluded_words(line: Line) -> str:
    """Say which callbacks and pages count in no rate."""
    ways = "、".join(f"{family} {line.ended[family]}" for family in FAMILIES if family != INTERVIEWED)
    return f"回访 {line.callbacks}：{INTERVIEWED} {line.ended[INTERVIEWED]}（部分访问 {line.partial}）；不计入：{ways}；评价页未评 {line.unrated}"


def left_out_words(measure: Measure, counted: Counted) -> str:
    """Say which answers of the interviews count in none of a measure's shares."""
    unsure = f"、{UNSURE} {counted.unsure}" if measure in (RESPONSE, INFORMED) else ""
    return f"{NO_ANSWER} {counted.no_answer}{unsure}、没有问到 {counted.not_asked}"


def interval_words(share: Share) -> str:
    """Write an interval in per cent."""
    found = share.interval
    return f"{found[0]:.1%}–{found[1]:.1%}" if found else "—"


def table_as_json(table: Table, measure: str) -> dict[str, object]:
    """Write the rates with all that they were made of (``hotline callback rates --json``)."""
    return {
        "by": table.by,
        "ranked_from": table.ranked_from,
        "confidence": CONFIDENCE,
        "definitions": [
            {"measure": each.id, "name": each.name, "clause": each.clause, "formula": each.formula} for each in MEASURES
        ],
        "records": RECORDED,
        "notes": list(NOTES),
        "total": _line_as_json(table.whole),
        "rows": [_line_as_json(line) for line in table.ordered(measure)],
    }


_FAMILY_KEYS = dict(zip(FAMILIES, ("interviewed", "refused", "unreached", "other", "ineligible"), strict=True))
_ASPECT_KEYS = dict(zip(ASPECT_WORDS, ("efficiency", "attitude", "quality", "other"), strict=True))


def _line_as_json(line: Line) -> dict[str, object]:
    return {
        "name": line.name,
        "callbacks": {"ended": line.callbacks, "partial": line.partial}
        | {_FAMILY_KEYS[family]: count for family, count in line.ended.items()},
        "pages": {"rated": line.rated, "unrated": line.unrated},
        "measures": {
            name: {source: share_as_json(share) | _interval_as_json(share) for source, share in counted.shares.items()}
            | {"excluded": {"no_answer": counted.no_answer, "unsure": counted.unsure, "not_asked": counted.not_asked}}
            for name, counted in line.measures.items()
        },
        "ranks": {each.id: line.ranks.get(each.id) for each in RANKABLE},
        "dissatisfied_with": {_ASPECT_KEYS[aspect]: count for aspect, count in line.aspects.items()},
    }


def _interval_as_json(share: Share) -> dict[str, object]:
    found = share.interval
    return {"low": round(found[0], 4) if found else None, "high": round(found[1], 4) if found else None}
