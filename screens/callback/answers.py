"""The answers to the question at hand, each on its own key, and what is written down beside them."""

from rich.text import Text
from textual.message import Message
from textual.reactive import reactive

from data.callbacks import NO_ANSWER
from screens.widgets.choices import Choice
from scripts.survey import Option


class AnswerKeys(Choice):
    """The answers in the pack's order. Nothing is chosen beforehand; one key gives one, or ticks one of several."""

    class Given(Message):
        """The claimant's answer to the question at ``place`` was pressed."""

        def __init__(self, place: str, value: str) -> None:
            super().__init__()
            self.place = place
            self.value = value

    ticked: reactive[tuple[str, ...]] = reactive(())
    given: reactive[str] = reactive("")

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._options: tuple[Option, ...] = ()
        self._several = False
        self._place = ""

    def show(self, place: str, options: tuple[Option, ...], given: str, *, several: bool) -> None:
        """Show the answers to the question at ``place``; ``given`` is what it has already, if it was asked before."""
        self._place, self._options, self._several = place, options, several
        self.ticked = tuple(option.value for option in options if option.value in given.split("、")) if several else ()
        self.given = given
        self.display = bool(options)
        self.refresh(layout=True)

    def render(self) -> Text:
        """Draw the answers; shape tells what colour tells."""
        line = Text()
        for option in self._options:
            on = option.value in self.ticked if self._several else option.value == self.given
            sign = ("▣" if on else "□") if self._several else ("●" if on else "○")
            line.append(f"{option.key}{sign}{option.value}", "bold reverse" if on else "bold" if self.has_focus else "")
            line.append("   ")
        return line

    def choose(self, character: str) -> bool:
        """Give or tick the answer on this key; a digit without one is no answer, and no word either."""
        option = next((each for each in self._options if each.key == character), None)
        if option is None:
            return character.isdecimal()
        if not self._several:
            self.post_message(self.Given(self._place, option.value))
            return True
        on = set(self.ticked) ^ {option.value}
        self.ticked = tuple(each.value for each in self._options if each.value in on)
        return True

    @property
    def value(self) -> str:
        """What is ticked, of several."""
        return "、".join(self.ticked)


def answer_text(value: str, said: str) -> Text:
    """Write an answer: the claimant's words in quotation marks, and the code."""
    line = Text()
    if said:
        line.append(f"“{said}”")
    if value:
        line.append(f"{' → ' if said else ''}{value}", "dim" if value == NO_ANSWER else "bold")
    return line
