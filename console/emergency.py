"""An emergency (紧急服务热线处理的诉求) that the words of a record tell: it is spoken of before anything else (5.1.2.2a).

The signs of the pack are asked first, since they name the words and the class; what they do not know, a linear model
may tell that learned from sentences of our own (`console/suggest/emergencies.csv`). Either is a hint: a person decides.
"""

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from data.record import Record
from scripts.kinds import POSSIBLE, UNSTABLE
from scripts.pack import Packs
from scripts.scope import Alarm, alarms, denied, hints
from scripts.urgency import Hint

if TYPE_CHECKING:
    from console.suggest.model import Model

HEAD = "emergency"  # the question that the model answers: the number to ring, or
NONE = "无"
THREAT = "威胁"  # what the claimant will do themselves (C.4): no number, a kind to judge
SURE = 0.5  # how certain the model must be that it is one
KIND = POSSIBLE  # of what only the model tells: 5.2.2.1.2a, until a person has judged it
_SHOWN = 20  # characters of the text that stand for what the model read


class Emergency(msgspec.Struct, frozen=True):
    """The numbers to ring (by their ids in the pack; none for a threat), the units whose line is named beside them, and the urgent kinds
    that it suggests, each with words of the text."""

    numbers: tuple[str, ...]
    units: tuple[str, ...]
    hints: tuple[Hint, ...]


def emergency(packs: Packs, record: Record) -> Emergency | None:
    """Return the emergency that a record's title and text tell, if there is one; pure."""
    told = f"{record.title}\n{record.own_text}".strip()
    if not told:
        return None
    first = {route.id for route in packs.scope.routes if route.first}
    for hint in hints(packs.scope, told):
        if hint.route in first and hint.choices:
            return Emergency(hint.choices, hint.units, _kinds(alarms(packs.scope, told)))
    if denied(packs.scope, told):
        return None
    # A title is made of the text: alone it must not change what was judged before there was one.
    text = record.own_text.strip() or record.title
    answer = _answer(text)
    if answer == THREAT:
        return Emergency((), (), (Hint(UNSTABLE, (text[:_SHOWN],)),))
    if not any(choice.id == answer for route in packs.scope.routes if route.first for choice in route.choices):
        return None
    return Emergency((answer,), (), (Hint(KIND, (text[:_SHOWN],)),))


def _kinds(heard: list[Alarm]) -> tuple[Hint, ...]:
    kinds: dict[str, dict[str, None]] = {}
    for alarm in heard:
        if alarm.sign.kind:
            kinds.setdefault(alarm.sign.kind, {}).update(dict.fromkeys(alarm.words))
    return tuple(Hint(kind, tuple(words)) for kind, words in kinds.items())


def _answer(text: str) -> str:
    """The number that the model would have rung, a threat, or nothing."""
    scored = {each.value: each.score for each in _model().weigh(text, (HEAD,))[HEAD]}
    ranked = [value for value in scored if value != NONE]
    return ranked[0] if ranked and 1 - scored.get(NONE, 0.0) > SURE else ""


@cache
def _model() -> "Model":
    from console.suggest.learned import EMERGENCY  # late: that package judges records, and their judgement asks here
    from console.suggest.model import Model

    return Model(EMERGENCY)
