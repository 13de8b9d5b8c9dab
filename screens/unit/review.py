"""主管领导审核: the drafted reply whole; passed it goes back to 12345, else to its writer with the reason (5.2.2.3.1)."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from console.history import feedback_text
from console.unit_words import findings
from console.when import stamp
from screens.actions import Action
from screens.unit.page import KEPT, TicketPage, take_action
from screens.unit.summary import findings_text, request_text
from screens.widgets.fields import TextBox


class ReviewPage(TicketPage):
    """Whoever wrote the reply does not review it."""

    PART = "review"
    ACTIONS = (
        take_action("通过", "tg", "审核通过，按原派单方式反馈（5.2.2.3.1）。"),
        Action("refuse", "f4", "不通过", "btg", "退给报审人重写，写明理由（5.2.2.3.1）。"),
    )

    def body(self) -> ComposeResult:
        """Lay out the reply, the request, and where the reason goes."""
        with Vertical(id="page"):
            with VerticalScroll(id="fields"):
                yield Static(id="draft")
            yield Static(Text("不通过的理由（F4）", "dim"))
            yield TextBox(text=self.kept.get("reason", ""), id="reason", classes=KEPT)

    def on_mount(self) -> None:
        """Show the reply."""
        self.query_one("#page").border_title = "主管领导审核 · 5.2.2.3.1"
        self.query_one("#reason").focus()
        self.reloaded()
        self.opened()

    def reloaded(self) -> None:
        """Show the reply as it stands."""
        draft, shown = self.ticket.handling.draft, Text()
        if draft is not None:
            shown.append(f"{draft.by}号 {stamp(draft.at)} 报审 · 原派单方式：{draft.channel}\n", "dim")
            shown.append(f"{feedback_text(draft)}\n")
            shown.append(f"舆情信息：{draft.opinion_watch}\n")
            shown.append_text(findings_text(findings(self.model.house, draft.elements)))
        shown.append("\n").append_text(request_text(self.model.shown(self.ticket)))
        self.query_one("#draft", Static).update(shown)

    def action_take(self) -> None:
        """Pass it."""
        self.step(lambda ticket: self.model.handling.review(ticket, True), "审核通过，已反馈")

    def action_refuse(self) -> None:
        """Give it back."""
        reason = self.texts()["reason"].strip()
        self.step(lambda ticket: self.model.handling.review(ticket, False, reason), "审核不通过，已退给报审人")
