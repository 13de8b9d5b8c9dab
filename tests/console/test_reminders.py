"""What the system sends by itself (系统督办, 5.2.3a): each once a clock and level, on whatever way the clock changes."""

from datetime import datetime, timedelta

import pytest

from console.handling import Handling
from console.house import House
from console.reminders import remind
from data.clock import FixedClock
from data.events import NewEvent, Ticket
from data.lifecycle import Kind, TransitionRefused
from data.people import SYSTEM
from data.ticket_lists import TicketFilter
from data.tickets import Act, TicketStore
from tests.lives import HANDLER, OTHER, SUPERVISOR, Lives

HOUR, DAY = 3600, 86400


def sent(house: House, ticket: Ticket) -> list[tuple[str, str]]:
    """Let the system look three times, and return what a ticket was reminded of: level and clock."""
    for _ in range(3):
        remind(house.tickets, house.clock.now())
    found = house.tickets.get(ticket.id)
    assert found is not None
    assert house.tickets.rebuild(ticket.id) == found
    return [(each.level, each.clock) for each in found.handling.reminders]


@pytest.mark.clause("5.2.3a")
def test_each_clock_is_urged_once_when_near_and_pressed_once_when_over(
    house: House, lives: Lives, clock: FixedClock
) -> None:
    """You should see nothing before four fifths of the time, 催办 from there on, 督办 at its very end, each once."""
    ticket = lives.handled()
    clock.advance(7 * DAY * 0.8 - 1)
    assert sent(house, ticket) == []
    clock.advance(1)
    assert sent(house, ticket) == [("催办", "feedback")]
    clock.advance(7 * DAY * 0.2 - 1)
    assert sent(house, ticket) == [("催办", "feedback")]
    clock.advance(1)
    assert sent(house, ticket) == [("催办", "feedback"), ("督办", "feedback")]
    clock.advance(30 * DAY)
    assert len(sent(house, ticket)) == 2


@pytest.mark.clause("5.2.3a")
def test_what_was_over_before_anybody_looked_is_pressed_at_once(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see a ticket that ran out while no worker ran pressed, and not urged afterwards."""
    ticket = lives.waiting()
    clock.advance(25 * HOUR)
    assert sent(house, ticket) == [("督办", "dispatch")]


@pytest.mark.clause("5.2.3a")
def test_another_unit_has_a_clock_of_its_own(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see the new unit reminded of its own clock, by its own name, and the first one's not again."""
    ticket = lives.sent()
    clock.advance(20 * HOUR)
    assert sent(house, ticket) == [("催办", "sign")]
    moved = lives.passed_on(house.tickets.get(ticket.id))  # type: ignore[arg-type]
    assert sent(house, moved) == [("催办", "sign")]
    clock.advance(20 * HOUR)
    assert sent(house, moved) == [("催办", "sign")] * 2
    assert house.tickets.get(moved.id).handling.reminders[-1].unit == OTHER  # type: ignore[union-attr]
    clock.advance(5 * HOUR)
    assert sent(house, moved)[-1] == ("督办", "sign")


@pytest.mark.clause("5.2.3a")
def test_a_complex_case_is_reminded_of_its_new_end(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see silence after the limit grew, and both reminders again before and at its new end."""
    ticket = lives.handled()
    clock.advance(6 * DAY)
    assert sent(house, ticket) == [("催办", "feedback")]
    seen = house.tickets.get(ticket.id)
    assert seen is not None
    Handling(house, SUPERVISOR).make_complex(seen, "涉及五个部门")
    clock.advance(5 * DAY)
    assert sent(house, ticket) == [("催办", "feedback")]
    clock.advance(DAY)
    assert sent(house, ticket) == [("催办", "feedback")] * 2
    clock.advance(3 * DAY)
    assert sent(house, ticket)[2:] == [("督办", "feedback")]


@pytest.mark.clause("5.2.3a")
def test_what_is_sent_back_is_reminded_anew(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see no clock and no reminder after the reply, and both of the second round after the sending back."""
    ticket = lives.replied()
    clock.advance(20 * DAY)
    assert sent(house, ticket) == []
    Handling(house, SUPERVISOR).send_back(ticket, "没有解决")
    assert sent(house, ticket) == []
    clock.advance(6 * DAY)
    assert sent(house, ticket) == [("催办", "feedback")]
    clock.advance(DAY)
    assert sent(house, ticket) == [("催办", "feedback"), ("督办", "feedback")]


@pytest.mark.clause("5.2.3a")
@pytest.mark.parametrize("written", ["+08:00", "Z"])
def test_the_same_reminder_is_refused_however_its_zone_is_written(
    house: House, lives: Lives, clock: FixedClock, written: str
) -> None:
    """You should see a second one about one clock and level refused by its rule, as it would be from the queue."""
    ticket = lives.handled()
    clock.advance(6 * DAY)
    remind(house.tickets, clock.now())
    seen = house.tickets.get(ticket.id)
    assert seen is not None
    assert seen.handling.feedback_due is not None
    due = seen.handling.feedback_due
    text = due.isoformat() if written != "Z" else f"{due - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}Z"
    payload = {"level": "催办", "clock": "feedback", "due": text, "unit": HANDLER.unit}
    with pytest.raises(TransitionRefused, match="已提醒过"):
        house.tickets.act([Act(ticket.id, [NewEvent(Kind.REMINDED, payload)])], SYSTEM, clock.now())


@pytest.mark.clause("5.2.3a")
def test_the_sync_worker_reminds(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see the round tell how many it sent, and the history name the clock and its end."""
    lives.handled()
    clock.advance(8 * DAY)
    assert house.sync_worker().run(clock.now()).reminded == 1
    assert house.sync_worker().run(clock.now()).reminded == 0


@pytest.fixture
def looks(house: House, monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """At which instants the tickets were looked through for what is due."""
    asked: list[datetime] = []
    page = TicketStore.page

    def counted(store: TicketStore, want: TicketFilter, limit: int = 100, offset: int = 0) -> list[Ticket]:
        if want.unreminded:
            asked.append(house.clock.now())
        return page(store, want, limit, offset)

    monkeypatch.setattr(TicketStore, "page", counted)
    return asked


@pytest.mark.clause("5.2.3a")
def test_the_tickets_are_looked_through_only_when_there_can_be_something(
    house: House, lives: Lives, clock: FixedClock, looks: list[datetime]
) -> None:
    """You should see one look a change and one at each instant that comes, however many rounds go by in between."""
    worker = house.sync_worker()

    def rounds(many: int = 50) -> int:
        looks.clear()
        return sum(worker.run(clock.now()).reminded for _ in range(many))

    ticket = lives.handled()
    assert rounds() == 0
    settled = len(looks)
    assert settled <= 3  # what is sent to the queue is written down as well
    for _ in range(5):
        clock.advance(DAY)
        assert rounds() == 0
        assert len(looks) <= 2  # the numbers of another day are written down
        assert (rounds(), looks) == (0, [])
    clock.advance(0.6 * DAY)
    assert rounds() == 1
    assert len(looks) <= 4
    clock.advance(1.4 * DAY - 1)
    assert rounds() == 0
    assert (rounds(), looks) == (0, [])
    clock.advance(1)
    assert rounds() == 1
    assert [each.level for each in house.tickets.get(ticket.id).handling.reminders] == ["催办", "督办"]
    clock.advance(30 * DAY)
    assert rounds() == 0
    assert (rounds(), looks) == (0, [])  # no clock is left that anybody is to be reminded of
    late = lives.waiting("占道经营")
    assert rounds() == 0
    assert looks
    clock.advance(DAY)
    assert rounds() == 1
    assert house.tickets.get(late.id).handling.reminders


@pytest.mark.clause("5.2.3a")
def test_what_another_worker_reminded_of_is_not_waited_for(house: House, lives: Lives, clock: FixedClock) -> None:
    """You should see two workers of one store send each reminder once between them."""
    lives.handled()
    workers = [house.sync_worker(), house.sync_worker()]
    sent = []
    for _ in range(9):
        clock.advance(DAY)
        sent.append(sum(worker.run(clock.now()).reminded for worker in workers))
    assert sum(sent) == 2
