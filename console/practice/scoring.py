"""The score of a practice call against what was right (7.1.2.2): phrases, record, dispatch, answering. Pure.

Each point that went wrong is a `Deviation` with its grade and clause; each item has 100 points less what its deviations
cost. A danger to life that was missed is always critical, and a critical one leaves no item and no call a pass.
"""

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from console.judgement import element_value
from console.practice.case import Case
from console.practice.phrasing import phrase_deviations
from console.practice.talk import Heard
from console.suggest.times import written_out
from console.telephone import ANSWER_LIMIT
from data.record import Record
from kb.segment import fold
from scripts.kinds import DANGER
from scripts.pack import Packs
from scripts.scenarios import APART, DANGER_MISSED, GRADE_NAMES, Fact, Grade, Pool, demanded
from scripts.wording import check

ITEMS = {"phrases": "服务用语", "record": "工单记录", "dispatch": "派单", "answer": "接听"}
"""The four items of 7.1.2.2: a, b, c and d."""
OUTCOMES = {"dispatch": "登记派单", "reply": "直接答复", "classify": "分类处理", "": "没有登记"}
PASS_CAP = 40.0  # of a call with a critical deviation
TOLD_APART = ("wish", "new_facts")  # facts besides appendix C that a record must hold where the scenario gives them
_DANGER_ELEMENTS = ("C.4", "C.5")
_UNTOLD = re.compile("不清楚|不知|不详|不愿|匿名|未提供|没有提供|女士$|先生$")
_FIGURE = re.compile("[一二三四五六七八九十百千万两零\\d]{2,}|[上下]个?(?:星期|周|月)")
_SAME = (
    (re.compile("(?:尚|暂|并|还|仍)?(?:没有|未曾|不曾|没|未|无)"), "没"),
    (re.compile("(?<=没)人员"), "人"),
    (re.compile("(?<=[一二两三四五六七八九十几\\d])[回趟遍]"), "次"),
    (re.compile("(?<=[打找说问去])[了过]"), ""),
)
_BARE_NO = ("没有", "没人", "没", "无", "未", "否", "是")


class Played(msgspec.Struct, frozen=True):
    """What a trainee did with one call; every time is aware. ``outcome`` is empty while nothing was registered,
    ``lookups`` says whether the knowledge base was turned to, ``limit`` when the first clock of the right class ran out
    (5.2.2.1.2)."""

    case: Case
    ring_at: datetime
    record: Record
    heard: tuple[Heard, ...] = ()
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    waits: tuple[tuple[datetime, datetime], ...] = ()
    greeting: str = ""
    outcome: str = ""
    unit: str = ""
    route: str = ""
    choice: str = ""
    article: str = ""
    escalated_at: datetime | None = None
    registered_at: datetime | None = None
    limit: datetime | None = None

    @property
    def told(self) -> frozenset[str]:
        """The facts that the caller told, rightly or wrongly."""
        return frozenset(of for each in self.heard for of in (*each.told, *each.wrongly))


class Deviation(msgspec.Struct, frozen=True):
    """One point that is not as it should be: which rule, of which item, how grave, what exactly, and the clause."""

    rule: str
    item: str
    grade: Grade
    text: str
    clause: str
    of: str = ""

    @property
    def called(self) -> str:
        """The grade in Chinese."""
        return GRADE_NAMES[self.grade]


class Score(msgspec.Struct, frozen=True):
    """The four items of 7.1.2.2, each of 100, the whole, and why."""

    items: dict[str, float]
    total: float
    deviations: tuple[Deviation, ...]

    @property
    def full(self) -> bool:
        """Whether nothing was wrong."""
        return not self.deviations


def score(packs: Packs, pool: Pool, played: Played) -> Score:
    """Score a call; pure.

    Args:
        packs: the elements, phrases and wording in force.
        pool: what each deviation is and costs.
        played: what the trainee did, with the case that says what was right.
    """
    found = list(_answer(played))
    if played.answered_at is None:  # nothing can be asked of a call that nobody took but that it be taken
        found += _outcome(packs, played) if not played.outcome else ()
    else:
        found = [*phrase_deviations(packs, played), *_record(packs, played), *_class(packs, played), *found]
    graded = tuple(_graded(each, pool, played) for each in found)
    items = dict.fromkeys(ITEMS, 100.0)
    for each in graded:
        items[each.item] = max(0.0, items[each.item] - pool.points[each.grade])
    total = sum(pool.weights[item] * points for item, points in items.items())
    if any(each.grade == "critical" for each in graded):
        total = min(total, PASS_CAP)
    return Score(items, round(total, 1), graded)


def wanted_facts(packs: Packs, case: Case) -> list[Fact]:
    """The facts that a right record holds: what its class demands, and what the scenario itself gives of the rest."""
    elements = [each.id for each in packs.elements.elements]
    wanted = {*demanded(packs, case.truth), *(of for of in case.own if of in elements or of in TOLD_APART)}
    return [case.facts[of] for of in (*elements, *TOLD_APART) if of in wanted and of in case.facts]


def held(record: Record, of: str) -> str:
    """What the record holds for a fact, in its field."""
    if of == "new_facts":
        return record.new_facts
    if of == "wish":
        return record.wish
    return "" if of in APART else element_value(record, of)


Found = tuple[str, str, str, str, str]  # rule, item, text, clause, of


def _graded(found: Found, pool: Pool, played: Played) -> Deviation:
    rule, item, text, clause, of = found
    own = played.case.truth.grades.get(rule)
    grade = pool.grades[rule] if own is None or rule == DANGER_MISSED else own
    return Deviation(rule, item, grade, text, clause, of)


def _record(packs: Packs, played: Played) -> Iterator[Found]:
    """7.1.2.2b: elements that are right, wrong, missing or invented; quotes; what must not be recorded."""
    record, case = played.record, played.case
    written = fold("\n".join((record.title, record.own_text)))
    for fact in wanted_facts(packs, case):
        yield from _element(packs, played, fact, written)
    known = {fact.of for fact in wanted_facts(packs, case)}
    for element in packs.elements.elements:
        value = element_value(record, element.id)
        strange = element.id in case.facts and element.id not in played.told | known
        if value and strange and not accepts(case.facts[element.id], value, record.raised_at or played.ring_at):
            yield "invented", "record", f"{element.label}“{value[:20]}”来电人没有说过", element.clause, element.id
    all_of_it = fold("\n".join((written, *(held(record, of) for of in case.facts), record.claimant.address)))
    for each in case.background:
        if words := [word for word in each.never if fold(word) in all_of_it]:
            yield "background", "record", f"与诉求无关的内容不应记录：{'、'.join(words)}", "5.1.4.1e", ""
    for quote in case.truth.quotes:
        if not any(_bare(quote) in _bare(part.partition("”")[0]) for part in _quotable(record).split("“")[1:]):
            yield "unquoted", "record", f"威胁原话没有用全角引号逐字记录：“{quote}”", "C.4", "own_words"
    if case.truth.confidential and not record.claimant.confidential:
        yield "disclosed", "record", "来电人要求保密，没有记为保密", "5.1.4.1d", "confidential"
    for finding in check(packs.wording, f"{record.title}\n{record.own_text}"):
        yield "wording_record", "record", f"记录用词：{finding.text}", finding.clause, ""


def _element(packs: Packs, played: Played, fact: Fact, written: str) -> Iterator[Found]:
    record, case = played.record, played.case
    element = next((each for each in packs.elements.elements if each.id == fact.of), None)
    label, clause = (
        (element.label, element.clause)
        if element
        else {"wish": ("要求", "5.1.4.1e")}.get(fact.of, ("新情况、新理由", "5.1.2.2d"))
    )
    value, answer = held(record, fact.of), record.elements.get(fact.of)
    marked = answer.asked if answer else ""
    asked = any(each.act == fact.of for each in played.heard)
    if fact.refuses:
        if value and not marked and fact.refuses not in value and not _UNTOLD.search(value):
            yield "invented", "record", f"{label}“{value[:20]}”来电人没有说过", clause, fact.of
        elif not asked or not (marked or value):
            unasked = f"没有问{label}" if not asked else f"没有记明{label}“{fact.refuses}”"
            yield "missing", "record", unasked, clause, fact.of
        return
    at = record.raised_at or played.ring_at
    if accepts(fact, value, at) or accepts(fact, written, at, at_large=True):
        return
    if fact.wrong and _wrongly(fact, value or written):
        yield "wrong", "record", f"{label}记的是先说错的，应为“{fact.written}”", clause, fact.of
    elif value and not marked and _in_part(fact, value):
        yield "missing", "record", f"{label}没有记全，应为“{fact.written}”", clause, fact.of
    elif not value or marked:
        rule = "danger_missing" if clause in _DANGER_ELEMENTS and case.truth.kinds else "missing"
        unasked = f"，没有问过就记“{marked}”" if marked and not asked else ""
        yield rule, "record", f"缺{label}{unasked}：{fact.says}", clause, fact.of
    elif fact.of in played.told:
        yield "wrong", "record", f"{label}记成“{value[:20]}”，应为“{fact.written}”", clause, fact.of
    else:
        yield "invented", "record", f"{label}“{value[:20]}”来电人没有说过", clause, fact.of


def accepts(fact: Fact, value: str, at: datetime, *, at_large: bool = False) -> bool:
    """Whether a value tells the fact; a time counts in the words that were said and in those of the calendar of the day
    ``at`` on which they were said.

    A bare no answers the question of its own field; ``at_large``, in the main text, it might deny anything.
    """
    if not value:
        return False
    folded = _bare(value)
    alike = _alike(folded)
    for each in (*fact.accept, *filter(None, [fact.writes])):
        if at_large and each in _BARE_NO:
            continue
        parts = each.split("&")
        if all(_bare(part) in folded or _bare(written_out(part, at)) in folded for part in parts):
            return True
        if all(_alike(_bare(part)) in alike for part in parts):
            return True
    return False


def _in_part(fact: Fact, value: str) -> bool:
    """Whether a value tells some of what the fact needs, and not all."""
    folded = _alike(_bare(value))
    return any(_alike(_bare(part)) in folded for each in fact.accept if "&" in each for part in each.split("&"))


def _wrongly(fact: Fact, text: str) -> bool:
    """Whether a text holds a number or a time of what was told wrongly at first and put right later."""
    right = _bare("".join((fact.says, *fact.accept)))
    slips = {each for each in _FIGURE.findall(_bare(fact.wrong)) if each not in right}
    return any(each in _bare(text) for each in slips)


def _class(packs: Packs, played: Played) -> Iterator[Found]:
    """7.1.2.2c: type, urgency, what became of it, to whom and when."""
    record, truth = played.record, played.case.truth
    for missed in [each for each in truth.types if each not in record.types]:
        yield "type_missed", "dispatch", f"诉求类型漏选{missed}", "5.1.4.1f", ""
    for added in [each for each in record.types if each not in truth.types]:
        yield "type_added", "dispatch", f"诉求类型多选{added}", "5.1.4.1f", ""
    dangers = [each for each in record.urgency_kinds if each in DANGER]
    for missed in [each for each in truth.kinds if each not in record.urgency_kinds]:
        if missed in DANGER and not dangers:
            yield DANGER_MISSED, "dispatch", f"漏判{missed}：危及生命财产", "5.2.2.1.2a", ""
        else:
            yield "kind_missed", "dispatch", f"紧急种类漏选{missed}", "5.1.4.1g", ""
    for added in [each for each in record.urgency_kinds if each not in truth.kinds]:
        yield "kind_added", "dispatch", f"紧急种类多选{added}", "5.1.4.1g", ""
    untold = [each for each in truth.numbers if not _rung(played, each)]
    if untold and not any(each.act == "emergency_told" for each in played.heard):
        yield "emergency_untold", "dispatch", f"没有告知拨打{'、'.join(untold)}", "5.1.2.2a", ""
    if truth.kinds and played.escalated_at is None:
        yield "unreported", "dispatch", "紧急诉求没有立即上报管理人员", "5.1.3.3", ""
    if truth.repeat == "new" and not record.new_facts:
        yield "repeat_missed", "dispatch", "没有问新情况、新理由", "5.1.2.2d", "new_facts"
    yield from _outcome(packs, played)


def _rung(played: Played, number: str) -> bool:
    """Whether the caller told that they had rung an emergency number before: then it need not be told them."""
    fact = played.case.facts.get("emergency_called")
    return fact is not None and number in fact.accept and "emergency_called" in played.told


def _outcome(packs: Packs, played: Played) -> Iterator[Found]:
    truth = played.case.truth
    if not played.outcome:
        yield "unregistered", "dispatch", "没有登记：每个来电的诉求都要有编号的记录", "5.1.2.2", ""
        return
    if played.outcome != truth.outcome:
        yield (
            "outcome_wrong", "dispatch", f"办理方式是{OUTCOMES[played.outcome]}，应为{OUTCOMES[truth.outcome]}", "A.1", ""
        )  # fmt: skip
        return
    if truth.outcome == "dispatch" and played.unit not in truth.units:
        yield "unit_wrong", "dispatch", f"去向是{played.unit or '空'}，应为{truth.units[0]}", "5.2.2.1.1", ""
    if truth.outcome == "reply" and played.article not in truth.articles:
        yield "article_wrong", "dispatch", "答复用错了文章：答非所问", "5.2.1", ""
    if truth.outcome == "classify":
        right, routes = packs.scope.route(truth.route), {each.id: each for each in packs.scope.routes}
        if played.route != truth.route:
            mine = routes[played.route].label if played.route in routes else "空"
            yield "route_wrong", "dispatch", f"分类处理选了{mine}，应为{right.label}", "5.1.2.2", ""
        elif truth.choice and played.choice != truth.choice:
            mine = next((each.label for each in right.choices if each.id == played.choice), "空")
            yield "choice_wrong", "dispatch", f"选了{mine}，应为{right.choice(truth.choice).label}", "5.1.2.2", ""
    if played.limit and played.registered_at and played.registered_at > played.limit:
        yield "late", "dispatch", "登记时已过派发时限", "5.2.2.1.2", ""


def _answer(played: Played) -> Iterator[Found]:
    """7.1.2.2d: answered at all, and within 15 s (5.1.3.2)."""
    if played.answered_at is None:
        yield "lost", "answer", "来电人等不到接听，挂断了", "5.1.3.2", ""
    elif played.answered_at - played.ring_at > ANSWER_LIMIT:
        took = (played.answered_at - played.ring_at).total_seconds()
        yield "slow_answer", "answer", f"响铃 {took:.0f} 秒才接听，超过 15 秒", "5.1.3.2", ""


def _quotable(record: Record) -> str:
    return "\n".join((record.text, element_value(record, "own_words")))


def _alike(bare: str) -> str:
    """A text with what says the same written the same: negations, how often, that something was done."""
    for pattern, said in _SAME:
        bare = pattern.sub(said, bare)
    return bare


def _bare(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())
