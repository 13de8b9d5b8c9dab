"""The knowledge base as desks use it: ask while typing, read, answer, add, count.

One object serves any thread (each has its own connection), so searches can run off the event loop.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path

import msgspec

from data.clock import Clock, SystemClock, to_storage
from kb import background
from kb.articles import Article, KnowledgeError, checked
from kb.finder import Finder, Found
from kb.index import Index, Progress
from kb.keeper import Keeper
from kb.query import typed, written
from kb.ranking import Wish
from kb.results import Hit, Imported, Stats, Version
from kb.segment import WORDS_FILE, Segmenter
from kb.snippet import Marker
from kb.store import Change, Store

BATCH = 500  # articles stored in one transaction
MANY = 10_000  # articles imported at once after which the index, in pieces by then, is made anew
SUGGEST_TEXT = 2_000  # characters of a record's text that count
SUGGEST_WORDS = 24
FUSED = 3  # how many times the wished number of hits each ranking brings into a fusion
FUSION_RANK = 10  # the usual 60 suits rankings of hundreds; here a dozen are joined


class KnowledgeBase:
    """The knowledge base (热线数据库, 3.7): a file, and beside it the folder of its index.

    Args:
        path: the database file, made when absent; its folder must exist.
        cache: a private folder for the word table.
        clock: gives today, and the instant at which versions are stored.
        words_file: the words that jieba's dictionary lacks, one a line.
        names: more of them, as `kb.names` takes them from the reference tables.

    Raises:
        KnowledgeError: a newer release wrote the file.
        data.db.StorageError: the file cannot be opened.
    """

    def __init__(
        self,
        path: Path,
        cache: Path,
        clock: Clock | None = None,
        words_file: Path = WORDS_FILE,
        names: Iterable[str] = (),
    ) -> None:
        self.path = path
        self._clock = clock or SystemClock()
        names = tuple(names)
        self._segmenter = Segmenter(cache, words_file, names)
        self._store = Store(path)
        self._index = Index(path, self._segmenter)
        self._keeper = Keeper(self._store, self._index)
        self._finder = Finder(
            self._store,
            self._index,
            self._keeper,
            self._segmenter,
            background.Request(str(path.absolute()), str(cache.absolute()), str(words_file.absolute()), names),
        )

    # ------------------------------------------------------------------ getting ready

    def warm(self) -> None:
        """Have all ready that the first search would wait for, word table and index: call it from a thread.

        Mapping the table takes 10 ms; the first session with new words makes it, which takes a second. A small index
        is made at once, a large one in a process of its own. The articles that stand for all are read here and there
        in the file: from a cold disk that is half of what the first search would take.

        Raises:
            KnowledgeError: jieba is not installed, or not whole.
        """
        self._segmenter.warm()
        self._finder.warm()

    def rare_words(self, text: str, below: int) -> list[str]:
        """The words of a text that are rare or unknown, as names of people are."""
        return self._segmenter.rare(text, below)

    @property
    def words_version(self) -> str:
        """The word table that this program cuts with."""
        return self._segmenter.version

    @property
    def words_unkept(self) -> str:
        """Why the word table is not shared, so that each session makes its own; "" where it is."""
        return self._segmenter.unkept

    @property
    def needs_rebuild(self) -> bool:
        """Whether there is no index of this word table, so that searches use the one before or read the articles, slowly."""
        return self._keeper.view() is None and self._store.count() > 0

    @property
    def changed(self) -> Change:
        """The articles' last change (10 µs): where it is another than before, what was found may be stale."""
        return self._store.newest()

    @property
    def index_fault(self) -> str:
        """What is wrong with the index, "" where nothing is; `rebuild` mends it."""
        return self._keeper.fault()

    def rebuild(self, progress: Progress | None = None) -> None:
        """Cut every article again; others search the old index until the new one is whole.

        Raises:
            data.db.StorageError: the index cannot be written.
        """
        self._keeper.rebuild(progress)

    def keep(self) -> None:
        """Make the index where there is none, else catch it up; another that is at it is left to it.

        Raises:
            data.db.StorageError: the index cannot be written.
        """
        if self._keeper.view() is None:
            self._keeper.rebuild(wait=False)
        self._keeper.catch_up()

    def close(self) -> None:
        """Close this thread's connection; it is opened again when needed."""
        self._store.close()

    # ------------------------------------------------------------------ asking

    def search(
        self,
        text: str,
        limit: int = 10,
        today: date | None = None,
        *,
        near: str = "",
        topic: str = "",
        owner: str = "",
        source_kind: str = "",
        district: str = "",
        public: bool | None = None,
    ) -> list[Hit]:
        """Find articles while ``text`` is being typed (6.3.2): its last word may be unfinished.

        Any text is fit: only its words count, and only its first 200 characters. Articles not in force today come
        after all others and are not `answerable`. Letters are taken for pinyin or initials, and one character may be
        wrong, where nothing is found otherwise.

        Args:
            near: a district (区) whose articles, and those of the whole city, go before other districts'.
            topic, owner, source_kind, district, public: only articles that have these; "" and None ask nothing.
        """
        moment = self._finder.moment()
        query = typed(text, moment.segmenter, moment.vocabulary)
        wish = Wish(topic, owner, source_kind, district, public)
        day = self._day(today)
        return _hits(self._finder.search(moment, text, query, limit, day, near, wish), day)

    def suggest(self, title: str, text: str, limit: int = 5, today: date | None = None, *, near: str = "") -> list[Hit]:
        """Articles that a record's title and text call for (6.3.2, 5.1.3.4b): only those in force.

        Args:
            near: the record's district (区), as for `search`.
        """
        moment, day = self._finder.moment(), self._day(today)
        both = written(title, text[:SUGGEST_TEXT], moment.segmenter, moment.vocabulary, SUGGEST_WORDS)
        found = _hits(self._finder.find(moment, both, limit * FUSED, day, near), day)
        if title and text:
            # A long text drowns its matter in circumstances; what the title alone finds speaks as loudly.
            named = written(title, "", moment.segmenter, moment.vocabulary, SUGGEST_WORDS)
            found = _fuse(_hits(self._finder.find(moment, named, limit * FUSED, day, near), day), found)
        return [hit for hit in found if hit.answerable][:limit]

    # ------------------------------------------------------------------ reading

    def get(self, id: str, version: int | None = None) -> Article:
        """The article ``id`` in its current version or, for good, in the one that a ticket was answered with.

        Raises:
            KnowledgeError: there is no such article or version.
        """
        article = self._store.get(id, version)
        if article is None:
            which = "" if version is None else f"的第 {version} 版"
            raise KnowledgeError(f"知识库没有文章“{id[:60]}”{which}；请重新检索后再选")
        return article

    def for_answer(self, id: str, today: date | None = None) -> Article:
        """The current version for a direct reply (5.2.1): keep its ``id`` and ``version`` on the ticket.

        Raises:
            KnowledgeError: there is no such article, or it is withdrawn or not in force today.
        """
        article = self.get(id)
        standing = article.standing(self._day(today))
        if standing == "有效":
            return article
        reason = {
            "未核对": "还没有由第二个人核对",
            "已撤回": f"已撤回（{article.withdrawn}）",
            "已失效": f"已于 {article.valid_until} 失效",
            "未生效": f"自 {article.valid_from} 起才生效",
        }[standing]
        raise KnowledgeError(f"文章“{article.title}”{reason}，不能用于直接答复；请另选文章或转{article.owner}办理")

    def versions(self, id: str) -> list[Version]:
        """Every stored version of an article, oldest first; empty for an unknown id."""
        return self._store.versions(id)

    def articles(self) -> Iterator[Article]:
        """Every current article in order of its id: for export."""
        return self._store.articles()

    def stats(self, today: date | None = None) -> Stats:
        """Count what is there, for the knowledge desk and ``hotline kb stats``."""
        view = self._keeper.view()
        return msgspec.structs.replace(
            self._store.stats(self._day(today).isoformat()),
            index_bytes=self._index.size(),
            words_version=view.about.words_version if view is not None else "",
            needs_rebuild=self.needs_rebuild,
        )

    def _day(self, today: date | None) -> date:
        return today or self._clock.now().date()

    # ------------------------------------------------------------------ adding

    def import_articles(
        self, articles: Iterable[Article], *, by: str = "", progress: Progress | None = None
    ) -> Imported:
        """Add new articles and new versions of changed ones (6.3.1); what is already there changes nothing.

        Five hundred at a time are one transaction, their words cut before it begins, indexed after it. The version in
        a given article is ignored: the store numbers them. After many, a process of its own makes an index of one
        piece, while all search the one that is there.

        Args:
            by: who acts.
            progress: told (done, total or None) after each transaction.

        Raises:
            ArticleError: a faulty article; it and the others of its transaction are not stored.
            data.db.StorageError: the file cannot be written; earlier transactions are kept.
        """
        self._segmenter.warm()
        self._finder.ready()
        total = len(articles) if isinstance(articles, list | tuple) else None
        waiting = iter(articles)
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        done = 0
        with self._keeper.following() as follow:
            while batch := [checked(article) for article in islice(waiting, BATCH)]:
                prepared = {article.id: (article, self._index.document(None, article)) for article in batch}
                for outcome in self._store.put(batch, at=to_storage(self._clock.now()), by=by):
                    counts[outcome] += 1
                follow(prepared)
                done += len(batch)
                if progress is not None:
                    progress(done, total)
        if counts["added"] + counts["changed"] >= MANY:
            self._finder.join()
        return Imported(**counts)


def _hits(found: Iterable[Found], day: date) -> list[Hit]:
    marker = cache(Marker)  # most hits of a search share their marks
    return [Hit(one.id, one.read, one.score, marker(one.marks), day) for one in found]


def _fuse(*rankings: list[Hit]) -> list[Hit]:
    """Join rankings by reciprocal ranks: what stands high in both comes first, whatever the scores are worth."""
    score: dict[str, float] = {}
    hits: dict[str, Hit] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking):
            score[hit.id] = score.get(hit.id, 0.0) + 1 / (FUSION_RANK + rank)
            hits.setdefault(hit.id, hit)
    return sorted(hits.values(), key=lambda hit: -score[hit.id])


__all__ = ["Article", "Hit", "Imported", "KnowledgeBase", "KnowledgeError", "Stats", "Version"]
