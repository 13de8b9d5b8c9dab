"""Opening SQLite files and writing to them: all or nothing, and a reason when the disk refuses."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import data.db
from data.db import StorageError, connect, gate, writing

ROOT = Path(__file__).parents[2]


@contextmanager
def child(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run Python code as a process of its own, and end it however the test ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with one table of one row."""
    path = tmp_path / "资料 #1?.db"
    opened = connect(path)
    opened.execute("CREATE TABLE t (x TEXT NOT NULL)")
    opened.execute("INSERT INTO t VALUES ('before')")
    opened.close()
    return path


def content(path: Path) -> list[str]:
    opened = connect(path)
    rows = [row["x"] for row in opened.execute("SELECT x FROM t ORDER BY rowid")]
    opened.close()
    return rows


def test_a_store_survives_a_power_cut_by_its_settings(file: Path) -> None:
    """You should see WAL with FULL synchronisation and foreign keys, unless the content can be made again."""
    opened = connect(file)
    assert opened.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert opened.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert opened.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    opened.close()
    quick = connect(file, synchronous="NORMAL")
    assert quick.execute("PRAGMA synchronous").fetchone()[0] == 1
    quick.close()


def test_what_was_written_is_kept(file: Path) -> None:
    """You should see a finished transaction from another connection."""
    opened = connect(file)
    with writing(opened) as db:
        db.execute("INSERT INTO t VALUES ('after')")
    assert content(file) == ["before", "after"]
    opened.close()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, sqlite3.IntegrityError])
def test_a_failed_write_changes_nothing(file: Path, error: type[BaseException]) -> None:
    """You should see the content before, and the next write succeed."""
    opened = connect(file)
    with pytest.raises(error), writing(opened) as db:  # noqa: PT012 - the first statement must have run
        db.execute("INSERT INTO t VALUES ('half')")
        if error is sqlite3.IntegrityError:
            db.execute("INSERT INTO t VALUES (NULL)")
        raise error
    assert content(file) == ["before"]
    with writing(opened) as db:
        db.execute("INSERT INTO t VALUES ('next')")
    assert content(file) == ["before", "next"]
    opened.close()


def test_a_transaction_inside_a_transaction_is_an_error_not_a_standstill(file: Path) -> None:
    """You should see the mistake named at once; waiting for one's own lock would never end."""
    opened, second = connect(file), connect(file)
    for inner in (opened, second):
        with pytest.raises(RuntimeError, match="inside a transaction"), writing(opened) as db:  # noqa: PT012
            db.execute("INSERT INTO t VALUES ('half')")
            with writing(inner):
                pass
    assert content(file) == ["before"]
    opened.close()
    second.close()


def test_threads_with_one_connection_take_turns(file: Path) -> None:
    """You should see every row of four threads that write through one connection."""
    opened = connect(file)

    def write(name: int) -> None:
        for number in range(10):
            with writing(opened) as db:
                db.execute("INSERT INTO t VALUES (?)", (f"{name}-{number}",))

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(content(file))) == 41
    opened.close()


ENTER_WAL = """
import sys, time
from pathlib import Path
from data.db import connect, writing
start = float(sys.argv[2])
time.sleep(max(0, start - time.time()))
db = connect(Path(sys.argv[1]))
with writing(db):
    db.execute("CREATE TABLE IF NOT EXISTS t (x TEXT NOT NULL)")
    db.execute("INSERT INTO t VALUES (?)", (sys.argv[3],))
"""


def test_processes_that_open_a_new_file_at_once_all_succeed(tmp_path: Path) -> None:
    """You should see no "database is locked" when several desks open a file that is not in WAL mode yet."""
    for turn in range(3):
        path, start = tmp_path / f"{turn}.db", time.time() + 0.4
        children = [
            subprocess.Popen(
                [sys.executable, "-c", ENTER_WAL, str(path), str(start), str(name)],
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
            for name in range(4)
        ]
        assert [process.communicate()[1] for process in children] == [""] * 4
        assert sorted(content(path)) == ["0", "1", "2", "3"]


HOLD = """
import sys, time
from pathlib import Path
from data.db import connect, writing
db = connect(Path(sys.argv[1]))
with writing(db):
    db.execute("INSERT INTO t VALUES ('held')")
    print("holding", flush=True)
    sys.stdin.readline()
print("done", flush=True)
"""


def test_a_killed_writer_leaves_no_lock_and_nothing_half_done(file: Path) -> None:
    """You should see the next writer go on at once after SIGKILL inside a transaction."""
    with child(HOLD, file) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "holding\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    opened = connect(file)
    with writing(opened) as db:
        db.execute("INSERT INTO t VALUES ('next')")
    assert content(file) == ["before", "next"]
    opened.close()


def test_a_stopped_writer_does_not_stop_the_others_for_ever(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a sentence instead of a frozen desk, and everything work again once the other goes on."""
    monkeypatch.setattr(data.db, "GATE_SECONDS", 0.2)
    opened = connect(file)
    with child(HOLD, file) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "holding\n"
        holder.send_signal(signal.SIGSTOP)
        for _ in range(2):
            with pytest.raises(StorageError, match=r"内容未改动.*关闭停住的程序"), writing(opened):
                pass
        holder.send_signal(signal.SIGCONT)
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "done\n"
    monkeypatch.undo()
    with writing(opened) as db:
        db.execute("INSERT INTO t VALUES ('next')")
    assert content(file) == ["before", "held", "next"]
    opened.close()


FILL = """
import resource, signal, sys
from pathlib import Path
from data.db import StorageError, connect, writing
path = Path(sys.argv[1])
db = connect(path)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.dont_write_bytecode = True  # half of a module would stop every process after it
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
try:
    with writing(db):
        for number in range(400):
            db.execute("INSERT INTO t VALUES (?)", (str(number) * 2000,))
except StorageError as error:
    print(error)
print([row[0] for row in db.execute("SELECT x FROM t")])
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
with writing(db):
    db.execute("INSERT INTO t VALUES ('room again')")
"""


def test_a_disk_that_takes_no_more_leaves_the_content_before(file: Path) -> None:
    """You should see the reason in a sentence, the content unchanged, and writing work once there is room."""
    with child(FILL, file) as process:
        output, _ = process.communicate()
    assert "StorageError" not in output
    sentence, rows = output.splitlines()
    assert sentence.startswith(f"写入 {file.name} 失败，内容未改动：磁盘")
    assert rows == "['before']"
    assert content(file) == ["before", "room again"]


def test_a_full_database_is_told_as_a_full_disk(file: Path) -> None:
    """You should see the full disk named in Chinese, and nothing changed."""
    opened = connect(file)
    pages = opened.execute("PRAGMA page_count").fetchone()[0]
    opened.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="磁盘已满，请清理磁盘后重试"), writing(opened) as db:  # noqa: PT012
        for _ in range(100):
            db.execute("INSERT INTO t VALUES (?)", ("x" * 4000,))
    assert content(file) == ["before"]
    opened.close()


def test_a_file_opened_for_reading_is_not_written(file: Path) -> None:
    """You should see the write refused with the reason, as root or not."""
    opened = connect(file, read_only=True)
    with pytest.raises(StorageError, match=r"内容未改动：文件或目录只读"), writing(opened) as db:
        db.execute("INSERT INTO t VALUES ('no')")
    opened.close()
    assert content(file) == ["before"]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_file_without_the_right_to_write_is_told(file: Path) -> None:
    """You should see a StorageError, whether opening or writing is what fails."""
    file.chmod(0o400)
    with pytest.raises(StorageError, match=r"只读|权限"):  # noqa: PT012
        opened = connect(file)
        with writing(opened) as db:
            db.execute("INSERT INTO t VALUES ('no')")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_file_that_is_no_database_is_told_when_opened(tmp_path: Path, read_only: bool) -> None:
    """You should see the file named, and that a backup is the way out."""
    path = tmp_path / "broken.db"
    path.write_bytes(b"not a database at all " * 400)
    with pytest.raises(StorageError, match=r"broken\.db：它不是本程序的数据文件"):
        connect(path, read_only=read_only)
    assert path.read_bytes().startswith(b"not a database")


def test_a_missing_file_or_folder_is_told(tmp_path: Path) -> None:
    """You should see no file created by opening for reading, and a folder that is not there named."""
    with pytest.raises(StorageError, match="无法打开数据文件"):
        connect(tmp_path / "none.db", read_only=True)
    with pytest.raises(StorageError, match="目录不存在"):
        connect(tmp_path / "no" / "none.db")
    assert not any(tmp_path.iterdir())


def test_a_lock_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """You should see a StorageError, as for every other trouble with the file."""
    (tmp_path / "x.db.lock").mkdir()
    with pytest.raises(StorageError, match=r"x\.db\.lock"), gate(tmp_path / "x.db"):
        pass


def test_a_link_to_the_file_goes_through_the_same_gate(file: Path, tmp_path: Path) -> None:
    """You should see one gate for one file, by whatever name it was opened."""
    link = tmp_path / "link.db"
    link.symlink_to(file)
    opened = connect(link)
    with writing(opened) as db:
        db.execute("INSERT INTO t VALUES ('linked')")
        with pytest.raises(RuntimeError), gate(file):
            pass
    opened.close()
    assert content(file) == ["before", "linked"]
