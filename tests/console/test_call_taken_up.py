"""A console that died in a call: its telephone tells of the call again, and the desk goes on with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.call_desk import TWICE, CallDesk
from console.call_events import Answered, Held, HungUp, Ringing
from console.house import House
from data.clock import FixedClock
from data.people import Actor, Role
from data.record import Claimant, Place, Record

TAKER = Actor("8041", "坐席", frozenset({Role.CALL_TAKER}))
FILLED = {
    "types": ["投诉"],
    "text": "两部电梯停了一部，剩下那部今天早上也停了，要求尽快修好。",
    "place": Place(text="朝阳区望京街道槐荫家园7号楼"),
    "event_time": "昨天早上八点",
    "respondent": "安槐物业公司",
    "earlier_handling": "给物业打过三次电话",
}


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own."""
    opened = House(tmp_path / "home", clock)
    yield opened
    opened.close()


class Line:
    """A telephone that resends the events of a call with their first times."""

    def __init__(self, house: House, clock: FixedClock) -> None:
        self.house, self.clock = house, clock
        self.ringing = Ringing(call_id="c-71", at=clock.now(), caller="13800000103", line="12345")
        clock.advance(4)
        self.answered = Answered(call_id="c-71", at=clock.now(), agent="8041")

    def sit(self) -> CallDesk:
        """Open the desk."""
        desk = CallDesk(self.house, TAKER)
        self.told = desk.recover()
        return desk

    def tell(self, desk: CallDesk) -> list[str]:
        """Tell of the call from its beginning."""
        return [desk.on_event(self.ringing), desk.on_event(self.answered)]


def die(desk: CallDesk) -> None:
    """What a kill leaves: the draft on the disk, the claim free."""
    desk.drafts.release()


@pytest.mark.clause("5.1.3.2")
@pytest.mark.clause("B.1.3.1")
async def test_a_call_that_goes_on_is_taken_up_with_its_record(house: House, clock: FixedClock) -> None:
    """You should see the record, the times and the step of the script as they were, and one ticket in the end."""
    line = Line(house, clock)
    desk = line.sit()
    line.tell(desk)
    await desk.said()
    desk.edit(Record(claimant=Claimant(name="王秀梅", phone="13800000103"), **FILLED))
    step, said = desk.talk.script.step, len(desk.talk.script.stamps)  # type: ignore[union-attr]
    ticket_id = desk.draft.ticket_id  # type: ignore[union-attr]
    die(desk)
    clock.advance(20)

    again = line.sit()
    assert again.phase == "after"
    told = line.tell(again)
    assert "已接上" in told[0]
    assert (again.phase, again.draft.ticket_id) == ("talking", ticket_id)  # type: ignore[union-attr]
    assert again.waiting_drafts == []
    assert again.record.text == FILLED["text"]
    assert (again.talk.script.step, len(again.talk.script.stamps)) == (step, said)  # type: ignore[union-attr]
    assert again.call_state.answer_seconds == 4  # type: ignore[union-attr]
    assert again.say_now() is not None
    again.submit()
    again.on_event(HungUp(call_id="c-71", at=clock.now(), by="claimant"))
    assert len(list(house.tickets.every())) == 1
    call = house.calls.get("c-71")
    assert call is not None
    assert (call.ended_by, call.ticket_ids) == ("claimant", [ticket_id])


@pytest.mark.clause("B.1.4.1")
async def test_a_call_whose_request_was_registered_goes_on_at_its_closing(house: House, clock: FixedClock) -> None:
    """You should see the ticket on the desk again and the closing sentence, not the greeting."""
    line = Line(house, clock)
    desk = line.sit()
    line.tell(desk)
    await desk.said()
    desk.edit(Record(claimant=Claimant(name="王秀梅", phone="13800000103"), **FILLED))
    number = desk.submit().number
    die(desk)

    again = line.sit()
    assert again.draft is None
    line.tell(again)
    assert again.finished
    assert again.ticket.number == number  # type: ignore[union-attr]
    assert again.say_now().clause == "B.1.4.1"  # type: ignore[union-attr]
    assert len(list(house.tickets.every())) == 1


@pytest.mark.clause("B.1.3.4")
async def test_a_caller_who_waited_through_it_is_thanked(house: House, clock: FixedClock) -> None:
    """You should see B.1.3.4 next when the caller was on hold before and is not now."""
    line = Line(house, clock)
    desk = line.sit()
    line.tell(desk)
    await desk.said()
    desk.on_event(Held(call_id="c-71", at=clock.now()))
    die(desk)
    again = line.sit()
    line.tell(again)
    assert again.say_now().clause == "B.1.3.4"  # type: ignore[union-attr]


async def test_a_call_that_ended_is_not_taken_up(house: House, clock: FixedClock) -> None:
    """You should see another call begin a record of its own, and the draft of the one that ended wait."""
    line = Line(house, clock)
    desk = line.sit()
    line.tell(desk)
    desk.edit(Record(text="电梯坏了"))
    desk.on_event(HungUp(call_id="c-71", at=clock.now(), by="claimant"))
    die(desk)
    again = line.sit()
    again.on_event(Ringing(call_id="c-72", at=clock.now(), caller="13800000104"))
    assert (again.record.text, len(again.waiting_drafts)) == ("", 1)


def test_a_call_that_rings_in_two_windows_of_one_number_is_told_of(house: House, clock: FixedClock) -> None:
    """You should see the second window say that the call rings in both."""
    line = Line(house, clock)
    first, second = line.sit(), line.sit()
    assert any("另一窗口" in sentence for sentence in line.told)
    assert TWICE not in line.tell(first)
    assert line.tell(second)[0] == TWICE
    assert first.draft.ticket_id != second.draft.ticket_id  # type: ignore[union-attr]
