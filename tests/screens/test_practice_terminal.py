"""Practice in a real terminal of 80×24, beside a live home that may not be written and with the network cut (6.3.2)."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from console.house import House
from console.practice.house import practice_root
from console.practice.results import Results
from data.clock import SystemClock
from tests.lives import Lives
from tests.screens.hands import CTRL_G, CTRL_X, ENTER, ESC, keys_of

Open = Callable[..., Any]
KEY = keys_of("xterm-256color")
CTRL_E = "\x05"

# Whatever opens a connection, opens the live store at all or any other live file to write, is stopped and told of.
WATCHED = """
import os, pathlib, sys
live, told = pathlib.Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
def within(path):
    try:
        return live in pathlib.Path(os.fsdecode(path)).resolve().parents
    except (TypeError, ValueError):
        return False
def watch(event, args):
    bad = event == "socket.connect" and not isinstance(args[1], str)
    bad = bad or event == "sqlite3.connect" and within(str(args[0]).removeprefix("file:").partition("?")[0])
    bad = bad or event == "open" and within(args[0]) and bool(args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    bad = bad or event in ("os.rename", "os.remove", "os.mkdir", "os.truncate", "os.chmod") and within(args[0])
    if bad:
        with open(told, "a") as file:
            file.write(f"{event} {args}\\n")
        raise PermissionError(13, "watched", str(args))
sys.addaudithook(watch)
from console.__main__ import main
main()
"""


def hashes(root: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder: what it holds and when it was written."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(root)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in files
    }


@pytest.fixture
def live(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A live home with tickets that wait to be sent, closed, all of it read-only; and how many wait."""
    root = tmp_path / "live"
    house = House(root, SystemClock())
    lives = Lives(house)
    lives.waiting("路灯不亮")
    lives.sent("井盖坏了", phone="13800000002")
    waiting = sum(house.outbox.counts())
    house.close()
    (root / "settings.toml").write_text('queue = "postgresql://nobody@queue.invalid/hotline"\n', encoding="utf-8")
    changed = [root, *root.rglob("*")]
    for path in changed:
        path.chmod(0o500 if path.is_dir() else 0o400)
    yield root, waiting
    for path in filter(Path.exists, changed):
        path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.heavy
@pytest.mark.clause("6.3.2")
def test_practice_goes_on_where_nothing_live_can_be_written_and_nobody_reached(
    terminal: Open, live: tuple[Path, int], practice_folder: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    """You should see a call rung, talked through, left unregistered and debriefed; every live file as it was; nothing
    more to send; no connection tried, though a queue is named."""
    root, waiting = live
    assert waiting > 0
    before, told = hashes(root), tmp_path / "told"
    practice_folder(practice_root(root))
    monkeypatch.setenv("HOTLINE_QUEUE", "postgresql://nobody@queue.invalid/hotline")
    command = ("--home", root, "practice", "complain-elevator", "--seed", "3", "--by", "9901")
    seat = terminal("-c", WATCHED, root, told, *command)
    seat.see("练习", "等待来电", "不派发")
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(KEY["F2"])
    seat.see("现在说", "电梯又坏了")
    seat.send(f"{KEY['F2']}{CTRL_E}")
    seat.see("自己说")
    seat.send(f"请问是什么时候发生的？{ENTER}")
    seat.see("上个星期")
    seat.send(ESC)
    seat.see("来电人：好像是上个星期就停了", gone="自己说·来电人会回答")
    seat.send(KEY["F12"] + KEY["F12"])
    seat.see("通话已结束")
    seat.send(KEY["F8"] + KEY["F8"])
    seat.see("讲评·电梯停运", "没有登记")
    seat.send(ESC)
    seat.see("等待来电")
    seat.send(CTRL_X)
    seat.process.expect(pexpect.EOF)
    seat.process.close()
    assert seat.process.exitstatus == 0
    assert not told.exists(), told.read_text("utf-8")
    assert hashes(root) == before
    [result] = Results(practice_root(root)).every()
    assert (result.scenario, result.seed) == ("complain-elevator", 3)
    for path in [root, *root.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    (root / "settings.toml").unlink()
    monkeypatch.delenv("HOTLINE_QUEUE")
    house = House(root, SystemClock())
    assert sum(house.outbox.counts()) == waiting
    house.close()
