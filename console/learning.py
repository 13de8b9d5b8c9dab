"""Learning from what people chose (5.2.2.1.5): each choice is kept on this machine, and no desk waits for it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from console.suggest import Decided, Suggester
from data.db import StorageError
from data.events import Ticket


def decided(ticket: Ticket, unit: str) -> Decided:
    """Write down what people decided about a ticket; ``unit`` is empty where only the program named one."""
    record = ticket.record
    return Decided(
        record.own_text, record.title, ticket.number, unit, record.topic, record.types[0] if record.types else ""
    )


def chosen_unit(ticket: Ticket) -> str:
    """Return the unit that a person chose for a ticket, the last dispatcher before the call-taker; nothing where none did."""
    sent = ticket.handling.dispatches
    # Where a ticket goes anew, a person always said where.
    by_dispatcher = next((sent[at].unit for at in reversed(range(len(sent))) if at or sent[at].chosen), "")
    return by_dispatcher or (ticket.record.unit if ticket.record.unit_chosen else "")


class Learning:
    """Keeps choices one after another in a thread of its own."""

    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="learning")

    def chosen(self, ticket: Ticket, unit: str) -> None:
        """Keep what people chose for a ticket; ``unit`` is empty where only the program named one."""
        self._thread.submit(self._keep, decided(ticket, unit))

    def close(self) -> None:
        """Keep what is still to be kept, and end the thread."""
        self._thread.shutdown()

    def _keep(self, decided: Decided) -> None:
        # The ticket went its way already, and `hotline suggest --learn` makes the file again from the tickets.
        with suppress(StorageError):
            self._suggester.learn([decided])
