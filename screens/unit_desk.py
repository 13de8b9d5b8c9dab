"""承办: the tickets of one's own unit, from signing to feedback (5.2.2.2, 5.2.2.3); its leader reviews."""

from rich.console import Group
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from console.house import House
from console.unit_desk import VIEWS, Counts, UnitDesk
from console.unit_words import contact_lines
from data.events import Ticket
from data.lifecycle import Kind
from data.people import Actor
from data.ticket_lists import TicketFilter
from data.tickets import StaleTicket
from screens.call.panels import PhraseBox
from screens.desk import Dialog
from screens.paged_desk import PagedDesk
from screens.ticket_pages import FORM, HISTORY, SUMMARY, whole
from screens.unit.aside import PAGES, AsideDialog
from screens.unit.contact import ContactPage
from screens.unit.page import REFUSALS, TicketPage
from screens.unit.progress import ProgressPage
from screens.unit.reply import ReplyPage
from screens.unit.review import ReviewPage
from screens.unit.summary import row, summary
from screens.widgets.fields import Field

SHOWN = (SUMMARY, FORM, HISTORY)
STEP_PAGES: dict[Kind, type[TicketPage]] = {
    Kind.CONTACTED: ContactPage,
    Kind.PROGRESSED: ProgressPage,
    Kind.FED_BACK: ReplyPage,
    Kind.REVIEW_ASKED: ReplyPage,
    Kind.REVIEW_PASSED: ReviewPage,
}
ACTS = {"contact": Kind.CONTACTED, "progress": Kind.PROGRESSED}
NAMES = [view.name for view in VIEWS]
LOOK_SECONDS = 10  # how often a desk says again that a ticket is open at it


class UnitScreen(PagedDesk):
    """One list at a time; the ticket under the cursor below it or beside it."""

    NAME = "承办"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self.model = UnitDesk(house, actor)
        self._view = self.model.first_view()
        self._how = SUMMARY
        self._counts = self.model.counts()
        self._open = ""  # the ticket that this desk has open, as others see it
        self._on_page = ""  # the ticket that a page over this desk is about

    def body(self) -> ComposeResult:
        """Lay out a search field over list and ticket, the sentence to say below."""
        yield Field(id="query", placeholder="按编号、标题、类型查找，空格分开几个词")
        yield from super().body()
        yield PhraseBox(id="unit-say")

    def on_mount(self) -> None:
        """Begin in the search field."""
        self.query_one("#query").focus()

    # -- the list -------------------------------------------------------------------------------------------------

    def _filter(self) -> TicketFilter:
        return self.model.want(self._view, self.query_one("#query", Field).value)

    def _look(self) -> tuple[int, ...]:
        # Others write, and with each minute a clock may come near its end.
        return self._house.tickets.changes(), int(self._house.clock.now().timestamp() // 60)

    def reload(self, *, keep: bool = False) -> None:
        """List and count anew."""
        self._counts = self.model.counts()
        super().reload(keep=keep)

    def _row(self, ticket: Ticket, reader: Actor, width: int) -> Text:
        theme = self.app.current_theme
        return row(self.model, ticket, reader, width, (theme.warning or "", theme.error or ""))

    def status(self) -> list[Text | str]:
        """Show the list, what waits in the others, what is late, what supervision waits for."""
        counts: Counts = self._counts
        here = Text(f"{self._view} {counts.lists[self._view]}", "bold")
        waiting = [f"{name} {counts.lists[name]}" for name in NAMES[:3] if name != self._view and counts.lists[name]]
        late = Text(f"超期 {counts.late}", f"bold {self.app.current_theme.error}") if counts.late else ""
        near = Text(f"临期 {counts.near}", "bold") if counts.near else ""
        ordered = Text(f"督办待复 {counts.unanswered}", "bold") if counts.unanswered else ""
        return [here, late, ordered, near, *waiting]

    def tick(self) -> None:
        """Move the clocks; say again which ticket is open here."""
        over = self.is_current or isinstance(self.app.screen, Dialog)
        if self._open and over and self._ticks % LOOK_SECONDS == 0:
            self._note_open(self._open)
        super().tick()

    # -- the ticket -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        ticket = self._item()
        drawn: Text | Group
        if ticket is None:
            drawn = self._without()
        elif self._how == SUMMARY:
            drawn = self._with_others(ticket)
        else:
            drawn = whole(self._house, ticket, self._how, self._actor)
        self._show_beside(ticket, drawn, self._how)
        self._opened(self._on_page or (ticket.id if ticket and self._how != SUMMARY else ""))
        self._say(ticket)
        self.refresh_keys()

    def _with_others(self, ticket: Ticket) -> Text:
        """Write the summary, and who else has the ticket open."""
        text = Text()
        for other in self._house.looking.others(ticket.id, self._actor.agent_no, self._house.clock.now()):
            text.append(f"{self._house.people.called(other.agent_no)} 正在{other.desk}台查看\n", "bold")
        return text.append_text(summary(self.model, ticket))

    def _say(self, ticket: Ticket | None) -> None:
        """Show the sentence with which the claimant is rung, where that is the next thing to do."""
        box = self.query_one("#unit-say", PhraseBox)
        calling = ticket is not None and self.model.next_step(ticket).kind is Kind.CONTACTED
        lines = contact_lines(self._house, self.model.shown(ticket), self._actor, "") if ticket and calling else []
        box.display = bool(lines)
        if lines:
            box.show(lines[-1], "F8 联系诉求人")

    def _nothing(self) -> Text:
        typed = self.query_one("#query", Field).value.strip()
        if typed:
            return Text(f"“{self._view}”里没有符合“{typed}”的工单：按 Esc 清除", "dim")
        return Text(next(view.empty for view in VIEWS if view.name == self._view), "dim")

    def _opened(self, ticket_id: str) -> None:
        """Say which ticket is open here, so that others see it; an empty id: none."""
        if ticket_id != self._open:
            self._open = ticket_id
            self._note_open(ticket_id)

    # -- acts -----------------------------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Say why an action does not fit the ticket under the cursor."""
        if action_id == "widen":
            return "" if self.query_one("#query", Field).value else "没有查找词；换台按 Ctrl+O"
        if action_id not in ("contact", "progress", "aside", "complete", "full_text"):
            return ""
        ticket = self._item()
        if ticket is None:
            return self.none_chosen()
        match action_id:
            case "full_text":
                return ""
            case "complete":
                return self.model.why_not(ticket, self.model.next_step(ticket).kind)
            case "aside":
                reasons = [self.model.why_not(ticket, kind) for kind, _, _ in PAGES]
                return reasons[0] if all(reasons) else ""
        return self.model.why_not(ticket, ACTS[action_id])

    @on(Input.Submitted, "#query")
    def submitted(self) -> None:
        """Enter in the search field does nothing: F8 acts."""

    def none_chosen(self) -> str:
        """Say in which list no ticket is under the cursor."""
        return self._gone or f"“{self._view}”里没有选中的工单"

    def action_widen(self) -> None:
        """Clear the search."""
        self._clear_query()
        self.reload(keep=True)

    def action_next_list(self) -> None:
        """Take the next list."""
        self._view = NAMES[(NAMES.index(self._view) + 1) % len(NAMES)]
        self.reload()

    def action_full_text(self) -> None:
        """The summary, the form of appendix D, the history."""
        self._how = SHOWN[(SHOWN.index(self._how) + 1) % len(SHOWN)]
        self._show()

    def action_contact(self) -> None:
        """Ring the claimant."""
        self._page(ContactPage)

    def action_progress(self) -> None:
        """Note how it goes."""
        self._page(ProgressPage)

    def action_aside(self) -> None:
        """Call others, ask for a return, answer a supervision."""
        ticket = self._item()
        if ticket is not None:
            self.app.push_screen(AsideDialog(self.model, ticket, self._page))

    def action_complete(self) -> None:
        """Do the next step of the ticket's state: sign at once, the others on their page."""
        ticket = self._item()
        kind = self.model.next_step(ticket).kind if ticket else None
        if ticket is None or kind is None:
            return
        if kind is not Kind.SIGNED:
            self._page(STEP_PAGES[kind])
            return
        try:
            signed = self.model.handling.sign(ticket)
        except (StaleTicket, *REFUSALS) as refused:
            self.reload(keep=True)
            self.tell(str(refused), error=True)
            return
        self._did(f"已签收 {signed.number}：请联系诉求人（在“办理中”，F2）")

    def _page(self, page: type[TicketPage]) -> None:
        ticket = self._item()
        if ticket is None:  # it left the list while the choice stood over it
            self.tell(self.none_chosen(), error=True)
        else:
            self._on_page = ticket.id
            self._opened(ticket.id)
            self.app.push_screen(page(self.model, ticket, self._did), self._left_page)

    def _left_page(self, _: None) -> None:
        """The page is gone, whether its step was taken or not."""
        self._on_page = ""
        self._show()

    def _did(self, told: str) -> None:
        """A step was taken: the list stands anew, the cursor on its ticket, or on the next where that has left."""
        self.console.sync_soon()
        self.reload(keep=True)
        self.tell(told)
