"""The small parts of the line to a telephone system: its address, the commands, and cutting bytes into lines.

The format as a whole is described in ``console/socket_events.py``.
"""

import asyncio
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from console.call_events import CallSourceError

WIRE_VERSION = 1
MAX_LINE = 64 * 1024


class Command(msgspec.Struct, frozen=True, tag_field="type"):
    """A wish about one call; what became of it is told by an event."""

    call_id: str


class Answer(Command, frozen=True, tag="answer"):
    """Take the ringing call."""


class Hold(Command, frozen=True, tag="hold"):
    """Put the claimant on hold."""


class Resume(Command, frozen=True, tag="resume"):
    """Take the claimant off hold."""


class HangUp(Command, frozen=True, tag="hang_up"):
    """End the call."""


class Transfer(Command, frozen=True, tag="transfer"):
    """Hand the call to ``number``."""

    number: str


class PromptRating(Command, frozen=True, tag="prompt_rating"):
    """Ask for a rating by key (5.3.3)."""


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """The first line of a connection: whose desk this is."""

    agent: str
    version: int = WIRE_VERSION


class Address(msgspec.Struct, frozen=True):
    """Where the telephone system listens: host and port, or the path of a Unix socket."""

    text: str
    host: str = ""
    port: int = 0
    path: str = ""


def parse_address(text: str, *, allow_remote: bool = False) -> Address:
    """Read ``tcp://HOST:PORT`` or ``unix:/PATH``.

    Raises:
        CallSourceError: not such an address, or on another machine without ``allow_remote``.
    """
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path.startswith("/") or "\0" in path or len(path.encode("utf-8", "surrogateescape")) > 100:
            raise CallSourceError(f"电话系统地址 {text} 不正确；unix: 后应为不超过 100 字节的绝对路径")
        if not hasattr(asyncio, "open_unix_connection"):
            raise CallSourceError(f"本系统不支持 {text}；请改用 tcp://127.0.0.1:端口")
        return Address(text, path=path)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not text.startswith("tcp://") or not host or not port or text.partition("://")[2] != parts.netloc:
        raise CallSourceError(f"电话系统地址 {text} 不正确；应如 tcp://127.0.0.1:7345 或 unix:/run/phone.sock")
    # Not looked up: a hosts file could lead the name to another machine.
    host = "127.0.0.1" if host == "localhost" else host
    if not allow_remote and not is_loopback(host):
        raise CallSourceError(f"电话系统地址 {text} 不在本机；线路未加密，确需远程请在设置中明确允许")
    return Address(text, host=host, port=port)


class LineSplitter:
    """Cuts a stream of bytes into lines; one that is too long comes as None, and costs no memory."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._rest = b""
        self._skipping = False

    @property
    def unfinished(self) -> bool:
        """Whether the stream stands in the middle of a line."""
        return bool(self._rest) or self._skipping

    def feed(self, data: bytes) -> list[bytes | None]:
        """Return the lines completed by ``data``, without their line ends."""
        *ended, rest = (self._rest + data).split(b"\n")
        lines: list[bytes | None] = []
        for line in ended:
            lines.append(None if self._skipping or len(line) > self._limit else line.rstrip(b"\r"))
            self._skipping = False
        if len(rest) > self._limit:
            self._skipping, rest = True, b""
        self._rest = b"" if self._skipping else rest
        return lines


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
