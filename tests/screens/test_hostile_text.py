"""Pasting what nobody types: a megabyte, control characters, emoji, rare Han, right-to-left text (acceptance 10)."""

from collections.abc import Callable
from typing import Any

import pytest

from data.people import Role

Sit = Callable[..., Any]

RARE = "𠮷野家旁👨\u200d👩\u200d👧😀"
HOSTILE = "\x1b[2J\x00\x07\x9b31m\x7f\u202eعربي עברית\u2066" + RARE + "\r\n第二行\t尾"
KEPT = "عربي עברית" + RARE
MEGABYTE = "电梯停运。" * 200_000

FIELDS = ["name", "contact", "address", "wish", "place", "object", "time", "earlier", "title", "text"]
PAGES = [  # how each page with a field is opened, and the field
    ("f3", "query"),
    ("f4", "query"),
    ("f5", "query"),
    ("f6", "answer"),
    ("ctrl+f", "query"),
    ("ctrl+l", "query"),
    ("ctrl+p", "query"),
]


def clean(text: str) -> bool:
    """Whether nothing is left that a terminal obeys or that hides what is written."""
    return not any(
        (ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0 or char in "\u202e\u2066" for char in text
    )


async def attack(seat: Any, name: str) -> None:
    """Paste into the focused field; the field stays clean and the refusal is a sentence."""
    await seat.paste(HOSTILE)
    await seat.until(lambda: RARE[:3] in seat.value(name))
    assert KEPT in seat.value(name)
    assert clean(seat.value(name))
    before = seat.value(name)
    await seat.paste(MEGABYTE)
    await seat.see("粘贴的内容有1000000字")
    assert seat.value(name) == before


@pytest.mark.parametrize("name", FIELDS)
async def test_fields_of_the_record_take_what_a_person_writes_only(sit: Sit, name: str) -> None:
    """You should see rare and right-to-left text kept, control characters gone, a megabyte refused; the draft loads."""
    async with sit() as seat:
        await seat.take("heating", "4")
        seat.desk.query_one(f"#{name}").focus()
        await seat.rest()
        await attack(seat, name)
        await seat.type("𠮷？")
        assert seat.value(name).endswith("𠮷？")
        drafts, broken = seat.model.drafts.load()
        assert not broken
        assert drafts[0].record == seat.model.record
        await seat.press("f9")
        await seat.until(lambda: "已上报" in seat.glass or "还没有记录内容" in seat.glass)


@pytest.mark.parametrize(("key", "name"), PAGES)
async def test_fields_of_the_dialogs_take_what_a_person_writes_only(sit: Sit, key: str, name: str) -> None:
    """You should see the same in every dialog, and the console alive behind it."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.press(key)
        await seat.until(lambda: seat.app.screen is not seat.desk)
        await attack(seat, name)
        await seat.press("escape")
        await seat.until(lambda: seat.app.screen is seat.desk)
        assert not seat.model.drafts.load()[1]


async def test_the_search_of_tickets_takes_what_a_person_writes_only(sit: Sit) -> None:
    """You should see the ticket desk's search survive the same, and words that a search engine would obey."""
    async with sit(Role.DISPATCHER) as seat:
        seat.app.open_desk("工单")
        await seat.until(lambda: getattr(seat.app.screen, "NAME", "") == "工单")
        await attack(seat, "query")
        await seat.press("ctrl+u")
        await seat.type("\" OR * % _ ' ; --")
        await seat.see("0件")


@pytest.mark.clause("6.2.2")
async def test_the_sign_in_takes_a_hostile_paste(sit: Sit) -> None:
    """You should see number and password refuse or clean a paste, and the page go on."""
    async with sit(signed_in=False) as seat:
        await seat.see("登录")
        await attack(seat, "number")
        await seat.press("enter")
        await seat.paste(MEGABYTE)
        await seat.press("enter")
        await seat.see("✗")


@pytest.mark.parametrize("query", ['"', "*", "AND", "NEAR(", "^a", "a:b", "-", "()", "𠮷", "？", "' OR 1=1"])
async def test_searching_for_signs_finds_or_finds_nothing(sit: Sit, query: str) -> None:
    """You should see signs that the index's own language would obey searched for as words."""
    async with sit() as seat:
        await seat.take("heating", "4")
        await seat.press("f3")
        await seat.type(query)
        await seat.until(lambda: seat.app.screen._hits or "没有找到" in seat.glass)
        assert seat.value("query") == query


async def test_a_digit_that_is_no_number_does_not_end_the_console(sit: Sit) -> None:
    """You should see a superscript, a digit to Python but no number, go to the main text and choose no type."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        seat.desk.query_one("#types").focus()
        await seat.type("²①")
        await seat.until(lambda: seat.value("text") == "²①" and seat.desk.focused.id == "text")
        seat.desk.query_one("#types").focus()
        await seat.press("2")
        await seat.until(lambda: list(seat.model.record.types) == ["投诉", "求助"])
