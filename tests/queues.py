"""What a queue would hand over: events as they stand in it."""

from collections.abc import Iterable

from data.events import Event
from data.personal import seal
from data.queue import Arrival


def arrivals(events: Iterable[Event], first: int = 1) -> list[Arrival]:
    """These events as arrivals, at positions from ``first`` on."""
    return [
        Arrival(position, event.ticket_id, event.seq, event.event_id, seal(event))
        for position, event in enumerate(events, start=first)
    ]
