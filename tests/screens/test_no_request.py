"""Calls in which nothing is asked for: harassing, wrong number, silent; what was noted keeps a number (5.1.2.2)."""

from collections.abc import Callable
from typing import Any

import pytest

from console.registration import NO_REQUEST
from data.lifecycle import State

Sit = Callable[..., Any]
NOTE = "来电人辱骂话务员，没有说任何诉求。"


@pytest.mark.clause("5.1.2.2")
@pytest.mark.clause("5.1.4.1f")
async def test_a_noted_call_without_a_request_is_a_numbered_record_of_type_other(sit: Sit) -> None:
    """You should see F8 say what it takes the call for, and at the second press a number, 其他, and no dispatch."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.fill(text=NOTE)
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.phase == "after")
        await seat.press("f8")
        await seat.see("还没有选诉求类型", "再按一次F8", "不派单")
        assert not list(seat.house.tickets.every())
        await seat.press("f8")
        await seat.until(lambda: seat.model.draft is None)
        (ticket,) = seat.house.tickets.every()
        assert (ticket.state, ticket.record.types, ticket.record.text) == (State.CLASSIFIED, ["其他"], NOTE)
        assert ticket.record.scope.route == NO_REQUEST
        assert ticket.number in seat.glass


async def test_a_type_chosen_after_the_first_press_goes_to_dispatch(sit: Sit) -> None:
    """You should see the first F8 forgotten once a type is chosen: the next one registers as ever."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.fill(text="请问居住证到期以后怎么续办，要带什么材料？")
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.phase == "after")
        await seat.press("f8")
        await seat.see("还没有选诉求类型")
        await seat.press("4", "f8")
        await seat.until(lambda: [each.state for each in seat.house.tickets.every()] == [State.TO_DISPATCH])


async def test_a_call_without_a_request_can_be_closed_while_it_goes_on(sit: Sit) -> None:
    """You should see it among the ways of F5, by its initials, and the call go on to its closing sentences."""
    async with sit() as seat:
        await seat.take("elevator", "6")
        await seat.fill(text=NOTE)
        await seat.press("f5")
        await seat.type("wsq")
        await seat.see("分类无诉求来电")
        await seat.press("f8", "f8")
        await seat.until(lambda: [each.state for each in seat.house.tickets.every()] == [State.CLASSIFIED])
        assert seat.model.phase == "talking"


@pytest.mark.clause("5.1.4.1e")
@pytest.mark.parametrize(("types", "asked"), [(["6"], False), (["1", "6"], False), (["4", "6"], True)])
async def test_the_other_type_asks_no_question_of_a_consultation(sit: Sit, types: list[str], asked: bool) -> None:
    """You should see C.1's question only where a consultation was chosen as well."""
    async with sit() as seat:
        await seat.take("elevator", *types)
        await seat.until(lambda: len(seat.model.record.types) == len(types))
        asks = [state.ask for state in seat.model.judgement.missing]
        assert any("咨询" in ask for ask in asks) is asked
        assert asked or any("请问您要反映的具体情况" in ask for ask in asks)


async def test_a_few_words_are_content_enough_for_the_other_type(sit: Sit) -> None:
    """You should see nothing more asked for once something is written."""
    async with sit() as seat:
        await seat.take("elevator", "6")
        await seat.see("✗内容")
        await seat.fill(text="无声电话")
        await seat.see("✓内容")
