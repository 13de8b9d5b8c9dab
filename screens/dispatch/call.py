"""电话联系与判断: the call to the unit and the decision about each authority, on one page (5.2.2.1.4, B.2)."""

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label, Static

from console.disclosure import as_read_by
from console.dispatch_choices import Choice, Judged
from console.dispatch_desk import REFUSALS, DispatchDesk
from console.form import shown_title
from console.when import stamp
from data.db import StorageError
from data.events import Ticket
from data.steps import authorities
from data.tickets import StaleTicket
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.choices import OneOf, Typed
from screens.widgets.fields import Field

ANSWERS = ("未定", "报", "不报")


class CallDialog(Dialog):
    """What to say, to whom one spoke, with which result; for each authority whether it is told, and why."""

    ACTIONS = (Action("take", "f8", "记下", "jx", "把联系的结果与判断一起记入工单（5.2.2.1.4）。"),)

    def __init__(self, model: DispatchDesk, ticket: Ticket, unit: str) -> None:
        """Make the page about a call to ``unit``."""
        super().__init__()
        self._model, self._ticket, self._unit = model, ticket, unit
        self._authorities = authorities(ticket)

    def body(self) -> ComposeResult:
        """Lay out the sentences and the fields in the order of the call."""
        choice = self._model.choice(self._ticket)
        number = self._model.number_of(self._unit) if choice.number is None else choice.number
        title = shown_title(as_read_by(self._ticket, self._model.actor), self._model.actor)
        opening, closing = self._model.to_say(title)
        with Vertical(id="page"), VerticalScroll(id="fields"):
            yield Static(Text("现在说 · B.2.1", "dim"))
            yield Static(Text(opening, "bold"))
            yield from self._row(
                "值班电话", Field(id="number", value=number, placeholder="单位表未登记，可填实拨的号码")
            )
            yield from self._row("接电话的人", Field(id="spoke", value=choice.spoke_with, placeholder="姓名或职务"))
            yield from self._row(
                "联系结果", Field(id="result", value=choice.result, placeholder="如：已派人；无人接听")
            )
            yield Static(Text.assemble(("挂断前说 · B.2.2  ", "dim"), (closing, "bold")))
            for at, authority in enumerate(self._authorities):
                judged = choice.decisions.get(authority, Judged())
                answer = OneOf(ANSWERS, id=f"answer{at}")
                answer.set_reactive(OneOf.value, judged.answer or ANSWERS[0])
                yield from self._row(f"报{authority}", answer)
                yield from self._row(
                    "理由", Field(id=f"reason{at}", value=judged.reason, placeholder="为什么报，或为什么不用报")
                )
            yield Static(id="noted")

    def _row(self, label: str, widget: Field | OneOf) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Label(label, classes="wider")
            yield widget

    def on_mount(self) -> None:
        """Begin with whom one spoke to: the number stands there already."""
        self.query_one("#page").border_title = f"电话联系与判断 · {self._unit} · 5.2.2.1.4"
        self._show()
        self.query_one("#spoke").focus()

    def _show(self) -> None:
        """List what is noted already, and what is still missing."""
        noted, handling = Text(), self._ticket.handling
        for call in handling.unit_calls:
            noted.append(f"已记 {stamp(call.at)} {call.by}号联系{call.unit}，{call.spoke_with}：{call.result}\n", "dim")
        for each in handling.decisions:
            told = "报" if each.report else "不报"
            noted.append(f"已记 {stamp(each.at)} {each.by}号判断{told}{each.authority}：{each.reason}\n", "dim")
        noted.append("，".join(self._model.lacks(self._ticket)), "bold")
        self.query_one("#noted", Static).update(noted)

    @on(Input.Changed)
    @on(OneOf.Changed)
    def written(self) -> None:
        """Keep what is written."""
        try:
            self._model.keep(self._ticket, self._now())
        except StorageError as error:
            self.tell(str(error), error=True)

    @on(Typed)
    def typed(self, event: Typed) -> None:
        """Words typed on 报／不报 are the reason beside it."""
        focused = self.focused
        if focused is not None and focused.id and focused.id.startswith("answer"):
            reason = self.query_one(f"#reason{focused.id.removeprefix('answer')}", Field)
            reason.focus()
            reason.insert_text_at_cursor(event.text)

    def _now(self) -> Choice:
        number = self.query_one("#number", Field).value
        decisions = {}
        for at, authority in enumerate(self._authorities):
            answer, reason = self.query_one(f"#answer{at}", OneOf).value, self.query_one(f"#reason{at}", Field).value
            if answer != ANSWERS[0] or reason:
                decisions[authority] = Judged("" if answer == ANSWERS[0] else answer, reason)
        return msgspec.structs.replace(
            self._model.choice(self._ticket),
            spoke_with=self.query_one("#spoke", Field).value,
            result=self.query_one("#result", Field).value,
            number=None if number == self._model.number_of(self._unit) else number,
            decisions=decisions,
        )

    def action_take(self) -> None:
        """Note the call and the decisions."""
        try:
            self._model.keep(self._ticket, self._now())
            self._model.note_calls(self._ticket)
        except StaleTicket as stale:
            self._ticket = stale.ticket
            self._show()
            self.tell(str(stale), error=True)
        except REFUSALS as error:
            self.tell(str(error), error=True)
            self._to_what_lacks()
        else:
            self.console.sync_soon()
            self.dismiss(None)

    def _to_what_lacks(self) -> None:
        """Put the cursor into the empty one of two that are asked for together: a call's two, a decision's two."""
        written = self._now()
        pairs = [("spoke", written.spoke_with, "result", written.result)]
        for at, authority in enumerate(self._authorities):
            judged = written.decisions.get(authority, Judged())
            pairs.append((f"answer{at}", judged.answer, f"reason{at}", judged.reason))
        for first, here, second, there in pairs:
            if bool(here.strip()) != bool(there.strip()):
                self.query_one(f"#{second if here.strip() else first}").focus()
                return
