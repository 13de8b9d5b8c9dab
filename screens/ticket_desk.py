"""工单: every ticket of this installation, narrowed as one types; its appendix D form and its history."""

from collections.abc import Callable
from pathlib import Path

from rich.cells import set_cell_size
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from console.disclosure import event_as_read_by
from console.form import Form, as_text, event_detail, shown_title, ticket_form, write_docx
from console.house import House
from data.clock import SHANGHAI
from data.events import Event, NewEvent, Ticket
from data.lifecycle import KIND_NAMES, Kind, State, TransitionRefused
from data.people import Actor, Role
from data.tickets import Act, ActRefused, TicketFilter
from screens.list_desk import ListDesk
from screens.widgets.fields import Field
from screens.widgets.pick import PickList

PAGE = 100
STATE_CELLS = 11  # the longest state, so that titles line up
RELOAD_SECONDS = 2


class TicketScreen(ListDesk[Ticket]):
    """List on one side, the ticket under the cursor on the other."""

    NAME = "工单"
    EMPTY = "没有符合条件的工单：清空查找词，或按 F2 换状态。"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self._total = 0
        self._state = ""
        self._reported = False
        self._history = False
        self._ticks = 0

    def body(self) -> ComposeResult:
        """Lay out a search field over list and ticket."""
        yield Field(id="query", placeholder="按编号、标题、单位、类型查找，空格分开几个词")
        yield from super().body()

    def on_mount(self) -> None:
        """Show the newest tickets."""
        super().on_mount()
        self.query_one("#query").focus()
        self.reload()

    def on_screen_resume(self) -> None:
        """Coming back: look again."""
        self.reload(keep=True)

    def arrived(self) -> None:
        """Something came from the queue."""
        self.reload(keep=True)

    def tick(self) -> None:
        """Move the clocks; other sessions of this machine write here too."""
        super().tick()
        self._ticks += 1
        if self._ticks % RELOAD_SECONDS == 0 and self._house.tickets.count(self._filter()) != self._total:
            self.reload(keep=True)

    @on(Input.Changed, "#query")
    def typed(self) -> None:
        """Narrow the list."""
        self.reload()

    def _filter(self) -> TicketFilter:
        return TicketFilter(state=self._state, reported=self._reported, text=self.query_one("#query", Field).value)

    def reload(self, *, keep: bool = False) -> None:
        """List the first pages again."""
        want = self._filter()
        self._total = self._house.tickets.count(want)
        shown = max(PAGE, len(self._items)) if keep else PAGE
        self._items = self._house.tickets.page(want, shown)
        self._fill(keep=keep)

    def _fill(self, *, keep: bool) -> None:
        self.query_one(PickList).fill([_line(ticket, self._actor) for ticket in self._items], keep=keep)
        self.refresh_keys()

    def on_pick_list_moved(self) -> None:
        """Show the ticket under the cursor; near the end of the list, fetch the next page."""
        at = self.query_one(PickList).at
        if len(self._items) < self._total and at >= len(self._items) - 1:
            self._items += self._house.tickets.page(self._filter(), PAGE, len(self._items))
            self._fill(keep=True)
            return
        self._show()

    def _show(self) -> None:
        ticket = self._item()
        shown = self.query_one("#article", Static)
        if ticket is None:
            shown.update("")
        elif self._history:
            events = self._house.tickets.events(ticket.id)
            shown.update(_history([event_as_read_by(event, ticket, self._actor) for event in events]))
        else:
            shown.update(Text(as_text(self._form(ticket)), no_wrap=True))
        self.query_one("#reading", VerticalScroll).border_title = (
            f"{ticket.number} · {'办理过程' if self._history else '附录D'} · F7 切换" if ticket else ""
        )
        self.refresh_keys()

    def status(self) -> list[Text | str]:
        """Show what the list is narrowed to."""
        narrowed = "待知悉的紧急上报" if self._reported else self._state or "全部状态"
        unseen = self._house.tickets.count(TicketFilter(reported=True))
        return [f"{narrowed} {self._total} 件", Text(f"⚠待知悉 {unseen}（F6）", "bold") if unseen else ""]

    def why_not(self, action_id: str) -> str:
        """Say why an action does not fit the ticket under the cursor."""
        if action_id not in ("export_text", "export_docx", "full_text", "acknowledge"):
            return ""
        ticket = self._item()
        if ticket is None:
            return "没有选中的工单"
        if action_id == "acknowledge":
            if all(reported.acknowledged_at for reported in ticket.escalations):
                return "这件工单没有待知悉的紧急上报"
            if not self._actor.may(Role.SUPERVISOR, Role.ADMINISTRATOR):
                return "只有督办和系统管理员可以确认知悉"
        return ""

    def action_move(self, by: int) -> None:
        """Move along the list; with Page keys through the ticket."""
        if abs(by) > 1:
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by, animate=False)
        else:
            self.query_one(PickList).move(by)

    def action_find(self) -> None:
        """Go to the search field."""
        self.query_one("#query").focus()

    def action_narrow_state(self) -> None:
        """Take the next state."""
        states = ["", *State]
        self._state = states[(states.index(self._state) + 1) % len(states)]
        self.reload()
        self.tick()

    def action_narrow_urgent(self) -> None:
        """Only reports that no manager has seen, or all."""
        self._reported = not self._reported
        self.reload()
        self.tick()

    def action_full_text(self) -> None:
        """The form, or the history."""
        self._history = not self._history
        self._show()

    def action_export_text(self) -> None:
        """Write the form as a text file."""
        self._export("txt", lambda form, path: path.write_text(as_text(form), encoding="utf-8"))

    def action_export_docx(self) -> None:
        """Write the form as a .docx file."""
        self._export("docx", write_docx)

    def _export(self, suffix: str, write: Callable[[Form, Path], object]) -> None:
        ticket = self._item()
        if ticket is None:
            return
        path = self._house.home.exports / f"{ticket.number}.{suffix}"
        try:
            write(self._form(ticket), path)
        except OSError as error:
            self.tell(f"未能写入 {path}：{error.strerror}；请检查磁盘空间与权限", error=True)
        else:
            self.tell(f"已存为 {path}")

    def action_acknowledge(self) -> None:
        """A manager has seen the report."""
        ticket = self._item()
        if ticket is None:
            return
        try:
            self._house.tickets.act(
                [Act(ticket.id, [NewEvent(Kind.ACKNOWLEDGED)])], self._actor, self._house.clock.now()
            )
        except (TransitionRefused, ActRefused) as error:
            self.tell(str(error), error=True)
            return
        self.tell(f"已确认知悉工单 {ticket.number} 的紧急上报")
        self.console.sync_soon()
        self.reload(keep=True)

    def _form(self, ticket: Ticket) -> Form:
        return ticket_form(ticket, self._house.element_labels, self._actor)


def _line(ticket: Ticket, reader: Actor) -> Text:
    record = ticket.record
    waiting = any(reported.acknowledged_at is None for reported in ticket.escalations)
    line = Text(f"{ticket.number[4:]} ")
    line.append("⚠" if waiting else "急" if record.urgent else "  ", "bold")
    line.append(f" {set_cell_size(ticket.state, STATE_CELLS)} ")
    line.append(shown_title(ticket, reader)[:24])
    line.append(f"  {'、'.join(record.types)}  {record.unit}", "dim")
    return line


def _history(events: list[Event]) -> Text:
    text = Text()
    for event in events:
        text.append(f"{event.seq:>2}  {event.at.astimezone(SHANGHAI):%m-%d %H:%M:%S}  ")
        text.append(KIND_NAMES[event.kind], "bold")
        text.append(f"  {event.by}号  {event.clause}\n", "dim")
        detail = event_detail(event)
        if detail:
            text.append(f"    {detail}\n")
    return text
