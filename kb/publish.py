"""The public query of the knowledge base (6.3.3 公开查询): a folder of pages that anybody can read and search.

Published is what a caller would be told today: in force, checked, meant for the public, and free of personal data
(6.2.1). Everything else is left out and named in the report with its reason. The same articles make the same files,
byte for byte.
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from data.db import explained
from kb.articles import FIELD_NAMES, Article, ArticleError, checked
from kb.index import Progress
from kb.publish_pages import ASSETS, Pages
from kb.publish_personal import personal_number, without_personal_numbers
from kb.publish_place import PublishError, replacing
from kb.publish_scratch import Scratch
from kb.search import KnowledgeBase

Why = Literal["internal", "unchecked", "not_yet", "expired", "withdrawn", "faulty", "personal"]

WHY_NAMES: dict[Why, str] = {
    "internal": "内部",
    "unchecked": "未核对",
    "not_yet": "未生效",
    "expired": "已失效",
    "withdrawn": "已撤回",
    "faulty": "不合要求",
    "personal": "含个人号码",
}

# Every text of an article that the pages or their index show.
_SHOWN = ("title", "body", "questions", "keywords", "topic", "owner", "source", "district")


class LeftOut(msgspec.Struct, frozen=True):
    """An article that was not published, and why."""

    id: str
    title: str
    reason: str
    kind: Why


class Published(msgspec.Struct, frozen=True):
    """What `publish` did: how many articles and pages, what was left out, the size of the whole set in bytes."""

    published: int
    left_out: list[LeftOut]
    pages: int
    bytes: int


def publish(base: KnowledgeBase, directory: Path, today: date, progress: Progress | None = None) -> Published:
    """Write the public pages into ``directory``, in the place of the last set.

    Args:
        today: the day on which an article must be in force.
        progress: told (done, total): each article counts three times: read, written, indexed.

    Raises:
        PublishError: there is no article at all, the directory holds something else, or it cannot be written.
        StorageError: the disk is full; the last set stands.
    """
    articles = base.stats(today).articles
    total = 3 * articles
    if not articles:
        raise PublishError("知识库里没有文章，没有可发布的：请先用 hotline kb import 导入。原有的网页没有动")
    with replacing(directory) as site, explained(f"无法发布到 {directory}，原有的网页没有动"):
        scratch = Scratch(site.scratch)
        try:
            left_out, digest = _collect(base, scratch, today, progress, total)
            pages = Pages(site, scratch, digest)
            for done in pages.write():
                if progress is not None:
                    progress(articles + done, total)
            site.mark()
            if progress is not None:
                progress(total, total)
            return Published(published=scratch.articles, left_out=left_out, pages=site.pages, bytes=site.bytes)
        finally:
            scratch.close()


def _collect(
    base: KnowledgeBase, scratch: Scratch, today: date, progress: Progress | None, total: int
) -> tuple[list[LeftOut], str]:
    """Take what is public into the scratch file; return what is not, and the digest of what is."""
    left_out: list[LeftOut] = []
    digest = hashlib.sha256()
    for asset in sorted(ASSETS.iterdir()):
        digest.update(asset.read_bytes())
    for done, article in enumerate(base.articles(), start=1):
        found = why_not(article, today)
        if found is None:
            shown = checked(article)
            digest.update(msgspec.json.encode(shown))
            scratch.add(shown)
        else:
            kind, reason = found
            left_out.append(LeftOut(article.id, without_personal_numbers(article.title), reason, kind))
        if progress is not None and done % 100 == 0:
            progress(done, total)
    return left_out, digest.hexdigest()[:16]


def why_not(article: Article, today: date) -> tuple[Why, str] | None:
    """Why an article may not be published today; None when it may."""
    if not article.public:
        return "internal", "仅供话务员使用（公开：否）"
    match article.standing(today):
        case "已撤回":
            return "withdrawn", f"已撤回（{article.withdrawn}）"
        case "已失效":
            return "expired", f"已于 {article.valid_until} 失效"
        case "未生效":
            return "not_yet", f"自 {article.valid_from} 起才生效"
        case "未核对":
            return "unchecked", "还没有由第二个人核对；请知识管理员在“知识”台核对通过后再发布"
        case "有效":
            pass
    if article.checked_on is None:
        return "unchecked", "没有核对日期；请责任单位核对后再发布"
    if article.checked_on > today:
        return "unchecked", f"核对日期 {article.checked_on} 在今天之后；请改正后再发布"
    try:
        checked(article)  # an older release may have stored what is refused now
    except ArticleError as error:
        return "faulty", f"{error}；改正后再发布"
    texts = {name: _text(getattr(article, name)) for name in _SHOWN}
    if personal_number("\n".join(texts.values())):
        for name, text in texts.items():
            if found := personal_number(text):
                return "personal", f"“{FIELD_NAMES[name]}”含{found}；请删去个人号码后再发布"
    return None


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "\n".join(value)
