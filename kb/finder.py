"""From a query to articles: the index, what it has not reached yet, and what to do while there is none."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from kb import background
from kb.articles import Article
from kb.forgiving import Guess, alike, doubtful, heard
from kb.index import Index, View, is_damage
from kb.keeper import SMALL, Keeper
from kb.query import Query, Vocabulary
from kb.ranking import EVERYTHING, WEIGHTS, Candidate, Wish, asked, best, candidates
from kb.rerank import LOOKED_AT, SAMPLED, Reranker, look
from kb.scan import scan
from kb.segment import Segmenter
from kb.store import Change, Store

OVERLAID = 50  # articles not yet indexed that a search reads; of more, SQLite picks those with the words:
PICKED = 200  # the best of them
BEHIND_SECONDS = 0.5  # who stored a change indexes it sooner; after that, whoever sees it not done does it
FEW_BEHIND = 50  # articles indexed in this process; more, in one of their own
MANY_WORDS = 3  # of a query, from which on the best are looked at again, character by character
GUESSED = 60  # articles looked at for what was perhaps meant


@dataclass(frozen=True, slots=True)
class Found:
    """An article found. ``marks``: what to highlight in it."""

    score: float
    article: Article
    marks: tuple[str, ...]


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

    def ready(self) -> View | None:
        """The index, made now if it is small; a large one is made by another process, and None until it is."""
        view = self._keeper.ready()
        if view is None and self._store.count() > SMALL:
            self._in_background()
        return view

    def vocabulary(self) -> Vocabulary:
        """What a query must know of the articles' words."""
        return self._vocabulary(self.ready())

    def search(self, text: str, query: Query, limit: int, day: date, near: str, wish: Wish) -> list[Found]:
        """What `find` finds; where that is nothing, or hardly what was typed, also what was perhaps meant."""
        found = self.find(query, limit, day, near, wish)
        view = self._keeper.view()
        if view is None:
            return found
        try:
            meant = self._meant(view, text, found, limit, day, near, wish)
        except BaseException as error:
            if not is_damage(error):
                raise
            self._index.discard(view)
            return found
        those = {one.article.id for one in meant}
        both = [*meant, *(one for one in found if one.article.id not in those)]
        return sorted(both, key=lambda one: not one.article.valid_on(day))[:limit]

    def _meant(
        self, view: View, text: str, found: list[Found], limit: int, day: date, near: str, wish: Wish
    ) -> list[Found]:
        words = self._segmenter.words
        parts = doubtful(text, words(text), view.frequency, (one.article for one in found))
        guesses = chain(*(alike(view, *part, words) for part in parts), () if found else heard(view, text, words))
        for guess in guesses:
            if meant := self._guessed(view, guess, limit, day, near, wish):
                return meant
        return []

    def _guessed(self, view: View, guess: Guess, limit: int, day: date, near: str, wish: Wish) -> list[Found]:
        stale = set(self._pending(view))
        fresh = (one for one in candidates(view, guess.asked, wish, day, near) if one.number not in stale)
        best_ones = best(fresh, GUESSED)
        articles = self._store.numbered([one.number for one in best_ones])
        meant = ((one.score, articles[one.number]) for one in best_ones if one.number in articles)
        those = [(score, article) for score, article in meant if guess.admits(article)][:limit]
        return [Found(score, article, guess.marks(article)) for score, article in those]

    def find(self, query: Query, limit: int, day: date, near: str = "", wish: Wish = EVERYTHING) -> list[Found]:
        """Scored articles as they stand in the database now, those in force before all others."""
        if not query.marks:
            return []
        view = self.ready()
        pending = [] if view is None else self._pending(view)
        found: list[Candidate] = []
        if view is not None and (question := asked(view, query)) is not None:
            try:
                found = candidates(view, question, wish, day, near)
            except BaseException as error:
                if not is_damage(error):
                    raise
                self._index.discard(view)
                return self.find(query, limit, day, near, wish)
            skipped = set(pending)
            found = [one for one in found if one.number not in skipped]
        if view is not None and len(pending) <= OVERLAID:
            unindexed = list(self._store.numbered(pending).items())
        else:
            after = 0 if view is None else view.about.reached.number
            unindexed = self._store.holding(query.marks, PICKED, after)
        frequency, total = self._vocabulary(view).frequency, self._store.count()
        for score, number, article in scan(unindexed, query, WEIGHTS, frequency, total):
            if wish.admits(article):
                found.append(Candidate(number, score, not article.valid_on(day)))
        again = len(query.words) >= MANY_WORDS
        found = best(found, max(limit, LOOKED_AT) if again else limit)
        articles = self._store.numbered([one.number for one in found])
        found = [one for one in found if one.number in articles]
        if again:
            found = best(self._looked_at_again(query, found, articles), limit)
        return [Found(one.score, articles[one.number], query.marks) for one in found]

    def _looked_at_again(self, query: Query, found: list[Candidate], articles: dict[int, Article]) -> list[Candidate]:
        first, rest = found[:LOOKED_AT], found[LOOKED_AT:]
        looks = [look(one.score, articles[one.number]) for one in first]
        scores = self._judge().scores(query.text, looks)
        return [*(replace(one, score=score) for one, score in zip(first, scores, strict=True)), *rest]

    def _judge(self) -> Reranker:
        count = self._store.count()
        made_at, reranker = self._reranker
        if reranker is None or count > 2 * made_at:
            reranker = Reranker((look(0.0, article) for article in self._store.sample(SAMPLED)), self._request.names)
            self._reranker = count, reranker
        return reranker

    def _pending(self, view: View) -> list[int]:
        """What changed after the index's last commit: a moment's work of another session, or a dead one's."""
        if view.about.reached == self._store.newest():
            return []
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

    def _in_background(self) -> None:
        with suppress(OSError):  # no memory for a process: searches go on without
            background.start(self._request)

    def _caught_up(self) -> None:
        try:
            self._keeper.catch_up()
        finally:
            self._store.close()  # this thread's connection
            self._catching_up.release()

    def _vocabulary(self, view: View | None) -> Vocabulary:
        if view is None:  # every word may stand somewhere
            return Vocabulary(lambda word: 1, lambda text: True, self._store.count)
        if view.about.reached != self._store.newest():  # what is not indexed yet may have any word
            return Vocabulary(lambda word: view.frequency(word) or 1, view.begins, self._store.count)
        return Vocabulary(view.frequency, view.begins, self._store.count)
