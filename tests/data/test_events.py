"""The fold: a ticket is what its events say, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from data.clock import FixedClock
from data.events import DirectReply, Due, Event, Ticket, fold, new_id
from data.lifecycle import Kind, State, TransitionRefused
from data.record import Record


def event(seq: int, kind: Kind, at: datetime, by: str = "8012", **payload: Any) -> Event:
    return Event(new_id(), "t-1", seq, kind, at, by, "5.1.4.1", payload)


@pytest.fixture
def registered(clock: FixedClock) -> Ticket:
    return fold(
        None,
        event(
            1,
            Kind.REGISTERED,
            clock.now(),
            number="2026112400001",
            record={"title": "停水", "text": "停水两天"},
            accepted_by_unit="市12345热线中心",
            call_id="c-7",
        ),
    )


@pytest.mark.clause("5.1.4.1b")
def test_registering_gives_number_and_state(registered: Ticket, clock: FixedClock) -> None:
    """You should see number, state, who and when, from the first event alone."""
    assert (registered.number, registered.state) == ("2026112400001", State.RECORDING)
    assert (registered.created_by, registered.created_at) == ("8012", clock.now())
    assert (registered.accepted_by_unit, registered.call_id) == ("市12345热线中心", "c-7")
    assert registered.record == Record(title="停水", text="停水两天")


def test_a_fold_leaves_the_ticket_before_untouched(registered: Ticket, clock: FixedClock) -> None:
    """You should see the old ticket as it was, lists included."""
    before = msgspec.json.encode(registered)
    reported = fold(registered, event(2, Kind.ESCALATED, clock.now(), to="9001"))
    fold(reported, event(3, Kind.REPEATED, clock.now(), ticket_id="t-2"))
    assert msgspec.json.encode(registered) == before
    assert reported.repeats == []


@pytest.mark.clause("5.1.3.3c")
def test_a_report_is_stamped_and_seen_once(registered: Ticket, clock: FixedClock) -> None:
    """You should see who reported when and to whom, and the first who saw it, not a later one."""
    reported_at = clock.now()
    ticket = fold(registered, event(2, Kind.ESCALATED, reported_at, to="9001"))
    clock.advance(seconds=40)
    seen_at = clock.now()
    ticket = fold(ticket, event(3, Kind.ACKNOWLEDGED, seen_at, by="9001"))
    clock.advance(seconds=40)
    ticket = fold(ticket, event(4, Kind.ACKNOWLEDGED, clock.now(), by="9002"))
    (escalation,) = ticket.escalations
    assert (escalation.at, escalation.by, escalation.to) == (reported_at, "8012", "9001")
    assert (escalation.acknowledged_at, escalation.acknowledged_by) == (seen_at, "9001")


@pytest.mark.clause("5.2.1")
def test_a_direct_reply_keeps_article_and_version(registered: Ticket, clock: FixedClock) -> None:
    """You should see the article's id and version on the ticket, for good."""
    ticket = fold(registered, event(2, Kind.ANSWERED, clock.now(), article_id="a-7", version=3, title="居住证"))
    assert ticket.state is State.ANSWERED
    assert ticket.reply == DirectReply("a-7", 3, "居住证")


def test_submitting_keeps_the_clocks_and_their_basis(registered: Ticket, clock: FixedClock) -> None:
    """You should see the dispatch limit as an instant, the others as words until dispatch."""
    due = Due(clock.now() + timedelta(hours=24), "1个工作日", "7天", "受理时间")
    ticket = fold(registered, event(2, Kind.SUBMITTED, clock.now(), due=msgspec.to_builtins(due)))
    assert ticket.state is State.TO_DISPATCH
    assert ticket.due == due


@pytest.mark.clause("5.1.2.2d")
def test_a_repeat_is_linked_and_counted_in_every_state(registered: Ticket, clock: FixedClock) -> None:
    """You should see each later ticket listed, and the state stay."""
    ticket = fold(registered, event(2, Kind.CLASSIFIED, clock.now()))
    for seq, other in enumerate(["t-2", "t-3"], start=3):
        ticket = fold(ticket, event(seq, Kind.REPEATED, clock.now(), ticket_id=other))
    assert ticket.repeats == ["t-2", "t-3"]
    assert ticket.state is State.CLASSIFIED


@pytest.mark.clause("5")
def test_a_step_out_of_order_is_refused(registered: Ticket, clock: FixedClock) -> None:
    """You should see no second registration, and nothing before the first."""
    with pytest.raises(TransitionRefused):
        fold(registered, event(2, Kind.REGISTERED, clock.now(), number="x", record={}))
    with pytest.raises(TransitionRefused):
        fold(None, event(1, Kind.AMENDED, clock.now(), record={}))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (Kind.AMENDED, {}),
        (Kind.AMENDED, {"record": {"title": 7}}),
        (Kind.ESCALATED, {"to": 9001}),
        (Kind.ANSWERED, {"article_id": "a-7"}),
        (Kind.SUBMITTED, {}),
        (Kind.SUBMITTED, {"due": {"dispatch": "bald"}}),
        (Kind.REPEATED, {}),
    ],
)
def test_a_payload_of_another_kind_is_one_kind_of_error(
    registered: Ticket, clock: FixedClock, kind: Kind, payload: dict[str, Any]
) -> None:
    """You should see a ValidationError for whatever another desk's program got wrong."""
    with pytest.raises(msgspec.ValidationError):
        fold(registered, event(2, kind, clock.now(), **payload))


@pytest.mark.parametrize("payload", [{}, {"number": "1"}, {"record": {}}, {"number": 1, "record": {}}])
def test_a_registration_without_number_or_record_is_refused(clock: FixedClock, payload: dict[str, Any]) -> None:
    """You should see a ValidationError, not a ticket without a number."""
    with pytest.raises(msgspec.ValidationError):
        fold(None, event(1, Kind.REGISTERED, clock.now(), **payload))


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    """You should see UUIDs of version 7, each different, in the order of their making."""
    made = [new_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert made == sorted(made)
    assert {one[14] for one in made} == {"7"}
