"""Opening SQLite files and writing to them, the one way everywhere.

Two measured facts decide the form. A deferred ``BEGIN`` that reads and then writes fails with "database is
locked" under other writers, so every write begins IMMEDIATE. And fifty processes that wait inside SQLite's busy
handler reach 1 s at the 99th percentile where the same processes queueing at a file lock reach 0.1 s, so a lock
file beside the database is the gate. The lock is the kernel's: a killed process leaves none behind.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUSY_SECONDS = 30


class StorageError(RuntimeError):
    """The file cannot be read or written (full disk, rights, damage); the message says which and why."""


def connect(path: Path, *, read_only: bool = False, synchronous: str = "FULL") -> sqlite3.Connection:
    """Open a database file in WAL mode, autocommit, rows by name.

    Args:
        path: the file; it is created unless ``read_only``.
        read_only: open without the right to write.
        synchronous: ``FULL`` for what must survive a power cut, ``NORMAL`` for what can be made again.

    Raises:
        StorageError: the file is missing, not a database, or may not be opened.
    """
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if not read_only:
            _enter_wal(connection, path)
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        raise StorageError(f"无法打开数据文件 {path}：{error}；请检查目录权限与磁盘空间") from error
    return connection


def _enter_wal(connection: sqlite3.Connection, path: Path) -> None:
    """Switch a new file to WAL under the gate: the switch itself is refused at once when two try together."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    with gate(path):
        connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def gate(path: Path) -> Iterator[None]:
    """Hold the lock file beside ``path``: one writer of the database at a time, in order of arrival."""
    handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Run the body as one transaction: all of it is kept, or none.

    Raises:
        StorageError: the disk is full, the file read-only or damaged; nothing was changed.
    """
    path = Path(connection.execute("PRAGMA database_list").fetchone()["file"])
    with gate(path):
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError) and not isinstance(
                error, sqlite3.IntegrityError | sqlite3.ProgrammingError
            ):
                raise StorageError(f"写入 {path.name} 失败：{error}；内容未改动，请检查磁盘空间后重试") from error
            raise
