"""What a debrief (讲评) says: the call, the record beside a good one, each point with grade and clause. Pure."""

from datetime import datetime

import msgspec

from console.practice.case import Case
from console.practice.lesson import Debrief
from console.practice.scoring import held, wanted_facts
from console.practice.talk import OPENING
from scripts.pack import Packs
from scripts.scenarios import GRADES, Fact

OUTCOMES = {"dispatch": "登记派单", "reply": "直接答复", "classify": "分类处理", "": "没有登记"}
_OTHER = {"wish": "要求", "new_facts": "新情况"}


class Said(msgspec.Struct, frozen=True):
    """A sentence of the call, by the trainee or by the caller."""

    at: datetime
    trainee: bool
    text: str


class Row(msgspec.Struct, frozen=True):
    """One point of the record: what stands there, and what a good record has; ``wrong`` says that it cost points."""

    label: str
    yours: str
    good: str
    wrong: bool


def said_in(debrief: Debrief) -> list[Said]:
    """The call, sentence by sentence."""
    lines = []
    for each in debrief.played.heard:
        if each.act != OPENING:
            lines.append(Said(each.at, True, each.text))
        if each.reply:
            lines.append(Said(each.at, False, each.reply))
    return lines


def rows(packs: Packs, debrief: Debrief) -> list[Row]:
    """The record beside a good one: class, what became of it, then each fact that a good record holds."""
    played, truth = debrief.played, debrief.played.case.truth
    rules = {each.rule for each in debrief.score.deviations}
    at_fault = {each.of for each in debrief.score.deviations if each.item == "record" and each.of}
    record = played.record
    unclear = {"type_missed", "type_added"} & rules
    found = [Row("诉求类型", "、".join(record.types), "、".join(truth.types), bool(unclear))]
    kinds = {"danger_missed", "kind_missed", "kind_added"} & rules
    found.append(
        Row("紧急种类", "、".join(record.urgency_kinds) or "一般", "、".join(truth.kinds) or "一般", bool(kinds))
    )
    outcome = bool({"outcome_wrong", "unregistered"} & rules)
    found.append(Row("办理方式", OUTCOMES[played.outcome], OUTCOMES[truth.outcome], outcome))
    found.append(_destination(packs, debrief, rules))
    for fact in wanted_facts(packs, played.case):
        answer = record.elements.get(fact.of)
        yours = held(record, fact.of) or (answer.asked if answer else "")
        found.append(Row(_label(packs, fact), yours, fact.refuses or fact.written, fact.of in at_fault))
    if truth.confidential:
        found.append(Row("保密", "是" if record.claimant.confidential else "否", "是", "disclosed" in rules))
    return found


def good_text(packs: Packs, case: Case) -> str:
    """The main text of a good record, threats quoted word for word (C.4)."""
    facts = [fact for fact in wanted_facts(packs, case) if fact.written]
    text = "。".join(fact.written for fact in facts if fact.of not in ("name", "own_words")) + "。"
    quote = next((fact.written for fact in facts if fact.of == "own_words"), "")
    return f"{text}来电人说：{quote}。" if quote else text


def graver_first(debrief: Debrief) -> list[tuple[str, str, str, str]]:
    """The deviations, the gravest first: item, grade, what exactly, clause."""
    ordered = sorted(debrief.score.deviations, key=lambda each: GRADES.index(each.grade))
    return [(each.item, each.called, each.text, each.clause) for each in ordered]


def _destination(packs: Packs, debrief: Debrief, rules: set[str]) -> Row:
    played, truth = debrief.played, debrief.played.case.truth
    if truth.outcome == "reply":
        return Row("答复文章", played.article, " 或 ".join(truth.articles), "article_wrong" in rules)
    if truth.outcome == "classify":
        routes = {route.id: route for route in packs.scope.routes}
        yours = routes[played.route].label if played.route else ""
        right = routes[truth.route]
        choice = f"：{right.choice(truth.choice).label}" if truth.choice else ""
        return Row("分类去向", yours, f"{right.label}{choice}", bool({"route_wrong", "choice_wrong"} & rules))
    return Row("承办单位", played.unit, " 或 ".join(truth.units), "unit_wrong" in rules)


def _label(packs: Packs, fact: Fact) -> str:
    return next((each.label for each in packs.elements.elements if each.id == fact.of), _OTHER.get(fact.of, fact.of))
