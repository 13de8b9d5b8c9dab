"""Reading one TOML pack from disk into a msgspec struct, with errors a person can act on.

Every fault of a pack, from an unreadable file to a slot nobody declared, becomes a `PackError` that names the
file, the entry and the reason. The engines of this room never see a pack that has not passed these checks.
"""

import re
import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

MAX_PACK_BYTES = 1_000_000
"""A pack larger than this (bytes) is refused: it is not a pack, and TOML of that size would stall the start."""


class ScriptError(ValueError):
    """Anything this room refuses; the message is one Chinese sentence for the person at the desk."""


class PackError(ScriptError):
    """A pack that cannot be used: which file, which entry, and why."""

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"{file} 的“{entry}”不能用：{reason}")
        self.file = file
        self.entry = entry
        self.reason = reason


class PackStruct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything read from a pack: immutable, and a misspelt field is an error, not a silence."""


class PackHead(PackStruct, frozen=True, kw_only=True):
    """What each pack says about itself; `source` is the file it was read from."""

    standard: str
    version: str
    source: str = ""


P = TypeVar("P", bound=PackHead)

_PATH = re.compile(r" - at `(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")
_TYPE_NAMES = {
    "str": "文字", "int": "整数", "float": "数", "bool": "true 或 false", "array": "列表", "object": "表",
    "null": "空", "date": "日期", "datetime": "日期时间",
}  # fmt: skip


def read_pack(path: Path, kind: type[P]) -> P:
    """The pack in `path`; raises `PackError` when it is too large, not UTF-8, not TOML, or of the wrong shape."""
    name = path.name
    try:
        if path.stat().st_size > MAX_PACK_BYTES:
            raise PackError(name, "整个文件", f"文件超过 {MAX_PACK_BYTES // 1000} KB，请检查是否放错了文件")
        raw = path.read_bytes()
    except OSError as error:
        raise PackError(name, "整个文件", f"读不了（{error.strerror}），请检查文件是否存在、是否有权限") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"第 {error.start + 1} 个字节起不是 UTF-8 文字，请另存为 UTF-8"
        raise PackError(name, "整个文件", reason) from error
    try:
        # TOML wants "\n" or "\r\n"; a lone "\r" is refused by the parser itself
        tree = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PackError(name, _toml_entry(str(error)), f"TOML 写法有误，请核对引号、括号和等号（{error}）") from error
    try:
        pack = msgspec.convert(tree, kind)
    except msgspec.ValidationError as error:
        entry, reason = _explain(str(error), tree)
        raise PackError(name, entry, reason) from error
    return msgspec.structs.replace(pack, source=str(path))


class Check(NamedTuple):
    """What the checks of one pack need: its file, the clauses that exist, and whether to compile every pattern.

    A city's own pack is always compiled when loaded; the shipped ones are compiled by the tests and by
    `hotline verify`, because compiling them at each start would cost more than reading them.
    """

    file: str
    clauses: Collection[str]
    compile: bool

    def error(self, entry: str, reason: str) -> PackError:
        return PackError(self.file, entry, reason)

    def clause(self, entry: str, *clauses: str) -> None:
        """Refuses a clause number that the list of clauses does not have."""
        for clause in clauses:
            if clause not in self.clauses:
                raise self.error(entry, f"条款号 {clause} 不在 clauses.toml 里，请核对")

    def unique(self, ids: Iterable[str], what: str = "编号") -> None:
        """Refuses a second entry with the same id, whatever stands in it."""
        seen: set[str] = set()
        for each in ids:
            if not each.strip():
                raise self.error("（空）", f"{what}不能为空")
            if each in seen:
                raise self.error(each, f"{what}重复，请删去或改名")
            seen.add(each)

    def covers(self, entry: str, found: Iterable[str], wanted: Collection[str]) -> None:
        """Refuses a list that does not name exactly the wanted things, each once."""
        listed = list(found)
        self.unique(listed, f"{entry} 中的名称")
        if missing := [each for each in wanted if each not in listed]:
            raise self.error(entry, f"缺少 {'、'.join(missing)}")
        if strangers := [each for each in listed if each not in wanted]:
            raise self.error(entry, f"有不认识的 {'、'.join(strangers)}")

    def filled(self, entry: str, **texts: str) -> None:
        """Refuses blank texts and the standard's printed placeholder, which nobody may read aloud."""
        for field, text in texts.items():
            if not text.strip():
                raise self.error(entry, f"{field} 不能为空")
            if re.search(r"[XxＸｘ]{2}", text):
                raise self.error(entry, f"{field} 里有“XX”，请改成 {{名称}} 形式的空位")


def _toml_entry(message: str) -> str:
    place = re.search(r"at line (\d+), column (\d+)", message)
    return f"第 {place[1]} 行第 {place[2]} 列" if place else "文件末尾"


def _explain(message: str, tree: dict[str, Any]) -> tuple[str, str]:
    """msgspec's English sentence as (entry, reason), the entry by its id where it has one."""
    path = _PATH.search(message)
    return _entry_of(path["path"] if path else "$", tree), _reason_of(_PATH.sub("", message))


def _entry_of(path: str, tree: dict[str, Any]) -> str:
    names: list[str] = []
    here: Any = tree
    for step in _STEP.finditer(path.removeprefix("$")):
        if step["name"] is not None:
            names.append(step["name"])
            here = here.get(step["name"]) if isinstance(here, dict) else None
        elif step["index"] == "...":  # msgspec does not say which key of a table
            names.append("某一项")
            here = None
        else:
            index = int(step["index"])
            here = here[index] if isinstance(here, list) and index < len(here) else None
            if own := _id_of(here):
                names[-1:] = [own]  # an id says more than the name of its list
            else:
                names.append(f"第 {index + 1} 项")
    return " ".join(names) or "文件开头"


def _id_of(node: Any) -> str:
    if isinstance(node, dict):
        for key in ("id", "name", "kind"):
            if isinstance(node.get(key), str):
                return str(node[key])
    return ""


def _reason_of(message: str) -> str:
    if found := re.fullmatch(r"Object missing required field `([^`]*)`", message):
        return f"缺少字段 {found[1]}"
    if found := re.fullmatch(r"Object contains unknown field `([^`]*)`", message):
        return f"有不认识的字段 {found[1]}，请核对拼写"
    if found := re.fullmatch(r"Expected `([^`]*)`, got `([^`]*)`", message):
        return f"应为{_type_of(found[1])}，实为{_type_of(found[2])}"
    if found := re.fullmatch(r"Invalid enum value '?([^']*)'?", message):
        return f"“{found[1]}”不在可用的取值之内"
    return f"内容不合要求（{message}）"


def _type_of(name: str) -> str:
    return "或".join(_TYPE_NAMES.get(each.strip(), each.strip()) for each in name.split("|"))
