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
from kb.fields import REQUIRED, article_of, field_of
from kb.markdown import read_markdown, read_text
from kb.results import Imported
from kb.rows import BadRow, FileError, read_rows

SUFFIXES = (".jsonl", ".csv", ".xlsx", ".md", ".toml")
MEMORY_LIMIT = 16 << 20  # bytes of articles set aside in memory; more go to a temporary file
REPORT_EVERY = 500  # rows between two reports of progress while reading

Progress = Callable[[int, int | None], None]


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
    """What became of every row read."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[Refusal, ...] = ()

    def plus(self, other: "ImportReport") -> "ImportReport":
        """Both reports together."""
        return ImportReport(
            read=self.read + other.read,
            added=self.added + other.added,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            refused=self.refused + other.refused,
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
    lines: dict[str, int | None] = {}
    with tempfile.SpooledTemporaryFile(max_size=MEMORY_LIMIT) as aside:
        try:
            for read, item in enumerate(_located(path), start=1):
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
        except KnowledgeError as error:
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
    for line, read in _located(path):
        yield read.at(str(path), line) if isinstance(read, ArticleError) else read


def _located(path: Path) -> Iterator[tuple[int | None, Article | ArticleError]]:
    suffix = path.suffix.lower()
    try:
        if suffix == ".md":
            for line, values in read_markdown(path):
                yield line, values if isinstance(values, ArticleError) else _article_or_error(values, path.stem)
        elif suffix == ".toml":
            yield from _read_toml(path)
        else:
            yield from _read_table(path, cells=suffix != ".jsonl")
    except (FileError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise KnowledgeError(f"{path} 整个文件未导入：{reason}") from error


def _article_or_error(
    values: Mapping[str, object], fallback_id: str = "", *, cells: bool = False
) -> Article | ArticleError:
    try:
        return article_of(values, fallback_id=fallback_id, cells=cells)
    except ArticleError as error:
        return error


def _read_table(path: Path, *, cells: bool) -> Iterator[tuple[int, Article | ArticleError]]:
    columns_known = not cells  # each line of JSON names its own keys
    for row in read_rows(path):
        if isinstance(row, BadRow):
            yield row.line, ArticleError(row.reason)
            continue
        if not columns_known:
            have = {field_of(column) for column in row.values}
            if missing := [FIELD_NAMES[field] for field in REQUIRED if field not in have]:
                raise FileError(f"表头缺少列：{'、'.join(missing)}；请补上列名后重新导入")
            columns_known = True
        yield row.line, _article_or_error(row.values, cells=cells)


def _read_toml(path: Path) -> Iterator[tuple[int | None, Article | ArticleError]]:
    text = read_text(path)
    try:
        tables = tomllib.loads(text).get("article")
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"不是有效的 TOML：{error}；请更正后重新导入") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise FileError("没有 [[article]] 表；请按样例书写")
    begins = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[article]]"]
    for index, table in enumerate(tables):
        yield begins[index] if index < len(begins) else None, _article_or_error(table)
