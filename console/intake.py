"""Web submissions (网络平台诉求) from a file into the acceptance inbox (5.1.3.2).

A file is read to its end before its first submission is stored, and all of them are stored in one transaction: a
file that turns out broken in its last line, or a kill half-way, leaves nothing behind. What is in the inbox already
is passed over, so importing again is safe.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from console.text import LONGEST_LINE, LONGEST_TEXT, clean, clean_number
from console.ticket_json import known_district
from console.when import WhenError, read_instant
from data.inbox import Inbox, Submission
from data.record import CHANNELS, PHONE, REQUEST_TYPES, Claimant, Place, Record
from data.reference import Region
from kb.rows import BadRow, FileError, read_rows
from scripts.pack import Packs
from scripts.urgency import hints

MOST_COLUMNS = 200  # a table of more is not a list of submissions
REPORT_EVERY = 500  # rows between two reports of progress

# The fields of a submission, each with the names a column may bear; the first one is shown to people.
COLUMNS = {
    "id": ("编号", "id", "序号", "诉求编号", "受理编号", "流水号"),
    "type": ("类型", "type", "诉求类型", "诉求分类", "工单类型", "types"),
    "channel": ("渠道", "channel", "来源", "诉求来源", "来源渠道", "source"),
    "date": ("时间", "date", "日期", "提交时间", "诉求时间", "诉求提出时间", "time", "submitted_at", "raised_at"),
    "title": ("标题", "title", "工单标题", "主题"),
    "text": ("内容", "text", "正文", "主要内容", "诉求内容", "content"),
    "district": ("区", "district", "区县", "所属区"),
    "place": ("地点", "place", "发生地址", "事发地点", "位置"),
    "name": ("姓名", "name", "诉求人", "联系人"),
    "phone": ("电话", "phone", "联系电话", "联系方式", "手机", "contact"),
    "address": ("地址", "address", "联系地址", "诉求人地址"),
    "confidential": ("保密", "confidential", "是否保密"),
    "respondent": ("被反映单位", "respondent", "涉及对象"),
    "wish": ("诉求人要求", "wish", "要求"),
}
REQUIRED = ("title", "text")
_FIELDS = {name: field for field, names in COLUMNS.items() for name in names}

# How sources name the channels of 5.1.1. A telephone request was not made on our line, so it is none of them.
_CHANNELS = {
    "微信": "微信公众号",
    "微博": "政务微博",
    "网站": "首都之窗网上接诉即办",
    "首都之窗": "首都之窗网上接诉即办",
    "app": "北京通APP",
    "北京通": "北京通APP",
}
_OTHER_CHANNEL, _OTHER_TYPE = CHANNELS[-1], REQUEST_TYPES[-1]
# What a spreadsheet would run: "=…" whatever follows, the other signs only before a call. A text may begin with
# "-" (a list) or "@" (a mention).
_FORMULA = re.compile(r"\s*(?:=|[+\-@]\s*[A-Za-z.]{1,40}\s*[(|!])")
_YES, _NO = ("是", "true", "1", "yes", "y"), ("否", "false", "0", "no", "n", "")

Progress = Callable[[int, int | None], None]


class Refused(msgspec.Struct, frozen=True):
    """A line, or with ``line`` None a whole file, that was not imported."""

    file: str
    line: int | None
    reason: str


class IntakeReport(msgspec.Struct, frozen=True):
    """What became of every line read: ``read`` is the sum of the others, a refused file counting its lines once."""

    read: int = 0
    accepted: int = 0
    repeated: int = 0
    refused: tuple[Refused, ...] = ()


class IntakeError(ValueError):
    """The mapping of columns cannot be used; the message names the part and the way out."""


class _LineRefused(ValueError):
    """One line is no submission."""


def parse_mapping(texts: Iterable[str]) -> dict[str, str]:
    """Read ``title=标题,text=内容``: fields by the column that bears them.

    Raises:
        IntakeError: no such field, or a part without "=".
    """
    columns: dict[str, str] = {}
    for part in (part for text in texts for part in text.replace("，", ",").split(",") if part.strip()):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column or field not in COLUMNS:
            raise IntakeError(f"--map 的“{part.strip()}”不对：应写作 字段=列名，字段可用 {'、'.join(COLUMNS)}")
        if column in columns:
            raise IntakeError(f"--map 里列“{column}”写了两次：一列只能作一个字段")
        columns[column] = field
    return columns


class Intake:
    """Imports files into one inbox."""

    def __init__(
        self, inbox: Inbox, packs: Packs, regions: Iterable[Region], mapping: Mapping[str, str] | None = None
    ) -> None:
        """Prepare; ``mapping`` gives fields by column name and takes precedence over the usual names."""
        self._inbox = inbox
        self._packs = packs
        self._regions = tuple(regions)
        self._mapping = dict(mapping or {})

    def run(self, paths: Iterable[Path], now: datetime, progress: Progress | None = None) -> IntakeReport:
        """Import each file; a file that cannot be read as a whole is one refusal and leaves nothing behind.

        Raises:
            StorageError: the inbox cannot be written; files before this one are kept.
        """
        read = accepted = repeated = 0
        refused: list[Refused] = []
        for path in paths:
            lines, submissions, bad = self._read(path, now, progress)
            new = self._inbox.add(submissions, now)
            read, accepted = read + lines, accepted + new
            repeated += len(submissions) - new
            refused += bad
        return IntakeReport(read, accepted, repeated, tuple(refused))

    def _read(
        self, path: Path, now: datetime, progress: Progress | None
    ) -> tuple[int, list[Submission], list[Refused]]:
        found: dict[str, Submission] = {}
        again: list[Submission] = []
        refused: list[Refused] = []
        read, seen = 0, set[str]()
        table = path.suffix.lower() != ".jsonl"  # a line of JSON names its own fields, a table has one head for all
        try:
            for row in read_rows(path):
                read += 1
                if progress is not None and read % REPORT_EVERY == 0:
                    progress(read, None)
                if isinstance(row, BadRow):
                    refused.append(Refused(str(path), row.line, row.reason))
                    continue
                if not seen or not table:
                    seen.update(row.values)
                    self._check_columns(seen, finished=table)
                try:
                    one = self._submission(row.values, now)
                    self._check_same(found.get(one.key) or self._inbox.get(one.key), one)
                except _LineRefused as error:
                    refused.append(Refused(str(path), row.line, str(error)))
                    continue
                if one.key in found:
                    again.append(one)
                found.setdefault(one.key, one)
            if seen:
                self._check_columns(seen, finished=True)
        except FileError as error:
            return read, [], [Refused(str(path), None, f"整个文件未导入：{error}")]
        return read, [*found.values(), *again], refused

    def _check_columns(self, columns: set[str], *, finished: bool) -> None:
        """Refuse a file of another kind: too many columns, or, once all are known, none for a needed field."""
        if len(columns) > MOST_COLUMNS:
            raise FileError(f"有 {len(columns)} 列以上，最多 {MOST_COLUMNS} 列：请检查是否选错了文件")
        if not finished:
            return
        fields = {self._field(column) for column in columns}
        unknown = [column for column in self._mapping if column not in columns]
        if unknown:
            raise FileError(f"没有 --map 所说的列“{'、'.join(unknown)}”：请核对列名")
        missing = [COLUMNS[field][0] for field in REQUIRED if field not in fields]
        if missing:
            raise FileError(f"缺少列：{'、'.join(missing)}；请补上，列名不同的用 --map 说明，如 --map title=列名")

    def _field(self, column: str) -> str | None:
        field = self._mapping.get(column) or _FIELDS.get(column.strip().lower())
        # A field that --map gives to one column is not to be taken from another of a usual name.
        return None if column not in self._mapping and field in self._mapping.values() else field

    def _submission(self, values: Mapping[str, object], now: datetime) -> Submission:
        given: dict[str, str] = {}
        for column, value in values.items():
            field = self._field(column)
            if field and field not in given and (text := _text(field, value)):
                given[field] = text
        title, text = given.get("title", ""), given.get("text", "")
        if not title and not text:
            raise _LineRefused("标题和内容都是空的：请补上")
        submitted = _submitted(given.get("date", ""), now)
        origin = given.get("channel", "")
        record = Record(
            source=channel_of(origin),
            raised_at=submitted,
            claimant=Claimant(
                name=given.get("name", ""),
                contact=clean_number(given.get("phone", "")),
                address=given.get("address", ""),
                confidential=_flag(given.get("confidential", "")),
            ),
            types=_types(given.get("type", "")),
            title=title,
            text=text or title,
            place=self._place(given.get("district", ""), given.get("place", "")),
            respondent=given.get("respondent", ""),
            wish=given.get("wish", ""),
        )
        urgency = len(hints(self._packs.urgency, f"{title}\n{text}"))
        return Submission(_key(given, origin), submitted, record, urgency, origin)

    def _place(self, district: str, place: str) -> Place:
        known = known_district(district, self._regions)
        # A district of another city is no district of ours, but still says where.
        return Place(text=place if known else f"{district}{place}", district=known)

    def _check_same(self, known: Submission | None, new: Submission) -> None:
        """Refuse what has the number of another submission: passing over it would lose a request."""
        if known is not None and (known.record.title, known.record.text) != (new.record.title, new.record.text):
            raise _LineRefused("编号与另一件诉求相同而内容不同：请核对编号")


def channel_of(origin: str) -> str:
    """Map a source's name for a channel to one of 5.1.1; anything unknown is 其他."""
    name = origin.strip().lower()
    if origin.strip() in CHANNELS and origin.strip() != PHONE:
        return origin.strip()
    return next((channel for word, channel in _CHANNELS.items() if word in name), _OTHER_CHANNEL)


def _key(given: Mapping[str, str], origin: str) -> str:
    if number := given.get("id"):
        return f"{origin or _OTHER_CHANNEL}:{number}"
    content = msgspec.json.encode(dict(given), order="deterministic")
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _text(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet's numbers are all fractions
    if not isinstance(value, str | int | float):
        raise _LineRefused(f"“{COLUMNS[field][0]}”不是文字：请改为一段文字")
    text = str(value)
    if "\0" in text:
        raise _LineRefused(f"“{COLUMNS[field][0]}”里有空字符（NUL）：文件可能已损坏，请重新导出")
    limit = LONGEST_TEXT if field == "text" else LONGEST_LINE
    if len(text) > limit:
        raise _LineRefused(f"“{COLUMNS[field][0]}”有 {len(text)} 字，最多 {limit} 字：请缩短")
    if _FORMULA.match(text):
        raise _LineRefused(f"“{COLUMNS[field][0]}”像电子表格公式（以 {text.strip()[0]} 开头）：请改为普通文字")
    return clean(text, lines=field == "text").strip()


def _submitted(text: str, now: datetime) -> datetime:
    if not text:
        return now  # the source does not say: it is known from the moment it came in
    try:
        at = read_instant(text)
    except WhenError as error:
        raise _LineRefused(f"时间{error}") from error
    if at > now:
        raise _LineRefused(f"时间“{text[:40]}”在将来：请核对")
    return at


def _types(text: str) -> list[str]:
    """Known types; what the source calls otherwise is the 其他 that 3.2's "等" leaves room for."""
    names = [name for name in re.split(r"[\s、,，;；|/]+", text) if name]
    return list(dict.fromkeys(name if name in REQUEST_TYPES else _OTHER_TYPE for name in names))


def _flag(text: str) -> bool:
    if text.lower() not in _YES + _NO:
        raise _LineRefused(f"“{COLUMNS['confidential'][0]}”应为“是”或“否”，现为“{text[:20]}”")
    return text.lower() in _YES
