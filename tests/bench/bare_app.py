"""The least that Textual can show: ``bare_app.py page`` words, ``bare_app.py input`` a field below them."""

import os
import sys

os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"
os.environ["TEXTUAL_FPS"] = "120"  # as the console has it, or the two would wait differently long for a frame

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Bare(App[None]):
    """One or two widgets."""

    def compose(self) -> ComposeResult:
        """Yield them."""
        yield Static("回车进入")
        if sys.argv[1] == "input":
            field = Input(compact=True)
            field.cursor_blink = False
            yield field


if __name__ == "__main__":
    Bare().run()
