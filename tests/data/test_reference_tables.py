"""The reference tables of Beijing, and what is said about a faulty one."""

import csv
import time
from collections import Counter
from pathlib import Path

import pytest

from data.reference import CHANNELS, UNIT_KINDS, Reference, load_regions, load_topics, load_units
from data.tables import SHIPPED, ReferenceTableError

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "beijing_divisions.csv"


@pytest.fixture(scope="module")
def beijing() -> Reference:
    return Reference.load()


def test_the_regions_are_those_of_the_official_list(beijing: Reference) -> None:
    """You should see the 16 districts and 343 streets, towns and townships, code by code."""
    if not CASES.exists():
        pytest.skip(f"the official list is not at {CASES}")
    with CASES.open(encoding="utf-8", newline="") as file:
        official = list(csv.DictReader(file))
    parts = {(r.code, r.name, r.district) for r in beijing.regions if not r.is_district}
    assert parts == {(row["code"], row["name"], row["areaName"]) for row in official}
    assert {(r.code, r.name) for r in beijing.regions if r.is_district} == {
        (row["areaCode"], row["areaName"]) for row in official
    }
    assert len(parts) == 343


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("什刹海街道", {"shichahai", "shishahai"}, {"sch", "ssh"}),
        ("大栅栏街道", {"dashilan", "dazhalan"}, {"dsl", "dzl"}),
        ("朝阳区", {"chaoyang"}, {"cy"}),
        ("朝阳门街道", {"chaoyangmen"}, {"cym"}),
        ("长阳镇", {"changyang"}, {"cy"}),
        ("长子营镇", {"zhangziying", "changziying"}, {"zzy", "czy"}),
        ("佛子庄乡", {"fozizhuang"}, {"fzz"}),
        ("垡头街道", {"fatou"}, {"ft"}),
        ("漷县镇", {"huoxian"}, {"hx"}),
        ("南独乐河镇", {"nandulehe"}, {"ndlh"}),
        ("马家堡街道", {"majiapu", "majiabao"}, {"mjp", "mjb"}),
    ],
)
def test_keys_follow_the_local_reading(beijing: Reference, name: str, pinyin: set[str], initials: set[str]) -> None:
    """You should see each local reading among the keys, and no key of a wrong one."""
    region = next(r for r in beijing.regions if r.name == name)
    assert all(any(key.startswith(wanted) for key in region.pinyin) for wanted in pinyin)
    assert all(any(key.startswith(wanted) for wanted in pinyin) for key in region.pinyin)
    assert all(any(key.startswith(wanted) for wanted in initials) for key in region.initials)


def test_colloquial_names_are_known(beijing: Reference) -> None:
    """You should see the names people use leading to the official ones."""
    by_alias = {alias: r.name for r in beijing.regions for alias in r.aliases}
    assert by_alias["望京"] == "望京街道"
    assert by_alias["回龙观"] == "回龙观街道"
    assert by_alias["常营地区"] == "常营回族乡"
    assert by_alias["崇文区"] == "东城区"
    assert [r.name for r in beijing.regions if "天通苑" in r.aliases] == ["天通苑北街道", "天通苑南街道"]


@pytest.mark.clause("3.6")
def test_units_are_of_every_kind_of_the_definition(beijing: Reference) -> None:
    """You should see district governments, departments, streets and towns, mandated bodies and companies."""
    kinds = Counter(unit.kind for unit in beijing.units)
    assert set(kinds) == set(UNIT_KINDS)
    assert kinds["区政府"] == 16
    assert kinds["街道乡镇"] == 343
    assert kinds["市部门"] + kinds["授权组织"] + kinds["公共服务企业"] >= 45


@pytest.mark.clause("3.6")
def test_the_office_of_a_street_or_town_is_named_as_law_names_it(beijing: Reference) -> None:
    """You should see 办事处 for a street and 人民政府 for a town or township, with its area."""
    offices = {unit.name: unit for unit in beijing.units if unit.kind == "街道乡镇"}
    assert offices["望京街道办事处"].district == "朝阳区"
    assert offices["望京街道办事处"].street == "望京街道"
    assert "沙河镇人民政府" in offices
    assert "常营回族乡人民政府" in offices


@pytest.mark.clause("3.6")
def test_units_of_one_name_are_told_apart_by_their_district(beijing: Reference, tmp_path: Path) -> None:
    """You should see the district before the name where two have an office of it, and no name twice in any table."""
    both = ["朝阳区八里庄街道办事处", "海淀区八里庄街道办事处"]
    assert [unit.name for unit in beijing.units if "八里庄街道办事处" in (unit.name, *unit.aliases)] == both
    assert beijing.named_with_district("八里庄街道办事处") == both
    assert beijing.named_with_district("望京街道办事处") == []
    assert len({unit.name for unit in beijing.units}) == len(beijing.units)
    table = tmp_path / "units.csv"
    rows = [f"u{at},水务所,区部门,{of},,,,系统,,x,x" for at, of in enumerate(("朝阳区", "海淀区"))]
    table.write_text("\n".join(["id,name,kind,district,aliases,duties,examples,channel,phone,pinyin,initials", *rows]))
    assert [unit.name for unit in load_units(beijing.regions, table)] == ["朝阳区水务所", "海淀区水务所"]
    with table.open("a") as file:
        file.write("\nu2,朝阳区水务所,区部门,,,,,系统,,x,x\n")
    with pytest.raises(ReferenceTableError, match="“朝阳区水务所”有误：2 个单位同名"):
        load_units(beijing.regions, table)


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_every_unit_has_a_way_of_dispatch_and_an_own_id(beijing: Reference) -> None:
    """You should see a channel on each unit, no id twice, and typing keys for all."""
    assert {unit.channel for unit in beijing.units} <= set(CHANNELS)
    assert len({unit.id for unit in beijing.units}) == len(beijing.units)
    assert all(unit.pinyin and unit.initials for unit in beijing.units)


@pytest.mark.clause("5.1.2.1")
def test_the_top_topics_are_the_five_scopes(beijing: Reference) -> None:
    """You should see the five scopes of acceptance in the standard's order, each with topics below it."""
    tops = [topic.name for topic in beijing.topics if topic.name == topic.scope]
    assert tops == ["经济发展", "城市运行", "基层治理", "公共服务", "民生需求"]
    assert all(sum(topic.scope == top for topic in beijing.topics) > 4 for top in tops)
    assert all(topic.words for topic in beijing.topics if topic.name != topic.scope)


def test_loading_takes_a_moment_only() -> None:
    """You should see all tables loaded in well under what a person notices (measured: 5 ms)."""
    started = time.process_time()
    Reference.load()
    assert time.process_time() - started < 0.2


def test_a_city_replaces_one_table_and_keeps_the_others(tmp_path: Path) -> None:
    """You should see the city's own topics beside the shipped regions."""
    (tmp_path / "topics.csv").write_text(
        "\ufeffscope,name,words,pinyin,initials\n渔业,渔业,,yuye,yy\n", encoding="utf-8"
    )
    reference = Reference.load(tmp_path)
    assert [topic.name for topic in reference.topics] == ["渔业"]
    assert len(reference.regions) == 359


REGIONS = (
    "code,name,district,kind,aliases,common,pinyin,initials\n1,甲区,,区,甲,,jiaqu,jq\n2,乙镇,甲区,镇,,,yizhen,yz\n"
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("code,", "Code,", r"第1行.*表头应为"),
        ("2,乙镇", "1,乙镇", r"第3行“乙镇”.*编码“1”重复"),
        ("2,乙镇", ",乙镇", r"第3行“乙镇”.*缺少 code"),
        ("2,乙镇,甲区", "2,乙镇,丙区", r"第3行“乙镇”.*“丙区”不在表中"),
        ("镇,,,yizhen", "村,,,yizhen", r"第3行.*kind 应为区、街道、镇、乡之一，现为“村”"),
        ("yizhen", "", r"第3行.*pinyin 应为小写字母"),
        ("yz", "Y Z", r"第3行.*initials 应为小写字母"),
        ("镇,,,yizhen", "镇,,丁,yizhen", r"第3行.*common 中的“丁”"),
        ("yz\n", "yz\n3,乙镇,甲区,镇,,,yizhen,yz\n", r"第4行.*重复"),
        (",yz\n", "\n", r"第3行.*应有 8 列，现有 7 列"),
    ],
)
def test_a_faulty_region_is_refused_with_file_line_and_reason(tmp_path: Path, old: str, new: str, message: str) -> None:
    """You should see which file, which line and why."""
    path = tmp_path / "regions.csv"
    path.write_text(REGIONS.replace(old, new), encoding="utf-8")
    with pytest.raises(ReferenceTableError, match=message) as caught:
        load_regions(path)
    assert "“regions.csv”" in str(caught.value)


UNITS = (
    "id,name,kind,district,aliases,duties,examples,channel,phone,pinyin,initials\n"
    "a,甲局,市部门,,,,,系统,12333,jiaju,jj\n"
    "*b,{区}局,区部门,,,,,系统,,ju,j\n"
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("市部门", "部门", r"第2行“甲局”.*kind 应为"),
        ("系统,12333", "信鸽,12333", r"第2行“甲局”.*channel 应为系统、邮箱、其他之一"),
        ("12333", "打电话", r"第2行“甲局”.*电话“打电话”应为数字"),
        ("市部门,", "市部门,丙区", r"“丙区”不在区域表中"),
        ("*b", "*a", r"第3行.*id“a”重复"),
        ("{区}局", "区局", r"第3行.*模板的名称应以{区}开头"),
        ("*b,{区}局", "b,甲局", r"第3行.*名称“甲局”重复"),
    ],
)
def test_a_faulty_unit_is_refused_with_file_line_and_reason(
    tmp_path: Path, beijing: Reference, old: str, new: str, message: str
) -> None:
    """You should see which line of the unit table cannot be used, and why."""
    path = tmp_path / "units.csv"
    path.write_text(UNITS.replace(old, new), encoding="utf-8")
    with pytest.raises(ReferenceTableError, match=message):
        load_units(beijing.regions, path)


def test_a_topic_outside_its_scope_and_an_unreadable_file_are_refused(tmp_path: Path) -> None:
    """You should see a sentence for a topic whose scope has no row, for a wrong encoding and for an empty table."""
    path = tmp_path / "topics.csv"
    path.write_text("scope,name,words,pinyin,initials\n渔业,捕鱼,,buyu,by\n", encoding="utf-8")
    with pytest.raises(ReferenceTableError, match=r"第2行“捕鱼”.*应先单独占一行"):
        load_topics(path)
    path.write_text("scope,name,words,pinyin,initials\n", encoding="utf-8")
    with pytest.raises(ReferenceTableError, match="没有任何主题"):
        load_topics(path)
    path.write_bytes((SHIPPED / "topics.csv").read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(ReferenceTableError, match="无法读取"):
        load_topics(path)
