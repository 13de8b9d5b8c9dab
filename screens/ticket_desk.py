"""工单: every ticket of this installation, narrowed as one types; its appendix D form and its history."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.text import Text
from textual.app import ComposeResult

from console.form import Form, as_text, ticket_form, write_docx
from console.house import House
from console.rights import seen_by
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor, Role
from data.ticket_lists import TicketFilter
from screens.paged_desk import PagedDesk
from screens.ticket_pages import FORM, HISTORY, whole
from screens.ticket_rows import row
from screens.widgets.fields import Field


class TicketScreen(PagedDesk):
    """List on one side, the ticket under the cursor on the other."""

    NAME = "工单"
    EMPTY = "没有符合条件的工单：按 Esc 看全部。"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self._all = seen_by(actor)
        self._state = ""
        self._reported = False
        self._history = False
        self._seen = (0, 0)  # how many tickets the filter let through, and how many reports waited, when last listed

    def body(self) -> ComposeResult:
        """Lay out a search field over list and ticket."""
        yield Field(id="query", placeholder="按编号（含日期）、标题、单位、类型查找，空格分开几个词")
        yield from super().body()

    def on_mount(self) -> None:
        """Begin in the search field."""
        self.query_one("#query").focus()

    def _filter(self) -> TicketFilter:
        text = self.query_one("#query", Field).value
        return msgspec.structs.replace(self._all, state=self._state, reported=self._reported, text=text)

    def _look(self) -> tuple[int, int]:
        return self._house.tickets.count(self._filter()), self._house.tickets.count(
            msgspec.structs.replace(self._all, reported=True)
        )

    def _row(self, ticket: Ticket, reader: Actor, width: int) -> Text:
        return row(ticket, reader, width)

    def _show(self) -> None:
        ticket = self._item()
        page = HISTORY if self._history else FORM
        drawn = whole(self._house, ticket, page, self._actor) if ticket else self._without()
        title = f"{ticket.number} · {page}" if ticket else ""
        self._show_beside(ticket, drawn, title, "PgUp/PgDn 翻看 · Home/End 首末")
        self.refresh_keys()

    def _nothing(self) -> Text:
        """Say why there is no ticket to show, and what to do about it."""
        want = self._filter()
        if want == self._all:
            return Text("还没有工单。受理台（Ctrl+O）登记后列在这里；别的系统用 hotline ticket new 登记。", "dim")
        text = Text("没有工单同时符合：\n")
        if want.text.strip():
            text.append(f"  查找“{want.text.strip()}”（Ctrl+U 清空）\n")
        if want.state:
            text.append(f"  状态 {want.state}（F2 换下一个）\n")
        if want.reported:
            text.append("  待知悉的紧急上报（F6 看全部）\n")
        return text.append(f"Esc 全部清除，看所有 {self._house.tickets.count(self._all)} 件工单。", "dim")

    def status(self) -> list[Text | str]:
        """Show what the list is narrowed to."""
        total, unseen = self._seen
        narrowed = "·".join(filter(None, (self._state or "全部状态", "待知悉" if self._reported else "")))
        return [f"{narrowed} {total} 件", Text(f"⚠待知悉 {unseen}（F6）", "bold") if unseen else ""]

    def why_not(self, action_id: str) -> str:
        """Say why an action does not fit the ticket under the cursor."""
        if action_id == "widen":
            return "" if self._filter() != self._all else "已是全部工单；换台按 Ctrl+O"
        if action_id not in ("export_text", "export_docx", "full_text", "acknowledge"):
            return ""
        ticket = self._item()
        if ticket is None:
            return self.none_chosen()
        if action_id == "acknowledge":
            if all(reported.acknowledged_at for reported in ticket.escalations):
                return "这件工单没有待知悉的紧急上报"
            if not self._actor.may(Role.SUPERVISOR, Role.ADMINISTRATOR):
                return "只有督办和系统管理员可以确认知悉"
        return ""

    def action_widen(self) -> None:
        """Show all tickets, the cursor where it was."""
        self._state, self._reported = "", False
        self._clear_query()
        self.reload(keep=True)

    def action_narrow_state(self) -> None:
        """Take the next state."""
        states = ["", *State]
        self._state = states[(states.index(self._state) + 1) % len(states)]
        self.reload()

    def action_narrow_urgent(self) -> None:
        """Only reports that no manager has seen, or all."""
        self._reported = not self._reported
        self.reload()

    def action_full_text(self) -> None:
        """The form, or the history."""
        self._history = not self._history
        self._show()

    def action_export_text(self) -> None:
        """Write the form as a text file."""
        self._export("txt", lambda form, path: path.write_text(as_text(form), encoding="utf-8"))

    def action_export_docx(self) -> None:
        """Write the form as a .docx file."""
        self._export("docx", lambda form, path: write_docx(form, path, self._house.clock.now()))

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

    def _form(self, ticket: Ticket) -> Form:
        return ticket_form(ticket, self._house.packs, self._actor)
