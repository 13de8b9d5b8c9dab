"""Positions are given to what has been committed: a reader skips nothing, however late a transaction commits."""

from collections.abc import Iterator

import psycopg
import pytest

from data.lifecycle import Kind
from data.personal import seal
from data.postgres.address import read_address
from data.postgres.queue import HISTORY, PostgresQueue
from data.queue import QueueUnavailable
from tests.data.postgres.conftest import Login
from tests.postgres import granted_url
from tests.queues import dispatched, step, to_dispatch

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


def test_no_plan_that_was_made_for_an_empty_queue_reads_all_of_a_full_one(
    database: str, centre: PostgresQueue, login: Login
) -> None:
    """You should see the large tables read by their indexes only, by desks that were connected when they were empty."""
    east = login("unit", "东街道", units=["东街道"])
    looked = (
        "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('events', 'access', 'feed', 'line', 'heads')"
    )
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")  # which tells the planner that there is nothing
        for _ in range(12):  # after some times a plan is kept
            assert [queue.read_after(0) for queue in (centre, east)] == [[], []]
            assert centre._arrivals(HISTORY, ["a"]) == []
        admin.execute("SELECT pg_stat_reset()")
        for number in range(30):
            tickets = [f"t{number}-{each}" for each in range(10)]
            batches = [[*to_dispatch(ticket), dispatched(ticket, 3, "东街道")] for ticket in tickets]
            assert centre.append_each(batches) == [None] * 10
            east.append_each([[step(ticket, 4, Kind.SIGNED)] for ticket in tickets])
        assert len(centre.read_after(0, 5000)) == len(east.read_after(0, 5000)) == 1200
        for queue in (centre, east):
            queue._link.execute("SELECT pg_stat_force_next_flush()")
        admin.execute("SELECT pg_stat_force_next_flush()")
        assert admin.execute(looked).fetchone() == (0,)
