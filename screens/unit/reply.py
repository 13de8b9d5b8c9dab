"""办理结果: the outcome first, then exactly its elements, each with its clause; B.3.3 made of them to tell the claimant."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Label, Static

from console.handling import outcomes
from console.reply_form import (
    LONG,
    OUTCOME,
    completed,
    elements,
    every_name,
    first_lacking,
    first_texts,
    rows,
    with_course,
)
from console.unit_desk import UnitDesk
from console.unit_words import findings, result_line
from data.events import Ticket
from data.steps import from_web
from screens.actions import Action
from screens.unit.page import KEPT, TicketPage, take_action
from screens.unit.summary import findings_text
from screens.widgets.choices import Radio
from screens.widgets.fields import Field, TextBox
from scripts.phrases import BLANK
from scripts.wording import Finding

MISSING, THERE, OPTIONAL = "✗", "✓", "·"


class ReplyPage(TicketPage):
    """A row an element; what the outcome does not ask for is not in sight. Changing the outcome loses no word."""

    PART = "reply"
    ACTIONS = (
        take_action("发出", "fc", "反馈办理结果；网络诉求报主管领导审核（5.2.2.3.1）。"),
        Action("compose", "f5", "成文", "cw", "用 B.3.3 的各空写成“办理情况”；已写了的不动。"),
    )

    def __init__(self, model: UnitDesk, ticket: Ticket, done: Callable[[str], None]) -> None:
        super().__init__(model, ticket, done)
        self._began = ""  # the outcome for which what is known was put in
        self._warned: list[str] = []  # words that were shown as vague or reproachful once

    def body(self) -> ComposeResult:
        """Lay out the outcome, every row that any outcome has, and the sentence."""
        with Vertical(id="page"):
            with Horizontal(classes="row"):
                yield Label("结果")
                yield Radio(outcomes(self.ticket), value=self.kept.get(OUTCOME, ""), id=OUTCOME, classes=KEPT)
            with VerticalScroll(id="fields"):
                for name in every_name():
                    with Horizontal(classes=f"element{' several' if name in LONG else ''}", id=f"row-{name}"):
                        yield Static(id=f"mark-{name}", classes="mark")
                        if name in LONG:
                            yield TextBox(text=self.kept.get(name, ""), id=name, classes=KEPT)
                        else:
                            yield Field(value=self.kept.get(name, ""), id=name, classes=KEPT)
            yield Static(id="wording")
            yield Static(id="say")

    def on_mount(self) -> None:
        """Begin with the outcome; a reply that a leader gave back begins with its own."""
        held, draft = self.ticket.handling.now_with, self.ticket.handling.draft
        how = "网络诉求：报主管领导审核后反馈" if from_web(self.ticket) else "直接反馈"
        page = self.query_one("#page")
        page.border_title = f"办理结果 · {how} · 原派单方式：{held.channel if held else ''} · 5.2.2.3"
        if draft is not None and not self.kept:
            self.query_one(f"#{OUTCOME}", Radio).value = draft.outcome
        if self.ticket.handling.review_note:
            page.border_subtitle = f"审核不通过：{self.ticket.handling.review_note}"
        self.query_one(f"#{OUTCOME}").focus()
        self.written(self.texts())
        self.opened()

    @property
    def outcome(self) -> str:
        """The outcome that was chosen."""
        return self.query_one(f"#{OUTCOME}", Radio).value

    def written(self, texts: dict[str, str]) -> None:
        """Show the rows of the outcome with what they lack, and the sentence as it stands."""
        texts = self._with_known(texts)
        shown = {row.name: row for row in rows(self.model.house, self.ticket, self.outcome, texts)}
        for name in every_name():
            row = shown.get(name)
            self.query_one(f"#row-{name}").display = row is not None
            if row is not None:
                mark = THERE if row.filled else MISSING if row.needed else OPTIONAL
                text = Text(f"{mark} {row.label}", "" if row.filled or not row.needed else "bold")
                self.query_one(f"#mark-{name}", Static).update(text.append(f" {row.clause}", "dim"))
        reason = next((row.wrong for row in shown.values() if row.wrong), "")
        told = Text(f"✗ {reason}\n" if reason else "", "bold")
        self.query_one("#wording", Static).update(told.append_text(findings_text(self._findings(texts))))
        self.query_one("#say", Static).update(self._sentence(texts))

    def _with_known(self, texts: dict[str, str]) -> dict[str, str]:
        """Put what is known where nothing was written, once an outcome is chosen: unit, time, place."""
        house, unit = self.model.house, self.model.actor.unit
        first = first_texts(house, self.ticket, self.outcome, unit, house.clock.now())
        if not first or self._began == self.outcome:
            return texts
        self._began = self.outcome
        full = completed(texts, first)
        with self.prevent(Field.Changed, TextBox.Changed):
            self._put(full)
        return full

    def _put(self, texts: dict[str, str]) -> None:
        for name in every_name():
            value = texts.get(name, "")
            if name in LONG:
                self.query_one(f"#{name}", TextBox).text = value
            else:
                self.query_one(f"#{name}", Field).value = value

    def _findings(self, texts: dict[str, str]) -> list[Finding]:
        wanted = {row.name for row in rows(self.model.house, self.ticket, self.outcome, texts)}
        return findings(self.model.house, {name: text for name, text in texts.items() if name in wanted})

    def _sentence(self, texts: dict[str, str]) -> Text:
        line = result_line(self.model.house, self.model.shown(self.ticket), self.outcome, texts)
        if line is None:
            return Text(
                "先选办理结果（数字键）" if not self.outcome else "用语包里没有这种结果的告知用语（B.3.3）", "dim"
            )
        text = Text("▸", "bold")
        for at, piece in enumerate(line.text.split(BLANK)):
            if at:
                text.append(BLANK, "bold reverse")
            text.append(piece, "bold")
        return text.append(f"  {line.clause}{'（增补）' if line.addition else ''}", "dim")

    def action_compose(self) -> None:
        """Write the course of handling from the blanks of B.3.3."""
        texts = self.texts()
        written = with_course(texts)
        if written == texts:
            self.tell("办理情况已经写了，或 B.3.3 的科室、人员、地点、过程、现象还没有填全", error=True)
            return
        self._put(written)

    def first_lacking(self) -> str:
        """Return the first row that is empty or wrong."""
        return first_lacking(self.model.house, self.ticket, self.outcome, self.texts())

    def action_take(self) -> None:
        """Send it; vague or reproachful words are shown once before."""
        texts = self.texts()
        found = [each.text for each in self._findings(texts)]
        if found and found != self._warned:
            self._warned = found
            self.tell(f"用语不合 5.1.3.4（5.2.2.2.5）：“{'”“'.join(found)}”；请改，或再按一次 F8 照发", error=True)
            return
        outcome = self.outcome
        told = "已报主管领导审核" if from_web(self.ticket) else "已按原派单方式反馈"
        self.step(
            lambda ticket: self.model.handling.reply(ticket, outcome, elements(outcome, texts), texts["opinion_watch"]),
            told,
        )
