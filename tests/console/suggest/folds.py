"""Five folds of real requests, and the peer that each figure stands beside.

Titles and texts come in two files that do not say which belong together, and people send one thing several times. So
a title and the text that holds most of its pairs of characters, and equal titles, always lie in one fold: nothing is
learned from the text of a title that is asked for.
"""

import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

FOLDS = 5
LINKED = 0.35  # the part of a title's pairs (by rarity) that a text must hold to be taken for its own


def fold_of(key: str) -> int:
    """The fold of a request, the same on every machine."""
    return zlib.crc32(key.encode()) % FOLDS


def grouped_folds(titles: Sequence[str], texts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the fold of each title and of each text."""
    import numpy  # late: what trains has it

    listed: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        for pair in _pairs(text):
            listed[pair].append(at)
    holding = {pair: numpy.array(where) for pair, where in listed.items()}
    rare = {pair: math.log((len(texts) + 1) / (len(where) + 1)) for pair, where in holding.items()}
    unseen = math.log(len(texts) + 1)
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for title in titles:
        held, whole = numpy.zeros(len(texts)), 0.0
        for pair in sorted(_pairs(title)):
            whole += rare.get(pair, unseen)
            if pair in holding:
                held[holding[pair]] += rare[pair]
        at = int(held.argmax())
        if whole and held[at] / whole >= LINKED:
            parent[root(("title", title))] = root(("text", texts[at]))
    return (
        [fold_of(root(("title", title))[1]) for title in titles],
        [fold_of(root(("text", text))[1]) for text in texts],
    )


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalnum()}


def peer(train: Iterable[tuple[str, str]], asked: Sequence[str]) -> list[list[str]]:
    """LinearSVC over character 1-3-gram tf-idf, as the issue names it: for each text its answers, likeliest first."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    texts, answers = zip(*train, strict=True)
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    model = LinearSVC(random_state=0).fit(vectors.fit_transform(texts), answers)
    margins = model.decision_function(vectors.transform(asked))
    return [[str(model.classes_[at]) for at in (-row).argsort()] for row in margins]


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """The mean over answers of F1, each answer counting alike."""
    scores = []
    for label in set(truth) | set(said):
        hit = sum(t == s == label for t, s in zip(truth, said, strict=True))
        scores.append(2 * hit / (truth.count(label) + said.count(label)))
    return sum(scores) / len(scores)


def accuracy(truth: Sequence[str], said: Sequence[str]) -> float:
    """The share of right answers."""
    return sum(t == s for t, s in zip(truth, said, strict=True)) / len(truth)
