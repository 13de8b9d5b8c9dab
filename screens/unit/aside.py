"""协同／退回／督办回复: what a unit does beside handling; each on a page of its own."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.unit_desk import UnitDesk
from console.when import remaining, stamp
from data.events import Ticket
from data.handling import JOINT_MODES, SUPERVISION_FACTS, Supervision
from data.lifecycle import Kind
from data.reference import Unit
from screens.actions import Action
from screens.desk import Dialog
from screens.unit.page import KEPT, TicketPage, take_action
from screens.unit.unit_pick import UnitPick
from screens.widgets.choices import Radio
from screens.widgets.fields import TextBox
from screens.widgets.pick import ARROWS, PickList


class _UnitsPage(TicketPage):
    """A page on which other units are chosen: they are kept with its texts."""

    def texts(self) -> dict[str, str]:
        """Return the texts, and the units that are chosen."""
        return {**super().texts(), "units": "、".join(self.query_one("#units", UnitPick).chosen)}

    @on(UnitPick.Changed)
    def chosen(self) -> None:
        """Keep the choice."""
        self.changed()


class JoinPage(_UnitsPage):
    """Other units are called; the first receiver leads (5.2.2.2.3)."""

    PART = "join"
    ACTIONS = (take_action("发起", "fq", "请所选的单位协同办理，由首接单位牵头（5.2.2.2.3）。"),)

    def body(self) -> ComposeResult:
        """Lay out the mode, the units and the note."""
        with Vertical(id="page"):
            with Horizontal(classes="row"):
                yield Label("方式")
                yield Radio(JOINT_MODES, value=self.kept.get("mode", ""), id="mode", classes=KEPT)
            yield Static(Text("请求事项（要别的单位做什么）", "dim"))
            yield TextBox(text=self.kept.get("note", ""), id="note", classes=KEPT)
            yield UnitPick(others(self.model), _names(self.kept.get("units", "")), several=True, id="units")

    def on_mount(self) -> None:
        """Begin with the mode."""
        lead = self.ticket.handling.first_unit or self.model.actor.unit
        self.query_one("#page").border_title = f"协同办理 · {lead}牵头 · 5.2.2.2.3"
        self.query_one("#mode").focus()
        self.opened()

    def action_take(self) -> None:
        """Call the units."""
        texts = self.texts()
        units = _names(texts["units"])
        self.step(
            lambda ticket: self.model.handling.join(ticket, texts["mode"], units, texts["note"].strip()),
            f"已请{'、'.join(units)}协同办理",
        )


class ReturnPage(_UnitsPage):
    """A ticket that belongs elsewhere: until another unit has it, it stays here (4.2)."""

    PART = "return"
    ACTIONS = (take_action("申请", "sq", "申请退回，由派单员处理；在此之前仍由本单位负责（4.2）。"),)

    def body(self) -> ComposeResult:
        """Lay out the reason and the unit that it should go to."""
        with Vertical(id="page"):
            yield Static(Text("退回的理由", "dim"))
            yield TextBox(text=self.kept.get("reason", ""), id="reason", classes=KEPT)
            yield Static(Text("建议改派的单位（可不填）", "dim"))
            yield UnitPick(others(self.model), _names(self.kept.get("units", "")), several=False, id="units")

    def on_mount(self) -> None:
        """Begin with the reason."""
        self.query_one("#page").border_title = "申请退回 · 首接负责，改派前仍由本单位办理 · 4.2"
        self.query_one("#reason").focus()
        self.opened()

    def action_take(self) -> None:
        """Ask for the return."""
        texts = self.texts()
        self.step(
            lambda ticket: self.model.handling.ask_return(ticket, texts["reason"].strip(), texts["units"]),
            "已申请退回：派单员改派前仍由本单位负责（4.2）",
        )


class AnswerPage(TicketPage):
    """The written answer to a supervision, by its deadline (5.2.3)."""

    PART = "answer"
    ACTIONS = (take_action("回复", "hf", "回复这项督办（5.2.3）。"),)

    def body(self) -> ComposeResult:
        """Lay out the order and the answer."""
        with Vertical(id="page"):
            yield Static(id="order")
            yield TextBox(text=self.kept.get("text", ""), id="text", classes=KEPT)

    def on_mount(self) -> None:
        """Show the order whose deadline comes first."""
        self.query_one("#page").border_title = "督办回复 · 5.2.3"
        self.query_one("#text").focus()
        self.reloaded()
        self.opened()

    def reloaded(self) -> None:
        """Show the order."""
        order, shown = self._order(), Text("没有等待回复的督办")
        if order is not None:
            left = remaining(order.deadline - self.model.house.clock.now())
            shown = Text().append(f"{order.kind} · {stamp(order.deadline)} 前回复 · 剩 {left}\n", "bold")
            for name, label, clause in SUPERVISION_FACTS[order.kind]:
                shown.append(f"{label}：{order.facts.get(name, '')}").append(f"  {clause}\n", "dim")
        self.query_one("#order", Static).update(shown)

    def _order(self) -> Supervision | None:
        waiting = sorted(self.ticket.handling.unanswered, key=lambda order: order.deadline)
        return waiting[0] if waiting else None

    def action_take(self) -> None:
        """Answer."""
        order, text = self._order(), self.texts()["text"].strip()
        self.step(lambda ticket: self.model.supervising.answer(ticket, order.id if order else "", text), "已回复督办")


PAGES: tuple[tuple[Kind, str, type[TicketPage]], ...] = (
    (Kind.JOINED, "协同办理：吹哨报到、协调会商（5.2.2.2.3）", JoinPage),
    (Kind.RETURN_ASKED, "申请退回：不属本单位职责（4.2）", ReturnPage),
    (Kind.SUPERVISION_REPLIED, "督办回复（5.2.3）", AnswerPage),
)


class AsideDialog(Dialog):
    """A digit or Enter goes to the page; what cannot be done now says why."""

    ACTIONS = (Action("take", "f8", "前往", "qw", "到所选的一项。"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *ARROWS,
        Binding("enter", "take", show=False),
        *(Binding(str(digit), f"go({digit})", show=False) for digit in range(1, len(PAGES) + 1)),
    ]

    def __init__(self, model: UnitDesk, ticket: Ticket, then: Callable[[type[TicketPage]], None]) -> None:
        super().__init__()
        self._model, self._ticket, self._then = model, ticket, then

    def body(self) -> ComposeResult:
        """Lay out the choices."""
        with Vertical(id="page"):
            yield PickList(empty="")

    def on_mount(self) -> None:
        """Show what can be done, and why the rest cannot."""
        self.query_one("#page").border_title = "协同、退回、督办 · 数字键或回车"
        lines = []
        for number, (kind, label, _) in enumerate(PAGES, 1):
            reason = self._model.why_not(self._ticket, kind)
            lines.append(Text(f"{number} {label}", "dim" if reason else "").append(f"  {reason}", "dim"))
        self.query_one(PickList).fill(lines)

    def action_move(self, by: int) -> None:
        """Move along the choices."""
        self.query_one(PickList).move(by)

    def action_go(self, number: int) -> None:
        """Go to the page with this number, or say why not."""
        kind, _, page = PAGES[number - 1]
        if reason := self._model.why_not(self._ticket, kind):
            self.tell(reason, error=True)
            return
        self.dismiss(None)
        self._then(page)

    def action_take(self) -> None:
        """Go to the page under the cursor."""
        self.action_go(self.query_one(PickList).at + 1)


def others(model: UnitDesk) -> list[Unit]:
    """Return the registered units but one's own."""
    return [unit for unit in model.house.reference.units if unit.name != model.actor.unit]


def _names(joined: str) -> list[str]:
    return [name for name in joined.split("、") if name]
