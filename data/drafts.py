"""Half-typed records: kept as they are typed, so that a killed process or a closed terminal loses nothing.

One file a piece of work, replaced whole at each keystroke: fifty sessions typing do not queue for one database,
and a full disk or a power cut leaves the last good copy.
"""

import contextlib
import fcntl
import os
from datetime import datetime
from pathlib import Path

import msgspec

from data.calls import Call
from data.db import StorageError
from data.personal import seal, unseal
from data.record import Record


class Draft(msgspec.Struct):
    """What a call-taker's desk holds before it is saved."""

    ticket_id: str
    agent_no: str
    saved_at: datetime
    record: Record
    call: Call | None = None
    inbox_key: str = ""  # the web submission that is being accepted
    step: str = ""


class Claim:
    """What only one session may hold at a time; the kernel frees that of a dead one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = -1

    def take(self) -> bool:
        """Try to become the one that holds it; whether this is so.

        Raises:
            StorageError: the folder cannot be used.
        """
        if self._lock >= 0:
            return True
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            reason = f"无法打开草稿目录 {self._path.parent}：{error.strerror}；请检查权限与磁盘空间"
            raise StorageError(reason) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._lock = handle
        return True

    @property
    def held(self) -> bool:
        """Whether this session holds it."""
        return self._lock >= 0

    def release(self) -> None:
        """Give it up."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


class DraftStore:
    """The drafts of one agent. Only one session of an agent may hold them at a time."""

    def __init__(self, folder: Path, agent_no: str) -> None:
        self._folder = folder
        self._agent_no = agent_no
        self._claim = Claim(folder / f"{agent_no}.lock")

    def claim(self) -> bool:
        """Try to become the one session that works on this agent's drafts.

        Raises:
            StorageError: the folder cannot be used.
        """
        if not self.claimed and self._claim.take():
            # What a session was writing when it was killed; nobody else writes here now.
            for half in self._folder.glob(f"{self._agent_no}.*.tmp"):
                half.unlink(missing_ok=True)
        return self.claimed

    @property
    def claimed(self) -> bool:
        """Whether this session holds the claim."""
        return self._claim.held

    def release(self) -> None:
        """Give up the claim."""
        self._claim.release()

    def save(self, draft: Draft) -> None:
        """Replace the kept copy.

        Raises:
            StorageError: the disk refused; the copy before stays.
        """
        keep_whole(self._path(draft.ticket_id), seal(draft))

    def remove(self, ticket_id: str) -> None:
        """Forget a draft whose content is kept elsewhere now."""
        self._path(ticket_id).unlink(missing_ok=True)

    def load(self) -> tuple[list[Draft], list[Path]]:
        """Return this agent's drafts, oldest first, and damaged files, which are set aside under ``.broken``.

        Raises:
            StorageError: a file cannot be read at all.
        """
        drafts: list[Draft] = []
        broken: list[Path] = []
        for path in sorted(self._folder.glob(f"{self._agent_no}.*.json")):
            try:
                drafts.append(unseal(path.read_bytes(), Draft))
            except msgspec.DecodeError:
                aside = path.with_suffix(".broken")
                path.replace(aside)
                broken.append(aside)
            except OSError as error:
                raise StorageError(f"无法读取草稿 {path}：{error.strerror}；请检查文件权限") from error
        return sorted(drafts, key=lambda draft: draft.saved_at), broken

    def _path(self, ticket_id: str) -> Path:
        return self._folder / f"{self._agent_no}.{ticket_id}.json"


def keep_whole(path: Path, text: str) -> None:
    """Replace a file by a text, or leave it as it is.

    Raises:
        StorageError: the disk refused; the copy before stays.
    """
    beside = path.with_name(f"{path.name}.tmp")
    try:
        with open(beside, "w", encoding="utf-8", opener=_private) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # or a power cut may leave the new name on an empty file
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            beside.unlink(missing_ok=True)
        raise StorageError(f"草稿未能保存：{error.strerror}；请勿关闭窗口，并通知系统管理员清理磁盘") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
