"""Enter in a page with one field: it acts, and the page waits for nothing that waits for it."""

from collections.abc import Callable
from typing import Any

import pytest

from data.people import Actor, Role
from kb.articles import KnowledgeError
from tests.screens.test_knowledge_desk import EDITOR
from tests.screens.test_knowledge_page import article, search

Sit = Callable[..., Any]


@pytest.mark.clause("6.3.4")
async def test_enter_reports_a_correction(sit: Sit, house: Any) -> None:
    """You should see it reported with its last word, and the call's clocks go on."""
    house.kb.import_articles([article()])
    async with sit() as seat:
        await search(seat, "鸵鸟饲养")
        await seat.press("f5", "enter")
        await seat.see("请先写哪里不对")
        await seat.type("登记改到街道")
        await seat.press("enter")
        await seat.see("已报纠错")
        assert [one.text for one in house.upkeep.reports.open("纠错", "农业农村局")] == ["登记改到街道"]
        await seat.press("f7", "escape", "escape")
        await seat.until(lambda: seat.app.screen is seat.desk)


@pytest.mark.clause("6.3.1")
async def test_enter_gives_a_reason(sit: Sit, house: Any) -> None:
    """You should see an article withdrawn and a miss handled for the reason that was written."""
    house.kb.import_articles([article()])
    house.upkeep.reports.add("未命中", "养鸵鸟", Actor("8041"))
    async with sit(Role.EDITOR, agent_no=EDITOR) as seat:
        await seat.press("f2")
        await seat.type("鸵鸟")
        await seat.see("在用1")
        await seat.press("f5")
        await seat.type("政策停止")
        await seat.press("enter")
        await seat.until(lambda: house.kb.get("z1").withdrawn == "政策停止")
        with pytest.raises(KnowledgeError, match="政策停止"):
            house.kb.for_answer("z1")
        await seat.press("f2", "f2", "f8")
        await seat.type("已补")
        await seat.press("enter")
        await seat.until(lambda: not house.upkeep.reports.open("未命中"))
