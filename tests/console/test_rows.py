"""The rows of tickets: an act writes only the columns that it moves, and every row is as if it had been written whole."""

import sqlite3
from datetime import timedelta

from console.callback import Calling, Heard
from console.house import House
from console.sampling import Rule, sample
from console.supervision import Supervising
from data.callbacks import Answer
from data.clock import FixedClock
from data.handling import MEETING
from data.lifecycle import AT_UNIT
from data.tickets import TicketStore
from tests.lives import SUPERVISOR, Lives, facts_of
from tests.pasts import CALLERS, Pasts


def test_each_row_is_as_if_it_had_been_written_whole(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see, after random pasts, no column of any row and no part of a unit changed by writing them anew."""
    pasts = Pasts(house, clock, seed=5)
    tickets = [pasts.one() for _ in range(60)]
    for ticket in tickets[::7]:
        if ticket.state in AT_UNIT:
            Supervising(house, SUPERVISOR).supervise(
                ticket, MEETING, facts_of(MEETING), clock.now() + timedelta(days=1)
            )
    lives.replied("小区电梯停运", phone="13900000001")
    sample(house, Rule(1, "unit", "s"), CALLERS[0], clock.now())
    for waiting in house.callback_list.waiting(3):
        calling = Calling(house, CALLERS[0])
        busy = house.packs.callback.outcome("占线")
        given = {"contacted": Answer("是")}
        calling.not_interviewed([Heard(each, given) for each in calling.tickets(waiting.ticket_ids)], busy, "c")
    db = house._db
    rows, parts = _all(db)
    store = TicketStore(db)
    for row in rows:
        store._project(store.rebuild(row["id"]))
    after, parts_after = _all(db)
    moved = {
        (old["number"], name) for old, new in zip(rows, after, strict=True) for name in old if old[name] != new[name]
    }
    assert moved == set()
    assert set(parts_after) == set(parts)
    assert len(rows) > 60


def _all(db: sqlite3.Connection) -> tuple[list[dict[str, object]], list[tuple[object, ...]]]:
    """Every row of tickets, and every part of a unit."""
    rows = [dict(row) for row in db.execute("SELECT * FROM tickets ORDER BY id")]
    parts = [tuple(row) for row in db.execute("SELECT unit, ticket_id, part FROM ticket_units ORDER BY 1, 2, 3")]
    return rows, parts
