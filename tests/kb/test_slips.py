"""Articles found although the query is mistyped, in pinyin, or in traditional characters."""

import pytest

from kb.search import KnowledgeBase
from kb.sounds import keys


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
