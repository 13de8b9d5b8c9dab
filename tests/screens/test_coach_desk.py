"""The coach at the call desk: one quiet line while the call goes on (6.3.2)."""

from pathlib import Path

import pytest

from data.clock import FixedClock
from screens.practice_app import PracticeApp
from tests.screens.conftest import Seat
from tests.screens.practice_hands import TRAINEE, lesson_of, school
from tests.screens.rest import rest


@pytest.mark.clause("6.3.2")
async def test_the_coach_speaks_while_the_call_goes_on(tmp_path: Path, clock: FixedClock) -> None:
    """You should see the mode on the status line, one hint with its clause at each step, and what it gave away hard."""
    with school(tmp_path, clock) as house:
        lesson = lesson_of(house)
        lesson.coach = True
        app = PracticeApp(lesson, TRAINEE)
        async with app.run_test(size=(80, 24)) as pilot:
            await rest()
            seat = Seat(app, pilot, clock)
            await seat.see("练习·辅导", "等待来电")
            assert not seat.app.screen.query_one("#coach").content.plain
            await seat.press("ctrl+g")
            await seat.see("辅导▸15秒之内接听：F2（5.1.3.2）")
            await seat.press("f2")
            await seat.see("辅导▸先说首问语：F2（B.1.2）")
            await seat.press("f2")
            await seat.see("辅导▸", "（C.3）")
            await seat.press("f12", "f12")
            await seat.see("通话已结束")
            await seat.press("f8", "f8")
            await seat.see("讲评·电梯停运", "再练：")
            await seat.press("f6")
            await seat.see("小测·第1题")
        rated = {each.card: each.rating for each in lesson.memory.reviews.every()}
        assert rated["phrase:greeting"] == 2
        assert rated["element:event"] == 1
