"""Calls from ring to ticket, by keyboard alone (5.1, 5.2.1, appendix A)."""

from collections.abc import Callable
from typing import Any

import pytest

from data.lifecycle import State
from data.people import Role

Sit = Callable[..., Any]

FILLED = {
    "name": "王秀梅",
    "place": "朝阳区望京街道槐荫家园7号楼",
    "object": "安槐物业公司",
    "time": "昨天早上八点",
    "earlier": "给物业打过三次电话",
    "title": "小区电梯停运",
    "text": "两部电梯停了一部，剩下那部今天早上也停了，十八层楼都得爬楼梯，要求尽快修好。",
}


@pytest.mark.clause("5.2.1")
@pytest.mark.clause("5.1.3.3b")
@pytest.mark.clause("A.1")
async def test_a_question_is_answered_from_the_knowledge_base(sit: Sit) -> None:
    """You should see F4 refused while nothing is recorded (C.1), then close with the article's id and version."""
    async with sit() as seat:
        await seat.take("heating")
        await seat.press("f3")
        await seat.type("暖气不热")
        await seat.until(lambda: seat.app.screen._article is not None)
        await seat.press("f4")
        await seat.see("还没有记下来电人咨询的内容")
        await seat.press("escape")
        await seat.fill(text="想问暖气不热怎么约人上门测温。")
        await seat.press("f3")
        await seat.type("暖气不热")
        await seat.until(lambda: seat.app.screen._article is not None)
        await seat.press("f4")
        await seat.see("再按F4：以《")
        await seat.press("f4")
        await seat.see("已直接答复")
        (ticket,) = seat.house.tickets.every()
        assert ticket.state is State.ANSWERED
        assert ticket.reply is not None
        article = seat.house.kb.get(ticket.reply.article_id)
        assert (ticket.reply.version, ticket.reply.title) == (article.version, article.title)
        assert ticket.record.types == ["咨询"]


@pytest.mark.clause("5.2.1")
async def test_a_pushed_article_answers_what_was_written(sit: Sit) -> None:
    """You should see F4 open on the articles found for the record, and the record kept beside the answer."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.fill(title="暖气不热怎么测温", text="屋里十五六度，想问谁来测温。")
        await seat.see("室温")
        await seat.press("f4")
        await seat.until(lambda: getattr(seat.app.screen, "_article", None) is not None)
        await seat.press("f4")
        await seat.see("再按F4：以《")
        await seat.press("f4")
        await seat.see("已直接答复")
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.text == "屋里十五六度，想问谁来测温。"
        assert ticket.record.types == ["咨询"]


async def test_an_inserted_article_replaces_nothing(sit: Sit) -> None:
    """You should see the article after what was already written (F6 in the knowledge page)."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.fill(text="屋里十五六度。")
        await seat.press("f3")
        await seat.type("暖气不热")
        await seat.until(lambda: seat.app.screen._article is not None)
        title = seat.app.screen._article.title
        await seat.press("f6")
        await seat.until(lambda: seat.app.screen is seat.desk)
        assert seat.value("text").startswith("屋里十五六度。\n" + title)
        assert seat.model.record.text == seat.value("text")


@pytest.mark.clause("5.2.2.1.1a")
@pytest.mark.clause("5.1.4.1")
async def test_a_complaint_becomes_a_ticket_in_the_queue(sit: Sit) -> None:
    """You should see F8 give a number, and the ticket with its clocks and unit stand in the queue file."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.see("附录C所列要素齐全")
        await seat.press("f8")
        await seat.see("已交派单队列")
        (ticket,) = seat.house.tickets.every()
        assert ticket.state is State.TO_DISPATCH
        assert ticket.due is not None
        assert ticket.record.unit
        assert (ticket.record.place.district, ticket.record.place.street) == ("朝阳区", "望京街道")
        assert ticket.record.claimant.phone == "13800000103"
        # The worker carries it there by itself, within 2 s; nobody presses anything.
        await seat.until(
            lambda: (
                {e.ticket_id for _, e in seat.house.queue.read_after(0)} == {ticket.id}
                and seat.house.outbox.counts() == (0, 0)
            )
        )


@pytest.mark.clause("C.3")
async def test_a_complaint_without_its_elements_is_not_completed(sit: Sit) -> None:
    """You should see F8 name what is missing and leave the record as it was."""
    async with sit() as seat:
        await seat.take("parking", "1")
        await seat.fill(text="有车乱停。")
        await seat.press("f8")
        await seat.see("附录C要素未齐")
        assert not list(seat.house.tickets.every())
        assert seat.value("text") == "有车乱停。"


@pytest.mark.clause("C.4")
async def test_a_threat_needs_its_words_in_quotation_marks(sit: Sit) -> None:
    """You should see a threat refused until place, time, way and the caller's words in “ ” are there."""
    async with sit() as seat:
        await seat.take("unpaid-wages", "1")
        words = {**FILLED, "name": "马立军", "place": "房山区良乡镇青松路工地", "object": "青松建设公司"}
        words |= {"title": "拖欠工资", "text": "拖欠四十人三个月工资，扬言后天堵大门，谁拦就跟谁拼命。"}
        await seat.fill(**words)
        seat.desk.query_one("#urgency").focus()
        await seat.press("enter")
        await seat.see("紧急程度")
        await seat.press("2")
        await seat.see("▣不稳定因素")
        await seat.press("f8")
        assert seat.app.screen is seat.desk
        await seat.press("f8")
        await seat.see("要素未齐", "威胁原话")
        assert not list(seat.house.tickets.every())
        states = {state.id: state.status for state in seat.model.judgement.states}
        assert states["own_words"] == "missing"
        await seat.press("f6")
        answers = {
            "channel": "先打热线，再去区政府",
            "manner": "四十个工友一起去",
            "act": "堵工地大门",
            "threat_time": "后天早上八点",
            "threat_place": "工地大门口",
        }
        for element, answer in answers.items():
            await _go_to_element(seat, element)
            await seat.type(answer)
        # Other quotation marks do not count.
        await _go_to_element(seat, "own_words")
        await seat.type("『谁来拦我就跟谁拼命』")
        await seat.press("escape", "f8")
        await seat.see("要素未齐", "威胁原话")
        await seat.press("f6")
        await _go_to_element(seat, "own_words")
        await seat.press("ctrl+u")
        await seat.type("“谁来拦我就跟谁拼命”")
        await seat.press("escape", "f8")
        await seat.see("已交派单队列")
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.urgency_kinds == ["不稳定因素"]
        assert ticket.record.elements["own_words"].text == "“谁来拦我就跟谁拼命”"


@pytest.mark.clause("C.5")
@pytest.mark.clause("5.1.2.2a")
async def test_a_gas_leak_asks_seven_things_and_takes_refusals(sit: Sit) -> None:
    """You should see the emergency number first, F8 refused, then accepted once each is answered or marked as asked."""
    async with sit() as seat:
        await seat.take("gas-leak", "2")
        await seat.fill(
            name="吴敏",
            place="朝阳区劲松街道南柳小区11号楼1单元",
            object="装修施工队",
            time="10分钟前",
            earlier="刚跟物业说了",
        )
        await seat.fill(title="燃气泄漏", text="一楼装修挖断了燃气管道，燃气泄漏。")
        await seat.see("现在说·5.1.2.2a", "马上拨打119")
        seat.desk.query_one("#urgency").focus()
        await seat.press("enter", "1", "f8", "f8")
        await seat.see("要素未齐")
        missing = [state.id for state in seat.model.judgement.missing]
        assert {"range", "harm", "emergency_called", "department_on_site"} <= set(missing)
        assert not list(seat.house.tickets.every())
        await seat.press("f6")
        for number, element in enumerate(missing):
            await _go_to_element(seat, element)
            await seat.press("f2" if number % 2 else "f4")
        await seat.press("escape")
        asked = {name: answer.asked for name, answer in seat.model.record.elements.items()}
        assert set(asked) == set(missing)
        assert set(asked.values()) == {"不愿提供", "不清楚"}
        await seat.press("f8")
        await seat.see("已交派单队列")
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.urgency_kinds == ["突发事件"]
        assert (ticket.due.dispatch - seat.clock.now()).total_seconds() == 3600


@pytest.mark.clause("C.3")
async def test_an_element_that_is_there_cannot_be_marked_refused(sit: Sit) -> None:
    """You should see F2 and F4 on a filled element say why not, and what was typed stand as it was."""
    async with sit() as seat:
        await seat.take("parking", "1")
        await seat.fill(object="望京物业公司", text="有车乱停。")
        await seat.press("f6")
        await _go_to_element(seat, "object")
        for key in ("f2", "f4"):
            await seat.press(key)
            await seat.see("“对象”已经有了", "F6清除")
        assert seat.model.record.respondent == "望京物业公司"
        await _go_to_element(seat, "object")
        await seat.press("f6", "f2")
        assert (seat.model.record.respondent, seat.model.record.elements["object"].asked) == ("", "不愿提供")


@pytest.mark.clause("5.1.3.3c")
async def test_an_urgent_report_is_stamped_and_acknowledged(sit: Sit) -> None:
    """You should see F9 stamped with who and when, and a supervisor acknowledge it at the ticket desk."""
    async with sit() as seat:
        await seat.take("gas-leak", "2")
        await seat.fill(title="燃气泄漏")
        await seat.press("f9")
        await seat.see("已上报")
        (ticket,) = seat.house.tickets.every()
        assert (ticket.state, ticket.escalations[0].at, ticket.escalations[0].by) == (
            State.RECORDING,
            seat.clock.now(),
            "8041",
        )
        number = ticket.number
        seat.model.drafts.release()
    async with sit(Role.SUPERVISOR, agent_no="6012") as seat:
        seat.app.open_desk("工单")
        await seat.see("工单", number[4:], "⚠")
        await seat.pass_time(60)
        await seat.press("f9")
        await seat.see("已确认知悉")
        (ticket,) = seat.house.tickets.every()
        assert (ticket.escalations[0].acknowledged_by, ticket.escalations[0].acknowledged_at) == (
            "6012",
            seat.clock.now(),
        )
        await seat.press("f9")
        await seat.see("没有待知悉的紧急上报")


async def _go_to_element(seat: Any, element: str) -> None:
    """Move the cursor of the elements page to an element with the arrow keys."""
    dialog = seat.app.screen
    order = [state.id for state in dialog.states]
    for _ in range(len(order)):
        at = dialog.query_one("PickList").at
        if order[at] == element:
            return
        await seat.press("down" if order.index(element) > at else "up")
    raise AssertionError(f"no element {element} among {order}")
