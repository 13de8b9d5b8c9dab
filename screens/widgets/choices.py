"""Small choices on one line, made with a digit, the space bar or the arrows."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from console.text import clean, written


class Typed(Message):
    """Somebody writes where nothing can be written: the words belong to the desk, which finds them a place."""

    def __init__(self, text: str, *, chose: bool = False) -> None:
        """Make the message; ``chose``: digits before these words were taken as choices."""
        super().__init__()
        self.text = text
        self.chose = chose


class Choice(Static, can_focus=True):
    """A choice on one line. What is typed on it and is no choice is handed on, never dropped."""

    _writing = False  # words have begun: until the focus leaves, digits and blanks are part of them
    _chose = False  # digits before these words were choices

    def on_key(self, event: events.Key) -> None:
        """Take a character as a choice, or hand it on."""
        character = event.character or ""
        if not character or not written(character) or (character == " " and not self._writing):
            return
        event.stop()
        event.prevent_default()
        if self._writing or not self.choose(character):
            self._writing = True
            self.post_message(Typed(character, chose=self._chose))

    def on_paste(self, event: events.Paste) -> None:
        """Hand on what is pasted."""
        event.stop()
        self.post_message(Typed(clean(event.text)))

    def on_blur(self) -> None:
        """The words are over."""
        self._writing = self._chose = False

    def choose(self, character: str) -> bool:
        """Make the choice that a character stands for; returns whether it stands for one."""
        return False


class Several(Choice):
    """Several of a few may hold: a digit turns one on or off, the arrows and the space bar do as well."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        Binding("space", "turn", show=False),
    ]

    class Changed(Message):
        """The choice was changed by the person."""

    _run = ""  # digits that were typed one after the other, nothing else between

    at: reactive[int] = reactive(0)
    chosen: reactive[tuple[str, ...]] = reactive(())

    def __init__(self, options: Sequence[str], *, id: str) -> None:
        super().__init__(id=id)
        self.options = tuple(options)

    def render(self) -> Text:
        """Draw the options; shape tells what colour tells."""
        line = Text()
        for number, option in enumerate(self.options, 1):
            on = option in self.chosen
            style = "bold" if on else ""
            if self.has_focus and number - 1 == self.at:
                style += " reverse"
            line.append(f"{number}{'▣' if on else '□'}{option}", style)
            line.append(self.after(option))
        return line

    def after(self, option: str) -> str:
        """Return the cell that stands behind an option."""
        return " "

    def on_key(self, event: events.Key) -> None:
        """Take digits as choices, unless what they begin is a text: 120还没来, 3号楼漏水, a telephone number."""
        character = event.character or ""
        digit = character.isascii() and character.isdecimal()
        if self._writing or not character or not written(character) or character == " ":
            self._run = ""
            super().on_key(event)
            return
        if digit:
            self._run += character
            if not _begins_text(self._run, len(self.options)):
                super().on_key(event)
                return
        elif not self._run:
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        run, self._run, self._writing = self._run, "", True
        if digit or _begins_text(run + character, len(self.options)):
            self._undo(run[:-1] if digit else run)
            self.post_message(Typed(run if digit else run + character))
        else:
            self._chose = True
            self.post_message(Typed(character, chose=True))

    def _undo(self, run: str) -> None:
        """Turn back the options that digits turned which were none."""
        for digit in run:
            self.choose(digit)

    def on_blur(self) -> None:
        """Digits and words are over."""
        self._run = ""
        super().on_blur()

    def choose(self, character: str) -> bool:
        """Turn on or off the option with this digit."""
        if not character.isdecimal():
            return False
        if 1 <= int(character) <= len(self.options):
            self.at = int(character) - 1
            self.action_turn()
        return True

    def action_step(self, by: int) -> None:
        """Move along the options."""
        self.at = (self.at + by) % len(self.options)

    def action_turn(self) -> None:
        """Turn the option under the cursor on or off."""
        option = self.options[self.at]
        on = set(self.chosen) ^ {option}
        self.chosen = tuple(each for each in self.options if each in on)
        self.post_message(self.Changed())


MEASURED = (
    "号楼层点月日个元块年岁分时小天路单室弄期栋座人次多百千万几米公斤度只辆条家户村组队里环中%％.。，,、:：-－—/~～"
)
"""What a number is followed by where it begins a text: 3号楼, 12月, 5个人, 4:30."""


def _begins_text(typed: str, options: int) -> bool:
    """Whether digits, and what follows them, are no choices but the beginning of a text."""
    last = typed[-1]
    digits = typed if last.isdecimal() else typed[:-1]
    if not last.isdecimal() and last in MEASURED:
        return True
    stranger = any(not 1 <= int(each) <= options for each in digits)
    return len(digits) > 3 or (stranger and (len(digits) > 2 or not last.isdecimal()))


class OneOf(Choice):
    """One of a few holds: the space bar or an arrow takes the next."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right,enter", "step(1)", show=False),
        Binding("left", "step(-1)", show=False),
    ]

    class Changed(Message):
        """The choice was changed by the person."""

    value: reactive[str] = reactive("")

    def __init__(self, options: Sequence[str], *, id: str) -> None:
        super().__init__(id=id)
        self.options = tuple(options)
        self.set_reactive(OneOf.value, self.options[0])

    def render(self) -> Text:
        """Draw what holds."""
        return Text(self.value, "reverse" if self.has_focus else "")

    def action_step(self, by: int) -> None:
        """Take the next option."""
        self.value = self.options[(self.options.index(self.value) + by) % len(self.options)]
        self.post_message(self.Changed())


class Opens(Choice):
    """Shows a value that is chosen on a page of its own; Enter or the space bar opens it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "open", show=False)]

    class Opened(Message):
        """The person wants to choose."""

        def __init__(self, control: "Opens") -> None:
            super().__init__()
            self._control = control

        @property
        def control(self) -> "Opens":
            """Which value."""
            return self._control

    value: reactive[str] = reactive("")

    def render(self) -> Text:
        """Draw the value."""
        return Text(self.value or "＿＿", "reverse" if self.has_focus else "")

    def action_open(self) -> None:
        """Ask for the page."""
        self.post_message(self.Opened(self))


class Radio(Choice):
    """One of a few, all in sight: its digit takes it. Nothing is chosen beforehand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("space,right", "step(1)", show=False),
    ]

    class Changed(Message):
        """The choice was changed by the person."""

    value: reactive[str] = reactive("")

    def __init__(self, options: Sequence[str], *, value: str = "", id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.options = tuple(options)
        self.set_reactive(Radio.value, value if value in self.options else "")

    def render(self) -> Text:
        """Draw the options; shape tells what colour tells."""
        line = Text("", "reverse" if self.has_focus and not self.value else "")
        for number, option in enumerate(self.options, 1):
            on = option == self.value
            line.append(
                f"{number}{'●' if on else '○'}{option}", f"bold{' reverse' if self.has_focus else ''}" if on else ""
            )
            line.append(" ")
        return line

    def choose(self, character: str) -> bool:
        """Take the option with this digit."""
        if not character.isdecimal():
            return False
        if 1 <= int(character) <= len(self.options):
            self._take(int(character) - 1)
        return True

    def action_step(self, by: int) -> None:
        """Take the next option."""
        at = self.options.index(self.value) + by if self.value else min(by, 0)
        self._take(at % len(self.options))

    def _take(self, at: int) -> None:
        self.value = self.options[at]
        self.post_message(self.Changed())
