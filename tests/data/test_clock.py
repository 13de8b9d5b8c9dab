"""Instants: one clock, Shanghai time on screen, UTC in storage."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.clock import SHANGHAI, FixedClock, SystemClock, from_storage, iso_local, to_storage

ROOT = Path(__file__).parents[2]

instants = st.datetimes(
    min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31), timezones=st.sampled_from([UTC, SHANGHAI])
)


@given(instants)
def test_an_instant_comes_back_from_storage_exactly(at: datetime) -> None:
    """You should see the same instant, to the microsecond, in Shanghai time."""
    back = from_storage(to_storage(at))
    assert back == at
    assert back.utcoffset() == timedelta(hours=8)


@given(instants, instants)
def test_stored_instants_sort_as_text(one: datetime, other: datetime) -> None:
    """You should see SQL's order of the texts be the order in time, whatever zones they were given in."""
    assert (to_storage(one) < to_storage(other)) == (one < other)


def test_an_instant_without_a_zone_is_refused() -> None:
    """You should see a naive time refused rather than taken for the machine's own zone."""
    with pytest.raises(ValueError, match="没有时区"):
        to_storage(datetime(2026, 11, 24, 10, 30))


def test_local_form_carries_the_offset() -> None:
    """You should see +08:00 and no fractions, from any zone."""
    assert iso_local(datetime(2026, 11, 24, 2, 30, 0, 999, tzinfo=UTC)) == "2026-11-24T10:30:00+08:00"
    assert iso_local(datetime(2026, 11, 24, 3, tzinfo=timezone(timedelta(hours=1)))) == "2026-11-24T10:00:00+08:00"


def test_a_fixed_clock_moves_only_when_told(clock: FixedClock) -> None:
    """You should see the same instant until the clock is moved."""
    before = clock.now()
    assert clock.now() == before
    clock.advance(seconds=90.5)
    assert clock.now() - before == timedelta(seconds=90.5)


def test_the_system_clock_reads_shanghai_time_on_a_machine_in_another_zone() -> None:
    """You should see +08:00 from a process whose zone is New York."""
    code = "from data.clock import SystemClock, from_storage; "
    code += "print(SystemClock().now().isoformat()[-6:], from_storage('2026-01-01T00:00:00.000000Z').isoformat())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TZ": "America/New_York", "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert done.stdout.split() == ["+08:00", "2026-01-01T08:00:00+08:00"]
    assert SystemClock().now().utcoffset() == timedelta(hours=8)
