"""How the supervision desk draws a ticket: a row of its list, and what stands below it."""

from datetime import datetime

from rich.cells import cell_len
from rich.text import Text

from console.callback import claimants_words
from console.clocks import CLOCKS
from console.disclosure import restricted
from console.form import shown_title
from console.matters import Matters
from console.reminders import NEAR
from console.supervision import next_step, order_words, reasons
from console.when import remaining, stamp
from data.callback_rules import unsettled_reply
from data.events import Ticket
from data.looking import Looking
from data.people import Actor
from data.ticket_row import running_clock
from screens.ticket_rows import fit

LEFT_CELLS = 11  # 超12天3小时
STATE_CELLS = 6  # of the states that supervision lists
UNIT_CELLS, ROOMY = (8, 14), 70  # the longer where a row has so many columns
WHY_SHARE = 3  # of what is left over, one in so many columns says why


def watch_row(ticket: Ticket, reader: Actor, width: int, matters: Matters | None, now: datetime) -> Text:
    """Draw one ticket: time left, urgency, state, title, unit, and why it is here."""
    record = ticket.record
    _, since, due = running_clock(ticket)
    left = remaining(due - now) if due else "—"
    near = bool(since and due and now >= since + NEAR * (due - since))
    line = Text().append(left, "bold reverse" if due and now >= due else "bold" if near else "")
    line.append(" " * (LEFT_CELLS - cell_len(left)))
    waiting = any(reported.acknowledged_at is None for reported in ticket.escalations)
    line.append(" ").append(
        fit("⚠" if waiting else "急" if record.urgent else "", 2), "bold" if waiting or record.urgent else ""
    )
    line.append(f" {fit(ticket.state, STATE_CELLS)} ")
    unit = UNIT_CELLS[width >= ROOMY]
    free = width - line.cell_len - unit - 2
    why = max(0, free // WHY_SHARE)
    stands_in = not record.title or restricted(ticket, reader)
    line.append(fit(shown_title(ticket, reader), max(2, free - why)), "dim" if stands_in else "")
    line.append(f" {fit(ticket.unit or '—', unit)} ", "dim")
    told = "；".join(each for each in reasons(ticket, now, matters) if not each.startswith(("超期", "临期")))
    return line.append(fit(told, why) if why else "")


def summary(
    ticket: Ticket, reader: Actor, matters: Matters | None, now: datetime, others: list[Looking], to_say: str
) -> Text:
    """Say what a supervisor needs of a ticket: why it is here, its clock, its orders, what to do next and what to say."""
    record, handling = ticket.record, ticket.handling
    text = Text().append(shown_title(ticket, reader), "bold")
    text.append(f"  {ticket.number} · {ticket.state} · {'、'.join(record.types)} · {record.source}\n", "dim")
    for each in others:
        text.append(f"⚠ {each.agent_no}号 正在{each.desk}台查看\n", "bold")
    because = reasons(ticket, now, matters)
    text.append(f"因为 {'；'.join(because) or '督办中'}（5.2.3）\n", "bold")
    text.append(f"▸ {next_step(ticket, now)}\n")
    if unsettled_reply(ticket) and (words := claimants_words(ticket)):
        text.append(f"{words}\n")
    matter = matters.of(ticket.id) if matters else None
    if matters and matter:
        text.append(
            f"同一事项 {matter.count} 件，{matter.claimants} 人，占未办结 {matters.share(matter):.1%}："
            f"{matter.where} {matter.title}\n"
        )
    clock, _, due = running_clock(ticket)
    held = handling.now_with
    if clock and due:
        every = held.basis if held else ticket.due.basis if ticket.due else ""
        basis = next((part for part in every.split("；") if part.startswith(CLOCKS[clock])), every)
        text.append(f"{CLOCKS[clock]} {stamp(due)} 前（{remaining(due - now)}）").append(f"  {basis}\n", "dim")
    for note in held.notes if held else ticket.due.notes if ticket.due else []:
        text.append(f"  {note}\n", "dim")
    if held:
        passed = (
            f"，首接 {handling.first_unit}，流转 {len(handling.dispatches)} 次" if len(handling.dispatches) > 1 else ""
        )
        copied = f"，同时送{held.copy_to}" if held.copy_to else ""
        text.append(f"承办 {held.unit}{copied}{passed}\n")
    for order in handling.supervisions:
        text.append(f"督办 {order_words(ticket, order, now)}\n", "" if order.closed_at else "bold")
    for censure in handling.censures:
        text.append(f"通报 {censure.unit}：{censure.text}\n")
    if handling.reminders:
        sent = handling.reminders[-1]
        text.append(
            f"系统已{sent.level} {stamp(sent.at)[5:]}（{CLOCKS.get(sent.clock, sent.clock)}时限）"
            f"，共 {len(handling.reminders)} 次\n",
            "dim",
        )
    for reported in ticket.escalations:
        seen = f"{reported.acknowledged_by}号 已知悉" if reported.acknowledged_at else "待知悉：F9"
        text.append(
            f"紧急上报 {stamp(reported.at)[5:]} {reported.by}号，{seen}\n", "" if reported.acknowledged_at else "bold"
        )
    if to_say and not restricted(ticket, reader):
        text.append("▸").append(to_say, "bold").append("  B.2.1", "dim")
    return text


def lists_line(counts: list[tuple[str, int | None]], current: int, width: int) -> Text:
    """Draw the lists with their counts, the current one marked; a count that is not there yet is shown as …."""
    line = Text(" ", no_wrap=True, overflow="ellipsis")
    pieces = [f"{name} {'…' if count is None else count}" for name, count in counts]
    gap = 2 if sum(map(cell_len, pieces)) + 3 * len(pieces) <= width else 1
    if sum(map(cell_len, pieces)) + len(pieces) + 2 > width:  # many digits: the last list must stay in sight
        pieces = [piece.replace(" ", "") for piece in pieces]
    for at, piece in enumerate(pieces):
        line.append(f"▸{piece}" if at == current else piece, "bold reverse" if at == current else "")
        line.append(" " * gap)
    return line
