"""``hotline archive``: bundles of what is finished (立卷归档, 5.5)."""

from datetime import timedelta

import click

from console.commands.base import Entry, Refusal, json_option, show_json
from console.commands.usage import Command, Number


@click.command(cls=Command, example="hotline archive --older 7 --by 7001 --json")
@click.option("--older", type=Number(), default=7, metavar="天", help="办结多少天以后的才归档，默认 7")
@click.option("--by", "agent", default="", metavar="工号", help="专人负责（5.5.3）：须是督办或系统管理员；默认系统")
@json_option
@click.pass_obj
def archive(entry: Entry, older: int, agent: str, as_json: bool) -> None:
    """归档：把办结、直接答复、分类处理的工单连同原始材料、办理过程、回访意见写成案卷，记下校验值。"""
    from console.archive import archive_finished

    done = archive_finished(entry.house, entry.actor(agent), entry.clock.now(), timedelta(days=older))
    if as_json:
        show_json({"archived": done.archived, "failed": done.failed})
    else:
        click.echo(f"已归档 {len(done.archived)} 件，在 {entry.house.home.archive}")
        for reason in done.failed:
            click.echo(reason)
    if done.failed:
        raise Refusal(f"有 {len(done.failed)} 件没有归档，如：{done.failed[0]}")
