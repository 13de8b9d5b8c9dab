"""``hotline callback rates``: response, solution and satisfaction by what claimants said (7.1.3.3)."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, json_option, show_json, show_table
from console.commands.usage import Command, Moment, Number, OneOf

if TYPE_CHECKING:
    from console.rates import Line

_BY = ("unit", "street", "district", "topic")
_MEASURES = ("response", "solution", "satisfaction")


@click.command(cls=Command, example="hotline callback rates --by unit --since 2026-11-01 --until 2026-12-01 --json")
@click.option("--by", type=OneOf(list(_BY)), default="unit", metavar="维度", help=f"{'、'.join(_BY)}；默认 unit")
@click.option("--since", type=Moment(), default=None, metavar="时间", help="从何时起；默认从最早")
@click.option("--until", type=Moment(), default=None, metavar="时间", help="到何时为止，不含；默认到现在")
@click.option("--sort", type=OneOf(list(_MEASURES)), default="satisfaction", metavar="指标", help="、".join(_MEASURES))
@click.option("--at-least", type=Number(), default=None, metavar="N", help="几件以上才排名，默认 30")
@json_option
@click.pass_obj
def rates(
    entry: Entry,
    by: str,
    since: datetime | None,
    until: datetime | None,
    sort: str,
    at_least: int | None,
    as_json: bool,
) -> None:
    """响应率、解决率、满意率：按单位、街乡、区或问题分类，分子分母、不计入的和 95% 区间一并列出（7.1.3.3）。"""
    from console.rates import BY, MEASURES, NOTES, RANKED_FROM, RECORDED, excluded_words, table_as_json, tabulate

    _refuse_backwards(since, until)
    table = tabulate(entry.house.figures.evaluations(since, until), by, at_least or RANKED_FROM)
    if as_json:
        show_json({"since": since, "until": until, "sort": sort} | table_as_json(table, sort))
        return
    names = [BY[by][0], *(each.name for each in MEASURES), "95% 区间", "不计入"]
    show_table(("名次", *names), [_row(line, sort) for line in [*table.ordered(sort), table.whole]])
    click.echo(excluded_words(table.whole))
    for measure in MEASURES:
        click.echo(f"{measure.name}＝{measure.formula}（{measure.clause}）")
    click.echo(f"响应率（办理记录）＝{RECORDED}")
    click.echo(f"少于 {table.ranked_from} 件的列出而不排名")
    for note in NOTES:
        click.echo(note)


def _refuse_backwards(since: datetime | None, until: datetime | None) -> None:
    """Refuse a period without an instant in it, which would be told as “nothing happened”."""
    if since and until and since >= until:
        raise click.UsageError(
            f"--since {since:%Y-%m-%d %H:%M} 不早于 --until {until:%Y-%m-%d %H:%M}：期间是空的，请核对",
            click.get_current_context(),
        )


def _row(line: "Line", sort: str) -> tuple[str, ...]:
    from console.rates import MEASURES, interval_words
    from console.wall import rate_words
    from data.callbacks import INTERVIEWED

    shares = {measure.id: line.measures[measure.id].share for measure in MEASURES}
    left_out = line.callbacks - line.ended[INTERVIEWED] + line.unrated
    rank = str(line.ranks[sort]) if sort in line.ranks else "—"
    return (rank, line.name, *map(rate_words, shares.values()), interval_words(shares[sort]), str(left_out))


@click.command(cls=Command, example="hotline callback agents --since 2026-11-01 --json")
@click.option("--since", type=Moment(), default=None, metavar="时间", help="从何时起；默认从最早")
@click.option("--until", type=Moment(), default=None, metavar="时间", help="到何时为止，不含；默认到现在")
@json_option
@click.pass_obj
def agents(entry: Entry, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """回访员的满意、解决、拒访、拒答各占多少，与其余的人比是否超出偶然（5.4.4）。"""
    from console.deviations import NAMES, NOTES, SHARES, compare, comparison_as_json, p_words, points
    from console.wall import rate_words

    _refuse_backwards(since, until)
    house = entry.house
    found = compare(house.figures.evaluations(since, until).heard)
    if as_json:
        show_json({"since": since, "until": until} | comparison_as_json(found))
        return
    show_table(
        ("坐席", "项目", "本人", "其余的人", "相差", "p", "校正后", ""),
        [
            (
                house.people.called(each.agent_no),
                NAMES[each.share].name,
                rate_words(each.own),
                rate_words(each.others),
                points(each.difference),
                p_words(each.p),
                p_words(each.adjusted),
                "超出偶然" if each.beyond_chance else "" if each.p is not None else "次数不足",
            )
            for each in found.deviations
        ],
    )
    for share in SHARES:
        click.echo(f"{share.name}＝{share.what}占几成")
    for note in NOTES:
        click.echo(note)


@click.command(cls=Command, example="hotline callback probes --since 2026-11-01 --json")
@click.option("--since", type=Moment(), default=None, metavar="时间", help="从何时起；默认从最早")
@click.option("--until", type=Moment(), default=None, metavar="时间", help="到何时为止，不含；默认到现在")
@json_option
@click.pass_obj
def probes(entry: Entry, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """回访时说了哪些有倾向、有诱导的话：原句、规则、坐席（5.4.4）。"""
    from console.disclosure import ANYBODY
    from console.said import leading_said

    _refuse_backwards(since, until)
    house = entry.house
    found = leading_said(house, since, until, ANYBODY)
    if as_json:
        show_json(found)
        return
    show_table(
        ("时间", "坐席", "哪一问", "原句", "规则", "工单编号"),
        [
            (
                f"{each.at:%m-%d %H:%M}",
                house.people.called(each.agent),
                each.question,
                each.text,
                "、".join(f"{rule.rule}（{rule.clause}）" for rule in each.rules),
                "、".join(each.tickets),
            )
            for each in found
        ],
    )
    click.echo(f"共 {len(found)} 句")
