"""Writing articles to .jsonl (English keys), .csv, .xlsx (Chinese headings) and .md; `kb.importer` reads all back."""

import csv
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from kb.articles import FIELD_NAMES, Article
from kb.fields import cell_of
from kb.markdown import mark, markdown_of


def to_jsonl(articles: Iterable[Article], path: Path) -> int:
    """Write one JSON object a line; return how many. The file appears whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    written = 0
    with _replacing(path) as out:
        for article in articles:
            written += 1
            fields = msgspec.structs.asdict(article)
            out.write(msgspec.json.encode(fields).decode() + "\n")
    return written


def to_csv(articles: Iterable[Article], path: Path) -> int:
    """Write a table with Chinese headings in UTF-8 with a mark; return how many articles.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it.

    Raises:
        OSError: the file cannot be written.
    """
    written = 0
    with _replacing(path, encoding="utf-8-sig") as out:
        table = csv.writer(out, lineterminator="\r\n")
        table.writerow(FIELD_NAMES.values())
        for article in articles:
            written += 1
            table.writerow(cell_of(article, field) for field in FIELD_NAMES)
    return written


def to_xlsx(articles: Iterable[Article], path: Path) -> int:
    """Write a workbook with Chinese headings, guarded as `to_csv` guards; return how many articles.

    Raises:
        OSError: the file cannot be written.
    """
    from openpyxl import Workbook

    written = 0
    with _beside(path) as (handle, name):
        os.close(handle)
        workbook = Workbook(write_only=True)
        sheet = workbook.create_sheet("知识库")
        sheet.append(list(FIELD_NAMES.values()))
        for article in articles:
            written += 1
            sheet.append([cell_of(article, field) or None for field in FIELD_NAMES])
        workbook.save(name)
    return written


def to_markdown(articles: Iterable[Article], path: Path) -> int:
    """Write all articles into one .md file, each with its fields before its text; return how many.

    Raises:
        OSError: the file cannot be written.
    """
    written, line = 0, mark(secrets.token_hex(8))
    with _replacing(path) as out:
        for article in articles:
            written += 1
            out.write(f"{line}\n{markdown_of(article)}")
    return written


WRITERS: dict[str, Callable[[Iterable[Article], Path], int]] = {
    ".jsonl": to_jsonl,
    ".csv": to_csv,
    ".xlsx": to_xlsx,
    ".md": to_markdown,
}


@contextmanager
def _replacing(path: Path, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Write text beside ``path`` and put the whole file in its place at the end."""
    with _beside(path) as (handle, _), os.fdopen(handle, "w", encoding=encoding, newline="") as out:
        yield out


@contextmanager
def _beside(path: Path) -> Iterator[tuple[int, str]]:
    """Make a file beside ``path``, and put it in its place when the body has filled it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        yield handle, name
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
