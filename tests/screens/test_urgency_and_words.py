"""At the call desk: the urgency is judged before F8, words typed on a choice are not lost, a web submission is not
said to have refused."""

from collections.abc import Callable
from typing import Any

import pytest

from data.inbox import Submission
from data.record import Claimant, Record
from tests.screens.test_call_flows import FILLED
from tests.screens.test_desks import go

Sit = Callable[..., Any]
THREAT = {**FILLED, "title": "拖欠工资", "text": "拖欠三个月工资。再不发钱我明天就从工地楼顶跳下去。"}


@pytest.mark.clause("5.1.4.1g")
@pytest.mark.clause("5.1.4.1 note 1")
async def test_f8_brings_the_page_that_settles_the_urgency(sit: Sit) -> None:
    """You should see the warning name its key, no "F8 保存" beside it, F8 open the page, and F4 there settle it."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**{**FILLED, "text": "两部电梯停了，有人被困十分钟，已经自己出来了。"})
        await seat.see("⚠像是突发事件（被困）Ctrl+U", "附录C所列要素齐全")
        assert "F8保存╮" not in seat.glass
        assert "→F8保存" not in seat.glass
        await seat.press("f8")
        await seat.see("突然发生，造成或可能造成重大人员伤亡", "⚠文中“被困”", "紧急程度还没有判定")
        await seat.press("f4")
        await seat.see("已判定不属文中“被困”")
        await seat.press("f8")
        await seat.see("→F8保存")
        await seat.press("f8")
        await seat.see("已交派单队列")


@pytest.mark.clause("C.4")
async def test_a_threat_is_judged_and_its_words_are_quoted(sit: Sit) -> None:
    """You should see the questions of C.4 first, the mark 不愿提供 refused for words that stand in the text, and Enter
    put the marks around them."""
    async with sit() as seat:
        await seat.take("unpaid-wages", "1")
        await seat.fill(**THREAT)
        await seat.see("⚠像是不稳定因素", "✗威胁原话")
        await seat.press("ctrl+u", "2", "f8")
        await seat.press("f6")
        assert seat.app.screen.states[seat.app.screen.query_one("PickList").at].clause == "C.4"
        at = next(i for i, state in enumerate(seat.app.screen.states) if state.id == "own_words")
        seat.app.screen.action_move(at - seat.app.screen.query_one("PickList").at)
        await seat.rest()
        await seat.press("f2")
        await seat.see("不能记为没有")
        assert "own_words" not in seat.model.record.elements
        await seat.press("enter")
        await seat.see("✓威胁原话")
        await seat.press("escape")
        await seat.see("“再不发钱我明天就从工地楼")
        assert seat.value("text") == "拖欠三个月工资。“再不发钱我明天就从工地楼顶跳下去”。"


@pytest.mark.parametrize("choice", ["types", "urgency", "confidential", "kind"])
async def test_words_typed_on_a_choice_go_to_the_main_text(sit: Sit, choice: str) -> None:
    """You should see a commit made while a choice has the focus stand whole in the main text, digits and all, the
    choice unchanged, and the focus follow."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        seat.desk.query_one(f"#{choice}").focus()
        await seat.rest()
        await seat.type("电梯停在3层 2号梯，快来！")
        await seat.see("已写到“主要内容”")
        await seat.until(lambda: seat.desk.query_one("#text").has_focus)
        await seat.type("有人。")
        assert seat.value("text") == "电梯停在3层 2号梯，快来！有人。"
        assert seat.model.record.text == seat.value("text")
        assert seat.model.record.types == ["投诉"]
        assert not seat.model.record.claimant.confidential


async def test_a_paste_on_a_choice_is_not_lost(sit: Sit) -> None:
    """You should see what is pasted while the types have the focus stand in the main text."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.paste("12 号楼\n停水")
        await seat.until(lambda: seat.value("text") == "12 号楼\n停水")
        assert seat.model.record.types == ["投诉"]


async def test_one_key_goes_to_the_main_text_and_back(sit: Sit) -> None:
    """You should see Ctrl+D go to the main text from anywhere on the desk, and from there to the types."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.press("ctrl+d")
        assert seat.desk.focused.id == "text"
        await seat.press("ctrl+d")
        assert seat.desk.focused.id == "types"


@pytest.mark.parametrize(("phone", "mark"), [("", "网络诉求未写明"), ("13800000001", "网络诉求未写明，回电未通")])
@pytest.mark.clause("C.3")
async def test_what_a_web_submission_leaves_out_was_not_refused(sit: Sit, house: Any, phone: str, mark: str) -> None:
    """You should see 不愿提供 refused while nobody could be asked, the number to ring first where there is one, and the
    mark say what is true."""
    record = Record(
        source="微信公众号", types=["投诉"], title="占道经营", text="烧烤店占道经营。", claimant=Claimant(contact=phone)
    )
    now = house.clock.now()
    house.inbox.add([Submission("w1", now, record)], now)
    async with sit() as seat:
        await go(seat, "收件")
        await seat.see("占道经营")
        await seat.press("f8")
        await seat.see("网络诉求·微信公众号")
        await seat.press("f6")
        await seat.see("▸网络诉求")
        if phone:
            await seat.press("f5")
            await seat.see("请先回电", phone)
        else:
            await seat.press("f2")
            await seat.see("没有留电话")
        await seat.press("f5")
        assert mark in {answer.asked for answer in seat.model.record.elements.values()}
        await seat.see(mark)
