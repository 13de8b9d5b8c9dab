"""Events for tests of the queue, and what a queue would hand over of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from console.queues import late_queue
from console.settings import Settings
from data.clock import SHANGHAI
from data.events import Due, Event, new_id
from data.home import Home
from data.late_queue import LateQueue
from data.lifecycle import Kind
from data.personal import seal
from data.queue import Arrival
from data.record import Place, Record
from data.sqlite_queue import SqliteQueue


def queue_of(at: Path | str) -> LateQueue:
    """The queue in a file, or on a server by its URL."""
    if isinstance(at, Path):
        return LateQueue(lambda: SqliteQueue(at), at.name)
    return late_queue(Home(Path()), Settings(queue=at))


def arrivals(events: Iterable[Event], first: int = 1) -> list[Arrival]:
    """These events as arrivals, at positions from ``first`` on."""
    return [
        Arrival(position, event.ticket_id, event.seq, event.event_id, seal(event))
        for position, event in enumerate(events, start=first)
    ]


NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
_DUE = Due(NOW + timedelta(hours=24), "1个工作日", "7天", "受理时间")


def registered(ticket_id: str, title: str = "停水", district: str = "", by: str = "8012") -> Event:
    """The first step of a ticket."""
    record = Record(title=title, text=f"{title}的情况", place=Place(district=district))
    return step(ticket_id, 1, Kind.REGISTERED, by, number=f"20261124-{ticket_id}", record=msgspec.to_builtins(record))


def to_dispatch(ticket_id: str, title: str = "停水", district: str = "") -> list[Event]:
    """The steps up to where a ticket waits for dispatch."""
    submitted = step(ticket_id, 2, Kind.SUBMITTED, due=msgspec.to_builtins(_DUE))
    return [registered(ticket_id, title, district), submitted]


def dispatched(ticket_id: str, seq: int, unit: str, kind: Kind = Kind.DISPATCHED, **more: Any) -> Event:
    """The step that brings a ticket to a unit."""
    due = {"sign_due": NOW + timedelta(days=1), "feedback_due": NOW + timedelta(days=7), "basis": "自派发起"}
    return step(ticket_id, seq, kind, "2001", unit=unit, **msgspec.to_builtins(due), **more)


def step(ticket_id: str, seq: int, kind: Kind, by: str = "8012", **payload: Any) -> Event:
    """One event."""
    return Event(new_id(), ticket_id, seq, kind, NOW, by, "5", payload)
