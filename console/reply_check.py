"""Whether the elements of a reply (5.2.2.3.3-.7) say what they are asked for: a time is a time, a unit one that is known."""

import re
from collections.abc import Mapping
from datetime import datetime
from unicodedata import normalize

from console.house import House
from console.names import narrow
from console.periods import why_no_time
from data.events import Ticket
from data.handling import FEEDBACK_ELEMENTS

TIMES = ("handled_at", "by_when")  # 办理时间, 答复时间, 落实时间
UNIT = "unit"  # 主责单位
_SEVERAL = re.compile(r"[、，,；;\s]+")
_OFFERED = 2  # units that a mistyped name may mean


class ReplyError(ValueError):
    """A reply cannot go out as it is written; the message names the element and what it needs."""


def wrong(house: House, ticket: Ticket, element: tuple[str, str, str], text: str, now: datetime) -> str:
    """Say why what was written is not what an element asks for; nothing where it is, or where nothing was written."""
    name, label, clause = element
    if not text.strip():
        return ""
    if name in TIMES and (reason := why_no_time(text, now)):
        return (
            f"{label}“{text.strip()[:20]}”{reason}：请写日期或期限，"
            f"如 2026-12-01、12月1日、下周三前、三个工作日内（{clause}）"
        )
    if name == UNIT and (unknown := _unknown(house, ticket, text)):
        found = "、".join(unit.name for unit in narrow(unknown, house.reference.units, _OFFERED))
        return f"{label}“{unknown[:20]}”不在单位表里：请写单位的全称{f'，是不是{found}' if found else ''}（{clause}）"
    return ""


def check(house: House, ticket: Ticket, outcome: str, elements: Mapping[str, str], now: datetime) -> None:
    """Make sure that each element says what it is asked for, up to the first that is missing, which `data.steps` names.

    Raises:
        ReplyError: one does not.
    """
    for element in FEEDBACK_ELEMENTS.get(outcome, ()):
        text = elements.get(element[0], "")
        if not text.strip():
            return
        if reason := wrong(house, ticket, element, text, now):
            raise ReplyError(reason)


def _unknown(house: House, ticket: Ticket, text: str) -> str:
    """Return the first of the units written that neither the table knows, by any of its names, nor the ticket."""
    handling = ticket.handling
    known = {each.unit for each in handling.dispatches} | {each.copy_to for each in handling.dispatches}
    known |= set(handling.joint_units)
    for unit in house.reference.units:
        known |= {unit.name, f"{unit.district}{unit.name}", *unit.aliases}
    written = normalize("NFKC", text).strip()
    if written in known:
        return ""
    return next((name for name in _SEVERAL.split(written) if name and name not in known), "")
