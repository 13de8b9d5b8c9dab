"""The reply (办理结果, 5.2.2.3) while it is being written: its rows, what is known beforehand, what it lacks."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from console.handling import outcomes, starting_elements
from console.house import House
from console.reply_check import wrong
from console.unit_words import BLANKS, blanks_of, course_of, known_blanks
from data.events import Ticket
from data.handling import FEEDBACK_ELEMENTS
from data.steps import from_web

WATCH = "opinion_watch"  # 舆情信息
OUTCOME = "outcome"
LONG = ("course", "law")  # written in several lines


class Row(NamedTuple):
    """One row: its name, what stands before it, the clause; whether it is filled, and whether the reply needs it.

    What is ``wrong`` with the words in it, in a sentence, leaves it unfilled.
    """

    name: str
    label: str
    clause: str
    filled: bool
    needed: bool
    wrong: str = ""


def every_name() -> tuple[str, ...]:
    """Return the names of all rows that a reply may have, in the order in which they stand on a page."""
    longest_last = ("course", "measures", "reason", "next_step", "by_when", "studied", "grounds", "law", "told")
    others = [name for elements in FEEDBACK_ELEMENTS.values() for name, _, _ in elements if name not in longest_last]
    return tuple(dict.fromkeys((*others, *longest_last, WATCH, *BLANKS)))


def rows(house: House, ticket: Ticket, outcome: str, texts: Mapping[str, str]) -> list[Row]:
    """Return the rows of a reply: each element of its outcome, the opinion watch of a web request, the blanks of B.3.3."""
    wanted = list(FEEDBACK_ELEMENTS.get(outcome, ()))
    if outcome and from_web(ticket):
        wanted.append((WATCH, "舆情信息", "5.2.2.3.1"))
    made, now = [], house.clock.now()
    for element in wanted:
        text = texts.get(element[0], "").strip()
        reason = wrong(house, ticket, element, text, now)
        made.append(Row(*element, bool(text) and not reason, True, reason))
    return made + [
        Row(name, BLANKS[name], "B.3.3", bool(texts.get(name, "").strip()), False) for name in blanks_of(house, outcome)
    ]


def first_lacking(house: House, ticket: Ticket, outcome: str, texts: Mapping[str, str]) -> str:
    """Return the name of the first row that the reply needs and that is empty or wrong: where to write next."""
    if outcome not in outcomes(ticket):
        return OUTCOME
    return next((row.name for row in rows(house, ticket, outcome, texts) if row.needed and not row.filled), "")


def first_texts(house: House, ticket: Ticket, outcome: str, unit: str, now: datetime) -> dict[str, str]:
    """Return what a reply begins with: what is known, and the draft that a leader gave back."""
    if outcome not in outcomes(ticket):
        return {}
    draft = ticket.handling.draft
    known = starting_elements(ticket, outcome, unit, now) | known_blanks(house, ticket)
    return known | ({WATCH: draft.opinion_watch} if draft else {})


def completed(texts: Mapping[str, str], first: Mapping[str, str]) -> dict[str, str]:
    """Return the texts with what is known put where nothing was written."""
    return {**first, **{name: text for name, text in texts.items() if text}}


def with_course(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts with the course of handling written from the blanks of B.3.3, unless it was written already."""
    if texts.get("course", "").strip():
        return dict(texts)
    return {**texts, "course": course_of(texts)}


def elements(outcome: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return a reply's elements by name."""
    return {name: texts.get(name, "") for name, _, _ in FEEDBACK_ELEMENTS.get(outcome, ())}
