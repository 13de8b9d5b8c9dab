"""Random pasts of requests for the tests of rates: answered, called back, amended, refused, sent back, moved, rated.

Everything is done by the real acts of the desks, at times that lie between their limits and after them.
"""

import random
from datetime import timedelta

import msgspec

from console.callback import Calling, Heard
from console.dispatch import Dispatching, plan
from console.handling import Handling
from console.house import House
from console.ratings import rate_ticket
from data.callbacks import ASPECT_WORDS, ASPECTS, CHOICES, DISSATISFIED, GRADES, REQUIRED, SATISFACTION, SETTLED, Answer
from data.clock import FixedClock
from data.events import NewEvent, Ticket, new_id
from data.handling import SOLVED
from data.lifecycle import TRANSITIONS, Kind
from data.people import Actor, Role
from data.record import PHONE
from data.tickets import Act
from tests.lives import DISPATCHER, TAKER, Lives, elements_of

PLACES = (("朝阳区", "望京街道"), ("朝阳区", "东湖街道"), ("东城区", "东华门街道"), ("朝阳区", ""))
UNITS = ("望京街道办事处", "东湖街道办事处", "东华门街道办事处", "朝阳区人民政府")
TOPICS = ("物业管理", "噪声扰民", "")
CALLERS = tuple(Actor(f"81{number:02}", roles=frozenset({Role.CALLBACK})) for number in range(4))
HOUR = 3600


class Pasts:
    """Makes such requests, one after the other, always the same ones from one seed."""

    def __init__(self, house: House, clock: FixedClock, seed: int) -> None:
        self.house, self.clock = house, clock
        self.chance = random.Random(seed)
        self._lives = Lives(house)
        self._made = 0

    def one(self) -> Ticket:
        """Make one request and let it have its past."""
        chance = self.chance
        district, street = chance.choice(PLACES)
        self._made += 1
        ticket = self._lives.waiting(
            f"第{self._made}件",
            phone=f"138{self._made:08}",
            district=district,
            street=street,
            topic=chance.choice(TOPICS),
            source=PHONE if chance.random() < 0.8 else "微信公众号",
        )
        self._wait(2)
        planned = plan(self.house, ticket, self.clock.now(), unit=chance.choice(UNITS))
        ticket = Dispatching(self.house, DISPATCHER).dispatch(ticket, planned)
        for more in (True, True, False):
            ticket = self._called(self._replied(ticket))
            if chance.random() < 0.3:
                ticket = self._renamed(ticket)
            if not (more and self._goes_back(ticket)):
                break
            ticket = self._moved(Handling(self.house, DISPATCHER).send_back(ticket, "没有解决"))
        if ticket.record.source != PHONE and chance.random() < 0.8:
            ticket = Handling(self.house, DISPATCHER).complete(ticket)
            self._wait(1)
            if chance.random() < 0.7:
                ticket = rate_ticket(self.house, ticket.number, chance.choice(GRADES), [], "", self.clock.now())
        return ticket

    def _wait(self, most: float) -> None:
        self.clock.advance(self.chance.uniform(0.1, most) * HOUR)

    def _replied(self, ticket: Ticket) -> Ticket:
        held = ticket.handling.now_with
        work = Handling(self.house, Actor("3001", roles=frozenset({Role.UNIT}), unit=held.unit))
        if ticket.handling.signed_at is None:
            self._wait(self.chance.choice((5, 60)))
            ticket = work.contact(work.sign(ticket), True, "已核实")
        self._wait(self.chance.choice((20, 250)))
        ticket = work.reply(ticket, SOLVED, elements_of(SOLVED), "未发现")
        if ticket.record.source != PHONE:
            leader = Actor("3002", roles=frozenset({Role.UNIT_LEADER}), unit=held.unit)
            ticket = Handling(self.house, leader).review(ticket, True)
        return ticket

    def _called(self, ticket: Ticket) -> Ticket:
        chance = self.chance
        if ticket.record.source != PHONE or ticket.callback.refused or chance.random() < 0.15:
            return ticket
        self._wait(3)
        calling = Calling(self.house, chance.choice(CALLERS))
        now, replies = self.clock.now(), len(ticket.handling.feedbacks)
        until = (now + timedelta(days=90)).isoformat()
        payload = {"run": "r", "feedback": replies, "until": until}
        ticket = self.house.tickets.act(
            [Act(ticket.id, [NewEvent(Kind.CALLBACK_PLANNED, payload)])], calling.actor, now
        )[0]
        what = chance.random()
        if what < 0.1:
            return calling.refused([ticket], new_id())[0]
        if what < 0.2:
            outcome = self.house.packs.callback.outcome(chance.choice(("空号或停机", "无法沟通")))
            return calling.not_interviewed([Heard(ticket)], outcome, new_id())[0]
        if what < 0.25:
            return ticket  # still waits
        answers = self._answers()
        if what < 0.4:
            return self._broken_off(calling, ticket, answers)
        ticket = calling.interviewed([Heard(ticket, answers)], new_id())[0]
        while chance.random() < 0.3:
            ticket = self._amended(calling, ticket)
        return ticket

    def _answers(self) -> dict[str, Answer]:
        chance = self.chance
        answers = {name: Answer(chance.choice(CHOICES[name]), "原话") for name in REQUIRED}
        if answers[SATISFACTION].value in DISSATISFIED and chance.random() < 0.8:
            answers[ASPECTS] = Answer("、".join(chance.sample(ASPECT_WORDS, chance.randint(1, 3))))
        return answers

    def _broken_off(self, calling: Calling, ticket: Ticket, answers: dict[str, Answer]) -> Ticket:
        kept = {name: answers[name] for name in REQUIRED[: self.chance.randint(1, 3)]}
        broken = self.house.packs.callback.outcome("中途挂断")
        ticket = calling.not_interviewed([Heard(ticket, kept)], broken, new_id())[0]
        self._wait(5)
        return calling.not_interviewed([Heard(ticket, kept)], broken, new_id())[0]

    def _amended(self, calling: Calling, ticket: Ticket) -> Ticket:
        question = self.chance.choice((SATISFACTION, SETTLED))
        before = ticket.callback.last.answers[question]
        other = self.chance.choice([value for value in CHOICES[question] if value != before.value])
        self._wait(1)
        return calling.amend(ticket, question, Answer(other, "听录音"), "听录音更正")

    def _renamed(self, ticket: Ticket) -> Ticket:
        """Put another topic on the record, as a correction does."""
        if (ticket.state, Kind.AMENDED) not in TRANSITIONS:
            return ticket
        record = msgspec.structs.replace(ticket.record, topic=self.chance.choice(TOPICS))
        return self.house.tickets.act(
            [Act(ticket.id, [NewEvent(Kind.AMENDED, {"record": record})])], TAKER, self.clock.now()
        )[0]

    def _goes_back(self, ticket: Ticket) -> bool:
        if ticket.callback.waiting:
            return False
        if ticket.record.source != PHONE:
            return self.chance.random() < 0.2
        last = ticket.callback.last
        return bool(last and last.unsettled) and self.chance.random() < 0.5

    def _moved(self, ticket: Ticket) -> Ticket:
        """Let another unit have it, now and then."""
        if self.chance.random() < 0.6:
            return ticket
        held = ticket.handling.now_with
        unit = Actor("3001", roles=frozenset({Role.UNIT}), unit=held.unit)
        ticket = Handling(self.house, unit).ask_return(ticket, "不在辖区")
        other = self.chance.choice([name for name in UNITS if name != held.unit])
        planned = plan(self.house, ticket, self.clock.now(), unit=other)
        return Dispatching(self.house, DISPATCHER).dispatch(ticket, planned, "改派")
