"""What a dead session left undone: a ticket that it had handed on already, and a call that is still going on."""

from collections.abc import Iterable

from console.conversation import GAVE_UP
from console.house import House
from console.registration import Registration
from data.calls import Call
from data.drafts import Draft
from data.lifecycle import State
from data.people import Actor

ENDED_HERE = ("", GAVE_UP)  # of a call that only this console took for ended, and that may go on


def settle(house: House, actor: Actor, draft: Draft) -> bool:
    """Finish the work of a draft whose ticket is out of the desk's hands; False where it is still being written.

    The draft itself is the caller's to remove.
    """
    ticket, now = house.tickets.get(draft.ticket_id), house.clock.now()
    if ticket is None or ticket.state is State.RECORDING:
        return False
    if draft.call is not None:
        draft.call.ended_at = draft.call.ended_at or draft.saved_at
        house.calls.save(draft.call)
    if draft.inbox_key:
        house.inbox.finish(draft.inbox_key, ticket.id)
    if draft.record != ticket.record:
        call_id = draft.call.id if draft.call else ""
        Registration(house, actor, draft.ticket_id, call_id=call_id).add(draft.record, now)
    return True


def left_call(house: House, actor: Actor, drafts: Iterable[Draft], call_id: str) -> Draft | None:
    """Return the work on a call that the telephone says is still going on: its draft, or once its request was handed on,
    one made of the ticket. None where this agent has left no such call."""
    for draft in drafts:
        if draft.call is not None and draft.call.id == call_id and draft.call.ended_by in ENDED_HERE:
            return draft
    call = _own(house.calls.get(call_id), actor)
    ticket = house.tickets.get(call.ticket_ids[-1]) if call and call.ticket_ids else None
    if call is None or ticket is None or call.ended_by not in ENDED_HERE:
        return None
    return Draft(ticket.id, actor.agent_no, house.clock.now(), ticket.record, call=call)


def rings_elsewhere(house: House, actor: Actor, call_id: str) -> bool:
    """Whether a call has come to this agent's number in another window before."""
    return _own(house.calls.get(call_id), actor) is not None


def _own(call: Call | None, actor: Actor) -> Call | None:
    return call if call is not None and call.agent_no == actor.agent_no else None
