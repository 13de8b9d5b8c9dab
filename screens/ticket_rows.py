"""The rows of a desk that lists tickets: fetched a page at a time as they come into sight, in columns that line up."""

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from rich.cells import cell_len, chop_cells
from rich.text import Text

from console.disclosure import restricted
from console.form import shown_title
from data.clock import SHANGHAI
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor
from data.ticket_lists import TicketFilter
from data.tickets import TicketStore

PAGE = 100
STATE_CELLS = max(cell_len(state) for state in State)
TYPES_CELLS = 10
TYPES_FROM = 100  # columns of a row from which the types have one of their own
UNIT_CELLS = (8, 24)


class TicketRows(Sequence[Text]):
    """What a filter lets through, in its order, as rows for one reader; the database is asked only for what is seen.

    A row is drawn as wide as its list is then: the list may be laid out anew after the rows were asked for.
    """

    def __init__(
        self, store: TicketStore, want: TicketFilter, reader: Actor, width: Callable[[], int], draw: "Draw"
    ) -> None:
        self._store = store
        self.want = want
        self._reader = reader
        self._width = width
        self._draw = draw
        self._pages: dict[int, list[Ticket]] = {}
        self._total = store.count(want)

    def ticket(self, at: int) -> Ticket | None:
        """Return the ticket of a row; None where there is none, or no more."""
        if not 0 <= at < self._total:
            return None
        page, row = divmod(at, PAGE)
        if page not in self._pages:
            self._pages[page] = self._store.page(self.want, PAGE, page * PAGE)
        found = self._pages[page]
        return found[row] if row < len(found) else None

    def __len__(self) -> int:
        return self._total

    @overload
    def __getitem__(self, at: int) -> Text: ...

    @overload
    def __getitem__(self, at: slice) -> list[Text]: ...

    def __getitem__(self, at: int | slice) -> Text | list[Text]:
        if isinstance(at, slice):
            return list(self._rows(range(*at.indices(self._total))))
        ticket = self.ticket(at)
        if ticket is None:
            raise IndexError(at)
        return self._draw(ticket, self._reader, self._width())

    def _rows(self, wanted: range) -> Iterator[Text]:
        for at in wanted:
            ticket = self.ticket(at)
            if ticket is not None:
                yield self._draw(ticket, self._reader, self._width())


Draw = Callable[[Ticket, Actor, int], Text]  # a ticket for a reader, so many columns wide


def row(ticket: Ticket, reader: Actor, width: int) -> Text:
    """Draw one ticket ``width`` columns wide: number, urgency, state, title, (types,) unit, time of registration."""
    record = ticket.record
    waiting = any(reported.acknowledged_at is None for reported in ticket.escalations)
    line = Text(f"{ticket.number[4:]} ")
    line.append(fit("⚠" if waiting else "急" if record.urgent else "", 2), "bold")
    line.append(f" {fit(ticket.state, STATE_CELLS)} ")
    at = f" {ticket.created_at.astimezone(SHANGHAI):%H:%M}"
    types = f" {fit('、'.join(record.types), TYPES_CELLS)}" if width >= TYPES_FROM else ""
    left = width - line.cell_len - cell_len(types) - len(at)
    unit = min(max(left // 3, UNIT_CELLS[0]), UNIT_CELLS[1])
    stands_in = not record.title or restricted(ticket, reader)
    line.append(fit(shown_title(ticket, reader), max(2, left - unit - 1)), "dim" if stands_in else "")
    line.append(f"{types} {fit(ticket.unit, unit)}{at}", "dim")
    return line


def fit(text: str, cells: int) -> str:
    """Fill a text up to so many columns, or cut it with an ellipsis; a wide character is never cut in two."""
    if cell_len(text) > cells:
        text = chop_cells(text, cells - 1)[0] + "…"
    return text + " " * (cells - cell_len(text))
