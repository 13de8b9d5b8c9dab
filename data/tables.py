"""Reading a reference table from a file, with errors that name the file, the entry and the reason."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

SHIPPED = Path(__file__).parent / "reference"
"""The folder of the tables that ship with the console; a city gives files of the same form."""

T = TypeVar("T")


class ReferenceTableError(ValueError):
    """A reference table cannot be used: which file, which entry (empty for the whole file), and why."""

    def __init__(self, path: Path, entry: str, reason: str) -> None:
        where = f"“{path.name}”{entry}" if entry else f"“{path.name}”"
        super().__init__(f"参考表{where}有误：{reason}；请改正后重新导入")
        self.file = path.name
        self.entry = entry
        self.reason = reason


def read_toml(path: Path, type_: type[T]) -> T:
    """Read a TOML table into a msgspec type.

    Raises:
        ReferenceTableError: no such file, not UTF-8, not TOML, or an entry of another form.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=type_)
    except msgspec.ValidationError as error:
        entry, reason = _explain(str(error))
        raise ReferenceTableError(path, entry, reason) from error
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReferenceTableError(path, "", f"无法读取（{error}）") from error


def read_csv(
    path: Path, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Read a CSV table (UTF-8, with or without a byte-order mark): line number and cells by column.

    Blank lines are passed over. Spaces around a cell do not count. Columns of ``optional`` may stand behind the
    others, in any order; those that are not there read as empty cells.

    Raises:
        ReferenceTableError: no such file, not UTF-8, not these columns, or a line with another number of cells.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = tuple(next(rows, ()))
            more = header[len(columns) :]
            if header[: len(columns)] != columns or set(more) - set(optional) or len(set(more)) < len(more):
                raise ReferenceTableError(path, "第1行", f"表头应为 {','.join(columns)}，现为 {','.join(header)}")
            for cells in rows:
                if not cells:
                    continue
                if len(cells) != len(header):
                    reason = f"应有 {len(header)} 列，现有 {len(cells)} 列"
                    raise ReferenceTableError(path, f"第{rows.line_num}行", reason)
                yield (
                    rows.line_num,
                    dict.fromkeys(optional, "") | dict(zip(header, map(str.strip, cells), strict=True)),
                )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReferenceTableError(path, "", f"无法读取（{error}）") from error


def parts(cell: str) -> tuple[str, ...]:
    """Split a cell of several values, which a vertical bar separates."""
    return tuple(part for part in map(str.strip, cell.split("|")) if part)


def check_row(path: Path, entry: str, row: dict[str, str], needed: tuple[str, ...], *, keyless: bool = False) -> None:
    """Check that a line has what it needs, and unless ``keyless`` keys for typing.

    Raises:
        ReferenceTableError: it lacks one.
    """
    for column in needed:
        if not row[column]:
            raise ReferenceTableError(path, entry, f"缺少 {column}")
    for column in ("pinyin", "initials"):
        if not keyless and not re.fullmatch(r"[a-z0-9]+(\|[a-z0-9]+)*", row[column]):
            reason = f"{column} 应为小写字母，多个读音用 | 隔开（可运行 build_tables.py 生成）"
            raise ReferenceTableError(path, entry, reason)


def check_choice(path: Path, entry: str, column: str, value: str, choices: tuple[str, ...]) -> None:
    """Check that a cell is one of some values.

    Raises:
        ReferenceTableError: it is none of them.
    """
    if value not in choices:
        raise ReferenceTableError(path, entry, f"{column} 应为{'、'.join(choices)}之一，现为“{value}”")


def check_fresh(path: Path, entry: str, label: str, value: str, seen: set[str]) -> None:
    """Check that a value was not seen before, and note it.

    Raises:
        ReferenceTableError: it was.
    """
    if value in seen:
        raise ReferenceTableError(path, entry, f"{label}“{value}”重复")
    seen.add(value)


def _explain(message: str) -> tuple[str, str]:
    """Take msgspec's English sentence apart into the entry and a Chinese reason."""
    text, _, at = message.partition(" - at `$")
    entry = at.rstrip("`").lstrip(".")
    if found := re.search(r"missing required field `(\w+)`", text):
        return entry, f"缺少“{found[1]}”"
    if found := re.search(r"unknown field `(\w+)`", text):
        return entry, f"不认识“{found[1]}”"
    return entry, f"写法不对（{text}）"
