"""A real telephone line to the call desk: there, gone and there again, before any call has come."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec

from console.simulator import Simulator
from data.calls import Call
from data.clock import FixedClock
from data.people import Actor, Role
from screens.app import HotlineApp
from tests.screens.conftest import Seat


class Exchange:
    """A telephone system that answers every desk with silence, until it is switched off."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[asyncio.StreamWriter] = []
        self.server: asyncio.Server | None = None

    async def on(self) -> None:
        """Listen."""
        self.server = await asyncio.start_unix_server(self._serve, str(self.path))

    async def off(self) -> None:
        """Drop every line, and listen no more."""
        assert self.server is not None
        self.server.close()
        for line in self.lines:
            line.close()
        self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines.append(writer)
        while await reader.readline():
            pass


async def test_the_desk_says_whether_calls_can_reach_it(house: Any, clock: FixedClock, tmp_path: Path) -> None:
    """You should see 未连接 go as soon as the line stands, come back when it is lost, and go again."""
    exchange = Exchange(tmp_path / "phone.sock")
    house.settings = msgspec.structs.replace(house.settings, telephone=f"unix:{exchange.path}")
    await exchange.on()
    app = HotlineApp(house, actor=Actor("8041", "王芳", frozenset({Role.CALL_TAKER})))
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, clock)
        await seat.see("等待来电")
        assert "未连接" not in seat.glass
        await exchange.off()
        await seat.see("电话未连接", "电话系统断开", "电话✗未连接")
        await exchange.on()
        await seat.see("等待来电")
        assert "未连接" not in seat.glass
        await exchange.off()


def test_the_demos_callers_come_in_another_order_at_each_visit(house: Any, clock: FixedClock) -> None:
    """You should see another first few callers once a call has been had, and the same again after the same calls."""

    def callers() -> list[str]:
        source = HotlineApp(house, demo=True)._telephone(clock, Actor("1001"))
        assert isinstance(source, Simulator)
        return [source._draw().id for _ in range(4)]

    before = callers()
    assert callers() == before
    orders = [before]
    for number in range(3):
        house.calls.save(Call(f"c-{number}", "13800000103", clock.now()))
        orders.append(callers())
        assert callers() == orders[-1]
    assert len({order[0] for order in orders}) > 2
