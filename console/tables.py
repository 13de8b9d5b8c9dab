"""Which reference tables are in force: a city's own from ``reference/``, or the shipped ones in their place."""

from pathlib import Path

from data.calendar import Calendar
from data.reference import Reference
from data.tables import SHIPPED, ReferenceTableError

CALENDAR = "calendar.toml"


def reference_in_force(folder: Path) -> tuple[Reference, list[ReferenceTableError]]:
    """Return regions, landmarks, units and topics in force, and what was refused of a city's folder.

    A file that is no table is refused too: a misspelt name would otherwise be a table that silently does nothing.

    Raises:
        ReferenceTableError: a shipped table is broken.
    """
    return Reference.in_force(folder)


def calendar_in_force(folder: Path) -> tuple[Calendar, list[ReferenceTableError]]:
    """Return the working calendar in force, and why a city's own is not.

    Raises:
        ReferenceTableError: the shipped one is broken.
    """
    own = folder / CALENDAR
    if own.exists():
        try:
            return Calendar.load(own), []
        except ReferenceTableError as error:
            return Calendar.load(), [error]
    return Calendar.load(), []


def table_not_in_force(error: ReferenceTableError) -> str:
    """Say which table of a city is not used, where and why, and what is used instead."""
    instead = f"正在用自带的 {error.file}" if (SHIPPED / error.file).exists() else "它不起任何作用"
    return f"reference/{error.file} 未采用，{instead}：{error.entry}{'，' if error.entry else ''}{error.reason}"
