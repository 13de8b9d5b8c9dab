"""The search index on the command line: said what is wrong with it, and made again."""

import shutil
from pathlib import Path

import pytest
import tantivy


@pytest.fixture
def filled(hotline, cli_home: Path) -> Path:
    """A home with the shipped articles; returns the folder of their index."""
    assert hotline("kb", "import", "--starter").code == 0
    assert hotline("verify").code == 0
    return cli_home / "kb.db.index"


@pytest.mark.clause("6.3.1")
def test_articles_that_the_index_lost_are_found_out_and_brought_back(hotline, filled: Path) -> None:
    """You should see how many it lacks and the way out, and after that nothing."""
    (index,) = (path for path in filled.iterdir() if path.is_dir())
    writer = tantivy.Index.open(str(index)).writer(15_000_000, 1)
    writer.delete_documents_by_term("number", 7)
    writer.commit()
    writer.wait_merging_threads()
    found = hotline("verify")
    assert found.code != 0
    assert "里有 154 篇，知识库里有 155 篇" in found.out + found.err
    assert "hotline kb rebuild" in found.out + found.err
    rebuilt = hotline("kb", "rebuild")
    assert (rebuilt.code, rebuilt.out.split("，")[0]) == (0, "已为 155 篇文章建立索引")
    assert hotline("verify").code == 0


def test_no_index_is_said_by_verify_and_stats_count_it(hotline, filled: Path) -> None:
    """You should see it missed where nobody has made it yet, and its size where there is one."""
    assert '"index_bytes": 0' not in hotline("kb", "stats", "--json").out
    shutil.rmtree(filled)
    found = hotline("verify")
    assert "还没有按现在的词表建立" in found.out + found.err
    assert "尚无索引" in hotline("kb", "stats").out
    assert hotline("kb", "rebuild", "--json").code == 0
    assert hotline("verify").code == 0
