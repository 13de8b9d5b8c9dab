"""A page of some short fields that are handed in together."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from data.db import StorageError
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field


class FormPage(Dialog):
    """Handing in says what was done and closes the page; what is refused says why, and all that was written stays."""

    ACTIONS = (Action("take", "f8", "提交", "tj", "把写好的记下来；缺什么会说。"),)
    ROWS: ClassVar[tuple[tuple[tuple[str, str], ...], ...]] = ()  # of each row its labels and the ids of their fields
    PLACEHOLDERS: ClassVar[Mapping[str, str]] = {}
    TITLE_OF_PAGE: ClassVar[str] = ""
    REFUSALS: ClassVar[tuple[type[Exception], ...]] = (StorageError,)

    def __init__(self, done: Callable[[str], None]) -> None:
        super().__init__()
        self._done = done

    def body(self) -> ComposeResult:
        """Lay out the fields over what they mean."""
        given = self.given()
        with Vertical(id="page", classes="short"):
            for row in self.ROWS:
                with Horizontal(classes="row"):
                    for label, name in row:
                        yield Label(label)
                        yield Field(value=given.get(name, ""), id=name, placeholder=self.PLACEHOLDERS.get(name, ""))
            yield Static(Text(self.explained(), "dim"))

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query_one("#page").border_title = self.TITLE_OF_PAGE
        self.query_one(f"#{self.ROWS[0][0][1]}").focus()

    def given(self) -> Mapping[str, str]:
        """Return what stands in the fields at first."""
        return {}

    def explained(self) -> str:
        """Return what stands below the fields."""
        raise NotImplementedError

    def act(self) -> str:
        """Do it; returns what to say then. Raises one of `REFUSALS` where it is refused."""
        raise NotImplementedError

    def action_take(self) -> None:
        """Hand it in."""
        try:
            told = self.act()
        except self.REFUSALS as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
        self._done(told)

    def value(self, name: str) -> str:
        """What is written in a field."""
        return self.query_one(f"#{name}", Field).value.strip()
