"""What came of several dispatches at once: how many went out, and each that did not, by name, with its reason."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.dispatch_desk import Sent
from console.form import shown_title
from data.people import Actor
from screens.desk import Dialog


class ReportDialog(Dialog):
    """Esc goes back; those that were refused are still marked."""

    def __init__(self, sent: Sent, reader: Actor) -> None:
        super().__init__()
        self._sent, self._reader = sent, reader

    def body(self) -> ComposeResult:
        """List the refused."""
        told = Text(f"已派 {len(self._sent.made)} 件，未派 {len(self._sent.refused)} 件：\n")
        for ticket, reason in self._sent.refused:
            told.append(f"\n✗ {ticket.number} 《{shown_title(ticket, self._reader)}》\n", "bold")
            told.append(f"  {reason}\n")
        with VerticalScroll(id="page"):
            yield Static(told)

    def on_mount(self) -> None:
        """Say what the page is."""
        self.query_one("#page").border_title = "一起派单的结果 · 未派的仍选着，改好后再按 F8"
        self.query_one("#page").focus()
