"""Text fields that take Chinese as terminals really send it, and nothing that a terminal would obey."""

from textual import events
from textual.message import Message
from textual.widgets import Input, TextArea

from console.text import LONGEST_LINE, LONGEST_TEXT, clean, clean_number


class PasteRefused(Message):
    """A pasted text was too long; nothing was changed."""

    def __init__(self, length: int, longest: int) -> None:
        self.sentence = f"粘贴的内容有 {length} 字，这里最多 {longest} 字：未粘贴，请分段或作为附件登记"
        super().__init__()


class Field(Input):
    """A borderless single line. A paste keeps all its lines, joined; control characters are dropped."""

    def __init__(self, *, number: bool = False, **options: object) -> None:
        self._number = number  # before the value is set, which is cleaned by it
        super().__init__(compact=True, select_on_focus=False, max_length=LONGEST_LINE, **options)  # type: ignore[arg-type]
        self.cursor_blink = False

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
            self.post_message(PasteRefused(len(text), LONGEST_LINE))
            return
        self.replace(text, *self.selection)


class TextBox(TextArea):
    """Several lines; Enter makes a new line and never submits, Tab goes on to the next field."""

    def __init__(self, **options: object) -> None:
        super().__init__(compact=True, highlight_cursor_line=False, tab_behavior="focus", **options)  # type: ignore[arg-type]
        self.cursor_blink = False

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        text = clean(event.text)
        if len(self.text) + len(text) > LONGEST_TEXT:
            self.post_message(PasteRefused(len(text), LONGEST_TEXT))
        elif result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    async def _on_key(self, event: events.Key) -> None:
        full = len(self.text) >= LONGEST_TEXT and (event.is_printable or event.key == "enter")
        unwanted = event.character is not None and event.is_printable and not clean(event.character)
        if full or unwanted:
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)
