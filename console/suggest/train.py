"""Learning from labelled history: one linear model for topic, type and unit (5.2.2.1.5), written for `Model`.

A record's title and its text are two examples of the same answer, and the model is to be asked with either or both:
a title says in ten characters what the text says in three hundred, so each helps to read the other. Needs
scikit-learn (the extra ``train``); reading the model does not.

The constants were chosen by cross-validation within the training part of real requests: rare runs count more than by
their plain idf, single characters and words of a dictionary more than chance pairs, and the topic trusts a run by how
unevenly the topics have it. All of it is in the weights; reading the model is one sum for each answer.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from console.suggest.features import runs
from console.suggest.model import HEADS, Head, write_model
from kb.articles import KnowledgeError
from kb.table import dictionary_words

SEEN = 2  # examples that must have a run before it counts
SOFT = {"topic": 1.0}  # LinearSVC's C, by head
SOFT_ELSE = 0.5
RARER = 1.6  # the power of the idf
STANDING = 2.0  # what a single character, or a pair that is a word, counts beside a pair that is none, or a longer word
TRUST = {"topic": 0.4}  # the power of how unevenly the answers have a run; types and units were told no better with it
LEAST_TRUST = 0.05  # before that power: of a run that all answers have alike
UNSURE = 3.5  # examples that each run is taken to have beside its own, shared among the answers


class Example(NamedTuple):
    """A text and what a person decided about it, by head; a head without an answer is left out."""

    text: str
    answers: Mapping[str, str]


class TrainingError(ValueError):
    """Nothing can be learned; the message says why and what to do."""


def train(examples: Iterable[Example], path: Path, asked: Sequence[str] = HEADS) -> dict[str, int]:
    """Learn from examples and write the model; returns how many examples each of the heads ``asked`` learned from.

    Raises:
        TrainingError: scikit-learn is not installed, or no head has two answers to tell apart.
        OSError: the folder cannot be written.
    """
    try:
        import numpy
        from scipy.sparse import csr_matrix
        from sklearn.svm import LinearSVC
    except ImportError as error:
        raise TrainingError(
            "训练需要 scikit-learn，本机没有安装：请运行 pip install 'hotline-console[train]'，或在装有它的机器上训练后拷来模型文件"
        ) from error
    try:
        words = dictionary_words()
    except KnowledgeError as error:
        raise TrainingError(str(error)) from error
    given = [example for example in examples if example.text.strip()]
    counted = [runs(example.text, words) for example in given]
    known = Counter(run for each in counted for run in each)
    names = sorted(run for run, many in known.items() if many >= SEEN)
    ids = {run: at for at, run in enumerate(names)}
    rare = [
        (math.log((1 + len(given)) / (1 + known[run])) + 1) ** RARER
        * (STANDING if len(run) == 1 or (len(run) == 2 and run in words) else 1)
        for run in names
    ]
    rows = [_row(each, ids, rare) for each in counted]
    matrix = csr_matrix(
        (
            numpy.fromiter((value for row in rows for value in row[1]), dtype=numpy.float64),
            numpy.fromiter((at for row in rows for at in row[0]), dtype=numpy.int32),
            numpy.cumsum([0, *(len(row[0]) for row in rows)]),
        ),
        shape=(len(rows), len(names)),
    )
    heads: list[Head] = []
    told: dict[str, int] = {}
    for name in asked:
        at = [number for number, example in enumerate(given) if example.answers.get(name)]
        answers = [given[number].answers[name] for number in at]
        if len(set(answers)) < 2:
            continue
        trust = _trust(matrix[at], answers, TRUST.get(name, 0.0))
        fitted = LinearSVC(C=SOFT.get(name, SOFT_ELSE), class_weight="balanced", random_state=0)
        fitted.fit(matrix[at].multiply(trust).tocsr(), answers)
        heads.append(_head(name, fitted, trust))
        told[name] = len(at)
    if not heads:
        raise TrainingError("没有可学的内容：至少要有两种不同的 topic、type 或 unit，且标题或正文不为空")
    write_model(path, names, rare, heads, told)
    return told


def _row(counted: Counter[str], ids: Mapping[str, int], rare: Sequence[float]) -> tuple[list[int], list[float]]:
    found = [(ids[run], (1 + math.log(many)) * rare[ids[run]]) for run, many in counted.items() if run in ids]
    length = math.sqrt(sum(value * value for _, value in found)) or 1.0
    return [at for at, _ in found], [value / length for _, value in found]


def _trust(matrix: Any, answers: Sequence[str], power: float) -> Any:
    """How far each run is to be trusted: 1 minus the entropy of the answers given the run, answers counting alike.

    Scaled so that examples keep their length of 1 in the mean: C then means the same for each question.
    """
    import numpy
    from scipy.sparse import csr_matrix

    labels, which, many = numpy.unique(answers, return_inverse=True, return_counts=True)
    having = csr_matrix((numpy.ones(len(answers)), (which, range(len(answers)))), shape=(len(labels), len(answers)))
    share = (having @ (matrix > 0)).toarray() * (many.mean() / many)[:, None] + UNSURE / len(labels)
    share /= share.sum(axis=0)
    even = -(share * numpy.log(share)).sum(axis=0) / math.log(len(labels))
    trust = (1 + LEAST_TRUST - even) ** power
    return trust / math.sqrt(matrix.multiply(trust).power(2).sum() / len(answers))


def _head(name: str, fitted: Any, trust: Any) -> Head:
    columns, biases = fitted.coef_ * trust, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn keeps one column for two answers
        columns, biases = [-columns[0], columns[0]], [-biases[0], biases[0]]
    return Head(name, tuple(map(str, fitted.classes_)), [list(column) for column in columns], list(biases))
