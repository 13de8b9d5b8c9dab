"""A dispatch queue that cannot be used stops no desk (5.1.3.1): the console opens, calls become tickets, they wait."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.callers import load_callers
from console.house import House
from console.registration import Registration
from console.simulator import Simulator
from data.clock import SHANGHAI, FixedClock
from data.events import new_id
from data.people import Actor, Role
from data.postgres.address import read_address
from data.postgres.setup import init
from data.record import Record
from screens.app import HotlineApp
from tests.postgres import Server, granted_url
from tests.screens.conftest import Seat
from tests.screens.test_call_flows import FILLED

TAKER = Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER}))
ALWAYS = "5.1.3.1¶2 [5.2.3.2]"


def damage(queue: Path) -> None:
    """Leave what no database is."""
    for there in queue.parent.glob(f"{queue.name}*"):
        there.unlink()
    queue.write_bytes(b"not a database, " * 400)


def occupy(queue: Path) -> None:
    """Put a folder in the file's place."""
    for there in queue.parent.glob(f"{queue.name}*"):
        there.unlink()
    queue.mkdir()


def mend(queue: Path) -> None:
    """Take away what stands in the file's place."""
    if queue.is_dir():
        queue.rmdir()
    else:
        queue.unlink()


@pytest.fixture
def start(stocked: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Callable[..., House]]:
    """Start the house of a seat whose queue was broken while it was not running."""
    made: list[House] = []

    def begin(broken: Callable[[Path], None], *, numbers: bool) -> House:
        root = tmp_path / "seat"
        shutil.copytree(stocked, root)
        if numbers:  # a seat that worked here before has some in reserve
            before = House(root, clock)
            before.sync_worker().run(clock.now())
            before.close()
        broken(root / "queue.db")
        made.append(House(root, clock))
        return made[0]

    yield begin
    for each in made:
        each.close()


def console_of(house: House, clock: FixedClock) -> HotlineApp:
    """The console of a call-taker, with simulated callers."""
    source = Simulator(load_callers(), clock, agent=TAKER.agent_no, automatic=False)
    return HotlineApp(house, actor=TAKER, source=source)


async def save_a_ticket(seat: Seat) -> None:
    """Take a call and press F8."""
    await seat.take("elevator", "1")
    await seat.fill(**FILLED)
    await seat.press("f8")


@pytest.mark.clause(ALWAYS)
@pytest.mark.parametrize("broken", [damage, occupy])
async def test_the_console_opens_and_registers_without_its_queue(
    start: Callable[..., House], clock: FixedClock, broken: Callable[[Path], None]
) -> None:
    """You should see the reason and the way out, the ticket numbered and waiting, and all sent once the file is well."""
    house = start(broken, numbers=True)
    app = console_of(house, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, clock)
        await seat.see("队列✗打不开", "派单队列打不开", "照常接听、登记", "请")
        await save_a_ticket(seat)
        await seat.see("已交派单队列")
        (ticket,) = house.tickets.every()
        assert ticket.number.startswith("20261124")
        assert house.outbox.counts()[0] == 2
        await seat.see("待同步2")
        mend(house.home.queue)
        await seat.until(lambda: house.outbox.counts()[0] == 0)
        await seat.see("同步✓")
        assert {event.ticket_id for _, event in house.queue.read_after(0)} == {ticket.id}


@pytest.mark.clause(ALWAYS)
async def test_the_console_goes_on_without_the_citys_server(
    server: Server, stocked: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """You should see which server cannot be reached and why, the ticket wait, and all sent once it is back."""
    init(read_address(server.url))
    root = Path(shutil.copytree(stocked, tmp_path / "seat"))
    (root / "settings.toml").write_text(f'queue = "{granted_url(server.url)}"\n')
    house = House(root, clock)
    app = console_of(house, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, clock)
        await seat.until(lambda: house.tickets.numbers.left(clock.now().date()))
        server.stop()
        await seat.see("✗连不上待同步0", f"派单队列127.0.0.1:{server.port}", "照常接听、登记")
        await save_a_ticket(seat)
        await seat.see("已交派单队列")  # said for some seconds only; that the server is away may be seen later
        await seat.see("待同步2")
        app.open_desk("同步")
        await seat.see(f"派单队列127.0.0.1:{server.port}", "待同步2步", "请检查服务器是否已启动")
        server.start()
        await seat.until(lambda: house.outbox.counts()[0] == 0)
        await seat.see("全部已同步", "同步✓", f"队列127.0.0.1:{server.port}")
    house.close()


@pytest.mark.clause(ALWAYS)
async def test_without_a_number_left_the_record_stays_and_the_reason_is_told(
    start: Callable[..., House], clock: FixedClock
) -> None:
    """You should see that no number can be had and why; the record stays on the desk, and F8 works once it can."""
    house = start(occupy, numbers=False)
    app = console_of(house, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, clock)
        await save_a_ticket(seat)
        await seat.see("工单编号已用完", "领不到新号段")
        assert not list(house.tickets.every())
        assert seat.value("title") == FILLED["title"]
        mend(house.home.queue)
        await seat.press("f8")
        await seat.until(lambda: [each.record.title for each in house.tickets.every()] == [FILLED["title"]])


@pytest.mark.clause(ALWAYS)
def test_the_seat_asks_the_queue_for_nothing_while_it_has_numbers(
    start: Callable[..., House], clock: FixedClock
) -> None:
    """You should see a ticket registered with few numbers left and a queue that nobody can write."""
    house = start(occupy, numbers=False)
    day = clock.now().astimezone(SHANGHAI).date()
    house.tickets.numbers.add(day, range(1, 3))
    ticket = Registration(house, TAKER, new_id()).escalate(Record(title="停水", text="停水"), clock.now())
    assert ticket.number == "2026112400001"


@pytest.mark.clause(ALWAYS)
async def test_news_of_the_queue_takes_no_answer_away(start: Callable[..., House], clock: FixedClock) -> None:
    """You should see the ticket's number still, with the news of the queue below it."""
    house = start(damage, numbers=True)
    app = console_of(house, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, clock)
        await seat.see("派单队列打不开")
        await save_a_ticket(seat)
        mend(house.home.queue)
        await seat.see("已交派单队列", "派单队列已恢复")
