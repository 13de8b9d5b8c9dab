"""A ticket as a desk shows it whole: the form of appendix D, and its history."""

from collections.abc import Callable

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from console.disclosure import event_as_read_by
from console.form import as_text, ticket_form
from console.history import event_detail
from console.house import House
from data.clock import SHANGHAI
from data.events import Event, Ticket
from data.lifecycle import KIND_NAMES
from data.people import Actor

SUMMARY, FORM, HISTORY = "摘要", "附录D", "办理过程"


def whole(house: House, ticket: Ticket, page: str, reader: Actor) -> Text | Group:
    """Draw the form, or with `HISTORY` the history, of a ticket as this reader may see it."""
    if page == HISTORY:
        events = [event_as_read_by(event, ticket, reader) for event in house.tickets.events(ticket.id)]
        return history_text(events, house.people.called)
    return Text(as_text(ticket_form(ticket, house.packs, reader)), no_wrap=True)


def history_text(events: list[Event], called: Callable[[str], str]) -> Group:
    """One head a step; what it brought hangs under it, continuation lines too."""
    steps: list[Text | Padding] = []
    for event in events:
        head = Text(f"{event.seq:>2}  {event.at.astimezone(SHANGHAI):%m-%d %H:%M:%S}  ")
        head.append(KIND_NAMES[event.kind], "bold")
        head.append(f"  {called(event.by)}  {event.clause}", "dim")
        steps.append(head)
        detail = event_detail(event)
        if detail:
            steps.append(Padding(Text(detail), (0, 0, 0, 4)))
    return Group(*steps)
