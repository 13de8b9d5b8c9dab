"""When a ticket's three clocks end: dispatch, sign and feedback (4.1, 5.2.2.1.2, 5.2.2.2.1, 5.2.2.3.2).

The durations come from the limits pack, which also states from which act each clock runs, because the standard does
not: dispatch from acceptance, sign and feedback from dispatch. Minutes, hours and 天 are clock time, so that 7天 is
the exact moment 168 hours later, the earlier of its two readings; only 工作日 follows the working calendar.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from data.calendar import Calendar, WorkingDue
from data.clock import SHANGHAI
from scripts.kinds import ORDINARY
from scripts.limits import Basis, Duration, LimitPack, Unit, shortest

CLOCKS = {"dispatch": "派发", "sign": "签收", "feedback": "反馈"}
"""The three clocks and their names on screen."""

_ACCEPTED, _DISPATCHED = "受理", "派发"
_STEPS: dict[Unit, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}
_UNITS = (*_STEPS, "working_days")


class ClockError(ValueError):
    """A limit that cannot be counted; the message says which and what to give instead."""


class LegalLimit(msgspec.Struct, frozen=True):
    """A limit that a law, regulation or policy fixes for one clock: it overrides the table, longer or shorter (4.1).

    ``unit`` is one of minutes, hours, days, working_days; ``citation`` names the text and its article.
    """

    amount: int
    unit: Unit
    citation: str
    clock: str = "feedback"


class Clocks(msgspec.Struct, frozen=True):
    """The clocks of one ticket.

    ``dispatch`` is the instant by which to dispatch; ``sign`` and ``feedback`` are durations in words, ``sign_due``
    and ``feedback_due`` their ends once the ticket is dispatched. ``basis`` says in Chinese what each counts from
    (``bases`` by the clock's name), ``notes`` what is uncertain or was overridden, ``clauses`` the clause behind each clock, by its name.
    """

    dispatch: datetime
    sign: str
    feedback: str
    basis: str
    notes: list[str]
    clauses: dict[str, str]
    bases: dict[str, str]
    sign_due: datetime | None = None
    feedback_due: datetime | None = None


def due_times(
    pack: LimitPack,
    calendar: Calendar,
    kinds: Iterable[str],
    *,
    accepted_at: datetime,
    dispatched_at: datetime | None = None,
    answers: Mapping[str, bool] | None = None,
    surge: bool = False,
    complex_case: bool = False,
    legal: LegalLimit | None = None,
) -> Clocks:
    """Compute the clocks of a ticket whose urgency kinds that count are ``kinds`` (none: 一般).

    ``answers`` are those to the questions about urgency. ``surge`` and ``complex_case`` are a supervisor's decisions
    and relax only what is 一般. Due times are in Shanghai time.

    Raises:
        ClockError: an instant without time zone or at the end of all dates, or a legal limit that is not positive,
            cites nothing, or names a clock or unit that does not exist.
        ScriptError: a kind that the limits pack does not have.
    """
    named = list(kinds)
    limits = shortest(pack, named, answers=answers, surge=surge, complex_case=complex_case)
    durations = {"dispatch": limits.dispatch, "sign": limits.sign, "feedback": limits.feedback}
    notes = list(limits.notes)
    if legal:
        name, table = _check_legal(legal), durations[legal.clock]
        fixed = durations[legal.clock] = Duration(amount=legal.amount, unit=legal.unit, clause="4.1")
        notes.append(f"{name}按{legal.citation.strip()}规定的{fixed.text}计，不按时限表（4.1）。")
        urgent = [each for each in named if each != ORDINARY]
        if urgent and fixed.minutes > table.minutes:
            notes.append(
                f"这是紧急诉求（{'、'.join(urgent)}）：法定时限把{name}由 {table.text}放宽到 {fixed.text}，请核对是否适用（4.1）。"
            )
    accepted = _local(accepted_at)
    dispatched = _local(dispatched_at) if dispatched_at else None
    dispatch = _end(accepted, limits.basis.dispatch, durations["dispatch"], calendar)
    after: dict[str, WorkingDue | None] = {}
    bases = {"dispatch": dispatch.basis}
    for clock in ("sign", "feedback"):
        start = _start(limits.basis, clock, notes)
        at = accepted if start == _ACCEPTED else dispatched
        after[clock] = end = _end(at, start, durations[clock], calendar) if at else None
        bases[clock] = end.basis if end else f"自{start}起{durations[clock].text}"
    sign, feedback = after["sign"], after["feedback"]
    notes += dict.fromkeys(note for end in (dispatch, sign, feedback) if end for note in end.notes)
    return Clocks(
        dispatch=dispatch.due,
        sign=durations["sign"].text,
        feedback=durations["feedback"].text,
        basis="；".join(CLOCKS[clock] + basis for clock, basis in bases.items()),
        bases=bases,
        notes=notes,
        clauses={clock: duration.clause for clock, duration in durations.items()},
        sign_due=sign.due if sign else None,
        feedback_due=feedback.due if feedback else None,
    )


def _start(basis: Basis, clock: str, notes: list[str]) -> str:
    """Return the act a clock runs from, or dispatch where a city's pack names an act that leaves no trace yet."""
    stated: str = getattr(basis, clock)
    if stated in (_ACCEPTED, _DISPATCHED):
        return stated
    notes.append(f"时限包写的{CLOCKS[clock]}起算点“{stated}”不能用，按{_DISPATCHED}起算。")
    return _DISPATCHED


def _end(at: datetime, start: str, duration: Duration, calendar: Calendar) -> WorkingDue:
    """Count a duration from the instant ``at`` of the act ``start``; the basis names both."""
    words = f"自{start}（{at:%m-%d %H:%M}）起{duration.text}"
    try:
        if duration.unit == "working_days":
            counted = calendar.working_due(at, duration.amount)
            return msgspec.structs.replace(counted, basis=f"{words}（{counted.basis}）")
        return WorkingDue(at + duration.amount * _STEPS[duration.unit], words, ())
    except OverflowError as error:
        raise ClockError(
            f"自{start}（{at:%Y-%m-%d %H:%M}）起{duration.text}已到 9999 年之后，没有这样的日期：请核对时间"
        ) from error


def _check_legal(legal: LegalLimit) -> str:
    """Return the name of the clock that a legal limit overrides."""
    if legal.clock not in CLOCKS:
        raise ClockError(f"法定时限的时钟“{legal.clock}”不认识，应为{'、'.join(CLOCKS)}之一")
    if legal.unit not in _UNITS:
        raise ClockError(f"法定时限的单位“{legal.unit}”不认识，应为{'、'.join(_UNITS)}之一")
    if legal.amount < 1:
        raise ClockError(f"法定时限应大于 0，现为 {legal.amount}，请改正")
    if not legal.citation.strip():
        raise ClockError("法定时限应写明依据的法律、法规、规章或政策及条款，请补上")
    return CLOCKS[legal.clock]


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ClockError(f"时间 {at} 没有时区，无法计算时限；请写明 +08:00")
    return at.astimezone(SHANGHAI)
