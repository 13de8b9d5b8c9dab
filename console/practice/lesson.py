"""A lesson: practice calls one after another at the real call desk, each scored and told of once it is over (6.3.2).

What was said in a call is held by its telephone, in memory only: a debrief can be shown again as long as the lesson
lasts. The result with every deviation is kept in the practice home.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

import msgspec

from console.call_desk import TALKING, CallDesk
from console.call_events import CallSourceError
from console.practice.acts import Recogniser
from console.practice.case import Case
from console.practice.coach import Hint, hint, ringing
from console.practice.courses import Courses
from console.practice.drill import Drill
from console.practice.grading import ratings
from console.practice.house import PracticeHouse
from console.practice.line import PracticeLine
from console.practice.memory import CALL, Memory
from console.practice.plan import due_first
from console.practice.results import Result, Results
from console.practice.scoring import Played, Score, score
from console.practice.session import played
from data.calls import Call
from data.events import Ticket
from data.people import Actor, Role
from data.record import Record
from kb.starters import import_starters
from scripts.scenarios import Scenarios

COACH, EXAM = "辅导", "考试"
TRAINEE = Actor("9901", "学员", frozenset({Role.TRAINEE, Role.CALL_TAKER}))

TRAINER = Actor("9902", "培训师", frozenset({Role.TRAINER}))


class Debrief(msgspec.Struct, frozen=True):
    """What became of one practice call: what the trainee did, the score, and the ticket, if it became one."""

    played: Played
    score: Score
    ticket: Ticket | None


class Lesson:
    """The calls of one lesson, in their order, and the debriefs of those that are over."""

    def __init__(
        self,
        house: PracticeHouse,
        scenarios: Scenarios,
        cases: Sequence[Case],
        *,
        by_due: bool = False,
        coach: bool = False,
        drills: bool = False,
    ) -> None:
        """Plan a lesson; with ``by_due`` what is due for whoever practises brings its cases forward.

        ``coach`` says what to do while a call goes on (辅导); without, feedback comes at its end (考试).
        With ``drills`` it begins with a drill.
        """
        self.house = house
        self.scenarios = scenarios
        self.cases = tuple(cases)
        self.coach = coach
        self.drills = drills
        self.by_due = by_due
        self.results = Results(house.home.root)
        self.memory = Memory(house.home.root)
        self.debriefs: list[Debrief] = []

    @cached_property
    def courses(self) -> Courses:
        """The courses in force; a city's faulty one is told of by ``hotline verify`` and ``hotline practice courses``."""
        return self.house.courses(self.scenarios)[0]

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles of the scenarios, by id."""
        return {each.id: each.title for each in self.scenarios.scenarios}

    @property
    def mode(self) -> str:
        """How one is told: while the call goes on, or at its end."""
        return COACH if self.coach else EXAM

    def telephone(self, actor: Actor) -> PracticeLine:
        """The telephone on which the cases ring, each on demand.

        Raises:
            StorageError: what is remembered cannot be read.
        """
        if self.by_due:
            due = [each.card for each in self.memory.due(actor.agent_no, self.house.clock.now())]
            self.cases = tuple(due_first(self.house.packs, list(self.cases), due))
        recogniser = Recogniser(self.house.packs)
        return PracticeLine(self.cases, self.house.clock, agent=actor.agent_no, recogniser=recogniser, automatic=False)

    def over(
        self, line: PracticeLine, call: Call, record: Record, hinted: frozenset[str] = frozenset()
    ) -> Debrief | None:
        """Score a call that is over, keep the result and rate its cards; None for a call of an earlier lesson, of which nobody knows
        any more what was said. ``hinted`` are the cards of which the coach spoke.

        Raises:
            StorageError: the disk refused; the debrief is there all the same.
        """
        try:
            talk = line.talk(call.id)
        except CallSourceError:
            return None
        tickets = [found for each in call.ticket_ids if (found := self.house.tickets.get(each)) is not None]
        ticket = tickets[0] if tickets else None
        done = played(self.house, talk, call, ticket, record)
        judged = score(self.house.packs, self.scenarios.pool, done)
        rated = ratings(self.house.packs, done, judged.deviations, hinted)
        self.debriefs.append(Debrief(done, judged, ticket))
        now = self.house.clock.now()
        self.results.append(
            Result(
                at=now,
                agent=call.agent_no,
                scenario=talk.case.scenario.id,
                title=talk.case.scenario.title,
                seed=talk.case.seed,
                call=call.id,
                number=ticket.number if ticket else "",
                total=judged.total,
                items=judged.items,
                deviations=judged.deviations,
            )
        )
        self.memory.note(call.agent_no, now, rated, CALL, call.id)
        return self.debriefs[-1]

    def drill(self, agent: str, cards: Sequence[str] | None = None) -> Drill:
        """A drill of what is due for a trainee, or of the ``cards`` named.

        Raises:
            StorageError: what is remembered cannot be read.
        """
        return Drill(self.house, self.scenarios, self.memory, agent, cards)


class PracticeDesk(CallDesk):
    """The call desk itself, whose telephone is that of a lesson; ``told`` is called with what a call came to."""

    def __init__(self, lesson: Lesson, actor: Actor, line: PracticeLine) -> None:
        super().__init__(lesson.house, actor, line)
        self.lesson = lesson
        self.line = line
        self.told: Callable[[Debrief], None] = lambda debrief: None
        self._hinted: set[str] = set()

    def hint(self) -> Hint | None:
        """What the coach says now; None in an exam, between calls, and where nothing is left to do."""
        if not self.lesson.coach or self.talk is None or self.draft is None:
            return None
        if self.phase == "ringing":
            return ringing()
        try:
            talk = self.line.talk(self.talk.call.id)
        except CallSourceError:  # a call of an earlier lesson
            return None
        now = played(self.lesson.house, talk, self.talk.call, self.ticket, self.record)
        found = hint(self.house.packs, self.lesson.scenarios.pool, now, talking=self.phase in TALKING)
        if found is not None:
            self._hinted.add(found.card)
        return found

    def _forget(self) -> None:
        """The work has left the desk: the call is over, and its request registered or not."""
        draft, talk = self.draft, self.talk
        super()._forget()
        if draft is None or talk is None:
            return
        before, hinted = len(self.lesson.debriefs), frozenset(self._hinted)
        self._hinted = set()
        try:
            self.lesson.over(self.line, talk.call, draft.record, hinted)
        finally:
            for debrief in self.lesson.debriefs[before:]:
                self.told(debrief)


def furnish(house: PracticeHouse, agent_no: str = "") -> Actor | None:
    """Bring the sample articles, a trainer and the trainee into a new practice home; returns who practises, if one was named.

    Raises:
        PeopleError: the number is malformed or reserved.
    """
    import_starters(house.kb, by="system")
    people = {each.agent_no: each for each in house.people.everyone()}
    for number in dict.fromkeys(filter(None, (TRAINEE.agent_no, agent_no, TRAINER.agent_no))):
        if number not in people:
            like = TRAINER if number == TRAINER.agent_no else TRAINEE
            people[number] = house.people.add(number, like.name, like.roles, None, house.clock.now())
    return people[agent_no] if agent_no else None
