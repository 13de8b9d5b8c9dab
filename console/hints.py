"""What the words of a record suggest while it is written: its type, its topic (问题分类), and pieces for empty fields.

A person confirms each of them (5.2.2.1.5); a type or a topic for which no words speak is not suggested.
"""

import re
from datetime import datetime

import msgspec

from console.house import House
from console.suggest.model import Scored
from console.suggest.times import event_time, find_times
from console.text import clean
from data.record import Record
from scripts.evidence import Evidence

# Of six types, and of some forty topics, a lesser share of the certainty says little.
_SURE_TYPE, _SURE_TOPIC = 0.4, 0.1
_PIECES = {"place": "place", "respondent": "object"}  # part of the record, element of appendix C

# What a place's name goes on with: 7号楼2单元, A座, 甲5号院.
_HOUSE = re.compile(
    r"(?:[甲乙丙丁]?(?:[0-9０-９A-Za-z]{1,5}|[一二三四五六七八九十]{1,3})(?:号[楼院]?|栋|座|幢|单元|层|室|门)){1,5}"
)


class Hints(msgspec.Struct, frozen=True):
    """What may be taken onto a record; empty where the words tell nothing."""

    type: str = ""
    type_because: str = ""
    topic: str = ""
    time: str = ""
    place: str = ""
    respondent: str = ""


def hints_for(house: House, record: Record, at: datetime) -> Hints:
    """Read a record whose request was told at the instant ``at``; some milliseconds, for any thread."""
    text = record.own_text
    told = f"{record.title}\n{text}"
    if not told.strip():
        return Hints()
    found = house.suggester.suggest(text, record.title)
    kind = _sure(found.type, _SURE_TYPE)
    topic = _sure(found.topic, _SURE_TOPIC)
    # What is told has happened: a time to come is a wish or a threat.
    past = tuple(time for time in find_times(told, at) if time.start <= at)
    time = event_time(past, at)
    return Hints(
        type=kind.value if kind else "",
        type_because="；".join(kind.because) if kind else "",
        topic=topic.value if topic else "",
        time=clean(time.brief(at), lines=False) if time else "",
        **_pieces(house, told),
    )


def topics_for(house: House, record: Record) -> tuple[Scored, ...]:
    """Return the topics (问题分类) that the words of a record suggest, likeliest first, each with its reason."""
    if not f"{record.title}{record.own_text}".strip():
        return ()
    return tuple(each for each in house.suggester.suggest(record.own_text, record.title).topic if each.because)


def _sure(ranked: tuple[Scored, ...], least: float) -> Scored | None:
    return next((each for each in ranked[:1] if each.score >= least and each.because), None)


def _pieces(house: House, told: str) -> dict[str, str]:
    """Find the words that tell place and respondent, as the judgement of appendix C finds them."""
    pack = house.packs.elements
    evidence, elements = Evidence(pack, told), {element.id: element for element in pack.elements}
    found = {part: evidence.of(elements[element]) for part, element in _PIECES.items() if element in elements}
    if place := found.get("place"):
        house_number = _HOUSE.match(told, told.find(place) + len(place))
        found["place"] = f"{place}{house_number[0]}" if house_number and place in told else place
    return {part: clean(piece, lines=False) for part, piece in found.items()}
