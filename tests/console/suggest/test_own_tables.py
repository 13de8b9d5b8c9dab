"""A city's own reference tables from the home folder, and what is said of broken ones."""

from pathlib import Path

import pytest

from console.house import House
from console.integrity import verify
from data.clock import FixedClock
from data.home import Home
from data.reference import load_landmarks, load_regions, load_units
from data.tables import ReferenceTableError

REGIONS = "code,name,district,kind,aliases,common,pinyin,initials\n1,鼓楼区,,区,鼓楼,,gulouqu,glq\n2,五凤街道,鼓楼区,街道,五凤,,wufengjiedao,wfjd\n"
LANDMARKS = "name,district,street,aliases\n三坊七巷,鼓楼区,五凤街道,南后街\n"


def open_with(home: Home, clock: FixedClock, **tables: str) -> House:
    for name, content in tables.items():
        path = home.reference / name.replace("_", ".")
        path.write_text(content, encoding="utf-8")
    return House(home.root, clock)


def findings(house: House) -> list[tuple[str, str, str]]:
    return [(each.thing, each.entry, each.problem) for each in verify(house, lambda done, total: None).findings]


def test_a_citys_tables_replace_the_shipped_ones(home: Home, clock: FixedClock) -> None:
    """You should see the city's districts, its landmarks and the units of its districts, and no finding."""
    house = open_with(home, clock, regions_csv=REGIONS, landmarks_csv=LANDMARKS)
    try:
        assert house.refused_tables == []
        assert house.gazetteer.find("南后街停水").district == "鼓楼区"
        assert house.suggester.suggest("五凤街道楼道堆满杂物").units[0].unit.name == "五凤街道办事处"
        assert house.gazetteer.find("朝阳区停水").district == ""
        assert findings(house) == []
    finally:
        house.close()


@pytest.mark.parametrize(
    ("table", "content", "entry", "reason"),
    [
        ("topics_csv", "scope,name,words,pinyin,initials\n渔业,捕鱼,,buyu,by\n", "第2行“捕鱼”", "应先单独占一行"),
        ("landmarks_csv", LANDMARKS, "第2行“三坊七巷”", "不在区域表中"),
        ("calendar_toml", "x = 1\n", "", "years"),
        ("unit_csv", "", "", "不是认识的参考表"),
    ],
)
def test_a_broken_table_is_refused_and_the_shipped_one_used(
    home: Home, clock: FixedClock, table: str, content: str, entry: str, reason: str
) -> None:
    """You should see file, line and reason from verify, and the shipped table in force."""
    house = open_with(home, clock, **{table: content})
    try:
        (found,) = findings(house)
        assert found[0] == table.replace("_", ".")
        assert found[1] == entry or not entry
        assert reason in found[2] or table == "calendar_toml"
        assert "未采用" in found[2]
        assert house.suggester.suggest("朝阳区望京街道楼道里有煤气味").topic[0].value == "供气"
    finally:
        house.close()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("名,鼓楼区,,\n", "至少要有两个字"),
        ("甲,乙区,,\n", "至少要有两个字"),
        ("三坊七巷,乙区,,\n", "“乙区”不在区域表中"),
        ("三坊七巷,,,\n", "“（空）”不在区域表中"),
        ("三坊七巷,鼓楼区,,\n南后街,鼓楼区,,三坊七巷\n", "第3行.*名称“三坊七巷”重复"),
    ],
)
def test_a_faulty_landmark_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """You should see line and reason."""
    (tmp_path / "regions.csv").write_text(REGIONS, encoding="utf-8")
    (tmp_path / "landmarks.csv").write_text("name,district,street,aliases\n" + content, encoding="utf-8")
    with pytest.raises(ReferenceTableError, match=message):
        load_landmarks(load_regions(tmp_path / "regions.csv"), tmp_path / "landmarks.csv")


UNITS = (
    "id,name,kind,district,aliases,duties,examples,channel,phone,pinyin,initials,hours,mailbox\n"
    "a,甲局,市部门,,,,,邮箱,12333,jiaju,jj,工作日 09:00-17:30,jia@example.gov.cn\n"
)


@pytest.mark.clause("5.2.2.1.1¶ [.1.2]")
def test_a_unit_has_its_mailbox_and_its_hours(tmp_path: Path) -> None:
    """You should see both read, in any order of the columns; without the columns they are empty."""
    path = tmp_path / "units.csv"
    path.write_text(UNITS, encoding="utf-8")
    (unit,) = load_units((), path)
    assert (unit.mailbox, unit.hours) == ("jia@example.gov.cn", "工作日 09:00-17:30")
    for old, new, message in (
        ("工作日 09:00-17:30", "白天", "值班时间“白天”应如"),
        ("jia@example", "jia", "不是邮件地址"),
        (",hours,mailbox", ",hours,hours", "表头应为"),
    ):
        path.write_text(UNITS.replace(old, new), encoding="utf-8")
        with pytest.raises(ReferenceTableError, match=message):
            load_units((), path)
