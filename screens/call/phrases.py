"""All service phrases (附录B.1、B.2); the one that is picked counts as said."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from console.call_desk import CallDesk
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList
from scripts.phrases import UNIT_STEPS, Phrase, fill


class PhrasesDialog(Dialog):
    """Typing narrows; the phrases of the present step come first."""

    ACTIONS = (Action("said", "f2", "已说", "ys", "记为已说，返回受理台。"),)
    BINDINGS = ARROWS

    def __init__(self, model: CallDesk) -> None:
        super().__init__()
        self.model = model
        self._shown: list[Phrase] = []

    def body(self) -> ComposeResult:
        """Lay out field, list and the whole sentence."""
        with Vertical(id="page"):
            yield Field(id="query", placeholder="输入用语中的字或编号，如 B.1.3；回车记为已说")
            yield PickList(empty="没有这样的用语：换一个字试试。")
            yield Static(id="question")

    def on_mount(self) -> None:
        """Show all."""
        self.query_one("#page").border_title = "服务用语 · 附录B"
        self.search("")
        self.query_one("#query").focus()

    @on(Input.Changed, "#query")
    def typed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.search(event.value.strip())

    @on(Input.Submitted, "#query")
    def submitted(self) -> None:
        """The phrase under the cursor was said."""
        self.action_said()

    def search(self, query: str) -> None:
        """Show the phrases that hold what was typed."""
        talk = self.model.talk
        step, slots = (talk.script.step, talk.slots()) if talk else ("", {})
        ours = [p for p in self.model.house.packs.phrases.phrases if p.step not in UNIT_STEPS]
        every = [p for p in ours if query.lower() in f"{p.id} {p.text}".lower()]
        self._shown = sorted(every, key=lambda phrase: phrase.step != step)
        self.query_one(PickList).fill(
            [Text(fill(phrase, slots).text).append(f"  {phrase.clause}", "dim") for phrase in self._shown]
        )

    def action_move(self, by: int) -> None:
        """Move along the list."""
        self.query_one(PickList).move(by)

    @on(PickList.Moved)
    def show(self) -> None:
        """Show every accepted wording of the phrase under the cursor."""
        phrase = self._phrase()
        text = Text()
        if phrase is not None and self.model.talk is not None:
            slots = self.model.talk.slots()
            for form in range(len(phrase.forms)):
                text.append(f"{fill(phrase, slots, form).text}\n", "bold" if form == 0 else "")
        self.query_one("#question", Static).update(text)

    def action_said(self) -> None:
        """Count the phrase as said."""
        phrase = self._phrase()
        if phrase is not None:
            self.model.pick(phrase)
            self.dismiss(None)

    def _phrase(self) -> Phrase | None:
        at = self.query_one(PickList).at
        return self._shown[at] if at < len(self._shown) else None
