"""Drafts of articles (6.3.4): what one is, which wait, and how a unit's supplied articles become some."""

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

import msgspec

from data.clock import from_storage, to_storage
from data.people import Actor
from kb.articles import Article, KnowledgeError, checked, clean
from kb.index import Progress
from kb.results import Imported
from kb.store import decode
from kb.upkeep_file import UpkeepFile, encoded, live_of, put_live, says

State = Literal["待核", "退回", "已通过", "已放弃"]
OPEN: tuple[State, ...] = ("待核", "退回")


TOLD_EVERY = 500  # articles between two tellings of how far a dry run is


class UpkeepRefused(KnowledgeError):
    """An act on a draft or an article is not allowed; the message says which, why and what to do."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A new article or a new version, on its way to being checked.

    ``base_version`` is the live version it was written over, 0 for a new article; ``authors`` are the agent numbers
    of all who wrote in it, none of whom may check it; ``reason`` says why it was refused.
    """

    number: int
    article: Article
    base_version: int
    revision: int
    state: State
    authors: tuple[str, ...]
    submitted_at: datetime
    checker: str = ""
    checked_at: datetime | None = None
    reason: str = ""
    version: int | None = None


def draft_of(row: sqlite3.Row) -> Draft:
    """Read a row of ``drafts``."""
    return Draft(
        number=row["number"],
        article=decode(row["content"]),
        base_version=row["base_version"],
        revision=row["revision"],
        state=row["state"],
        authors=tuple(row["authors"].split()),
        submitted_at=from_storage(row["submitted_at"]),
        checker=row["checker"],
        checked_at=from_storage(row["checked_at"]) if row["checked_at"] else None,
        reason=row["reason"],
        version=row["version"],
    )


def open_drafts(connection: sqlite3.Connection, text: str, limit: int) -> list[Draft]:
    """Drafts that wait for somebody: those to be checked, the longest waiting first, then those given back."""
    words = clean(text, one_line=True).split()
    condition = "".join(" AND instr(title || ' ' || owner || ' ' || article_id, ?) > 0" for _ in words)
    rows = connection.execute(
        f"SELECT * FROM drafts WHERE state IN ('待核', '退回'){condition} ORDER BY state = '退回', number LIMIT ?",
        (*words, limit),
    )
    return [draft_of(row) for row in rows]


def count_open(connection: sqlite3.Connection) -> int:
    """How many drafts wait for somebody."""
    return int(connection.execute("SELECT count(*) FROM drafts WHERE state IN ('待核', '退回')").fetchone()[0])


def take_in(file: UpkeepFile, articles: Iterable[Article], by: Actor, now: datetime) -> Imported:
    """Take in supplied articles as drafts, each over the version that is live now; ``changed`` counts those over one.

    What is live or waits to be checked in the same words changes nothing; a draft that only ``by`` has written in is
    rewritten; beside what others wrote a new draft is put. All of them are one transaction.
    """
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    with file.writing() as db:
        for article in articles:
            counts[_take_in(db, article, by, now)] += 1
    return Imported(**counts)


def _take_in(db: sqlite3.Connection, article: Article, by: Actor, now: datetime) -> str:
    content, live = encoded(article), live_of(db, article.id)
    if says(live, article):
        return "unchanged"
    new = is_new(live)
    drafts = db.execute(
        "SELECT * FROM drafts WHERE article_id = ? AND state IN ('待核', '退回') ORDER BY number DESC", (article.id,)
    ).fetchall()
    if any(row["content"] == content for row in drafts):
        return "unchanged"
    base, at = live.version if live else 0, to_storage(now)
    own = next((row for row in drafts if row["authors"] == by.agent_no), None)
    if own is not None:
        db.execute(
            """UPDATE drafts SET title = ?, owner = ?, content = ?, base_version = ?, submitted_at = ?, state = '待核',
               revision = revision + 1, reason = '', checker = '', checked_at = NULL WHERE number = ?""",
            (article.title, article.owner, content, base, at, own["number"]),
        )
        return "changed"
    db.execute(
        """INSERT INTO drafts (article_id, title, owner, content, base_version, revision, state, authors, submitted_at)
           VALUES (?, ?, ?, ?, ?, 1, '待核', ?, ?)""",
        (article.id, article.title, article.owner, content, base, by.agent_no, at),
    )
    return "added" if new else "changed"


def foresee(
    file: UpkeepFile, articles: Iterable[Article], *, live_on: date | None, progress: Progress | None = None
) -> Imported:
    """What taking articles in as drafts would do, or at once on the day ``live_on``, with nothing stored: for a dry run."""
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for done, article in enumerate(map(checked, articles), start=1):
        live = live_of(file.connection, article.id)
        content = encoded(article if live_on is None else put_live(article, live, live_on))
        waiting = file.connection.execute(
            "SELECT content FROM drafts WHERE article_id = ? AND state IN ('待核', '退回')", (article.id,)
        ).fetchall()
        if live_on is None:
            same = says(live, article) or content in [row["content"] for row in waiting]
        else:
            same = live is not None and encoded(live) == content
        if same:
            counts["unchanged"] += 1
        else:
            counts["changed" if not is_new(live) or (live_on is None and waiting) else "added"] += 1
        if progress is not None and done % TOLD_EVERY == 0:
            progress(done, None)
    return Imported(**counts)


def is_new(live: Article | None) -> bool:
    """Whether nobody has checked any version of an article yet."""
    return live is None or live.unchecked


def plus(one: Imported, other: Imported) -> Imported:
    """Both counts together."""
    return Imported(
        added=one.added + other.added,
        changed=one.changed + other.changed,
        unchanged=one.unchanged + other.unchanged,
    )
