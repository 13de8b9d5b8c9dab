"""The shipped example articles: a knowledge base to begin and to practise with, confirmed by no department."""

from functools import cache
from pathlib import Path

import msgspec

from kb.articles import Article
from kb.importer import read_articles

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
