"""``hotline kb``: the knowledge base (热线数据库, 6.3) without a screen."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from console.commands.base import Entry, Refusal, json_option, progress, show_json, show_table
from console.commands.kb_publish import publish
from console.commands.kb_upkeep import check, misses
from console.commands.usage import Command, Group, Number
from console.first_steps import no_articles

if TYPE_CHECKING:
    from data.people import Actor
    from kb.importer import ImportReport, Take
    from kb.importer import Refusal as Refused


@click.group(cls=Group, example="hotline kb search 居住证怎么办 --limit 5")
def kb() -> None:
    """知识库：导入、检索、导出、检查、统计。"""


for _command in (publish, check, misses):
    kb.add_command(_command)


@kb.command(
    "import",
    cls=Command,
    example="hotline kb import 文章.xlsx 停车.md --json\nhotline kb import 文章.xlsx --agent 3001 --checked-by 6001\n"
    "hotline kb import --starter",
)
@click.argument("files", nargs=-1, metavar="文件…")
@click.option(
    "--starter", is_flag=True, help="载入自带的示例文章，同样待核；知识库里已有的不动，使用前须由责任单位确认"
)
@click.option("--agent", default="", metavar="工号", help="由谁提供；默认为系统")
@click.option(
    "--checked-by",
    default="",
    metavar="工号",
    help="由谁核对过（知识管理员，不能是 --agent 所写的人）：直接生效，不进待核",
)
@click.option("--dry-run", is_flag=True, help="只检查每一行，不存")
@json_option
@click.pass_obj
def import_(
    entry: Entry, files: tuple[str, ...], starter: bool, agent: str, checked_by: str, dry_run: bool, as_json: bool
) -> None:
    """导入文章（.jsonl .csv .xlsx .md .toml）为待核的草稿，或载入自带的示例文章；再次导入不会重复。

    直接生效要两个人：--agent 提供，--checked-by 核对。
    """
    from kb.importer import ImportReport, import_files
    from kb.starters import supply_starters

    if not files and not starter:
        raise click.UsageError("没有写要导入的文件；自带的示例文章用 --starter 载入", click.get_current_context())
    if "" in files:
        raise click.UsageError("有一个文件名是空的；请写出要导入的文件", click.get_current_context())
    if starter and dry_run:
        raise click.UsageError("--starter 不能与 --dry-run 同用：示例文章无须检查", click.get_current_context())
    by = entry.actor(agent)
    report = ImportReport()
    with progress("检查文章" if dry_run else "导入文章") as tell:
        take = _take(entry, by, checked_by, dry_run)
        if files:
            paths = [Path(file) for file in files]
            report = import_files(take, paths, today=entry.clock.now().date(), progress=tell)
        if starter:
            report = report.plus(supply_starters(entry.house.kb, take, progress=tell))
    drafts = not checked_by
    if as_json:
        show_json(msgspec.structs.asdict(report) | {"drafts": drafts, "dry_run": dry_run})
    else:
        counted = f"读 {report.read}，新增 {report.added}，更新 {report.changed}，未变 {report.unchanged}"
        click.echo(f"（未存，只检查）{counted}" if dry_run else counted)
        for refusal in report.refused:
            click.echo(f"未导入：{_place(refusal)}：{refusal.reason}")
        if report.unused:
            click.echo(f"没有用到的列：{'、'.join(report.unused)}；其中有要用的，请改用导出文件里的列名后重新导入")
    if drafts and not dry_run:
        _tell_of_drafts(report)
    if report.refused:
        first = report.refused[0]
        others = f"；另有 {len(report.refused) - 1} 处未导入" if len(report.refused) > 1 else ""
        raise Refusal(f"{_place(first)}未导入：{first.reason}{others}")


def _place(refusal: "Refused") -> str:
    return f"{refusal.file} 第 {refusal.line} 行" if refusal.line else f"{refusal.file} 整个文件"


def _tell_of_drafts(report: "ImportReport") -> None:
    """Say what becomes of what was taken in, and how it is checked."""
    told = []
    if report.added:
        told.append(f"新增 {report.added} 篇能查到，标“未核对”，不能用来直接答复")
    if report.changed:
        told.append(f"更新 {report.changed} 篇已作为草稿待核，已核对过的文章现行版本照用")
    if told:
        way_out = (
            "须由另一位知识管理员在“知识”台核对通过（6.3.4）；线下已核对的，用 --agent 与 --checked-by 写明两人直接生效"
        )
        click.echo(f"{'；'.join(told)}；{way_out}", err=True)


def _take(entry: Entry, by: "Actor", checked_by: str, dry_run: bool) -> "Take":
    """Where imported articles go.

    Raises:
        Refusal: who is said to have checked them may not.
    """
    from kb.upkeep import why_not_put_in
    from kb.upkeep_drafts import foresee

    upkeep = entry.house.upkeep
    if not checked_by:
        return partial(foresee, upkeep.file, live_on=None) if dry_run else partial(upkeep.take_in, by=by)
    checker = entry.actor(checked_by)
    if why := why_not_put_in(by, checker):
        raise Refusal(why)
    if dry_run:
        return partial(foresee, upkeep.file, live_on=entry.clock.now().date())
    return partial(upkeep.put_in, by=by, checker=checker)


@kb.command("search", cls=Command, example="hotline kb search 暖气不热 --limit 3 --json")
@click.argument("text", metavar="内容")
@click.option("--limit", type=Number(), default=10, metavar="N", help="最多几条，默认 10")
@json_option
@click.pass_obj
def search(entry: Entry, text: str, limit: int, as_json: bool) -> None:
    """检索文章，最相关的在前；已失效的排在最后。"""
    hits = entry.house.kb.search(text, limit)
    sentence = "" if hits else no_articles(entry.house) or f"没有与“{text[:40]}”相关的文章"
    if sentence:
        click.echo(sentence, err=True)
    if as_json:
        show_json([hit.plain() for hit in hits])
        return
    for hit in hits:
        click.echo(f"{hit.title}（{hit.id} 第 {hit.version} 版，{hit.owner}，{hit.standing}）")
        click.echo(f"    {hit.snippet}")


@kb.command("export", cls=Command, example="hotline kb export 文章.csv")
@click.argument("file", metavar="文件")
@json_option
@click.pass_obj
def export(entry: Entry, file: str, as_json: bool) -> None:
    """把全部文章写成 .jsonl、.csv、.xlsx 或 .md，可再导入。"""
    from data.reasons import reason_of
    from kb.exporter import WRITERS

    path = Path(file)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise click.UsageError(
            f"不能写成“{path.suffix or '无扩展名'}”文件，可用 {'、'.join(WRITERS)}", click.get_current_context()
        )
    if not path.parent.is_dir():
        raise Refusal(f"无法写入 {path}：没有目录 {path.parent}；请先建立它，或换一个位置")
    try:
        written = writer(entry.house.kb.articles(), path)
    except OSError as error:
        raise Refusal(f"无法写入 {path}：{reason_of(error)}；请换一个位置") from error
    if as_json:
        show_json({"file": str(path), "written": written})
    else:
        click.echo(f"已写出 {written} 篇到 {path}")


@kb.command("stats", cls=Command, example="hotline kb stats --json")
@json_option
@click.pass_obj
def stats(entry: Entry, as_json: bool) -> None:
    """知识库里有多少、各属哪里、用得怎样。"""
    counted, upkeep = entry.house.kb.stats(), entry.house.upkeep
    waiting = {
        "drafts": len(upkeep.drafts()),
        "misses": upkeep.reports.count("未命中"),
        "corrections": upkeep.reports.count("纠错"),
    }
    used = upkeep.counts.most_used()
    unused = upkeep.lists.count("unused")
    if sentence := no_articles(entry.house):
        click.echo(sentence, err=True)
    if as_json:
        show_json(msgspec.structs.asdict(counted) | waiting | {"most_used": used, "never_used": unused})
        return
    click.echo(f"文章 {counted.articles}（版本 {counted.versions}），其中示例 {counted.samples}，公开 {counted.public}")
    words = counted.words_version or "（尚无索引）"
    click.echo(f"已失效 {counted.expired}，未生效 {counted.not_yet_valid}，词表 {words}")
    click.echo(f"数据 {counted.bytes / 1e6:.1f} MB，索引 {counted.index_bytes / 1e6:.1f} MB")
    click.echo(
        f"待核 {waiting['drafts']}，未找到 {waiting['misses']}，纠错 {waiting['corrections']}，从未使用 {unused}"
    )
    show_table(("主题", "篇数"), [(topic, str(count)) for topic, count in counted.by_topic.items()])
    if used:
        show_table(("用得最多", "次数"), [(each.title, str(each.used)) for each in used])


@kb.command("rebuild", cls=Command, example="hotline kb rebuild")
@json_option
@click.pass_obj
def rebuild(entry: Entry, as_json: bool) -> None:
    """重新建立检索索引；建立期间检索照常，用的是原来的索引。"""
    with progress("建立索引") as tell:
        entry.house.kb.rebuild(tell)
    counted = entry.house.kb.stats()
    if as_json:
        show_json({"articles": counted.articles, "index_bytes": counted.index_bytes})
    else:
        click.echo(f"已为 {counted.articles} 篇文章建立索引，{counted.index_bytes / 1e6:.1f} MB")
