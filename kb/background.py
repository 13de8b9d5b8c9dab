"""Making an index in a process of its own, so that cutting a city's articles delays no key at any desk.

It outlives the session that asked for it. Where another is at work on the same index, it ends at once.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import subprocess

AGAIN_SECONDS = 60.0  # between two attempts of one session

_lock = threading.Lock()
_started: dict[str, tuple[float, "subprocess.Popen[bytes] | None"]] = {}


class Request(msgspec.Struct, frozen=True):
    """Which database, and how it is cut; the first three are paths. ``anew``: make an index though there is one."""

    path: str
    cache: str
    words_file: str
    names: tuple[str, ...]
    anew: bool = False


def start(request: Request) -> None:
    """Have the index made or caught up, unless this session asked for it just now."""
    import subprocess  # late: most sessions find an index

    with _lock:
        at, process = _started.get(request.path, (-AGAIN_SECONDS, None))
        if (process is not None and process.poll() is None) or time.monotonic() - at < AGAIN_SECONDS:
            return
        root = str(Path(__file__).parents[1])
        _started[request.path] = time.monotonic(), None
        child = subprocess.Popen(
            [sys.executable, "-m", "kb.background"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, cwd="/",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))},
        )  # fmt: skip
        assert child.stdin is not None
        with child.stdin:
            child.stdin.write(msgspec.json.encode(request))
        _started[request.path] = time.monotonic(), child


def main() -> None:
    """Make the index that is asked for on standard input, or catch it up."""
    from kb.search import KnowledgeBase

    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    os.nice(10)
    base = KnowledgeBase(
        Path(request.path), Path(request.cache), words_file=Path(request.words_file), names=request.names
    )
    base.rebuild() if request.anew else base.keep()


if __name__ == "__main__":
    main()
