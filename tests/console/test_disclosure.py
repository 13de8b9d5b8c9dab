"""Who may read what: a confidential claimant and a record of secrets, on the form, in the history, on the command line."""

from pathlib import Path

import msgspec
import pytest

from console.call_desk import CallDesk
from console.call_events import Ringing
from console.disclosure import RESTRICTED, SECRET, as_read_by, event_as_read_by
from console.house import House
from console.registration import Registration
from data.clock import FixedClock
from data.events import new_id
from data.people import Actor, Role
from data.record import Answer, Claimant, Record, Scope

SECRET_RECORD = Record(
    types=["举报"],
    title="某厂配方外泄",
    text="某厂的饮料配方被人贴在网上。",
    claimant=Claimant(name="钱多", phone="13800000002", contact="13900000003", address="某路9号", confidential=True),
    respondent="某厂张三",
    wish="删掉配方",
    elements={"event": Answer("配方外泄"), "name": Answer(asked="不愿提供")},
)
FORM = ("show", ("--form",))
SAID = ("配方", "张三", "钱多", "13800000002", "13900000003", "某路9号")


@pytest.fixture
def secret(hotline, cli_home: Path, clock: FixedClock) -> str:
    """The number of a ticket about a trade secret whose claimant wants to stay unknown."""
    house = House(cli_home, clock)
    writer = Actor("8041", "坐席", frozenset({Role.CALL_TAKER}))
    scope = Scope("国家秘密、商业秘密、个人隐私", SECRET, "商业秘密", "配方的原件在来电人手里")
    made = Registration(house, writer, new_id()).classify(SECRET_RECORD, scope, clock.now())
    house.close()
    return made.number


@pytest.mark.clause("5.1.2.2e")
@pytest.mark.clause("5.1.4.1d")
@pytest.mark.parametrize(
    ("what", "how"), [(what, how) for what in ("list", "show", "events") for how in ((), ("--json",))] + [FORM]
)
def test_what_is_closed_stays_closed_on_the_command_line(hotline, secret: str, what: str, how: tuple[str, ...]) -> None:
    """You should see neither the secret nor who told it, unless --personal asks for them."""
    number = () if what == "list" else (secret,)
    ran = hotline("ticket", what, *number, *how)
    assert ran.code == 0
    assert not [word for word in SAID if word in ran.out]
    if (what, how) != ("events", ()):  # which tells no content at all
        assert RESTRICTED in ran.out
        assert "配方" in hotline("ticket", what, *number, *how, "--personal").out


@pytest.mark.clause("5.1.2.2e")
def test_a_secret_is_open_to_its_writer_and_to_supervisors(secret: str, cli_home: Path, clock: FixedClock) -> None:
    """You should see all texts of the ticket and of its history closed to another agent, and open to these two."""
    house = House(cli_home, clock)
    ticket = house.tickets.by_number(secret)
    events = house.tickets.events(ticket.id)
    for reader, closed in (
        (Actor("8042", roles=frozenset({Role.CALL_TAKER})), True),
        (Actor("8041", roles=frozenset({Role.CALL_TAKER})), False),
        (Actor("6012", roles=frozenset({Role.SUPERVISOR})), False),
    ):
        shown = repr([as_read_by(ticket, reader), *(event_as_read_by(event, ticket, reader) for event in events)])
        assert ("配方" in shown) is not closed
        assert (RESTRICTED in shown) is closed
        assert ("钱多" in shown) is (reader.agent_no == "8041")
    house.close()


@pytest.mark.clause("5.1.2.2e")
def test_the_next_agent_to_hear_the_number_learns_no_secret(secret: str, cli_home: Path, clock: FixedClock) -> None:
    """You should see that this number called before and no word of what about, at the ring and in the history."""
    house = House(cli_home, clock)
    desk = CallDesk(house, Actor("8042", "坐席", frozenset({Role.CALL_TAKER})))
    desk.on_event(Ringing("call-1", clock.now(), caller="13800000002", line="12345"))
    desk.edit(msgspec.structs.replace(desk.record, title="某厂配方外泄", text="某厂的饮料配方被人贴在网上。"))
    told = repr([desk.history.earlier(), desk.history.repeats()])
    assert secret in told
    assert RESTRICTED in told
    assert not [word for word in SAID if word in told]
    house.close()
