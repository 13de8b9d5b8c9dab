"""What a store holds, for tests that compare it before and after."""

import sqlite3
from typing import Any

from data.personal import seal
from data.tickets import TicketStore


def everything(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that an act may touch."""
    names = ("events", "tickets", "outbox", "refused", "held", "number_blocks")
    return {name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2")] for name in names}


def assert_rows_equal_events(connection: sqlite3.Connection) -> None:
    """Every ticket row, column by column, is what its events say, and no events are without a row."""
    store = TicketStore(connection)
    rows = {row["id"]: row for row in connection.execute("SELECT * FROM tickets")}
    assert set(rows) == {row["ticket_id"] for row in connection.execute("SELECT DISTINCT ticket_id FROM events")}
    for ticket_id, row in rows.items():
        ticket = store.rebuild(ticket_id)
        assert row["body"] == seal(ticket)
        assert (row["number"], row["seq"], row["state"]) == (ticket.number, ticket.seq, ticket.state)
        assert row["reported"] == any(one.acknowledged_at is None for one in ticket.escalations)
        assert (row["title"], row["urgent"]) == (ticket.record.title, ticket.record.urgent)
        assert [event.seq for event in store.events(ticket_id)] == list(range(1, ticket.seq + 1))
