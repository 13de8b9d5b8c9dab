"""What thinking costs at each key: appendix C over a record, and the knowledge base while one types."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import count as count_from
from itertools import cycle, repeat
from pathlib import Path

import msgspec

from console.judgement import judge_record
from data.db import connect
from kb.search import KnowledgeBase
from kb.segment import Segmenter
from kb.starters import starter_articles
from scripts.pack import load_packs
from tests.bench.measure import Row, alternate
from tests.bench.store import record

FLOOR = re.compile("尽快|相关|有关|若干|大概|可能|好像|昨天|今天|[0-9]+月|[0-9]+号楼|街道|小区|物业|派出所|119|110|120")


def judge_rows(folder: Path, count: int) -> Iterator[Row]:
    """All elements, wording and urgency of a record of 500 characters, of which each time another was typed last;
    beside it one regular expression over it."""
    packs, _ = load_packs(None)
    told = record(500)
    typed = (msgspec.structs.replace(told, text=told.text[:-1] + chr(0x4E00 + at)) for at in count_from(0))
    ours, its = alternate(
        count,
        (partial(judge_record, packs, each) for each in typed),
        repeat(lambda: [m.span() for m in FLOOR.finditer(told.text)]),
    )
    yield Row("500 characters judged", ours, "one regex of 18 words", its)


def search_rows(folder: Path, count: int) -> Iterator[Row]:
    """A search at each prefix of the articles' own questions; beside it MATCH of the same words in a plain table."""
    articles = starter_articles()
    kb = KnowledgeBase(folder / "kb.db", folder)
    kb.import_articles(articles)
    segmenter = Segmenter(folder)
    plain = connect(folder / "plain.db", synchronous="NORMAL")
    plain.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    plain.executemany(
        "INSERT INTO words VALUES (?)",
        [(" ".join(segmenter.words(" ".join([a.title, *a.questions, a.body]))),) for a in articles],
    )
    questions = [article.questions[0] for article in articles if article.questions]
    prefixes = [question[:end] for question in questions[::8] for end in range(1, len(question) + 1)]
    cut = [" OR ".join(f'"{word}"' for word in segmenter.words(prefix)) for prefix in prefixes]
    match = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 10"
    ours, its = alternate(
        min(count, len(prefixes)),
        (lambda text=prefix: kb.search(text) for prefix in cycle(prefixes)),
        (lambda words=words: plain.execute(match, (words or '""',)).fetchall() for words in cycle(cut)),
    )
    plain.close()
    kb.close()
    yield Row(f"search while typing, {len(articles)} articles", ours, "FTS5 MATCH, words cut before", its)
