"""The shipped example articles: a knowledge base to begin and to practise with, confirmed by no department."""

from functools import cache
from pathlib import Path

import msgspec

from kb.articles import Article
from kb.importer import ImportReport, Progress, read_articles
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
    """Add the shipped articles that are not there yet; one that a city has corrected stays as it is.

    Args:
        by: who acts.
        progress: told (articles done, total) while they are stored.

    Raises:
        data.db.StorageError: the knowledge base cannot be written.
    """
    shipped, there = starter_articles(), {article.id for article in base.articles()}
    added = base.import_articles([one for one in shipped if one.id not in there], by=by, progress=progress).added
    return ImportReport(read=len(shipped), added=added, unchanged=len(shipped) - added)
