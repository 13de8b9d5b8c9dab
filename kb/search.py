"""The knowledge base as desks use it: ask while typing, read, answer, add, count.

One object serves any thread (each has its own connection), so searches can run off the event loop.

Measured with the 155 shipped articles on 2 cores: a search at every prefix of every stored question, highlights
included, 1.1 ms (p95 1.5, longest 3.3); a suggestion from a 400-character text 6 ms, half of it looking up how
common each word is.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from data.clock import Clock, SystemClock, from_storage, to_storage
from data.db import writing
from kb import index
from kb.articles import Article, KnowledgeError, checked
from kb.index import Progress
from kb.query import Query, Vocabulary, typed, written
from kb.results import Hit, Imported, Stats, Version, make_hit
from kb.segment import WORDS_FILE, Segmenter
from kb.snippet import Marker

BATCH = 1_000  # articles stored in one transaction
CANDIDATES = 200  # best matches looked at before those in force go first
SUGGEST_TEXT = 2_000  # characters of a record's text that count
SUGGEST_WORDS = 24
FUSED = 3  # how many times the wished number of hits each ranking brings into a fusion
FUSION_RANK = 10  # the usual 60 suits rankings of hundreds; here a dozen are joined


class KnowledgeBase:
    """The knowledge base (热线数据库, 3.7) in one file.

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
        self._segmenter = Segmenter(cache, words_file, names)
        self._local = threading.local()
        self._rebuild_tried = False
        self._connection()  # fails now, not at the first key

    # ------------------------------------------------------------------ getting ready

    def warm(self) -> None:
        """Map the word table and rebuild an index cut with another one: call it from a thread.

        Mapping takes 10 ms; the first session with new words makes the table, which takes a second.

        Raises:
            KnowledgeError: jieba is not installed, or not whole.
        """
        self._segmenter.warm()
        self._follow_words()

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
        """Whether the index was cut with another word table, so that queries would miss what is there."""
        return index.indexed_words_version(self._connection()) != self._segmenter.version

    def rebuild(self, progress: Progress | None = None) -> None:
        """Cut every article again; others search the old index until the new one is whole."""
        index.rebuild(self._connection(), self._segmenter, progress)

    def _follow_words(self) -> None:
        # Once only: two releases open on one file would otherwise rebuild it against each other for ever.
        if not self._rebuild_tried and self.needs_rebuild:
            self._rebuild_tried = True
            self.rebuild()

    def close(self) -> None:
        """Close this thread's connection; it is opened again when needed."""
        connection: sqlite3.Connection | None = self._local.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = self._local.__dict__.get("connection")
        if connection is None:
            connection = index.open_file(self.path, self._segmenter)
            self._local.connection = connection
        return connection

    # ------------------------------------------------------------------ asking

    def search(self, text: str, limit: int = 10, today: date | None = None) -> list[Hit]:
        """Find articles while ``text`` is being typed (6.3.2): its last word may be unfinished.

        Any text is fit: only its words count, and only its first 200 characters. Articles not in force today come
        after all others and are not `answerable`.
        """
        self._follow_words()
        connection = self._connection()
        return self._hits(connection, typed(text, self._segmenter, _vocabulary(connection)), limit, today)

    def suggest(self, title: str, text: str, limit: int = 5, today: date | None = None) -> list[Hit]:
        """Articles that a record's title and text call for (6.3.2, 5.1.3.4b): only those in force."""
        self._follow_words()
        connection = self._connection()
        vocabulary = _vocabulary(connection)
        both = written(title, text[:SUGGEST_TEXT], self._segmenter, vocabulary, SUGGEST_WORDS)
        found = self._hits(connection, both, limit * FUSED, today)
        if title and text:
            # A long text drowns its matter in circumstances; what the title alone finds speaks as loudly.
            named = written(title, "", self._segmenter, vocabulary, SUGGEST_WORDS)
            found = _fuse(self._hits(connection, named, limit * FUSED, today), found)
        return [hit for hit in found if hit.answerable][:limit]

    def _hits(self, connection: sqlite3.Connection, query: Query, limit: int, today: date | None) -> list[Hit]:
        if not query.expression:
            return []
        day = self._day(today)
        rows = connection.execute(
            """SELECT found.score, v.content,
                      coalesce(a.valid_from > :day, 0) OR coalesce(a.valid_until < :day, 0) AS outside
               FROM (SELECT rowid AS number, rank AS score FROM words
                     WHERE words MATCH :expression AND rank MATCH :weights ORDER BY rank LIMIT :candidates) found
               JOIN articles a USING (number)
               JOIN versions v ON v.article_id = a.id AND v.version = a.version
               ORDER BY outside, found.score LIMIT :limit""",
            {
                "day": day.isoformat(),
                "expression": query.expression,
                "weights": f"bm25({', '.join(map(str, index.WEIGHTS))})",
                "candidates": max(CANDIDATES, limit),
                "limit": limit,
            },
        )
        marker = Marker(query.marks)
        hits = [make_hit(index.decode(row["content"]), -row["score"], marker, day) for row in rows]
        return sorted(hits, key=lambda hit: hit.expired)  # what is withdrawn has no column of its own

    # ------------------------------------------------------------------ reading

    def get(self, id: str, version: int | None = None) -> Article:
        """The article ``id`` in its current version or, for good, in the one that a ticket was answered with.

        Raises:
            KnowledgeError: there is no such article or version.
        """
        row = (
            self._connection()
            .execute(
                """SELECT content FROM versions WHERE article_id = :id AND version =
               coalesce(:version, (SELECT version FROM articles WHERE id = :id))""",
                {"id": id, "version": version},
            )
            .fetchone()
        )
        if row is None:
            which = "" if version is None else f"的第 {version} 版"
            raise KnowledgeError(f"知识库没有文章“{id[:60]}”{which}；请重新检索后再选")
        return index.decode(row["content"])

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
            "已撤回": f"已撤回（{article.withdrawn}）",
            "已失效": f"已于 {article.valid_until} 失效",
            "未生效": f"自 {article.valid_from} 起才生效",
        }[standing]
        raise KnowledgeError(f"文章“{article.title}”{reason}，不能用于直接答复；请另选文章或转{article.owner}办理")

    def versions(self, id: str) -> list[Version]:
        """Every stored version of an article, oldest first; empty for an unknown id."""
        rows = self._connection().execute(
            "SELECT version, stored_at, stored_by FROM versions WHERE article_id = ? ORDER BY version", (id,)
        )
        return [Version(row["version"], from_storage(row["stored_at"]), row["stored_by"]) for row in rows]

    def articles(self) -> Iterator[Article]:
        """Every current article in order of its id: for export."""
        return index.current(self._connection())

    def stats(self, today: date | None = None) -> Stats:
        """Count what is there, for the knowledge desk and ``hotline kb stats``."""
        connection, day = self._connection(), self._day(today).isoformat()
        counts = connection.execute(
            """SELECT count(*) AS articles, coalesce(sum(valid_until < :day), 0) AS expired,
                      coalesce(sum(valid_from > :day), 0) AS not_yet, coalesce(sum(sample), 0) AS samples,
                      coalesce(sum(public), 0) AS public, (SELECT count(*) FROM versions) AS versions
               FROM articles""",
            {"day": day},
        ).fetchone()
        return Stats(
            articles=counts["articles"],
            versions=counts["versions"],
            expired=counts["expired"],
            not_yet_valid=counts["not_yet"],
            samples=counts["samples"],
            public=counts["public"],
            by_topic=_counted(connection, "topic"),
            by_owner=_counted(connection, "owner"),
            by_source_kind=_counted(connection, "source_kind"),
            words_version=index.indexed_words_version(connection),
            needs_rebuild=self.needs_rebuild,
            bytes=self.path.stat().st_size,
        )

    def _day(self, today: date | None) -> date:
        return today or self._clock.now().date()

    # ------------------------------------------------------------------ adding

    def import_articles(
        self, articles: Iterable[Article], *, by: str = "", progress: Progress | None = None
    ) -> Imported:
        """Add new articles and new versions of changed ones (6.3.1); what is already there changes nothing.

        A thousand at a time are one transaction, their words cut before it begins. The version in a given article
        is ignored: the store numbers them.

        Args:
            by: who acts.
            progress: told (done, total or None) after each transaction.

        Raises:
            ArticleError: a faulty article; it and the others of its transaction are not stored.
            data.db.StorageError: the file cannot be written; earlier transactions are kept.
        """
        self.warm()
        total = len(articles) if isinstance(articles, list | tuple) else None
        waiting = iter(articles)
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        done = 0
        connection = self._connection()
        while batch := list(islice(waiting, BATCH)):
            prepared = [index.prepare(checked(article), self._segmenter) for article in batch]
            at = to_storage(self._clock.now())
            outcomes: list[index.Outcome] = []
            with writing(connection):
                if self.needs_rebuild:
                    raise KnowledgeError("知识库索引正由另一版本的程序重建；请统一程序版本后再导入")
                outcomes += [index.put(connection, one, self._segmenter, at=at, by=by) for one in prepared]
            for outcome in outcomes:
                counts[outcome] += 1
            done += len(batch)
            if progress is not None:
                progress(done, total)
        return Imported(**counts)


def _fuse(*rankings: list[Hit]) -> list[Hit]:
    """Join rankings by reciprocal ranks: what stands high in both comes first, whatever the scores are worth."""
    score: dict[str, float] = {}
    hits: dict[str, Hit] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking):
            score[hit.id] = score.get(hit.id, 0.0) + 1 / (FUSION_RANK + rank)
            hits.setdefault(hit.id, hit)
    return sorted(hits.values(), key=lambda hit: -score[hit.id])


def _vocabulary(connection: sqlite3.Connection) -> Vocabulary:
    def frequency(word: str) -> int:
        row = connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (word,)).fetchone()
        return row["doc"] if row else 0

    def begins(text: str) -> bool:
        row = connection.execute("SELECT term FROM vocabulary WHERE term >= ? LIMIT 1", (text,)).fetchone()
        return row is not None and str(row["term"]).startswith(text)

    def articles() -> int:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])

    return Vocabulary(frequency, begins, articles)


def _counted(connection: sqlite3.Connection, column: str) -> dict[str, int]:
    rows = connection.execute(f"SELECT {column} AS name, count(*) AS count FROM articles GROUP BY 1 ORDER BY 2 DESC, 1")
    return {row["name"]: row["count"] for row in rows}


__all__ = ["Article", "Hit", "Imported", "KnowledgeBase", "KnowledgeError", "Stats", "Version"]
