"""Reports to the manager on duty (5.1.3.3): what a desk says of them."""

from console.house import House
from data.events import Ticket


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
