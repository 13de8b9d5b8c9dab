"""What every command stands on: where things are kept, how input is read and output written.

Commands import what they need inside their functions, so that ``hotline --help`` and the cheap commands load little.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from data.clock import Clock, iso_local

if TYPE_CHECKING:
    from console.house import House
    from console.practice.lesson import Lesson
    from data.calendar import Calendar
    from data.people import Actor
    from data.reference import Reference
    from data.tables import ReferenceTableError
    from scripts.pack import Packs

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
Report = Callable[[int, int | None], None]  # (done, total or None where nobody knows it yet)


class Refusal(RuntimeError):
    """A command ends without having done all that was asked; the message names the thing, the reason, the way out."""


class Entry:
    """One run of the command line: its home folder, its clock, and the house, opened when first asked for."""

    def __init__(
        self,
        clock: Clock,
        opener: "Callable[[Path, Clock], House]",
        console: "Callable[[House, bool], int]",
        practice: "Callable[[Lesson, Actor | None], int] | None" = None,
    ) -> None:
        self.clock = clock
        self.given_root: Path | None = None  # what --home said
        self.root = default_root("hotline")
        self._opener = opener
        self._console = console
        self._practice = practice
        self._house: House | None = None

    def place(self, given: str, environment: str) -> None:
        """Decide where everything is kept: what ``--home`` says, else HOTLINE_HOME, else the platform's folder."""
        if given:
            self.given_root = Path(given)
        if given or environment:
            self.root = Path(given or environment)

    @property
    def house(self) -> "House":
        """The house; whoever asks first opens it."""
        if self._house is None:
            self._house = self._opener(self.root, self.clock)
        return self._house

    def open_console(self, *, demo: bool = False) -> int:
        """Open the console of this run's house; returns its exit code."""
        return self._console(self.house, demo)

    def open_practice(self, lesson: "Lesson", actor: "Actor | None") -> int:
        """Open the console of a lesson; returns its exit code."""
        if self._practice is None:
            raise Refusal("这里打不开练习：请在终端里运行 hotline practice")
        return self._practice(lesson, actor)

    def packs(self) -> "Packs":
        """The script packs in force, without opening the house; a city's broken pack is told of and not used."""
        from console.packs import not_in_force
        from data.home import Home
        from scripts.pack import load_packs

        packs, refused = load_packs(Home(self.root).packs)
        for error in refused:
            click.echo(f"提示：{not_in_force(error)}", err=True)
        return packs

    def calendar(self) -> "Calendar":
        """The working calendar in force, without opening the house; a city's broken one is told of and not used."""
        from console.tables import calendar_in_force

        return self._in_force(calendar_in_force)

    def reference(self) -> "Reference":
        """The reference tables in force, without opening the house; a city's broken ones are told of and not used."""
        from console.tables import reference_in_force

        return self._in_force(reference_in_force)

    def _in_force(self, read: "Callable[[Path], tuple[T, list[ReferenceTableError]]]") -> "T":
        from console.tables import table_not_in_force
        from data.home import Home

        table, refused = read(Home(self.root).reference)
        for error in refused:
            click.echo(f"提示：{table_not_in_force(error)}", err=True)
        return table

    def actor(self, agent_no: str) -> "Actor":
        """The person with this agent number (工号); the system itself for an empty one.

        Raises:
            Refusal: nobody who may sign in has it.
        """
        from data.people import SYSTEM

        if not agent_no:
            return SYSTEM
        for person in self.house.people.everyone():
            if person.agent_no == agent_no:
                return person
        raise Refusal(f"没有可用的工号 {agent_no}：请核对，或用 hotline user add 登记")

    def close(self) -> None:
        """Close the house if it was opened."""
        if self._house is not None:
            self._house.close()
            self._house = None


def default_root(name: str) -> Path:
    """The platform's folder for the data of an application called ``name``."""
    from platformdirs import user_data_dir

    return Path(user_data_dir(name, appauthor=False))


# -- output -------------------------------------------------------------------------------------------------------


def json_option(command: F) -> F:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="在标准输出上给出一个 JSON 值")(command)


def show_json(value: object) -> None:
    """Print exactly one JSON value: times in ISO 8601 with +08:00, Chinese as it is."""
    plain = msgspec.to_builtins(value, builtin_types=(datetime,), str_keys=True)
    text = msgspec.json.format(msgspec.json.encode(_local_times(plain)), indent=2).decode()
    click.echo(text)


def _local_times(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso_local(value)
    if isinstance(value, dict):
        return {key: _local_times(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_local_times(item) for item in value]
    return value


def show_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a head, columns lined up by the cells that Chinese characters take."""
    from rich.cells import cell_len

    lines = [list(head), *map(list, rows)]
    widths = [max(cell_len(line[at]) for line in lines) for at in range(len(head))]
    for line in lines:
        padded = [text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True)]
        click.echo("  ".join(padded).rstrip())


@contextmanager
def progress(label: str) -> Iterator[Report]:
    """Draw a progress bar on standard error, on a terminal only; yields what is to be told of progress."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr, show_eta=False) as bar:

        def report(done: int, total: int | None) -> None:
            if total is None:
                bar.label = f"{label}（已读 {done}）"
                bar.render_progress()
                return
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield report


# -- reading ------------------------------------------------------------------------------------------------------


def read_limited(name: str, limit: int) -> bytes:
    """Read a file, or standard input for ``-``, of at most ``limit`` bytes.

    Raises:
        Refusal: it is missing, unreadable or larger.
    """
    try:
        if name == "-":
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with open(name, "rb") as file:
                content = file.read(limit + 1)
    except OSError as error:
        from data.reasons import reason_of

        raise Refusal(f"无法读取 {name_of(name)}：{reason_of(error)}；请核对路径与权限") from error
    if len(content) > limit:
        raise Refusal(f"{name_of(name)} 超过 {limit // 1024} KB：一份诉求不应这样大，请检查是否选错了文件")
    return content


def name_of(file: str) -> str:
    """What to call a file given on the command line."""
    return "标准输入" if file == "-" else file
