"""Fault tests: real processes, killed. Short unless ``--long`` is given."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from data.db import connect
from data.events import Event
from data.personal import seal
from data.tickets import TicketStore
from tests.queues import queue_of

ROOT = Path(__file__).parents[2]
SEAT = Path(__file__).with_name("seat.py")

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def factor(request: pytest.FixtureRequest) -> int:
    """How many times the short form's amount of work to do."""
    return 10 if request.config.getoption("--long") else 1


@contextmanager
def running(*program: object) -> Iterator[Start]:
    """Start a program with further arguments as often as asked; those left over are killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object, **given: Any) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *map(str, (*program, *arguments))],
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **given},
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a process that does one seat's work (see ``seat.py``)."""
    with running(SEAT) as run:
        yield run


def dense(events: list[Event]) -> bool:
    """Whether each ticket's events count 1, 2, 3 … in this order, each event once."""
    last: dict[str, int] = {}
    for event in events:
        if event.seq != last.get(event.ticket_id, 0) + 1:
            return False
        last[event.ticket_id] = event.seq
    return len({event.event_id for event in events}) == len(events)


@pytest.fixture
def check() -> Callable[[Path, Path | str, set[str]], None]:
    """Check a store and its queue: nothing of ``expected`` lost, nothing doubled, rows equal to events, all sent."""

    def whole(store_file: Path, queue_at: Path | str, expected: set[str]) -> None:
        connection: sqlite3.Connection = connect(store_file)
        queue = queue_of(queue_at)
        store = TicketStore(connection)
        tickets = list(store.every())
        assert expected <= {ticket.id for ticket in tickets}
        assert len({ticket.number for ticket in tickets}) == len(tickets)
        here = [event for ticket in tickets for event in store.events(ticket.id)]
        assert connection.execute("SELECT count(*) FROM events").fetchone()[0] == len(here)
        assert dense(here)
        for ticket in tickets:
            assert seal(ticket) == seal(store.rebuild(ticket.id))
        there = [event for _, event in queue.read_after(0, limit=1_000_000)]
        assert dense(there)
        assert {event.event_id: event for event in there} == {event.event_id: event for event in here}
        assert connection.execute("SELECT count(*) FROM outbox").fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM held").fetchone()[0] == 0
        for file in (connection, *([connect(queue_at)] if isinstance(queue_at, Path) else [])):
            assert file.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        queue.close()
        connection.close()

    return whole
