"""Taking times and printing them: every figure stands beside a named peer or floor that ran in the same minutes."""

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

HEAD = ("what", "ours p50", "p95", "beside", "its p50", "p95", "ours / its")

ROOT = Path(__file__).parents[2]

Work = Callable[[], object]


def environment(**more: str) -> dict[str, str]:
    """In what a process runs whose start is measured: with nothing compiled it would be another figure."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


class Times(NamedTuple):
    """Milliseconds of one kind of work, or, for ``per_second``, how much of it was done each second.

    Of anything else ``unit`` says what it is.
    """

    samples: list[float]
    per_second: bool = False
    unit: str = ""

    @property
    def middle(self) -> float:
        """The median."""
        return statistics.median(self.samples)

    @property
    def late(self) -> float:
        """The 95th percentile; of a rate, the lowest 5 %."""
        ordered = sorted(self.samples, reverse=self.per_second)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]


class Row(NamedTuple):
    """One line of the table."""

    what: str
    ours: Times
    beside: str
    its: Times

    def cells(self) -> tuple[str, ...]:
        """The line as text, in the order of `HEAD`."""
        ratio = self.ours.middle / self.its.middle
        digits = 1 if ratio >= 0.1 else 3
        return (self.what, *_two(self.ours), self.beside, *_two(self.its), f"{ratio:.{digits}f}x")


def alternate(count: int, *works: Iterable[Work]) -> list[Times]:
    """Time ``count`` pieces of each kind of work, by turns, so that a slow moment of the machine falls on all.

    One more round goes before, untimed: what is compiled and read once is not what a person waits for at each key.
    """
    turns = [iter(work) for work in works]
    times: list[list[float]] = [[] for _ in turns]
    for round_ in range(count + 1):
        for turn, samples in zip(turns, times, strict=True):
            work = next(turn)
            begin = time.perf_counter()
            work()
            if round_:
                samples.append((time.perf_counter() - begin) * 1000)
    return [Times(samples) for samples in times]


def table(rows: Iterable[Row]) -> str:
    """Lay rows out in columns; times in milliseconds unless the cell says otherwise."""
    cells = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    named = (0, 3)
    lines = [
        "  ".join(
            text.ljust(width) if column in named else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def machine() -> str:
    """Say on what the figures were taken."""
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, Textual {version('textual')}; times in ms"
    )


def _two(times: Times) -> tuple[str, str]:
    unit = "/s" if times.per_second else times.unit
    return f"{_number(times.middle)}{unit}", f"{_number(times.late)}{unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
