"""``hotline clocks``: when a ticket of a class must be dispatched, signed and answered (5.2.2.1.2, 5.2.2.2.1, 5.2.2.3.2)."""

import re
from datetime import datetime

import click

from console.commands.base import Entry, json_option, show_json, show_table
from console.commands.usage import Command, Moment

_UNITS = {"分钟": "minutes", "小时": "hours", "天": "days", "个工作日": "working_days", "工作日": "working_days"}
_WRITTEN = re.compile(r"(?:(派发|签收|反馈)\s*[:：])?\s*(\d{1,4})\s*(分钟|小时|天|个?工作日)\s*[:：,，\s]\s*(.+)")


@click.command(cls=Command, example="hotline clocks --class 一般 --at 2026-11-27T16:59 --json")
@click.option("--class", "classes", multiple=True, metavar="类别", help="一般或紧急种类；几种可写几次，或用逗号分开")
@click.option(
    "--at", type=Moment(), metavar="时间", help="受理的时刻；没有 --dispatched-at 时也是派发的时刻；不写即现在"
)
@click.option("--dispatched-at", type=Moment(), metavar="时间", help="派发的时刻：签收和反馈从这时算")
@click.option("--legal", default="", metavar="法定时限", help="时限包里的名称，或 反馈:30天:依据的条文（4.1）")
@click.option("--surge", is_flag=True, help="集中大话务量期间（5.2.2.1.2，只放宽一般诉求的派发）")
@click.option("--complex", "complex_case", is_flag=True, help="复杂疑难诉求（5.2.2.3.2，只放宽一般诉求的反馈）")
@json_option
@click.pass_obj
def clocks(
    entry: Entry,
    classes: tuple[str, ...],
    at: datetime | None,
    dispatched_at: datetime | None,
    legal: str,
    surge: bool,
    complex_case: bool,
    as_json: bool,
) -> None:
    """某一类诉求的派发、签收、反馈时限，从什么时候算起，依据哪一条。"""
    from console.clocks import CLOCKS, LegalLimit, due_times
    from scripts.kinds import ORDINARY

    pack = entry.packs().limits
    moment = at or entry.clock.now()
    if dispatched_at and dispatched_at < moment:
        accepted = " --at" if at else "现在（没有写 --at）"
        raise click.UsageError(
            f"派发的时刻 {dispatched_at:%Y-%m-%d %H:%M} 早于受理的时刻 {moment:%Y-%m-%d %H:%M}："
            f"请核对 --dispatched-at 与{accepted}",
            click.get_current_context(),
        )
    found: LegalLimit | None = None
    if legal:
        row = next((row for row in pack.legal if row.name == legal), None)
        if row is not None:
            found = LegalLimit(row.amount, row.unit, row.citation, row.clock)
        elif written := _WRITTEN.fullmatch(legal.strip()):
            names = {name: clock for clock, name in CLOCKS.items()}
            clock, amount, unit, citation = written.groups()
            found = LegalLimit(int(amount), _UNITS[unit], citation, names[clock or "反馈"])  # type: ignore[arg-type]
        else:
            raise click.UsageError(
                f"法定时限“{legal}”看不懂：请写作 反馈:30天:依据的条文，或时限包里的名称"
                f"（{'、'.join(row.name for row in pack.legal) or '现在没有'}）",
                click.get_current_context(),
            )
    kinds = [name.strip() for value in classes for name in re.split("[,，、]", value) if name.strip()]
    if classes and not kinds:
        raise click.UsageError("--class 是空的：请写一般或紧急种类，几种用逗号分开", click.get_current_context())
    kinds = kinds or [ORDINARY]
    named = [next((row.name for row in pack.classes if _same(row.name, kind)), kind) for kind in kinds]
    due = due_times(
        pack,
        entry.calendar(),
        named,
        accepted_at=moment,
        dispatched_at=dispatched_at or moment,
        surge=surge,
        complex_case=complex_case,
        legal=found,
    )
    ends = {"dispatch": due.dispatch, "sign": due.sign_due, "feedback": due.feedback_due}
    if as_json:
        show_json({**ends, "basis": due.bases, "clauses": due.clauses, "notes": due.notes})
        return
    show_table(
        ("时限", "到期", "依据", "条款"),
        [
            (CLOCKS[name], f"{end:%Y-%m-%d %H:%M}", due.bases[name], due.clauses[name])
            for name, end in ends.items()
            if end
        ],
    )
    for note in due.notes:
        click.echo(note)


def _same(name: str, given: str) -> bool:
    """Whether a class is meant: by its name, its beginning, or the name with what the standard adds in brackets."""
    return name.startswith(given) or given.startswith(name)
