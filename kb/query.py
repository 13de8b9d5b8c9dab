"""From what is typed to the words worth asking for, and the word still being typed.

What a person types is never taken for a query language: only folded words reach the index.
"""

from collections import Counter
from collections.abc import Callable
from functools import cache
from math import log, sqrt
from pathlib import Path

import msgspec

from kb.segment import Segmenter, fold

TEXT_LIMIT = 200  # characters of a query that count; a pasted page is not a question
WORD_LIMIT = 16
# A word in more than this share of all articles says little, if three rarer ones are there.
COMMON_SHARE = 0.2
ENOUGH_RARE_WORDS = 3
SHORT_QUERY = 3  # words; up to here the last one is always taken for unfinished
TAIL_LIMIT = 4  # characters of an unfinished word looked at
ENOUGH_ARTICLES = 2  # that have a word: what is not indexed yet is taken for one

_STOPWORDS_FILE = Path(__file__).parent / "stopwords.txt"


@cache
def stopwords() -> frozenset[str]:
    """Words that carry no subject."""
    lines = _STOPWORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if (word := line.strip()) and not word.startswith("#"))


@cache
def stopword_beginnings() -> frozenset[str]:
    """What a word that carries no subject may begin with, itself included."""
    return frozenset(word[:end] for word in stopwords() for end in range(len(word) + 1))


class Query(msgspec.Struct, frozen=True):
    """What to ask the index for.

    ``words`` are asked for whole and count for what they are ``worth``, ``prefix`` as the beginning of a word (""
    for none), ``character`` as one character anywhere in a title, question or keyword ("" for none). ``text`` is
    what they were taken from, folded, and ``cut`` all its words.
    """

    words: tuple[str, ...] = ()
    worth: tuple[float, ...] = ()
    prefix: str = ""
    character: str = ""
    text: str = ""
    cut: tuple[str, ...] = ()

    @property
    def separate(self) -> int:
        """How many of its words stand in no other: 公积金 is one, though 公积 is asked for too."""
        return sum(not any(word in other for other in self.words if other != word) for word in self.words)

    @property
    def marks(self) -> tuple[str, ...]:
        """What to highlight in a text found."""
        return tuple(dict.fromkeys(word for word in (*self.words, self.prefix, self.character) if word))


class Vocabulary(msgspec.Struct, frozen=True):
    """What a query must know of the index.

    ``frequency(word)``: in how many articles the word stands. ``begins(text)``: whether a word begins so.
    ``articles()``: how many there are.
    """

    frequency: Callable[[str], int]
    begins: Callable[[str], bool]
    articles: Callable[[], int]


def typed(text: str, segmenter: Segmenter, vocabulary: Vocabulary) -> Query:
    """The query for a search box whose last word may be unfinished."""
    text = fold(text[:TEXT_LIMIT])
    words = segmenter.words(text)
    if not words:
        return Query()
    counts = Counter(words)
    kept = informative(counts, vocabulary)
    single = words[0] if len(words) == 1 and len(words[0]) == 1 else ""
    prefix = _unfinished(text, words[-1], vocabulary, alone=not kept)
    if len(words) > SHORT_QUERY and vocabulary.frequency(words[-1]):
        prefix = ""  # a sentence that ends in a known word gains only noise from longer ones
    elif kept and prefix in stopword_beginnings():
        prefix = ""  # 公积金怎 is on its way to 怎么, which says nothing
    elif _within_longer(prefix) and vocabulary.frequency(prefix) >= ENOUGH_ARTICLES and prefix in kept:
        prefix = ""
    if not kept and not prefix:
        kept = tuple(word for word in dict.fromkeys(words) if vocabulary.frequency(word))[:WORD_LIMIT]
    return Query(kept, _worth(kept, counts, vocabulary), prefix, single, text, tuple(words))


def written(title: str, text: str, segmenter: Segmenter, vocabulary: Vocabulary, limit: int = WORD_LIMIT) -> Query:
    """The query for a record's title and text: whole words, those of the title counting three times."""
    counts = Counter(segmenter.words(text))
    for word in segmenter.words(title[:TEXT_LIMIT]):
        counts[word] += 3
    kept = informative(counts, vocabulary, limit)
    return Query(kept, _worth(kept, counts, vocabulary), text=f"{title}\n{text}")


def informative(counts: Counter[str], vocabulary: Vocabulary, limit: int = WORD_LIMIT) -> tuple[str, ...]:
    """The words that tell articles apart, most telling first; words in no article are left out."""
    total = max(vocabulary.articles(), 1)
    known = [
        (word, count, frequency)
        for word, count in counts.items()
        if word not in stopwords() and (frequency := vocabulary.frequency(word))
    ]
    known.sort(key=lambda entry: entry[1] * (1 - entry[2] / total) / entry[2], reverse=True)
    rare = [word for word, _, frequency in known if frequency <= total * COMMON_SHARE]
    kept = rare if len(rare) >= ENOUGH_RARE_WORDS else [word for word, _, _ in known]
    return tuple(kept[:limit])


def _worth(words: tuple[str, ...], counts: Counter[str], vocabulary: Vocabulary) -> tuple[float, ...]:
    """By what to multiply a word's score, which is as its rarity already: what is rare counts still more."""
    total = vocabulary.articles()
    rarities = [log(1 + (total + 0.5) / (vocabulary.frequency(word) + 0.5)) for word in words]
    return tuple(sqrt(rarity) * (1 + log(counts[word])) for word, rarity in zip(words, rarities, strict=True))


def _within_longer(word: str) -> bool:
    """Whether the articles that have a longer word of this beginning have the word itself, as the cut for search gives.

    公积 is one of 公积金's; a single character and letters are no words of their own there.
    """
    return len(word) > 1 and not word.isascii()


def _unfinished(text: str, last: str, vocabulary: Vocabulary, *, alone: bool) -> str:
    """The longest end of the text with which a word of the index begins, "" when there is none.

    Cutting an unfinished word goes wrong (业委 may fall into 业 and 委), so the end of the text is tried, not the
    last word alone. Less than that word is tried only when nothing else is asked for (``alone``): 换驾 is cut as a
    word of its own on the way to 换驾照.
    """
    if not text.endswith(last):
        return ""
    run = text.split()[-1]
    shortest = 1 if alone and not last.isascii() else len(last)
    for length in range(max(TAIL_LIMIT, len(last)), shortest - 1, -1):
        tail = run[-length:]
        if len(tail) == length and tail.isalnum() and vocabulary.begins(tail):
            return tail
    return ""
