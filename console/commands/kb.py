"""``hotline kb``: the knowledge base (热线数据库, 6.3) without a screen."""

from pathlib import Path

import click

from console.commands.base import Entry, Refusal, json_option, progress, reason_of, show_json, show_table
from console.commands.kb_publish import publish
from console.commands.usage import Command, Group, Number
from console.first_steps import no_articles


@click.group(cls=Group, example="hotline kb search 居住证怎么办 --limit 5")
def kb() -> None:
    """知识库：导入、检索、导出、统计。"""


kb.add_command(publish)


@kb.command("import", cls=Command, example="hotline kb import 文章.xlsx 停车.md --json\nhotline kb import --starter")
@click.argument("files", nargs=-1, metavar="文件…")
@click.option("--starter", is_flag=True, help="载入自带的示例文章；知识库里已有的不动，使用前须由责任单位确认")
@click.option("--agent", default="", metavar="工号", help="以谁的名义；默认为系统")
@json_option
@click.pass_obj
def import_(entry: Entry, files: tuple[str, ...], starter: bool, agent: str, as_json: bool) -> None:
    """导入文章（.jsonl .csv .xlsx .md .toml）或自带的示例文章；再次导入不会重复。"""
    from kb.importer import import_files
    from kb.starters import import_starters

    if not files and not starter:
        raise click.UsageError("没有写要导入的文件；自带的示例文章用 --starter 载入", click.get_current_context())
    by = entry.actor(agent).agent_no
    with progress("导入文章") as tell:
        report = import_files(entry.house.kb, [Path(file) for file in files], by=by, progress=tell)
        if starter:
            report = report.plus(import_starters(entry.house.kb, by=by, progress=tell))
    if as_json:
        show_json(report)
    else:
        click.echo(f"读 {report.read}，新增 {report.added}，更新 {report.changed}，未变 {report.unchanged}")
        for refusal in report.refused:
            where = f" 第 {refusal.line} 行" if refusal.line else ""
            click.echo(f"未导入：{refusal.file}{where}：{refusal.reason}")
    if report.refused:
        first = report.refused[0]
        where = f" 第 {first.line} 行" if first.line else ""
        others = f"；另有 {len(report.refused) - 1} 处未导入" if len(report.refused) > 1 else ""
        raise Refusal(f"{first.file}{where} 未导入：{first.reason}{others}，改正后再导入即可")


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
        show_json(hits)
        return
    for hit in hits:
        click.echo(f"{hit.title}（{hit.id} 第 {hit.version} 版，{hit.owner}，{hit.standing}）")
        click.echo(f"    {hit.snippet}")


@kb.command("export", cls=Command, example="hotline kb export 文章.csv")
@click.argument("file", metavar="文件")
@json_option
@click.pass_obj
def export(entry: Entry, file: str, as_json: bool) -> None:
    """把全部文章写成 .jsonl 或 .csv，可再导入。"""
    from kb.exporter import to_csv, to_jsonl

    path = Path(file)
    writers = {".jsonl": to_jsonl, ".csv": to_csv}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise click.UsageError(
            f"不能写成“{path.suffix or '无扩展名'}”文件，可用 .jsonl 或 .csv", click.get_current_context()
        )
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
    """知识库里有多少、各属哪里。"""
    counted = entry.house.kb.stats()
    if sentence := no_articles(entry.house):
        click.echo(sentence, err=True)
    if as_json:
        show_json(counted)
        return
    click.echo(f"文章 {counted.articles}（版本 {counted.versions}），其中示例 {counted.samples}，公开 {counted.public}")
    words = counted.words_version or "（尚无索引）"
    click.echo(f"已失效 {counted.expired}，未生效 {counted.not_yet_valid}，词表 {words}")
    click.echo(f"数据 {counted.bytes / 1e6:.1f} MB，索引 {counted.index_bytes / 1e6:.1f} MB")
    show_table(("主题", "篇数"), [(topic, str(count)) for topic, count in counted.by_topic.items()])


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
