"""A knowledge base of the shipped articles, built once a run and copied where a test writes to it."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from data.clock import FixedClock
from kb.articles import Article
from kb.search import KnowledgeBase
from kb.starters import starter_articles

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)

MakeArticle = Callable[..., Article]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One word table for all tests of this worker."""
    folder = tmp_path_factory.mktemp("cache")
    folder.chmod(0o700)
    return folder


@pytest.fixture(scope="session")
def starter_file(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """The shipped articles' database, not to be written to."""
    path = tmp_path_factory.mktemp("starter") / "kb.db"
    base = KnowledgeBase(path, cache, FixedClock(NOW))
    base.import_articles(starter_articles(), by="系统")
    base.close()
    return path


@pytest.fixture
def starter(tmp_path: Path, starter_file: Path, cache: Path) -> KnowledgeBase:
    """A knowledge base of the shipped articles, this test's own."""
    shutil.copy(starter_file, tmp_path / "kb.db")
    shutil.copytree(starter_file.with_name("kb.db.index"), tmp_path / "kb.db.index")
    return KnowledgeBase(tmp_path / "kb.db", cache, FixedClock(NOW))


@pytest.fixture
def base(tmp_path: Path, cache: Path) -> KnowledgeBase:
    """An empty knowledge base."""
    return KnowledgeBase(tmp_path / "empty.db", cache, FixedClock(NOW))


@pytest.fixture
def make() -> MakeArticle:
    """Build an article of which a test states only what matters to it."""

    def build(**given: object) -> Article:
        fields: dict[str, object] = {
            "id": "a-1",
            "title": "居住证办理",
            "body": "到居住地派出所申请居住证，十五个工作日办结。",
            "topic": "户籍",
            "owner": "市公安局",
            "source_kind": "流程",
            "checked_on": date(2026, 10, 1),
        }
        return Article(**(fields | given))  # type: ignore[arg-type]

    return build
