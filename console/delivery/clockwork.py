"""The reminders of the centre (系统督办, 5.2.3a): before and after each clock, sent by whichever worker looks."""

from datetime import datetime, timedelta

import msgspec

from console.reminders import next_reminder, reminder
from data.events import Event, Ticket, fold, fold_all, new_id
from data.lifecycle import TransitionRefused, transition
from data.people import SYSTEM_AGENT
from data.postgres.deliveries import CentreQueue
from data.ticket_row import running_clock

BATCH = 200  # tickets looked at in one round trip
_UNREADABLE_AGAIN = timedelta(hours=1)


def look(queue: CentreQueue, now: datetime) -> int:
    """Send what is due at ``now`` for all tickets of the queue; returns how many reminders were sent.

    Several may look at once: the queue takes each reminder of a clock once, since each names the step it follows.

    Raises:
        QueueUnavailable: the server cannot be used.
    """
    sent = 0
    while True:
        batch = queue.due_clocks(now, BATCH)
        took, moved = _look_at(queue, batch, now)
        sent += took
        if len(batch) < BATCH or not moved:
            return sent


def _look_at(queue: CentreQueue, batch: list[str], now: datetime) -> tuple[int, bool]:
    """Look at some tickets; returns how many reminders were sent, and whether any ticket is done with for now."""
    looks: list[tuple[str, int, datetime | None]] = []
    sending: list[tuple[Ticket, Event]] = []
    for ticket_id, arrivals in queue.history(batch).items():
        try:
            ticket = fold_all(arrival.event() for arrival in arrivals)
            assert ticket is not None
        except (
            msgspec.MsgspecError,
            TransitionRefused,
        ):  # of a newer program, or forged: desks hold it with its reason
            looks.append((ticket_id, 2**31 - 1, now + _UNREADABLE_AGAIN))
            continue
        at = next_reminder(ticket)
        if at is None or at > now:
            looks.append((ticket_id, ticket.seq, at))
            continue
        clock, _, due = running_clock(ticket)
        assert due is not None
        new = reminder(ticket, clock, due, now)
        clause = transition(ticket.state, new.kind).clause
        step = ticket.seq + 1
        sending.append((ticket, Event(new_id(), ticket.id, step, new.kind, now, SYSTEM_AGENT, clause, new.payload)))
    outcomes = queue.append_each([[event] for _, event in sending])
    taken = [pair for pair, refused in zip(sending, outcomes, strict=True) if refused is None]
    looks += [(ticket.id, event.seq, next_reminder(fold(ticket, event))) for ticket, event in taken]
    queue.looked_at(looks)
    return len(taken), bool(looks)
