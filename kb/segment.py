"""Cutting Chinese text into the words that the index holds and a query asks for.

Both sides use one word table: jieba's dictionary with the words of ``words.txt`` added. `words_version` names
that table and this module's own rules; the index records it, so that a change asks for a rebuild instead of
silently finding nothing.

jieba's own cache stands in the shared temp folder, where another user's file would be read with ``marshal``. Here
the table is kept in a private folder instead, and used only while nobody else can write it. Reading it whole
before unmarshalling takes about 0.2 s, where jieba's way takes 0.5 s.
"""

import hashlib
import marshal
import os
import re
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

RULES = 1  # raise when `fold` or `Segmenter.words` changes what it yields
WORDS_FILE = Path(__file__).parent / "words.txt"

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
# What jieba keeps together with letters and digits (3.5%, c++), apart from everything else.
_MIXED = re.compile(r"[0-9a-z+#&._%-]+|[^0-9a-z+#&._%-]+")
_KEPT = re.compile(r"[^\W_]")


def fold(text: str) -> str:
    """Full-width letters, digits and signs as half-width, lower case; every character keeps its position."""
    text = text.translate(_FOLD)
    lowered = text.lower()
    # "İ" and its like grow when lowered: offsets would no longer point into the original.
    return lowered if len(lowered) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def words_version(words_file: Path = WORDS_FILE) -> str:
    """Name the word table in force: jieba's release, this module's rules and the digest of the own words."""
    digest = hashlib.sha256(words_file.read_bytes()).hexdigest()[:12]
    return f"jieba {metadata.version('jieba')} / {RULES} / {digest}"


class Segmenter:
    """jieba over a private word table, loaded at the first cut (about 0.5 s) or by `warm`; for any thread."""

    def __init__(self, cache: Path, words_file: Path = WORDS_FILE) -> None:
        self.version = words_version(words_file)
        self._cache = cache
        self._words_file = words_file
        self._lock = threading.Lock()
        self._tokenizer: Any = None

    def warm(self) -> None:
        """Load the word table now: call it from a thread before the first key is pressed."""
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = self._load()

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
            found.append(word)
        return found

    def _load(self) -> Any:
        with warnings.catch_warnings():
            # pkg_resources' deprecation and jieba's old escapes would be printed over the screen.
            warnings.simplefilter("ignore")
            import jieba
        jieba.setLogLevel(sys.maxsize)
        tokenizer = jieba.Tokenizer()
        table = self._cached()
        if table is None:
            tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
            tokenizer.initialized = True
            for word in self._own_words():
                tokenizer.add_word(word)
            self._keep((tokenizer.FREQ, tokenizer.total))
        else:
            tokenizer.FREQ, tokenizer.total = table
            tokenizer.initialized = True
        return tokenizer

    def _own_words(self) -> Iterator[str]:
        for line in self._words_file.read_text(encoding="utf-8").splitlines():
            if (word := fold(line.strip())) and not word.startswith("#"):
                yield word

    @property
    def _file(self) -> Path:
        return self._cache / f"words-{hashlib.sha256(self.version.encode()).hexdigest()[:16]}.bin"

    def _cached(self) -> tuple[dict[str, int], int] | None:
        try:
            with self._file.open("rb") as handle:
                if not (_private(os.fstat(handle.fileno())) and _private(self._cache.stat())):
                    return None
                frequencies, total = marshal.loads(handle.read())
        except (OSError, ValueError, EOFError, TypeError):
            return None  # absent or damaged: it is made again
        return frequencies, total

    def _keep(self, table: tuple[dict[str, int], int]) -> None:
        try:
            self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _private(self._cache.stat()):
                return
            handle, name = tempfile.mkstemp(dir=self._cache)  # 0600
            with os.fdopen(handle, "wb") as out:
                out.write(marshal.dumps(table))
            os.replace(name, self._file)
        except OSError:
            # A folder that cannot be written costs each start half a second and nothing else.
            return


def _private(status: os.stat_result) -> bool:
    """Only its owner, who is we, can write it."""
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022
