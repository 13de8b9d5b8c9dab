"""``hotline standard``: which clauses of the standard are shown where, and which tests hold them."""

from typing import TYPE_CHECKING

import click

from console.commands.base import json_option, show_json, show_table
from console.commands.usage import Command

if TYPE_CHECKING:
    from console.coverage import Line

STATES = {"held": "有测试", "built": "已实现", "missing": "未实现"}


@click.command(cls=Command, example="hotline standard --missing\nhotline standard --json")
@click.option("--missing", is_flag=True, help="只列还没有实现的")
@json_option
def standard(missing: bool, as_json: bool) -> None:
    """标准条款对照表：每项行为在哪里、由哪些测试守住。"""
    from console.coverage import coverage, load_behaviours
    from scripts.printed import printed

    every = coverage(load_behaviours())
    lines = [line for line in every if not missing or line.state == "missing"]
    if as_json:
        show_json(
            [
                {
                    "id": line.id,
                    "clause": line.clause,
                    "strength": line.strength,
                    "scope": line.scope,
                    "behaviour": line.what,
                    "state": line.state,
                    "where": line.where,
                    "tests": line.tests,
                }
                for line in lines
            ]
        )
        return
    rows = [
        [line.id, printed(line.clause), line.strength, line.scope, STATES[line.state], line.what, *_held(line)]
        for line in lines
    ]
    show_table(("编号", "条款", "强度", "范围", "情况", "行为", "所在", "测试"), rows)
    counted = {state: sum(line.state == state for line in every) for state in STATES}
    click.echo("，".join(f"{name} {counted[state]}" for state, name in STATES.items()) + f"，共 {len(every)} 项")


def _held(line: "Line") -> list[str]:
    more = f" 等 {len(line.tests)} 个" if len(line.tests) > 1 else ""
    return ["、".join(line.where), f"{line.tests[0]}{more}" if line.tests else ""]
