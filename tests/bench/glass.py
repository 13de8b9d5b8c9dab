"""What a person waits for at a terminal: the first frame, and a key's last painted byte. All through a real pty."""

import os
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect

from tests.bench.measure import Row, Times, environment

BARE = [str(Path(__file__).with_name("bare_app.py"))]
READY = "回车进入"  # the last words of the console's first page; the bare programs print them too
QUIET = 0.25  # seconds without a byte after which a key's painting is over; below the 0.6 s after which repeats show
PATIENCE = 60.0
CLOCK_SECONDS = 1.1  # a clock on the glass moves within
TYPED = "小区电梯昨晚停运至今无人来修"
ENTER, TAB, CTRL_G, F2, F3 = "\r", "\t", "\x07", "\x1bOQ", "\x1bOR"
WIPE = "\x1b[H\x0b"  # home, and delete to the end


class Glass:
    """A program in a pseudo-terminal of 80×24; what it paints is read as bytes."""

    def __init__(self, *arguments: str) -> None:
        given = environment(TERM="xterm-256color", LANG="C.UTF-8")
        self._child = pexpect.spawn(sys.executable, list(arguments), env=given, dimensions=(24, 80))
        self._child.delaybeforesend = None

    def send(self, keys: str) -> None:
        """Press keys."""
        self._child.send(keys.encode())

    def wait_for(self, words: str) -> None:
        """Read until these words were painted in one piece."""
        wanted, seen, end = words.encode(), b"", time.monotonic() + PATIENCE
        while wanted not in seen:
            if time.monotonic() > end:
                raise TimeoutError(f"{words!r} was never painted; the last bytes: {seen[-300:]!r}")
            seen += self._read(0.1)

    def painted(self, quiet: float = QUIET) -> float:
        """Read until nothing comes for ``quiet`` seconds; the instant of the last byte, 0 if there was none."""
        last = 0.0
        while self._read(quiet):
            last = time.perf_counter()
        return last

    def clock_has_moved(self) -> None:
        """Let the clocks on the glass move, so that for most of a second nothing but a key can paint.

        On a page that shows none nothing moves.
        """
        self.painted(0.1)
        end = time.monotonic() + CLOCK_SECONDS
        while time.monotonic() < end and not self._read(0.1):
            pass
        self.painted(0.1)

    def key(self, char: str) -> float:
        """Press one key; milliseconds until its last painted byte."""
        begin = time.perf_counter()
        self.send(char)
        last = self.painted()
        if not last:
            raise TimeoutError(f"the key {char!r} painted nothing")
        return (last - begin) * 1000

    def close(self) -> None:
        """End the program at once."""
        self._child.close(force=True)

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._child.child_fd], [], [], seconds)
        return os.read(self._child.child_fd, 65536) if ready else b""


@contextmanager
def glass(*arguments: str) -> Iterator[Glass]:
    """Open a program, and end it."""
    opened = Glass(*arguments)
    try:
        yield opened
    finally:
        opened.close()


def demo(folder: Path) -> list[str]:
    """The arguments that open the demo in a folder, which is filled first."""
    arguments = ["-m", "console", "--home", str(folder / "demo"), "demo"]
    with glass(*arguments) as first:
        first.wait_for(READY)
    return arguments


def start_rows(folder: Path, count: int) -> Iterator[Row]:
    """From the start of the process to the first page on the glass."""

    kinds = {
        "console": demo(folder),
        "a bare Textual app": [*BARE, "page"],
        "bare Python, one print": ["-c", f"print('{READY}')"],
    }
    times = {name: Times([]) for name in kinds}
    for turn in range(count + 1):
        for name, arguments in kinds.items():
            begin = time.perf_counter()
            with glass(*arguments) as opened:
                opened.wait_for(READY)
                took = (time.perf_counter() - begin) * 1000
            if turn:  # the first one reads from a cold disk
                times[name].samples.append(took)
    ours, *peers = times.items()
    for name, its in peers:
        yield Row("start to first frame", ours[1], name, its)


def key_rows(folder: Path, count: int) -> Iterator[Row]:
    """A Han character in the title of a record, during a call, to the last byte that it paints."""
    with glass(*demo(folder)) as desk, glass(*BARE, "input") as bare:
        answer(desk)
        for keys in ("1", TAB * 11):
            desk.send(keys)
            desk.painted()
        yield _keys("a key in the title, painted", desk, bare, count)


def find_rows(folder: Path, count: int) -> Iterator[Row]:
    """A Han character in the search field of the knowledge page, during a call, to the last byte of what it finds."""
    with glass(*demo(folder)) as desk, glass(*BARE, "input") as bare:
        answer(desk)
        desk.send(F3)
        desk.wait_for("热线数据库")
        desk.painted()
        yield _keys("a key in the knowledge page, its result painted", desk, bare, count)


def answer(desk: Glass) -> None:
    """Come to a call that has just been answered."""
    desk.wait_for(READY)
    desk.send(ENTER)
    desk.wait_for("等待来电")
    desk.send(CTRL_G)
    desk.wait_for("来电响铃")
    desk.send(F2)
    desk.wait_for("现在说")


def _keys(what: str, desk: Glass, bare: Glass, count: int) -> Row:
    """The same characters in both, by turns; a sentence that is whole is wiped before the next."""
    bare.wait_for(READY)
    bare.painted()
    ours: list[float] = []
    its: list[float] = []
    for at in range(count):
        if at % len(TYPED) == 0:
            for opened in (desk, bare):
                opened.send(WIPE)
                opened.painted()
        desk.clock_has_moved()
        ours.append(desk.key(TYPED[at % len(TYPED)]))
        its.append(bare.key(TYPED[at % len(TYPED)]))
    return Row(what, Times(ours), "a Textual app of one Input", Times(its))
