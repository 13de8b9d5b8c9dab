"""A list to pick from while typing: by characters, full pinyin or initials where the items have them."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

from rich.segment import Segment
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

Item = TypeVar("Item")

CURSOR_CELLS = 2  # which are drawn before each row


class DrawnRows(Sequence[Text], Generic[Item]):
    """The rows of a long list, each drawn when it comes into sight."""

    def __init__(self, items: Sequence[Item], draw: Callable[[Item], Text]) -> None:
        self._items, self._draw = items, draw

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> Text: ...

    @overload
    def __getitem__(self, at: slice) -> list[Text]: ...

    def __getitem__(self, at: int | slice) -> Text | list[Text]:
        if isinstance(at, slice):
            return [self._draw(item) for item in self._items[at]]
        return self._draw(self._items[at])


class PickList(Widget):
    """Lines of which one is under the cursor. It never takes the focus, so that typing goes on in the field above.

    It draws only the rows in sight, and paints only those that have changed: each repaint is time and bytes over ssh.
    """

    at: reactive[int] = reactive(0, repaint=False)
    # No line is under the cursor: it stands before line `at`, where one was that is not there any more.
    between: reactive[bool] = reactive(False, repaint=False)

    class Moved(Message):
        """Another line is under the cursor."""

    def __init__(self, *, empty: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._empty = empty
        self._lines: Sequence[Text] = ()
        self._painted: list[Strip] = []

    def fill(self, lines: Sequence[Text], *, keep: bool = False, tell: bool = True, empty: str = "") -> None:
        """Show other lines; the cursor goes to the first unless ``keep``.

        Args:
            tell: with `Moved`; without, whoever fills the list looks for itself at what is under the cursor.
            empty: what to do where there are no lines, from now on.
        """
        self._lines = lines
        self._empty = empty or self._empty
        self.between = self.between and keep
        self.at = min(self.at, len(lines) if self.between else max(0, len(lines) - 1)) if keep else 0
        self._repaint()
        if tell:
            self.post_message(self.Moved())

    def move(self, by: int) -> None:
        """Move the cursor; it stops at the ends."""
        if self._lines:
            if self.between and by > 0:
                by -= 1
            self.between = False
            self.at = max(0, min(len(self._lines) - 1, self.at + by))
            self.post_message(self.Moved())

    def watch_at(self) -> None:
        """Draw the cursor where it is now."""
        self._repaint()

    def watch_between(self) -> None:
        """Draw the cursor, or none."""
        self._repaint()

    def notify_style_update(self) -> None:
        """Draw all rows anew: colours may have changed."""
        super().notify_style_update()
        self._painted = []

    def render_line(self, y: int) -> Strip:
        """Draw a row of the part of the list around the cursor."""
        if len(self._painted) != self.size.height or self._painted[0].cell_length != self.size.width:
            self._painted = self._drawn()
        return self._painted[y]

    def _repaint(self) -> None:
        painted, self._painted = self._painted, self._drawn()
        if len(painted) != len(self._painted):
            self.refresh()
            return
        changed = [y for y, (old, new) in enumerate(zip(painted, self._painted, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _drawn(self) -> list[Strip]:
        rows, width, style, console = self.size.height, self.size.width, self.rich_style, self.app.console
        first = max(0, min(self.at - rows // 2, len(self._lines) - rows))
        shown = [self._row(index) for index in range(first, min(first + rows, len(self._lines)))]
        if len(shown) < rows:
            shown.append(Text())  # the end of the list
        if not self._lines:
            shown = list(Text(self._empty, "dim").wrap(console, max(width, 2)))[:rows]
        behind = style.background_style
        strips = []
        for row in shown:
            row.end = ""
            row.truncate(width, overflow="ellipsis")
            segments = Segment.apply_style(row.render(console), style)
            strips.append(Strip(segments).adjust_cell_length(width, behind))
        return strips + [Strip.blank(width, style)] * (rows - len(strips))

    def _row(self, index: int) -> Text:
        row, at = self._lines[index], index == self.at and not self.between
        if at:
            row = row.copy()
            row.stylize("reverse")
        # A text's own style is lost where nothing is appended to it.
        return Text(end="").append("▸ " if at else "  ", "bold").append_text(row)


ARROWS: list[BindingType] = [
    Binding("up", "move(-1)", show=False, priority=True),
    Binding("down", "move(1)", show=False, priority=True),
    Binding("pageup", "move(-8)", show=False, priority=True),
    Binding("pagedown", "move(8)", show=False, priority=True),
]
