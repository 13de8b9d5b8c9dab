"""What the scripts room says of a record: elements present, missing or asked for; wording; urgency (appendix C)."""

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

import msgspec

from console.emergency import emergency
from console.secrecy import asks_secrecy
from data.record import REQUEST_TYPES, Answer, Record
from scripts.answers import refusal
from scripts.elements import ElementState, Facts, Status, judge, missing, plain_threat, summary, threats
from scripts.kinds import DANGER, UNSTABLE
from scripts.pack import Packs
from scripts.urgency import Hint, Resolved, hints, resolve
from scripts.wording import Finding, check

OTHER = REQUEST_TYPES[-1]
YES = "有"  # the answer that a threat is made
CONTENT_TYPES = {"咨询", "建议"}  # C.1 and C.2 ask for a content of a kind


class Judgement(msgspec.Struct, frozen=True):
    """The state of one record at one moment."""

    states: list[ElementState]
    summary: str  # one sentence on the elements together, in the pack's words
    wording: list[Finding]
    hints: list[Hint]  # urgent kinds that the words suggest and nobody has chosen or judged not to hold
    urgent_kinds: list[str]  # the chosen kinds that count, after their questions (5.1.4.1 note 1)
    pending: list[str]  # questions about a chosen kind that are still open
    notes: list[str]  # why a chosen kind does not count
    secrecy: str = ""  # words that ask for confidentiality, while the record is not confidential (5.1.4.1d)

    @property
    def missing(self) -> list[ElementState]:
        """The elements still to ask for."""
        return missing(self.states)

    @property
    def decided(self) -> bool:
        """Whether the degree of urgency (紧急程度) is settled: no hint and no question is left open (5.1.4.1g)."""
        return not self.hints and not self.pending

    @property
    def complete(self) -> bool:
        """Whether the record may become a ticket as far as appendix C and the urgency go."""
        return bool(self.states) and not self.missing and self.decided


def judge_record(packs: Packs, record: Record) -> Judgement:
    """Judge a record by its types and urgent kinds; pure."""
    open_hints = [hint for hint in suggested(packs, record) if not _answered(hint, record)]
    facts = record_facts(record)
    facts = replace(
        facts,
        harmless=UNSTABLE in record.not_urgent and all(h.kind != UNSTABLE for h in open_hints),
        denied=record.urgency_answers.get(packs.urgency.threat.id) is False,
    )
    if record.urgency_answers.get(packs.urgency.threat.id) and UNSTABLE in record.urgency_kinds:
        facts = replace(facts, values={**facts.values, packs.elements.threat.values[0]: YES})
    resolved = resolved_urgency(packs, record)
    states = judge(packs.elements, [*record.types, *resolved.kinds], facts)
    if OTHER in record.types and not CONTENT_TYPES & {*record.types}:
        states = [_of_other(state, record) if state.id == "content" else state for state in states]
    return Judgement(
        states=states,
        summary=summary(packs.elements, states),
        wording=check(packs.wording, f"{record.title}\n{record.own_text}"),
        hints=open_hints,
        urgent_kinds=list(resolved.kinds),
        pending=[question.text for question in resolved.pending],
        notes=list(resolved.notes),
        secrecy="" if record.claimant.confidential else asks_secrecy(facts.text),
    )


def _of_other(state: ElementState, record: Record) -> ElementState:
    """其他 has no row in appendix C: a consultation's question is not its own, and anything written is its content."""
    written = state.status == "missing" and bool((record.title + record.own_text).strip())
    status: Status = "present" if written else state.status
    return replace(state, status=status, clause="5.1.4.1e", ask="请问您要反映的具体情况是什么？")


def resolved_urgency(packs: Packs, record: Record) -> Resolved:
    """Return the chosen urgent kinds that count, after their questions, without judging the rest of the record.

    Whether a threat is made (C.4) is asked while nothing tells that one is; where that is plain, no answer undoes it.
    """
    resolved = resolve(packs.urgency, record.urgency_kinds, record.urgency_answers)
    if UNSTABLE not in resolved.kinds:
        return resolved
    facts, asked = record_facts(record), packs.urgency.threat
    notes = resolved.notes
    if record.urgency_answers.get(asked.id) is False and (plain := plain_threat(packs.elements, facts)):
        notes = (
            *(note for note in notes if note != asked.otherwise),
            f"“{plain}”就是威胁，答“否”不算：仍要威胁时间、地点和原话（附录C.4）。",
        )
    told = plain_threat(packs.elements, facts) or threats(packs.elements, facts.text)
    pending = tuple(each for each in resolved.pending if each != asked or not told)
    return replace(resolved, pending=pending, notes=notes)


def suggested(packs: Packs, record: Record) -> list[Hint]:
    """The urgent kinds that the record's words suggest, in the pack's order; a threat (C.4) suggests 不稳定因素, and an
    emergency (5.1.2.2a) the first of its kinds where no other word has told of a danger. A kind that yields to another
    is suggested once that one was judged not to hold."""
    said = record_facts(record).text
    found = {hint.kind: hint.words for hint in hints(packs.urgency, said)}
    announced = threats(packs.elements, said)
    if announced:
        words = [word for word in found.get(UNSTABLE, ()) if not any(word in threat for threat in announced)]
        found[UNSTABLE] = (*announced, *words)
    told = None if found.keys() & set(DANGER) else emergency(packs, record)
    for hint in told.hints[:1] if told else ():
        found[hint.kind] = hint.words
    standing = {kind for kind, words in found.items() if not set(words) <= set(record.not_urgent.get(kind, ()))}
    return [
        Hint(kind.name, found[kind.name])
        for kind in packs.urgency.kinds
        if kind.name in found and not standing.intersection(kind.yields_to)
    ]


def set_aside(packs: Packs, record: Record, kinds: Iterable[str]) -> Record:
    """Note that suggested urgent kinds do not hold; words that are written later suggest them anew."""
    wanted = set(kinds)
    judged = {hint.kind: list(hint.words) for hint in suggested(packs, record) if hint.kind in wanted}
    chosen = [kind for kind in record.urgency_kinds if kind not in judged]
    return msgspec.structs.replace(record, not_urgent=record.not_urgent | judged, urgency_kinds=chosen)


def _answered(hint: Hint, record: Record) -> bool:
    return hint.kind in record.urgency_kinds or set(hint.words) <= set(record.not_urgent.get(hint.kind, ()))


# Where the record keeps elements of appendix C that have a field of their own: the way to it, by element id.
_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("claimant", "name"),
    "time": ("event_time",),
    "place": ("place", "text"),
    "landmark": ("place", "landmark"),
    "direction": ("place", "direction"),
    "distance": ("place", "distance"),
    "object": ("respondent",),
    "earlier": ("earlier_handling",),
}


def element_value(record: Record, element: str) -> str:
    """Return what a record holds for an element, in its field or apart from the fields."""
    answer = record.elements.get(element)
    if element in _FIELDS:
        held = str(attrgetter(".".join(_FIELDS[element]))(record))
        return held or (answer.text if answer else "")
    return answer.text if answer else ""


def with_element(record: Record, element: str, text: str = "", asked: str = "") -> Record:
    """Return the record with an element's answer, or with the mark that it was asked for and not given.

    An answer goes into the element's field where there is one; without text and mark the element is cleared.
    """
    elements = {name: answer for name, answer in record.elements.items() if name != element}
    if asked:
        elements[element] = Answer(asked=asked)
    elif text and element not in _FIELDS:
        elements[element] = Answer(text)
    record = msgspec.structs.replace(record, elements=elements)
    way = _FIELDS.get(element)
    if way is None:
        return record
    value = "" if asked else text
    if len(way) == 1:
        return msgspec.structs.replace(record, **{way[0]: value})
    part = msgspec.structs.replace(getattr(record, way[0]), **{way[1]: value})
    return msgspec.structs.replace(record, **{way[0]: part})


def with_refusals(packs: Packs, record: Record) -> Record:
    """Return the record with every field that says that it was asked for and not given (不愿说, 不晓得) marked so."""
    for element in packs.elements.elements:
        if mark := refusal(packs.elements, element_value(record, element.id)):
            record = with_element(record, element.id, asked=mark)
    return record


def record_facts(record: Record) -> Facts:
    """Lay a record out by element ids, as the rules of appendix C know them."""
    values = {element: element_value(record, element) for element in _FIELDS}
    values["place"] = values["place"] or record.place.street
    for element, answer in record.elements.items():
        values[element] = answer.text or values.get(element, "")
    return Facts(
        values={element: text for element, text in values.items() if text},
        text="\n".join(part for part in (record.title, record.own_text, record.wish) if part),
        asked={element: answer.asked for element, answer in record.elements.items() if answer.asked},
    )
