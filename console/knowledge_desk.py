"""What the knowledge desk (知识, 6.3) lists and does for one editor; it knows no screen."""

import contextlib
import difflib
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from console.house import House
from console.when import moment, stamp
from data.drafts import keep_whole
from data.people import SYSTEM_AGENT, Actor
from data.personal import seal, unseal
from kb.articles import FIELD_NAMES, Article, KnowledgeError
from kb.fields import article_of, cell_of, made_id
from kb.upkeep import UNDO
from kb.upkeep_counts import Used
from kb.upkeep_drafts import Draft, count_open, is_new
from kb.upkeep_lists import Ailment, State
from kb.upkeep_reports import Report

View = Literal["待核", "在用", "到期", "未找到", "纠错", "使用"]
VIEWS: tuple[View, ...] = get_args(View)
Item = Draft | Article | Report | Used
ENDING: tuple[Ailment, ...] = ("soon", "expired", "withdrawn", "stale")
# What an editor writes; the rest is given by the store, or by what is done with the article.
EDITED = tuple(field for field in FIELD_NAMES if field not in ("id", "version", "withdrawn", "sample"))


class Sheet(msgspec.Struct, frozen=True):
    """An article being written: each field as text, over which version, of which draft; kept at each keystroke.

    ``article_id`` is empty for a new article, ``revision`` that of the draft when it was opened, ``miss`` the report
    that it answers, ``reported`` what was found wrong.
    """

    values: dict[str, str]
    article_id: str = ""
    base_version: int = 0
    number: int = 0
    revision: int = 0
    miss: int = 0
    reported: tuple[str, ...] = ()


class Compared(msgspec.Struct, frozen=True):
    """A version beside the one before it, None for the first; ``origin`` says which it is, who stored it and when."""

    before: Article | None
    after: Article
    origin: str


class KnowledgeDesk:
    """The lists and acts of one editor."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor
        self.upkeep = house.upkeep
        # Not among the call desk's drafts, whose names end in .json.
        self._path = house.home.drafts / f"{actor.agent_no}.article"
        self._written: tuple[int, int] | None = None  # when the state below was read
        self._state: tuple[State, State, State] = (), (), ()

    # -- lists ----------------------------------------------------------------------------------------------------

    def items(self, view: View, text: str) -> list[Item]:
        """What a list holds, narrowed by words."""
        lists = self.upkeep.lists
        match view:
            case "待核":
                return list(self.upkeep.drafts(text))
            case "在用":
                return list(lists.live(text))
            case "到期":
                ending = (each for one in ENDING for each in lists.ailing(one, text))
                return list({each.id: each for each in ending}.values())
            case "未找到":
                return list(self.upkeep.reports.open("未命中", text))
            case "纠错":
                return list(self.upkeep.reports.open("纠错", text))
        words = text.split()
        used = (each for each in self.upkeep.counts.most_used(100) if all(word in each.title for word in words))
        return [*used, *lists.ailing("unused", text)]

    def count(self, view: View) -> int:
        """How many there are of what a list is of; of many it holds the first part only."""
        match view:
            case "待核":
                return count_open(self.upkeep.file.connection)
            case "在用":
                return self.upkeep.lists.count_live()
            case "到期":
                return self.upkeep.lists.count(*ENDING)
            case "未找到":
                return self.upkeep.reports.count("未命中")
            case "纠错":
                return self.upkeep.reports.count("纠错")
        return self.upkeep.counts.count_used() + self.upkeep.lists.count("unused")

    def look(self, view: View) -> tuple[object, ...]:
        """Return values of which one is another once a list may have changed; it may be asked each second."""
        written = self.upkeep.file.written()
        if written != self._written:
            self._written, self._state = written, self.upkeep.lists.state()
        day, (articles, drafts, reports) = self.house.clock.now().date(), self._state  # with the day articles end
        match view:
            case "待核":
                return day, articles, drafts
            case "未找到" | "纠错":
                return day, articles, reports
        return day, articles

    def why_gone(self, seen: Item, now: Item | None) -> str:
        """Say what others did to an item that was seen in a list, which has ``now`` or nothing in its place."""
        what = "刚有改动" if now else "已不在这个清单里"
        if isinstance(seen, Draft) and (draft := self.upkeep.draft(seen.number)).state not in ("待核", seen.state):
            what = f"已由{draft.checker}号处理（{draft.state}）"
        return f"{named(seen)}{what}"

    def reported(self, report: Report) -> list[tuple[str, str]]:
        """The words of each correction that one of the list stands for, and who wrote them when, of which version."""
        return [
            (each.text, f"{each.by}号 {moment(each.at)} · 看的是第 {each.version} 版")
            for each in self.upkeep.reports.alike(report)
        ]

    def article(self, item: Item) -> Article | None:
        """The article that an item is about, as it would be or is; None for a miss."""
        if isinstance(item, Draft):
            return item.article
        if isinstance(item, Article):
            return item
        article_id = item.article_id if isinstance(item, Report) else item.id
        return self.upkeep.live(article_id) if article_id else None

    def is_new(self, draft: Draft) -> bool:
        """Whether nobody has checked any version of a draft's article yet: what was supplied stands among them."""
        return not draft.base_version or is_new(self.upkeep.live(draft.article.id))

    def before(self, draft: Draft) -> Article | None:
        """The live version that a draft is to be compared with; None where nobody has checked any yet."""
        live = self.upkeep.live(draft.article.id)
        return None if is_new(live) else live

    def compared(self, item: Item, back: int) -> Compared | None:
        """The changes of an item, or so many steps further back those of an older version; None before the first."""
        article = self.article(item)
        if article is None:
            return None
        newest = article.version
        if isinstance(item, Draft):
            if back == 0:
                return Compared(
                    self.before(item), article, f"草稿 · {called(item.authors)} {stamp(item.submitted_at)} 提交"
                )
            live = self.upkeep.live(article.id)
            newest = live.version + 1 if live else 0
        version = newest - back
        if version < 1:
            return None
        stored = self.house.kb.versions(article.id)[version - 1]
        origin = f"第 {version} 版 · {called([stored.stored_by])} {stamp(stored.stored_at)} 存入"
        if check := self.upkeep.check_of(article.id, version):
            origin += f" · {called(check[0])}起草，{called([check[1]])}核对"
        get = self.house.kb.get
        return Compared(get(article.id, version - 1) if version > 1 else None, get(article.id, version), origin)

    # -- writing --------------------------------------------------------------------------------------------------

    def sheet_of(self, item: Item | None) -> Sheet:
        """A sheet to change the article of an item, or to write a new one; a miss gives its words as the title."""
        if item is None or (isinstance(item, Report) and not item.article_id):
            title = item.text if isinstance(item, Report) else ""
            values = dict.fromkeys(EDITED, "") | {"title": title, "public": "是", "source_kind": "流程"}
            return Sheet(values, miss=item.number if isinstance(item, Report) else 0)
        article = self.article(item)
        if article is None:
            raise KnowledgeError("这篇文章不在知识库里：请另起草一篇")
        values = {field: cell_of(article, field) for field in EDITED}
        if isinstance(item, Draft):
            base = 0 if self.is_new(item) else item.base_version
            return Sheet(values, article.id, base, item.number, item.revision)
        reported = self.reported(item) if isinstance(item, Report) else []
        return Sheet(values, article.id, article.version, reported=tuple(" ".join(each) for each in reported))

    def submit(self, sheet: Sheet) -> Draft:
        """Hand a sheet in to be checked by somebody else (6.3.4).

        Raises:
            KnowledgeError: a field is faulty, nothing was changed, or others were faster; the sheet stays.
        """
        identity = sheet.article_id or made_id(sheet.values["owner"], sheet.values["title"])
        article = article_of({**sheet.values, "id": identity}, cells=True)
        seen, base = None, sheet.base_version
        if sheet.number:
            seen = self.upkeep.draft(sheet.number)
            if seen.revision != sheet.revision:
                raise KnowledgeError(f"《{article.title[:30]}》的草稿刚被改写：请返回列表重看后再改")
            # Whoever rewrites a draft has seen the live version beside it.
            live = self.upkeep.live(identity)
            base = live.version if live else 0
        draft = self.upkeep.submit(article, self.actor, base, seen)
        self.forget()
        return draft

    def keep(self, sheet: Sheet) -> None:
        """Keep a half-written sheet.

        Raises:
            StorageError: the disk refused; the copy before stays.
        """
        keep_whole(self._path, seal(sheet))

    def kept(self) -> Sheet | None:
        """The sheet that was being written when the session ended."""
        with contextlib.suppress(OSError, msgspec.DecodeError):
            return unseal(self._path.read_bytes(), Sheet)
        return None

    def forget(self) -> None:
        """Drop the kept sheet."""
        self._path.unlink(missing_ok=True)

    # -- undo -----------------------------------------------------------------------------------------------------

    def undo(self, done: "Draft | Article | Report") -> str:
        """Take back what this editor did last, within ten minutes; says what was taken back.

        Raises:
            KnowledgeError: it is too late, or more has happened since.
        """
        if isinstance(done, Draft):
            self.upkeep.undo(self.upkeep.draft(done.number), self.actor)
            return f"已撤销：《{done.article.title[:30]}》回到待核"
        if isinstance(done, Article):
            self.upkeep.undo_withdrawal(done, self.actor)
            return f"已撤销：《{done.title[:30]}》恢复在用"
        handled = self.upkeep.reports.get(done.number).handled_at
        if handled is None or self.house.clock.now() - handled > UNDO:
            raise KnowledgeError("处理已超过 10 分钟：不能撤销")
        self.upkeep.reports.reopen(done.number, self.actor)
        return f"已撤销：“{done.text[:30]}”回到列表"


def named(item: Item) -> str:
    """Call an item by its title, or by the words of the report."""
    if isinstance(item, Report):
        return f"“{item.text[:30]}”"
    return f"《{(item.article if isinstance(item, Draft) else item).title[:30]}》"


def same(one: Item, other: Item) -> bool:
    """Whether two items are about the same thing, as it was and as it is."""
    return _thing(one) == _thing(other)


def changed(seen: Item, now: Item) -> bool:
    """Whether an item was rewritten, decided on or added to since it was seen; more misses of the same words do not count."""
    match seen, now:
        case Draft(), Draft():
            return (seen.revision, seen.state) != (now.revision, now.state)
        case Report(), Report():
            return seen.kind == "纠错" and seen.number != now.number
        case Article(), Article():
            return seen.version != now.version
    return False


def _thing(item: Item) -> tuple[str, object]:
    if isinstance(item, Draft):
        return "草稿", item.number
    return (item.kind, item.matter) if isinstance(item, Report) else ("文章", item.id)


def called(agents: Iterable[str]) -> str:
    """Call people by their numbers; what the program stored by itself bears none."""
    return "、".join("系统" if agent in ("", SYSTEM_AGENT) else f"{agent}号" for agent in agents)


def differences(before: Article | None, after: Article) -> list[tuple[str, str]]:
    """What changes between two versions, line by line: ("+" added, "-" gone, " " the field's name)."""
    told: list[tuple[str, str]] = []
    for field in (*EDITED, "withdrawn"):
        old = "" if before is None else cell_of(before, field)
        new = cell_of(after, field)
        if old == new:
            continue
        told.append((" ", FIELD_NAMES[field]))
        for line in difflib.ndiff(old.splitlines(), new.splitlines()):
            if line[0] in "+-":
                told.append((line[0], line[2:]))
    return told
