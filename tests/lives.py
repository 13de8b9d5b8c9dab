"""Tickets in any state of their life, made by the people who would have made them, at the clock of the house."""

from typing import Any

from console.dispatch import Dispatching, clocks_of, plan
from console.handling import Handling
from console.house import House
from data.events import NewEvent, Ticket, new_id
from data.handling import FEEDBACK_ELEMENTS, SOLVED, SUPERVISION_FACTS
from data.lifecycle import Kind
from data.people import Actor, Role
from data.record import PHONE, Claimant, Place, Record
from data.steps import authorities
from data.tickets import Act

STREET, OTHER = "望京街道办事处", "东湖街道办事处"
TAKER = Actor("8007", roles=frozenset({Role.CALL_TAKER}))
DISPATCHER = Actor("2001", roles=frozenset({Role.DISPATCHER}))
HANDLER = Actor("3001", roles=frozenset({Role.UNIT}), unit=STREET)
LEADER = Actor("3002", roles=frozenset({Role.UNIT_LEADER}), unit=STREET)
SUPERVISOR = Actor("7001", roles=frozenset({Role.SUPERVISOR}))
CHIEF = Actor("7002", roles=frozenset({Role.SUPERVISOR}))


class Lives:
    """Makes tickets, and moves them on."""

    def __init__(self, house: House) -> None:
        self.house = house

    def waiting(
        self,
        title: str = "路灯不亮",
        *kinds: str,
        phone: str = "13800000001",
        place: str = "望京西路",
        street: str = "望京街道",
        district: str = "朝阳区",
        **more: Any,
    ) -> Ticket:
        """Register a request that waits for dispatch."""
        record = Record(
            title=title,
            text=f"{title}，要求处理。",
            urgency_kinds=list(kinds),
            claimant=Claimant(name="何慧", phone=phone),
            place=Place(text=place, district=district, street=street),
            **{"source": PHONE, "types": ["投诉"]} | more,
        )
        now = self.house.clock.now()
        store = self.house.tickets
        if not store.numbers.left(now.date()):
            day = now.date()
            store.numbers.add(day, self.house.queue.reserve_numbers(day, 200))
        registered = NewEvent(Kind.REGISTERED, {"record": record})
        act = Act(new_id(), [registered], number_day=now.date())
        ticket = store.act([act], TAKER, now)[0]
        clocks = clocks_of(self.house, ticket, now)
        due = {"dispatch": clocks.dispatch, "sign": clocks.sign, "feedback": clocks.feedback, "basis": clocks.basis}
        return store.act([Act(ticket.id, [NewEvent(Kind.SUBMITTED, {"due": due})])], TAKER, now)[0]

    def sent(
        self, title: str = "路灯不亮", *kinds: str, unit: str = STREET, record_unit: str = "", **more: Any
    ) -> Ticket:
        """Dispatch a request, whichever unit was suggested for it."""
        ticket = self.waiting(title, *kinds, unit=record_unit, **more)
        work = Dispatching(self.house, DISPATCHER)
        if ticket.record.urgent:
            ticket = work.log_call(ticket, unit, "值班员", "马上派人")
            for authority in authorities(ticket):
                ticket = work.decide(ticket, authority, False, "已由现场处置")
        return work.dispatch(ticket, plan(self.house, ticket, self.house.clock.now(), unit=unit))

    def passed_on(self, ticket: Ticket, unit: str = OTHER) -> Ticket:
        """Send a ticket on to another unit, which its own asked for."""
        asked = Handling(self.house, HANDLER).ask_return(ticket, "不在辖区")
        planned = plan(self.house, asked, self.house.clock.now(), unit=unit)
        return Dispatching(self.house, DISPATCHER).dispatch(asked, planned, "改派")

    def handled(self, title: str = "路灯不亮", *kinds: str, **more: Any) -> Ticket:
        """Sign a ticket and call the claimant."""
        work = Handling(self.house, HANDLER)
        return work.contact(work.sign(self.sent(title, *kinds, **more)), True, "已核实")

    def replied(self, title: str = "路灯不亮", **more: Any) -> Ticket:
        """Give a ticket's result."""
        return Handling(self.house, HANDLER).reply(self.handled(title, **more), SOLVED, elements_of(SOLVED), "未发现")

    def completed_web(self, title: str = "网络诉求") -> Ticket:
        """Make a web request, and complete it after its unit's leader passed the reply."""
        reviewed = Handling(self.house, LEADER).review(self.replied(title, source="微信公众号"), True)
        return Handling(self.house, DISPATCHER).complete(reviewed)

    def repeated(self, ticket: Ticket) -> Ticket:
        """Note that a ticket's matter came again."""
        act = Act(ticket.id, [NewEvent(Kind.REPEATED, {"ticket_id": new_id()})])
        return self.house.tickets.act([act], TAKER, self.house.clock.now())[0]


def elements_of(outcome: str) -> dict[str, str]:
    """The elements of a reply with this outcome, as the street writes them."""
    known = {"unit": STREET, "handled_at": "11月24日上午", "by_when": "下周三前"}
    return {name: known.get(name, f"{label}的内容") for name, label, _ in FEEDBACK_ELEMENTS[outcome]}


def facts_of(kind: str, arrival: str = "2026-12-01 09:00") -> dict[str, str]:
    """The facts of a supervision of this kind."""
    known = {"arrive_by": arrival, "leader": "值班领导"}
    return {name: known.get(name, f"{label}的内容") for name, label, _ in SUPERVISION_FACTS[kind]}
