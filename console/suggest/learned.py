"""What is known from history: the linear model in force, and the earlier tickets of this machine like the one at hand.

Answers of units are kept without their district, ``{区}教育委员会``: what one district's history teaches holds in all.
"""

import math
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from console.suggest.features import plain
from console.suggest.model import HEADS, Model, ModelError, Scored
from data.choices import MARKS, Choice, Choices, Near
from data.db import StorageError
from data.reference import Unit

SHIPPED = Path(__file__).parent / "shipped.model"
EMERGENCY = Path(__file__).parent / "emergency.model"  # asked by `console.emergency`
ALIKE = 0.35  # the part of the marks from which an earlier ticket is called similar (相似)
DISTRICT_SLOT, STREET_SLOT = "{区}", "{街乡}"
_LEAST = 1e-4


class Decided(NamedTuple):
    """One request and what people decided about it; empty where nobody did. ``number`` is its 工单编号."""

    text: str
    title: str = ""
    number: str = ""
    unit: str = ""
    topic: str = ""
    type: str = ""


class Learned:
    """The shipped model, a trained one in its place where there is one, and the choices kept on this machine."""

    def __init__(self, trained: Path | None = None, choices: Choices | None = None) -> None:
        self._trained = trained
        self._choices = choices
        self.fault = ""
        self.unread = ""  # why earlier tickets could not be looked at
        self._shipped: Model | None = None
        self._models: dict[str, Model] | None = None

    def rank(self, title: str, text: str) -> dict[str, list[Scored]]:
        """Rank the answers of each question, likeliest first: title and text each have their say."""
        ranked: dict[str, list[Scored]] = {}
        for model, heads in self._asked():
            spoken = [model.weigh(each, heads) for each in (title, text) if each.strip()]
            for head in heads:
                ranked[head] = _together([each[head] for each in spoken if each.get(head)])
        return ranked

    def why(self, head: str, label: str, told: str) -> tuple[str, ...]:
        """Return the words of a text that speak for an answer."""
        return self._in_force()[head].why(told, head, label)

    def near(self, title: str, text: str, limit: int = 3) -> list[Near]:
        """Return earlier tickets of this machine that are similar, most alike first.

        A file that cannot be read costs the suggestions that it would give, and no desk its work: ``unread`` says why.
        """
        self.unread = ""
        if self._choices is None:
            return []
        try:
            return self._choices.near(self._marks(title, text), least=ALIKE, limit=limit)
        except StorageError as error:
            self.unread = str(error)
            return []

    def learn(self, records: Iterable[Decided]) -> int:
        """Keep what people chose on this machine; returns how many. A request without a number is passed over.

        Raises:
            StorageError: the file cannot be written.
        """
        if self._choices is None:
            return 0
        return self._choices.learn(
            (Choice(each.number, each.unit, each.topic, each.type), self._marks(each.title, each.text))
            for each in records
            if each.number
        )

    def retrained(self) -> None:
        """Read the trained model anew at the next question."""
        self._models = None

    def _marks(self, title: str, text: str) -> list[int]:
        # The shipped model says how rare a pair of characters is, so that marks keep their meaning after training.
        read = plain(f"{title} {text}")
        pairs = list(dict.fromkeys(read[at : at + 2] for at in range(len(read) - 1)))
        han = [pair for pair in pairs if all("\u4e00" <= char <= "\u9fff" for char in pair)]
        rare = self._shipped_model().rareness(han)
        return [zlib.crc32(pair.encode()) for pair in sorted(han, key=lambda pair: -rare[pair])[:MARKS]]

    def _shipped_model(self) -> Model:
        if self._shipped is None:
            self._shipped = Model(SHIPPED)
        return self._shipped

    def _in_force(self) -> dict[str, Model]:
        if self._models is None:
            models = dict.fromkeys(self._shipped_model().heads, self._shipped_model())
            self.fault = ""
            if self._trained is not None and self._trained.exists():
                try:
                    trained = Model(self._trained)
                    models |= dict.fromkeys(trained.heads, trained)
                except ModelError as error:
                    self.fault = str(error)
            self._models = models
        return self._models

    def _asked(self) -> list[tuple[Model, list[str]]]:
        models = self._in_force()
        asked: dict[Path, tuple[Model, list[str]]] = {}
        for head in HEADS:
            if head in models:
                asked.setdefault(models[head].path, (models[head], []))[1].append(head)
        return list(asked.values())


class UnitNames:
    """Units by every name they have, and the answers that stand for them in a model."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._by_name: dict[str, Unit] = {}
        self._offices: dict[tuple[str, str], Unit] = {}
        for unit in sorted(units, key=lambda unit: (bool(unit.street), bool(unit.district))):
            if unit.street:
                self._offices[unit.district, unit.street] = unit
            for name in (unit.name, *unit.aliases):
                self._by_name.setdefault(name, unit)

    def answer(self, name: str) -> str:
        """Return the answer that a unit's name stands for; "" for one that nobody knows, or a district government.

        A district government takes what nobody else does (5.2.2.1.1b), so no wording leads to it.
        """
        unit = self._by_name.get(name.strip())
        if unit is None or unit.kind == "区政府":
            return ""
        if unit.street:
            return STREET_SLOT
        return DISTRICT_SLOT + unit.name.removeprefix(unit.district) if unit.district else unit.name

    def unit(self, answer: str, district: str, street: str) -> Unit | None:
        """Return the unit of this place that an answer means, or None where the place is not known."""
        if answer == STREET_SLOT:
            return self._offices.get((district, street))
        if answer.startswith(DISTRICT_SLOT):
            return self._by_name.get(district + answer.removeprefix(DISTRICT_SLOT)) if district else None
        return self._by_name.get(answer)


def _together(spoken: Sequence[Sequence[Scored]]) -> list[Scored]:
    if len(spoken) < 2:
        return list(spoken[0]) if spoken else []
    summed: dict[str, float] = {}
    for each in spoken:
        for scored in each:
            summed[scored.value] = summed.get(scored.value, 0.0) + math.log(scored.score + _LEAST)
    top = max(summed.values())
    raised = {value: math.exp(log - top) for value, log in summed.items()}
    total = sum(raised.values())
    return [Scored(value, raised[value] / total) for value in sorted(raised, key=lambda value: -raised[value])]
