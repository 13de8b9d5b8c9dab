"""小测: some minutes with the cards that are due, one at a time, each answer judged by machine and then scheduled (6.3.2)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from console.practice.acts import Recogniser
from console.practice.cards import deck
from console.practice.grading import GOOD
from console.practice.house import PracticeHouse
from console.practice.memory import DRILL, Memory
from console.practice.questions import Asking, Question, judge, judge_chosen
from scripts.scenarios import Scenarios

LASTS = timedelta(minutes=5)
"""No question begins later than this after the first."""
MOST = 20  # questions


class Answered(msgspec.Struct, frozen=True):
    """A question with how it was answered, and when its card comes back."""

    question: Question
    rating: int
    due: datetime


class Drill:
    """One drill of one trainee. ``question`` is the one that is asked; None once it is over."""

    def __init__(
        self,
        house: PracticeHouse,
        scenarios: Scenarios,
        memory: Memory,
        agent: str,
        cards: Sequence[str] | None = None,
    ) -> None:
        """Begin with what is due, or with the ``cards`` named.

        Raises:
            StorageError: what is remembered cannot be read.
        """
        self._house, self._memory, self._agent = house, memory, agent
        self._recogniser = Recogniser(house.packs)
        asking, known = Asking(house.packs, scenarios), deck(house.packs)
        self._standings = memory.standings(agent)
        wanted = [each.card for each in memory.due(agent, house.clock.now())] if cards is None else cards
        made = (
            asking.question(known[each], self._standings[each].reviews if each in self._standings else 0)
            for each in wanted
            if each in known
        )
        self._left = [each for each in made if each is not None][:MOST]
        self.many = len(self._left)
        self.answers: list[Answered] = []
        self.question: Question | None = None
        self._began = house.clock.now()
        self.next()

    @property
    def at(self) -> int:
        """Which question is asked, from 1."""
        return self.many - len(self._left)

    def next(self) -> None:
        """Ask the next one, unless the time is over."""
        late = self._house.clock.now() - self._began >= LASTS
        self.question = None if late or not self._left else self._left.pop(0)

    def say(self, text: str) -> Answered:
        """Answer with a sentence.

        Raises:
            StorageError: the disk refused.
            ModelError: the recogniser's model is not there.
        """
        question = self._asked()
        return self._note(question, judge(self._house.packs, self._recogniser, question, text))

    def choose(self, places: Collection[int]) -> Answered:
        """Answer by choosing; no place at all says that one does not know.

        Raises:
            StorageError: the disk refused.
        """
        question = self._asked()
        return self._note(question, judge_chosen(question, places))

    def right(self) -> int:
        """How many were right."""
        return sum(each.rating == GOOD for each in self.answers)

    @property
    def first_due(self) -> datetime | None:
        """When the first of all cards of this trainee comes back; None for who has none yet."""
        return min((each.due for each in self._memory.standings(self._agent).values()), default=None)

    def _asked(self) -> Question:
        if self.question is None:
            raise ValueError("no question is asked")
        return self.question

    def _note(self, question: Question, rating: int) -> Answered:
        card, now = question.card.id, self._house.clock.now()
        self._memory.note(self._agent, now, {card: rating}, DRILL)
        self.answers.append(Answered(question, rating, self._memory.standing(self._agent, card).due))
        return self.answers[-1]
