"""What of a ticket a reader may see: one rule for the form, the lists, the history and the command line.

Two things are closed: who a confidential claimant is (是否保密, 5.1.4.1), to all but whoever registered the ticket and, as
far as a call needs it, the unit that handles it; and what a record of secrets or privacy says (5.1.2.2), to all but its
writer and those who supervise.
"""

from typing import TypeVar

import msgspec

from data.events import Event, Ticket
from data.lifecycle import State
from data.people import HANDLERS, Actor, Role
from data.personal import mask_phone
from data.record import Answer, Attachment, Record, Scope

SECRET = "5.1.2.2e"  # 国家秘密、商业秘密、个人隐私: such a record is not for everybody
RESTRICTED = "（限制阅读，5.1.2.2）"
CONFIDENTIAL = "（保密）"
ANYBODY = Actor("")  # whoever it may be, with no role: what the command line shows unless told otherwise

Held = TypeVar("Held", Answer, Attachment, Scope)


def as_read_by(ticket: Ticket, reader: Actor) -> Ticket:
    """Return the ticket as this reader may see it: what is closed is replaced by a word that says so."""
    return msgspec.structs.replace(ticket, record=_record(ticket.record, ticket, reader))


def event_as_read_by(event: Event, ticket: Ticket, reader: Actor) -> Event:
    """Return one event of the ticket as this reader may see it; what the ticket is now decides, not what it was then."""
    payload = event.payload
    if "record" in payload:
        shown = _record(msgspec.convert(payload["record"], Record), ticket, reader)
        payload = {**payload, "record": msgspec.to_builtins(shown)}
    if payload.get("note") and restricted(ticket, reader):
        payload = {**payload, "note": RESTRICTED}
    return msgspec.structs.replace(event, payload=payload)


def may_contact(ticket: Ticket, reader: Actor) -> bool:
    """Whether a reader must reach the claimant, and so reads the name and the number of a confidential one.

    Callback staff, as long as the callback waits (5.4); the unit (5.2.2.2.2)
    from signing to feedback, and only where the unit is not itself what the request is about: those who are complained
    about shall not learn by whom. Helpers and copies never need it.
    """
    if ticket.callback.waiting and reader.may(Role.CALLBACK):
        return True
    held = ticket.handling.now_with
    if held is None or held.unit != reader.unit or not reader.may(*HANDLERS):
        return False
    return ticket.state in (State.SIGNED, State.HANDLING, State.IN_REVIEW) and not about_itself(ticket)


def about_itself(ticket: Ticket) -> bool:
    """Whether a request is about the unit that has it."""
    held, respondent = ticket.handling.now_with, ticket.record.respondent.strip()
    return bool(held and respondent and (respondent in held.unit or held.unit in respondent))


def restricted(ticket: Ticket, reader: Actor) -> bool:
    """Whether what the record says is closed to this reader."""
    scope = ticket.record.scope
    if scope is None or scope.clause != SECRET:
        return False
    return reader.agent_no != ticket.created_by and not reader.may(Role.SUPERVISOR, Role.ADMINISTRATOR)


def _record(record: Record, ticket: Ticket, reader: Actor) -> Record:
    if ticket.record.claimant.confidential and reader.agent_no != ticket.created_by:
        record = _to_contact(record) if may_contact(ticket, reader) else _without_claimant(record)
    return _without_content(record) if restricted(ticket, reader) else record


def _to_contact(record: Record) -> Record:
    """Leave of a confidential claimant what a call needs."""
    claimant = record.claimant
    shown = {"phone": claimant.phone if not claimant.contact else mask_phone(claimant.phone), "address": CONFIDENTIAL}
    return msgspec.structs.replace(record, claimant=msgspec.structs.replace(claimant, **shown))


def _without_claimant(record: Record) -> Record:
    claimant = msgspec.structs.replace(
        record.claimant,
        name=CONFIDENTIAL,
        phone=mask_phone(record.claimant.phone),
        contact=CONFIDENTIAL,
        address=CONFIDENTIAL,
    )
    elements = {name: answer for name, answer in record.elements.items() if name != "name"}
    return msgspec.structs.replace(record, claimant=claimant, elements=elements)


def _without_content(record: Record) -> Record:
    """Close every free text; where and when stay, since they tell nothing of the secret itself."""
    texts = ("title", "text", "respondent", "earlier_handling", "wish", "new_facts", "unit_reason")
    return msgspec.structs.replace(
        record,
        **{name: _closed(getattr(record, name)) for name in texts},
        elements={name: _with(answer, "text") for name, answer in record.elements.items()},
        attachments=[_with(attachment, "name") for attachment in record.attachments],
        scope=_with(record.scope, "note") if record.scope else None,
    )


def _with(held: Held, name: str) -> Held:
    return msgspec.structs.replace(held, **{name: _closed(getattr(held, name))})


def _closed(text: str) -> str:
    return RESTRICTED if text else ""
