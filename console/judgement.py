"""What the scripts room says of a record: elements present, missing or asked for; wording; urgency (appendix C)."""

import msgspec

from data.record import Record
from scripts.elements import ElementState, Facts, judge
from scripts.pack import Packs
from scripts.urgency import Hint, hints, resolve
from scripts.wording import Finding, check


class Judgement(msgspec.Struct, frozen=True):
    """The state of one record at one moment."""

    states: list[ElementState]
    wording: list[Finding]
    hints: list[Hint]  # urgent kinds that the words suggest and nobody has chosen yet
    urgent_kinds: list[str]  # the chosen kinds that count, after their questions (5.1.4.1 note 1)
    pending: list[str]  # questions about a chosen kind that are still open
    notes: list[str]  # why a chosen kind does not count

    @property
    def missing(self) -> list[ElementState]:
        """The elements still to ask for."""
        return [state for state in self.states if state.status == "missing"]


def judge_record(packs: Packs, record: Record) -> Judgement:
    """Judge a record by its types and urgent kinds; pure."""
    resolved = resolve(packs.urgency, record.urgency_kinds, record.urgency_answers)
    said = f"{record.title}\n{record.text}"
    return Judgement(
        states=judge(packs.elements, [*record.types, *resolved.kinds], record_facts(record)),
        wording=check(packs.wording, said),
        hints=[hint for hint in hints(packs.urgency, said) if hint.kind not in record.urgency_kinds],
        urgent_kinds=list(resolved.kinds),
        pending=[question.text for question in resolved.pending],
        notes=list(resolved.notes),
    )


def record_facts(record: Record) -> Facts:
    """Lay a record out by element ids, as the rules of appendix C know them."""
    place = record.place
    values = {
        "name": record.claimant.name,
        "time": record.event_time,
        "place": place.text or place.street,
        "landmark": place.landmark,
        "direction": place.direction,
        "distance": place.distance,
        "object": record.respondent,
        "earlier": record.earlier_handling,
    }
    for element, answer in record.elements.items():
        values[element] = answer.text or values.get(element, "")
    return Facts(
        values={element: text for element, text in values.items() if text},
        text="\n".join(part for part in (record.title, record.text, record.wish) if part),
        asked={element: answer.asked for element, answer in record.elements.items() if answer.asked},
    )
