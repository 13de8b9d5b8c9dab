"""The keys by which one call brings a second ticket, and an inserted article goes again."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.screens.test_call_flows import FILLED

Sit = Callable[..., Any]


@pytest.mark.clause("B.1.4.1")
async def test_a_second_matter_is_one_key_after_saving(sit: Sit) -> None:
    """You should see Ctrl+Y refused before F8, then an empty record with the claimant, and hang-up as ever."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.fill(**FILLED)
        await seat.press("ctrl+y")
        await seat.see("手上这一件还没有登记")
        await seat.press("f8")
        await seat.see("Ctrl+Y另记一件")
        await seat.press("ctrl+y")
        await seat.see("另记一件", "已登记，来电人与号码已带入")
        assert (seat.value("name"), seat.value("title"), seat.value("text")) == (FILLED["name"], "", "")
        await seat.press("4")
        await seat.fill(text="请问老年公交卡怎么退卡，押金能退吗？")
        await seat.press("f8")
        await seat.see("已交派单队列")
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.draft is None)
        assert len({ticket.number for ticket in seat.house.tickets.every()}) == 2
        assert len(seat.house.calls.get(seat.call_id).ticket_ids) == 2


@pytest.mark.clause("5.1.4.1g")
async def test_an_inserted_article_is_taken_back_with_one_key(sit: Sit) -> None:
    """You should see Ctrl+R say that there is nothing, then take away the article and nothing else."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.fill(text="想问居住证。")
        await seat.press("ctrl+r")
        await seat.see("没有插入过知识")
        await seat.press("f3")
        await seat.type("燃气泄漏")
        await seat.until(lambda: seat.app.screen._article is not None)
        await seat.press("f6")
        await seat.until(lambda: seat.app.screen is seat.desk)
        assert len(seat.value("text")) > 50
        assert not seat.model.judgement.hints
        await seat.press("ctrl+r")
        await seat.see("已撤回插入的知识")
        assert seat.value("text") == seat.model.record.text == "想问居住证。"
