"""What the call desk missed or found wrong, and what is used and read."""

import pytest

from data.clock import FixedClock
from data.people import Actor, Role
from kb.articles import KnowledgeError
from kb.search import KnowledgeBase
from kb.upkeep import Upkeep
from tests.kb.conftest import NOW

EDITOR, OTHER = (Actor(number, roles=frozenset({Role.EDITOR})) for number in ("6001", "6002"))
TAKER = Actor("1001", roles=frozenset({Role.CALL_TAKER}))


@pytest.fixture
def upkeep(base: KnowledgeBase) -> Upkeep:
    """The upkeep of an empty knowledge base."""
    return Upkeep(base, FixedClock(NOW))


@pytest.mark.clause("6.3.1")
def test_misses_are_listed_by_how_often_they_were_met(upkeep: Upkeep) -> None:
    """You should see the same words as one matter, the most frequent first, numbers hidden."""
    for text in ("养犬证", "充电桩 报装", "充电桩报装？", "我的电话13800001234"):
        upkeep.reports.add("未命中", text, TAKER)
    assert [(each.text, each.times) for each in upkeep.reports.open("未命中")] == [
        ("充电桩报装？", 2),
        ("我的电话138****1234", 1),
        ("养犬证", 1),
    ]
    assert upkeep.reports.count("未命中") == 3
    with pytest.raises(KnowledgeError, match="先写来电人问的是什么"):
        upkeep.reports.add("未命中", " ", TAKER)


@pytest.mark.clause("6.3.4")
def test_a_correction_stands_on_its_owners_list_until_it_is_handled(upkeep: Upkeep) -> None:
    """You should see it under its unit, handled with words by one, and taken back by that one only."""
    number = upkeep.reports.add("纠错", "电话已改", TAKER, article_id="a-1", version=1, owner="市公安局")
    assert [each.number for each in upkeep.reports.open("纠错", "公安局")] == [number]
    with pytest.raises(KnowledgeError, match="不能为空"):
        upkeep.reports.handle(number, " ", EDITOR)
    assert upkeep.reports.handle(number, "已改文章", EDITOR) == 1
    assert upkeep.reports.open("纠错") == []
    with pytest.raises(KnowledgeError, match="已由6001号处理：已改文章"):
        upkeep.reports.handle(number, "又处理", OTHER)
    with pytest.raises(KnowledgeError, match="已有人处理"):
        upkeep.reports.take_back(number, TAKER)
    with pytest.raises(KnowledgeError):
        upkeep.reports.reopen(number, OTHER)
    upkeep.reports.reopen(number, EDITOR)
    upkeep.reports.take_back(number, TAKER)
    assert upkeep.reports.open("纠错") == []


@pytest.mark.clause("6.3.4")
def test_corrections_of_one_article_stand_together_and_none_is_lost(upkeep: Upkeep) -> None:
    """You should see each whole, found by the words of any, and closed only as far as it was seen."""
    texts = ["电话已改" + "。" * 300, "地址不对", "后来的"]
    for text in texts:
        upkeep.reports.add("纠错", text, TAKER, article_id="a-1", version=1)
    (listed,) = upkeep.reports.open("纠错", "电话已改")
    assert (listed.text, listed.times) == ("后来的", 3)
    assert [each.text for each in upkeep.reports.alike(listed)] == texts
    upkeep.reports.add("纠错", "处理时又来的", TAKER, article_id="a-1", version=1)
    assert len(upkeep.reports.alike(listed)) == upkeep.reports.handle(listed.number, "已改", EDITOR) == 3
    assert [each.text for each in upkeep.reports.open("纠错")] == ["处理时又来的"]


@pytest.mark.clause("6.3.2")
def test_uses_and_reads_are_counted(upkeep: Upkeep, make) -> None:
    """You should see what serves most, and a new version unread by who has read the old one."""
    upkeep.put_in([make(id="a"), make(id="b")], TAKER, EDITOR)
    upkeep.counts.used("b", "答复")
    upkeep.counts.used("b", "插入")
    upkeep.counts.used("a", "答复")
    upkeep.counts.seen("a", 1, TAKER)
    assert [(each.id, each.used, each.shown) for each in upkeep.counts.most_used()] == [("b", 2, 0), ("a", 1, 1)]
    assert [each.id for each in upkeep.counts.unread("1001", NOW)] == ["b"]
    upkeep.put_in([make(id="a", body="新")], TAKER, EDITOR)
    assert [each.id for each in upkeep.counts.unread("1001", NOW)] == ["a", "b"]


@pytest.mark.clause("6.2.1")
@pytest.mark.clause("6.3.4")
def test_a_correction_keeps_an_offices_number_and_hides_a_persons(upkeep: Upkeep) -> None:
    """You should see the very number that is to be corrected, and no citizen's."""
    for words in ("电话已改为 010-65432100，热线96116", "来电人13800001234说不对"):
        upkeep.reports.add("纠错", words, TAKER, article_id=words[:2], version=1)
    assert {each.text for each in upkeep.reports.open("纠错")} == {
        "电话已改为 010-65432100，热线96116",
        "来电人138****1234说不对",
    }
