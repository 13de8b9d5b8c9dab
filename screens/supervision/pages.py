"""Pages of the supervision desk: choosing what to do, and filling in what it needs."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static, TextArea

from console.clocks import ClockError
from console.supervision import SupervisionError
from console.supervision_desk import Choice, Line, Sheet, SupervisionDesk, instant_words
from console.when import WhenError
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import TransitionRefused
from data.surges import SurgeRefused
from data.tickets import ActRefused, StaleTicket
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field, TextBox
from screens.widgets.pick import ARROWS, PickList

REFUSALS = (TransitionRefused, ActRefused, SupervisionError, SurgeRefused, WhenError, ClockError, StorageError)
NO_TICKET = "0"  # under which the texts of a page that belongs to no ticket are kept


class SheetPage(Dialog):
    """What an act needs, a field each; what is written stays, whatever ends the page but the act itself."""

    ACTIONS = (Action("take", "f8", "完成", "wc", "照所写的办理，回到列表的下一件。"),)

    def __init__(
        self, model: SupervisionDesk, ticket: Ticket | None, sheet: Sheet, done: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._model, self._ticket, self._sheet, self._done = model, ticket, sheet, done
        self._kept = model.jottings.kept(self._key, sheet.page)
        self._over = False  # the act is done: nothing is kept any more

    @property
    def _key(self) -> str:
        return self._ticket.id if self._ticket else NO_TICKET

    def body(self) -> ComposeResult:
        """Lay out what it is about, and a field for each line."""
        with Vertical(id="page"), VerticalScroll(id="fields"):
            yield Static(Text(self._sheet.about), id="about")
            for line in self._sheet.lines:
                yield Static(Text(line.label, "dim"))
                text = self._kept.get(line.name, line.value)
                if line.long:
                    yield TextBox(text=text, id=line.name, classes="long")
                else:
                    hint = "如 2026-01-31 08:30" if line.instant else line.hint
                    yield Field(value=text, id=line.name, placeholder=hint)
                if line.instant:
                    yield Static(id=f"{line.name}-read")

    def on_mount(self) -> None:
        """Begin with the first field that is empty."""
        number = self._ticket.number if self._ticket else ""
        self.query_one("#page").border_title = f"{self._sheet.heading} · {number}".removesuffix(" · ")
        self.query_one("#page").border_subtitle = f"F8 {self._sheet.take} · Esc 返回，写的保留"
        texts = self._texts()
        first = next((line for line in self._sheet.lines if not texts[line.name].strip()), None)
        if first or self._sheet.lines:
            self.query_one(f"#{(first or self._sheet.lines[0]).name}").focus()
        self._read_back(texts)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def written(self) -> None:
        """Keep what was written, and show how an instant is read."""
        texts = self._texts()
        self._read_back(texts)
        if self._over or all(texts[line.name] == self._kept.get(line.name, line.value) for line in self._sheet.lines):
            return
        try:
            self._model.jottings.keep(self._key, self._sheet.page, texts)
        except StorageError as error:
            self.tell(str(error), error=True)
        else:
            self._kept = texts

    def _texts(self) -> dict[str, str]:
        return {line.name: self._text(line) for line in self._sheet.lines}

    def _text(self, line: Line) -> str:
        return (
            self.query_one(f"#{line.name}", TextBox).text if line.long else self.query_one(f"#{line.name}", Field).value
        )

    def _read_back(self, texts: dict[str, str]) -> None:
        for line in self._sheet.lines:
            if not line.instant:
                continue
            shown = Text()
            if texts[line.name].strip():
                try:
                    shown = Text(f"▸ {instant_words(texts[line.name], self._model.house.clock.now())}", "bold")
                except WhenError as error:
                    shown = Text(f"▸ {error}", "dim")
            self.query_one(f"#{line.name}-read", Static).update(shown)

    def action_take(self) -> None:
        """Do it. A refusal is told and all stays; what another did meanwhile is shown, and F8 again goes by it."""
        texts = self._texts()
        try:
            told = self._sheet.act(self._ticket, texts)
        except StaleTicket as stale:
            self._ticket = stale.ticket
            self.tell(str(stale), error=True)
            return
        except REFUSALS as refused:
            self.tell(str(refused), error=True)
            empty = next((line.name for line in self._sheet.lines if not texts[line.name].strip()), "")
            if wanted := getattr(refused, "fact", "") or empty:
                self.query_one(f"#{wanted}").focus()
            return
        self._over = True
        self._model.jottings.forget(self._key, self._sheet.page)
        self.dismiss(None)
        self._done(told)


class ChoicePage(Dialog):
    """What can be done, each with what it is for or why it cannot be done now; a digit or Enter takes it."""

    ACTIONS = (Action("take", "f8", "选定", "xd", "选定光标所在的一项。"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *ARROWS,
        Binding("enter", "do('take')", show=False),
        *(Binding(str(digit), f"choose({digit})", show=False) for digit in range(1, 10)),
    ]

    def __init__(self, heading: str, choices: list[Choice], chosen: Callable[[Sheet], None]) -> None:
        super().__init__()
        self._heading, self._choices, self._chosen = heading, choices, chosen

    def body(self) -> ComposeResult:
        """Lay out the list."""
        with Vertical(id="page"):
            yield PickList(empty="现在没有可做的。")

    def on_mount(self) -> None:
        """List the choices; those that cannot be made now are dim, with the reason."""
        self.query_one("#page").border_title = f"{self._heading} · 数字键或回车"
        lines = []
        for at, each in enumerate(self._choices, 1):
            line = Text(f"{at} {each.name}", "dim" if each.why_not else "bold")
            lines.append(line.append(f"  {each.why_not or each.what}", "dim" if each.why_not else "not bold"))
        self.query_one(PickList).fill(lines)

    def on_pick_list_moved(self) -> None:
        """Another line may have another reason."""
        self.refresh_keys()

    def why_not(self, action_id: str) -> str:
        """Say why the choice under the cursor cannot be made."""
        at = self.query_one(PickList).at
        return self._choices[at].why_not if action_id == "take" and at < len(self._choices) else ""

    def action_move(self, by: int) -> None:
        """Move along the choices."""
        self.query_one(PickList).move(by)

    async def action_choose(self, number: int) -> None:
        """Take the choice with this number."""
        if number <= len(self._choices):
            self.query_one(PickList).at = number - 1
            await self.action_do("take")

    def action_take(self) -> None:
        """Take the choice under the cursor."""
        chosen = self._choices[self.query_one(PickList).at].sheet()
        self.dismiss(None)
        self._chosen(chosen)
