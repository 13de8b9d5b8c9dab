"""What the knowledge base gives back: hits with their highlights, counts, versions."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property

import msgspec

from kb.articles import Article, Standing
from kb.snippet import Marker, Spans


class Hit:
    """One article found; it is read, and what is marked in it looked for, when asked for: most are never shown.

    Spans are (start, end) offsets of what matched, for any output to mark in its own way. ``score`` is greater the
    better. ``expired``: not in force today, be it no longer, not yet or withdrawn (`standing` says which); such a hit
    must not be offered as a direct reply.
    """

    def __init__(self, id: str, read: Callable[[], Article], score: float, marker: Marker, day: date) -> None:
        self.id, self.score = id, score
        self.day = day  # of the search
        self._read, self._marker = read, marker

    @cached_property
    def article(self) -> Article:
        """As it stood when it was first asked for."""
        return self._read()

    @cached_property
    def standing(self) -> Standing:
        """The article's on the day of the search."""
        return self.article.standing(self.day)

    @property
    def title(self) -> str:
        """The article's."""
        return self.article.title

    @property
    def owner(self) -> str:
        """The unit that answers for it."""
        return self.article.owner

    @property
    def public(self) -> bool:
        """False for what only agents may read."""
        return self.article.public

    @property
    def version(self) -> int:
        """The one found."""
        return self.article.version

    @property
    def expired(self) -> bool:
        """Whether nobody may be answered with it today."""
        return self.standing != "有效"

    @property
    def answerable(self) -> bool:
        """Whether a caller may be answered with it today (5.2.1)."""
        return not self.expired

    @property
    def title_spans(self) -> Spans:
        """What matched in the title."""
        return self._marker.spans(self.article.title)

    @cached_property
    def _shown(self) -> tuple[str, Spans]:
        return self._marker.snippet(self.article.body)

    @property
    def snippet(self) -> str:
        """The part of the text in which most words stand, on one line."""
        return self._shown[0]

    @property
    def snippet_spans(self) -> Spans:
        """What matched in the snippet."""
        return self._shown[1]

    def plain(self) -> dict[str, object]:
        """All of it but the article's text, for JSON."""
        return {name: getattr(self, name) for name in _HIT} | {name: getattr(self.article, name) for name in _ARTICLE}


_HIT = ("id", "title", "score", "snippet", "version", "owner", "public", "expired", "standing", "title_spans",
        "snippet_spans")  # fmt: skip
_ARTICLE = ("valid_from", "valid_until", "topic", "source_kind", "sample", "checked_on", "district")


class Version(msgspec.Struct, frozen=True):
    """When and by whom a version was stored."""

    version: int
    stored_at: datetime
    stored_by: str


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did to the store."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of the current articles; ``bytes`` is the size of the database file, ``index_bytes`` of the index.

    ``words_version`` names the word table that the index was cut with, "" while there is none.
    """

    articles: int
    versions: int
    expired: int
    not_yet_valid: int
    samples: int
    public: int
    by_topic: dict[str, int]
    by_owner: dict[str, int]
    by_source_kind: dict[str, int]
    bytes: int
    index_bytes: int = 0
    words_version: str = ""
    needs_rebuild: bool = False
