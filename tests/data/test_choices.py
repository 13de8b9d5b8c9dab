"""Earlier tickets found again by the marks that they share."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from data.choices import MARKS, Choice, Choices
from data.db import StorageError


def test_the_most_alike_comes_first_and_strangers_not_at_all(tmp_path: Path) -> None:
    """You should see tickets by the share of their marks in common, none below the least."""
    choices = Choices(tmp_path / "c.db")
    assert choices.near([1, 2], least=0.1) == []
    assert (
        choices.learn([(Choice("甲", "u1"), [1, 2, 3, 4]), (Choice("乙", "u2"), [1, 2, 9, 8]), (Choice("丙"), [])]) == 3
    )
    near = choices.near([1, 2, 3, 4], least=0.4)
    assert [(each.choice.number, each.alike) for each in near] == [("甲", 1.0), ("乙", 0.5)]
    assert [each.choice.number for each in choices.near([1, 2, 3, 4], least=0.6)] == ["甲"]
    assert choices.near([], least=0.1) == []


def test_a_ticket_learned_again_is_replaced(tmp_path: Path) -> None:
    """You should see the later choice once, and none of the old marks left."""
    choices = Choices(tmp_path / "c.db")
    choices.learn([(Choice("甲", "u1"), [1, 2])])
    choices.learn([(Choice("甲", "u2"), [3, 4])])
    assert choices.near([1, 2], least=0.1) == []
    assert [each.choice.unit for each in choices.near([3, 4], least=0.1)] == ["u2"]
    with closing(sqlite3.connect(tmp_path / "c.db")) as db:
        assert db.execute("SELECT count(*) FROM marks").fetchone() == (2,)


def test_the_cost_is_bounded(tmp_path: Path) -> None:
    """You should see a limited number of marks kept and asked, and the newest of many alike."""
    choices = Choices(tmp_path / "c.db")
    choices.learn((Choice(str(at)), range(100)) for at in range(1_200))
    near = choices.near(range(100), least=0.9)
    assert len(near) == 3
    assert all(int(each.choice.number) >= 1_000 for each in near)
    with closing(sqlite3.connect(tmp_path / "c.db")) as db:
        assert db.execute("SELECT max(marks) FROM choices").fetchone() == (MARKS,)


def test_a_file_that_holds_no_table_yet_knows_nothing(tmp_path: Path) -> None:
    """You should see nothing found in the moment in which the first choice of all is being written."""
    with closing(sqlite3.connect(tmp_path / "c.db")) as db:
        db.execute("PRAGMA journal_mode = WAL")
    assert Choices(tmp_path / "c.db").near([1, 2], least=0.1) == []


def test_a_damaged_file_is_told_as_one(tmp_path: Path) -> None:
    """You should see the file named, and no error of SQLite."""
    (tmp_path / "c.db").write_bytes(b"no database at all" * 500)
    with pytest.raises(StorageError, match=r"c\.db"):
        Choices(tmp_path / "c.db").near([1, 2], least=0.1)
