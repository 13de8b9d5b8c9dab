"""Learning from what people chose (5.2.2.1.5): each choice is kept on this machine, and no desk waits for it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from console.suggest import Decided, Suggester
from data.db import StorageError
from data.events import Ticket


class Learning:
    """Keeps choices one after another in a thread of its own."""

    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="learning")

    def chosen(self, ticket: Ticket, unit: str) -> None:
        """Keep what people chose for a ticket; ``unit`` is empty where only the program named one."""
        record = ticket.record
        kind = record.types[0] if record.types else ""
        decided = Decided(record.own_text, record.title, ticket.number, unit, record.topic, kind)
        self._thread.submit(self._keep, decided)

    def close(self) -> None:
        """Keep what is still to be kept, and end the thread."""
        self._thread.shutdown()

    def _keep(self, decided: Decided) -> None:
        # The ticket went its way already, and `hotline suggest --learn` makes the file again from the tickets.
        with suppress(StorageError):
            self._suggester.learn([decided])
