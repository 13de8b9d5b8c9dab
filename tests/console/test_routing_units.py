"""Suggesting the unit of a ticket, with the reason."""

import pytest

from console.routing import Route, Suggestion, copy_for, fallback_unit, suggest_units
from data.reference import Reference

BEIJING = Reference.load()


def route(title: str, district: str = "", street: str = "", text: str = "") -> Route:
    return suggest_units(text, district, street, BEIJING.units, title=title)


def first(title: str, district: str = "", street: str = "", text: str = "") -> Suggestion:
    return route(title, district, street, text).suggestions[0]


@pytest.mark.clause("5.2.2.1.1a")
@pytest.mark.parametrize(
    ("title", "district", "unit"),
    [
        ("楼道里有煤气味怀疑燃气泄漏", "海淀区", "北京市燃气集团"),
        ("家里突然停水", "", "北京市自来水集团"),
        ("公交车甩站不停", "", "北京公共交通控股（集团）有限公司"),
        ("社保断缴怎么补", "", "市人力资源和社会保障局"),
        ("租房怎样提取公积金", "", "北京住房公积金管理中心"),
        ("孩子转学手续", "朝阳区", "朝阳区教育委员会"),
        ("工地夜间施工", "大兴区", "大兴区城市管理综合行政执法局"),
    ],
)
def test_a_clear_duty_leads_to_its_unit(title: str, district: str, unit: str) -> None:
    """You should see the unit whose duty the words name, first, with these words as the reason."""
    suggestion = first(title, district)
    assert suggestion.unit.name == unit
    assert suggestion.because[0].startswith("职责含“")
    assert suggestion.clause == "5.2.2.1.1a"


@pytest.mark.clause("5.2.2.1.1a")
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", "家里灶台漏气，味道飘到楼道里，居民楼里都能闻到"),
        ("楼道漏气", "住户家里漏气了，楼道都能闻到"),
        ("", "楼道里有煤气味，社区的人没来"),
    ],
)
def test_a_word_for_the_place_does_not_outweigh_the_matter(title: str, text: str) -> None:
    """You should see the gas company first for a leak in a flat, however often the stairwell is named."""
    assert first(title, "朝阳区", "望京街道", text).unit.name == "北京市燃气集团"


@pytest.mark.clause("5.2.2.1.1a")
def test_a_streets_matter_goes_to_the_street_and_a_copy_to_its_district() -> None:
    """You should see the street's office with the district government as the receiver of a copy."""
    suggestion = first("楼道堆物无人清理", "朝阳区", "望京街道")
    assert suggestion.unit.name == "望京街道办事处"
    assert suggestion.copy_to is not None
    assert suggestion.copy_to.name == "朝阳区人民政府"
    assert "同时送朝阳区人民政府督促协调" in suggestion.because


@pytest.mark.clause("5.2.2.1.1a")
def test_every_street_has_a_district_for_its_copy_and_no_other_unit_has() -> None:
    """You should see a copy for all 343 offices, to the government of their own district, and for nobody else."""
    for unit in BEIJING.units:
        copy_to = copy_for(unit, BEIJING.units)
        if unit.kind == "街道乡镇":
            assert copy_to is not None
            assert (copy_to.kind, copy_to.district) == ("区政府", unit.district)
        else:
            assert copy_to is None


@pytest.mark.clause("5.2.2.1.1b")
def test_without_a_unit_the_district_government_takes_it() -> None:
    """You should see the district government of the place when no duty fits, with the rule as the reason."""
    found = route("有一件说不清的怪事", "丰台区")
    assert [s.unit.name for s in found.suggestions] == ["丰台区人民政府"]
    assert found.suggestions[0].because == ("未能确定具体承办单位，派至诉求所属区的区人民政府",)
    assert found.suggestions[0].clause == "5.2.2.1.1b"


@pytest.mark.clause("5.2.2.1.1b")
def test_a_ticket_whose_unit_nobody_chose_goes_to_the_district_of_the_place() -> None:
    """You should see the district government by name, and nobody at all where the district is not known."""
    assert fallback_unit("丰台区", BEIJING) == ("丰台区人民政府", "未选定承办单位，派至诉求所属区的区人民政府")
    assert fallback_unit("", BEIJING) == ("", "所在区未确定，承办单位待派单员确定")


@pytest.mark.clause("5.2.2.1.1b")
def test_a_streets_matter_without_a_street_goes_to_the_district_and_says_why() -> None:
    """You should see that only the street is missing."""
    suggestion = first("楼道堆物无人清理", "昌平区")
    assert suggestion.unit.name == "昌平区人民政府"
    assert suggestion.because[0] == "属街道（乡镇）办理的事项，但所在街道（乡镇）未确定"


@pytest.mark.clause("5.2.2.1.1b")
def test_the_district_government_stays_in_reach_below_other_units() -> None:
    """You should see the fallback at the end of the list whenever the district is known."""
    found = route("路灯不亮", "朝阳区", "望京街道")
    assert found.suggestions[-1].unit.name == "朝阳区人民政府"
    assert len(found.suggestions) <= 5


def test_without_place_and_duty_it_asks_for_the_place() -> None:
    """You should see no unit and a sentence that says what to ask first."""
    found = route("有一件说不清的怪事")
    assert found.suggestions == ()
    assert found.reason == "所在区未确定，也没有与职责相符的单位；请先问清发生地所在的区"
    assert "单位表中没有某区的区政府" in route("怪事", "某区").reason


@pytest.mark.clause("5.2.2.1.5")
def test_words_of_the_title_weigh_more_and_units_of_other_places_stay_out() -> None:
    """You should see the title decide between two duties, and no unit of another district or street."""
    assert first("小区停电", text="顺便问一下社保").unit.name == "国网北京市电力公司"
    assert first("社保断缴", text="顺便说昨天停电").unit.name == "市人力资源和社会保障局"
    for suggestion in route("楼道堆物、餐馆油烟、学校噪声、路灯", "朝阳区", "望京街道").suggestions:
        assert suggestion.unit.district in ("", "朝阳区")
        assert suggestion.unit.street in ("", "望京街道")


def test_a_word_inside_a_longer_one_counts_once() -> None:
    """You should see only the longer duty word among the reasons."""
    assert first("燃气泄漏").because == ("职责含“燃气泄漏”",)
