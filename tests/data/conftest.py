"""Tickets for the tests of the store: a desk with numbers, and short ways to register and to change."""

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from data.clock import FixedClock
from data.events import NewEvent, Ticket, new_id
from data.lifecycle import Kind
from data.people import Actor, Role
from data.record import Record
from data.tickets import Act, TicketStore

Register = Callable[..., Ticket]


@pytest.fixture
def store(connection: sqlite3.Connection) -> TicketStore:
    """A ticket store with a hundred numbers of 2026-11-24."""
    made = TicketStore(connection)
    made.numbers.add(date(2026, 11, 24), range(1, 101))
    return made


@pytest.fixture
def register(store: TicketStore, clock: FixedClock, actor: Callable[..., Actor]) -> Register:
    """Register a ticket with this record, and let these events follow in the same act."""

    def make(record: Record | None = None, *then: NewEvent, ticket_id: str = "") -> Ticket:
        first: dict[str, Any] = {"record": record or Record(title="停水", text="三里屯停水两天")}
        events = [NewEvent(Kind.REGISTERED, first), *then]
        return store.act([Act(ticket_id or new_id(), events)], actor(Role.CALL_TAKER), clock.now())[0]

    return make
