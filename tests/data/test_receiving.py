"""What comes from the queue: taken in, given way to, or held with its reason while all other tickets go on."""

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from data.clock import SHANGHAI
from data.db import connect
from data.events import Due, Event, NewEvent, Ticket, new_id
from data.lifecycle import Kind, TransitionRefused
from data.outbox import Outbox
from data.people import Actor
from data.receiving import Receiving
from data.record import Record
from data.schema import STORE_STEPS, migrate
from data.tickets import Act, TicketStore
from tests.queues import arrivals
from tests.stores import assert_rows_equal_events, everything

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
DUE = Due(NOW + timedelta(hours=24), "1个工作日", "7天", "受理时间")
SUBMIT = NewEvent(Kind.SUBMITTED, {"due": DUE})

MakeActor = Callable[..., Actor]
Register = Callable[..., Ticket]


@pytest.fixture
def receiving(store: TicketStore) -> Receiving:
    return Receiving(store)


def theirs_after(ticket: Ticket, *kinds: Kind, by: str = "9001") -> list[Event]:
    """Events that another desk put on the ticket."""
    payload = {"record": msgspec.to_builtins(Record(title="他人所改"))}
    return [
        Event(new_id(), ticket.id, seq, kind, NOW, by, "5", {**payload, "due": msgspec.to_builtins(DUE)})
        for seq, kind in enumerate(kinds, start=ticket.seq + 1)
    ]


def test_two_tickets_never_share_a_number(
    store: TicketStore, receiving: Receiving, register: Register, connection: sqlite3.Connection
) -> None:
    """You should see a ticket from elsewhere with a number of ours held, with why, and ours still there."""
    ours = register()
    payload = {"number": ours.number, "record": {}}
    stranger = Event(new_id(), new_id(), 1, Kind.REGISTERED, NOW, "8055", "5.1.4.1", payload)
    assert receiving.receive(arrivals([stranger]), NOW) == 0
    (held,) = receiving.held()
    assert f"工单编号 {ours.number} 已属于另一工单" in held.reason
    assert_rows_equal_events(connection)
    assert store.by_number(ours.number) == ours


def test_events_from_the_queue_make_the_same_ticket_at_another_desk(register: Register, store: TicketStore) -> None:
    """You should see an equal row at the other desk, nothing in its outbox, and a second reading change nothing."""
    made = register(None, SUBMIT)
    with tempfile.TemporaryDirectory() as folder:
        other = connect(Path(folder) / "other.db")
        migrate(other, Path(folder) / "other.db", STORE_STEPS)
        there = TicketStore(other)
        assert Receiving(there).receive(arrivals(store.events(made.id)), NOW) == 2
        assert there.get(made.id) == made
        assert Outbox(other).counts() == (0, 0)
        before = everything(other)
        assert Receiving(there).receive(arrivals(store.events(made.id)), NOW) == 0
        assert everything(other) == before
        assert_rows_equal_events(other)
        other.close()


def test_an_own_event_that_comes_back_is_known_as_sent(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection
) -> None:
    """You should see the outbox empty when a kill came between sending and noting it."""
    made = register(None, SUBMIT)
    theirs = theirs_after(made, Kind.AMENDED)
    assert receiving.receive(arrivals([*store.events(made.id), *theirs]), NOW) == 1
    assert Outbox(connection).counts() == (0, 0)
    assert store.events(made.id)[-1] == theirs[0]
    assert_rows_equal_events(connection)


def test_an_event_is_not_put_on_top_of_a_contradicting_history(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see own unsent events stay as they are until sending them brings the other desk's whole history."""
    made = register()
    Outbox(connection).sent({made.id: made.seq})
    theirs = theirs_after(made, Kind.AMENDED, Kind.SUBMITTED)
    store.act([Act(made.id, [NewEvent(Kind.CLASSIFIED)])], actor(), NOW)
    before = everything(connection)
    assert receiving.receive(arrivals(theirs), NOW) == 0
    assert everything(connection) == before
    receiving.yield_to(made.id, arrivals(theirs), NOW)
    assert [event.event_id for event in store.events(made.id)[1:]] == [event.event_id for event in theirs]
    assert_rows_equal_events(connection)


def test_a_gap_in_what_the_queue_gives_is_told(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection
) -> None:
    """You should see the missing step named, nothing applied over the hole, and all once it has come."""
    made = register()
    Outbox(connection).sent({made.id: made.seq})
    theirs = theirs_after(made, Kind.AMENDED, Kind.SUBMITTED)
    assert receiving.receive(arrivals(theirs[1:]), NOW) == 0
    assert "应接第 2 步，派单队列却给出第 3 步" in receiving.held()[0].reason
    assert store.get(made.id) == made
    assert receiving.receive(arrivals(theirs[:1]), NOW) == 2
    assert receiving.held() == []
    assert store.events(made.id)[1:] == theirs


def test_giving_way_keeps_own_events_apart(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see theirs in place, ours whole among the refused with what the other did, and nothing unsent."""
    made = register()
    outbox = Outbox(connection)
    outbox.sent({made.id: made.seq})
    theirs = theirs_after(made, Kind.SUBMITTED)
    store.act([Act(made.id, [NewEvent(Kind.AMENDED, {"record": Record(title="我所改")}), SUBMIT])], actor(), NOW)
    ours = store.events(made.id)[1:]
    receiving.yield_to(made.id, arrivals(theirs), NOW)
    assert store.events(made.id)[1:] == theirs
    assert store.get(made.id) == store.rebuild(made.id)
    assert sorted(one.event.seq for one in outbox.refused()) == [2, 3]
    assert {one.event.event_id: one.event for one in outbox.refused()} == {event.event_id: event for event in ours}
    assert outbox.refused()[0].reason == "9001 已转派单（10:30:00）"
    assert outbox.counts() == (0, 2)


def test_giving_way_twice_files_nothing_of_theirs_as_ours(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see a second session that gives way to the same events change nothing, later own acts included."""
    made = register()
    outbox = Outbox(connection)
    outbox.sent({made.id: made.seq})
    theirs = theirs_after(made, Kind.AMENDED)
    store.act([Act(made.id, [NewEvent(Kind.CLASSIFIED)])], actor(), NOW)
    receiving.yield_to(made.id, arrivals(theirs), NOW)
    store.act([Act(made.id, [SUBMIT])], actor(), NOW)
    before = everything(connection)
    receiving.yield_to(made.id, arrivals(theirs), NOW)
    assert everything(connection) == before
    assert [one.event.kind for one in outbox.refused()] == [Kind.CLASSIFIED]


# --- what does not fit is held


def sent_ticket(register: Register, connection: sqlite3.Connection) -> Ticket:
    """A ticket that the queue has."""
    made = register()
    Outbox(connection).sent({made.id: made.seq})
    return made


@pytest.mark.clause("5")
def test_an_event_that_breaks_a_rule_holds_up_its_own_ticket_only(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection
) -> None:
    """You should see the faulty step held with its reason, the later one behind it, and the other ticket go on."""
    one, other = sent_ticket(register, connection), sent_ticket(register, connection)
    faulty, later = theirs_after(one, Kind.SIGNED, Kind.AMENDED)
    fine = theirs_after(other, Kind.AMENDED)
    assert receiving.receive(arrivals([faulty, *fine, later]), NOW) == 1
    first, second = receiving.held()
    assert (first.ticket_id, first.number, first.seq, first.what) == (one.id, one.number, 2, "9001 签收")
    assert "不能签收" in first.reason
    assert second.reason == "等待前面滞留的步骤"
    assert (store.get(one.id), store.get(other.id).seq) == (one, 2)
    assert receiving.receive(arrivals([faulty, *fine, later]), NOW) == 0
    assert receiving.count() == 2
    assert_rows_equal_events(connection)


def test_what_nobody_can_read_is_held_and_tried_again(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection
) -> None:
    """You should see a step of an unknown kind, a broken text, and a text that names another ticket held."""
    tickets = [sent_ticket(register, connection) for _ in range(3)]
    unknown, broken, moved = arrivals(theirs_after(ticket, Kind.AMENDED)[0] for ticket in tickets)
    unknown = unknown._replace(text=unknown.text.replace('"amended"', '"teleported"'))
    broken = broken._replace(text=broken.text[:-3])
    moved = moved._replace(text=moved.text.replace(tickets[2].id, tickets[0].id))
    assert receiving.receive([unknown, broken, moved], NOW) == 0
    assert {held.reason for held in receiving.held()} == {"内容读不懂，可能由更新的程序写成：请升级本程序后重试"}
    assert receiving.requeue() == (0, 3)
    assert [held.tries for held in receiving.held()] == [2, 2, 2]
    connection.execute(
        "UPDATE held SET event = replace(event, 'teleported', 'amended')"
    )  # as if this were the newer one
    assert receiving.requeue(tickets[1].id) == (0, 3)
    assert receiving.requeue() == (1, 2)
    assert store.get(tickets[0].id).seq == 2
    assert_rows_equal_events(connection)


def test_giving_way_to_a_faulty_step_keeps_both_sides(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see the own step among the refused, theirs held, and the ticket as it was before either."""
    made = sent_ticket(register, connection)
    faulty = theirs_after(made, Kind.SIGNED)
    store.act([Act(made.id, [NewEvent(Kind.CLASSIFIED)])], actor(), NOW)
    receiving.yield_to(made.id, arrivals(faulty), NOW)
    assert store.get(made.id) == made
    assert [one.event.kind for one in Outbox(connection).refused()] == [Kind.CLASSIFIED]
    assert [held.what for held in receiving.held()] == ["9001 签收"]
    assert receiving.receive(arrivals(faulty, first=7), NOW) == 0
    assert receiving.count() == 1
    assert_rows_equal_events(connection)


def test_giving_way_from_the_first_step_leaves_no_row_without_events(
    register: Register, receiving: Receiving, connection: sqlite3.Connection
) -> None:
    """You should see a ticket whose first step is another's, and cannot be taken in, gone and held."""
    made = register()
    theirs = Event(new_id(), made.id, 1, Kind.REGISTERED, NOW, "9001", "5", {})
    receiving.yield_to(made.id, arrivals([theirs]), NOW)
    assert_rows_equal_events(connection)
    assert connection.execute("SELECT count(*) FROM tickets").fetchone()[0] == 0
    assert [held.number for held in receiving.held()] == [""]


@pytest.mark.clause("5")
def test_nobody_acts_behind_a_held_step_but_may_refer_to_its_ticket(
    register: Register, store: TicketStore, receiving: Receiving, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see an act refused with the reason, and a repeat of the same matter still noted on the ticket."""
    made = sent_ticket(register, connection)
    receiving.receive(arrivals(theirs_after(made, Kind.SIGNED)), NOW)
    with pytest.raises(TransitionRefused, match=r"滞留的步骤.*请看同步页"):
        store.act([Act(made.id, [NewEvent(Kind.CLASSIFIED)])], actor(), NOW)
    (ticket,) = store.act([Act(made.id, [NewEvent(Kind.REPEATED, {"ticket_id": "later"})])], actor(), NOW)
    assert ticket.repeats == ["later"]
