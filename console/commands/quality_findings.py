"""``hotline quality findings|find|follow``: what is done about what assessments found (7.2)."""

from datetime import datetime

import click

from console.commands.base import Entry, Refusal, json_option, show_json, show_table
from console.commands.usage import Command, Moment, OneOf

_MEASURES = ("7.2a", "7.2b", "7.2c", "7.2d", "7.2e")


@click.command(cls=Command, example="hotline quality findings --json")
@click.option("--by", "agent", default="", metavar="工号", help="谁看：负责人只看自己的；默认系统")
@json_option
@click.pass_obj
def findings(entry: Entry, agent: str, as_json: bool) -> None:
    """改进清单：问题、措施、负责人、跟进日期和检查结果，到期的在前（7.2）。"""
    from console.quality.findings import Improving, improvement_as_json

    desk = Improving(entry.house, entry.actor(agent))
    found = desk.every()
    if as_json:
        show_json([improvement_as_json(each, desk.today) for each in found])
        return
    show_table(
        ("编号", "状态", "跟进", "负责人", "条款", "问题", "措施", "课程"),
        [
            (each.id[-8:], each.state(desk.today), str(each.due or "—"), each.finding.owner, each.finding.clause,
             each.finding.problem, each.finding.measure, each.finding.course)
            for each in found
        ],
    )  # fmt: skip


@click.command(
    cls=Command,
    example="hotline quality find 等待用语常漏说 --measure 班前练习 --clause 7.2d --owner 8012 --follow-up 2026-12-01 --by 5001",
)
@click.argument("problem", metavar="问题")
@click.option("--measure", required=True, metavar="措施", help="做什么")
@click.option("--clause", type=OneOf(list(_MEASURES)), required=True, metavar="条款", help="、".join(_MEASURES))
@click.option("--owner", required=True, metavar="工号", help="谁负责")
@click.option("--follow-up", type=Moment(), required=True, metavar="日期", help="哪天检查是否见效")
@click.option("--course", default="", metavar="课程", help="作为措施的练习课程，见 hotline practice courses")
@click.option(
    "--assign", "to", multiple=True, metavar="工号或班级", help="把 --course 布置给谁，跟进日期前完成；可写几次"
)
@click.option("--assessment", "assessments", multiple=True, metavar="编号", help="来自哪些考评")
@click.option("--by", "agent", required=True, metavar="工号", help="谁提出：质检或督办")
@json_option
@click.pass_obj
def find(
    entry: Entry,
    problem: str,
    measure: str,
    clause: str,
    owner: str,
    follow_up: datetime,
    course: str,
    to: tuple[str, ...],
    assessments: tuple[str, ...],
    agent: str,
    as_json: bool,
) -> None:
    """提出一项改进：措施、负责人、跟进日期都要写明（7.2）。"""
    from console.practice.assigning import CourseError
    from console.practice.for_findings import find as find_with
    from console.quality.findings import Finding, Improving, improvement_as_json
    from console.quality.sampling import QualityError

    desk = Improving(entry.house, entry.actor(agent))
    try:
        made = find_with(desk, Finding(problem, measure, clause, owner, follow_up.date(), course, assessments), to)
    except (QualityError, CourseError) as error:
        raise Refusal(str(error)) from error
    if as_json:
        show_json(improvement_as_json(made, desk.today))
        return
    assigned = f"，课程布置给{'、'.join(to)}" if to else ""
    click.echo(f"已记改进 {made.id[-8:]}，{made.due} 跟进{assigned}")


@click.command(cls=Command, example="hotline quality follow 1a2b3c4d --note 抽20件不漏 --effective --by 5001")
@click.argument("name", metavar="编号")
@click.option("--effective/--not-effective", required=True, help="是否见效")
@click.option("--note", required=True, metavar="情况", help="检查到的情况")
@click.option("--again", type=Moment(), default=None, metavar="日期", help="没有见效的，下次哪天检查")
@click.option("--by", "agent", required=True, metavar="工号", help="谁检查：质检或督办")
@json_option
@click.pass_obj
def follow(
    entry: Entry, name: str, effective: bool, note: str, again: datetime | None, agent: str, as_json: bool
) -> None:
    """到跟进日期检查一项改进是否见效（7.2）。"""
    from console.quality.findings import Follow, Improving, improvement_as_json
    from console.quality.sampling import QualityError
    from data.quality import QualityConflict

    desk = Improving(entry.house, entry.actor(agent))
    try:
        after = desk.follow(name, Follow(effective, note, again.date() if again else None))
    except (QualityError, QualityConflict) as error:
        raise Refusal(str(error)) from error
    if as_json:
        show_json(improvement_as_json(after, desk.today))
        return
    click.echo(f"{after.id[-8:]} {after.state(desk.today)}")
