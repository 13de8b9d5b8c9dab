"""A request as other systems write it: strict JSON to a `Record`, with the path of whatever is wrong.

The form is a contract (``hotline ticket new``, ``hotline check``); names and lengths are checked here, completeness
by appendix C elsewhere.
"""

import json
import re
from collections.abc import Iterable, Mapping

import msgspec

from console.judgement import set_aside
from console.text import LONGEST_LINE, LONGEST_TEXT, clean, clean_number
from console.when import WhenError, read_instant
from data.record import (
    ASKED_MARKS,
    CHANNELS,
    CLAIMANT_KINDS,
    PHONE,
    REQUEST_TYPES,
    URGENCY_KINDS,
    WEB_MARKS,
    Answer,
    Claimant,
    Place,
    Record,
)
from data.reference import Region
from scripts.pack import Packs

LARGEST = 1 << 20  # bytes of one request
_LONGEST_ANSWER = 2_000  # characters of one element's answer


class TicketJsonError(ValueError):
    """The JSON is no request; the message names the field, the reason and the way out."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"“{field}”{reason}" if field else reason)


class _ClaimantIn(msgspec.Struct, forbid_unknown_fields=True):
    name: str = ""
    kind: str = CLAIMANT_KINDS[0]
    phone: str = ""
    contact: str = ""
    address: str = ""
    confidential: bool = False


class _PlaceIn(msgspec.Struct, forbid_unknown_fields=True):
    text: str = ""
    district: str = ""
    street: str = ""
    landmark: str = ""
    direction: str = ""
    distance: str = ""


class _AnswerIn(msgspec.Struct, forbid_unknown_fields=True):
    text: str = ""
    asked: str = ""


class _TicketIn(msgspec.Struct, forbid_unknown_fields=True):
    source: str = PHONE
    raised_at: str | None = None
    claimant: _ClaimantIn = msgspec.field(default_factory=_ClaimantIn)
    types: list[str] = []
    urgency_kinds: list[str] = []
    urgency_answers: dict[str, bool] = {}
    not_urgent: list[str] = []
    title: str = ""
    text: str = ""
    place: str | _PlaceIn = ""
    elements: dict[str, str | _AnswerIn] = {}
    respondent: str = ""
    event_time: str = ""
    earlier_handling: str = ""
    wish: str = ""
    topic: str = ""


def record_from_json(content: bytes, packs: Packs, regions: Iterable[Region]) -> Record:
    """Read one request.

    ``packs`` tell which elements and urgency questions exist, ``regions`` which districts.

    Raises:
        TicketJsonError: no JSON, an unknown or wrongly typed field, a value that is not among the choices, a text
            that is too long.
    """
    given = _decode(content)
    _choices("types", given.types, REQUEST_TYPES)
    _choices("urgency_kinds", given.urgency_kinds, URGENCY_KINDS)
    _choices("not_urgent", given.not_urgent, URGENCY_KINDS)
    if both := set(given.not_urgent) & set(given.urgency_kinds):
        raise TicketJsonError("not_urgent", f"里的“{min(both)}”也写在 urgency_kinds 里：请只留一处")
    _choices("source", [given.source], CHANNELS)
    _choices("claimant.kind", [given.claimant.kind], CLAIMANT_KINDS)
    questions = [question.id for kind in packs.urgency.kinds for question in kind.questions]
    _choices("urgency_answers", given.urgency_answers, questions)
    try:
        raised_at = read_instant(given.raised_at) if given.raised_at else None
    except WhenError as error:
        raise TicketJsonError("raised_at", f"：{error}") from error
    record = Record(
        source=given.source,
        raised_at=raised_at,
        claimant=_claimant(given.claimant),
        types=list(dict.fromkeys(given.types)),
        urgency_kinds=list(dict.fromkeys(given.urgency_kinds)),
        urgency_answers=given.urgency_answers,
        title=_line("title", given.title),
        text=_long("text", given.text, LONGEST_TEXT),
        place=_place(given.place, regions),
        elements=_elements(given, {e.label: e.id for e in packs.elements.elements}),
        respondent=_line("respondent", given.respondent),
        event_time=_line("event_time", given.event_time),
        earlier_handling=_long("earlier_handling", given.earlier_handling, _LONGEST_ANSWER),
        wish=_long("wish", given.wish, _LONGEST_ANSWER),
        topic=_line("topic", given.topic),
    )
    return set_aside(packs, record, given.not_urgent)


def _decode(content: bytes) -> _TicketIn:
    content = content.removeprefix(b"\xef\xbb\xbf")
    _well_formed(content)
    try:
        return msgspec.json.decode(content, type=_TicketIn)
    except msgspec.ValidationError as error:
        raise TicketJsonError(*_explained(str(error))) from error
    except RecursionError as error:
        raise TicketJsonError("", "JSON 嵌套过深：请按 hotline ticket new --help 的形式书写") from error
    except msgspec.DecodeError as error:
        raise TicketJsonError("", f"不是有效的 JSON（{error}）：请核对引号与逗号") from error


def _well_formed(content: bytes) -> None:
    """Refuse what is no JSON before any field is looked at: of a file that breaks off, the fields say nothing.

    Raises:
        TicketJsonError: with the line and the column, both counted from 1.
    """
    try:
        json.loads(content.decode())
    except RecursionError as error:
        raise TicketJsonError("", "JSON 嵌套过深：请按 hotline ticket new --help 的形式书写") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TicketJsonError("", f"第 {line} 行有不是 UTF-8 的字节：请另存为 UTF-8 再试") from error
    except json.JSONDecodeError as error:
        # What was cut off goes wrong at its end, or in the string that never closes.
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        reason = "内容在这里断了，文件可能不完整" if cut else "写法不对，请核对引号、逗号与括号"
        raise TicketJsonError("", f"不是有效的 JSON：第 {error.lineno} 行第 {error.colno} 列起{reason}") from error


def _explained(message: str) -> tuple[str, str]:
    """Take msgspec's sentence apart into the field's path and a Chinese reason."""
    said, _, path = message.partition(" - at `")
    path = path.removeprefix("key in ").rstrip("`").removeprefix("$").lstrip(".")
    if found := re.search(r"unknown field `(.*?)`", said):
        return f"{path}.{found[1]}".lstrip("."), "这个字段不认识：请核对拼写，可用的字段见 hotline ticket new --help"
    names = {"str": "文字", "bool": "true 或 false", "object": "{…}", "array": "[…]", "null": "null"}
    if found := re.search(r"Expected `(.*?)`, got `(.*?)`", said):
        wanted = "或".join(names.get(name.strip(), name.strip()) for name in found[1].split("|"))
        return path or "整个 JSON", f"应为 {wanted}，现为 {names.get(found[2], found[2])}：请改正"
    return path or "整个 JSON", f"写法不对（{said}）：请改正"


def _choices(field: str, values: Iterable[str], choices: Iterable[str]) -> None:
    known = list(choices)
    for value in values:
        if value not in known:
            raise TicketJsonError(field, f"没有“{value[:40]}”这个选项：可用 {'、'.join(known)}")


def _claimant(given: _ClaimantIn) -> Claimant:
    return Claimant(
        name=_line("claimant.name", given.name),
        kind=given.kind,
        phone=clean_number(_line("claimant.phone", given.phone)),
        contact=clean_number(_line("claimant.contact", given.contact)),
        address=_line("claimant.address", given.address),
        confidential=given.confidential,
    )


def _place(given: str | _PlaceIn, regions: Iterable[Region]) -> Place:
    if isinstance(given, str):
        return Place(text=_line("place", given))
    parts = {name: _line(f"place.{name}", getattr(given, name)) for name in given.__struct_fields__}
    if parts["district"]:
        district = known_district(parts["district"], regions)
        if not district:
            raise TicketJsonError("place.district", f"没有“{parts['district']}”这个区：请写全称，如 朝阳区")
        parts["district"] = district
    return Place(**parts)


def known_district(name: str, regions: Iterable[Region]) -> str:
    """Return a district's full name, given that or another name of it; empty for anything else."""
    return next((r.name for r in regions if r.is_district and name in (r.name, *r.aliases)), "")


def _elements(given: _TicketIn, ids: Mapping[str, str]) -> dict[str, Answer]:
    """Read answers by element; an element may be named by its id or by its Chinese label."""
    answers: dict[str, Answer] = {}
    marks = [mark for mark in ASKED_MARKS if given.source != PHONE or mark not in WEB_MARKS]
    for name, value in given.elements.items():
        element = ids.get(name, name)
        _choices("elements", [element], ids.values())
        answer = Answer(value) if isinstance(value, str) else Answer(value.text, value.asked)
        if answer.asked:
            _choices(f"elements.{name}.asked", [answer.asked], marks)
        answers[element] = Answer(_long(f"elements.{name}", answer.text, _LONGEST_ANSWER).strip(), answer.asked)
    return answers


def _line(field: str, text: str) -> str:
    return clean(_limited(field, text, LONGEST_LINE), lines=False).strip()


def _long(field: str, text: str, limit: int) -> str:
    return clean(_limited(field, text, limit)).strip()


def _limited(field: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise TicketJsonError(field, f"有 {len(text)} 字，最多 {limit} 字：请缩短")
    return text
