"""What a telephone system tells the desk, and what the desk asks of it.

Every source of calls (the simulator, a socket to a real telephone system) speaks in these events and obeys
these commands, so that the desk knows neither. An event states a fact with the instant at which the telephone
system saw it; a command is a wish whose fulfilment shows as a later event.
"""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal, Protocol, cast

import msgspec

MAX_CALL_ID = 64
MAX_TEXT = 64
MAX_REASON = 200
MAX_DIGITS = 32
# Instants outside this span come from a broken clock; those at the calendar's edge cannot even be converted.
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

Party = Literal["claimant", "agent", "system"]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class CallSourceError(ValueError):
    """A telephone system said something unusable or could not do as asked; the sentence is for the agent."""


class _Event(msgspec.Struct, frozen=True, tag_field="type"):
    call_id: str
    at: Instant

    def __post_init__(self) -> None:
        _check_text("call_id", self.call_id, MAX_CALL_ID, required=True)
        if " " in self.call_id:
            raise CallSourceError("call_id 含有空格；请用不含空格的通话编号")
        _check_instant("at", self.at)


class Ringing(_Event, frozen=True, tag="ringing"):
    """A call rings at this desk.

    ``at`` starts the 15 s of 5.1.3.2; ``queued_at`` is when it entered the queue. ``caller`` is the number of
    the claimant (诉求人) from the line, empty when withheld; ``line`` is the number dialled.
    """

    caller: str = ""
    line: str = "12345"
    queued_at: Instant | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_text("caller", self.caller, MAX_TEXT)
        _check_text("line", self.line, MAX_TEXT)
        if self.queued_at is not None:
            _check_instant("queued_at", self.queued_at)


class Answered(_Event, frozen=True, tag="answered"):
    """The call was answered by ``agent`` (工号)."""

    agent: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_text("agent", self.agent, MAX_TEXT)


class Held(_Event, frozen=True, tag="held"):
    """The claimant was put on hold."""


class Resumed(_Event, frozen=True, tag="resumed"):
    """The hold ended and both can hear each other again."""


class HungUp(_Event, frozen=True, tag="hung_up", kw_only=True):
    """The call ended; ``by`` is "system" after a transfer, or when the line broke."""

    by: Party


class Digits(_Event, frozen=True, tag="digits", kw_only=True):
    """Keys pressed by the claimant, such as the rating of 5.3.3."""

    digits: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not re.fullmatch(rf"[0-9*#]{{1,{MAX_DIGITS}}}", self.digits):
            raise CallSourceError(f"digits 不是 1 至 {MAX_DIGITS} 个按键；只能含 0-9、* 和 #")


class Refused(_Event, frozen=True, tag="refused", kw_only=True):
    """The telephone system could not carry out ``command`` on this call, and says why."""

    command: str
    reason: str

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_text("command", self.command, MAX_TEXT)
        _check_text("reason", self.reason, MAX_REASON)


CallEvent = Ringing | Answered | Held | Resumed | HungUp | Digits | Refused


class Connection(msgspec.Struct, frozen=True):
    """Whether calls can reach this desk; ``sentence`` is what the agent reads."""

    state: Literal["connecting", "connected", "lost", "closed"]
    sentence: str


class CallEvents(Protocol):
    """A source of calls. A command that cannot be given raises `CallSourceError`; none awaits its event."""

    @property
    def connection(self) -> Connection:
        """The present state of the way to the telephone system."""
        ...

    def events(self) -> AsyncIterator[CallEvent]:
        """Yield events as they come, until `close`; for one consumer."""
        ...

    async def answer(self, call_id: str) -> None:
        """Take the ringing call."""
        ...

    async def hold(self, call_id: str) -> None:
        """Put the claimant on hold."""
        ...

    async def resume(self, call_id: str) -> None:
        """Take the claimant off hold."""
        ...

    async def hang_up(self, call_id: str) -> None:
        """End the call."""
        ...

    async def transfer(self, call_id: str, number: str) -> None:
        """Hand the call to ``number``, such as an emergency one (5.1.2.2); it then ends here by "system"."""
        ...

    async def prompt_rating(self, call_id: str) -> None:
        """Ask the claimant to rate the service by key (5.3.3); the keys come back as `Digits`."""
        ...

    async def close(self) -> None:
        """End the stream and let go of the line."""
        ...


_EXPECTED = {
    "type": "应为 ringing、answered、held、resumed、hung_up、digits、refused 之一",
    "at": "应为带时区的 ISO 8601 时间，如 2026-11-24T10:32:00+08:00",
    "queued_at": "应为带时区的 ISO 8601 时间，或不写",
    "by": "应为 claimant、agent、system 之一",
}
_DECODER = msgspec.json.Decoder(CallEvent)


def decode_event(line: bytes, number: int) -> CallEvent:
    """Read one line of a telephone system; ``number`` counts from 1 and names the line in the error.

    Raises:
        CallSourceError: the line is no event; says which line and why.
    """
    try:
        line.decode("utf-8")
        return cast(CallEvent, _DECODER.decode(line))
    except UnicodeDecodeError as error:
        reason = f"第 {error.start + 1} 字节起不是 UTF-8；请让电话系统以 UTF-8 发送"
    except RecursionError:
        reason = "JSON 嵌套过深；一个事件只需一层"
    except msgspec.ValidationError as error:
        reason = explain(error, _EXPECTED)
    except msgspec.DecodeError:
        reason = "不是完整的 JSON；每行应是一个 JSON 对象"
    raise CallSourceError(f"电话事件第 {number} 行未采用：{reason}")


def check_number(number: str) -> str:
    """Return ``number`` if a call can be transferred to it.

    Raises:
        CallSourceError: it is not 3 to 20 digits.
    """
    if not re.fullmatch(r"[0-9]{3,20}", number):
        raise CallSourceError("转接号码不正确：应为 3 至 20 位数字，如 119")
    return number


def explain(error: msgspec.ValidationError, expected: Mapping[str, str]) -> str:
    """Say in Chinese what a value lacks; ``expected`` tells for a field what belongs there (else: text)."""
    if isinstance(error.__cause__, CallSourceError):
        return str(error.__cause__)
    if missing := re.search(r"missing required field `(\w+)`", str(error)):
        return f"缺少 {missing[1]}；" + expected.get(missing[1], "请补上这一项")
    if unknown := re.search(r"unknown field `([^`]*)`", str(error)):
        return f"不认识的项 {unknown[1]}；请检查拼写"
    if wrong := re.search(r"`\$\.(\w+)", str(error)):
        return f"{wrong[1]} 不正确；" + expected.get(wrong[1], "应为文字")
    return "不是一组“名称: 值”；请检查格式"


def _check_text(name: str, value: str, limit: int, *, required: bool = False) -> None:
    if required and not value:
        raise CallSourceError(f"{name} 为空；请填写")
    if len(value) > limit:
        raise CallSourceError(f"{name} 过长（{len(value)} 字）；最多 {limit} 字")
    # Also keeps out invisible and direction-changing characters, which would disturb the screen.
    if not value.isprintable():
        raise CallSourceError(f"{name} 含有控制字符或不可见字符；请去掉")


def _check_instant(name: str, at: datetime) -> None:
    if at.tzinfo is None or not EARLIEST <= at < LATEST:
        raise CallSourceError(f"{name} 不正确；应为 2000 年至 2099 年之间、带时区的时间")
