"""Which unit a ticket may go to, by the duties written in the units table, with the reason for each.

The order of 5.2.2.1.1: a unit whose duty and area are clear; a street's or town's matter goes to its office and, at
the same time, to the district government; where no unit can be named, the district government of the place. The words
of duties are counted, and what history says of units is added (`console.suggest`); a person always decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from console.places import resolve_place
from data.reference import Reference, Unit

__all__ = ["Route", "Sign", "Suggestion", "copy_for", "fallback_unit", "resolve_place", "suggest_units"]

_TITLE_WEIGHT, _TEXT_WEIGHT = 3.0, 1.0
# Of two units with the same duty, the one of the place comes first: the nearer it is, the clearer its competence.
_DISTRICT_BONUS, _STREET_BONUS = 0.5, 0.75

# Duty words that say where rather than what: a gas leak in a stairwell is the gas company's, not the street's.
_WHERE = frozenset({"楼道", "楼门", "单元门", "居民楼", "社区", "小区环境"})
_WHERE_SHARE = 0.25

CLAUSE_UNIT, CLAUSE_DISTRICT = "5.2.2.1.1a", "5.2.2.1.1b"
_NO_SIGNS: "Mapping[str, Sign]" = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit to dispatch to, its score, the sentences that say why, and who gets a copy at the same time."""

    unit: Unit
    score: float
    because: tuple[str, ...]
    clause: str
    copy_to: Unit | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Suggestions, the likeliest first; where there is none, ``reason`` says what to ask."""

    suggestions: tuple[Suggestion, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """What history says for a unit: what it adds to the score, and the sentences that say why."""

    score: float
    because: tuple[str, ...]


def suggest_units(
    text: str,
    district: str,
    street: str,
    units: Iterable[Unit],
    *,
    title: str = "",
    limit: int = 5,
    signs: Mapping[str, Sign] = _NO_SIGNS,
) -> Route:
    """Rank the units a ticket may go to.

    ``district`` and ``street`` are names from the regions table, empty where not known. Words found in the title
    count three times. ``signs`` are what history says, by the unit's id. The district government closes the list as
    the fallback whenever the place is known.
    """
    every = tuple(units)
    government = _government(district, every)
    found = []
    for unit in every:
        if unit.district not in ("", district) or unit.street not in ("", street) or unit is government:
            continue
        words, sign = _duties_found(unit, title, text), signs.get(unit.id)
        if words or sign:
            found.append(_suggest(unit, words, title, every, sign))
    found.sort(key=lambda suggestion: -suggestion.score)
    found = found[: limit - 1 if government else limit]
    if government:
        found.append(_fallback(government, found, _street_matter(every, district, street, title, text)))
    if found:
        return Route(tuple(found))
    return Route((), f"{_no_government(district)}，也没有与职责相符的单位；请先问清发生地所在的区")


def fallback_unit(district: str, reference: Reference) -> tuple[str, str]:
    """Return the name of the unit for a ticket whose unit nobody chose, and why (5.2.2.1.1b).

    Without a district there is none: the name is empty and the reason says what is missing.
    """
    government = _government(district, reference.units)
    if government is None:
        return "", f"{_no_government(district)}，承办单位待派单员确定"
    return government.name, "未选定承办单位，派至诉求所属区的区人民政府"


def copy_for(unit: Unit, units: Iterable[Unit]) -> Unit | None:
    """Return the district government that a ticket to ``unit`` also goes to (5.2.2.1.1a), or None.

    Only tickets to a street, town or township go to its district government at the same time.
    """
    if unit.kind != "街道乡镇":
        return None
    return _government(unit.district, units)


def _government(district: str, units: Iterable[Unit]) -> Unit | None:
    return next((unit for unit in units if unit.kind == "区政府" and district and unit.district == district), None)


def _no_government(district: str) -> str:
    return f"单位表中没有{district}的区政府" if district else "所在区未确定"


def _duties_found(unit: Unit, title: str, text: str) -> list[str]:
    """Return the duty words of the unit that stand in the title or text, none inside a longer one."""
    words = [word for word in unit.duties if word in title or word in text]
    return [word for word in words if not any(word != other and word in other for other in words)]


def _suggest(unit: Unit, words: list[str], title: str, units: tuple[Unit, ...], sign: Sign | None) -> Suggestion:
    # A longer word is a surer sign: 燃气泄漏 says more than 燃气.
    score = sum((_TITLE_WEIGHT if word in title else _TEXT_WEIGHT) * (1 + len(word) / 10) for word in words)
    because = [f"职责含“{'”“'.join(words[:3])}”"] if words else []
    if words and _WHERE.issuperset(words):
        score *= _WHERE_SHARE
    elif unit.street:
        score += _STREET_BONUS
        because.append(f"发生在{unit.street}")
    elif unit.district:
        score += _DISTRICT_BONUS
        because.append(f"发生在{unit.district}")
    if sign:
        score += sign.score
        at = min(len(words), 1)  # behind the duties, before the place
        because[at:at] = sign.because
    if copy_to := copy_for(unit, units):
        because.append(f"同时送{copy_to.name}督促协调")
    return Suggestion(unit, round(score, 2), tuple(because), CLAUSE_UNIT, copy_to)


def _street_matter(units: tuple[Unit, ...], district: str, street: str, title: str, text: str) -> bool:
    """Tell whether the matter is one for a street's or town's office of the district, but nobody said which."""
    office = next((u for u in units if u.kind == "街道乡镇" and u.district == district), None)
    return not street and office is not None and bool(_duties_found(office, title, text))


def _fallback(government: Unit, found: list[Suggestion], street_matter: bool) -> Suggestion:
    why = "以上单位都不合适时" if found else "未能确定具体承办单位"
    because = [f"{why}，派至诉求所属区的区人民政府"]
    if street_matter:
        because.insert(0, "属街道（乡镇）办理的事项，但所在街道（乡镇）未确定")
    return Suggestion(government, 0.0, tuple(because), CLAUSE_DISTRICT)
