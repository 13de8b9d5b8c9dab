"""What is told after the request was registered (B.1.4.1), and how a call ends."""

from collections.abc import Callable
from typing import Any

import pytest

from console.call_events import CallSourceError
from data.lifecycle import Kind
from data.record import Scope
from screens.call.route import _classified
from tests.screens.test_call_flows import FILLED

Sit = Callable[..., Any]
LATER = "另外，地下车库也停电了。"


def kinds(seat: Any) -> list[Kind]:
    """What happened to the one ticket."""
    (ticket,) = seat.house.tickets.every()
    return [event.kind for event in seat.house.tickets.events(ticket.id)]


async def save(seat: Any) -> None:
    """Take a call and register its request."""
    await seat.take("elevator", "1")
    await seat.fill(**FILLED)
    await seat.press("f8")
    await seat.see("已交派单队列")


@pytest.mark.clause("B.1.4.1")
@pytest.mark.clause("5.1.4.1")
async def test_what_is_told_after_saving_is_added_with_f8(sit: Sit) -> None:
    """You should see F8 put it onto the ticket, once."""
    async with sit() as seat:
        await save(seat)
        assert kinds(seat) == [Kind.REGISTERED, Kind.SUBMITTED]
        await seat.fill(text=LATER)
        assert seat.model.added
        await seat.press("f8")
        await seat.see("已补上登记后写的内容")
        assert kinds(seat) == [Kind.REGISTERED, Kind.SUBMITTED, Kind.AMENDED]
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.text == FILLED["text"] + LATER
        assert not seat.model.added


@pytest.mark.clause("B.1.4.1")
async def test_what_is_told_after_saving_is_added_when_the_call_ends(sit: Sit) -> None:
    """You should see it on the ticket although nobody pressed F8 again."""
    async with sit() as seat:
        await save(seat)
        await seat.fill(text=LATER)
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.draft is None)
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.text == FILLED["text"] + LATER


async def test_a_call_that_ends_with_nothing_added_leaves_the_ticket_alone(sit: Sit) -> None:
    """You should see no third event."""
    async with sit() as seat:
        await save(seat)
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.draft is None)
        assert kinds(seat) == [Kind.REGISTERED, Kind.SUBMITTED]


@pytest.mark.clause("B.1.4.1")
@pytest.mark.clause("5.3.3")
@pytest.mark.clause("B.1.4.2")
async def test_the_first_f12_after_saving_tells_what_is_unsaid(sit: Sit) -> None:
    """You should see the closing sentences named, and the call go on until F12 is pressed again."""
    async with sit() as seat:
        await save(seat)
        await seat.press("f12")
        await seat.see("还未说", "B.1.4.1")
        assert seat.model.phase == "talking"
        await seat.press("f12")
        await seat.until(lambda: seat.model.draft is None)


async def test_a_telephone_that_is_gone_ends_the_call_and_not_the_console(sit: Sit) -> None:
    """You should see why, and the record ready to be completed."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)

        async def refuse(call_id: str) -> None:
            raise CallSourceError("电话未连接")

        seat.model.source.hang_up = refuse
        await seat.press("f12", "f12")
        await seat.see("电话未连接", "按已结束处理")
        assert seat.model.phase == "after"
        await seat.press("f8")
        await seat.until(lambda: [each.record.title for each in seat.house.tickets.every()] == [FILLED["title"]])


@pytest.mark.clause("5.1.3.3")
async def test_a_second_report_is_made_only_when_asked_for_twice(sit: Sit) -> None:
    """You should see the second F9 say that it was reported, and the third report again."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("f9")
        await seat.see("已上报")
        await seat.press("f9")
        await seat.see("对方尚未确认")
        (ticket,) = seat.house.tickets.every()
        assert len(ticket.escalations) == 1
        await seat.press("f9")
        await seat.until(lambda: [len(each.escalations) for each in seat.house.tickets.every()] == [2])


@pytest.mark.clause("5.1.4.1f")
async def test_a_classified_request_has_a_type(sit: Sit) -> None:
    """You should see 其他 on a request that was classified before a type was chosen."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.fill(text="打错了，想找快递公司。")
        scope = seat.house.packs.scope.routes[-1]
        seat.model.classify(Scope(scope.label, note="来电人说打错了"))
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.types == ["其他"]


@pytest.mark.clause("5.1.2.2")
@pytest.mark.parametrize("query", ["诉讼", "susong", "ss"])
def test_a_classification_is_found_by_characters_pinyin_and_initials(house: Any, query: str) -> None:
    """You should see the way to court whatever is typed of it, as the field promises."""
    found = [way.line.plain for way in _classified(house.packs.scope.routes, query)]
    assert any("诉讼" in line for line in found)


@pytest.mark.clause("5.1.3.2")
@pytest.mark.parametrize("keys", [("ctrl+o", "2"), ("f1",)])
async def test_a_ringing_call_is_told_of_on_every_page(sit: Sit, keys: tuple[str, ...]) -> None:
    """You should see the seconds, the number and the way back on another desk and over a dialog."""
    async with sit() as seat:
        await seat.press(*keys)
        await seat.until(lambda: seat.app.screen is not seat.desk)
        seat.app.source.ring("elevator")
        await seat.until(lambda: seat.model.phase == "ringing")
        seat.desk.tick()
        await seat.see("来电响铃", "按F2接听")
