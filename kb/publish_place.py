"""Putting a set of files in the place of the last one, whole: written beside it, then exchanged in one step.

A crash at any moment leaves the last set, or the new one. What this program did not write is never replaced.
"""

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from data.reasons import reason_of
from kb.articles import KnowledgeError

MARKER = ".hotline-published.json"  # says that the folder is ours, and what stands in it

_REASONS = {
    errno.ENOSPC: "磁盘已满；请清理磁盘后重试",
    errno.EDQUOT: "磁盘配额已用完；请清理后重试",
    errno.ENOENT: "上级目录不存在；请先建好它，或换一个目录",
    errno.ENOTDIR: "路径中有一段不是目录；请换一个目录",
    errno.EACCES: "没有写入权限；请检查权限，或换一个目录",
    errno.EPERM: "没有写入权限；请检查权限，或换一个目录",
    errno.EROFS: "磁盘只读；请换一个目录",
    errno.EBUSY: "它是挂载点，不能整体替换；请发布到它里面的一个子目录",
    errno.EXDEV: "它是挂载点，不能整体替换；请发布到它里面的一个子目录",
}
_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE


class PublishError(KnowledgeError):
    """The public pages cannot be written; the last set stands as it was."""


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What the marker file holds: which names at the top of the folder are ours."""

    made_by: str = "hotline kb publish"
    entries: tuple[str, ...]


class Site:
    """Files being written, beside the place that they are for.

    Attributes:
        scratch: a private folder on the same disk, gone afterwards.
        pages: how many .html files were written.
        bytes: the size of all files written.
    """

    def __init__(self, root: Path, scratch: Path) -> None:
        self.root, self.scratch = root, scratch
        self.pages = 0
        self.bytes = 0
        self._folders: set[Path] = set()

    def write(self, name: str, text: str) -> None:
        """Write one file by its name within the set.

        Raises:
            OSError: the disk is full, or the folder cannot be written.
        """
        path = self.root / name
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        content = text.encode()
        path.write_bytes(content)
        self.bytes += len(content)
        self.pages += name.endswith(".html")

    def mark(self) -> None:
        """Write the marker, last of all."""
        entries = tuple(sorted([*os.listdir(self.root), MARKER]))
        marker = msgspec.json.format(msgspec.json.encode(Marker(entries=entries)))
        self.write(MARKER, marker.decode() + "\n")


@contextmanager
def replacing(directory: Path) -> Iterator[Site]:
    """Give a place to write to; what was written takes the place of ``directory`` when the block ends well.

    Raises:
        PublishError: the directory holds something else, is being published to, or cannot be written.
    """
    place = Path(os.path.realpath(directory))
    work = place.parent / f".{place.name}.publishing"
    try:
        with _alone(work):
            _recover(place, work)
            _refuse_others(place)
            for left in work.iterdir():  # by a run that was killed
                if left.name != _LOCK:
                    _remove(left)
            scratch = work / "scratch"
            scratch.mkdir()
            site = Site(work / "site", scratch)
            site.root.mkdir()
            try:
                yield site
                os.sync()  # the new names must not reach the disk before the files do
                _put(site.root, place, work)
            finally:
                for left in (scratch, work / "site", work / "old"):
                    _remove(left)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{reason_of(error)}；请检查目录后重试")
        raise PublishError(f"无法发布到 {directory}：{reason}。原有的网页没有动") from error


_LOCK = "lock"


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Hold the work folder, alone; it is gone afterwards."""
    while True:
        work.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(work / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise PublishError(f"另一个程序正在发布到同一目录（{work}）；请等它结束后再试") from None
        if _same(work / _LOCK, handle):
            break
        os.close(handle)  # whoever held it has just removed it
    try:
        yield
    finally:
        shutil.rmtree(work, ignore_errors=True)
        os.close(handle)


def _same(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _recover(place: Path, work: Path) -> None:
    """Bring the last set back where a crash fell between the two steps of `_put`."""
    if not place.exists() and (work / "old").is_dir():
        (work / "old").rename(place)


def _refuse_others(place: Path) -> None:
    """Refuse a folder that this command did not write, or to which somebody added a file."""
    if not place.exists():
        return
    if not place.is_dir():
        raise PublishError(f"{place} 是一个文件，不是目录；请换一个目录")
    there = set(os.listdir(place))
    if not there:
        return
    way_out = "发布会整体替换目录，请换一个空的或还没有的目录"
    try:
        marker = msgspec.json.decode((place / MARKER).read_bytes(), type=Marker)
    except (FileNotFoundError, msgspec.DecodeError):
        raise PublishError(f"{place} 里有不是本命令写的东西（{min(there)[:60]}）；{way_out}") from None
    if strange := there - set(marker.entries):
        raise PublishError(f"{place} 里有后来放进去的 {min(strange)[:60]}；{way_out}，或把它移到别处再发布")


def _put(new: Path, place: Path, work: Path) -> None:
    if not place.exists():
        new.rename(place)
        return
    shutil.copymode(place, new)
    if not any(place.iterdir()):
        new.replace(place)
    elif not _exchanged(new, place):
        # A file system that knows no exchange: `_recover` mends a crash between these two.
        place.rename(work / "old")
        new.rename(place)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; false where the system cannot.

    Raises:
        OSError: it can, but not these.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
