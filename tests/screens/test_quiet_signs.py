"""Small signs of the call desk that must be true at every moment: notices, hints, marks, the next question."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from console.judgement import judge_record
from console.registration import Registration
from data.events import NewEvent, new_id
from data.lifecycle import Kind
from data.people import Actor, Role
from data.record import Claimant, Place, Record
from data.tickets import Act
from screens.call.panels import PANEL_ROWS, ElementsPanel
from tests.screens.test_call_flows import FILLED

Sit = Callable[..., Any]
WIDE = (140, 40)


def panel(seat: Any) -> list[str]:
    """The lines of the elements' panel."""
    return str(seat.desk.query_one(ElementsPanel)._shown).split("\n")


@pytest.fixture
def earlier(house: Any) -> Any:
    """A ticket of the caller's number about another matter."""
    record = Record(
        claimant=Claimant(name="王秀梅", phone="13800000103"),
        types=["咨询"],
        title="老年公交卡退卡",
        text="请问老年公交卡怎么退卡，押金能退吗？",
        place=Place(district="西城区"),
    )
    taker = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))
    return Registration(house, taker, new_id()).submit(record, house.clock.now())


async def test_a_refusal_goes_with_the_next_key_that_changes_the_record(sit: Sit) -> None:
    """You should see 还缺 gone as soon as something was filled in, and at once when F8 then succeeds."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**{**FILLED, "earlier": ""})
        await seat.press("f8")
        await seat.see("附录C要素未齐")
        await seat.fill(earlier="给")
        await seat.until(lambda: "附录C要素未齐" not in seat.glass)
        await seat.fill(earlier="物业打过三次电话")
        await seat.press("f8")
        await seat.see("已交派单队列")


async def test_what_was_typed_on_a_choice_is_told_for_its_time(sit: Sit) -> None:
    """You should see where the words went although they changed the record."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.type("电")
        await seat.see("这里不能写字")
        await seat.until(lambda: seat.model.record.text == "电")
        assert "这里不能写字" in seat.glass


@pytest.mark.clause("5.1.3.2")
async def test_a_call_that_rang_off_is_told_of_no_longer(sit: Sit) -> None:
    """You should see the ringing call's sentence leave another desk when the caller has given up."""
    async with sit() as seat:
        await seat.press("ctrl+o", "2")
        await seat.until(lambda: seat.app.screen is not seat.desk)
        seat.app.source.ring("elevator")
        await seat.until(lambda: seat.model.phase == "ringing")
        seat.desk.tick()
        await seat.see("来电响铃")
        seat.clock.advance(700)
        seat.app.source.tick()
        await seat.until(lambda: seat.model.phase == "idle")
        seat.desk.tick()
        await seat.until(lambda: "来电响铃" not in seat.glass)


async def test_first_call_is_said_of_a_call_only(sit: Sit) -> None:
    """You should see 首次来电 while the call is there, and not once the desk is empty again."""
    async with sit() as seat:
        assert "首次来电" not in seat.glass
        await seat.take("elevator", "1")
        await seat.see("首次来电")
        await seat.fill(**FILLED)
        await seat.press("f8", "f12", "f12")
        await seat.until(lambda: seat.model.draft is None)
        await seat.until(lambda: "首次来电" not in seat.glass)


async def test_the_wide_pane_lists_the_numbers_tickets_too(sit: Sit, earlier: Any) -> None:
    """You should see the one ticket that 历史 1 件 counts, and no sentence that there is none."""
    async with sit(size=WIDE) as seat:
        await seat.take("elevator", "1")
        await seat.see("历史1件", earlier.record.title, "同一号码")
        assert "没有相似的工单" not in seat.glass


@pytest.mark.clause("5.1.3.3")
async def test_a_report_stands_on_the_desk_with_who_has_it(sit: Sit) -> None:
    """You should see the name of the manager, then a mark that stays, and that it was seen."""
    async with sit() as seat:
        seat.house.settings = msgspec.structs.replace(seat.house.settings, duty="7001")
        manager = seat.house.people.add(
            "7001", "韩雪梅", frozenset({Role.SUPERVISOR}), "12345678", seat.house.clock.now()
        )
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("f9")
        await seat.see("已上报7001号韩雪梅", "⚠已上报10:32")
        await seat.fill(text="请快一点。")
        await seat.until(lambda: "7001号" not in seat.glass)
        assert "⚠已上报10:32" in seat.glass
        (ticket,) = seat.house.tickets.every()
        seat.house.tickets.act([Act(ticket.id, [NewEvent(Kind.ACKNOWLEDGED)])], manager, seat.house.clock.now())
        seat.desk.tick()
        await seat.see("7001号韩雪梅已知悉", "⚠已上报10:32✓已知悉")


@pytest.mark.clause("5.1.4.1d")
async def test_words_that_ask_for_confidentiality_bring_a_hint(sit: Sit) -> None:
    """You should see it beside the field, set nothing by itself, and go once the field says so."""
    async with sit() as seat:
        await seat.take("elevator", "3")
        await seat.fill(text="半夜有人倒垃圾，要求保密。")
        await seat.see("保密否→是？", "文中要求保密")
        assert not seat.model.record.claimant.confidential
        seat.desk.query_one("#confidential").focus()
        await seat.press("space")
        await seat.see("保密是")
        await seat.until(lambda: "→是？" not in seat.glass)


@pytest.mark.clause("5.1.3.3a")
@pytest.mark.clause("5.1.3.4c")
async def test_the_next_question_stays_whatever_else_is_to_be_said(sit: Sit) -> None:
    """You should see the question beside an urgent hint and a remark on the wording, all keys in one piece."""
    async with sit() as seat:
        await seat.take("elevator", "1", "2")
        await seat.fill(text="可能是燃气泄漏了，大概有很多人要跳楼，好像要出人命，要求保密。")
        await seat.until(lambda: seat.model.judgement.hints)
        await seat.until(lambda: any(line.startswith("▸") for line in panel(seat)))
        shown = panel(seat)
        assert len(shown) <= PANEL_ROWS
        question = seat.model.judgement.missing[0].ask
        assert question in "".join(shown)
        assert any("Ctrl+U" in line for line in shown)


@pytest.mark.parametrize(
    "kind", ["突发事件", "不稳定因素", "其他可能造成生命财产损失", "基本民生保障", "极端天气", "疫情"]
)
async def test_the_key_that_settles_the_urgency_is_never_broken(sit: Sit, kind: str) -> None:
    """You should see Ctrl+U whole for each kind that words may suggest, and for each question about one."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        words = seat.house.packs.urgency.kind(kind).words[:2]
        for chosen in ([], [kind]):
            record = Record(types=["投诉"], text="，".join(words), urgency_kinds=chosen)
            seat.desk.query_one(ElementsPanel).show(judge_record(seat.house.packs, record))
            shown = panel(seat)
            if any("⚠" in line for line in shown):
                assert any("Ctrl+U" in line for line in shown)
            assert any(line.startswith("▸") for line in shown)
