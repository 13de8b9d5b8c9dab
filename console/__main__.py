"""The command line, and the only place that puts the house together: ``hotline`` and ``python -m console``."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from console.commands.archive import archive
from console.commands.base import Entry, Refusal
from console.commands.callback import callback
from console.commands.check import check
from console.commands.clocks import clocks
from console.commands.demo import demo
from console.commands.greeting import greeting
from console.commands.intake import intake
from console.commands.kb import kb
from console.commands.practice import practice
from console.commands.quality import quality
from console.commands.queue import queue
from console.commands.rate import rate
from console.commands.standard import standard
from console.commands.suggest import suggest
from console.commands.supervise import supervise
from console.commands.sync import sync
from console.commands.ticket import ticket
from console.commands.usage import Group, usage_sentence
from console.commands.user import user
from console.commands.verify import verify
from console.commands.work import work
from console.failure import sentence_of
from data.clock import Clock, SystemClock

if TYPE_CHECKING:
    from console.house import House
    from console.practice.lesson import Lesson
    from data.people import Actor

EXAMPLE = """hotline demo
hotline --home /srv/hotline intake import 今日网络诉求.csv
hotline greeting --at 2026-02-17T09:00 --json"""


class HotlineGroup(Group):
    """The root command: whatever goes wrong below it ends as one sentence and an exit code."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]  # it always leaves
        """Run and leave. Exit codes: 0 done, 1 refused or failed, 2 wrong usage."""
        if isinstance(sys.stdout, TextIOWrapper):
            # On a machine set to ASCII a Chinese character becomes \\uXXXX, which JSON reads as the same.
            sys.stdout.reconfigure(errors="backslashreplace")
        code = self._run(args, prog_name or "hotline", **extra)
        try:
            sys.stdout.flush()
        except BrokenPipeError:  # the reader went away, as `| head` does; that is no failure of ours
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(code)

    def _run(self, args: Sequence[str] | None, prog_name: str, **extra: Any) -> int:
        entry: Entry = extra.setdefault("obj", Entry(SystemClock(), open_house, open_console, open_practice))
        extra["standalone_mode"] = False
        try:
            result = super().main(args, prog_name, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            return 2
        except click.UsageError as error:
            return _tell(usage_sentence(error), 2)
        except click.Abort:
            return _tell("已中断：没有做完的部分可以重新运行", 1)
        except BrokenPipeError:
            return 1
        except Exception as error:
            return _tell(sentence_of(error, entry.root), 1)
        finally:
            entry.close()
        return result if isinstance(result, int) else 0


def _tell(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code


def open_house(root: Path, clock: Clock) -> "House":
    """Open the installation in the folder ``root``."""
    from console.house import House

    return House(root, clock)


def open_console(house: "House", demo: bool) -> int:
    """Open the console on a terminal and stay in it until it is left; returns the exit code.

    Raises:
        Refusal: there is no terminal to show it on.
    """
    _need_terminal()
    from screens.app import run_console  # late: no headless command pays for Textual

    return run_console(house, demo=demo)


def open_practice(lesson: "Lesson", actor: "Actor | None") -> int:
    """Practise on a terminal until it is left; returns the exit code.

    Raises:
        Refusal: there is no terminal to show it on.
    """
    _need_terminal()
    from screens.practice_app import run_practice  # late, as above

    return run_practice(lesson, actor)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(
            "控制台要在终端里打开，现在的输入或输出不是终端：请在终端里直接运行，或改用 hotline --help 里的命令"
        )


@click.group(cls=HotlineGroup, invoke_without_command=True, example=EXAMPLE)
@click.option("--home", default="", metavar="目录", help="数据所在目录；默认取环境变量 HOTLINE_HOME")
@click.pass_context
def main(context: click.Context, home: str) -> None:
    """12345 热线话务台。不带命令时打开控制台。"""
    entry: Entry = context.obj
    entry.place(home, os.environ.get("HOTLINE_HOME", ""))
    if context.invoked_subcommand is None:
        context.exit(entry.open_console())


COMMANDS = (archive, callback, check, clocks, demo, greeting, intake, kb, practice, quality, queue, rate, standard)
for command in (*COMMANDS, suggest, supervise, sync, ticket, user, verify, work):
    main.add_command(command)


if __name__ == "__main__":
    main()
