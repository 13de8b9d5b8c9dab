"""``hotline practice check|draw``: scenarios that are being written, and one drawn from an archived ticket (6.3.2)."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.commands.base import Entry, Refusal, json_option, show_json
from console.commands.usage import Command, Number

if TYPE_CHECKING:
    from scripts.scenarios import Scenarios


def in_force(entry: Entry) -> "Scenarios":
    """The scenarios in force, without opening a house; a faulty file of the city's own is told of and not used."""
    from console.packs import not_in_force
    from data.home import Home
    from scripts.scenarios import OWN_SCENARIOS, load_scenarios

    scenarios, refused = load_scenarios(entry.packs(), Home(entry.root).packs / OWN_SCENARIOS)
    for error in refused:
        click.echo(f"提示：{not_in_force(error)}", err=True)
    return scenarios


@click.command(cls=Command, example="hotline practice check 本市场景.toml --preview --seed 3")
@click.argument("files", metavar="文件", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--preview", "previewed", is_flag=True, help="每个场景写出来电人怎么说、什么时候说、什么算对")
@click.option("--seed", type=Number(least=0), default=1, metavar="种子", help="预览用的种子；默认 1")
@json_option
@click.pass_obj
def check(entry: Entry, files: tuple[Path, ...], previewed: bool, seed: int, as_json: bool) -> None:
    """检查写好的练习场景文件；不能用的说明哪个文件、哪一条、为什么。查好的放进数据目录的 packs/scenarios。"""
    from console.practice.case import draw
    from console.practice.making import check_scenarios, preview
    from scripts.reading import PackError

    packs, scenarios = entry.packs(), in_force(entry)
    told, refused = list[dict[str, object]](), list[PackError]()
    for file in files:
        try:
            found = check_scenarios(file, packs, scenarios)
        except PackError as error:
            refused.append(error)
            told.append({"file": error.file, "entry": error.entry, "reason": error.reason})
            continue
        told.append({"file": file.name, "scenarios": [each.id for each in found]})
        if not as_json:
            click.echo(f"{file.name} 可以用：{len(found)} 个场景")
        for each in found if previewed and not as_json else ():
            click.echo("\n".join(preview(packs, draw(scenarios, each, seed))))
    if as_json:
        show_json(told)
    if refused:
        raise Refusal("；".join(map(str, refused)))


@click.command("draw", cls=Command, example="hotline practice draw 2026112400001 -o 草稿.toml")
@click.argument("number", metavar="工单编号")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=None, metavar="文件", help="写到哪里；默认标准输出"
)
@click.option("--by", "agent", default="", metavar="工号", help="谁出题：培训、质检、督办或系统管理员；默认系统")
@click.pass_obj
def draw_(entry: Entry, number: str, output: Path | None, agent: str) -> None:
    """从已归档的工单出一个练习场景的草稿，去掉人名、号码、地址；核对、补写后再用 practice check 检查。"""
    from console.practice.making import DrawError, scenario_of
    from data.people import Role

    actor = entry.actor(agent)
    if not actor.may(Role.TRAINER, Role.QUALITY, Role.SUPERVISOR, Role.ADMINISTRATOR):
        raise Refusal(f"出题由培训、质检、督办或系统管理员操作：{actor.agent_no} 没有这样的角色（6.2.2）")
    ticket = entry.house.tickets.by_number(number)
    if ticket is None:
        raise Refusal(f"没有编号为 {number} 的工单：请核对编号")
    try:
        made = scenario_of(entry.house, ticket)
    except DrawError as error:
        raise Refusal(str(error)) from error
    if output is None:
        click.echo(made, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(made)
    except FileExistsError as error:
        raise Refusal(f"{output} 已经有了：不覆盖别人写的场景，请换一个文件名") from error
    except OSError as error:
        raise Refusal(f"{output} 写不进去（{error.strerror}）：请换一个目录") from error
    click.echo(f"已写草稿 {output}：请核对、补写，再用 hotline practice check {output} 检查")
