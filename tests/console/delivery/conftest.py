"""A centre with a house, its queue, a mail server and a unit's system, in this process."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from console.delivery.routes import Delivering
from console.delivery.watching import WorkWatch
from console.house import House
from data.clock import FixedClock
from data.postgres.address import read_address
from data.postgres.deliveries import CentreQueue
from tests.delivery import HOOKED, SECRET, Centre, MailRoom, System, mail, make_centre, system

__all__ = ["mail", "system"]


@pytest.fixture
def centre(tmp_path: Path, database: str) -> Centre:
    """The installation, without settings."""
    return make_centre(tmp_path / "centre", database)


class Desk:
    """What a worker does, one step at a time, at a clock that stands still."""

    def __init__(self, centre: Centre, clock: FixedClock) -> None:
        self.house, self.admin = House(centre.root, clock), centre.admin
        self.clock = clock
        self.log: list[Mapping[str, object]] = []
        self.watch = WorkWatch(clock, self.log.append)
        self.queue = CentreQueue(read_address(centre.url))
        self.delivering = Delivering(self.house, self.watch)

    def close(self) -> None:
        """Close it."""
        self.queue.close()
        self.house.close()


@pytest.fixture
def desk(centre: Centre, mail: MailRoom, system: System, clock: FixedClock) -> Iterator[Desk]:
    """A worker's parts, with a mail server and one unit's system in the settings."""
    units = {HOOKED: {"url": system.url, "secret": SECRET}}
    centre.settings(
        mail=mail.url, units=units, platforms={"微信": {"url": system.url, "secret": SECRET}}, waits=[60, 600]
    )
    made = Desk(centre, clock)
    yield made
    made.close()
