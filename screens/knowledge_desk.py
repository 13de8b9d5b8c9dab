"""知识: the knowledge base's upkeep (6.3): what waits to be checked, is live, ends, was missed, is wrong, is used."""

from collections.abc import Callable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from console.house import House
from console.knowledge_desk import (
    VIEWS,
    Compared,
    Item,
    KnowledgeDesk,
    Sheet,
    View,
    called,
    changed,
    differences,
    named,
    same,
)
from console.when import moment
from data.clock import SHANGHAI
from data.db import StorageError
from data.people import Actor, Role
from kb.articles import Article, KnowledgeError
from kb.upkeep import Conflict, why_not_check
from kb.upkeep_counts import Used
from kb.upkeep_drafts import Draft
from kb.upkeep_lists import LIMIT
from kb.upkeep_reports import Report
from screens.article_text import INTERNAL, article_row, article_text, see_also
from screens.desk import Desk
from screens.knowledge.edit import EditDialog
from screens.knowledge.reason import ReasonDialog
from screens.list_desk import ListDesk
from screens.widgets.chrome import Notice
from screens.widgets.fields import Field
from screens.widgets.pick import DrawnRows, PickList

AT_WORK = {"write", "refuse", "complete", "full_text", "new"}
NOTHING: dict[View, str] = {
    "待核": "没有待核的草稿。单位供稿：hotline kb import 文件；自己起草按 Ctrl+N。",
    "在用": "没有在用的文章。",
    "到期": "没有快到期、已失效、已撤回或久未核对的文章。",
    "未找到": "没有待处理的“未找到”：话务员在 F3 里按 F8 报来的列在这里，次数多的在前。",
    "纠错": "没有待处理的纠错：话务员在 F3 里按 F5 报来的列在这里。",
    "使用": "还没有文章被用过。",
}


class KnowledgeScreen(ListDesk[Item]):
    """One list at a time; the article under the cursor below it or beside it."""

    NAME = "知识"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self.model = KnowledgeDesk(house, actor)
        self._view: View = "待核"
        self._compared = False
        self._back = 0  # how many versions before the newest the changes are shown of
        self._seen: tuple[object, ...] = ()  # what the lists' data were when last listed
        self._counted: tuple[View, tuple[object, ...]] | None = None  # of which list, and when, the number below is
        self._total = 0
        self._chosen: Item | None = None  # what this person saw under the cursor; None after an act of theirs on it
        self._gone = ""  # what others did to it
        self._done: list[Draft | Article | Report] = []  # what may be undone, the newest last

    def body(self) -> ComposeResult:
        """Lay out a search field over list and article."""
        yield Field(id="query", placeholder="按标题、单位、主题、编号查找，空格分开几个词")
        yield from super().body()

    def on_mount(self) -> None:
        """Show what waits to be checked; say where one stopped writing."""
        self.query_one("#query").focus()
        if (sheet := self.model.kept()) is not None:
            self.call_after_refresh(self.tell, f"上次写到一半的《{sheet.values['title'][:20]}》还在：按 Ctrl+N 接着写")

    def on_screen_resume(self) -> None:
        """Coming back: look again."""
        self.reload(keep=True)

    @on(Input.Changed, "#query")
    def typed(self) -> None:
        """Narrow the list."""
        self.reload()

    def tick(self) -> None:
        """Move the clocks; list anew what others have changed, while no page is above."""
        if self.is_active and self.model.look(self._view) != self._seen:
            self.reload(keep=True)
        super().tick()

    def reload(self, *, keep: bool = False) -> None:
        """List anew; with ``keep`` the cursor stays on its item.

        Where others took that away or changed it the cursor stands on none: no key must act on what nobody has seen.
        """
        listed = self.query_one(PickList)
        if not keep:
            self._chosen = None
        chosen, gone = self._chosen, ""
        self._seen = self.model.look(self._view)
        self._items = self.model.items(self._view, self.query_one("#query", Field).value)
        if chosen is not None:
            place, now = next(((at, item) for at, item in enumerate(self._items) if same(item, chosen)), (None, None))
            if place is not None:
                listed.at = place
            if now is None or changed(chosen, now):
                gone = self.model.why_gone(chosen, now) + ("：按 ↑↓ 选定再办" if self._items else "")
        if (self._view, self._seen) != self._counted:
            self._counted, self._total = (self._view, self._seen), self.model.count(self._view)
        listed.between = bool(gone)
        listed.fill(DrawnRows(self._items, self._row), keep=keep)
        self._lose(gone)
        Desk.tick(self)

    def _lose(self, why: str) -> None:
        """Say once what others did to the item under the cursor; nothing any more where one is under it again."""
        if why and why != self._gone:
            self.tell(why, error=True)
        elif self._gone and not why:
            self.query_one(Notice).over()
        self._gone = why

    def _item(self) -> Item | None:
        item = super()._item()
        return None if item is None or self.query_one(PickList).between else item

    def _row(self, item: Item) -> Text:
        day = self._house.clock.now().astimezone(SHANGHAI).date()
        if isinstance(item, Draft):
            line = Text(f"{item.state} ", "bold" if item.state == "待核" else "dim")
            if not item.article.public:
                line.append(INTERNAL, "bold")
            line.append(item.article.title)
            change = "新" if self.model.is_new(item) else f"改第{item.base_version}版"
            return line.append(f"  {change} {'、'.join(item.authors)}号 {item.article.owner}", "dim")
        if isinstance(item, Report):
            line = Text(f"{item.times}次 ", "bold") if item.times > 1 else Text()
            line.append(item.text)
            return line.append(f"  {item.owner or '未定单位'} {item.by}号 {item.at.astimezone(SHANGHAI):%m-%d}", "dim")
        if isinstance(item, Used):
            line, article = Text(f"用{item.used}次 看{item.shown}次 ", "bold"), self.model.article(item)
            return line.append_text(article_row(article, day)) if article else line.append(item.title)
        prefix = Text("未用过 ", "dim") if self._view == "使用" else Text()
        return prefix.append_text(article_row(item, day))

    def on_pick_list_moved(self) -> None:
        """Show the item under the cursor, from its top where it is another than before."""
        item, before = self._item(), self._chosen
        if not self.query_one(PickList).between:
            self._chosen = item
            self._lose("")
        another = item is None or before is None or not same(item, before)
        if another:
            self._back = 0
        self._show(top=another)

    def _show(self, *, top: bool = True) -> None:
        item = self._item()
        shown, reading = self.query_one("#article", Static), self.query_one("#reading", VerticalScroll)
        shown.update(self._text(item))
        if top:
            reading.scroll_home(animate=False)
        what = "改动" if self._compared else "全文"
        where = f"{self.query_one(PickList).at + 1}/{len(self._items)} · PgUp/PgDn 翻看" if item else ""
        reading.border_title = f"{what} · F7 切换 · {where}" if item else ""
        self.refresh_keys()

    def _text(self, item: Item | None) -> Text:
        if self._gone and self._items:
            return Text(self._gone, "bold")
        if item is None:
            typed = self.query_one("#query", Field).value.strip()
            return Text(f"“{self._view}”里没有符合“{typed}”的：按 Esc 清除" if typed else NOTHING[self._view], "dim")
        article, text = self.model.article(item), Text()
        if isinstance(item, Draft) and item.reason:
            text.append(f"退回原因（{item.checker}号）：{item.reason}\n", "bold")
        if isinstance(item, Draft) and (live := self.model.before(item)) and live.version != item.base_version:
            text.append(f"⚠ 起草后已有第 {live.version} 版：F7 对照，F4 改到新版上再提交\n", "bold")
        if isinstance(item, Report):
            text.append_text(self._reported(item))
        if article is None:
            return text.append("F4 起草一篇，或 F8 写明处理结果。", "dim")
        if self._compared and (shown := self.model.compared(item, self._back)):
            return text.append_text(self._changes(item, shown))
        day = self._house.clock.now().astimezone(SHANGHAI).date()
        linked = self._house.upkeep.lists.linked(article.id)
        more = [f"主题 {article.topic} · {article.district or '全市'} · 编号 {article.id}"]
        more += [f"问法：{'；'.join(article.questions)}"] if article.questions else []
        more += [f"关键词：{'、'.join(article.keywords)}"] if article.keywords else []
        more += see_also(linked, day)
        if article.version and (check := self._house.upkeep.check_of(article.id, article.version)):
            more.append(f"{called(check[0])}起草，{called([check[1]])}核对")
        return text.append_text(article_text(article, day, more))

    def _reported(self, item: Report) -> Text:
        text, owner = Text(), item.owner or "未定单位"
        if item.kind == "未命中":
            text.append(f"{item.kind}：{item.text}\n", "bold")
            return text.append(f"{item.by}号 {moment(item.at)} · {owner}\n\n", "dim")
        for number, (words, who) in enumerate(self.model.reported(item), start=1):
            which = f" {number}/{item.times}" if item.times > 1 else ""
            text.append(f"纠错{which}：{words}\n", "bold").append(f"{who} · {owner}\n", "dim")
        return text.append("\n")

    def _changes(self, item: Item, shown: Compared) -> Text:
        older, newer = self.model.compared(item, self._back + 1), self._back > 0
        keys = f"{' · Ctrl+R 更早' if older else ''}{' · Ctrl+T 更新' if newer else ''}"
        return Text(f"{shown.origin}{keys}\n", "dim").append_text(_differences(shown.before, shown.after))

    def status(self) -> list[Text | str]:
        """Show which list it is, and what waits in the others."""
        counts = self._house.upkeep.reports
        waiting = f"未找到 {counts.count('未命中')} 纠错 {counts.count('纠错')}"
        listed, part = len(self._items), ""
        if self.query_one("#query", Field).value.strip():
            part = f"筛出 {listed}" if listed < LIMIT else f"筛出的太多，只列 {listed}：再输入词缩小"
        elif listed < self._total:
            part = f"只列前 {listed}：输入词缩小"
        return [Text(f"{self._view} {self._total}", "bold"), part, waiting, "F2 " + "·".join(VIEWS)]

    def why_not(self, action_id: str) -> str:
        """Say why an action does not fit the item under the cursor."""
        if action_id != "full_text" and action_id in AT_WORK and not self._actor.may(Role.EDITOR):
            return "只有知识管理员可以办理"
        if action_id == "widen":
            return "" if self.query_one("#query", Field).value else "没有查找词；换台按 Ctrl+O"
        if action_id == "undo":
            return "" if self._done else "没有可撤销的：只能撤销自己 10 分钟内的处理"
        if action_id not in AT_WORK - {"new"} | {"older", "newer"}:
            return ""
        item = self._item()
        if item is None:
            return self._gone or "没有选中的一条"
        if action_id in ("older", "newer"):
            return self._why_not_step(item, 1 if action_id == "older" else -1)
        if action_id == "refuse" and isinstance(item, Draft) and self._actor.agent_no in item.authors:
            mine = self._is_mine(item)
            return "" if mine else "这份草稿您也写过，不能自己退回：要改按 F4，或请另一位知识管理员退回"
        if action_id in ("refuse", "complete") and isinstance(item, Draft):
            return why_not_check(item.authors, self._actor)
        if action_id == "complete" and not isinstance(item, Report):
            return "这篇不用核对：F4 修改，F5 撤回"
        if action_id == "refuse" and not (isinstance(item, Article) and not item.withdrawn):
            return "这一条不能退回或撤回"
        return ""

    def _is_mine(self, draft: Draft) -> bool:
        return draft.authors == (self._actor.agent_no,)

    def _why_not_step(self, item: Item, by: int) -> str:
        if not self._compared:
            return "先按 F7 看改动，再看更早的版本"
        if self._back + by < 0:
            return "已是最新的改动"
        return "" if self.model.compared(item, self._back + by) else "已是最早的版本"

    # -- acts -----------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Move along the list; with the page keys through the article."""
        if abs(by) > 1:
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by, animate=False)
        else:
            self.query_one(PickList).move(by)

    def action_next_list(self) -> None:
        """Take the next list."""
        self._view = VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)]
        self.reload()

    def action_find(self) -> None:
        """Go to the search field."""
        self.query_one("#query").focus()

    def action_widen(self) -> None:
        """Clear the search."""
        with self.prevent(Input.Changed):
            self.query_one("#query", Field).value = ""
        self.reload(keep=True)

    def action_full_text(self) -> None:
        """The text, or what changed."""
        self._compared, self._back = not self._compared, 0
        self._show()

    def action_older(self) -> None:
        """The changes of the version before."""
        self._back += 1
        self._show()

    def action_newer(self) -> None:
        """The changes of the version after."""
        self._back -= 1
        self._show()

    def action_new(self) -> None:
        """Write a new article, or go on with what is half written."""
        self._edit(self.model.kept() or self.model.sheet_of(None))

    def action_write(self) -> None:
        """Change the article under the cursor."""
        if self.model.kept() is not None:
            self.tell("先按 Ctrl+N 把写到一半的提交或丢掉，再改别的", error=True)
            return
        try:
            self._edit(self.model.sheet_of(self._item()))
        except KnowledgeError as error:
            self.tell(str(error), error=True)

    def _edit(self, sheet: Sheet) -> None:
        self.app.push_screen(EditDialog(self.model, sheet, self._submitted))

    def _submitted(self, draft: Draft) -> None:
        if self._chosen is not None and same(self._chosen, draft):
            self._chosen = draft  # the change is one's own

    def action_refuse(self) -> None:
        """Give a draft back or withdraw a live article, with the reason; take one's own draft back."""
        item = self._item()
        if isinstance(item, Draft) and self._is_mine(item):
            try:
                self._did(self._house.upkeep.drop(item, self._actor), f"已撤回自己的草稿{named(item)}")
            except (KnowledgeError, StorageError) as error:
                self.tell(str(error), error=True)
            self.reload(keep=True)
        elif isinstance(item, Draft):
            draft = item

            def give_back(words: str) -> None:
                self._did(self._house.upkeep.refuse(draft, self._actor, words), "已退回")

            self._ask("退回草稿", item.article.title, "写明要改什么", give_back)
        elif isinstance(item, Article):
            article = item

            def withdraw(words: str) -> None:
                self._did(self._house.upkeep.withdraw(article, words, self._actor), "已撤回")

            self._ask("撤回文章", item.title, "写明原因，话务员看得到", withdraw)

    def action_complete(self) -> None:
        """Pass a draft, or write how a report was handled."""
        item = self._item()
        if isinstance(item, Draft):
            try:
                self._house.upkeep.pass_check(item, self._actor)
            except Conflict as conflict:
                self._compared, self._back = True, 0
                self.reload(keep=True)
                self.tell(str(conflict), error=True)
                return
            except (KnowledgeError, StorageError) as error:
                self.reload(keep=True)
                self.tell(str(error), error=True)
                return
            self._did(self._house.upkeep.draft(item.number), "已通过，立即生效")
            self.reload(keep=True)
        elif isinstance(item, Report):
            report = item

            def handle(words: str) -> None:
                closed = self._house.upkeep.reports.handle(report.number, words, self._actor)
                self._did(report, f"已处理 {closed} 条" if closed > 1 else "已处理")

            together = f"（{item.times} 条一并处理）" if item.times > 1 else ""
            self._ask("处理结果", f"{item.text}{together}", "如：已补文章；不属热线答复范围", handle)

    def action_undo(self) -> None:
        """Take back the last act."""
        self._chosen = None
        try:
            self.tell(self.model.undo(self._done.pop()))
        except (KnowledgeError, StorageError) as error:
            self.tell(str(error), error=True)
        self.reload(keep=True)

    def _ask(self, heading: str, what: str, hint: str, act: Callable[[str], None]) -> None:
        self.app.push_screen(ReasonDialog(heading, what, hint, act))

    def _did(self, done: Draft | Article | Report, what: str) -> None:
        self._done.append(done)
        self._chosen = None
        self.tell(f"{what}。F6 撤销（10 分钟内）")


def _differences(before: Article | None, after: Article) -> Text:
    told = differences(before, after)
    text = Text()
    text.append(f"与第 {before.version} 版相比：\n" if before else "新文章，没有前一版：\n", "dim")
    if not told:
        text.append("没有改动", "dim")
    for sign, line in told:
        if sign == " ":
            text.append(f"{line}\n", "bold")
        else:
            text.append(f"{'＋' if sign == '+' else '－'} {line}\n", "" if sign == "+" else "dim")
    return text
