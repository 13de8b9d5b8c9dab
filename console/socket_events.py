"""Calls from a real telephone system: newline-delimited JSON over local TCP or a Unix socket.

The telephone system (or a small adapter beside it) listens, the console connects: ``tcp://127.0.0.1:7345``,
``tcp://[::1]:7345`` or ``unix:/run/hotline/phone.sock``. TCP goes to this machine only, unless remote addresses
are explicitly allowed: the lines are neither encrypted nor authenticated. One connection serves one desk.

Each line is one JSON object in UTF-8, ended by a line feed, at most 64 KB. ``type`` says what it is. Fields that
are not listed here are ignored; so are empty lines, which may be sent to keep a connection alive.

The console first introduces itself::

    {"type":"hello","agent":"8041","version":1}

Events, from the telephone system. ``call_id`` names the call for good (1 to 64 characters, no spaces): tickets
and the one rating of a call (5.3.3) refer to it, so never use one twice. ``at`` is ISO 8601 with a zone, best with
milliseconds. Of ``ringing``, ``caller`` ("" when withheld), ``line`` and ``queued_at`` may be left out; ``digits``
are 1 to 32 of 0-9 * #; ``by`` is "claimant", "agent" or "system"::

    {"type":"ringing","call_id":"c-71","at":"2026-11-24T10:32:00.120+08:00","caller":"13800000000","line":"12345","queued_at":"2026-11-24T10:31:55+08:00"}
    {"type":"answered","call_id":"c-71","at":"2026-11-24T10:32:06+08:00","agent":"8041"}
    {"type":"held","call_id":"c-71","at":"2026-11-24T10:33:10+08:00"}
    {"type":"resumed","call_id":"c-71","at":"2026-11-24T10:33:45+08:00"}
    {"type":"digits","call_id":"c-71","at":"2026-11-24T10:35:20.310+08:00","digits":"1"}
    {"type":"hung_up","call_id":"c-71","at":"2026-11-24T10:35:22+08:00","by":"claimant"}
    {"type":"refused","call_id":"c-71","at":"2026-11-24T10:32:07+08:00","command":"answer","reason":"已被他人接听"}

Commands, from the console. Each is a wish; what became of it is told by an event, or by ``refused``. After
``transfer`` the call ends here by "system"; after ``prompt_rating`` the claimant's key comes as ``digits``::

    {"type":"answer","call_id":"c-71"}
    {"type":"hold","call_id":"c-71"}
    {"type":"resume","call_id":"c-71"}
    {"type":"hang_up","call_id":"c-71"}
    {"type":"transfer","call_id":"c-71","number":"119"}
    {"type":"prompt_rating","call_id":"c-71"}

When the connection is lost the console connects again, at growing intervals, and says hello again. The telephone
system should then resend the events of the calls that are going on, with their first ``at``: the console ignores
what it already has (same call, type and ``at``; for digits also the same keys). Events out of order do no harm.
A line that cannot be used is logged with its number and the reason, and the next line is read.
"""

import asyncio
import socket
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from random import uniform

import msgspec

from console.call_events import (
    CallEvent,
    CallSourceError,
    Connection,
    Digits,
    check_number,
    decode_event,
)
from console.socket_wire import (
    MAX_LINE,
    Address,
    Answer,
    Command,
    HangUp,
    Hello,
    Hold,
    LineSplitter,
    PromptRating,
    Resume,
    Transfer,
)
from data.clock import Clock

PATIENCE = 5.0  # seconds for connecting, and for the peer to take a command
_REMEMBERED = 4096  # events kept to know a resent one
_WAITING = 256  # events read ahead of the desk; a peer that sends more is slowed down
_LOGGED = 200
_FAREWELL = 1.0  # seconds to let the last command out on closing


class Refusal(msgspec.Struct, frozen=True):
    """A line that was not used: when it came, and a Chinese sentence with its number and the reason."""

    at: datetime
    sentence: str


class SocketEvents:
    """A `CallEvents` source at the other end of a socket.

    Args:
        address: where the telephone system listens.
        agent: the number (工号) of this desk, said in the greeting.
        clock: stamps refusals.
        retry: seconds before the first and between the latest attempts to connect again; doubling in between.
        on_connection, on_refusal: told of each change of `connection` and of each unusable line.
    """

    def __init__(
        self,
        address: Address,
        *,
        agent: str,
        clock: Clock,
        retry: tuple[float, float] = (0.5, 15.0),
        on_connection: Callable[[Connection], None] | None = None,
        on_refusal: Callable[[Refusal], None] | None = None,
    ) -> None:
        self.refusals: deque[Refusal] = deque(maxlen=_LOGGED)
        self._address = address
        self._agent = agent
        self._clock = clock
        self._retry = retry
        self._on_connection = on_connection
        self._on_refusal = on_refusal
        self._connection = Connection("connecting", f"正在连接电话系统 {address.text}")
        self._queue: asyncio.Queue[CallEvent | None] = asyncio.Queue(_WAITING)
        self._seen: OrderedDict[tuple[object, ...], None] = OrderedDict()
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def connection(self) -> Connection:
        """The present state of the way to the telephone system."""
        return self._connection

    async def events(self) -> AsyncIterator[CallEvent]:
        """Connect, and yield events as they come, until `close`; for one consumer."""
        if self._connection.state == "closed":
            return
        if self._task is None:
            self._task = asyncio.create_task(self._keep_connected())
            self._task.add_done_callback(self._end)
        while (event := await self._queue.get()) is not None:
            yield event
        if not self._task.cancelled():
            self._task.result()  # a fault of our own must be seen, not end the calls in silence

    async def answer(self, call_id: str) -> None:
        """Take the ringing call."""
        await self._send(Answer(call_id))

    async def hold(self, call_id: str) -> None:
        """Put the claimant on hold."""
        await self._send(Hold(call_id))

    async def resume(self, call_id: str) -> None:
        """Take the claimant off hold."""
        await self._send(Resume(call_id))

    async def hang_up(self, call_id: str) -> None:
        """End the call."""
        await self._send(HangUp(call_id))

    async def transfer(self, call_id: str, number: str) -> None:
        """Hand the call to ``number``."""
        await self._send(Transfer(call_id, check_number(number)))

    async def prompt_rating(self, call_id: str) -> None:
        """Ask for a rating by key (5.3.3)."""
        await self._send(PromptRating(call_id))

    async def close(self) -> None:
        """Let go of the connection and end the stream; events not yet taken are dropped."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._tell(Connection("closed", "电话系统连接已关闭"))

    async def _send(self, command: Command) -> None:
        if self._writer is None:
            raise CallSourceError(f"电话系统未连接，操作没有发出；{self._connection.sentence}")
        try:
            self._writer.write(msgspec.json.encode(command) + b"\n")
            async with asyncio.timeout(PATIENCE):
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise CallSourceError(f"电话系统没有收下操作（{_why(error)}）；请直接操作话机并检查电话系统") from error

    async def _keep_connected(self) -> None:
        loop = asyncio.get_running_loop()
        first, longest = self._retry
        delay = first
        while True:
            self._tell(Connection("connecting", f"正在连接电话系统 {self._address.text}"))
            began = loop.time()
            try:
                await self._converse()
                reason = "对方关闭了连接"
            except (OSError, TimeoutError) as error:
                reason = _why(error)
            if loop.time() - began > longest:
                delay = first
            self._tell(Connection("lost", f"电话系统断开（{reason}），约 {delay:g} 秒后重连"))
            await asyncio.sleep(delay * uniform(0.8, 1.2))  # spread, so that a hall of desks does not storm back
            delay = min(delay * 2, longest)

    async def _converse(self) -> None:
        async with asyncio.timeout(PATIENCE):
            if self._address.path:
                reader, writer = await asyncio.open_unix_connection(self._address.path)
            else:
                reader, writer = await asyncio.open_connection(self._address.host, self._address.port)
                # A peer that vanished without a word is noticed only this way.
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            writer.write(msgspec.json.encode(Hello(self._agent)) + b"\n")
            self._writer = writer
            self._tell(Connection("connected", f"电话系统已连接 {self._address.text}"))
            await self._read(reader)
        finally:
            self._writer = None
            writer.close()
            try:
                async with asyncio.timeout(_FAREWELL):
                    await writer.wait_closed()
            except (OSError, TimeoutError):  # lost already, or a peer that reads nothing: it must not hold us up
                writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        splitter, number = LineSplitter(), 0
        while data := await reader.read(MAX_LINE):
            for line in splitter.feed(data):
                number += 1
                if line is None:
                    self._refuse(f"电话事件第 {number} 行未采用：超过 64 KB；一个事件不应这么长")
                elif line.strip():
                    await self._take(line, number)
        if splitter.unfinished:
            self._refuse(f"电话事件第 {number + 1} 行未采用：连接在行中断开；等待电话系统重发")

    async def _take(self, line: bytes, number: int) -> None:
        try:
            event = decode_event(line, number)
        except CallSourceError as error:
            self._refuse(str(error))
            return
        key = (event.call_id, type(event), event.at, event.digits if isinstance(event, Digits) else "")
        if key in self._seen:
            return
        self._seen[key] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        await self._queue.put(event)

    def _refuse(self, sentence: str) -> None:
        refusal = Refusal(self._clock.now(), sentence)
        self.refusals.append(refusal)
        if self._on_refusal is not None:
            self._on_refusal(refusal)

    def _tell(self, connection: Connection) -> None:
        self._connection = connection
        if self._on_connection is not None:
            self._on_connection(connection)

    def _end(self, _task: asyncio.Task[None]) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(None)


def _why(error: OSError | TimeoutError) -> str:
    match error:
        case ConnectionRefusedError():
            return "该地址没有程序在听"
        case FileNotFoundError():
            return "没有这个套接字文件"
        case PermissionError():
            return "没有权限"
        case TimeoutError():
            return "超时"
        case ConnectionError():
            return "对方中断了连接"
        case _:
            return error.strerror or "网络错误"
