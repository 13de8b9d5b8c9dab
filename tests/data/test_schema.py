"""Migrations: once, in order, whole or not at all, by however many processes at once."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.db import StorageError, connect
from data.schema import QUEUE_STEPS, STORE_STEPS, Step, migrate

ROOT = Path(__file__).parents[2]


def tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {row["name"] for row in rows if not row["name"].startswith("_")}


@pytest.mark.parametrize("steps", [STORE_STEPS, QUEUE_STEPS])
def test_migrating_again_changes_nothing(tmp_path: Path, steps: tuple[tuple[str, Step], ...]) -> None:
    """You should see the same tables and the version that the steps lead to."""
    path = tmp_path / "x.db"
    opened = connect(path)
    migrate(opened, path, steps)
    before = [tuple(row) for row in opened.execute("SELECT * FROM sqlite_master ORDER BY name")]
    migrate(opened, path, steps)
    assert before == [tuple(row) for row in opened.execute("SELECT * FROM sqlite_master ORDER BY name")]
    assert opened.execute("PRAGMA user_version").fetchone()[0] == len(steps)
    assert not opened.in_transaction
    opened.close()


def test_the_usual_start_loads_no_migration_library(tmp_path: Path) -> None:
    """You should see a file that is up to date opened without the weight of sqlite_utils."""
    path = tmp_path / "x.db"
    opened = connect(path)
    migrate(opened, path, STORE_STEPS)
    opened.close()
    code = (
        "import sys; from pathlib import Path; from data.db import connect\n"
        "from data.schema import STORE_STEPS, migrate\n"
        f"path = Path({str(path)!r}); migrate(connect(path), path, STORE_STEPS); print('sqlite_utils' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "False\n"


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """You should see that the program must be upgraded."""
    path = tmp_path / "x.db"
    opened = connect(path)
    opened.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="更新的版本"):
        migrate(opened, path, STORE_STEPS)
    assert tables(opened) == set()
    opened.close()


def test_a_step_that_fails_leaves_no_half(tmp_path: Path) -> None:
    """You should see the tables before, and the failed step run when its cause is gone."""
    path = tmp_path / "x.db"
    opened = connect(path)

    def first(db: object) -> None:
        opened.execute("CREATE TABLE a (x)")

    def second(db: object) -> None:
        opened.execute("CREATE TABLE b (x)")
        if broken:
            raise RuntimeError("power cut")

    broken = True
    steps: tuple[tuple[str, Step], ...] = (("first", first), ("second", second))
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(opened, path, steps)
    assert tables(opened) == {"a"}
    broken = False
    migrate(opened, path, steps)
    assert tables(opened) == {"a", "b"}
    opened.close()


def test_a_later_step_runs_in_a_copy_under_another_name(tmp_path: Path) -> None:
    """You should see only the new step run in a backup that was restored under a different file name."""
    path, copy = tmp_path / "hotline.db", tmp_path / "restored.db"
    opened = connect(path)
    migrate(opened, path, STORE_STEPS)
    opened.close()
    path.rename(copy)
    opened = connect(copy)

    def more(db: object) -> None:
        opened.execute("CREATE TABLE more (x)")

    migrate(opened, copy, (*STORE_STEPS, ("more", more)))
    assert "more" in tables(opened)
    opened.close()


def test_processes_that_migrate_at_once_all_succeed(tmp_path: Path) -> None:
    """You should see one set of tables, and no error in any process."""
    path, start = tmp_path / "x.db", time.time() + 0.6
    code = (
        "import sys, time; from pathlib import Path; from data.db import connect\n"
        "from data.schema import STORE_STEPS, migrate\n"
        f"path = Path({str(path)!r}); time.sleep(max(0, {start} - time.time()))\n"
        "migrate(connect(path), path, STORE_STEPS)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    children = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, env=environment)
        for _ in range(4)
    ]
    assert [process.communicate()[1] for process in children] == [""] * 4
    opened = connect(path)
    assert opened.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0] == len(STORE_STEPS)
    assert {"events", "tickets", "outbox"} <= tables(opened)
    opened.close()


def test_a_file_that_takes_no_tables_is_told(tmp_path: Path) -> None:
    """You should see a sentence and no half of the schema."""
    path = tmp_path / "x.db"
    opened = connect(path)
    opened.execute("PRAGMA max_page_count = 4")
    with pytest.raises(StorageError, match=r"x\.db 的结构：磁盘已满"):
        migrate(opened, path, STORE_STEPS)
    assert tables(opened) == set()
    opened.close()
