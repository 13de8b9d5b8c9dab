"""A ticket as its unit must know it: one row of the list, and the whole beside it (5.2.2.2)."""

from collections.abc import Sequence

from rich.text import Text

from console.form import place_text, shown_title, title_of
from console.unit_desk import Left, UnitDesk
from console.when import remaining, stamp
from data.events import Ticket
from data.people import Actor
from data.record import URGENCY_SHORT
from screens.ticket_rows import fit
from scripts.wording import Finding

LEFT_CELLS, KIND_CELLS, TYPE_CELLS = 12, 4, 4
STATE_FROM = 70  # columns of a row from which the state has one of its own


def row(model: UnitDesk, ticket: Ticket, reader: Actor, width: int, colours: tuple[str, str]) -> Text:
    """Draw one ticket: time left, urgency, type, title, what was ordered or asked, state."""
    left, record = model.left(ticket), ticket.record
    near, late = colours
    line = Text(fit(_left_text(ticket, left), LEFT_CELLS), _left_style(left, near, late))
    kind = next((URGENCY_SHORT.get(kind, kind) for kind in record.urgency_kinds), "一般")
    line.append(f" {fit(kind, KIND_CELLS)}", "bold" if record.urgent else "")
    line.append(f" {fit(record.types[0] if record.types else '', TYPE_CELLS)} ")
    state = f" {fit(ticket.state, 6)}" if width >= STATE_FROM else ""
    signs = " ".join(_signs(ticket))
    room = width - line.cell_len - len(state) * 2 - len(signs) * 2 - 2
    line.append(fit(shown_title(ticket, reader), max(8, room)))
    return line.append(f" {signs}", "bold").append(state, "dim")


def _left_text(ticket: Ticket, left: Left | None) -> str:
    if left is None:
        feedbacks = ticket.handling.feedbacks
        return stamp(feedbacks[-1].at)[5:] if feedbacks else "—"
    return f"{'' if left.late else '临' if left.near else '  '}{remaining(left.left)}"


def _left_style(left: Left | None, near: str, late: str) -> str:
    if left is None:
        return "dim"
    return f"bold {late}" if left.late else f"bold {near}" if left.near else ""


def _signs(ticket: Ticket) -> list[str]:
    handling = ticket.handling
    signs = ["督"] if handling.unanswered else []
    signs += ["退"] if handling.return_request else []
    signs += ["驳"] if handling.review_note and handling.draft else []
    return signs


def summary(model: UnitDesk, ticket: Ticket) -> Text:
    """Write what its unit must know: what to do by when, what was ordered, what it is about, what was done."""
    shown, held = model.shown(ticket), ticket.handling.now_with
    text = Text().append(f"{title_of(shown.record)}\n", "bold")
    kinds = "、".join(ticket.record.urgency_kinds) or "一般"
    text.append(f"{ticket.number} · {'、'.join(ticket.record.types)} · {kinds} · {ticket.state}\n", "dim")
    step, left = model.next_step(ticket), model.left(ticket)
    keys = "F8 " if step.kind else ""
    text.append(f"▸ {keys}{step.label}（{step.clause}）", "bold")
    if left is not None:
        much = f"已{remaining(left.left)}" if left.late else f"剩 {remaining(left.left)}"
        sign = "，超期" if left.late else "，临期" if left.near else ""
        text.append(f"：{stamp(left.due)} 前{left.clock}，{much}{sign}", "bold" if left.near or left.late else "")
    text.append("\n")
    if half := [name for part, name in PART_NAMES.items() if model.jottings.kept(ticket.id, part)]:
        text.append(f"▸ 写到一半：{'、'.join(half)}\n", "bold")
    if ticket.handling.review_note and ticket.handling.draft:
        text.append(f"▸ 审核不通过：{ticket.handling.review_note}\n", "bold")
    text.append_text(_orders(ticket))
    if held is not None and held.opinion:
        text.append("派单意见 ", "dim").append(f"{held.opinion}\n")
    text.append_text(request_text(shown)).append_text(_done(ticket))
    if held is not None:
        limits = f"时限 {held.limits}；{held.basis}{''.join('；' + note for note in held.notes)}\n"
        text.append(limits, "dim")
        copied = f" · 同时送 {held.copy_to}" if held.copy_to else ""
        first = ticket.handling.first_unit
        text.append(f"首接 {first} · 主办 {held.unit}{copied} · {held.channel} · {held.by}号派\n", "dim")
    return text


PART_NAMES = {
    "contact": "联系记录（F4）",
    "progress": "进展（F5）",
    "join": "协同（F6）",
    "return": "退回申请（F6）",
    "answer": "督办回复（F6）",
    "reply": "办理结果（F8）",
    "review": "审核理由（F8）",
}


def _orders(ticket: Ticket) -> Text:
    """Write the reminders and supervisions that came, the latest first."""
    handling, text = ticket.handling, Text()
    for order in handling.unanswered:
        ground = order.facts.get("ground", "")
        text.append(f"▸ {order.kind}：{stamp(order.deadline)} 前回复（F6）：{ground}\n", "bold")
    if handling.reminders:
        last = handling.reminders[-1]
        text.append(f"系统{last.level} {stamp(last.at)}（5.2.3a）\n", "bold")
    text.append("".join(f"通报 {each.text}\n" for each in handling.censures))
    if handling.return_request:
        text.append(f"已申请退回：{handling.return_request.reason}；改派前仍由本单位负责（4.2）\n")
    text.append("".join(f"发回重办：{reason}\n" for reason in handling.sent_back[-1:]))
    return text


def request_text(shown: Ticket) -> Text:
    """Write the request: place, time, what is wanted, by whom, the text; ``shown`` is what the reader may see."""
    record = shown.record
    text = claimant_text(shown).append("\n")
    for facts in (
        (("地点", place_text(shown)), ("时间", record.event_time)),
        (("对象", record.respondent), ("前期", record.earlier_handling)),
        (("诉求", record.wish),),
    ):
        told = [Text.assemble((f"{label} ", "dim"), value) for label, value in facts if value]
        text.append_text(Text("  ").join(told)).append("\n" if told else "")
    return text.append(f"{record.text}\n")


def claimant_text(shown: Ticket) -> Text:
    """Write who raised it and how to reach them."""
    claimant = shown.record.claimant
    number = claimant.contact or claimant.phone or "没有留电话"
    text = Text().append("诉求人 ", "dim").append(f"{claimant.name or '未提供姓名'} {number}")
    if claimant.confidential:
        text.append("  保密：只用于联系核实，不得告诉被反映的人和别的单位", "bold")
    return text


def findings_text(found: Sequence[Finding]) -> Text:
    """Write what of the words is vague or reproachful, and better ones."""
    text = Text()
    for each in found[:2]:
        text.append(f"✗ “{each.text}” {each.clause}：{each.advice}\n", "bold")
    return text


def _done(ticket: Ticket) -> Text:
    """Write what the unit has done so far."""
    handling, text = ticket.handling, Text()
    for contact in handling.contacts:
        text.append(f"{stamp(contact.at)[5:]} {'接通' if contact.reached else '未接通'}：{contact.note}\n")
    for note in handling.progress:
        seen = "，已查看现场" if note.on_site else ""
        views = f"；诉求人：{note.views}" if note.views else ""
        text.append(f"{stamp(note.at)[5:]} 进展{seen}：{note.text}{views}\n")
    for joint in handling.joints:
        text.append(f"{stamp(joint.at)[5:]} {joint.mode}：{'、'.join(joint.units)}\n")
    return text
