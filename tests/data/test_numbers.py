"""Ticket numbers: taken from reserved blocks, each once, also without the network."""

import sqlite3
from collections.abc import Callable
from datetime import date

import pytest

from data.clock import FixedClock
from data.db import writing
from data.events import NewEvent, Ticket, new_id
from data.lifecycle import Kind
from data.numbers import NumberBlocks, NumbersExhausted, format_number
from data.people import Actor
from data.tickets import Act, TicketStore

DAY = date(2026, 11, 24)


@pytest.fixture
def blocks(connection: sqlite3.Connection) -> NumberBlocks:
    return NumberBlocks(connection)


@pytest.mark.clause("5.1.4.1b")
def test_a_number_is_the_day_and_a_serial() -> None:
    """You should see a number that sorts by day, and grows past five digits rather than starting over."""
    assert format_number(DAY, 7) == "2026112400007"
    assert format_number(DAY, 123456) == "20261124123456"


def test_numbers_of_several_blocks_come_in_order(blocks: NumberBlocks, connection: sqlite3.Connection) -> None:
    """You should see the lower block used up first, each serial once, and the count go down."""
    blocks.add(DAY, range(11, 13))
    blocks.add(DAY, range(5, 7))
    assert blocks.left(DAY) == 4
    with writing(connection):
        taken = [blocks.take(DAY) for _ in range(4)]
    assert taken == [format_number(DAY, serial) for serial in (5, 6, 11, 12)]
    assert blocks.left(DAY) == 0


def test_a_day_without_numbers_says_so(blocks: NumberBlocks) -> None:
    """You should see the day and the way out; another day's numbers are not used."""
    blocks.add(DAY, range(1, 3))
    with pytest.raises(NumbersExhausted, match=r"2026-11-25.*派单队列"):
        blocks.take(date(2026, 11, 25))


def test_a_number_of_a_failed_transaction_is_free_again(blocks: NumberBlocks, connection: sqlite3.Connection) -> None:
    """You should see no hole where a save was refused."""
    blocks.add(DAY, range(1, 3))
    with pytest.raises(ValueError, match="refused"), writing(connection):  # noqa: PT012
        blocks.take(DAY)
        raise ValueError("refused")
    with writing(connection):
        assert blocks.take(DAY) == format_number(DAY, 1)


def test_blocks_of_days_long_past_are_forgotten(blocks: NumberBlocks) -> None:
    """You should see yesterday's block kept (a late save may need it) and last month's gone."""
    blocks.add(date(2026, 10, 24), range(1, 3))
    blocks.add(date(2026, 11, 23), range(1, 3))
    blocks.add(DAY, range(1, 3))
    assert [blocks.left(day) for day in (date(2026, 10, 24), date(2026, 11, 23), DAY)] == [0, 2, 2]


def test_serials_given_twice_by_a_restored_queue_are_passed_over(
    store: TicketStore, register: Callable[..., Ticket]
) -> None:
    """You should see the next free number instead of a save that fails for ever."""
    first = [register().number for _ in range(3)]
    store.numbers.add(DAY, range(1, 3))  # what an older copy of the queue would give again
    store.numbers.add(DAY, range(1, 101))
    assert register().number == format_number(DAY, 4)
    assert first == [format_number(DAY, serial) for serial in (1, 2, 3)]


def test_a_ticket_may_take_a_number_of_another_day(
    store: TicketStore, actor: Callable[..., Actor], clock: FixedClock
) -> None:
    """You should see the day that was asked for, not today's."""
    store.numbers.add(date(2026, 11, 23), range(1, 3))
    act = Act(new_id(), [NewEvent(Kind.REGISTERED, {"record": {}})], number_day=date(2026, 11, 23))
    (ticket,) = store.act([act], actor(), clock.now())
    assert ticket.number == "2026112300001"
