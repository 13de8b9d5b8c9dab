"""What callback staff of the demo did: a sample of what was fed back, calls in vain, an appointment, an interview (5.4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from console.archive import archive_one
from console.callback import Calling, Heard
from console.house import House
from console.sampling import Rule, sample
from data.callbacks import ASPECTS, CONTACTED, SATISFACTION, SETTLED, TOLD, VIEWS, Answer
from data.clock import FixedClock
from data.events import Ticket, new_id
from data.people import Role

SAMPLED_BEFORE = timedelta(minutes=50)
_GOOD = {CONTACTED: ("是", ""), TOLD: ("是", ""), SETTLED: ("已解决", "当天就亮了"), SATISFACTION: ("非常满意", "")}
_BAD = {
    CONTACTED: ("是", ""),
    TOLD: ("是", ""),
    SETTLED: ("未解决", "停了两天，昨晚又响到一点"),
    SATISFACTION: ("不满意", ""),
    ASPECTS: ("质量", "来人看了一眼就走了"),
    VIEWS: ("", "希望夜里有人真去查"),
}


def called_back(house: House, came_to: Mapping[str, str], now: datetime) -> None:
    """Draw what was fed back, and do for each ticket id what its callback came to."""
    people = {role: person for person in house.people.everyone() for role in person.roles}
    sample(house, Rule(1, "unit", f"{now:%Y-%m-%d}"), people[Role.CALLBACK], now - SAMPLED_BEFORE)
    clock, house.clock = house.clock, FixedClock(now - timedelta(minutes=20))
    try:
        calling = Calling(house, people[Role.CALLBACK])
        for ticket_id, what in came_to.items():
            ticket = house.tickets.get(ticket_id)
            if ticket is not None and what != "wait":
                _call(calling, ticket, what, now)
                if what == "archived":
                    done = house.tickets.get(ticket_id)
                    assert done is not None
                    archive_one(house, done, people[Role.ADMINISTRATOR], now - timedelta(minutes=10))
    finally:
        house.clock = clock


def _call(calling: Calling, ticket: Ticket, what: str, now: datetime) -> None:
    pack, call_id = calling.house.packs.callback, new_id()
    if what == "no_answer":
        calling.not_interviewed([Heard(ticket)], pack.outcome("无人接听"), call_id)
    elif what == "appointment":
        booked = next(each for each in pack.outcomes if each.appointment)
        calling.not_interviewed([Heard(ticket)], booked, call_id, at=now + timedelta(minutes=25), note="在开会")
    else:
        said = _BAD if what == "unsolved" else _GOOD
        at = calling.house.clock.now()
        answers = {question: Answer(value, words, at) for question, (value, words) in said.items()}
        calling.interviewed([Heard(ticket, answers)], call_id)
