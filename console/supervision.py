"""Supervision (督办, 5.2.3): the lists that fill by themselves, what the system sends, and what people order."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from console.callback import claimants_words
from console.leaders import leaders, names_somebody
from console.matters import MANY, OFTEN, Matters
from console.reminders import NEAR, RUNNING
from console.when import WhenError, read_instant, stamp
from console.work import Work
from data.callback_rules import left_open, unsettled_reply
from data.events import Ticket, new_id
from data.handling import (
    DISCIPLINE,
    DOCUMENT,
    JOINTLY,
    MEETING,
    NEEDS_APPROVAL,
    ON_SITE,
    SUPERVISION_FACTS,
    Supervision,
)
from data.lifecycle import Kind, State
from data.surges import Surge
from data.ticket_lists import TicketFilter
from data.ticket_row import running_clock

SIGHT = (*RUNNING, State.FED_BACK)
ARRIVAL = "arrive_by"  # 规定时间抵达现场 (5.2.3d): the one fact that is an instant
LEADER = "leader"  # 报请审批的领导 (5.2.3b)

# What each kind is for, in the standard's words: shown where one is chosen.
PURPOSES = {
    DOCUMENT: "无法协调推动、职能空白：专报经领导审批后下发，限期书面反馈",
    MEETING: "公共应急、集中反映、多次流转未解决：以会议形式协商推动",
    ON_SITE: "疑难、重点、重复、区域交叉、权属不清：按规定时间抵达现场",
    JOINTLY: "问题集中、考评靠后的承办单位：上报政务服务部门，联合市督查",
    DISCIPLINE: "推诿扯皮、敷衍塞责：移送监察机关",
}


class SupervisionError(ValueError):
    """A supervision cannot be ordered as it is written; the message says what to change, ``fact`` which of its facts."""

    def __init__(self, message: str, fact: str = "") -> None:
        super().__init__(message)
        self.fact = fact


class Watch(NamedTuple):
    """One list of 5.2.3: its name, the filter it is, and the clause."""

    name: str
    want: TicketFilter
    clause: str


def watches(now: datetime, matters: Matters | None = None) -> list[Watch]:
    """Return the lists of 5.2.3 as they stand at ``now``, the most pressing first.

    Without ``matters``, which take a moment to find, nothing is concentrated yet.
    """
    concentrated = tuple(one for matter in (matters.concentrated if matters else ()) for one in matter.ids)
    repeated = tuple(one for matter in (matters.repeated if matters else ()) for one in matter.ids)
    return [
        Watch("超期", TicketFilter(states=RUNNING, share=1.0, now=now, by_clock=True), "5.2.3a"),
        Watch("临期", TicketFilter(states=RUNNING, share=NEAR, below=1.0, now=now, by_clock=True), "5.2.3a"),
        Watch("突发", TicketFilter(states=(State.RECORDING, *RUNNING), urgent=True, by_clock=True), "5.2.3"),
        Watch("多次", TicketFilter(states=SIGHT, times=OFTEN, ids=repeated, by_clock=True), "5.2.3"),
        Watch("集中", TicketFilter(ids=concentrated, by_clock=True), "5.2.3"),
        Watch("申请退回", TicketFilter(states=RUNNING, asked_back=True, by_clock=True), "4.2"),
        Watch("流转", TicketFilter(states=RUNNING, passed_on=True, by_clock=True), "5.2.3c"),
        Watch("回访", TicketFilter(unsettled=True, by_clock=True), "5.4.3"),
        Watch("督办中", TicketFilter(supervised=True, by_clock=True), "5.2.3"),
    ]


class Supervising(Work):
    """A supervisor's acts (5.2.3b-f)."""

    def supervise(self, ticket: Ticket, kind: str, facts: Mapping[str, str], deadline: datetime | None) -> Ticket:
        """Order a supervision of one of the five kinds, each with the facts that its clause demands (5.2.3b-f).

        Raises:
            SupervisionError: no unit has the ticket yet, the time to arrive on site is none, or is over, or nobody is
                named whom a document is laid before.
            TransitionRefused, ActRefused, StaleTicket, StorageError: as for every step (`Work.take`).
        """
        if unowed := self._unowed(ticket, Kind.SUPERVISED):
            raise SupervisionError(unowed)
        if arrival := facts.get(ARRIVAL, "").strip():
            facts = {**facts, ARRIVAL: self._arrival(arrival)}
        if (leader := facts.get(LEADER, "").strip()) and not names_somebody(self.house, leader):
            here = next((f"，如 {each.agent_no}号{each.name}" for each in leaders(self.house)), "")
            raise SupervisionError(
                f"报请审批的领导“{leader[:20]}”不是人名或职务：请写姓名、职务，如 王主任、分管副区长，或工号{here}（5.2.3b）",
                LEADER,
            )
        order = {
            "id": new_id(),
            "kind": kind,
            "facts": {name: text.strip() for name, text in facts.items() if text.strip()},
            "deadline": deadline,
            "unit": holder(ticket),
        }
        return self.take(ticket, (Kind.SUPERVISED, order))

    def why_not(self, ticket: Ticket, kind: Kind, payload: Mapping[str, Any] | None = None) -> str:
        """Say why a step cannot be taken; an order, also because there is no unit yet that would owe its answer."""
        return super().why_not(ticket, kind, payload) or self._unowed(ticket, kind)

    def approve(self, ticket: Ticket, supervision_id: str) -> Ticket:
        """Approve a supervision by document: only then it goes out (5.2.3b), to the unit that has the ticket now.

        Raises:
            SupervisionError: no unit has it.
            one of those of `Work.take`.
        """
        if unowed := self._unowed(ticket, Kind.SUPERVISION_APPROVED):
            raise SupervisionError(unowed)
        return self.take(ticket, (Kind.SUPERVISION_APPROVED, {"id": supervision_id, "unit": holder(ticket)}))

    def answer(self, ticket: Ticket, supervision_id: str, text: str) -> Ticket:
        """Answer a supervision in writing, as the unit (5.2.3b)."""
        replied = {"id": supervision_id, "text": text, "unit": self.actor.unit}
        return self.take(ticket, (Kind.SUPERVISION_REPLIED, replied))

    def close(self, ticket: Ticket, supervision_id: str, outcome: str) -> Ticket:
        """Close a supervision with what came of it; one that no leader approved is withdrawn by this."""
        return self.take(ticket, (Kind.SUPERVISION_CLOSED, {"id": supervision_id, "text": outcome}))

    def censure(self, ticket: Ticket, unit: str, text: str) -> Ticket:
        """Send a notice of what a unit did not do (通报, 5.2.3d)."""
        return self.take(ticket, (Kind.CENSURED, {"unit": unit, "text": text}))

    def declare_surge(self, until: datetime, reason: str) -> Surge:
        """Declare a flood of calls until an instant (集中大话务量, 5.2.2.1.2d); it relaxes only what is 一般.

        Raises:
            SurgeRefused: no reason, an end that is past or too far, one in force already, or no supervisor.
            StorageError: the disk refused.
        """
        return self.house.surges.declare(until, reason, self.actor, self.clock.now())

    def end_surge(self) -> Surge:
        """End the flood of calls in force.

        Raises:
            SurgeRefused: none is in force, or no supervisor.
            StorageError: the disk refused.
        """
        return self.house.surges.end(self.actor, self.clock.now())

    @staticmethod
    def _unowed(ticket: Ticket, kind: Kind) -> str:
        if kind not in (Kind.SUPERVISED, Kind.SUPERVISION_APPROVED) or holder(ticket):
            return ""
        return "还没有派单，没有单位欠这份回复：请先派单（说不清单位的派区政府，5.2.2.1.1b），再督办（5.2.3）"

    def _arrival(self, text: str) -> str:
        try:
            at = read_instant(text)
        except WhenError as error:
            raise SupervisionError(f"抵达现场的时间：{error}（5.2.3d）", ARRIVAL) from error
        if at <= self.clock.now():
            raise SupervisionError(f"抵达现场的时间 {stamp(at)} 已过：请另定一个时间（5.2.3d）", ARRIVAL)
        return stamp(at)


def holder(ticket: Ticket, at: datetime | None = None) -> str:
    """Return the unit that has a ticket now, or had it ``at`` an instant; nothing before it was dispatched.

    It owes the answers to the ticket's orders.
    """
    return next((each.unit for each in reversed(ticket.handling.dispatches) if at is None or each.at <= at), "")


def awaiting(ticket: Ticket) -> list[Supervision]:
    """Return the orders that wait for a leader's approval (5.2.3b)."""
    return [each for each in running(ticket) if each.kind in NEEDS_APPROVAL and each.approved_at is None]


def running(ticket: Ticket) -> list[Supervision]:
    """Return the orders that are not closed."""
    return [each for each in ticket.handling.supervisions if each.closed_at is None]


def starting_facts(ticket: Ticket, kind: str, now: datetime, matters: Matters | None = None) -> dict[str, str]:
    """Return what of an order's facts is known already: why the ticket is in sight, who has it, where it is."""
    handling, record = ticket.handling, ticket.record
    units = list(dict.fromkeys(each.unit for each in handling.dispatches)) + handling.joint_units
    words = claimants_words(ticket) if unsettled_reply(ticket) else ""
    known = {
        "ground": "；".join(filter(None, (*reasons(ticket, now, matters), words))),
        "units": "、".join(dict.fromkeys(units)),
        "place": f"{record.place.district}{record.place.street}{record.place.text}",
    }
    return {name: known.get(name, "") for name, _, _ in SUPERVISION_FACTS[kind]}


def unmet(ticket: Ticket, now: datetime) -> list[str]:
    """Return what a notice (通报) would be about, in words: answers and arrivals on site that did not come in time."""
    found = []
    for each in running(ticket):
        if not each.sent or each.replied_at is not None:
            continue
        if each.deadline < now and (unit := holder(ticket, each.deadline)):
            found.append(f"{each.kind}应于 {stamp(each.deadline)[5:]} 前回复，{unit}未回复")
        arrival = _arrival_of(each)
        there = any(note.on_site and note.at >= each.at for note in ticket.handling.progress)
        if arrival is not None and arrival < now and not there and (unit := holder(ticket, arrival)):
            found.append(f"应于 {stamp(arrival)[5:]} 抵达{each.facts.get('place', '现场')}，{unit}未记到场")
    return found


def _arrival_of(order: Supervision) -> datetime | None:
    """The instant by which an order wants people on site; None where another machine wrote no instant."""
    if order.kind != ON_SITE:
        return None
    try:
        return read_instant(order.facts.get(ARRIVAL, ""))
    except WhenError:
        return None


def order_words(ticket: Ticket, order: Supervision, now: datetime) -> str:
    """Say how an order of a ticket stands, and with whom."""
    if order.closed_at is not None:
        return f"{order.kind} 已了结：{order.outcome}"
    if not order.sent:
        return f"{order.kind} 待领导审批（{order.by} 提出），批准后下发{holder(ticket) or '承办单位'}"
    if order.replied_at is not None:
        return f"{order.kind} {order.unit}已回复：{order.reply}"
    late = "，已过期" if order.deadline < now else ""
    return f"{order.kind} 应于 {stamp(order.deadline)[5:]} 前回复{late}"


def next_step(ticket: Ticket, now: datetime) -> str:
    """Say what a supervisor does next about a ticket, with its clause."""
    if not holder(ticket):
        return "还没有派单：派出后才有单位可督办（5.2.2.1.2）"
    if awaiting(ticket):
        return "文件督办待领导审批：F5（5.2.3b）"
    if unmet(ticket, now):
        latest = max(each.deadline for each in running(ticket) if each.sent and each.replied_at is None)
        if any(each.at >= min(latest, now) for each in ticket.handling.censures):
            return "已通报：F4 另行督办，或 F6 了结（5.2.3）"
        return "没有按期：F6 通报（5.2.3d）"
    if any(each.replied_at is not None for each in running(ticket)):
        return "已回复：F7 核对，F6 了结或发回重办（5.2.3）"
    if running(ticket):
        return "督办中：等待回复（5.2.3）"
    if left_open(ticket):
        return "回访没有了结：F4 督办，或 F6 发回重办（5.4.3、5.2.3）"
    if ticket.state is State.FED_BACK:
        return "已反馈：没有解决的 F6 发回重办（5.2.3）"
    clock, _, due = running_clock(ticket)
    if clock and due is not None and now >= due:
        return "已超期，系统已督办；仍不动的 F4 督办（5.2.3）"
    return "F4 督办：选一种方式（5.2.3b-f）"


def reasons(ticket: Ticket, now: datetime, matters: Matters | None = None) -> list[str]:
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
    matter = matters.of(ticket.id) if matters else None
    if ticket.repeats:
        found.append(f"反映 {len(ticket.repeats) + 1} 次")
    if matter is not None and matter.by_one >= OFTEN:
        found.append(f"同一诉求人反映 {matter.by_one} 次")
    if matter is not None and matter.claimants >= MANY:
        found.append(f"集中：{matter.claimants} 人 {matter.count} 件")
    if ticket.handling.return_request is not None:
        found.append(f"申请退回：{ticket.handling.return_request.reason}")
    if left := unsettled_reply(ticket):
        found.append(f"回访：{'、'.join(left)}")
    if len(ticket.handling.dispatches) > 1:
        found.append(f"流转 {len(ticket.handling.dispatches)} 次")
    return [*found, *unmet(ticket, now)]


def _words(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时 {minutes % 60} 分"
    return f"{minutes // (24 * 60)} 天"
