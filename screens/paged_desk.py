"""A desk that lists tickets by a filter, however many: a page at a time, the cursor staying on its ticket."""

from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from console.house import House
from data.db import StorageError
from data.events import NewEvent, Ticket
from data.lifecycle import Kind, TransitionRefused
from data.people import Actor
from data.ticket_lists import TicketFilter
from data.tickets import Act, ActRefused, done
from screens.desk import Desk
from screens.list_desk import ListDesk
from screens.ticket_rows import TicketRows
from screens.widgets.chrome import Notice
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, CURSOR_CELLS, PickList

RELOAD_SECONDS = 2


class PagedDesk(ListDesk[Ticket]):
    """Holds the rows, narrows them as one types, and looks again when others have written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *ARROWS,
        Binding("home", "jump(0)", show=False, priority=True),
        Binding("end", "jump(-1)", show=False, priority=True),
    ]

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self._rows = TicketRows(
            house.tickets, TicketFilter(ids=()), actor, lambda: 0, self._row
        )  # nothing before the first look
        self._ticks = 0
        self._shown: Ticket | None = None  # beside the list; while nothing is found, the last that was
        self._seen: tuple[int, ...] = ()  # what `_look` saw when last listed
        self._lost: Ticket | None = None  # was under the cursor until others took it out of the list
        self._gone = ""  # what they did

    def _filter(self) -> TicketFilter:
        """Return what the list is narrowed to."""
        raise NotImplementedError

    def _look(self) -> tuple[int, ...]:
        """Return numbers of which one is another when the list has changed."""
        raise NotImplementedError

    def _row(self, ticket: Ticket, reader: Actor, width: int) -> Text:
        """Draw one ticket."""
        raise NotImplementedError

    def _show(self) -> None:
        """Show the ticket under the cursor."""
        raise NotImplementedError

    def on_screen_resume(self) -> None:
        """Coming back: look again."""
        self.reload(keep=True)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.call_after_refresh(lambda: self.reload(keep=True))

    def arrived(self) -> None:
        """Something came from the queue."""
        self.reload(keep=True)

    def tick(self) -> None:
        """Move the clocks; other sessions of this machine write here too."""
        self._ticks += 1
        if self._ticks % RELOAD_SECONDS == 0 and self._look() != self._seen:
            self.reload(keep=True)
        super().tick()

    @on(Input.Changed, "#query")
    def typed(self) -> None:
        """Narrow the list."""
        self.reload()

    def reload(self, *, keep: bool = False) -> None:
        """List anew; with ``keep`` the cursor stays on its ticket, however many came before it meanwhile.

        Where others took that ticket away the cursor stands on none: the next key must not act on what nobody chose.
        """
        under = self._item() or self._lost
        ticket = (under or self._shown) if keep else None
        listed = self.query_one(PickList)
        self._seen = self._look()
        self._rows = TicketRows(
            self._house.tickets, self._filter(), self._actor, lambda: listed.size.width - CURSOR_CELLS, self._row
        )
        place = self._house.tickets.place(self._rows.want, ticket) if ticket else None
        if place is not None:
            listed.at = place
        gone = self._why_gone(under) if keep and under and place is None else ""
        listed.between = bool(gone)
        listed.fill(self._rows, keep=keep)
        self._lose(under if gone else None, gone)
        Desk.tick(self)

    def _lose(self, ticket: Ticket | None, why: str) -> None:
        """Hold which ticket was taken from under the cursor and say so once, or that there is one under it again."""
        if why and why != self._gone:
            self.tell(why, error=True)
        elif self._gone and not why:
            self.query_one(Notice).over()
        self._lost, self._gone = ticket, why

    def _why_gone(self, ticket: Ticket) -> str:
        """Say why a ticket is not in the list any more; nothing where this person's own step took it away."""
        done_since = self._house.tickets.since(ticket)
        if done_since and done_since[-1].by == self._actor.agent_no:
            return ""
        what = f"（{done(done_since)}）" if done_since else ""
        return f"工单 {ticket.number} 已不在这个清单里{what}：↑↓ 选下一件"

    def on_pick_list_moved(self) -> None:
        """Show the ticket under the cursor."""
        if not self.query_one(PickList).between:
            self._lose(None, "")
        self._show()

    def _without(self) -> Text:
        """Say why there is no ticket under the cursor, and what to do about it."""
        return Text(self._gone, "bold") if self._gone else self._nothing()

    def _nothing(self) -> Text:
        """Say what a list that is empty is for, or what was looked for in vain."""
        raise NotImplementedError

    def none_chosen(self) -> str:
        """Say why a step on the ticket under the cursor finds none."""
        return self._gone or "没有选中的工单"

    def _show_beside(
        self, ticket: Ticket | None, drawn: Text | Group, title: str, keys: str = "PgUp/PgDn 翻看"
    ) -> None:
        """Show what was drawn of the ticket under the cursor, from its top where it is another than before."""
        reading = self.query_one("#reading", VerticalScroll)
        self.query_one("#article", Static).update(drawn)
        if ticket is None or self._shown is None or ticket.id != self._shown.id:
            reading.scroll_home(animate=False)
        self._shown = ticket or self._shown
        place = f"F7 切换 · {self.query_one(PickList).at + 1}/{len(self._rows)} · {keys}"
        reading.border_title = f"{title} · {place}" if ticket else ""

    def _clear_query(self) -> None:
        """Take the search words away without listing for it."""
        with self.prevent(Input.Changed):
            self.query_one("#query", Field).value = ""

    def _note_open(self, ticket_id: str) -> None:
        """Let others see which ticket this person has open here; an empty id: none."""
        try:
            self._house.looking.at(ticket_id, self._actor.agent_no, self.NAME, self._house.clock.now())
        except StorageError as error:
            self.tell(str(error), error=True)

    def _item(self) -> Ticket | None:
        listed = self.query_one(PickList)
        return None if listed.between else self._rows.ticket(listed.at)

    def action_move(self, by: int) -> None:
        """Move along the list; with the page keys through the ticket, a line of the last page staying in sight."""
        if abs(by) > 1:
            reading = self.query_one("#reading", VerticalScroll)
            page = max(1, reading.scrollable_content_region.height - 1)
            reading.scroll_relative(y=page if by > 0 else -page, animate=False)
        else:
            self.query_one(PickList).move(by)

    def action_jump(self, to: int) -> None:
        """Go to the first ticket, or with -1 to the last."""
        listed = self.query_one(PickList)
        listed.between = False
        listed.move(to % len(self._rows) - listed.at if self._rows else 0)

    def action_find(self) -> None:
        """Go to the search field."""
        self.query_one("#query").focus()

    def action_acknowledge(self) -> None:
        """A manager has seen the report (5.1.3.3)."""
        ticket = self._item()
        if ticket is None:
            return
        act = Act(ticket.id, [NewEvent(Kind.ACKNOWLEDGED)])
        try:
            self._house.tickets.act([act], self._actor, self._house.clock.now())
        except (TransitionRefused, ActRefused, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self.tell(f"已确认知悉工单 {ticket.number} 的紧急上报")
        self.console.sync_soon()
        self.reload(keep=True)
