"""Requests that come again (5.1.2.2, 5.2.3): found by number and by place, linked and counted, never dropped."""

from typing import NamedTuple

from rapidfuzz import fuzz

from console.disclosure import as_read_by
from data.events import NewEvent, Ticket
from data.lifecycle import Kind
from data.people import Actor
from data.record import Record
from data.tickets import Act, TicketStore

ALIKE = 60.0  # token similarity, 0-100, from which two records of one district look like one matter


class Likely(NamedTuple):
    """An earlier ticket that may be about the same matter, and why it is shown."""

    ticket: Ticket
    score: float
    because: str


def of_claimant(store: TicketStore, record: Record, own_id: str, reader: Actor) -> list[Ticket]:
    """Return the other tickets of the record's number, newest first, as ``reader`` may see them."""
    number = record.claimant.phone or record.claimant.contact
    return [as_read_by(ticket, reader) for ticket in store.of_phone(number) if ticket.id != own_id] if number else []


def likely_repeats(store: TicketStore, record: Record, own_id: str, reader: Actor, limit: int = 5) -> list[Likely]:
    """Return earlier tickets that this record may repeat, most alike first, as ``reader`` may see them."""
    found: dict[str, Likely] = {}
    number = record.claimant.phone or record.claimant.contact
    for ticket in store.of_phone(number) if number else []:
        _consider(found, ticket, record, own_id, floor=ALIKE - 25, why="同一号码")
    for ticket in store.of_district(record.place.district) if record.place.district else []:
        _consider(found, ticket, record, own_id, floor=ALIKE, why=f"同在{record.place.district}")
    likely = sorted(found.values(), key=lambda each: -each.score)[:limit]
    return [each._replace(ticket=as_read_by(each.ticket, reader)) for each in likely]


def repeat_acts(record: Record, ticket_id: str) -> list[Act]:
    """Return the act that counts this ticket on the earlier one it repeats (5.2.3), if it repeats one."""
    if not record.repeats:
        return []
    return [Act(record.repeats, [NewEvent(Kind.REPEATED, {"ticket_id": ticket_id})])]


def _consider(found: dict[str, Likely], ticket: Ticket, record: Record, own_id: str, *, floor: float, why: str) -> None:
    if ticket.id == own_id or ticket.id in found:
        return
    score = fuzz.token_set_ratio(_matter(record), _matter(ticket.record), processor=_characters)
    if score >= floor:
        found[ticket.id] = Likely(ticket, score, f"{why}，内容相似 {score:.0f}%")


def _matter(record: Record) -> str:
    return f"{record.place.text} {record.title} {record.own_text[:200]}"


def _characters(text: str) -> str:
    # token_set_ratio compares sets of tokens; Chinese writes no spaces, so pairs of characters are the tokens.
    return " ".join(text[at : at + 2] for at in range(len(text) - 1))
