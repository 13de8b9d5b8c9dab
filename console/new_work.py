"""How a piece of work begins at a call-taker's desk: as a call, a web submission, or another matter of the same call."""

from datetime import datetime

import msgspec

from console.call_events import Ringing
from console.house import House
from data.calls import Call
from data.drafts import Draft
from data.events import new_id
from data.inbox import Submission
from data.record import PHONE, Claimant, Record


def of_call(house: House, agent_no: str, event: Ringing) -> Draft:
    """Begin the work on a call that rings."""
    ticket_id = new_id()
    call = Call(event.call_id, event.caller, event.at, agent_no, event.queued_at, holds=[], phrases=[])
    call.ticket_ids = [ticket_id]
    form = house.settings.lines.get(event.line, "")
    line = f"{event.line}（{form}）" if form else event.line
    record = Record(source=PHONE, line=line, claimant=Claimant(phone=event.caller))
    return Draft(ticket_id, agent_no, house.clock.now(), record, call=call)


def of_submission(agent_no: str, taken: Submission, now: datetime) -> Draft:
    """Begin the work on a web submission that this agent has taken."""
    record = msgspec.structs.replace(taken.record, raised_at=taken.submitted_at)
    return Draft(new_id(), agent_no, now, record, inbox_key=taken.key)


def of_same_call(before: Draft, now: datetime) -> Draft:
    """Begin the record of another matter of the same call: claimant and number stay, the ticket is its own."""
    told = before.record
    record = Record(source=told.source, line=told.line, raised_at=told.raised_at, claimant=told.claimant)
    return Draft(new_id(), before.agent_no, now, record, call=before.call)
