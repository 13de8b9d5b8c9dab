"""Recorded practice calls: what trainees of our own said, what was answered, what they wrote, and a judge's key.

The keys were made by hand from the rubric (pool.toml), before any of these calls was scored: grade, item, and the element
or clause of each deviation. A transcript says in square brackets which facts the caller told with a sentence; one told
wrongly has a question mark. What the trainee said is recognised anew, so that the recogniser is judged along.
"""

import re
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from console.judgement import with_element
from console.practice.acts import Recogniser
from console.practice.case import Case, draw
from console.practice.scoring import Played
from console.practice.talk import OPENING, Heard
from data.clock import SHANGHAI
from data.record import Claimant, Record
from scripts.scenarios import Scenarios

FOLDER = Path(__file__).parent / "recorded"
RANG_AT = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
_SLOT = re.compile(r"\{([a-z]+)\}")
_LINE = re.compile(r"(\d\d):(\d\d) (我|来电人)(?:\[([^\]]*)\])?：(.*)")


def recorded() -> list[dict[str, Any]]:
    """Every recorded call, as its file has it."""
    return [call for path in sorted(FOLDER.glob("*.toml")) for call in tomllib.loads(path.read_text("utf-8"))["calls"]]


def played(call: dict[str, Any], scenarios: Scenarios, recogniser: Recogniser) -> Played:
    """What a trainee did, from the recording."""
    case = draw(scenarios, scenarios.scenario(call["scenario"]), call["seed"])
    rang = call.get("rang", 5)
    answered = RANG_AT + timedelta(seconds=rang) if rang else None
    heard = tuple(_heard(call["transcript"], answered, case, recogniser)) if answered else ()
    outcome, ended = call.get("outcome", "dispatch"), heard[-1].at if heard else None
    waits = [[RANG_AT + timedelta(seconds=rang + at) for at in wait] for wait in call.get("waits", [])]
    registered = ended if outcome else None
    if answered and "handed_on" in call:
        registered = answered + timedelta(minutes=call["handed_on"])
    return Played(
        case=case,
        ring_at=RANG_AT,
        record=_record(call["record"], case),
        heard=heard,
        answered_at=answered,
        ended_at=ended,
        waits=tuple((since, until) for since, until in waits),
        greeting="B.1.2.1",
        outcome=outcome,
        unit=_fill(call["record"].get("unit", ""), case),
        route=call.get("route", ""),
        choice=call.get("choice", ""),
        article=call.get("article", ""),
        escalated_at=ended if call.get("escalated") else None,
        registered_at=registered,
        limit=answered + timedelta(hours=1) if answered else None,
    )


def _heard(transcript: list[str], answered: datetime, case: Case, recogniser: Recogniser) -> list[Heard]:
    found: list[Heard] = []
    for line in transcript:
        minutes, seconds, who, facts, text = _LINE.fullmatch(line).groups()  # type: ignore[union-attr]
        at = answered + timedelta(minutes=int(minutes), seconds=int(seconds))
        if who == "我":
            found.append(Heard(at, recogniser.act(text, case.facts), text, ""))
            continue
        told = tuple(each for each in (facts or "").split() if not each.endswith("?"))
        wrongly = tuple(each.rstrip("?") for each in (facts or "").split() if each.endswith("?"))
        if not found:
            found.append(Heard(at, OPENING, "", text, told, wrongly))
        else:
            said = found.pop()
            found.append(Heard(said.at, said.act, said.text, text, told, wrongly))
    return found


def _record(given: dict[str, Any], case: Case) -> Record:
    record = Record(
        raised_at=RANG_AT,
        types=given["types"],
        urgency_kinds=given.get("kinds", []),
        text=_fill(given["text"], case),
        new_facts=given.get("new_facts", ""),
        claimant=Claimant(confidential=given.get("confidential", False)),
    )
    for of, value in given.get("fields", {}).items():
        if of == "wish":
            record.wish = _fill(value, case)
        elif value.startswith("!"):
            record = with_element(record, of, "", asked=value[1:])
        else:
            record = with_element(record, of, _fill(value, case))
    return record


def _fill(text: str, case: Case) -> str:
    return _SLOT.sub(lambda found: case.slots[found[1]], text)
