"""How a record leaves the desk: an urgent one with its report (5.1.3.3), an answered one with its elements (C.3)."""

import msgspec
import pytest

from console.house import House
from console.registration import Incomplete, Registration
from data.clock import FixedClock
from data.events import new_id
from data.lifecycle import Kind, State
from data.people import Actor, Role
from data.record import Answer, Claimant, Place, Record, Scope
from kb.articles import Article
from kb.starters import starter_articles

TAKER = Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER}))
COMPLAINT = Record(
    types=["投诉"],
    text="两部电梯停了一部，剩下那部今天早上也停了，要求尽快修好。",
    claimant=Claimant(name="王秀梅"),
    place=Place(text="朝阳区望京街道槐荫家园7号楼"),
    event_time="昨天早上八点",
    respondent="安槐物业公司",
    earlier_handling="给物业打过三次电话",
)
NO_WATER = msgspec.structs.replace(
    COMPLAINT,
    text="整栋楼停水两天，物业说不清原因。",
    urgency_kinds=["基本民生保障"],
)


def work(house: House) -> Registration:
    return Registration(house, TAKER, new_id())


def urgent(house: House) -> Record:
    """A record of an urgent kind that counts, all its questions answered and its elements given."""
    pack = house.packs.urgency
    answers = {question.id: True for kind in pack.kinds for question in kind.questions}
    elements = {element.id: Answer(asked="不清楚") for element in house.packs.elements.elements}
    return msgspec.structs.replace(NO_WATER, urgency_answers=answers, elements=elements)


def article(house: House) -> Article:
    found = next(each for each in starter_articles() if "电梯" in each.title)
    house.kb.import_articles([found], by="system")
    return house.kb.get(found.id)


@pytest.mark.clause("5.1.3.3c")
def test_an_urgent_record_is_reported_as_it_is_registered(house: House, clock: FixedClock) -> None:
    """You should see the report on the ticket although nobody pressed F9, in the act that registers it, and once."""
    ticket = work(house).submit(urgent(house), clock.now())
    assert ticket.state is State.TO_DISPATCH
    assert [each.kind for each in house.tickets.events(ticket.id)] == [Kind.REGISTERED, Kind.ESCALATED, Kind.SUBMITTED]
    (reported,) = ticket.escalations
    assert (reported.at, reported.by) == (clock.now(), TAKER.agent_no)
    one = work(house)
    one.escalate(urgent(house), clock.now())
    assert len(one.submit(urgent(house), clock.now()).escalations) == 1


@pytest.mark.clause("5.1.3.3c")
def test_an_ordinary_record_is_not_reported(house: House, clock: FixedClock) -> None:
    """You should see no report on a complaint that is not urgent."""
    assert work(house).submit(COMPLAINT, clock.now()).escalations == []


@pytest.mark.clause("5.1.3.3c")
@pytest.mark.parametrize("way", ["reply", "classify"])
def test_an_urgent_record_is_reported_whichever_way_it_leaves(house: House, clock: FixedClock, way: str) -> None:
    """You should see the report also on what is answered or classified."""
    record = urgent(house)
    if way == "reply":
        ticket = work(house).reply(record, article(house), clock.now())
    else:
        ticket = work(house).classify(record, Scope("超出职责", "5.1.2.2f", note="来电人只是告知"), clock.now())
    assert len(ticket.escalations) == 1


@pytest.mark.clause("5.1.3.3c")
def test_a_registered_ticket_can_still_be_reported(house: House, clock: FixedClock) -> None:
    """You should see the report after registration leave the record as it is."""
    one = work(house)
    before = one.submit(COMPLAINT, clock.now())
    after = one.report(clock.now())
    assert len(after.escalations) == 1
    assert (after.state, after.record) == (State.TO_DISPATCH, before.record)


@pytest.mark.clause("C.3")
def test_a_complaint_is_not_answered_before_its_elements_are_asked(house: House, clock: FixedClock) -> None:
    """You should see the reply refused with what is missing, and made once each is given or marked as asked."""
    bare = Record(types=["投诉"], text="小区电梯停运，没人管。")
    with pytest.raises(Incomplete) as refused:
        work(house).reply(bare, article(house), clock.now())
    missing = [state.id for state in refused.value.judgement.missing]
    assert {"place", "object", "earlier"} <= set(missing)
    assert not list(house.tickets.every())
    asked = msgspec.structs.replace(bare, elements={each: Answer(asked="不清楚") for each in missing})
    while True:
        try:
            ticket = work(house).reply(asked, article(house), clock.now())
            break
        except Incomplete as error:  # a place that is unclear asks for its landmark
            more = {state.id: Answer(asked="不清楚") for state in error.judgement.missing}
            assert set(more) - set(asked.elements)
            asked = msgspec.structs.replace(asked, elements={**asked.elements, **more})
    assert ticket.state is State.ANSWERED
    assert ticket.record.types == ["投诉"]


@pytest.mark.clause("C.1")
@pytest.mark.parametrize("types", [[], ["咨询"]])
def test_a_question_is_answered_with_its_content_alone(house: House, clock: FixedClock, types: list[str]) -> None:
    """You should see no name or place demanded of a record that only asks."""
    record = Record(types=types, text="想问小区电梯多久检验一次。")
    ticket = work(house).reply(record, article(house), clock.now())
    assert (ticket.state, ticket.record.types) == (State.ANSWERED, ["咨询"])


@pytest.mark.clause("5.1.4.1e")
def test_the_title_of_a_reply_is_the_callers(house: House, clock: FixedClock) -> None:
    """You should see the title made of the text, or of what was searched for, and never the article's."""
    used = article(house)
    asked = work(house).reply(Record(text="想问小区电梯多久检验一次。"), used, clock.now())
    assert asked.record.title == "想问小区电梯多久检验一次"
    searched = work(house).reply(Record(), used, clock.now(), "请问小区电梯多久检验一次？")
    assert searched.record.title == "请问小区电梯多久检验一次"
    named = work(house).reply(Record(title="电梯检验", text="想问小区电梯多久检验一次。"), used, clock.now())
    assert named.record.title == "电梯检验"
