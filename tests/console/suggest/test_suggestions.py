"""What one text suggests, with the reasons; and what people's choices change."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from console.hints import hints_for
from console.house import House
from console.suggest import Decided, Suggestions, suggest
from data.clock import SHANGHAI
from data.record import Record
from data.reference import Reference

CALL = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
GAS = "朝阳区望京街道昨晚十点楼道里有煤气味，怀疑燃气泄漏"


def units(found: Suggestions) -> list[str]:
    return [each.unit.name for each in found.units]


@pytest.mark.clause("5.2.2.1.5")
def test_each_suggestion_says_why() -> None:
    """You should see type, topic, urgent kind, units, place and time, each with the words of the text that say so."""
    found = suggest(GAS, at=CALL)
    assert found.topic[0].value == "供气"
    assert "气" in found.topic[0].because[0]
    assert [(hint.kind, "燃气泄漏" in hint.words) for hint in found.urgency] == [("突发事件", True)]
    assert units(found)[0] == "北京市燃气集团"
    assert found.units[0].because[0].startswith("职责含“燃气泄漏”")
    assert (found.place.district, found.place.street) == ("朝阳区", "望京街道")
    assert [match.text for match in found.place.matched] == ["朝阳区", "望京街道"]
    assert found.time is not None
    assert (found.time.text, found.time.shown) == ("昨晚十点", "2026年11月23日（周一）22时00分")


@pytest.mark.clause("5.2.2.1.1a")
def test_a_streets_matter_names_the_district_that_gets_a_copy() -> None:
    """You should see the street's office with its copy, and the district as the last way out."""
    found = suggest("望京楼道里堆满杂物没有人清理")
    assert units(found)[0] == "望京街道办事处"
    assert "同时送朝阳区人民政府督促协调" in found.units[0].because
    assert units(found)[-1] == "朝阳区人民政府"


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("请问新生儿落户需要什么手续", "咨询"),
        ("举报：有人偷偷排放废水，涉嫌违法，请查处", "举报"),
        ("建议在路口增设一处公共厕所", "建议"),
        ("求助：老人摔倒在家没有人管", "求助"),
        ("我要投诉物业，态度恶劣，多次反映没有人管", "投诉"),
    ],
)
@pytest.mark.clause("5.1.4.1f")
def test_the_type_of_the_five_is_suggested(text: str, type_: str) -> None:
    """You should see the type that the wording has, first."""
    assert suggest(text).type[0].value == type_


def test_what_the_claimant_calls_it_counts() -> None:
    """You should see the claimant's own word as the reason."""
    first = suggest("求助：楼下饭店油烟直排").type[0]
    assert first.value == "求助"
    assert first.because[0] == "诉求人称“求助”"


@pytest.mark.parametrize("text", ["", "x", "？？？", "\ud800", "a" * 30_000, "\x00"])
def test_a_text_that_says_nothing_suggests_no_place_and_breaks_nothing(text: str) -> None:
    """You should see no district, no time and no unit."""
    found = suggest(text, at=CALL)
    assert (found.place.district, found.times, found.units) == ("", (), ())


def test_a_landmark_tells_the_district_where_nothing_else_does() -> None:
    """You should see the district of 鸟巢 with a question; a district named in the text comes before it."""
    place = suggest("鸟巢附近公交车等了四十分钟不来").place
    assert (place.district, place.note) == ("朝阳区", "按“鸟巢”推断，请确认发生地")
    assert suggest("海淀区的路灯坏了，就是去鸟巢那条路").place.district == "海淀区"


@pytest.mark.clause("5.2.2.1.5")
def test_what_people_chose_comes_back_for_a_similar_request(house: House) -> None:
    """You should see the unit and the topic that a person chose before, with the earlier ticket's number."""
    told = "槐荫家园三号楼的信报箱被人撬坏了一排，没有人来修"
    before = house.suggester.suggest(told)
    assert "市邮政管理局" not in units(before)
    chosen = Decided(told, "信报箱坏了", "2026112400007", "市邮政管理局", "社区管理", "求助")
    assert house.suggester.learn([chosen, chosen]) == 2
    after = house.suggester.suggest("槐荫家园3号楼信报箱被撬坏一排，一直没有人来修")
    assert units(after)[0] == "市邮政管理局"
    assert after.units[0].because[0] == "与工单 2026112400007 相似"
    assert after.topic[0].value == "社区管理"
    assert after.type[0].value == "求助"
    assert "与工单 2026112400007 相似" in after.type[0].because
    other = house.suggester.suggest("请问新生儿怎样落户")
    assert all("相似" not in reason for each in other.units for reason in each.because)


def test_what_one_district_chose_holds_in_another(house: House) -> None:
    """You should see the same department of the other district."""
    told = "健身步道的塑胶鼓包开裂了"
    house.suggester.learn([Decided(f"东城区{told}", "", "2026112400008", "东城区教委")])
    found = house.suggester.suggest(f"西城区{told}")
    assert found.units[0].unit.name == "西城区教育委员会"


def test_what_was_said_is_not_kept_in_words(house: House) -> None:
    """You should see no word of the request in the file of choices."""
    house.suggester.learn([Decided("住在槐荫家园的王秀梅说信报箱坏了", "", "2026112400009", "市邮政管理局")])
    kept = b"".join(path.read_bytes() for path in house.home.root.glob("choices.db*"))
    assert b"2026112400009" in kept
    assert "王秀梅".encode() not in kept


def _sentences() -> Iterator[tuple[str, str, str]]:
    for region in Reference.load().regions:
        where = "" if region.is_district else region.district
        street = "" if region.is_district else region.name
        for form in ("市民反映{}一处路灯不亮", "我住{}，昨天停水", "{}的垃圾没有人清运，请处理"):
            yield form.format(where + region.name), region.district, street


@pytest.mark.clause("5.2.2.1.1a")
def test_all_districts_and_streets_are_read_from_sentences(house: House) -> None:
    """You should see each of the 16 districts and 343 streets, towns and townships, in three sentences each."""
    sentences = list(_sentences())
    assert len(sentences) == 3 * (16 + 343)
    for text, district, street in sentences:
        found = house.gazetteer.find(text)
        assert (found.district, found.street) == (district, street), text


def test_a_broken_model_is_told_of_and_the_shipped_one_used(house: House) -> None:
    """You should see suggestions all the same, and a sentence that names the file."""
    house.home.suggest_model.write_bytes(b"hotline-suggest 1\nbroken")
    assert house.suggester.suggest(GAS).topic[0].value == "供气"
    assert str(house.home.suggest_model) in house.suggester.learned.fault


def test_a_damaged_byte_of_a_model_is_noticed(house: House, tmp_path: Path) -> None:
    """You should see a sentence with the way out, whichever byte was damaged."""
    from console.suggest.learned import SHIPPED
    from console.suggest.model import Model, ModelError

    whole = SHIPPED.read_bytes()
    for at in (3, 20, 60, len(whole) // 2, len(whole) - 1):
        path = tmp_path / "damaged.model"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(ModelError, match="重新训练"):
            Model(path)
    with pytest.raises(ModelError, match="重新训练"):
        Model(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("对面楼冒黑烟，窗户里有火苗，有人在喊救命", "市消防救援总队"),
        ("朝阳区望京街道南湖东园122号楼冒黑烟", "市消防救援总队"),
        ("垃圾站烧起来了，黑烟很臭，熏得人睁不开眼", "市消防救援总队"),
        ("小区电动车棚着火了，物业没人管", "市消防救援总队"),
        ("工厂仓库爆炸，浓烟滚滚", "市消防救援总队"),
        ("路边的公交车自燃了", "市消防救援总队"),
        ("楼道里闻见煤气了，物业没人管", "北京市燃气集团"),
        ("饭店烟囱天天冒黑烟，油烟污染严重", "市生态环境局"),
        ("消防通道被堵，物业不管", "市消防救援总队"),
    ],
)
@pytest.mark.clause("5.2.2.1.5")
def test_a_danger_goes_first_to_the_unit_that_ends_it(text: str, first: str) -> None:
    """You should see a fire go to the fire brigade whatever else burns or smells, a leak to the gas company, and smoke
    from a chimney still to the environment's office."""
    assert units(suggest(text))[0] == first


@pytest.mark.clause("5.2.2.1.5")
def test_the_reason_names_the_words_of_the_danger() -> None:
    """You should see the words that say so among the reasons."""
    found = suggest("对面楼冒黑烟，窗户里有火苗").units[0]
    assert "“冒黑烟”“火苗”是险情，由其先行处置" in found.because


@pytest.mark.parametrize(
    "greeting",
    [
        "您好",
        "你好",
        "您好！",
        "喂，您好",
        "您好，麻烦您了",
        "大家好",
        "早上好",
        "你好你好",
        "谢谢您",
        "您好，您好，喂",
        "您好像没听懂",
    ],
)
@pytest.mark.clause("5.1.4.1f")
def test_a_greeting_suggests_no_type(house: House, greeting: str) -> None:
    """You should see no type with a greeting as its reason, and at the desk none at all before anything is told."""
    assert not any("好" in words for each in suggest(greeting).type for words in each.because)
    assert hints_for(house, Record(text=greeting), CALL).type == ""


@pytest.mark.parametrize("text", ["请问居住证到期后怎么续办", "举报有人偷排废水，请查处", "建议在路口增设公厕"])
@pytest.mark.clause("5.1.4.1f")
def test_a_greeting_before_it_changes_no_type(text: str) -> None:
    """You should see the same answers with and without 您好 in front."""
    alone, greeted = suggest(text), suggest(f"您好，{text}，谢谢您")
    assert [(each.value, round(each.score, 2)) for each in greeted.type] == [
        (each.value, round(each.score, 2)) for each in alone.type
    ]
