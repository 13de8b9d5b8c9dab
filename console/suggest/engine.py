"""The suggestions for one request: type, topic, urgency, units, place and time, each with the words that say why.

Everything here is a suggestion that a person confirms (5.2.2.1.5).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import msgspec

from console.judgement import suggested
from console.places import Gazetteer, PlaceFound
from console.routing import Route, Sign, Suggestion, suggest_units
from console.suggest.learned import Decided, Learned, UnitNames
from console.suggest.model import Scored
from console.suggest.times import TimeFound, event_time, find_times
from data.choices import Near
from data.record import Record
from data.reference import Reference
from scripts.evidence import without_courtesies
from scripts.pack import Packs, load_packs
from scripts.scope import alarms
from scripts.urgency import Hint

_SHOWN = 3  # types and topics
# Of an answer hardly likelier than the others, words prove nothing: of the five types, and of some forty topics.
_WORTH_A_REASON = {"type": 0.3, "topic": 0.1}
_TYPES = ("咨询", "求助", "投诉", "举报", "建议")
# What the claimant calls it: 求助：…, 我要举报…
_SAID = re.compile(rf"^\W*(?:我要|我想|我来)?({'|'.join(_TYPES)})(?:[：:，,、！!\s]|一下|$)")
_SAID_SURE = 0.6  # of the certainty that the claimant's own word takes
_UNIT_WEIGHT, _UNIT_FLOOR = 4.0, 0.08  # beside the words of duties, of which one counts 1.2 to 3.6
_NEAR_WEIGHT = 4.0
_FIRST_WEIGHT = 40.0  # of a unit that a danger calls for: ahead of every duty and of what history says


class Suggestions(msgspec.Struct, frozen=True):
    """What one text suggests; the likeliest first, nothing where nothing is known."""

    type: tuple[Scored, ...]
    topic: tuple[Scored, ...]
    urgency: tuple[Hint, ...]
    units: tuple[Suggestion, ...]
    place: PlaceFound
    times: tuple[TimeFound, ...]
    time: TimeFound | None  # the likeliest time of the event
    units_reason: str = ""  # where no unit is suggested: what to ask

    def as_json(self) -> dict[str, object]:
        """The form that ``hotline suggest --json`` prints."""
        return {
            "type": [{"value": each.value, "score": round(each.score, 3)} for each in self.type],
            "topic": [{"value": each.value, "score": round(each.score, 3)} for each in self.topic],
            "urgency": {
                "kinds": [hint.kind for hint in self.urgency],
                "because": [f"{hint.kind}：“{'”“'.join(hint.words)}”" for hint in self.urgency],
            },
            "units": [
                {"unit": each.unit.name, "score": each.score, "because": list(each.because)} for each in self.units
            ],
            "place": {
                "district": self.place.district,
                "street": self.place.street,
                "matched": [match.text for match in self.place.matched],
            },
        }


class Suggester:
    """Everything that suggestions are made from, put together once."""

    def __init__(self, packs: Packs, reference: Reference, gazetteer: Gazetteer, learned: Learned) -> None:
        self._packs = packs
        self._reference = reference
        self._gazetteer = gazetteer
        self.learned = learned
        self._names = UnitNames(reference.units)

    def suggest(self, text: str, title: str = "", at: datetime | None = None) -> Suggestions:
        """Suggest what a person may confirm for a request told at the instant ``at``; without it, no times."""
        whole = f"{title}\n{text}" if title else text
        bare_title, bare_text = self._bare(title), self._bare(text)
        told = f"{bare_title}\n{bare_text}" if bare_title else bare_text
        ranked = self.learned.rank(bare_title, bare_text)
        near = self.learned.near(title, text)
        place = self._gazetteer.find(whole)
        route = self._route(title, text, place.district, place.street, ranked.get("unit", []), near, 5)
        times = find_times(whole, at) if at else ()
        return Suggestions(
            type=self._explained("type", _called(ranked.get("type", []), title or text), near, told),
            topic=self._explained("topic", ranked.get("topic", []), near, told),
            urgency=tuple(suggested(self._packs, Record(title=title, text=text))),
            units=route.suggestions,
            place=place,
            times=times,
            time=event_time(times, at) if at else None,
            units_reason=route.reason,
        )

    def route(self, title: str, text: str, district: str, street: str, limit: int = 5) -> Route:
        """Rank the units that a request about a place may go to (5.2.2.1.1), each with its reasons."""
        ranked = self.learned.rank(self._bare(title), self._bare(text)).get("unit", [])
        return self._route(title, text, district, street, ranked, self.learned.near(title, text), limit)

    def learn(self, records: Iterable[Decided]) -> int:
        """Keep what people chose on this machine, units by any of their names; returns how many.

        Raises:
            StorageError: the file cannot be written.
        """
        return self.learned.learn(each._replace(unit=self._names.answer(each.unit)) for each in records)

    def _route(
        self, title: str, text: str, district: str, street: str, ranked: list[Scored], near: list[Near], limit: int
    ) -> Route:
        signs: dict[str, Sign] = {}
        for alarm in alarms(self._packs.scope, f"{title}\n{text}"):
            if alarm.sign.unit and alarm.sign.unit not in signs:
                because = f"“{'”“'.join(alarm.words[:2])}”是险情，由其先行处置"
                signs[alarm.sign.unit] = Sign(_FIRST_WEIGHT / (1 + len(signs)), (because,))
        for before in near:
            self._sign(signs, before.choice.unit, district, street, _NEAR_WEIGHT * before.alike,
                       f"与工单 {before.choice.number} 相似")  # fmt: skip
        for each in ranked:
            if each.score < _UNIT_FLOOR:
                break
            words = self.learned.why("unit", each.value, f"{title} {text}")
            why = f"“{'”“'.join(words)}”等用语的诉求多由其办理" if words else "同类诉求多由其办理"
            self._sign(signs, each.value, district, street, _UNIT_WEIGHT * each.score, why)
        return suggest_units(text, district, street, self._reference.units, title=title, limit=limit, signs=signs)

    def _sign(self, signs: dict[str, Sign], answer: str, district: str, street: str, score: float, why: str) -> None:
        unit = self._names.unit(answer, district, street) if answer else None
        if unit is not None:
            before = signs.get(unit.id, Sign(0.0, ()))
            signs[unit.id] = Sign(before.score + score, (*before.because, why))

    def _explained(self, head: str, ranked: list[Scored], near: list[Near], told: str) -> tuple[Scored, ...]:
        """Return the first answers with their reasons, those of similar tickets raised."""
        alike = {str(getattr(each.choice, head)): each for each in reversed(near) if getattr(each.choice, head)}
        scores = {each.value: each.score for each in ranked}
        reasons = {each.value: each.because for each in ranked}
        for value, before in alike.items():
            # A matter that came before with nearly the same words takes nearly all of the certainty.
            scores = {other: score * (1 - before.alike) for other, score in scores.items()}
            scores[value] = scores.get(value, 0.0) + before.alike
            reasons[value] = (f"与工单 {before.choice.number} 相似", *reasons.get(value, ()))
        best = sorted(scores, key=lambda value: -scores[value])[:_SHOWN]
        known = {each.value for each in ranked}
        return tuple(
            Scored(
                value,
                scores[value],
                (*reasons[value], *(self._words(head, value, scores[value], told) if value in known else ())),
            )
            for value in best
        )

    def _bare(self, told: str) -> str:
        """What was told without its greetings, which tell no type, topic or unit."""
        return without_courtesies(self._packs.elements, told)

    def _words(self, head: str, value: str, score: float, told: str) -> tuple[str, ...]:
        why = self.learned.why(head, value, told) if score >= _WORTH_A_REASON[head] else ()
        words = [each for each in why if self._bare(each)]
        return (f"文中“{'”“'.join(words)}”",) if words else ()


@lru_cache(maxsize=1)
def shipped() -> Suggester:
    """Return a suggester over what ships with the console: its packs, tables and model."""
    reference = Reference.load()
    packs, _ = load_packs(None)
    return Suggester(packs, reference, Gazetteer(reference.regions, reference.landmarks), Learned())


def suggest(text: str, title: str = "", at: datetime | None = None) -> Suggestions:
    """Suggest from what ships with the console alone; a desk asks its house's `Suggester`."""
    return shipped().suggest(text, title, at)


def _called(ranked: list[Scored], told: str) -> list[Scored]:
    """Raise the type by which the claimant calls the request."""
    said = _SAID.match(told[:20])
    if said is None or not ranked:
        return ranked
    raised = [
        Scored(each.value, each.score * (1 - _SAID_SURE) + _SAID_SURE, (f"诉求人称“{said[1]}”",))
        if each.value == said[1]
        else Scored(each.value, each.score * (1 - _SAID_SURE), each.because)
        for each in ranked
    ]
    return sorted(raised, key=lambda each: -each.score)
