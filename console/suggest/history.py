"""Reading labelled history for ``hotline suggest --train``: one JSON object a line, each with what people decided."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from console.suggest.examples import own_examples
from console.suggest.learned import UnitNames
from console.suggest.train import Example, train
from data.record import REQUEST_TYPES
from data.reference import Reference

LONGEST_LINE = 1_000_000  # bytes
_SEVERAL = re.compile(r"[,，、;；|]")  # several units of one ticket


class HistoryError(ValueError):
    """A file of history cannot be used; the message names the file, the line, the reason and the way out."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        where = f"{path} 第 {line} 行" if line else str(path)
        super().__init__(f"{where}：{reason}；请改正后重新训练，在用的模型没有改动")


class _Line(msgspec.Struct):
    title: str | None = ""
    text: str | None = ""
    topic: str | None = ""
    type: str | None = ""
    unit: str | None = ""


class Trained(msgspec.Struct, frozen=True):
    """What a training read, how many examples each question learned from, and what taught nothing."""

    read: int
    learned: dict[str, int]
    passed_over: dict[str, int]  # answers that nobody knows here, records without a text


def train_from(path: Path, reference: Reference, model: Path) -> Trained:
    """Learn from a file of history and our own examples, and write the model.

    Our own examples help where the history uses the same answers: always for types and units, for topics where all
    of them stand in the table.

    Raises:
        HistoryError: the file cannot be read, or a line is no record.
        TrainingError: scikit-learn is missing, or there is nothing to tell apart.
        OSError: the model cannot be written.
    """
    passed: Counter[str] = Counter()
    names = UnitNames(reference.units)
    examples: list[Example] = []
    read = 0
    for line in _lines(path):
        read += 1
        examples += _examples(line, names, passed)
    topics = {example.answers["topic"] for example in examples if "topic" in example.answers}
    same_topics = topics <= {topic.name for topic in reference.topics}
    asked = {head for example in examples for head in example.answers}
    for own in own_examples(reference):
        answers = {
            head: answer for head, answer in own.answers.items() if head in asked and (head != "topic" or same_topics)
        }
        if answers:
            examples.append(Example(own.text, answers))
    return Trained(read, train(examples, model), dict(passed))


def _examples(line: _Line, names: UnitNames, passed: Counter[str]) -> Iterator[Example]:
    answers = {}
    if line.topic:
        answers["topic"] = line.topic.strip()
    if line.type in REQUEST_TYPES:
        answers["type"] = line.type
    elif line.type:
        passed[f"类型“{line.type[:20]}”"] += 1
    units = []
    for name in _SEVERAL.split(line.unit or ""):
        if answer := names.answer(name):
            units.append(answer)
        elif name.strip():
            passed[f"单位“{name.strip()[:20]}”"] += 1
    told = [each for each in (line.title, line.text) if each and each.strip()]
    if not told:
        passed["没有标题和正文"] += 1
    for each in told:
        yield Example(each, {**answers, "unit": units[0]} if units else answers)
        for unit in units[1:]:
            yield Example(each, {"unit": unit})


def _lines(path: Path) -> Iterator[_Line]:
    decoder = msgspec.json.Decoder(_Line)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE + 1), b""), start=1):
                if len(line) > LONGEST_LINE:
                    raise HistoryError(path, number, "一行过长，不像一件诉求")
                if line := line.strip().removeprefix(b"\xef\xbb\xbf"):
                    try:
                        yield decoder.decode(line)
                    except (msgspec.DecodeError, UnicodeDecodeError) as error:
                        raise HistoryError(path, number, f"不是一件诉求的 JSON（{error}）") from error
    except OSError as error:
        raise HistoryError(path, 0, f"读不出（{error.strerror}）") from error
