"""A page that is only read: one text, broken to the width of the page."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from screens.desk import Dialog


class ReadingPage(Dialog):
    """The text has the focus, so that the arrows and the page keys move through it."""

    def body(self) -> ComposeResult:
        """Lay out the text."""
        with Vertical(id="page"), VerticalScroll(id="reading"):
            yield Static(id="article")

    def on_mount(self) -> None:
        """Write it, as soon as its width is known."""
        self.query_one("#page").border_title = self.title_of_page()
        self.query_one("#reading").focus()
        self.call_after_refresh(self._write)

    def on_resize(self) -> None:
        """Break the lines for another width."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        width = self.query_one("#reading", VerticalScroll).scrollable_content_region.width
        self.query_one("#article", Static).update(self.written(width))

    def title_of_page(self) -> str:
        """Return what stands above the text."""
        raise NotImplementedError

    def written(self, width: int) -> Text:
        """Return the text, so many columns wide."""
        raise NotImplementedError
