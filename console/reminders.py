"""What the system sends by itself to whoever has a ticket (系统督办, 5.2.3a)."""

from datetime import datetime

import msgspec

from data.events import NewEvent, Ticket
from data.handling import PRESS, URGE
from data.lifecycle import AT_UNIT, Kind, State, TransitionRefused
from data.people import SYSTEM
from data.ticket_lists import TicketFilter
from data.ticket_row import running_clock
from data.tickets import Act, StaleTicket, TicketStore

RUNNING = (State.TO_DISPATCH, *AT_UNIT)
NEAR = 0.8  # 临近: this share of a clock's time is used up


class Reminding:
    """Looks for what is to be reminded of, at each round of a worker, but only when there can be anything.

    That is when the next instant has come, or when somebody wrote since the last look: a clock may have begun.
    """

    def __init__(self, tickets: TicketStore) -> None:
        self._tickets = tickets
        self._seen: tuple[int, int] | None = None
        self._next: datetime | None = None

    def look(self, now: datetime) -> int:
        """Send what is due at ``now``; returns how much was sent.

        Raises:
            StorageError: the disk refused.
        """
        written = self._tickets.written()
        if written == self._seen and (self._next is None or now < self._next):
            return 0
        # What is written during the look, by this one too, is seen at the next round.
        sent = remind(self._tickets, now)
        self._next, self._seen = self._tickets.next_reminder(NEAR), written
        return sent


def remind(tickets: TicketStore, now: datetime, limit: int = 500) -> int:
    """Send what the system sends by itself (5.2.3a): 催办 when nearly due, 督办 when due, each once a clock.

    Returns how many were sent. Several may run at once: a reminder that another sent first is no error.

    Raises:
        StorageError: the disk refused.
    """
    sent = 0
    for ticket in tickets.page(TicketFilter(states=RUNNING, share=NEAR, now=now, unreminded=True), limit):
        clock, _, due = running_clock(ticket)
        if due is None:
            continue
        event = reminder(ticket, clock, due, now)
        try:
            tickets.act([Act(ticket.id, [event], expected=ticket.seq)], SYSTEM, now)
        except (StaleTicket, TransitionRefused):
            continue  # it moved on between the look and the act; the next round looks again
        sent += 1
    return sent


def reminder(ticket: Ticket, clock: str, due: datetime, now: datetime) -> NewEvent:
    """What is sent about a clock of a ticket at ``now``: 催办 before it ends, 督办 from then on."""
    held = ticket.handling.now_with
    level = PRESS if now >= due else URGE
    payload = {"level": level, "clock": clock, "due": due, "unit": held.unit if held else ""}
    return NewEvent(Kind.REMINDED, msgspec.to_builtins(payload))


def next_reminder(ticket: Ticket) -> datetime | None:
    """When this ticket is to be reminded of next: nearly due, then due; None where nothing is left to send."""
    clock, since, due = running_clock(ticket)
    if since is None or due is None:
        return None
    sent = [each.level for each in ticket.handling.reminders if (each.clock, each.due) == (clock, due)]
    if not sent:
        return since + NEAR * (due - since)
    return None if PRESS in sent else due
