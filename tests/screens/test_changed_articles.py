"""What an editor changes meanwhile: seen at the call desk within its next tick, without a key (6.3.1, 6.3.2)."""

from collections.abc import Callable
from typing import Any

import pytest

from kb.search import KnowledgeBase
from screens.call.panels import KnowledgePanel
from screens.widgets.pick import PickList
from tests.screens.test_knowledge_page import article, search

Sit = Callable[..., Any]


@pytest.fixture
def editor(house: Any) -> KnowledgeBase:
    """Another session's knowledge base on the same file."""
    return KnowledgeBase(house.kb.path, house.home.cache, house.clock)


@pytest.mark.clause("6.3.2")
async def test_an_open_search_shows_what_was_changed_and_what_is_new(
    sit: Sit, house: Any, editor: KnowledgeBase
) -> None:
    """You should see mark, text and a new article come by themselves, the cursor where it was, and nothing stale
    inserted."""
    house.kb.import_articles([article(), article(id="z2", title="鸵鸟饲养补贴")])
    async with sit() as seat:
        await seat.take("elevator", "1")
        await search(seat, "鸵鸟饲养")
        await seat.press("down")
        page = seat.app.screen
        shown = page._article
        await seat.press("enter")
        editor.import_articles([article(id=shown.id, title=shown.title, body="改由街道登记。")])
        page.look()
        await seat.see("改由街道登记", "刚被改过")
        await seat.press("escape")
        assert page._article.id == shown.id
        editor.import_articles(
            [article(id=shown.id, title=shown.title, withdrawn="政策停止"), article(id="z3", title="鸵鸟饲养许可")]
        )
        await seat.press("f6")
        await seat.see("看过再按F6", "✗已撤回")
        assert "鸵鸟" not in seat.desk.model.record.text
        page.look()
        await seat.see("鸵鸟饲养许可")
        assert page._article.id == shown.id
        await seat.press("f6")
        await seat.until(lambda: "〔已撤回〕" in seat.desk.model.record.text)


@pytest.mark.clause("6.3.2")
async def test_the_last_article_found_is_gone(sit: Sit, house: Any, editor: KnowledgeBase) -> None:
    """You should see an empty list, not what was there."""
    house.kb.import_articles([article()])
    async with sit() as seat:
        await search(seat, "鸵鸟饲养")
        editor.import_articles([article(title="改名", body="改文")])
        seat.app.screen.look()
        await seat.until(lambda: len(seat.app.screen.query_one(PickList)._lines) == 0)
        assert seat.app.screen._article is None


@pytest.mark.clause("6.3.2")
async def test_what_is_pushed_beside_the_record_follows_too(sit: Sit, house: Any, editor: KnowledgeBase) -> None:
    """You should see an article withdrawn elsewhere leave the panel though nobody types."""
    house.kb.import_articles([article()])
    async with sit() as seat:
        await seat.take("elevator", "4")
        await seat.fill(title="鸵鸟饲养登记")
        await seat.until(lambda: "z1" in [hit.id for hit in seat.desk.query_one(KnowledgePanel).hits])
        editor.import_articles([article(withdrawn="政策停止")])
        seat.desk.tick()
        await seat.until(lambda: "z1" not in [hit.id for hit in seat.desk.query_one(KnowledgePanel).hits])
