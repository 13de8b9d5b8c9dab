"""What the scripts room says of a record: elements present, missing or asked for; wording; urgency (appendix C)."""

from operator import attrgetter

import msgspec

from data.record import Answer, Record
from scripts.elements import ElementState, Facts, judge, missing, summary
from scripts.pack import Packs
from scripts.urgency import Hint, hints, resolve
from scripts.wording import Finding, check


class Judgement(msgspec.Struct, frozen=True):
    """The state of one record at one moment."""

    states: list[ElementState]
    summary: str  # one sentence on the elements together, in the pack's words
    wording: list[Finding]
    hints: list[Hint]  # urgent kinds that the words suggest and nobody has chosen yet
    urgent_kinds: list[str]  # the chosen kinds that count, after their questions (5.1.4.1 note 1)
    pending: list[str]  # questions about a chosen kind that are still open
    notes: list[str]  # why a chosen kind does not count

    @property
    def missing(self) -> list[ElementState]:
        """The elements still to ask for."""
        return missing(self.states)


def judge_record(packs: Packs, record: Record) -> Judgement:
    """Judge a record by its types and urgent kinds; pure."""
    resolved = resolve(packs.urgency, record.urgency_kinds, record.urgency_answers)
    said = f"{record.title}\n{record.text}"
    states = judge(packs.elements, [*record.types, *resolved.kinds], record_facts(record))
    return Judgement(
        states=states,
        summary=summary(packs.elements, states),
        wording=check(packs.wording, said),
        hints=[hint for hint in hints(packs.urgency, said) if hint.kind not in record.urgency_kinds],
        urgent_kinds=list(resolved.kinds),
        pending=[question.text for question in resolved.pending],
        notes=list(resolved.notes),
    )


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


def record_facts(record: Record) -> Facts:
    """Lay a record out by element ids, as the rules of appendix C know them."""
    values = {element: element_value(record, element) for element in _FIELDS}
    values["place"] = values["place"] or record.place.street
    for element, answer in record.elements.items():
        values[element] = answer.text or values.get(element, "")
    return Facts(
        values={element: text for element, text in values.items() if text},
        text="\n".join(part for part in (record.title, record.text, record.wish) if part),
        asked={element: answer.asked for element, answer in record.elements.items() if answer.asked},
    )
