"""The pack of quality: the four items of 7.1.2.2 with their criteria, grades and who judges."""

from pathlib import Path

import pytest

from scripts.pack import SHIPPED, load_packs
from scripts.rubric import GRADES, ITEMS, MACHINE, complains

PACK = (SHIPPED / "quality.toml").read_text(encoding="utf-8")


@pytest.mark.clause("7.1.2.2a")
@pytest.mark.clause("7.1.2.2b")
@pytest.mark.clause("7.1.2.2c")
@pytest.mark.clause("7.1.2.2d")
def test_all_four_items_have_criteria_with_a_clause_a_grade_and_a_judge() -> None:
    """You should see each item of 7.1.2.2, danger to life as the gravest, and a part for people to judge."""
    packs, refused = load_packs(compile_all=True)
    assert not refused
    pack = packs.quality
    assert {each.item for each in pack.criteria} == set(ITEMS)
    assert all(packs.clauses.title(each.clause) for each in pack.criteria)
    assert [each.id for each in pack.criteria if each.grade == "critical"] == ["danger"]
    assert {each.id for each in pack.criteria if each.judge == "machine"} == set(MACHINE)
    assert {each.id for each in pack.criteria if each.judge == "person"} == {"manner", "true", "route"}


def test_what_deviations_leave_of_an_item() -> None:
    """You should see each grade's points taken off, and nothing left by a critical one."""
    pack = load_packs()[0].quality
    assert [pack.score([grade]) for grade in GRADES] == [0, 70, 90, 97]
    assert pack.score(["major", "moderate", "minor"]) == 57
    assert pack.score(["major"] * 5) == 0
    assert pack.score([]) == 100


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("刚才那个话务员态度很差", True),
        ("你们接线员不耐烦，还挂了电话", True),
        ("要投诉你们的接线员", True),
        ("社区工作人员态度差", False),
        ("话务员帮我登记过一次，路灯还是不亮", False),
    ],
)
def test_a_complaint_about_an_agent_is_known_by_its_words(text: str, found: bool) -> None:
    """You should see complaints about the hotline's own people, and none about others."""
    assert bool(complains(load_packs()[0].quality, text)) is found


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('id = "manner"', 'id = "greeting"', "重复"),
        ('clause = "5.1.3.4a"', 'clause = "9.9"', "9.9"),
        ('grade = "critical"', 'grade = "deadly"', "deadly"),
        ('label = "挂断前提示评价"', 'label = " "', "label"),
        ('id = "manner"\nitem = "phrases"\nlabel = "态度端正，倾听并引导表达"\nclause = "5.1.3.4a"\ngrade = "major"\n'
         'judge = "person"',
         'id = "manner"\nitem = "phrases"\nlabel = "态度"\nclause = "5.1.3.4a"\ngrade = "major"\njudge = "machine"',
         "机器只会判"),
        ('item = "dispatch"', 'item = "record"', "派单|dispatch"),
        ("critical = 100", "critical = 50", "100"),
        ("appeal_days = 7", "appeal_days = 0", "大于 0"),
        ("moderate = 10", "moderate = 40", "递减"),
    ],
)  # fmt: skip
def test_a_citys_broken_pack_is_refused_and_the_shipped_one_used(tmp_path: Path, old: str, new: str, why: str) -> None:
    """You should see which entry cannot be used and why."""
    assert old in PACK
    (tmp_path / "quality.toml").write_text(PACK.replace(old, new), encoding="utf-8")
    packs, refused = load_packs(tmp_path)
    assert len(refused) == 1
    assert any(part in str(refused[0]) for part in why.split("|"))
    assert packs.quality.source == str(SHIPPED / "quality.toml")
