"""Practice through the real screens: a call from ring to debrief, and the live home untouched (6.3.2)."""

from pathlib import Path

import pytest

from console.practice.house import PracticeHouse, practice_root
from console.practice.lesson import TRAINEE, Lesson, cases_of, furnish
from data.clock import FixedClock
from screens.practice_app import PracticeApp
from tests.screens.conftest import Seat
from tests.screens.rest import rest


@pytest.mark.clause("6.3.2")
@pytest.mark.clause("7.1.2.2b")
async def test_a_practised_call_ends_in_its_debrief(tmp_path: Path, clock: FixedClock) -> None:
    """You should see the mark, the caller's answer to one's own words, the debrief, the result kept, no live file."""
    live = tmp_path / "live"
    live.mkdir()
    (live / "hotline.db").write_bytes(b"live")
    house = PracticeHouse(practice_root(live), clock, live)
    furnish(house)
    scenarios, _ = house.scenarios()
    lesson = Lesson(house, scenarios, cases_of(scenarios, "complain-elevator", 3))
    app = PracticeApp(lesson, TRAINEE)
    async with app.run_test(size=(80, 24)) as pilot:
        await rest()
        seat = Seat(app, pilot, clock)
        await seat.see("练习", "等待来电", "不派发")
        await seat.press("ctrl+k")
        await seat.see("还没有练完的来电")
        await seat.press("ctrl+g")
        await seat.see("来电响铃")
        await seat.press("f2")
        await seat.see("电梯又坏了")
        await seat.press("f2", "ctrl+e")
        await seat.see("练习", "自己说·来电人会回答")
        await seat.type("请问您怎么称呼？")
        await seat.press("enter")
        await seat.see("我：请问您怎么称呼？")
        await seat.press("escape")
        await seat.press("f12", "f12")
        await seat.see("通话已结束")
        await seat.press("f8", "f8")
        await seat.see("练习", "讲评·电梯停运", "总分")
        await seat.press("escape", "ctrl+k")
        await seat.see("讲评·电梯停运")
        await seat.press("f8")
        await seat.see("来电响铃")
    [result] = lesson.results.every()
    assert (result.scenario, result.seed, result.agent) == ("complain-elevator", 3, TRAINEE.agent_no)
    assert "unregistered" in [each.rule for each in result.deviations]
    house.close()
    assert {path.name: path.read_bytes() for path in live.iterdir()} == {"hotline.db": b"live"}
