"""Looking once more at the best articles, character by character.

Words find the articles; but how jieba cuts them decides more than it should, and a title of ten characters has few of
them. So pairs of neighbouring characters, which need no cutting, are counted in the articles found, and for a short
query single ones too; an article that names other districts than the query falls behind. What is rare is told from
what is common by the articles found and a sample of all the others, so no index of characters is needed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, repeat
from math import log

import msgspec

from kb.articles import Article
from kb.segment import FOLDED, fold

LOOKED_AT = 30  # articles,
LOOKED_AT_FOR_FEW = 15  # or these, for a query of few characters: no fewer come first, and it takes half the time
FEW = 6  # characters
SAMPLED = 100  # articles that stand for all the others
READ = 4_000  # characters of an article that are read
SHORT = 60  # characters up to which a query's single characters say something
PAIRS = 100  # of a long query, the most telling

# As in BM25: how soon repetition stops counting, and how much its length is held against an article.
_REPEATS, _LENGTH = 1.2, 0.9
_RARITY = 1.5  # power of a pair's rarity: a telling one counts for more than several common ones
_PAIR, _SINGLE = 1.0, 2.0  # weights beside the words' own score
_LONG_PAIR = 1.5
_NAMED = 4.0  # weight of title, questions and keywords beside the text
_REMEMBERED = 20_000  # pairs whose number in the sample is kept

_ELSEWHERE = 0.8  # what remains of the score of an article that names other districts only

_TO_FOLD = re.compile(f"[{''.join(sorted(filter(str.isalnum, FOLDED)))}]")
_PIECE = re.compile(r"[^\W_]+")
_UNIT = re.compile(r"[a-z0-9]+|[^a-z0-9]")  # letters and digits stand together, Han alone
_AREA = ("市", "区", "县")
_ANONYMISED = r"[a-z]\d{0,2}[市区县]"  # as published messages write: A市, A7县


class Look(msgspec.Struct, frozen=True):
    """An article found: what it is called by, and its text, both in lower case."""

    named: str
    body: str


def look(article: Article) -> Look:
    """An article to look at, called by its title, questions and keywords."""
    named = (article.title, *article.questions, *article.keywords)
    return Look(_lower("\n".join(named)), _lower(article.body[:READ]))


class Reranker:
    """What is the same for each query.

    Args:
        sample: articles that stand for all.
        areas: names of places, of which the districts count.
    """

    def __init__(self, sample: Iterable[Look], areas: Iterable[str]) -> None:
        self._sample = [f"{one.named}\n{one.body}" for one in sample]
        self._holding: dict[str, int] = {}  # asked for again at the next keystroke
        names = sorted({fold(name) for name in areas if name.endswith(_AREA)}, key=len, reverse=True)
        self._areas = re.compile("|".join([*map(re.escape, names), _ANONYMISED]))

    def scores(self, question: str, found: Sequence[Look], scores: Sequence[float]) -> list[float]:
        """New scores of the articles found, in their order, for what was typed or written.

        Args:
            scores: by words.
        """
        question = fold(question)
        asked = self._asked(question)
        scores = list(scores)
        _add(scores, [one.body for one in found], asked, 1.0, self._rarity)
        _add(scores, [one.named for one in found], asked, _NAMED, self._rarity)
        areas = set(self._areas.findall(question))
        if areas:
            scores = [
                score * (_ELSEWHERE if self._elsewhere(one, areas) else 1.0)
                for score, one in zip(scores, found, strict=True)
            ]
        return scores

    def _asked(self, question: str) -> list[tuple[str, float]]:
        """What to count, and what it is worth."""
        pairs, singles = _grams(question)
        if len(question) <= SHORT:
            return [(pair, _PAIR) for pair in pairs] + [(single, _SINGLE) for single in singles]
        telling = sorted(pairs, key=self._sampled)[:PAIRS]
        return [(pair, _LONG_PAIR * (1 + log(pairs[pair]))) for pair in telling]

    def _rarity(self, gram: str, holding: int, found: int) -> float:
        holding += self._sampled(gram)
        return float(log(1 + (found + len(self._sample) - holding + 0.5) / (holding + 0.5)) ** _RARITY)

    def _sampled(self, gram: str) -> int:
        """In how many articles of the sample it stands."""
        holding = self._holding.get(gram)
        if holding is None:
            if len(self._holding) >= _REMEMBERED:
                self._holding.clear()
            holding = self._holding[gram] = sum([gram in text for text in self._sample])
        return holding

    def _elsewhere(self, one: Look, areas: set[str]) -> bool:
        named = set(self._areas.findall(f"{one.named}\n{one.body}"))
        return bool(named) and not named & areas


def _add(
    scores: list[float],
    texts: list[str],
    asked: list[tuple[str, float]],
    weight: float,
    rarity: Callable[[str, int, int], float],
) -> None:
    average = sum(map(len, texts)) / max(len(texts), 1)
    if not average:
        return
    damping = [_REPEATS * (1 - _LENGTH + _LENGTH * len(text) / average) for text in texts]
    anywhere = "\n".join(texts)
    for gram, worth in asked:
        if gram not in anywhere:
            continue
        times = list(map(str.count, texts, repeat(gram)))
        holding = len(times) - times.count(0)
        most = weight * worth * rarity(gram, holding, len(texts)) * (_REPEATS + 1)
        for place, count in enumerate(times):
            if count:
                scores[place] += most * count / (count + damping[place])


def _grams(text: str) -> tuple[Counter[str], Counter[str]]:
    """Neighbouring pairs and single characters, how often each."""
    pieces = [_UNIT.findall(piece) for piece in _PIECE.findall(text)]
    singles = Counter(unit for units in pieces for unit in units)
    return Counter(first + second for units in pieces for first, second in pairwise(units)), singles


def _lower(text: str) -> str:
    """As `fold`, but quick where there is nothing to fold: signs do not count here."""
    return fold(text) if _TO_FOLD.search(text) else text.lower()
