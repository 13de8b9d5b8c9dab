"""``hotline kb publish``: the public articles as pages that anybody can read and search (6.3.3)."""

from collections import Counter
from pathlib import Path

import click

from console.commands.base import Entry, Refusal, json_option, progress, show_json
from console.commands.usage import Command


@click.command(cls=Command, example="hotline kb publish /srv/www/knowledge\nhotline kb publish 公开知识 --json")
@click.argument("directory", metavar="目录")
@json_option
@click.pass_obj
def publish(entry: Entry, directory: str, as_json: bool) -> None:
    """把可公开的文章写成可查找的静态网页，整体替换上一次发布的。

    只发布公开、经核对、在有效期内、不含个人号码的文章。网页可直接打开，也可由任何网页服务器提供，不访问其他机器。
    """
    from kb.publish import WHY_NAMES, publish

    if not directory.strip():
        raise click.UsageError("没有写发布到哪个目录；请写出，如 /srv/www/knowledge", click.get_current_context())
    with progress("发布公开知识") as tell:
        report = publish(entry.house.kb, Path(directory), entry.clock.now().date(), tell)
    personal = [each for each in report.left_out if each.kind == "personal"]
    if as_json:
        show_json(report)
    else:
        click.echo(f"已发布 {report.published} 篇，网页 {report.pages} 个，{report.bytes / 1e6:.1f} MB：{directory}")
        if counted := Counter(each.kind for each in report.left_out):
            click.echo("未发布：" + "，".join(f"{WHY_NAMES[kind]} {count}" for kind, count in counted.most_common()))
        for each in personal:
            click.echo(f"未发布：{each.title}（{each.id}）{each.reason}")
    if personal:
        first = personal[0]
        others = f"；另有 {len(personal) - 1} 篇" if len(personal) > 1 else ""
        raise Refusal(f"其余已发布，这篇没有：“{first.title}”（{first.id}）{first.reason}{others}")
