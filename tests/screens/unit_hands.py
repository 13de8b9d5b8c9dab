"""Tickets at a unit, as the desks before it would have left them, and a seat at its desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from console.dispatch import Dispatching, plan
from console.handling import Handling
from console.registration import Registration
from console.supervision import Supervising
from console.when import stamp
from data.events import Ticket, new_id
from data.people import Actor, Role
from data.record import Answer, Claimant, Place, Record
from tests.lives import elements_of

UNIT, DISTRICT, HELPER = "望京街道办事处", "朝阳区人民政府", "市水务局"
TAKER = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))
DISPATCHER = Actor("2001", "派单2001", frozenset({Role.DISPATCHER}))
SUPERVISOR = Actor("7001", "督办7001", frozenset({Role.SUPERVISOR}))
HANDLER = Actor("3001", "承办3001", frozenset({Role.UNIT}), UNIT)
LEADER = Actor("3002", "负责人3002", frozenset({Role.UNIT_LEADER}), UNIT)
WEB = "微信公众号"


def record(title: str, **more: Any) -> Record:
    """A complaint with all that C.3 asks."""
    written = {"types": ["投诉"], "title": title, "text": f"{title}，要求处理。", "respondent": "安槐物业公司"} | more
    written.setdefault("claimant", Claimant(name="何慧", phone="13800000999", address="望京西园8号"))
    return Record(
        place=Place(text="望京西路", district="朝阳区", street="望京街道"),
        event_time="昨晚",
        earlier_handling="没有",
        wish="尽快修好",
        elements={name: Answer("路灯不亮，夜里看不见路") for name in ("event", "content", "reasons")},
        raised_at=None,
        **written,
    )


class Past:
    """What the desks before the unit did with tickets, and what it did itself."""

    def __init__(self, house: Any) -> None:
        self.house = house

    def waiting(self, title: str, **more: Any) -> Ticket:
        """Registered and handed to dispatch."""
        return Registration(self.house, TAKER, new_id()).submit(record(title, **more), self.house.clock.now())

    def dispatched(self, title: str, unit: str = UNIT, opinion: str = "请尽快核实", **more: Any) -> Ticket:
        """Sent to a unit."""
        ticket = self.waiting(title, **more)
        work = Dispatching(self.house, DISPATCHER)
        return work.dispatch(ticket, plan(self.house, ticket, self.house.clock.now(), unit=unit), opinion)

    def signed(self, title: str, **more: Any) -> Ticket:
        """Signed by the handler."""
        return Handling(self.house, HANDLER).sign(self.dispatched(title, **more))

    def contacted(self, title: str, **more: Any) -> Ticket:
        """The claimant was reached."""
        return Handling(self.house, HANDLER).contact(self.signed(title, **more), True, "情况属实")

    def replied(self, title: str, outcome: str = "已解决", **more: Any) -> Ticket:
        """The reply was written: fed back, or from the web handed to the leader."""
        return Handling(self.house, HANDLER).reply(
            self.contacted(title, **more), outcome, elements_of(outcome), "未发现"
        )

    def ordered(self, ticket: Ticket, hours: float = 4) -> Ticket:
        """A supervision on site was ordered."""
        now = self.house.clock.now()
        arrival = stamp(now + timedelta(hours=hours / 2))
        facts = {"ground": "多次反映未解决", "arrive_by": arrival, "place": "望京西路"}
        deadline = now + timedelta(hours=hours)
        return Supervising(self.house, SUPERVISOR).supervise(ticket, "现场督办", facts, deadline)

    def now(self, ticket: Ticket) -> Ticket:
        """The ticket as it stands."""
        found = self.house.tickets.get(ticket.id)
        assert found is not None
        return found


Sit = Callable[..., Any]


@pytest.fixture
def past(house: Any) -> Past:
    """What happened before."""
    return Past(house)
