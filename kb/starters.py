"""The shipped example articles: a knowledge base to begin and to practise with, confirmed by no department."""

from functools import cache
from pathlib import Path

import msgspec

from kb.articles import Article
from kb.importer import ImportReport, Progress, Take, read_articles
from kb.results import Imported
from kb.search import KnowledgeBase

FOLDER = Path(__file__).parent / "starter"


@cache
def starter_articles() -> tuple[Article, ...]:
    """Every shipped article, marked as `Article.sample`.

    Raises:
        ArticleError: a shipped file is faulty, which only an altered installation can cause.
    """
    found: list[Article] = []
    for path in sorted(FOLDER.glob("*.toml")):
        for read in read_articles(path):
            if isinstance(read, Exception):
                raise read
            found.append(msgspec.structs.replace(read, sample=True))
    return tuple(found)


def import_starters(base: KnowledgeBase, *, by: str = "", progress: Progress | None = None) -> ImportReport:
    """Put the shipped articles live that are not there yet, where nobody real is answered: the demo, practice.

    Args:
        by: who acts.
        progress: told (articles done, total) while they are stored.

    Raises:
        data.db.StorageError: the knowledge base cannot be written.
    """
    return _reported(base.import_articles(_missing(base), by=by, progress=progress))


def supply_starters(base: KnowledgeBase, take: Take, *, progress: Progress | None = None) -> ImportReport:
    """Hand in the shipped articles that are not there yet as a unit hands in its own, where callers are answered.

    They come without 核对日期: nobody of this city has checked them.

    Raises:
        data.db.StorageError: the knowledge base cannot be written.
    """
    return _reported(take([msgspec.structs.replace(one, checked_on=None) for one in _missing(base)], progress=progress))


def _missing(base: KnowledgeBase) -> list[Article]:
    there = {article.id for article in base.articles()}
    return [one for one in starter_articles() if one.id not in there]


def _reported(outcome: Imported) -> ImportReport:
    total = len(starter_articles())
    return ImportReport(read=total, added=outcome.added, unchanged=total - outcome.added)
