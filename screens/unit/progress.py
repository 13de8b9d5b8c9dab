"""办理进展: what was done, what the claimant thinks of it, whether somebody went there (5.2.2.2.4)."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.unit_words import findings
from screens.unit.page import KEPT, TicketPage, take_action
from screens.unit.summary import findings_text
from screens.widgets.choices import Radio
from screens.widgets.fields import TextBox

SEEN = ("已查看现场", "未查看")


class ProgressPage(TicketPage):
    """A note as often as there is something to say; the claimant is told of it."""

    PART = "progress"
    ACTIONS = (take_action("记下", "jx", "记下办理进展（5.2.2.2.4）。"),)

    def body(self) -> ComposeResult:
        """Lay out the note."""
        with Vertical(id="page"):
            yield Static(Text("办理进展（告知诉求人的）", "dim"))
            yield TextBox(text=self.kept.get("text", ""), id="text", classes=KEPT)
            yield Static(Text("诉求人的意见建议（原话写在“”里）", "dim"))
            yield TextBox(text=self.kept.get("views", ""), id="views", classes=KEPT)
            with Horizontal(classes="row"):
                yield Label("现场")
                yield Radio(SEEN, value=self.kept.get("on_site", ""), id="on_site", classes=KEPT)
            yield Static(id="wording")

    def on_mount(self) -> None:
        """Begin to write."""
        self.query_one("#page").border_title = "办理进展 · 5.2.2.2.4"
        self.query_one("#text").focus()
        self.written(self.texts())
        self.opened()

    def written(self, texts: dict[str, str]) -> None:
        """Look at the words that the claimant will hear (5.2.2.2.5)."""
        found = findings(self.model.house, {"text": texts["text"]})
        self.query_one("#wording", Static).update(findings_text(found))

    def action_take(self) -> None:
        """Note it."""
        texts = self.texts()
        text, views, on_site = texts["text"].strip(), texts["views"].strip(), texts["on_site"] == SEEN[0]
        self.step(
            lambda ticket: self.model.handling.progress(ticket, text, views=views, on_site=on_site), "已记下办理进展"
        )
