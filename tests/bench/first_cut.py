"""The first cut of one session: ``first_cut.py ours|jieba FOLDER`` prints milliseconds and private MB, then waits.

Counted is what a console does not have loaded anyway. It ends with its standard input, so that a session can be held
open beside the one that is measured.
"""

import hashlib  # noqa: F401
import logging  # noqa: F401
import sys
import tempfile
import time
from pathlib import Path

import data.db  # noqa: F401
import kb.articles  # noqa: F401

TEXT = "小区停水了物业不管怎么投诉"


def ours(folder: Path) -> None:
    """Map the table and cut."""
    from kb.segment import Segmenter

    Segmenter(folder).words(TEXT)


def jieba(folder: Path) -> None:
    """Read jieba's own cache and cut."""
    tempfile.tempdir = str(folder)
    import jieba

    jieba.lcut_for_search(TEXT)


def private() -> float:
    """MB that this process shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def main() -> None:
    """Measure."""
    work = {"ours": ours, "jieba": jieba}[sys.argv[1]]
    folder = Path(sys.argv[2])
    memory, begin = private(), time.perf_counter()
    work(folder)
    print((time.perf_counter() - begin) * 1000, private() - memory, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
