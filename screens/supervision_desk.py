"""督办: the lists of 5.2.3 that fill by themselves, what people order, and the live wall."""

import msgspec
from rich.console import Group
from rich.text import Text
from textual import work
from textual.app import ComposeResult

from console.disclosure import as_read_by
from console.house import House
from console.matters import Expected, Matters
from console.supervision import PURPOSES, Watch
from console.supervision_desk import Choice, Sheet, SupervisionDesk
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import Kind
from data.people import Actor
from data.ticket_lists import TicketFilter
from kb.articles import KnowledgeError
from screens.paged_desk import PagedDesk
from screens.supervision.pages import ChoicePage, SheetPage
from screens.supervision.telling import lists_line, summary, watch_row
from screens.supervision.wall import WallPage
from screens.ticket_pages import FORM, HISTORY, SUMMARY, whole
from screens.widgets.fields import Field
from screens.widgets.pick import PickList
from screens.widgets.quiet import Quiet

LOOK_SECONDS = 60  # between two looks for matters; they change slowly
CLOCK_SECONDS = 30  # after which the times left are drawn anew, whatever else happened
LOOKING_SECONDS = 15  # between two renewals of "somebody has this open"
VIEWS = (SUMMARY, HISTORY, FORM)
UNSEEN = TicketFilter(reported=True)
NOTHING = {
    "超期": "没有超期的工单。F2 看下一个清单。",
    "临期": "没有临近时限的工单：时限用去八成的会列在这里。",
    "突发": "没有未办结的紧急诉求。",
    "多次": "没有反映三次以上的诉求。",
    "集中": "近 30 天没有多人反映的同一事项：三人以上的会列在这里。",
    "申请退回": "没有申请退回的工单。",
    "流转": "没有多次流转的工单。",
    "回访": "没有未了结的回访：没有联系、没有解决或不满意的会列在这里。",
    "督办中": "没有未了结的督办：在别的清单里按 F4 发出。",
}


class SupervisionScreen(PagedDesk):
    """Lists above, the ticket under the cursor below or beside them."""

    NAME = "督办"
    EMPTY = "这个清单是空的。"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self.model = SupervisionDesk(house, actor)
        self._list = 0
        self._view = 0
        self._counts: list[int] = []
        self._unseen = 0
        self._looked = ""  # the ticket that others see this person at

    def body(self) -> ComposeResult:
        """Lay out the names of the lists and a search field over list and ticket."""
        yield Quiet(id="watches")
        yield Field(id="query", placeholder="按编号、标题、单位、类型查找，空格分开几个词")
        yield from super().body()

    def on_mount(self) -> None:
        """Begin in the search field; look for matters meanwhile."""
        self.query_one("#query").focus()
        self.look()

    # -- lists ----------------------------------------------------------------------------------------------------

    def _watch(self) -> Watch:
        return self.model.watches(self._house.clock.now())[self._list]

    def _filter(self) -> TicketFilter:
        return msgspec.structs.replace(self._watch().want, text=self.query_one("#query", Field).value)

    def _look(self) -> tuple[int, ...]:
        return (self._house.tickets.changes(), self._ticks // CLOCK_SECONDS)

    def _row(self, ticket: Ticket, reader: Actor, width: int) -> Text:
        return watch_row(ticket, reader, width, self.model.matters, self._house.clock.now())

    def reload(self, *, keep: bool = False) -> None:
        """Count all lists, and list the current one anew."""
        wanted = [watch.want for watch in self.model.watches(self._house.clock.now())]
        *self._counts, self._unseen = self._house.tickets.counts([*wanted, UNSEEN])
        super().reload(keep=keep)
        self._show_lists()

    def _show_lists(self) -> None:
        names = [watch.name for watch in self.model.watches(self._house.clock.now())]
        found = self.model.matters is not None
        counts = [
            (name, count if found or name != "集中" else None) for name, count in zip(names, self._counts, strict=True)
        ]
        shown = self.query_one("#watches", Quiet)
        shown.change(lists_line(counts, self._list, self.size.width))

    @work(thread=True, exclusive=True, group="matters")
    def look(self) -> None:
        """Find the matters, off the event loop: they are compared by their words."""
        try:
            found = self.model.look(self._house.clock.now())
        except (StorageError, KnowledgeError) as error:
            self.app.call_from_thread(self.tell, f"集中事项未能找出：{error}", error=True)
            return
        if self.app.is_running:
            self.app.call_from_thread(self._found, *found)

    def _found(self, matters: Matters, ahead: list[Expected]) -> None:
        changed = (matters.groups, ahead) != (self.model.matters and self.model.matters.groups, self.model.ahead)
        first = self.model.matters is None
        self.model.matters, self.model.ahead = matters, ahead
        if (changed or first) and self.is_mounted:
            self.reload(keep=True)

    def tick(self) -> None:
        """Move the clocks; look for matters now and then; say that a ticket is still open here."""
        super().tick()
        if self._ticks % LOOK_SECONDS == 0:
            self.look()
        self._say_open()

    def _say_open(self) -> None:
        over = self.app.screen  # a page about the ticket, or the desk itself
        opened = isinstance(over, SheetPage) or (over is self and self._view > 0)
        ticket = self._item() if opened else None
        open_id = ticket.id if ticket else ""
        if open_id == self._looked and (not open_id or self._ticks % LOOKING_SECONDS):
            return
        self._looked = open_id
        self._note_open(open_id)

    # -- the ticket -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        ticket, page = self._item(), VIEWS[self._view]
        drawn: Text | Group
        if ticket is None:
            drawn = self._without()
        elif page == SUMMARY:
            now = self._house.clock.now()
            others = self._house.looking.others(ticket.id, self._actor.agent_no, now)
            seen = as_read_by(ticket, self._actor)
            drawn = summary(seen, self._actor, self.model.matters, now, others, self.model.to_say(seen))
        else:
            drawn = whole(self._house, ticket, page, self._actor)
        self._show_beside(ticket, drawn, page)
        self.refresh_keys()

    def _nothing(self) -> Text:
        typed = self.query_one("#query", Field).value.strip()
        if typed:
            return Text(f"这个清单里没有符合“{typed}”的：Esc 清除查找词。", "dim")
        watch = self._watch()
        if watch.name == "集中" and self.model.matters is None:
            return Text("正在比对近 30 天的工单……", "dim")
        return Text(f"{NOTHING[watch.name]}（{watch.clause}）", "dim")

    def status(self) -> list[Text | str]:
        """Show which list it is, reports that no manager has seen, and a flood of calls."""
        if not self._counts:
            return []
        watch = self._watch()
        surge = self._house.surges.at(self._house.clock.now())
        return [
            f"{watch.name} {self._counts[self._list]} 件",
            Text(f"⚠待知悉 {self._unseen}（工单台）", "bold") if self._unseen else "",
            Text("集中大话务量", "bold") if surge else "",
        ]

    # -- acts -----------------------------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Say why an action does not fit the ticket under the cursor."""
        if action_id == "widen":
            return "" if self.query_one("#query", Field).value else "没有查找词；换台按 Ctrl+O"
        if action_id not in ("order", "approve", "full_text", "acknowledge"):
            return ""
        ticket = self._item()
        if ticket is None:
            return self.none_chosen()
        match action_id:
            case "order":
                return self.model.work.why_not(ticket, Kind.SUPERVISED)
            case "approve":
                return self.model.why_not_approve(ticket)
            case "acknowledge":
                if all(reported.acknowledged_at for reported in ticket.escalations):
                    return "这件工单没有待知悉的紧急上报"
                return self.model.work.why_not(ticket, Kind.ACKNOWLEDGED)
        return ""

    def action_next_list(self) -> None:
        """Take the next list."""
        self._list = (self._list + 1) % len(self._counts)
        self.reload()

    def action_widen(self) -> None:
        """Take the search words away, the cursor where it was."""
        self._clear_query()
        self.reload(keep=True)

    def action_full_text(self) -> None:
        """The summary, the history, the form."""
        self._view = (self._view + 1) % len(VIEWS)
        self._show()

    def action_order(self) -> None:
        """Choose one of the five kinds."""
        ticket = self._item()
        if ticket is None:
            return
        kinds = [
            Choice(kind, purpose, "", lambda kind=kind: self.model.order(ticket, kind))  # type: ignore[misc]
            for kind, purpose in PURPOSES.items()
        ]
        self.app.push_screen(ChoicePage("督办方式 · 5.2.3", kinds, lambda sheet: self._open(ticket, sheet)))

    def action_approve(self) -> None:
        """Read a document, and approve it."""
        ticket = self._item()
        sheet = self.model.approval(ticket) if ticket else None
        if sheet is not None:
            self._open(ticket, sheet)

    def action_more(self) -> None:
        """Choose what else to do; a flood of calls needs no ticket."""
        ticket = self._item()
        choices = self.model.choices(ticket) if ticket else [self.model.surge_choice()]
        self.app.push_screen(ChoicePage("更多 · 5.2.3", choices, lambda sheet: self._open(ticket, sheet)))

    def action_wall(self) -> None:
        """Show the live wall."""
        self.app.push_screen(WallPage(self.model))

    def _open(self, ticket: Ticket | None, sheet: Sheet) -> None:
        self.app.push_screen(SheetPage(self.model, ticket, sheet, lambda told: self._acted(ticket, told)))

    def _acted(self, ticket: Ticket | None, told: str) -> None:
        """Something was done: tell it, list anew, and go on to the next ticket."""
        self.console.sync_soon()
        self.reload(keep=True)
        here = self._item()
        if ticket and here and here.id == ticket.id:
            self.query_one(PickList).move(1)
        self.tell(told)
