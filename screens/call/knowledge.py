"""The knowledge base (热线数据库) while a caller waits: search as typed, read, answer with it, or insert it."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import NamedTuple

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Static
from textual.widgets._input import Selection

from console.call_desk import CallDesk
from console.first_steps import no_articles
from console.refusals import REFUSALS
from console.registration import Incomplete
from console.script import ASK
from data.clock import SHANGHAI
from data.db import StorageError
from kb.articles import Article, KnowledgeError
from kb.results import Hit
from kb.store import Change
from screens.actions import Action
from screens.article_text import INTERNAL, about, article_row, article_text, see_also
from screens.call.correction import CorrectionDialog
from screens.call.panels import PhraseBox, highlighted
from screens.call.urgency import refuse
from screens.desk import Dialog
from screens.widgets.chrome import NOTICE_SECONDS
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, DrawnRows, PickList

SHOWN = 20
BEGIN = "写下关键词或来电人的问法，知识随写随查。按 F4 进来时，先列出与标题和主要内容相关的。"
NOTHING = "没有找到：换个说法，或只留一两个关键词。查不到的按 F8 报未找到，再按 Esc 返回登记转派单。"
SAME_FRAME = 0.008  # seconds for which a key waits for what it finds, so that both are painted at once


class Found(NamedTuple):
    """What a text has found, and the articles that the first one is linked with."""

    hits: Sequence[Hit] = ()
    linked: Sequence[Article] = ()


def row(hit: Hit) -> Text:
    """Draw one hit of the list."""
    return article_row(hit.article, hit.day, highlighted(hit.title, hit.title_spans))


class KnowledgeDialog(Dialog):
    """Results change with each keystroke; the article under the cursor is in sight all the time."""

    ACTIONS = (
        Action("said", "f2", "已说", "ys", "把上方的查询用语（B.1.3.2–B.1.3.4）记为已说。"),
        Action(
            "reply",
            "f4",
            "答复来电人",
            "df",
            "用这篇知识直接答复，按两次：先说明是哪一篇，再按办结为“直接答复”，记下知识编号与版本（5.2.1）。",
        ),
        Action("correct", "f5", "纠错", "jc", "这篇知识有误：写一句，报给责任单位和知识管理员（6.3.4）。"),
        Action("insert", "f6", "插入", "cr", "把这篇知识插到主要内容的末尾，不替换已写的；回受理台按 Ctrl+R 撤回。"),
        Action("full_text", "f7", "全文", "qw", "全文／列表，回车也是。"),
        Action("miss", "f8", "未找到", "wzd", "没有查到：把所输的内容报给知识管理员，次数多的先补（6.3.1）。"),
    )
    BINDINGS = ARROWS

    def __init__(self, model: CallDesk, query: str) -> None:
        super().__init__()
        self.model = model
        self.asked = query  # what was searched for last
        self._none = no_articles(model.house)
        self._hits: Sequence[Hit] = ()
        self._as_of = Change()  # as the articles stood when this was searched for
        self._searches = ThreadPoolExecutor(1, "search")
        self._newest: Future[Found] = self._searches.submit(Found)
        self._article: Article | None = None
        self._text = Text()  # of the article, as it is shown
        self._offering: Timer | None = None
        self._offered: Article | None = None  # of which it was said that the next F4 answers with it
        self._missed = ""  # what was reported last: a key held down is one report
        self._doubted = ""  # a query with results for which F8 was pressed once

    def body(self) -> ComposeResult:
        """Lay out sentence, search field, results and article."""
        yield PhraseBox()
        with Vertical(id="page"):
            yield Field(id="query", value=self.asked, placeholder="输入关键词或来电人的问法，边输边查")
            yield PickList(empty=BEGIN)
            with VerticalScroll(id="reading"):
                yield Static(id="article")

    def on_mount(self) -> None:
        """Search for what was brought along."""
        self.query_one("#page").border_title = "知识 · 热线数据库"
        field = self.query_one("#query", Field)
        field.selection = Selection(0, len(field.value))  # what is typed takes its place
        field.focus()
        self.search(self.asked)
        self.watch(field, "value", self.search, init=False)
        self.show_sentence()
        self.set_interval(1.0, self.look)

    def look(self) -> None:
        """Move the clock of the sentence; search again where an editor has changed an article meanwhile."""
        self.show_sentence()
        if not self.searching and self.model.house.kb.changed != self._as_of:
            searching = self._submit(self.asked)
            searching.add_done_callback(lambda done: self.call_later(self._found_late, done, self.show_again))

    def show_sentence(self) -> None:
        """Show B.1.3.2, after 30 s B.1.3.3, as the call stands."""
        line = self.model.say_now()
        box = self.query_one(PhraseBox)
        if line is not None and not line.phrase_id.startswith(ASK):
            box.display = True
            waited = f"等待 {self.model.waited:.0f} 秒 · " if self.model.waited else ""
            box.show(line, f"{waited}F2 已说 ▸")
        elif self.model.waited:
            box.display = True
            box.rest("来电人等待中", f"{self.model.waited:.0f} 秒；超过 30 秒提示 B.1.3.3", "F2 查到了，结束等待")
        else:
            box.display = False

    def on_unmount(self) -> None:
        """Search no more."""
        self._searches.shutdown(wait=False, cancel_futures=True)

    def search(self, text: str) -> None:
        """Search off the event loop; the newest keystroke wins."""
        self.asked = text
        searching = self._submit(text)
        try:
            found = searching.result(SAME_FRAME)
        except TimeoutError:
            searching.add_done_callback(lambda done: self.call_later(self._found_late, done, self.show_found))
        else:
            self.show_found(found)

    def _submit(self, text: str) -> Future[Found]:
        self._newest.cancel()
        self._as_of = self.model.house.kb.changed
        self._newest = self._searches.submit(self._found, text)
        return self._newest

    @property
    def _today(self) -> date:
        return self.model.now.astimezone(SHANGHAI).date()

    @property
    def searching(self) -> bool:
        """Whether the newest text's results have still to come."""
        return not self._newest.done()

    def _found(self, text: str) -> Found:
        if not text.strip():
            return Found()
        hits = self.model.house.kb.search(text, limit=SHOWN)
        return Found(hits, self._linked(hits[0].id) if hits else ())

    def _linked(self, id: str) -> Sequence[Article]:
        return self.model.house.upkeep.lists.linked(id)

    def _found_late(self, searching: "Future[Found]", show: Callable[[Found], None]) -> None:
        if searching is self._newest and not searching.cancelled():
            show(searching.result())

    def show_again(self, found: Found) -> None:
        """Show what the same text finds now; the cursor stays on its article, the eye in its text."""
        before, picked = self._article, self.query_one(PickList)
        self._hits = found.hits
        self._tell_arrows()
        picked.fill(DrawnRows(self._hits, row), keep=True, tell=False)
        picked.at = next((at for at, hit in enumerate(self._hits) if before and hit.id == before.id), picked.at)
        if not self._hits:
            self._show(None, ())
            return
        self.show_article()
        if before and self._article and before.id == self._article.id and before != self._article:
            self.tell(f"《{before.title}》刚被改过，已换成现在的", unasked=True)

    def show_found(self, found: Found) -> None:
        """Show the results, and the first of them."""
        self._hits = found.hits
        empty = self._none or (NOTHING if self.asked.strip() else BEGIN)
        self.query_one(PickList).fill(DrawnRows(found.hits, row), tell=False, empty=empty)
        self._tell_arrows()
        self._show(found.hits[0].article if found.hits else None, found.linked)

    def _tell_arrows(self) -> None:
        """Say below the page what the arrows do."""
        page, listed = self.query_one("#page"), f"{len(self._hits)} 条" if self._hits else ""
        subtitle = "↑↓ 翻看  F7 列表" if self.has_class("-reading") else f"{listed} ↑↓ 选择"
        if page.border_subtitle != subtitle:  # or the whole page is painted
            page.border_subtitle = subtitle

    def action_move(self, by: int) -> None:
        """Move along the results, or through the article when it is shown whole."""
        if self.has_class("-reading"):
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by, animate=False)
        else:
            self.query_one(PickList).move(by)

    @on(PickList.Moved)
    def show_article(self) -> None:
        """Show the article under the cursor."""
        at = self.query_one(PickList).at
        if at < len(self._hits):
            article = self.model.house.kb.get(self._hits[at].id)
            self._show(article, self._linked(article.id))

    def _show(self, article: Article | None, linked: Sequence[Article]) -> None:
        self._offer(None)
        self._article = article
        text = Text() if article is None else article_text(article, self._today, see_also(linked, self._today))
        if text != self._text:
            self._text = text
            self.query_one("#article", Static).update(text, layout=self.has_class("-reading"))
            self.query_one("#reading", VerticalScroll).scroll_home(animate=False)
        self.refresh_keys()

    def why_not(self, action_id: str) -> str:
        """Say why an article cannot be used."""
        if action_id == "said":
            return "" if self.model.say_now() or self.model.waited else "现在没有要说的用语"
        if action_id in ("reply", "insert") and self.model.draft is None:
            return "现在没有正在处理的诉求，只能查看"
        if action_id == "miss":
            return "" if self.query_one("#query", Field).value.strip() else "先写来电人问的是什么，再报未找到"
        if action_id in ("reply", "insert", "full_text", "correct") and self._article is None:
            return "没有选中的知识：先输入关键词"
        if action_id == "reply":
            if self.model.finished:
                return "这件诉求已登记，不能再答复"
            hit = self._hits[self.query_one(PickList).at]
            return "" if hit.answerable else f"这篇知识{hit.standing}，不能用来直接答复：请转派单或找知识管理员"
        return ""

    async def action_said(self) -> None:
        """The sentence was said; while the caller waits in silence, the wait is over and B.1.3.4 is due."""
        if self.model.say_now() is None:
            self.model.wait_over(self._article.title if self._article else "")
        else:
            await self.model.said()
        self.show_sentence()

    @on(Field.Submitted, "#query")
    async def read_on(self) -> None:
        """Enter reads what is under the cursor, as F7 does; what answers or reports is never done by it."""
        await self.action_do("full_text")

    def action_full_text(self) -> None:
        """Show the article whole, or the list again."""
        self.toggle_class("-reading")
        self._tell_arrows()
        if self._article is not None:
            self.console.count_use(self._article)

    def action_miss(self) -> None:
        """Report that nothing was found."""
        asked = self.query_one("#query", Field).value.strip()
        if asked == self._missed:
            self.tell("已报过这条“未找到”")
            return
        if self._hits and self._doubted != asked:
            self._doubted = asked
            self.tell(f"查到 {len(self._hits)} 条：都不是要找的，再按一次 F8 报“未找到”")
            return
        try:
            self.model.reports.miss(asked)
        except (KnowledgeError, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self._missed = asked
        self.tell(f"已报未找到：“{asked[:30]}”。Esc 返回登记转派单")

    def action_correct(self) -> None:
        """Report what is wrong with the article."""
        if self._article is not None:
            self.app.push_screen(CorrectionDialog(self.model, self._article))

    async def action_do(self, action_id: str) -> None:
        """Whatever else is done takes back what was said of the next F4."""
        if action_id != "reply":
            self._offer(None)
        await super().action_do(action_id)

    def _offer(self, article: Article | None) -> None:
        """Keep in mind which article the next F4 answers with, for as long as the sentence that says so stands."""
        if self._offering is not None:
            self._offering.stop()
        self._offered = article
        self._offering = self.set_timer(NOTICE_SECONDS, lambda: self._offer(None)) if article else None

    def action_reply(self) -> None:
        """Say which article would answer the request; the press after, while that stands, answers with it."""
        if self._article is None:
            return
        asked = self.query_one("#query", Field).value.strip()
        sure = self._offered == self._article
        try:
            article = self.model.house.kb.for_answer(self._article.id)
            self.model.may_reply(article, asked)
            if not sure:
                self._offer(self._article)
                self.tell(f"再按 F4：以《{article.title}》答复（{about(article, self._today)}）")
                return
            self.model.wait_over(article.title)
            self.model.reply(article, asked)
        except REFUSALS as error:
            self._offer(None)
            if isinstance(error, Incomplete):  # its F6 is a key of the desk, and another one here
                self.tell(f"{error}。先按 Esc 回受理台", error=True)
            else:
                refuse(self, self.model, error)
            return
        self.console.count_use(article, "答复")
        self.dismiss(None)

    def action_insert(self) -> None:
        """Put the article at the end of the main text."""
        if self._article is None:
            return
        if self.model.house.kb.get(self._article.id) != self._article:
            self.show_article()
            self.tell("这篇知识刚被改过，已换成现在的：看过再按 F6", error=True)
            return
        standing = self._article.standing(self._today)
        mark = ("" if self._article.public else INTERNAL) + ("" if standing == "有效" else f"〔{standing}〕")
        try:
            self.model.insert(f"{mark}{self._article.title}：{self._article.body.strip()}")
        except REFUSALS as error:
            self.tell(str(error), error=True)
            return
        self.model.wait_over(self._article.title)
        self.console.count_use(self._article, "插入")
        self.dismiss(None)

    def action_back(self) -> None:
        """Go back; a caller who waited is told that the wait is over (B.1.3.4)."""
        if self.has_class("-reading"):
            self.remove_class("-reading")
            self._tell_arrows()
            return
        self.model.looked_up(self._article.title if self._article else "")
        self.dismiss(None)
