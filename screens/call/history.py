"""Who called before, what about, and whether this is the same matter (5.1.2.2, 5.2.3)."""

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from console.call_desk import CallDesk
from console.registration import REPEAT
from console.when import stamp
from data.events import Ticket
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList

NO_NEWS = ("没有", "无", "没", "否")


class HistoryDialog(Dialog):
    """Likely repeats first, then the number's other tickets; one key links, after the standard's question."""

    ACTIONS = (
        Action("link", "f4", "就是这件事", "jszjs", "关联为重复：先问有无新情况、新理由，并记下回答（5.1.2.2）。"),
        Action("unlink", "f6", "不是", "bs", "取消关联。"),
    )
    BINDINGS = ARROWS

    def __init__(self, model: CallDesk) -> None:
        super().__init__()
        self.model = model
        self._tickets: list[Ticket] = []

    def body(self) -> ComposeResult:
        """Lay out list, ticket, and the question."""
        with Vertical(id="page"):
            yield PickList(empty="这个号码没有历史工单，也没有相似的工单。")
            with VerticalScroll(id="reading"):
                yield Static(id="article")
            yield Static(id="question")
            yield Field(id="answer", placeholder="来电人的回答，回车记下")

    def on_mount(self) -> None:
        """List what is known."""
        self.query_one("#page").border_title = "历史与疑似重复"
        related = self.model.history.related(self.model.history.repeats())
        self._tickets = [ticket for ticket, _ in related]
        self.query_one(PickList).fill([_line(ticket, because) for ticket, because in related])
        self.query_one("#answer").display = False
        self._show_question()

    def action_move(self, by: int) -> None:
        """Move along the tickets."""
        self.query_one(PickList).move(by)

    @on(PickList.Moved)
    def show_ticket(self) -> None:
        """Show the ticket under the cursor."""
        ticket = self._ticket()
        if ticket is None:
            return
        record = ticket.record
        text = Text().append(f"{record.title}\n", "bold")
        text.append(f"{record.text}\n\n")
        text.append(
            f"{ticket.number} · {ticket.state} · {ticket.unit or '未定单位'} · 再次反映 {len(ticket.repeats)} 次", "dim"
        )
        if ticket.reply:
            text.append(f"\n直接答复：《{ticket.reply.title}》", "dim")
        self.query_one("#article", Static).update(text)

    def why_not(self, action_id: str) -> str:
        """Say why there is nothing to link."""
        if action_id == "link" and self._ticket() is None:
            return "没有可关联的工单"
        if action_id == "link" and self.model.finished:
            return "这件诉求已登记，不能再关联"
        if action_id == "unlink" and not self.model.record.repeats:
            return "还没有关联"
        return ""

    def action_link(self) -> None:
        """Link, and ask the standard's question."""
        ticket = self._ticket()
        if ticket is not None:
            self.model.edit(msgspec.structs.replace(self.model.record, repeats=ticket.id))
            self._show_question()

    def action_unlink(self) -> None:
        """Take the link away."""
        self.model.edit(msgspec.structs.replace(self.model.record, repeats="", new_facts=""))
        self._show_question()

    @on(Input.Changed, "#answer")
    def keep(self, event: Input.Changed) -> None:
        """Keep the answer as it is typed."""
        self.model.edit(msgspec.structs.replace(self.model.record, new_facts=event.value.strip()))

    @on(Input.Submitted, "#answer")
    def answered(self) -> None:
        """The question is answered."""
        if self.model.record.new_facts:
            self.dismiss(None)
        else:
            self.tell("请记下来电人的回答；没有新情况就写“没有”", error=True)

    def _show_question(self) -> None:
        record = self.model.record
        answer = self.query_one("#answer", Field)
        answer.display = bool(record.repeats)
        if not record.repeats:
            self.query_one("#question", Static).update(Text("是同一件事就按 F4；不是同一件事按 Esc 返回。", "dim"))
            return
        linked = self.model.house.tickets.get(record.repeats)
        question = self.model.house.packs.scope.route(REPEAT).question
        self.query_one("#question", Static).update(
            Text()
            .append(f"▸{question}", "bold")
            .append(f"\n已关联 {linked.number if linked else ''}；没有新情况的，到 F5 选“分类 重复”", "dim")
        )
        with self.prevent(Input.Changed):
            answer.value = record.new_facts
        answer.focus()

    def _ticket(self) -> Ticket | None:
        at = self.query_one(PickList).at
        return self._tickets[at] if at < len(self._tickets) else None


def _line(ticket: Ticket, because: str) -> Text:
    line = Text(f"{stamp(ticket.created_at)[5:]} {ticket.record.title[:20]}")
    line.append(f"  {ticket.state} · {because}", "dim")
    return line
