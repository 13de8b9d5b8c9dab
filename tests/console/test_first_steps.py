"""A new installation says what it lacks and how to get it."""

import json
from pathlib import Path

import pytest

from console.house import House
from data.clock import FixedClock
from data.people import Actor, Role
from kb.articles import KnowledgeError
from kb.starters import starter_articles


@pytest.mark.parametrize("command", [("search", "暖气不热"), ("stats",)])
@pytest.mark.parametrize("option", [(), ("--json",)])
def test_an_empty_knowledge_base_says_how_to_fill_it(
    hotline, command: tuple[str, ...], option: tuple[str, ...]
) -> None:
    """You should see the command for the starter articles on standard error, and no word of it once they are there."""
    ran = hotline("kb", *command, *option)
    assert ran.code == 0
    assert "hotline kb import --starter" in ran.err
    assert "没有与" not in ran.err
    if option:
        assert ran.json is not None  # exactly one JSON value on standard output, all the same
    hotline("kb", "import", "--starter")
    assert hotline("kb", *command, *option).err == ""


@pytest.mark.clause("6.3.1")
def test_the_starter_articles_come_once_and_leave_a_citys_own_alone(hotline, checked, tmp_path: Path) -> None:
    """You should see all of them added, then none, and a corrected one as the city wrote it."""
    total = len(starter_articles())
    first = hotline("kb", "import", "--starter", "--json").json
    assert (first["read"], first["added"], first["refused"]) == (total, total, [])
    path = tmp_path / "own.jsonl"
    hotline("kb", "export", path)
    one = json.loads(path.read_text(encoding="utf-8").splitlines()[0]) | {"title": "本市改过的标题"}
    path.write_text(json.dumps(one), encoding="utf-8")
    assert hotline("kb", "import", path, *checked, "--json").json["changed"] == 1
    again = hotline("kb", "import", "--starter", "--json").json
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, total)
    assert "本市改过的标题" in hotline("kb", "search", "本市改过的标题").out


@pytest.mark.clause("6.3.4")
def test_the_starter_articles_answer_nobody_until_an_editor_passes_them(
    hotline, cli_home: Path, clock: FixedClock
) -> None:
    """You should see them found and marked 未核对, refused as an answer, and one that is passed checked on that day."""
    ran = hotline("kb", "import", "--starter")
    assert "待核" in ran.err or "核对通过" in ran.err
    hits = hotline("kb", "search", "护照", "--json").json
    assert {(hit["standing"], hit["checked_on"]) for hit in hits} == {("未核对", None)}
    house = House(cli_home, clock)
    with pytest.raises(KnowledgeError, match="核对"):
        house.kb.for_answer("churujing-01")
    draft = next(each for each in house.upkeep.drafts() if each.article.id == "churujing-01")
    house.upkeep.pass_check(draft, Actor("6001", roles=frozenset({Role.EDITOR})))
    answer = house.kb.for_answer("churujing-01")
    assert (answer.sample, answer.checked_on) == (True, clock.now().date())
    house.close()


@pytest.mark.clause("6.3.4")
def test_two_people_put_the_starter_articles_live(hotline, checked) -> None:
    """You should see them answer at once where one person brings and another has checked them."""
    assert hotline("kb", "import", "--starter", "--checked-by", "6001").code == 1
    assert hotline("kb", "stats", "--json").json["articles"] == 0
    assert hotline("kb", "import", "--starter", *checked, "--json").json["drafts"] is False
    assert {hit["standing"] for hit in hotline("kb", "search", "护照", "--json").json} == {"有效"}


def test_an_import_of_nothing_names_both_ways(hotline) -> None:
    """You should see wrong usage, with --starter named."""
    ran = hotline("kb", "import")
    assert ran.code == 2
    assert "--starter" in ran.err
