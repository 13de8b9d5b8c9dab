"""课程、培训 through the glass: what is assigned first, the way to its calls and cards, the trainer's class; pictures."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from console.practice.assigning import Assigning
from console.practice.house import PracticeHouse
from console.practice.lesson import Lesson
from data.clock import FixedClock
from data.people import Actor
from screens.practice_app import PracticeApp
from tests.screens.conftest import Seat
from tests.screens.practice_hands import TRAINEE, TRAINER, a_class, lesson_of, school
from tests.screens.rest import rest

NARROW, WIDE = (80, 24), (140, 40)


@pytest.fixture(autouse=True)
def _nothing_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a picture is taken later: sentences stay."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[PracticeHouse]:
    """A practice house of the test's own."""
    with school(tmp_path, clock) as made:
        yield made


@pytest.fixture
def lesson(house: PracticeHouse) -> Lesson:
    """A class with its past; nothing named to begin with, so that what is due rings first."""
    made = lesson_of(house, "")
    made.by_due = True
    a_class(made)
    return made


@asynccontextmanager
async def seated(lesson: Lesson, actor: Actor, clock: FixedClock) -> AsyncIterator[Seat]:
    """Sit down at the practice console."""
    app = PracticeApp(lesson, actor)
    async with app.run_test(size=NARROW) as pilot:
        await rest()
        yield Seat(app, pilot, clock)


@pytest.mark.clause("6.3.2")
async def test_what_is_assigned_is_seen_first_and_its_calls_ring(lesson: Lesson, clock: FixedClock) -> None:
    """You should see the assigned course first with its deadline and how far it is, the coach switched, its cards
    drilled, its call ring at the desk; a finished step passed over."""
    async with seated(lesson, TRAINEE, clock) as seat:
        await seat.see("练习·考试", "课程·8041号", "布置待完成1", "进行中", "11-30前", "上岗第一周", "9902号布置")
        await seat.press("f2")
        await seat.see("练习·辅导", "下一通来电按辅导进行")
        await seat.press("f5")
        await seat.see("小测·第1题")
        await seat.press("escape")
        await seat.press("f6")
        await seat.see("小测")
        await seat.press("escape", "f7")
        await seat.see("首问语（B.1.2）", "✓来电电动自行车")
        await seat.press("escape", "f8")
        await seat.see("练习·辅导", "来电响铃")
        assert seat.app.source.left == len(lesson.cases) + 1
        seat.app.open_desk("课程")
        await seat.see("课程·8041号")
        assert "受理台上还有一件没有办完" in seat.app.screen.why_not("begin")


@pytest.mark.clause("6.3.2")
async def test_the_trainer_sees_the_class_assigns_and_exports(lesson: Lesson, clock: FixedClock) -> None:
    """You should see who practised and who is late, what is missed most, a course assigned, a class set, a CSV file."""
    async with seated(lesson, TRAINER, clock) as seat:
        await seat.see("培训·9902号", "练过2/2人11通", "8041方晴", "✗逾期", "每天平均分")
        await seat.press("down")
        await seat.see("8042号郭磊·一班", "已逾期0/25危及生命的来电", "常错：危害程度（C.5）")
        await seat.press("f2")
        await seat.see("危及生命财产的判断（5.2.2.1.2a）", "漏")
        await seat.press("f2", "f4")
        await seat.see("布置课程", "routes分类处理")
        seat.app.screen.query_one("#to").value = "三班"
        await seat.press("f8")
        await seat.see("没有班级“三班”")
        seat.app.screen.query_one("#to").value = "8041"
        seat.app.screen.query_one("#course").value = "routes"
        await seat.press("f8")
        await seat.see("已把“分类处理与难缠的来电”布置给8041")
        await seat.press("f6")
        await seat.see("班级·6.3.2", "一班：80418042")
        seat.app.screen.query_one("#members").value = "8041 8042 8043"
        await seat.press("f8")
        await seat.see("一班现有3人", "8043")
        await seat.press("f5")
        await seat.see("已存为")
    (path,) = lesson.house.home.exports.glob("practice-*.csv")
    assert path.read_text("utf-8-sig").count("8041,方晴,一班") == 7
    assert {each.course for each in Assigning(lesson.house.home.root, clock, TRAINER).every()} == {
        "first-week", "danger", "routes",
    }  # fmt: skip


async def courses(seat: Seat) -> None:
    """The courses of a trainee."""
    await seat.see("课程·8041号", "首问语")


async def trainees(seat: Seat) -> None:
    """The trainees, and how the one under the cursor does."""
    await seat.see("培训·9902号", "每天平均分")


async def missed(seat: Seat) -> None:
    """What the class misses most."""
    await trainees(seat)
    await seat.press("f2")
    await seat.see("危及生命财产")


PICTURES = [
    pytest.param(TRAINEE, courses, NARROW, id="courses-narrow"),
    pytest.param(TRAINEE, courses, WIDE, id="courses-wide"),
    pytest.param(TRAINER, trainees, NARROW, id="trainees-narrow"),
    pytest.param(TRAINER, trainees, WIDE, id="trainees-wide"),
    pytest.param(TRAINER, missed, NARROW, id="missed-narrow"),
]


@pytest.mark.parametrize(("actor", "act", "size"), PICTURES)
def test_the_desks(
    snap_compare: Callable[..., bool], lesson: Lesson, at_seat: Any, actor: Actor, act: Any, size: tuple[int, int]
) -> None:
    """You should see the desk as it was looked at."""
    assert snap_compare(PracticeApp(lesson, actor), run_before=at_seat(act), terminal_size=size)
