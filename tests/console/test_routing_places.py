"""Reading district and street from a text."""

import json
from pathlib import Path

import pytest

from console.places import Gazetteer, resolve_place
from data.reference import load_regions

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
REGIONS = load_regions()


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(REGIONS)


def test_every_region_is_found_in_a_sentence(gazetteer: Gazetteer) -> None:
    """You should see each of the 16 districts and 343 streets, towns and townships read from a sentence."""
    for region in REGIONS:
        where = "" if region.is_district else region.district
        found = gazetteer.find(f"市民反映{where}{region.name}一处路灯不亮")
        assert found.district == region.district
        assert found.street == ("" if region.is_district else region.name)
        assert found.note == ""


@pytest.mark.parametrize(
    ("text", "district", "street"),
    [
        ("朝阳区有人占道经营", "朝阳区", ""),
        ("我住望京西园四区", "朝阳区", "望京街道"),
        ("通州区北苑附近", "通州区", "北苑街道"),
        ("朝阳八里庄北里", "朝阳区", "八里庄街道"),
        ("海淀区八里庄", "海淀区", "八里庄街道"),
        ("海淀镇和海淀街道不是一回事", "海淀区", "海淀镇"),
        ("海淀", "海淀区", ""),
        ("朝阳门内大街", "东城区", "朝阳门街道"),
        ("建国门外大街", "朝阳区", "建外街道"),
        ("朝阳区平房", "朝阳区", "平房乡"),
        ("常营地区办事处", "朝阳区", "常营回族乡"),
        ("原宣武区牛街", "西城区", "牛街街道"),
        ("物美超市望京店", "朝阳区", "望京街道"),
        ("北京市东城区和平里七区", "东城区", "和平里街道"),
    ],
)
def test_names_people_use_lead_to_the_region(gazetteer: Gazetteer, text: str, district: str, street: str) -> None:
    """You should see the district and the street that the words mean in Beijing."""
    found = gazetteer.find(text)
    assert (found.district, found.street) == (district, street)


@pytest.mark.parametrize(
    "text",
    [
        "马路上地面塌陷",
        "东四环堵车",
        "正常营业",
        "平房漏雨",
        "张镇长说过",
        "辽宁省朝阳市",
        "朝阳大街",
        "福州市鼓楼区",
        "大兴土木",
        "河北的车",
        "推广外卖",
        "",
        "𠮷野家😀",
    ],
)
def test_ordinary_words_and_other_cities_are_no_place(gazetteer: Gazetteer, text: str) -> None:
    """You should see no district where the words only look like one."""
    assert (gazetteer.find(text).district, gazetteer.find(text).street) == ("", "")


def test_what_was_matched_is_shown_with_its_span(gazetteer: Gazetteer) -> None:
    """You should see which words led to the place, so that they can be marked in the text."""
    text = "市民来电，朝阳区望京有人占道"
    found = gazetteer.find(text)
    assert [(match.text, text[slice(*match.span)]) for match in found.matched] == [
        ("朝阳区", "朝阳区"),
        ("望京", "望京"),
    ]


def test_a_name_of_two_streets_still_tells_the_district(gazetteer: Gazetteer) -> None:
    """You should see 昌平区 for 天通苑, and a question which of its two streets is meant."""
    found = gazetteer.find("天通苑停水")
    assert (found.district, found.street) == ("昌平区", "")
    assert found.note == "“天通苑”可能是天通苑北街道、天通苑南街道，请确认"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("八里庄街道有人反映", "“八里庄街道”在朝阳区、海淀区都有，请问清所在区"),
        ("海淀区望京", "文中“望京”属于朝阳区，与海淀区不符，请确认"),
        ("通州区张家湾镇，家住朝阳区", "文中还提到朝阳区，请确认发生地"),
    ],
)
def test_an_unclear_place_asks_instead_of_guessing(gazetteer: Gazetteer, text: str, note: str) -> None:
    """You should see a sentence that says what to ask."""
    assert gazetteer.find(text).note == note


def test_one_text_can_be_read_without_a_gazetteer() -> None:
    """You should see the same place from the one-call form."""
    assert resolve_place("大兴区黄村", REGIONS).street == "黄村镇"


def test_no_district_is_found_in_another_citys_tickets(gazetteer: Gazetteer) -> None:
    """You should see none of Beijing's districts in the 613 tickets of another city."""
    path = CASES / "hotline_tickets.jsonl"
    if not path.exists():
        pytest.skip(f"the tickets are not at {path}")
    with path.open(encoding="utf-8") as file:
        tickets = [json.loads(line) for line in file]
    false = [t["title"] for t in tickets if gazetteer.find(f"{t['title']}。{t['text']}").district]
    assert len(tickets) == 613
    assert false == []
