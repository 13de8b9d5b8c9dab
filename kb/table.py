"""The word table: jieba's dictionary with own words added, and its emission table, in one file that all sessions map.

The file is built once a dictionary (about 1 s and 150 MB, in the session that comes first), checked by its CRC when
it is opened, and mapped read-only: its 4 MB are in memory once, however many sessions run. It takes its name by
``os.replace`` after ``fsync``, so that a half-written one is never found. What is not whole, not ours or not private
is built again. Where it cannot be kept (full disk, folder not writable) the session holds the same bytes for itself:
it cuts alike, but each session spends that second and those 4 MB.
"""

import hashlib
import mmap
import os
import struct
import sys
import zlib
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import marisa_trie
import msgspec

from data.db import StorageError, gate
from kb.articles import KnowledgeError
from kb.jieba_code import emission_table, jieba_code, jieba_folder

FORMAT = 1  # raise when the layout below changes
KEPT = 4  # tables in a folder: two releases can be open on it, and a demo; the one before cuts for the index before
STATES = "BMES"  # of jieba's hidden Markov model: a character begins, is inside, ends, or is a word
FIRST, LAST = 0x4E00, 0x9FD5  # the only characters about which jieba asks the model

_ABSENT = 0.0  # no logarithm of a probability below 1 is 0
# Magic, CRC of all that follows it, whose table, sum of the frequencies, how many, bytes of the trie.
_HEADER = struct.Struct("=8sI32sQII4x")
_MAGIC = f"words{FORMAT}{sys.byteorder[0]}\n".encode()
_CHECKED_FROM = 12
_EMISSIONS = (LAST - FIRST + 1) * 8


class Frequencies:
    """What jieba asks of ``Tokenizer.FREQ``: how frequent a word is, 0 for the beginning of one, else nothing."""

    def __init__(self, trie: "marisa_trie.Trie", values: memoryview) -> None:
        self._number = trie.get
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, word: str) -> bool:
        return self._number(word) is not None

    def __getitem__(self, word: str) -> int:
        number = self._number(word)
        if number is None:
            raise KeyError(word)
        return int(self._values[number])

    def get(self, word: str, default: int | None = None) -> int | None:
        """The frequency, or ``default`` where no word begins so."""
        number = self._number(word)
        return default if number is None else self._values[number]


class Emissions:
    """What jieba asks of one state's emission table."""

    def __init__(self, values: "memoryview[float]") -> None:
        self._values = values

    def get(self, character: str, default: float) -> float:
        """The logarithm of the probability, or ``default`` where the character was never seen in this state."""
        at = ord(character) - FIRST
        return (self._values[at] if 0 <= at < len(self._values) else _ABSENT) or default


class Table(msgspec.Struct, frozen=True):
    """A table ready for cutting.

    ``unkept`` says why it is not in the file, "" where it is.
    """

    frequencies: Frequencies
    total: int
    emissions: dict[str, Emissions]
    unkept: str = ""


def dictionary_digest() -> bytes:
    """Name the content of jieba's dictionary and model (4 ms): who replaces dict.txt gets other cuts.

    Raises:
        KnowledgeError: jieba is not installed, or not whole.
    """
    digest = hashlib.sha256()
    for path in _dictionary_files():
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise _unreadable(path, error) from error
    return digest.digest()


def dictionary_words() -> frozenset[str]:
    """The words of jieba's dictionary (0.2 s, 50 MB): for work that is done once, such as training.

    Raises:
        KnowledgeError: jieba is not installed, or not whole.
    """
    path = _dictionary_files()[0]
    try:
        lines = (line.split(" ") for line in path.read_text(encoding="utf-8").splitlines())
        return frozenset(word for word, frequency, *_ in lines if int(frequency))
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def open_table(folder: Path, version: str, own_words: Callable[[], Iterable[str]]) -> Table:
    """Map the table of ``version``, building it first where it is not there.

    Args:
        folder: private; made when absent.
        version: names the dictionary and the own words.
        own_words: asked for only when the table is built.

    Raises:
        KnowledgeError: jieba is not installed, or not whole.
    """
    path, key = _named(folder, version)
    if (found := _mapped(path, key)) is not None:
        return found
    content = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _private(folder.stat()):
            raise PermissionError(0, "别人也能写这个目录")
        with gate(folder / "words"):  # of fifty sessions that start together one builds, the others map
            if (found := _mapped(path, key)) is not None:
                return found
            content = build(key, own_words())
            _keep(path, content)
        if (found := _mapped(path, key)) is not None:
            return found
        reason = "写入的内容读不回来"
    except OSError as error:
        reason = error.strerror or str(error)
    except StorageError as error:
        reason = str(error)
    return _table(content or build(key, own_words()), key, f"词表无法保存到 {folder}：{reason}")


def kept_table(folder: Path, version: str) -> Table | None:
    """Map the table of ``version`` where the folder still has it."""
    return _mapped(*_named(folder, version))


def _named(folder: Path, version: str) -> tuple[Path, bytes]:
    key = hashlib.sha256(version.encode()).digest()
    return folder / f"words-{key.hex()[:16]}.table", key


def build(key: bytes, own_words: Iterable[str]) -> bytes:
    """The bytes of a table, by jieba's own reading of its dictionary and its own adding of words.

    Raises:
        KnowledgeError: jieba is not installed, or not whole.
    """
    tokenizer = _with_dictionary()
    for word in own_words:
        tokenizer.add_word(word)
    trie = marisa_trie.Trie(tokenizer.FREQ)
    frequencies = array("I", bytes(4 * len(trie)))
    for word, frequency in tokenizer.FREQ.items():
        frequencies[trie[word]] = frequency
    probabilities = emission_table()
    emissions = (
        array("d", (probabilities[state].get(chr(code), _ABSENT) for code in range(FIRST, LAST + 1)))
        for state in STATES
    )
    packed = trie.tobytes()
    header = _HEADER.pack(_MAGIC, 0, key, tokenizer.total, len(trie), len(packed))
    body = b"".join(
        [header[_CHECKED_FROM:], *(column.tobytes() for column in emissions), frequencies.tobytes(), packed]
    )
    return _MAGIC + struct.pack("=I", zlib.crc32(body)) + body


def _with_dictionary() -> Any:
    words = _dictionary_files()[0]
    tokenizer = jieba_code().Tokenizer()
    try:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(words.open("rb"))
    except (OSError, ValueError) as error:
        raise _unreadable(words, error) from error
    tokenizer.initialized = True
    return tokenizer


def _table(content: "bytes | mmap.mmap", key: bytes, unkept: str = "") -> Table:
    """Read a table where it lies.

    Raises:
        ValueError: it is damaged, or another dictionary's.
    """
    view = memoryview(content)
    if len(view) < _HEADER.size:
        raise ValueError("too short")
    magic, crc, whose, total, count, packed = _HEADER.unpack_from(view)
    if (magic, whose) != (_MAGIC, key) or crc != zlib.crc32(view[_CHECKED_FROM:]):
        raise ValueError("damaged, or another's")
    emissions = {}
    at = _HEADER.size
    for state in STATES:
        emissions[state] = Emissions(view[at : at + _EMISSIONS].cast("d"))
        at += _EMISSIONS
    values = view[at : at + 4 * count].cast("I")
    trie = marisa_trie.Trie()
    trie.map(view[at + 4 * count : at + 4 * count + packed])
    return Table(Frequencies(trie, values), total, emissions, unkept)


def _mapped(path: Path, key: bytes) -> Table | None:
    try:
        with path.open("rb") as handle:
            # Whoever could write it could make us read anywhere: the trie is trusted once its CRC is right.
            if not (_private(os.fstat(handle.fileno())) and _private(path.parent.stat())):
                return None
            return _table(mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ), key)
    except (OSError, ValueError, RuntimeError):
        return None  # absent or damaged: it is made again


def _keep(path: Path, content: bytes) -> None:
    import tempfile  # late: a table is kept once, and mapped ever after

    handle, name = tempfile.mkstemp(dir=path.parent, prefix="words-", suffix=".part")  # 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise
    # Sessions that have an old one mapped keep it until they end.
    tables = sorted(path.parent.glob("words-*.table"), key=lambda table: table.stat().st_mtime, reverse=True)
    for old in (*tables[KEPT:], *path.parent.glob("words-*.part")):
        old.unlink(missing_ok=True)


def _private(status: os.stat_result) -> bool:
    """Only its owner, who is we, can write it."""
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _dictionary_files() -> tuple[Path, Path]:
    folder = jieba_folder()
    return folder / "dict.txt", folder / "finalseg" / "prob_emit.py"


def _unreadable(path: Path, error: Exception) -> KnowledgeError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return KnowledgeError(f"分词程序 jieba 的 {path} 无法读取：{reason}；请重新安装本程序")
