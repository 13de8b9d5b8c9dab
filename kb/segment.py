"""Cutting Chinese text into the words that the index holds and a query asks for.

Both sides use one word table: jieba's dictionary, the words of ``words.txt`` and the names that are given (streets,
units: `kb.names`). `Segmenter.version` names all of them and this module's own rules; the index records it, so that
a change asks for a rebuild instead of silently finding nothing.

The cuts are jieba's own (`kb.jieba_code`), over a table that all sessions map (`kb.table`).
"""

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from kb.jieba_code import jieba_code
from kb.table import Table, dictionary_digest, kept_table, open_table

RULES = 3  # raise when `fold`, `own_words` or `Segmenter.words` changes what it yields
WORDS_FILE = Path(__file__).parent / "words.txt"

_TRADITIONAL = Path(__file__).parent / "characters" / "traditional.txt"
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FOLD |= {ord(pair[0]): ord(pair[1]) for pair in _TRADITIONAL.read_text(encoding="utf-8").split()}
FOLDED = frozenset(map(chr, _FOLD))
"""The characters that `fold` changes, beside capitals."""
# What jieba keeps together with letters and digits (3.5%, c++), apart from everything else.
_MIXED = re.compile(r"[0-9a-z+#&._%-]+|[^0-9a-z+#&._%-]+")
_KEPT = re.compile(r"[^\W_]")
# Of what jieba can keep together at all.
_ONE_WORD = re.compile(r"[\u4e00-\u9fd50-9a-z+#&._%-]{2,}")
_SEARCHED = 3  # characters; shorter words within a long one are found by jieba's search cut up to this length


def fold(text: str) -> str:
    """Full-width letters, digits and signs as half-width, lower case, traditional characters as simplified ones.

    Every character keeps its position. Index and query are folded alike, so that 公積金 is 公积金 in either.
    """
    text = text.translate(_FOLD)
    lowered = text.lower()
    # "İ" and its like grow when lowered: offsets would no longer point into the original.
    return lowered if len(lowered) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def own_words(words_file: Path = WORDS_FILE, names: Iterable[str] = ()) -> tuple[str, ...]:
    """The words that jieba's dictionary lacks, folded, each once: those of the file, then ``names``.

    What jieba never keeps together, for it has a bracket or a space in it, is left out.
    """
    lines = (line.strip() for line in words_file.read_text(encoding="utf-8").splitlines())
    words = (fold(word) for word in (*(line for line in lines if not line.startswith("#")), *names))
    return tuple(dict.fromkeys(word for word in words if _ONE_WORD.fullmatch(word)))


def words_version(words_file: Path = WORDS_FILE, names: Iterable[str] = ()) -> str:
    """Name the word table in force: jieba's release, this module's rules, the digest of jieba's words and our own.

    Raises:
        KnowledgeError: jieba is not installed, or not whole.
    """
    digest = hashlib.sha256(dictionary_digest())
    digest.update("\n".join(own_words(words_file, names)).encode())
    return f"jieba {jieba_code().__version__} / {RULES} / {digest.hexdigest()[:12]}"


def _rules(version: str) -> str:
    return version.split(" / ")[1]


def jieba_over(table: Table) -> Any:
    """jieba's ``Tokenizer`` with a table in the place of its dictionary."""
    jieba_code().finalseg.emit_P = table.emissions  # of one jieba, so the same whichever table comes last
    return _tokenizer(table)


def _tokenizer(table: Table) -> Any:
    tokenizer = jieba_code().Tokenizer()
    tokenizer.FREQ, tokenizer.total = table.frequencies, table.total
    tokenizer.initialized = True
    return tokenizer


class Segmenter:
    """jieba over one word table; for any thread.

    The table is mapped at the first cut or by `warm` (10 ms); where it is not there yet, that takes a second.

    Args:
        cache: a private folder for the table.
        words_file: the words that jieba's dictionary lacks, one a line.
        names: more of them.
    """

    def __init__(self, cache: Path, words_file: Path = WORDS_FILE, names: Iterable[str] = ()) -> None:
        self._cache = cache
        self._words_file = words_file
        self._names = tuple(names)
        self._lock = threading.Lock()
        self._table: Table | None = None
        self._tokenizer: Any = None

    @classmethod
    def kept(cls, cache: Path, version: str) -> "Segmenter | None":
        """The segmenter of another word table, None where the cache has it no more or other rules made its words."""
        if _rules(version) != str(RULES) or (table := kept_table(cache, version)) is None:
            return None
        model = jieba_code().finalseg
        model.emit_P = model.emit_P or table.emissions  # until this release's own table is open
        segmenter = cls(cache)
        segmenter.version, segmenter._table, segmenter._tokenizer = version, table, _tokenizer(table)
        return segmenter

    @cached_property
    def version(self) -> str:
        """As `words_version` has it."""
        return words_version(self._words_file, self._names)

    def warm(self) -> None:
        """Have the word table ready now: call it from a thread before the first key is pressed.

        Raises:
            KnowledgeError: jieba is not installed, or not whole.
        """
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = self._load()

    @property
    def unkept(self) -> str:
        """Why the table is not in the cache, so that each session makes its own; "" where it is."""
        self.warm()
        assert self._table is not None
        return self._table.unkept

    def words(self, text: str) -> list[str]:
        """The folded words of ``text`` as search sees them: every word, and the shorter words within long ones.

        A word that mixes letters or digits with Han also yields its parts: 12345热线 is found by 12345.
        Punctuation yields nothing.
        """
        self.warm()
        found: list[str] = []
        for word in self._tokenizer.cut_for_search(fold(text)):
            if not _KEPT.search(word):
                continue
            parts = _MIXED.findall(word)
            if len(parts) > 1:
                # jieba may just have yielded one of them as a shorter word.
                found += [part for part in parts if _KEPT.search(part) and part not in found[-2:]]
            found += self._within(word)
            found.append(word)
        return found

    def rare(self, text: str, below: int) -> list[str]:
        """The words of ``text`` that the dictionary does not have, or met less often than ``below``: names are such."""
        self.warm()
        words = [word for word in self._tokenizer.cut(fold(text)) if _KEPT.search(word)]
        return [word for word in words if (self._tokenizer.FREQ.get(word) or 0) < below]

    def _within(self, word: str) -> Iterator[str]:
        """The words in ``word`` that jieba's search cut leaves out for their length: 永定门外 in 永定门外街道."""
        for length in range(_SEARCHED + 1, len(word)):
            for start in range(len(word) - length + 1):
                if self._tokenizer.FREQ.get(part := word[start : start + length]):
                    yield part

    def _load(self) -> Any:
        self._table = open_table(self._cache, self.version, lambda: own_words(self._words_file, self._names))
        return jieba_over(self._table)
