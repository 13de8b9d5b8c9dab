"""What every engine of the dispatch queue must keep. A new engine joins by one line in ``ENGINES``."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from data.clock import SHANGHAI
from data.events import Event, new_id
from data.lifecycle import Kind, TransitionRefused
from data.queue import DispatchQueue, SequenceConflict
from data.sqlite_queue import SqliteQueue

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 10, 30, 0, 123456, tzinfo=SHANGHAI)
DAY = date(2026, 11, 24)

Open = Callable[[Path], DispatchQueue]


def sqlite(request: pytest.FixtureRequest) -> Iterator[Open]:
    """A file a folder."""
    yield lambda folder: SqliteQueue(folder / "queue.db")


def postgres(request: pytest.FixtureRequest) -> Iterator[Open]:
    """A database for the folder last asked for, as a login role that may do everything."""
    from tests.postgres import granted_url, opened

    databases = request.getfixturevalue("databases")
    admin = url = databases.fresh()
    now: Path | None = None

    def open_(folder: Path) -> DispatchQueue:
        nonlocal admin, url, now
        if folder != now:
            if now is not None:
                databases.give_back(admin)
                admin = databases.fresh()
            url, now = granted_url(admin), folder
        return opened(url)

    yield open_
    databases.give_back(admin)


ENGINES = {"sqlite": sqlite, "postgres": postgres}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open one more connection to the engine under test; all are closed at the end."""
    opened: list[DispatchQueue] = []

    def open_(folder: Path) -> DispatchQueue:
        opened.append(made(folder))
        return opened[-1]

    with contextmanager(ENGINES[request.param])(request) as made:
        yield open_
        for each in opened:
            each.close()


@pytest.fixture
def queue(engine: Open, tmp_path: Path) -> DispatchQueue:
    return engine(tmp_path)


def history(ticket_id: str, *kinds: Kind, first: int = 1, by: str = "8012") -> list[Event]:
    """Events of a ticket that follow one another."""
    due = {"dispatch": "2026-11-25T10:30:00+08:00", "sign": "1个工作日", "feedback": "7天", "basis": "自受理起24小时"}
    payload = {"number": f"20261124-{ticket_id}", "record": {"title": "停水\u0000😀𠮷"}, "due": due, "ticket_id": "b"}
    return [Event(new_id(), ticket_id, seq, kind, NOW, by, "5", payload) for seq, kind in enumerate(kinds, start=first)]


def read(queue: DispatchQueue) -> list[Event]:
    return [event for _, event in queue.read_after(0)]


def test_events_come_back_as_they_were_in_the_order_of_their_coming(queue: DispatchQueue) -> None:
    """You should see every field again, and positions that grow."""
    first, second = history("a", Kind.REGISTERED, Kind.SUBMITTED), history("b", Kind.REGISTERED)
    queue.append(first[:1])
    queue.append(second)
    queue.append(first[1:])
    positions = [position for position, _ in queue.read_after(0)]
    assert positions == sorted(set(positions))
    assert positions[0] > 0
    assert read(queue) == [first[0], *second, first[1]]


def test_a_queue_of_another_machine_tells_its_time(queue: DispatchQueue) -> None:
    """You should see an instant near this machine's, for the server of the tests is here; none where it is a file."""
    at = queue.clock()
    assert (at is None) == (queue.name == SqliteQueue.name)
    assert at is None or abs((at - datetime.now(SHANGHAI)).total_seconds()) < 60


def test_reading_goes_on_after_a_position(queue: DispatchQueue) -> None:
    """You should see each event once when reading in portions, and nothing at the end."""
    wanted = [event for ticket in "abcde" for event in history(ticket, Kind.REGISTERED, Kind.SUBMITTED)]
    for event in wanted:
        queue.append([event])
    seen: list[Event] = []
    position = 0
    while batch := queue.read_after(position, limit=3):
        assert len(batch) <= 3
        seen += [event for _, event in batch]
        position = batch[-1][0]
    assert seen == wanted
    assert queue.read_after(position) == []


def test_what_is_there_already_is_passed_over(queue: DispatchQueue) -> None:
    """You should see events sent again, alone or with new ones behind them, stand there once."""
    events = history("a", Kind.REGISTERED, Kind.AMENDED, Kind.SUBMITTED)
    queue.append(events[:2])
    queue.append(events[:2])
    queue.append(events[:1])
    queue.append(events)
    queue.append([])
    assert read(queue) == events


def test_a_step_that_another_desk_took_is_refused_with_all_that_it_did(queue: DispatchQueue) -> None:
    """You should see the other's events from the contested step on, and nothing of one's own added."""
    common = history("a", Kind.REGISTERED)
    theirs = history("a", Kind.AMENDED, Kind.CLASSIFIED, first=2, by="8013")
    ours = history("a", Kind.AMENDED, Kind.SUBMITTED, first=2)
    queue.append(common + theirs)
    with pytest.raises(SequenceConflict, match="第 2 步已由他人写入") as conflict:
        queue.append(common + ours)
    assert [each.event() for each in conflict.value.theirs] == theirs
    assert conflict.value.ticket_id == "a"
    assert read(queue) == common + theirs


def test_a_gap_is_refused(queue: DispatchQueue) -> None:
    """You should see steps whose forerunners never came refused, and told apart from another desk's step."""
    events = history("a", Kind.REGISTERED, Kind.AMENDED, Kind.SUBMITTED)
    for hole in (events[1:], [events[0], events[2]]):
        with pytest.raises(SequenceConflict, match="此前的步骤不在派单队列中") as conflict:
            queue.append(hole)
        assert conflict.value.theirs == []
    assert read(queue) == []


@pytest.mark.clause("5")
def test_a_step_that_appendix_a_does_not_draw_is_refused_whole(queue: DispatchQueue) -> None:
    """You should see none of the events before the faulty one either."""
    with pytest.raises(TransitionRefused):
        queue.append(history("a", Kind.REGISTERED, Kind.CLASSIFIED, Kind.SUBMITTED))
    with pytest.raises(TransitionRefused):
        queue.append(history("b", Kind.AMENDED))
    assert read(queue) == []
    queue.append(history("a", Kind.REGISTERED, Kind.SUBMITTED))


@pytest.mark.clause("5")
def test_a_step_whose_content_is_not_of_its_kind_is_refused(queue: DispatchQueue) -> None:
    """You should see a registration without its number, and a hand-on without its clocks, stopped at the door."""
    registered, submitted = history("a", Kind.REGISTERED, Kind.SUBMITTED)
    for faulty in (replace(registered, payload={}), replace(submitted, payload={"due": {"sign": 3}})):
        with pytest.raises(TransitionRefused, match="内容不完整或不合格式"):
            queue.append([registered, faulty] if faulty.seq == 2 else [faulty])
    assert read(queue) == []


def test_one_append_is_about_one_ticket(queue: DispatchQueue) -> None:
    """You should see a mixture refused: its order would mean nothing."""
    with pytest.raises(ValueError, match="one ticket"):
        queue.append([*history("a", Kind.REGISTERED), *history("b", Kind.AMENDED, first=2)])
    assert read(queue) == []


def test_several_tickets_are_sent_at_once_and_each_has_its_own_outcome(queue: DispatchQueue) -> None:
    """You should see a contested ticket and a faulty one told apart, with nothing of theirs added, and the rest taken."""
    there = history("contested", Kind.REGISTERED, Kind.AMENDED, by="8013")
    queue.append(there)
    fine, known = history("fine", Kind.REGISTERED, Kind.SUBMITTED), history("known", Kind.REGISTERED)
    queue.append(known)
    batches = [
        fine,
        history("contested", Kind.REGISTERED, Kind.SUBMITTED),
        [],
        history("faulty", Kind.REGISTERED, Kind.SIGNED),
        [*known, *history("known", Kind.SUBMITTED, first=2)],
        history("gap", Kind.SUBMITTED, first=2),
        known[:0],
    ]
    outcomes = queue.append_each(batches)
    assert [type(outcome) for outcome in outcomes] == [
        *(type(None), SequenceConflict, type(None), TransitionRefused, type(None), SequenceConflict, type(None)),
    ]
    assert isinstance(outcomes[1], SequenceConflict)
    assert [each.event() for each in outcomes[1].theirs] == there
    added = [event for event in read(queue) if event not in (*there, *known)]
    assert sorted(added, key=lambda event: (event.ticket_id, event.seq)) == [*fine, batches[4][1]]
    assert queue.append_each(batches[:1]) == [None]
    assert queue.append_each([]) == []


def test_a_ticket_stands_in_one_batch(queue: DispatchQueue) -> None:
    """You should see its events in two batches refused: which of them comes first would be anybody's guess."""
    first, second = history("a", Kind.REGISTERED, Kind.SUBMITTED)
    with pytest.raises(ValueError, match="one batch"):
        queue.append_each([[first], [second]])
    assert read(queue) == []


def test_what_cannot_be_read_is_handed_over_all_the_same(queue: DispatchQueue) -> None:
    """You should see an event as it stands, place and text, for whoever has to decide about it."""
    (event,) = history("a", Kind.REGISTERED)
    queue.append([event])
    (arrival,) = queue.arrivals_after(0)
    assert arrival[1:4] == ("a", 1, event.event_id)
    assert arrival.event() == event
    with pytest.raises(msgspec.DecodeError):
        arrival._replace(ticket_id="b").event()


def test_a_queue_is_known_again(queue: DispatchQueue, engine: Open, tmp_path: Path) -> None:
    """You should see one identity at every connection, and another one for another queue; who reminds is known."""
    assert queue.reminds is (queue.name == SqliteQueue.name)  # of a city's queue the centre's workers do
    assert queue.identity() == engine(tmp_path).identity() != ""
    other = tmp_path / "other"
    other.mkdir()
    mine = queue.identity()
    assert engine(other).identity() != mine


def test_a_reader_is_woken_by_what_comes(queue: DispatchQueue, engine: Open, tmp_path: Path) -> None:
    """You should see the first wait end at once (nothing was read yet), then only once another desk has written."""
    other = engine(tmp_path)
    assert queue.wait(60)
    assert read(queue) == []
    assert not queue.wait(0.05)
    writer = threading.Timer(0.2, other.append, (history("a", Kind.REGISTERED),))
    writer.start()
    assert queue.wait(60)
    writer.join()
    assert len(read(queue)) == 1
    assert not queue.wait(0)


def test_what_one_desk_appends_another_reads(queue: DispatchQueue, engine: Open, tmp_path: Path) -> None:
    """You should see it through a second connection, and a conflict between the two found."""
    other = engine(tmp_path)
    events = history("a", Kind.REGISTERED)
    queue.append(events)
    assert read(other) == events
    other.append(history("a", Kind.CLASSIFIED, first=2))
    with pytest.raises(SequenceConflict):
        queue.append(history("a", Kind.SUBMITTED, first=2))


@pytest.mark.clause("5.1.4.1b")
def test_serials_are_reserved_once(queue: DispatchQueue, engine: Open, tmp_path: Path) -> None:
    """You should see ranges that follow one another, per day, whoever asks."""
    other = engine(tmp_path)
    assert queue.reserve_numbers(DAY, 3) == range(1, 4)
    assert other.reserve_numbers(DAY, 1) == range(4, 5)
    assert queue.reserve_numbers(date(2026, 11, 25), 2) == range(1, 3)
    assert queue.reserve_numbers(DAY, 5) == range(5, 10)


@pytest.mark.parametrize("count", [0, -3])
def test_no_serials_cannot_be_reserved(queue: DispatchQueue, count: int) -> None:
    """You should see it refused: a negative count would give serials a second time."""
    queue.reserve_numbers(DAY, 5)
    with pytest.raises(ValueError, match="cannot reserve"):
        queue.reserve_numbers(DAY, count)
    assert queue.reserve_numbers(DAY, 1) == range(6, 7)


RESERVE = """
import json, sys, time
from datetime import date
from pathlib import Path
from data.sqlite_queue import SqliteQueue
queue = SqliteQueue(Path(sys.argv[1]))
time.sleep(max(0, float(sys.argv[2]) - time.time()))
print(json.dumps([n for size in (1, 7, 3) * 8 for n in queue.reserve_numbers(date(2026, 11, 24), size)]))
"""


@pytest.mark.clause("5.1.4.1b")
def test_processes_that_reserve_at_once_get_each_serial_once(tmp_path: Path) -> None:
    """You should see no serial twice and none lost. (The embedded engine; a server's has its own clients.)"""
    start = time.time() + 0.5
    children = [
        subprocess.Popen(
            [sys.executable, "-c", RESERVE, str(tmp_path / "queue.db"), str(start)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(4)
    ]
    given_out = [serial for process in children for serial in json.loads(process.communicate()[0])]
    assert sorted(given_out) == list(range(1, 4 * 88 + 1))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(0, 4)), max_size=15))
def test_any_sequence_of_sends_leaves_one_dense_history(
    engine: Open, tmp_path_factory: pytest.TempPathFactory, sends: list[tuple[int, int, int]]
) -> None:
    """You should see two desks that send any parts of contradicting histories leave 1, 2, 3 … of one of them each."""
    queue = engine(tmp_path_factory.mktemp("queue"))
    kinds = (Kind.REGISTERED, Kind.AMENDED, Kind.AMENDED, Kind.SUBMITTED, Kind.REPEATED)
    desks = [history("a", *kinds), history("a", *kinds, by="8013")]
    accepted: list[Event] = []
    for desk, start, length in sends:
        part = desks[desk][start : start + length]
        try:
            queue.append(part)
        except SequenceConflict:
            assert any(event not in accepted for event in part)
        else:
            accepted += [event for event in part if event not in accepted]
        assert read(queue) == accepted
    assert [event.seq for event in accepted] == list(range(1, len(accepted) + 1))
