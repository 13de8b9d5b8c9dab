"""The console learns from what people chose, and from nothing else (5.2.2.1.5)."""

from collections.abc import Callable
from typing import Any

import pytest

from console.call_desk import CallDesk
from console.commands.suggest import _decided
from console.dispatch_choices import Choice
from console.dispatch_desk import DispatchDesk
from console.registration import Registration, locate, routes, suggest_route
from data.events import new_id
from data.inbox import Submission
from data.record import Answer, Claimant, Place, Record
from tests.screens.dispatch.steps import OTHER, TAKER, WATER, Make

MATTERS = ("地下室水表间渗水 墙皮发霉", "地下室水表间又渗水 墙皮发霉", "地下室水表间渗水 墙皮发霉没人管")


@pytest.fixture
def kept(house: Any) -> Callable[[], None]:
    """Wait until what was chosen so far is kept."""
    return lambda: house.learning._thread.submit(int).result()


def dispatch(house: Any, ticket: Any, unit: str = "") -> Any:
    """Send a ticket, to a unit that the dispatcher chose or to the one that is there."""
    desk = DispatchDesk(house, OTHER)
    if unit:
        desk.keep(ticket, Choice(unit=unit))
    return desk.send(ticket)


def near(house: Any, title: str) -> list[Any]:
    """The kept choices that are like a request."""
    return house.suggester.learned.near(title, f"{title}，要求处理。")


@pytest.mark.clause("5.2.2.1.5")
def test_what_dispatchers_chose_twice_is_suggested_first(
    house: Any, waiting: Make, street: str, kept: Callable[[], None]
) -> None:
    """You should see the unusual unit first for the third such request, with the ticket it is like as the reason."""
    place = Place(text="望京西路", district="朝阳区", street="望京街道")
    third = Record(title=MATTERS[2], text=f"{MATTERS[2]}，要求处理。", place=place)
    unusual = "北京市燃气集团" if routes(house, third).suggestions[0].unit.name != "北京市燃气集团" else WATER
    sent = [dispatch(house, waiting(title, unit=street), unusual) for title in MATTERS[:2]]
    kept()
    first = routes(house, third).suggestions[0]
    assert first.unit.name == unusual
    assert first.because[0] in {f"与工单 {ticket.number} 相似" for ticket in sent}
    ticket = waiting(MATTERS[2])
    assert DispatchDesk(house, OTHER).ranked(ticket)[0].unit.name == unusual
    assert suggest_route(house, third).unit == unusual


@pytest.mark.clause("5.2.2.1.5")
def test_what_the_program_named_by_itself_teaches_nothing(
    house: Any, waiting: Make, street: str, kept: Callable[[], None]
) -> None:
    """You should see no choice kept of a ticket that went where the registration had put it."""
    dispatch(house, waiting(MATTERS[0], unit=street))
    kept()
    assert near(house, MATTERS[0]) == []


def test_a_ticket_that_goes_to_another_unit_corrects_what_was_learned(
    house: Any, waiting: Make, street: str, kept: Callable[[], None]
) -> None:
    """You should see the unit of the second dispatch kept in place of the first."""
    ticket = dispatch(house, waiting(MATTERS[0]), WATER)
    desk = DispatchDesk(house, OTHER)
    desk.keep(ticket, Choice(unit="北京市燃气集团", opinion="井归燃气集团"))
    desk.send(ticket)
    kept()
    assert [each.choice.unit for each in near(house, MATTERS[0])] == ["北京市燃气集团"]


@pytest.mark.clause("5.2.2.1.5")
@pytest.mark.parametrize("unit", ["", WATER])
def test_a_registration_teaches_its_type_its_topic_and_a_chosen_unit(
    house: Any, kept: Callable[[], None], unit: str
) -> None:
    """You should see type and topic kept as they were confirmed, and the unit only where the call-taker chose it."""
    record = Record(
        claimant=Claimant(name="何慧", phone="13800000999"),
        types=["投诉"],
        title=MATTERS[0],
        text=f"{MATTERS[0]}，要求处理。",
        topic="供水排水",
        place=Place(text="望京西路", district="朝阳区", street="望京街道"),
        event_time="昨晚",
        respondent="京达物业公司",
        earlier_handling="没有",
        elements={"event": Answer(MATTERS[0])},
        unit=unit,
    )
    desk = CallDesk(house, TAKER)
    desk.accept(_handed_in(house, record))
    ticket = desk.submit()
    kept()
    assert ticket.record.unit
    (found,) = near(house, MATTERS[0])
    assert (found.choice.number, found.choice.unit) == (ticket.number, unit)
    assert (found.choice.topic, found.choice.type) == ("供水排水", "投诉")


@pytest.mark.clause("5.2.2.1.5")
def test_learning_anew_from_the_tickets_takes_only_what_people_chose(
    house: Any, waiting: Make, sent: Make, handler: Any, street: str
) -> None:
    """You should see, of `hotline suggest --learn`, the units that people chose or sent on to, and no program's."""
    by_program = [waiting(MATTERS[0], unit=street), sent(MATTERS[1])]
    by_dispatcher = dispatch(house, waiting("井盖丢失", unit=street), WATER)
    passed_on = handler.ask_return(handler.sign(sent("水管爆裂")), "不归街道", WATER)
    desk = DispatchDesk(house, OTHER)
    desk.keep(passed_on, Choice(opinion="同意退回"))
    desk.send(passed_on)
    registered = []
    for unit in ("", WATER):
        record = Record(
            claimant=Claimant(name="何慧", phone="13800000999"),
            types=["咨询"],
            title="水费怎么算",
            text="请问水费怎么算，要求答复。",
            elements={"content": Answer("水费怎么算")},
            place=Place(text="望京西路", district="朝阳区", street="望京街道"),
            unit=unit,
        )
        registered.append(Registration(house, TAKER, new_id()).submit(record, house.clock.now()))
    assert all(ticket.record.unit for ticket in registered)
    found = {each.number: each.unit for each in _decided(house, lambda done, total: None)}
    assert found == {
        **{ticket.number: "" for ticket in (*by_program, registered[0])},
        **{ticket.number: WATER for ticket in (by_dispatcher, passed_on, registered[1])},
    }
    assert house.tickets.rebuild(by_dispatcher.id) == house.tickets.get(by_dispatcher.id)


def test_a_failure_to_learn_stops_no_dispatch(house: Any, waiting: Make, street: str, kept: Callable[[], None]) -> None:
    """You should see the ticket dispatched and units ranked while the file of choices is no database."""
    house.home.choices.write_bytes(b"no database at all" * 500)
    sent = dispatch(house, waiting(MATTERS[0]), WATER)
    kept()
    assert sent.handling.now_with.unit == WATER
    assert routes(house, locate(house, sent.record)).suggestions
    assert house.suggester.learned.unread


def _handed_in(house: Any, record: Record) -> Any:
    """Hand a record in at the inbox and return its submission."""
    now = house.clock.now()
    house.inbox.add([Submission("k1", now, record)], now)
    return house.inbox.get("k1")
