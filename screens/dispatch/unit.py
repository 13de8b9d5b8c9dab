"""改去向: the unit that a ticket goes to, by characters, pinyin or initials; and a limit that a law fixes (4.1)."""

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from console.dispatch_desk import REFUSALS, DispatchDesk
from console.names import narrow
from console.registration import locate
from console.routing import Suggestion
from data.db import StorageError
from data.events import Ticket
from data.tickets import StaleTicket
from screens.actions import Action
from screens.call.route import Way, near_first, suggested_way, unit_way
from screens.desk import Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList

FOUND = 12


class UnitDialog(Dialog):
    """Suggested units first, the district last; then what the typed letters find."""

    ACTIONS = (
        Action("take", "f8", "选定", "xd", "选定光标所在的单位；派单方式与值班电话取自单位表。"),
        Action("legal", "f6", "法定时限", "fdsx", "依次选维护的法定时限，选过一遍是不用（4.1）；不能手填。"),
        Action("suggestion", "f4", "用建议", "yjy", "不另选单位，仍用建议的。"),
    )
    BINDINGS = ARROWS

    def __init__(self, model: DispatchDesk, ticket: Ticket) -> None:
        super().__init__()
        self._model, self._ticket = model, ticket
        self._ways: list[Way] = []

    def body(self) -> ComposeResult:
        """Lay out the field, the list and the explanation."""
        with Vertical(id="page"):
            yield Field(id="query", placeholder="输入单位的字、全拼或首字母；空着看建议")
            yield PickList(empty="没有找到：换一个字或首字母试试。")
            yield Static(id="question")

    def on_mount(self) -> None:
        """Show what is suggested."""
        self.query_one("#page").border_title = "改去向 · 5.2.2.1.1"
        self.search("")
        self._show_legal()
        self.query_one("#query").focus()

    @on(Input.Changed, "#query")
    def typed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.search(event.value)

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Take the line under the cursor."""
        self.action_take()

    def action_move(self, by: int) -> None:
        """Move along the list."""
        self.query_one(PickList).move(by)

    def search(self, query: str) -> None:
        """Fill the list for what was typed."""
        house = self._model.house
        if query.strip():
            near = near_first(house.reference.units, locate(house, self._ticket.record).place)
            self._ways = [unit_way(unit, house.reference.units, "派单员选定") for unit in narrow(query, near, FOUND)]
        else:
            self._ways = [suggested_way(each) for each in self._model.ranked(self._ticket)]
        self.query_one(PickList).fill([way.line for way in self._ways])

    @on(PickList.Moved)
    def explain(self) -> None:
        """Say why the unit under the cursor is there, who gets a copy, and how it is reached."""
        way = self._way()
        said = Text(way.explanation if way else "")
        if way and isinstance(way.take, Suggestion):
            unit = way.take.unit
            said.append(f"\n派单方式：{unit.channel}；值班电话：{unit.phone or '未登记'}", "dim")
        self.query_one("#question", Static).update(said)

    def action_take(self) -> None:
        """Take the unit under the cursor."""
        way = self._way()
        if way and isinstance(way.take, Suggestion):
            self._decide(way.take.unit.name)

    def action_suggestion(self) -> None:
        """Choose no unit of one's own."""
        self._decide("")

    def action_legal(self) -> None:
        """Take the next of the maintained legal limits, or none."""
        names = ["", *(name for name, _ in self._model.legal_limits())]
        chosen = self._model.choice(self._ticket).legal
        at = names.index(chosen) if chosen in names else 0
        changed = msgspec.structs.replace(self._model.choice(self._ticket), legal=names[(at + 1) % len(names)])
        try:
            self._model.keep(self._ticket, changed)
        except StorageError as error:
            self.tell(str(error), error=True)
        self._show_legal()

    def why_not(self, action_id: str) -> str:
        """Only what there is can be chosen."""
        if action_id == "legal" and not self._model.legal_limits():
            return "时限表里没有维护法定时限：请系统管理员在 limits.toml 的 legal 里登记（4.1）"
        return "没有选中的单位" if action_id == "take" and self._way() is None else ""

    def _show_legal(self) -> None:
        legal, name = self._model.legal_of(self._ticket), self._model.choice(self._ticket).legal
        told = f"法定时限：{name}，按{legal.citation}" if legal else "法定时限：不用，按时限表（F6 换）"
        self.query_one("#page").border_subtitle = told

    def _decide(self, unit: str) -> None:
        """Choose a unit; what another did with the ticket meanwhile is told first."""
        chosen = msgspec.structs.replace(self._model.choice(self._ticket), unit=unit)
        try:
            self._model.decide(self._ticket, chosen)
        except StaleTicket as stale:
            self._ticket = stale.ticket
            self.search(self.query_one("#query", Field).value)
            self.tell(str(stale), error=True)
        except REFUSALS as error:
            self.tell(str(error), error=True)
        else:
            self.dismiss(None)

    def _way(self) -> Way | None:
        at = self.query_one(PickList).at
        return self._ways[at] if at < len(self._ways) else None
