"""What stands around every desk: the status line above, the keys in force below, one sentence between."""

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.timer import Timer
from textual.widgets import Static

from screens.actions import Action, key_name
from screens.widgets.quiet import Quiet

NOTICE_SECONDS = 8.0


class StatusBar(Quiet):
    """Who I am and which desk; the clocks of the call; what waits to be synced; the time."""

    FIXED = True

    def show(self, left: Sequence[Text | str], right: Sequence[Text | str]) -> None:
        """Show pieces from the left and from the right edge; when space is short, the last of the left ones go."""
        shown = [_text(piece) for piece in left if _text(piece).plain]
        after = Text("  ").join(map(_text, right))
        while len(shown) > 1 and Text("  ").join(shown).cell_len + after.cell_len + 4 > self.size.width:
            shown.pop()
        before = Text("  ").join(shown)
        gap = max(1, self.size.width - before.cell_len - after.cell_len - 2)
        self.change(Text.assemble(" ", before, " " * gap, after, " "))


def _text(piece: Text | str) -> Text:
    return Text(piece) if isinstance(piece, str) else piece


class KeyBar(Quiet):
    """The keys in force. One that cannot be used now is dim; pressing it says why."""

    FIXED = True

    def __init__(self, actions: Sequence[Action], why_not: Callable[[str], str]) -> None:
        super().__init__()
        self._actions = [action for action in actions if action.bar]
        self._why_not = why_not

    def refresh_keys(self) -> None:
        """Draw the bar for the present state."""
        bar = Text(" ", no_wrap=True, overflow="crop")
        for action in self._actions:
            usable = not self._why_not(action.id)
            bar.append(key_name(action.key), "bold" if usable else "dim")
            bar.append(f"{action.label} ", "" if usable else "dim")
        self.change(bar)

    def on_mount(self) -> None:
        """Draw the keys for the first time, once the whole page stands: what may be done depends on its lists."""
        self.call_after_refresh(self.refresh_keys)


class Notice(Static):
    """One sentence to the person, above the keys; it leaves by itself, when the next one comes, or when it is over."""

    _leaving: Timer | None = None
    _lasting = False
    _said = ""

    def say(self, sentence: str, *, error: bool = False, lasting: bool = False, unasked: bool = False) -> None:
        """Show a sentence; one that is ``lasting`` stays for its time whatever the person does.

        One that comes ``unasked`` stands below what is shown: that may just have answered what the person did.
        """
        above = f"{self._said}\n" if unasked and self.display else ""
        self._lasting = lasting
        if self._leaving is not None:
            self._leaving.stop()
        self.set_class(error, "-error")
        self._said = f"{above}{'✗' if error else '›'}{sentence}"
        self.update(Text(self._said))
        self.display = True
        self._leaving = self.set_timer(NOTICE_SECONDS * (2 if error else 1), self.clear)

    def over(self) -> None:
        """The person has gone on, or the cause is gone: the sentence holds no longer."""
        if self.display and not self._lasting:
            self.clear()

    def clear(self) -> None:
        """Take the sentence away."""
        self.display = False
