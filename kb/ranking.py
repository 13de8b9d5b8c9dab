"""Which articles answer a query best: from its words to numbered, scored candidates."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import msgspec
import tantivy

from kb.articles import Article
from kb.index import BODY, CHARACTERS, KEYWORDS, QUESTIONS, TITLE, WORD_FIELDS, View, district_code, facet
from kb.query import Query

# How much a word counts where it stands.
WEIGHTS = {TITLE: 8.0, QUESTIONS: 5.0, KEYWORDS: 4.0, BODY: 1.0}
CHARACTER_WEIGHT = 0.5
ELSEWHERE = 0.5  # what an article of another district is worth beside one of the record's, or of the whole city
CANDIDATES = 200  # best matches looked at before those in force go first,
SPARE = 14  # or this many more than are wanted, where enough of them are in force

_SHOULD, _MUST = tantivy.Occur.Should, tantivy.Occur.Must
Asked = tantivy.Query


class Wish(msgspec.Struct, frozen=True):
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


class Candidate(msgspec.Struct, frozen=True):
    """An article that may be the answer. ``outside``: nobody can be answered with it today."""

    number: int
    score: float
    outside: bool


def asked(view: View, query: Query) -> Asked | None:
    """The index's own query for words; None when there is nothing to ask."""
    schema = view.index.schema
    parts = [
        (_SHOULD, _weighed(schema, field, word, worth))
        for word, worth in _told_apart(view, query)
        for field, holding in zip(WORD_FIELDS, view.frequencies(word), strict=True)
        if holding
    ]
    if query.prefix:
        # One by one: the best of them alone would cost twice the time, as tantivy leaves nothing out of such a query.
        parts += [
            (_SHOULD, _weighed(schema, field, word))
            for field, endings in zip(WORD_FIELDS, view.endings(query.prefix), strict=True)
            for word in endings
        ]
    if query.character:
        term = Asked.term_query(schema, CHARACTERS, query.character, "basic")
        parts.append((_SHOULD, Asked.boost_query(term, CHARACTER_WEIGHT)))
    return Asked.boolean_query(parts) if parts else None


def candidates(
    view: View, query: Asked, wish: Wish, day: date, near: str, wanted: int, skipped: Collection[int] = ()
) -> list[Candidate]:
    """The best articles for a query; a word that asks for nothing but filters changes no score.

    Args:
        wanted: how many are enough where they are in force.
        skipped: numbers of articles that are not to be found here.
    """
    schema = view.index.schema
    filters = [
        (_MUST, Asked.boost_query(Asked.term_query(schema, field, value, "basic"), 0.0)) for field, value in wish.asks()
    ]
    if filters:
        query = Asked.boolean_query([(_MUST, query), *filters])
    if not near:
        # Those that are asked for come in the order of their scores: who has enough of them needs no worse ones.
        limit = wanted + SPARE
        found, all_ = _scored(view, query, day, near, limit, skipped)
        if all_ or sum(not one.outside for one in found) >= wanted or limit >= CANDIDATES:
            return found
    return _scored(view, query, day, near, max(wanted, CANDIDATES), skipped)[0]


def _scored(
    view: View, query: Asked, day: date, near: str, limit: int, skipped: Collection[int]
) -> tuple[list[Candidate], bool]:
    """The best matches, and whether there are no others."""
    hits = view.searcher.search(query, limit, count=False).hits
    if not hits:
        return [], True
    addresses = [address for _, address in hits]
    today, here = day.toordinal(), (0, district_code(near))

    def column(field: str) -> list[int]:
        return [int(value or 0) for value in view.searcher.fast_field_values(field, addresses)]

    columns = column("number"), column("valid_from"), column("valid_until")
    districts = column("district_code") if near else [0] * len(hits)
    return [
        Candidate(number, score * (1.0 if district in here else ELSEWHERE), not begin <= today <= end)
        for (score, _), number, begin, end, district in zip(hits, *columns, districts, strict=True)
        if number not in skipped
    ], len(hits) < limit


def best(found: Iterable[Candidate], limit: int) -> list[Candidate]:
    """Those in force before all others, then by score."""
    return sorted(found, key=lambda one: (one.outside, -one.score))[:limit]


def _told_apart(view: View, query: Query) -> Iterator[tuple[str, float]]:
    """The words and what they are worth; one that stands only within a longer one is asked for with it, in one."""
    worth = dict(zip(query.words, query.worth, strict=True))
    for word in sorted(worth, key=len):
        around = (longer for longer in worth if word in longer and word != longer)
        longer = next((each for each in around if view.frequencies(each) == view.frequencies(word)), None)
        if longer is None:
            continue
        worth[longer] += worth.pop(word)
    return iter(worth.items())


def _weighed(schema: tantivy.Schema, field: str, word: str, worth: float = 1.0) -> Asked:
    return Asked.boost_query(Asked.term_query(schema, field, word, "freq"), worth * WEIGHTS[field])
