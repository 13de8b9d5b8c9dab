"""``hotline rate``: what a claimant's rating page or telephone brought (服务质量评价, 5.3)."""

import click

from console.commands.base import Entry, Refusal, json_option, show_json
from console.commands.usage import Command, OneOf
from data.callbacks import GRADES


@click.command(cls=Command, example="hotline rate --ticket 2026112400001 --grade 满意 --json")
@click.option("--ticket", "number", default="", metavar="编号", help="网络诉求的工单编号（评价页面，5.3.4）")
@click.option("--call", default="", metavar="通话", help="通话编号（电话按键，5.3.3）")
@click.option("--grade", type=OneOf(list(GRADES)), required=True, metavar="等级", help="、".join(GRADES))
@click.option("--reason", "reasons", multiple=True, metavar="原因", help="勾选的差评原因，每项一次")
@click.option("--text", default="", metavar="文字", help="写的其他原因")
@json_option
@click.pass_obj
def rate(entry: Entry, number: str, call: str, grade: str, reasons: tuple[str, ...], text: str, as_json: bool) -> None:
    """记一次评价：每次通话、每件办结的网络诉求各一次，再来的不改先前的。"""
    from console.ratings import RatingError, rate_call, rate_ticket

    if bool(number) == bool(call):
        raise click.UsageError("请写 --ticket 或 --call 之一")
    try:
        if call:
            rate_call(entry.house, call, grade)
        else:
            rate_ticket(entry.house, number, grade, list(reasons), text, entry.clock.now())
    except RatingError as error:
        raise Refusal(str(error)) from error
    if as_json:
        show_json({"ticket": number, "call": call, "grade": grade})
    else:
        click.echo(f"已记评价：{grade}")
