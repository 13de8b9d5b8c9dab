"""What the pages about one ticket share: what is written stays, and a refusal is said where it was asked for."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input, TextArea

from console.dispatch import DispatchError
from console.reply_check import ReplyError
from console.unit_desk import UnitDesk
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import TransitionRefused
from data.tickets import ActRefused, StaleTicket
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.choices import Radio, Typed
from screens.widgets.fields import Field, TextBox

REFUSALS = (TransitionRefused, ActRefused, DispatchError, ReplyError, StorageError)
KEPT = "kept"  # the class of every widget whose words stay


def take_action(label: str, initials: str, what: str) -> Action:
    """Make the action of F8 of a page."""
    return Action("take", "f8", label, initials, what)


class TicketPage(Dialog):
    """A page about one ticket. Each keystroke is kept on disk until the step is taken."""

    PART: ClassVar[str] = ""  # the name under which the texts are kept

    def __init__(self, model: UnitDesk, ticket: Ticket, done: Callable[[str], None]) -> None:
        super().__init__()
        self.model = model
        self.ticket = ticket
        self.kept = model.jottings.kept(ticket.id, self.PART)
        self._done = done
        self._first: dict[str, str] | None = None  # as the page was opened
        self._over = False  # the step is taken: nothing is kept any more

    def texts(self) -> dict[str, str]:
        """Return what stands in the page, by the id of each field."""
        return {widget.id or "": _text(widget) for widget in self.query(f".{KEPT}")}

    def opened(self) -> None:
        """Note that the page stands as it is opened; call it at the end of `on_mount`."""
        self._first = self.texts()

    @on(Input.Changed)
    @on(TextArea.Changed)
    @on(Radio.Changed)
    def changed(self) -> None:
        """Keep what was written."""
        if self._first is None or self._over:
            return
        texts = self.texts()
        self.written(texts)
        if texts == self._first and not self.kept:
            return
        try:
            self.model.jottings.keep(self.ticket.id, self.PART, texts)
        except StorageError as error:
            self.tell(str(error), error=True)
        else:
            self.kept = texts

    def written(self, texts: dict[str, str]) -> None:
        """Something was written: the page may show what follows from it."""

    @on(Typed)
    def words_on_a_choice(self, event: Typed) -> None:
        """What is typed on a choice and is none belongs into the first text of the page."""
        for box in self.query(TextBox).results():
            if all(node.display for node in box.ancestors_with_self if isinstance(node, Widget)):
                box.focus()
                box.insert(event.text)
                return
        self.tell("请先用数字键选一项", error=True)

    def step(self, act: Callable[[Ticket], Ticket], told: str) -> None:
        """Take the step; a refusal is told and everything stays, a change by others is shown first."""
        try:
            ticket = act(self.ticket)
        except StaleTicket as stale:
            self.ticket = stale.ticket
            self.reloaded()
            self.tell(str(stale), error=True)
            return
        except REFUSALS as refused:
            self.tell(str(refused), error=True)
            if lacking := self.first_lacking():
                self.query_one(f"#{lacking}").focus()
            return
        self._over = True
        self.model.jottings.forget(ticket.id, self.PART)
        self.dismiss(None)
        self._done(told)

    def first_lacking(self) -> str:
        """Return the id of the first field that the step still needs; nothing where the page cannot tell."""
        return ""

    def reloaded(self) -> None:
        """Another changed the ticket: show it as it is now."""


def _text(widget: Widget) -> str:
    if isinstance(widget, TextBox):
        return widget.text
    assert isinstance(widget, Field | Radio)
    return widget.value
