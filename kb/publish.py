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
from kb.articles import FIELD_NAMES, Article, KnowledgeError, clean
from kb.index import Progress
from kb.publish_pages import ASSETS, Pages
from kb.publish_personal import personal_number, without_personal_numbers
from kb.publish_place import PublishError, replacing
from kb.publish_scratch import Scratch
from kb.search import KnowledgeBase

Why = Literal["internal", "unchecked", "not_yet", "expired", "withdrawn", "personal"]

WHY_NAMES: dict[Why, str] = {
    "internal": "内部",
    "unchecked": "未核对",
    "not_yet": "未生效",
    "expired": "已失效",
    "withdrawn": "不能对外答复",
    "personal": "含个人号码",
}

# Every text of an article that the pages or their index show.
_SHOWN = ("title", "body", "questions", "keywords", "topic", "owner", "source")


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
            site.mark(digest)
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
        found = why_not(base, article, today)
        if found is None:
            shown = _cleaned(article)
            digest.update(msgspec.json.encode(shown))
            scratch.add(shown)
        else:
            kind, reason = found
            left_out.append(LeftOut(article.id, without_personal_numbers(article.title), reason, kind))
        if progress is not None and done % 100 == 0:
            progress(done, total)
    return left_out, digest.hexdigest()[:16]


def why_not(base: KnowledgeBase, article: Article, today: date) -> tuple[Why, str] | None:
    """Why an article may not be published today; None when it may."""
    if not article.public:
        return "internal", "仅供话务员使用（公开：否）"
    if article.checked_on is None:
        return "unchecked", "没有核对日期；请责任单位核对后再发布"
    if article.valid_until is not None and article.valid_until < today:
        return "expired", f"已于 {article.valid_until} 失效"
    if article.valid_from is not None and today < article.valid_from:
        return "not_yet", f"自 {article.valid_from} 起才生效"
    try:
        base.for_answer(article.id, today)  # what may not be told to a caller is not published either
    except KnowledgeError as error:
        return "withdrawn", str(error)
    for name in _SHOWN:
        value = getattr(article, name)
        if found := personal_number(value if isinstance(value, str) else "\n".join(value)):
            return "personal", f"“{FIELD_NAMES[name]}”含{found}；请删去个人号码后再发布"
    return None


def _cleaned(article: Article) -> Article:
    """The article as `kb.articles.checked` would store it now, also where an older release stored it."""
    lines = {name: clean(getattr(article, name), one_line=True) for name in ("title", "topic", "owner", "source")}
    return msgspec.structs.replace(article, body=clean(article.body), **lines)
