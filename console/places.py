"""Finding the district and the street, town or township that a text names.

A first, rule-based reader: the longest known name wins, a street implies its district, and a name that is also an
ordinary word or a place elsewhere counts only where its district is named too. Whatever it finds is a suggestion
that a person confirms.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data.reference import Landmark, Region

# A bare district name before one of these is most likely part of another name (朝阳门, 大兴路, 朝阳市).
_CONTINUES = frozenset("市县门路街大道桥村里河山湖镇乡站")
# A name right after one of these belongs to another city, unless the word is one of ours or no place at all.
_FOREIGN = frozenset("市省州")
_OURS = ("北京市", "本市", "我市", "全市", "超市", "城市", "都市", "门市", "夜市", "集市", "京市")


@dataclass(frozen=True, slots=True)
class Match:
    """A place name found: ``span`` is its start and end in the text, ``regions`` what it may mean, nothing for a
    landmark."""

    span: tuple[int, int]
    text: str
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """What a text says about its place; ``district`` and ``street`` are names, empty where not known.

    ``matched`` are the names that led to them; ``note`` is a sentence for the screen where the text is not clear.
    """

    district: str = ""
    street: str = ""
    matched: tuple[Match, ...] = ()
    note: str = ""


class Gazetteer:
    """The names of one city's regions, and its landmarks, made ready for reading texts."""

    def __init__(self, regions: Iterable[Region], landmarks: Iterable[Landmark] = ()) -> None:
        self._landmarks = {name: mark for mark in landmarks for name in (mark.name, *mark.aliases)}
        ordered = sorted(self._landmarks, key=len, reverse=True)
        self._marked = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self._by_name: dict[str, list[Region]] = {}
        self._common: set[tuple[str, str]] = set()
        self._lengths: dict[str, list[int]] = {}
        for region in sorted(regions, key=lambda region: not region.is_district):
            for name in (region.name, *region.aliases):
                known = self._by_name.setdefault(name, [])
                # 海淀 is the district before it is the street or the town of that name.
                if not any(other.is_district for other in known):
                    known.append(region)
            self._common.update((region.code, name) for name in region.common)
        for name in self._by_name:
            self._lengths.setdefault(name[0], []).append(len(name))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def find(self, text: str) -> PlaceFound:
        """Read the place from a text (one's own words, an address, a title)."""
        matches = [match for match in self._matches(text) if not _elsewhere(text, match)]
        districts = [m for m in matches if m.regions[0].is_district and self._tells(text, m)]
        named = [m.regions[0].name for m in districts]
        beside = set(named) | {m.regions[0].name for m in matches if m.regions[0].is_district}
        streets: list[Match] = []
        unclear = ""
        for match in matches:
            if match.regions[0].is_district:
                continue
            within = tuple(r for r in match.regions if r.district in beside)
            sure = tuple(r for r in match.regions if (r.code, match.text) not in self._common)
            # Two streets of one district still tell the district; streets of several need it named.
            if kept := within or (sure if len({r.district for r in sure}) == 1 else ()):
                streets.append(Match(match.span, match.text, kept))
            elif len(match.regions) > 1 and not unclear:
                where = "、".join(region.district for region in match.regions)
                unclear = f"“{match.text}”在{where}都有，请问清所在区"
        found = _conclude(districts, streets, unclear)
        return found if found.district else self._beside_landmark(text, found)

    def _beside_landmark(self, text: str, found: PlaceFound) -> PlaceFound:
        """Take the place of a landmark (标志物) where the text names no district and no street."""
        marked = self._marked.search(text) if self._marked else None
        if marked is None or _elsewhere(text, Match(marked.span(), marked[0], ())):
            return found
        mark = self._landmarks[marked[0]]
        match = Match(marked.span(), marked[0], ())
        return PlaceFound(mark.district, mark.street, (match,), f"按“{marked[0]}”推断，请确认发生地")

    def _matches(self, text: str) -> Iterator[Match]:
        at = 0
        while at < len(text):
            name = next(
                (
                    text[at : at + length]
                    for length in self._lengths.get(text[at], ())
                    if text[at : at + length] in self._by_name
                ),
                "",
            )
            if name:
                yield Match((at, at + len(name)), name, tuple(self._by_name[name]))
            at += len(name) or 1

    def _tells(self, text: str, match: Match) -> bool:
        """Tell whether a district's name stands for the district by itself."""
        region = match.regions[0]
        start, end = match.span
        if match.text == region.name:
            return True
        if text[end : end + 1] in _CONTINUES:
            return False
        return (region.code, match.text) not in self._common or text[:start].endswith(("北京", "北京市"))


def resolve_place(text: str, regions: Iterable[Region]) -> PlaceFound:
    """Read the place from one text; for many texts make a `Gazetteer` once."""
    return Gazetteer(regions).find(text)


def _conclude(districts: list[Match], streets: list[Match], unclear: str) -> PlaceFound:
    named = list(dict.fromkeys(match.regions[0].name for match in districts))
    for match in streets:
        within = [region for region in match.regions if not named or region.district in named]
        if not within:
            continue
        district = within[0].district
        matched = (*(m for m in districts if m.regions[0].name == district), match)
        if len(within) > 1:
            choice = "、".join(region.name for region in within)
            return PlaceFound(district, "", matched, f"“{match.text}”可能是{choice}，请确认")
        return PlaceFound(district, within[0].name, matched, _others(named, district))
    if named:
        note = _others(named, named[0])
        if streets and not note:
            other = streets[0]
            note = f"文中“{other.text}”属于{other.regions[0].district}，与{named[0]}不符，请确认"
        return PlaceFound(named[0], "", (districts[0],), note)
    return PlaceFound(note=unclear)


def _others(named: list[str], chosen: str) -> str:
    others = [name for name in named if name != chosen]
    return f"文中还提到{'、'.join(others)}，请确认发生地" if others else ""


def _elsewhere(text: str, match: Match) -> bool:
    """Tell whether a name belongs to another city, or is a person: 张镇 is a town, 张镇长 its mayor."""
    start, end = match.span
    if len(match.text) == 2 and text[end : end + 1] == "长":
        return True
    return text[start - 1 : start] in _FOREIGN and not text[:start].endswith(_OURS)
