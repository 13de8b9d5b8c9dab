"""Position readers of the city's queue beside writers that commit at random moments: nothing skipped, nothing twice."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.queue import Arrival
from tests.faults.conftest import running
from tests.faults.server_writer import UNIT
from tests.postgres import granted_url, opened

WRITER = Path(__file__).with_name("server_writer.py")
WRITERS, LONGEST = 8, 20

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def writer() -> Iterator[Start]:
    """Start a writer's process."""
    with running(WRITER) as run:
        yield run


def in_order(arrivals: list[Arrival]) -> bool:
    """Whether each ticket's steps count 1, 2, 3 … in this order, no event twice, positions never going back."""
    last: dict[str, int] = {}
    for arrival in arrivals:
        if arrival.seq != last.get(arrival.ticket_id, 0) + 1:
            return False
        last[arrival.ticket_id] = arrival.seq
    positions = [arrival.position for arrival in arrivals]
    return positions == sorted(positions) and len({arrival.event_id for arrival in arrivals}) == len(arrivals)


@pytest.mark.clause("5")
def test_readers_beside_eight_writers_miss_nothing(database: str, writer: Start, factor: int) -> None:
    """You should see two readers of everything and one of a unit find every committed event once, each ticket in order.

    The long form reads 100,000 events, the short one 4,000.
    """
    each = (100_000 if factor > 1 else 4_000) // WRITERS
    url = granted_url(database)
    writers = [writer(url, f"w{number}", each, LONGEST) for number in range(WRITERS)]
    readers = [opened(url), opened(url), opened(granted_url(database, "unit", UNIT, [UNIT]))]
    read: list[list[Arrival]] = [[] for _ in readers]
    busy = True
    found: list[list[Arrival]] = []
    while busy or any(found):
        busy = any(process.poll() is None for process in writers)  # before the look: the last events come after it
        found = []
        for reader, got in zip(readers, read, strict=True):
            found.append(reader.arrivals_after(got[-1].position if got else 0, limit=700))
            got += found[-1]
        if busy and not any(found):
            readers[0].wait(0.2)
    outputs = [process.communicate() for process in writers]
    assert [errors for _, errors in outputs] == [""] * WRITERS
    committed = sum(int(output) for output, _ in outputs)
    assert committed >= each * WRITERS
    assert [len(got) for got in read[:2]] == [committed] * 2
    assert all(map(in_order, read))
    assert read[0] == read[1]
    dispatched = {arrival.ticket_id for arrival in read[0] if arrival.seq == 4}
    assert {arrival.event_id for arrival in read[2]} == {
        arrival.event_id for arrival in read[0] if arrival.ticket_id in dispatched
    }
    assert [arrival.position for arrival in read[0]] == list(range(1, committed + 1))
    for reader in readers:
        reader.close()
