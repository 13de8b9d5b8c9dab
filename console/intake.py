"""Web submissions (网络平台诉求) from a file into the acceptance inbox (5.1.3.2).

A file is read to its end before its first submission is stored, and all of them are stored in one transaction: a
file that turns out broken in its last line, or a kill half-way, leaves nothing behind. What is in the inbox already
is passed over, so importing again is safe.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from console.intake_fields import (
    COLUMNS,
    FIELDS,
    OTHER_CHANNEL,
    REQUIRED,
    LineRefused,
    channel_of,
    flag_of,
    notes_of,
    submitted_of,
    text_of,
    types_of,
)
from console.judgement import suggested
from console.text import clean_number
from console.ticket_json import known_district
from data.inbox import Inbox, Submission
from data.record import Claimant, Place, Record
from data.reference import Region
from kb.rows import BadRow, FileError, read_rows
from scripts.pack import Packs

MOST_COLUMNS = 200  # a table of more is not a list of submissions
REPORT_EVERY = 500  # rows between two reports of progress

SAME_LINE = "与前面的一行相同，作同一件只收一次；确是两件的，请各写不同的编号再导入"
Progress = Callable[[int, int | None], None]


class Refused(msgspec.Struct, frozen=True):
    """A line, or with ``line`` None a whole file, that was not imported."""

    file: str
    line: int | None
    reason: str


class Note(msgspec.Struct, frozen=True):
    """What of an accepted line was taken for something else, or that a line was taken for one before it."""

    file: str
    line: int
    note: str


class IntakeReport(msgspec.Struct, frozen=True):
    """What became of every line read: ``read`` is the sum of the others, a refused file counting its lines once.

    ``notes`` are of accepted lines, and of those that repeat an accepted one of their file.
    """

    read: int = 0
    accepted: int = 0
    repeated: int = 0
    refused: tuple[Refused, ...] = ()
    notes: tuple[Note, ...] = ()


class _FileRead(msgspec.Struct):
    """What was found in one file: how many lines, the submissions, each time they are given, and what to tell."""

    lines: int = 0
    submissions: list[Submission] = []
    refused: list[Refused] = []
    notes: list[Note] = []


class IntakeError(ValueError):
    """The mapping of columns cannot be used; the message names the part and the way out."""


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
        notes: list[Note] = []
        for path in paths:
            file = self._read(path, now, progress)
            new = self._inbox.add(file.submissions, now)
            read, accepted = read + file.lines, accepted + new
            repeated += len(file.submissions) - new
            refused += file.refused
            notes += file.notes
        return IntakeReport(read, accepted, repeated, tuple(refused), tuple(notes))

    def read_one(self, values: Mapping[str, object], now: datetime) -> tuple[Submission, list[str]]:
        """Read one submission that came by another way than a file, by the same rules, and what of it is to be told.

        Raises:
            LineRefused: it is no submission, or has the number of another one.
        """
        one, notes = self._submission(values, now)
        self._check_same(self._inbox.get(one.key), one)
        return one, notes

    def _read(self, path: Path, now: datetime, progress: Progress | None) -> _FileRead:
        file, found = _FileRead(), dict[str, Submission]()
        seen, fresh = set[str](), set[str]()
        table = path.suffix.lower() != ".jsonl"  # a line of JSON names its own fields, a table has one head for all
        try:
            for row in read_rows(path):
                file.lines += 1
                if progress is not None and file.lines % REPORT_EVERY == 0:
                    progress(file.lines, None)
                if isinstance(row, BadRow):
                    file.refused.append(Refused(str(path), row.line, row.reason))
                    continue
                if not seen or not table:
                    seen.update(row.values)
                    self._check_columns(seen, finished=table)
                try:
                    one, notes = self._submission(row.values, now)
                    known = found.get(one.key) or self._inbox.get(one.key)
                    self._check_same(known, one)
                except LineRefused as error:
                    file.refused.append(Refused(str(path), row.line, str(error)))
                    continue
                found.setdefault(one.key, one)
                file.submissions.append(one)
                if one.key in fresh:
                    file.notes.append(Note(str(path), row.line, SAME_LINE))
                if known is None:
                    fresh.add(one.key)
                    file.notes += [Note(str(path), row.line, note) for note in notes]
            if seen:
                self._check_columns(seen, finished=True)
        except FileError as error:
            return _FileRead(file.lines, refused=[Refused(str(path), None, f"整个文件未导入：{error}")])
        return file

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
        missing = [field for field in REQUIRED if field not in fields]
        if missing:
            names = "、".join(COLUMNS[field][0] for field in missing)
            example = ",".join(f"{field}=列名" for field in missing)
            raise FileError(f"缺少列：{names}；请补上，列名不同的用 --map 说明，如 --map {example}")

    def _field(self, column: str) -> str | None:
        field = self._mapping.get(column) or FIELDS.get(column.strip().lower())
        # A field that --map gives to one column is not to be taken from another of a usual name.
        return None if column not in self._mapping and field in self._mapping.values() else field

    def _submission(self, values: Mapping[str, object], now: datetime) -> tuple[Submission, list[str]]:
        """Read one line, and what of it is to be told."""
        given: dict[str, str] = {}
        for column, value in values.items():
            field = self._field(column)
            if field and field not in given and (text := text_of(field, value)):
                given[field] = text
        title, text = given.get("title", ""), given.get("text", "")
        if "text" not in map(self._field, values):  # a table without the column is refused as well
            raise LineRefused(f"缺少“{COLUMNS['text'][0]}”（text）：请补上，确实没有内容的留空")
        if not title and not text:
            raise LineRefused("标题和内容都是空的：请至少补上一项")
        submitted = submitted_of(given.get("date", ""), now)
        origin, district = given.get("channel", ""), given.get("district", "")
        known = known_district(district, self._regions)
        record = Record(
            source=channel_of(origin),
            raised_at=submitted,
            claimant=Claimant(
                name=given.get("name", ""),
                contact=clean_number(given.get("phone", "")),
                address=given.get("address", ""),
                confidential=flag_of(given.get("confidential", "")),
            ),
            types=types_of(given.get("type", "")),
            title=title,
            text=text or title,
            # A district of another city is no district of ours, but still says where.
            place=Place(
                text=given.get("place", "") if known else f"{district}{given.get('place', '')}", district=known
            ),
            respondent=given.get("respondent", ""),
            wish=given.get("wish", ""),
        )
        urgency = len(suggested(self._packs, record))
        one = Submission(_key(given, origin), submitted, record, urgency, origin, district)
        return one, notes_of(given, known)

    def _check_same(self, known: Submission | None, new: Submission) -> None:
        """Refuse what has the number of another submission: passing over it would lose a request."""
        if known is not None and (known.record.title, known.record.text) != (new.record.title, new.record.text):
            raise LineRefused("编号与另一件诉求相同而内容不同：请核对编号")


def _key(given: Mapping[str, str], origin: str) -> str:
    if number := given.get("id"):
        return f"{origin or OTHER_CHANNEL}:{number}"
    content = msgspec.json.encode(dict(given), order="deterministic")
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
