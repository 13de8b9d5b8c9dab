"""A list to pick from while typing: by characters, full pinyin or initials where the items have them."""

from collections.abc import Sequence

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class PickList(Static):
    """Lines of which one is under the cursor. It never takes the focus, so that typing goes on in the field above."""

    at: reactive[int] = reactive(0)

    class Moved(Message):
        """Another line is under the cursor."""

    def __init__(self, *, empty: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._empty = empty
        self._lines: Sequence[Text] = ()

    def fill(self, lines: Sequence[Text], *, keep: bool = False) -> None:
        """Show other lines; the cursor goes to the first unless ``keep``."""
        self._lines = lines
        self.at = min(self.at, max(0, len(lines) - 1)) if keep else 0
        self.refresh()
        self.post_message(self.Moved())

    def move(self, by: int) -> None:
        """Move the cursor; it stops at the ends."""
        if self._lines:
            self.at = max(0, min(len(self._lines) - 1, self.at + by))
            self.post_message(self.Moved())

    def render(self) -> Text:
        """Draw the part of the list around the cursor."""
        if not self._lines:
            return Text(self._empty, "dim")
        rows = max(1, self.size.height)
        first = max(0, min(self.at - rows // 2, len(self._lines) - rows))
        shown = Text(no_wrap=True, overflow="ellipsis")
        for index, line in enumerate(self._lines[first : first + rows], first):
            shown.append("▸ " if index == self.at else "  ", "bold")
            row = line.copy()
            if index == self.at:
                row.stylize("reverse")
            shown.append_text(row)
            shown.append("\n")
        return shown


ARROWS: list[BindingType] = [
    Binding("up", "move(-1)", show=False, priority=True),
    Binding("down", "move(1)", show=False, priority=True),
    Binding("pageup", "move(-8)", show=False, priority=True),
    Binding("pagedown", "move(8)", show=False, priority=True),
]
