"""``hotline user``: who works here (6.2.2)."""

import sys

import click

from console.commands.base import Entry, Refusal, json_option, show_json, show_table
from console.commands.usage import Command, Group
from data.clock import SHANGHAI
from data.people import Role


def _roles(values: tuple[str, ...]) -> frozenset[Role]:
    names = [name for value in values for name in value.replace("、", ",").replace("，", ",").split(",") if name]
    unknown = [name for name in names if name not in list(Role)]
    if unknown:
        raise click.UsageError(f"没有“{unknown[0]}”这个角色，可选 {'、'.join(Role)}", click.get_current_context())
    return frozenset(Role(name) for name in names)


_role_option = click.option("--role", "roles", multiple=True, required=True, metavar="角色", help="可写几次")

_unit_option = click.option("--unit", default="", metavar="单位", help="承办人员所属的单位，须是单位表里的名称")


def _known_unit(entry: Entry, unit: str) -> str:
    from console.dispatch import unit_named

    return unit_named(entry.house, unit).name if unit else ""


@click.group(cls=Group, example="hotline user add 1001 --name 张敏 --role 话务员")
def user() -> None:
    """人员：登记、改角色、停用与恢复、列表。"""


@user.command("add", cls=Command, example="hotline user add 1001 --name 张敏 --role 话务员 --role 派单员")
@click.argument("agent_no", metavar="工号")
@click.option("--name", default="", metavar="姓名", help="姓名")
@_role_option
@_unit_option
@click.option("--password-stdin", is_flag=True, help="从标准输入读一行密码，不询问")
@json_option
@click.pass_obj
def add(
    entry: Entry, agent_no: str, name: str, roles: tuple[str, ...], unit: str, password_stdin: bool, as_json: bool
) -> None:
    """登记一个人；密码在终端上询问，至少 8 个字符。"""
    from console.text import clean

    wanted = _roles(roles)
    password = _password(password_stdin)
    person = entry.house.people.add(
        agent_no, clean(name, lines=False)[:50], wanted, password, entry.clock.now(), _known_unit(entry, unit)
    )
    _show(person.agent_no, f"已登记 {person.agent_no} {person.name}：{'、'.join(sorted(wanted))}", wanted, as_json)


@user.command("role", cls=Command, example="hotline user role 1001 --role 话务员,督办")
@click.argument("agent_no", metavar="工号")
@_role_option
@_unit_option
@json_option
@click.pass_obj
def role(entry: Entry, agent_no: str, roles: tuple[str, ...], unit: str, as_json: bool) -> None:
    """换成这些角色；承办人员可以同时改所属单位。"""
    wanted = _roles(roles)
    entry.house.people.set_roles(agent_no, wanted, _known_unit(entry, unit))
    held = next(each for each in entry.house.people.listed() if each.agent_no == agent_no)
    stopped = "（仍停用：用 hotline user enable 恢复）" if held.disabled_at else ""
    _show(agent_no, f"工号 {agent_no} 现在的角色：{'、'.join(sorted(wanted))}{stopped}", wanted, as_json)


@user.command("disable", cls=Command, example="hotline user disable 1001")
@click.argument("agent_no", metavar="工号")
@json_option
@click.pass_obj
def disable(entry: Entry, agent_no: str, as_json: bool) -> None:
    """停用一个工号；它办过的事仍记在它名下。"""
    entry.house.people.disable(agent_no, entry.clock.now())
    _show(agent_no, f"工号 {agent_no} 已停用", frozenset(), as_json)


@user.command("enable", cls=Command, example="hotline user enable 1001")
@click.argument("agent_no", metavar="工号")
@json_option
@click.pass_obj
def enable(entry: Entry, agent_no: str, as_json: bool) -> None:
    """恢复一个停用的工号；密码和角色不变。"""
    entry.house.people.enable(agent_no)
    roles = next(each.roles for each in entry.house.people.listed() if each.agent_no == agent_no)
    _show(agent_no, f"工号 {agent_no} 已恢复，角色：{'、'.join(sorted(roles))}", frozenset(roles), as_json)


@user.command("list", cls=Command, example="hotline user list --json")
@json_option
@click.pass_obj
def list_(entry: Entry, as_json: bool) -> None:
    """全部人员，停用的也在内；不含密码。"""
    listed = entry.house.people.listed()
    if as_json:
        show_json(listed)
        return
    rows = [
        (
            each.agent_no,
            each.name,
            "、".join(each.roles),
            "停用" if each.disabled_at else "在用",
            each.unit,
            f"{each.created_at.astimezone(SHANGHAI):%Y-%m-%d}",
        )
        for each in listed
    ]
    show_table(("工号", "姓名", "角色", "状态", "单位", "登记于"), rows)


def _show(agent_no: str, sentence: str, roles: frozenset[Role], as_json: bool) -> None:
    if as_json:
        show_json({"agent_no": agent_no, "roles": sorted(roles)})
    else:
        click.echo(sentence)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline(1024).rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Refusal("没有终端可以询问密码：请加 --password-stdin，从标准输入给出一行密码")
    return str(click.prompt("密码（至少 8 个字符）", hide_input=True, confirmation_prompt="再输一次"))
