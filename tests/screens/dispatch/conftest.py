"""Tickets that wait for dispatch, are with a unit, or are answered."""

from datetime import timedelta
from typing import Any

import pytest

from console.dispatch_desk import DispatchDesk
from console.handling import Handling
from data.events import NewEvent, Ticket, new_id
from data.lifecycle import Kind
from data.people import Actor
from data.record import Answer, Claimant, Place, Record
from data.tickets import Act
from tests.lives import elements_of
from tests.screens.dispatch.steps import (
    LEADER,
    OTHER,
    TAKER,
    Make,
)


@pytest.fixture
def street(house: Any) -> str:
    """The name of 望京街道's office in the units table."""
    return next(unit.name for unit in house.reference.units if unit.street == "望京街道")


@pytest.fixture
def waiting(house: Any) -> Make:
    """Register a request of another seat that waits for dispatch."""

    def make(title: str = "占道经营 望京西路", *kinds: str, unit: str = "", **more: Any) -> Ticket:
        answers = {"basic_sudden": True, "basic_wide_or_danger": True, "weather_harm": True}
        asked = ("event", "state", "range", "harm", "called", "on_site", "channel", "manner", "act")
        record = Record(
            claimant=Claimant(name="何慧", phone="13800000999"),
            types=["投诉"],
            title=title,
            text=f"{title}，要求处理。",
            place=more.pop("place", Place(text="望京西路", district="朝阳区", street="望京街道")),
            event_time="昨晚",
            respondent="京达物业公司",
            earlier_handling="没有",
            elements={name: Answer(title) for name in asked},
            urgency_kinds=list(kinds),
            urgency_answers=answers if kinds else {},
            unit=unit,
            unit_reason="职责含“占道经营”" if unit else "",
            **more,
        )
        now = house.clock.now()
        due = now + (timedelta(hours=1) if kinds else timedelta(hours=24))
        limits = {"dispatch": due.isoformat(), "sign": "1个工作日", "feedback": "7天", "basis": "自受理起"}
        house.tickets.numbers.add(now.date(), house.queue.reserve_numbers(now.date(), 1))
        events = [NewEvent(Kind.REGISTERED, {"record": record}), NewEvent(Kind.SUBMITTED, {"due": limits})]
        return house.tickets.act([Act(new_id(), events, number_day=now.date())], TAKER, now)[0]

    return make


@pytest.fixture
def sent(house: Any, waiting: Make, street: str) -> Make:
    """A ticket that another dispatcher has sent to 望京街道."""

    def make(title: str = "占道经营 望京西路", **more: Any) -> Ticket:
        return DispatchDesk(house, OTHER).send(waiting(title, unit=street, **more))

    return make


@pytest.fixture
def handler(house: Any, street: str) -> Handling:
    """望京街道's handler."""
    return Handling(house, Actor("3001", "", LEADER, unit=street))


@pytest.fixture
def answered(sent: Make, handler: Handling) -> Make:
    """A ticket whose unit has answered."""

    def make(**more: Any) -> Ticket:
        ticket = handler.contact(handler.sign(sent(**more)), True, "已核实")
        return handler.reply(ticket, "已解决", elements_of("已解决"))

    return make
