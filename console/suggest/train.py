"""Learning from labelled history: one linear model for topic, type and unit (5.2.2.1.5), written for `Model`.

A record's title and its text are two examples of the same answer, and the model is to be asked with either or both:
a title says in ten characters what the text says in three hundred, so each helps to read the other. Needs
scikit-learn (the extra ``train``); reading the model does not.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from console.suggest.features import runs
from console.suggest.model import HEADS, Head, write_model

SEEN = 2  # examples that must have a run before it counts
SOFT = 0.5  # LinearSVC's C


class Example(NamedTuple):
    """A text and what a person decided about it, by head; a head without an answer is left out."""

    text: str
    answers: Mapping[str, str]


class TrainingError(ValueError):
    """Nothing can be learned; the message says why and what to do."""


def train(examples: Iterable[Example], path: Path, *, soft: float = SOFT) -> dict[str, int]:
    """Learn from examples and write the model; returns how many examples each head learned from.

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
    given = [example for example in examples if example.text.strip()]
    counted = [runs(example.text) for example in given]
    known = Counter(run for each in counted for run in each)
    names = sorted(run for run, many in known.items() if many >= SEEN)
    ids = {run: at for at, run in enumerate(names)}
    rare = [math.log((1 + len(given)) / (1 + known[run])) + 1 for run in names]
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
    for name in HEADS:
        at = [number for number, example in enumerate(given) if example.answers.get(name)]
        answers = [given[number].answers[name] for number in at]
        if len(set(answers)) < 2:
            continue
        fitted = LinearSVC(C=soft, class_weight="balanced", random_state=0).fit(matrix[at], answers)
        heads.append(_head(name, fitted))
        told[name] = len(at)
    if not heads:
        raise TrainingError("没有可学的内容：至少要有两种不同的 topic、type 或 unit，且标题或正文不为空")
    write_model(path, names, rare, heads, told)
    return told


def _row(counted: Counter[str], ids: Mapping[str, int], rare: Sequence[float]) -> tuple[list[int], list[float]]:
    found = [(ids[run], (1 + math.log(many)) * rare[ids[run]]) for run, many in counted.items() if run in ids]
    length = math.sqrt(sum(value * value for _, value in found)) or 1.0
    return [at for at, _ in found], [value / length for _, value in found]


def _head(name: str, fitted: Any) -> Head:
    columns, biases = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:  # scikit-learn keeps one column for two answers
        columns, biases = [-columns[0], columns[0]], [-biases[0], biases[0]]
    return Head(name, tuple(map(str, fitted.classes_)), [list(column) for column in columns], list(biases))
