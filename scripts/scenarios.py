"""Practice scenarios (业务培训, 6.3.2; 7.1.2): who calls, what they tell and when, and what a right record of it holds.

A scenario is an entry of a TOML pack in ``packs/scenarios``, a file for each sort of request, beside ``pool.toml``: the
names, places, times and moods that a seed draws from, the facts that every caller has, and what a deviation costs. A
city's own scenarios are files in a folder of its own; whatever is faulty is refused with file, entry and reason.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from scripts.kinds import DANGER, REQUEST_TYPES, URGENCY_KINDS
from scripts.pack import SHIPPED, Packs
from scripts.reading import Check, PackError, PackHead, PackStruct, read_pack

FOLDER = SHIPPED / "scenarios"
POOL = "pool.toml"
OWN_SCENARIOS = "scenarios"
"""The folder of a city's own scenarios, below its packs."""

Told = Literal["asked", "volunteered", "late", "corrected"]
"""When a caller tells a fact: when asked for it, with the first sentence, only after something else was asked, or wrongly
at first and rightly when the matter is read back or asked for again."""

Mood = Literal["平静", "沉默", "啰嗦", "生气", "辱骂", "着急"]
Grade = Literal["critical", "major", "moderate", "minor"]
GRADES: tuple[Grade, ...] = ("critical", "major", "moderate", "minor")
GRADE_NAMES = dict(zip(GRADES, ("致命", "重大", "一般", "轻微"), strict=True))

APART = ("contact", "address", "confidential", "wish", "new_facts", "sudden", "wide", "petitioned")
"""What is asked for besides the elements of appendix C: fields of appendix D, and the questions that decide a class."""

Asked = Literal["", "不愿提供", "不清楚"]
DANGER_MISSED = "danger_missed"
_SLOT = re.compile(r"\{([a-z_]+)\}")
_DRAWN = ("name", "surname", "called", "phone", "spot", "district", "street", "building", "time")


class Fact(PackStruct, frozen=True, kw_only=True):
    """One thing that the caller knows. ``of`` is the id of an element of appendix C, or one of `APART`; ``says`` is how
    they tell it, ``wrong`` what they say first where it is ``corrected``. ``accept`` lists what the record may hold, any
    of them; ``a&b`` needs both. ``writes`` is how a good record has it, from ``accept`` where it is not given.
    ``refuses`` is for what they will not or cannot say: the record marks that it was asked."""

    of: str
    says: str
    told: Told = "asked"
    wrong: str = ""
    accept: tuple[str, ...] = ()
    writes: str = ""
    refuses: Asked = ""

    @property
    def written(self) -> str:
        """How a good record has it."""
        return self.writes or (self.accept[0].replace("&", "，") if self.accept else "")


class Background(PackStruct, frozen=True, kw_only=True):
    """What the caller tells besides, and no record may hold: none of ``never`` may stand in it."""

    says: str
    never: tuple[str, ...]


class Truth(PackStruct, frozen=True, kw_only=True):
    """What is right: the class (5.1.4.1f), the urgent kinds with the answers to their questions, what becomes of it.

    ``units`` any of which is a right one to suggest; ``route`` and ``choice`` are ids of scope.toml; ``articles`` any of
    which answers it; ``numbers`` the emergency numbers to tell; ``quotes`` what must stand in “ ” (C.4); ``repeat``
    whether the matter came before, with new facts or without; ``grades`` what a deviation is here, where it is not as
    usual.
    """

    types: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    answers: dict[str, bool] = msgspec.field(default_factory=dict)
    outcome: Literal["dispatch", "reply", "classify"] = "dispatch"
    units: tuple[str, ...] = ()
    route: str = ""
    choice: str = ""
    articles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    confidential: bool = False
    repeat: Literal["", "same", "new"] = ""
    grades: dict[str, Grade] = msgspec.field(default_factory=dict)


class Scenario(PackStruct, frozen=True, kw_only=True):
    """One practice call. ``weight`` is how often it is drawn beside others; ``callback`` says that the line broke and the
    claimant is rung up; ``ends`` is after how many seconds of talk one in a hurry hangs up; ``slots`` are drawn as well."""

    id: str
    title: str
    opening: str
    facts: tuple[Fact, ...]
    background: tuple[Background, ...] = ()
    moods: tuple[Mood, ...] = ("平静",)
    slots: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    weight: float = 1.0
    callback: bool = False
    ends: float = 240.0
    truth: Truth


class ScenarioPack(PackHead, frozen=True, kw_only=True):
    """One file of scenarios."""

    scenarios: tuple[Scenario, ...]


class Spot(PackStruct, frozen=True, kw_only=True):
    """A place of our own invention in a street that there is."""

    name: str
    street: str
    district: str


class MoodWords(PackStruct, frozen=True, kw_only=True):
    """What a mood does to what is said: before, after, and instead of an answer, each drawn from a list."""

    mood: Mood
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


class Pool(PackHead, frozen=True, kw_only=True):
    """pool.toml: what every scenario draws from. ``points`` is what a deviation of a grade costs of the 100 points of its
    item, ``weights`` what each of the four items of 7.1.2.2 counts, ``grades`` the grade of each deviation as usual."""

    surnames: tuple[str, ...]
    given: tuple[str, ...]
    titles: tuple[str, ...]
    times: tuple[str, ...]
    buildings: tuple[str, ...]
    spots: tuple[Spot, ...]
    facts: tuple[Fact, ...]
    moods: tuple[MoodWords, ...]
    unknown: tuple[str, ...]
    nothing_more: tuple[str, ...]
    patience: tuple[float, float]
    points: dict[Grade, float]
    weights: dict[str, float]
    grades: dict[str, Grade]


class Scenarios(msgspec.Struct, frozen=True):
    """All scenarios in force with what they draw from."""

    pool: Pool
    scenarios: tuple[Scenario, ...]

    def scenario(self, scenario_id: str) -> Scenario:
        """The scenario of this id.

        Raises:
            PackError: there is none.
        """
        for each in self.scenarios:
            if each.id == scenario_id:
                return each
        raise PackError("练习场景", scenario_id, "没有这个场景，请用 hotline practice list 查看编号")


def load_scenarios(packs: Packs, own: Path | None = None) -> tuple[Scenarios, list[PackError]]:
    """The shipped scenarios and those of the folder ``own``, and what was refused of that folder.

    A scenario of ``own`` with the id of a shipped one replaces it. Raises `PackError` where a shipped file is faulty.
    """
    known = {**packs.clauses.clauses, **packs.clauses.reconstructed}
    pool = _check_pool(read_pack(FOLDER / POOL, Pool), Check(POOL, known, False), packs)
    shipped: dict[str, Scenario] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        if path.name != POOL:
            for each in read_scenarios(path, packs, pool):
                if each.id in shipped:
                    raise PackError(path.name, each.id, "编号与另一个文件的场景重复，请改名")
                shipped[each.id] = each
    refused: list[PackError] = []
    for path in sorted(own.glob("*.toml")) if own else ():
        try:
            shipped |= {each.id: each for each in read_scenarios(path, packs, pool)}
        except PackError as error:
            refused.append(error)
    return Scenarios(pool, tuple(shipped.values())), refused


def read_scenarios(path: Path, packs: Packs, pool: Pool) -> tuple[Scenario, ...]:
    """The scenarios of one file; raises `PackError` for anything that cannot be played or scored."""
    pack = read_pack(path, ScenarioPack)
    check = Check(path.name, packs.clauses.clauses, False)
    check.unique(each.id for each in pack.scenarios)
    for each in pack.scenarios:
        _check_scenario(each, packs, pool, check)
    return pack.scenarios


def demanded(packs: Packs, truth: Truth) -> tuple[str, ...]:
    """The elements of appendix C that a right record of this class holds, in the order of the pack.

    What is answered or classified demands none but its content (5.1.2.2, 5.2.1): there a scenario says which it wants.
    """
    if truth.outcome != "dispatch":
        return ()
    wanted = {name for row in packs.elements.kinds if row.name in (*truth.types, *truth.kinds) for name in row.elements}
    if truth.quotes:
        wanted |= set(packs.elements.threat.elements)
    return tuple(each.id for each in packs.elements.elements if each.id in wanted)


def grade_of(truth: Truth) -> str:
    """How grave a request is, in the words of 5.2.2.1.2: 危及生命财产, 紧急 or 一般."""
    if set(truth.kinds) & set(DANGER):
        return "危及生命财产"
    return "紧急" if truth.kinds else "一般"


def facts_of(scenario: Scenario, pool: Pool) -> tuple[Fact, ...]:
    """The scenario's facts, and of the pool's those that it does not give itself."""
    own = {fact.of for fact in scenario.facts}
    return (*scenario.facts, *(fact for fact in pool.facts if fact.of not in own))


def _check_scenario(scenario: Scenario, packs: Packs, pool: Pool, check: Check) -> None:
    check.filled(scenario.id, title=scenario.title, opening=scenario.opening)
    truth = scenario.truth
    _among(check, scenario.id, "types", truth.types, REQUEST_TYPES)
    _among(check, scenario.id, "kinds", truth.kinds, URGENCY_KINDS)
    questions = [question.id for kind in packs.urgency.kinds for question in kind.questions]
    _among(check, scenario.id, "answers", truth.answers, questions)
    _among(check, scenario.id, "grades", truth.grades, pool.grades)
    if not truth.types or not scenario.moods:
        raise check.error(scenario.id, "truth.types 和 moods 至少各写一项")
    if truth.grades.get(DANGER_MISSED, "critical") != "critical":
        raise check.error(scenario.id, "漏判危及生命的情形一律是致命（critical），不能改轻")
    _check_outcome(scenario, packs, check)
    _check_facts(scenario, packs, pool, check)


def _check_outcome(scenario: Scenario, packs: Packs, check: Check) -> None:
    truth = scenario.truth
    wants = {"dispatch": truth.units, "reply": truth.articles, "classify": truth.route}
    if not wants[truth.outcome]:
        needed = {"dispatch": "units", "reply": "articles", "classify": "route"}[truth.outcome]
        raise check.error(scenario.id, f"outcome 是 {truth.outcome}，要写 {needed}")
    if truth.outcome == "reply" and set(truth.kinds) & set(DANGER):
        raise check.error(scenario.id, "危及生命财产的诉求不能直接答复")
    if truth.route:
        route = next((each for each in packs.scope.routes if each.id == truth.route), None)
        if route is None:
            raise check.error(scenario.id, f"route 写了不认识的“{truth.route}”，请用 scope.toml 里的编号")
        _among(check, scenario.id, "choice", filter(None, [truth.choice]), [each.id for each in route.choices])
    numbers = [choice.id for route in packs.scope.routes if route.first for choice in route.choices]
    _among(check, scenario.id, "numbers", truth.numbers, numbers)


def _check_facts(scenario: Scenario, packs: Packs, pool: Pool, check: Check) -> None:
    elements = [each.id for each in packs.elements.elements]
    check.unique((fact.of for fact in scenario.facts), f"{scenario.id} 的要素")
    _among(check, scenario.id, "facts", (fact.of for fact in scenario.facts), (*elements, *APART))
    slots = (*_DRAWN, *scenario.slots)
    for fact in facts_of(scenario, pool):
        entry = f"{scenario.id} {fact.of}"
        check.filled(entry, says=fact.says)
        if not (fact.accept or fact.refuses):
            raise check.error(entry, "要写 accept（记录里怎样写算对），或 refuses（不愿提供、不清楚）")
        if (fact.told == "corrected") != bool(fact.wrong):
            raise check.error(entry, "told = corrected 和 wrong（先说错的话）要一起写")
        _slots(check, entry, slots, fact.says, fact.wrong, fact.writes, *fact.accept)
    for each in scenario.background:
        if not each.never or any(word in scenario.opening for word in each.never):
            raise check.error(scenario.id, "background 要写 never（不该记的词），开场话里也不能有这些词")
    _slots(check, scenario.id, slots, scenario.opening, *scenario.truth.units, *scenario.truth.quotes)
    held = {fact.of for fact in facts_of(scenario, pool)}
    if missing := [each for each in demanded(packs, scenario.truth) if each not in held]:
        raise check.error(scenario.id, f"附录C要的要素没有写：{'、'.join(missing)}")
    said = "".join((scenario.opening, *(fact.says for fact in scenario.facts)))
    for quote in scenario.truth.quotes:
        if quote not in said:
            raise check.error(scenario.id, f"quotes 的“{quote}”来电人没有说过，请一字不差地写")


def _check_pool(pool: Pool, check: Check, packs: Packs) -> Pool:
    check.covers("points", pool.points, GRADES)
    check.covers("weights", pool.weights, ("phrases", "record", "dispatch", "answer"))
    if abs(sum(pool.weights.values()) - 1) > 1e-9:
        raise check.error("weights", "四项的权重加起来应为 1")
    if pool.grades.get(DANGER_MISSED) != "critical":
        raise check.error("grades", "danger_missed（漏判危及生命的情形）必须是 critical")
    for name in ("surnames", "given", "titles", "times", "buildings", "spots", "unknown", "nothing_more"):
        if not getattr(pool, name):
            raise check.error(name, "不能为空")
    elements = [each.id for each in packs.elements.elements]
    _among(check, "facts", "of", (fact.of for fact in pool.facts), (*elements, *APART))
    return pool


def _among(check: Check, entry: str, field: str, given: Iterable[str], known: Iterable[str]) -> None:
    known = tuple(known)
    if strangers := [each for each in given if each not in known]:
        raise check.error(entry, f"{field} 里有不认识的 {'、'.join(strangers)}，只能是 {'、'.join(known)}")


def _slots(check: Check, entry: str, known: Iterable[str], *texts: str) -> None:
    known = tuple(known)
    for text in texts:
        if strangers := [slot for slot in _SLOT.findall(text) if slot not in known]:
            raise check.error(entry, f"“{text[:20]}”里有没有定义的空位 {'、'.join(strangers)}")
