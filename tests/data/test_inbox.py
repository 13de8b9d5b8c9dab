"""The acceptance inbox: nothing twice, the dangerous and the oldest first, one agent each."""

import sqlite3
from datetime import datetime, timedelta

import pytest

from data.clock import FixedClock
from data.db import StorageError
from data.inbox import Inbox, Submission
from data.record import Record


@pytest.fixture
def inbox(connection: sqlite3.Connection) -> Inbox:
    return Inbox(connection)


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now()


def submission(key: str, at: datetime, urgency: int = 0, title: str = "路灯不亮") -> Submission:
    return Submission(key, at, Record(source="微信公众号", title=title), urgency, "微信")


@pytest.mark.clause("5.1.3.2")
def test_the_urgent_then_those_with_least_time_left_come_first(inbox: Inbox, now: datetime) -> None:
    """You should see a gas leak before older ordinary matters, and among equals the oldest first."""
    made = [
        submission("new", now),
        submission("old", now - timedelta(minutes=110)),
        submission("gas", now - timedelta(minutes=1), urgency=2),
        submission("water", now - timedelta(minutes=2), urgency=1),
        submission("fire", now - timedelta(minutes=5), urgency=2),
    ]
    inbox.add(made, now)
    assert [one.key for one in inbox.waiting()] == ["fire", "gas", "water", "old", "new"]
    assert [one.key for one in inbox.waiting(limit=2, offset=1)] == ["gas", "water"]
    assert inbox.count_waiting() == 5


def test_the_same_submission_is_taken_in_once(inbox: Inbox, now: datetime) -> None:
    """You should see nothing added the second time, nor within one file, and the first content kept."""
    assert inbox.add([submission("a", now), submission("b", now), submission("a", now, title="又一次")], now) == 2
    assert inbox.add([submission("a", now, title="改过"), submission("b", now)], now) == 0
    assert inbox.known(["a", "b", "c"]) == {"a", "b"}
    kept = inbox.get("a")
    assert kept is not None
    assert kept.record.title == "路灯不亮"


def test_an_import_is_whole_or_nothing(inbox: Inbox, now: datetime, connection: sqlite3.Connection) -> None:
    """You should see no half import when one cannot be written or the disk is full."""
    naive = submission("b", now.replace(tzinfo=None))
    with pytest.raises(ValueError, match="没有时区"):
        inbox.add([submission("a", now), naive], now)
    assert inbox.count_waiting() == 0
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StorageError, match="磁盘已满"):
        inbox.add([submission(f"{number}", now, title="长" * 5000) for number in range(50)], now)
    assert inbox.count_waiting() == 0


def test_strange_text_is_taken_in(inbox: Inbox, now: datetime) -> None:
    """You should see half a surrogate pair become U+FFFD and everything else stay."""
    inbox.add([submission("a", now, title="停\ud842水\x00😀𠮷\u202e")], now)
    (kept,) = inbox.waiting()
    assert kept.record.title == "停\ufffd水\x00😀𠮷\u202e"


@pytest.mark.clause("5.1.3.2")
def test_one_agent_accepts_a_submission(inbox: Inbox, now: datetime) -> None:
    """You should see who accepted it and when, another agent refused, and the same agent go on with it."""
    inbox.add([submission("a", now)], now)
    taken = inbox.take("a", "8012", now)
    assert taken is not None
    assert (taken.taken_by, taken.taken_at) == ("8012", now)
    assert inbox.take("a", "8013", now) is None
    again = inbox.take("a", "8012", now + timedelta(minutes=5))
    assert again is not None
    assert again.taken_at == now
    assert inbox.take("none", "8012", now) is None


@pytest.mark.clause("5.1.3.2")
def test_a_submission_given_back_is_accepted_when_the_next_agent_takes_it(inbox: Inbox, now: datetime) -> None:
    """You should see it wait again as if never accepted, and the clock stop at the real acceptance only."""
    inbox.add([submission("a", now)], now)
    inbox.take("a", "8012", now)
    inbox.give_back("a")
    (waiting,) = inbox.waiting()
    assert (waiting.taken_by, waiting.taken_at) == ("", None)
    later = now + timedelta(minutes=90)
    taken = inbox.take("a", "8013", later)
    assert taken is not None
    assert (taken.taken_by, taken.taken_at) == ("8013", later)


def test_what_became_a_ticket_waits_no_more(inbox: Inbox, now: datetime) -> None:
    """You should see the ticket on the submission, and nobody able to take it or give it back."""
    inbox.add([submission("a", now)], now)
    inbox.take("a", "8012", now)
    inbox.finish("a", "t-1")
    assert inbox.waiting() == []
    assert inbox.count_waiting() == 0
    assert inbox.take("a", "8012", now) is None
    inbox.give_back("a")
    kept = inbox.get("a")
    assert kept is not None
    assert (kept.ticket_id, kept.taken_by) == ("t-1", "8012")
    assert inbox.add([submission("a", now)], now) == 0
