"""Fifty seats registering into one installation at once."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from data.db import connect
from data.home import Home
from data.ticket_lists import TicketFilter
from data.tickets import TicketStore

SEATS, SEATS_AT_EACH_CHANGE, EACH = 50, 20, 5

Start = Callable[..., "subprocess.Popen[str]"]
Check = Callable[[Path, Path, set[str]], None]


@pytest.mark.heavy
@pytest.mark.clause("5.1.4.1b")
def test_fifty_processes_register_at_once(home: Home, start: Start, check: Check, factor: int) -> None:
    """You should see all tickets, each number once, and not one "database is locked" or other complaint.

    The files do not exist yet: all fifty (twenty in the short form) also race to make them.
    """
    people = SEATS if factor > 1 else SEATS_AT_EACH_CHANGE
    begin = time.time() + 4.0  # imports of fifty processes on two cores; later ones join in
    seats = [start(home.root, "register", 8000 + seat, EACH * factor, begin) for seat in range(people)]
    outputs = [seat.communicate() for seat in seats]
    assert [errors for _, errors in outputs if errors] == []
    assert [seat.returncode for seat in seats] == [0] * people
    told = {ticket_id for lines, _ in outputs for ticket_id in lines.split()}
    assert len(told) == people * EACH * factor

    store = connect(home.store)
    for seat in range(people):
        assert TicketStore(store).count(TicketFilter(by=str(8000 + seat))) == EACH * factor
    store.close()
    assert start(home.root, "sync", 1).communicate() == ("", "")
    check(home.store, home.queue, told)


def test_many_sync_workers_at_once_send_each_event_once(home: Home, start: Start, check: Check) -> None:
    """You should see several sessions' workers and seats beside each other leave one history."""
    seats = [start(home.root, "register", 8000 + seat, 20) for seat in range(3)]
    workers = [start(home.root, "sync", 60) for _ in range(3)]
    outputs = [process.communicate() for process in (*seats, *workers)]
    assert [errors for _, errors in outputs if errors] == []
    assert [lines for lines, _ in outputs[3:]] == [""] * 3
    told = {ticket_id for lines, _ in outputs[:3] for ticket_id in lines.split()}
    assert len(told) == 60
    assert start(home.root, "sync", 1).communicate() == ("", "")
    check(home.store, home.queue, told)
