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
from console.when import remaining, stamp
from data.clock import SHANGHAI
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor
from data.record import PHONE
from data.tickets import running_clock
from screens.ticket_rows import fit

# Columns: mark, time left, degree, type, (title), unit, source. Beside the ticket, type and source stand only there.
MARK, LEFT, LEVEL, TYPE, SOURCE = 2, 9, 4, 4, 4
ALL_FROM = 70
UNIT = (22, 36)


def heads(width: int) -> Text:
    """Draw the names of the columns."""
    title, unit = _widths(width)
    named = [("剩余", LEFT), ("级别", LEVEL), ("类型", TYPE), ("标题", title), ("去向", unit), ("来源", SOURCE)]
    if width < ALL_FROM:
        named = [each for each in named if each[0] not in ("类型", "来源")]
    return Text(" " * MARK + " ".join(fit(name, cells) for name, cells in named), "dim", no_wrap=True)


def _widths(width: int) -> tuple[int, int]:
    left = width - MARK - LEFT - LEVEL - 3
    if width >= ALL_FROM:
        left -= TYPE + SOURCE + 2
    unit = min(max(left * 2 // 5, UNIT[0]), UNIT[1])
    return max(2, left - unit), unit


def dispatch_row(desk: DispatchDesk, ticket: Ticket, reader: Actor, width: int, *, marked: bool, alarm: str) -> Text:
    """Draw one ticket: time left, degree, type, title, where it goes or is, where it came from.

    ``alarm`` is the colour of time running out; a sign says the same: △ nearly due, 超 late.
    """
    record, now = ticket.record, desk.house.clock.now()
    _, since, due = running_clock(ticket)
    title, unit = _widths(width)
    left = remaining(due - now) if due else "－"
    near = bool(due and since and now >= since + (due - since) * NEAR)
    line = Text(fit("▣" if marked else "", MARK))
    line.append(fit(f"△{left}" if near and due and due > now else left, LEFT), f"bold {alarm}" if near else "")
    line.append(f" {fit(level(record), LEVEL)} ", "bold" if record.urgent else "")
    if width >= ALL_FROM:
        line.append(f"{fit(record.types[0] if record.types else '', TYPE)} ", "dim")
    line.append(fit(shown_title(ticket, reader), title), "dim" if restricted(ticket, reader) else "")
    where, sign = _where(desk, ticket)
    line.append(f" {fit(where, unit - cell_len(sign))}")
    line.append(sign, "bold")
    return line.append(f" {fit(_source(ticket), SOURCE)}" if width >= ALL_FROM else "", "dim")


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
        return "待定（F5）", "☎未联系" if ticket.record.urgent else ""
    copied = f" ⧉{copy_to.removesuffix('人民政府')}" if copy_to else ""
    return f"{unit}{copied}", "☎未联系" if desk.lacks(ticket) else ""


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
            f"  理由：{chosen.opinion or '还没有写（F6）'}"
        )
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
    return f"{local:%H:%M}" if local.date() == now.astimezone(SHANGHAI).date() else f"{local:%m-%d %H:%M}"
