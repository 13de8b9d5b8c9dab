"""What practice keeps: files of one JSON value a line in the practice home, to which is only ever added (6.3.2)."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from data.db import StorageError

T = TypeVar("T")


class Journal(Generic[T]):
    """The entries of one file, oldest first; ``name`` is what it holds, in Chinese, for the sentence of an error."""

    def __init__(self, path: Path, kind: Any, name: str) -> None:
        """Nothing is read or made before it is asked for; ``kind`` is what msgspec decodes a line to."""
        self.path = path
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)
        self._name = name

    def append(self, *entries: T) -> None:
        """Keep entries on the disk, in one write.

        Raises:
            StorageError: the disk refused.
        """
        lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                # A line that a power cut left half written must not take this one with it.
                file.write(b"\n" * _torn(handle) + lines)
                file.flush()
                os.fsync(handle)
        except OSError as error:
            raise StorageError(f"{self._name}没有写进 {self.path}（{error.strerror}）：请检查磁盘空间和权限") from error

    def every(self) -> list[T]:
        """All entries; a line that was left half written is passed over.

        Raises:
            StorageError: the file cannot be read.
        """
        try:
            lines: Iterable[bytes] = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StorageError(f"{self._name} {self.path} 读不出来（{error.strerror}）：请检查权限") from error
        return [entry for line in lines for entry in self._read(line)]

    def _read(self, line: bytes) -> tuple[T, ...]:
        try:
            return (self._decoder.decode(line),)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ()


def _torn(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"
