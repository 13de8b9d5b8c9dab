"""派单: what waits for dispatch, is asked back, is with a unit, is answered; by time left, the urgent first (5.2.2.1)."""

from collections.abc import Callable
from contextlib import suppress

from rich.console import Group
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from console.dispatch_desk import LISTS, REFUSALS, DispatchDesk, List, Standing
from console.house import House
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor
from data.ticket_lists import TicketFilter
from screens.desk import Desk, Dialog
from screens.dispatch.call import CallDialog
from screens.dispatch.report import ReportDialog
from screens.dispatch.rows import dispatch_row, heads, summary
from screens.dispatch.unit import UnitDialog
from screens.dispatch.words import WordsDialog
from screens.paged_desk import PagedDesk
from screens.ticket_pages import FORM, HISTORY, SUMMARY, whole
from screens.widgets.fields import Field
from screens.widgets.pick import CURSOR_CELLS, PickList

PAGES = (SUMMARY, FORM, HISTORY)
RENEW_TICKS = 15  # seconds after which an open ticket is noted as still open, well within `data.looking.STALE`
RATE_TICKS = 30  # and after which the status line counts anew though nothing was written: what is due moves by itself
NOTHING: dict[List, str] = {
    "待派": "没有待派的工单。受理台保存后列在这里；F2 看申请退回、已派、已反馈。",
    "申请退回": "没有申请退回的工单。承办单位申请后列在这里；F2 换清单。",
    "已派": "没有在承办单位的工单。F2 换清单。",
    "已反馈": "没有待办结的工单。承办单位反馈后列在这里；F2 换清单。",
}


class DispatchScreen(PagedDesk):
    """One list at a time over the ticket under the cursor, or beside it."""

    NAME = "派单"
    AUTO_FOCUS = ""  # on the list, where the space bar marks; F3 goes to the search field

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self.model = DispatchDesk(house, actor)
        self._list: List = LISTS[0]
        self._page = SUMMARY
        self._marked: dict[str, Ticket] = {}
        self._standing = Standing(0, 0, 0)
        self._timely = (0, 0)
        self._counts: dict[List, int] = {}
        self._open = ""  # the ticket that is open on a page of its own
        self._minute = ""

    def body(self) -> ComposeResult:
        """Lay out the lists' names and the search field over the columns, the list and the ticket."""
        with Horizontal(id="narrowing"):
            yield Static(id="tabs")
            yield Field(id="query", placeholder="F3 查找：编号、标题、单位、类型")
        yield Static(id="heads")
        yield from super().body()

    # -- the list -------------------------------------------------------------------------------------------------

    def _filter(self) -> TicketFilter:
        return self.model.want(self._list, self.query_one("#query", Field).value)

    def _look(self) -> tuple[int, ...]:
        return (self._house.tickets.changes(),)

    def _row(self, ticket: Ticket, reader: Actor, width: int) -> Text:
        marked, alarm = ticket.id in self._marked, self.app.current_theme.error or ""
        return dispatch_row(self.model, ticket, reader, width, marked=marked, alarm=alarm)

    def on_screen_resume(self) -> None:
        """Coming back: look and count again."""
        self.count_timely()

    def reload(self, *, keep: bool = False) -> None:
        """List anew, and count."""
        self._count()
        super().reload(keep=keep)
        width = self.query_one(PickList).size.width - CURSOR_CELLS
        self.query_one("#heads", Static).update(Text(" " * CURSOR_CELLS).append_text(heads(width)))
        tabs = Text(" ", no_wrap=True)
        for which in LISTS:
            on = which == self._list
            tabs.append(f"{'▸' if on else ''}{which}{self._counts[which]}", "bold" if on else "dim").append(" ")
        if self._marked:
            tabs.append(f"▣已选{len(self._marked)} ", "bold")
        self.query_one("#tabs", Static).update(tabs)

    def _count(self) -> None:
        self._counts, self._standing = self.model.counts(), self.model.standing()

    def tick(self) -> None:
        """Move the clocks: the time left each minute, and that somebody has a ticket open."""
        super().tick()
        minute = self.time_text()
        if minute != self._minute:
            self._minute = minute
            self.query_one(PickList).refresh()
            self._show()
        if self._ticks % RATE_TICKS == 0:
            self._standing = self.model.standing()
            self.count_timely()
        if self._open and self._ticks % RENEW_TICKS == 0:
            self._look_at(self._open)

    def status(self) -> list[Text | str]:
        """Show what waits, and how much was dispatched in time over the last 24 hours (5.2.2.1.2)."""
        (waiting, soon, urgent), (timely, of) = self._standing, self._timely
        told = Text(f"待派{waiting} · ").append(f"1小时内{soon}", "bold" if soon else "").append(" · ")
        told.append(f"紧急{urgent}", "bold" if urgent else "")
        rate = f"{timely / of:.1%} ({timely}/{of})" if of else "－ (0/0)"
        return [told, f"24h及时{rate}"]

    @work(thread=True, group="counts")
    def count_timely(self) -> None:
        """Count a day's dispatches off the event loop."""
        with suppress(StorageError):  # the figure before stays; acts say what is wrong with the disk
            timely = self.model.timeliness()
            if self.app.is_running:
                self.app.call_from_thread(self._counted, timely)

    def _counted(self, timely: tuple[int, int]) -> None:
        self._timely = timely
        Desk.tick(self)

    # -- the ticket -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        ticket = self._item()
        drawn: Text | Group
        if ticket is None:
            drawn = self._without()
        elif self._page == SUMMARY:
            others = self._house.looking.others(ticket.id, self._actor.agent_no, self._house.clock.now())
            seen = [f"{each.agent_no}号 正在{each.desk}台查看" for each in others]
            drawn = summary(self.model, ticket, self._actor, seen, self.app.current_theme.warning or "")
        else:
            drawn = whole(self._house, ticket, self._page, self._actor)
        self._show_beside(ticket, drawn, f"{ticket.number if ticket else ''} · {self._page}")
        whole_page, wide = self._page != SUMMARY and ticket is not None, self.has_class("-wide")
        self.set_class(whole_page and not wide, "-reading")
        if wide and whole_page != self.has_class(
            "-whole"
        ):  # beside a form the list is narrower: its rows are drawn anew
            self.set_class(whole_page, "-whole")
            self.call_after_refresh(lambda: self.reload(keep=True))
        if not isinstance(self.app.screen, Dialog):
            self._look_at(ticket.id if ticket and self._page != SUMMARY else "")
        self.refresh_keys()

    def _nothing(self) -> Text:
        words = self.query_one("#query", Field).value.strip()
        return Text(f"没有符合“{words}”的（Esc 清除）" if words else NOTHING[self._list], "dim")

    def _look_at(self, ticket_id: str) -> None:
        """Let others see that this person has a ticket open, or none."""
        if not ticket_id and not self._open:
            return
        self._open = ticket_id
        self._note_open(ticket_id)

    def on_screen_suspend(self) -> None:
        """Going to another desk: no ticket is open here any more."""
        if not isinstance(self.app.screen, Dialog):
            self._look_at("")

    # -- keys -----------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In the search field the space bar writes a blank."""
        if action == "do" and parameters == ("mark",) and isinstance(self.focused, Field):
            return False
        return super().check_action(action, parameters)

    @on(Input.Submitted, "#query")
    def found(self) -> None:
        """Back to the list, narrowed as it is."""
        self.set_focus(None)

    def why_not(self, action_id: str) -> str:
        """Say why an action does not fit the ticket under the cursor."""
        if action_id == "widen":
            narrowed = self._page != SUMMARY or self._marked or self.focused or self._filter().text
            return "" if narrowed else "已是全部；换清单按 F2，换台按 Ctrl+O"
        if action_id == "complete" and self._marked:
            return ""
        if action_id == "mark" and isinstance(self.focused, Field):
            return ""  # there the space bar writes a blank
        asked: dict[str, Callable[[Ticket], str]] = {
            "refuse": self.model.why_not_answer,
            "unit": self.model.why_not_choose,
            "opinion": self.model.why_not_choose,
            "complete": self.model.why_not_complete,
            "urgent": self.model.why_not_call,
            "mark": self.model.why_not_mark,
            "full_text": lambda ticket: "",
        }
        if action_id not in asked:
            return ""
        ticket = self._item()
        return asked[action_id](ticket) if ticket else self.none_chosen()

    def action_next_list(self) -> None:
        """Take the next list."""
        self._list = LISTS[(LISTS.index(self._list) + 1) % len(LISTS)]
        self._marked.clear()
        self.reload()

    def action_full_text(self) -> None:
        """Summary, form, history."""
        self._page = PAGES[(PAGES.index(self._page) + 1) % len(PAGES)]
        self.query_one("#reading", VerticalScroll).scroll_home(animate=False)
        self._show()

    def action_widen(self) -> None:
        """Back to the summary and the list; then all of it; then nothing marked."""
        query = self.query_one("#query", Field)
        if self._page != SUMMARY:
            self._page = SUMMARY
            self._show()
        elif self.focused or query.value:
            self.set_focus(None)
            self._clear_query()
            self.reload(keep=True)
        else:
            self._marked.clear()
            self.reload(keep=True)

    def action_mark(self) -> None:
        """Mark the ticket, or not any more, and go on."""
        ticket = self._item()
        if ticket is None:
            return
        if reason := self.model.why_not_mark(ticket):
            self.tell(reason, error=True)
            return
        if self._marked.pop(ticket.id, None) is None:
            self._marked[ticket.id] = ticket
        self.reload(keep=True)
        self.query_one(PickList).move(1)

    def action_unit(self) -> None:
        """Choose the unit."""
        if ticket := self._item():
            self._page_over(ticket, UnitDialog(self.model, ticket))

    def action_urgent(self) -> None:
        """Note the call and the decisions."""
        if ticket := self._item():
            try:
                unit, _ = self.model.destination(ticket)
            except REFUSALS as error:
                self.tell(str(error), error=True)
            else:
                self._page_over(ticket, CallDialog(self.model, ticket, unit))

    def action_opinion(self) -> None:
        """Write the opinion; for another unit it is the reason, and a return that is agreed to begins it."""
        if ticket := self._item():
            asked, held = ticket.handling.return_request, ticket.handling.now_with
            told = ("派单处理意见 · 附录D", "写给承办单位的处理意见；没有的可以不写")
            if held:
                told = ("改派的理由 · 4.2", f"现由{held.unit}承办：写明为什么改派。{self.model.anew(ticket)}")
            begin = f"同意退回：{asked.reason}" if asked else ""
            self._page_over(ticket, WordsDialog(self.model, ticket, "opinion", told, self._decided, begin=begin))

    def _decided(self, seen: Ticket) -> str:
        try:
            self.model.decide(seen, self.model.choice(seen))
        except REFUSALS as error:
            return str(error)
        return ""

    def action_refuse(self) -> None:
        """Refuse a return, or send a reply back, with the reason."""
        if ticket := self._item():
            asked, done = ticket.handling.return_request, "已发回重办"
            told = ("发回重办 · 5.2.3", "写明为什么发回，要补办什么")
            if asked:
                told, done = ("不同意退回 · 4.2", f"{asked.unit}：{asked.reason}"), "已答复不同意退回"

            def act(seen: Ticket) -> str:
                return self._do(lambda: self.model.answer(seen), f"{done}：{seen.number}", quiet=True)

            self._page_over(ticket, WordsDialog(self.model, ticket, "answer", told, act))

    def _page_over(self, ticket: Ticket, page: Dialog) -> None:
        self._look_at(ticket.id)
        self.app.push_screen(page)

    # -- acts -----------------------------------------------------------------------------------------------------

    def action_complete(self) -> None:
        """Dispatch, dispatch anew, or complete; several where several are marked."""
        ticket = self._item()
        if self._marked:
            self._send_marked()
        elif ticket and ticket.state is State.FED_BACK:
            if self._armed != ticket.id:
                self._armed = ticket.id
                self.tell("办结后不能再改：核对过反馈，再按一次 F8 办结（5.3.4）")
                return
            self._armed = ""
            self._do(lambda: self.model.complete(ticket), f"已办结：{ticket.number}")
        elif ticket:
            held = ticket.handling.now_with
            unit, copy_to = self.model.destination(ticket)
            also = f"，同时送{copy_to}" if copy_to else ""
            slip = "；派错了在“已派”里签收前可改派" if held is None else ""
            anew = "；时限自改派起重新计" if held else ""
            self._do(lambda: self.model.send(ticket), f"已{'改派' if held else '派'}至{unit}{also}{slip}{anew}")

    def _send_marked(self) -> None:
        sent = self.model.send_all(list(self._marked.values()))
        for ticket in sent.made:
            self._marked.pop(ticket.id, None)
        for ticket, _ in sent.refused:  # what somebody else changed is seen as it is now, before it is sent
            self._marked[ticket.id] = self._house.tickets.get(ticket.id) or ticket
        self._marked = {key: each for key, each in self._marked.items() if each.state is State.TO_DISPATCH}
        self.console.sync_soon()
        self.count_timely()
        self.reload()
        if sent.refused:
            self.app.push_screen(ReportDialog(sent, self._actor))
        else:
            self.tell(f"已派 {len(sent.made)} 件")

    def _do(self, act: Callable[[], Ticket], done: str, *, quiet: bool = False) -> str:
        """Do an act and go to the next ticket, or say why it cannot be done; returns why, for a page that says it."""
        listed = self.query_one(PickList)
        try:
            ticket = act()
        except REFUSALS as error:
            self.reload(keep=True)
            if not quiet:
                self.tell(str(error), error=True)
            return str(error)
        at = listed.at
        self.console.sync_soon()
        self.count_timely()
        self._shown = None
        self.reload(keep=True)
        listed.at = min(at, max(0, len(self._rows) - 1))
        if (there := self._item()) and there.id == ticket.id:
            listed.move(1)
        listed.refresh()
        self._show()
        self.tell(done)
        return ""
