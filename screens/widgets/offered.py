"""Fields in which a piece found elsewhere stands dim until Tab takes it; typing, Shift+Tab and the mouse leave it."""

from typing import Protocol, runtime_checkable

from rich.text import Text
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from screens.widgets.choices import Several
from screens.widgets.fields import Field


@runtime_checkable
class Offered(Protocol):
    """What may hold an offered piece."""

    @property
    def standing(self) -> str:
        """The piece in sight that Tab takes now; nothing where the person has filled the field."""
        ...

    def take(self, piece: str) -> None:
        """Take the piece, unless something was written before this turn came."""
        ...


class _Offer:
    """Which piece is offered. One that was taken and cleared again is not offered a second time for the same work."""

    def __init__(self) -> None:
        self.piece = ""
        self._taken = ""
        self._declined: set[str] = set()

    def make(self, piece: str) -> None:
        self.piece = "" if piece in self._declined else piece

    def took(self, piece: str) -> None:
        self._taken = piece

    def cleared(self) -> bool:
        """Note that the field was emptied; returns whether a taken piece is thereby declined."""
        if not self._taken:
            return False
        self._declined.add(self._taken)
        self._taken = ""
        self.make(self.piece)
        return True


class OfferedField(Field):
    """A line with a place for an offered piece. Nothing appears or changes under the cursor: what Tab takes was read."""

    def __init__(self, *, id: str) -> None:
        self._offer = _Offer()
        self._standing = ""
        super().__init__(id=id)

    @property
    def standing(self) -> str:
        """The piece in sight."""
        return "" if self.value else self._standing

    def _stand(self) -> None:
        self._standing = self._offer.piece
        self._fit()

    def _fit(self) -> None:
        # Textual would break at a blank what is too long, and show the first line alone.
        shown = Text(self._standing, no_wrap=True)
        shown.truncate(self.content_size.width, overflow="ellipsis")
        self.placeholder = shown.plain

    def offer(self, piece: str) -> None:
        """Let a piece stand dim in the field while it is empty."""
        self._offer.make(piece)
        if not self.has_focus:
            self._stand()

    def forget(self) -> None:
        """Begin anew with other work."""
        self._offer = _Offer()
        self._stand()

    def take(self, piece: str) -> None:
        """Take the piece."""
        if not self.value:
            self._offer.took(piece)
            self.value = piece
            self.cursor_position = len(self.value)

    def post_message(self, message: Message) -> bool:
        """See when the field is emptied."""
        posted = super().post_message(message)
        if posted and isinstance(message, Input.Changed) and not message.value and self._offer.cleared():
            self._stand()
        return posted

    def on_blur(self) -> None:
        """Show what was found meanwhile."""
        self._stand()

    def on_resize(self) -> None:
        """Fit the piece in sight into another width."""
        self._fit()


class OfferedSeveral(Several):
    """Several choices of which one may be offered: a question mark stands behind it."""

    standing_option: reactive[str] = reactive("")

    def __init__(self, options: tuple[str, ...], *, id: str) -> None:
        self._offer = _Offer()
        super().__init__(options, id=id)

    @property
    def standing(self) -> str:
        """The option in sight."""
        return "" if self.chosen else self.standing_option

    def offer(self, piece: str) -> None:
        """Mark an option while none is chosen."""
        self._offer.make(piece)
        if not self.has_focus:
            self.standing_option = self._offer.piece

    def forget(self) -> None:
        """Begin anew with other work."""
        self._offer = _Offer()
        self.standing_option = ""

    def take(self, piece: str) -> None:
        """Turn the option on."""
        if not self.chosen:
            self._offer.took(piece)
            self.chosen = (piece,)
            self.post_message(self.Changed())

    def action_turn(self) -> None:
        """Turn an option on or off, and see when none is left."""
        super().action_turn()
        if not self.chosen and self._offer.cleared():
            self.standing_option = self._offer.piece

    def on_blur(self) -> None:
        """Show what was found meanwhile."""
        self.standing_option = self._offer.piece

    def after(self, option: str) -> str:
        """Mark the option in sight."""
        return "?" if option == self.standing else " "
