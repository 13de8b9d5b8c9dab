"""``hotline greeting`` on every day of a year whose holidays are published, at the edges, and beyond them."""

import json
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest

DAILY = ("您好，请问您需要什么帮助？", "B.1.2.1")
NEW_YEAR = ("新年好！请问您需要什么帮助？", "B.1.2.2")
FESTIVAL = ("节日好！请问您需要什么帮助？", "B.1.2.3")

DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
# Read off the State Council's notice for 2026 by hand, apart from any table of the program.
NEW_YEAR_SPANS = ((date(2026, 1, 1), date(2026, 1, 3)), (date(2026, 2, 15), date(2026, 2, 23)))
QINGMING = (date(2026, 4, 4), date(2026, 4, 6))


def expected(day: date) -> tuple[str, str]:
    """What B.1.2 asks for on this day, by an independent calendar and the table above."""
    if any(first <= day <= last for first, last in NEW_YEAR_SPANS):
        return NEW_YEAR
    if QINGMING[0] <= day <= QINGMING[1]:
        return DAILY
    off, name = chinese_calendar.get_holiday_detail(day)
    return FESTIVAL if off and name else DAILY


def said(ran) -> tuple[str, str]:
    assert ran.code == 0
    assert set(ran.json) == {"text", "clause", "because"}
    return ran.json["text"], ran.json["clause"]


@pytest.mark.clause("B.1.2.1")
@pytest.mark.clause("B.1.2.2")
@pytest.mark.clause("B.1.2.3")
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_each_day_of_2026_is_greeted_as_the_standard_says(hotline, day: date) -> None:
    """You should see 新年好 on 元旦 and 春节, 节日好 on other holidays, and the daily one on 清明 and on workdays."""
    assert said(hotline("greeting", "--at", f"{day}T09:00", "--json")) == expected(day)


@pytest.mark.clause("B.1.2.1")
@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_a_make_up_workday_is_a_working_day(hotline, day: str) -> None:
    """You should see the daily greeting on each weekend day worked in exchange, and why."""
    ran = hotline("greeting", "--at", day, "--json")
    assert said(ran) == DAILY
    assert "调休" in ran.json["because"]


@pytest.mark.clause("B.1.2.2")
@pytest.mark.parametrize(
    ("at", "greeting"),
    [
        ("2026-02-14T23:59:59", DAILY),
        ("2026-02-15T00:00:00", NEW_YEAR),
        ("2026-02-23T23:59:59", NEW_YEAR),
        ("2026-02-24T00:00:00", DAILY),
        ("2026-09-30T23:59:59", DAILY),
        ("2026-10-01T00:00:00", FESTIVAL),
        ("2026-02-14T16:00:00Z", NEW_YEAR),
        ("2026-02-14T15:59:59+00:00", DAILY),
        ("2026-02-14T11:00:00-05:00", NEW_YEAR),
        ("2026-02-15 00:00", NEW_YEAR),
        ("2026年2月15日", NEW_YEAR),
    ],
)
def test_the_day_changes_at_midnight_in_shanghai(hotline, at: str, greeting: tuple[str, str]) -> None:
    """You should see the greeting change at the stroke of midnight in Shanghai, whatever zone the time is given in."""
    assert said(hotline("greeting", "--at", at, "--json")) == greeting


@pytest.mark.clause("B.1.2.1")
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_the_machines_zone_does_not_matter(zone: str) -> None:
    """You should see the same on a thin client whose zone is set wrong."""
    for at, greeting in (("2026-02-15T00:00", NEW_YEAR), ("2026-02-23T23:59", NEW_YEAR), ("2026-02-24T00:00", DAILY)):
        ran = subprocess.run(
            [sys.executable, "-m", "console", "greeting", "--at", at, "--json"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "TZ": zone},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert json.loads(ran.stdout)["text"] == greeting[0]


@pytest.mark.clause("B.1.2.1")
@pytest.mark.parametrize("at", ["2027-01-01", "2027-03-03", "2027-10-01", "2031-07-09"])
def test_a_year_not_yet_arranged_says_so(hotline, at: str) -> None:
    """You should see that the arrangement is not published and that the day was reckoned, not known."""
    because = hotline("greeting", "--at", at, "--json").json["because"]
    assert "未公布" in because
    assert "推算" in because


def test_without_a_time_it_is_now(hotline, clock) -> None:
    """You should see the greeting of the present moment, and the same in words without --json."""
    ran = hotline("greeting")
    assert ran.out.startswith(DAILY[0])
    clock.advance((datetime(2027, 1, 1) - datetime(2026, 11, 24)).total_seconds())
    assert hotline("greeting", "--json").json["text"] == NEW_YEAR[0]


def test_a_citys_broken_pack_is_told_of_and_not_used(hotline, cli_home: Path) -> None:
    """You should see the shipped greeting and a sentence about the pack that was refused."""
    (cli_home / "packs").mkdir(parents=True)
    (cli_home / "packs" / "phrases.toml").write_text("version = ", encoding="utf-8")
    ran = hotline("greeting", "--at", "2026-05-01", "--json")
    assert said(ran) == FESTIVAL
    assert "phrases.toml" in ran.err
