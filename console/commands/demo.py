"""``hotline demo``: the console on invented data, in a folder of its own, any role, no sign-in."""

import click

from console.commands.base import Entry, default_root, progress
from console.commands.usage import Command


@click.command(cls=Command, example="hotline demo\nhotline demo --reset")
@click.option("--reset", is_flag=True, help="清空演示目录，重新填入演示数据")
@click.pass_obj
def demo(entry: Entry, reset: bool) -> int:
    """在演示数据上打开控制台；与正式数据完全分开。"""
    from console.demo import demo_folder, fill

    # Not HOTLINE_HOME: that is where the real data are.
    entry.root = entry.given_root or default_root("hotline-demo")

    def fill_it() -> None:
        with progress("准备演示数据") as tell:
            fill(entry.house, tell)

    with demo_folder(entry.root, reset=reset, fill_it=fill_it):
        code = entry.open_console(demo=True)
        entry.close()  # before another demo may empty the folder
    return code
