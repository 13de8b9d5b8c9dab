"""``hotline demo``: the console on invented data, in a folder of its own, any role, no sign-in."""

import click

from console.commands.base import Entry, default_root, progress
from console.commands.usage import Command


@click.command(cls=Command, example="hotline demo\nhotline demo --reset\nhotline --home 目录 demo")
@click.option("--reset", is_flag=True, help="清空演示目录，重新填入演示数据")
@click.pass_obj
def demo(entry: Entry, reset: bool) -> int:
    """在演示数据上打开控制台；与正式数据完全分开。

    --home 所指的目录可以是空的，或只有本市的 packs 与 settings.toml：它们会用上，--reset 也不会清掉。
    """
    from console.demo import demo_folder, fill, open_at_any_hour
    from console.packs import packs_in_force
    from console.tables import table_not_in_force

    # Not HOTLINE_HOME: that is where the real data are.
    entry.root = entry.given_root or default_root("hotline-demo")

    def fill_it() -> None:
        with progress("准备演示数据") as tell:
            fill(entry.house, tell)

    with demo_folder(entry.root, reset=reset, fill_it=fill_it):
        house = entry.house
        told = packs_in_force(house.packs, house.refused_packs, house.home.packs)
        for sentence in [*told, *map(table_not_in_force, house.refused_tables)]:
            click.echo(sentence, err=True)
        open_at_any_hour(house)
        code = entry.open_console(demo=True)
        entry.close()  # before another demo may empty the folder
    return code
