"""``hotline standard``: the checklist as a table, joined with the tests that hold each behaviour."""

import re
from pathlib import Path

import pytest

from console.coverage import ROOT, Behaviour, CoverageError, Line, coverage, load_behaviours, marked_tests

CHECKLIST = ROOT.parent / "shared" / "standard" / "checklist.md"


@pytest.fixture(scope="module")
def lines() -> dict[str, Line]:
    """The table with the tests as they stand, by the behaviours' ids: reading every test takes half a second."""
    return {line.id: line for line in coverage(load_behaviours())}


def test_every_mark_of_the_tests_names_a_clause_of_the_table() -> None:
    """You should see no test that claims to hold a clause nobody knows."""
    known = {mark for behaviour in load_behaviours() for mark in (behaviour.clause, *behaviour.marks)}
    strangers = [(clause, test) for clause, test in marked_tests() if clause not in known]
    assert strangers == []


def test_every_place_named_exists() -> None:
    """You should see that what is said to show a behaviour is there."""
    lost = [(b.id, place) for b in load_behaviours() for place in b.where if not (ROOT / place).is_file()]
    assert lost == []


@pytest.mark.skipif(not CHECKLIST.exists(), reason="needs ../shared/standard/checklist.md")
def test_the_table_has_every_line_of_the_checklist_and_no_other() -> None:
    """You should see each id of the checklist once, with its clause as printed there."""
    text = CHECKLIST.read_text(encoding="utf-8")
    printed = dict(re.findall(r"^\| ([A-Z]{0,2}\d+) \| ([^|]+?) \|", text, re.M))
    drawn = {f"A{number}": "A.1" for number in range(1, 13)} | {f"DF{number}": "D" for number in range(1, 5)}
    assert {b.id: b.clause for b in load_behaviours()} == printed | drawn


@pytest.mark.parametrize(
    "behaviour_id", [*(f"B{n}" for n in range(1, 14)), *(f"C{n}" for n in range(1, 9)), "DF1", "DF2", "DF3", "DF4"]
)
def test_the_phrases_of_a_call_and_the_elements_are_held(lines: dict[str, Line], behaviour_id: str) -> None:
    """You should see a test behind each of B1–B13, C1–C8 and the form."""
    assert lines[behaviour_id].state == "held"


@pytest.mark.parametrize(
    "behaviour_id", ["92", *map(str, range(73, 84)), *map(str, range(111, 124)), *(f"B{n}" for n in range(17, 23))]
)
def test_evaluation_callback_and_assessment_are_held(lines: dict[str, Line], behaviour_id: str) -> None:
    """You should see a test behind each line of 5.3, 5.4, 7.1.2, 7.1.3, 7.2 and B.4, and behind training (6.3.2)."""
    assert lines[behaviour_id].state == "held"


def test_training_is_held_by_practice(lines: dict[str, Line]) -> None:
    """You should see that 6.3.2, which names five functions, is held for training too, by tests of practice."""
    assert any("practice" in test for test in lines["92"].tests)
    assert any(place.startswith("console/practice/") for place in lines["92"].where)


@pytest.mark.clause("C")
def test_a_tests_clause_counts_only_for_what_is_built(tmp_path: Path) -> None:
    """You should see held, built and missing told apart, by decorator, class, module and parameter marks."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_some.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.clause('M')]\n"
        "@pytest.mark.clause('1.1')\n@pytest.mark.clause('1.2')\ndef test_a(): ...\n"
        "@pytest.mark.clause('1.3')\nclass TestB:\n    async def test_c(self): ...\n    def helper(self): ...\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.clause('1.4'))])\ndef test_d(x): ...\n",
        encoding="utf-8",
    )
    found = set(marked_tests(tmp_path))
    assert {(clause, test.partition("::")[2]) for clause, test in found if clause != "M"} == {
        ("1.1", "test_a"),
        ("1.2", "test_a"),
        ("1.3", "TestB::test_c"),
        ("1.4", "test_d"),
    }
    assert len([clause for clause, _ in found if clause == "M"]) == 3

    def behaviour(number: str, clause: str, *where: str) -> Behaviour:
        return Behaviour(number, clause, "M", "con", "…", where)

    table = [behaviour("1", "1.1", "x.py"), behaviour("2", "9.9", "x.py"), behaviour("3", "1.1")]
    assert [line.state for line in coverage(table, tmp_path)] == ["held", "built", "missing"]
    assert [line.state for line in coverage(table, tmp_path / "nowhere")] == ["built", "built", "missing"]


def test_a_table_with_a_repeated_id_is_refused(tmp_path: Path) -> None:
    """You should see the id that stands twice."""
    entry = '[[behaviours]]\nid = "X1"\nclause = "1"\nstrength = "M"\nscope = "con"\nwhat = "…"\n'
    (tmp_path / "b.toml").write_text(entry * 2, encoding="utf-8")
    with pytest.raises(CoverageError, match="X1"):
        load_behaviours(tmp_path / "b.toml")
    (tmp_path / "b.toml").write_text("[[behaviours]", encoding="utf-8")
    with pytest.raises(CoverageError, match=r"b\.toml"):
        load_behaviours(tmp_path / "b.toml")


def test_the_command_prints_the_table(hotline) -> None:
    """You should see every behaviour with its state, places and tests, and with --missing only what is to come."""
    table = hotline("standard", "--json", home=None).json
    assert len(table) == len(load_behaviours())
    by_id = {line["id"]: line for line in table}
    assert by_id["B3"]["state"] == "held"
    assert any("test_cli_greeting" in test for test in by_id["B3"]["tests"])
    missing = hotline("standard", "--missing", "--json", home=None).json
    assert missing
    assert {line["state"] for line in missing} == {"missing"}
    text = hotline("standard", home=None).out
    assert "有测试" in text
    assert "5.1.4.1 注1" in text
    assert "1 note" not in text
    assert f"共 {len(table)} 项" in text
