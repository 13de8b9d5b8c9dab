"""Dispatch (派单, 5.2.2.1): to whom, until when, with what call and decision before, and back again (4.2)."""

from datetime import datetime
from typing import Any

import msgspec

from console.clocks import Clocks, LegalLimit, due_times
from console.house import House
from console.judgement import judge_record
from console.routing import copy_for, fallback_unit
from console.work import Work
from data.events import Ticket
from data.lifecycle import Kind
from data.reference import Unit

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
    wanted, reason = unit or record.unit, record.unit_reason if not unit or unit == record.unit else "派单员选定"
    clause = CLAUSE_UNIT
    if not wanted:
        wanted, reason = fallback_unit(record.place.district, house.reference)
        clause = CLAUSE_DISTRICT
        if not wanted:
            raise DispatchError(f"{reason}：请按 F5 选承办单位（5.2.2.1.1）")
    found = unit_named(house, wanted)
    if found.kind == "区政府":
        clause = CLAUSE_DISTRICT
    copy = copy_for(found, house.reference.units)
    return Plan(
        unit=found.name,
        copy_to=copy.name if copy else "",
        channel=found.channel,
        reason=reason,
        clause=clause,
        clocks=clocks_of(house, ticket, now, legal=legal),
        number=found.phone,
        legal=legal,
    )


def unit_named(house: House, name: str) -> Unit:
    """Return a registered unit by its whole name.

    Raises:
        DispatchError: there is none.
    """
    found = next((each for each in house.reference.units if each.name == name), None)
    if found is None:
        raise DispatchError(f"单位表中没有“{name}”：请按 F5 从表中选承办单位")
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
        judge_record(house.packs, ticket.record).urgent_kinds,
        accepted_at=ticket.submitted_at or ticket.created_at,
        dispatched_at=dispatched_at,
        answers=ticket.record.urgency_answers,
        surge=house.surges.at(ticket.submitted_at or ticket.created_at) is not None,
        complex_case=complex_case,
        legal=legal,
    )


class Dispatching(Work):
    """A dispatcher's acts."""

    def log_call(self, ticket: Ticket, unit: str, spoke_with: str, result: str, number: str = "") -> Ticket:
        """Note the telephone call to the unit that an urgent dispatch demands (5.2.2.1.4)."""
        call = {"unit": unit, "spoke_with": spoke_with, "result": result, "number": number}
        return self.take(ticket, (Kind.UNIT_CALLED, call))

    def decide(self, ticket: Ticket, authority: str, report: bool, reason: str) -> Ticket:
        """Note whether the police or emergency management are told, and why (5.2.2.1.4)."""
        decision = {"authority": authority, "report": report, "reason": reason}
        return self.take(ticket, (Kind.AUTHORITY_DECIDED, decision))

    def dispatch(self, ticket: Ticket, planned: Plan, opinion: str = "", *, suggested: str = "") -> Ticket:
        """Send a ticket to a unit, for the first time or, with the reason in ``opinion``, to another one (4.2).

        The clocks count from now, whenever the plan was made.
        """
        clocks = clocks_of(self.house, ticket, self.clock.now(), legal=planned.legal)
        payload = dispatch_payload(planned, clocks, opinion, suggested)
        if ticket.handling.now_with is None:
            return self.take(ticket, (Kind.DISPATCHED, payload))
        return self.take(ticket, (Kind.REDISPATCHED, {**payload, "reason": opinion}))

    def refuse_return(self, ticket: Ticket, reason: str) -> Ticket:
        """Let a ticket stay with the unit that asked for its return (4.2)."""
        return self.take(ticket, (Kind.RETURN_REFUSED, {"reason": reason}))


def dispatch_payload(planned: Plan, clocks: Clocks, opinion: str, suggested: str) -> dict[str, Any]:
    """Write a plan down as the event carries it (5.2.2.1.3)."""
    return {
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
        "suggested": suggested,
    }
