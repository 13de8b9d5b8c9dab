"""What a dispatcher has chosen and written about a ticket and not done yet: one file a ticket, replaced at each keystroke."""

import contextlib
from pathlib import Path

import msgspec

from console.house import House
from data.drafts import keep_whole
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor
from data.personal import seal, unseal


class Judged(msgspec.Struct, frozen=True):
    """A decision about one authority as it is being written: 报, 不报 or nothing yet, and why."""

    answer: str = ""
    reason: str = ""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a dispatcher has chosen and written about one ticket and not done yet; kept at each keystroke."""

    unit: str = ""
    legal: str = ""  # the name of a row of the maintained legal limits (5.2.2.1.3 note)
    opinion: str = ""  # 派单处理意见
    answer: str = ""  # why a return is refused, or a reply sent back
    spoke_with: str = ""
    number: str | None = None  # None: as the units table has it
    result: str = ""
    decisions: dict[str, Judged] = {}


class Choices:
    """The choices of one dispatcher."""

    def __init__(self, house: House, actor: Actor) -> None:
        self._house = house
        self._agent_no = actor.agent_no
        self._choices = self._kept()

    def of(self, ticket: Ticket) -> Choice:
        """Return what was chosen and written about a ticket so far."""
        return self._choices.get(ticket.id, Choice())

    def keep(self, ticket: Ticket, choice: Choice) -> None:
        """Keep what was chosen and written; nothing of it is to be forgotten as well.

        Raises:
            StorageError: the disk refused; it is kept until the session ends.
        """
        if choice == self.of(ticket):
            return
        self._choices[ticket.id] = choice
        path = self._path(ticket.id)
        if choice != Choice():
            keep_whole(path, seal(choice))
        else:
            with contextlib.suppress(OSError):  # what is left over is read once more, and does no harm
                path.unlink(missing_ok=True)

    def _path(self, ticket_id: str) -> Path:
        # Not among the call desk's drafts, whose names end in .json.
        return self._house.home.drafts / f"{self._agent_no}.{ticket_id}.dispatch"

    def _kept(self) -> dict[str, Choice]:
        """Read what a session before this one left, but not about tickets that are completed by now."""
        kept: dict[str, Choice] = {}
        for path in self._path("*").parent.glob(self._path("*").name):
            ticket_id = path.name.split(".")[1]
            ticket = self._house.tickets.get(ticket_id)
            with contextlib.suppress(OSError, msgspec.DecodeError):
                if ticket is None or ticket.state is State.COMPLETED:
                    path.unlink(missing_ok=True)
                else:
                    kept[ticket_id] = unseal(path.read_bytes(), Choice)
        return kept
