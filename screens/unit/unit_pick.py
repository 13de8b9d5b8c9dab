"""Units chosen while typing, by characters, pinyin or initials: one, or several."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from console.names import narrow
from data.reference import Unit
from screens.widgets.fields import Field
from screens.widgets.pick import PickList


class UnitPick(Vertical):
    """Enter takes the unit under the cursor, or lets it go again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
    ]

    class Changed(Message):
        """Other units are chosen."""

    def __init__(self, units: Sequence[Unit], chosen: Sequence[str] = (), *, several: bool, id: str) -> None:
        super().__init__(id=id)
        self._units = units
        self._several = several
        self._found: list[Unit] = []
        self.chosen = list(chosen)

    def compose(self) -> ComposeResult:
        """Lay out what is chosen, the field and the list."""
        yield Static(id="chosen")
        yield Field(id="unit-query", placeholder="单位的字、全拼或首字母，↑↓ 选择，回车选定／取消")
        yield PickList(empty="没有找到单位：换一个字或首字母试试。")

    def on_mount(self) -> None:
        """Show the beginning of the list."""
        self._search("")

    @on(Input.Changed, "#unit-query")
    def typed(self, event: Input.Changed) -> None:
        """Narrow the list; what is searched for is no text to keep."""
        event.stop()
        self._search(event.value)

    @on(Input.Submitted, "#unit-query")
    def submitted(self, event: Input.Submitted) -> None:
        """Take the unit under the cursor, or let it go."""
        event.stop()
        at = self.query_one(PickList).at
        if at >= len(self._found):
            return
        name = self._found[at].name
        if name in self.chosen:
            self.chosen.remove(name)
        else:
            self.chosen = [*self.chosen, name] if self._several else [name]
        event.input.value = ""
        self._search("")
        self.post_message(self.Changed())

    def action_move(self, by: int) -> None:
        """Move along the list."""
        self.query_one(PickList).move(by)

    def _search(self, query: str) -> None:
        self._found = narrow(query, self._units, limit=20)
        lines = []
        for unit in self._found:
            line = Text(f"{'▣' if unit.name in self.chosen else '□'} {unit.name}")
            lines.append(line.append(f"  {unit.district} {unit.kind}", "dim"))
        self.query_one(PickList).fill(lines)
        names = "、".join(self.chosen) or "（还没有选）"
        self.query_one("#chosen", Static).update(Text(f"已选：{names}", "bold" if self.chosen else "dim"))
