"""What a list of tickets shows, as a condition of SQL: every desk that lists tickets narrows them by one of these."""

from datetime import datetime
from unicodedata import normalize

import msgspec

from data.clock import to_storage
from data.handling import URGE
from data.lifecycle import Kind, State


class TicketFilter(msgspec.Struct, frozen=True):
    """What a list of tickets shows; empty fields do not narrow it."""

    state: str = ""
    units: tuple[str, ...] = ()  # any of these
    since: datetime | None = None
    text: str = ""
    urgent: bool = False
    reported: bool = False
    by: str = ""
    states: tuple[State, ...] = ()
    of_unit: str = ""  # whichever part the unit has in it: 主办, 抄送, 协办
    part: str = ""  # only this part
    share: float | None = None  # the running clock has used this share of its time at `now`, 1 for overdue
    below: float | None = None  # and no more than this share
    now: datetime | None = None
    due_by: datetime | None = None  # the running clock ends by then, or has ended
    times: int = 0  # raised at least so often
    asked_back: bool = False
    supervised: bool = False
    passed_on: bool = False  # dispatched more than once (流转)
    unsettled: bool = False  # its callback says so, and nobody has done anything about it (5.4.3)
    unreminded: bool = False  # the system has not yet sent what is due at `now` (5.2.3a)
    ids: tuple[str, ...] | None = None  # only these; with `times`, these as well
    by_clock: bool = False  # the least time left first, instead of the newest
    urgent_first: bool = False  # with `by_clock`: the urgent before the others


def where(want: TicketFilter) -> tuple[str, list[object]]:
    conditions: list[tuple[str, object]] = []
    found_in = "lower(number || ' ' || title || ' ' || unit || ' ' || types)"
    if want.state:
        conditions.append(("state = ?", want.state))
    if want.units:
        conditions.append((f"unit IN ({', '.join('?' * len(want.units))})", list(want.units)))
    if want.since:
        conditions.append(("created_at >= ?", to_storage(want.since)))
    if want.by:
        conditions.append(("created_by = ?", want.by))
    if want.urgent:
        conditions.append(("urgent = ?", 1))
    if want.reported:
        conditions.append(("reported = ?", 1))
    if want.states:
        conditions.append((f"state IN ({', '.join('?' * len(want.states))})", list(want.states)))
    if want.of_unit:
        part = " AND part = ?" if want.part else ""
        conditions.append(
            (
                f"id IN (SELECT ticket_id FROM ticket_units WHERE unit = ?{part})",
                [want.of_unit, want.part] if part else want.of_unit,
            )
        )
    if want.now is not None:
        used = "clock_due IS NOT NULL AND ? {} clock_from + ? * (clock_due - clock_from)"
        if want.share is not None:
            conditions.append((used.format(">="), [want.now.timestamp(), want.share]))
        if want.below is not None:
            conditions.append((used.format("<"), [want.now.timestamp(), want.below]))
        if want.unreminded:
            conditions.append(("(reminded = '' OR reminded = ? AND ? >= clock_due)", [URGE, want.now.timestamp()]))
    if want.due_by is not None:
        conditions.append(("clock_due <= ?", want.due_by.timestamp()))
    among, ids = "id IN (SELECT value FROM json_each(?))", msgspec.json.encode(want.ids or ()).decode()
    if want.times and want.ids:
        conditions.append((f"(times >= ? OR {among})", [want.times, ids]))
    elif want.times:
        conditions.append(("times >= ?", want.times))
    elif want.ids is not None:
        conditions.append((among, ids))
    if want.asked_back:
        conditions.append(("asked_back = 1", []))  # as its index has it
    if want.unsettled:
        conditions.append(("unsettled = 1", []))  # as its index has it
    if want.passed_on:
        conditions.append(("id IN (SELECT ticket_id FROM events WHERE kind = ?)", Kind.REDISPATCHED))
    if want.supervised:
        conditions.append(("supervised = ?", 1))
    for word in want.text.split():
        # As typed, or with the full-width digits and letters of an input method made plain: a title may hold either.
        forms = list({word.lower(), normalize("NFKC", word).lower()})
        conditions.append((f"({' OR '.join([f'instr({found_in}, ?)'] * len(forms))})", forms))
    if not conditions:
        return "", []
    values = [each for _, value in conditions for each in (value if isinstance(value, list) else [value])]
    return "WHERE " + " AND ".join(sql for sql, _ in conditions), values


def order(want: TicketFilter) -> str:
    """Return the order of a filter's pages: newest first, or by the clock; what no clock runs for comes last."""
    if want.by_clock:
        return f"ORDER BY {'urgent DESC, ' if want.urgent_first else ''}clock_due IS NULL, clock_due, number"
    return "ORDER BY created_at DESC, number DESC"


def ahead(
    want: TicketFilter, created_at: datetime, due: datetime | None, number: str, *, urgent: bool = False
) -> tuple[str, list[object]]:
    """Return, as a condition of SQL, which rows of a filter stand before a ticket with these keys in its `order`."""
    if not want.by_clock:
        at = to_storage(created_at)
        return "created_at > ? OR created_at = ? AND number > ?", [at, at, number]
    keys: list[object]
    if due is None:
        before, keys = "clock_due IS NOT NULL OR number < ?", [number]
    else:
        at_clock = due.timestamp()
        before, keys = "clock_due < ? OR clock_due = ? AND number < ?", [at_clock, at_clock, number]
    if want.urgent_first:
        return f"urgent > ? OR urgent = ? AND ({before})", [urgent, urgent, *keys]
    return before, keys
