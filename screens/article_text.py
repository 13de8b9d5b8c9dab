"""An article as it stands wherever it is shown: its marks and warnings first, then its text, then where it is from."""

from collections.abc import Sequence
from datetime import date

from rich.text import Text

from kb.articles import Article
from kb.freshness import warnings

INTERNAL = "〔内部〕"  # wording for agents only: what may be said of it is the agent's to judge


def article_row(article: Article, day: date, title: Text | None = None) -> Text:
    """Draw one article of a list, marked where it must be looked at before it is read out (6.3.3).

    Args:
        day: today.
        title: with what matched in it.
    """
    standing = article.standing(day)
    line = Text()
    if standing == "有效" and warnings(article, day):
        line.append("⚠ ", "bold")
    if not article.public:
        line.append(INTERNAL, "bold")
    line.append_text(title or Text(article.title)).append(f"  {article.owner}", "dim")
    return line if standing == "有效" else line.append(f" ✗{standing}", "bold")


def see_also(linked: Sequence[Article], day: date) -> list[str]:
    """The line that names the articles an article is linked with, each with what keeps it from being read out; no line
    where there are none."""
    named = [
        f"{'' if each.public else INTERNAL}{each.title}{'' if (s := each.standing(day)) == '有效' else f' ✗{s}'}"
        for each in linked
    ]
    return [f"相关：{'、'.join(named)}"] if named else []


def about(article: Article, day: date) -> str:
    """Say in a few words how far an article may be relied upon on a day: what to know first, a sample or not, for agents
    only or not, whose it is, and its dates (6.3.4)."""
    return " · ".join(
        [
            *(f"⚠ {each}" for each in warnings(article, day)),
            *(["样稿，未经责任单位核定"] if article.sample else []),
            *(["内部口径，不逐字念"] if not article.public else []),
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
