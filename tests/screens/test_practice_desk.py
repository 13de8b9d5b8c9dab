"""Practice through the real screens: calls from ring to debrief, and the pages of practice (6.3.2, 7.1.2)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from console.judgement import with_element
from console.practice.acts import Recogniser
from console.practice.case import draw
from console.practice.house import PracticeHouse, practice_root
from console.practice.lesson import TRAINEE, Debrief, Lesson
from console.practice.plan import cases_of
from console.practice.results import Result
from console.practice.scoring import score
from data.clock import FixedClock
from data.events import Ticket
from data.lifecycle import State
from data.record import UNKNOWN
from screens.practice.debrief import DebriefPage
from screens.practice_app import PracticeApp
from tests.practice_players import play
from tests.screens.conftest import Seat
from tests.screens.rest import rest

NARROW, WIDE = (80, 24), (140, 40)
CALM = {"complain-elevator": 3, "consult-passport": 3}
"""Seeds that draw a calm caller."""

Learn = Callable[..., Any]


class School:
    """A practice house beside a live home, and the lessons in it."""

    def __init__(self, house: PracticeHouse, live: Path, clock: FixedClock) -> None:
        self.house, self.live, self.clock = house, live, clock

    def app(self, scenario: str, seed: int) -> PracticeApp:
        """A lesson that begins with this scenario."""
        scenarios, _ = self.house.scenarios()
        self.lesson = Lesson(self.house, scenarios, cases_of(scenarios, scenario, seed))
        return PracticeApp(self.lesson, TRAINEE)

    @property
    def result(self) -> Result:
        """The only result."""
        [found] = self.lesson.results.every()
        return found

    @property
    def ticket(self) -> Ticket:
        """The only ticket."""
        [found] = self.house.tickets.every()
        return found


@pytest.fixture
def school(tmp_path: Path, practice_folder: Callable[[Path], Path], clock: FixedClock) -> Any:
    """A furnished practice house, the live home beside it."""
    live = tmp_path / "live"
    live.mkdir()
    (live / "hotline.db").write_bytes(b"live")
    house = PracticeHouse(practice_folder(practice_root(live)), clock, live)
    yield School(house, live, clock)
    house.close()
    assert {path.name: path.read_bytes() for path in live.iterdir()} == {"hotline.db": b"live"}


@pytest.fixture
def learn(school: School, clock: FixedClock) -> Learn:
    """Sit down to practise: ``async with learn("complain-elevator") as seat``."""

    @asynccontextmanager
    async def sit_down(scenario: str, seed: int = 0, size: tuple[int, int] = NARROW) -> AsyncIterator[Seat]:
        app = school.app(scenario, seed or CALM[scenario])
        async with app.run_test(size=size) as pilot:
            await rest()
            yield Seat(app, pilot, clock)

    return sit_down


async def answer(seat: Seat) -> None:
    """Let the first call ring, answer after some seconds, greet."""
    await seat.see("练习", "等待来电", "不派发", "按Ctrl+G，下一个电话就响")
    await seat.press("ctrl+g")
    await seat.see("来电响铃")
    await seat.pass_time(4)
    await seat.press("f2")
    await seat.see("现在说")
    await seat.press("f2")


async def ask(seat: Seat, *questions: str) -> None:
    """Ask in one's own words."""
    await seat.press("ctrl+e")
    await seat.see("自己说·来电人会回答")
    for question in questions:
        await seat.paste(question)
        await seat.press("enter")
        await seat.see(f"我：{question}")
    await seat.press("escape")


async def write(seat: Seat, **fields: str) -> None:
    """Paste into fields of the record: typing it is tested at the call desk."""
    for name, words in fields.items():
        seat.app.screen.query_one(f"#{name}").focus()
        await seat.paste(words)


async def finish(seat: Seat) -> None:
    """Say what ends a call, in the script's order, and hang up."""
    for words in ("请问您还需要其他帮助吗", "对本次服务进行评价", "感谢您的来电，再见"):
        await seat.see(words)
        await seat.press("f2")
    await seat.press("f12")


@pytest.mark.clause("6.3.2")
@pytest.mark.clause("7.1.2.2b")
@pytest.mark.clause("7.1.2.2c")
async def test_a_call_is_registered_and_debriefed(learn: Learn, school: School) -> None:
    """You should see a call asked, written, sent and ended by keys, a ticket of it in practice, full marks, no live
    file."""
    async with learn("complain-elevator") as seat:
        await answer(seat)
        await seat.press("1")
        told = ["请问具体发生了什么事？", "请问是什么时候发生的？", "请问在哪个小区哪栋楼？", "请问涉及哪个单位？"]
        await ask(seat, *told, "之前向谁反映过吗？", "请问您怎么称呼？", "请问您希望怎么解决？")
        case = school.lesson.cases[0]
        spot = f"{case.slots['district']}{case.slots['street']}{case.slots['spot']}{case.slots['building']}号楼"
        await write(
            seat,
            name=case.slots["name"],
            place=spot,
            object="安槐物业公司",
            time=case.slots["time"],
            earlier="给物业打过三次电话",
            wish="尽快修好电梯",
            title="小区电梯停运",
            text="两部电梯都停运，居民爬楼梯，电梯内没有人，要求尽快修好。",
        )
        await seat.press("f2")
        await seat.press("f5")
        await seat.see("去向·5.2.2.1.1派单")
        await seat.paste(f"{case.slots['street']}办事处")
        await seat.press("f8")
        await seat.press("f8")
        await seat.until(lambda: school.house.tickets.every())
        await finish(seat)
        await seat.see("讲评·电梯停运，时间先说错", "得分100", "接听4s✓", "照这样做")
    assert school.ticket.submitted_at is not None
    assert school.result.deviations == ()
    assert (school.result.total, school.result.number) == (100.0, school.ticket.number)
    assert sum(school.house.outbox.counts()) > 0
    with pytest.raises(Exception, match="练习不派发"):
        school.house.queue.append([])


@pytest.mark.clause("6.3.2")
@pytest.mark.clause("5.2.1")
async def test_a_direct_reply_is_practised(learn: Learn, school: School) -> None:
    """You should see a question answered from an article in practice, and the answer judged."""
    async with learn("consult-passport") as seat:
        await answer(seat)
        await seat.press("4")
        await ask(seat, "请问您具体想问什么？", "请稍等，我帮您查询一下。")
        await write(seat, text="咨询护照到期怎样换发、在哪里办、带什么材料。")
        await seat.press("f3")
        await seat.paste("护照到期换发")
        await seat.until(lambda: seat.app.screen._article is not None)
        await seat.until(lambda: seat.app.screen._article.id == "churujing-02")
        await seat.press("f4")
        await seat.see("再按F4：以《")
        await seat.press("f4")
        await seat.see("已直接答复")
        await finish(seat)
        await seat.see("讲评·护照快到期", "得分100")
    assert school.ticket.state is State.ANSWERED
    assert school.result.deviations == ()


@pytest.mark.clause("6.3.2")
async def test_what_was_not_done_is_told_and_the_same_call_rings_again(learn: Learn, school: School) -> None:
    """You should see keys refused with their reason, nothing registered told as such, its clauses, the call again."""
    async with learn("complain-elevator") as seat:
        await seat.press("ctrl+k")
        await seat.see("还没有练完的来电")
        await seat.press("ctrl+e")
        await seat.see("没有通话：接听以后才能说话")
        await answer(seat)
        await seat.press("f12", "f12")
        await seat.see("通话已结束")
        await seat.press("f8", "f8")
        await seat.see("讲评·电梯停运", "没有登记", "致命", "有致命偏差")
        await seat.press("f2")
        await seat.see("按轻重排列", "5.1.2.2分类处理")
        await seat.press("f2")
        await seat.see("交卷▸答案")
        await seat.press("escape", "ctrl+k")
        await seat.see("讲评·电梯停运")
        await seat.press("f4")
        await seat.see("来电响铃")
        assert seat.app.source.talk(seat.model.call_state.call_id).case is school.lesson.cases[0]
        await seat.press("f2")
        await seat.see("电梯又坏了")
        await seat.press("ctrl+k")
        await seat.press("f8")
        await seat.see("受理台上还有一件没有办完")
    assert "unregistered" in [each.rule for each in school.result.deviations]
    assert (school.result.scenario, school.result.agent) == ("complain-elevator", TRAINEE.agent_no)


# -- pictures ---------------------------------------------------------------------------------------------------------


def half_right(school: School, clock: FixedClock) -> Debrief:
    """A call with some of everything: right, light and grave."""
    scenarios, _ = school.house.scenarios()
    case = draw(scenarios, scenarios.scenario("complain-elevator"), CALM["complain-elevator"])
    best = play(school.house, clock, case, Recogniser(school.house.packs), expert=True)
    assert best.answered_at is not None
    since = best.answered_at + timedelta(seconds=8)
    heard = [each for each in best.heard if each.act not in ("earlier", "closing", "recording")]
    heard = [msgspec.structs.replace(h, text="行了，再见。") if h.act == "farewell" else h for h in heard]
    record = with_element(best.record, "object", "北园物业公司")
    record = msgspec.structs.replace(
        with_element(record, "earlier", "", asked=UNKNOWN), text="电梯停运，居民爬楼梯，要求尽快修好。"
    )
    done = msgspec.structs.replace(
        best, heard=tuple(heard), record=record, unit="市体育局", waits=((since, since + timedelta(seconds=34)),)
    )
    return Debrief(done, score(school.house.packs, scenarios.pool, done), school.ticket)


async def talking(seat: Seat) -> None:
    """Speaking in one's own words."""
    await answer(seat)
    await seat.press("1", "ctrl+e")
    for question in ("请问是什么时候发生的？", "请问在哪个小区哪栋楼？"):
        await seat.paste(question)
        await seat.press("enter")
        await seat.see(f"我：{question}")
    seat.desk._ticks = 0  # the connect rate is counted now, not when so many seconds have gone by
    seat.desk.tick()
    await seat.rest()


async def debriefed(seat: Seat) -> None:
    """A debrief, from its top."""
    await seat.see("讲评·电梯停运", "得分")


async def by_clause(seat: Seat) -> None:
    """The deviations, clause by clause."""
    await debriefed(seat)
    await seat.press("f2")
    await seat.see("按轻重排列")


PICTURES = [(act, size) for act in (debriefed, talking) for size in (NARROW, WIDE)] + [(by_clause, NARROW)]


@pytest.mark.parametrize(("act", "size"), PICTURES, ids=[f"{act.__name__}-{size[0]}" for act, size in PICTURES])
def test_the_pages_of_practice(
    snap_compare: Any,
    school: School,
    clock: FixedClock,
    at_seat: Callable[..., Callable[[Pilot[None]], Awaitable[None]]],
    act: Callable[[Seat], Awaitable[None]],
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """You should see the debrief, its clauses and the talk as they were looked at."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)
    app = school.app("complain-elevator", CALM["complain-elevator"])
    debrief = half_right(school, clock) if act is not talking else None

    async def show(seat: Seat) -> None:
        if debrief is not None:
            seat.app.push_screen(DebriefPage(seat.desk._desk, debrief))
        await act(seat)

    assert snap_compare(app, run_before=at_seat(show), terminal_size=size)
