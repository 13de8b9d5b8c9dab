"""Articles on the command line: drafts, a dry run, who checked, what wants looking at."""

import json
from pathlib import Path

import pytest

from console.house import House
from data.clock import FixedClock
from data.people import Actor

ARTICLE = {
    "id": "a1",
    "title": "路灯报修",
    "body": "路灯不亮可以拨打热线报修，说明路名和灯杆编号。",
    "topic": "城市运行",
    "owner": "不在表里的单位",
    "source_kind": "流程",
    "checked_on": "2024-01-01",
    "related": ["a9"],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one good and one faulty article."""
    path = tmp_path / "a.jsonl"
    rows = (ARTICLE, ARTICLE | {"id": "a2", "body": ""})
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.mark.clause("6.3.4")
def test_imported_articles_are_found_but_nobody_is_answered_with_them(hotline, file: Path) -> None:
    """You should see the good row wait to be checked, with the way to put it live named, and the faulty one told of."""
    ran = hotline("kb", "import", file, "--json")
    assert (ran.code, ran.json["added"], ran.json["drafts"]) == (1, 1, True)
    assert [each["line"] for each in ran.json["refused"]] == [2]
    assert "--checked-by" in ran.err
    (hit,) = hotline("kb", "search", "路灯", "--json").json
    assert (hit["id"], hit["standing"], hit["expired"]) == ("a1", "未核对", True)
    assert hotline("kb", "stats", "--json").json["drafts"] == 1
    assert hotline("kb", "import", file, "--json").json["unchanged"] == 1
    assert [each["id"] for each in hotline("kb", "search", "路灯", "--json").json] == ["a1"]


@pytest.mark.clause("6.3.4")
def test_a_checker_puts_them_live_unless_they_are_the_author_or_no_editor(hotline, checked, file: Path) -> None:
    """You should see the article found once a second, named person vouches for it, and nothing stored before."""
    for author, why in ((("--agent", "6001"), "不能核对自己写的"), ((), "请用 --agent 工号 写明")):
        ran = hotline("kb", "import", file, *author, "--checked-by", "6001")
        assert ran.code == 1
        assert why in ran.err
    hotline("user", "add", "1001", "--role", "话务员", "--password-stdin", stdin="12345678\n")
    assert "不是知识管理员" in hotline("kb", "import", file, "--agent", "3001", "--checked-by", "1001").err
    assert "4711" in hotline("kb", "import", file, "--checked-by", "4711").err
    assert hotline("kb", "stats", "--json").json["articles"] == 0
    ran = hotline("kb", "import", file, *checked, "--json")
    assert (ran.json["added"], ran.json["drafts"]) == (1, False)
    assert [hit["id"] for hit in hotline("kb", "search", "路灯", "--json").json] == ["a1"]


@pytest.mark.clause("6.3.1")
def test_a_check_of_tomorrow_is_refused_and_none_is_today(hotline, checked, tmp_path: Path, clock: FixedClock) -> None:
    """You should see a 核对日期 in the future refused by its line, and an article without one dated the day it goes live."""
    path = tmp_path / "b.jsonl"
    rows = (ARTICLE | {"checked_on": "2039-01-01"}, ARTICLE | {"id": "a2", "checked_on": None})
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    for options in ((), checked):
        ran = hotline("kb", "import", path, *options, "--json")
        assert [(each["line"], "在今天之后" in each["reason"]) for each in ran.json["refused"]] == [(1, True)]
    (hit,) = hotline("kb", "search", "路灯", "--json").json
    assert (hit["id"], hit["checked_on"]) == ("a2", clock.now().date().isoformat())
    clock.advance(86_400)
    again = hotline("kb", "import", path, *checked, "--json").json
    assert (again["changed"], again["unchanged"]) == (0, 1)


@pytest.mark.clause("6.3.4")
def test_an_update_leaves_the_version_in_force_and_says_so(hotline, checked, file: Path) -> None:
    """You should see an update told of as a draft, and the version before found until it is passed."""
    hotline("kb", "import", file, *checked)
    file.write_text(json.dumps(ARTICLE | {"title": "新的标题"}, ensure_ascii=False), encoding="utf-8")
    ran = hotline("kb", "import", file)
    assert "更新 1 篇已作为草稿待核，已核对过的文章现行版本照用" in ran.err
    assert "能查到" not in ran.err
    assert [hit["title"] for hit in hotline("kb", "search", "路灯", "--json").json] == ["路灯报修"]


@pytest.mark.parametrize("live", [False, True])
def test_a_dry_run_stores_nothing_and_tells_the_same(hotline, checked, file: Path, live: bool) -> None:
    """You should see the same counts and refusals as of the import after it, also of an article without 核对日期."""
    undated = {name: value for name, value in ARTICLE.items() if name != "checked_on"} | {"id": "a3"}
    with file.open("a", encoding="utf-8") as out:
        out.write("\n" + json.dumps(undated, ensure_ascii=False))
    option = checked if live else ()
    dry = hotline("kb", "import", file, "--dry-run", *option, "--json").json
    stats = hotline("kb", "stats", "--json").json
    assert (dry["dry_run"], stats["articles"], stats["drafts"]) == (True, 0, 0)
    real = hotline("kb", "import", file, *option, "--json").json
    assert dry | {"dry_run": False} == real
    assert hotline("kb", "import", file, "--dry-run", *option, "--json").json["unchanged"] == 2


@pytest.mark.clause("6.3.1")
def test_a_check_names_what_wants_looking_at(hotline, checked, file: Path) -> None:
    """You should see the article as stale, unowned and unread, and its link to nothing; nothing on an empty base."""
    assert "没有要处理的文章" in hotline("kb", "check").out
    hotline("kb", "import", file, *checked)
    found = hotline("kb", "check", "--json").json
    for ailment in ("stale", "unowned", "unread"):
        assert [each["id"] for each in found[ailment]] == ["a1"]
    assert (found["expired"], found["soon"]) == ([], [])
    assert found["broken_links"] == [{"id": "a1", "missing": "a9"}]
    assert "久未核对" in hotline("kb", "check").out


@pytest.mark.clause("6.3.1")
def test_a_file_that_is_not_taken_is_named_once_with_one_way_out(hotline, tmp_path: Path) -> None:
    """You should see one sentence for a missing file, a folder and a file of another kind, each in Chinese."""
    for name, words in (("nofile.csv", "没有这个文件"), ("", "这是一个目录"), ("a.txt", "不支持“.txt”文件")):
        path = tmp_path / name
        ran = hotline("kb", "import", path)
        assert ran.code == 1
        assert words in ran.err
        assert (ran.err.count(str(path)), ran.err.count("请")) == (1, 1)
    assert hotline("kb", "import", "").code == 2


def test_an_unused_column_is_told_and_the_rows_taken(hotline, tmp_path: Path) -> None:
    """You should see the unknown key named in the report, as text and as JSON."""
    path = tmp_path / "b.jsonl"
    path.write_text(json.dumps(ARTICLE | {"作废日期": "2026-12-31"}, ensure_ascii=False), encoding="utf-8")
    ran = hotline("kb", "import", path)
    assert (ran.code, "没有用到的列：作废日期；" in ran.out) == (0, True)
    assert hotline("kb", "import", path, "--json").json["unused"] == ["作废日期"]


def test_a_place_that_cannot_be_written_to_is_told(hotline, tmp_path: Path) -> None:
    """You should see a missing folder called so by an export, and no folder at all refused as wrong usage by publishing."""
    ran = hotline("kb", "export", tmp_path / "nowhere" / "a.csv")
    assert (ran.code, f"没有目录 {tmp_path / 'nowhere'}" in ran.err) == (1, True)
    ran = hotline("kb", "publish", "")
    assert (ran.code, "没有写发布到哪个目录" in ran.err) == (2, True)


@pytest.mark.clause("6.3.1")
def test_misses_are_told_by_frequency(hotline, cli_home: Path, clock: FixedClock) -> None:
    """You should see what the call desk looked for in vain, the most frequent first."""
    assert hotline("kb", "misses", "--json").json == []
    house = House(cli_home, clock)
    for text in ("养犬证", "充电桩报装", "充电桩 报装"):
        house.upkeep.reports.add("未命中", text, Actor("1001"))
    house.close()
    found = hotline("kb", "misses", "--json").json
    assert [(each["text"], each["times"]) for each in found] == [("充电桩 报装", 2), ("养犬证", 1)]
    assert "养犬证" in hotline("kb", "misses").out
