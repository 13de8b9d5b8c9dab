"""The way back (5.4.3, 5.2.3): what a callback left unsettled reaches supervision, and leaves it once something was done."""

from datetime import timedelta

import pytest

from console.archive import archive_finished
from console.callback import Calling, Heard
from console.handling import Handling
from console.house import House
from console.sampling import Rule, sample
from console.supervision import Supervising, next_step, reasons, starting_facts, watches
from data.callbacks import Answer
from data.clock import FixedClock
from data.events import Ticket
from data.handling import DOCUMENT, MEETING, SOLVED
from data.lifecycle import State, TransitionRefused
from data.people import SYSTEM, Actor, Role
from tests.lives import DISPATCHER, HANDLER, SUPERVISOR, Lives, facts_of

CALLER = Actor("8107", roles=frozenset({Role.CALLBACK}))
GOOD = {"contacted": "是", "told": "是", "solved": "已解决", "satisfaction": "满意"}
BAD = {"contacted": "否", "solved": "未解决", "satisfaction": "非常不满意"}
WORDS = "来人看了一眼就走了"


def heard(house: House, ticket: Ticket, said: str = WORDS, **answers: str) -> Ticket:
    """Call back about the reply that a request has now."""
    sample(house, Rule(1, seed="s"), CALLER, house.clock.now())
    given = {name: Answer(value, said if name == "solved" else "") for name, value in (GOOD | answers).items()}
    return Calling(house, CALLER).interviewed([Heard(house.tickets.get(ticket.id), given)], f"c{ticket.seq}")[0]


def listed(house: House, ticket: Ticket) -> bool:
    """Whether supervision sees a request in its list 回访."""
    (watch,) = [each for each in watches(house.clock.now()) if each.name == "回访"]
    assert watch.clause == "5.4.3"
    return ticket.id in [each.id for each in house.tickets.page(watch.want)]


def replied_again(house: House, ticket: Ticket) -> Ticket:
    """Let the unit give another result."""
    return Handling(house, HANDLER).reply(ticket, SOLVED, ticket.handling.feedbacks[0].elements)


@pytest.mark.clause("5.4.3")
@pytest.mark.clause("5.2.3")
@pytest.mark.parametrize(
    ("question", "value", "reason"),
    [
        ("contacted", "否", "承办单位没有联系"),
        ("solved", "未解决", "未解决"),
        ("solved", "部分解决", "部分解决"),
        ("satisfaction", "不满意", "不满意"),
        ("satisfaction", "非常不满意", "非常不满意"),
    ],
)
def test_each_reason_brings_a_request_to_supervision_with_the_claimants_words(
    house: House, lives: Lives, clock: FixedClock, question: str, value: str, reason: str
) -> None:
    """You should see it listed with the reason, and the words stand in the order that is made of it."""
    ticket = heard(house, lives.replied(), **{question: value})
    assert listed(house, ticket)
    assert f"回访：{reason}" in reasons(ticket, clock.now())
    assert next_step(ticket, clock.now()) == "回访没有了结：F4 督办，或 F6 发回重办（5.4.3、5.2.3）"
    assert starting_facts(ticket, MEETING, clock.now())["ground"] == f"回访：{reason}；诉求人：“{WORDS}”"


@pytest.mark.clause("5.4.3")
def test_what_was_settled_or_not_said_brings_nothing(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see no request whose claimant was content, did not want to say, or could not be heard."""
    good = heard(house, lives.replied("甲", phone="13800000001"))
    silent = heard(
        house, lives.replied("乙", phone="13800000002"), contacted="记不清", solved="拒答", satisfaction="拒答"
    )
    mine = lives.replied("丙", phone="13800000003")
    sample(house, Rule(1, seed="s"), CALLER, clock.now())
    refused = Calling(house, CALLER).refused([house.tickets.get(mine.id)], "c")[0]
    assert not any(listed(house, each) for each in (good, silent, refused))


@pytest.mark.clause("5.2.3")
def test_it_leaves_once_sent_back_and_comes_again_only_by_a_new_callback(
    house: House, lives: Lives, clock: FixedClock
) -> None:
    """You should see it gone when it goes back, stay gone with the new reply, and return or end as its claimant says."""
    ticket = heard(house, lives.replied(), **BAD)
    back = Handling(house, DISPATCHER).send_back(ticket, "没有解决")
    assert not listed(house, back)
    again = replied_again(house, back)
    assert again.state is State.FED_BACK
    assert not listed(house, again), "nobody has asked the claimant about this reply"
    worse = heard(house, again, **BAD)
    assert listed(house, worse)
    done = heard(house, replied_again(house, Handling(house, SUPERVISOR).send_back(worse, "再办")))
    assert done.state is State.COMPLETED
    assert not listed(house, done)
    with pytest.raises(TransitionRefused, match="才能发回重办"):
        Handling(house, SUPERVISOR).send_back(done, "再办")


@pytest.mark.clause("5.2.3")
def test_a_callback_about_an_earlier_reply_reopens_nothing(house: House, lives: Lives) -> None:
    """You should see a request that was answered anew and completed refused to be sent back or supervised for old words."""
    back = Handling(house, DISPATCHER).send_back(heard(house, lives.replied(), **BAD), "没有解决")
    done = Handling(house, DISPATCHER).complete(replied_again(house, back))
    with pytest.raises(TransitionRefused, match="才能发回重办"):
        Handling(house, SUPERVISOR).send_back(done, "再办")
    with pytest.raises(TransitionRefused, match="才能督办"):
        Supervising(house, SUPERVISOR).supervise(
            done, MEETING, facts_of(MEETING), house.clock.now() + timedelta(days=1)
        )


@pytest.mark.clause("5.2.3")
@pytest.mark.parametrize("completed", [False, True])
def test_it_stays_while_it_is_supervised_and_leaves_when_that_is_closed(
    house: House, lives: Lives, clock: FixedClock, completed: bool
) -> None:
    """You should see an order given, answered by the unit and closed, before completion and after it, and only then the
    request leave the list and be free for the archive."""
    ticket = lives.replied()
    if completed:
        ticket = Handling(house, DISPATCHER).complete(ticket)
    ticket = heard(house, ticket, **BAD)
    assert ticket.state is (State.COMPLETED if completed else State.FED_BACK)
    work = Supervising(house, SUPERVISOR)
    ticket = work.supervise(ticket, MEETING, facts_of(MEETING), clock.now() + timedelta(days=2))
    assert listed(house, ticket)
    order = ticket.handling.supervisions[0].id
    ticket = Supervising(house, HANDLER).answer(ticket, order, "已重新处置")
    assert listed(house, ticket)
    clock.advance(60)
    ticket = work.close(ticket, order, "已核实解决")
    assert not listed(house, ticket)
    assert house.tickets.rebuild(ticket.id) == ticket


@pytest.mark.clause("5.2.3b")
def test_an_order_that_no_leader_approved_is_no_way_back(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see the request stay in the list when the order was withdrawn before its unit had it."""
    work = Supervising(house, SUPERVISOR)
    ticket = heard(house, lives.replied(), **BAD)
    ticket = work.supervise(ticket, DOCUMENT, facts_of(DOCUMENT), clock.now() + timedelta(days=2))
    ticket = work.close(ticket, ticket.handling.supervisions[0].id, "不必专报")
    assert listed(house, ticket)


@pytest.mark.clause("5.4.4")
def test_an_amended_answer_brings_it_and_takes_it_away(house: House, lives: Lives) -> None:
    """You should see the list follow what the record of the interview says now."""
    calling = Calling(house, CALLER)
    ticket = heard(house, lives.replied())
    assert not listed(house, ticket)
    ticket = calling.amend(ticket, "solved", Answer("未解决", "根本没修"), "听录音更正")
    assert listed(house, ticket)
    assert not listed(house, calling.amend(ticket, "solved", Answer("已解决"), "再听一遍"))


@pytest.mark.clause("5.5.1")
def test_nothing_that_waits_for_its_way_back_is_archived(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a completed request stay out of the archive until its way back is taken to its end."""
    ticket = heard(house, Handling(house, DISPATCHER).complete(lives.replied()), **BAD)
    clock.advance(30 * 86400)
    assert archive_finished(house, SYSTEM, clock.now()).archived == []
    work = Supervising(house, SUPERVISOR)
    ticket = work.supervise(ticket, MEETING, facts_of(MEETING), clock.now() + timedelta(days=1))
    clock.advance(30 * 86400)
    assert archive_finished(house, SYSTEM, clock.now()).archived == [], "the order still runs"
    work.close(ticket, ticket.handling.supervisions[0].id, "已核实解决")
    clock.advance(30 * 86400)
    done = archive_finished(house, SYSTEM, clock.now())
    assert (done.archived, done.failed) == ([ticket.number], [])
