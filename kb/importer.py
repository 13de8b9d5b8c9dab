"""Bringing files of articles into the knowledge base, with a report of every refused row.

A file is read to its end and its acceptable articles set aside before the first is stored: a file that turns out
broken in its last line leaves nothing behind. What is already stored changes nothing, so importing again is safe.
"""

import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO, Protocol

import msgspec

from kb.articles import FIELD_NAMES, Article, ArticleError, KnowledgeError, not_ahead
from kb.fields import REQUIRED, article_of, field_of, unused_of
from kb.markdown import read_markdown, read_text, toml_fault
from kb.results import Imported
from kb.rows import BadRow, FileError, read_rows, unreadable

SUFFIXES = (".jsonl", ".csv", ".xlsx", ".md", ".toml")
MEMORY_LIMIT = 16 << 20  # bytes of articles set aside in memory; more go to a temporary file
REPORT_EVERY = 500  # rows between two reports of progress while reading
UNUSED_LIMIT, NAME_LIMIT = 20, 40  # unused columns that are told of a file, characters of each name

_TABLES = (".csv", ".xlsx")  # whose cells a spreadsheet may have guarded

Progress = Callable[[int, int | None], None]
_Located = tuple[int, Mapping[str, object] | ArticleError]  # a row with its line


class Take(Protocol):
    """Where the acceptable articles of a file go: among the live ones, among the drafts, or nowhere (a dry run)."""

    def __call__(self, articles: Iterable[Article], *, progress: Progress | None = None) -> Imported:
        """Take the articles in order and say what became of them."""
        ...


class Refusal(msgspec.Struct, frozen=True):
    """A row, or with ``line`` None a whole file, that was not imported."""

    file: str
    line: int | None
    reason: str


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of every row read; ``unused`` names the columns and keys of which nothing was taken."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()
    unused: tuple[str, ...] = ()

    def plus(self, other: "ImportReport") -> "ImportReport":
        """Both reports together."""
        return ImportReport(
            read=self.read + other.read,
            added=self.added + other.added,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            refused=self.refused + other.refused,
            unused=tuple(dict.fromkeys(self.unused + other.unused)),
        )


def import_files(
    take: Take, paths: list[Path], *, today: date | None = None, progress: Progress | None = None
) -> ImportReport:
    """Import each file (6.3.1); a file that cannot be read as a whole is one refusal and changes nothing.

    Args:
        take: what receives its articles, once the file has been read to its end.
        today: the day after which no 核对日期 may be; None takes any.
        progress: told (rows done, None) while a file is read, then (articles done, total) while it is stored.

    Raises:
        data.db.StorageError: the knowledge base cannot be written.
    """
    report = ImportReport()
    for path in paths:
        report = report.plus(_import_file(take, path, today, progress))
    return report


def _import_file(take: Take, path: Path, today: date | None, progress: Progress | None) -> ImportReport:
    refused: list[Refusal] = []
    read = 0
    lines: dict[str, int] = {}
    unused: dict[str, None] = {}
    with tempfile.SpooledTemporaryFile(max_size=MEMORY_LIMIT) as aside:
        try:
            for read, item in enumerate(_located(path, unused), start=1):
                line, article = item
                if isinstance(article, Article) and article.id in lines:
                    article = ArticleError(f"与第 {lines[article.id]} 行编号相同；请只保留一篇", field="id")
                elif isinstance(article, Article) and today is not None:
                    article = _not_ahead_or_error(article, today)
                if isinstance(article, ArticleError):
                    refused.append(Refusal(str(path), line, str(article.at("", None))))
                else:
                    lines[article.id] = line
                    aside.write(msgspec.json.encode(article) + b"\n")
                if progress is not None and read % REPORT_EVERY == 0:
                    progress(read, None)
            if not read:
                raise FileError("没有文章：文件是空的，或只有表头；请写上文章后重新导入")
        except FileError as error:
            return ImportReport(read=read, refused=(Refusal(str(path), None, str(error)),))
        total = len(lines)
        told = None if progress is None else (lambda done, _: progress(done, total))
        outcome = take(_set_aside(aside), progress=told)
    return ImportReport(
        read=read,
        added=outcome.added,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        refused=tuple(refused),
        unused=tuple(unused),
    )


def _not_ahead_or_error(article: Article, today: date) -> Article | ArticleError:
    try:
        not_ahead(article, today)
    except ArticleError as error:
        return error
    return article


def _set_aside(handle: IO[bytes]) -> Iterator[Article]:
    handle.seek(0)
    return (msgspec.json.decode(line, type=Article) for line in handle)


def read_articles(path: Path) -> Iterator[Article | ArticleError]:
    """The articles of a file, and an error for each row that holds none; every error names file and line.

    Raises:
        KnowledgeError: the file as a whole cannot be read.
    """
    try:
        for line, read in _located(path, {}):
            yield read.at(str(path), line) if isinstance(read, ArticleError) else read
    except FileError as error:
        raise KnowledgeError(f"{path} 整个文件未导入：{error}") from error


def _located(path: Path, unused: dict[str, None]) -> Iterator[tuple[int, Article | ArticleError]]:
    """The articles of a file with their lines; ``unused`` is given the columns and keys that mean nothing.

    Raises:
        FileError: the file as a whole cannot be read.
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        raise FileError("这是一个目录；请写出里面的文件")
    if suffix not in SUFFIXES:
        raise FileError(f"不支持“{path.suffix or '无扩展名'}”文件；请用 {'、'.join(SUFFIXES)}")
    try:
        rows: Iterator[_Located]
        if suffix == ".md":
            rows = read_markdown(path)
        elif suffix == ".toml":
            rows = _read_toml(path)
        else:
            rows = _read_table(path)
        for line, values in rows:
            if isinstance(values, ArticleError):
                yield line, values
                continue
            _note_unused(unused, values)
            yield line, _article_or_error(values, path.stem if suffix == ".md" else "", cells=suffix in _TABLES)
    except OSError as error:
        raise unreadable(error) from error


def _note_unused(unused: dict[str, None], names: Iterable[str]) -> None:
    """Keep the names that mean nothing to an article, the first `UNUSED_LIMIT` of a file."""
    for name in unused_of(names):
        if len(unused) == UNUSED_LIMIT:
            return
        unused[name[:NAME_LIMIT]] = None


def _article_or_error(values: Mapping[str, object], fallback_id: str, *, cells: bool) -> Article | ArticleError:
    try:
        return article_of(values, fallback_id=fallback_id, cells=cells)
    except ArticleError as error:
        return error


def _read_table(path: Path) -> Iterator[_Located]:
    def header(names: list[str]) -> None:
        have = {field_of(name) for name in names}
        needed = [FIELD_NAMES[field] for field in REQUIRED]
        missing = [FIELD_NAMES[field] for field in REQUIRED if field not in have]
        if missing == needed:
            first = "，".join(filter(None, names))[:40]
            raise FileError(
                f"第一行须是表头，缺少列：{'、'.join(needed)}（现在是“{first}”）；请把表头放在第一行后重新导入"
            )
        if missing:
            raise FileError(f"表头缺少列：{'、'.join(missing)}；请补上列名后重新导入")

    for row in read_rows(path, header):
        yield row.line, ArticleError(row.reason) if isinstance(row, BadRow) else row.values


def _read_toml(path: Path) -> Iterator[_Located]:
    text = read_text(path)
    try:
        tables = tomllib.loads(text).get("article")
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"不是有效的 TOML：{toml_fault(error)}；请更正后重新导入") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise FileError("没有 [[article]] 表；请按样例书写")
    begins = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[article]]"]
    for index, table in enumerate(tables):
        yield begins[index] if index < len(begins) else 1, table
