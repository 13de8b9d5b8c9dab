"""Two dispatchers send one ticket to different units at the same moment, again and again, with random delays."""

import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.sync import SyncWorker
from data.db import connect
from data.events import NewEvent, Ticket, new_id
from data.home import Home
from data.lifecycle import Kind, State
from data.outbox import Outbox
from data.people import Actor, Role
from data.record import Record
from data.schema import STORE_STEPS, migrate
from data.tickets import Act, TicketStore
from tests.faults.conftest import running
from tests.faults.seat import DUE, NOW
from tests.queues import queue_of

WRITER = Path(__file__).with_name("writer.py")
ROUNDS = 100
LONGEST = 4.0  # milliseconds of a random delay: about what an act and a sync take
UNITS = {"2001": "甲街道办事处", "2002": "乙街道办事处"}
TAKER = Actor("1001", "", frozenset({Role.CALL_TAKER}))

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def writer() -> Iterator[Start]:
    """Start a dispatcher's process."""
    with running(WRITER) as run:
        yield run


def made(home: Home, queue: Path | str, count: int) -> list[Ticket]:
    """Tickets that wait for dispatch, in an installation and in the queue."""
    home.prepare()
    connection = connect(home.store)
    migrate(connection, home.store, STORE_STEPS)
    store, line = TicketStore(connection), queue_of(queue)
    store.numbers.add(NOW.date(), line.reserve_numbers(NOW.date(), count))
    events = [NewEvent(Kind.REGISTERED, {"record": Record(title="停水")}), NewEvent(Kind.SUBMITTED, {"due": DUE})]
    tickets = store.act([Act(new_id(), events, number_day=NOW.date()) for _ in range(count)], TAKER, NOW)
    SyncWorker(store, Outbox(connection), line, home.root / "sync.lock").run(NOW)
    line.close()
    connection.close()
    return tickets


def race(desks: list["subprocess.Popen[str]"], tickets: list[Ticket]) -> list[list[str]]:
    """Let both desks send each ticket at the same moment; returns what each was told, round by round."""
    chance = random.Random(4)
    told = [rounds(desks, "sync\n", "sync\n")]
    for ticket in tickets:
        lines = [f"{ticket.id} {ticket.seq} {chance.uniform(0, LONGEST)} {chance.uniform(0, LONGEST)}\n" for _ in desks]
        told.append(rounds(desks, *lines))
    for _ in range(2):  # a conflict found in one round is settled by the next
        rounds(desks, "sync\n", "sync\n")
    for desk in desks:
        assert desk.stdin is not None
        desk.stdin.close()
        desk.stdin = None
        assert desk.communicate() == ("", "")
        assert desk.returncode == 0
    return told[1:]


def rounds(desks: list["subprocess.Popen[str]"], *lines: str) -> list[str]:
    """Hand each desk its line, and wait for both."""
    for desk, line in zip(desks, lines, strict=True):
        assert desk.stdin is not None
        desk.stdin.write(line)
        desk.stdin.flush()
    return [desk.stdout.readline().strip() for desk in desks if desk.stdout is not None]


@pytest.mark.clause("5")
@pytest.mark.parametrize("engine", ["file", "server"])
def test_of_two_installations_one_wins_and_the_other_keeps_what_it_wanted(
    tmp_path: Path, writer: Start, factor: int, engine: str, request: pytest.FixtureRequest
) -> None:
    """You should see one dispatch a ticket at both desks and in the queue, and the other among the refused, with why."""
    queue: Path | str = tmp_path / "queue.db"
    if engine == "server":
        from tests.postgres import granted_url

        queue = granted_url(request.getfixturevalue("database"))
    tickets = made(Home(tmp_path / "centre"), queue, ROUNDS * factor)
    homes = {agent: Home(tmp_path / agent) for agent in UNITS}
    desks = [writer(homes[one].root, queue, one, unit, stdin=subprocess.PIPE) for one, unit in UNITS.items()]
    assert race(desks, tickets) == [["done", "done"]] * len(tickets)

    open_ = {agent: connect(home.store) for agent, home in homes.items()}
    stores = {agent: TicketStore(connection) for agent, connection in open_.items()}
    refused = {one: {each.event.ticket_id: each for each in Outbox(open_[one]).refused()} for one in UNITS}
    line = queue_of(queue)
    there = [event for _, event in line.read_after(0, limit=1_000_000)]
    wins = dict.fromkeys(UNITS, 0)
    for ticket in tickets:
        histories = [store.events(ticket.id) for store in stores.values()]
        assert histories[0] == histories[1] == [event for event in there if event.ticket_id == ticket.id]
        assert [event.kind for event in histories[0]] == [Kind.REGISTERED, Kind.SUBMITTED, Kind.DISPATCHED]
        winner = histories[0][-1].by
        loser = next(agent for agent in UNITS if agent != winner)
        wins[winner] += 1
        for store in stores.values():
            held = store.get(ticket.id)
            assert held == store.rebuild(ticket.id)
            assert held is not None
            assert held.state is State.DISPATCHED
            assert [each.unit for each in held.handling.dispatches] == [UNITS[winner]]
        lost = refused[loser].pop(ticket.id)
        assert f"{winner} 已派单" in lost.reason
        assert (lost.event.by, lost.event.payload["unit"]) == (loser, UNITS[loser])
    assert refused == {agent: {} for agent in UNITS}
    assert all(wins.values()), wins
    for connection in open_.values():
        assert Outbox(connection).counts()[0] == 0
        connection.close()
    line.close()


@pytest.mark.clause("5")
def test_of_two_desks_on_one_installation_the_second_is_told_at_once(
    home: Home, writer: Start, check: Callable[..., None], factor: int
) -> None:
    """You should see one dispatch a ticket, and the other dispatcher read who was first and what they did."""
    tickets = made(home, home.queue, ROUNDS * factor)
    agents = list(UNITS)
    desks = [writer(home.root, home.queue, one, unit, stdin=subprocess.PIPE) for one, unit in UNITS.items()]
    told = race(desks, tickets)

    connection = connect(home.store)
    store = TicketStore(connection)
    wins = dict.fromkeys(UNITS, 0)
    for ticket, answers in zip(tickets, told, strict=True):
        winner, loser = answers.index("done"), 1 - answers.index("done")
        wins[agents[winner]] += 1
        assert f"工单 {ticket.number} 刚被他人改动（{agents[winner]} 派单）" in answers[loser]
        events = store.events(ticket.id)
        assert [(event.seq, event.by) for event in events[2:]] == [(3, agents[winner])]
    assert all(wins.values()), wins
    assert Outbox(connection).counts() == (0, 0)
    connection.close()
    check(home.store, home.queue, {ticket.id for ticket in tickets})
