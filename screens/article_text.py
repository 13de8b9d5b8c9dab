"""An article as it stands wherever it is shown: its marks and warnings first, then its text, then where it is from."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from rich.text import Text

from kb.articles import Article, Standing
from kb.freshness import warnings

INTERNAL = "〔内部〕"  # wording for agents only: what may be said of it is the agent's to judge


class Listed(Protocol):
    """What a list shows of an article."""

    @property
    def title(self) -> str: ...

    @property
    def owner(self) -> str: ...

    @property
    def public(self) -> bool: ...


def article_row(article: Listed, standing: Standing, title: Text | None = None) -> Text:
    """Draw one article of a list; ``title`` with what matched in it."""
    line = Text(INTERNAL, "bold") if not article.public else Text()
    line.append_text(title or Text(article.title)).append(f"  {article.owner}", "dim")
    return line if standing == "有效" else line.append(f" ✗{standing}", "bold")


def about(article: Article) -> str:
    """Say in a few words how far an article may be relied upon: a sample or not, whose it is, and its dates (6.3.4)."""
    return " · ".join(
        [
            *(["样稿，未经责任单位核定"] if article.sample else []),
            article.owner,
            f"核对 {article.checked_on or '—'}",
            f"有效至 {article.valid_until or '长期'}",
        ]
    )


def article_text(article: Article, day: date, more: Sequence[str] = ()) -> Text:
    """Draw an article whole; ``more`` are lines for its foot."""
    text = Text()
    if not article.public:
        text.append(f"{INTERNAL}", "bold reverse").append(" ")
    text.append(f"{article.title}\n", "bold")
    standing = article.standing(day)
    if standing != "有效":
        reason = f"（{article.withdrawn}）" if article.withdrawn else ""
        text.append(f"✗ {standing}{reason}：不能用来直接答复\n", "bold reverse")
    if told := warnings(article, day):
        text.append(f"⚠ {'；'.join(told)}\n", "bold")
    text.append(f"{article.body.strip()}\n\n")
    foot = [article.owner, f"{article.source_kind}{f'：{article.source}' if article.source else ''}"]
    foot += [
        f"核对 {article.checked_on or '—'}",
        f"有效至 {article.valid_until or '长期'}",
        f"第 {article.version} 版" if article.version else "草稿",
    ]
    text.append(" · ".join(foot), "dim")
    if not article.public:
        text.append("\n内部答复口径：不对外发布，不逐字念给来电人", "bold")
    if article.sample:
        text.append("\n示例文本：正式使用前须由责任单位核定", "dim")
    for line in more:
        text.append(f"\n{line}", "dim")
    return text
