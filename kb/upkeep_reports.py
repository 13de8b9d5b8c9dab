"""What the call desk could not find or found wrong, until the knowledge desk has dealt with it (6.3.1, 6.3.4)."""

import re
import sqlite3
import unicodedata
from datetime import datetime
from typing import Literal

import msgspec

from data.clock import Clock, from_storage, to_storage
from data.people import Actor
from data.personal import mask_phone
from kb.articles import KnowledgeError, clean
from kb.publish_personal import without_personal_numbers
from kb.upkeep_file import UpkeepFile

Kind = Literal["未命中", "纠错"]
LONGEST = 200  # characters of a query that are kept
_NUMBER = re.compile(r"\d[\d -]{5,}\d[Xx]?")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A miss (未命中) or a correction (纠错). ``text`` is what was searched for, ``owner`` the unit whose matter it is.

    ``times`` counts the open misses of the same words or corrections of the same article, of which this is the newest.
    """

    number: int
    kind: Kind
    text: str
    article_id: str
    version: int
    owner: str
    by: str
    at: datetime
    ticket_id: str
    call_id: str
    result: str
    handled_by: str
    handled_at: datetime | None
    times: int = 1

    @property
    def matter(self) -> str:
        """What it is counted under."""
        return _matter(self.kind, self.text, self.article_id)


class Reports:
    """Reports of one installation."""

    def __init__(self, file: UpkeepFile, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    def add(
        self,
        kind: Kind,
        text: str,
        by: Actor,
        *,
        article_id: str = "",
        version: int = 0,
        owner: str = "",
        ticket_id: str = "",
        call_id: str = "",
    ) -> int:
        """Store a report and return its number. Numbers of telephones and papers in the text are masked (6.2.1);
        a correction keeps an office's number, which is often what it is about.

        Raises:
            KnowledgeError: a miss of nothing.
        """
        text = clean(text, one_line=True)
        text = masked(text[:LONGEST]) if kind == "未命中" else without_personal_numbers(text)
        if kind == "未命中" and not text:
            raise KnowledgeError("还没有输入要查的内容：先写来电人问的是什么，再按 F8")
        with self._file.writing() as db:
            return int(
                db.execute(
                    """INSERT INTO reports (kind, text, folded, article_id, version, owner, by, at, ticket_id, call_id)
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number""",
                    (kind, text, _matter(kind, text, article_id), article_id, version, owner,
                     by.agent_no, to_storage(self._clock.now()), ticket_id, call_id),
                ).fetchone()["number"]
            )  # fmt: skip

    def take_back(self, number: int, by: Actor) -> None:
        """Remove one's own report that nobody has handled: a slip of the key.

        Raises:
            KnowledgeError: it is another's, or it was handled.
        """
        with self._file.writing() as db:
            gone = db.execute("DELETE FROM reports WHERE number = ? AND by = ? AND result = ''", (number, by.agent_no))
            if gone.rowcount == 0:
                raise KnowledgeError("这条报告已有人处理，不能收回：请告诉知识管理员")

    def get(self, number: int) -> Report:
        """Return a report.

        Raises:
            KnowledgeError: there is no such report.
        """
        row = self._file.connection.execute("SELECT * FROM reports WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise KnowledgeError("这条报告已被收回：请刷新列表")
        return _report(row)

    def open(self, kind: Kind, text: str = "", limit: int = 1000) -> list[Report]:
        """Reports that nobody has handled, those of the same words or the same article as one, most of them first."""
        rows = self._file.connection.execute(
            """SELECT r.*, g.times FROM (SELECT max(number) AS newest, count(*) AS times FROM reports
                   WHERE result = '' AND kind = ? GROUP BY kind, folded
                   HAVING max(instr(text || owner || article_id, ?)) > 0) g
               JOIN reports r ON r.number = g.newest ORDER BY times DESC, number DESC LIMIT ?""",
            (kind, clean(text, one_line=True), limit),
        )
        return [msgspec.structs.replace(_report(row), times=row["times"]) for row in rows]

    def alike(self, report: Report) -> list[Report]:
        """The open reports that one of a list stands for, the first that came first."""
        rows = self._file.connection.execute(
            "SELECT * FROM reports WHERE result = '' AND kind = ? AND folded = ? AND number <= ? ORDER BY number",
            (report.kind, report.matter, report.number),
        )
        return [_report(row) for row in rows]

    def count(self, kind: Kind) -> int:
        """How many different matters wait."""
        row = self._file.connection.execute(
            "SELECT count(DISTINCT folded) FROM reports WHERE result = '' AND kind = ?", (kind,)
        ).fetchone()
        return int(row[0])

    def handle(self, number: int, result: str, by: Actor) -> int:
        """Write the result on a report and on all that it stands for (`alike`); returns on how many.

        Raises:
            KnowledgeError: there is no result, or somebody else was faster.
        """
        if not result.strip():
            raise KnowledgeError("处理结果不能为空：写明怎样处理的，如“已补文章”“不属热线答复范围”")
        report = self.get(number)
        with self._file.writing() as db:
            done = db.execute(
                """UPDATE reports SET result = :result, handled_by = :by, handled_at = :at
                   WHERE result = '' AND kind = :kind AND folded = (SELECT folded FROM reports WHERE number = :number)
                     AND number <= :number""",
                {
                    "result": result.strip(),
                    "by": by.agent_no,
                    "at": to_storage(self._clock.now()),
                    "kind": report.kind,
                    "number": number,
                },
            ).rowcount
        if not done:
            raise KnowledgeError(f"这条报告已由{report.handled_by}号处理：{report.result}")
        return done

    def reopen(self, number: int, by: Actor) -> None:
        """Take a handling back: of this report and those that were handled with it, by whoever handled it.

        Raises:
            KnowledgeError: another handled it.
        """
        with self._file.writing() as db:
            done = db.execute(
                """UPDATE reports SET result = '', handled_by = '', handled_at = NULL
                   WHERE handled_by = :by AND (kind, folded, handled_at) =
                     (SELECT kind, folded, handled_at FROM reports WHERE number = :number)""",
                {"by": by.agent_no, "number": number},
            )
            if done.rowcount == 0:
                raise KnowledgeError("这条报告不是您处理的，不能撤销")


def folded(text: str) -> str:
    """Words without width, case, blanks and closing marks: what is asked alike is counted as one."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("?!.。,，、")


def _matter(kind: Kind, text: str, article_id: str) -> str:
    return folded(text) if kind == "未命中" else article_id


def masked(text: str) -> str:
    """Hide numbers long enough to be somebody's."""
    return _NUMBER.sub(lambda found: mask_phone(re.sub(r"[ -]", "", found[0])), text)


def _report(row: sqlite3.Row) -> Report:
    values = {field: row[field] for field in Report.__struct_fields__ if field != "times"}
    values["at"] = from_storage(values["at"])
    values["handled_at"] = from_storage(values["handled_at"]) if values["handled_at"] else None
    return Report(**values)
