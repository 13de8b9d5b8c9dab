"""小测 through the glass: by keyboard alone, a sentence said, a choice made, what is not known; pictures (6.3.2)."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.practice.house import PracticeHouse
from console.practice.memory import DRILL
from data.clock import FixedClock
from screens.practice_app import PracticeApp
from tests.screens.conftest import Seat
from tests.screens.practice_hands import TRAINEE, lesson_of, missed, school
from tests.screens.rest import rest

NARROW, WIDE = (80, 24), (140, 40)


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[PracticeHouse]:
    """A practice house of the test's own."""
    with school(tmp_path, clock) as made:
        yield made


@pytest.mark.clause("6.3.2")
async def test_a_drill_by_keys_alone(house: PracticeHouse, clock: FixedClock) -> None:
    """You should see what was missed asked first, each answer judged, what is right, when it comes back, and the end."""
    lesson = lesson_of(house)
    lesson.drills = True
    missed(lesson)
    app = PracticeApp(lesson, TRAINEE)
    async with app.run_test(size=NARROW) as pilot:
        await rest()
        seat = Seat(app, pilot, clock)
        await seat.see("练习", "小测·第1题共5", "要素", "突发事件（附录C.5）")
        await seat.press("f8")
        await seat.see("先作答，不会按F4")
        await seat.press("enter")
        await seat.see("还没有选")
        await seat.press("1")
        await seat.see("1▣")
        await seat.press("f4")
        await seat.see("✗没有做到", "下次11-24", "正确的：", "（C.5）")
        await seat.press("enter")
        await seat.see("第2题", "这时说哪一句？")
        await seat.type("您好，请问您需要什么帮助？")
        await seat.press("enter")
        await seat.see("✓做对了", "下次11-24 10:42")
        await seat.press("enter")
        await seat.see("第3题", "紧急种类选哪几项？")
        await seat.press("7", "f2")
        await seat.see("✗没有做到")
        await seat.press("f8")
        await seat.see("第4题", "多久之内派发？", "按数字键作答")
        await seat.press("1", "enter")
        await seat.see("第5题")
        await seat.type("再见")
        await seat.press("f2", "f8")
        await seat.see("做完了", "共5题", "首问语（B.1.2）", "Esc返回")
        await seat.press("f4")
        await seat.see("没有题了")
        await seat.press("escape")
        await seat.see("等待来电")
    assert [each.source for each in lesson.memory.reviews.every()][-5:] == [DRILL] * 5


async def test_nothing_is_due(house: PracticeHouse, clock: FixedClock) -> None:
    """You should see how cards come about, and later when the first one is due, in Shanghai time."""
    lesson = lesson_of(house)
    lesson.drills = True
    app = PracticeApp(lesson, TRAINEE)
    async with app.run_test(size=NARROW) as pilot:
        await rest()
        seat = Seat(app, pilot, clock)
        await seat.see("现在没有到期的卡", "漏掉的会变成卡")


async def asked(seat: Seat) -> None:
    """The first question, two answers chosen."""
    await seat.see("小测·第1题")
    await seat.press("1", "3")
    await seat.see("3▣")


async def told(seat: Seat) -> None:
    """A sentence in another wording, and what is right."""
    await asked(seat)
    await seat.press("enter", "enter")
    await seat.see("第2题")
    await seat.type("您好，您有什么事？")
    await seat.press("enter")
    await seat.see("正确的")


@pytest.mark.parametrize(("act", "size"), [(asked, NARROW), (told, WIDE)], ids=["narrow", "wide"])
def test_the_drill(
    snap_compare: Callable[..., bool], house: PracticeHouse, at_seat: Any, act: Any, size: tuple[int, int]
) -> None:
    """You should see the page as it was looked at."""
    lesson = lesson_of(house)
    lesson.drills = True
    missed(lesson)
    assert snap_compare(PracticeApp(lesson, TRAINEE), run_before=at_seat(act), terminal_size=size)
