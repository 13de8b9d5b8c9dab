"""Calls: kept whether or not they became tickets, with one rating each."""

import sqlite3
from datetime import datetime, timedelta

import msgspec
import pytest

from data.calls import Call, CallStore, Hold, PhraseStamp
from data.clock import SHANGHAI

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)


@pytest.fixture
def calls(connection: sqlite3.Connection) -> CallStore:
    return CallStore(connection)


def call(call_id: str = "c-1", caller: str = "13800138000", after: float = 0, **fields: object) -> Call:
    return msgspec.structs.replace(Call(call_id, caller, NOW + timedelta(seconds=after)), **fields)


@pytest.mark.clause("5.1.3.2")
def test_a_call_comes_back_whole(calls: CallStore) -> None:
    """You should see ring, answer, holds, phrases and keys again, and the call as it was saved last."""
    made = call(
        agent_no="8012",
        queued_at=NOW - timedelta(seconds=9),
        answered_at=NOW + timedelta(seconds=4),
        holds=[Hold(NOW + timedelta(seconds=60), NOW + timedelta(seconds=95)), Hold(NOW + timedelta(seconds=99))],
        phrases=[PhraseStamp("B.1.2.1", NOW + timedelta(seconds=5), True, "您好，请问您需要什么帮助？")],
        digits="1*",
    )
    calls.save(call())
    calls.save(made)
    assert calls.get("c-1") == made
    assert calls.get("c-2") is None


@pytest.mark.clause("5.1.3.2")
def test_ring_and_answer_times_of_a_span_are_listed(calls: CallStore) -> None:
    """You should see every call that rang since, answered or not, for the connect rate."""
    calls.save(call("old", after=-3600))
    calls.save(call("missed"))
    calls.save(call("answered", after=5, answered_at=NOW + timedelta(seconds=11)))
    listed = sorted(calls.rung_since(NOW), key=lambda pair: pair[0])
    assert listed == [(NOW, None), (NOW + timedelta(seconds=5), NOW + timedelta(seconds=11))]


def test_a_number_shows_its_earlier_calls(calls: CallStore) -> None:
    """You should see newest first, under every spelling, and nothing for a withheld number."""
    calls.save(call("c-1"))
    calls.save(call("c-2", "+86 138-0013-8000", after=60))
    calls.save(call("c-3", "", after=70))
    calls.save(call("c-4", "13900139000", after=80))
    assert [one.id for one in calls.of_phone("13800138000")] == ["c-2", "c-1"]
    assert [one.id for one in calls.of_phone("13800138000", limit=1)] == ["c-2"]
    assert calls.of_phone("") == []


@pytest.mark.clause("5.3.3")
def test_a_call_is_rated_once(calls: CallStore, connection: sqlite3.Connection) -> None:
    """You should see one row and the first rating, however often the call is saved afterwards, by whomever."""
    calls.save(call(rating_prompted_at=NOW))
    calls.save(call(rating=2))
    calls.save(call(rating=5))
    CallStore(connection).save(call(rating=None, ticket_ids=["t-1", "t-2"]))
    kept = calls.get("c-1")
    assert kept is not None
    assert (kept.rating, kept.ticket_ids) == (2, ["t-1", "t-2"])
    assert connection.execute("SELECT count(*) FROM calls").fetchone()[0] == 1


@pytest.mark.clause("5.3.1")
def test_a_call_has_no_rating_of_its_own_accord(calls: CallStore) -> None:
    """You should see none until the caller gave one, also after the prompt and the end of the call."""
    calls.save(call(rating_prompted_at=NOW, ended_at=NOW + timedelta(seconds=90), ended_by="claimant"))
    kept = calls.get("c-1")
    assert kept is not None
    assert kept.rating is None


@pytest.mark.clause("5.3.2")
@pytest.mark.parametrize("grade", [1, 2, 3, 4, 5])
def test_each_of_the_five_grades_is_kept(calls: CallStore, grade: int) -> None:
    """You should see the grade that was given, from 1 非常满意 to 5 非常不满意."""
    calls.save(call(rating=grade))
    kept = calls.get("c-1")
    assert kept is not None
    assert kept.rating == grade


@pytest.mark.clause("5.3.2")
@pytest.mark.parametrize("grade", [0, 6, -1])
def test_there_is_no_sixth_grade(calls: CallStore, grade: int) -> None:
    """You should see a rating outside the five refused, and the call kept as it was."""
    calls.save(call())
    with pytest.raises(ValueError, match="五档"):
        calls.save(call(rating=grade))
    assert calls.get("c-1") == call()
