"""A desk with 10,000 tickets waiting and as many at units: opening and moving read a page, never the list."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from console.dispatch_desk import LISTS, DispatchDesk
from data.events import Ticket
from data.people import Actor, Role
from data.ticket_lists import TicketFilter
from data.tickets import TicketStore
from screens.ticket_rows import PAGE
from tests.screens.dispatch.steps import GAS, Make, Sit, at_desk, under_cursor

MANY = 10_000
COLUMNS = (
    "seq, urgent, reported, types, title, source, district, unit, phone_key, created_by, created_at, dispatch_due, "
    "clock, clock_from, clock_due"
)


@pytest.fixture
def crowd(house: Any, waiting: Make, sent: Make) -> None:
    """One waiting and one dispatched ticket, each copied until there are ``MANY`` of both: a row is what its body says.

    Where all bodies were the first one's, listing anew found that one under the cursor, and went back to it.
    """
    for ticket in (waiting("占道经营", unit=GAS), sent("占道经营")):
        rows = (
            f"INSERT INTO tickets (id, number, body, state, {COLUMNS}) "
            "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < ?) "
            "SELECT id || n, number || '-' || n, replace(replace(body, id, id || n), number, number || '-' || n), state, "
            f"{COLUMNS} FROM tickets JOIN count WHERE id = ?"
        )
        house._db.execute(rows, (MANY - 1, ticket.id))
    house._db.execute("INSERT OR IGNORE INTO positions VALUES ('dispatch', 1000000)")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tickets each page brought that was asked for."""
    asked: list[int] = []
    page: Callable[..., list[Ticket]] = TicketStore.page

    def counted(store: TicketStore, want: TicketFilter, limit: int = 100, offset: int = 0) -> list[Ticket]:
        found = page(store, want, limit, offset)
        asked.append(len(found))
        return found

    monkeypatch.setattr(TicketStore, "page", counted)
    monkeypatch.setattr(
        "console.reminders.remind", lambda tickets, now: 0
    )  # it pages beside the desk, in its own thread
    return asked


@pytest.mark.usefixtures("crowd")
async def test_opening_and_moving_read_a_page(sit: Sit, read: list[int]) -> None:
    """You should see the list open with one page read, Down read nothing, and End one page more."""
    async with sit(Role.DISPATCHER, agent_no="2001") as seat:
        await at_desk(seat)
        await seat.see(f"待派{MANY}", f"已派{MANY}")
        await seat.until(lambda: all(one.is_finished for one in seat.app.workers if one.group != "sync"))
        await seat.pilot.pause(0.5)  # what opening still brings, on a busy machine
        read.clear()
        seat.app.screen.reload(keep=True)
        await seat.rest()
        assert set(read) == {PAGE}
        opened = len(read)
        assert opened <= 2  # the tick may have looked as well
        for key in ("down",) * 5:
            await seat.press(key)
        assert len(read) <= opened + 1
        await seat.press("end")
        await seat.see(f"{MANY}/{MANY}")
        assert len(read) <= opened + 3
        under = seat.app.screen._item()
        seat.app.screen.reload(keep=True)  # as the tick does whenever anybody has written
        await seat.rest()
        assert seat.app.screen._item() == under
        await seat.see(f"{MANY}/{MANY}")
        assert len(read) <= opened + 7
        assert all(each <= PAGE for each in read)
        assert "占道经营" in under_cursor(seat)


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("name", LISTS)
def test_what_a_list_sorts_and_counts_by_stands_in_an_index(house: Any, name: Any) -> None:
    """You should see every list, its count and a ticket's place found without a look into the table's bodies."""
    desk, asked = DispatchDesk(house, Actor("2001")), list[str]()
    ticket = house.tickets.page(desk.want("待派"), 1)[0]
    house._db.set_trace_callback(asked.append)
    house.tickets.page(desk.want(name), PAGE)
    house.tickets.count(desk.want(name))
    house.tickets.place(desk.want(name), ticket)
    house._db.set_trace_callback(None)
    looked = [sql for sql in asked if sql.startswith("SELECT")]
    assert len(looked) == 3
    for sql in looked:
        plan: list[sqlite3.Row] = house._db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        steps = [row["detail"] for row in plan if "tickets" in row["detail"]]
        assert steps
        assert all("COVERING INDEX" in step or "INTEGER PRIMARY KEY (rowid=?)" in step for step in steps), steps
