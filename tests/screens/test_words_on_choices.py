"""What is typed right after answering, while the focus is on the types: no character is lost, no type chosen by mistake."""

from collections.abc import Callable
from typing import Any

import pytest

from console.text import LONGEST_LINE, LONGEST_TEXT

Sit = Callable[..., Any]


@pytest.mark.parametrize(
    "words",
    [
        "120还没来，人都昏过去了",
        "3号楼12层漏水",
        "13800001234打不通",
        "5个人被困",
        "110说不归他们管",
        "12月1日停水",
        "6.5米的墙要倒",
    ],
)
async def test_a_text_that_begins_with_digits_is_kept_whole(sit: Sit, words: str) -> None:
    """You should see the digits in the main text, and no type chosen by them."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.type(words)
        await seat.until(lambda: seat.model.record.text == words)
        assert seat.model.record.types == []
        await seat.see("这里不能写字：文字已写到“主要内容”")


@pytest.mark.parametrize(("keys", "types"), [("1", ["投诉"]), ("13", ["投诉", "举报"]), ("2", ["求助"])])
async def test_digits_before_other_words_stay_choices_and_it_is_said(sit: Sit, keys: str, types: list[str]) -> None:
    """You should see the types chosen, the words in the main text, and both told."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.type(keys + "电梯停了")
        await seat.until(lambda: seat.model.record.text == "电梯停了")
        assert seat.model.record.types == types
        await seat.see(f"已选{'、'.join(types)}；文字已写到“主要内容”")


async def test_a_long_paste_on_a_choice_keeps_the_limit_of_the_text(sit: Sit) -> None:
    """You should see a paste that is too long refused whole, wherever the focus is."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.paste("甲" * (LONGEST_TEXT + 1))
        await seat.see(f"粘贴的内容有{LONGEST_TEXT + 1}字", "未粘贴")
        assert seat.model.record.text == ""
        assert "已写到" not in seat.glass


async def test_what_has_no_room_any_more_is_named(sit: Sit) -> None:
    """You should see the words that were typed into a full text or field, since they are not in it."""
    async with sit() as seat:
        await seat.take("elevator")
        await seat.press("ctrl+d")
        await seat.paste("甲" * (LONGEST_TEXT - 2))
        await seat.type("报警了请速派人")
        await seat.see("已写满：“了请速派人”没有写进去")
        assert seat.model.record.text.endswith("甲报警")
        seat.app.screen.query_one("#title").focus()
        await seat.rest()
        await seat.paste("乙" * (LONGEST_LINE - 1))
        await seat.type("丙丁戊")
        await seat.see(f"这里最多{LONGEST_LINE}字，已写满：“丁戊”没有写进去")
        assert seat.model.record.title.endswith("乙丙")
