"""What was perhaps meant where characters find nothing: by its sound, or with one character wrong.

Letters are pinyin: whole syllables, initials, or both mixed. Han characters that make no words are taken for others of
the same sound, then for one slip: a wrong, missing or added character, or two exchanged.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

import msgspec
import tantivy

from kb.articles import Article
from kb.index import CHARACTERS, INITIALS, KEYWORDS, PINYIN, QUESTIONS, TITLE, View
from kb.query import stopwords
from kb.segment import fold
from kb.sounds import divide, keys, letters, sounds

SHORTEST, LONGEST = 3, 12  # characters in which one slip is looked for: 停水 with one wrong is any word
DESCRIBED = 2  # known words with which a query that finds something needs no guesses
HEARD = 2  # characters from which on another of the same sound is looked for
ENDINGS = 24  # words that unfinished letters may become
_WHOLE_WORD = 10.0  # what a word with one character wrong counts beside scattered characters

_SHOULD, _MUST = tantivy.Occur.Should, tantivy.Occur.Must
_UNHEARD = re.compile(r"[\W_]+")


class Guess(msgspec.Struct, frozen=True):
    """What to ask the index for, which of its articles are meant indeed, and what to mark in each."""

    asked: tantivy.Query
    admits: Callable[[Article], bool]
    marks: Callable[[Article], tuple[str, ...]]


def doubtful(
    text: str, words: Iterable[str], known: Callable[[str], object], found: bool, articles: Iterable[Article]
) -> list[tuple[str, bool]]:
    """The parts of a text in which a slip is likely, longest first: its words fall apart there or are unknown.

    With each, whether any one character of it may be wrong; else it may only sound like what was meant. None where
    an article found has what was typed.

    Args:
        words: those of the text, in its order.
        known: whether a word stands in any article.
        found: whether there are articles found.
        articles: they, read only where it matters.
    """
    run = _run(text)
    if not HEARD <= len(run) <= LONGEST or run.isascii():
        return []
    words = tuple(words)
    if found and run in words and known(run):
        return []
    whole = [word for word in words if word in stopwords() or (len(word) > 1 and known(word))]
    telling = [word for word in whole if word not in stopwords()]
    if found and len(telling) >= DESCRIBED:
        return []
    apart = [match.span() for match in re.finditer("[^ ]+", _covered(run, whole))]
    if not apart or any(run in called for article in articles for called in _called(article)):
        return []
    parts = {run: True}
    for start, end in apart:
        parts.setdefault(run[start:end], True)
        # With the word before or behind: of 居住正办理 it is 居住正.
        before = max((word for word in telling if run.endswith(word, 0, start)), key=len, default="")
        behind = max((word for word in telling if run.startswith(word, end)), key=len, default="")
        parts.setdefault(before + run[start:end], False)
        parts.setdefault(run[start:end] + behind, False)
    # Two characters that sound like a word are a guess for who has nothing else to go by.
    least = SHORTEST if telling else HEARD
    return sorted(((part, any_) for part, any_ in parts.items() if len(part) >= least), key=lambda p: -len(p[0]))


def alike(view: View, part: str, any_character: bool, words: Callable[[str], list[str]]) -> Iterator[Guess]:
    """Han characters that sound like the part, then the part with any one character wrong.

    Args:
        words: cuts a text.
    """
    schema = view.index.schema
    spoken = {letters("".join(reading)) for reading in sounds(part)}
    if sounding := [sound for sound in spoken if sound and view.searcher.doc_freq(PINYIN, sound)]:
        asked = tantivy.Query.term_set_query(schema, PINYIN, sounding)
        yield Guess(asked, lambda article: True, lambda article: _answering(article, sounding, words))
    characters = sorted({c for c in part if not c.isascii()})
    if not any_character or len(characters) < SHORTEST:
        return
    one = {c: tantivy.Query.term_query(schema, CHARACTERS, c, "basic") for c in characters}
    scattered = [
        tantivy.Query.boolean_query([(_MUST, one[c]) for c in those])
        for those in combinations(characters, len(characters) - 1)
    ]
    whole = [
        tantivy.Query.boost_query(tantivy.Query.fuzzy_term_query(schema, field, part), _WHOLE_WORD)
        for field in (TITLE, QUESTIONS, KEYWORDS)
    ]
    least = 100 * (1 - 1 / len(part)) - 0.01  # of partial_ratio, for one character exchanged

    from rapidfuzz.fuzz import partial_ratio_alignment  # late: a session's first result seldom needs it

    def slips(article: Article) -> tuple[str, ...]:
        found = (
            (called, partial_ratio_alignment(part, called, score_cutoff=least))
            for called in _called(article)
            if len(called) >= len(part) - 1
        )
        return tuple(called[place.dest_start : place.dest_end] for called, place in found if place is not None)

    asked = tantivy.Query.boolean_query([(_SHOULD, query) for query in (*scattered, *whole)])
    yield Guess(asked, lambda article: bool(slips(article)), slips)


def heard(view: View, text: str, words: Callable[[str], list[str]]) -> Iterator[Guess]:
    """What is meant by letters, as pinyin or initials, then what is by one letter less or more.

    Args:
        words: cuts a text.
    """
    typed = letters(text)
    if len(typed) < 2:
        return
    fields = (PINYIN, INITIALS)

    def known(key: str) -> bool:
        return any(view.searcher.doc_freq(field, key) for field in fields)

    def begins(key: str) -> bool:
        return any(view.searcher.terms_with_prefix(field, key, limit=1) for field in fields)

    def known_part(key: str) -> bool:
        return key != typed and known(key)

    # gjjtq may be a word or begin one, and may be two.
    both = divide(typed, known, begins), divide(typed, known_part, known_part)
    ways = [way for way in both if _length(way) == len(typed)]
    asked = [
        tantivy.Query.boolean_query([(_MUST, _sounding(view, part, last=part is way[-1])) for part in way])
        for way in ways
    ]
    if asked:
        parts = [part for way in ways for part in way]
        every = tantivy.Query.disjunction_max_query(asked)
        yield Guess(every, lambda article: True, lambda article: _answering(article, parts, words))
    if len(typed) > SHORTEST:
        slipped = tantivy.Query.fuzzy_term_query(view.index.schema, PINYIN, typed)
        yield Guess(slipped, lambda article: True, lambda article: ())


def _answering(article: Article, parts: Iterable[str], words: Callable[[str], list[str]]) -> tuple[str, ...]:
    """The words by which an article is called that sound like one of the parts, or begin so."""
    called = {word for name in _called(article) for word in words(name) if len(word) > 1}
    return tuple(
        word for word in called if any(key.startswith(part) for both in keys(word) for key in both for part in parts)
    )


def _length(parts: Iterable[str]) -> int:
    return sum(map(len, parts))


def _covered(run: str, whole: Iterable[str]) -> str:
    """The run with blanks in the place of its known words."""
    left = run
    for word in whole:
        at = run.find(word)
        while at >= 0:
            left = left[:at] + " " * len(word) + left[at + len(word) :]
            at = run.find(word, at + 1)
    return left


def _sounding(view: View, key: str, *, last: bool) -> tantivy.Query:
    found = []
    for field in (PINYIN, INITIALS):
        wanted = {key}
        if last and not view.searcher.doc_freq(field, key):
            endings = view.searcher.terms_with_prefix(field, key, limit=1_000)
            wanted = {word for word, _ in sorted(endings, key=lambda entry: -entry[1])[:ENDINGS]}
        found += [tantivy.Query.term_query(view.index.schema, field, word, "basic") for word in wanted]
    return tantivy.Query.disjunction_max_query(found)


def _called(article: Article) -> list[str]:
    return [_run(name) for name in (article.title, *article.questions, *article.keywords)]


def _run(text: str) -> str:
    """The text as one run, folded, without blanks and signs."""
    return _UNHEARD.sub("", fold(text))
