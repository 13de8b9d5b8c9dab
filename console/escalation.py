"""Reports to the manager on duty (5.1.3.3): what a desk says of them, and which ticket may still be reported."""

from console.house import House
from data.events import Ticket
from data.lifecycle import TRANSITIONS, Kind, State


def unreported(house: House, last: Ticket | None) -> Ticket | None:
    """Return the desk's last ticket as it stands now, where it waits for dispatch and nobody has reported it."""
    now = house.tickets.get(last.id) if last is not None and last.state is State.TO_DISPATCH else None
    return now if now is not None and now.state is State.TO_DISPATCH and not now.escalations else None


def may_report(ticket: Ticket) -> bool:
    """Whether a ticket stands where a report is drawn (annex A)."""
    return (ticket.state, Kind.ESCALATED) in TRANSITIONS


def seen_since(house: House, before: Ticket | None) -> Ticket | None:
    """Return the ticket as it stands now, once a manager has seen all its reports that nobody had; else nothing."""
    if before is None or all(report.acknowledged_at is not None for report in before.escalations):
        return None
    now = house.tickets.get(before.id)
    if now is None or any(report.acknowledged_at is None for report in now.escalations):
        return None
    return now


def seen_by(house: House, ticket: Ticket) -> str:
    """Say who saw the last report, and when; or that nobody has yet."""
    last = ticket.escalations[-1]
    if last.acknowledged_at is None:
        return "对方尚未确认"
    return f"{house.people.called(last.acknowledged_by)}已知悉（{last.acknowledged_at:%H:%M:%S}）"
