"""The life of an article (6.3.4): drafted, checked by a second person, live, and in the end expired or withdrawn.

Drafts stand in a table of their own, and only `Upkeep.pass_check` and an import that names its checker put one among the
articles that answer. What came in new stands among them as unchecked besides: it is found, and neither pushed nor answered
with.
"""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from data.clock import Clock, to_storage
from data.people import SYSTEM_AGENT, Actor, Role
from kb.articles import Article, checked, not_ahead
from kb.index import Progress
from kb.results import Imported
from kb.search import KnowledgeBase
from kb.upkeep_counts import Counts
from kb.upkeep_drafts import OPEN, Draft, State, UpkeepRefused, draft_of, is_new, open_drafts, plus, take_in
from kb.upkeep_file import UpkeepFile, dated, encoded, live_of, put_live, says
from kb.upkeep_lists import Lists
from kb.upkeep_reports import Reports

UNDO = timedelta(minutes=10)  # how long a slip can be taken back by whoever made it
UNDONE = "核校撤销"
GIVEN_UP = "草稿已放弃，未经核对"
AT_ONCE = 500  # articles put live while others wait with theirs


class Conflict(UpkeepRefused):
    """The live article has moved on since the draft was written; both are here to be shown side by side."""

    def __init__(self, draft: Article, base_version: int, live: Article) -> None:
        self.draft, self.base_version, self.live = draft, base_version, live
        begun = f"起草时在用的是第 {base_version} 版" if base_version else "起草时还没有这篇文章"
        super().__init__(
            f"《{draft.title[:30]}》{begun}，现在是第 {live.version} 版：请对照两版，把要改的写到新版上再提交"
        )


class Upkeep:
    """The knowledge desk's acts on one knowledge base; any thread may use it."""

    def __init__(self, base: KnowledgeBase, clock: Clock) -> None:
        self._base = base
        self._clock = clock
        self.file = UpkeepFile(base.path)
        self.reports = Reports(self.file, clock)
        self.counts = Counts(self.file, clock)
        self.lists = Lists(self.file, clock)

    def close(self) -> None:
        """Close this thread's connection."""
        self.file.close()

    # -- drafts ---------------------------------------------------------------------------------------------------

    def draft(self, number: int) -> Draft:
        """Return a draft.

        Raises:
            UpkeepRefused: there is no such draft.
        """
        row = self.file.connection.execute("SELECT * FROM drafts WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise UpkeepRefused(f"没有第 {number} 号草稿：请刷新列表后再选")
        return draft_of(row)

    def drafts(self, text: str = "", limit: int = 1000) -> list[Draft]:
        """Drafts that wait for somebody, the longest waiting first; those given back to their authors at the end."""
        return open_drafts(self.file.connection, text, limit)

    def take_in(self, articles: Iterable[Article], by: Actor, progress: Progress | None = None) -> Imported:
        """Take in what is supplied as drafts (6.3.4); see `kb.upkeep_drafts.take_in`.

        What is new can be found at once, marked 未核对, and nobody is answered with it; what changes an article that was
        checked waits, and the article stays as it is.

        Raises:
            ArticleError: a faulty article; it and the others of its transaction are not stored.
        """

        def store(batch: list[Article]) -> Imported:
            new = [msgspec.structs.replace(each, unchecked=True) for each in batch if is_new(self.live(each.id))]
            self._base.import_articles(new, by=by.agent_no)
            return take_in(self.file, batch, by, self._clock.now())

        return self._in_batches(map(checked, articles), store, progress)

    def put_in(
        self, articles: Iterable[Article], by: Actor, checker: Actor, progress: Progress | None = None
    ) -> Imported:
        """Put articles live at once that a second person has checked already; who did is kept with each version.

        Raises:
            ArticleError: a 核对日期 is after today.
            UpkeepRefused: the checker is the author or no editor, or the author is not named.
        """
        if why := why_not_put_in(by, checker):
            raise UpkeepRefused(why)

        def store(batch: list[Article]) -> Imported:
            today = self._clock.now().date()
            passed = [put_live(each, self.live(each.id), today) for each in batch]
            counted = self._base.import_articles(passed, by=by.agent_no)
            with self.file.writing() as db:
                for article in batch:
                    if (live := live_of(db, article.id)) is not None:
                        self._note_check(db, live, (by.agent_no,), checker)
            return counted

        return self._in_batches(map(checked, articles), store, progress)

    def _in_batches(
        self,
        articles: Iterable[Article],
        store: Callable[[list[Article]], Imported],
        progress: Progress | None,
    ) -> Imported:
        """Store articles `AT_ONCE` at a time, each batch while nobody else decides; ``progress`` is told after each."""
        waiting, total, done = iter(articles), Imported(), 0
        while batch := list(islice(waiting, AT_ONCE)):
            with self.file.deciding():
                total = plus(total, store(batch))
            done += len(batch)
            if progress is not None:
                progress(done, None)
        return total

    def check_of(self, article_id: str, version: int) -> tuple[tuple[str, ...], str] | None:
        """Who wrote and who checked a version, by agent number; None for what came before checks were kept."""
        row = self.file.connection.execute(
            "SELECT authors, checker FROM checks WHERE article_id = ? AND version = ?", (article_id, version)
        ).fetchone()
        return None if row is None else (tuple(row["authors"].split()), row["checker"])

    def live(self, article_id: str) -> Article | None:
        """The newest version of an article, withdrawn or not; None for an unknown id."""
        return live_of(self.file.connection, article_id)

    def submit(self, article: Article, by: Actor, base_version: int, seen: Draft | None = None) -> Draft:
        """Hand an article in to be checked: as a new draft, or as what ``seen`` now says.

        Args:
            by: who wrote it.
            base_version: the live version that it changes, 0 for a new article.
            seen: the open draft that it was made of, as the author saw it.

        Raises:
            ArticleError: a field is faulty, or the 核对日期 is after today.
            Conflict: another version is live by now.
            UpkeepRefused: it says what the live article says, or the draft was changed or decided on meanwhile.
        """
        article = checked(msgspec.structs.replace(article, withdrawn="", unchecked=False, version=0))
        not_ahead(article, self._clock.now().date())
        with self.file.writing() as db:
            live = live_of(db, article.id)
            if not (live and live.unchecked) and (live.version if live else 0) != base_version:
                raise Conflict(article, base_version, live) if live else _gone(article.id)
            if live is not None and encoded(live) == encoded(article):
                raise UpkeepRefused(f"《{article.title[:30]}》与在用的第 {live.version} 版一字不差：没有要核对的改动")
            values = {
                "article_id": article.id,
                "title": article.title,
                "owner": article.owner,
                "content": encoded(article),
                "base": base_version,
                "at": to_storage(self._clock.now()),
            }
            if seen is None:
                number = db.execute(
                    """INSERT INTO drafts (article_id, title, owner, content, base_version, revision, state, authors,
                       submitted_at) VALUES (:article_id, :title, :owner, :content, :base, 1, '待核', :by, :at)
                       RETURNING number""",
                    values | {"by": by.agent_no},
                ).fetchone()["number"]
            else:
                number = seen.number
                authors = " ".join(dict.fromkeys((*seen.authors, by.agent_no)))
                self._change(
                    db,
                    seen,
                    """article_id = :article_id, title = :title, owner = :owner, content = :content,
                       base_version = :base, authors = :authors, submitted_at = :at, state = '待核',
                       revision = revision + 1""",
                    values | {"authors": authors},
                )
        return self.draft(number)

    def drop(self, seen: Draft, by: Actor) -> Draft:
        """Give an open draft up: its author, or an editor.

        Raises:
            UpkeepRefused: it is another's, or it was changed or decided on meanwhile.
        """
        if by.agent_no not in seen.authors and not by.may(Role.EDITOR):
            raise UpkeepRefused(f"《{seen.article.title[:30]}》由 {'、'.join(seen.authors)}号起草：只有起草人可以放弃")
        dropped = self._decide(seen, "已放弃", by, "")
        live = self.live(seen.article.id)
        if live is not None and live.unchecked and not live.withdrawn:
            gone = msgspec.structs.replace(live, withdrawn=GIVEN_UP)
            self._base.import_articles([gone], by=by.agent_no)
        return dropped

    def refuse(self, seen: Draft, checker: Actor, reason: str) -> Draft:
        """Give a draft back to its author with the reason.

        Raises:
            UpkeepRefused: the checker may not check it, gives no reason, or it was changed or decided on meanwhile.
        """
        self._may_check(seen, checker)
        if not reason.strip():
            raise UpkeepRefused("退回要写明原因，起草人才知道改什么")
        return self._decide(seen, "退回", checker, reason.strip())

    def pass_check(self, seen: Draft, checker: Actor) -> Article:
        """Put a draft live as it was seen; returns the article with its version. One without 核对日期 is checked today.

        Raises:
            ArticleError: its 核对日期 is after today.
            Conflict: the live article has moved on.
            UpkeepRefused: the checker wrote it or lacks the role, or the draft was changed or decided on meanwhile.
        """
        self._may_check(seen, checker)
        today = self._clock.now().date()
        not_ahead(seen.article, today)
        with self.file.deciding():
            current = self.draft(seen.number)
            if (current.revision, current.state) != (seen.revision, seen.state):
                raise _changed(current)
            live = self.live(seen.article.id)
            # A session that was killed between the two writes has put it live already: only the mark is missing.
            done = says(live, seen.article)
            if live is not None and not (done or live.unchecked) and live.version != seen.base_version:
                raise Conflict(seen.article, seen.base_version, live)
            self._base.import_articles([dated(seen.article, today)], by=seen.authors[-1])
            article = self._base.get(seen.article.id)
            with self.file.writing() as db:
                self._note_check(db, article, seen.authors, checker)
                self._change(
                    db,
                    seen,
                    "state = '已通过', checker = :checker, checked_at = :at, version = :version",
                    {
                        "checker": checker.agent_no,
                        "at": to_storage(self._clock.now()),
                        "version": article.version,
                    },
                )
        return article

    def undo(self, done: Draft, by: Actor) -> Draft:
        """Take back what one did to a draft within the last ten minutes: passing, refusing, giving up.

        What was live before is live again; a new article is withdrawn; what was found unchecked is found again. The draft waits to
        be checked again.

        Raises:
            UpkeepRefused: another did it, it is too long ago, or more has happened since.
        """
        self._just_now(done.checked_at, done.checker, by, f"《{done.article.title[:30]}》")
        with self.file.deciding():
            live = self.live(done.article.id)
            if done.state == "已通过":
                if live is None or live.version != done.version:
                    raise UpkeepRefused(f"《{done.article.title[:30]}》已有更新的版本：不能撤销，请另起草一版")
                live = self._put_back(live, by, UNDONE)
            elif done.state == "已放弃" and live is not None and live.withdrawn == GIVEN_UP:
                self._base.import_articles([msgspec.structs.replace(live, withdrawn="")], by=by.agent_no)
            with self.file.writing() as db:
                base = live.version if live and done.state == "已通过" else done.base_version
                self._change(
                    db, done, "state = '待核', checker = '', checked_at = NULL, reason = '', base_version = :base",
                    {"base": base},
                )  # fmt: skip
        return self.draft(done.number)

    # -- live articles --------------------------------------------------------------------------------------------

    def withdraw(self, seen: Article, reason: str, by: Actor) -> Article:
        """Take a live article out of use at once; agents see the reason. It takes one editor: it only makes safer.

        Raises:
            UpkeepRefused: no editor, no reason, or the article is not as it was seen.
        """
        if not by.may(Role.EDITOR):
            raise UpkeepRefused("只有知识管理员可以撤回文章：请报纠错，由知识管理员处理")
        if not reason.strip():
            raise UpkeepRefused("撤回要写明原因，话务员才知道该怎样答复")
        with self.file.deciding():
            live = self.live(seen.id)
            if live is None or live.version != seen.version or live.withdrawn:
                raise UpkeepRefused(f"《{seen.title[:30]}》刚被别人更新或撤回：请重看后再定")
            gone = msgspec.structs.replace(live, withdrawn=reason.strip())
            self._base.import_articles([gone], by=by.agent_no)
        return self._base.get(seen.id)

    def undo_withdrawal(self, gone: Article, by: Actor) -> Article:
        """Put a withdrawn article back as it was, within ten minutes, by whoever withdrew it.

        Later it has to be drafted and checked like any other.

        Raises:
            UpkeepRefused: another withdrew it, it is too long ago, or it has changed since.
        """
        stored = self._base.versions(gone.id)[-1]
        self._just_now(stored.stored_at, stored.stored_by, by, f"《{gone.title[:30]}》")
        with self.file.deciding():
            live = self.live(gone.id)
            if live is None or live.version != gone.version or not live.withdrawn:
                raise UpkeepRefused(f"《{gone.title[:30]}》之后又有改动：请另起草一版")
            return self._put_back(live, by, UNDONE)

    # -- helpers --------------------------------------------------------------------------------------------------

    def _put_back(self, live: Article, by: Actor, reason: str) -> Article:
        """Store the version before as the newest; where there is none, withdraw."""
        if live.version > 1:
            before = self._base.get(live.id, live.version - 1)
        else:
            before = msgspec.structs.replace(live, withdrawn=reason)
        self._base.import_articles([before], by=by.agent_no)
        return self._base.get(live.id)

    def _just_now(self, at: datetime | None, who: str, by: Actor, what: str) -> None:
        if at is None or who != by.agent_no:
            raise UpkeepRefused(f"{what}不是您刚处理的：不能撤销，请另起草一版")
        if self._clock.now() - at > UNDO:
            minutes = UNDO.seconds // 60
            raise UpkeepRefused(f"{what}处理已超过 {minutes} 分钟：不能撤销，请另起草一版")

    def _may_check(self, draft: Draft, checker: Actor) -> None:
        if why := why_not_check(draft.authors, checker):
            raise UpkeepRefused(why)

    def _decide(self, seen: Draft, state: State, by: Actor, reason: str) -> Draft:
        with self.file.writing() as db:
            self._change(
                db, seen, "state = :state, checker = :by, checked_at = :at, reason = :reason",
                {"state": state, "by": by.agent_no, "at": to_storage(self._clock.now()), "reason": reason},
            )  # fmt: skip
        return self.draft(seen.number)

    def _change(self, db: sqlite3.Connection, seen: Draft, settings: str, values: dict[str, object]) -> None:
        """Change a draft if it is still as it was seen."""
        done = db.execute(
            f"UPDATE drafts SET {settings} WHERE number = :number AND revision = :revision AND state = :seen_state",
            {**values, "number": seen.number, "revision": seen.revision, "seen_state": seen.state},
        )
        if done.rowcount == 0:
            raise _changed(self.draft(seen.number))

    def _note_check(self, db: sqlite3.Connection, article: Article, authors: tuple[str, ...], checker: Actor) -> None:
        db.execute(
            "INSERT OR IGNORE INTO checks VALUES (?, ?, ?, ?, ?)",
            (article.id, article.version, " ".join(authors), checker.agent_no, to_storage(self._clock.now())),
        )


def why_not_check(authors: tuple[str, ...], checker: Actor) -> str:
    """Say why somebody may not check what these people wrote (6.3.4); nothing when they may."""
    if checker.agent_no in authors:
        return f"起草人（{checker.agent_no}号）不能核对自己写的：请另一位知识管理员核对"
    if checker.agent_no == SYSTEM_AGENT or Role.EDITOR not in checker.roles:
        return f"{checker.agent_no}号不是知识管理员，不能核对：请知识管理员核对"
    return ""


def why_not_put_in(by: Actor, checker: Actor) -> str:
    """Say why articles may not go live at once (6.3.4), which takes two people; nothing when they may."""
    if by.agent_no == SYSTEM_AGENT:
        return "没有写明文章由谁提供，不能直接生效：请用 --agent 工号 写明，与核对的人不能是同一人（6.3.4）"
    return why_not_check((by.agent_no,), checker)


def _changed(current: Draft) -> UpkeepRefused:
    now = f"已由{current.checker}号处理（{current.state}）" if current.state not in OPEN else "刚被改写"
    return UpkeepRefused(f"《{current.article.title[:30]}》{now}：请重看后再定")


def _gone(article_id: str) -> UpkeepRefused:
    return UpkeepRefused(f"知识库没有文章“{article_id[:60]}”可以改：请作为新文章起草")
