"""A lesson: practice calls one after another at the real call desk, each scored and told of once it is over (6.3.2).

What was said in a call is held by its telephone, in memory only: a debrief can be shown again as long as the lesson
lasts. The result with every deviation is kept in the practice home.
"""

from collections.abc import Callable, Sequence

import msgspec

from console.call_desk import CallDesk
from console.call_events import CallSourceError
from console.practice.acts import Recogniser
from console.practice.case import Case, choose, draw
from console.practice.house import PracticeHouse
from console.practice.line import PracticeLine
from console.practice.results import Result, Results
from console.practice.scoring import Played, Score, score
from console.practice.session import played
from data.calls import Call
from data.events import Ticket
from data.people import Actor, Role
from data.record import Record
from kb.starters import import_starters
from scripts.scenarios import Scenarios

TRAINEE = Actor("9901", "学员", frozenset({Role.TRAINEE, Role.CALL_TAKER}))


class Debrief(msgspec.Struct, frozen=True):
    """What became of one practice call: what the trainee did, the score, and the ticket, if it became one."""

    played: Played
    score: Score
    ticket: Ticket | None


class Lesson:
    """The calls of one lesson, in their order, and the debriefs of those that are over."""

    def __init__(self, house: PracticeHouse, scenarios: Scenarios, cases: Sequence[Case]) -> None:
        self.house = house
        self.scenarios = scenarios
        self.cases = tuple(cases)
        self.results = Results(house.home.root)
        self.debriefs: list[Debrief] = []

    def telephone(self, actor: Actor) -> PracticeLine:
        """The telephone on which the cases ring, each on demand."""
        recogniser = Recogniser(self.house.packs)
        return PracticeLine(self.cases, self.house.clock, agent=actor.agent_no, recogniser=recogniser, automatic=False)

    def over(self, line: PracticeLine, call: Call, record: Record) -> Debrief | None:
        """Score a call that is over and keep the result; None for a call of an earlier lesson, of which nobody knows
        any more what was said.

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
        self.debriefs.append(Debrief(done, judged, ticket))
        self.results.append(
            Result(
                at=self.house.clock.now(),
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
        return self.debriefs[-1]


class PracticeDesk(CallDesk):
    """The call desk itself, whose telephone is that of a lesson; ``told`` is called with what a call came to."""

    def __init__(self, lesson: Lesson, actor: Actor, line: PracticeLine) -> None:
        super().__init__(lesson.house, actor, line)
        self.lesson = lesson
        self.line = line
        self.told: Callable[[Debrief], None] = lambda debrief: None

    def _forget(self) -> None:
        """The work has left the desk: the call is over, and its request registered or not."""
        draft, talk = self.draft, self.talk
        super()._forget()
        if draft is None or talk is None:
            return
        before = len(self.lesson.debriefs)
        try:
            self.lesson.over(self.line, talk.call, draft.record)
        finally:
            for debrief in self.lesson.debriefs[before:]:
                self.told(debrief)


def cases_of(scenarios: Scenarios, scenario: str, seed: int) -> list[Case]:
    """Every scenario once, the grave ones sooner by their weight, the one that was asked for first.

    Raises:
        PackError: there is no such scenario.
    """
    cases = choose(scenarios, seed, len(scenarios.scenarios))
    if not scenario:
        return cases
    first = draw(scenarios, scenarios.scenario(scenario), seed)
    return [first, *(each for each in cases if each.scenario.id != scenario)]


def furnish(house: PracticeHouse, agent_no: str = "") -> Actor | None:
    """Bring the sample articles and the trainee into a new practice home; returns who practises, if one was named.

    Raises:
        PeopleError: the number is malformed or reserved.
    """
    import_starters(house.kb, by="system")
    people = {each.agent_no: each for each in house.people.everyone()}
    for number in dict.fromkeys(filter(None, (TRAINEE.agent_no, agent_no))):
        if number not in people:
            people[number] = house.people.add(number, TRAINEE.name, TRAINEE.roles, None, house.clock.now())
    return people[agent_no] if agent_no else None
