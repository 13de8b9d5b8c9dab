"""What a trainee's sentence does: which element it asks for, or which phrase of a call it is.

Sentences that the packs hold are known as they are. Any other is weighed by a linear model over its characters, trained
on sentences of our own (``examples.csv``) like the models of `console.suggest`, after a few rules for what is plain.
"""

import re
from collections.abc import Container
from functools import cached_property
from pathlib import Path

from console.script import ASKING
from console.suggest.model import Model
from scripts.pack import Packs
from scripts.phrases import said_as

HEAD = "act"
NONE = "none"
SHIPPED = Path(__file__).parent / "acts.model"
EXAMPLES = Path(__file__).parent / "examples.csv"
SURE = 0.0  # below it a sentence is taken for talk that asks nothing
_ASK = "ask:"
_EMERGENCY = "5.1.2.2a"
_PHRASES = {"B.1.1-12": "again"}
# What is plain by a word or two, tried in this order before the model.
RULES: tuple[tuple[str, str], ...] = (
    ("own_words", r"原话|逐字|原样"),
    ("emergency_called", r"(?:1[12]\d|报(?:过|了)?警|急救|紧急电话)[^，。]{0,4}(?:吗|没有|了没|没)[？?]?$"),
    ("soothe", r"^[^？?]*(?:别(?:着)?急|别生气|别激动|消消?气|冷静|慢慢(?:说|讲))[^？?]*$"),
    ("petitioned", r"信访|上访过"),
    ("confidential", r"保密|匿名|公开(?:姓名|身份)"),
    ("emergency_told", r"(?:马上|立即|赶紧|赶快|立刻|现在就|先)[^，。？]{0,4}(?:拨打|打|拨|报警|叫)[^过了没吗？]*$"),
)


class Recogniser:
    """Tells what a sentence asks for."""

    def __init__(self, packs: Packs, path: Path = SHIPPED) -> None:
        """Nothing is read before it is asked."""
        self._packs = packs
        self._path = path

    @cached_property
    def _model(self) -> Model:
        return Model(self._path)

    def phrase(self, phrase_id: str, step: str = "") -> str:
        """The act of a phrase that was said at a step of the script, or picked from the list (no step)."""
        own = next((each.step for each in self._packs.phrases.phrases if each.id == phrase_id), "")
        return act_of(phrase_id, own or step)

    def act(self, text: str, facts: Container[str] | None = None) -> str:
        """The act of a sentence; `NONE` for one that asks nothing.

        Args:
            text: what was said.
            facts: what the caller knows. "Where?" asks one who threatens nobody for no place of a threat (C.4); without
                it any question is possible.

        Raises:
            ModelError: the shipped model is not there or not whole.
        """
        said = text.strip()
        if not said:
            return NONE
        return self._known(said) or self._plain(said) or self._weighed(said, facts)

    def _known(self, said: str) -> str:
        """The act of a sentence that the packs hold word for word."""
        for phrase in self._packs.phrases.phrases:
            if phrase.step != "words" and not phrase.slots and said_as(phrase, said):
                return act_of(phrase.id, phrase.step)
        bare = said.rstrip("？?。")
        for element in self._packs.elements.elements:
            if bare in {ask.rstrip("？。") for ask in (element.ask, element.ask_vague, *element.asks.values()) if ask}:
                return element.id
        return ""

    def _plain(self, said: str) -> str:
        return next((act for act, rule in RULES if re.search(rule, said)), "")

    def _weighed(self, said: str, facts: Container[str] | None) -> str:
        threat = self._packs.elements.threat.elements
        ranked = [
            each
            for each in self._model.weigh(said, (HEAD,))[HEAD]
            if facts is None or each.value not in threat or each.value in facts
        ]
        return ranked[0].value if ranked and ranked[0].score >= SURE else NONE


def act_of(phrase_id: str, step: str) -> str:
    """The act of a phrase of the script, by its id and the step at which it was said."""
    if phrase_id.startswith(_ASK):
        return phrase_id.removeprefix(_ASK)
    if phrase_id == _EMERGENCY:
        return "emergency_told"
    if phrase_id in _PHRASES:
        return _PHRASES[phrase_id]
    return step if step and step not in (ASKING, "words") else NONE
