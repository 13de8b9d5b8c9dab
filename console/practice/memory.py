"""Coming back to what was missed: the cards of each trainee, scheduled by the package fsrs with its own parameters.

A review is one rating of one card, from a call or from the drill, and is kept in the practice home. How a card stands is
always worked out from its reviews in their order, so nothing else is stored; no interval is blurred by chance (fuzzing).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.practice.grading import AGAIN
from console.practice.journal import Journal

if TYPE_CHECKING:
    from fsrs import Scheduler

FILE = "reviews.jsonl"
AHEAD = timedelta(minutes=20)
"""What falls due within this is drilled too: first steps are of 1 and 10 minutes, and nobody waits for them."""
CALL, DRILL = "call", "drill"


class Review(msgspec.Struct, frozen=True):
    """One rating (1 again to 3 good) of a card; ``source`` is `CALL` or `DRILL`, ``ref`` the call."""

    at: datetime
    agent: str
    card: str
    rating: int
    source: str
    ref: str = ""


class Standing(msgspec.Struct, frozen=True):
    """How a card stands for a trainee: when it is due, how often it was rated and how often missed, the last rating, and
    how many days it is remembered at nine of ten (stability)."""

    card: str
    due: datetime
    reviews: int
    missed: int
    last: int
    stability: float


class Memory:
    """What every trainee of one practice home remembers."""

    def __init__(self, root: Path) -> None:
        """Nothing is read before it is asked for."""
        self.reviews: Journal[Review] = Journal(root / FILE, Review, "复习记录")

    def note(self, agent: str, at: datetime, ratings: Mapping[str, int], source: str, ref: str = "") -> None:
        """Keep what one call or one answer showed.

        Raises:
            StorageError: the disk refused.
        """
        if ratings:
            self.reviews.append(*(Review(at, agent, card, rating, source, ref) for card, rating in ratings.items()))

    def standings(self, agent: str) -> dict[str, Standing]:
        """How each card stands that this trainee has met.

        Raises:
            StorageError: the file cannot be read.
        """
        return stand((each for each in self.reviews.every() if each.agent == agent), self._scheduler)

    def standing(self, agent: str, card: str) -> Standing:
        """How one card stands that this trainee has met: of the others nothing is worked out.

        Raises:
            KeyError: they have not met it.
            StorageError: the file cannot be read.
        """
        own = (each for each in self.reviews.every() if each.agent == agent and each.card == card)
        return stand(own, self._scheduler)[card]

    def due(self, agent: str, now: datetime, ahead: timedelta = AHEAD) -> list[Standing]:
        """The cards that are due by ``now`` and a little ahead, what was due first before the rest.

        Raises:
            StorageError: the file cannot be read.
        """
        found = [each for each in self.standings(agent).values() if each.due <= now + ahead]
        return sorted(found, key=lambda each: (each.due, -each.missed, each.card))

    @cached_property
    def _scheduler(self) -> "Scheduler":
        return scheduler()


def scheduler() -> "Scheduler":
    """The package's scheduler as it comes, without chance."""
    from fsrs import Scheduler  # late: only practice pays for it

    return Scheduler(enable_fuzzing=False)


def stand(reviews: Iterable[Review], scheduler: "Scheduler") -> dict[str, Standing]:
    """How cards stand after reviews of one trainee, in their order; pure."""
    from fsrs import Card, Rating

    cards: dict[str, Card] = {}
    found: dict[str, Standing] = {}
    for each in reviews:
        at = each.at.astimezone(UTC)
        card = cards.get(each.card) or Card(card_id=0, due=at)
        cards[each.card], _ = scheduler.review_card(card, Rating(each.rating), at)
        before, after = found.get(each.card), cards[each.card]
        found[each.card] = Standing(
            card=each.card,
            due=after.due,
            reviews=(before.reviews if before else 0) + 1,
            missed=(before.missed if before else 0) + (each.rating == AGAIN),
            last=each.rating,
            stability=round(after.stability or 0.0, 4),
        )
    return found
