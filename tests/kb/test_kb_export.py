"""Files written from the knowledge base."""

import csv
from datetime import date
from pathlib import Path

import pytest

from kb.exporter import WRITERS, to_csv, to_jsonl
from kb.importer import import_files
from kb.search import KnowledgeBase
from kb.starters import starter_articles


@pytest.mark.clause("6.3.2")
@pytest.mark.parametrize(("suffix", "write"), WRITERS.items())
def test_what_is_exported_imports_without_a_change(starter: KnowledgeBase, tmp_path: Path, suffix: str, write) -> None:
    """You should see a whole knowledge base go out and come back the same."""
    path = tmp_path / f"out{suffix}"
    assert write(starter.articles(), path) == len(starter_articles())
    report = import_files(starter.import_articles, [path])
    assert (report.unchanged, report.added, report.changed, report.refused) == (len(starter_articles()), 0, 0, ())
    assert [entry.name for entry in tmp_path.glob("out*")] == [path.name]


def test_cells_that_a_spreadsheet_would_run_are_guarded(base: KnowledgeBase, tmp_path: Path, make) -> None:
    """You should see =, +, - and @ made harmless, and the same text again after importing."""
    dangerous = make(
        title='=HYPERLINK("http://x","点我")',
        body="+86 电话\n第二行",
        owner="@局",
        topic="-1+1",
        questions=("=cmd|' /C calc'!A0", "二"),
        keywords=("'=不是公式",),
        valid_until=date(2027, 1, 1),
    )
    base.import_articles([dangerous])
    to_csv(base.articles(), tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as handle:
        cells = [cell for row in csv.reader(handle) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    report = import_files(base.import_articles, [tmp_path / "out.csv"])
    assert (report.unchanged, report.refused) == (1, ())


def test_a_failed_export_leaves_the_old_file(tmp_path: Path, make) -> None:
    """You should see the earlier export untouched when a new one breaks off."""

    def failing():
        yield make()
        raise RuntimeError("broken off")

    path = tmp_path / "out.jsonl"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="broken off"):
        to_jsonl(failing(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
