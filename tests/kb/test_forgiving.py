"""What was perhaps meant: pinyin, initials, one character wrong, traditional characters; and what a search may ask."""

from datetime import date
from pathlib import Path

import pytest

from data.clock import FixedClock
from kb.articles import Article
from kb.search import KnowledgeBase
from kb.sounds import keys
from tests.kb.conftest import NOW


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> KnowledgeBase:
    """Articles that differ in what a slip could confuse."""

    def article(id: str, title: str, **given: object) -> Article:
        fields: dict[str, object] = {
            "body": "请到政务服务中心咨询。", "topic": "综合", "owner": "市政务局", "source_kind": "流程",
            "checked_on": date(2026, 10, 1),
        }  # fmt: skip
        return Article(id=id, title=title, **(fields | given))  # type: ignore[arg-type]

    base = KnowledgeBase(tmp_path_factory.mktemp("city") / "kb.db", cache, FixedClock(NOW))
    base.import_articles(
        [
            article("permit", "居住证办理流程"),
            article("fund", "住房公积金提取条件", topic="住房", owner="市公积金中心", source_kind="政策"),
            article("bank", "银行网点营业时间"),
            article("lake", "什刹海游船", district="西城区"),
            article("gate", "大栅栏商业街停车", district="西城区", topic="交通"),
            article("parking", "商业街停车收费", topic="交通", district="海淀区", owner="海淀区城管委"),
            article("parking-city", "商业街停车收费标准", topic="交通"),
            article("heating", "暖气不热怎么报修", keywords=("供热",)),
            article("water", "停水通知", public=False),
            article("old", "居住证旧办法", valid_until=date(2026, 1, 1)),
        ]
    )
    return base


def first(base: KnowledgeBase, text: str) -> str:
    """The id of the best hit, "" for none."""
    return next((hit.id for hit in base.search(text)), "")


@pytest.mark.clause("6.3.2")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jzz", "permit"),
        ("zfgjj", "fund"),
        ("gjjtq", "fund"),
        ("JZZ", "permit"),
        ("juzhuzheng", "permit"),
        ("ju zhu zheng", "permit"),
        ("gongjijintiqu", "fund"),
        ("gongjijintq", "fund"),
        ("gongjijint", "fund"),
        ("gongjijn", "fund"),
        ("yinhang", "bank"),
        ("yinxing", "bank"),
        ("shichahai", "lake"),
        ("shishahai", "lake"),
        ("sch", "lake"),
        ("ssh", "lake"),
        ("dashilan", "gate"),
        ("dazhalan", "gate"),
        ("dsl", "gate"),
        ("dzl", "gate"),
    ],
)
def test_pinyin_finds_the_article(city: KnowledgeBase, text: str, found: str) -> None:
    """You should see initials, whole syllables, both mixed and every reading of a character find it."""
    assert first(city, text) == found


@pytest.mark.clause("6.3.2")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("居主证", "permit"),  # of the same sound
        ("居住政办理", "permit"),
        ("暧气不热", "heating"),  # of the same shape
        ("公积金题取", "fund"),
        ("公基金提取", "fund"),
        ("住房公金提取", "fund"),  # one missing
        ("居住住证办理", "permit"),  # one too many
        ("什煞海", "lake"),
        ("居祝正", "permit"),  # all of the same sound
    ],
)
def test_one_character_wrong_finds_the_article(city: KnowledgeBase, text: str, found: str) -> None:
    """You should see it first, before articles that only have the other words."""
    assert first(city, text) == found


@pytest.mark.clause("6.3.2")
@pytest.mark.parametrize(("text", "found"), [("居住證", "permit"), ("公積金提取條件", "fund"), ("暖氣不熱", "heating")])
def test_traditional_characters_find_the_article(city: KnowledgeBase, text: str, found: str) -> None:
    """You should see it marked as what was typed would be."""
    hit = city.search(text)[0]
    assert hit.id == found
    assert hit.title_spans


def test_an_article_in_traditional_characters_is_found_by_simplified_ones(base: KnowledgeBase, make) -> None:
    """You should see one fold for index and query."""
    base.import_articles([make(title="長者醫療券")])
    assert [hit.id for hit in base.search("长者医疗")] == ["a-1"]


def test_an_expired_article_that_was_meant_comes_last(city: KnowledgeBase) -> None:
    """You should see it, not answerable, after the one in force."""
    hits = city.search("jzz")
    assert [(hit.id, hit.answerable) for hit in hits] == [("permit", True), ("old", False)]


@pytest.mark.parametrize("text", ["zzzzqq", "q", "''", "%_*", "囗囗囗", "abc def", "停水同志", "é" * 60, "x" * 300])
def test_what_means_nothing_finds_nothing_or_little(city: KnowledgeBase, text: str) -> None:
    """You should see no error, and no article that has nothing of it."""
    assert len(city.search(text)) <= 1


def test_what_is_typed_right_is_not_taken_for_a_slip(city: KnowledgeBase) -> None:
    """You should see the article with the words themselves first, and only it."""
    assert [hit.id for hit in city.search("停水通知")] == ["water"]


def test_what_was_meant_is_marked(city: KnowledgeBase) -> None:
    """You should see which words of the title answer the letters or the slip."""
    for text, marked in (("jzz", "居住证"), ("居主证", "居住证"), ("gongjijin", "公积金"), ("暧气不热", "暖气不热")):
        hit = city.search(text)[0]
        assert any(marked in hit.title[start:end] for start, end in hit.title_spans), text


@pytest.mark.clause("6.3.2")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"parking", "parking-city", "gate"}),
        ({"topic": "交通"}, {"parking", "parking-city", "gate"}),
        ({"topic": "住房"}, set()),
        ({"district": "海淀区"}, {"parking"}),
        ({"owner": "海淀区城管委"}, {"parking"}),
        ({"owner": "海淀区城管委", "district": "西城区"}, set()),
        ({"source_kind": "流程", "district": "西城区"}, {"gate"}),
        ({"public": False}, set()),
    ],
)
def test_a_search_asks_for_topic_district_unit_and_kind(
    city: KnowledgeBase, asked: dict[str, str], found: set[str]
) -> None:
    """You should see only the articles that have all of them."""
    assert {hit.id for hit in city.search("商业街停车", **asked)} == found  # type: ignore[arg-type]


def test_filters_hold_for_what_was_meant(city: KnowledgeBase) -> None:
    """You should see no article of another topic because letters were typed."""
    assert [hit.id for hit in city.search("gongjijin", topic="住房")] == ["fund"]
    assert city.search("gongjijin", topic="交通") == []
    assert city.search("居主证", district="海淀区") == []


def test_an_internal_article_can_be_asked_for_or_left_out(city: KnowledgeBase) -> None:
    """You should see wording for agents only where it is wanted."""
    assert [hit.id for hit in city.search("停水", public=False)] == ["water"]
    assert city.search("停水", public=True) == []


@pytest.mark.clause("6.3.2")
def test_a_records_district_goes_before_others(city: KnowledgeBase) -> None:
    """You should see its own articles and those of the whole city before another district's."""
    here = [hit.id for hit in city.search("商业街停车收费", near="西城区")]
    there = [hit.id for hit in city.search("商业街停车收费", near="海淀区")]
    assert here.index("parking-city") < here.index("parking")
    assert there[0] == "parking"
    suggested = [hit.id for hit in city.suggest("商业街停车收费", "", near="西城区")]
    assert suggested.index("parking-city") < suggested.index("parking")


def ids(base: KnowledgeBase, text: str) -> list[str]:
    """The first three articles found."""
    return [hit.id for hit in base.search(text, 3)]


@pytest.mark.clause("6.3.2")
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("gongjijin", "gongjijin-01"),  # full pinyin
        ("gong ji jin", "gongjijin-01"),
        ("gjj", "gongjijin-01"),  # initials
        ("huzhao", "churujing-01"),
        ("juzhuzheng", "huji-06"),
        ("jzz", "huji-06"),
        ("juzhuz", "huji-06"),  # unfinished
        ("护赵", "churujing-01"),  # a wrong character of the same sound
        ("户照", "churujing-01"),
        ("生育津帖", "yibao-05"),
        ("居位证", "huji-06"),  # of another sound
        ("居住證", "huji-06"),  # traditional characters
        ("護照", "churujing-01"),
        ("停税了怎么办", "shuidianqi-01"),  # within a sentence
    ],
)
def test_a_slip_finds_the_article(starter: KnowledgeBase, text: str, wanted: str) -> None:
    """You should see the article among the first three."""
    assert wanted in ids(starter, text)


@pytest.mark.clause("6.3.2")
def test_each_reading_of_a_character_finds_it(base: KnowledgeBase, make) -> None:
    """You should see 长城 found by changcheng and by zhangcheng, in full and by initials."""
    base.import_articles([make(title="长城门票预约")])
    assert {"changcheng", "zhangcheng"} == keys("长城")[0]
    for text in ("changcheng", "zhangcheng", "cc", "zc"):
        assert ids(base, text) == ["a-1"]


@pytest.mark.clause("6.3.2")
def test_who_types_well_gets_no_guesses(base: KnowledgeBase, make) -> None:
    """You should see 护照 find nothing that only sounds like it."""
    base.import_articles([make(id="a-1", title="换发护照"), make(id="a-2", title="互照镜子的规定", body="互照")])
    assert ids(base, "护照") == ["a-1"]
    assert "a-1" in ids(base, "户照")


def test_what_is_called_so_comes_before_what_only_has_such_a_keyword(starter: KnowledgeBase) -> None:
    """You should see the article about residence permits first, not one that names them among its keywords."""
    for typed in ("juzhuzheng", "jzz"):
        assert [hit.id for hit in starter.search(typed, 2)] == ["huji-06", "jiaoyu-02"]
    assert starter.search("暖器不热", 1)[0].title.startswith("家里暖气不热")
