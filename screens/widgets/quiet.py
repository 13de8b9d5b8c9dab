"""A text that is drawn again only when it has changed.

Most of what stands around a field stays the same at a keystroke; updating it all the same would lay out the whole
screen again, and each repaint is bytes over ssh.
"""

from typing import ClassVar

from rich.text import Text
from textual.widgets import Static


class Quiet(Static):
    """A `Static` with a memory of what it shows."""

    FIXED: ClassVar[bool] = False  # as large whatever it shows: nothing is laid out anew
    _shown: Text | None = None
    _entitled: tuple[str, str] = ("", "")

    def change(self, text: Text, *, grown: bool = True) -> None:
        """Show ``text`` unless it is shown already; ``grown``: it may take more or fewer rows than what is shown."""
        if self._shown is None or text != self._shown or text.style != self._shown.style:
            self._shown = text
            self.update(text, layout=grown and not self.FIXED)

    def entitle(self, above: str, below: str = "") -> None:
        """Change what stands in the border: the same once more would paint all of it."""
        if (above, below) != self._entitled:
            self._entitled = (above, below)
            self.border_title, self.border_subtitle = above, below
