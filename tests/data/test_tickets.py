"""The ticket store: one transaction for event, row and outbox; rows always equal to their events."""

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.clock import SHANGHAI, FixedClock
from data.db import StorageError, connect
from data.events import Due, Event, NewEvent, Ticket, new_id
from data.lifecycle import Kind, State, TransitionRefused
from data.numbers import NumbersExhausted
from data.outbox import Outbox
from data.people import Actor, Role
from data.personal import seal
from data.record import Claimant, Place, Record
from data.schema import STORE_STEPS, migrate
from data.ticket_lists import TicketFilter
from data.tickets import Act, ActRefused, StaleTicket, TicketStore

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
DUE = Due(NOW + timedelta(hours=24), "1个工作日", "7天", "受理时间")
SUBMIT = NewEvent(Kind.SUBMITTED, {"due": DUE})

MakeActor = Callable[..., Actor]
Register = Callable[..., Ticket]


def everything(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that an act may touch."""
    names = ("events", "tickets", "outbox", "refused", "number_blocks")
    return {name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2")] for name in names}


def assert_rows_equal_events(connection: sqlite3.Connection) -> None:
    """Every ticket row, column by column, is what its events say, and no events are without a row."""
    store = TicketStore(connection)
    rows = {row["id"]: row for row in connection.execute("SELECT * FROM tickets")}
    assert set(rows) == {row["ticket_id"] for row in connection.execute("SELECT DISTINCT ticket_id FROM events")}
    for ticket_id, row in rows.items():
        ticket = store.rebuild(ticket_id)
        assert row["body"] == seal(ticket)
        assert (row["number"], row["seq"], row["state"]) == (ticket.number, ticket.seq, ticket.state)
        assert row["reported"] == any(one.acknowledged_at is None for one in ticket.escalations)
        assert (row["title"], row["urgent"]) == (ticket.record.title, ticket.record.urgent)
        assert [event.seq for event in store.events(ticket_id)] == list(range(1, ticket.seq + 1))


def theirs_after(ticket: Ticket, *kinds: Kind, by: str = "9001") -> list[Event]:
    """Events that another desk put on the ticket."""
    payload = {"record": msgspec.to_builtins(Record(title="他人所改"))}
    return [
        Event(new_id(), ticket.id, seq, kind, NOW, by, "5", {**payload, "due": msgspec.to_builtins(DUE)})
        for seq, kind in enumerate(kinds, start=ticket.seq + 1)
    ]


@pytest.mark.clause("5.1.4.1b")
@pytest.mark.clause("5.1.4.1c")
def test_a_saved_ticket_has_number_state_and_the_time_it_was_raised(store: TicketStore, register: Register) -> None:
    """You should see all three again by id and by number, and the events in order."""
    raised = NOW - timedelta(minutes=3)
    made = register(Record(title="停水", raised_at=raised), SUBMIT)
    for found in (store.get(made.id), store.by_number(made.number)):
        assert found == made
        assert (found.number, found.state, found.record.raised_at) == ("2026112400001", State.TO_DISPATCH, raised)
    assert [event.kind for event in store.events(made.id)] == [Kind.REGISTERED, Kind.SUBMITTED]


@pytest.mark.clause("5")
def test_every_event_has_actor_time_and_clause(store: TicketStore, register: Register) -> None:
    """You should see who, when and by which clause on each step."""
    made = register(None, SUBMIT)
    assert [(event.by, event.at, event.clause) for event in store.events(made.id)] == [
        ("8012", NOW, "5.1.4.1"),
        ("8012", NOW, "5.2.2.1.1"),
    ]


def test_acts_are_kept_all_or_none(
    store: TicketStore, register: Register, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see nothing of a good act whose companion was refused, its number free again."""
    old = register(None, NewEvent(Kind.CLASSIFIED))
    before = everything(connection)
    good = Act(new_id(), [NewEvent(Kind.REGISTERED, {"record": {}}), SUBMIT])
    with pytest.raises(TransitionRefused):
        store.act([good, Act(old.id, [SUBMIT])], actor(), NOW)
    assert everything(connection) == before


@pytest.mark.clause("6.2.2")
@pytest.mark.parametrize("role", [Role.TRAINEE, Role.QUALITY, Role.EDITOR, Role.UNIT])
def test_an_act_outside_the_grant_is_refused(
    store: TicketStore, connection: sqlite3.Connection, actor: MakeActor, role: Role
) -> None:
    """You should see which role it takes, and nothing written."""
    before = everything(connection)
    with pytest.raises(ActRefused, match=r"登记须由.*话务员.*8012 没有这个角色"):
        store.act([Act(new_id(), [NewEvent(Kind.REGISTERED, {"record": {}})])], actor(role), NOW)
    assert everything(connection) == before


def test_a_ticket_that_moved_on_is_shown_with_what_was_done(
    store: TicketStore, register: Register, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see the other's act named, the ticket as it is now, and nothing of one's own written."""
    seen = register()
    store.act([Act(seen.id, [NewEvent(Kind.CLASSIFIED)])], actor(agent_no="8013"), NOW)
    before = everything(connection)
    with pytest.raises(StaleTicket, match="8013 分类处理") as stale:
        store.act([Act(seen.id, [SUBMIT], expected=seen.seq)], actor(), NOW)
    assert [event.by for event in stale.value.theirs] == ["8013"]
    assert stale.value.ticket.state is State.CLASSIFIED
    assert everything(connection) == before


def test_without_numbers_nothing_is_registered(
    connection: sqlite3.Connection, actor: MakeActor, clock: FixedClock
) -> None:
    """You should see the way out, and no ticket without a number."""
    before = everything(connection)
    with pytest.raises(NumbersExhausted):
        TicketStore(connection).act([Act(new_id(), [NewEvent(Kind.REGISTERED, {"record": {}})])], actor(), clock.now())
    assert everything(connection) == before


def test_an_act_without_events_is_a_mistake(store: TicketStore, actor: MakeActor) -> None:
    """You should see it refused rather than an empty ticket."""
    with pytest.raises(ValueError, match="without events"):
        store.act([Act(new_id(), [])], actor(), NOW)


def test_a_full_disk_changes_nothing(
    store: TicketStore, register: Register, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see a sentence, and event, row, outbox and number as before."""
    made = register()
    before = everything(connection)
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(StorageError, match="内容未改动"):
        store.act([Act(made.id, [NewEvent(Kind.AMENDED, {"record": Record(text="长" * 100_000)})])], actor(), NOW)
    assert everything(connection) == before
    connection.execute("PRAGMA max_page_count = 1000000")
    store.act([Act(made.id, [SUBMIT])], actor(), NOW)


def test_strange_text_is_kept_in_every_field(register: Register, store: TicketStore) -> None:
    """You should see a megabyte, control characters, emoji, rare Han and right-to-left text come back."""
    strange = "\x00\x07𠮷😀\u202eسلام\r\n\u200b'; DROP TABLE tickets; --"
    record = Record(
        title=strange,
        text=strange * 30_000,
        claimant=Claimant(name=strange, phone=strange, address=strange),
        place=Place(text=strange, district=strange),
        types=[strange],
        unit=strange,
        wish=strange,
    )
    made = register(record)
    assert made.record == record
    assert store.get(made.id) == store.rebuild(made.id) == made


def test_half_a_surrogate_pair_does_not_stop_a_save(register: Register, store: TicketStore) -> None:
    """You should see the ticket saved with U+FFFD where a broken paste left half a character."""
    made = register(Record(title="停\ud842水", text="\udfb7", unit="\ud800"))
    assert (made.record.title, made.record.text, made.record.unit) == ("停\ufffd水", "\ufffd", "\ufffd")
    assert store.get(made.id) == made


def test_two_tickets_never_share_a_number(
    store: TicketStore, register: Register, connection: sqlite3.Connection
) -> None:
    """You should see a ticket from elsewhere with a number of ours refused, and ours still there."""
    ours = register()
    before = everything(connection)
    payload = {"number": ours.number, "record": {}}
    stranger = Event(new_id(), new_id(), 1, Kind.REGISTERED, NOW, "8055", "5.1.4.1", payload)
    with pytest.raises(StorageError, match=f"工单编号 {ours.number} 已属于另一工单"):
        store.apply([stranger])
    assert everything(connection) == before
    assert store.by_number(ours.number) == ours


# --- what comes from the queue


def test_events_from_the_queue_make_the_same_ticket_at_another_desk(register: Register, store: TicketStore) -> None:
    """You should see an equal row at the other desk, nothing in its outbox, and a second reading change nothing."""
    made = register(None, SUBMIT)
    with tempfile.TemporaryDirectory() as folder:
        other = connect(Path(folder) / "other.db")
        migrate(other, Path(folder) / "other.db", STORE_STEPS)
        there = TicketStore(other)
        assert there.apply(store.events(made.id)) == 2
        assert there.get(made.id) == made
        assert Outbox(other).counts() == (0, 0)
        before = everything(other)
        assert there.apply(store.events(made.id)) == 0
        assert everything(other) == before
        assert_rows_equal_events(other)
        other.close()


def test_an_own_event_that_comes_back_is_known_as_sent(
    register: Register, store: TicketStore, connection: sqlite3.Connection
) -> None:
    """You should see the outbox empty when a kill came between sending and noting it."""
    made = register(None, SUBMIT)
    theirs = theirs_after(made, Kind.AMENDED)
    assert store.apply([*store.events(made.id), *theirs]) == 1
    assert Outbox(connection).counts() == (0, 0)
    assert store.events(made.id)[-1] == theirs[0]
    assert_rows_equal_events(connection)


def test_an_event_is_not_put_on_top_of_a_contradicting_history(
    register: Register, store: TicketStore, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see own unsent events stay as they are until sending them brings the other desk's whole history."""
    made = register()
    Outbox(connection).sent(made.id, made.seq)
    theirs = theirs_after(made, Kind.AMENDED, Kind.SUBMITTED)
    store.act([Act(made.id, [NewEvent(Kind.CLASSIFIED)])], actor(), NOW)
    before = everything(connection)
    assert store.apply(theirs) == 0
    assert everything(connection) == before
    store.yield_to(made.id, theirs, NOW)
    assert [event.event_id for event in store.events(made.id)[1:]] == [event.event_id for event in theirs]
    assert_rows_equal_events(connection)


def test_a_gap_in_what_the_queue_gives_is_told(
    register: Register, store: TicketStore, connection: sqlite3.Connection
) -> None:
    """You should see the missing step named, and the rest of the batch not applied over the hole."""
    made = register()
    Outbox(connection).sent(made.id, made.seq)
    before = everything(connection)
    theirs = theirs_after(made, Kind.AMENDED, Kind.SUBMITTED)
    with pytest.raises(StorageError, match="应接第 2 步，派单队列却给出第 3 步"):
        store.apply(theirs[1:])
    assert everything(connection) == before


def test_giving_way_keeps_own_events_apart(
    register: Register, store: TicketStore, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see theirs in place, ours whole among the refused with what the other did, and nothing unsent."""
    made = register()
    outbox = Outbox(connection)
    outbox.sent(made.id, made.seq)
    theirs = theirs_after(made, Kind.SUBMITTED)
    store.act([Act(made.id, [NewEvent(Kind.AMENDED, {"record": Record(title="我所改")}), SUBMIT])], actor(), NOW)
    ours = store.events(made.id)[1:]
    store.yield_to(made.id, theirs, NOW)
    assert store.events(made.id)[1:] == theirs
    assert store.get(made.id) == store.rebuild(made.id)
    assert sorted(one.event.seq for one in outbox.refused()) == [2, 3]
    assert {one.event.event_id: one.event for one in outbox.refused()} == {event.event_id: event for event in ours}
    assert outbox.refused()[0].reason == "9001 已转派单（10:30:00）"
    assert outbox.counts() == (0, 2)


def test_giving_way_twice_files_nothing_of_theirs_as_ours(
    register: Register, store: TicketStore, connection: sqlite3.Connection, actor: MakeActor
) -> None:
    """You should see a second session that gives way to the same events change nothing, later own acts included."""
    made = register()
    outbox = Outbox(connection)
    outbox.sent(made.id, made.seq)
    theirs = theirs_after(made, Kind.AMENDED)
    store.act([Act(made.id, [NewEvent(Kind.CLASSIFIED)])], actor(), NOW)
    store.yield_to(made.id, theirs, NOW)
    store.act([Act(made.id, [SUBMIT])], actor(), NOW)
    before = everything(connection)
    store.yield_to(made.id, theirs, NOW)
    assert everything(connection) == before
    assert [one.event.kind for one in outbox.refused()] == [Kind.CLASSIFIED]


# --- lists


def test_lists_narrow_by_what_is_asked(register: Register, store: TicketStore, clock: FixedClock) -> None:
    """You should see newest first, by pages, and each filter let through only what it says."""
    plain = register(Record(title="路灯不亮", types=["投诉"], place=Place(district="东城区")))
    clock.advance(seconds=60)
    urgent = register(
        Record(title="燃气泄漏", urgency_kinds=["突发事件"], unit="市燃气集团", place=Place(district="朝阳区")),
        NewEvent(Kind.ESCALATED, {"to": "9001"}),
    )
    clock.advance(seconds=60)
    closed = register(Record(title="咨询社保"), NewEvent(Kind.CLASSIFIED))
    wants = {
        TicketFilter(): [closed, urgent, plain],
        TicketFilter(state=State.CLASSIFIED): [closed],
        TicketFilter(urgent=True): [urgent],
        TicketFilter(reported=True): [urgent],
        TicketFilter(units=("市燃气集团", "市热力集团")): [urgent],
        TicketFilter(by="8099"): [],
        TicketFilter(since=NOW + timedelta(seconds=60)): [closed, urgent],
        TicketFilter(text="燃气"): [urgent],
        TicketFilter(text="20261124 路灯 投诉"): [plain],
        TicketFilter(text="%"): [],
        TicketFilter(urgent=True, text="路灯"): [],
    }
    for want, expected in wants.items():
        assert store.page(want) == expected
        assert store.count(want) == len(expected)
    assert store.page(TicketFilter(), limit=1, offset=1) == [urgent]
    assert store.of_district("东城区") == [plain]
    assert sorted(ticket.id for ticket in store.every()) == sorted([plain.id, urgent.id, closed.id])


def test_a_callers_tickets_are_found_under_every_spelling(register: Register, store: TicketStore) -> None:
    """You should see who called before by the line's number, else by the contact, and nobody for no number."""
    called = register(Record(claimant=Claimant(phone="13800138000", contact="13900139000")))
    wrote = register(Record(claimant=Claimant(contact="010-65123456")))
    register(Record())
    assert store.of_phone("+86 138 0013 8000") == [called]
    assert store.of_phone("01065123456") == [wrote]
    assert store.of_phone("") == []


# --- any sequence of acts

titles = st.text(max_size=8)
events = st.one_of(
    st.builds(NewEvent, st.just(Kind.AMENDED), st.fixed_dictionaries({"record": st.builds(Record, title=titles)})),
    st.builds(NewEvent, st.just(Kind.ESCALATED), st.fixed_dictionaries({"to": titles})),
    st.just(NewEvent(Kind.ACKNOWLEDGED)),
    st.just(NewEvent(Kind.CLASSIFIED)),
    st.just(NewEvent(Kind.ANSWERED, {"article_id": "a", "version": 1, "title": "t"})),
    st.just(SUBMIT),
    st.just(NewEvent(Kind.REPEATED, {"ticket_id": "x"})),
    st.just(NewEvent(Kind.REGISTERED, {"record": {}})),
)
acts = st.lists(
    st.tuples(st.integers(0, 2), st.lists(events, min_size=1, max_size=3), st.sampled_from([None, 1, 2])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts)
def test_rows_equal_their_events_after_any_sequence_of_acts(
    sequence: list[tuple[int, list[NewEvent], int | None]],
) -> None:
    """You should see each act taken whole or refused whole, every event unsent once, and rows equal to events."""
    everyone = Actor("8012", roles=frozenset({Role.CALL_TAKER, Role.SUPERVISOR}))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hotline.db"
        connection = connect(path, synchronous="OFF")  # 400 transactions an example need no disk
        migrate(connection, path, STORE_STEPS)
        store = TicketStore(connection)
        store.numbers.add(DAY, range(1, 4))
        kept = 0
        for ticket, new, expected in sequence:
            # Registering first, so that most sequences lead somewhere.
            begin = [] if store.get(f"t-{ticket}") else [NewEvent(Kind.REGISTERED, {"record": {}})]
            before = everything(connection)
            try:
                store.act([Act(f"t-{ticket}", begin + new, expected)], everyone, NOW)
                kept += len(begin + new)
            except (TransitionRefused, StaleTicket, NumbersExhausted):
                assert everything(connection) == before
        assert_rows_equal_events(connection)
        rows = everything(connection)
        assert len(rows["events"]) == len(rows["outbox"]) == kept
        connection.close()
