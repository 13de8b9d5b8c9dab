"""What a refusal says can be done instead (appendix A): what this very person can do with this very ticket."""

from datetime import timedelta

import pytest

from console.dispatch import Dispatching
from console.handling import Handling
from console.house import House
from console.supervision import Supervising
from console.work import Work
from data.clock import FixedClock
from data.events import Ticket
from data.handling import DOCUMENT
from data.lifecycle import KIND_NAMES, TRANSITIONS, Kind, State, TransitionRefused
from data.people import Actor, Role
from data.possible import possible
from tests.lives import CHIEF, DISPATCHER, HANDLER, OTHER, STREET, SUPERVISOR, TAKER, Lives, facts_of

LEADER = Actor("3002", roles=frozenset({Role.UNIT_LEADER}), unit=STREET)
ANALYST = Actor("9001", roles=frozenset({Role.ANALYST}))


def told(house: House, actor: Actor, ticket: Ticket, kind: Kind) -> str:
    """What a desk says of a step that is not drawn, the same as the store says."""
    said = Work(house, actor).why_not(ticket, kind)
    with pytest.raises(TransitionRefused) as refused:
        Work(house, actor).take(ticket, (kind, {}))
    assert str(refused.value) == said
    return said


@pytest.mark.clause("5")
def test_a_refusal_says_what_this_person_can_do(house: House, lives: Lives) -> None:
    """You should see each person told their own steps, and whoever has none that they can only look."""
    ticket = lives.waiting()
    refused = "“待派单”的工单不能不同意退回（附录A）：现在"
    assert told(house, DISPATCHER, ticket, Kind.RETURN_REFUSED) == f"{refused}可以派单"
    assert told(house, TAKER, ticket, Kind.RETURN_REFUSED) == f"{refused}可以补充更正、上报管理人员"
    assert told(house, HANDLER, ticket, Kind.RETURN_REFUSED) == f"{refused}只能查看"
    assert told(house, ANALYST, ticket, Kind.RETURN_REFUSED) == f"{refused}只能查看"
    urgent = lives.waiting("燃气泄漏", "突发事件")
    assert told(house, DISPATCHER, urgent, Kind.SIGNED).endswith("可以电话联系承办单位、决定是否报有关部门、派单")


@pytest.mark.clause("5")
@pytest.mark.clause("4.2")
def test_it_goes_by_where_the_ticket_stands(house: House, lives: Lives) -> None:
    """You should see steps that find nothing left out, and there once they find something."""
    sent = lives.sent()
    assert told(house, DISPATCHER, sent, Kind.COMPLETED) == "“已派单”的工单不能办结（附录A）：现在可以改派"
    assert told(house, HANDLER, sent, Kind.FED_BACK).endswith("现在可以签收、申请退回")
    signed = Handling(house, HANDLER).sign(sent)
    assert told(house, DISPATCHER, signed, Kind.DISPATCHED).endswith("现在只能查看")
    asked = Handling(house, HANDLER).ask_return(signed, "不在辖区")
    assert told(house, DISPATCHER, asked, Kind.DISPATCHED).endswith("现在可以改派、不同意退回")
    assert told(house, HANDLER, asked, Kind.FED_BACK).endswith("现在可以联系诉求人、记办理进展、协同办理")
    stranger = Actor("3009", roles=HANDLER.roles, unit=OTHER)
    assert told(house, stranger, asked, Kind.FED_BACK).endswith("现在只能查看")


@pytest.mark.clause("5")
@pytest.mark.clause("5.2.3b")
def test_a_supervisor_is_told_of_orders_only_where_there_are_some(
    house: House, lives: Lives, clock: FixedClock
) -> None:
    """You should see approval offered to another than the proposer, and closing once there is something to close."""
    ticket = lives.handled()
    assert Kind.SUPERVISION_CLOSED not in possible(ticket, SUPERVISOR)
    due = clock.now() + timedelta(days=3)
    ordered = Supervising(house, SUPERVISOR).supervise(ticket, DOCUMENT, facts_of(DOCUMENT), due)
    assert Kind.SUPERVISION_APPROVED not in possible(ordered, SUPERVISOR)
    assert {Kind.SUPERVISION_APPROVED, Kind.SUPERVISION_CLOSED} <= set(possible(ordered, CHIEF))
    assert Kind.SUPERVISED not in possible(lives.waiting("油烟"), SUPERVISOR)


def test_a_step_that_is_named_can_be_taken_and_nobody_is_told_of_what_the_system_does(
    house: House, lives: Lives
) -> None:
    """You should see, for each state and person, only steps that their key does not refuse beforehand."""
    tickets = [lives.waiting(), lives.sent("占道"), lives.handled("油烟"), lives.replied("噪音")]
    tickets.append(Dispatching(house, DISPATCHER).log_call(lives.waiting("燃气", "突发事件"), STREET, "小李", "派人"))
    for ticket in tickets:
        for actor in (TAKER, DISPATCHER, HANDLER, LEADER, SUPERVISOR, ANALYST):
            for kind in possible(ticket, actor):
                assert (ticket.state, kind) in TRANSITIONS
                assert Work(house, actor).why_not(ticket, kind) == ""
                assert kind not in (Kind.REMINDED, Kind.REPEATED)
    assert {ticket.state for ticket in tickets} == {
        *(State.TO_DISPATCH, State.DISPATCHED, State.HANDLING, State.FED_BACK),
    }
    assert all(kind in KIND_NAMES for kind in Kind)
