"""One practice call before it rings: a scenario with all that a seed draws. The same scenario and seed give the same."""

import re
from random import Random

import msgspec

from scripts.scenarios import Background, Fact, Mood, MoodWords, Pool, Scenario, Scenarios, Truth, facts_of

_SLOT = re.compile(r"\{([a-z_]+)\}")
_SAFE_PHONE = "1990000"  # a block that no carrier gives out: nobody is ever rung up by a practice call


class Case(msgspec.Struct, frozen=True):
    """One call to practise. ``facts`` and ``truth`` have their slots filled; ``own`` are the ids of the facts that the
    scenario itself gives, in the order in which this caller comes to them; spans are in seconds."""

    scenario: Scenario
    seed: int
    mood: Mood
    words: MoodWords
    slots: dict[str, str]
    facts: dict[str, Fact]
    own: tuple[str, ...]
    background: tuple[Background, ...]
    truth: Truth
    opening: str
    patience: float
    unknown: tuple[str, ...]
    nothing_more: tuple[str, ...]

    @property
    def id(self) -> str:
        """What tells this call from every other: the scenario and the seed."""
        return f"{self.scenario.id}-{self.seed}"

    @property
    def abusive(self) -> bool:
        """Whether the caller is to be asked, civilly, to mind their words."""
        return self.mood == "辱骂"

    @property
    def upset(self) -> bool:
        """Whether the caller is to be calmed before they answer."""
        return self.mood in ("生气", "辱骂")


def draw(scenarios: Scenarios, scenario: Scenario, seed: int) -> Case:
    """Draw a call of a scenario; pure.

    Args:
        scenarios: gives the pool.
        scenario: one of them, or one that is being written.
        seed: any whole number.
    """
    pool, random = scenarios.pool, Random(f"{scenario.id}:{seed}")
    slots = _slots(pool, scenario, random)
    mood = random.choice(scenario.moods)
    facts = {fact.of: _fact(fact, slots) for fact in facts_of(scenario, pool)}
    own = [fact.of for fact in scenario.facts]
    random.shuffle(own)
    truth = msgspec.structs.replace(
        scenario.truth,
        units=tuple(fill(unit, slots) for unit in scenario.truth.units),
        quotes=tuple(fill(quote, slots) for quote in scenario.truth.quotes),
    )
    opening = [fill(scenario.opening, slots)]
    opening += [facts[of].says for of in own if facts[of].told == "volunteered"]
    words = next((each for each in pool.moods if each.mood == mood), MoodWords(mood=mood))
    return Case(
        scenario=scenario,
        seed=seed,
        mood=mood,
        words=words,
        slots=slots,
        facts=facts,
        own=tuple(own),
        background=scenario.background,
        truth=truth,
        opening="".join(opening),
        patience=round(random.uniform(*pool.patience), 1),
        unknown=pool.unknown,
        nothing_more=pool.nothing_more,
    )


def choose(scenarios: Scenarios, seed: int, many: int) -> list[Case]:
    """Draw ``many`` calls, the grave ones by their weight; no scenario twice before all others with a chance came."""
    random = Random(seed)
    left = list(scenarios.scenarios)
    chosen: list[Case] = []
    while left and len(chosen) < many:
        picked = random.choices(left, [each.weight for each in left])[0]
        left.remove(picked)
        chosen.append(draw(scenarios, picked, random.randrange(1_000_000)))
    return chosen


def _slots(pool: Pool, scenario: Scenario, random: Random) -> dict[str, str]:
    surname, given, spot = random.choice(pool.surnames), random.choice(pool.given), random.choice(pool.spots)
    drawn = {
        "surname": surname,
        "name": surname + given,
        "called": surname + random.choice(pool.titles),
        "phone": _SAFE_PHONE + f"{random.randrange(10_000):04d}",
        "spot": spot.name,
        "street": spot.street,
        "district": spot.district,
        "building": random.choice(pool.buildings),
        "time": random.choice(pool.times),
    }
    return drawn | {name: random.choice(values) for name, values in scenario.slots.items()}


def _fact(fact: Fact, slots: dict[str, str]) -> Fact:
    return msgspec.structs.replace(
        fact,
        says=fill(fact.says, slots),
        wrong=fill(fact.wrong, slots),
        writes=fill(fact.writes, slots),
        accept=tuple(fill(each, slots) for each in fact.accept),
    )


def fill(text: str, slots: dict[str, str]) -> str:
    """Put what was drawn into the slots of a text; raises `KeyError` for a slot that was not."""
    return _SLOT.sub(lambda found: slots[found[1]], text)
