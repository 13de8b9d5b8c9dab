"""The word table of an installation: whose names are in it, and what ``hotline verify`` says of it."""

from pathlib import Path

import pytest

from console.house import House
from kb.articles import Article
from kb.names import place_words
from kb.segment import words_version


@pytest.mark.clause("6.3.2")
def test_articles_are_found_by_the_names_of_streets_and_units(cli_home: Path, clock) -> None:
    """You should see an installation's knowledge base know the streets and units of its tables as words."""
    house = House(cli_home, clock)
    house.kb.import_articles(
        [
            Article(
                id=f"a-{number}", title=title, body="办理时间", topic="政务", owner="各街道", source_kind="公共服务"
            )
            for number, title in enumerate(["永定门外街道便民大厅", "北新桥街道便民大厅", "东城区教委接待室"])
        ]
    )
    found = {text: house.kb.search(text)[0].id for text in ("永定门外", "北新桥街道在哪", "教委接待")}
    assert house.kb.words_version == words_version(names=place_words(house.reference))
    house.close()
    assert found == {"永定门外": "a-0", "北新桥街道在哪": "a-1", "教委接待": "a-2"}


def test_verify_says_why_the_word_table_is_not_kept(hotline, cli_home: Path) -> None:
    """You should see the folder, the reason and the way out, and no such finding once the folder is private again."""
    hotline("kb", "stats")
    (cli_home / "cache").chmod(0o777)
    ran = hotline("verify")
    assert ran.code != 0
    assert f"词表无法保存到 {cli_home / 'cache'}：别人也能写这个目录" in ran.out
    assert "检索照常" in ran.out
    assert "改正该目录的权限" in ran.out
    (cli_home / "cache").chmod(0o700)
    assert hotline("verify").code == 0
