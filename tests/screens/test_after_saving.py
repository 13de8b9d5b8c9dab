"""What is told after the request was registered (B.1.4.1), and how a call ends."""

from collections.abc import Callable
from typing import Any

import pytest

from data.lifecycle import Kind
from data.record import Scope
from tests.screens.test_call_flows import FILLED

Sit = Callable[..., Any]
LATER = "另外，地下车库也停电了。"


def kinds(seat: Any) -> list[Kind]:
    """What happened to the one ticket."""
    (ticket,) = seat.house.tickets.every()
    return [event.kind for event in seat.house.tickets.events(ticket.id)]


@pytest.mark.clause("B.1.4.1")
@pytest.mark.clause("5.1.4.1")
async def test_what_is_told_after_saving_is_added_with_f8(sit: Sit) -> None:
    """You should see F8 put it onto the ticket, once."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("f8")
        await seat.see("已交派单队列")
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
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("f8")
        await seat.see("已交派单队列")
        await seat.fill(text=LATER)
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.draft is None)
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.text == FILLED["text"] + LATER


async def test_a_call_that_ends_with_nothing_added_leaves_the_ticket_alone(sit: Sit) -> None:
    """You should see no third event."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("f8")
        await seat.see("已交派单队列")
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.draft is None)
        assert kinds(seat) == [Kind.REGISTERED, Kind.SUBMITTED]


@pytest.mark.clause("B.1.4.1")
@pytest.mark.clause("5.3.3")
@pytest.mark.clause("B.1.4.2")
async def test_the_first_f12_after_saving_tells_what_is_unsaid(sit: Sit) -> None:
    """You should see the closing sentences named, and the call go on until F12 is pressed again."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("f8")
        await seat.see("已交派单队列")
        await seat.press("f12")
        await seat.see("还未说", "B.1.4.1")
        assert seat.model.phase == "talking"
        await seat.press("f12")
        await seat.until(lambda: seat.model.draft is None)


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
