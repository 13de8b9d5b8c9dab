"""``hotline practice``: practice calls at the real call desk, on a store of their own (6.3.2)."""

import click

from console.commands.base import Entry, json_option, show_json, show_table
from console.commands.practice_courses import COMMANDS
from console.commands.practice_scenarios import check, draw_, in_force
from console.commands.usage import Command, Group, Number

EXAMPLE = "hotline practice list\nhotline practice\nhotline practice complain-elevator --seed 3 --by 8041"


class PracticeGroup(Group):
    """What is not the name of a command is that of a scenario."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of this name, or one that practises the scenario."""
        if (found := super().get_command(ctx, cmd_name)) is not None or not cmd_name.isascii():
            return found

        @click.command(cmd_name, cls=Command, example=f"hotline practice {cmd_name} --seed 3")
        @_seed
        @_by
        @_coach
        @click.pass_obj
        def one(entry: Entry, seed: int | None, agent: str, coach: bool) -> int:
            """从这个场景开始练习。"""
            given = ctx.params
            chosen = given["seed"] if seed is None else seed
            return _practise(entry, cmd_name, chosen, agent or given["agent"], coach=coach or given["coach"])

        return one


_seed = click.option(
    "--seed", type=Number(least=0), default=None, metavar="种子", help="同一种子来同样的电话；默认每次不同"
)
_by = click.option("--by", "agent", default="", metavar="工号", help="谁练习；不写则打开后选，如“学员”")

_coach = click.option("--coach/--exam", default=False, help="辅导：通话中随时提示并给条款；考试（默认）：结束后讲评")


@click.group(cls=PracticeGroup, invoke_without_command=True, example=EXAMPLE)
@_seed
@_by
@_coach
@click.pass_context
def practice(context: click.Context, seed: int | None, agent: str, coach: bool) -> None:
    """练习：在真的受理台上接模拟来电，挂机登记后讲评（6.3.2）；与正式数据完全分开。

    后面可以写场景编号（见 hotline practice list），从它开始；不写则到期的卡要练什么先来什么，其余由种子
    排定，严重的先来的机会大。
    数据在正式目录旁的“目录名-practice”里，什么也不派发。讲评里的通话只在打开期间保留，成绩会留存。
    """
    if context.invoked_subcommand is None:
        context.exit(_practise(context.obj, "", seed, agent, coach=coach))


for _command in (check, draw_, *COMMANDS):
    practice.add_command(_command)


def _practise(
    entry: Entry, scenario: str, seed: int | None, agent: str, *, drill: bool = False, coach: bool = False
) -> int:
    from console.practice.house import PracticeHouse, practice_root
    from console.practice.lesson import Lesson, furnish
    from console.practice.plan import cases_of
    from console.practice.results import Results

    scenarios, root = in_force(entry), practice_root(entry.root)
    number = len(Results(root).every()) + 1 if seed is None else seed
    cases = cases_of(scenarios, scenario, number)  # first: a name that is wrong leaves no folder behind
    house = PracticeHouse(root, entry.clock, entry.root)
    try:
        lesson = Lesson(house, scenarios, cases, by_due=not scenario, coach=coach, drills=drill)
        return entry.open_practice(lesson, furnish(house, agent))
    finally:
        house.close()


@practice.command("drill", cls=Command, example="hotline practice drill --by 8041")
@_by
@click.pass_obj
def drill(entry: Entry, agent: str) -> int:
    """小测：用五分钟练到期的卡，一题一答，机器判对错，按 fsrs 安排下次。"""
    return _practise(entry, "", None, agent, drill=True)


@practice.command("list", cls=Command, example="hotline practice list --json")
@json_option
@click.pass_obj
def list_(entry: Entry, as_json: bool) -> None:
    """全部练习场景：编号、诉求类型、等级（危及生命财产、紧急、一般）、标题。"""
    from scripts.scenarios import grade_of

    scenarios = in_force(entry)
    found = [
        {"id": each.id, "title": each.title, "types": each.truth.types, "grade": grade_of(each.truth)}
        for each in scenarios.scenarios
    ]
    if as_json:
        show_json(found)
        return
    lines = [(each.id, "、".join(each.truth.types), grade_of(each.truth), each.title) for each in scenarios.scenarios]
    show_table(("编号", "类型", "等级", "标题"), lines)


@practice.command("results", cls=Command, example="hotline practice results --json")
@json_option
@click.pass_obj
def results(entry: Entry, as_json: bool) -> None:
    """练过的来电：时间、工号、场景、总分和四项得分、各级偏差；JSON 里有每条偏差。"""
    from console.practice.house import practice_root
    from console.practice.results import Results
    from console.practice.scoring import ITEMS
    from console.when import stamp
    from scripts.scenarios import GRADE_NAMES

    found = Results(practice_root(entry.root)).every()
    if as_json:
        show_json(found)
        return
    if not found:
        click.echo("还没有练过的来电：用 hotline practice 开始")
        return
    head = ("时间", "工号", "场景", "种子", "总分", *ITEMS.values(), *GRADE_NAMES.values())
    rows = []
    for each in found:
        counts = [sum(one.grade == grade for one in each.deviations) for grade in GRADE_NAMES]
        points = (each.total, *(each.items[item] for item in ITEMS))
        rows.append(
            (
                stamp(each.at),
                each.agent,
                each.scenario,
                str(each.seed),
                *(f"{one:g}" for one in points),
                *map(str, counts),
            )
        )
    show_table(head, rows)
