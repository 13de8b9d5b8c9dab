"""A linear model in one file that all sessions map: what trained it is not needed to read it.

The file holds the known runs of characters (`console.suggest.features`) as a marisa trie, a weight for how rare each
is, and for each question (head: ``topic``, ``type``, ``unit``) and each of its answers a column of one byte a run.
Only what is added up is copied, so a session pays about a megabyte of its own.
"""

import json
import math
import mmap
import os
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter, mul
from pathlib import Path
from typing import NamedTuple

import marisa_trie

from console.suggest.features import LONGEST_RUN, plain

HEADS = ("type", "topic", "unit")
"""The questions that a model may answer."""
_MAGIC = b"hotline-suggest 1\n"
_STEEP = 3.0  # how fast a lead of the margin becomes certainty
_WHY = 3  # words that explain an answer
_WHY_RUNS, _WHY_LEAST = 6, 0.3  # made of the runs that weigh most, none of less than a third of the first


class ModelError(ValueError):
    """A model file cannot be used; the message names the file, the reason and the way out."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"推荐模型 {path} 无法使用：{reason}；请重新训练（hotline suggest --train 文件），或移走它")
        self.reason = reason


class Scored(NamedTuple):
    """An answer, how sure the model is (0 to 1, all answers together 1), and the words of the text that say so."""

    value: str
    score: float
    because: tuple[str, ...] = ()


class Head(NamedTuple):
    """One question as the trainer hands it over: for each answer a weight a run, and what is added to all."""

    name: str
    labels: tuple[str, ...]
    columns: Sequence[Sequence[float]]
    biases: Sequence[float]


class _Column(NamedTuple):
    weights: memoryview  # one signed byte a run
    scale: float
    bias: float


class Model:
    """One model, mapped; reading it needs neither numpy nor scikit-learn."""

    def __init__(self, path: Path) -> None:
        """Open a model file.

        Raises:
            ModelError: it is not there, not whole or of another kind.
        """
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise ModelError(
                path, "文件为空" if isinstance(error, ValueError) else f"读不出（{error.strerror}）"
            ) from error
        try:
            self._read()
        except (ValueError, KeyError, TypeError, RuntimeError, IndexError) as error:
            raise ModelError(path, "内容不完整，或不是推荐模型") from error

    def _read(self) -> None:
        whole = memoryview(self._map)
        if whole[: len(_MAGIC)] != _MAGIC:
            raise ValueError("magic")
        at = len(_MAGIC)
        size, digest = int.from_bytes(whole[at : at + 4], "little"), int.from_bytes(whole[at + 4 : at + 8], "little")
        at += 8
        header = json.loads(bytes(whole[at : at + size]))
        at += size
        if zlib.crc32(whole[at:]) != digest:
            raise ValueError("digest")
        self.told: dict[str, int] = header["told"]
        self._trie = marisa_trie.Trie().frombytes(bytes(whole[at : at + header["trie"]]))
        at += header["trie"]
        many = len(self._trie)
        self._rare = whole[at : at + 4 * many].cast("f")
        at += 4 * many
        self._unseen = max(self._rare, default=0.0) + 1
        self._last: tuple[str, list[tuple[str, int]]] = ("", [])
        self._heads: dict[str, dict[str, _Column]] = {}
        for head in header["heads"]:
            columns = self._heads[head["name"]] = {}
            for label, scale, bias in zip(head["labels"], head["scales"], head["biases"], strict=True):
                columns[label] = _Column(whole[at : at + many].cast("b"), scale, bias)
                at += many
        if at != len(whole):
            raise ValueError("length")

    @property
    def heads(self) -> Mapping[str, tuple[str, ...]]:
        """The questions it answers, each with its answers."""
        return {name: tuple(columns) for name, columns in self._heads.items()}

    def rareness(self, runs: Iterable[str]) -> dict[str, float]:
        """Return for each run how rare it is among the examples; one that none of them has is the rarest."""
        unseen = self._unseen
        return {run: self._rare[self._trie[run]] if run in self._trie else unseen for run in runs}

    def weigh(self, text: str, heads: Iterable[str] = HEADS) -> dict[str, list[Scored]]:
        """Rank the answers of each head for a text, likeliest first."""
        counted = Counter(at for _, at in self._found(plain(text)))
        if not counted:
            return {name: [] for name in heads if name in self._heads}
        ids, values = self._values(counted)
        pick = itemgetter(*ids) if len(ids) > 1 else lambda column: (column[ids[0]],)
        ranked = {}
        for name in heads:
            if columns := self._heads.get(name):
                margins = {
                    label: column.bias + column.scale * sum(map(mul, values, pick(column.weights)))
                    for label, column in columns.items()
                }
                ranked[name] = _certain(margins)
        return ranked

    def why(self, text: str, head: str, label: str) -> tuple[str, ...]:
        """Return the runs of a text that speak most for an answer, none inside another."""
        read = plain(text)
        column = self._heads[head][label]
        known = {run: at for run, at in self._found(read) if len(run) > 1}
        weight = {run: self._rare[at] * column.weights[at] for run, at in known.items()}
        best = sorted(weight, key=lambda run: (-weight[run], run))[:_WHY_RUNS]
        least = max(weight[best[0]] * _WHY_LEAST, 0.0) if best else 0.0
        return _joined(read, [run for run in best if weight[run] > least])

    def _found(self, read: str) -> list[tuple[str, int]]:
        # Asked several times for one text: which answers, and why each.
        last, found = self._last
        if last != read:
            known = self._trie.iter_prefixes_with_ids
            found = [each for at in range(len(read)) for each in known(read[at : at + LONGEST_RUN])]
            self._last = read, found
        return found

    def _values(self, counted: Counter[int]) -> tuple[list[int], list[float]]:
        ids = list(counted)
        values = [(1 + math.log(count)) * self._rare[at] for at, count in counted.items()]
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        return ids, [value / length for value in values]


def write_model(
    path: Path, runs: Sequence[str], rare: Sequence[float], heads: Sequence[Head], told: Mapping[str, int]
) -> None:
    """Write a model file in one step: whoever has the old one mapped keeps it.

    ``rare`` and each column are ordered as ``runs``; ``told`` says from how many examples of what it learned.

    Raises:
        OSError: the folder cannot be written.
    """
    import numpy  # late: who reads a model has no need of it

    trie = marisa_trie.Trie(runs)
    order = sorted(range(len(runs)), key=lambda at: trie[runs[at]])
    body = [trie.tobytes(), memoryview(array("f", (rare[at] for at in order))).tobytes()]
    described = []
    for head in heads:
        scales = []
        for column in head.columns:
            weights = numpy.asarray(column, dtype=numpy.float64)
            scale = float(numpy.abs(weights).max(initial=0.0)) / 127 or 1.0
            body.append(numpy.rint(weights[order] / scale).astype(numpy.int8).tobytes())
            scales.append(scale)
        described.append(
            {"name": head.name, "labels": head.labels, "scales": scales, "biases": [float(b) for b in head.biases]}
        )
    content = b"".join(body)
    header = {"told": dict(told), "trie": len(body[0]), "heads": described}
    head_bytes = json.dumps(header, ensure_ascii=False).encode()
    head_bytes += b" " * (-(len(_MAGIC) + 8 + len(head_bytes) + len(body[0])) % 4)  # the floats begin at a word
    sizes = len(head_bytes).to_bytes(4, "little") + zlib.crc32(content).to_bytes(4, "little")
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        file.write(_MAGIC + sizes + head_bytes + content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _certain(margins: Mapping[str, float]) -> list[Scored]:
    top = max(margins.values())
    raised = {label: math.exp(_STEEP * (margin - top)) for label, margin in margins.items()}
    total = sum(raised.values())
    ranked = sorted(raised, key=lambda label: -raised[label])
    return [Scored(label, raised[label] / total) for label in ranked]


def _joined(read: str, best: Sequence[str]) -> tuple[str, ...]:
    """Unite runs that overlap in the text: 燃气泄 and 气泄漏 are 燃气泄漏."""
    marked = bytearray(len(read))
    for run in best:
        at = read.find(run)
        while at >= 0:
            marked[at : at + len(run)] = b"\x01" * len(run)
            at = read.find(run, at + 1)
    clean = (read[start:end].strip(" ，。、；：,.;:") for start, end in _spans(marked))
    return tuple(dict.fromkeys(span for span in clean if len(span) > 1))[:_WHY]


def _spans(marked: bytearray) -> Iterable[tuple[int, int]]:
    at = marked.find(1)
    while at >= 0:
        end = marked.find(0, at)
        end = len(marked) if end < 0 else end
        yield at, end
        at = marked.find(1, end)
