"""What practice calls came to, one line of JSON a call, in the practice home (6.3.2)."""

import os
from datetime import datetime
from pathlib import Path

import msgspec

from console.practice.scoring import Deviation
from data.db import StorageError

FILE = "results.jsonl"


class Result(msgspec.Struct, frozen=True):
    """One practised call: when it was over, who took it, which scenario and seed, the points (0 to 100), and why."""

    at: datetime
    agent: str
    scenario: str
    title: str
    seed: int
    call: str
    number: str
    total: float
    items: dict[str, float]
    deviations: tuple[Deviation, ...]


class Results:
    """The results of one practice home, oldest first."""

    def __init__(self, root: Path) -> None:
        """Nothing is read or made before it is asked for."""
        self.path = root / FILE

    def append(self, result: Result) -> None:
        """Keep a result on the disk.

        Raises:
            StorageError: the disk refused.
        """
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                # A line that a power cut left half written must not take this one with it.
                file.write(b"\n" * self._torn() + msgspec.json.encode(result) + b"\n")
                file.flush()
                os.fsync(handle)
        except OSError as error:
            raise StorageError(f"练习成绩没有写进 {self.path}（{error.strerror}）：请检查磁盘空间和权限") from error

    def every(self) -> list[Result]:
        """All results; a line that was left half written is passed over.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StorageError(f"练习成绩 {self.path} 读不出来（{error.strerror}）：请检查权限") from error
        return [result for line in lines if (result := _read(line)) is not None]

    def _torn(self) -> bool:
        held = self.path.read_bytes()
        return bool(held) and not held.endswith(b"\n")


def _read(line: bytes) -> Result | None:
    try:
        return msgspec.json.decode(line, type=Result)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
