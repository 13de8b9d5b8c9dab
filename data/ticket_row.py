"""The row of a ticket: what of it stands in columns, to be searched, counted and sorted by, and what each is made of."""

from datetime import datetime

from data.callback_rules import left_open
from data.clock import to_storage
from data.events import Ticket
from data.lifecycle import State
from data.personal import phone_key, seal

LEADING, COPIED, HELPING = "主办", "抄送", "协办"  # the part that a unit has in a ticket


def row_of(ticket: Ticket) -> dict[str, object]:
    """Return the columns of a ticket's row by their names."""
    record = ticket.record
    waiting = any(reported.acknowledged_at is None for reported in ticket.escalations)
    handling = ticket.handling
    clock, since, due = running_clock(ticket)
    return {
        "id": ticket.id,
        "number": ticket.number,
        "seq": ticket.seq,
        "state": ticket.state,
        "urgent": record.urgent,
        "reported": waiting,
        "types": " ".join(record.types),
        "title": record.title,
        "source": record.source,
        "district": record.place.district,
        "street": record.place.street,
        "unit": ticket.unit,
        "phone_key": phone_key(record.claimant.phone or record.claimant.contact),
        "dial_key": dial_key(ticket),
        "created_by": ticket.created_by,
        "created_at": to_storage(ticket.created_at),
        "dispatch_due": to_storage(ticket.due.dispatch) if ticket.due else None,
        "clock": clock,
        "clock_from": since.timestamp() if since else None,
        "clock_due": due.timestamp() if due else None,
        "times": len(ticket.repeats) + 1,
        "asked_back": handling.return_request is not None,
        "reminded": _reminded(ticket, clock, due),
        "supervised": any(each.closed_at is None for each in handling.supervisions),
        "replies": len(handling.feedbacks),
        "feedback_due": handling.feedback_due.timestamp() if handling.feedback_due else None,
        **_callback_row(ticket),
        "body": seal(ticket),
    }


def parts_of(ticket: Ticket) -> list[tuple[str, str]]:
    """Return which units have to do with a ticket, and as what."""
    held, joined = ticket.handling.now_with, ticket.handling.joint_units
    parts = [(held.unit, LEADING), (held.copy_to, COPIED)] if held else []
    return [(unit, part) for unit, part in (*parts, *((unit, HELPING) for unit in joined)) if unit]


def dial_key(ticket: Ticket) -> str:
    """Return the key of the number on which a claimant is called back: the one they gave, else that of the line."""
    claimant = ticket.record.claimant
    return phone_key(claimant.contact) or phone_key(claimant.phone)


def _callback_row(ticket: Ticket) -> dict[str, object]:
    callback = ticket.callback
    plan, following, last = callback.waiting, callback.next_at, callback.last
    attempt = callback.attempts[-1] if plan and callback.attempts else None
    return {
        "callback_at": following.timestamp() if following else None,
        "callback_until": plan.until.timestamp() if plan else None,
        "callback_by": attempt.only_by if attempt else "",
        "callback_booked": attempt.appointment if attempt else False,
        "callback_ended": last.family if last else "",
        "unsettled": bool(left_open(ticket)),
    }


def _reminded(ticket: Ticket, clock: str, due: datetime | None) -> str:
    """Return the last that the system sent about the clock that runs now."""
    sent = [each.level for each in ticket.handling.reminders if (each.clock, each.due) == (clock, due)]
    return sent[-1] if sent else ""


def running_clock(ticket: Ticket) -> tuple[str, datetime | None, datetime | None]:
    """Return which clock of a ticket runs, from when and until when; an empty name where none does."""
    handling, held = ticket.handling, ticket.handling.now_with
    if ticket.state is State.TO_DISPATCH and ticket.due:
        return "dispatch", ticket.submitted_at or ticket.updated_at, ticket.due.dispatch
    if ticket.state is State.DISPATCHED and held:
        return "sign", held.at, held.sign_due
    if ticket.state in (State.SIGNED, State.HANDLING, State.IN_REVIEW) and held:
        return "feedback", handling.feedback_from or held.at, handling.feedback_due
    return "", None, None
