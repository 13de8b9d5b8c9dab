"""Which articles answer a query best: from its words to numbered, scored candidates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import tantivy

from kb.articles import Article
from kb.index import BODY, CHARACTERS, KEYWORDS, QUESTIONS, TITLE, WORD_FIELDS, View, district_code, facet
from kb.query import Query

# How much a word counts where it stands.
WEIGHTS = {TITLE: 8.0, QUESTIONS: 5.0, KEYWORDS: 4.0, BODY: 1.0}
CHARACTER_WEIGHT = 0.5
ELSEWHERE = 0.5  # what an article of another district is worth beside one of the record's, or of the whole city
CANDIDATES = 200  # best matches looked at before those in force go first
ENDINGS = 24  # words that an unfinished one may become

_SHOULD, _MUST = tantivy.Occur.Should, tantivy.Occur.Must
Asked = tantivy.Query


@dataclass(frozen=True)
class Wish:
    """What a search asks of articles besides its words: "" and None ask nothing."""

    topic: str = ""
    owner: str = ""
    source_kind: str = ""
    district: str = ""
    public: bool | None = None

    def asks(self) -> Iterator[tuple[str, str]]:
        """Field and value of each filter."""
        for field in ("topic", "owner", "source_kind", "district"):
            if value := getattr(self, field):
                yield field, value
        if self.public is not None:
            yield "public", "true" if self.public else "false"

    def admits(self, article: Article) -> bool:
        """Whether an article passes."""
        return all(facet(article, field) == value for field, value in self.asks())


EVERYTHING = Wish()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be the answer. ``outside``: nobody can be answered with it today."""

    number: int
    score: float
    outside: bool


def asked(view: View, query: Query) -> Asked | None:
    """The index's own query for words; None when there is nothing to ask."""
    parts = [
        (_SHOULD, _weighed(view, field, word, worth))
        for word, worth in zip(query.words, query.worth, strict=True)
        for field in WORD_FIELDS
    ]
    if query.prefix:
        endings = [_weighed(view, field, word) for field in WORD_FIELDS for word in _endings(view, field, query.prefix)]
        if endings:
            parts.append((_SHOULD, Asked.disjunction_max_query(endings)))
    if query.character:
        term = Asked.term_query(view.index.schema, CHARACTERS, query.character, "basic")
        parts.append((_SHOULD, Asked.boost_query(term, CHARACTER_WEIGHT)))
    return Asked.boolean_query(parts) if parts else None


def candidates(
    view: View, query: Asked, wish: Wish, day: date, near: str = "", limit: int = CANDIDATES
) -> list[Candidate]:
    """The best articles for a query; a word that asks for nothing but filters changes no score."""
    filters = [
        (_MUST, Asked.boost_query(Asked.term_query(view.index.schema, field, value, "basic"), 0.0))
        for field, value in wish.asks()
    ]
    if filters:
        query = Asked.boolean_query([(_MUST, query), *filters])
    hits = view.searcher.search(query, limit, count=False).hits
    if not hits:
        return []
    today, here = day.toordinal(), (0, district_code(near))
    columns = [
        [int(value or 0) for value in view.searcher.fast_field_values(field, [address for _, address in hits])]
        for field in ("number", "valid_from", "valid_until", "district_code")
    ]
    return [
        Candidate(number, score * (ELSEWHERE if near and district not in here else 1.0), not begin <= today <= end)
        for (score, _), number, begin, end, district in zip(hits, *columns, strict=True)
    ]


def best(found: Iterable[Candidate], limit: int) -> list[Candidate]:
    """Those in force before all others, then by score."""
    return sorted(found, key=lambda one: (one.outside, -one.score))[:limit]


def _weighed(view: View, field: str, word: str, worth: float = 1.0) -> Asked:
    return Asked.boost_query(Asked.term_query(view.index.schema, field, word, "freq"), worth * WEIGHTS[field])


def _endings(view: View, field: str, beginning: str) -> list[str]:
    """The commonest words that begin so."""
    words = view.searcher.terms_with_prefix(field, beginning)
    return [word for word, _ in sorted(words, key=lambda entry: -entry[1])[:ENDINGS]]
