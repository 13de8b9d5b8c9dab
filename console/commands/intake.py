"""``hotline intake``: the acceptance inbox of web submissions (5.1.3.2) without a screen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal, json_option, progress, show_json, show_table
from console.commands.intake_web import key, serve
from console.commands.usage import Command, Group, Number
from console.waiting import ORDER, due_at, waiting_line
from data.inbox import Submission

if TYPE_CHECKING:
    from console.intake import Note

_PAGE = 500
_PLACE = 16  # characters
_LINES_NAMED = 5  # lines that one note names; --json has them all


@click.group(cls=Group, example="hotline intake import 今日网络诉求.csv --json")
def intake() -> None:
    """网络诉求收件：导入、查看、以 HTTP 接收。"""


intake.add_command(serve)
intake.add_command(key)


@intake.command(
    "import",
    cls=Command,
    example="hotline intake import 网络诉求.jsonl --json\nhotline intake import 导出.xlsx --map title=诉求标题,text=诉求详情",
)
@click.argument("files", nargs=-1, required=True, metavar="文件…")
@click.option("--map", "mapping", multiple=True, metavar="字段=列名,…", help="列名不同时说明")
@json_option
@click.pass_obj
def import_(entry: Entry, files: tuple[str, ...], mapping: tuple[str, ...], as_json: bool) -> None:
    """导入网络诉求（.jsonl .csv .xlsx）；再次导入不会重复。"""
    from console.intake import Intake, IntakeError, parse_mapping

    try:
        columns = parse_mapping(mapping)
    except IntakeError as error:
        raise click.UsageError(str(error), click.get_current_context()) from error
    house = entry.house
    work = Intake(house.inbox, house.packs, house.reference.regions, columns)
    with progress("导入网络诉求") as tell:
        report = work.run([Path(file) for file in files], entry.clock.now(), tell)
    if as_json:
        show_json(report)
    else:
        click.echo(f"读 {report.read}，收下 {report.accepted}，已有 {report.repeated}，未收 {len(report.refused)}")
        for refused in report.refused:
            click.echo(f"未收：{_where(refused.file, refused.line)}：{refused.reason}")
        _tell_notes(report.notes)
    if report.refused:
        first = report.refused[0]
        others = f"；另有 {len(report.refused) - 1} 处未收" if len(report.refused) > 1 else ""
        raise Refusal(f"{_where(first.file, first.line)} 未收：{first.reason}{others}，改正后再导入即可")


def _where(file: str, line: int | None) -> str:
    return f"{file} 第 {line} 行" if line else file


def _tell_notes(notes: "Sequence[Note]") -> None:
    """Say each note once, with the lines that it is about."""
    lines: dict[tuple[str, str], list[int]] = {}
    for one in notes:
        lines.setdefault((one.file, one.note), []).append(one.line)
    for (file, note), at in lines.items():
        named = "、".join(map(str, at[:_LINES_NAMED]))
        more = f" 等 {len(at)} 行" if len(at) > _LINES_NAMED else " 行"
        click.echo(f"注意：{file} 第 {named}{more}：{note}")


@intake.command("list", cls=Command, example="hotline intake list --json")
@click.option("--limit", type=Number(), default=None, metavar="N", help="最多几件；默认全部")
@json_option
@click.pass_obj
def list_(entry: Entry, limit: int | None, as_json: bool) -> None:
    """待受理的网络诉求：紧急的在前（涉及紧急类别多的更前），再按剩余时间从少到多。"""
    inbox, now = entry.house.inbox, entry.clock.now()
    waiting: list[Submission] = []
    while limit is None or len(waiting) < limit:
        page = inbox.waiting(min(_PAGE, limit - len(waiting)) if limit else _PAGE, len(waiting))
        waiting += page
        if len(page) < _PAGE:
            break
    if as_json:
        show_json([_as_json(one, now) for one in waiting])
        return
    rows = []
    for at, one in enumerate(waiting, start=1):
        line = waiting_line(one, now)
        rows.append(
            (
                str(at),
                line.urgency,
                line.time_left,
                f"{one.submitted_at:%Y-%m-%d %H:%M}",
                line.channel,
                line.where[:_PLACE],
                line.title,
                one.taken_by,
            )
        )
    show_table(("序", "紧急", "剩余时间", "提交时间", "渠道", "地点", "标题", "受理人"), rows)
    click.echo(f"共 {inbox.count_waiting()} 件；次序：{ORDER}")


def _as_json(one: Submission, now: datetime) -> dict[str, object]:
    due, record = due_at(one), one.record
    return {
        "key": one.key,
        "submitted_at": one.submitted_at,
        "due": due,
        "minutes_left": (due - now) // timedelta(minutes=1),
        "urgency": one.urgency,
        "channel": record.source,
        "origin": one.origin,
        "types": record.types,
        "title": record.title,
        "district": record.place.district or one.district,
        "place": record.place.text,
        "taken_by": one.taken_by,
    }
