"""``hotline suggest``: type, topic, urgency, units, place and time that a text suggests; and learning from history."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal, Report, json_option, progress, show_json
from console.commands.usage import Command, Moment

if TYPE_CHECKING:
    from console.house import House
    from console.suggest import Decided, Suggestions

_LONGEST = 20_000  # characters


@click.command(
    cls=Command,
    example="hotline suggest 朝阳区望京街道昨晚十点楼道里有煤气味 --json\n"
    "hotline suggest 楼道有煤气味 --at 2026-11-24T10:30\nhotline suggest --train 历史工单.jsonl\nhotline suggest --learn",
)
@click.argument("text", required=False, metavar="文本")
@click.option("--title", default="", metavar="标题", help="诉求标题，另有正文时")
@click.option("--at", type=Moment(), metavar="时间", help="来电时间，用来推算“昨晚十点”；--json 时一并给出")
@click.option(
    "--train", "history", default="", metavar="文件", help="从历史诉求学习（.jsonl：title text topic type unit）"
)
@click.option("--learn", is_flag=True, help="从本机工单上人已选定的单位、主题、类型学习")
@json_option
@click.pass_obj
def suggest(
    entry: Entry, text: str | None, title: str, at: datetime | None, history: str, learn: bool, as_json: bool
) -> None:
    """推荐类型、主题、紧急种类、承办单位和地点，各带理由，由人确认。"""
    if sum((text is not None, bool(history), learn)) != 1:
        usage = "请给出一段文本，或只用 --train 文件，或只用 --learn"
        raise click.UsageError(usage, click.get_current_context())
    if history:
        _train(entry, Path(history), as_json)
    elif learn:
        _learn(entry, as_json)
    else:
        _suggest(entry, text or "", title, at, as_json)


def _suggest(entry: Entry, text: str, title: str, at: datetime | None, as_json: bool) -> None:
    if not text.strip() or len(text) > _LONGEST:
        raise Refusal(f"文本应为 1 到 {_LONGEST} 字，现为 {len(text.strip())} 字：请给出诉求的内容")
    suggester = entry.house.suggester
    found = suggester.suggest(text, title, at or (None if as_json else entry.clock.now()))
    if suggester.learned.fault:
        click.echo(f"提示：{suggester.learned.fault}；现用自带的模型", err=True)
    if suggester.learned.unread:
        click.echo(f"提示：本机学到的没有用上，{suggester.learned.unread}", err=True)
    if as_json:
        times = [{"text": time.text, "start": time.start, "end": time.end, "shown": time.shown} for time in found.times]
        show_json(found.as_json() | ({"times": times} if at else {}))
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: "Suggestions") -> list[str]:
    lines = [
        f"{name}：{each.value} {each.score:.0%}{'（' + '；'.join(each.because) + '）' if each.because else ''}"
        for name, ranked in (("类型", found.type), ("主题", found.topic))
        for each in ranked
    ]
    lines += [f"紧急：{hint.kind}（“{'”“'.join(hint.words)}”）" for hint in found.urgency]
    lines += [f"单位：{each.unit.name}（{'；'.join(each.because)}）" for each in found.units]
    place = f"{found.place.district}{found.place.street}"
    named = "”“".join(match.text for match in found.place.matched)
    told = [f"文中“{named}”"] if named else []
    lines.append(
        f"地点：{place or '未找到'}（{'；'.join([*told, *filter(None, [found.place.note])]) or '文中没有区、街道的名称'}）"
    )
    if found.time:
        lines.append(f"时间：{found.time.shown}（文中“{found.time.text}”，请确认）")
    return [*lines, found.units_reason] if found.units_reason else lines


def _train(entry: Entry, path: Path, as_json: bool) -> None:
    from console.suggest.history import HistoryError, train_from
    from console.suggest.train import TrainingError

    house = entry.house
    try:
        trained = train_from(path, house.reference, house.home.suggest_model)
    except (HistoryError, TrainingError) as error:
        raise Refusal(str(error)) from error
    house.suggester.learned.retrained()
    if as_json:
        show_json(trained)
        return
    learned = "，".join(f"{name} {many} 例" for name, many in trained.learned.items())
    click.echo(f"读 {trained.read} 件，学到 {learned}（含自带例句）；已写入 {house.home.suggest_model}")
    for what, many in trained.passed_over.items():
        click.echo(f"未学：{what} {many} 处")


def _learn(entry: Entry, as_json: bool) -> None:
    house = entry.house
    with progress("学习本机工单") as tell:
        many = house.suggester.learn(_decided(house, tell))
    if as_json:
        show_json({"learned": many})
    else:
        click.echo(f"已从本机 {many} 张工单学习，相似的新诉求会提示“与工单 … 相似”")


def _decided(house: "House", tell: Report) -> "Iterator[Decided]":
    from console.learning import chosen_unit, decided

    for done, ticket in enumerate(house.tickets.every(), start=1):
        tell(done, None)
        yield decided(ticket, chosen_unit(ticket))
