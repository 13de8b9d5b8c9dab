"""评价 through the glass: rates with all that they are made of, agents beside their peers, what was said (7.1.3, 5.4.4)."""

from collections.abc import Callable
from typing import Any

import pytest

from console.callback import Calling, Heard
from console.house import House
from console.ratings import rate_ticket
from console.rights import desks_of
from console.sampling import Rule, sample
from data.callbacks import Answer, Probe
from data.people import Actor, Role
from tests.lives import Lives
from tests.screens.rates_facts import facts

Sit = Callable[..., Any]
CALLER = Actor("8107", roles=frozenset({Role.CALLBACK}))


@pytest.fixture
def lives(house: Any) -> Lives:
    """Makes tickets."""
    return Lives(house)


def heard(house: House, ticket: Any, *, probes: tuple[Probe, ...] = (), **answers: str) -> None:
    """Call back about a request."""
    sample(house, Rule(1, seed="s"), CALLER, house.clock.now())
    said = {"contacted": "是", "told": "是", "solved": "已解决", "satisfaction": "满意"} | answers
    given = {name: Answer(value) for name, value in said.items()}
    Calling(house, CALLER).interviewed([Heard(house.tickets.get(ticket.id), given, (), probes)], f"c-{ticket.id}")


async def at_desk(seat: Any) -> None:
    """Go to the desk, and wait until all is counted."""
    seat.app.open_desk("评价")
    await seat.see("评价·")
    await seat.until(lambda: seat.app.screen.model.found is not None)
    await seat.pilot.pause()


@pytest.mark.clause("7.1.3.1")
@pytest.mark.clause("7.1.3.3")
async def test_the_rates_stand_with_their_formula_their_numbers_and_what_is_left_out(
    sit: Sit, house: Any, lives: Lives, clock: Any
) -> None:
    """You should see each unit's three rates with both numbers, the clause and the formula of the row, what counts in none,
    each dimension by F2, another ranking by F5, a name found, and a span of time without anything."""
    heard(house, lives.replied("甲", phone="13800000001"), solved="部分解决", satisfaction="基本满意")
    heard(house, lives.replied("乙", phone="13800000002", street="东湖街道", topic="物业管理"), satisfaction="拒答")
    web = lives.completed_web("丙")
    rate_ticket(house, web.number, "不满意", [], "", clock.now())
    async with sit(Role.QUALITY, agent_no="5001") as seat:
        await at_desk(seat)
        await seat.see("近30天", "回访2评价页1", "▸承办单位", "▾满意率", "全部100.0%2/250.0%1/250.0%1/2")
        await seat.press("down")
        await seat.see(
            "望京街道办事处满意率不足30件，列出而不排名", "回访100.0%（1/1）评价页0.0%（0/1）另有拒答1、没有问到0"
        )
        await seat.see(
            "＝（非常满意＋满意＋基本满意）÷五档之和：基本满意算满意", "7.1.3.3、B.4.4", "不计入：拒访0、未接触0"
        )
        await seat.press("f5")
        await seat.see("▾解决率", "部分解决不算解决（7.1.3.3、B.4.3）", "评价页不问这一项")
        await seat.press("f5")
        await seat.see("▾响应率", "办理记录", "按时签收、联系诉求人核实、按时反馈三项都做到的")
        await seat.press("f2")
        await seat.see("▸街乡", "朝阳区东湖街道", "朝阳区望京街道")
        await seat.press("f2")
        await seat.see("▸区", "朝阳区")
        await seat.press("f2")
        await seat.see("▸问题分类", "（未写明）", "物业管理")
        await seat.press("f3")
        await seat.type("物业")
        await seat.until(lambda: len(seat.app.screen._items) == 1)
        await seat.type("楼道")
        await seat.see("没有名称里有“物业楼道”的：按Esc清除")
        await seat.press("escape")
        await seat.see("全部")
        await seat.press("f7")
        await seat.see("告知率", "评价页0.0%（0/1）")
        await seat.press(*["pagedown"] * 4)
        await seat.see("拒访、未接触、其他未访、不合格的不计入", "区间是95%置信区间（Wilson法）")
        await seat.press("escape", "f4", "3", "f8")
        await seat.see("上月", "这段时间没有回访结束", "按F4换一段期间", "按F6抽样")


async def test_a_span_of_time_is_written_by_its_days(sit: Sit, house: Any, lives: Lives) -> None:
    """You should see both days counted, what is no date refused with the way to write one, and no limit where none stands."""
    heard(house, lives.replied())
    async with sit(Role.ANALYST) as seat:
        await at_desk(seat)
        await seat.press("f4")
        await seat.see("期间·7.1.3.1", "1●近30天")
        since, until = (seat.app.screen.query_one(f"#{name}") for name in ("since", "until"))
        since.value = "昨儿"
        await seat.press("f8")
        await seat.see("“昨儿”不是可用的时间")
        since.value, until.value = "2026-11-25", "2026-11-24"
        await seat.press("f8")
        await seat.see("不是可用的时间")
        since.value, until.value = "2026-11-24", "2026-11-24"
        await seat.press("f8")
        await seat.see("2026-11-24–2026-11-24", "回访1")
        await seat.press("f4", "6")
        await seat.until(lambda: not seat.app.screen.query_one("#since").value)
        await seat.press("f8")
        await seat.see("全部回访1")


@pytest.mark.clause("5.4.4")
@pytest.mark.clause("6.2.2")
async def test_agents_are_shown_to_quality_and_supervisors_alone(
    sit: Sit, house: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see who deviates, by how much, with p before and after Holm's method and the test named; an analyst told
    whose it is to see."""
    house.people.add("8109", "王五", frozenset({Role.CALLBACK}), "pass-8109-word", clock.now())
    made = facts(clock.now())
    monkeypatch.setattr(house.figures, "evaluations", lambda since, until: made)
    for role in (Role.QUALITY, Role.SUPERVISOR):
        async with sit(role) as seat:
            await at_desk(seat)
            await seat.press("f6")
            await seat.see(
                "坐席偏离·近30天·3处超出偶然·5.4.4", "8109号王五解决100.0%（44/44）61.8%（76/123）+38.2<0.0001⚠<0.0001"
            )
            await seat.see(
                "相差+38.2个百分点，95%区间+26.8到+47.0",
                "整页比了12处，超出偶然（5%）",
                "Fisher精确检验，双侧",
                "Holm法校正",
            )
            await seat.press("down", "down", "down", "down")
            await seat.see("8108号满意：答五档的通话里", "没有超出偶然")
            await seat.press("escape")
            await seat.see("▸承办单位")
    async with sit(Role.ANALYST) as seat:
        await at_desk(seat)
        for key in ("f6", "ctrl+l"):
            await seat.press(key)
            await seat.see("坐席的偏离和用语由质检、督办查看：8041没有这个角色（6.2.2）")
            await seat.press("f2")


@pytest.mark.clause("5.4.4")
async def test_what_was_said_against_the_rules_stands_with_its_rule_and_agent(
    sit: Sit, house: Any, lives: Lives, clock: Any
) -> None:
    """You should see the sentence, why it leads, what to say instead, the agent, the question and the ticket."""
    rule, ticket = house.packs.neutrality.rules[0], lives.replied()
    probes = (
        Probe("satisfaction", "现在应该满意了吧", clock.now(), [rule.id]),
        Probe("views", "请您具体说说", clock.now()),
    )
    heard(house, ticket, probes=probes)
    async with sit(Role.QUALITY, agent_no="5001") as seat:
        await at_desk(seat)
        await seat.press("ctrl+l")
        await seat.see(
            "用语检查·近30天·1句·5.4.4", "“现在应该满意了吧”", rule.label, rule.reason, f"可改为：{rule.advice}"
        )
        await seat.see("8107号，问“总体满意情况”时", ticket.number)
        assert "具体说说" not in seat.glass


@pytest.mark.clause("5.4.4")
async def test_without_calls_there_is_nobody_to_compare(sit: Sit) -> None:
    """You should see on each page what to do where it is empty."""
    async with sit(Role.QUALITY) as seat:
        await at_desk(seat)
        await seat.see("这段时间没有回访结束，没有评价，也没有反馈：按F4换一段期间")
        await seat.press("f6")
        await seat.see("都没有超出偶然", "这段时间没有访问成功或拒访的通话")
        await seat.press("escape", "ctrl+l")
        await seat.see("这段时间没有记下有倾向、有诱导的话")


async def test_the_desk_counts_again_when_others_have_written(sit: Sit, house: Any, lives: Lives, clock: Any) -> None:
    """You should see a callback of another console come into the rates by itself, the cursor on its line."""
    heard(house, lives.replied("甲", phone="13800000001"))
    async with sit(Role.SUPERVISOR, agent_no="7001") as seat:
        await at_desk(seat)
        await seat.press("down")
        await seat.see("望京街道办事处满意率不足30件", "回访1评价页0")
        other = House(house.home.root, clock)
        heard(other, Lives(other).replied("乙", phone="13800000002"), satisfaction="不满意")
        other.close()
        seat.app.screen._next = 0  # however long the first count took
        seat.app.screen.tick()
        await seat.see("回访2评价页0", "望京街道办事处100.0%2/2100.0%2/250.0%1/2")
        assert seat.app.screen._item().name == "望京街道办事处"


def test_the_desk_opens_for_quality_analysts_and_supervisors() -> None:
    """You should see it for these three and nobody else, and quality and analysts begin at it."""
    having = {role for role in Role if "评价" in desks_of(Actor("1", roles=frozenset({role})))}
    assert having == {Role.QUALITY, Role.ANALYST, Role.SUPERVISOR}
    for role in (Role.QUALITY, Role.ANALYST):
        assert desks_of(Actor("1", roles=frozenset({role})))[0] == "评价"
