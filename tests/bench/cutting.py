"""What cutting costs: a session's first cut and the memory it keeps, and each cut after that; beside stock jieba."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import repeat
from pathlib import Path

from kb.segment import jieba_over
from kb.table import open_table
from tests.bench.measure import Row, Times, alternate, environment
from tests.bench.store import record

SESSION = str(Path(__file__).with_name("first_cut.py"))


@contextmanager
def session(whose: str, folder: Path) -> Iterator[tuple[float, float]]:
    """A fresh process that has made its first cut: milliseconds, and MB of its own."""
    process = subprocess.Popen(
        [sys.executable, SESSION, whose, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment(),
    )  # fmt: skip
    try:
        milliseconds, private = process.stdout.readline().split()
        yield float(milliseconds), float(private)
    finally:
        process.communicate()


def first_cut_rows(folder: Path, count: int) -> Iterator[Row]:
    """A session beside another that is open, the table and jieba's cache being there, as on any day but the first."""
    ours, its = [], []
    with ExitStack() as open_sessions:
        for whose in ("ours", "jieba"):
            with session(whose, folder):
                pass  # the first of all makes what the others read
            open_sessions.enter_context(session(whose, folder))
        for _ in range(count):
            for whose, samples in (("ours", ours), ("jieba", its)):
                with session(whose, folder) as measured:
                    samples.append(measured)
    (our_times, our_memory), (its_times, its_memory) = zip(*ours, strict=True), zip(*its, strict=True)
    yield Row("first cut of a session", Times([*our_times]), "stock jieba, its cache there", Times([*its_times]))
    yield Row("memory of its own", Times([*our_memory], unit=" MB"), "stock jieba", Times([*its_memory], unit=" MB"))


def cut_rows(folder: Path, count: int) -> Iterator[Row]:
    """A record of 500 characters cut for search by the same code, over the mapped table and over jieba's dict."""
    import jieba

    text = record(500).text
    stock, mapped = jieba.Tokenizer(), jieba_over(open_table(folder, "stock", tuple))
    stock.FREQ, stock.total = stock.gen_pfdict(stock.get_dict_file())
    stock.initialized = True
    ours, its = alternate(
        count, repeat(lambda: mapped.lcut_for_search(text)), repeat(lambda: stock.lcut_for_search(text))
    )
    yield Row("500 characters cut", ours, "stock jieba", its)
