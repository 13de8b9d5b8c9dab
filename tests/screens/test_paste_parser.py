"""What a terminal sends, taken apart: pastes are text whatever stands in them, keys stay keys (acceptance 10)."""

import pytest
from textual import events
from textual.message import Message

import screens  # noqa: F401  # sets what textual reads from the environment when it is imported
from screens.terminal import AFTER_STALL, HELD_AT_MOST, STALLED, PasteParser, as_measured

START, END = "\x1b[200~", "\x1b[201~"
HOSTILE = (
    "前\x1b[31m红\x1b[0m\x07\x00\x1b\x1b[Aafter\x1bOP后" + "\x1b[200~" + "\x1b[<0;1;1M尾" + "\x1b]52;c;" + "长" * 40
)


class Line:
    """A line to the console with a clock of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        for module in ("textual._parser", "screens.terminal"):
            monkeypatch.setattr(f"{module}.get_time", lambda: self.now)
        self._parser = PasteParser()
        self._told: list[Message] = []

    def send(self, *reads: str, pause: float = 0.0) -> None:
        """Let these pieces arrive, with a pause after each in seconds."""
        for read in reads:
            self._told += self._parser.feed(read)
            self.wait(pause)

    def wait(self, seconds: float) -> None:
        """Let time pass, the parser looking every 50 ms as the driver does."""
        self._told += self._parser.tick()
        until = self.now + seconds
        while self.now < until:
            self.now += 0.05
            self._told += self._parser.tick()

    @property
    def got(self) -> list[str]:
        """What the console was told so far: pastes as text in brackets, keys by name."""
        told = []
        for message in self._told:
            if isinstance(message, events.Paste):
                told.append(f"[{message.text}]")
            elif isinstance(message, events.Key):
                told.append(message.key)
            else:
                told.append(type(message).__name__)
        return told


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """A line to the console."""
    return Line(monkeypatch)


def test_a_paste_is_one_text_whatever_stands_in_it(line: Line) -> None:
    """You should see ESC, BEL and whole key sequences arrive in their place, and nothing act."""
    line.send(f"a{START}{HOSTILE}{END}b")
    line.wait(1)
    assert line.got == ["a", f"[{HOSTILE}]", "b"]


def test_a_paste_may_be_cut_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see the same paste and keys wherever the reads end, and when each read is one character."""
    whole = f"a{START}前\x1b[31m红\x1b{END}\x1b[19~b"
    for cut in range(1, len(whole)):
        line = Line(monkeypatch)
        line.send(whole[:cut], whole[cut:])
        line.wait(1)
        assert line.got == ["a", "[前\x1b[31m红\x1b]", "f8", "b"], cut
    line = Line(monkeypatch)
    line.send(*whole)
    line.wait(1)
    assert line.got == ["a", "[前\x1b[31m红\x1b]", "f8", "b"]


def test_an_end_mark_in_the_text_lets_nothing_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see what follows an end mark inside a pasted text come as text, in however many reads."""
    rest = "\x18\x1b[19~\r夜" + "长" * 9000
    whole = f"{START}一{END}{rest}{END}"
    for size in (1, 7, 4096, len(whole)):
        line = Line(monkeypatch)
        line.send(*(whole[at : at + size] for at in range(0, len(whole), size)))
        line.wait(1)
        assert line.got == ["[一]", f"[{rest}]"], size


def test_keys_right_after_a_paste_are_keys(line: Line) -> None:
    """You should see keys typed on after a paste act in their order, none of them kept back for long."""
    line.send(f"{START}一{END}\t", "\x1b[19~", f"二{START}三{END}")
    assert line.got == ["[一]", "tab", "f8", "二", "[三]"]
    line.send(*"四" * 40, pause=0.05)  # a key held down
    assert line.got.count("四") >= 40 - (HELD_AT_MOST / 0.05)
    line.wait(1)
    assert line.got.count("四") == 40


def test_a_paste_without_an_end_is_over_when_the_line_is_silent(line: Line) -> None:
    """You should see the text arrive after two seconds and keys act again; what comes late is still no key."""
    line.send(START, "一", "二\x1b[2", pause=STALLED / 2)
    assert line.got == []
    line.wait(STALLED)
    assert line.got == ["[一二\x1b[2]"]
    line.send("\x18三", f"四{END}")
    line.wait(1)
    assert line.got == ["[一二\x1b[2]", "[\x18三四]"]
    line.send("\x1b[19~", pause=1)
    assert line.got[2:] == ["f8"]
    line.wait(AFTER_STALL)
    line.send("五")
    assert line.got[2:] == ["f8", "五"]


def test_keys_are_read_as_before(line: Line) -> None:
    """You should see Esc alone, keys cut in two reads, and Esc right before a paste."""
    line.send("\x1b")
    assert line.got == []
    line.wait(0.2)
    assert line.got == ["escape"]
    line.send("\x1b", "[A", "\x1b[2", "0~", "\x1bO", "P")
    assert line.got == ["escape", "up", "f9", "f1"]
    line.send(f"\x1b{START}一{END}")
    assert line.got[4:] == ["escape", "[一]"]
    line.send(f"{END}", f"{START}{END}")
    line.wait(1)
    assert len(line.got) == 6


@pytest.mark.parametrize(
    ("sign", "drawn"),
    [
        ("👨\u200d👩\u200d👧", "👨"),
        ("❤\ufe0f", "❤ "),
        ("👍🏽", "👍"),
        ("🏳\ufe0f\u200d🌈", "🏳 "),
        ("🇨🇳", "CN"),
        ("\ufe0f", ""),
        ("𠮷e\u0301你", "𠮷e\u0301你"),
        ("\x1b[31m👨\u200d\x1b[0m", "\x1b[31m👨\x1b[0m"),
    ],
)
def test_no_sign_is_drawn_wider_than_it_was_measured(sign: str, drawn: str) -> None:
    """You should see signs on whose width terminals differ drawn by parts on which they agree."""
    assert as_measured(f"前{sign}后") == f"前{drawn}后"
