"""The questions of the drill (小测): one for each card, made from packs and scenarios, and how an answer is judged. Pure.

Which of the possible questions comes is drawn by the card and by how often it came before, so that the same card asks
otherwise the next time and the same way again for whoever repeats a test.
"""

from collections.abc import Collection, Mapping, Sequence
from random import Random
from types import MappingProxyType

import msgspec

from console.practice.acts import Recogniser
from console.practice.cards import ANSWER, Card, asked_by
from console.practice.case import Case, draw, fill
from console.practice.grading import AGAIN, GOOD, HARD
from console.practice.scoring import OUTCOMES
from console.telephone import ANSWER_LIMIT
from scripts.kinds import DANGER, ORDINARY, REQUEST_TYPES, URGENCY_KINDS
from scripts.pack import Packs
from scripts.phrases import said_as
from scripts.scenarios import Scenarios

MOST_OPTIONS = 9  # each has a digit
_ANSWERS = ("10 秒", "20 秒", "30 秒")
_TOLD = ("content", "event", "state", "harm", "object", "act", "new_facts", "wish")
_DISPATCH = "登记派单"


class Question(msgspec.Struct, frozen=True):
    """One question. ``moment`` is what is so; without ``options`` a sentence is said for an answer, with them one is
    chosen, or ``several``. ``right`` are the places of the right ones, ``key`` those without which it is missed;
    ``model`` is what is told to be right afterwards."""

    card: Card
    ask: str
    model: str
    moment: str = ""
    options: tuple[str, ...] = ()
    several: bool = False
    right: frozenset[int] = frozenset()
    key: frozenset[int] = frozenset()


class Asking:
    """Makes questions of the packs and scenarios in force."""

    def __init__(self, packs: Packs, scenarios: Scenarios) -> None:
        self._packs = packs
        self._scenarios = scenarios

    def question(self, card: Card, turn: int) -> Question | None:
        """The question of a card at its ``turn``, from 0; None where no scenario shows what it is about."""
        random = Random(f"{card.id}:{turn}")
        if card.sort == "phrase":
            return self._phrase(card)
        if card.sort == "element":
            return self._element(card, turn, random)
        if card.sort == "limit":
            return self._limit(card, random)
        return self._rule(card, turn, random)

    def _phrase(self, card: Card) -> Question | None:
        moment = self._packs.drill.moment(card.of)
        if moment is None:
            return None
        own = next((each.text for each in self._packs.phrases.phrases if each.step == card.of), "")
        return Question(card, "这时说哪一句？", moment.model or own.replace("{answer}", "12333"), moment.moment)

    def _element(self, card: Card, turn: int, random: Random) -> Question | None:
        rows = [
            row for row in self._packs.elements.kinds if card.of in row.elements and len(row.elements) < MOST_OPTIONS
        ]
        if rows and turn % 2:
            row = random.choice(rows)
            labels = {each.id: each.label for each in self._packs.elements.elements}
            others = [each for each in labels if each not in row.elements]
            offered = [*row.elements, *random.sample(others, min(3, MOST_OPTIONS - len(row.elements)))]
            ask = f"{row.name}（附录 {row.clause}）的记录，下面哪几项一定要有？"
            return _several(card, ask, offered, row.elements, random, key=(card.of,), names=labels)
        moment, element = self._packs.drill.moment(card.of), self._packs.elements.elements
        model = next((each.ask for each in element if each.id == card.of), moment.model if moment else "")
        told = moment.moment if moment else f"来电人还没有说：{card.name}。"
        return Question(card, "您怎么问？", model, told)

    def _limit(self, card: Card, random: Random) -> Question | None:
        if card.id == ANSWER:
            right = f"{ANSWER_LIMIT.total_seconds():.0f} 秒"
            return _one(card, "来电响铃多久之内要接听？", right, _ANSWERS, random)
        rows = [row for row in self._packs.limits.classes if row.dispatch.clause == card.of]
        if not rows:
            return None
        row, table = random.choice(rows), self._packs.limits
        texts = dict.fromkeys(
            each.text for other in table.classes for each in (other.dispatch, other.sign, other.feedback)
        )
        wrong = random.sample([each for each in texts if each != row.dispatch.text], 3)
        ask = f"{row.name}的诉求，从{table.basis.dispatch}起多久之内派发？"
        return _one(card, ask, row.dispatch.text, wrong, random)

    def _rule(self, card: Card, turn: int, random: Random) -> Question | None:
        if found := self._packs.drill.about(card.of):
            told = found[turn % len(found)]
            return _one(msgspec.structs.replace(card, clause=told.clause), told.ask, told.right, told.wrong, random)
        fitting = [
            case
            for each in self._scenarios.scenarios
            if card.id in asked_by(self._packs, case := draw(self._scenarios, each, turn))
        ]
        if not fitting:
            return None
        case = random.choice(fitting)
        made = self._of_case(card, case, random)
        return msgspec.structs.replace(made, moment=_told(case))

    def _of_case(self, card: Card, case: Case, random: Random) -> Question:
        truth = case.truth
        if card.of in ("danger", "kinds"):
            right = truth.kinds or (ORDINARY,)
            key = [each for each in right if card.of == "kinds" or each in DANGER]
            return _several(card, "紧急种类选哪几项？", (*URGENCY_KINDS, ORDINARY), right, None, key=key)
        if card.of == "types":
            return _several(card, "诉求类型选哪几项？", REQUEST_TYPES, truth.types, None, key=truth.types)
        if card.of == "emergency":
            numbers = [choice.id for route in self._packs.scope.routes if route.first for choice in route.choices]
            return _several(card, "请来电人马上拨打哪几个电话？", numbers, truth.numbers, None, key=truth.numbers)
        if card.of == "outcome":
            options = [each for each in OUTCOMES.values() if each != OUTCOMES[""]]
            return _one(card, "这件事怎么办理？", OUTCOMES[truth.outcome], options, None)
        if card.of == "unit":
            return _one(card, "派给哪个单位？", truth.units[0], self._other_units(case, random), random)
        routes = {each.id: each.label for each in self._packs.scope.routes}
        return _one(card, "按 5.1.2.2 怎样处理？", routes[truth.route], (*routes.values(), _DISPATCH), None)

    def _other_units(self, case: Case, random: Random) -> list[str]:
        """Units of other scenarios in the district and street of this one."""
        units: dict[str, None] = {}
        for each in self._scenarios.scenarios:
            for unit in each.truth.units:
                try:
                    units[fill(unit, case.slots)] = None
                except KeyError:  # a slot that only that scenario has
                    continue
        return random.sample([each for each in units if each not in case.truth.units], 3)


def judge(packs: Packs, recogniser: Recogniser, question: Question, said: str) -> int:
    """Rate a sentence that was said for an answer: its act and an accepted wording good, the act alone hard.

    Raises:
        ModelError: the recogniser's model is not there.
    """
    of = question.card.of
    if question.card.sort == "element":
        return GOOD if recogniser.act(said) == of else AGAIN
    phrases = [each for each in packs.phrases.phrases if each.step == of]
    if of == "greeting":  # the drill's day is an ordinary one
        phrases = [packs.phrases.phrase(packs.phrases.greetings.daily)]
    if any(said_as(each, said) for each in phrases):
        return GOOD
    if recogniser.act(said) != of:
        return AGAIN
    return HARD if phrases else GOOD


def judge_chosen(question: Question, chosen: Collection[int]) -> int:
    """Rate a choice: all right and nothing else good, more than that or not quite all hard, the point missed again."""
    given = frozenset(chosen)
    if given and given == question.right:  # nothing chosen is no answer, also where a sentence was asked for
        return GOOD
    return HARD if question.several and given and question.key <= given else AGAIN


def _one(card: Card, ask: str, right: str, others: Sequence[str], random: Random | None) -> Question:
    """One answer of several; ``others`` may hold the right one too. Without chance they stand in their order."""
    options = list(dict.fromkeys((*others, right) if random is None or right in others else (right, *others)))
    if random is not None:
        random.shuffle(options)
    at = frozenset({options.index(right)})
    return Question(card, ask, right, options=tuple(options), right=at, key=at)


def _several(
    card: Card,
    ask: str,
    offered: Sequence[str],
    right: Collection[str],
    random: Random | None,
    *,
    key: Collection[str],
    names: Mapping[str, str] = MappingProxyType({}),
) -> Question:
    """Some of those offered are right; ``names`` says how each is called where that is not itself."""
    ids = list(offered)
    if random is not None:
        random.shuffle(ids)
    model = "、".join(names.get(each, each) for each in ids if each in right)
    return Question(
        card,
        ask,
        model,
        options=tuple(names.get(each, each) for each in ids),
        several=True,
        right=frozenset(at for at, each in enumerate(ids) if each in right),
        key=frozenset(at for at, each in enumerate(ids) if each in key),
    )


def _told(case: Case) -> str:
    facts = [case.facts[of].says for of in _TOLD if of in case.own and case.facts[of].told != "volunteered"]
    return f"来电人：{case.opening}" + (f"（问了以后）{''.join(facts[:3])}" if facts else "")
