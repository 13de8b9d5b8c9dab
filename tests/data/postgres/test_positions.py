"""Positions are given to what has been committed: a reader skips nothing, however late a transaction commits."""

from collections.abc import Iterator

import psycopg
import pytest

from data.personal import seal
from data.postgres.address import read_address
from data.postgres.queue import PostgresQueue
from data.queue import QueueUnavailable
from tests.data.postgres.conftest import Login
from tests.postgres import granted_url
from tests.queues import dispatched, to_dispatch

Late = psycopg.Connection


@pytest.fixture
def late(database: str, centre: PostgresQueue) -> Iterator[Late]:
    """A desk whose transactions stay open."""
    with psycopg.connect(granted_url(database, title="慢坐席")) as link:
        yield link


def write(link: Late, ticket_id: str) -> None:
    """Append within the open transaction."""
    link.execute("SELECT * FROM hotline.append(%s)", ([seal(event) for event in to_dispatch(ticket_id)],))


def ids(queue: PostgresQueue, after: int = 0) -> list[str]:
    """Whose steps come after a position."""
    return [event.ticket_id for _, event in queue.read_after(after)]


def test_what_commits_late_is_read_late_and_not_skipped(centre: PostgresQueue, late: Late) -> None:
    """You should see a transaction that began first and ended last behind those that overtook it."""
    write(late, "slow")
    centre.append(to_dispatch("fast"))
    *_, (read_to, _) = centre.read_after(0)
    assert ids(centre) == ["fast", "fast"]
    late.commit()
    assert ids(centre, read_to) == ["slow", "slow"]
    assert ids(centre) == ["fast", "fast", "slow", "slow"]


def test_what_is_given_up_leaves_no_place(centre: PostgresQueue, late: Late) -> None:
    """You should see nothing of a transaction that was rolled back, and its ticket free for another."""
    write(late, "a")
    late.rollback()
    centre.append(to_dispatch("a"))
    assert [(position, event.ticket_id) for position, event in centre.read_after(0)] == [(1, "a"), (2, "a")]


def test_a_reader_that_died_while_placing_holds_up_nobody(centre: PostgresQueue, late: Late) -> None:
    """You should see its half-done work undone, and the next reader do it."""
    centre.append(to_dispatch("a"))
    late.execute("SELECT hotline.settle()")
    late.rollback()
    assert ids(centre) == ["a", "a"]


def test_no_writer_waits_for_a_reader(centre: PostgresQueue, late: Late, database: str, login: Login) -> None:
    """You should see an append go through while another desk is in the middle of placing, and readers tell why not."""
    centre.append(to_dispatch("a"))
    late.execute("SELECT hotline.settle()")
    centre.append(to_dispatch("b"))
    hasty = PostgresQueue(read_address(granted_url(database, title="急坐席") + "?options=-c%20lock_timeout%3D100ms"))
    with pytest.raises(QueueUnavailable, match="等锁"):
        hasty.read_after(0)
    hasty.close()
    late.commit()
    assert ids(centre) == ["a", "a", "b", "b"]


def test_what_has_piled_up_is_placed_in_portions(centre: PostgresQueue) -> None:
    """You should see the oldest placed first, and the rest by the next look."""
    for number in range(5):
        centre.append(to_dispatch(f"t{number}"))
    centre._link.execute("SELECT hotline.settle(4)")
    read = centre._link.execute("SELECT ticket FROM hotline.read_after(0, 100)").fetchall()
    assert [ticket for (ticket,) in read] == ["t0", "t0", "t1", "t1"]
    assert ids(centre) == [f"t{number}" for number in range(5) for _ in range(2)]


def test_a_unit_reads_past_what_is_not_its_own_without_losing_its_place(
    centre: PostgresQueue, east: PostgresQueue, late: Late
) -> None:
    """You should see a dispatch that commits late come to its unit behind those that overtook it."""
    events = [*to_dispatch("slow"), dispatched("slow", 3, "东街道")]
    late.execute("SELECT * FROM hotline.append(%s)", ([seal(event) for event in events],))
    centre.append([*to_dispatch("fast"), dispatched("fast", 3, "东街道")])
    *_, (read_to, _) = east.read_after(0)
    late.commit()
    assert ids(east, read_to) == ["slow"] * 3
