"""What the desk says and asks as a record leaves it: the report, the article of a reply, confidentiality; where Tab goes."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from data.lifecycle import Kind, State
from data.record import Answer
from tests.screens.test_call_flows import FILLED

Sit = Callable[..., Any]


async def make_urgent(seat: Any) -> None:
    """Choose an urgent kind that counts, and mark every element as asked."""
    await seat.take("elevator", "1")
    await seat.fill(**FILLED)
    packs = seat.house.packs
    record = msgspec.structs.replace(
        seat.model.record,
        urgency_kinds=["突发事件"],
        urgency_answers={question.id: True for kind in packs.urgency.kinds for question in kind.questions},
        elements={element.id: Answer(asked="不清楚") for element in packs.elements.elements},
    )
    seat.model.edit(record)
    seat.desk.show_judgement()


@pytest.mark.clause("5.1.3.3c")
async def test_f8_reports_an_urgent_record_and_says_so(sit: Sit) -> None:
    """You should see 已登记，并已上报, and one report on the ticket, although F9 was never pressed."""
    async with sit() as seat:
        await make_urgent(seat)
        await seat.press("f8")
        await seat.see("已登记，并已上报值班管理人员")
        (ticket,) = seat.house.tickets.every()
        assert [len(ticket.escalations), ticket.state] == [1, State.TO_DISPATCH]
        await seat.press("f9")
        await seat.see("对方尚未确认", "请再按F9")


@pytest.mark.clause("5.1.3.3c")
@pytest.mark.parametrize("hung_up", [False, True], ids=["in the call", "after it"])
async def test_f9_reports_what_was_registered_unreported(sit: Sit, hung_up: bool) -> None:
    """You should see F9 report the ticket after F8, also once the call is over and the desk is empty."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("f8")
        await seat.see("已交派单队列")
        if hung_up:
            await seat.press("f12", "f12")
            await seat.until(lambda: seat.model.draft is None)
        await seat.press("f9")
        await seat.see("已上报值班管理人员")
        (ticket,) = seat.house.tickets.every()
        assert len(ticket.escalations) == 1
        assert [each.kind for each in seat.house.tickets.events(ticket.id)][-1] is Kind.ESCALATED
        if hung_up:
            await seat.press("f9")
            await seat.see("现在没有正在处理的诉求")


@pytest.mark.clause("C.3")
@pytest.mark.clause("5.2.1")
async def test_f4_does_not_close_a_complaint_that_was_not_asked_about(sit: Sit) -> None:
    """You should see F4 name the missing elements, and the record go on."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(text="小区电梯停了，没人管。")
        await seat.press("f4")
        await seat.until(lambda: getattr(seat.app.screen, "_article", None) is not None)
        await seat.press("f4")
        await seat.see("附录C要素未齐")
        await seat.press("f4")
        assert not list(seat.house.tickets.every())


@pytest.mark.clause("5.2.1")
@pytest.mark.clause("6.3.4")
async def test_f4_says_with_which_article_and_how_far_to_trust_it(sit: Sit) -> None:
    """You should see title, 样稿, owner and dates before the press that answers, and said anew for another article."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.fill(text="屋里十五六度，想问谁来测温。")
        await seat.press("f3")
        await seat.type("测温")
        await seat.until(lambda: seat.app.screen._article is not None and len(seat.app.screen._hits) > 1)
        first = seat.app.screen._article
        await seat.press("f4")
        await seat.see(f"再按F4：以《{first.title}》答复", "样稿", first.owner, "核对", "有效至")
        await seat.press("down")
        await seat.until(lambda: seat.app.screen._article != first)
        second = seat.app.screen._article
        await seat.press("f4")
        await seat.see(f"再按F4：以《{second.title}》答复")
        assert not list(seat.house.tickets.every())
        await seat.press("f4")
        await seat.see("已直接答复")
        (ticket,) = seat.house.tickets.every()
        assert ticket.reply.article_id == second.id
        assert ticket.record.title == "屋里十五六度，想问谁来测温"


@pytest.mark.clause("5.1.4.1d")
@pytest.mark.parametrize("answer", [True, False])
async def test_a_text_that_asks_for_confidentiality_is_asked_about_once(sit: Sit, answer: bool) -> None:
    """You should see F8 ask first; a blank sets it, and another F8 registers either way."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**{**FILLED, "text": FILLED["text"] + "来电人要求保密。"})
        await seat.press("f8")
        await seat.see("文中要求保密", "再按F8照“否”保存")
        assert not list(seat.house.tickets.every())
        if answer:
            await seat.press("space")
        await seat.press("f8")
        await seat.see("已交派单队列")
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.claimant.confidential is answer


@pytest.mark.clause("5.1.4.1d")
async def test_tab_from_the_name_goes_to_the_number(sit: Sit) -> None:
    """You should see what is typed after Tab stand in 联系, and Shift+Tab reach the claimant's kind."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(name="王秀梅")
        await seat.press("tab")
        await seat.type("010-12345678")
        assert seat.value("contact") == "010-12345678"
        assert seat.value("text") == ""
        await seat.press("tab")
        await seat.type("槐荫家园7号楼")
        assert seat.value("address") == "槐荫家园7号楼"
        await seat.press("shift+tab", "shift+tab")
        assert seat.app.screen.focused.id == "kind"
        await seat.press("space")
        assert seat.model.record.claimant.kind == "法人"


async def test_a_known_caller_rings_without_a_lone_dot(sit: Sit) -> None:
    """You should see the last ticket's title on a line of its own behind the number."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**{**FILLED, "title": "槐荫家园七号楼两部电梯先后停运十八层住户只能爬楼梯出行"})
        await seat.press("f8")
        await seat.see("已交派单队列")
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.draft is None)
        await seat.ring("elevator")
        (line,) = [line for line in seat.lines if "****" in line and "来电" not in line]
        assert not line.strip(" │").endswith("·")
        await seat.see("上次：槐荫家园七号楼")
