"""Supervision (5.2.3): what gets into its lists by itself, why, and what orders demand and leave undone."""

from datetime import timedelta

import pytest

from console.handling import Handling
from console.history import event_detail
from console.house import House
from console.matters import open_matters
from console.supervision import (
    Supervising,
    SupervisionError,
    next_step,
    order_words,
    reasons,
    starting_facts,
    unmet,
    watches,
)
from data.clock import FixedClock
from data.events import NewEvent, Ticket, new_id
from data.handling import DOCUMENT, MEETING, ON_SITE, SUPERVISION_FACTS, WHISTLE
from data.lifecycle import Kind, TransitionRefused
from data.people import Actor
from data.ticket_row import running_clock
from data.tickets import Act, ActRefused
from tests.lives import CHIEF, DISPATCHER, HANDLER, OTHER, STREET, SUPERVISOR, Lives, facts_of

DAY = 86400


def listed(house: House, ticket: Ticket) -> list[str]:
    """In which lists a ticket is now."""
    now = house.clock.now()
    lists = watches(now, open_matters(house.figures, now))
    return [each.name for each in lists if ticket.id in [one.id for one in house.tickets.page(each.want, 1000)]]


@pytest.mark.clause("5.2.3")
@pytest.mark.clause("5.2.3a")
def test_a_ticket_gets_into_the_lists_by_itself_and_says_why(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see it in none, near from four fifths of the limit on, overdue from its end on, with the words."""
    ticket = lives.handled()
    assert listed(house, ticket) == []
    clock.advance(7 * DAY * 0.8 - 1)
    assert listed(house, ticket) == []
    clock.advance(1)
    assert listed(house, ticket) == ["临期"]
    assert reasons(ticket, clock.now()) == ["临期：已用 80%，剩 33 小时 36 分"]
    clock.advance(7 * DAY * 0.2)
    assert listed(house, ticket) == ["超期"]
    assert reasons(ticket, clock.now()) == ["超期 0 分钟"]


@pytest.mark.clause("5.2.3")
def test_sudden_repeated_and_concentrated_matters_are_listed(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see each in the list of its ground, what one person raised three times as often, and the reasons."""
    sudden = lives.handled("燃气泄漏", "突发事件")
    assert "突发" in listed(house, sudden)
    assert "突发事件" in reasons(sudden, clock.now())
    linked = lives.repeated(lives.repeated(lives.handled("占道经营", place="阜通东大街")))
    assert listed(house, linked) == ["多次"]
    assert reasons(linked, clock.now()) == ["反映 3 次"]
    unlinked = [lives.waiting("路灯不亮") for _ in range(3)]
    assert listed(house, unlinked[0]) == ["多次"]
    many = [lives.waiting("暖气不热", place="望京花园", phone=f"1380000090{at}") for at in range(3)]
    assert listed(house, many[2]) == ["集中"]
    matters = open_matters(house.figures, clock.now())
    assert reasons(many[2], clock.now(), matters) == ["集中：3 人 3 件"]
    assert reasons(unlinked[0], clock.now(), matters) == ["同一诉求人反映 3 次"]


@pytest.mark.clause("5.2.3c")
@pytest.mark.clause("4.2")
def test_what_is_asked_back_or_passed_on_is_listed(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a request to return it, and how often it went from unit to unit."""
    asked = Handling(house, HANDLER).ask_return(lives.sent(), "不在辖区")
    assert listed(house, asked) == ["申请退回"]
    moved = lives.passed_on(lives.sent("占道经营"))
    assert listed(house, moved) == ["流转"]
    assert reasons(moved, clock.now()) == ["流转 2 次"]
    assert starting_facts(moved, MEETING, clock.now())["units"] == "望京街道办事处、东湖街道办事处"


@pytest.mark.clause("5.2.3b")
@pytest.mark.clause("5.2.3d")
def test_an_order_that_is_not_met_is_what_a_notice_is_about(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see nothing before the deadline, then the unit, the kind and the time, and nothing once it answers."""
    work, now = Supervising(house, SUPERVISOR), clock.now()
    ticket = work.supervise(lives.handled(), ON_SITE, facts_of(ON_SITE, "2026-11-24 14:00"), now + timedelta(hours=8))
    assert "督办中" in listed(house, ticket)
    assert unmet(ticket, clock.now()) == []
    assert next_step(ticket, clock.now()) == "督办中：等待回复（5.2.3）"
    clock.advance(4 * 3600)
    assert unmet(ticket, clock.now()) == ["应于 11-24 14:00 抵达现场地点的内容，望京街道办事处未记到场"]
    assert "F6 通报" in next_step(ticket, clock.now())
    there = Handling(house, HANDLER).progress(ticket, "已到场", on_site=True)
    assert unmet(there, clock.now()) == []
    clock.advance(5 * 3600)
    assert unmet(there, clock.now()) == ["现场督办应于 11-24 18:30 前回复，望京街道办事处未回复"]
    censured = work.censure(there, STREET, unmet(there, clock.now())[0])
    assert next_step(censured, clock.now()).startswith("已通报")
    order = censured.handling.supervisions[0]
    answered = Supervising(house, HANDLER).answer(censured, order.id, "围墙已加固")
    assert unmet(answered, clock.now()) == []
    assert "了结" in next_step(answered, clock.now())
    closed = work.close(answered, order.id, "已解决")
    assert order_words(closed, closed.handling.supervisions[0], clock.now()) == "现场督办 已了结：已解决"
    assert "督办中" not in listed(house, closed)


@pytest.mark.clause("5.2.3d")
@pytest.mark.parametrize(("arrival", "words"), [("明天", "不是可用的时间"), ("2026-11-24 09:00", "已过")])
def test_the_time_to_arrive_is_an_instant_to_come(house: House, lives: Lives, arrival: str, words: str) -> None:
    """You should see a time that is none, or over, refused with its clause, and nothing changed."""
    ticket = lives.handled()
    deadline = house.clock.now() + timedelta(days=1)
    with pytest.raises(SupervisionError, match=rf"{words}.*5\.2\.3d"):
        Supervising(house, SUPERVISOR).supervise(ticket, ON_SITE, facts_of(ON_SITE, arrival), deadline)
    assert house.tickets.get(ticket.id) == ticket


@pytest.mark.clause("5.2.3c")
def test_a_deadline_that_is_over_is_refused(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see that the answer must be due later than now."""
    with pytest.raises(TransitionRefused, match="回复期限要在现在之后"):
        Supervising(house, SUPERVISOR).supervise(lives.handled(), MEETING, facts_of(MEETING), clock.now())


@pytest.mark.clause("5.2.3b")
def test_a_document_that_no_leader_approves_can_be_withdrawn(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see it wait for another leader, go to nobody meanwhile, and end with a reason."""
    work = Supervising(house, SUPERVISOR)
    ticket = work.supervise(lives.handled(), DOCUMENT, facts_of(DOCUMENT), clock.now() + timedelta(days=3))
    assert next_step(ticket, clock.now()) == "文件督办待领导审批：F5（5.2.3b）"
    (order,) = ticket.handling.supervisions
    clock.advance(4 * DAY)
    assert unmet(ticket, clock.now()) == []  # nobody had it, so nobody failed it
    with pytest.raises(TransitionRefused, match="请写明内容"):
        work.close(ticket, order.id, " ")
    closed = Supervising(house, CHIEF).close(ticket, order.id, "改用会商督办")
    assert closed.handling.supervisions[0].outcome == "改用会商督办"


@pytest.mark.clause("5.2.3b")
@pytest.mark.parametrize("kind", SUPERVISION_FACTS)
def test_nobody_owes_an_answer_before_a_dispatch(house: House, lives: Lives, clock: FixedClock, kind: str) -> None:
    """You should see an order refused with the way out while no unit has the ticket, whichever one is suggested."""
    ticket, work = lives.waiting(unit=STREET), Supervising(house, SUPERVISOR)
    with pytest.raises(SupervisionError, match=r"还没有派单，没有单位欠这份回复：请先派单.*5\.2\.3"):
        work.supervise(ticket, kind, facts_of(kind), clock.now() + timedelta(days=3))
    assert house.tickets.get(ticket.id) == ticket
    assert "还没有派单" in work.why_not(ticket, Kind.SUPERVISED)


@pytest.mark.clause("5.2.3b")
@pytest.mark.clause("4.2")
def test_whoever_has_the_ticket_owes_the_answer(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a document approved after the ticket went on sent to the unit that has it, and answered by it."""
    work, due = Supervising(house, SUPERVISOR), clock.now() + timedelta(days=3)
    ticket = work.supervise(lives.handled(), DOCUMENT, facts_of(DOCUMENT), due)
    moved = lives.passed_on(ticket)
    (order,) = moved.handling.supervisions
    assert order_words(moved, order, clock.now()).endswith(f"批准后下发{OTHER}")
    approved = Supervising(house, CHIEF).approve(moved, order.id)
    assert approved.handling.supervisions[0].unit == OTHER
    assert event_detail(house.tickets.events(ticket.id)[-1]) == f"下发{OTHER}"
    clock.advance(4 * DAY)
    assert unmet(approved, clock.now())[0].endswith(f"{OTHER}未回复")
    with pytest.raises(ActRefused, match=f"由{OTHER}承办"):
        Supervising(house, HANDLER).answer(approved, order.id, "不归我们")
    answered = Supervising(house, Actor("3009", roles=HANDLER.roles, unit=OTHER)).answer(approved, order.id, "已办")
    assert order_words(answered, answered.handling.supervisions[0], clock.now()) == f"文件督办 {OTHER}已回复：已办"
    assert house.tickets.rebuild(ticket.id) == answered


@pytest.mark.clause("5.2.3d")
@pytest.mark.clause("4.2")
def test_a_unit_is_not_blamed_for_what_was_due_before_it_had_the_ticket(
    house: House, lives: Lives, clock: FixedClock
) -> None:
    """You should see the unit that let the deadline pass named, not the one that has the ticket since."""
    work, due = Supervising(house, SUPERVISOR), clock.now() + timedelta(hours=2)
    ticket = work.supervise(lives.handled(), MEETING, facts_of(MEETING), due)
    clock.advance(3 * 3600)
    assert unmet(lives.passed_on(ticket), clock.now())[0].endswith(f"{STREET}未回复")


@pytest.mark.clause("5.2.3b")
def test_an_order_of_another_machine_is_approved_only_when_somebody_has_the_ticket(
    house: House, lives: Lives, clock: FixedClock
) -> None:
    """You should see an order that came without a unit wait for the dispatch, and blame nobody meanwhile."""
    waiting = lives.waiting(unit=STREET)
    facts, due = facts_of(DOCUMENT), clock.now() + timedelta(hours=1)
    order = {"id": new_id(), "kind": DOCUMENT, "facts": facts, "deadline": due.isoformat(), "unit": STREET}
    act = Act(waiting.id, [NewEvent(Kind.SUPERVISED, order)])
    (ticket,) = house.tickets.act([act], SUPERVISOR, clock.now())
    work = Supervising(house, CHIEF)
    with pytest.raises(SupervisionError, match="还没有派单"):
        work.approve(ticket, order["id"])
    assert "还没有派单" in work.why_not(ticket, Kind.SUPERVISION_APPROVED, {"id": order["id"]})
    clock.advance(2 * 3600)
    assert unmet(ticket, clock.now()) == []


@pytest.mark.clause("5.2.3")
@pytest.mark.clause("5.2.2.3.2d")
def test_what_is_sent_back_counts_from_then(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a whole new limit, its share counted from the sending back, and a complex case from there too."""
    ticket = lives.replied()
    clock.advance(6 * DAY)
    back = Handling(house, SUPERVISOR).send_back(ticket, "没有解决")
    assert running_clock(back) == ("feedback", clock.now(), clock.now() + timedelta(days=7))
    assert listed(house, back) == []
    hard = Handling(house, SUPERVISOR).make_complex(back, "涉及五个部门")
    assert hard.handling.feedback_due == clock.now() + timedelta(days=15)
    assert house.tickets.rebuild(hard.id) == hard


@pytest.mark.clause("6.2.2")
def test_only_supervisors_supervise(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a dispatcher refused, and told by whom it is done."""
    work = Supervising(house, DISPATCHER)
    with pytest.raises(ActRefused, match="督办、系统管理员"):
        work.supervise(lives.handled(), MEETING, facts_of(MEETING), clock.now() + timedelta(days=1))


@pytest.mark.clause("3.4")
def test_a_street_that_whistles_names_whom_it_called(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see the mode, the street that called and the units called on the ticket, and in a meeting's units."""
    ticket = Handling(house, HANDLER).join(lives.handled(), WHISTLE, ["市水务局"])
    (joint,) = ticket.handling.joints
    assert (joint.mode, joint.lead, joint.units) == ("街乡吹哨、部门报到", STREET, ["市水务局"])
    assert starting_facts(ticket, MEETING, clock.now())["units"] == "望京街道办事处、市水务局"
