"""The benchmark's table; its figures are nobody's business here."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the benchmark as the README says."""
    return subprocess.run([sys.executable, "-m", "tests.bench", *arguments], cwd=ROOT, capture_output=True, text=True)


def test_each_figure_stands_beside_a_named_peer() -> None:
    """You should see, under the machine's line, a head and rows of seven cells, none of them empty."""
    run = bench("--tiny", "draft", "ticket", "cut")
    assert run.returncode == 0, run.stderr
    machine, head, rule, *rows = run.stdout.splitlines()
    assert "cores" in machine
    assert head.startswith("what ")
    starts = [0, *(at + 2 for at in range(len(rule)) if rule[at : at + 2] == "  ")]
    assert len(starts) == 7
    assert len(rows) == 4
    for row in rows:
        cells = [row[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        assert all(cells), row
        assert float(cells[1].split()[0].removesuffix("/s").replace(",", "")) > 0
        assert cells[-1].endswith("x")


def test_a_row_that_is_not_there_is_refused() -> None:
    """You should see which rows there are."""
    run = bench("nothing")
    assert run.returncode == 2
    assert "processes" in run.stderr
