"""The callers that the simulator plays: people with something to say and answers to give, kept as data."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from console.call_events import explain

RequestType = Literal["咨询", "求助", "投诉", "举报", "建议", "其他"]
Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]{1,40}$")]
Spoken = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=3600)]


class CallersError(ValueError):
    """A file of callers cannot be used; the sentence names the file, the entry and the reason."""


class Caller(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person who may call.

    ``facts`` maps the id of an element (appendix C, scripts/packs/elements.toml) to what they say when asked for
    it. ``after`` names the caller whose answered call must come first, for one who calls again. ``rating`` is the key
    pressed at the rating prompt (1 = 非常满意 … 5 = 非常不满意), None for nobody pressing. Both spans are in seconds:
    ``patience`` of ringing, ``hangs_up_after`` of talk (None: waits for the agent to end the call).
    """

    id: Key
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    phone: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,15}$")]
    place: str
    mood: str
    types: Annotated[list[RequestType], msgspec.Meta(min_length=1)]
    opening: Spoken
    facts: dict[Key, Spoken]
    after: Key | None = None
    rating: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    patience: Seconds = 40.0
    hangs_up_after: Seconds | None = None


_EXPECTED = {
    "id": "应为 1 至 40 个小写字母、数字、_ 或 -",
    "name": "应为 1 至 20 字",
    "phone": "应为至多 15 位数字，不显号码的写空",
    "types": "应为咨询、求助、投诉、举报、建议、其他中的一个或几个",
    "opening": "应为 1 至 500 字的开场话",
    "facts": "应为“要素编号 = 答话”的表，答话 1 至 500 字",
    "rating": "应为 1 至 5 的整数，或不写",
    "patience": "应为大于 0、不超过 3600 的秒数",
    "hangs_up_after": "应为大于 0、不超过 3600 的秒数，或不写",
}


def load_callers(path: Path | None = None) -> tuple[Caller, ...]:
    """Read the callers of ``path``, or those that come with the console.

    Raises:
        CallersError: the file cannot be read, is no TOML, or an entry is faulty.
    """
    source = path if path is not None else files("data").joinpath("callers.toml")
    try:
        entries = tomllib.loads(source.read_text(encoding="utf-8")).get("caller", [])
    except OSError as error:
        raise CallersError(f"模拟来电人文件 {source} 无法读取（{error.strerror}）；请检查路径和权限") from error
    except UnicodeDecodeError as error:
        raise CallersError(f"模拟来电人文件 {source} 不是 UTF-8；请另存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CallersError(f"模拟来电人文件 {source} 不是有效的 TOML（{error}）；请改正该处") from error
    if not isinstance(entries, list) or not entries:
        raise CallersError(f"模拟来电人文件 {source} 里没有 [[caller]]；请至少写一名来电人")
    callers = tuple(_read(entry, number, str(source)) for number, entry in enumerate(entries, 1))
    _check_together(callers, str(source))
    return callers


def _read(entry: Any, number: int, source: str) -> Caller:
    try:
        return msgspec.convert(entry, Caller)
    except msgspec.ValidationError as error:
        reason = explain(error, _EXPECTED)
        raise CallersError(f"模拟来电人文件 {source} 第 {number} 名有误：{reason}") from error


def _check_together(callers: Sequence[Caller], source: str) -> None:
    earlier: set[str] = set()
    for caller in callers:
        if caller.id in earlier:
            raise CallersError(f"模拟来电人文件 {source} 中 {caller.id} 出现两次；请给每人不同的 id")
        if caller.after is not None and caller.after not in earlier:
            raise CallersError(f"模拟来电人文件 {source} 中 {caller.id} 的 after 未在其前面出现；请调整顺序")
        earlier.add(caller.id)
