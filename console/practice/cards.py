"""What a practice call judges, as cards that come back: each phrase, element, rule and limit of a call (6.3.2). Pure."""

import msgspec

from console.practice.case import Case
from console.practice.phrasing import NAMES, expected_phrases
from console.practice.scoring import wanted_facts
from scripts.kinds import DANGER
from scripts.limits import shortest
from scripts.pack import Packs

SORTS = {"phrase": "用语", "element": "要素", "rule": "规则", "limit": "时限"}
RULES = {
    "danger": ("危及生命财产的判断", "5.2.2.1.2a"),
    "kinds": ("紧急程度的判定", "5.1.4.1g"),
    "types": ("诉求类型的选择", "5.1.4.1f"),
    "emergency": ("紧急服务热线的告知", "5.1.2.2a"),
    "report": ("紧急诉求立即上报", "5.1.3.3c"),
    "outcome": ("登记与办理方式", "5.1.2.2"),
    "unit": ("承办单位的选择", "5.2.2.1.1"),
    "article": ("直接答复的依据", "5.2.1"),
    "repeat": ("重复诉求先问新情况", "5.1.2.2d"),
    "quote": ("威胁原话逐字记录", "C.4"),
    "confidential": ("要求保密的记明保密", "5.1.4.1d"),
    "background": ("无关内容不记", "5.1.4.1e"),
    "invented": ("没有说过的不记", "5.1.4.1e"),
    "wording": ("记录用词", "5.1.3.4c"),
    "order": ("首尾用语的次序", "B.1.4.1"),
}
"""The rules besides those of the routes of 5.1.2.2: name and clause."""
ANSWER = "limit:answer"
_APART = {"wish": ("要求", "5.1.4.1e"), "new_facts": ("新情况、新理由", "5.1.2.2d")}


class Card(msgspec.Struct, frozen=True):
    """One thing to remember; ``sort`` is a key of `SORTS`, ``of`` what it is among its sort, ``name`` its Chinese name."""

    sort: str
    of: str
    name: str
    clause: str

    @property
    def id(self) -> str:
        """What tells it from every other."""
        return f"{self.sort}:{self.of}"

    @property
    def called(self) -> str:
        """Its name and its clause, as a person reads them."""
        return f"{self.name}（{self.clause}）"


def deck(packs: Packs) -> dict[str, Card]:
    """All cards, by their ids."""
    cards = [Card("phrase", act, name, clause) for act, (name, clause) in NAMES.items()]
    cards += [Card("element", each.id, each.label, each.clause) for each in packs.elements.elements]
    cards += [Card("element", of, name, clause) for of, (name, clause) in _APART.items()]
    cards += [Card("rule", of, name, clause) for of, (name, clause) in RULES.items()]
    cards += [Card("rule", f"route-{each.id}", f"分类处理：{each.label}", each.clause) for each in packs.scope.routes]
    cards.append(Card("limit", "answer", "响铃 15 秒内接听", "5.1.3.2"))
    clauses = dict.fromkeys(row.dispatch.clause for row in packs.limits.classes)
    cards += [Card("limit", clause, f"派发时限：{packs.clauses.title(clause)}", clause) for clause in clauses]
    return {card.id: card for card in cards}


def of_clause(cards: dict[str, Card], clause: str) -> list[Card]:
    """The cards of a clause and of what is below it: ``5.2.2.1.2`` has those of 5.2.2.1.2a to d, not of 5.2.2.1.20."""
    return [
        card
        for card in cards.values()
        if card.clause == clause
        or (card.clause.startswith(clause) and not (clause[-1:].isdigit() and card.clause[len(clause)].isdigit()))
    ]


def asked_by(packs: Packs, case: Case) -> list[str]:
    """The ids of the cards that a right handling of a case needs, whatever a trainee then does."""
    truth = case.truth
    found = [f"phrase:{act}" for act in expected_phrases(case)]
    found += [f"element:{fact.of}" for fact in wanted_facts(packs, case)]
    rules = {
        "danger": bool(set(truth.kinds) & set(DANGER)),
        "emergency": bool(truth.numbers),
        "report": bool(truth.kinds),
        "unit": truth.outcome == "dispatch",
        "article": truth.outcome == "reply",
        "repeat": bool(truth.repeat),
        "quote": bool(truth.quotes),
        "confidential": truth.confidential,
        "background": bool(case.background),
    }
    found += [f"rule:{name}" for name in RULES if rules.get(name, True)]
    found += [f"rule:route-{truth.route}"] * bool(truth.route)
    return [*found, ANSWER, dispatch_limit(packs, case)]


def dispatch_limit(packs: Packs, case: Case) -> str:
    """The id of the card of the dispatch limit (5.2.2.1.2) that holds for the right class of a case."""
    return f"limit:{shortest(packs.limits, case.truth.kinds, answers=case.truth.answers).dispatch.clause}"
