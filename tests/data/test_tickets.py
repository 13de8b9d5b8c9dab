"""The ticket store: one transaction for event, row and outbox; rows always equal to their events."""

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.clock import SHANGHAI, FixedClock
from data.db import StorageError, connect
from data.events import Due, NewEvent, Ticket, new_id
from data.lifecycle import Kind, State, TransitionRefused
from data.numbers import NumbersExhausted
from data.people import Actor, Role
from data.record import Claimant, Place, Record
from data.schema import STORE_STEPS, migrate
from data.ticket_lists import TicketFilter
from data.tickets import Act, ActRefused, StaleTicket, TicketStore
from tests.stores import assert_rows_equal_events, everything

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
DUE = Due(NOW + timedelta(hours=24), "1个工作日", "7天", "受理时间")
SUBMIT = NewEvent(Kind.SUBMITTED, {"due": DUE})

MakeActor = Callable[..., Actor]
Register = Callable[..., Ticket]


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
