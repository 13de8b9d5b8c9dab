"""A knowledge base that an older release wrote: its word index stood in the database itself."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from data.clock import FixedClock
from kb.search import KnowledgeBase
from tests.kb.conftest import NOW, MakeArticle

VERSION_1 = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE articles (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
  topic TEXT NOT NULL, owner TEXT NOT NULL, source_kind TEXT NOT NULL, valid_from TEXT, valid_until TEXT,
  public INTEGER NOT NULL, sample INTEGER NOT NULL) STRICT;
CREATE TABLE versions (article_id TEXT NOT NULL REFERENCES articles (id), version INTEGER NOT NULL,
  content TEXT NOT NULL, stored_at TEXT NOT NULL, stored_by TEXT NOT NULL, PRIMARY KEY (article_id, version)) STRICT;
CREATE TRIGGER versions_stay BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions are append-only'); END;
CREATE VIRTUAL TABLE words USING fts5(title, questions, keywords, body, characters, content='', prefix='1 2');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row');
INSERT INTO about VALUES ('words_version', 'jieba 0.42.1 / 2 / 000000000000');
PRAGMA user_version = 1;
"""


@pytest.mark.clause("6.3.1")
@pytest.mark.parametrize("articles", [0, 3])
def test_a_file_of_the_first_format_is_searched_as_it_was(
    tmp_path: Path, cache: Path, make: MakeArticle, articles: int
) -> None:
    """You should see its articles and every version found again, with no command given, and its own index gone."""
    old = sqlite3.connect(tmp_path / "kb.db")
    old.executescript(VERSION_1)
    for number in range(1, articles + 1):
        article = make(id=f"a-{number}", title=f"居住证第{number}条", version=2)
        old.execute(
            "INSERT INTO articles VALUES (?, ?, 2, '户籍', '市公安局', '流程', NULL, NULL, 1, 0)", (number, article.id)
        )
        old.execute("INSERT INTO words (rowid, title) VALUES (?, ?)", (number, "居住证"))
        for version in (1, 2):
            content = msgspec.json.encode(msgspec.structs.replace(article, version=version)).decode()
            old.execute(
                "INSERT INTO versions VALUES (?, ?, ?, '2026-11-01T00:00:00.000Z', '8041')",
                (article.id, version, content),
            )
    old.commit()
    old.close()
    base = KnowledgeBase(tmp_path / "kb.db", cache, FixedClock(NOW))
    assert len(base.search("居住证")) == articles
    assert base.index_fault == ""
    assert base.stats().versions == 2 * articles
    base.import_articles([make(id="a-1", title="暂住证改为居住证")])
    assert len(base.search("居住证")) == max(articles, 1)
    assert base.get("a-1").version == (3 if articles else 1)
    again = sqlite3.connect(tmp_path / "kb.db")
    assert not {"words", "vocabulary"} & {row[0] for row in again.execute("SELECT name FROM sqlite_master")}
