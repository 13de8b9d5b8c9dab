"""One clock for the whole house, and the two forms in which an instant is written down.

Every rule takes ``now`` as a value; only the outermost layer asks a clock. Instants are aware
``datetime`` objects; on screen they are in Shanghai time, in storage in UTC.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

import msgspec

# China has kept no daylight-saving time since 1991, so a fixed offset is exact and needs no zone database,
# which slim machines lack.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    """Something that tells the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware."""
        ...


class SystemClock:
    """The machine's clock, read in Shanghai time whatever the machine's own zone is."""

    def now(self) -> datetime:
        """Return the present instant in Shanghai time."""
        return datetime.now(SHANGHAI)


class FixedClock:
    """A clock that stands still until told to move: for tests and for replaying a call."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move the clock by ``seconds``."""
        self._now += timedelta(seconds=seconds)


def to_storage(at: datetime) -> str:
    """Write an instant as UTC text whose order as text is its order in time.

    Raises:
        ValueError: ``at`` has no time zone, so it names no instant.
    """
    if at.tzinfo is None:
        raise ValueError(f"时间 {at} 没有时区，无法确定是哪一刻；请写明 +08:00")
    # Not strftime: it writes the year 999 with three digits, which would sort after 2026.
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_storage(text: str) -> datetime:
    """Read what `to_storage` wrote, as Shanghai time."""
    return datetime.fromisoformat(text).astimezone(SHANGHAI)


def instant(given: object) -> datetime | None:
    """Read an instant as an event's payload carries it, however its zone is written; None for anything else."""
    try:
        at = msgspec.convert(given, datetime)
    except msgspec.ValidationError:
        return None
    return at if at.tzinfo else None


def iso_local(at: datetime) -> str:
    """Write an instant as ISO 8601 with ``+08:00``, to the second: the form of the command line's JSON."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
