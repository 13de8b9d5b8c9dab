"""New words ask for a new index; until it is made, the one before answers, with the cuts it was made with."""

import shutil
from pathlib import Path

import pytest

from data.clock import FixedClock
from kb import background, finder, keeper
from kb.jieba_code import jieba_code
from kb.search import KnowledgeBase
from kb.segment import WORDS_FILE, Segmenter
from kb.table import _named
from tests.kb.conftest import NOW, MakeArticle


@pytest.fixture
def own_cache(tmp_path: Path, cache: Path) -> Path:
    """The word table of this release, alone in a folder that the next release's may join."""
    segmenter = Segmenter(cache)
    segmenter.warm()
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    shutil.copy2(_named(cache, segmenter.version)[0], folder)
    return folder


@pytest.fixture
def newer(
    tmp_path: Path, starter: KnowledgeBase, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[KnowledgeBase, list[background.Request]]:
    """The same articles opened by a release with one word more, and what it asks to be made in the background.

    There are too many articles for an index to be made while somebody waits.
    """
    monkeypatch.setattr(finder, "SMALL", 0)
    monkeypatch.setattr(keeper, "SMALL", 0)
    asked: list[background.Request] = []
    monkeypatch.setattr(background, "start", asked.append)
    words = tmp_path / "words.txt"
    words.write_text(WORDS_FILE.read_text(encoding="utf-8") + "\n居住证怎么办\n", encoding="utf-8")
    return KnowledgeBase(starter.path, own_cache, FixedClock(NOW), words_file=words), asked


@pytest.mark.clause("6.3.2")
def test_the_index_before_answers_until_one_of_the_new_words_is_made(
    starter: KnowledgeBase, newer: tuple[KnowledgeBase, list[background.Request]]
) -> None:
    """You should see the answers of before at once, though one of the words asked for is new; then the new index."""
    base, asked = newer
    questions = ("居住证怎么办", "公积金", "停水", "jzz")
    before = {question: [hit.id for hit in starter.search(question)] for question in questions}
    assert all(before.values())
    base.warm()
    assert asked
    assert base.needs_rebuild
    assert {question: [hit.id for hit in base.search(question)] for question in questions} == before
    assert [hit.id for hit in base.suggest("居住证怎么办", "要去派出所吗")] == [
        hit.id for hit in starter.suggest("居住证怎么办", "要去派出所吗")
    ]
    base.rebuild()
    moment = base._finder.moment()
    assert moment.view is not None
    assert moment.view.about.words_version == base.words_version == moment.segmenter.version
    assert base.search("居住证怎么办")[0].id == before["居住证怎么办"][0]


@pytest.mark.clause("6.3.1")
def test_what_changed_after_the_index_before_is_found_as_it_stands(
    newer: tuple[KnowledgeBase, list[background.Request]], make: MakeArticle
) -> None:
    """You should see a new article and no withdrawn one, though nobody follows that index any more."""
    base, _ = newer
    first = base.search("居住证", 1)[0].article
    base.import_articles([make(id="new", title="鸵鸟养殖登记", body="到农业农村局登记。")])
    base.import_articles([make(id=first.id, title=first.title, body=first.body, withdrawn="已废止")])
    assert base.needs_rebuild
    assert [hit.id for hit in base.search("鸵鸟养殖")] == ["new"]
    found = {hit.id: hit for hit in base.search("居住证", 200)}
    assert not found[first.id].answerable
    assert first.id not in {hit.id for hit in base.suggest("居住证", "")}


def test_without_the_words_of_the_index_before_the_articles_are_read(
    newer: tuple[KnowledgeBase, list[background.Request]], own_cache: Path
) -> None:
    """You should see searches answered from the articles where the cache has lost the table, or other rules cut it."""
    base, _ = newer
    version = Segmenter(own_cache).version
    jieba, rules, digest = version.split(" / ")
    assert Segmenter.kept(own_cache, version) is not None
    assert Segmenter.kept(own_cache, f"{jieba} / {int(rules) - 1} / {digest}") is None
    for table in own_cache.glob("*.table"):
        table.unlink()
    assert Segmenter.kept(own_cache, version) is None
    assert base._finder.moment().view is None
    assert base.search("居住证")


def test_the_cuts_of_before_need_no_table_of_this_release(
    own_cache: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see a text cut as ever by a process that has opened no other table yet."""
    text = "他来到了网易杭研大厦"  # 杭研 is in no dictionary
    expected, version = Segmenter(cache).words(text), Segmenter(own_cache).version
    monkeypatch.setattr(jieba_code().finalseg, "emit_P", {})
    kept = Segmenter.kept(own_cache, version)
    assert kept is not None
    assert kept.words(text) == expected


def test_an_index_before_that_is_damaged_is_put_out_of_use(
    newer: tuple[KnowledgeBase, list[background.Request]],
) -> None:
    """You should see the articles read instead."""
    base, _ = newer
    for path in base._index.folder.glob("*.1/*"):
        path.write_bytes(b"rubbish" * 20)
    assert base._finder.moment().view is None
    assert base.search("居住证")
