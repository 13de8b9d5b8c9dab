"""What the words suggest stands dim beside the fields, and a person takes it or leaves it (5.2.2.1.5, 5.1.4.1)."""

from collections.abc import Callable
from typing import Any

import pytest
from textual import events

from console.form import as_text, ticket_form
from data.people import Role

Sit = Callable[..., Any]
TOLD = "昨晚十点在朝阳区望京街道槐荫家园7号楼，安槐物业公司的电梯停运，要投诉。"
PLACE, RESPONDENT, TIME = "朝阳区望京街道槐荫家园7号楼", "安槐物业公司", "11-23 22:00（昨晚十点）"


async def told(seat: Any, text: str = TOLD, *types: str) -> None:
    """Answer a call, write the main text, and wait for what it suggests."""
    await seat.take("elevator", *types)
    await seat.fill(text=text)
    await seat.settle()


async def leave(seat: Any, name: str, key: str) -> None:
    """Go to a field and leave it with a key."""
    seat.desk.query_one(f"#{name}").focus()
    await seat.press(key)


@pytest.mark.clause("5.2.2.1.5")
@pytest.mark.clause("5.1.4.1e")
async def test_tab_takes_what_stands_dim_in_a_field_and_goes_on(sit: Sit) -> None:
    """You should see place, respondent and the resolved time in the empty fields, and on the record after Tab."""
    async with sit() as seat:
        await told(seat)
        await seat.see(PLACE, RESPONDENT, "11-2322:00（昨晚…")
        assert (seat.value("place"), seat.value("object"), seat.value("time")) == ("", "", "")
        await leave(seat, "place", "tab")
        assert seat.app.focused.id == "object"
        await seat.press("tab")
        assert seat.app.focused.id == "time"
        await seat.press("tab")
        assert seat.app.focused.id == "earlier"
        record = seat.model.record
        assert (record.place.text, record.respondent, record.event_time) == (PLACE, RESPONDENT, TIME)
        kept, broken = seat.model.drafts.load()
        assert not broken
        assert kept[0].record.event_time == TIME


@pytest.mark.clause("5.2.2.1.5")
@pytest.mark.clause("5.1.4.1f")
async def test_tab_takes_the_type_that_the_words_suggest(sit: Sit) -> None:
    """You should see the type marked, the words that say so beside it, and the elements of that type after Tab."""
    async with sit() as seat:
        await told(seat)
        await seat.see("1□投诉?", "→投诉？文中“", "（Tab取）")
        assert seat.model.record.types == []
        await leave(seat, "types", "tab")
        await seat.see("1▣投诉", "附录C.3")
        assert seat.model.record.types == ["投诉"]
        assert "→投诉" not in seat.glass


@pytest.mark.clause("5.2.2.1.5")
@pytest.mark.parametrize("name", ["types", "place", "object", "time"])
async def test_nothing_is_taken_without_tab(sit: Sit, name: str) -> None:
    """You should see the record without the piece after Shift+Tab, and what was written in its place after writing."""
    async with sit() as seat:
        await told(seat)
        await leave(seat, name, "shift+tab")
        await seat.rest()
        record = seat.model.record
        assert (record.types, record.place.text, record.respondent, record.event_time) == ([], "", "", "")
        if name != "types":
            await seat.fill(**{name: "东门"})
            await seat.press("tab")
            await seat.rest()
            assert seat.value(name) == "东门"


async def test_what_is_typed_ahead_of_tab_is_not_joined_to_the_piece(sit: Sit) -> None:
    """You should see only what was typed where the keys and Tab came in one burst."""
    async with sit() as seat:
        await told(seat)
        place = seat.desk.query_one("#place")
        place.focus()
        await seat.rest()
        for char in "东门":
            place.post_message(events.Key(char, char))
        seat.desk.action_walk()
        await seat.until(lambda: seat.value("place"))
        await seat.rest()
        assert (seat.value("place"), seat.app.focused.id) == ("东门", "object")


async def test_a_piece_that_was_cleared_is_not_offered_again(sit: Sit) -> None:
    """You should see the field empty after a taken piece was cleared, also after the next Tab; other work begins anew."""
    async with sit() as seat:
        await told(seat)
        await leave(seat, "object", "tab")
        assert seat.value("object") == RESPONDENT
        seat.desk.query_one("#object").focus()
        await seat.press("end", *["backspace"] * len(RESPONDENT))
        assert seat.value("object") == ""
        await seat.settle()
        await seat.press("tab")
        await seat.rest()
        assert seat.model.record.respondent == ""
        await leave(seat, "types", "tab")
        await seat.press("shift+tab", "1")
        await seat.settle()
        await seat.press("tab")
        await seat.rest()
        assert seat.model.record.types == []


async def test_nothing_appears_under_the_cursor(sit: Sit) -> None:
    """You should see a field that has the focus stay empty, also after Tab; the piece stands there once it is left."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        seat.desk.query_one("#place").focus()
        await seat.rest()
        text = seat.desk.query_one("#text")
        text.insert(TOLD)
        await seat.until(lambda: seat.model.record.text == TOLD)
        await seat.settle()
        assert RESPONDENT in "".join(seat.lines[:11])
        assert PLACE not in "".join(seat.lines[:11])
        await seat.press("tab")
        assert seat.model.record.place.text == ""
        await seat.until(lambda: PLACE in "".join(seat.lines[:11]))


@pytest.mark.clause("5.2.2.1.5")
@pytest.mark.clause("5.1.4.1f")
async def test_the_topic_is_confirmed_among_the_ways_and_printed(sit: Sit) -> None:
    """You should see the topic beside the title, its words in F5, and the confirmed one on the form of appendix D."""
    async with sit() as seat:
        await told(seat, TOLD, "1")
        await seat.see("物业管理？F5")
        await seat.press("f5")
        await seat.see("主题物业管理文中“")
        await seat.type("物业管理")
        await seat.until(lambda: any(each.line.plain.startswith("主题 物业管理") for each in seat.app.screen._ways))
        at = next(n for n, each in enumerate(seat.app.screen._ways) if each.line.plain.startswith("主题 物业管理"))
        await seat.press(*["down"] * at, "enter")
        await seat.see("主题物业管理✓", "朝阳区望京街道·主题物业管理")
        await seat.press("escape")
        await seat.see("物业管理✓")
        await seat.fill(name="王秀梅", earlier="给物业打过三次电话", place=PLACE, object=RESPONDENT, time="昨晚十点")
        await seat.press("f8")
        await seat.see("已交派单队列")
        (ticket,) = seat.house.tickets.every()
        assert ticket.record.topic == "物业管理"
        assert "│问题分类│物业管理│" in as_text(ticket_form(ticket, seat.house.packs)).replace(" ", "")


async def test_a_confirmed_topic_is_taken_off_again(sit: Sit) -> None:
    """You should see the topic gone when its line is taken a second time."""
    async with sit() as seat:
        await told(seat, TOLD, "1")
        await seat.press("f5")
        for expected in ("物业管理", ""):
            ways = seat.app.screen._ways
            at = next(n for n, each in enumerate(ways) if each.line.plain.startswith("主题 物业管理"))
            await seat.press(*["down"] * at, "f8")
            await seat.until(lambda expected=expected: seat.model.record.topic == expected)


async def test_the_hints_of_one_record_do_not_stand_beside_another(sit: Sit) -> None:
    """You should see empty fields when the next call rings."""
    async with sit(Role.CALL_TAKER) as seat:
        await told(seat)
        await seat.see(RESPONDENT)
        await seat.press("f12", "f12")
        await seat.see("通话已结束")
        await seat.ring("heating")
        await seat.until(lambda: RESPONDENT not in "".join(seat.lines[:12]))
        assert "投诉?" not in seat.glass


async def test_a_time_to_come_is_not_when_it_happened(sit: Sit) -> None:
    """You should see no time offered for a day after the call."""
    async with sit() as seat:
        await told(seat, "下周五要开庭，想问法院在哪里。", "4")
        assert seat.desk.query_one("#time").standing == ""
