"""Bringing files of articles into the knowledge base, with a report of every refused row.

A file is read to its end and its acceptable articles set aside before the first is stored: a file that turns out
broken in its last line leaves nothing behind. What is already stored changes nothing, so importing again is safe.
"""

import re
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

import msgspec

from kb.articles import FIELD_NAMES, Article, ArticleError, KnowledgeError
from kb.fields import REQUIRED, article_of, field_of
from kb.rows import LINE_LIMIT, BadRow, FileError, encoding_of, read_rows
from kb.search import KnowledgeBase

SUFFIXES = (".jsonl", ".csv", ".xlsx", ".md", ".toml")
MEMORY_LIMIT = 16 << 20  # bytes of articles set aside in memory; more go to a temporary file
REPORT_EVERY = 500  # rows between two reports of progress while reading

Progress = Callable[[int, int | None], None]


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
    base: KnowledgeBase, paths: list[Path], *, by: str = "", progress: Progress | None = None
) -> ImportReport:
    """Import each file (6.3.1); a file that cannot be read as a whole is one refusal and changes nothing.

    Args:
        by: who acts.
        progress: told (rows done, None) while a file is read, then (articles done, total) while it is stored.

    Raises:
        data.db.StorageError: the knowledge base cannot be written.
    """
    report = ImportReport()
    for path in paths:
        report = report.plus(_import_file(base, path, by, progress))
    return report


def _import_file(base: KnowledgeBase, path: Path, by: str, progress: Progress | None) -> ImportReport:
    refused: list[Refusal] = []
    read = 0
    lines: dict[str, int | None] = {}
    with tempfile.SpooledTemporaryFile(max_size=MEMORY_LIMIT) as aside:
        try:
            for read, item in enumerate(_located(path), start=1):
                line, article = item
                if isinstance(article, Article) and article.id in lines:
                    article = ArticleError(f"与第 {lines[article.id]} 行编号相同；请只保留一篇", field="id")
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
        outcome = base.import_articles(_set_aside(aside), by=by, progress=told)
    return ImportReport(
        read=read,
        added=outcome.added,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        refused=tuple(refused),
    )


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
            yield 1, _article_or_error(*_read_markdown(path))
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
    text = _read_text(path)
    try:
        tables = tomllib.loads(text).get("article")
    except tomllib.TOMLDecodeError as error:
        raise FileError(f"不是有效的 TOML：{error}；请更正后重新导入") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise FileError("没有 [[article]] 表；请按样例书写")
    begins = [n for n, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[article]]"]
    for index, table in enumerate(tables):
        yield begins[index] if index < len(begins) else None, _article_or_error(table)


def _read_markdown(path: Path) -> tuple[dict[str, object], str]:
    """Front matter between lines of ``---`` (name: value) or ``+++`` (TOML), then the body; id: the file's name.

    Without a title in the front matter the first heading is the title.
    """
    if path.stat().st_size > LINE_LIMIT:
        raise FileError(f"超过 {LINE_LIMIT // 1024} KB；请拆分为多篇")
    text = _read_text(path).replace("\r\n", "\n")
    match = re.match(r"(---|\+\+\+)[ \t]*\n(.*?\n)?\1[ \t]*(?:\n|\Z)", text, re.DOTALL)
    if match is None:
        raise FileError("开头没有 --- 之间的属性（标题、主题、责任单位、来源类别……）；请补上")
    body = text[match.end() :]
    matter = match[2] or ""
    if match[1] == "---":
        values = _name_values(matter)
    else:
        try:
            values = dict(tomllib.loads(matter))
        except tomllib.TOMLDecodeError as error:
            raise FileError(f"属性不是有效的 TOML：{error}；请更正") from error
    heading = re.match(r"\s*#\s+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)", body)
    if heading is not None and not any(field_of(name) == "title" for name in values):
        values["title"] = heading[1]
        body = body[heading.end() :]
    return values | {"body": body}, path.stem


def _name_values(matter: str) -> dict[str, object]:
    """``name: value`` lines; a list is ``[a, b]`` or the ``- item`` lines that follow an empty value."""
    values: dict[str, object] = {}
    items: list[str] | None = None
    for line in matter.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.lstrip().startswith("- ") and items is not None:
            items.append(_unquoted(line.lstrip()[2:]))
            continue
        name, colon, value = re.sub(r"^([^:：]+)：", r"\1:", line).partition(":")
        if not colon:
            raise FileError(f"属性“{line.strip()[:30]}”没有冒号；请写作“名称: 值”")
        value = value.strip()
        if value.startswith("[") and value.endswith("]"):
            values[name.strip()] = [_unquoted(item) for item in re.split(r"[,，]", value[1:-1])]
        elif value:
            values[name.strip()] = _unquoted(value)
        else:
            items = []
            values[name.strip()] = items
    # An empty value followed by no items is an empty text, not a list.
    return {name: "" if value == [] else value for name, value in values.items()}


def _unquoted(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _read_text(path: Path) -> str:
    encoding = encoding_of(path)
    try:
        return path.read_bytes().decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FileError(f"第 {error.start + 1} 字节不是 {encoding.upper()} 编码；请更正") from error
