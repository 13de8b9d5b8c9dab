"""联系诉求人: B.3.1 and B.3.2 to read aloud, the number to ring, and whether somebody was reached (5.2.2.2.2)."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.disclosure import about_itself
from console.unit_words import TITLES, contact_lines
from screens.unit.page import KEPT, TicketPage, take_action
from screens.unit.summary import request_text
from screens.widgets.choices import Radio
from screens.widgets.fields import TextBox

REACHED = ("已接通", "未接通")


class ContactPage(TicketPage):
    """Every attempt is noted, also one in vain."""

    PART = "contact"
    ACTIONS = (take_action("记下", "jx", "记下这次联系的结果；没有接通也要记（5.2.2.2.2）。"),)

    def body(self) -> ComposeResult:
        """Lay out the number, the sentences and what came of it."""
        with Vertical(id="page"):
            yield Static(id="about")
            yield Static(id="say")
            with Horizontal(classes="row"):
                yield Label("称呼")
                yield Radio(TITLES, value=self.kept.get("title", ""), id="title", classes=KEPT)
            with Horizontal(classes="row"):
                yield Label("结果")
                yield Radio(REACHED, value=self.kept.get("reached", ""), id="reached", classes=KEPT)
            yield Static(Text("核实的情况，或没有接通的情形；诉求人的话写在“”里", "dim"))
            yield TextBox(text=self.kept.get("note", ""), id="note", classes=KEPT)

    def on_mount(self) -> None:
        """Show whom to ring and what to say."""
        self.query_one("#page").border_title = "联系诉求人 · 核实情况 · 5.2.2.2.2"
        self.query_one("#title").focus()
        self.reloaded()
        self.opened()

    def reloaded(self) -> None:
        """Show the claimant, and the sentences."""
        about = Text()
        if self.ticket.record.claimant.confidential and about_itself(self.ticket):
            about.append("诉求人要求保密，被反映的就是本单位，姓名和号码不显示：请由 12345 转告，在下面记明\n", "bold")
        about.append_text(request_text(self.model.shown(self.ticket)))
        self.query_one("#about", Static).update(about)
        self.written({"title": self.query_one("#title", Radio).value})

    def written(self, texts: dict[str, str]) -> None:
        """Fill the name form."""
        say = Text()
        lines = contact_lines(self.model.house, self.model.shown(self.ticket), self.model.actor, texts["title"])
        for line in lines:
            say.append(f"▸{line.text}", "bold").append(f"  {line.clause}\n", "dim")
        self.query_one("#say", Static).update(say or Text("用语包里没有 B.3.1、B.3.2", "dim"))

    def action_take(self) -> None:
        """Note the attempt."""
        texts = self.texts()
        reached = {REACHED[0]: True, REACHED[1]: False}.get(texts["reached"])
        self.step(lambda ticket: self.model.handling.contact(ticket, reached, texts["note"].strip()), "已记下联系情况")
