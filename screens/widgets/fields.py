"""Text fields that take Chinese as terminals really send it, and nothing that a terminal would obey."""

from typing import Protocol, runtime_checkable

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input, TextArea
from textual.widgets.text_area import Edit, EditResult

from console.text import LONGEST_LINE, LONGEST_TEXT, clean, clean_number, written

_SHOWN = 30  # characters of what had no room


class NotTaken(Message):
    """What was pasted or typed has no room; what stands in the field stays as it is."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__()

    @classmethod
    def pasted(cls, length: int, longest: int) -> "NotTaken":
        """A paste as a whole is too long."""
        return cls(f"粘贴的内容有 {length} 字，这里最多 {longest} 字：未粘贴，请分段或作为附件登记")

    @classmethod
    def typed(cls, text: str, longest: int) -> "NotTaken":
        """The field is full."""
        shown = text.strip() if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return cls(f"这里最多 {longest} 字，已写满：“{shown or '换行'}”没有写进去，请删减，或作为附件登记")


def _typed(event: events.Key) -> str:
    """Return the text of a key, also of one that Python calls unprintable but input methods send.

    The full-width blank is such, the joiner within an emoji, and rare Han that are private or newer than this Python.
    """
    return event.character if event.character is not None and written(event.character) else ""


async def _act(field: Input | TextArea, event: events.Key) -> None:
    """Do in its turn what a key is bound to in a field.

    Textual does it when the key has come up to the application, and by then the field holds what was typed after it:
    a Backspace took the character written in place of the wrong one.
    """
    for binding in field._bindings.key_to_bindings.get(event.key, ()):
        if not binding.priority and await field.app.run_action(binding.action, field):
            event.stop()
            event.prevent_default()
            return


@runtime_checkable
class Keeping(Protocol):
    """A page on which what is written is kept as it is written."""

    def keep_written(self) -> None:
        """Keep what stands in the fields now."""
        ...


def _keep(field: Input | TextArea) -> None:
    """Have the page keep what was just written, in the same breath: no key may stand on the glass that a killed process
    would lose, and the message that tells of a change comes after the field was painted."""
    page = field.screen if field.is_attached else None
    if isinstance(page, Keeping):
        page.keep_written()


class Field(Input):
    """A borderless single line. A paste keeps all its lines, joined; control characters are dropped."""

    # What is typed makes the line longer inside, the field never: Textual would lay out the whole page after each key.
    virtual_size = Reactive(Size(0, 0))

    _lost = ""  # what was typed since the field was full

    def __init__(self, *, number: bool = False, **options: object) -> None:
        self._number = number  # before the value is set, which is cleaned by it
        super().__init__(compact=True, select_on_focus=False, max_length=LONGEST_LINE, **options)  # type: ignore[arg-type]
        self.cursor_blink = False

    def post_message(self, message: Message) -> bool:
        """Tell of a change, after it is kept."""
        posted = super().post_message(message)
        if posted and isinstance(message, Input.Changed):
            self._lost = ""
            _keep(self)
        return posted

    def _cleaned(self, text: str) -> str:
        return clean_number(text) if self._number else clean(text, lines=False)

    def validate_value(self, value: str) -> str:
        """Keep out, however it came, what must not stand in a field."""
        return self._cleaned(value)[:LONGEST_LINE]

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = self._cleaned(event.text)
        if len(self.value) + len(text) > LONGEST_LINE:
            self.post_message(NotTaken.pasted(len(text), LONGEST_LINE))
            return
        self._put(text)

    async def _on_key(self, event: events.Key) -> None:
        text = _typed(event)
        if text and len(self.value) >= LONGEST_LINE and self.selection.is_empty:
            event.stop()
            event.prevent_default()
            self._lost += text
            self.post_message(NotTaken.typed(self._lost, LONGEST_LINE))
        elif text and not event.is_printable:
            event.stop()
            event.prevent_default()
            self._put(text)
        elif event.is_printable:
            await super()._on_key(event)
        else:
            await _act(self, event)

    def _put(self, text: str) -> None:
        self.replace(text, *self.selection)
        # The first value of an `Input` moves its cursor without scrolling to it.
        self.scroll_to_region(Region(self._cursor_offset, 0, 1, 1), force=True, animate=False)


class TextBox(TextArea):
    """Several lines; Enter makes a new line and never submits, Tab goes on to the next field."""

    _lost = ""  # what was typed since the field was full

    def __init__(self, **options: object) -> None:
        super().__init__(compact=True, highlight_cursor_line=False, tab_behavior="focus", **options)  # type: ignore[arg-type]
        self.cursor_blink = False

    def post_message(self, message: Message) -> bool:
        """Tell of a change, after it is kept."""
        posted = super().post_message(message)
        if posted and isinstance(message, TextArea.Changed):
            self._lost = ""
            _keep(self)
        return posted

    def edit(self, edit: Edit) -> EditResult:
        """Do an edit and have its end in sight.

        Textual moves the cursor before it makes room for a line that the edit began: that line stayed under the edge.
        """
        result = super().edit(edit)
        self.scroll_cursor_visible()
        return result

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = clean(event.text)
        self.take(text)

    def take(self, text: str) -> bool:
        """Put a clean text where the cursor is, as a paste does; False, and said, where it has no room."""
        if len(self.text) + len(text) > LONGEST_TEXT:
            self.post_message(NotTaken.pasted(len(text), LONGEST_TEXT))
            return False
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)
        return True

    async def _on_key(self, event: events.Key) -> None:
        text = _typed(event)
        full = len(self.text) >= LONGEST_TEXT and bool(text or event.key == "enter")
        if full or (text and not event.is_printable):
            event.stop()
            event.prevent_default()
            row, column = self.selection.start
            before = self.document[row][max(0, column - 1) : column]
            if full:
                self._lost += text or "\n"
                self.post_message(NotTaken.typed(self._lost, LONGEST_TEXT))
            elif clean(before + text).endswith(text):
                self._replace_via_keyboard(text, *self.selection)
        elif text or event.key == "enter":
            await super()._on_key(event)
        else:
            await _act(self, event)
