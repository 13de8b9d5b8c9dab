"""Narrowing lists of names by characters, pinyin and initials."""

import time

import pytest

from console.names import Named, narrow
from data.reference import Reference


@pytest.fixture(scope="module")
def beijing() -> Reference:
    return Reference.load()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("望京", "望京街道"),
        ("wangjing", "望京街道"),
        ("wang jing", "望京街道"),
        ("wang'jing", "望京街道"),
        ("WJ", "望京街道"),
        ("ｗｊ", "望京街道"),
        ("望jing", "望京街道"),
        ("w京", "望京街道"),
        ("sch", "什刹海街道"),
        ("ssh", "什刹海街道"),
        ("dsl", "大栅栏街道"),
        ("dzl", "大栅栏街道"),
        ("cy", "朝阳区"),
        ("changyang", "长阳镇"),
        ("天通苑", "天通苑北街道"),
        ("ttyn", "天通苑南街道"),
        ("yizhuang", "亦庄镇"),
        ("三里囤", "三里屯街道"),
        ("wangjign", "望京街道"),
        ("wanjing", "望京街道"),
        ("回观", "回龙观街道"),
    ],
)
def test_a_region_is_found_however_it_is_typed(beijing: Reference, query: str, first: str) -> None:
    """You should see the region first for its characters, pinyin, initials, a mixture or one typing error."""
    assert narrow(query, beijing.regions)[0].name == first


def test_a_wrong_reading_finds_nothing_of_that_name(beijing: Reference) -> None:
    """You should see no 朝阳区 for zy, because nobody reads 朝阳 so."""
    assert "朝阳区" not in [region.name for region in narrow("zy", beijing.regions, 50)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("医保", "市医疗保障局"),
        ("yb", "市医疗保障局"),
        ("gjj", "北京住房公积金管理中心"),
        ("燃气", "北京市燃气集团"),
        ("朝阳教委", "朝阳区教育委员会"),
        ("cyqjw", "朝阳区教育委员会"),
        ("wjjd", "望京街道办事处"),
    ],
)
def test_a_unit_is_found_by_what_people_call_it(beijing: Reference, query: str, first: str) -> None:
    """You should see the unit first for a short name as well as for the full one."""
    assert narrow(query, beijing.units)[0].name == first


def test_better_matches_come_first() -> None:
    """You should see exact, beginning, inside, pinyin, scattered, in that order."""
    items = [
        Named("停暖气车", 5),
        Named("乱停车", 3),
        Named("停车管理", 2),
        Named("停车", 1),
    ]
    assert [named.item for named in narrow("停车", items)] == [1, 2, 3, 5]
    letters = [Named("广场", 3, pinyin=("aagongji",)), Named("公积金", 2, pinyin=("gongjijin",)), Named("gongji", 1)]
    assert [named.item for named in narrow("gongji", letters)] == [1, 2, 3]


def test_names_with_a_typing_error_show_only_when_nothing_fits(beijing: Reference) -> None:
    """You should see no near miss beside a real hit, and nothing at all for nonsense."""
    assert [region.name for region in narrow("wangjing", beijing.regions)] == ["望京街道"]
    assert narrow("不存在的名字", beijing.regions) == []
    assert narrow("zzzzzz", beijing.regions) == []


def test_an_empty_query_shows_the_list_from_its_start(beijing: Reference) -> None:
    """You should see the first items of the list for an empty or blank query, at most the limit."""
    assert narrow("", beijing.regions, 3) == list(beijing.regions[:3])
    assert narrow(" 　", beijing.regions, 3) == list(beijing.regions[:3])
    assert len(narrow("区", beijing.regions, 5)) == 5


@pytest.mark.parametrize("query", [".*", "[", "\\", "（", "😀", "𠮷", "a" * 5000, "望" * 2000, "\x00"])
def test_odd_queries_find_nothing_and_break_nothing(beijing: Reference, query: str) -> None:
    """You should see an empty list for signs, emoji, rare characters and a pasted page."""
    assert narrow(query, beijing.regions) in ([], [r for r in beijing.regions if query in r.name])


def test_eight_hundred_names_narrow_within_a_keystroke(beijing: Reference) -> None:
    """You should see the worst query, one that ends at typing errors, far below what a hand notices."""
    items = (beijing.units * 2)[:800]
    spent = []
    for query in ("bucunzaide", "不存在的名字", "wj", "望京") * 3:
        started = time.process_time()
        narrow(query, items)
        spent.append(time.process_time() - started)
    assert sorted(spent)[len(spent) // 2] < 0.02


def test_every_region_is_found_by_its_own_keys(beijing: Reference) -> None:
    """You should see each of the 359 regions among the results of its name, pinyin and initials."""
    for region in beijing.regions:
        for query in (region.name, *region.aliases, *region.pinyin, *region.initials):
            assert region in narrow(query, beijing.regions, 30), (region.name, query)
