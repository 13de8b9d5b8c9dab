"""click in Chinese: help pages, choices and moments, and one sentence for whatever was wrong with the usage."""

from datetime import datetime
from typing import Any

import click


class OneOf(click.Choice[str]):
    """A choice whose refusal is in Chinese."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value if it is one of the choices."""
        if value not in self.choices:
            self.fail(f"没有“{value}”这个选择，可选 {'、'.join(self.choices)}", param, ctx)
        return str(value)


class Moment(click.ParamType[datetime]):
    """An instant; without a zone it is Shanghai time."""

    name = "时间"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the instant."""
        from console.when import WhenError, read_instant

        try:
            return read_instant(value)
        except WhenError as error:
            self.fail(str(error), param, ctx)


class Number(click.ParamType[int]):
    """A number of at least ``least``, which is 0 or more."""

    name = "数"

    def __init__(self, least: int = 1) -> None:
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number."""
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) >= self._least):
            self.fail(f"“{text[:20]}”应为 {self._least} 到 99999999 的整数", param, ctx)
        return int(text)


class ChineseFormatter(click.HelpFormatter):
    """click's help page with Chinese headings."""

    _HEADINGS: dict[str, str] = {"Options": "选项", "Commands": "命令"}  # noqa: RUF012

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{self._HEADINGS.get(heading, heading)}：\n")


class ChineseContext(click.Context):
    """A context whose help pages are in Chinese."""

    formatter_class = ChineseFormatter


class Command(click.Command):
    """A command with a Chinese help page that ends with an example."""

    context_class = ChineseContext

    def __init__(self, *args: Any, example: str = "", **given: Any) -> None:
        given.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **given)
        self.example = example

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Say in Chinese what --help does."""
        return _in_chinese(super().get_help_option(ctx))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        _write_example(self.example, formatter)


class Group(click.Group):
    """A group of such commands."""

    context_class = ChineseContext
    command_class = Command

    def __init__(self, *args: Any, example: str = "", **given: Any) -> None:
        given.setdefault("options_metavar", "[选项]")
        given.setdefault("subcommand_metavar", "命令 …")
        super().__init__(*args, **given)
        self.example = example

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Say in Chinese what --help does."""
        return _in_chinese(super().get_help_option(ctx))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        _write_example(self.example, formatter)


def _in_chinese(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示这页说明"
    return option


def _write_example(example: str, formatter: click.HelpFormatter) -> None:
    if example:
        formatter.write("\n例：\n")
        for line in example.splitlines():
            formatter.write(f"  {line}\n")


def usage_sentence(error: click.UsageError) -> str:
    """Say in one Chinese sentence what was wrong with the usage, and where help is."""
    name = _parameter(error)
    match error:
        case click.exceptions.NoSuchCommand():
            text = f"没有“{error.command_name}”这个命令"
        case click.NoSuchOption():
            text = f"没有 {error.option_name} 这个选项"
        case click.MissingParameter():
            text = f"缺少 {name}"
        case click.BadOptionUsage():
            text = f"选项 {error.option_name} 的用法不对，多半是后面少了内容"
        case click.BadParameter():
            text = f"{name}：{error.message}"
        case _ if "missing command" in error.message.lower():
            text = "还没有写要做什么"
        case _ if "unexpected extra argument" in error.message.lower():
            text = f"多了参数 {error.message.partition('(')[2].rstrip(')').strip()}"
        case _:
            text = error.message
    path = error.ctx.command_path if error.ctx else "hotline"
    return f"{text}：请看 {path} --help"


def _parameter(error: click.UsageError) -> str:
    parameter = error.param if isinstance(error, click.BadParameter) else None
    if parameter is None:
        return ""
    return parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.make_metavar(error.ctx)  # type: ignore[arg-type]
