"""The house of practice: the same registration on a store of its own, with no way to the live store or to any queue.

What is read of the city (packs, tables) is read from the live home; what is written goes below the practice root, which
is no part of the live home. The queue gives numbers and takes nothing: it has no address and opens no connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from console.house import House
from console.practice.courses import OWN_COURSES, Courses, load_courses
from console.sync import BLOCK
from data.clock import Clock
from data.events import Event
from data.home import Home
from data.late_queue import LateQueue
from data.queue import Arrival, DispatchQueue, HeldDelivery, QueueUnavailable, Refusal
from data.ticket_lists import TicketFilter
from scripts.pack import PackError
from scripts.scenarios import OWN_SCENARIOS, Scenarios, load_scenarios

MARK = "练习"
_NOWHERE = "练习不派发：练习的工单只存在练习目录里，到不了派单队列"


def practice_root(live: Path) -> Path:
    """Where practice keeps everything: beside the live home, never in it."""
    return live.with_name(f"{live.name}-practice")


@dataclass(frozen=True)
class PracticeHome(Home):
    """A home that reads the city's packs and tables from the live one and writes none of its files."""

    live: Path | None = None

    @property
    def packs(self) -> Path:
        """The city's own packs."""
        return (self.live or self.root) / "packs"

    @property
    def reference(self) -> Path:
        """The city's own tables."""
        return (self.live or self.root) / "reference"

    def folders(self) -> tuple[Path, ...]:
        """The folders that practice makes: its own."""
        return (self.root, self.drafts, self.cache, self.exports)


class PracticeQueue:
    """A dispatch queue that leads nowhere: it gives numbers, has nothing to read, and refuses whatever is handed in."""

    name = MARK
    reminds = False

    def __init__(self, used: int = 0) -> None:
        """Begin after the serials that were ``used`` before."""
        self._next = used + 1

    def clock(self) -> datetime | None:
        """No clock but the seat's own."""
        return None

    def identity(self) -> str:
        """Always the same: there is nothing that could be another."""
        return "practice"

    def append(self, events: Sequence[Event]) -> None:
        """Refuse.

        Raises:
            QueueUnavailable: always.
        """
        raise QueueUnavailable(_NOWHERE)

    def append_each(self, batches: Sequence[Sequence[Event]]) -> list[Refusal | None]:
        """Refuse.

        Raises:
            QueueUnavailable: always.
        """
        raise QueueUnavailable(_NOWHERE)

    def arrivals_after(self, position: int, limit: int = 500) -> list[Arrival]:
        """Nothing ever arrives."""
        return []

    def read_after(self, position: int, limit: int = 500) -> list[tuple[int, Event]]:
        """Nothing ever arrives."""
        return []

    def reserve_numbers(self, day: date, count: int) -> range:
        """Give serials that practice has not used yet, on any day."""
        first = self._next
        self._next += count
        return range(first, first + count)

    def wait(self, timeout: float) -> bool:
        """Nothing to wait for."""
        return False

    def held_deliveries(self, ticket_id: str = "") -> list[HeldDelivery]:
        """Nothing is ever delivered."""
        return []

    def requeue_deliveries(self, ticket_id: str = "") -> int:
        """Nothing is ever held."""
        return 0

    def close(self) -> None:
        """Nothing is open."""


class PracticeHouse(House):
    """One practice installation, open."""

    def __init__(self, root: Path, clock: Clock, live: Path | None = None) -> None:
        """Open the folder ``root``.

        Args:
            root: where practice keeps everything.
            clock: times the calls.
            live: the live home whose packs and tables are used; read only.

        Raises:
            ValueError: ``root`` is the live home, or lies in it or around it.
            HomeError, StorageError, SettingsError, ReferenceTableError: as `House`.
        """
        if live is not None:
            inner, outer = root.resolve(), live.resolve()
            if inner == outer or outer in inner.parents or inner in outer.parents:
                raise ValueError(f"练习目录 {root} 不能和正式数据目录 {live} 重叠：请换一个目录")
        self._live = live
        super().__init__(root, clock)

    def scenarios(self) -> tuple[Scenarios, list[PackError]]:
        """The scenarios in force, and what was refused of the city's own.

        Raises:
            PackError: a shipped file is faulty, which means a broken installation.
        """
        return load_scenarios(self.packs, self.home.packs / OWN_SCENARIOS)

    def courses(self, scenarios: Scenarios) -> tuple[Courses, list[PackError]]:
        """The courses in force, and what was refused of the city's own.

        Raises:
            PackError: a shipped file is faulty, which means a broken installation.
        """
        return load_courses(self.packs, scenarios, self.home.packs / OWN_COURSES)

    def _opened_home(self, root: Path) -> Home:
        return PracticeHome(root, self._live)

    def _late_queue(self) -> LateQueue:
        """Whatever settings and environment say, practice has no other queue than this."""
        return LateQueue(self._nowhere, MARK, reminds=False)

    def _nowhere(self) -> DispatchQueue:
        # No ticket has a serial of its own day beyond the tickets that there are and the block they came from.
        return PracticeQueue(self.tickets.count(TicketFilter()) + BLOCK)
