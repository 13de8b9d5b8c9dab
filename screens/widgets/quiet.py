"""A text that is drawn again only when it has changed.

Most of what stands around a field stays the same at a keystroke; updating it all the same would lay out the whole
screen again, and each repaint is bytes over ssh.
"""

from typing import ClassVar

from rich.text import Text
from textual.widgets import Static


class Quiet(Static):
    """A `Static` with a memory of what it shows."""

    ROW: ClassVar[bool] = False  # one row whatever it shows: nothing is laid out anew
    _shown: Text | None = None

    def change(self, text: Text) -> None:
        """Show ``text`` unless it is shown already."""
        if self._shown is None or text != self._shown or text.style != self._shown.style:
            self._shown = text
            self.update(text, layout=not self.ROW)
