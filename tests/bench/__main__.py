"""``python -m tests.bench [--tiny] [ROW…]``: one table, each figure beside a named peer or floor.

Nothing here is asserted: figures of one machine say little of another, the last column says more. ``--tiny`` tries
the form only.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import screens  # noqa: F401  # the environment that Textual reads when it is imported
from tests.bench import city, cutting, finished, glass, line, store, words
from tests.bench.measure import Row, machine, table

ROWS: dict[str, tuple[Callable[..., Iterable[Row]], int, int]] = {  # how many times, and for --tiny
    "start": (glass.start_rows, 15, 1),
    "key": (glass.key_rows, 40, 2),
    "find": (glass.find_rows, 40, 2),
    "draft": (store.draft_rows, 500, 3),
    "judge": (words.judge_rows, 300, 3),
    "ticket": (store.ticket_rows, 500, 3),
    "first-cut": (cutting.first_cut_rows, 11, 1),
    "cut": (cutting.cut_rows, 300, 3),
    "search": (words.search_rows, 1000, 10),
    "city-1k": (partial(city.city_rows, sizes=(1_000,)), 200, 2),
    "city-10k": (partial(city.city_rows, sizes=(10_000,)), 200, 2),
    "city-100k": (partial(city.city_rows, sizes=(100_000,)), 200, 2),
    "city-200k": (partial(city.city_rows, sizes=(200_000,)), 200, 2),
    "sample-100k": (finished.sample_rows, 3, 1),
    "page": (partial(store.page_rows, many=10_000), 100, 3),
    "queue": (line.queue_rows, 200, 2),
    "processes": (partial(store.process_rows, each=20), 5, 1),
}

# Only when named: cutting 200,000 articles for five engines takes long, and so does making 100,000 requests.
LONG = {"city-10k", "city-100k", "city-200k", "sample-100k"}


def main() -> None:
    """Measure what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all but the long ones unless named"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep there what is built, and build nothing that is there already"
    )
    parser.add_argument("--tiny", action="store_true", help="a few rounds only: the figures mean nothing")
    asked = parser.parse_args()
    unknown = set(asked.rows) - set(ROWS)
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}; choose of {', '.join(ROWS)}")
    rows: list[Row] = []
    for name in asked.rows or [name for name in ROWS if name not in LONG]:
        measure, often, tiny = ROWS[name]
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            kept = asked.keep if asked.keep and name.startswith("city-") else Path(folder)
            rows += measure(kept, tiny if asked.tiny else often)
    print(machine())
    print(table(rows))


if __name__ == "__main__":
    main()
