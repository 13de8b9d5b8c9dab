"""The outbox: what still has to reach the queue, what failed and why, and what was refused."""

import sqlite3
from collections.abc import Callable

import pytest

from data.clock import FixedClock
from data.events import Event, NewEvent, Ticket, new_id
from data.lifecycle import Kind
from data.outbox import Outbox
from data.receiving import Receiving
from data.record import Record
from data.tickets import TicketStore
from tests.queues import arrivals

Register = Callable[..., Ticket]


@pytest.fixture
def outbox(connection: sqlite3.Connection) -> Outbox:
    return Outbox(connection)


def test_every_event_waits_until_it_was_sent(outbox: Outbox, register: Register) -> None:
    """You should see each event counted, the first unsent known, and only what was sent gone."""
    made = register(None, NewEvent(Kind.ESCALATED, {"to": "9001"}), NewEvent(Kind.CLASSIFIED))
    assert outbox.counts() == (3, 0)
    assert outbox.first_unsent(made.id) == 1
    outbox.sent({made.id: 2})
    assert (outbox.counts(), outbox.first_unsent(made.id)) == ((1, 0), 3)
    outbox.sent({made.id: 3})
    assert (outbox.counts(), outbox.first_unsent(made.id), outbox.tickets()) == ((0, 0), 0, [])


def test_the_oldest_is_sent_first(outbox: Outbox, register: Register) -> None:
    """You should see tickets in the order in which their unsent events were written."""
    made = [register().id for _ in range(4)]
    assert outbox.tickets() == made
    assert outbox.tickets(limit=2) == made[:2]


def test_what_fails_does_not_hold_up_the_others(outbox: Outbox, register: Register) -> None:
    """You should see tickets that cannot be sent come after those not yet tried, and none dropped."""
    stuck = [register().id for _ in range(3)]
    for ticket_id in stuck:
        outbox.failed(ticket_id, "队列拒绝")
    fresh = register().id
    assert outbox.tickets(limit=2) == [fresh, stuck[0]]
    assert set(outbox.tickets()) == {fresh, *stuck}


def test_the_sync_desk_sees_what_waits_and_why(outbox: Outbox, register: Register) -> None:
    """You should see number, title, count, attempts and the last reason of each waiting ticket."""
    made = register(Record(title="停水"), NewEvent(Kind.CLASSIFIED))
    outbox.failed(made.id, "网络不通")
    outbox.failed(made.id, "磁盘已满")
    (waiting,) = outbox.waiting()
    assert (waiting.ticket_id, waiting.number, waiting.title) == (made.id, made.number, "停水")
    assert (waiting.events, waiting.attempts, waiting.error) == (2, 2, "磁盘已满")


def test_a_refused_event_is_kept_until_it_is_given_up(
    outbox: Outbox, store: TicketStore, register: Register, clock: FixedClock
) -> None:
    """You should see the event whole, with the reason and the time, and only the one that was dropped gone."""
    for _ in range(2):
        made = register()
        number = {"number": made.number, "record": {}}
        theirs = Event(new_id(), made.id, 1, Kind.REGISTERED, clock.now(), "8013", "5.1.4.1", number)
        Receiving(store).yield_to(made.id, arrivals([theirs]), clock.now())
        clock.advance(seconds=1)
    first, second = outbox.refused()
    assert first.at < second.at
    assert first.event.payload["record"]["title"] == "停水"
    assert first.reason == "8013 已登记（10:30:00）"
    outbox.forget(first.event.event_id)
    assert outbox.refused() == [second]


def test_a_reading_position_never_goes_back(outbox: Outbox) -> None:
    """You should see the furthest position, for each queue its own, and none for a queue never met."""
    assert outbox.position("dispatch") is None
    outbox.advance("dispatch", 7)
    outbox.advance("dispatch", 3)
    outbox.advance("other", 1)
    assert (outbox.position("dispatch"), outbox.position("other")) == (7, 1)


def test_another_queue_is_read_from_the_beginning_and_sent_everything(
    outbox: Outbox, store: TicketStore, register: Register, clock: FixedClock
) -> None:
    """You should see the old position kept, all events wait again, and numbers of the old queue given up; once."""
    made = register(None, NewEvent(Kind.CLASSIFIED))
    day = clock.now().date()
    assert outbox.adopt("first") == 0
    assert store.numbers.left(day) > 0
    outbox.sent({made.id: 2})
    outbox.advance("first", 9)
    assert outbox.adopt("second") == 0
    assert outbox.counts() == (2, 0)
    assert store.numbers.left(day) == 0
    store.numbers.add(day, range(500, 600))
    outbox.sent({made.id: 2})
    assert (outbox.adopt("first"), outbox.adopt("second"), outbox.counts()) == (9, 0, (0, 0))
    assert store.numbers.left(day) == 100
