"""Which calls ring in a lesson: those that need what is due to come back first, then all others (6.3.2). Pure."""

from collections import Counter
from collections.abc import Collection

from console.practice.cards import asked_by
from console.practice.case import Case, choose, draw
from scripts.pack import Packs
from scripts.scenarios import Scenarios


def cases_of(scenarios: Scenarios, scenario: str, seed: int) -> list[Case]:
    """Every scenario once, the grave ones sooner by their weight, the one that was asked for first.

    Raises:
        PackError: there is no such scenario.
    """
    cases = choose(scenarios, seed, len(scenarios.scenarios))
    if not scenario:
        return cases
    first = draw(scenarios, scenarios.scenario(scenario), seed)
    return [first, *(each for each in cases if each.scenario.id != scenario)]


def due_first(packs: Packs, cases: list[Case], due: Collection[str]) -> list[Case]:
    """Bring cases forward until every due card that any of them asks for is asked for.

    Each time the one comes next that asks for most of what is still due, what few calls ask for counting for more.
    """
    asked = {case.id: set(asked_by(packs, case)) for case in cases}
    often = Counter(card for cards in asked.values() for card in cards)
    wanted, left = set(due), list(cases)
    chosen: list[Case] = []
    while left and wanted:
        best = max(left, key=lambda case: sum(1 / often[card] for card in sorted(asked[case.id] & wanted)))
        if not asked[best.id] & wanted:
            break
        chosen.append(best)
        left.remove(best)
        wanted -= asked[best.id]
    return [*chosen, *left]
