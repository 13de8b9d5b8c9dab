"""A real telephone line to the call desk: there, gone and there again, before any call has come."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.simulator import Simulator
from data.calls import Call
from data.clock import FixedClock
from data.people import Actor, Role
from screens.app import HotlineApp
from tests.screens.conftest import Seat


class Exchange:
    """A telephone system that tells each desk of the calls going on, and nothing else, until it is switched off."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.going_on: list[dict[str, str]] = []  # events, resent with their first times to whoever connects
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
        writer.write(b"".join(msgspec.json.encode(event) + b"\n" for event in self.going_on))
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


@pytest.mark.clause("5.1.3.2")
async def test_a_call_goes_on_at_the_desk_that_is_opened_again(house: Any, clock: FixedClock, tmp_path: Path) -> None:
    """You should see what was written and the next sentence, not an empty record, when the call is told of again."""
    exchange = Exchange(tmp_path / "phone.sock")
    house.settings = msgspec.structs.replace(house.settings, telephone=f"unix:{exchange.path}")
    at = clock.now().isoformat()
    exchange.going_on = [
        {"type": "ringing", "call_id": "c-71", "at": at, "caller": "13800000103", "line": "12345"},
        {"type": "answered", "call_id": "c-71", "at": at, "agent": "8041"},
    ]
    await exchange.on()
    actor = Actor("8041", "王芳", frozenset({Role.CALL_TAKER}))
    app = HotlineApp(house, actor=actor)
    async with app.run_test(size=(80, 24)) as pilot:
        seat = Seat(app, pilot, clock)
        await seat.see("现在说", "请问您需要什么帮助")
        await seat.press("f2")
        await seat.fill(text="小区电梯停了，没人管。")
        await seat.see("请稍等，我帮您记录一下")
        seat.model.drafts.release()  # as the kernel does for a process that is killed
    again = HotlineApp(house, actor=actor)
    async with again.run_test(size=(80, 24)) as pilot:
        seat = Seat(again, pilot, clock)
        await seat.see("小区电梯停了，没人管。", "请稍等，我帮您记录一下", "已接上")
        assert seat.model.phase == "talking"
        assert "草稿" not in seat.lines[0]
        assert [stamp.phrase_id for stamp in house.calls.get("c-71").phrases] == ["B.1.2.1"]
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
