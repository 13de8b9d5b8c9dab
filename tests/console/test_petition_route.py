"""A matter that is in the petition channel (信访渠道) already is classified, and still a numbered record (5.1.2.2c)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.form import ticket_form
from console.house import House
from console.registration import NothingRecorded, Registration
from data.clock import FixedClock
from data.events import new_id
from data.lifecycle import State
from data.people import Actor, Role
from data.record import Claimant, Record, Scope
from scripts.scope import explain, hints

ACTOR = Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER}))
LAND = Record(
    types=["投诉"],
    title="土地补偿",
    text="村里的土地补偿款，去年已经到区信访局登记，信访局受理了，现在想再反映一遍。",
    claimant=Claimant(name="马立军", phone="13800000103"),
)


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own."""
    opened = House(tmp_path / "home", clock)
    yield opened
    opened.close()


@pytest.mark.clause("5.1.2.2c")
def test_what_is_in_the_petition_channel_is_classified_once_it_was_asked(house: House, clock: FixedClock) -> None:
    """You should see the question demanded, its answer kept, and a numbered record of the state 分类处理 with clause
    and route on its form."""
    route = house.packs.scope.route("petition")
    assert route.clause == "5.1.2.2c"
    work = Registration(house, ACTOR, new_id())
    unasked = Scope(route.label, route.clause)
    with pytest.raises(NothingRecorded, match="信访部门受理了吗"):
        work.classify(LAND, unasked, clock.now())
    answered = msgspec.structs.replace(unasked, note="去年在区信访局登记，已受理")
    ticket = work.classify(LAND, answered, clock.now())
    assert (ticket.state, ticket.number[:8]) == (State.CLASSIFIED, "20261124")
    kept = house.tickets.get(ticket.id)
    assert kept is not None
    assert kept.record.scope == answered
    cells = {field.label: field.value for row in ticket_form(kept, house.packs).rows for field in row}
    assert cells["办理情况"] == "分类处理：信访渠道，去年在区信访局登记，已受理"
    assert LAND.text in cells["主要内容"]


@pytest.mark.parametrize(
    ("told", "hinted"),
    [
        ("这件事信访局已经受理了", True),
        ("我去年上访过，区里登记了", True),
        ("信访怎么办理", False),
        ("小区路灯不亮", False),
    ],
)
@pytest.mark.clause("5.1.2.2c")
def test_words_of_a_petition_point_at_the_channel(house: House, told: str, hinted: bool) -> None:
    """You should see the channel suggested where the matter went there, and not for a question about it."""
    assert ("petition" in {hint.route for hint in hints(house.packs.scope, told)}) == hinted


@pytest.mark.clause("5.1.2.2c")
def test_the_caller_is_told_where_to_ask(house: House) -> None:
    """You should see a sentence that names the petition office and says that the call is on record."""
    sentence = explain(house.packs.scope.route("petition"))
    assert "信访受理单位" in sentence
    assert "记录" in sentence


@pytest.mark.clause("5.1.4.1e")
def test_a_time_by_the_moment_of_the_call_is_kept_with_its_meaning(house: House, clock: FixedClock) -> None:
    """You should see 刚才, typed as the time of the event, resolved against the call's time on the ticket."""
    record = msgspec.structs.replace(LAND, event_time="刚才", raised_at=clock.now())
    scope = Scope("信访渠道", "5.1.2.2c", note="受理了")
    ticket = Registration(house, ACTOR, new_id()).classify(record, scope, clock.now())
    assert ticket.record.event_time == "11-24 10:30（刚才）"
