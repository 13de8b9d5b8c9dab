"""Processes killed at any moment: nothing lost, nothing doubled (nothing is told to a caller that is not kept)."""

import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from data.home import Home

KILLS = 50

Start = Callable[..., "subprocess.Popen[str]"]
Check = Callable[[Path, Path, set[str]], None]


class Printed:
    """The whole lines that a process printed, read as they come, so that a full pipe stops nobody."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []
        self.first = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):  # else it was killed while writing
                self.lines.append(line.strip())
                self.first.set()

    def kill(self) -> str:
        """Kill the process and return what it wrote on standard error."""
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait() == -signal.SIGKILL, self.process.stderr and self.process.stderr.read()
        self._reader.join()
        assert self.process.stderr is not None
        return self.process.stderr.read()


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_seats_and_sync_killed_at_any_moment_lose_and_double_nothing(
    home: Home, start: Start, check: Check, factor: int
) -> None:
    """You should see every ticket whose number may have been told to a caller, once, in store and queue."""
    chance = random.Random(12345)
    seat, worker = Printed(start(home.root, "register", "8000", 0)), Printed(start(home.root, "sync"))
    told: set[str] = set()
    errors = ""
    for kill in range(KILLS * factor):
        assert seat.first.wait(20)
        # From the middle of an act to some dozens of them later.
        time.sleep(chance.uniform(0, 0.06))
        if kill % 2:
            errors += worker.kill()
            assert worker.lines == []
            worker = Printed(start(home.root, "sync"))
        else:
            errors += seat.kill()
            told |= set(seat.lines)
            seat = Printed(start(home.root, "register", 8001 + kill, 0))
    assert seat.first.wait(20)
    errors += seat.kill() + worker.kill()
    told |= set(seat.lines)
    assert errors == ""
    assert len(told) >= KILLS * factor / 2
    end = start(home.root, "sync", 1)
    assert end.communicate() == ("", "")
    check(home.store, home.queue, told)


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_a_first_start_killed_leaves_a_store_that_opens(tmp_path: Path, start: Start, check: Check) -> None:
    """You should see a process killed while it makes the files followed by one that works, each time."""
    chance = random.Random(54321)
    for turn in range(8):
        home = Home(tmp_path / str(turn))
        first = Printed(start(home.root, "register", "8000", 0))
        if turn % 2:
            deadline = time.monotonic() + 20
            while not home.store.exists() and time.monotonic() < deadline:
                time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03 if turn % 2 else 0.4))
        assert first.kill() == ""
        again = start(home.root, "register", "8001", 3)
        output, errors = again.communicate()
        assert errors == ""
        assert start(home.root, "sync", 1).communicate() == ("", "")
        check(home.store, home.queue, set(first.lines) | set(output.split()))
