"""What the knowledge desk lists: drafts, live articles, what ends or has grown old, what nobody uses or answers for."""

import sqlite3
from collections.abc import Set
from datetime import date
from typing import Literal

from data.clock import Clock
from kb.articles import Article, clean
from kb.freshness import SOON, STALE_MONTHS, months_before
from kb.store import CURRENT, decode
from kb.upkeep_file import UpkeepFile

LIMIT = 1000  # rows of a list: whoever needs more narrows it, or exports

State = tuple[object, ...]
Ailment = Literal["expired", "soon", "withdrawn", "stale", "unused", "unread"]

_STATE = """SELECT (SELECT token FROM changes ORDER BY number DESC LIMIT 1), d.*, r.* FROM
    (SELECT count(*), total(number), total(revision), total(state = '退回'), max(checked_at) FROM drafts
     WHERE state IN ('待核', '退回')) d,
    (SELECT count(*), total(number), max(at) FROM reports WHERE result = '') r"""

_KEPT = "json_extract(v.content, '$.withdrawn') IS NULL"
_HELD = f"{_KEPT} AND (a.valid_until IS NULL OR a.valid_until >= :day)"
_CONDITIONS: dict[Ailment, tuple[str, str]] = {
    "expired": (f"a.valid_until < :day AND {_KEPT}", "a.valid_until DESC"),
    "soon": (f"a.valid_until BETWEEN :day AND :soon AND {_HELD}", "a.valid_until"),
    "withdrawn": ("json_extract(v.content, '$.withdrawn') IS NOT NULL", "v.stored_at DESC"),
    "stale": (
        f"coalesce(json_extract(v.content, '$.checked_on') < :stale, 1) AND {_HELD}",
        "json_extract(v.content, '$.checked_on')",
    ),
    "unused": (
        f"NOT EXISTS (SELECT 1 FROM uses u WHERE u.article_id = a.id AND u.kind <> '展示') AND {_HELD}",
        "v.stored_at",
    ),
    "unread": (
        f"NOT EXISTS (SELECT 1 FROM reads r WHERE r.article_id = a.id AND r.version >= a.version) AND {_HELD}",
        "v.stored_at DESC",
    ),
}


class Lists:
    """Lists of one installation's knowledge base, each narrowed by the words typed."""

    def __init__(self, file: UpkeepFile, clock: Clock, stale_months: int = STALE_MONTHS) -> None:
        self._file = file
        self._clock = clock
        self._months = stale_months

    def state(self) -> tuple[State, State, State]:
        """Values that are others once articles have changed, once open drafts have, once open reports have.

        Uses and reads are not among them: they come with every call, and no list has to be made anew for them.
        """
        row = tuple(self._file.connection.execute(_STATE).fetchone())
        return row[:1], row[1:6], row[6:]

    def live(self, text: str = "", limit: int = LIMIT) -> list[Article]:
        """Articles in use, the newest version first."""
        return self._articles(_HELD, "v.stored_at DESC", text, limit)

    def ailing(self, ailment: Ailment, text: str = "", limit: int = LIMIT) -> list[Article]:
        """Articles that want looking at: past their last day, about to be, withdrawn, checked too long ago, not used
        for any reply, not read by anybody in their present version."""
        condition, order = _CONDITIONS[ailment]
        return self._articles(condition, order, text, limit)

    def count(self, *ailments: Ailment) -> int:
        """How many articles have one of these ailments."""
        condition = " OR ".join(f"({_CONDITIONS[one][0]})" for one in ailments)
        return int(self._run(f"SELECT count(*) FROM {CURRENT} WHERE {condition}", {}).fetchone()[0])

    def count_live(self) -> int:
        """How many articles are in use: those not past their last day but the withdrawn, for which there is an index."""
        unended = "(a.valid_until IS NULL OR a.valid_until >= :day)"
        row = self._run(
            f"""SELECT (SELECT count(*) FROM articles a WHERE {unended})
                     - (SELECT count(*) FROM {CURRENT} WHERE {_CONDITIONS["withdrawn"][0]} AND {unended})""",
            {},
        ).fetchone()
        return int(row[0])

    def unowned(self, units: Set[str], limit: int = LIMIT) -> list[Article]:
        """Live articles whose owner is none of the installation's units: nobody would answer for them."""
        owners = [row["owner"] for row in self._run("SELECT DISTINCT owner FROM articles", {})]
        found: list[Article] = []
        for owner in sorted(set(owners) - units):
            found += self._articles(f"a.owner = :owner AND {_HELD}", "a.id", "", limit - len(found), owner=owner)
        return found

    def linked(self, article_id: str) -> list[Article]:
        """Articles linked with this one, from either end; a link to what does not exist is left out."""
        return self._articles(
            """a.id IN (SELECT to_id FROM links WHERE from_id = :id UNION SELECT from_id FROM links WHERE to_id = :id)
               AND a.id <> :id""",
            "a.id",
            "",
            LIMIT,
            id=article_id,
        )

    def broken_links(self, limit: int = LIMIT) -> list[tuple[str, str]]:
        """Links to articles that do not exist, as (from, to)."""
        rows = self._run(
            "SELECT from_id, to_id FROM links WHERE to_id NOT IN (SELECT id FROM articles) ORDER BY 1, 2 LIMIT :limit",
            {"limit": limit},
        )
        return [(row["from_id"], row["to_id"]) for row in rows]

    def _articles(self, condition: str, order: str, text: str, limit: int, **values: object) -> list[Article]:
        words = clean(text, one_line=True).split()
        for at, word in enumerate(words):
            values[f"word{at}"] = word
            condition += (
                f" AND instr(json_extract(v.content, '$.title') || ' ' || a.owner || ' ' || a.topic || ' ' || a.id,"
                f" :word{at}) > 0"
            )
        rows = self._run(
            f"SELECT v.content FROM {CURRENT} WHERE {condition} ORDER BY {order}, a.id LIMIT :limit",
            values | {"limit": limit},
        )
        return [decode(row["content"]) for row in rows]

    def _run(self, query: str, values: dict[str, object]) -> sqlite3.Cursor:
        day: date = self._clock.now().date()
        days = {
            "day": day.isoformat(),
            "soon": (day + SOON).isoformat(),
            "stale": months_before(day, self._months).isoformat(),
        }
        return self._file.connection.execute(query, days | values)
