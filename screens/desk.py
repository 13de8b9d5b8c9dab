"""What every desk has: status line, sentence, key bar, and the one way by which keys become acts."""

from asyncio import Event
from collections.abc import Iterable
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events
from textual._context import active_message_pump
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from data.clock import SHANGHAI
from screens.actions import DESK_ACTIONS, DIALOG, EVERYWHERE, Action
from screens.widgets.chrome import KeyBar, Notice, StatusBar
from screens.widgets.fields import NotTaken
from screens.widgets.offered import Offered

if TYPE_CHECKING:
    from screens.app import HotlineApp


# With priority, or what is typed ahead after Tab still goes to the field before: the application hands keys to whoever
# has the focus while that field is at work on earlier ones.
WALK: list[BindingType] = [
    Binding("tab", "walk", show=False, priority=True),
    Binding("shift+tab", "app.focus_previous", show=False, priority=True),
]


OF_THE_DESK = ("f9", "f12")  # urgent and hang up: pressed in haste, whatever page is open


def bind(actions: Iterable[Action]) -> list[BindingType]:
    """Bind registered actions, and the walk between fields, so that they work wherever the focus is."""
    acts = [Binding(action.key, f"do('{action.id}')", action.label, show=False, priority=True) for action in actions]
    return [*WALK, *acts]


class Acting(Widget):
    """Turns a key into an act, or into the sentence that says why not."""

    ACTIONS: ClassVar[tuple[Action, ...]] = ()

    @property
    def console(self) -> "HotlineApp":
        """The application."""
        return cast("HotlineApp", self.app)

    def every_action(self) -> tuple[Action, ...]:
        """Return all that can be done on this page."""
        return self.ACTIONS

    def action_help(self) -> None:
        """Show the keys in force and what they do."""
        self.console.show_help(self)

    def why_not(self, action_id: str) -> str:
        """Say why an action cannot be done now; nothing when it can."""
        return ""

    async def action_do(self, action_id: str) -> None:
        """Do a registered action, or say why it cannot be done."""
        await self._take_in()
        reason = self.why_not(action_id)
        if reason:
            self.tell(reason, error=True)
            return
        self.query_one(Notice).over()
        done = getattr(self, f"action_{action_id}")()
        if isawaitable(done):
            await done

    async def _take_in(self) -> None:
        """Let what was typed before this key reach the record, or F8 right after a commit would lose its last words.

        A field works through its keys in a queue of its own and tells the form, which tells the desk.
        """
        await _worked_through(self._writing())

    def _writing(self) -> list[DOMNode]:
        """The field that is written in, and all that it tells, this page last."""
        focused = self.screen.focused
        return [node for node in focused.ancestors_with_self if node is not self.app] if focused else []

    def action_walk(self) -> None:
        """Go to the next field; of the one that is left, take what was offered in it.

        The focus moves at once, for what is typed ahead; the field takes the piece after the keys that it still holds.
        """
        left = self.screen.focused
        if isinstance(left, Offered) and left.standing:
            left.call_later(left.take, left.standing)
        self.screen.focus_next()

    def refresh_keys(self) -> None:
        """Draw the key bar for the present state."""
        self.query_one(KeyBar).refresh_keys()

    def tell(self, sentence: str, *, error: bool = False, lasting: bool = False, unasked: bool = False) -> None:
        """Say a sentence where the eye is; unless ``lasting``, it goes as soon as the person has gone on.

        What came about by itself is told ``unasked``: it takes nothing away that was just answered to the person.
        """
        self.query_one(Notice).say(sentence, error=error, lasting=lasting, unasked=unasked)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was said before the person wrote on may hold no longer."""
        if event.input.has_focus:
            self.query_one(Notice).over()

    async def on_not_taken(self, event: NotTaken) -> None:
        """Say why what was pasted or typed was not taken.

        It comes straight from the field. What was taken just before it is told by way of the form, and when that came
        after the sentence it took the sentence away: of a commit into a full field nobody learned what was lost.
        """
        event.stop()
        await _worked_through(self._writing())
        self.call_later(self.tell, event.sentence, error=True)


async def _worked_through(chain: list[DOMNode]) -> None:
    """Wait until each of these has come to the end of what it holds, and once more for what they told each other.

    Whoever is at work on the message that asks for it, Enter in a field of its own for one, would wait for itself.
    """
    asking = active_message_pump.get(None)
    for node in chain * 2:
        done = Event()
        if node is not asking and node.is_running and node.call_later(done.set):
            await done.wait()


class Desk(Acting, Screen[None]):
    """A whole-screen workplace."""

    NAME: ClassVar[str] = ""
    MORE: ClassVar[tuple[Action, ...]] = ()  # what can be done besides what the registry has for this name

    def __init_subclass__(cls) -> None:
        cls.ACTIONS = (EVERYWHERE[0], *DESK_ACTIONS.get(cls.NAME, ()), *cls.MORE, *EVERYWHERE[1:])
        cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *bind(cls.ACTIONS)]
        super().__init_subclass__()

    def compose(self) -> ComposeResult:
        """Lay out the frame that all desks share around the desk's own body."""
        yield StatusBar()
        yield from self.body()
        yield Notice()
        yield KeyBar(self.ACTIONS, self.why_not)

    def body(self) -> ComposeResult:
        """Yield the desk's own widgets."""
        yield from ()

    def on_mount(self) -> None:
        """Begin to move the clocks."""
        self.set_interval(1.0, self._second)
        self.call_after_refresh(self.tick)

    def on_resize(self) -> None:
        """Lay out the status line anew."""
        self.call_after_refresh(self.tick)

    def _second(self) -> None:
        """Tick, but not once more while the console is being left and no page stands any more."""
        if self.app.screen_stack:
            self.tick()

    def tick(self) -> None:
        """Once a second: the clocks and the sync count; nothing else moves by itself."""
        self.show_status()

    def show_status(self) -> None:
        """Write the status line where it is seen: on the page over this desk, else on the desk.

        Behind a page Textual would paint the whole screen twice for a line that nobody sees. A desk that was left ticks
        on for its call, and must not put its own name above another desk.
        """
        if desk_at_hand(self.app) is not self:
            return
        for bar in self.app.screen.query(StatusBar):  # none any more where the console is just being left
            bar.show([self.identity(), *self.status()], [self.console.sync_text(), self.time_text()])

    def on_screen_resume(self) -> None:
        """Show at once what went on behind a page."""
        self.call_after_refresh(self.tick)

    def arrived(self) -> None:
        """Something came from the queue: a desk that lists tickets looks again."""

    def status(self) -> list[Text | str]:
        """Return the desk's own pieces of the status line."""
        return []

    def identity(self) -> Text:
        """Say which desk this is and who sits at it."""
        mark = (f" {self.console.mark} ", "bold reverse") if self.console.mark else ""
        return Text.assemble(mark, (self.NAME, "bold"), f" · {self.console.actor.agent_no}号")

    def time_text(self) -> str:
        """The time of day in Shanghai."""
        return f"{self.console.house.clock.now().astimezone(SHANGHAI):%H:%M}"

    # -- what can be done everywhere ------------------------------------------------------------------------------

    def action_palette(self) -> None:
        """Find an action by name or by pinyin initials."""
        self.console.show_palette(self)

    def action_switch_desk(self) -> None:
        """Go to another desk."""
        self.console.choose_desk()

    def action_leave(self) -> None:
        """Leave the console; drafts stay."""
        self.console.leave()


def desk_at_hand(app: App[object]) -> Desk | None:
    """Return the desk that is seen, be it below pages; None before one opens."""
    return next((screen for screen in reversed(app.screen_stack) if isinstance(screen, Desk)), None)


class Dialog(Acting, ModalScreen[None]):
    """A page over a desk, below the desk's status line: Esc goes back, what was written stays."""

    def __init_subclass__(cls) -> None:
        cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *bind((*cls.ACTIONS, *DIALOG))]
        super().__init_subclass__()

    def compose(self) -> ComposeResult:
        """Lay out the dialog's body over its keys, below the status line, or what of it there is before a desk opens."""
        if desk_at_hand(self.app):
            yield StatusBar()
        elif self.console.MARK:
            yield Static(Text(f" {self.console.MARK} ", "bold reverse"), id="mark")
        yield from self.body()
        yield Notice()
        yield KeyBar(self.every_action(), self.why_not)

    def on_mount(self) -> None:
        """Show the clocks of the desk at once; the desk moves them."""
        self.call_after_refresh(self._show_status)

    def on_resize(self) -> None:
        """Lay out the status line anew."""
        self.call_after_refresh(self._show_status)

    def on_unmount(self) -> None:
        """Let go of what was painted: Textual remembers it by widget, and a session opens pages all day."""
        StylesCache.get_inner_outer.cache_clear()

    def _show_status(self) -> None:
        if desk := desk_at_hand(self.app):
            desk.show_status()

    def every_action(self) -> tuple[Action, ...]:
        """Return the page's own actions, and those of every page."""
        return (*self.ACTIONS, *DIALOG)

    def on_key(self, event: events.Key) -> None:
        """Say of a key that means the same at every desk that it is none of this page's; it never seems dead."""
        if event.key in OF_THE_DESK and event.key not in {action.key for action in self.every_action()}:
            self.tell(f"这一页不用 {event.key.upper()}：先按 Esc 返回，再按 {event.key.upper()}", error=True)

    def body(self) -> ComposeResult:
        """Yield the dialog's own widgets."""
        yield from ()

    def action_back(self) -> None:
        """Go back to the desk."""
        self.dismiss(None)
