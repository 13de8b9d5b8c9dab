"""A desk that is a list: the item under the cursor stands below it, or beside it where there is room."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from console.house import House
from data.people import Actor
from screens.desk import Desk
from screens.widgets.pick import ARROWS, PickList

Item = TypeVar("Item")


class ListDesk(Desk, Generic[Item]):
    """Holds the items, and says which one is under the cursor."""

    EMPTY: ClassVar[str] = ""  # what the list says when it is empty, and what to do then
    BINDINGS = ARROWS
    # Side by side only where the 78 columns of a form leave the list enough to be read.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012 - declared by Textual

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__()
        self._house = house
        self._actor = actor
        self._items: Sequence[Item] = ()
        self._armed = ""  # what a key that cannot be undone was pressed for once

    def body(self) -> ComposeResult:
        """Lay out the list and the item."""
        with Horizontal(id="lists"):
            yield PickList(empty=self.EMPTY)
            with VerticalScroll(id="reading"):
                yield Static(id="article")

    def action_move(self, by: int) -> None:
        """Move along the list, or through the item when it is shown whole."""
        if self.has_class("-reading"):
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by, animate=False)
        else:
            self.query_one(PickList).move(by)

    def _item(self) -> Item | None:
        if not self._items:
            return None  # also before the list stands
        at = self.query_one(PickList).at
        return self._items[at] if at < len(self._items) else None


class ReloadingDesk(ListDesk[Item]):
    """Lists anew when it opens, when it is laid out anew and when one comes back; shows the text alone, or with the list."""

    def reload(self) -> None:
        """List anew."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """List."""
        self.call_after_refresh(self.reload)

    def on_resize(self) -> None:
        """Fit the rows to the new width."""
        self.call_after_refresh(self.reload)

    def on_screen_resume(self) -> None:
        """Coming back: what is listed may have changed."""
        self.call_after_refresh(self.reload)

    def action_full_text(self) -> None:
        """The text alone, or the list with it."""
        self.toggle_class("-reading")
        self.call_after_refresh(self.query_one(PickList).move, 0)  # tells of the item anew, for another width

    def action_widen(self) -> None:
        """Back to the list."""
        self.remove_class("-reading")
