"""A round of synchronisation that another worker is at the moment of: one works, the others pass (5.1.3.1)."""

import fcntl

import pytest

from console.house import House
from data.clock import FixedClock


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
