"""The search index: the words of every current article, in a folder beside the database, for all sessions to map.

It is tantivy's, and derived: whatever happens to it, it can be made again from `kb.store`. One folder holds one
index for each word table and format in use (``<key>.<generation>``), so that two releases open on one database never
undo each other's work. A generation takes its name by a rename once it is whole; a change is one commit, which
records how far in the database's changes it has come. What makes and moves it is `kb.keeper`.
"""

import hashlib
import os
import threading
import zlib
from collections.abc import Callable
from heapq import nlargest
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
import tantivy

from kb.articles import Article
from kb.segment import Segmenter
from kb.sounds import keys
from kb.store import Change

FORMAT = 1  # raise when what is indexed, or how, changes
TITLE, QUESTIONS, KEYWORDS, BODY = WORD_FIELDS = ("title", "questions", "keywords", "body")
CHARACTERS, PINYIN, INITIALS = "characters", "pinyin", "initials"
FACETS = ("topic", "owner", "source_kind", "district", "public")
STATE, ABOUT = "state", "about"
DAMAGED = ".damaged"
NO_END = 10_000_000  # beyond any date's ordinal
REMEMBERED = 20_000  # words whose frequency is kept,
REMEMBERED_BEGINNINGS = 200  # and beginnings whose words are
ENDINGS = 24  # words that an unfinished one may become

Progress = Callable[[int, int | None], None]


class About(msgspec.Struct, frozen=True):
    """What an index says of itself, in a document of its own: change and token reached, word table."""

    number: int
    token: str
    words_version: str

    @property
    def reached(self) -> Change:
        """How far in the database's changes it has come."""
        return Change(self.number, self.token)


class View(msgspec.Struct, frozen=True, eq=False):
    """An index as it stood at one commit; for any thread."""

    path: Path
    index: tantivy.Index
    searcher: tantivy.Searcher
    about: About
    # Asked for again at the next keystroke.
    _frequencies: dict[str, tuple[int, ...]] = msgspec.field(default_factory=dict)
    _endings: dict[str, tuple[list[str], ...]] = msgspec.field(default_factory=dict)

    @property
    def articles(self) -> int:
        """How many it holds: one document tells its state."""
        return int(self.searcher.num_docs) - 1

    def frequencies(self, word: str) -> tuple[int, ...]:
        """In how many articles the word stands in each of `WORD_FIELDS`."""
        known = self._frequencies.get(word)
        if known is None:
            if len(self._frequencies) >= REMEMBERED:
                self._frequencies.clear()
            known = self._frequencies[word] = tuple([self.searcher.doc_freq(field, word) for field in WORD_FIELDS])
        return known

    def frequency(self, word: str) -> int:
        """In about how many articles the word stands."""
        return max(self.frequencies(word))

    def endings(self, beginning: str) -> tuple[list[str], ...]:
        """The commonest words that begin so, in each of `WORD_FIELDS`."""
        known = self._endings.get(beginning)
        if known is None:
            if len(self._endings) >= REMEMBERED_BEGINNINGS:
                self._endings.clear()
            every = [self.searcher.terms_with_prefix(field, beginning) for field in WORD_FIELDS]
            known = tuple([[word for word, _ in nlargest(ENDINGS, words, key=itemgetter(1))] for words in every])
            self._endings[beginning] = known
        return known

    def begins(self, text: str) -> bool:
        """Whether a word begins so."""
        return any(self.endings(text))


class Index:
    """The indexes of one database, seen with one word table.

    Args:
        database: beside it is the folder, private, made when the first index is.
        segmenter: cuts what is indexed, and names the word table.
    """

    def __init__(self, database: Path, segmenter: Segmenter) -> None:
        self._first, self._user = database.with_name(f"{database.name}.index"), os.geteuid()
        self._segmenter = segmenter
        self._lock = threading.Lock()
        self._view: View | None = None
        self._unusable: set[Path] = set()  # damaged, and not to be renamed
        self._seen = (Path(), 0)  # which folder, and when it last changed

    @property
    def folder(self) -> Path:
        """Where the indexes are. A second user of the machine has a folder of their own: nobody reads another's."""
        try:
            first = os.stat(self._first)
        except OSError:  # not there yet
            return self._first
        return self._first if first.st_uid == self._user else self._first.with_name(f"{self._first.name}-{self._user}")

    @property
    def key(self) -> str:
        """Names word table and format in the folder."""
        return hashlib.sha256(f"{FORMAT} {self._segmenter.version}".encode()).hexdigest()[:16]

    def view(self, newest: Change | None = None) -> View | None:
        """The newest whole index, None where there is none; looked at again if it has not reached ``newest``."""
        with self._lock:
            try:
                changed = (folder := self.folder), os.stat(folder).st_mtime_ns
            except OSError:
                self._view = None
                return None
            if self._view is not None and changed == self._seen and self._view.about.reached != newest:
                self._view = _looked(self._view.path, self._view.index)  # None if its folder has just been removed
            if self._view is None or changed != self._seen:
                self._view, self._seen = self._open(folder), changed
            return self._view

    def discard(self, view: View) -> None:
        """Put an index out of use that turned out damaged, for every session."""
        with self._lock:
            self._view = None
            try:
                os.rename(view.path, view.path.with_suffix(DAMAGED))
            except FileNotFoundError:  # another session has done it
                pass
            except OSError:
                self._unusable.add(view.path)

    def _open(self, folder: Path) -> View | None:
        for path in reversed(generations(folder, self.key)):
            if path not in self._unusable and (view := opened(path)) is not None:
                return view
        return None

    def document(self, number: int | None, article: Article) -> tantivy.Document:
        """An article as the index holds it: its words, cut here, no text; its number may be added later."""
        words = self._segmenter.words
        named = {
            TITLE: words(article.title),
            QUESTIONS: [word for question in article.questions for word in words(question)],
            KEYWORDS: [word for keyword in article.keywords for word in words(keyword)],
        }
        document = tantivy.Document()
        if number is not None:
            document.add_integer("number", number)
        for field, cut in (*named.items(), (BODY, words(article.body))):
            document.add_text(field, " ".join(cut))
        called = dict.fromkeys(word for cut in named.values() for word in cut)
        document.add_text(CHARACTERS, " ".join(dict.fromkeys(c for word in called for c in word if not c.isascii())))
        heard = [keys(word) for word in called]
        document.add_text(PINYIN, " ".join({key for pinyin, _ in heard for key in pinyin}))
        document.add_text(INITIALS, " ".join({key for _, initials in heard for key in initials}))
        for field in FACETS:
            document.add_text(field, facet(article, field))
        document.add_unsigned("district_code", district_code(facet(article, "district")))
        document.add_integer("valid_from", article.valid_from.toordinal() if article.valid_from else 0)
        until = article.valid_until.toordinal() if article.valid_until else NO_END
        document.add_integer("valid_until", 0 if article.withdrawn or article.unchecked else until)
        return document

    def state(self, change: Change) -> tantivy.Document:
        """The document that says how far the index has come."""
        document = tantivy.Document()
        document.add_text(STATE, STATE)
        about = About(change.number, change.token, self._segmenter.version)
        document.add_text(ABOUT, msgspec.json.encode(about).decode())
        return document

    def size(self) -> int:
        """Bytes on disk of the index in use."""
        view = self.view()
        return 0 if view is None else sum(file.stat().st_size for file in view.path.iterdir())


def facet(article: Article, name: str) -> str:
    """The value by which articles are filtered, as text."""
    value: Any = getattr(article, name, "")
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def district_code(district: str) -> int:
    """A district as a number that is read with each hit; 0 for the whole city."""
    return zlib.crc32(district.encode())  # of "" 0


def schema() -> tantivy.Schema:
    """What is indexed. Words come cut, so tantivy only parts them at blanks; nothing of an article is stored."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", indexed=True, fast=True)  # tantivy-py deletes by no unsigned one
    for field in WORD_FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field in (CHARACTERS, PINYIN, INITIALS):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    for field in (*FACETS, STATE):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(ABOUT, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("district_code", fast=True)
    builder.add_integer_field("valid_from", fast=True)
    builder.add_integer_field("valid_until", fast=True)
    return builder.build()


def generations(folder: Path, key: str) -> list[Path]:
    """The whole indexes of a word table, oldest first."""
    found = [path for path in folder.glob(f"{key}.*") if path.suffix[1:].isdigit()]
    return sorted(found, key=lambda path: int(path.suffix[1:]))


def other_keys(folder: Path, own: str) -> list[str]:
    """The keys of the indexes of other word tables, that which was made last first."""
    keys = {path.name.split(".")[0] for path in folder.glob("*.*") if path.is_dir()} - {own}
    return sorted(keys, key=lambda key: max(p.stat().st_mtime for p in folder.glob(f"{key}.*")), reverse=True)


def opened(path: Path) -> View | None:
    """The index in a folder, None where it is damaged."""
    try:
        index = tantivy.Index.open(str(path))
        index.config_reader("manual", 0)  # no thread that watches: each search looks for itself
        return _looked(path, index)
    except BaseException as error:
        if not is_damage(error):
            raise
        return None


def is_damage(error: BaseException) -> bool:
    """Whether an error comes from an index that cannot be read; tantivy panics at some of them."""
    return isinstance(error, ValueError | OSError | KeyError) or type(error).__name__ == "PanicException"


def _looked(path: Path, index: tantivy.Index) -> View | None:
    try:
        index.reload()
        searcher = index.searcher()
        query = tantivy.Query.term_query(index.schema, STATE, STATE, "basic")
        hits = searcher.search(query, 1, count=False).hits
        if not hits:
            return None
        about = msgspec.json.decode(str(searcher.doc(hits[0][1])[ABOUT][0]), type=About)
        return View(path, index, searcher, about)
    except BaseException as error:
        if not is_damage(error):
            raise
        return None
