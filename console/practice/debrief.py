"""What a debrief (讲评) says: the call and the record beside a good one, each point with grade and clause. Pure.

Every deviation stands where it happened: in the call, for what was said or not said, or in the record, for what was
written and what became of it. A sign says how a line stands: ✓ as it should be, △ of less weight, ✗ grave.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from console.practice.acts import NONE
from console.practice.case import Case
from console.practice.lesson import Debrief
from console.practice.phrasing import ENDING, misworded
from console.practice.scoring import OUTCOMES, Deviation, Played, held, wanted_facts
from console.practice.talk import OPENING, Heard
from scripts.pack import Packs
from scripts.scenarios import GRADE_NAMES, GRADES, Grade
from scripts.scope import Route

RIGHT, LIGHT, GRAVE, UNJUDGED = "✓", "△", "✗", "·"
PRACTISE_AT_MOST = 4
_OTHER = {"wish": "要求", "new_facts": "新情况"}
_CLASS = {
    "诉求类型": ("type_missed", "type_added"),
    "紧急种类": ("danger_missed", "kind_missed", "kind_added"),
    "办理方式": ("outcome_wrong", "unregistered"),
    "去向": ("unit_wrong", "route_wrong", "choice_wrong", "article_wrong"),
    "保密": ("disclosed",),
}
_MORE = {
    "background": "无关内容",
    "unquoted": "原话",
    "wording_record": "用词",
    "unreported": "紧急上报",
    "late": "派发时限",
    "invented": "添加",
}  # rows for what stands in no field of its own
_AT_ONCE = ("lost", "slow_answer", "greeting")
_TO_THE_UPSET = ("soothe", "caution")
_OF_A_WAIT = ("waiting", "wait_over")
_UNASKED = ("missing", "danger_missing")
_IN_THE_CALL = (*_UNASKED, "recording", "looking_up", "emergency_untold", "repeat_missed", "order")


class Line(msgspec.Struct, frozen=True):
    """A line of the call: so many seconds after the answer, None for what was not said; its sign, if it has one; the
    grade and clause of what was wrong. ``caller`` says that the caller speaks."""

    at: float | None
    sign: str
    text: str
    grade: str = ""
    clause: str = ""
    caller: bool = False


class Row(msgspec.Struct, frozen=True):
    """One point of the record: what stands there, what a good record has, and what was wrong with it, if anything."""

    label: str
    sign: str
    yours: str
    good: str
    grade: str = ""
    clause: str = ""


def sign(grade: Grade) -> str:
    """The sign of a deviation of this grade."""
    return GRAVE if grade in ("critical", "major") else LIGHT


def call_lines(packs: Packs, debrief: Debrief) -> list[Line]:
    """The call, sentence by sentence, with what was missed where it should have been said."""
    played = debrief.played
    missed = [each for each in debrief.score.deviations if in_call(each, played)]
    wrong = [each.text for each in misworded(packs, played)]
    heard, lines = list(played.heard), list[Line]()
    ending = next((at for at, each in enumerate(heard) if each.act in ENDING), len(heard))
    waits = list(played.waits)
    lines += _missing(packs, missed, _AT_ONCE)
    for at, each in enumerate(heard):
        while waits and waits[0][0] < each.at:
            lines += _wait(packs, played, missed, waits.pop(0))
        if at == ending:
            lines += _missing(packs, missed, _IN_THE_CALL)
        if each.act != OPENING:
            lines.append(_said(played, each, missed, wrong))
        if each.reply:
            lines.append(Line(_into(played, each.at), "", each.reply, caller=True))
        if each.act == OPENING:
            lines += _missing(packs, missed, _TO_THE_UPSET)
    for wait in waits:
        lines += _wait(packs, played, missed, wait)
    if ending == len(heard):
        lines += _missing(packs, missed, _IN_THE_CALL)
    return [*lines, *_missing(packs, missed, ENDING)]


def rows(packs: Packs, debrief: Debrief, titled: Callable[[str], str] = str) -> list[Row]:
    """The record beside a good one: class, what became of it, then each fact that a good record holds.

    Args:
        packs: name the elements and the routes.
        debrief: the call.
        titled: gives the title of an article by its id.
    """
    played, truth, record = debrief.played, debrief.played.case.truth, debrief.played.record
    left = [each for each in debrief.score.deviations if not in_call(each, played)]
    found = [
        _row("诉求类型", "、".join(record.types), "、".join(truth.types), left),
        _row("紧急种类", "、".join(record.urgency_kinds) or "一般", "、".join(truth.kinds) or "一般", left),
        _row("办理方式", OUTCOMES[played.outcome], OUTCOMES[truth.outcome], left),
    ]
    found.append(_way(packs, played, found[-1], titled, left))
    for fact in wanted_facts(packs, played.case):
        answer = record.elements.get(fact.of)
        yours = held(record, fact.of) or (answer.asked if answer else "")
        own = [each for each in debrief.score.deviations if each.item == "record" and each.of == fact.of]
        left = [each for each in left if each not in own]
        found.append(_judged(_label(packs, fact.of), yours, fact.refuses or fact.written, own))
    if truth.confidential:
        found.append(_row("保密", "是" if record.claimant.confidential else "否", "是", left))
    return found + [_judged(_MORE.get(each.rule, "其他"), each.text, "", [each]) for each in left]


def in_call(deviation: Deviation, played: Played) -> bool:
    """Whether a deviation belongs beside the call: said wrongly, or not said or not asked at all."""
    if deviation.rule in _UNASKED:
        return bool(played.heard) and all(each.act != deviation.of for each in played.heard)
    return deviation.item in ("phrases", "answer") or deviation.rule in _IN_THE_CALL


def good_text(packs: Packs, case: Case) -> str:
    """The main text of a good record, threats quoted word for word (C.4)."""
    facts = [fact for fact in wanted_facts(packs, case) if fact.written]
    text = "。".join(fact.written for fact in facts if fact.of not in ("name", "own_words")) + "。"
    quote = next((fact.written for fact in facts if fact.of == "own_words"), "")
    return f"{text}来电人说：{quote}。" if quote else text


def graver_first(debrief: Debrief) -> list[Deviation]:
    """The deviations, the gravest first."""
    return sorted(debrief.score.deviations, key=lambda each: GRADES.index(each.grade))


def counts(debrief: Debrief) -> str:
    """How many deviations of each grade, in words."""
    grades = [each.grade for each in debrief.score.deviations]
    told = [f"{name} {grades.count(grade)}" for grade, name in GRADE_NAMES.items() if grade in grades]
    return " · ".join(told) or "没有偏差"


def four_items(debrief: Debrief) -> list[str]:
    """The four items of 7.1.2.2 in words: points of phrases and record; time and way of the dispatch; the answer."""
    played, items = debrief.played, debrief.score.items
    rules = {each.rule for each in debrief.score.deviations}
    in_time = "—" if played.registered_at is None else GRAVE if "late" in rules else RIGHT
    way = {"outcome_wrong", "unregistered", *_CLASS["去向"]} & rules
    if played.answered_at is None:
        answered = f"没有接听 {GRAVE}"
    else:
        took = (played.answered_at - played.ring_at).total_seconds()
        answered = f"接听 {took:.0f}s {GRAVE if 'slow_answer' in rules else RIGHT}"
    return [
        f"用语 {items['phrases']:g}",
        f"记录 {items['record']:g}",
        f"派单 {items['dispatch']:g} 时限 {in_time} 去向 {GRAVE if way else RIGHT}",
        answered,
    ]


def to_practise(packs: Packs, debrief: Debrief) -> list[str]:
    """What to practise next, the gravest first: elements and clauses, each once."""
    named = []
    for each in graver_first(debrief):
        own = next((label for label, rules in _CLASS.items() if each.rule in rules), "")
        label = own or _label(packs, each.of) or _MORE.get(each.rule) or packs.clauses.title(each.clause)
        named.append(f"{label}（{each.clause}）")
    return list(dict.fromkeys(named))[:PRACTISE_AT_MOST]


# -- the call -----------------------------------------------------------------------------------------------------------


def _into(played: Played, at: datetime) -> float:
    return (at - (played.answered_at or played.ring_at)).total_seconds()


def _said(played: Played, each: Heard, missed: Sequence[Deviation], wrong: Sequence[str]) -> Line:
    at = _into(played, each.at)
    if each.text in wrong:
        found = next(one for one in missed if one.rule == "wording" and each.text[:20] in one.text)
        return Line(at, sign(found.grade), f"{each.text}（说法不规范）", found.called, found.clause)
    return Line(at, "" if each.act == NONE else RIGHT, each.text)


def _missing(packs: Packs, missed: Iterable[Deviation], rules: Sequence[str]) -> list[Line]:
    return [
        Line(
            None,
            sign(one.grade),
            f"没有问{_label(packs, one.of)}" if one.rule in _UNASKED else one.text,
            one.called,
            one.clause,
        )
        for rule in rules
        for one in missed
        if one.rule == rule
    ]


def _wait(packs: Packs, played: Played, missed: Sequence[Deviation], wait: tuple[datetime, datetime]) -> list[Line]:
    since, until = wait
    lines = [Line(_into(played, since), "", f"（等待 {(until - since).total_seconds():.0f} 秒）")]
    longest = max(played.waits, key=lambda each: each[1] - each[0])
    return lines + (_missing(packs, missed, _OF_A_WAIT) if wait == longest else [])


# -- the record ---------------------------------------------------------------------------------------------------------


def _row(label: str, yours: str, good: str, left: list[Deviation]) -> Row:
    """A row of the class, which takes its deviations out of those that are ``left`` to be told."""
    own = [each for each in left if each.rule in _CLASS[label]]
    for each in own:
        left.remove(each)
    return _judged(label, yours, good, own)


def _judged(label: str, yours: str, good: str, own: Sequence[Deviation]) -> Row:
    """A row with the gravest of its deviations; without any, it is right, and what has no field is in the main text."""
    if not own:
        return Row(label, RIGHT, yours or "（在主要内容里）", good)
    worst = min(own, key=lambda each: GRADES.index(each.grade))
    return Row(label, sign(worst.grade), yours or "缺", good, worst.called, worst.clause)


def _way(packs: Packs, played: Played, become: Row, titled: Callable[[str], str], left: list[Deviation]) -> Row:
    """Where it went: not judged where it should not have become what it did."""
    truth = played.case.truth
    routes = {route.id: route for route in packs.scope.routes}
    yours = played.unit
    if played.outcome == "reply":
        yours = titled(played.article)
    elif played.outcome == "classify" and played.route:
        yours = _route(routes[played.route], played.choice)
    if truth.outcome == "reply":
        good = " 或 ".join(map(titled, truth.articles))
    elif truth.outcome == "classify":
        good = _route(routes[truth.route], truth.choice)
    else:
        good = " 或 ".join(truth.units)
    if become.sign != RIGHT:
        return Row("去向", UNJUDGED, yours, good)
    return _row("去向", yours, good, left)


def _route(route: Route, choice: str) -> str:
    return f"{route.label}：{route.choice(choice).label}" if choice else route.label


def _label(packs: Packs, of: str) -> str:
    return next((each.label for each in packs.elements.elements if each.id == of), _OTHER.get(of, of))
