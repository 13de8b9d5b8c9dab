"""What the knowledge base gives back: hits with their highlights, counts, versions."""

from datetime import date, datetime

import msgspec

from kb.articles import Article, Standing
from kb.snippet import Marker, Spans


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One article found. Spans are (start, end) offsets of what matched, for any output to mark in its own way.

    ``score`` is greater the better. ``expired``: not in force today, be it no longer, not yet or withdrawn (`standing`
    says which); such a hit must not be offered as a direct reply.
    """

    id: str
    title: str
    score: float
    snippet: str
    version: int
    valid_from: date | None
    valid_until: date | None
    owner: str
    topic: str
    source_kind: str
    public: bool
    sample: bool
    expired: bool
    standing: Standing
    checked_on: date | None = None
    district: str = ""
    title_spans: Spans = ()
    snippet_spans: Spans = ()

    @property
    def answerable(self) -> bool:
        """Whether a caller may be answered with it today (5.2.1)."""
        return not self.expired


def make_hit(article: Article, score: float, marker: Marker, day: date) -> Hit:
    """Dress a found article for display."""
    shown, shown_spans = marker.snippet(article.body)
    standing = article.standing(day)
    return Hit(
        id=article.id,
        title=article.title,
        score=score,
        snippet=shown,
        version=article.version,
        valid_from=article.valid_from,
        valid_until=article.valid_until,
        owner=article.owner,
        topic=article.topic,
        source_kind=article.source_kind,
        public=article.public,
        sample=article.sample,
        expired=standing != "有效",
        standing=standing,
        checked_on=article.checked_on,
        district=article.district,
        title_spans=marker.spans(article.title),
        snippet_spans=shown_spans,
    )


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
    """Counts of the current articles; ``bytes`` is the size of the database file."""

    articles: int
    versions: int
    expired: int
    not_yet_valid: int
    samples: int
    public: int
    by_topic: dict[str, int]
    by_owner: dict[str, int]
    by_source_kind: dict[str, int]
    words_version: str
    needs_rebuild: bool
    bytes: int
