"""Making the search index and keeping it up to the database, one process at a time.

The database is changed first, then the index, by whoever holds the lock: who finds it taken leaves the work to its
holder. A process killed in between has held up nobody (the lock is the kernel's); what it left undone is seen at the
next search, because the index says how far it has come, and done by whoever sees it. A new index is made in a folder
beside the old one and takes its name when it is whole.
"""

import fcntl
import os
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec
import tantivy

from data.db import StorageError
from kb.articles import Article
from kb.index import DAMAGED, STATE, Index, Progress, View, generations, is_damage, opened, other_keys, schema
from kb.store import Change, Store

Prepared = Mapping[str, tuple[Article, tantivy.Document]]
"""Documents cut before their articles were stored, by the articles' ids; without their numbers."""

SMALL = 400  # articles indexed within a second, where a search may as well wait for it
KEPT = 2  # word tables whose indexes are kept: two releases can be open on one database

LOCK = "follow.lock"  # in an index's folder: held by who brings it up to the database

_CHUNK = 500  # articles read from the database at a time
_LITTLE, _MUCH, _ALL = 15_000_000, 100_000_000, 1_000_000_000  # bytes that a writer gathers before it writes
# Locks of an open file (not of a process, as threads of one must exclude each other too) that can be asked about.
_FLOCK = struct.Struct("hhqqi4x")  # type, whence, start, length, process
_WHOLE_FILE = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
_ROUNDS = 5  # how often a writer looks whether more came while it wrote


class Keeper:
    """Keeps the index of one database."""

    def __init__(self, store: Store, index: Index) -> None:
        self._store = store
        self._index = index

    def view(self, newest: Change | None = None) -> View | None:
        """The index to search: None where it must be made first, or belongs to a database that was here before.

        Args:
            newest: the database's last change, for who has just asked for it.
        """
        newest = newest or self._store.newest()
        view = self._index.view(newest)
        if view is None or view.about.reached == newest or self._store.knows(view.about.reached):
            return view
        return None

    def ready(self) -> View | None:
        """As `view`, but a small index is made at once."""
        view = self.view()
        if view is None and self._store.count() <= SMALL:
            with suppress(StorageError):  # said by who asks for a rebuild; a small base is searched without
                self.rebuild()
            view = self.view()
        return view

    def fault(self) -> str:
        """What is wrong with the index, "" where nothing is: it can be made again whatever it is."""
        view = self.view()
        if view is None:
            return "还没有按现在的词表建立，检索暂用上一份索引，没有时逐篇查找，会慢" if self._store.count() else ""
        behind, held = view.about.reached != self._store.newest(), view.articles
        if not behind and held != (count := self._store.count()):
            return f"里有 {held} 篇，知识库里有 {count} 篇，检索会漏掉文章或给出旧的"
        return ""

    # ------------------------------------------------------------------ keeping up

    def catch_up(self) -> None:
        """Index what has changed, unless another is at it."""
        with self._writing() as writer:
            if writer is not None:
                writer.follow({})

    def at_work(self, view: View) -> bool:
        """Whether somebody is bringing this index up to the database now."""
        return _is_locked(view.path / LOCK)

    @contextmanager
    def following(self) -> Iterator[Callable[[Prepared], None]]:
        """Index what is stored in the body, which calls what it is given after each change.

        The index is held from the first change to the last, but for one who finds it taken, or not there yet: that
        change is left to who holds or makes it, and the next call tries again. An editor's article that happens to be
        indexed when a long import begins must not leave the whole import to searches.
        """
        with ExitStack() as held:
            writer: _Writer | None = None

            def follow(prepared: Prepared) -> None:
                nonlocal writer
                if writer is None or writer.lost:
                    held.close()
                    writer = held.enter_context(self._writing(much=True))
                if writer is not None:
                    writer.follow(prepared)

            yield follow
            follow({})
        view = self.view()
        if view is not None and view.about.reached != self._store.newest():
            self.catch_up()  # who stored something just before the lock was let go has left it to us

    @contextmanager
    def _writing(self, *, much: bool = False) -> "Iterator[_Writer | None]":
        view = self.view()
        if view is None:
            yield None
            return
        with _locked(view.path / LOCK) as got:
            if not got:
                yield None
                return
            writer = _Writer(self._store, self._index, view, _MUCH if much else _LITTLE)
            if writer.lost:  # open here since before it was damaged, and whoever opens it now cannot: it is made anew
                self._index.discard(view)
                yield None
                return
            try:
                yield writer
            finally:
                writer.close()

    # ------------------------------------------------------------------ making anew

    def rebuild(self, progress: Progress | None = None, *, wait: bool = True) -> bool:
        """Make a new index of everything; others search the old one until it is whole.

        Args:
            progress: told (articles done, all of them).
            wait: for another that is making one, instead of leaving it to it.

        Returns:
            Whether there is one now that was not there before.

        Raises:
            StorageError: it cannot be written.
        """
        folder, key = self._index.folder, self._index.key
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            raise StorageError(f"检索索引的目录 {folder} 无法使用：{error.strerror}；请检查目录权限") from error
        before = generations(folder, key)
        with _locked(folder / f"{key}.lock", wait=wait) as got:
            if not got:
                return False
            there = generations(folder, key)
            if there != before and there and opened(there[-1]) is not None:
                return True  # made while we waited
            for left in folder.glob(f"{key}.*part"):  # by one who was killed
                _remove(left)
            # Its own name: whoever removes the folder removes our lock with it, and another may begin beside us.
            part = folder / f"{key}.{os.getpid()}-{threading.get_ident()}.part"
            try:
                part.mkdir(mode=0o700)
                self._fill(part, progress)
                there = generations(folder, key)
                number = int(there[-1].suffix[1:]) + 1 if there else 1
                os.rename(part, folder / f"{key}.{number}")
            except BaseException as error:
                _remove(part)
                if is_damage(error):
                    raise StorageError(f"检索索引无法写入 {folder}：{error}；请清理磁盘或检查目录权限后重试") from error
                raise
            _sync(folder)
            self._tidy()
        self.catch_up()
        return True

    def _fill(self, part: Path, progress: Progress | None) -> None:
        writer = tantivy.Index(schema(), path=str(part)).writer(_ALL, 1)
        # What changes meanwhile may be in it already, and is put in again by who catches up: the number is an older one.
        reached = self._store.newest()
        total, there = self._store.count(), set[int]()
        for rows in _chunks(self._store, Change()):
            for _, number, article in rows:
                if number in there:  # changed while we read
                    writer.delete_documents_by_term("number", number)
                there.add(number)
                writer.add_document(self._index.document(number, article))
            if progress is not None:
                progress(min(len(there), total), total)
        writer.add_document(self._index.state(reached))
        writer.commit()
        writer.wait_merging_threads()

    def _tidy(self) -> None:
        """Remove older generations, and the indexes of word tables no longer in use."""
        folder, own = self._index.folder, self._index.key
        for key in other_keys(folder, own)[KEPT - 1 :]:
            for path in folder.glob(f"{key}.*"):
                _remove(path)
        for path in (*generations(folder, own)[:-1], *folder.glob(f"*{DAMAGED}")):
            _remove(path)


class _Writer:
    """tantivy's writer on an index, held with its lock. What it cannot write is left to who comes next."""

    def __init__(self, store: Store, index: Index, view: View, memory: int) -> None:
        self._store, self._index, self._memory = store, index, memory
        self._tantivy = view.index
        now = opened(view.path)  # it may have moved while we came to the lock
        self._reached = None if now is None else now.about.reached
        self._writer: tantivy.IndexWriter | None = None

    @property
    def lost(self) -> bool:
        """Whether it writes no more: the disk was full, its index is damaged, or a newer one has taken the place."""
        return self._reached is None

    def follow(self, prepared: Prepared) -> None:
        """Index every change up to the newest, and make it visible."""
        try:
            for _ in range(_ROUNDS):
                newest = self._store.newest()
                if self._reached is None or newest == self._reached:
                    return
                self._index_from(self._reached, newest, prepared)
                self._reached = newest
        except BaseException as error:
            if not is_damage(error):
                raise
            self._reached = None

    def _index_from(self, reached: Change, newest: Change, prepared: Prepared) -> None:
        if self._writer is None:
            self._writer = self._tantivy.writer(self._memory, 1)
        for rows in _chunks(self._store, reached):
            for _, number, article in rows:
                self._writer.delete_documents_by_term("number", number)
                self._writer.add_document(self._document(number, article, prepared))
        self._writer.delete_documents_by_term(STATE, STATE)
        self._writer.add_document(self._index.state(newest))
        self._writer.commit()

    def _document(self, number: int, article: Article, prepared: Prepared) -> tantivy.Document:
        cut = prepared.get(article.id)
        if cut is None or msgspec.structs.replace(cut[0], version=article.version) != article:
            return self._index.document(number, article)
        cut[1].add_integer("number", number)
        return cut[1]

    def close(self) -> None:
        """Let small pieces be joined, which tantivy has begun to do by itself."""
        if self._writer is not None:
            with suppress(ValueError):
                self._writer.wait_merging_threads()


def _chunks(store: Store, after: Change) -> Iterator[list[tuple[int, int, Article]]]:
    change, number = after.number, 1 << 62
    while rows := store.changed_after(change, number, _CHUNK):
        yield rows
        change, number, _ = rows[-1]


@contextmanager
def _locked(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Whether the lock was to be had; its holder's death lets it go."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:  # of an index that has just been replaced
        yield False
        return
    try:
        try:
            fcntl.fcntl(handle, fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK, _WHOLE_FILE)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


def _is_locked(path: Path) -> bool:
    """Whether somebody holds the lock: asked without taking it, as twenty desks' asking would keep a writer out."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        kind, *_ = _FLOCK.unpack(fcntl.fcntl(handle, fcntl.F_OFD_GETLK, _WHOLE_FILE))
        return bool(kind != fcntl.F_UNLCK)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        import shutil  # late: searches remove nothing

        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
