"""What dispatchers, units and supervisors of the demo did, written through the real desks at times of their own (5.2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from console.dispatch import Dispatching, plan
from console.handling import Handling, outcomes, starting_elements
from console.house import House
from console.supervision import Supervising
from console.when import stamp
from data.clock import FixedClock
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor, Role

UNIT = "望京街道办事处"
_SOLVED = {
    "course": "科员到现场查看，情况属实，已通知责任方并督促当天整改。",
    "measures": "责任方已整改，社区每天巡查一次。",
    "told": "已电话告知诉求人，表示认可。",
}


def dispatched(house: House, ticket: Ticket, at: datetime) -> Ticket:
    """Send a request to the unit that is suggested, as a dispatcher at that time would have."""
    work = Dispatching(house, _by_role(house)[Role.DISPATCHER], FixedClock(at))
    planned = plan(house, ticket, at)
    return work.dispatch(ticket, planned, suggested=planned.unit)


def supervised(
    house: House, ticket: Ticket, unit: str, order: str, facts: Mapping[str, str], at: datetime, now: datetime
) -> Ticket:
    """Dispatch a request soon after it came, and order its supervision when half of the time until now was over."""
    people, sent = _by_role(house), at + timedelta(minutes=20)
    ticket = Dispatching(house, people[Role.DISPATCHER], FixedClock(sent)).dispatch(
        ticket, plan(house, ticket, sent, unit=unit)
    )
    ordered = at + (now - at) / 2
    arrival = stamp(ordered + timedelta(hours=2))
    stated = {name: text.replace("{arrival}", arrival) for name, text in facts.items()}
    work = Supervising(house, people[Role.SUPERVISOR], FixedClock(ordered))
    return work.supervise(ticket, order, stated, ordered + timedelta(hours=8))


def handled(house: House, ticket: Ticket, until: str, at: datetime) -> Ticket:
    """Dispatch a request half an hour after it came, and let its unit go on until its state is ``until``."""
    people, sent = _by_role(house), at + timedelta(minutes=30)
    work = Dispatching(house, people[Role.DISPATCHER], FixedClock(sent))
    ticket = work.dispatch(ticket, plan(house, ticket, sent, unit=UNIT), "请核实后依规办理，按期反馈。")
    while ticket.state != until:
        sent += timedelta(minutes=40)
        ticket = _next(house, ticket, people, FixedClock(sent))
    return ticket


def _by_role(house: House) -> dict[Role, Actor]:
    return {role: person for person in house.people.everyone() for role in person.roles}


def _next(house: House, ticket: Ticket, people: dict[Role, Actor], clock: FixedClock) -> Ticket:
    """Take the step that follows from a state."""
    unit = Handling(house, people[Role.UNIT], clock)
    match ticket.state:
        case State.DISPATCHED:
            return unit.sign(ticket)
        case State.SIGNED:
            return unit.contact(ticket, True, "诉求人确认地点和时间，希望尽快处理。")
        case State.HANDLING:
            outcome = outcomes(ticket)[0]
            known = starting_elements(ticket, outcome, UNIT, clock.now())
            return unit.reply(ticket, outcome, known | _SOLVED, "未发现")
        case State.IN_REVIEW:
            return Handling(house, people[Role.UNIT_LEADER], clock).review(ticket, True)
        case _:
            return Handling(house, people[Role.DISPATCHER], clock).complete(ticket)
