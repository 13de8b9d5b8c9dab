"""How soon a request must be dispatched, signed and answered: the table by class, and the shortest of each clock.

Durations only: from which moment they run and when they end in the calendar is computed by `console/clocks.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from scripts.kinds import ORDINARY, URGENCY_KINDS
from scripts.reading import Check, PackHead, PackStruct, ScriptError

Unit = Literal["minutes", "hours", "days", "working_days"]

_MINUTES: dict[Unit, int] = {"minutes": 1, "hours": 60, "days": 1440, "working_days": 1440}
_NAMES: dict[Unit, str] = {"minutes": "分钟", "hours": "小时", "days": "天", "working_days": "个工作日"}


class Duration(PackStruct, frozen=True, kw_only=True):
    """An amount in its own unit and the clause that sets it; only `working_days` needs the working calendar."""

    amount: int
    unit: Unit
    clause: str

    @property
    def minutes(self) -> int:
        """Nominal length, only to compare: a working day is never over before a day of the clock it stands for."""
        return self.amount * _MINUTES[self.unit]

    @property
    def text(self) -> str:
        """As it is shown: 15分钟, 1个工作日."""
        return f"{self.amount}{_NAMES[self.unit]}"


class LimitClass(PackStruct, frozen=True, kw_only=True):
    """One row of the table. A "yes" to `severe_when` uses the row `severe_as` instead; notes are shown."""

    name: str
    dispatch: Duration
    sign: Duration
    feedback: Duration
    note: str = ""
    severe_when: str = ""
    severe_as: str = ""
    severe_note: str = ""


class Basis(PackStruct, frozen=True, kw_only=True):
    """From which act each clock runs; the standard does not say, so it is stated and stored."""

    dispatch: str
    sign: str
    feedback: str


class Surge(PackStruct, frozen=True, kw_only=True):
    """A declared flood of calls (集中大话务量), 5.2.2.1.2d."""

    dispatch: Duration
    note: str
    refused: str


class Complex(PackStruct, frozen=True, kw_only=True):
    """A complex and difficult request (复杂疑难), 5.2.2.3.2d."""

    feedback: Duration
    note: str
    refused: str


class LegalRow(PackStruct, frozen=True, kw_only=True):
    """A limit that a law, regulation or policy fixes for one clock of one kind of matter; it overrides the table (4.1).

    The maintained part of the handling limits (5.2.2.1.3 note): a dispatcher picks a row, nobody types a limit.
    """

    name: str
    clock: Literal["dispatch", "sign", "feedback"]
    amount: int
    unit: Unit
    citation: str


class LimitPack(PackHead, frozen=True, kw_only=True):
    """limits.toml."""

    basis: Basis
    surge: Surge
    complex: Complex
    classes: tuple[LimitClass, ...]
    legal: tuple[LegalRow, ...] = ()

    def row(self, name: str) -> LimitClass:
        """The row of this class; raises `ScriptError` for a class that the table does not have."""
        for each in self.classes:
            if each.name == name:
                return each
        raise ScriptError(f"时限表里没有“{name}”这一类，请从 {'、'.join(c.name for c in self.classes)} 中选")


@dataclass(frozen=True)
class Limits:
    """The three clocks of one request, each from the class that is shortest, and what must be said about them."""

    dispatch: Duration
    sign: Duration
    feedback: Duration
    basis: Basis
    notes: tuple[str, ...]


def shortest(
    pack: LimitPack,
    kinds: Iterable[str],
    *,
    answers: Mapping[str, bool] | None = None,
    surge: bool = False,
    complex_case: bool = False,
) -> Limits:
    """The shortest dispatch, sign and feedback of all urgency kinds that count (none: 一般).

    `answers` are those of the urgency questions, for a class whose row depends on one. `surge` and `complex_case`
    relax only what is 一般; for an urgent request a note says that they do not. Raises `ScriptError` for an unknown
    class.
    """
    names = [each for each in dict.fromkeys(kinds) if each != ORDINARY]
    rows: list[LimitClass] = []
    notes: list[str] = []
    for name in names or [ORDINARY]:
        row = pack.row(name)
        severe = bool(row.severe_when and (answers or {}).get(row.severe_when))
        rows.append(pack.row(row.severe_as) if severe else row)
        notes.append(row.severe_note if severe else row.note)
    dispatch = min((row.dispatch for row in rows), key=lambda each: each.minutes)
    sign = min((row.sign for row in rows), key=lambda each: each.minutes)
    feedback = min((row.feedback for row in rows), key=lambda each: each.minutes)
    if surge:
        notes.append(pack.surge.refused if names else pack.surge.note)
        dispatch = dispatch if names else pack.surge.dispatch
    if complex_case:
        notes.append(pack.complex.refused if names else pack.complex.note)
        feedback = feedback if names else pack.complex.feedback
    return Limits(dispatch, sign, feedback, pack.basis, tuple(filter(None, notes)))


def prepare_limits(pack: LimitPack, check: Check) -> LimitPack:
    """The pack as it is; raises `PackError` for a row that is missing, unfounded or not positive."""
    check.covers("classes", (row.name for row in pack.classes), (*URGENCY_KINDS, ORDINARY))
    check.filled("basis", dispatch=pack.basis.dispatch, sign=pack.basis.sign, feedback=pack.basis.feedback)
    durations = [("surge", pack.surge.dispatch), ("complex", pack.complex.feedback)]
    for row in pack.classes:
        durations += [(row.name, each) for each in (row.dispatch, row.sign, row.feedback)]
        if row.severe_when and row.severe_as not in {each.name for each in pack.classes}:
            raise check.error(row.name, f"severe_as “{row.severe_as}”不在时限表里")
    check.unique((row.name for row in pack.legal), "法定时限")
    for law in pack.legal:
        check.filled(law.name, citation=law.citation)
        if law.amount <= 0:
            raise check.error(law.name, "时限应大于 0")
    for name, duration in durations:
        check.clause(name, duration.clause)
        if duration.amount <= 0:
            raise check.error(name, "时限应大于 0")
    return pack
