"""追问: what one is about to say beyond the script, checked for leading wording before it is said (5.4.4)."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from console.interview import Interviewing
from data.db import StorageError
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field
from scripts.neutrality import leading

NEUTRAL = "没有查出倾向性、诱导性的用语；照这样说，不多加"


class ProbePage(Dialog):
    """One line, and under it what is wrong with it and what to say instead."""

    ACTIONS = (Action("take", "f8", "说了", "sl", "记下这句话；有倾向、诱导的也照实记，质检会看到。"),)

    def __init__(self, held: Interviewing) -> None:
        super().__init__()
        self._held = held
        self._warned = ""

    def body(self) -> ComposeResult:
        """Lay out the line and the check."""
        with Vertical(id="page", classes="short"):
            yield Static(Text(f"这一问：{self._held.sentence()}", "dim"))
            yield Field(id="text", placeholder="要说的话，照实写；诉求人的原话放在“”里")
            yield Static(id="check")

    def on_mount(self) -> None:
        """Begin in the line."""
        self.query_one("#page").border_title = "追问 · 用语检查 5.4.4"
        self.query_one("#text").focus()

    @on(Input.Changed, "#text")
    def check(self) -> None:
        """Judge the wording."""
        found = leading(self._held.house.packs.neutrality, self.query_one("#text", Field).value)
        text = Text()
        for each in found:
            text.append(f"“{each.text}” {each.clause} {each.reason}\n", "bold")
            text.append(f"  可改为：{each.advice}\n")
        if not found:
            text.append(NEUTRAL if self.query_one("#text", Field).value.strip() else "", "dim")
        self.query_one("#check", Static).update(text)

    def action_take(self) -> None:
        """Keep what was said; leading words want the key twice."""
        text = self.query_one("#text", Field).value.strip()
        if not text:
            self.tell("还没有写：不追问的按 Esc 返回", error=True)
            return
        found = leading(self._held.house.packs.neutrality, text)
        if found and self._warned != text:
            self._warned = text
            self.tell("这句话带有引导（5.4.4）：请改写；已经这样说了的，再按一次 F8 照实记下", error=True)
            return
        try:
            self._held.probe(text, [each.rule for each in found])
        except StorageError as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
