"""What was measured of a simulated day, and that nothing is lost, doubled, out of order or due at a wrong time."""

import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, Self

import psutil

from data.db import connect
from data.events import Event, fold_all
from data.home import Home
from data.lifecycle import Kind, State
from data.personal import seal
from data.tickets import TicketStore
from tests.bench.beijing.post import Plan
from tests.console.test_clocks_property import reckoned
from tests.faults.conftest import dense
from tests.queues import queue_of

MEBI = 1024 * 1024
A_MOMENT = timedelta(seconds=10)  # of the day: the clocks are reckoned just before the step is written


class Sample(NamedTuple):
    """One look at the running posts."""

    at: float
    saved: int
    answered: int
    came: int
    waiting: int  # events that wait to be sent, of all installations
    memory: dict[str, float]  # MiB, private to each process
    processor: float  # seconds of all cores used so far, by whatever ran

    @classmethod
    def taken(
        cls, homes: dict[str, Path], logs: dict[str, Path], processes: "dict[str, subprocess.Popen[str]]"
    ) -> Self:
        """Look now."""
        counts = Counter(line.split()[0] for log in logs.values() if log.exists() for line in log.open())
        waiting = 0
        for home in homes.values():
            if Home(home).store.exists():
                with closing(connect(Home(home).store, read_only=True)) as opened:
                    tables = opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone()
                    waiting += opened.execute("SELECT count(*) FROM outbox").fetchone()[0] if tables else 0
        memory = {
            name: psutil.Process(process.pid).memory_full_info().uss / MEBI
            for name, process in processes.items()
            if process.poll() is None
        }
        if server := [each for each in psutil.process_iter(["name"]) if each.info["name"] == "postgres"]:
            memory["server"] = sum(_private(each) for each in server) / MEBI
        spent = psutil.cpu_times()
        used = spent.user + spent.system + spent.nice
        return cls(time.time(), counts["saved"], counts["answered"], counts["came"], waiting, memory, used)


def _private(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except psutil.NoSuchProcess:  # a connection that was closed meanwhile
        return 0


class Noted(NamedTuple):
    """One line of a post's log."""

    what: str
    ticket: str
    at: float
    took: float  # milliseconds


def noted(logs: dict[str, Path]) -> list[Noted]:
    """All lines of all logs."""
    rows = (line.split() for log in logs.values() for line in log.open())
    return [Noted(what, ticket, float(at), float(took)) for what, ticket, at, took in rows]


def checked(told: Plan, homes: dict[str, Path], at: Path | str, logs: dict[str, Path]) -> int:
    """Compare every installation with the queue and every clock with an independent reckoning; returns the events.

    Raises:
        AssertionError: something is lost, doubled, out of order, unanswered or due at a wrong time.
    """
    with closing(queue_of(at)) as queue:
        there = [event for _, event in queue.read_after(0, 10_000_000)]
    history: dict[str, list[Event]] = defaultdict(list)
    for event in there:
        history[event.ticket_id].append(event)
    assert dense(there)
    rows = noted(logs)
    made = {row.ticket for row in rows if row.what in ("saved", "answered")}
    assert made == set(history), "a ticket that a seat saved is not in the queue, or one is there that none saved"
    assert len(made) == len(told.requests())
    for ticket_id, events in history.items():
        _right(ticket_id, events)
    for name, home in homes.items():
        with closing(connect(Home(home).store)) as opened:
            store = TicketStore(opened)
            tickets = {ticket.id: ticket for ticket in store.every()}
            if "seats" in name or name == "dispatch":
                assert set(tickets) == made, name
            for ticket in tickets.values():
                assert [seal(each) for each in store.events(ticket.id)] == [seal(each) for each in history[ticket.id]]
            assert opened.execute("SELECT count(*) FROM outbox").fetchone()[0] == 0
            assert opened.execute("SELECT count(*) FROM held").fetchone()[0] == 0
    return len(there)


def _right(ticket_id: str, events: Sequence[Event]) -> None:
    """One ticket came to its end, and was due when the printed hours say."""
    ticket = fold_all(events)
    assert ticket is not None
    if ticket.state is State.ANSWERED:
        return
    assert ticket.state in (State.FED_BACK, State.TO_CALL_BACK), (ticket_id, ticket.state)
    accepted = next(event.at for event in events if event.kind is Kind.SUBMITTED)
    dispatched = next(event.at for event in events if event.kind is Kind.DISPATCHED)
    due, sign, feedback = reckoned(set(ticket.record.urgency_kinds), accepted, dispatched, False, False, None)
    held = ticket.handling.now_with
    assert ticket.due is not None
    assert held is not None
    for is_due, reckoned_due in ((ticket.due.dispatch, due), (held.sign_due, sign), (held.feedback_due, feedback)):
        assert abs(is_due - reckoned_due) < A_MOMENT, (ticket_id, is_due, reckoned_due)


def share(values: Sequence[float], part: float) -> float:
    """The value below which this part of all values is."""
    ordered = sorted(values) or [float("nan")]
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def printed(engine: str, told: Plan, samples: Sequence[Sample], logs: dict[str, Path], events: int, size: int) -> str:
    """The figures of a run, a line each; ``size`` is that of the queue in bytes."""
    rows = noted(logs)
    by_what: dict[str, dict[str, Noted]] = defaultdict(dict)
    for row in rows:
        by_what[row.what][row.ticket] = row
    took = [row.took for row in rows if row.what in ("saved", "answered")]
    first, last = min(row.at for row in rows), max(row.at for row in rows)
    used = (samples[-1].processor - samples[0].processor) / (samples[-1].at - samples[0].at)
    peak = {name: max(sample.memory.get(name, 0) for sample in samples) for name in samples[-1].memory}
    lines = [
        f"== {engine} · {len(took):,} requests, {events:,} events in {last - first:.0f} s",
        f"   events a second: {events / (last - first):.0f} on the whole",
        f"   a seat's save: p50 {share(took, 0.5):.1f} ms, p99 {share(took, 0.99):.1f} ms",
        f"   waiting to be sent: most {max(sample.waiting for sample in samples)} tickets",
        f"   the machine's cores: {used:.2f} of {psutil.cpu_count()} busy on the whole, whatever else ran with it",
        f"   the queue on disk: {size / events:,.0f} bytes an event",
        "   private memory: " + ", ".join(f"{name} {most:.0f} MiB" for name, most in peak.items()),
        "   nothing lost, nothing doubled, each ticket in order and answered, every clock right",
    ]
    parts = (
        [(f"{rate:g}/s", at * told.length, (at + 1) * told.length) for at, rate in enumerate(told.steps)]
        if told.steps
        else [("8:30-9:00", 30600, 32400), ("9:00-11:00", 32400, 39600), ("11:00-11:30", 39600, 41400)]
    )
    lines.append("   part        requests/s  events/s  seat to unit p50     p99     unsent at its end")
    for name, begin, end in parts:
        since, until = (told.start + (at - told.begin) / told.factor for at in (begin, end))
        saved = [row for row in rows if row.what in ("saved", "answered") and since <= row.at < until]
        seen = [
            by_what["came"][row.ticket].at - row.at
            for row in saved
            if row.what == "saved" and row.ticket in by_what["came"]
        ]
        after = [sample.waiting for sample in samples if sample.at >= until][:1]
        steps = events * len(saved) / len(took)
        lines.append(
            f"   {name:<12}{len(saved) / (until - since):>9.1f}{steps / (until - since):>10.0f}"
            f"{share(seen, 0.5):>15.2f} s{share(seen, 0.99):>8.2f} s{after[0] if after else 0:>12}"
        )
    return "\n".join(lines)
