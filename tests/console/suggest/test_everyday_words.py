"""Matters in the words that people use: the units whose duty they are, before the district's government (5.2.2.1.1)."""

import pytest

from console.suggest import suggest

LABOR, ENFORCEMENT, POLICE = "人力资源和社会保障局", "城市管理综合行政执法局", "市公安局"
EVERYDAY = [
    ("讨薪", LABOR),
    ("老板拖欠工资", LABOR),
    ("老板三个月不发工资", LABOR),
    ("工地半夜打桩", ENFORCEMENT),
    ("工地噪音太大睡不着", ENFORCEMENT),
    ("狗咬人", POLICE),
    ("小区里大型犬不拴绳", POLICE),
]


@pytest.mark.clause("5.2.2.1.1a")
@pytest.mark.parametrize(("told", "unit"), EVERYDAY)
def test_a_matter_is_found_by_its_everyday_words(told: str, unit: str) -> None:
    """You should see the city's unit without a place, the district's own beside it where it has one, and the duty why."""
    (city, *_) = suggest(told).units
    assert city.unit.name.endswith(unit)
    assert not city.unit.district
    own, other = suggest(f"朝阳区{told}").units[:2]
    named = {city.unit.name, f"朝阳区{unit}"} if unit != POLICE else {POLICE, "朝阳区人民政府"}
    assert {own.unit.name, other.unit.name} == named
    assert "职责含" in own.because[0]


@pytest.mark.clause("5.2.2.1.1a")
def test_a_building_site_is_also_the_building_authoritys() -> None:
    """You should see both units that have to do with it, the one for its noise first."""
    named = [each.unit.name for each in suggest("工地半夜打桩").units]
    assert named == ["市城市管理综合行政执法局", "市住房和城乡建设委员会"]
