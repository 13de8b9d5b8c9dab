"""What a dead session left undone around a ticket that it had already handed on."""

from console.house import House
from console.registration import Registration
from data.drafts import Draft
from data.lifecycle import State
from data.people import Actor


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
