"""Dispatch (派单, 5.2.2.1): to whom, until when, with what call and decision before, and back again (4.2)."""

from datetime import datetime

import msgspec

from console.clocks import Clocks, LegalLimit, due_times
from console.house import House
from console.judgement import resolved_urgency
from console.routing import copy_for, fallback_unit
from console.when import stamp
from console.work import Step, Work
from data.events import Ticket
from data.lifecycle import Kind
from data.reference import Unit
from scripts.phrases import fill

CLAUSE_UNIT, CLAUSE_DISTRICT = "5.2.2.1.1a", "5.2.2.1.1b"


class DispatchError(ValueError):
    """The dispatch cannot be made; the message says why and what to do."""


class Plan(msgspec.Struct, frozen=True):
    """A dispatch before it is made, as it is shown: the unit, who gets a copy, the ways and the clocks."""

    unit: str
    copy_to: str
    channel: str
    reason: str
    clause: str
    clocks: Clocks
    number: str  # the unit's duty telephone, where one is registered
    legal: LegalLimit | None = None


def plan(house: House, ticket: Ticket, now: datetime, *, unit: str = "", legal: LegalLimit | None = None) -> Plan:
    """Work out a dispatch of a ticket at ``now``; without a ``unit`` to the suggested one, or to the district.

    Raises:
        DispatchError: no such unit is registered, or neither a unit nor a district is known.
        ClockError: the legal limit cannot be counted.
    """
    record = ticket.record
    reason = record.unit_reason if not unit or unit == record.unit else "派单员选定"
    if not unit and not record.unit:
        _, reason = fallback_unit(record.place.district, house.reference)
    name, copy_to = destination(house, ticket, unit)
    found = unit_named(house, name)
    clause = CLAUSE_DISTRICT if found.kind == "区政府" else CLAUSE_UNIT
    return Plan(
        unit=found.name,
        copy_to=copy_to,
        channel=found.channel,
        reason=reason,
        clause=clause,
        clocks=clocks_of(house, ticket, now, legal=legal),
        number=found.phone,
        legal=legal,
    )


def destination(house: House, ticket: Ticket, unit: str = "") -> tuple[str, str]:
    """Return the unit that a ticket goes to, and who gets a copy; without a ``unit`` the suggested one or the district.

    Raises:
        DispatchError: no such unit is registered, or neither a unit nor a district is known.
    """
    record = ticket.record
    wanted, reason = unit or record.unit, ""
    if not wanted:
        wanted, reason = fallback_unit(record.place.district, house.reference)
    if not wanted:
        raise DispatchError(f"{reason}：请按 F5 选承办单位（5.2.2.1.1）")
    copy = copy_for(unit_named(house, wanted), house.reference.units)
    return wanted, copy.name if copy else ""


def unit_named(house: House, name: str) -> Unit:
    """Return a registered unit by its whole name.

    Raises:
        DispatchError: there is none; where districts have units of that name, the message names them.
    """
    found = next((each for each in house.reference.units if each.name == name), None)
    if found is None:
        several = house.reference.named_with_district(name)
        way_out = f"请写明区（{'、'.join(several)}）" if several else "请按 F5 从表中选承办单位"
        raise DispatchError(f"单位表中没有“{name}”：{way_out}")
    return found


def clocks_of(
    house: House,
    ticket: Ticket,
    dispatched_at: datetime,
    *,
    complex_case: bool = False,
    legal: LegalLimit | None = None,
) -> Clocks:
    """Return the clocks of a ticket that is, or was, dispatched at an instant."""
    return due_times(
        house.packs.limits,
        house.calendar,
        resolved_urgency(house.packs, ticket.record).kinds,
        accepted_at=ticket.submitted_at or ticket.created_at,
        dispatched_at=dispatched_at,
        answers=ticket.record.urgency_answers,
        surge=house.surges.at(ticket.submitted_at or ticket.created_at) is not None,
        complex_case=complex_case,
        legal=legal,
    )


def legal_in_force(ticket: Ticket) -> LegalLimit | None:
    """Return the legal limit under which a ticket was dispatched: it holds as long as the dispatch (4.1)."""
    held = ticket.handling.now_with
    return msgspec.convert(held.legal, LegalLimit) if held and held.legal else None


def said_to_unit(house: House, agent_no: str, title: str) -> tuple[str, str]:
    """Return what is said to a unit on the telephone, before and after (B.2.1, B.2.2), the own number filled."""
    pack = house.packs.phrases
    opening, closing = pack.phrase("B.2.1"), pack.phrase("B.2.2")
    # The wording with 反映: 咨询 is printed, and 5.2.2.1.4 uses it for events as well (checklist 2.7).
    form = next((at for at, text in enumerate(opening.forms) if "反映" in text), 0)
    return fill(opening, {"agent_no": agent_no, "matter": title}, form).text, fill(closing, {}).text


class Dispatching(Work):
    """A dispatcher's acts."""

    def log_call(self, ticket: Ticket, unit: str, spoke_with: str, result: str, number: str = "") -> Ticket:
        """Note the telephone call to the unit that an urgent dispatch demands (5.2.2.1.4)."""
        return self.take(ticket, call_step(unit, spoke_with, result, number))

    def decide(self, ticket: Ticket, authority: str, report: bool, reason: str) -> Ticket:
        """Note whether the police or emergency management are told, and why (5.2.2.1.4)."""
        return self.take(ticket, decision_step(authority, report, reason))

    def dispatch(
        self, ticket: Ticket, planned: Plan, opinion: str = "", *, suggested: str = "", chosen: bool = False
    ) -> Ticket:
        """Send a ticket to a unit, for the first time or, with the reason in ``opinion``, to another one (4.2).

        The clocks count from now, whenever the plan was made. ``chosen`` tells that a person chose the unit.
        """
        clocks = clocks_of(self.house, ticket, self.clock.now(), legal=planned.legal)
        kind, payload = dispatch_step(ticket, planned, clocks, opinion, suggested)
        return self.take(ticket, (kind, {**payload, "chosen": chosen}))

    def refuse_return(self, ticket: Ticket, reason: str) -> Ticket:
        """Let a ticket stay with the unit that asked for its return (4.2)."""
        return self.take(ticket, (Kind.RETURN_REFUSED, {"reason": reason}))


def call_step(unit: str, spoke_with: str, result: str, number: str = "") -> Step:
    """Write down a telephone call to a unit: with whom, with which result (5.2.2.1.4)."""
    return Kind.UNIT_CALLED, {"unit": unit, "spoke_with": spoke_with, "result": result, "number": number}


def decision_step(authority: str, report: bool, reason: str) -> Step:
    """Write down whether an authority is told, and why (5.2.2.1.4)."""
    return Kind.AUTHORITY_DECIDED, {"authority": authority, "report": report, "reason": reason}


def dispatch_step(ticket: Ticket, planned: Plan, clocks: Clocks, opinion: str, suggested: str) -> Step:
    """Write a plan down as its event carries it (5.2.2.1.3); of one that a unit has, ``opinion`` is the reason (4.2)."""
    payload = {
        "unit": planned.unit,
        "copy_to": planned.copy_to,
        "channel": planned.channel,
        "opinion": opinion,
        "reason": planned.reason,
        "clause": planned.clause,
        "limits": f"签收 {clocks.sign}，反馈 {clocks.feedback}",
        "sign_due": clocks.sign_due,
        "feedback_due": clocks.feedback_due,
        "basis": clocks.basis,
        "notes": clocks.notes,
        "legal": msgspec.to_builtins(planned.legal) if planned.legal else {},
        "suggested": suggested,
    }
    if ticket.handling.now_with is None:
        return Kind.DISPATCHED, payload
    anew = [*clocks.notes, restarted(ticket)]
    return Kind.REDISPATCHED, {**payload, "reason": opinion, "notes": anew, "due_before": ticket.handling.feedback_due}


def restarted(ticket: Ticket) -> str:
    """Say that the limits of a ticket that goes to another unit count anew, and until when they ran before (4.2)."""
    before = ticket.handling.feedback_due
    return f"时限自改派起重新计{f'，原应 {stamp(before)} 前反馈' if before else ''}（4.2）"
