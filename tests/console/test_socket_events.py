"""A real telephone system's line: real sockets, broken peers, lost connections."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import console.socket_events
from console.call_events import (
    Answered,
    CallEvent,
    CallSourceError,
    Connection,
    Digits,
    HungUp,
    Refused,
    Ringing,
    decode_event,
)
from console.socket_events import Refusal, SocketEvents
from console.socket_wire import LineSplitter, parse_address
from data.clock import SHANGHAI, FixedClock

NOW = datetime(2026, 11, 24, 10, 32, tzinfo=SHANGHAI)
FAST = (0.01, 0.05)


def line(kind: str, call: str = "c-1", second: int = 0, **more: object) -> bytes:
    """An event as a telephone system writes it."""
    return (
        json.dumps({"type": kind, "call_id": call, "at": f"2026-11-24T10:32:{second:02d}+08:00", **more}) + "\n"
    ).encode()


class Phone:
    """A telephone system: a real server that does as the test says with each connection in turn."""

    def __init__(self, *scripts: Callable[["Phone"], Awaitable[None]]) -> None:
        self.scripts = list(scripts)
        self.heard: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        self.hellos = 0
        self.writer: asyncio.StreamWriter
        self.reader: asyncio.StreamReader

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        hello = json.loads(await reader.readline())
        assert hello == {"type": "hello", "agent": "8041", "version": 1}
        self.hellos += 1
        try:
            if self.scripts:
                await self.scripts.pop(0)(self)
            else:
                await self.listen()
        finally:
            writer.close()

    async def say(self, *lines: bytes) -> None:
        self.writer.write(b"".join(lines))
        await self.writer.drain()

    async def listen(self) -> None:
        while command := await self.reader.readline():
            self.heard.put_nowait(json.loads(command))

    async def hear(self) -> dict[str, object]:
        return await asyncio.wait_for(self.heard.get(), 5)


class Desk:
    """The console's side, with what it was told along the way."""

    def __init__(self, address: str) -> None:
        self.connections: list[Connection] = []
        self.refusals: list[Refusal] = []
        self.source = SocketEvents(
            parse_address(address),
            agent="8041",
            clock=FixedClock(NOW),
            retry=FAST,
            on_connection=self.connections.append,
            on_refusal=self.refusals.append,
        )
        self.stream = self.source.events()

    async def take(self, count: int) -> list[CallEvent]:
        return [await asyncio.wait_for(anext(self.stream), 5) for _ in range(count)]


async def until(condition: Callable[[], bool]) -> None:
    """Let the sockets do their work until something shows."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(phone: Phone, socket: Path | None = None) -> AsyncIterator[Desk]:
    """A desk connected to the telephone system, over TCP or a Unix socket."""
    if socket is None:
        server = await asyncio.start_server(phone.serve, "127.0.0.1", 0)
        address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server = await asyncio.start_unix_server(phone.serve, socket)
        address = f"unix:{socket}"
    desk = Desk(address)
    try:
        yield desk
    finally:
        await desk.source.close()
        server.close()


async def test_call_over_tcp_from_ring_to_hang_up() -> None:
    """You should see hello first, then events come in and commands go out, each a line."""

    async def script(phone: Phone) -> None:
        await phone.say(line("ringing", caller="13800000000", line="12345"))
        await phone.listen()

    phone = Phone(script)
    async with connected(phone) as desk:
        (ring,) = await desk.take(1)
        assert ring == Ringing(call_id="c-1", at=NOW, caller="13800000000", line="12345")
        await desk.source.answer("c-1")
        await phone.say(line("answered", second=4, agent="8041"))
        assert isinstance((await desk.take(1))[0], Answered)
        await desk.source.hold("c-1")
        await desk.source.resume("c-1")
        await desk.source.prompt_rating("c-1")
        await desk.source.transfer("c-1", "119")
        await desk.source.hang_up("c-1")
        assert [await phone.hear() for _ in range(6)] == [
            {"type": "answer", "call_id": "c-1"},
            {"type": "hold", "call_id": "c-1"},
            {"type": "resume", "call_id": "c-1"},
            {"type": "prompt_rating", "call_id": "c-1"},
            {"type": "transfer", "call_id": "c-1", "number": "119"},
            {"type": "hang_up", "call_id": "c-1"},
        ]
        assert [connection.state for connection in desk.connections] == ["connecting", "connected"]


async def test_call_over_a_unix_socket(tmp_path: Path) -> None:
    """You should see the same over a Unix socket, and the refusal of a command told as an event."""

    async def script(phone: Phone) -> None:
        await phone.say(line("ringing"), line("refused", command="answer", reason="已被他人接听"))
        await phone.listen()

    async with connected(Phone(script), tmp_path / "phone.sock") as desk:
        ring, refused = await desk.take(2)
        assert isinstance(ring, Ringing)
        assert isinstance(refused, Refused)
        assert refused.reason == "已被他人接听"


async def test_broken_lines_are_logged_and_do_not_end_the_stream() -> None:
    """You should see the good events around every kind of broken line, and each of those with number and reason."""
    broken = [
        b"{oops\n",
        b"\xc4\xe3\xba\xc3\n",
        b'{"type":"ringing","call_id":"' + b"x" * 70_000 + b'"}\n',
        b"[" * 60_000 + b"\n",
        line("exploded"),
        line("ringing", call="x" * 65),
        line("ringing", caller="\x1b[2J"),
    ]

    async def script(phone: Phone) -> None:
        await phone.say(line("ringing"), b"\n", b"\r\n", *broken, line("hung_up", second=9, by="claimant"))
        await phone.listen()

    async with connected(Phone(script)) as desk:
        ring, end = await desk.take(2)
        assert isinstance(ring, Ringing)
        assert isinstance(end, HungUp)
        sentences = [refusal.sentence for refusal in desk.refusals]
        assert [f"第 {number} 行" in sentence for number, sentence in enumerate(sentences, 4)] == [True] * len(broken)
        assert "64 KB" in sentences[2]
        assert desk.refusals == list(desk.source.refusals)
        assert desk.refusals[0].at == NOW
        assert [connection.state for connection in desk.connections] == ["connecting", "connected"]


async def test_lost_connection_is_shown_and_resent_events_count_once() -> None:
    """You should see lost, then connected again, and of the resent events only the new ones."""

    async def first(phone: Phone) -> None:
        await phone.say(line("ringing"), line("answered", second=3), b'{"type":"hu')

    async def second(phone: Phone) -> None:
        again = line("ringing").replace(b"T10:32:00+08:00", b"T02:32:00Z")
        await phone.say(again, line("answered", second=3), line("digits", second=8, digits="1"))
        await phone.say(line("digits", second=8, digits="1"), line("digits", second=8, digits="#"))
        await phone.listen()

    phone = Phone(first, second)
    async with connected(phone) as desk:
        kinds = [type(event) for event in await desk.take(4)]
        assert kinds == [Ringing, Answered, Digits, Digits]
        assert phone.hellos == 2
        states = [connection.state for connection in desk.connections]
        assert states == ["connecting", "connected", "lost", "connecting", "connected"]
        assert "对方关闭了连接" in desk.connections[2].sentence
        assert "连接在行中断开" in desk.refusals[0].sentence


async def test_peer_that_slams_the_door_is_tried_again() -> None:
    """You should see connections reset right after hello survived."""

    async def slam(phone: Phone) -> None:
        phone.writer.transport.abort()

    async def good(phone: Phone) -> None:
        await phone.say(line("ringing"))
        await phone.listen()

    async with connected(Phone(slam, slam, good)) as desk:
        assert isinstance((await desk.take(1))[0], Ringing)


async def test_telephone_system_that_starts_later_is_found(tmp_path: Path) -> None:
    """You should see the desk wait for a system that is not there yet, with a sentence, and then connect."""
    socket = tmp_path / "phone.sock"
    desk = Desk(f"unix:{socket}")
    waiting = asyncio.ensure_future(anext(desk.stream))
    await until(lambda: len(desk.connections) >= 4)
    assert "没有这个套接字文件" in desk.connections[1].sentence
    with pytest.raises(CallSourceError, match="未连接"):
        await desk.source.answer("c-1")

    async def script(phone: Phone) -> None:
        await phone.say(line("ringing"))
        await phone.listen()

    server = await asyncio.start_unix_server(Phone(script).serve, socket)
    assert isinstance(await asyncio.wait_for(waiting, 5), Ringing)
    await desk.source.close()
    server.close()


async def test_nobody_listening_is_said() -> None:
    """You should see that the address has no listener, and delays that grow up to the longest."""
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    desk = Desk(f"tcp://127.0.0.1:{port}")
    waiting = asyncio.ensure_future(anext(desk.stream))
    await until(lambda: len(desk.connections) >= 9)
    lost = [connection.sentence for connection in desk.connections if connection.state == "lost"]
    assert "没有程序在听" in lost[0]
    assert [sentence.split("约 ")[1].split(" 秒")[0] for sentence in lost[:4]] == ["0.01", "0.02", "0.04", "0.05"]
    await desk.source.close()
    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_closing_ends_the_stream_at_once_and_for_good() -> None:
    """You should see the waiting desk released, the line closed, and later commands refused."""
    async with connected(Phone()) as desk:
        waiting = asyncio.ensure_future(anext(desk.stream))
        await until(lambda: desk.source.connection.state == "connected")
        await desk.source.close()
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(waiting, 5)
        assert desk.source.connection.state == "closed"
        with pytest.raises(CallSourceError, match="未连接"):
            await desk.source.hang_up("c-1")
        assert [event async for event in desk.source.events()] == []


async def test_flood_waits_for_the_desk_and_closing_under_it_works() -> None:
    """You should see a chatty peer slowed down rather than memory filled, nothing lost, and a clean close."""
    sent = 0

    async def flood(phone: Phone) -> None:
        nonlocal sent
        for call in range(1_000_000):
            await phone.say(line("ringing", call=f"c-{call}") + b" " * 1000 + b"\n")
            sent += 1

    async with connected(Phone(flood)) as desk:
        await desk.take(1)
        before = -1
        while before != sent:
            before = sent
            await asyncio.sleep(0.1)
        assert sent < 100_000
        assert [event.call_id for event in await desk.take(600)] == [f"c-{call}" for call in range(1, 601)]


async def test_peer_that_never_reads_does_not_hang_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see a command that is not taken refused in a sentence, and closing still end."""
    monkeypatch.setattr(console.socket_events, "PATIENCE", 0.2)

    async def deaf(phone: Phone) -> None:
        phone.reader._transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(3600)

    async with connected(Phone(deaf)) as desk:
        waiting = asyncio.ensure_future(anext(desk.stream))
        await until(lambda: desk.source.connection.state == "connected")

        async def answer_on_and_on() -> None:
            for _ in range(200):
                await desk.source.answer("c" * 64_000)

        with pytest.raises(CallSourceError, match="没有收下操作（超时）"):
            await answer_on_and_on()
        await asyncio.wait_for(desk.source.close(), 5)
        with pytest.raises(StopAsyncIteration):
            await waiting


async def test_fault_of_our_own_is_raised_not_hidden() -> None:
    """You should see an error in the desk's own callback reach the desk instead of a silent end of all calls."""

    def broken(_connection: Connection) -> None:
        raise RuntimeError("callback")

    source = SocketEvents(parse_address("tcp://127.0.0.1:1"), agent="8041", clock=FixedClock(NOW), on_connection=broken)
    with pytest.raises(RuntimeError, match="callback"):
        await asyncio.wait_for(anext(source.events()), 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("tcp://192.168.1.9:7345", "不在本机"),
        ("tcp://phone.example:7345", "不在本机"),
        ("tcp://127.0.0.1", "不正确"),
        ("tcp://127.0.0.1:0", "不正确"),
        ("tcp://127.0.0.1:99999", "不正确"),
        ("tcp://127.0.0.1:7345/x", "不正确"),
        ("tcp://[::1:7345", "不正确"),
        ("127.0.0.1:7345", "不正确"),
        ("http://127.0.0.1:7345", "不正确"),
        ("", "不正确"),
        ("unix:phone.sock", "绝对路径"),
        ("unix:/" + "x" * 100, "100 字节"),
        ("unix:/a\0b", "绝对路径"),
    ],
)
def test_unfit_addresses_are_refused(text: str, reason: str) -> None:
    """You should see a sentence for addresses that are wrong or lead to another machine."""
    with pytest.raises(CallSourceError, match=reason):
        parse_address(text)


def test_fit_addresses_are_read() -> None:
    """You should see loopback addresses taken, and others once explicitly allowed."""
    assert parse_address("tcp://localhost:7345").host == "127.0.0.1"
    assert parse_address("tcp://[::1]:7345").host == "::1"
    assert parse_address("tcp://127.0.0.1:7345").port == 7345
    assert parse_address("unix:/run/phone.sock").path == "/run/phone.sock"
    assert parse_address("tcp://192.168.1.9:7345", allow_remote=True).host == "192.168.1.9"


@given(st.lists(st.binary(max_size=12)), st.integers(1, 9))
def test_lines_are_the_same_however_the_bytes_arrive(chunks: list[bytes], limit: int) -> None:
    """You should see the same lines from any cutting of the stream, long ones as None."""
    splitter = LineSplitter(limit)
    pieces = [line for chunk in chunks for line in splitter.feed(chunk)]
    *whole, rest = b"".join(chunks).split(b"\n")
    assert pieces == [None if len(line) > limit else line.rstrip(b"\r") for line in whole]
    assert splitter.unfinished == bool(rest)


def test_examples_of_the_documentation_are_true() -> None:
    """You should see every event line printed in the module's description read as that event."""
    doc = console.socket_events.__doc__ or ""
    examples = [text.strip() for text in doc.splitlines() if text.strip().startswith('{"type"')]
    events = [text for text in examples if '"at"' in text]
    assert [type(decode_event(text.encode(), 1)).__name__ for text in events] == [
        "Ringing",
        "Answered",
        "Held",
        "Resumed",
        "Digits",
        "HungUp",
        "Refused",
    ]
    assert len(examples) == len(events) + 7
