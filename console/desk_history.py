"""What is known already about the work on a call-taker's desk: the number's other tickets, and likely repeats (5.1.2.2)."""

from collections.abc import Callable, Sequence

from console.house import House
from console.repeats import Likely, likely_repeats, of_claimant
from data.drafts import Draft
from data.events import Ticket
from data.people import Actor


class DeskHistory:
    """The earlier tickets that matter to one desk, as its agent may see them."""

    def __init__(self, house: House, actor: Actor, work: Callable[[], Draft | None]) -> None:
        self._house = house
        self._actor = actor
        self._work = work

    def repeats(self) -> list[Likely]:
        """Earlier tickets that may be about the same matter."""
        draft = self._work()
        return likely_repeats(self._house.tickets, draft.record, draft.ticket_id, self._actor) if draft else []

    def earlier(self) -> list[Ticket]:
        """The other tickets of this claimant's number, newest first."""
        draft = self._work()
        return of_claimant(self._house.tickets, draft.record, draft.ticket_id, self._actor) if draft else []

    def related(self, likely: Sequence[Likely]) -> list[tuple[Ticket, str]]:
        """The likely repeats, most alike first, then the number's other tickets; each with why it is shown."""
        found = [(each.ticket, each.because) for each in likely]
        known = {ticket.id for ticket, _ in found}
        return found + [(ticket, "同一号码") for ticket in self.earlier() if ticket.id not in known]
