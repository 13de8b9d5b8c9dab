"""Two installations on one queue, acting on the same tickets, interrupted anywhere: they agree in the end.

Every step of a sync may be the last one before a kill. Hypothesis chooses who acts, who syncs, and where it breaks.
"""

import contextlib
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from console.sync import SyncWorker
from data.clock import SHANGHAI
from data.db import connect
from data.events import Due, Event, NewEvent
from data.lifecycle import Kind, TransitionRefused
from data.outbox import Outbox
from data.people import Actor, Role
from data.queue import DispatchQueue
from data.receiving import Receiving
from data.record import Record
from data.schema import STORE_STEPS, migrate
from data.sqlite_queue import SqliteQueue
from data.tickets import Act, ActRefused, TicketStore

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
DUE = msgspec.to_builtins(Due(NOW + timedelta(hours=24), "1个工作日", "7天", "受理时间"))
TICKETS = ("t-1", "t-2")
STEPS = (
    "append_each",
    "sent",
    "failed",
    "yield_to",
    "arrivals_after",
    "receive",
    "advance",
)  # what a sync writes, in its order


class Killed(BaseException):
    """The moment of a kill."""


class Breaking:
    """Passes calls on, and breaks just before or after those of one name: as a killed process would."""

    def __init__(self, inner: Any, point: tuple[str, bool]) -> None:
        self._inner = inner
        self._name, self._done = point

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if name != self._name:
            return value

        def call(*arguments: Any, **named: Any) -> Any:
            if self._done:
                value(*arguments, **named)
            raise Killed

        return call


class Desk:
    """One installation."""

    def __init__(self, root: Path, name: str, queue: DispatchQueue) -> None:
        self.queue = queue
        self.lock = root / f"{name}.lock"
        self.connection = connect(root / f"{name}.db", synchronous="OFF")
        migrate(self.connection, root / f"{name}.db", STORE_STEPS)
        self.store, self.outbox = TicketStore(self.connection), Outbox(self.connection)
        self.actor = Actor(name, "", frozenset({Role.CALL_TAKER, Role.SUPERVISOR}))
        self.made: list[Event] = []

    def act(self, ticket_id: str, kind: Kind, text: str) -> None:
        known = self.store.get(ticket_id)
        payload = {"record": Record(title=text), "due": DUE, "to": text, "ticket_id": text}
        try:
            self.store.act([Act(ticket_id, [NewEvent(kind, payload)], known.seq if known else None)], self.actor, NOW)
        except (TransitionRefused, ActRefused):  # steps of a unit are not for a desk of the centre
            return
        self.made.append(self.store.events(ticket_id)[-1])

    def sync(self, point: tuple[str, bool] = ("", False)) -> int:
        """One round, killed at ``point`` if it gets there; how many failed."""
        parts = (self.store, self.outbox, self.queue, Receiving(self.store))
        store, outbox, queue, receiving = (Breaking(one, point) for one in parts)
        return len(SyncWorker(store, outbox, queue, self.lock, receiving).run(NOW).failed)  # type: ignore[arg-type]


class TwoDesks(RuleBasedStateMachine):
    """The desks and what is done to them."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.desks = [Desk(self.root, name, self.queue()) for name in ("north", "south")]
        for desk in self.desks:
            desk.sync()  # numbers
        for ticket_id in TICKETS:
            self.desks[0].act(ticket_id, Kind.REGISTERED, "停水")
        for desk in self.desks:
            desk.sync()

    def queue(self) -> DispatchQueue:
        """One more connection to the queue of this run."""
        return SqliteQueue(self.root / "queue.db")

    @rule(
        desk=st.integers(0, 1),
        ticket=st.sampled_from(TICKETS),
        kind=st.sampled_from([kind for kind in Kind if kind is not Kind.ANSWERED]),
        text=st.sampled_from("甲乙丙"),
    )
    def act(self, desk: int, ticket: str, kind: Kind, text: str) -> None:
        self.desks[desk].act(ticket, kind, text)

    @rule(desk=st.integers(0, 1))
    def sync(self, desk: int) -> None:
        self.desks[desk].sync()

    @rule(desk=st.integers(0, 1), name=st.sampled_from(STEPS), done=st.booleans())
    def sync_until_killed(self, desk: int, name: str, done: bool) -> None:
        with contextlib.suppress(Killed):
            self.desks[desk].sync((name, done))

    @rule(
        desk=st.integers(0, 1), ticket=st.sampled_from(TICKETS), kind=st.sampled_from([Kind.AMENDED, Kind.CLASSIFIED])
    )
    def act_between_sending_and_receiving(self, desk: int, ticket: str, kind: Kind) -> None:
        acting = self.desks[desk]

        class Late(Receiving):
            def receive(self, arrivals: Any, now: datetime) -> int:
                acting.act(ticket, kind, "迟")
                return super().receive(arrivals, now)

        SyncWorker(acting.store, acting.outbox, acting.queue, acting.lock, Late(acting.store)).run(NOW)

    @invariant()
    def rows_equal_events(self) -> None:
        for desk in self.desks:
            for ticket in desk.store.every():
                assert desk.store.rebuild(ticket.id) == ticket

    @invariant()
    def nothing_made_is_lost(self) -> None:
        for desk in self.desks:
            kept = {event.event_id for ticket in TICKETS for event in desk.store.events(ticket)}
            refused = {one.event.event_id: one.event for one in desk.outbox.refused()}
            assert not kept & set(refused)
            for event in desk.made:
                assert event.event_id in kept or refused[event.event_id] == event
            assert set(refused) <= {event.event_id for event in desk.made}

    def teardown(self) -> None:
        try:
            # A conflict found in one round needs another to be settled; then nothing may fail any more.
            for _ in range(3):
                failed = sum(desk.sync() for desk in self.desks)
            assert failed == 0
            assert [desk.outbox.counts()[0] for desk in self.desks] == [0, 0]
            there = [event for _, event in self.desks[0].queue.read_after(0)]
            for ticket in TICKETS:
                expected = [event for event in there if event.ticket_id == ticket]
                assert [desk.store.events(ticket) for desk in self.desks] == [expected, expected]
                assert self.desks[0].store.get(ticket) == self.desks[1].store.get(ticket)
            self.rows_equal_events()
            self.nothing_made_is_lost()
        finally:
            for desk in self.desks:
                desk.connection.close()
                desk.queue.close()
            shutil.rmtree(self.root)


def test_two_desks_agree_whatever_is_done_and_wherever_it_breaks(factor: int) -> None:
    """You should see one history at both desks and in the queue, and every act in it or among the refused."""
    run_state_machine_as_test(
        TwoDesks, settings=settings(max_examples=60 * factor, stateful_step_count=25, deadline=None)
    )


def test_two_desks_on_a_server_agree_as_well(databases: Any, factor: int) -> None:
    """You should see the same with the city's queue."""
    from tests.postgres import granted_url, opened

    class OnServer(TwoDesks):
        _url = ""

        def queue(self) -> DispatchQueue:
            if not self._url:
                self._admin = databases.fresh()
                self._url = granted_url(self._admin)
            return opened(self._url)

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                databases.give_back(self._admin)

    run_state_machine_as_test(
        OnServer, settings=settings(max_examples=12 * factor, stateful_step_count=25, deadline=None)
    )
