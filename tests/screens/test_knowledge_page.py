"""F3 at the call desk: what was not found or is wrong is reported, marks stand where an article does, uses count."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kb.articles import Article
from screens.call.correction import CorrectionDialog
from screens.call.knowledge import KnowledgeDialog
from screens.widgets.chrome import StatusBar

Sit = Callable[..., Any]


def article(**more: Any) -> Article:
    """An article that nothing else is like."""
    fields: dict[str, Any] = {
        "id": "z1",
        "title": "鸵鸟饲养登记",
        "body": "到区农业农村局登记。",
        "topic": "农业",
        "owner": "市农业农村局",
        "source_kind": "流程",
        "checked_on": date(2026, 11, 1),
    }
    return Article(**(fields | more))


async def search(seat: Any, text: str) -> None:
    """Open the page and search."""
    await seat.press("f3")
    await seat.type(text)
    await seat.until(lambda: seat.app.screen._article is not None)


@pytest.mark.clause("6.3.1")
async def test_a_miss_is_one_key(sit: Sit, house: Any) -> None:
    """You should see it on the knowledge desk's list once, however often the key is pressed, and nothing of nothing."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.press("f3", "f8")
        await seat.see("先写来电人问的是什么")
        await seat.type("鸵鸟")
        await seat.press("f8")
        await seat.see("已报未找到")
        await seat.press("f8")
        await seat.see("已报过")
        (miss,) = house.upkeep.reports.open("未命中")
        assert (miss.text, miss.times, miss.by) == ("鸵鸟", 1, "8041")
        assert miss.call_id
        assert miss.ticket_id


@pytest.mark.clause("6.3.4")
async def test_a_correction_is_one_key_and_a_sentence(sit: Sit, house: Any) -> None:
    """You should see the words with article, version and owner; without words nothing is reported."""
    house.kb.import_articles([article()])
    async with sit() as seat:
        await search(seat, "鸵鸟饲养")
        await seat.press("f5")
        assert isinstance(seat.app.screen, CorrectionDialog)
        await seat.press("f8")
        await seat.see("请先写哪里不对")
        await seat.type("登记改到街道")
        await seat.press("f8")
        await seat.see("已报纠错")
        assert isinstance(seat.app.screen, KnowledgeDialog)
        (one,) = house.upkeep.reports.open("纠错", "农业农村局")
        assert (one.text, one.article_id, one.version) == ("登记改到街道", "z1", 1)


@pytest.mark.clause("6.3.3")
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"public": False}, ("▸ 〔内部〕鸵鸟饲养登记", "不对外发布")),
        ({"checked_on": date(2024, 1, 1)}, ("▸ ⚠ 鸵鸟饲养登记", "已超过 12 个月")),
        ({"checked_on": None}, ("▸ ⚠ 鸵鸟饲养登记", "没有核对日期")),
        ({"valid_until": date(2026, 11, 24)}, ("▸ ⚠ 鸵鸟饲养登记", "今天失效")),
        ({"valid_until": date(2026, 11, 19)}, ("✗已失效", "不能用来直接答复")),
        ({"withdrawn": "政策停止"}, ("✗已撤回", "政策停止")),
    ],
)
async def test_what_to_know_before_reading_it_out_stands_with_the_article(
    sit: Sit, house: Any, fields: dict[str, Any], told: tuple[str, ...]
) -> None:
    """You should see the mark or the warning in the list and over the text."""
    house.kb.import_articles([article(**fields)])
    async with sit() as seat:
        await search(seat, "鸵鸟饲养")
        for words in told:
            await seat.see(words)


@pytest.mark.clause("6.3.4")
async def test_what_is_inserted_carries_its_mark_and_is_counted(sit: Sit, house: Any) -> None:
    """You should see internal wording marked in the main text too, and the article counted as read and used."""
    house.kb.import_articles([article(public=False)])
    async with sit() as seat:
        await seat.take("elevator", "1")
        await search(seat, "鸵鸟饲养")
        await seat.press("f6")
        await seat.until(lambda: seat.app.screen is seat.desk)
        assert "〔内部〕鸵鸟饲养登记" in seat.value("text")
        await seat.until(lambda: "插入" in house.upkeep.counts.of("z1"))
    assert house.upkeep.counts.of("z1") == {"展示": 1, "插入": 1}
    assert "z1" not in [each.id for each in house.upkeep.lists.ailing("unread")]


async def test_a_search_goes_on_where_it_was_left_and_not_into_the_next_call(sit: Sit) -> None:
    """You should see what was searched for again, ready to be typed over, and nothing of it for another caller."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await search(seat, "居住证")
        await seat.press("escape", "f3")
        await seat.until(lambda: seat.app.screen.query("#query"))
        assert seat.value("query") == "居住证"
        await seat.type("电梯")
        assert seat.value("query") == "电梯"
        await seat.press("escape", "f12", "f12")
        await seat.take("elevator", "1")
        await seat.press("f3")
        await seat.see("写下关键词")
        assert seat.value("query") == ""


async def test_the_clocks_move_over_the_page_and_are_right_on_the_way_back(sit: Sit) -> None:
    """You should see the status line go on above a page that fills the screen, and on the desk as soon as it is left."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.press("f3")
        await seat.see("热线数据库")
        behind, over = seat.desk.query_one(StatusBar), seat.app.screen.query_one(StatusBar)
        before = behind._shown
        seat.clock.advance(60)
        seat.desk.tick()
        assert "8041号" in str(over._shown)
        assert "10:33" in str(over._shown)
        assert behind._shown == before
        await seat.press("escape")
        await seat.until(lambda: "10:33" in str(behind._shown))


async def test_enter_reads_and_hanging_up_is_said_to_be_the_desks(sit: Sit, house: Any) -> None:
    """You should see Enter show the article whole and the list again, and F12 and F9 say that Esc comes first."""
    house.kb.import_articles([article()])
    async with sit() as seat:
        await seat.take("elevator", "1")
        await search(seat, "鸵鸟饲养")
        await seat.press("enter")
        assert seat.app.screen.has_class("-reading")
        await seat.press("enter")
        assert not seat.app.screen.has_class("-reading")
        for key in ("f12", "f9"):
            await seat.press(key)
            await seat.see(f"先按 Esc 返回，再按 {key.upper()}")
        assert isinstance(seat.app.screen, KnowledgeDialog)
        assert seat.app.screen.model.draft is not None


@pytest.mark.clause("6.3.2")
async def test_linked_articles_are_named_with_what_keeps_them_from_being_read_out(sit: Sit, house: Any) -> None:
    """You should see them at the foot of the text, one withdrawn and one for agents only marked."""
    house.kb.import_articles(
        [
            article(related=("z8", "z9")),
            article(id="z8", title="骆驼饲养", withdrawn="政策停止"),
            article(id="z9", title="羊驼口径", public=False),
        ]
    )
    async with sit() as seat:
        await search(seat, "鸵鸟饲养")
        await seat.press("enter")
        await seat.see("相关：骆驼饲养 ✗已撤回、〔内部〕羊驼口径")
