"""``hotline kb check`` and ``kb misses``: what in the knowledge base wants looking at (6.3.1)."""

from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, json_option, show_json, show_table
from console.commands.usage import Command, Number

if TYPE_CHECKING:
    from kb.articles import Article

NAMES = {
    "expired": "已失效",
    "soon": "30 天内失效",
    "stale": "久未核对",
    "unowned": "责任单位不在单位表",
    "unread": "还没有人看过现行版本",
    "broken_links": "相关文章不存在",
}


@click.command(cls=Command, example="hotline kb check\nhotline kb check --json")
@click.option("--limit", type=Number(), default=1000, metavar="N", help="每类最多列几篇，默认 1000")
@json_option
@click.pass_obj
def check(entry: Entry, limit: int, as_json: bool) -> None:
    """列出要处理的文章：已失效、将失效、久未核对、无责任单位、无人看过、相关文章不存在。"""
    lists = entry.house.upkeep.lists
    units = {name for unit in entry.house.reference.units for name in (unit.name, *unit.aliases)}
    found = {
        "expired": lists.ailing("expired", limit=limit),
        "soon": lists.ailing("soon", limit=limit),
        "stale": lists.ailing("stale", limit=limit),
        "unowned": lists.unowned(units, limit),
        "unread": lists.ailing("unread", limit=limit),
    }
    broken = lists.broken_links(limit)
    if as_json:
        told: dict[str, object] = {name: [_brief(article) for article in articles] for name, articles in found.items()}
        show_json(told | {"broken_links": [{"id": one, "missing": other} for one, other in broken]})
        return
    rows = [(NAMES[name], each.id, each.title, each.owner) for name, articles in found.items() for each in articles]
    rows += [(NAMES["broken_links"], one, f"→ {other}", "") for one, other in broken]
    if rows:
        show_table(("要处理", "编号", "标题", "责任单位"), rows)
    else:
        click.echo("没有要处理的文章")


def _brief(article: "Article") -> dict[str, object]:
    return {
        "id": article.id,
        "title": article.title,
        "version": article.version,
        "owner": article.owner,
        "checked_on": article.checked_on,
        "valid_until": article.valid_until,
    }


@click.command(cls=Command, example="hotline kb misses --limit 20 --json")
@click.option("--limit", type=Number(), default=100, metavar="N", help="最多几条，默认 100")
@json_option
@click.pass_obj
def misses(entry: Entry, limit: int, as_json: bool) -> None:
    """话务员查过而没有找到的内容，次数多的在前。"""
    found = entry.house.upkeep.reports.open("未命中", limit=limit)
    if as_json:
        show_json([{"text": each.text, "times": each.times, "owner": each.owner, "last_at": each.at} for each in found])
    elif found:
        show_table(("次数", "查的是", "责任单位"), [(str(each.times), each.text, each.owner) for each in found])
    else:
        click.echo("没有待处理的“未找到”")
