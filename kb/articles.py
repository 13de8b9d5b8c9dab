"""What one article of the knowledge base (热线数据库) holds, and what makes it acceptable.

An article is immutable. The store numbers its versions: a direct reply (5.2.1) keeps ``id`` and ``version``, so
what was read to the caller can be shown for good, whatever the article says later.
"""

import re
import unicodedata
from datetime import date
from typing import Literal

import msgspec

TITLE_LIMIT = 120
BODY_LIMIT = 20_000
SHORT_LIMIT = 200  # id, questions, keywords, topic, owner, source and other short fields
LIST_LIMIT = 60

# 6.3.3: laws and rules, policies, duties, processes, public services, notices.
SOURCE_KINDS = ("法律", "规章", "政策", "职责", "流程", "公告", "公共服务")

Standing = Literal["有效", "已失效", "未生效", "已撤回", "未核对"]

FIELD_NAMES = {
    "id": "编号",
    "title": "标题",
    "body": "正文",
    "questions": "常见问法",
    "keywords": "关键词",
    "topic": "主题",
    "owner": "责任单位",
    "source_kind": "来源类别",
    "source": "来源",
    "district": "区",
    "related": "相关文章",
    "checked_on": "核对日期",
    "valid_from": "生效日期",
    "valid_until": "失效日期",
    "public": "公开",
    "sample": "示例",
    "withdrawn": "撤回原因",
    "version": "版本",
}


class KnowledgeError(ValueError):
    """The knowledge base refuses something; the message names the thing, the reason and the way out."""


class ArticleError(KnowledgeError):
    """An article is not acceptable.

    Attributes:
        file: where it came from, or "".
        line: its line there (from 1), or None.
        field: the faulty field as in `Article`, or "" for the article as a whole.
        reason: what is wrong and what to do, in Chinese.
    """

    def __init__(self, reason: str, *, field: str = "", file: str = "", line: int | None = None) -> None:
        self.reason, self.field, self.file, self.line = reason, field, file, line
        place = f"{file} " if file else ""
        place += f"第 {line} 行 " if line is not None else ""
        name = f"“{FIELD_NAMES.get(field, field)}”" if field else ""
        super().__init__(f"{place}{name}{reason}")

    def at(self, file: str, line: int | None) -> "ArticleError":
        """The same error with the place where the article was read."""
        return ArticleError(self.reason, field=self.field, file=file, line=line)


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer that an agent may read to a caller.

    ``public`` is false for wording meant for agents only (答复口径). ``sample`` marks the shipped example texts,
    which no department has confirmed. A date that is None sets no bound. ``district`` (区) is empty for the whole
    city; ``related`` holds ids of linked articles; ``withdrawn`` says why nobody may be answered with it any more;
    ``unchecked`` is an article that came in and has not passed a second person: found, never answered with (6.3.4).
    ``version`` is 0 until stored.
    """

    id: str
    title: str
    body: str
    topic: str
    owner: str
    source_kind: str
    questions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    source: str = ""
    district: str = ""
    related: tuple[str, ...] = ()
    checked_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    public: bool = True
    sample: bool = False
    withdrawn: str = ""
    unchecked: bool = False
    version: int = 0

    def standing(self, day: date) -> Standing:
        """What the article is worth on ``day``; both end dates count as in force (有效)."""
        if self.withdrawn:
            return "已撤回"
        if self.unchecked:
            return "未核对"
        if self.valid_until is not None and self.valid_until < day:
            return "已失效"
        return "未生效" if self.valid_from is not None and day < self.valid_from else "有效"

    def valid_on(self, day: date) -> bool:
        """Whether a caller may be answered with it on ``day``."""
        return self.standing(day) == "有效"


# Cc without tab and newline, surrogates (SQLite cannot hold them) and bidirectional controls, which could make a
# text read differently from what is stored.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str, *, one_line: bool = False) -> str:
    """Drop invisible control characters and outer blanks, compose to NFC; newlines become spaces if ``one_line``."""
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if one_line:
        text = " ".join(text.split())
    return unicodedata.normalize("NFC", text.strip())


def _clean_list(items: tuple[str, ...]) -> tuple[str, ...]:
    """Cleaned, without empty entries and repetitions, in the given order."""
    return tuple(dict.fromkeys(kept for item in items if (kept := clean(item, one_line=True))))


def checked(article: Article) -> Article:
    """Return the article cleaned and known to be acceptable.

    Raises:
        ArticleError: the first fault, with its field.
    """
    article = msgspec.structs.replace(
        article,
        body=clean(article.body),
        questions=_clean_list(article.questions),
        keywords=_clean_list(article.keywords),
        related=tuple(id for id in _clean_list(article.related) if id != article.id),
        **{name: clean(getattr(article, name), one_line=True) for name in _LINE_FIELDS},
    )
    for name in ("id", "title", "body", "topic", "owner"):
        if not getattr(article, name):
            raise ArticleError("为空；每篇文章都须填写", field=name)
    for name in _SHORT_FIELDS:
        _limit(article, name, len(getattr(article, name)), SHORT_LIMIT)
    _limit(article, "title", len(article.title), TITLE_LIMIT)
    _limit(article, "body", len(article.body), BODY_LIMIT)
    for name in ("questions", "keywords", "related"):
        items: tuple[str, ...] = getattr(article, name)
        if len(items) > LIST_LIMIT:
            raise ArticleError(f"有 {len(items)} 项，最多 {LIST_LIMIT} 项；请删减", field=name)
        _limit(article, name, max(map(len, items), default=0), SHORT_LIMIT)
    if article.source_kind not in SOURCE_KINDS:
        kinds = "、".join(SOURCE_KINDS)
        raise ArticleError(f"为“{article.source_kind[:20]}”；须为其中之一：{kinds}", field="source_kind")
    if article.valid_from and article.valid_until and article.valid_from > article.valid_until:
        raise ArticleError(f"{article.valid_until} 早于生效日期 {article.valid_from}；请核对", field="valid_until")
    return article


def not_ahead(article: Article, day: date) -> None:
    """Refuse a 核对日期 after ``day``: nobody has checked the article then, and it would never grow stale.

    Raises:
        ArticleError: it is after that day.
    """
    if article.checked_on is not None and article.checked_on > day:
        raise ArticleError(
            f"{article.checked_on} 在今天之后；请改为实际核对的日期，或留空（核对通过时记为当天）", field="checked_on"
        )


_SHORT_FIELDS = ("id", "topic", "owner", "source", "district", "withdrawn")
_LINE_FIELDS = ("title", "source_kind", *_SHORT_FIELDS)


def _limit(article: Article, field: str, length: int, limit: int) -> None:
    if length > limit:
        raise ArticleError(f"有 {length} 字，最多 {limit} 字；请缩短", field=field)
