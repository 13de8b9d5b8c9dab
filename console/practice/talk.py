"""What a simulated caller says to what the trainee says: deterministic from the case and from what was said before.

An act (`console.practice.acts`) is what a sentence does: it asks for an element, or it is one of the phrases of a call.
"""

from datetime import datetime
from random import Random

import msgspec

from console.practice.case import Case
from scripts.scenarios import Fact

OPENING = "opening"
_PUT_OFF = "这个等会儿再说，你先把我的事记上。"
_REFUSALS = 2  # questions that an upset caller does not answer before they do, unless they are calmed
_BEFORE_LATE = 2  # other facts that are told before one that comes late
_REPLIES = {
    "greeting": "",
    "recording": "行，你记吧。",
    "looking_up": "好，您查。",
    "waiting": "嗯，我等着。",
    "wait_over": "哦，知道了，谢谢啊。",
    "rating": "好的。",
    "farewell": "再见。",
    "emergency_told": "好，我这就打。",
    "soothe": "唉，行吧，你问。",
    "caution": "……行行行，我不说了，你问吧。",
    "none": "嗯。",
}


class Heard(msgspec.Struct, frozen=True):
    """One exchange: what the trainee said, what it was taken for, and the reply. ``told`` are the facts that the reply
    tells rightly; ``wrongly`` those that it tells wrongly."""

    at: datetime
    act: str
    text: str
    reply: str
    told: tuple[str, ...] = ()
    wrongly: tuple[str, ...] = ()


class Talk:
    """One call from the caller's side."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.heard: list[Heard] = []
        self._random = Random(f"{case.id}:talk")
        self._told: set[str] = {of for of in case.own if case.facts[of].told == "volunteered"}
        self._asked: dict[str, int] = {}
        self._wrong: Fact | None = None  # told wrongly, and not put right yet
        self._refused = 0
        self._calm = not case.upset
        self._background = list(case.background)
        self._last = case.opening

    @property
    def told(self) -> frozenset[str]:
        """The facts that were told rightly so far."""
        return frozenset(self._told)

    def open(self, at: datetime) -> str:
        """Say the first sentence."""
        self.heard.append(Heard(at, OPENING, "", self.case.opening, tuple(self._told)))
        return self.case.opening

    def hear(self, act: str, text: str, at: datetime) -> str:
        """Hear a sentence and reply; an empty reply is none."""
        before = set(self._told)
        reply, wrongly = self._reply(act)
        self.heard.append(Heard(at, act, text, reply, tuple(sorted(self._told - before)), wrongly))
        if reply and act != "again":
            self._last = reply
        return reply

    def _reply(self, act: str) -> tuple[str, tuple[str, ...]]:
        if act == "again":
            return self._last, ()
        if act in ("soothe", "caution"):
            if self.case.abusive and act == "soothe":
                return "少跟我来这套！", ()
            self._calm = True
        if act in _REPLIES:
            return _REPLIES[act], ()
        right = self._put_right()
        if act == "closing":
            left = [of for of in self.case.own if of not in self._told and self.case.facts[of].told == "late"]
            more = self._tell(self.case.facts[left[0]]) if left else ""
            return right + (more or (right and "就这些。") or self._random.choice(self.case.nothing_more)), ()
        return self._answer(act, right)

    def _answer(self, act: str, right: str) -> tuple[str, tuple[str, ...]]:
        if not self._calm and self._refused < _REFUSALS and self.case.words.instead:
            self._refused += 1
            return right + self._random.choice(self.case.words.instead), ()
        fact = self.case.facts.get(act)
        if fact is None:
            return right + self._random.choice(self.case.unknown), ()
        asked = self._asked[act] = self._asked.get(act, 0) + 1
        if self.case.mood == "沉默" and asked == 1 and self._random.random() < 0.4:
            return right + self._random.choice(self.case.words.instead), ()
        others = len([of for of in self._told if of != act])
        if fact.told == "late" and asked == 1 and others < _BEFORE_LATE and act not in self._told:
            return right + _PUT_OFF, ()
        if fact.told == "corrected" and act not in self._told and self._wrong is None:
            self._wrong = fact
            return right + fact.wrong, (act,)
        told = self._tell(fact)
        return told if right == told else right + self._dressed(told), ()

    def _put_right(self) -> str:
        """What was told wrongly comes to mind with the next question."""
        fact, self._wrong = self._wrong, None
        return self._tell(fact) if fact is not None else ""

    def _tell(self, fact: Fact) -> str:
        self._told.add(fact.of)
        return fact.says

    def _dressed(self, said: str) -> str:
        words = self.case.words
        if words.before and self._random.random() < 0.5:
            said = self._random.choice(words.before) + said
        if self._background and self._random.random() < 0.6:
            said += self._background.pop(0).says
        if words.after and self._random.random() < 0.5:
            said += self._random.choice(words.after)
        return said
