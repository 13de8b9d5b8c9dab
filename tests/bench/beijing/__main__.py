"""``python -m tests.bench.beijing [morning|staircase]``: the peak of an ordinary day, and how much more the engine bears.

``morning`` runs the hours from 8:30 to 11:30 so compressed that the two of the peak take ``--minutes`` (5); ``staircase`` sends
ever more requests a second. Both on PostgreSQL and on the embedded SQLite queue unless one is named. Nothing is
asserted of the figures; that nothing is lost or doubled and every clock is right is checked, and ends the run if not.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import psycopg

from console.house import House
from data.clock import SystemClock
from data.home import Home
from data.sqlite_queue import SqliteQueue
from kb.starters import starter_articles
from tests.bench.beijing.post import ARTICLE, Plan
from tests.bench.beijing.report import Sample, checked, printed
from tests.bench.measure import machine
from tests.postgres import Databases, Server, granted_url

ROOT = Path(__file__).parents[3]
UNITS = ["望京街道办事处", "东湖街道办事处"]  # two credentials, two installations: the others differ in name only
SEAT_HOMES = 2  # terminal servers that the seats share
HOUR = 3600.0
LEAD = 1.0  # seconds from when all are at their posts until the day begins
STEPS = [10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0]  # requests a second
LENGTH = 20.0  # seconds that each step of the staircase holds
PATIENCE = 300.0  # seconds for what is left once no request comes any more


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.beijing", description=__doc__)
    parser.add_argument("run", nargs="?", choices=["morning", "staircase"], default="morning")
    parser.add_argument("--engine", choices=["postgres", "sqlite"], help="one of the two; both unless named")
    parser.add_argument("--minutes", type=float, default=5.0, help="what the peak's two hours take")
    parser.add_argument("--steps", type=float, nargs="+", default=STEPS, help="requests a second of the staircase")
    parser.add_argument("--length", type=float, default=LENGTH, help="seconds that each step holds")
    asked = parser.parse_args()
    print(machine())
    for engine in [asked.engine] if asked.engine else ["postgres", "sqlite"]:
        with tempfile.TemporaryDirectory(prefix="hotline-day-") as folder, queue(engine, Path(folder)) as homes:
            factor = 1.0 if asked.run == "staircase" else 2 * HOUR / (asked.minutes * 60)
            told = Plan("", "", "", 0.0, 8.5 * HOUR, 11.5 * HOUR, factor, seed=20261127)
            if asked.run == "staircase":
                told = msgspec.structs.replace(told, begin=0.0, end=len(asked.steps) * asked.length)
                told = msgspec.structs.replace(told, steps=asked.steps, length=asked.length)
            run(engine, told, homes, Path(folder))


@contextmanager
def queue(engine: str, folder: Path) -> Iterator[dict[str, Path]]:
    """Make the installations, by the name of their post, on one queue of this engine."""
    names = [*(f"seats-{number}" for number in range(SEAT_HOMES)), "dispatch", *UNITS]
    homes = {name: folder / name for name in names}
    for name, home in homes.items():
        home.mkdir()
        if "seats" in name:
            house = House(home, SystemClock())
            house.kb.import_articles([each for each in starter_articles() if each.id == ARTICLE], by="system")
            house.close()
    with ExitStack() as stack:
        if engine == "sqlite":
            SqliteQueue(folder / "queue.db").close()
            for home in homes.values():
                Home(home).queue.symlink_to(folder / "queue.db")
        else:
            server = Server()
            stack.callback(server.close)
            url = Databases(server.url).fresh()
            for name, home in homes.items():
                kind, units = ("unit", [name]) if name in UNITS else ("seat" if "seats" in name else "centre", [])
                (home / "settings.toml").write_text(f'queue = "{granted_url(url, kind, name, units)}"\n')
        yield homes


def run(engine: str, told: Plan, homes: dict[str, Path], folder: Path) -> None:
    """Let all posts work, watch them, wait until every request is answered, and print what was measured."""
    told.start = time.time()  # until all are ready the clocks show the begin of the day, more or less
    processes: dict[str, subprocess.Popen[str]] = {}
    logs = {name: folder / f"{name}.log" for name in homes}
    for number, (name, home) in enumerate(homes.items()):
        work = "unit" if name in UNITS else name.split("-")[0]
        own = {"work": work, "home": str(home), "log": str(logs[name])}
        share = (number, SEAT_HOMES) if work == "seats" else (0, 1)
        plan = msgspec.structs.replace(told, **own, share=share, units=[name] if work == "unit" else UNITS)
        processes[name] = start(plan)
    try:
        for process in processes.values():
            process.stdout.readline()  # type: ignore[union-attr]  # a pipe
        told.start = time.time() + LEAD
        for process in processes.values():
            print(told.start, file=process.stdin, flush=True)
        samples = watch(told, homes, logs, processes)
    finally:
        for process in processes.values():
            if process.stdin:
                process.stdin.close()
        for process in processes.values():
            process.wait(60)
    for name, process in processes.items():
        error = process.stderr.read() if process.stderr else ""
        if process.returncode or error:
            sys.exit(f"{name} failed ({process.returncode}):\n{error}")
    at = folder / "queue.db" if engine == "sqlite" else queue_url(homes["dispatch"])
    print(printed(engine, told, samples, logs, checked(told, homes, at, logs), size_of(at)))


def start(plan: Plan) -> "subprocess.Popen[str]":
    """Start the process of one post."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.bench.beijing.post", msgspec.json.encode(plan).decode()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, cwd=ROOT, env=environment, **pipes)


def watch(
    told: Plan, homes: dict[str, Path], logs: dict[str, Path], processes: "dict[str, subprocess.Popen[str]]"
) -> list[Sample]:
    """Look once a second until all that was to come has come and is answered."""
    every = told.requests()
    samples: list[Sample] = []
    last = told.start + (told.end - told.begin) / told.factor
    while True:
        time.sleep(1)
        sample = Sample.taken(homes, logs, processes)
        samples.append(sample)
        if any(process.poll() is not None for process in processes.values()):
            return samples  # its error is told by whoever waits for it
        done = sample.saved + sample.answered == len(every) and sample.came == sample.saved and not sample.waiting
        if done or time.time() > last + PATIENCE:
            time.sleep(2)  # the last answers
            return samples


def size_of(at: Path | str) -> int:
    """Bytes that a queue takes on disk, with its indexes."""
    if isinstance(at, Path):
        return at.stat().st_size
    with psycopg.connect(at) as link:
        (size,) = link.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'hotline'::regnamespace"
        ).fetchone() or (0,)
    return int(size)


def queue_url(home: Path) -> str:
    """The URL that an installation uses."""
    return str(msgspec.toml.decode((home / "settings.toml").read_bytes())["queue"])


if __name__ == "__main__":
    main()
