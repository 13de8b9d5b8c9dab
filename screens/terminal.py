"""Between console and terminal: a paste comes in as text whatever stands in it, and emoji go out as wide as measured.

Textual 8.2.8 reads key sequences inside a bracketed paste as well: an ESC in the clipboard turned what followed into
keys, out of their order; and one byte that is no UTF-8 ended the console.
"""

import os
import re
import selectors
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterable

from rich.cells import cell_len
from textual import events
from textual._time import get_time
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

READ_BYTES = 65_536
LOOK_SECONDS = 0.05  # how often the parser is asked whether something has waited long enough

# All in seconds.
STALLED = 2.0  # a paste of which nothing more comes is over: its end was lost
AFTER_PASTE = 1.0  # so long what comes may still belong to a paste whose text held an end mark
AFTER_STALL = 30.0  # the same for a paste that was given up while the line stood still
HELD_AT_MOST = 1.0  # no key waits longer than this to be known as a key


class PasteParser(XTermParser):
    """Takes pastes out of the stream before Textual's parser sees what is in them.

    An end mark inside a pasted text ends the paste, as nothing tells it from the true one. What follows is therefore
    held until the line is silent for a moment: if another end mark comes, it was pasted too, and acts on nothing.
    """

    def __init__(self, debug: bool = False) -> None:
        self._pasted: list[str] | None = None  # of the paste that is going on
        self._held = ""  # not yet known what it is
        self._held_since = 0.0
        self._due = 0.0  # when a held text is what it looks like, and a silent paste is over
        self._doubtful_until = 0.0  # keys may still turn out to be pasted
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what was read; an empty string is the end of the stream."""
        if not data:
            yield from super().feed(data)
            return
        data, self._held = self._held + data, ""
        while data:
            data = yield from self._outside(data) if self._pasted is None else self._inside(data)

    def tick(self) -> Iterable[Message]:
        """Give out what has waited long enough."""
        yield from super().tick()
        if get_time() < self._due:
            return
        held, self._held = self._held, ""
        if self._pasted is not None:
            yield from self._end_paste(held, doubtful=AFTER_STALL)
        elif held:
            yield from self._keys(held)

    def _inside(self, data: str) -> Generator[Message, None, str]:
        """Collect a paste; return what comes after it."""
        assert self._pasted is not None
        text, mark, rest = data.partition(BRACKETED_PASTE_END)
        if mark:
            yield from self._end_paste(text, doubtful=AFTER_PASTE)
            return rest
        kept = len(data) - _beginning(data)
        self._pasted.append(data[:kept])
        self._held, self._due = data[kept:], get_time() + STALLED
        return ""

    def _outside(self, data: str) -> Generator[Message, None, str]:
        """Hand keys on to Textual's parser up to a paste; return what is in the paste and after it."""
        before, start, pasted = data.partition(BRACKETED_PASTE_START)
        text, end, _ = before.partition(BRACKETED_PASTE_END)
        if end:
            yield from self._end_paste(text, doubtful=AFTER_PASTE)
            return data[len(text) + len(end) :]
        if start:
            yield from self._keys(before)
            self._pasted, self._due = [], get_time() + STALLED
            return pasted
        doubtful = get_time() < self._doubtful_until
        kept = 0 if doubtful else len(data) - _beginning(data)
        if kept:
            yield from super().feed(data[:kept])
        self._hold(data[kept:])
        return ""

    def _hold(self, data: str) -> None:
        now = get_time()
        if now > self._due:
            self._held_since = now
        self._held, self._due = data, min(now + ESCAPE_DELAY, self._held_since + HELD_AT_MOST)

    def _end_paste(self, last: str, *, doubtful: float) -> Iterable[Message]:
        text = "".join([*(self._pasted or ()), last])
        self._pasted, self._due, self._doubtful_until = None, 0.0, get_time() + doubtful
        if text:
            yield events.Paste(text)

    def _keys(self, data: str) -> Iterable[Message]:
        """Parse keys that nothing can follow: a lone ESC among them is the Esc key, at once."""
        if data:
            yield from super().feed(data)
        if self._timeout_time is not None:
            self._timeout_time = 0.0
            yield from super().tick()


def _beginning(data: str) -> int:
    """Length of what stands at the end of ``data`` and may be the beginning of a paste's mark."""
    marks = (BRACKETED_PASTE_START, BRACKETED_PASTE_END)
    return max((size for mark in marks for size in range(1, len(mark)) if data.endswith(mark[:size])), default=0)


# Joined emoji, skin colours, emoji variants and flags: some terminals draw one sign of two cells, some each part, and
# what stands to their right in the row would move.
_JOINER, _VARIANT, _SKINS, _FLAGS = "\u200d", "\ufe0f", "\U0001f3fb-\U0001f3ff", "\U0001f1e6-\U0001f1ff"
_DISPUTED = re.compile(
    f"[^\x00-\x1f](?:{_JOINER}[^\x00-\x1f]?|[{_VARIANT}{_SKINS}])+|[{_JOINER}{_VARIANT}{_SKINS}{_FLAGS}]"
)


def as_measured(data: str) -> str:
    """Return output in which no sign is wider or narrower than the layout took it for.

    A composed sign is drawn by its first part, a flag by its letters; the record holds them whole.
    """
    return _DISPUTED.sub(_undisputed, data)


def _undisputed(match: re.Match[str]) -> str:
    sign = match[0]
    first = sign[0]
    if "\U0001f1e6" <= first <= "\U0001f1ff":
        first = chr(ord(first) - 0x1F1E6 + ord("A"))
    elif not cell_len(first):
        first = ""
    return first + " " * (cell_len(sign) - cell_len(first))


class TerminalDriver(LinuxDriver):
    """Textual's driver with that parser; bytes that are no UTF-8 show as �, as from a terminal set to GBK."""

    def write(self, data: str) -> None:
        """Write to the terminal."""
        super().write(as_measured(data))

    def run_input_thread(self) -> None:
        """Read the terminal until the console ends."""
        decode = getincrementaldecoder("utf-8")("replace").decode
        parser = PasteParser(self._debug)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(LOOK_SECONDS):
                    read = os.read(self.fileno, READ_BYTES)
                    if not read:  # a pipe that has ended is ready for ever
                        self.exit_event.wait(LOOK_SECONDS)
                    elif text := decode(read):
                        for message in parser.feed(text):
                            self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
