"""回访: whom to call, what was not settled, and what was answered today (5.4)."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from console.callback import CallbackError
from console.callback_desk import CallbackDesk, Row
from console.form import shown_title
from console.house import House
from console.when import minutes, moment
from data.clock import SHANGHAI
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import Kind
from data.people import Actor, Role
from data.personal import mask_phone
from screens.callback.amend import AmendPage
from screens.callback.answers import answer_text
from screens.callback.interview import InterviewPage
from screens.callback.request import RequestPage
from screens.callback.sampling import SamplingPage
from screens.callback.send_back import SendBackPage
from screens.list_desk import ListDesk
from screens.ticket_rows import fit
from screens.widgets.fields import Field
from screens.widgets.pick import PickList
from scripts.neutrality import leading

TO_CALL, UNSETTLED, TODAY = VIEWS = ("名单", "没有了结", "今日已访")
EMPTY = {
    TO_CALL: "没有等待回访的：按 F6 从已反馈、已办结的电话诉求中抽取（5.4.1）。",
    UNSETTLED: "没有未了结的：回访时没有联系、没有解决或不满意的列在这里。",
    TODAY: "今天还没有访问成功的。",
}
CALL_CELLS, RESULT_CELLS = 39, 45  # of a row, beside the title
LOOK_SECONDS = 5  # how often the list looks again by itself: others call from it too


class CallbackScreen(ListDesk[Row | Ticket]):
    """One list at a time; F8 calls the number under the cursor."""

    NAME = "回访"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self.model = CallbackDesk(house, actor)
        self._view = TO_CALL
        self._day = self.model.day()
        self._open = False  # the interview's page stands over this desk
        self._ticks = 0

    def body(self) -> ComposeResult:
        """Lay out a search field over list and requests."""
        yield Field(id="query", placeholder="按编号、标题、单位查找，空格分开几个词")
        yield from super().body()

    def on_mount(self) -> None:
        """Take up what was begun; else show the list."""
        self.query_one("#query").focus()
        self.call_after_refresh(self.reload)
        self.run_worker(self._warm, thread=True)
        try:
            told = self.model.resume()
        except StorageError as error:
            self.tell(str(error), error=True)
            return
        if self.model.held is not None:
            self.call_after_refresh(self._interview)
        if told:
            self.tell(told)

    def on_resize(self) -> None:
        """Fit the rows into another width."""
        if self.is_mounted:
            self.call_after_refresh(self.reload, keep=True)

    def tick(self) -> None:
        """Move the clocks; look again for what others called."""
        super().tick()
        self.model.tick()
        self._ticks += 1
        if self.is_current and self._ticks % LOOK_SECONDS == 0:
            self.reload(keep=True)

    def arrived(self) -> None:
        """Something came from the queue."""
        self.reload(keep=True)

    def _warm(self) -> None:
        """Make the patterns of the wording check ready: that takes a moment once, and no caller waits for it."""
        leading(self._house.packs.neutrality, "好")

    # -- the lists ------------------------------------------------------------------------------------------------

    def reload(self, *, keep: bool = False) -> None:
        """List anew; the cursor stays on what it was on."""
        held = _key(self._item()) if keep else ""
        typed = self.query_one("#query", Field).value
        self._day = self.model.day()
        if self._view == TO_CALL:
            self._items = self.model.rows(typed)
        else:
            tickets = self.model.unsettled() if self._view == UNSETTLED else self.model.ended_today()
            self._items = [each for each in tickets if self.model.fits(each, typed)]
        listed = self.query_one(PickList)
        lines = [self._row(item, listed.size.width - 2) for item in self._items]
        if keep:
            listed.at = next((at for at, item in enumerate(self._items) if _key(item) == held), listed.at)
        listed.fill(lines, keep=keep)

    def _row(self, item: Row | Ticket, width: int) -> Text:
        if isinstance(item, Ticket):
            last = item.callback.last
            result = "、".join(last.unsettled) or "已了结" if last else ""
            title = fit(shown_title(item, self._actor), max(12, width - RESULT_CELLS))
            return Text(f"{item.number}  {title}  {item.state}  {result}", no_wrap=True)
        waiting, first = item.waiting, item.tickets[0]
        more = f"等{len(item.tickets)}件" if len(item.tickets) > 1 else ""
        begun = self.model.held is not None and self.model.held.interview.dial_key == waiting.dial_key
        today = waiting.at.date() == self._house.clock.now().astimezone(SHANGHAI).date()
        booked = f"约{waiting.at:%H:%M}" if today else f"约{waiting.at:%m-%d}"  # its hour stands below the list
        booked = "正在回访" if begun else booked if waiting.booked else ""
        tried = f"已拨{len(first.callback.attempts)}次" if first.callback.attempts else ""
        title = fit(f"{shown_title(first, self._actor)}{more}", max(12, width - CALL_CELLS))
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append(
            f"{mask_phone(waiting.dial_key):<11}  {title}  限{waiting.until:%m-%d} ", "dim" if item.held else ""
        )
        return line.append(" ".join(filter(None, (booked, tried))), "bold" if booked else "dim" if item.held else "")

    def on_pick_list_moved(self) -> None:
        """Show what stands behind the row under the cursor."""
        self.query_one("#article", Static).update(self._about(self._item()))
        self.refresh_keys()

    def _about(self, item: Row | Ticket | None) -> Text:
        if item is None:
            typed = self.query_one("#query", Field).value.strip()
            found = f"“{self._view}”里没有符合“{typed}”的：按 Esc 清除" if typed else EMPTY[self._view]
            return Text(found, "dim")
        if isinstance(item, Ticket):
            return self._about_result(item)
        text = Text(f"{item.held}\n" if item.held else "", "bold")
        for ticket in item.tickets:
            held, reply = ticket.handling.now_with, ticket.handling.feedbacks[-1]
            text.append(f"{ticket.number} {shown_title(ticket, self._actor)}\n", "bold")
            text.append(f"  {'、'.join(ticket.record.types)} · {held.unit if held else ''} · 已反馈：{reply.outcome}\n")
            text.append(f"  {reply.elements.get('course', '')}\n", "dim")
            for attempt in ticket.callback.attempts:
                text.append(f"  {moment(attempt.at)} {attempt.by}号 {attempt.outcome}")
                text.append(f" {attempt.note}\n" if attempt.note else "\n", "dim")
        return text

    def _about_result(self, ticket: Ticket) -> Text:
        last, held = ticket.callback.last, ticket.handling.now_with
        text = Text(f"{ticket.number} {shown_title(ticket, self._actor)}\n", "bold")
        text.append(f"{held.unit if held else ''} · {ticket.state}\n")
        if last is None:
            return text
        text.append(f"{moment(last.at)} {last.by}号 {last.outcome}\n", "dim")
        for question in self._house.packs.survey.questions:
            answer = last.answers.get(question.id)
            if answer is not None:
                text.append(f"{question.label}  ", "dim").append_text(answer_text(answer.value, answer.said)).append(
                    "\n"
                )
        for change in last.changes:
            before, after = (each.value or each.said or "不再问" for each in (change.before, change.after))
            text.append(f"改过：{before} → {after}（{change.reason}，{change.by}号）\n", "dim")
        return text

    def status(self) -> list[Text | str]:
        """Show the list, or during a call its number and clock, and this person's day."""
        if self.model.held is not None:
            day = self.model.day()
            lasted = self._house.clock.now() - self.model.held.interview.started_at
            number = Text(f"拨 {self.model.number()}", "bold")
            done = f"今日成功 {day.interviewed} 拒访 {day.refused} 未接 {day.unreached}"
            return [number, f"通话 {minutes(lasted.total_seconds())}", done]
        day = self._day
        here = f"{self._view} {len(self._items)}" if self._view != TO_CALL else f"名单 {day.waiting}"
        done = f"今日 {day.done} 成功 {day.interviewed} 拒访 {day.refused} 未接 {day.unreached}"
        return [Text(here, "bold"), done]

    # -- acts -----------------------------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing here."""
        item = self._item()
        match action_id:
            case "complete" if self.model.held is not None:
                return ""
            case "complete" if not self._actor.may(Role.CALLBACK):
                return f"回访须由回访员操作：{self._actor.agent_no} 没有这个角色"
            case "complete" if isinstance(item, Row):
                return item.held
            case "complete":
                return "请在“名单”里选一个号码（F2 换清单）" if self._view != TO_CALL else EMPTY[TO_CALL]
            case "amend" if not isinstance(item, Ticket):
                return "更正答案：先按 F2 到“今日已访”或“没有了结”选一件"
            case "send_back" if not isinstance(item, Ticket):
                return "发回重办：先按 F2 到“没有了结”选一件"
            case "send_back" if isinstance(item, Ticket):
                return self.model.why_not(item, Kind.SENT_BACK)
            case "full_text" if item is None:
                return f"“{self._view}”里没有选中的"
            case "sample" if not self._actor.may(Role.CALLBACK, Role.SUPERVISOR):
                return f"抽样须由回访员、督办操作：{self._actor.agent_no} 没有这个角色"
            case "widen":
                return "" if self.query_one("#query", Field).value else "没有查找词；换台按 Ctrl+O"
        return ""

    @on(Input.Changed, "#query")
    def narrowed(self) -> None:
        """Narrow the list while typing."""
        self.reload()

    @on(Input.Submitted, "#query")
    def submitted(self) -> None:
        """Enter in the search field does nothing: F8 acts."""

    def action_find(self) -> None:
        """Go to the search field."""
        self.query_one("#query").focus()

    def action_widen(self) -> None:
        """Clear the search."""
        self.query_one("#query", Field).value = ""

    def action_next_list(self) -> None:
        """Take the next list."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        self.reload()
        self.show_status()

    def action_complete(self) -> None:
        """Call the number under the cursor, or go back to the call that was begun."""
        if self.model.held is not None:
            self._interview()
            return
        item = self._item()
        if not isinstance(item, Row):
            return
        try:
            self.model.begin(item.waiting.dial_key)
        except (CallbackError, StorageError) as refused:
            self.reload(keep=True)
            self.tell(str(refused), error=True)
            return
        self._interview()

    def _interview(self) -> None:
        self.app.push_screen(InterviewPage(self.model, self._done))

    def _done(self, told: str) -> None:
        """The call came to an end."""
        self.console.sync_soon()
        self.reload(keep=True)
        self.tell(told)

    def action_amend(self) -> None:
        """Put right an answer that was noted wrongly."""
        item = self._item()
        if isinstance(item, Ticket):
            self.app.push_screen(AmendPage(self.model, item, self._done))

    def action_send_back(self) -> None:
        """Give a request that was not settled back to its unit."""
        item = self._item()
        if isinstance(item, Ticket):
            self.app.push_screen(SendBackPage(self.model, item, self._done))

    def action_sample(self) -> None:
        """Draw requests for callback."""
        self.app.push_screen(SamplingPage(self.model, self._done))

    def action_full_text(self) -> None:
        """Show the request whole."""
        item = self._item()
        if item is not None:
            self.app.push_screen(RequestPage([item] if isinstance(item, Ticket) else item.tickets))


def _key(item: Row | Ticket | None) -> str:
    """What tells a row from all others, so that the cursor stays on it."""
    return item.id if isinstance(item, Ticket) else item.waiting.dial_key if item else ""
