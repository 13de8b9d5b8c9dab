"""Which elements (要素) of appendix C a call demands, which are there, and the question for each that is not.

Pure functions of (pack, kinds, facts). "Complete" here means that every element the appendix lists is present or was
asked for and not given; the appendix says 等要素, so nothing is ever called complete by the standard.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from scripts.answers import answer, given, refusal
from scripts.element_pack import ASKED, LANDMARK, Element, ElementPack, KindRow
from scripts.evidence import Evidence, names
from scripts.kinds import ORDINARY, UNSTABLE
from scripts.matching import MAX_JUDGED, QUOTED, compiled
from scripts.reading import ScriptError

Status = Literal["present", "missing", "asked"]
UNKNOWN = ASKED[1]


@dataclass(frozen=True)
class Facts:
    """What has been written down. `values` by element id; `text` is the record's free text; `asked` holds the
    elements that were asked for and not given (不愿提供, 不清楚); `harmless` says that the agent has judged the words
    that look like a threat to be none of an unstable factor's, `denied` that they answered that no threat is made: this
    holds unless it is plain that one is (C.4)."""

    values: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)
    harmless: bool = False
    denied: bool = False


@dataclass(frozen=True)
class ElementState:
    """One element under judgement. `evidence` is the value or the words of the text that show it, for an asked one how
    it was not given, for a missing one a value that does not tell it; `note` is for the agent's eyes, `ask` is the
    sentence to read aloud."""

    id: str
    label: str
    clause: str
    status: Status
    ask: str
    evidence: str = ""
    note: str = ""


def judge(pack: ElementPack, kinds: Iterable[str], facts: Facts) -> list[ElementState]:
    """The union of what the kinds demand, each element once, in asking order: danger first when one is urgent, and C.4
    before all else when the words announce a threat that no other urgent kind goes with.

    `kinds` are request types and urgency kinds; raises `ScriptError` for a name that the pack does not know.
    """
    rows = [_row(pack, kind) for kind in dict.fromkeys(kinds) if kind != ORDINARY]
    if not rows:
        return []
    seen = Evidence(pack, facts.text)
    wanted: dict[str, str] = {}
    for row in pack.kinds:
        if row in rows:
            for element_id in row.elements:
                wanted.setdefault(element_id, row.clause)
    threatened = _threatened(pack, facts, seen, demanded="act" in wanted)
    if threatened:
        for element_id in pack.threat.elements:
            wanted.setdefault(element_id, pack.threat.clause)
    unnamed = False
    if "place" in wanted and not _place_named(pack, facts, seen):
        value = given(facts.values.get("place", ""))
        unclear = _place_unclear(pack, facts, seen)
        settled = unclear or "place" in facts.asked or bool(refusal(pack, value))
        unnamed = not settled and (bool(value) or seen.place_unnamed())
        if unclear:
            # C.3: what cannot be named is described, so the question moves on to the landmark
            facts = replace(facts, values={**facts.values, "place": ""}, asked={"place": UNKNOWN, **facts.asked})
        if unclear or unnamed:
            for element_id in LANDMARK:
                wanted.setdefault(element_id, wanted["place"])
            seen = Evidence(pack, f"{facts.text}\n{value}")
    urgent = {row.name for row in rows if row.urgent}
    if threatened and urgent <= {UNSTABLE}:
        order = pack.asking.threat
    else:
        order = pack.asking.urgent if urgent else pack.asking.usual
    states = [_state(pack, pack.element(each), wanted[each], facts, seen) for each in order if each in wanted]
    if unnamed:
        ask = pack.element("place").ask_vague
        states = [replace(s, ask=ask or s.ask) if s.id == "place" else s for s in states]
    return _place_by_landmark(states)


def complete(states: Sequence[ElementState]) -> bool:
    """Whether nothing is missing any more; false when no kind has been chosen yet, because then nothing was asked."""
    return bool(states) and not missing(states)


def missing(states: Iterable[ElementState]) -> list[ElementState]:
    """The elements still to ask for, in asking order."""
    return [state for state in states if state.status == "missing"]


def summary(pack: ElementPack, states: Sequence[ElementState]) -> str:
    """One sentence on the whole: that the listed elements are there, or which are not."""
    if complete(states):
        return pack.complete
    return pack.incomplete + ("、".join(state.label for state in missing(states)) or "诉求分类")


def threats(pack: ElementPack, text: str) -> tuple[str, ...]:
    """The words of the text that announce a threat (威胁), so that the own words must be quoted (C.4)."""
    seen = Evidence(pack, text)
    return tuple(dict.fromkeys(seen.text[start:end] for start, end in seen.threats))


def plain_threat(pack: ElementPack, facts: Facts) -> str:
    """The words of the text, or the act in its field, that make it a threat whatever anybody answers; or nothing."""
    act = given(facts.values.get("act", ""))
    if not refusal(pack, act) and compiled((), pack.threat.harm).search(act[:MAX_JUDGED]):
        return act
    seen = Evidence(pack, facts.text)
    return next((seen.text[start:end] for start, end in seen.threatening.plain), "")


def _threatened(pack: ElementPack, facts: Facts, seen: Evidence, *, demanded: bool) -> bool:
    """Whether a threat is made: said to be one, plain, or told by weaker words (an act found in the text, where one is
    demanded, among them) that nobody has judged to be none."""
    if any(given(facts.values.get(value, "")) for value in pack.threat.values):
        return True
    if facts.harmless:
        return False
    if plain_threat(pack, facts):
        return True
    if facts.denied:
        return False
    told = seen.of(pack.element("act")) if demanded else ""
    return bool(seen.threats) or compiled((), pack.threat.harm).search(told) is not None


def quote_threat(pack: ElementPack, text: str) -> str:
    """The text with “ ” around the first words of the claimant that announce a threat and stand outside of such marks;
    unchanged where there are none, as when the agent only retells them. Whether they are word for word is for the
    agent to see (C.4)."""
    for start, end in Evidence(pack, text).threatening.words_as_said():
        return f"{text[:start]}“{text[start:end]}”{text[end:]}"
    return text


def _row(pack: ElementPack, kind: str) -> KindRow:
    for row in pack.kinds:
        if row.name == kind:
            return row
    raise ScriptError(f"不认识的诉求分类或紧急种类“{kind}”，请从 {'、'.join(row.name for row in pack.kinds)} 中选")


def _state(pack: ElementPack, element: Element, clause: str, facts: Facts, seen: Evidence) -> ElementState:
    def state(status: Status, evidence: str = "") -> ElementState:
        ask = element.asks.get(clause, element.ask)
        return ElementState(element.id, element.label, clause, status, ask, evidence, element.note)

    values = [value for name in element.fields if (value := given(facts.values.get(name, "")))]
    for value in values:
        if mark := refusal(pack, value):
            return state("asked", mark)
        if element.scope == "quotes" and not seen.threatening.quoted(value):
            continue
        if answer(pack, element, value) and tells(element, value):
            return state("present", value)
    if found := seen.of(element, _known_place(pack, facts, seen)):
        return state("present", found)
    # Words that stand in the text were said: they want marks around them, and cannot have been refused (C.4).
    if element.scope == "quotes" and seen.threats:
        return state("missing")
    if asked := facts.asked.get(element.id, "").strip():
        return state("asked", asked)
    if refused := seen.refused(element):
        return state("asked", refused)
    return state("missing", "".join(values[:1]))


def tells(element: Element, value: str) -> bool:
    """Whether a field's value can be what the element asks for: own words need full-width marks (C.4), a time or a
    place more than a stray character, and a place or a respondent more than a common noun (C.3)."""
    if element.scope == "quotes":
        return any(map(str.isalnum, "".join(QUOTED.findall(value))))
    told = value[:MAX_JUDGED]
    if told in element.plain:
        return True
    return names(element, told) and (not element.value or compiled((), (element.value,)).search(told) is not None)


def _known_place(pack: ElementPack, facts: Facts, seen: Evidence) -> str:
    """The place (地点) by name, from the field or from the text, or nothing."""
    if not seen.threats or not _place_named(pack, facts, seen):
        return ""
    return given(facts.values.get("place", "")) or seen.of(pack.element("place"))


def _place_named(pack: ElementPack, facts: Facts, seen: Evidence) -> bool:
    """Whether the field or the text names the place; a field that says it cannot be named does so only where it
    names one after all."""
    value = given(facts.values.get("place", ""))
    place = pack.element("place")
    if seen.of(place) or Evidence(pack, value).of(place):
        return True
    return bool(answer(pack, place, value)) and tells(place, value) and not seen.place_unclear(value)


def _place_unclear(pack: ElementPack, facts: Facts, seen: Evidence) -> bool:
    """Whether the claimant has said that they cannot name the place."""
    value = given(facts.values.get("place", ""))
    if refusal(pack, value) == UNKNOWN or facts.asked.get("place") == UNKNOWN:
        return True
    return seen.place_unclear(value)


def _place_by_landmark(states: list[ElementState]) -> list[ElementState]:
    """Landmark, direction and distance together are a place (C.3)."""
    found = {state.id: state for state in states if state.id in LANDMARK and state.status == "present"}
    if len(found) < len(LANDMARK):
        return states
    evidence = "，".join(found[each].evidence for each in LANDMARK)
    return [
        ElementState(s.id, s.label, s.clause, "present", s.ask, evidence, s.note) if s.id == "place" else s
        for s in states
    ]
