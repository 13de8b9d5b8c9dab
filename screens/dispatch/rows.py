"""The rows of the dispatch desk, and the summary of the ticket under the cursor."""

from datetime import datetime, timedelta

from rich.cells import cell_len
from rich.text import Text

from console.clocks import CLOCKS
from console.disclosure import as_read_by, restricted
from console.dispatch import DispatchError
from console.dispatch_desk import REFUSALS, DispatchDesk, level
from console.form import shown_title
from console.history import feedback_text
from console.reminders import NEAR
from console.when import moment, remaining, stamp
from data.clock import SHANGHAI
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor
from data.record import PHONE
from data.ticket_row import running_clock
from screens.ticket_rows import fit

MARK = 2
# The columns besides title and unit: name, cells, and how wide a row has to be for them; wider ones show more, never less.
BEFORE = (("剩余", 9, 0), ("级别", 4, 0), ("类型", 4, 70), ("编号", 9, 84))
AFTER = (("来源", 4, 70), ("受理", 11, 110))
UNIT = (22, 26, 36)  # at least, at least in a row of all columns, at most


def columns(width: int) -> list[tuple[str, int]]:
    """Return the columns of a row so many cells wide: name and cells; title and unit share what the others leave."""
    before, after = ([(name, cells) for name, cells, least in each if width >= least] for each in (BEFORE, AFTER))
    left = width - MARK - sum(cells + 1 for _, cells in (*before, *after)) - 1
    unit = min(max(left * 2 // 5, UNIT[1] if after else UNIT[0]), UNIT[2])
    return [*before, ("标题", max(2, left - unit)), ("去向", unit), *after]


def heads(width: int) -> Text:
    """Draw the names of the columns."""
    return Text(" " * MARK + " ".join(fit(name, cells) for name, cells in columns(width)), "dim", no_wrap=True)


def dispatch_row(desk: DispatchDesk, ticket: Ticket, reader: Actor, width: int, *, marked: bool, alarm: str) -> Text:
    """Draw one ticket: time left, degree, type, number, title, where it goes or is, where and when it came from.

    ``alarm`` is the colour of time running out; a sign says the same: △ nearly due, 超 late.
    """
    line = Text("▣ " if marked else " " * MARK)
    for at, (name, cells) in enumerate(columns(width)):
        line.append(" " if at else "").append_text(_cell(desk, ticket, reader, name, cells, alarm))
    return line


def _cell(desk: DispatchDesk, ticket: Ticket, reader: Actor, name: str, cells: int, alarm: str) -> Text:
    """Draw one column of a ticket's row, so many cells wide."""
    record = ticket.record
    match name:
        case "剩余":
            return _time_left(desk, ticket, cells, alarm)
        case "级别":
            return Text(fit(level(record), cells), "bold" if record.urgent else "")
        case "标题":
            return Text(fit(shown_title(ticket, reader), cells), "dim" if restricted(ticket, reader) else "")
        case "去向":
            where, sign = _where(desk, ticket)
            return Text(fit(where, cells - cell_len(sign))).append(sign, "bold")
    told = {
        "类型": record.types[0] if record.types else "",
        "编号": ticket.number[4:],
        "来源": _source(ticket),
        "受理": moment(ticket.submitted_at or ticket.created_at),
    }
    return Text(fit(told[name], cells), "dim")


def _time_left(desk: DispatchDesk, ticket: Ticket, cells: int, alarm: str) -> Text:
    now = desk.house.clock.now()
    _, since, due = running_clock(ticket)
    left = remaining(due - now) if due else "－"
    near = bool(due and since and now >= since + (due - since) * NEAR)
    told = _whole(f"△{left}" if near and due and due > now else left, cells)
    return Text(fit(told, cells), f"bold {alarm}" if near else "")


def _whole(left: str, cells: int) -> str:
    """Tell a time left in so many cells: 超2天19时 for 超2天19小时, 超12天 for more, never half a number."""
    short = left if cell_len(left) <= cells else left.replace("小时", "时")
    return short if cell_len(short) <= cells else short.partition("天")[0] + "天"


def _source(ticket: Ticket) -> str:
    return "电话" if ticket.record.source == PHONE else "网络"


def _where(desk: DispatchDesk, ticket: Ticket) -> tuple[str, str]:
    """Return the unit that a ticket goes to or is with, and a sign of what still has to be done before."""
    held = ticket.handling.now_with
    if held is not None:
        return held.unit, "↩" if ticket.handling.return_request else ""
    try:
        unit, copy_to = desk.destination(ticket)
    except DispatchError:
        return "待定（F5）", desk.lacks_in_short(ticket)
    copied = f" ⧉{copy_to.removesuffix('人民政府')}" if copy_to else ""
    return f"{unit}{copied}", desk.lacks_in_short(ticket)


def summary(desk: DispatchDesk, ticket: Ticket, reader: Actor, others: list[str], warn: str) -> Text:
    """Say what a dispatcher needs of one ticket, the next step and the sentence to read aloud; ``warn`` colours what is missing."""
    shown, text = as_read_by(ticket, reader), Text()
    text.append(shown_title(ticket, reader), "bold")
    told = "、".join(ticket.record.types), _source(ticket), ticket.number, ticket.state
    text.append(f"  {' · '.join(told)}", "dim")
    text.append(f" · {ticket.handling.first_unit}首接（4.2）" if len(ticket.handling.dispatches) > 1 else "", "dim")
    text.append("".join(f"\n⚠ {other}" for other in others), f"bold {warn}")
    if ticket.state is State.FED_BACK:
        text.append(f"\n▸ {ticket.handling.feedbacks[-1].by}号反馈：")
        text.append(feedback_text(ticket.handling.feedbacks[-1]))
        return text.append("\n▸ 核对后 F8 办结（5.3.4），或 F4 发回重办（5.2.3）")
    asked, held = ticket.handling.return_request, ticket.handling.now_with
    if asked:
        text.append(f"\n▸ {asked.unit}申请退回：{asked.reason}", f"bold {warn}")
        text.append("  F5 选单位、F6 写理由后 F8 改派，或 F4 不同意；另派之前仍由其负责（4.2）")
    elif held:
        text.append(f"\n▸ {held.unit}承办{_copy(held.copy_to)} · {held.channel} · {held.by}号 {stamp(held.at)} 派")
        text.append(f"\n  意见：{held.opinion}" if held.opinion else "")
    _clocks(text, desk, ticket)
    if ticket.state is State.TO_DISPATCH:
        _plan(text, desk, ticket)
    elif (chosen := desk.choice(ticket)).unit or chosen.opinion:
        text.append(f"\n▸ 拟改派 {desk.unit_of(ticket)}", "bold").append(
            f"  理由：{chosen.opinion or '还没有写（F6）'}\n  {desk.anew(ticket)}"
        )
    elif asked:
        text.append(f"\n  {desk.anew(ticket)}")
    if ticket.record.urgent:
        _calls(text, desk, ticket, shown_title(ticket, reader), warn)
    return text.append(f"\n{shown.record.text}", "dim")


def _clocks(text: Text, desk: DispatchDesk, ticket: Ticket) -> None:
    """Show the limits with what they count from; of a ticket with a unit, the one that runs."""
    now = desk.house.clock.now()
    name, _, due = running_clock(ticket)
    held = ticket.handling.now_with
    text.append("\n▸ ")
    if due is not None:
        left = due - now
        words = f"还有 {remaining(left)}" if left >= timedelta() else f"已{remaining(left)}"
        text.append(f"{CLOCKS[name]} {_at(due, now)} 前（{words}）", "bold")
    if held is not None:
        text.append("".join(f"  {each}" for each in held.basis.split("；") if each.startswith(CLOCKS[name])), "dim")
        notes = held.notes
    else:
        try:
            clocks = desk.planned(ticket).clocks
        except REFUSALS:
            text.append(f"  {ticket.due.basis}" if ticket.due else "", "dim")
            notes = ticket.due.notes if ticket.due else []
        else:
            text.append(f"  签收 {clocks.sign}  反馈 {clocks.feedback}")
            text.append(f"  {desk.classes(ticket)} · {clocks.clauses['dispatch']} · {clocks.bases['dispatch']}", "dim")
            notes = clocks.notes
    text.append("".join(f"\n  · {note}" for note in notes), "italic")


def _plan(text: Text, desk: DispatchDesk, ticket: Ticket) -> None:
    """Show where F8 would send it, and why."""
    text.append("\n▸ 去向 ")
    try:
        planned = desk.planned(ticket)
    except REFUSALS as error:
        text.append(str(error), "bold")
        return
    text.append(f"{planned.unit}{_copy(planned.copy_to)}", "bold")
    text.append(f" · {planned.channel}派 · 值班电话 {planned.number or '未登记'}")
    text.append(f"  因为：{planned.reason}（{planned.clause}）", "dim")
    if opinion := desk.choice(ticket).opinion:
        text.append(f"\n▸ 意见 {opinion}")


def _calls(text: Text, desk: DispatchDesk, ticket: Ticket, title: str, warn: str) -> None:
    """Show what an urgent ticket still lacks, and the sentence to read aloud on the telephone (B.2.1)."""
    lacks = desk.lacks(ticket) if ticket.state is State.TO_DISPATCH or desk.choice(ticket).unit else []
    if lacks:
        text.append(f"\n▸☎{'，'.join(lacks)}：F9（5.2.2.1.4）", f"bold {warn}")
        text.append(f"\n  {desk.to_say(title)[0]}", "bold")
    elif ticket.handling.unit_calls:
        call = ticket.handling.unit_calls[-1]
        text.append(f"\n▸☎已联系{call.unit}（{call.spoke_with}）：{call.result}")
        decided = {each.authority: each for each in ticket.handling.decisions}
        text.append("".join(f"；{'报' if each.report else '不报'}{each.authority}" for each in decided.values()))


def _copy(copy_to: str) -> str:
    return f" ⧉同时送{copy_to}" if copy_to else ""


def _at(at: datetime, now: datetime) -> str:
    """Write an instant without the date where it is today's."""
    local = at.astimezone(SHANGHAI)
    return f"{local:%H:%M}" if local.date() == now.astimezone(SHANGHAI).date() else moment(at)
