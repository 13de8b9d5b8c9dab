"""Supervision (督办, 5.2.3): the lists that fill by themselves, what the system sends, and what people order."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from console.reminders import NEAR, RUNNING
from console.work import Work
from data.events import Ticket, new_id
from data.lifecycle import Kind, State
from data.ticket_lists import TicketFilter
from data.tickets import running_clock

OFTEN = 3  # 多次反映: raised so many times by the same claimant or about the same matter


class Watch(NamedTuple):
    """One list of 5.2.3: its name, the filter it is, and the clause."""

    name: str
    want: TicketFilter
    clause: str


def watches(now: datetime) -> list[Watch]:
    """Return the lists of 5.2.3 as they stand at ``now``, the most pressing first."""
    return [
        Watch("超期", TicketFilter(states=RUNNING, share=1.0, now=now, by_clock=True), "5.2.3a"),
        Watch("临期", TicketFilter(states=RUNNING, share=NEAR, below=1.0, now=now, by_clock=True), "5.2.3a"),
        Watch("突发", TicketFilter(states=RUNNING, urgent=True, by_clock=True), "5.2.3"),
        Watch("多次", TicketFilter(states=(*RUNNING, State.FED_BACK), times=OFTEN, by_clock=True), "5.2.3"),
        Watch("申请退回", TicketFilter(states=RUNNING, asked_back=True, by_clock=True), "4.2"),
        Watch("督办中", TicketFilter(supervised=True, by_clock=True), "5.2.3"),
    ]


class Supervising(Work):
    """A supervisor's acts (5.2.3b-f)."""

    def supervise(self, ticket: Ticket, kind: str, facts: Mapping[str, str], deadline: datetime | None) -> Ticket:
        """Order a supervision of one of the five kinds, each with the facts that its clause demands."""
        held = ticket.handling.now_with
        order = {
            "id": new_id(),
            "kind": kind,
            "facts": {name: text.strip() for name, text in facts.items() if text.strip()},
            "deadline": deadline,
            "unit": held.unit if held else ticket.record.unit,
        }
        return self.take(ticket, (Kind.SUPERVISED, order))

    def approve(self, ticket: Ticket, supervision_id: str) -> Ticket:
        """Approve a supervision by document: only then it goes out (5.2.3b)."""
        return self.take(ticket, (Kind.SUPERVISION_APPROVED, {"id": supervision_id}))

    def answer(self, ticket: Ticket, supervision_id: str, text: str) -> Ticket:
        """Answer a supervision in writing, as the unit (5.2.3b)."""
        return self.take(ticket, (Kind.SUPERVISION_REPLIED, {"id": supervision_id, "text": text}))

    def close(self, ticket: Ticket, supervision_id: str, outcome: str) -> Ticket:
        """Close a supervision with what came of it."""
        return self.take(ticket, (Kind.SUPERVISION_CLOSED, {"id": supervision_id, "text": outcome}))

    def censure(self, ticket: Ticket, unit: str, text: str) -> Ticket:
        """Send a notice of what a unit did not do (通报, 5.2.3d)."""
        return self.take(ticket, (Kind.CENSURED, {"unit": unit, "text": text}))


def unmet(ticket: Ticket, now: datetime) -> list[str]:
    """Return what a notice (通报) would be about: orders whose deadline passed without an answer, in words."""
    return [
        f"{each.kind}应于 {each.deadline:%m-%d %H:%M} 前回复，{each.unit}未回复"
        for each in ticket.handling.supervisions
        if each.sent and each.replied_at is None and each.closed_at is None and each.deadline < now
    ]


def reasons(ticket: Ticket, now: datetime) -> list[str]:
    """Return why a ticket is in sight of supervision, in words (5.2.3)."""
    found = []
    _, since, due = running_clock(ticket)
    if since and due:
        used = (now - since) / (due - since) if due > since else 1.0
        if used >= 1:
            found.append(f"超期 {_words(now - due)}")
        elif used >= NEAR:
            found.append(f"临期：已用 {used:.0%}，剩 {_words(due - now)}")
    if ticket.record.urgent:
        found.append("、".join(ticket.record.urgency_kinds))
    if ticket.repeats:
        found.append(f"反映 {len(ticket.repeats) + 1} 次")
    if len(ticket.handling.dispatches) > 1:
        found.append(f"流转 {len(ticket.handling.dispatches)} 次")
    return found


def _words(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时 {minutes % 60} 分"
    return f"{minutes // (24 * 60)} 天"
