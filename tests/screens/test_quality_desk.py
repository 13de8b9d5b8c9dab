"""质检 through the glass: sample, review, appeal, decision, report; pictures of each page (7.1.2, 7.2)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from console.quality.assessing import Assessing, Verdict
from console.quality.findings import Finding, Follow, Improving
from console.quality.sampling import Rule, sample
from data.people import Actor, Role
from tests.console.quality_lives import a_call
from tests.lives import Lives

NARROW, WIDE = (80, 24), (140, 40)
Sit = Callable[..., Any]
Compare = Callable[..., bool]
QUALITY = Actor("5001", roles=frozenset({Role.QUALITY}))
TAKER = Actor("8007", roles=frozenset({Role.CALL_TAKER}))
RIGHT = [Verdict(name, True) for name in ("true", "route")]


@pytest.fixture(autouse=True)
def _nothing_by_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a picture is taken later: sentences stay."""
    monkeypatch.setattr("screens.widgets.chrome.NOTICE_SECONDS", 3600.0)


@pytest.fixture
def work(house: Any, clock: Any) -> Any:
    """Two requests with their calls: one without a greeting and with a long wait, one passed on to another unit."""
    lives = Lives(house)
    first = lives.sent("路灯不亮三天没人修")
    second = lives.passed_on(lives.handled("井盖坏了", phone="13800000002"))
    house.calls.save(a_call(clock.now(), first.id, said=("B.1.4.1", "5.3.3", "B.1.4.2"), waits=(45,)))
    house.calls.save(a_call(clock.now() + timedelta(minutes=20), second.id, rang=20))
    house.sync_worker().run(clock.now())
    return house


def drawn(house: Any, *, judged: bool = True, appealed: bool = False) -> None:
    """Draw all of it; review the first, and let its agent appeal."""
    sample(house, Rule(None, None, 1.0, "s"), QUALITY, house.clock.now())
    desk = Assessing(house, QUALITY)
    if judged:
        each = desk.review(desk.every()[0], [Verdict("manner", False, "打断来电人两次"), *RIGHT])
        if appealed:
            Assessing(house, TAKER).appeal(each, ["manner"], "来电人先打断的")


async def at_desk(seat: Any) -> None:
    """Go to the desk."""
    seat.app.open_desk("质检")
    await seat.see("质检·", "同步✓")


@pytest.mark.clause("7.1.2.1")
@pytest.mark.clause("7.1.2.2a")
async def test_a_sample_is_drawn_and_a_piece_of_work_reviewed_by_keys(sit: Sit, work: Any) -> None:
    """You should see what was drawn, the call beside the criteria, what is left open asked for, the review kept."""
    async with sit(Role.QUALITY, agent_no="5001") as seat:
        await at_desk(seat)
        await seat.see("没有考评：质检、督办按F2抽样")
        await seat.press("f2")
        await seat.see("质检抽样", "退回改派")
        seat.app.screen.query_one("#rate").value = "abc"
        await seat.press("f8")
        await seat.see("应是0到100的数")
        seat.app.screen.query_one("#rate").value = "100"
        await seat.press("f8")
        await seat.see("样框2件，已抽取2件", "待评定2")
        await seat.press("f8")
        await seat.see("评定·8007号", "？", "响铃6秒接听")
        await seat.press("f8")
        await seat.see("还没有评定：态度端正")
        place = [each.id for each in house_criteria(work)]
        at = 0
        for name in ("manner", "true", "route"):
            await seat.press(*["down"] * (place.index(name) - at))
            at = place.index(name)
            if name == "manner":
                await seat.type("打断来电人")
                await seat.press("f4")
            else:
                await seat.press("f2")
        await seat.press("f8")
        await seat.see("8007号的这件已评定", "待评定1")
    (found,) = [each for each in Assessing(work, QUALITY).every() if each.judged]
    assert found.marks["manner"].evidence == ("打断来电人",)
    assert found.marks["manner"].by == "5001"


def house_criteria(house: Any) -> Any:
    """The criteria as the page lists them."""
    return house.packs.quality.criteria


@pytest.mark.clause("7.1.2.4")
async def test_an_agent_sees_own_results_with_evidence_and_appeals(sit: Sit, work: Any) -> None:
    """You should see only what was judged of one's own, why each mark; an appeal without its criterion refused."""
    drawn(work)
    async with sit(Role.CALL_TAKER, agent_no="8007") as seat:
        await at_desk(seat)
        await seat.see("已评定", "态度端正")
        assert len(seat.app.screen._items) == 1
        await seat.press("f2")
        await seat.see("质检抽样由质检、督办操作")
        await seat.press("f8")
        await seat.see("申诉·8007号")
        await seat.type("来电人先打断的")
        await seat.press("f8")
        await seat.see("申诉要指明哪几项")
        place = [each.id for each in house_criteria(work)]
        await seat.press(*["down"] * place.index("manner"), "f4")
        await seat.see("▸申诉")
        await seat.press("f8")
        await seat.see("8007号的这件申诉中")
        await seat.press("f8")
        await seat.see("评定以后可以申诉一次")
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await at_desk(seat)
        await seat.see("申诉1")
        seat.app.screen.query_one("PickList").at = next(
            at for at, each in enumerate(seat.app.screen._items) if each.state == "申诉中"
        )
        await seat.press("f8")
        await seat.see("裁定·8007号")
        await seat.press(*["down"] * place.index("manner"))
        await seat.type("录音中来电人先打断")
        await seat.press("f2")
        await seat.type("申诉有据")
        await seat.press("f8")
        await seat.see("8007号的这件已裁定")


@pytest.mark.clause("6.2.2")
async def test_an_agent_of_other_work_sees_none_of_it(sit: Sit, work: Any) -> None:
    """You should see an empty list and why."""
    drawn(work)
    async with sit(Role.CALL_TAKER, agent_no="8008") as seat:
        await at_desk(seat)
        await seat.see("没有考评")
        assert not seat.app.screen._items


@pytest.mark.clause("7.2")
async def test_a_finding_is_written_and_checked_by_those_who_check_and_only_read_by_others(sit: Sit, work: Any) -> None:
    """You should see what is missing asked for, the check of what is due, and an agent refused who can still leave."""
    work.people.add("8012", "周晓", frozenset({Role.TRAINER}), "irrelevant", work.clock.now())
    async with sit(Role.QUALITY, agent_no="5001") as seat:
        await at_desk(seat)
        await seat.press("f6", "f2")
        await seat.see("提出改进")
        await seat.press("f8")
        await seat.see("还缺跟进日期")
        values = {"problem": "等待用语常漏说", "measure": "班前练习", "clause": "7.2d", "owner": "8012"}
        for name, value in {**values, "follow_up": "2026-12-01"}.items():
            seat.app.screen.query_one(f"#{name}").value = value
        await seat.press("f8")
        await seat.see("已记改进，8012号负责，2026-12-01跟进", "待跟进")
        await seat.press("f4")
        await seat.see("跟进检查", "检查“等待用语常漏说”")
        await seat.press("f8")
        await seat.see("见效要写是或否")
        for name, value in {"effective": "否", "note": "还漏两成", "again": "2026-12-15"}.items():
            seat.app.screen.query_one(f"#{name}").value = value
        await seat.press("f8")
        await seat.see("已记检查：继续整改", "没有见效，还漏两成")
    async with sit(Role.CALL_TAKER, agent_no="8007") as seat:
        await at_desk(seat)
        await seat.press("f6", "f2")
        await seat.see("8007没有这个角色")
        await seat.press("escape")
        await seat.until(lambda: seat.app.screen.NAME == "质检")


@pytest.mark.clause("7.2d")
async def test_a_finding_assigns_a_practice_course(sit: Sit, work: Any) -> None:
    """You should see a course that there is not refused, then the course in the list with how far it is done."""
    work.people.add("8007", "周晓", frozenset({Role.CALL_TAKER}), "irrelevant", work.clock.now())
    async with sit(Role.QUALITY, agent_no="5001") as seat:
        await at_desk(seat)
        await seat.press("f6", "f2")
        await seat.see("提出改进")
        written = {"problem": "漏判突发事件", "measure": "练习", "clause": "7.2d", "owner": "8007", "to": "8007"}
        await seat.fill(**written, follow_up="2026-12-01", course="nothing")
        await seat.press("f8")
        await seat.see("没有这门课程，可选danger")
        seat.app.screen.query_one("#course").value = "danger"
        await seat.press("f8")
        await seat.see("已记改进，8007号负责，2026-12-01跟进，课程布置给8007", "课程8007号0/25未开始")


# -- pictures -----------------------------------------------------------------------------------------------------------


async def listed(seat: Any) -> None:
    """The list with an appeal, over what it rests on."""
    await at_desk(seat)
    await seat.see("申诉1", "得分")


async def judging(seat: Any) -> None:
    """Criteria beside record and call."""
    await listed(seat)
    await seat.press("f8")
    await seat.see("评定·8007号", "响铃")


async def reported(seat: Any) -> None:
    """The report of the last 30 days."""
    await listed(seat)
    await seat.press("f5")
    await seat.see("质检报表", "不排名")


async def improved(seat: Any) -> None:
    """The improvements."""
    await listed(seat)
    await seat.press("f6")
    await seat.see("改进·7.2", "没有见效")


async def sampling(seat: Any) -> None:
    """What is to be drawn."""
    await listed(seat)
    await seat.press("f2")
    await seat.see("质检抽样")


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("act", [listed, judging, reported, improved, sampling])
def test_the_quality_desk(
    snap_compare: Compare, work: Any, make_app: Any, at_seat: Any, act: Any, size: tuple[int, int]
) -> None:
    """You should see the desk as it was looked at."""
    drawn(work, appealed=True)
    work.people.add("8012", "周晓", frozenset({Role.TRAINER}), "irrelevant", work.clock.now())
    desk = Improving(work, QUALITY)
    made = desk.find(
        Finding("等待用语常漏说", "班前练习等待用语", "7.2d", "8012", date(2026, 12, 1), course="等待用语")
    )
    desk.follow(made.id, Follow(False, "抽 20 件漏 4 件", date(2026, 12, 15)))
    assert snap_compare(make_app(Role.QUALITY, agent_no="5001"), run_before=at_seat(act), terminal_size=size)


def test_an_agents_own_results(snap_compare: Compare, work: Any, make_app: Any, at_seat: Any) -> None:
    """You should see what was judged of one's own work, and on what it rests."""
    drawn(work)

    async def own(seat: Any) -> None:
        await at_desk(seat)
        await seat.see("态度端正")

    app = make_app(Role.CALL_TAKER, agent_no="8007")
    assert snap_compare(app, run_before=at_seat(own), terminal_size=NARROW)
