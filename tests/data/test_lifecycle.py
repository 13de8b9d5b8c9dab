"""The life of a ticket is appendix A's: nothing jumps, and everyone acts within the grant."""

import itertools

import pytest

from data.lifecycle import KIND_NAMES, TRANSITIONS, Kind, State, TransitionRefused, transition
from data.people import SYSTEM, Actor, Role

STATES: list[State | None] = [None, *State]
UNDRAWN = [pair for pair in itertools.product(STATES, Kind) if pair not in TRANSITIONS]


@pytest.mark.clause("5")
@pytest.mark.parametrize(("state", "kind"), UNDRAWN)
def test_a_step_that_appendix_a_does_not_draw_is_refused(state: State | None, kind: Kind) -> None:
    """You should see what stands, what was tried, and the rule."""
    with pytest.raises(TransitionRefused) as refused:
        transition(state, kind)
    sentence = str(refused.value)
    assert str(state or "未登记") in sentence
    assert KIND_NAMES[kind] in sentence
    assert "附录A" in sentence


@pytest.mark.clause("5")
@pytest.mark.clause("5.1.4.1b")
def test_a_ticket_begins_only_by_being_registered() -> None:
    """You should see 登记 as the one first step, and every state within reach of it."""
    assert [kind for state, kind in TRANSITIONS if state is None] == [Kind.REGISTERED]
    reached = {TRANSITIONS[None, Kind.REGISTERED].to}
    for _ in State:
        reached |= {arrow.to for (state, _), arrow in TRANSITIONS.items() if state in reached}
    assert reached == set(State)


@pytest.mark.clause("5")
@pytest.mark.parametrize("end", [State.ANSWERED, State.CLASSIFIED])
def test_what_was_answered_or_classified_stays_so(end: State) -> None:
    """You should see a closed record only be added to, counted again or its report seen, never reopened."""
    arrows = {kind: arrow.to for (state, kind), arrow in TRANSITIONS.items() if state is end}
    assert set(arrows) == {Kind.ACKNOWLEDGED, Kind.REPEATED, Kind.AMENDED, Kind.ARCHIVED}
    assert set(arrows.values()) == {end, State.ARCHIVED}


@pytest.mark.clause("5.2.1")
@pytest.mark.clause("5.1.2.2")
def test_a_record_ends_in_one_of_three_ways() -> None:
    """You should see 直接答复, 分类处理 and 转派单 leave 登记中, each with its clause."""
    ways = {
        kind: (arrow.to, arrow.clause)
        for (state, kind), arrow in TRANSITIONS.items()
        if state is State.RECORDING and arrow.to is not State.RECORDING
    }
    assert ways == {
        Kind.ANSWERED: (State.ANSWERED, "5.2.1"),
        Kind.CLASSIFIED: (State.CLASSIFIED, "5.1.2.2"),
        Kind.SUBMITTED: (State.TO_DISPATCH, "5.2.2.1.1"),
    }


def test_every_step_has_a_clause_an_actor_and_a_name() -> None:
    """You should see no arrow without the clause that draws it and a role that may take it."""
    for arrow in TRANSITIONS.values():
        assert arrow.clause.startswith(("5.", "4.2"))
        assert arrow.roles
    assert set(KIND_NAMES) == set(Kind)
    assert len(set(KIND_NAMES.values())) == len(Kind)


@pytest.mark.clause("6.2.2")
def test_a_trainee_may_take_no_step() -> None:
    """You should see every arrow closed to a trainee (学员), an analyst and one without a role."""
    for roles in ({Role.TRAINEE}, {Role.ANALYST}, set[Role]()):
        nobody = Actor("8099", roles=frozenset(roles))
        assert not any(nobody.may(*arrow.roles) for arrow in TRANSITIONS.values())
    assert all(SYSTEM.may(*arrow.roles) for arrow in TRANSITIONS.values())


@pytest.mark.clause("5.1.3.3c")
@pytest.mark.clause("6.2.2")
def test_only_who_leads_may_acknowledge_a_report() -> None:
    """You should see a call-taker unable to acknowledge the report made to the manager."""
    for state in State:
        arrow = transition(state, Kind.ACKNOWLEDGED)
        assert not Actor("8012", roles=frozenset({Role.CALL_TAKER})).may(*arrow.roles)
        assert Actor("9001", roles=frozenset({Role.SUPERVISOR})).may(*arrow.roles)
