"""What a step demands is held wherever an event is written: by the rule, in the store, and in the queue."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from data.clock import FixedClock
from data.events import Event, NewEvent, Ticket, new_id
from data.handling import FEEDBACK_ELEMENTS, SUPERVISION_FACTS, outcomes_of
from data.lifecycle import Kind, State, TransitionRefused
from data.people import Actor, Role
from data.receiving import Receiving
from data.record import PHONE, Record
from data.ticket_row import running_clock
from data.tickets import Act, ActRefused, TicketStore
from tests.queues import arrivals

Take = Callable[..., Ticket]
UNIT, OTHER, GOVERNMENT = "望京街道办事处", "市水务局", "朝阳区人民政府"
ROLES = {
    "dispatcher": Actor("2001", roles=frozenset({Role.DISPATCHER})),
    "taker": Actor("1001", roles=frozenset({Role.CALL_TAKER})),
    "handler": Actor("3001", roles=frozenset({Role.UNIT}), unit=UNIT),
    "leader": Actor("3002", roles=frozenset({Role.UNIT_LEADER}), unit=UNIT),
    "stranger": Actor("3101", roles=frozenset({Role.UNIT}), unit=OTHER),
    "supervisor": Actor("7001", roles=frozenset({Role.SUPERVISOR})),
    "chief": Actor("7002", roles=frozenset({Role.SUPERVISOR})),
}


@pytest.fixture
def due(clock: FixedClock) -> dict[str, str]:
    """The clocks of a ticket that waits for dispatch."""
    end = (clock.now() + timedelta(hours=24)).isoformat()
    return {"dispatch": end, "sign": "1个工作日", "feedback": "7天", "basis": "自受理起24小时"}


@pytest.fixture
def waiting(register: Take, due: dict[str, str]) -> Take:
    """Register a ticket that waits for dispatch."""

    def make(*kinds: str, source: str = PHONE, types: tuple[str, ...] = ("投诉",)) -> Ticket:
        record = Record(title="停水", text="停水两天", types=list(types), urgency_kinds=list(kinds), source=source)
        return register(record, NewEvent(Kind.SUBMITTED, {"due": due}))

    return make


@pytest.fixture
def take(store: TicketStore, clock: FixedClock) -> Take:
    """Take a step as somebody."""

    def step(ticket: Ticket, who: str, step_kind: Kind, /, **payload: Any) -> Ticket:
        return store.act(
            [Act(ticket.id, [NewEvent(step_kind, payload)], expected=ticket.seq)], ROLES[who], clock.now()
        )[0]

    return step


@pytest.fixture
def sent(clock: FixedClock) -> dict[str, Any]:
    """A dispatch to a street, with its copy to the district."""
    return {
        "unit": UNIT,
        "copy_to": GOVERNMENT,
        "sign_due": (clock.now() + timedelta(days=1)).isoformat(),
        "feedback_due": (clock.now() + timedelta(days=7)).isoformat(),
        "basis": "自派发起",
    }


@pytest.fixture
def handled(waiting: Take, take: Take, sent: dict[str, Any]) -> Take:
    """A ticket that its unit has signed and called the claimant about."""

    def make(**given: Any) -> Ticket:
        ticket = take(waiting(**given), "dispatcher", Kind.DISPATCHED, **sent)
        ticket = take(ticket, "handler", Kind.SIGNED)
        return take(ticket, "handler", Kind.CONTACTED, reached=True, note="已核实")

    return make


def filled(outcome: str, *without: str) -> dict[str, Any]:
    """A reply with all the elements of its outcome but some."""
    elements = {name: f"{label}的内容" for name, label, _ in FEEDBACK_ELEMENTS[outcome] if name not in without}
    return {"outcome": outcome, "elements": elements}


@pytest.mark.clause("3.5")
@pytest.mark.clause("5")
@pytest.mark.clause("5.2.2.2.1")
@pytest.mark.clause("A.1")
def test_a_ticket_goes_from_dispatch_to_completion(handled: Take, take: Take, store: TicketStore) -> None:
    """You should see each state of appendix A in its order, and the row equal to what its events make."""
    ticket = handled()
    assert ticket.state is State.HANDLING
    ticket = take(ticket, "handler", Kind.FED_BACK, **filled("已解决"))
    assert ticket.state is State.FED_BACK
    ticket = take(ticket, "dispatcher", Kind.COMPLETED)
    assert ticket.state is State.COMPLETED
    assert store.rebuild(ticket.id) == ticket
    names = [event.kind for event in store.events(ticket.id)]
    assert names[-5:] == [Kind.DISPATCHED, Kind.SIGNED, Kind.CONTACTED, Kind.FED_BACK, Kind.COMPLETED]


@pytest.mark.clause("5.2.2.1.4")
@pytest.mark.parametrize(
    ("kind", "authority"), [("不稳定因素", "公安部门"), ("突发事件", "应急管理部门"), ("基本民生保障", "应急管理部门"),
                            ("极端天气", "应急管理部门"), ("疫情", ""), ("其他可能造成生命财产损失", "")]
)  # fmt: skip
def test_an_urgent_ticket_leaves_only_after_its_call_and_decision(
    waiting: Take, take: Take, sent: dict[str, Any], kind: str, authority: str
) -> None:
    """You should see it refused without the call to this very unit, and without the decision its kind asks for."""
    ticket = waiting(kind)
    with pytest.raises(TransitionRefused, match=rf"还没有电话联系{UNIT}.*5\.2\.2\.1\.4"):
        take(ticket, "dispatcher", Kind.DISPATCHED, **sent)
    ticket = take(ticket, "dispatcher", Kind.UNIT_CALLED, unit=OTHER, spoke_with="值班员", result="转告")
    with pytest.raises(TransitionRefused, match=UNIT):
        take(ticket, "dispatcher", Kind.DISPATCHED, **sent)
    ticket = take(ticket, "dispatcher", Kind.UNIT_CALLED, unit=UNIT, spoke_with="值班员小李", result="马上派人")
    if authority:
        with pytest.raises(TransitionRefused, match=f"还没有判断是否报{authority}"):
            take(ticket, "dispatcher", Kind.DISPATCHED, **sent)
        ticket = take(
            ticket, "dispatcher", Kind.AUTHORITY_DECIDED, authority=authority, report=False, reason="已由消防处置"
        )
    assert take(ticket, "dispatcher", Kind.DISPATCHED, **sent).state is State.DISPATCHED


@pytest.mark.clause("5.2.2.1.4")
@pytest.mark.parametrize("lacking", ["unit", "spoke_with", "result"])
def test_a_call_is_logged_with_who_and_which_result(waiting: Take, take: Take, lacking: str) -> None:
    """You should see a call without its unit, its partner or its result refused."""
    call = {"unit": UNIT, "spoke_with": "小李", "result": "马上派人", lacking: " "}
    with pytest.raises(TransitionRefused, match=r"5\.2\.2\.1\.4"):
        take(waiting("突发事件"), "dispatcher", Kind.UNIT_CALLED, **call)


REPLIES = [
    (types, outcome, name, label, clause)
    for types in (("投诉",), ("咨询",), ("建议",))
    for outcome in outcomes_of(list(types))
    for name, label, clause in FEEDBACK_ELEMENTS[outcome]
]


@pytest.mark.clause("5.2.2.3.3")
@pytest.mark.clause("5.2.2.3.4")
@pytest.mark.clause("5.2.2.3.5")
@pytest.mark.clause("5.2.2.3.6")
@pytest.mark.clause("5.2.2.3.7a")
@pytest.mark.clause("5.2.2.3.7b")
@pytest.mark.clause("5.2.2.3.7c")
@pytest.mark.parametrize(("types", "outcome", "name", "label", "clause"), REPLIES)
def test_a_reply_that_lacks_an_element_is_not_sent(
    handled: Take, take: Take, types: tuple[str, ...], outcome: str, name: str, label: str, clause: str
) -> None:
    """You should see the element named with its clause, and the whole reply accepted."""
    ticket = handled(types=types)
    with pytest.raises(TransitionRefused) as refused:
        take(ticket, "handler", Kind.FED_BACK, **filled(outcome, name))
    assert label in str(refused.value)
    assert clause in str(refused.value)
    assert take(ticket, "handler", Kind.FED_BACK, **filled(outcome)).state is State.FED_BACK


@pytest.mark.clause("5.2.2.3.7a")
def test_a_complaint_is_not_answered_like_a_consultation(handled: Take, take: Take) -> None:
    """You should see the outcomes that its type allows named."""
    with pytest.raises(TransitionRefused, match="已解决、未解决、不能解决、不合理诉求"):
        take(handled(), "handler", Kind.FED_BACK, **filled("咨询"))


@pytest.mark.clause("5.2.2.2.2")
def test_no_reply_before_the_claimant_was_called(waiting: Take, take: Take, sent: dict[str, Any]) -> None:
    """You should see a ticket that is worked on without any attempt to reach the claimant kept from feedback."""
    ticket = take(waiting(), "dispatcher", Kind.DISPATCHED, **sent)
    ticket = take(take(ticket, "handler", Kind.SIGNED), "handler", Kind.PROGRESSED, text="已派人")
    with pytest.raises(TransitionRefused, match=r"还没有联系诉求人.*5\.2\.2\.2\.2"):
        take(ticket, "handler", Kind.FED_BACK, **filled("已解决"))
    ticket = take(ticket, "handler", Kind.CONTACTED, reached=False, note="三次无人接听")
    assert take(ticket, "handler", Kind.FED_BACK, **filled("已解决")).state is State.FED_BACK


@pytest.mark.clause("5.2.2.3.1")
def test_a_web_request_is_answered_only_by_way_of_the_unit_leader(handled: Take, take: Take) -> None:
    """You should see the straight way closed, the opinion watch demanded, and nobody reviewing their own reply."""
    ticket = handled(source="微信公众号")
    reply = filled("已解决")
    with pytest.raises(TransitionRefused, match=r"主管领导审核.*5\.2\.2\.3\.1"):
        take(ticket, "handler", Kind.FED_BACK, **reply)
    with pytest.raises(TransitionRefused, match="舆情"):
        take(ticket, "handler", Kind.REVIEW_ASKED, **reply)
    ticket = take(ticket, "handler", Kind.REVIEW_ASKED, **reply, opinion_watch="未发现")
    assert ticket.state is State.IN_REVIEW
    with pytest.raises(ActRefused, match="承办负责人"):
        take(ticket, "handler", Kind.REVIEW_PASSED)
    with pytest.raises(TransitionRefused, match="写明理由"):
        take(ticket, "leader", Kind.REVIEW_FAILED, reason="")
    ticket = take(ticket, "leader", Kind.REVIEW_FAILED, reason="请补充照片")
    assert (ticket.state, ticket.handling.review_note) == (State.HANDLING, "请补充照片")
    ticket = take(ticket, "handler", Kind.REVIEW_ASKED, **reply, opinion_watch="未发现")
    ticket = take(ticket, "leader", Kind.REVIEW_PASSED)
    assert ticket.state is State.FED_BACK
    assert ticket.handling.feedbacks[-1].reviewed_by == "3002"


@pytest.mark.clause("5.2.2.3.1")
def test_a_leader_does_not_review_their_own_reply(handled: Take, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a person with both roles need another one."""
    both = Actor("3003", roles=frozenset({Role.UNIT, Role.UNIT_LEADER}), unit=UNIT)
    monkeypatch.setitem(ROLES, "both", both)
    ticket = take(handled(source="政务微博"), "both", Kind.REVIEW_ASKED, **filled("已解决"), opinion_watch="未发现")
    with pytest.raises(TransitionRefused, match="不能审核自己"):
        take(ticket, "both", Kind.REVIEW_PASSED)


@pytest.mark.clause("5.2.2.3.1")
def test_a_telephone_request_needs_no_review(handled: Take, take: Take) -> None:
    """You should see the way by the leader closed for what came by telephone."""
    with pytest.raises(TransitionRefused, match="电话诉求请直接反馈"):
        take(handled(), "handler", Kind.REVIEW_ASKED, **filled("已解决"), opinion_watch="未发现")


@pytest.mark.clause("4.2")
def test_the_first_receiver_stays_responsible_until_another_has_it(
    waiting: Take, take: Take, sent: dict[str, Any], store: TicketStore
) -> None:
    """You should see no taking away once signed, a request that changes no state, and the first unit remembered."""
    ticket = take(waiting(), "dispatcher", Kind.DISPATCHED, **sent)
    ticket = take(ticket, "handler", Kind.SIGNED)
    other = {**sent, "unit": OTHER, "copy_to": "", "reason": "属水务职责"}
    with pytest.raises(TransitionRefused, match=r"首接负责.*4\.2"):
        take(ticket, "dispatcher", Kind.REDISPATCHED, **other)
    with pytest.raises(TransitionRefused, match="没有申请退回"):
        take(ticket, "dispatcher", Kind.RETURN_REFUSED, reason="不同意")
    ticket = take(ticket, "handler", Kind.RETURN_ASKED, unit=UNIT, reason="不属本单位职责", suggested=OTHER)
    assert ticket.state is State.SIGNED
    with pytest.raises(TransitionRefused, match="仍由本单位负责"):
        take(ticket, "handler", Kind.RETURN_ASKED, unit=UNIT, reason="再次申请")
    with pytest.raises(TransitionRefused, match="另选承办单位"):
        take(ticket, "dispatcher", Kind.REDISPATCHED, **{**other, "unit": UNIT})
    ticket = take(ticket, "dispatcher", Kind.RETURN_REFUSED, reason="属地应先处置")
    assert ticket.handling.return_request is None
    ticket = take(ticket, "handler", Kind.RETURN_ASKED, unit=UNIT, reason="管线归水务")
    ticket = take(ticket, "dispatcher", Kind.REDISPATCHED, **other)
    assert ticket.state is State.DISPATCHED
    assert (ticket.handling.first_unit, ticket.handling.now_with and ticket.handling.now_with.unit) == (UNIT, OTHER)
    with pytest.raises(ActRefused, match="须由该单位操作"):
        take(ticket, "handler", Kind.SIGNED)
    assert take(ticket, "stranger", Kind.SIGNED).state is State.SIGNED


def test_a_slip_of_dispatch_is_put_right_before_the_unit_signs(waiting: Take, take: Take, sent: dict[str, Any]) -> None:
    """You should see a ticket sent to the wrong unit sent on with a reason while nobody has signed it."""
    ticket = take(waiting(), "dispatcher", Kind.DISPATCHED, **sent)
    with pytest.raises(TransitionRefused, match="理由"):
        take(ticket, "dispatcher", Kind.REDISPATCHED, **{**sent, "unit": OTHER})
    ticket = take(ticket, "dispatcher", Kind.REDISPATCHED, **{**sent, "unit": OTHER, "reason": "误派"})
    assert len(ticket.handling.dispatches) == 2


@pytest.mark.clause("5.2.2.2.1")
@pytest.mark.clause("6.2.2")
@pytest.mark.parametrize("kind", [Kind.SIGNED, Kind.RETURN_ASKED])
def test_another_unit_may_not_act(waiting: Take, take: Take, sent: dict[str, Any], kind: Kind) -> None:
    """You should see who has the ticket named, and who tried."""
    ticket = take(waiting(), "dispatcher", Kind.DISPATCHED, **sent)
    with pytest.raises(ActRefused, match=rf"{UNIT}承办.*3101 属于{OTHER}"):
        take(ticket, "stranger", kind, unit=OTHER, reason="不是我们的")


@pytest.mark.clause("4.3")
@pytest.mark.clause("5.2.2.2.3")
def test_units_called_to_help_may_report_but_the_first_leads(handled: Take, take: Take, store: TicketStore) -> None:
    """You should see the mode, the lead and the helpers kept, a helper's note accepted, its feedback not."""
    ticket = handled()
    for faulty in ({"mode": "随便", "units": [OTHER]}, {"mode": "协调会商", "units": [UNIT]}):
        with pytest.raises(TransitionRefused, match=r"5\.2\.2\.2\.3"):
            take(ticket, "handler", Kind.JOINED, **faulty)
    with pytest.raises(ActRefused):
        take(ticket, "stranger", Kind.PROGRESSED, text="我们看过")
    ticket = take(ticket, "handler", Kind.JOINED, mode="街乡吹哨、部门报到", units=[OTHER], lead=UNIT)
    ticket = take(ticket, "stranger", Kind.PROGRESSED, text="管线已查", unit=OTHER)
    assert ticket.handling.joint_units == [OTHER]
    with pytest.raises(ActRefused):
        take(ticket, "stranger", Kind.FED_BACK, **filled("已解决"))


@pytest.mark.clause("5.2.2.3.2d")
def test_a_complex_case_is_declared_by_a_supervisor_in_time(handled: Take, take: Take, clock: FixedClock) -> None:
    """You should see it refused to others, for urgent tickets, after the limit and without a reason."""
    later = (clock.now() + timedelta(days=15)).isoformat()
    ticket = handled()
    with pytest.raises(ActRefused, match="督办"):
        take(ticket, "dispatcher", Kind.MADE_COMPLEX, reason="多部门", feedback_due=later)
    with pytest.raises(TransitionRefused, match="理由"):
        take(ticket, "supervisor", Kind.MADE_COMPLEX, reason=" ", feedback_due=later)
    changed = take(ticket, "supervisor", Kind.MADE_COMPLEX, reason="涉及五个部门", feedback_due=later)
    assert changed.handling.feedback_due == clock.now() + timedelta(days=15)
    with pytest.raises(TransitionRefused, match="已认定"):
        take(changed, "supervisor", Kind.MADE_COMPLEX, reason="再次", feedback_due=later)
    late = handled()
    clock.advance(7 * 86400 + 1)
    with pytest.raises(TransitionRefused, match="时限已过"):
        take(late, "supervisor", Kind.MADE_COMPLEX, reason="涉及五个部门", feedback_due=later)


@pytest.mark.clause("5.2.3b")
def test_nothing_is_completed_while_an_order_waits_for_its_answer(handled: Take, take: Take, clock: FixedClock) -> None:
    """You should see the order named, and the completion go through once the unit has answered it."""
    facts = {each: "内容" for each, _, _ in SUPERVISION_FACTS["会商督办"]}
    deadline = (clock.now() + timedelta(days=3)).isoformat()
    order = {"id": "s1", "kind": "会商督办", "deadline": deadline, "facts": facts}
    ticket = take(handled(), "supervisor", Kind.SUPERVISED, **order)
    ticket = take(ticket, "handler", Kind.FED_BACK, **filled("已解决"))
    with pytest.raises(TransitionRefused, match=r"会商督办没有回复.*5\.2\.3"):
        take(ticket, "dispatcher", Kind.COMPLETED)
    ticket = take(ticket, "handler", Kind.SUPERVISION_REPLIED, id="s1", text="已会商，管线移交水务")
    assert take(ticket, "dispatcher", Kind.COMPLETED).state is State.COMPLETED


FACTS = [(kind, name, label, clause) for kind, facts in SUPERVISION_FACTS.items() for name, label, clause in facts]


@pytest.mark.clause("5.2.3b")
@pytest.mark.clause("5.2.3c")
@pytest.mark.clause("5.2.3d")
@pytest.mark.clause("5.2.3e")
@pytest.mark.clause("5.2.3f")
@pytest.mark.parametrize(("kind", "name", "label", "clause"), FACTS)
def test_a_supervision_states_what_its_clause_demands(
    handled: Take, take: Take, clock: FixedClock, kind: str, name: str, label: str, clause: str
) -> None:
    """You should see each missing fact named with its clause, and the deadline demanded."""
    facts = {each: f"{words}的内容" for each, words, _ in SUPERVISION_FACTS[kind]}
    order = {"id": "s1", "kind": kind, "deadline": (clock.now() + timedelta(days=3)).isoformat()}
    ticket = handled()
    with pytest.raises(TransitionRefused) as refused:
        take(ticket, "supervisor", Kind.SUPERVISED, **order, facts={**facts, name: ""})
    assert label in str(refused.value)
    assert clause in str(refused.value)
    with pytest.raises(TransitionRefused, match="期限"):
        take(ticket, "supervisor", Kind.SUPERVISED, **{**order, "deadline": None}, facts=facts)
    assert take(ticket, "supervisor", Kind.SUPERVISED, **order, facts=facts).handling.supervisions[0].kind == kind


@pytest.mark.clause("5.2.3b")
def test_a_document_goes_out_only_when_a_leader_approved_it(handled: Take, take: Take, clock: FixedClock) -> None:
    """You should see the unit unable to answer before, the proposer unable to approve, and each step once."""
    facts = {each: "内容" for each, _, _ in SUPERVISION_FACTS["文件督办"]}
    order = {"id": "s1", "kind": "文件督办", "deadline": (clock.now() + timedelta(days=3)).isoformat(), "facts": facts}
    ticket = take(handled(), "supervisor", Kind.SUPERVISED, **order)
    with pytest.raises(TransitionRefused, match="还没有经领导审批"):
        take(ticket, "handler", Kind.SUPERVISION_REPLIED, id="s1", text="已办")
    with pytest.raises(TransitionRefused, match="不能批准自己"):
        take(ticket, "supervisor", Kind.SUPERVISION_APPROVED, id="s1")
    with pytest.raises(TransitionRefused, match="没有这一项"):
        take(ticket, "chief", Kind.SUPERVISION_APPROVED, id="s2")
    ticket = take(ticket, "chief", Kind.SUPERVISION_APPROVED, id="s1")
    ticket = take(ticket, "handler", Kind.SUPERVISION_REPLIED, id="s1", text="已办结管线移交")
    with pytest.raises(TransitionRefused, match="已回复"):
        take(ticket, "handler", Kind.SUPERVISION_REPLIED, id="s1", text="再报")
    ticket = take(ticket, "supervisor", Kind.SUPERVISION_CLOSED, id="s1", text="推动解决")
    with pytest.raises(TransitionRefused, match="已了结"):
        take(ticket, "supervisor", Kind.SUPERVISION_CLOSED, id="s1", text="再了结")
    found = ticket.handling.supervisions[0]
    assert (found.approved_by, found.replied_by, found.outcome) == ("7002", "3001", "推动解决")


@pytest.mark.clause("5.2.2.1.2")
@pytest.mark.clause("5.2.2.2.1")
@pytest.mark.clause("5.2.2.3.2")
def test_one_clock_runs_at_a_time(waiting: Take, take: Take, sent: dict[str, Any], clock: FixedClock) -> None:
    """You should see dispatch, then sign, then feedback run, and none once the reply is there."""
    ticket = waiting()
    assert running_clock(ticket) == ("dispatch", clock.now(), clock.now() + timedelta(hours=24))
    ticket = take(ticket, "dispatcher", Kind.DISPATCHED, **sent)
    assert running_clock(ticket)[::2] == ("sign", clock.now() + timedelta(days=1))
    ticket = take(ticket, "handler", Kind.SIGNED)
    assert running_clock(ticket)[::2] == ("feedback", clock.now() + timedelta(days=7))
    ticket = take(ticket, "handler", Kind.CONTACTED, reached=True, note="已核实")
    ticket = take(ticket, "handler", Kind.FED_BACK, **filled("已解决"))
    assert running_clock(ticket)[0] == ""
    ticket = take(
        ticket, "supervisor", Kind.SENT_BACK, reason="没有解决",
        feedback_due=(clock.now() + timedelta(days=2)).isoformat(),
    )  # fmt: skip
    assert (ticket.state, running_clock(ticket)[2]) == (State.HANDLING, clock.now() + timedelta(days=2))


@pytest.mark.clause("5")
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.REGISTERED])
def test_what_comes_from_the_queue_is_held_to_the_same_rules(
    store: TicketStore, waiting: Take, clock: FixedClock, kind: Kind
) -> None:
    """You should see an empty step of any kind held: it is not drawn, or lacks its content."""
    ticket = waiting("突发事件", source="政务微博")
    store._db.execute("DELETE FROM outbox")
    event = Event(new_id(), ticket.id, ticket.seq + 1, kind, clock.now(), "8012", "5", {})
    if kind in (Kind.ACKNOWLEDGED, Kind.ESCALATED):  # these need no content
        assert Receiving(store).receive(arrivals([event]), clock.now()) == 1
        return
    assert Receiving(store).receive(arrivals([event]), clock.now()) == 0
    (held,) = Receiving(store).held()
    assert (held.number, held.seq) == (ticket.number, event.seq)
    assert store.get(ticket.id) == ticket


@pytest.mark.clause("5.2.2.2.2")
def test_another_units_call_does_not_stand_in_for_ones_own(
    handled: Take, take: Take, sent: dict[str, Any], clock: FixedClock
) -> None:
    """You should see the unit that took a ticket over kept from feedback until it has called the claimant itself."""
    ticket = take(handled(), "handler", Kind.RETURN_ASKED, unit=UNIT, reason="管线归水务")
    clock.advance(60)
    other = {**sent, "unit": OTHER, "copy_to": "", "reason": "属水务职责"}
    ticket = take(ticket, "dispatcher", Kind.REDISPATCHED, **other)
    clock.advance(60)
    ticket = take(take(ticket, "stranger", Kind.SIGNED), "stranger", Kind.PROGRESSED, text="已派人")
    with pytest.raises(TransitionRefused, match="还没有联系诉求人"):
        take(ticket, "stranger", Kind.FED_BACK, **filled("已解决"))
    ticket = take(ticket, "stranger", Kind.CONTACTED, reached=True, note="已核实")
    assert take(ticket, "stranger", Kind.FED_BACK, **filled("已解决")).state is State.FED_BACK


@pytest.mark.clause("5.2.2.2.2")
@pytest.mark.parametrize("reached", [None, "", "已接通", 1])
def test_an_attempt_says_whether_anybody_was_reached(waiting: Take, take: Take, sent: dict, reached: object) -> None:
    """You should see an attempt without a plain yes or no refused."""
    ticket = take(take(waiting(), "dispatcher", Kind.DISPATCHED, **sent), "handler", Kind.SIGNED)
    with pytest.raises(TransitionRefused, match="已接通还是未接通"):
        take(ticket, "handler", Kind.CONTACTED, reached=reached, note="打过")


@pytest.mark.clause("5.3.4")
@pytest.mark.parametrize(("source", "page"), [(PHONE, False), ("微信公众号", True)])
def test_a_rating_page_is_pushed_once_and_only_for_a_web_request(
    handled: Take, take: Take, store: TicketStore, clock: FixedClock, source: str, page: bool
) -> None:
    """You should see the page follow the way the request came, and no second completion, also from the queue."""
    ticket = handled(source=source)
    if page:
        ticket = take(ticket, "handler", Kind.REVIEW_ASKED, **filled("已解决"), opinion_watch="未发现")
        ticket = take(ticket, "leader", Kind.REVIEW_PASSED)
    else:
        ticket = take(ticket, "handler", Kind.FED_BACK, **filled("已解决"))
    with pytest.raises(TransitionRefused, match=r"5\.3\.4"):
        take(ticket, "dispatcher", Kind.COMPLETED, rating_page=not page)
    ticket = take(ticket, "dispatcher", Kind.COMPLETED, rating_page=page)
    for again in (Kind.COMPLETED, Kind.SENT_BACK):
        with pytest.raises(TransitionRefused, match="已办结"):
            take(ticket, "dispatcher", again, rating_page=page, reason="再来一次")
    second = Event(
        new_id(), ticket.id, ticket.seq + 1, Kind.COMPLETED, clock.now(), "2001", "5.3.4", {"rating_page": page}
    )
    store._db.execute("DELETE FROM outbox")
    assert Receiving(store).receive(arrivals([second]), clock.now()) == 0
    assert "已办结" in Receiving(store).held()[0].reason
    pages = [event for event in store.events(ticket.id) if event.payload.get("rating_page")]
    assert len(pages) == int(page)
