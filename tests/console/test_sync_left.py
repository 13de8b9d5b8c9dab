"""What a round of synchronisation leaves: to another worker, for one works at a time (5.1.3.1), and to a later round."""

import fcntl
import math

import pytest

from console import sync
from console.house import House
from data.clock import FixedClock
from data.queue import QueueUnavailable
from data.sqlite_queue import SqliteQueue


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_a_round_that_was_left_to_another_tells_of_no_recovery(house: House, clock: FixedClock) -> None:
    """You should see the queue still called unusable, as the last round that was done found it, and well after one."""
    worker = house.sync_worker()
    for part in house.home.queue.parent.glob("queue.db*"):
        part.unlink()
    house.home.queue.mkdir()
    why = worker.run(clock.now()).unreachable
    assert why
    with (house.home.root / "sync.lock").open("w") as another:
        fcntl.flock(another, fcntl.LOCK_EX)
        assert worker.run(clock.now()).unreachable == why
    house.home.queue.rmdir()
    assert worker.run(clock.now()).unreachable == ""


def test_what_the_workers_gave_up_is_asked_now_and_then(
    house: House, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see one question in many rounds, one more at once after F8 and after a loss, and each round once it is time."""
    asked: list[str] = []
    monkeypatch.setattr(SqliteQueue, "held_deliveries", lambda queue, ticket_id="": asked.append("held") or [])
    monkeypatch.setattr(SqliteQueue, "requeue_deliveries", lambda queue, ticket_id: asked.append(ticket_id) or 1)
    monkeypatch.setattr(sync, "ASKED", math.inf)
    worker = house.sync_worker()
    for _ in range(5):
        worker.run(clock.now())
    assert asked == ["held"]
    worker.redeliver("a")
    for _ in range(5):
        worker.run(clock.now())
    assert asked == ["held", "a", "held"]
    identity = SqliteQueue.identity
    monkeypatch.setattr(SqliteQueue, "identity", lost)
    assert worker.run(clock.now()).unreachable == "断了"
    monkeypatch.setattr(SqliteQueue, "identity", identity)
    for _ in range(5):
        worker.run(clock.now())
    assert asked == ["held", "a", "held", "held"]
    monkeypatch.setattr(sync, "ASKED", 0.0)
    for _ in range(2):
        worker.run(clock.now())
    assert len(asked) == 6


def lost(queue: SqliteQueue) -> str:
    """A queue that cannot be used."""
    raise QueueUnavailable("断了")
