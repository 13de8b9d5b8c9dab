"""From a query to articles: the index, what it has not reached yet, and what to do while there is none."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path

import msgspec

from kb import background
from kb.articles import Article
from kb.forgiving import Guess, alike, doubtful, heard
from kb.index import Index, View, is_damage
from kb.keeper import SMALL, Keeper
from kb.previous import Previous, previous
from kb.query import Query, Vocabulary
from kb.ranking import EVERYTHING, WEIGHTS, Candidate, Wish, asked, best, candidates
from kb.reading import Read, Reading
from kb.rerank import FEW, LOOKED_AT, LOOKED_AT_FOR_FEW, SAMPLED, Reranker, look
from kb.scan import scan
from kb.segment import Segmenter, fold
from kb.store import Change, Store

OVERLAID = 50  # articles not yet indexed that a search reads; of more, SQLite picks those with the words:
PICKED = 200  # the best of them
BEHIND_SECONDS = 0.5  # who stored a change indexes it sooner; after that, whoever sees it not done does it
FEW_BEHIND = 50  # articles indexed in this process; more, in one of their own
MANY_WORDS = 2  # of a query, none within another, from which on the best are looked at again, character by character
GUESSED = 60  # articles looked at for what was perhaps meant,
CALLED = 10  # and of the best of them, at how they are called


class Found(msgspec.Struct, frozen=True):
    """An article found: its id, how to read it, what to highlight in it."""

    score: float
    id: str
    read: Callable[[], Article]
    marks: tuple[str, ...]


class Moment(msgspec.Struct, frozen=True):
    """What one search goes by: the index, what it has not reached, its words, the articles as they stand, its cuts."""

    view: View | None
    pending: Sequence[int]
    vocabulary: Vocabulary
    reading: Reading
    segmenter: Segmenter


class Finder:
    """Searches one knowledge base; for any thread."""

    def __init__(
        self, store: Store, index: Index, keeper: Keeper, segmenter: Segmenter, request: background.Request
    ) -> None:
        self._store, self._index, self._keeper, self._segmenter = store, index, keeper, segmenter
        self._request = request
        self._behind: tuple[Change, float] = (Change(), 0.0)
        self._catching_up = threading.Lock()
        self._reranker: tuple[int, Reranker | None] = (0, None)
        self._reading: tuple[Change, Reading] = (Change(), Reading(store))

    def ready(self) -> View | None:
        """The index, made now if it is small; a large one is made by another process, and None until it is."""
        view = self._keeper.ready()
        if view is None and self._store.count() > SMALL:
            self._in_background()
        return view

    def warm(self) -> None:
        """Have the index and what tells the best articles apart ready before the first search."""
        view = self.moment().view
        if view is not None:
            self._judge(view.articles)

    def moment(self) -> Moment:
        """How things stand now: asked once a search."""
        newest = self._store.newest()
        view = self._keeper.view(newest) or self.ready()
        as_of, reading = self._reading
        if as_of != newest:
            reading = Reading(self._store)
            self._reading = newest, reading
        if view is not None:
            pending = () if view.about.reached == newest else self._pending(view)
            return Moment(view, pending, _vocabulary(view, pending), reading, self._segmenter)
        before = self._before
        if before is not None and (view := before.keeper.view(newest)) is not None:
            pending = self._store.changed_since(view.about.reached)
            return Moment(view, pending, _vocabulary(view, pending), reading, before.segmenter)
        # Every word may stand somewhere.
        every = Vocabulary(lambda word: 1, lambda text: True, self._store.count)
        return Moment(None, (), every, reading, self._segmenter)

    @cached_property
    def _before(self) -> Previous | None:
        """The index of the word table before this one, looked for once while there is none of this."""
        return previous(self._store, Path(self._request.cache), self._index)

    def search(
        self, moment: Moment, text: str, query: Query, limit: int, day: date, near: str, wish: Wish
    ) -> list[Found]:
        """What `find` finds; where that is nothing, or hardly what was typed, also what was perhaps meant."""
        found = self.find(moment, query, limit, day, near, wish)
        if moment.view is None:
            return found
        try:
            meant = self._meant(moment, moment.view, text, query, found, limit, day, near, wish)
        except BaseException as error:
            if not is_damage(error):
                raise
            self._index.discard(moment.view)
            return found
        if not meant:
            return found
        those = {one.id for one in meant}
        both = [*meant, *(one for one in found if one.id not in those)]
        return sorted(both, key=lambda one: not one.read().valid_on(day))[:limit]

    def _meant(
        self, moment: Moment, view: View, text: str, query: Query, found: list[Found], limit: int, day: date,
        near: str, wish: Wish,
    ) -> list[Found]:  # fmt: skip
        words = moment.segmenter.words
        parts = doubtful(text, query.cut, view.frequency, bool(found), (one.read() for one in found))
        guesses = chain(*(alike(view, *part, words) for part in parts), () if found else heard(view, text, words))
        for guess in guesses:
            if meant := self._guessed(moment, view, guess, limit, day, near, wish):
                return meant
        return []

    def _guessed(
        self, moment: Moment, view: View, guess: Guess, limit: int, day: date, near: str, wish: Wish
    ) -> list[Found]:
        best_ones = best(candidates(view, guess.asked, wish, day, near, GUESSED, moment.pending), GUESSED)
        read = moment.reading.numbered([one.number for one in best_ones])
        meant = ((one.score, read[one.number].article) for one in best_ones if one.number in read)
        those = list(
            islice(((score, article) for score, article in meant if guess.admits(article)), max(limit, CALLED))
        )
        found = [
            (article, Found(score, article.id, partial(_same, article), guess.marks(article)))
            for score, article in those
        ]
        # What is called so comes before what only has such a keyword.
        found.sort(key=lambda each: not any(mark in fold(each[0].title) for mark in each[1].marks))
        return [each for _, each in found]

    def find(
        self, moment: Moment, query: Query, limit: int, day: date, near: str = "", wish: Wish = EVERYTHING
    ) -> list[Found]:
        """Scored articles as they stand in the database now, those in force before all others."""
        if not query.marks:
            return []
        again = query.separate >= MANY_WORDS
        looked_at = LOOKED_AT_FOR_FEW if len(query.text) <= FEW else LOOKED_AT
        wanted = max(limit, looked_at) if again else limit
        found: list[Candidate] = []
        if moment.view is not None and (question := asked(moment.view, query)) is not None:
            try:
                found = candidates(moment.view, question, wish, day, near, wanted, frozenset(moment.pending))
            except BaseException as error:
                if not is_damage(error):
                    raise
                self._index.discard(moment.view)
                return self.find(self.moment(), query, limit, day, near, wish)
        found += self._unindexed(moment, query, wish, day)
        found = best(found, wanted)
        numbers = [one.number for one in found]
        if again:
            read = moment.reading.numbered(numbers)
            there = [one for one in found if one.number in read]
            found = best(self._looked_at_again(moment, query, there, read, looked_at), limit)
            ids = {one.number: read[one.number].article.id for one in found}
        else:
            ids = moment.reading.ids(numbers)
        article, marks = moment.reading.article, query.marks
        return [
            Found(one.score, ids[one.number], partial(article, one.number), marks) for one in found if one.number in ids
        ]

    def _unindexed(self, moment: Moment, query: Query, wish: Wish, day: date) -> list[Candidate]:
        """What the articles themselves tell of those that the index has not reached."""
        if moment.view is None:
            unindexed = self._store.holding(query.marks, PICKED)
        elif len(moment.pending) > OVERLAID:
            unindexed = self._store.holding(query.marks, PICKED, moment.view.about.reached.number)
        elif moment.pending:
            unindexed = list(self._store.numbered(moment.pending).items())
        else:
            return []
        vocabulary = moment.vocabulary
        return [
            Candidate(number, score, not article.valid_on(day))
            for score, number, article in scan(unindexed, query, WEIGHTS, vocabulary.frequency, vocabulary.articles())
            if wish.admits(article)
        ]

    def _looked_at_again(
        self, moment: Moment, query: Query, found: list[Candidate], read: dict[int, Read], looked_at: int
    ) -> list[Candidate]:
        first, rest = found[:looked_at], found[looked_at:]
        looks = [read[one.number].look for one in first]
        scores = self._judge(moment.vocabulary.articles()).scores(query.text, looks, [one.score for one in first])
        again = [Candidate(one.number, score, one.outside) for one, score in zip(first, scores, strict=True)]
        return [*again, *rest]

    def _judge(self, count: int) -> Reranker:
        made_at, reranker = self._reranker
        if reranker is None or count > 2 * made_at:
            reranker = Reranker(map(look, self._store.sample(SAMPLED)), self._request.names)
            self._reranker = count, reranker
        return reranker

    def _pending(self, view: View) -> list[int]:
        """What changed after the index's last commit: a moment's work of another session, or a dead one's."""
        numbers = self._store.changed_since(view.about.reached)
        seen, since = self._behind
        if seen != view.about.reached:
            self._behind = (view.about.reached, time.monotonic())
        elif time.monotonic() - since > BEHIND_SECONDS and not self._keeper.at_work(view):
            self._catch_up(len(numbers))
        return numbers

    def _catch_up(self, count: int) -> None:
        if count > FEW_BEHIND:
            self._in_background()
        elif self._catching_up.acquire(blocking=False):
            threading.Thread(target=self._caught_up, daemon=True).start()

    def join(self) -> None:
        """Have an index of one piece made, off this process: each piece costs every search its own looking up."""
        self._in_background(anew=True)

    def _in_background(self, *, anew: bool = False) -> None:
        with suppress(OSError):  # no memory for a process: searches go on without
            background.start(msgspec.structs.replace(self._request, anew=anew))

    def _caught_up(self) -> None:
        try:
            self._keeper.catch_up()
        finally:
            self._store.close()  # this thread's connection
            self._catching_up.release()


def _vocabulary(view: View, pending: Sequence[int]) -> Vocabulary:
    if not pending:
        return Vocabulary(view.frequency, view.begins, lambda: view.articles)
    # What is not indexed yet may have any word.
    return Vocabulary(lambda word: view.frequency(word) or 1, view.begins, lambda: view.articles)


def _same(article: Article) -> Article:
    return article
