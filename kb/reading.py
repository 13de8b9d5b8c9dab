"""Articles read for one search and wanted again by the next: each is fetched and prepared once, until something changes.

Keystroke after keystroke finds mostly the same articles. What is kept belongs to one change of the database, and the
next change begins anew, so that nothing is shown as it was before it.
"""

from collections.abc import Sequence
from functools import cached_property

from kb.articles import Article
from kb.rerank import Look, look
from kb.store import Store

KEPT = 400  # articles: about a megabyte


class Read:
    """An article, and what of it each look needs again."""

    def __init__(self, article: Article) -> None:
        self.article = article

    @cached_property
    def look(self) -> Look:
        """As the second look takes it."""
        return look(self.article)


class Reading:
    """Articles by their numbers, as they stood at one change or later; for any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[int, Read] = {}

    def ids(self, numbers: Sequence[int]) -> dict[int, str]:
        """The ids of the articles of these numbers: a fifth of what reading them takes."""
        return self._store.ids(numbers)

    def article(self, number: int) -> Article:
        """The current article of a number that is known to have one."""
        return self.numbered([number])[number].article

    def numbered(self, numbers: Sequence[int]) -> dict[int, Read]:
        """The current articles of these numbers, in their order."""
        kept = self._kept
        found = {number: kept.get(number) for number in numbers}
        missing = [number for number, read in found.items() if read is None]
        if missing:
            if len(kept) + len(missing) > KEPT:
                kept = self._kept = {}
            fetched = self._store.numbered(missing)
            for number, article in fetched.items():
                found[number] = kept[number] = Read(article)
        return {number: read for number, read in found.items() if read is not None}
