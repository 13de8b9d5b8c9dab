"""Reading tables of any subject from .jsonl, .csv and .xlsx files: one row at a time, each with its line.

A fault of one row is yielded as a `BadRow` and reading goes on, also a line in another encoding than the rest; a
fault that leaves the rest of the file in doubt (no known encoding, an unreadable head, unbalanced quotes, a damaged
workbook) raises `FileError`, so that the caller imports nothing of it.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat, zip_longest
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import ZipFile

import msgspec

from data.reasons import reason_of
from kb.encodings import SAMPLE, other_encoding

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LINE_LIMIT = 1 << 20  # bytes of a line, and of a workbook's row

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class FileError(ValueError):
    """A file cannot be read as a whole; the message gives the reason and the way out, without the file's name."""


@dataclass(frozen=True)
class Row:
    """One row: ``line`` counts from 1; ``values`` by column or key as the file names them."""

    line: int
    values: Mapping[str, object]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read, and why."""

    line: int
    reason: str


Header = Callable[[list[str]], None]


def read_rows(path: Path, header: Header = lambda names: None) -> Iterator[Row | BadRow]:
    """Read a .jsonl, .csv or .xlsx file, in UTF-8 (with or without mark) or GB18030.

    Args:
        path: the file.
        header: told the names of a table's columns before its rows; it may raise `FileError`.

    Raises:
        FileError: when the file as a whole cannot be read.
    """
    readers: dict[str, Callable[[Path, Header], Iterator[Row | BadRow]]] = {
        ".jsonl": _read_jsonl,
        ".csv": _read_csv,
        ".xlsx": _read_xlsx,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileError(f"不支持“{path.suffix or '无扩展名'}”文件；请用 {'、'.join(readers)}")
    try:
        yield from reader(path, header)
    except OSError as error:
        raise unreadable(error) from error


def unreadable(error: OSError) -> FileError:
    """What to raise for a file that the system does not let be read."""
    return FileError(f"无法读取：{reason_of(error)}；请核对路径与权限")


@dataclass(frozen=True)
class _Line:
    number: int
    content: bytes | None  # None: longer than LINE_LIMIT
    quotes: int = 0  # how many double quotes stand in a line that is longer


def _lines(path: Path) -> Iterator[_Line]:
    """Lines as bytes; never more than LINE_LIMIT of one is held."""
    with path.open("rb") as handle:
        number = 0
        while content := handle.readline(LINE_LIMIT + 1):
            number += 1
            if number == 1:
                content = content.removeprefix(b"\xef\xbb\xbf")
            if len(content) > LINE_LIMIT and not content.endswith(b"\n"):
                quotes = content.count(b'"')
                while rest := handle.readline(LINE_LIMIT):
                    quotes += rest.count(b'"')
                    if rest.endswith(b"\n"):
                        break
                yield _Line(number, None, quotes)
            else:
                yield _Line(number, content)


def encoding_of(path: Path) -> str:
    """UTF-8 or GB18030, by which of them most lines beyond ASCII are written in.

    A majority, because one damaged byte in a UTF-8 file must not turn all its Chinese into other characters: GB18030
    reads nearly any bytes as something.

    Raises:
        FileError: neither, or UTF-16, or an encoding that GB18030 would read as nonsense.
    """
    utf8 = other = gb_faults = 0
    sample = b""
    for line in _lines(path):
        if line.content is None or line.content.isascii():
            continue
        if line.number == 1 and line.content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise FileError("为 UTF-16 编码；请另存为 UTF-8 或 GB18030（GBK）编码")
        if _decodes(line.content, "utf-8"):
            utf8 += 1
        else:
            other += 1
            gb_faults += not _decodes(line.content, "gb18030")
            if len(sample) < SAMPLE:
                sample += line.content
    if utf8 >= other:
        return "utf-8"
    if name := other_encoding(sample):
        raise FileError(f"像是 {name} 编码，按 GB18030 读出来是乱码；请另存为 UTF-8 编码")
    if gb_faults * 2 > other:
        raise FileError("既不是 UTF-8 也不是 GB18030 编码；请另存为 UTF-8 编码")
    return "gb18030"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True)
class _Read:
    """A line as text; ``fault`` when it cannot be read, and then ``text`` has only its quotes and commas right."""

    number: int
    text: str
    fault: str = ""


def _texts(path: Path) -> Iterator[_Read]:
    encoding = encoding_of(path)
    for line in _lines(path):
        if line.content is None:
            fault = f"超过 {LINE_LIMIT // 1024} KB；请拆分或缩短这一行"
            yield _Read(line.number, '"\n' if line.quotes % 2 else "\n", fault)
        elif fault := _encoding_fault(line.content, encoding):
            # No byte of a Chinese character is a quote, a comma or a line end in either encoding.
            yield _Read(line.number, line.content.decode("latin-1"), fault)
        else:
            yield _Read(line.number, line.content.decode(encoding))


def _encoding_fault(content: bytes, encoding: str) -> str:
    """Say why a line cannot be read in the encoding of its file; empty when it can."""
    way_out = f"请把这一行也存成 {encoding.upper()}"
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and _decodes(content, "gb18030"):
            return f"这一行第 {error.start + 1} 字节起像是 GB18030 编码，文件其余各行是 UTF-8；{way_out}"
        if encoding == "gb18030" and _decodes(content, "utf-8"):
            return f"这一行是 UTF-8 编码，文件其余各行是 GB18030；{way_out}"
        return f"第 {error.start + 1} 字节不是 {encoding.upper()} 编码；请更正这一行"
    # GB18030 reads half of all UTF-8 lines as other characters, without an error.
    if encoding == "gb18030" and _surely_utf8(content):
        return f"这一行是 UTF-8 编码，文件其余各行是 GB18030；{way_out}"
    return ""


def _surely_utf8(content: bytes) -> bool:
    """Tell whether it is UTF-8 with a character of three bytes; GB18030 can look like UTF-8 of two bytes only."""
    return not content.isascii() and _decodes(content, "utf-8") and max(content.decode()) >= "\u0800"


def _read_jsonl(path: Path, _: Header) -> Iterator[Row | BadRow]:
    for read in _texts(path):
        if read.fault:
            yield BadRow(read.number, read.fault)
            continue
        if not read.text.strip():
            continue
        try:
            value = msgspec.json.decode(read.text)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
            yield BadRow(read.number, f"不是有效的 JSON{_where_broken(error)}；请核对这一行的引号、逗号与括号")
            continue
        if isinstance(value, dict):
            yield Row(read.number, value)
        else:
            yield BadRow(read.number, "不是 JSON 对象；每行须为 {…}")


def _where_broken(error: Exception) -> str:
    """Say where a line stops being JSON, as far as the decoder, which says it in English, knows."""
    at = re.search(r"\(byte (\d+)\)", str(error))
    if at is None:
        return "：没有写完" if "truncated" in str(error) else ""
    return f"：第 {int(at[1]) + 1} 字节起不对"


class _CsvLines:
    """What csv.reader reads. It remembers at which line the present record began, and its first unreadable line.

    An unreadable line is handed on all the same, for its quotes: without them the lines around it would be torn apart
    or joined to what does not belong to them. Its record is then not used.
    """

    def __init__(self, path: Path) -> None:
        self._texts = _texts(path)
        self.begin_record()

    def begin_record(self) -> None:
        """Forget the record before."""
        self.begin = 0
        self.bad: BadRow | None = None

    def __iter__(self) -> "_CsvLines":
        return self

    def __next__(self) -> str:
        read = next(self._texts)
        self.begin = self.begin or read.number
        if read.fault and self.bad is None:
            whole = f"（它属于第 {self.begin} 行起的一条，整条未用）" if read.number != self.begin else ""
            self.bad = BadRow(read.number, f"{read.fault}{whole}")
        return read.text


def _read_csv(path: Path, told: Header) -> Iterator[Row | BadRow]:
    csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))
    lines = _CsvLines(path)
    header_text = next(lines, None)
    if header_text is None:
        return
    tabbed = "\t" in header_text and "," not in header_text
    records = csv.reader(chain([header_text], lines), strict=True, delimiter="\t" if tabbed else ",")
    header: list[str] | None = None
    while True:
        try:
            record = next(records, None)
        except csv.Error as error:
            raise FileError(f"第 {lines.begin} 行起引号不配对或分隔有误，其后内容无法确认；请更正后重新导入") from error
        if record is None:
            return
        begin, bad = lines.begin, lines.bad
        lines.begin_record()
        if header is None:
            if bad is not None:
                raise FileError(f"表头（第 {bad.line} 行）不能读：{bad.reason}")
            header = _header(record)
            told(header)
        elif bad is not None:
            yield bad
        elif any(cell.strip() for cell in record):
            yield _row(begin, header, record, "请检查多余的分隔符")


def _read_xlsx(path: Path, told: Header) -> Iterator[Row | BadRow]:
    from openpyxl import load_workbook

    with path.open("rb") as handle:
        try:
            workbook = load_workbook(handle, read_only=True, data_only=True)
            sheet = workbook.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong size, and rows would be lost
            header: list[str] | None = None
            if _has_formulas(handle):
                rows = _worked_out(sheet, handle)
            else:
                rows = zip(sheet.iter_rows(values_only=True), repeat(0), strict=False)
            for number, (cells, at) in enumerate(rows, start=1):
                if at:
                    fault = f"第 {at} 列是公式，没有存下算出的值；请用 Excel 或 WPS 打开后另存，或改成文字"
                    if header is None:
                        raise FileError(f"表头{fault}")
                    yield BadRow(number, fault)
                    continue
                if all(cell is None or cell == "" for cell in cells):
                    continue
                if header is None:
                    header = _header(["" if cell is None else str(cell) for cell in cells])
                    told(header)
                else:
                    yield _row(number, header, list(cells), "请删去多出的格，或在表头补上列名")
            if header is None and any(map(_filled, workbook.worksheets[1:])):
                raise FileError(f"第一张工作表“{sheet.title}”是空的；请把有内容的工作表移到最前")
            workbook.close()
        except FileError:
            raise
        except Exception as error:  # a damaged workbook raises whatever its parts do: zip, XML, key, value errors
            raise FileError("工作簿损坏或不是 .xlsx 格式；请用 Excel 或 WPS 另存为 .xlsx") from error


def _has_formulas(handle: IO[bytes]) -> bool:
    """Whether any sheet of a workbook holds a formula; most hold none, and are then not read twice."""
    with ZipFile(handle) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with parts.open(name) as part:
                    before = b""
                    while block := part.read(1 << 20):
                        if _FORMULA.search(before + block):
                            return True
                        before = block[-len(b"<x:f") :]
    return False


def _worked_out(sheet: "Worksheet", handle: IO[bytes]) -> Iterator[tuple[tuple[object, ...], int]]:
    """The rows of a sheet, each with the first column, from 1, whose formula has no stored result; 0 for none."""
    from openpyxl import load_workbook

    written = load_workbook(handle, read_only=True).worksheets[0]
    written.reset_dimensions()
    for cells, formulas in zip(sheet.iter_rows(), written.iter_rows(values_only=True), strict=False):
        # A result that is an empty text is marked as text.
        missing = (
            at
            for at, (cell, formula) in enumerate(zip(cells, formulas, strict=False), start=1)
            if cell.value is None and cell.data_type != "str" and str(formula).startswith("=")
        )
        yield tuple(cell.value for cell in cells), next(missing, 0)


def _filled(sheet: "Worksheet") -> bool:
    return any(cell not in (None, "") for cells in sheet.iter_rows(values_only=True) for cell in cells)


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    repeated = {name for name, times in Counter(names).items() if name and times > 1}
    if repeated:
        raise FileError(f"表头重复：{'、'.join(sorted(repeated))}；请只保留一列")
    return names


def _row(number: int, header: list[str], cells: list[object] | list[str], way_out: str) -> Row | BadRow:
    if len(cells) > len(header) and any(cell not in (None, "") for cell in cells[len(header) :]):
        return BadRow(number, f"有 {len(cells)} 列，表头只有 {len(header)} 列；{way_out}")
    if sum(len(cell) for cell in cells if isinstance(cell, str)) > LINE_LIMIT:
        return BadRow(number, f"超过 {LINE_LIMIT // 1024} KB；请拆分或缩短这一行")
    named = enumerate(zip_longest(header, cells[: len(header)]), start=1)
    return Row(
        number, {name or f"第 {at} 列（无列名）": cell for at, (name, cell) in named if name or cell not in (None, "")}
    )
