"""Versions that stay, an index that follows its articles and its words, counts."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
import tantivy

from kb import keeper
from kb.articles import Article, ArticleError, KnowledgeError
from kb.index import View
from kb.search import BATCH, KnowledgeBase
from kb.segment import WORDS_FILE
from kb.starters import starter_articles

ROOT = Path(__file__).parents[2]


def integrity(base: KnowledgeBase) -> None:
    """Raise where the file is damaged, or its index holds other articles than it does."""
    connection = sqlite3.connect(base.path)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    view = caught_up(base)
    hits = view.searcher.search(tantivy.Query.all_query(), 1_000_000, count=False).hits
    numbers = view.searcher.fast_field_values("number", [address for _, address in hits])
    assert sorted(number for number in numbers if number) == list(range(1, base.stats().articles + 1))


def caught_up(base: KnowledgeBase) -> View:
    """The index once it has every change; a killed import may have left a process that still works at it."""
    end = time.monotonic() + 60
    while True:
        base.keep()
        view = base._keeper.view()
        if view is not None and view.about.reached == base._store.newest():
            return view
        assert time.monotonic() < end, (
            f"nobody brings the index {view and view.about} up to {base._store.newest()}; held: "
            f"{view and base._keeper.at_work(view)}; there: {sorted(p.name for p in base._index.folder.rglob('*'))}"
        )
        time.sleep(0.05)


@pytest.mark.clause("5.2.1")
@pytest.mark.clause("6.3.1")
def test_a_changed_article_is_a_new_version_and_the_old_one_stays(base: KnowledgeBase, make) -> None:
    """You should see what a caller was told in version 1 after the article says something else."""
    base.import_articles([make(body="十五个工作日办结。")], by="1001")
    base.import_articles([make(body="七个工作日办结。")], by="1002")
    assert base.get("a-1").version == 2
    assert base.get("a-1").body == "七个工作日办结。"
    assert base.get("a-1", 1).body == "十五个工作日办结。"
    assert [(v.version, v.stored_by) for v in base.versions("a-1")] == [(1, "1001"), (2, "1002")]
    assert base.versions("a-1")[0].stored_at.isoformat() == "2026-11-20T10:00:00+08:00"


@pytest.mark.clause("6.3.1")
def test_the_index_follows_a_change(base: KnowledgeBase, make) -> None:
    """You should see the new words find the article and the old ones no longer."""
    base.import_articles([make(title="鸵鸟饲养", body="旧的说法")])
    base.import_articles([make(title="居住登记", body="新的规定")])
    assert [hit.version for hit in base.search("居住登记")] == [2]
    assert base.search("鸵鸟") == []
    integrity(base)


def test_the_same_content_changes_nothing(base: KnowledgeBase, make) -> None:
    """You should see no new version where nothing changed, whatever version the file claims."""
    base.import_articles([make()])
    again = base.import_articles([make(version=9)])
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert len(base.versions("a-1")) == 1


def test_stored_versions_cannot_be_altered(base: KnowledgeBase, make) -> None:
    """You should see the database itself refuse to rewrite or drop a version."""
    base.import_articles([make()])
    connection = sqlite3.connect(base.path)
    for statement in ("UPDATE versions SET content = '{}'", "DELETE FROM versions"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(("id", "version"), [("none", None), ("a-1", 2), ("none", 1)])
def test_an_unknown_article_or_version_is_a_clear_refusal(base: KnowledgeBase, make, id: str, version: int) -> None:
    """You should see which article is not there."""
    base.import_articles([make()])
    with pytest.raises(KnowledgeError, match=f"没有文章“{id}”"):
        base.get(id, version)


def test_a_faulty_article_stores_nothing_of_its_batch(base: KnowledgeBase, make) -> None:
    """You should see none of the articles when one of them is refused."""
    with pytest.raises(ArticleError, match="责任单位"):
        base.import_articles([make(), make(id="a-2", owner="")])
    assert base.stats().articles == 0


@pytest.mark.clause("6.3.1")
def test_changed_words_ask_for_a_rebuild_and_get_it(tmp_path: Path, cache: Path, make) -> None:
    """You should see a new word find old articles, after the index was cut again."""
    words = tmp_path / "words.txt"
    shutil.copy(WORDS_FILE, words)
    before = KnowledgeBase(tmp_path / "kb.db", cache, words_file=words)
    before.import_articles([make(title="朝外某某里的规定", body="居住证")])
    assert not before.needs_rebuild
    words.write_text(words.read_text(encoding="utf-8") + "某某里\n", encoding="utf-8")
    after = KnowledgeBase(tmp_path / "kb.db", cache, words_file=words)
    assert after.needs_rebuild
    assert after.stats().needs_rebuild
    seen: list[tuple[int, int | None]] = []
    after.rebuild(lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]
    assert not after.needs_rebuild
    assert after.search("某某里")
    assert after.stats().words_version == after.words_version
    integrity(after)


def test_two_releases_on_one_file_keep_an_index_each(tmp_path: Path, cache: Path, make) -> None:
    """You should see each find what the other stored, and neither index made again."""
    words = tmp_path / "words.txt"
    words.write_text("某某里\n", encoding="utf-8")
    old, new = KnowledgeBase(tmp_path / "kb.db", cache), KnowledgeBase(tmp_path / "kb.db", cache, words_file=words)
    for turn, base in enumerate((old, new, old, new)):
        base.import_articles([make(id=f"a-{turn}", title=f"朝外某某里的规定{turn}")])
        assert [len(each.search("朝外", 9)) for each in (old, new)] == [turn + 1, turn + 1]
    for base in (old, new):
        assert not base.needs_rebuild
        integrity(base)
    assert {path.suffix for path in (tmp_path / "kb.db.index").iterdir() if path.is_dir()} == {".1"}


def test_a_search_after_the_words_changed_misses_nothing(tmp_path: Path, cache: Path, make) -> None:
    """You should see the article found by its new word with no command given."""
    KnowledgeBase(tmp_path / "kb.db", cache).import_articles([make(title="朝外某某里的规定")])
    words = tmp_path / "words.txt"
    words.write_text("某某里\n", encoding="utf-8")
    assert KnowledgeBase(tmp_path / "kb.db", cache, words_file=words).search("某某里")


def test_a_file_of_a_newer_release_is_refused(base: KnowledgeBase, cache: Path) -> None:
    """You should see that the program must be upgraded, and the file untouched."""
    connection = sqlite3.connect(base.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(KnowledgeError, match="请升级本程序"):
        KnowledgeBase(base.path, cache)


@pytest.mark.clause("6.3.2")
def test_counts_by_topic_owner_and_standing(base: KnowledgeBase, make) -> None:
    """You should see how many articles there are, whose they are and which are out of date."""
    base.import_articles(
        [
            make(),
            make(id="a-2", topic="社保", owner="市人社局", valid_until=date(2026, 1, 1), public=False),
            make(id="a-3", valid_from=date(2027, 1, 1), sample=True),
        ]
    )
    stats = base.stats()
    assert (stats.articles, stats.versions, stats.expired, stats.not_yet_valid) == (3, 3, 1, 1)
    assert (stats.samples, stats.public) == (1, 2)
    assert stats.by_topic == {"户籍": 2, "社保": 1}
    assert stats.by_owner == {"市公安局": 2, "市人社局": 1}
    assert stats.by_source_kind == {"流程": 3}
    assert stats.bytes > 0
    assert [article.id for article in base.articles()] == ["a-1", "a-2", "a-3"]


def run_import(path: Path, cache: Path, count: int) -> subprocess.Popen[bytes]:
    """Start a process that imports ``count`` articles into ``path``."""
    code = """
import sys
from pathlib import Path
from kb.articles import Article
from kb.search import BATCH, KnowledgeBase
articles = [Article(id=f"n-{n}", title=f"居住证第{n}条", body="到派出所办理居住证。", topic="户籍", owner="市公安局",
                    source_kind="流程") for n in range(int(sys.argv[3]))]
KnowledgeBase(Path(sys.argv[1]), Path(sys.argv[2])).import_articles(articles)
"""
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(cache), str(count)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_processes_import_into_one_file_at_once(base: KnowledgeBase, cache: Path) -> None:
    """You should see each article once, however many processes bring the same ones."""
    running = [run_import(base.path, cache, 300) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert (base.stats().articles, base.stats().versions) == (300, 300)
    integrity(base)


def test_a_killed_import_leaves_whole_batches(base: KnowledgeBase, cache: Path) -> None:
    """You should see a good index after a kill at any moment, and the rest after importing again."""
    for delay in (0.3, 0.5, 0.7, 0.9):
        process = run_import(base.path, cache, 3_000)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert base.stats().articles % BATCH == 0
        integrity(base)
    assert run_import(base.path, cache, 3_000).wait() == 0
    assert (base.stats().articles, base.stats().versions) == (3_000, 3_000)
    assert base.search("居住证第2999条")


@pytest.mark.clause("3.7")
def test_the_shipped_articles_can_be_stored_and_read_back(starter: KnowledgeBase) -> None:
    """You should see every shipped article in the store as it was shipped."""
    for article in starter_articles():
        stored = starter.get(article.id)
        assert (stored.title, stored.body, stored.sample, stored.version) == (article.title, article.body, True, 1)


def test_a_long_import_indexes_again_once_who_held_the_index_lets_go(base: KnowledgeBase, make) -> None:
    """You should see an editor's moment at the index cost an import one batch, not all its batches."""
    base.import_articles([make()])
    view = base._keeper.view()
    behind = []
    with ExitStack() as editor:
        assert editor.enter_context(keeper._locked(view.path / keeper.LOCK))

        def articles() -> Iterator[Article]:
            for number in range(3 * BATCH):
                if number % BATCH == 0:
                    behind.append(len(base._store.changed_since(base._keeper.view().about.reached)))
                if number == BATCH:
                    editor.close()
                yield make(id=f"n-{number}")

        base.import_articles(articles())
    assert behind == [0, BATCH, 0]


def test_asking_whether_somebody_is_at_the_index_keeps_nobody_from_it(base: KnowledgeBase, make) -> None:
    """You should see each of many attempts succeed while another session asks all the time."""
    base.import_articles([make()])
    view = base._keeper.view()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            base._keeper.at_work(view)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(2_000):
            with keeper._locked(view.path / keeper.LOCK) as got:
                assert got
    finally:
        done.set()
        asking.join()
    assert not base._keeper.at_work(view)
    with keeper._locked(view.path / keeper.LOCK):
        assert base._keeper.at_work(view)


def test_an_index_that_only_those_can_read_who_have_it_open_is_made_anew(base: KnowledgeBase, make) -> None:
    """You should see it caught up though what was open could neither be written nor was seen to be damaged."""
    base.import_articles([make()])
    (base._keeper.view().path / ".managed.json").write_text("rubbish", encoding="utf-8")
    base.import_articles([make(id="late", title="后来的通知")])
    base.keep()
    integrity(base)
    assert [hit.id for hit in base.search("后来的通知", 1)] == ["late"]
