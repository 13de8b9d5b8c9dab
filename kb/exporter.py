"""Writing articles to .jsonl (English keys) and .csv (Chinese headings); `kb.importer` reads both back."""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from kb.articles import FIELD_NAMES, Article
from kb.fields import cell_of


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


@contextmanager
def _replacing(path: Path, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Write beside ``path`` and put the whole file in its place at the end."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as out:
            yield out
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
