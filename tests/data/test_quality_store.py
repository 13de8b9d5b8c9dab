"""Assessments and findings in the store: added to, never changed."""

import sqlite3
from datetime import datetime, timedelta

import pytest

from data.clock import SHANGHAI
from data.quality import ASSESSMENT, Done, Member, QualityConflict, QualityStore, Run, Step

AT = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
RUN = Run("r1", AT, "5001", {"rate": 0.5}, 2, 1, "d")
FRAME = [Member("t1", "c1", "8007", ("urgent", "short"), "risk"), Member("", "c2", "8007")]


def test_a_sample_is_kept_with_its_frame_and_an_assessment_for_each_draw(connection: sqlite3.Connection) -> None:
    """You should see the rule, every member with its reasons, and nothing drawn a second time."""
    store = QualityStore(connection)
    (stream,) = store.keep(RUN, FRAME, [{"ticket_id": "t1"}])
    assert store.runs() == [RUN]
    assert store.members("r1") == [FRAME[1], FRAME[0]]
    assert store.drawn_before() == {"t1"}
    assert store.stream(stream) == [Step(stream, 1, Done.DRAWN, AT, "5001", {"ticket_id": "t1"})]
    assert [[step.kind for step in steps] for steps in store.streams(ASSESSMENT)] == [[Done.DRAWN]]


def test_two_people_cannot_do_the_same_step(connection: sqlite3.Connection) -> None:
    """You should see the second told, and the first's act kept."""
    store = QualityStore(connection)
    (stream,) = store.keep(RUN, FRAME, [{}])
    store.add(ASSESSMENT, Step(stream, 2, Done.REVIEWED, AT, "5001", {"note": "一"}))
    with pytest.raises(QualityConflict, match="F2"):
        store.add(ASSESSMENT, Step(stream, 2, Done.REVIEWED, AT, "5002", {"note": "二"}))
    assert store.stream(stream)[1].by == "5001"


@pytest.mark.parametrize("table", ["quality_runs", "quality_frames", "quality_steps", "quality_teams"])
def test_nothing_that_was_written_can_be_changed_or_deleted(connection: sqlite3.Connection, table: str) -> None:
    """You should see the store itself refuse, whoever asks."""
    store = QualityStore(connection)
    store.keep(RUN, FRAME, [{}])
    store.set_team("8007", "一班", "7001", AT)
    column = "agent_no" if table in ("quality_frames", "quality_teams") else "by"
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(f"UPDATE {table} SET {column} = 'x'")
    with pytest.raises(sqlite3.IntegrityError, match="only added"):
        connection.execute(f"DELETE FROM {table}")


def test_the_team_of_an_agent_is_the_last_that_was_noted(connection: sqlite3.Connection) -> None:
    """You should see where the agent is now, both moves standing behind it."""
    store = QualityStore(connection)
    for days, team in enumerate(("一班", "二班")):
        store.set_team("8007", team, "7001", AT + timedelta(days=days))
    assert store.teams() == {"8007": "二班"}
