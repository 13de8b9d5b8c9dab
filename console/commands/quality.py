"""``hotline quality``: samples, assessments, appeals, reports and improvements without a screen (7.1.2, 7.2)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal, json_option, show_json, show_table
from console.commands.quality_findings import find, findings, follow
from console.commands.usage import Command, Group, Moment, OneOf

if TYPE_CHECKING:
    from console.quality.assessing import Assessing, Assessment, Verdict
    from console.quality.report import Line

_RISKS = ("urgent", "rated", "returned", "late", "short", "wording", "complaint")
_STEPS = ("review", "check", "decide")


@click.group(cls=Group, example="hotline quality list --by 5001 --json")
def quality() -> None:
    """质检：抽样、评定、申诉、报表（7.1.2），改进与跟进（7.2）。"""


for _command in (findings, find, follow):
    quality.add_command(_command)


@quality.command(
    "sample", cls=Command, example="hotline quality sample --since 2026-11-01 --rate 0.02 --seed 2026-11 --risk urgent"
)
@click.option("--since", type=Moment(), default=None, metavar="时间", help="从何时登记的起；默认从最早")
@click.option("--until", type=Moment(), default=None, metavar="时间", help="到何时为止，不含；默认到现在")
@click.option("--rate", type=float, default=0.02, metavar="比例", help="随机抽取的比例，0 到 1；默认 0.02")
@click.option("--seed", default="", metavar="种子", help="同一种子抽出同样的工作；默认取当天日期")
@click.option("--risk", "risks", multiple=True, type=OneOf(list(_RISKS)), metavar="风险", help="、".join(_RISKS))
@click.option("--risk-rate", type=float, default=1.0, metavar="比例", help="有所选风险的抽几成；默认 1，全抽")
@click.option("--by", "agent", default="", metavar="工号", help="谁抽取：须是质检或督办；默认系统")
@json_option
@click.pass_obj
def sample_(
    entry: Entry,
    since: datetime | None,
    until: datetime | None,
    rate: float,
    seed: str,
    risks: tuple[str, ...],
    risk_rate: float,
    agent: str,
    as_json: bool,
) -> None:
    """随机和按风险抽取要考评的工单与来电；规则、种子、样框和风险都留存。"""
    from console.quality.sampling import QualityError, Rule, sample

    now = entry.clock.now()
    try:
        run = sample(
            entry.house, Rule(since, until, rate, seed or f"{now:%Y-%m-%d}", risks, risk_rate), entry.actor(agent), now
        )
    except QualityError as error:
        raise Refusal(str(error)) from error
    if as_json:
        show_json(run)
        return
    click.echo(f"样框 {run.frame} 件，已抽取 {run.drawn} 件")


@quality.command("list", cls=Command, example="hotline quality list --by 8007 --json")
@click.option("--state", default="", metavar="状态", help="待评定、申诉中、已评定、已复评、已裁定；默认全部")
@click.option("--by", "agent", default="", metavar="工号", help="谁看：话务员只看自己的；默认系统")
@json_option
@click.pass_obj
def list_(entry: Entry, state: str, agent: str, as_json: bool) -> None:
    """考评清单：每件的状态、得分、偏差和依据；话务员看自己的结果（7.1.2.4）。"""
    from console.quality.assessing import STATES, Assessing, assessment_as_json
    from console.quality.marks import total
    from console.quality.sampling import BASES, REASONS

    if state and state not in STATES:
        raise Refusal(f"没有“{state}”这个状态：可选 {'、'.join(STATES)}")
    desk = Assessing(entry.house, entry.actor(agent))
    found = [each for each in desk.every() if state in ("", each.state)]
    if as_json:
        show_json([assessment_as_json(desk, each) for each in found])
        return
    rows = []
    for each in found:
        ticket = entry.house.tickets.get(each.drawn.ticket_id) if each.drawn.ticket_id else None
        why = "、".join(REASONS[name] for name in each.drawn.reasons) or "—"
        number = ticket.number if ticket else "（没有工单）"
        basis = BASES[each.drawn.basis]
        rows.append((each.id[-8:], number, each.agent_no, each.state, basis, why, str(total(desk.pack, each.marks))))
    show_table(("编号", "工单编号", "坐席", "状态", "抽法", "风险", "得分"), rows)
    click.echo(f"共 {len(found)} 件")


@quality.command(
    "review",
    cls=Command,
    example='hotline quality review 2026112400001 --by 5001 --right true --right route --wrong "manner=打断来电人"',
)
@click.argument("name", metavar="编号")
@click.option(
    "--step",
    type=OneOf(list(_STEPS)),
    default="review",
    metavar="步骤",
    help="review 评定、check 复评、decide 裁定申诉",
)
@click.option("--right", multiple=True, metavar="项目[=依据]", help="这一项做到了；改判机器的要写依据")
@click.option(
    "--wrong", multiple=True, metavar="项目=依据[@级别]", help="这一项是偏差；级别 critical、major、moderate、minor"
)
@click.option("--note", default="", metavar="说明", help="总的说明；复评、裁定写理由")
@click.option("--by", "agent", required=True, metavar="工号", help="谁评：质检或督办；裁定须是督办")
@json_option
@click.pass_obj
def review(
    entry: Entry,
    name: str,
    step: str,
    right: tuple[str, ...],
    wrong: tuple[str, ...],
    note: str,
    agent: str,
    as_json: bool,
) -> None:
    """评定、复评一件工作，或裁定它的申诉；编号是工单编号或清单里的编号。"""
    from console.quality.assessing import Assessing

    desk = Assessing(entry.house, entry.actor(agent))
    verdicts = [*(_verdict(each, right=True) for each in right), *(_verdict(each, right=False) for each in wrong)]
    acts = {"review": desk.review, "check": desk.check, "decide": desk.decide}
    _show_after(desk, lambda: acts[step](desk.get(name), verdicts, note), as_json)


@quality.command("appeal", cls=Command, example="hotline quality appeal 2026112400001 greeting --text 说过 --by 8007")
@click.argument("name", metavar="编号")
@click.argument("criteria", metavar="项目", nargs=-1, required=True)
@click.option("--text", required=True, metavar="理由", help="为什么不同意")
@click.option("--by", "agent", required=True, metavar="工号", help="被考评的坐席本人")
@json_option
@click.pass_obj
def appeal(entry: Entry, name: str, criteria: tuple[str, ...], text: str, agent: str, as_json: bool) -> None:
    """坐席对自己的考评申诉一次，由另一人裁定（7.1.2.4）。"""
    from console.quality.assessing import Assessing

    desk = Assessing(entry.house, entry.actor(agent))
    _show_after(desk, lambda: desk.appeal(desk.get(name), criteria, text), as_json)


@quality.command("report", cls=Command, example="hotline quality report --since 2026-11-01 --json")
@click.option("--since", type=Moment(), default=None, metavar="时间", help="从何时起；默认从最早")
@click.option("--until", type=Moment(), default=None, metavar="时间", help="到何时为止，不含；默认到现在")
@click.option("--by", "agent", default="", metavar="工号", help="谁看：话务员只看自己的一行；默认系统")
@json_option
@click.pass_obj
def report_(entry: Entry, since: datetime | None, until: datetime | None, agent: str, as_json: bool) -> None:
    """按坐席、按班组：用语、记录、派单及时和准确、接通、15 秒接听，分子分母都列出；件数少的不排名。"""
    from console.quality.report import FORMULAS, NAMES, report, report_as_json

    made = report(entry.house, entry.actor(agent), since, until)
    if as_json:
        show_json({"since": since, "until": until} | report_as_json(made))
        return
    head = ("名次", "坐席", "班组", "件数", *NAMES.values(), "申诉")
    show_table(head, [_row(line) for line in [*made.agents, *made.teams, made.whole]])
    for name, formula in FORMULAS.items():
        click.echo(f"{NAMES[name]}＝{formula}")
    click.echo(f"随机抽中、已评定不足 {made.ranked_from} 件的列出而不排名")


@quality.command("team", cls=Command, example="hotline quality team 8007 一班 --by 7001")
@click.argument("member", metavar="工号")
@click.argument("team", metavar="班组")
@click.option("--by", "agent", default="", metavar="工号", help="谁编班：须是督办或系统管理员；默认系统")
@click.pass_obj
def team_(entry: Entry, member: str, team: str, agent: str) -> None:
    """记下一名坐席从现在起在哪个班组。"""
    from data.people import Role

    who, actor = entry.actor(member), entry.actor(agent)
    if not member or not team.strip() or not actor.may(Role.SUPERVISOR, Role.ADMINISTRATOR):
        raise Refusal("编班要写明工号和班组，由督办或系统管理员操作：请核对 --by")
    entry.house.quality.set_team(who.agent_no, team.strip(), actor.agent_no, entry.clock.now())
    click.echo(f"{who.agent_no} 编入{team.strip()}")


def _verdict(given: str, *, right: bool) -> "Verdict":
    from console.quality.assessing import Verdict

    name, _, note = given.partition("=")
    note, _, grade = note.partition("@") if not right else (note, "", "")
    return Verdict(name.strip(), right, note.strip(), grade.strip())


def _show_after(desk: "Assessing", act: "Callable[[], Assessment]", as_json: bool) -> None:
    from console.quality.assessing import assessment_as_json
    from console.quality.marks import total
    from console.quality.sampling import QualityError
    from data.quality import QualityConflict
    from scripts.reading import ScriptError

    try:
        after = act()
    except (QualityError, QualityConflict, ScriptError) as error:
        raise Refusal(str(error)) from error
    if as_json:
        show_json(assessment_as_json(desk, after))
        return
    click.echo(f"{after.id[-8:]} {after.state}，得分 {total(desk.pack, after.marks)}")


def _row(line: "Line") -> Sequence[str]:
    from console.quality.report import NAMES
    from console.wall import rate_words

    rank = str(line.rank) if line.rank else "—"
    shares = [rate_words(line.shares[name]) for name in NAMES]
    return (rank, line.name, line.team, str(line.assessed), *shares, f"{line.upheld}/{line.appeals}")
