"""Opening SQLite files and writing to them, the one way everywhere.

Two measured facts decide the form. A deferred ``BEGIN`` that reads and then writes fails with "database is
locked" under other writers, so every write begins IMMEDIATE. And fifty processes that wait inside SQLite's busy
handler reach 1 s at the 99th percentile where the same processes queueing at a file lock reach 0.1 s, so a lock
file beside the database is the gate. The lock is the kernel's: a killed process leaves none behind, and a stopped one
delays the others for a limited time only.
"""

import fcntl
import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

BUSY_SECONDS = 30
GATE_SECONDS = 30.0

# What SQLite reports about a file, with the way out.
_REASONS = {
    sqlite3.SQLITE_FULL: "磁盘已满，请清理磁盘后重试",
    sqlite3.SQLITE_IOERR: "磁盘读写出错，请检查磁盘空间与设备后重试",
    sqlite3.SQLITE_READONLY: "文件或目录只读，请检查权限",
    sqlite3.SQLITE_PERM: "没有权限，请检查文件与目录的权限",
    sqlite3.SQLITE_CANTOPEN: "文件或目录不存在，或没有权限；请检查目录",
    sqlite3.SQLITE_BUSY: "另一个程序长时间占用着它，请关闭停住的程序后重试",
    sqlite3.SQLITE_NOTADB: "它不是本程序的数据文件，或已损坏；请用备份恢复",
    sqlite3.SQLITE_CORRUPT: "文件已损坏，请用备份恢复",
}

_held = threading.local()  # the gates that this thread holds


class _Connection(sqlite3.Connection):
    """A connection that knows its file: asking SQLite would share one cached statement between threads."""

    path: Path


class StorageError(RuntimeError):
    """The file cannot be read or written (full disk, rights, damage); the message says which and why."""


@contextmanager
def explained(action: str) -> Iterator[None]:
    """Turn what SQLite says about the file into a sentence; what it says about a statement stays as it is.

    Raises:
        StorageError: ``action`` failed because of the file or the disk.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        # The low byte is the class of the error, the rest its detail; errors of the Python module carry no code.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StorageError(f"{action}：{_REASONS.get(code, error)}") from error


def connect(path: Path, *, read_only: bool = False, synchronous: str = "FULL") -> sqlite3.Connection:
    """Open a database file in WAL mode, autocommit, rows by name.

    Args:
        path: the file; unless ``read_only`` it is created, and nobody but its owner and group may read it (6.2.1).
        read_only: open without the right to write.
        synchronous: ``FULL`` for what must survive a power cut, ``NORMAL`` for what can be made again.

    Raises:
        StorageError: the file is missing, not a database, or may not be opened.
    """
    with explained(f"无法打开数据文件 {path}"):
        if not read_only:
            # SQLite would let everybody read it, and its WAL takes after it; no descriptor, whose end would end locks.
            with suppress(OSError):
                os.mknod(path, stat.S_IFREG | 0o660)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
            uri=True,
            factory=_Connection,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.path = path.absolute()  # the working folder may change; the gate must not
            connection.row_factory = sqlite3.Row
            if read_only:
                connection.execute("PRAGMA schema_version")  # reads the file: what is no database shows here
            else:
                _enter_wal(connection, path)
                connection.execute(f"PRAGMA synchronous = {synchronous}")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    return connection


class Connections:
    """A database's connections, one a thread, each opened when it is first needed."""

    def __init__(self, opened: Callable[[], sqlite3.Connection]) -> None:
        self._opened = opened
        self._local = threading.local()

    def get(self) -> sqlite3.Connection:
        """This thread's connection."""
        connection: sqlite3.Connection | None = self._local.__dict__.get("connection")
        if connection is None:
            connection = self._local.connection = self._opened()
        return connection

    def close(self) -> None:
        """Close this thread's connection; it is opened again when needed."""
        connection: sqlite3.Connection | None = self._local.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()


def _enter_wal(connection: sqlite3.Connection, path: Path) -> None:
    """Switch a new file to WAL under the gate: the switch itself is refused at once when two try together."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    with gate(path):
        connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def gate(path: Path) -> Iterator[None]:
    """Hold the lock file beside ``path``: one writer of the database at a time, in order of arrival.

    Raises:
        StorageError: the lock file cannot be opened, or its holder did not let go for `GATE_SECONDS`.
        RuntimeError: this thread holds it already, so that waiting would never end.
    """
    lock = f"{os.path.realpath(path)}.lock"
    held: set[str] = _held.__dict__.setdefault("locks", set())
    if lock in held:
        raise RuntimeError(f"{path.name}: a transaction inside a transaction; the outer one must do the work")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(f"无法打开 {lock}：{error.strerror}；请检查目录权限与磁盘空间") from error
    try:
        _wait_for(handle, path)
        held.add(lock)
        yield
    finally:
        held.discard(lock)
        os.close(handle)


def _wait_for(handle: int, path: Path) -> None:
    """Take the lock. ``flock`` keeps the order of arrival but knows no limit, so a wait has a thread of its own."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        taken = threading.Event()
        threading.Thread(target=_wait, args=(os.dup(handle), taken), daemon=True).start()
        if not taken.wait(GATE_SECONDS):
            raise StorageError(
                f"等待写入 {path.name} 已超过 {GATE_SECONDS:.0f} 秒，内容未改动：{_REASONS[sqlite3.SQLITE_BUSY]}"
            ) from None


def _wait(handle: int, taken: threading.Event) -> None:
    # A duplicate of its own: whoever gave up waiting has closed the other, and the lock ends with the last of them.
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        taken.set()
    finally:
        os.close(handle)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Run the body as one transaction: all of it is kept, or none. It does not nest.

    Raises:
        StorageError: the disk is full, the file read-only or damaged; nothing was changed.
    """
    path = cast(_Connection, connection).path
    with gate(path), explained(f"写入 {path.name} 失败，内容未改动"):
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
