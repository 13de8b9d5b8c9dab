"""Examples of our own wording from which the shipped models learn: matters by topic and unit, how people begin, and
emergencies.

``examples.csv`` holds matters (诉求事项), ``frames.csv`` how each of the five types puts one; the tables of topics
and units add their words and examples. ``emergencies.csv`` holds what people tell of emergencies, the first of the
numbers that are right being the one to learn, and ordinary requests in the same words. Everything is joined in a fixed
order, so each model is the same each time.
"""

from collections.abc import Iterator
from pathlib import Path

from console.emergency import HEAD, NONE
from console.suggest.train import Example
from data.reference import Reference
from data.tables import read_csv
from kb.starters import starter_articles
from scripts.scope import ScopePack, alarms

FOLDER = Path(__file__).parent
_SLOT = "{事}"
_MATTERS_A_FRAME = 6
_PLACES = ("", "朝阳区望京街道，", "我家小区", "海淀区某路口，", "昨天晚上，", "通州区梨园镇")


def own_examples(reference: Reference) -> Iterator[Example]:
    """Yield the examples of one city's tables, matters before frames.

    Raises:
        ReferenceTableError: a file of the examples is damaged.
    """
    names = {unit.id: unit.name for unit in reference.units if not unit.district}
    matters: list[str] = []
    for at, (_, row) in enumerate(read_csv(FOLDER / "examples.csv", ("topic", "unit", "matter"))):
        matters.append(row["matter"])
        answers = {"topic": row["topic"]}
        if row["unit"] in names:
            answers["unit"] = names[row["unit"]]
        yield Example(row["matter"], answers)
        yield Example(_PLACES[at % len(_PLACES)] + row["matter"], answers)
    for topic in reference.topics:
        if topic.name != topic.scope:
            for at in range(0, len(topic.words), 2):
                yield Example("，".join(topic.words[at : at + 2]), {"topic": topic.name})
    for unit in reference.units:
        if not unit.district:
            for told in unit.examples:
                yield Example(told, {"unit": unit.name})
            for at in range(0, len(unit.duties), 3):
                yield Example("，".join(unit.duties[at : at + 3]), {"unit": unit.name})
    yield from _typed(matters)


def emergency_examples(reference: Reference, scope: ScopePack) -> Iterator[Example]:
    """Yield what tells an emergency, each with the number to ring, and what tells none: ordinary requests in the same
    words, all our other examples, and what the starter articles are asked about; without those that the signs know.

    Raises:
        ReferenceTableError: a file of the examples is damaged.
    """
    for _, row in read_csv(FOLDER / "emergencies.csv", ("numbers", "told")):
        yield Example(row["told"], {HEAD: row["numbers"].partition(" ")[0] or NONE})
    ordinary = [each.text for each in own_examples(reference)]
    for article in starter_articles():
        ordinary += [article.title, *article.questions]
    yield from (Example(each, {HEAD: NONE}) for each in dict.fromkeys(ordinary) if not alarms(scope, each))


def _typed(matters: list[str]) -> Iterator[Example]:
    at = 0
    for _, row in read_csv(FOLDER / "frames.csv", ("type", "frame")):
        fillings = _MATTERS_A_FRAME if _SLOT in row["frame"] else 1
        for _ in range(fillings):
            yield Example(row["frame"].replace(_SLOT, matters[at % len(matters)]), {"type": row["type"]})
            at += 7  # from topic to topic, so that a type is not told by the matter
