"""What the dispatch desk (派单, 5.2.2.1) lists, suggests and does for one dispatcher; it knows no screen."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, NamedTuple, get_args

import msgspec

from console.clocks import ClockError, LegalLimit
from console.dispatch import (
    CLAUSE_UNIT,
    DispatchError,
    Dispatching,
    Plan,
    call_step,
    decision_step,
    destination,
    plan,
    restarted,
    said_to_unit,
    unit_named,
)
from console.dispatch_choices import Choice, Choices
from console.handling import Handling
from console.house import House
from console.judgement import resolved_urgency
from console.registration import locate, routes
from console.routing import Suggestion, copy_for
from console.telephone import RATE_WINDOW
from console.when import stamp
from console.work import Step
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import AT_UNIT, Kind, State, TransitionRefused
from data.people import Actor
from data.record import URGENCY_SHORT, Record
from data.steps import kept_by_first, missing_calls, refusal, uncalled, undecided
from data.ticket_lists import TicketFilter
from data.tickets import ActRefused, StaleTicket
from scripts.kinds import ORDINARY
from scripts.reading import ScriptError

List = Literal["待派", "申请退回", "已派", "已反馈"]
LISTS: tuple[List, ...] = get_args(List)
SOON = timedelta(hours=1)

# Everything that an act at this desk may be refused with; each message is a sentence for the dispatcher.
REFUSALS = (TransitionRefused, ActRefused, StaleTicket, StorageError, DispatchError, ClockError, ScriptError)


class Standing(NamedTuple):
    """What the status line says."""

    waiting: int
    soon: int
    urgent: int


class Sent(NamedTuple):
    """What came of several dispatches: those made, and each that was refused with its reason."""

    made: list[Ticket]
    refused: list[tuple[Ticket, str]]


class DispatchDesk:
    """The lists and acts of one dispatcher."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor
        self.work = Dispatching(house, actor)
        self.handling = Handling(house, actor)
        self._choices = Choices(house, actor)

    # -- lists ----------------------------------------------------------------------------------------------------

    def want(self, which: List, text: str = "") -> TicketFilter:
        """Return what a list holds, narrowed by words."""
        match which:
            case "待派":
                return TicketFilter(states=(State.TO_DISPATCH,), by_clock=True, urgent_first=True, text=text)
            case "申请退回":
                return TicketFilter(asked_back=True, by_clock=True, text=text)
            case "已派":
                return TicketFilter(states=AT_UNIT, by_clock=True, text=text)
            case "已反馈":
                return TicketFilter(states=(State.FED_BACK,), by_clock=True, text=text)

    def counts(self) -> dict[List, int]:
        """Return how many each list holds."""
        return {which: self.house.tickets.count(self.want(which)) for which in LISTS}

    def standing(self) -> Standing:
        """Count what waits, what of it is due within the hour or late, and what is urgent."""
        now, store, waiting = self.house.clock.now(), self.house.tickets, self.want("待派")
        return Standing(
            store.count(waiting),
            store.count(msgspec.structs.replace(waiting, due_by=now + SOON)),
            store.count(msgspec.structs.replace(waiting, urgent=True)),
        )

    def timeliness(self) -> tuple[int, int]:
        """Return how many of how many were dispatched in time over the last 24 hours (5.2.2.1.2), for any thread.

        It looks at a whole day of a city: the desk does not wait for it.

        Raises:
            StorageError: the store cannot be opened.
        """
        now = self.house.clock.now()
        return self.house.figures.dispatched_in_time(now - RATE_WINDOW, now)

    # -- what was chosen and written -------------------------------------------------------------------------------

    def choice(self, ticket: Ticket) -> Choice:
        """Return what was chosen and written about a ticket so far."""
        return self._choices.of(ticket)

    def keep(self, ticket: Ticket, choice: Choice) -> None:
        """Keep what was chosen and written, also if the session is killed.

        Raises:
            StorageError: the disk refused; it is kept until the session ends.
        """
        self._choices.keep(ticket, choice)

    def decide(self, ticket: Ticket, choice: Choice) -> None:
        """Keep what was chosen or written with F8 of its page, of a ticket that is still as it was shown.

        Raises:
            StaleTicket: somebody changed it meanwhile.
            DispatchError: nothing can be chosen for it any more; the message says why.
            StorageError: as for `keep`.
        """
        self.work.still(ticket)
        if reason := self.why_not_choose(ticket):
            raise DispatchError(reason)
        self.keep(ticket, choice)

    # -- to whom --------------------------------------------------------------------------------------------------

    def ranked(self, ticket: Ticket) -> list[Suggestion]:
        """Rank the units a ticket may go to: what its unit or the call-taker named, then the rules, the district last."""
        record, units = locate(self.house, ticket.record), self.house.reference.units
        asked, held = ticket.handling.return_request, ticket.handling.now_with
        named = [(asked.suggested, f"{asked.unit}申请退回时建议")] if asked and asked.suggested else []
        named.append((record.unit, record.unit_reason))
        found = [
            Suggestion(unit, 0.0, (why or "受理时选定",), CLAUSE_UNIT, copy_for(unit, units))
            for name, why in named
            for unit in units
            if unit.name == name
        ]
        found += routes(self.house, record).suggestions
        once = {each.unit.name: each for each in reversed(found) if held is None or each.unit.name != held.unit}
        return [each for each in found if once.get(each.unit.name) is each]

    def unit_of(self, ticket: Ticket) -> str:
        """Return the unit that a ticket goes to if nobody chooses another; empty for "by the district", or none."""
        if chosen := self.choice(ticket).unit:
            return chosen
        asked, held = ticket.handling.return_request, ticket.handling.now_with
        if held is None:
            return ticket.record.unit
        known = asked is not None and any(unit.name == asked.suggested for unit in self.house.reference.units)
        return asked.suggested if asked and known else held.unit

    def destination(self, ticket: Ticket) -> tuple[str, str]:
        """Return the unit that F8 would send a ticket to, and who gets a copy; without the cost of its clocks.

        Raises:
            DispatchError: neither a unit nor a district is known, or the unit is not registered.
        """
        return destination(self.house, ticket, self.unit_of(ticket))

    def planned(self, ticket: Ticket) -> Plan:
        """Work out the dispatch that F8 would make now.

        Raises:
            DispatchError, ClockError, ScriptError: it cannot be made.
        """
        unit = self.unit_of(ticket)
        made = plan(self.house, ticket, self.house.clock.now(), unit=unit, legal=self.legal_of(ticket))
        asked = ticket.handling.return_request
        if asked and unit == asked.suggested and not self.choice(ticket).unit:
            return msgspec.structs.replace(made, reason=f"{asked.unit}申请退回时建议")
        if ticket.handling.now_with is None and made.unit == ticket.record.unit and not made.reason:
            return msgspec.structs.replace(made, reason="受理时选定")
        return made

    def anew(self, ticket: Ticket) -> str:
        """Say which limits a dispatch to another unit would begin, before it is made; nothing where none can be made."""
        if ticket.handling.now_with is None:
            return ""
        with contextlib.suppress(*REFUSALS):
            due = self.planned(ticket).clocks.feedback_due
            return f"{restarted(ticket)}，改派后 {stamp(due)} 前反馈" if due else restarted(ticket)
        return ""

    def legal_limits(self) -> list[tuple[str, LegalLimit]]:
        """Return the maintained legal limits of what a dispatch starts: name and limit (4.1, 5.2.2.1.3 note)."""
        return [
            (row.name, LegalLimit(row.amount, row.unit, row.citation, row.clock))
            for row in self.house.packs.limits.legal
            if row.clock != "dispatch"
        ]

    def legal_of(self, ticket: Ticket) -> LegalLimit | None:
        """Return the legal limit that was chosen for a ticket."""
        return dict(self.legal_limits()).get(self.choice(ticket).legal)

    def number_of(self, unit: str) -> str:
        """Return a unit's duty telephone; nothing where none is registered."""
        with contextlib.suppress(DispatchError):
            return unit_named(self.house, unit).phone
        return ""

    # -- what is shown ---------------------------------------------------------------------------------------------

    def classes(self, ticket: Ticket) -> str:
        """Name the classes whose limits hold (5.2.2.1.2)."""
        return "、".join(resolved_urgency(self.house.packs, ticket.record).kinds or [ORDINARY])

    def lacks(self, ticket: Ticket) -> list[str]:
        """Return what an urgent ticket still lacks before F8 may send it (5.2.2.1.4)."""
        with contextlib.suppress(DispatchError):
            return missing_calls(ticket, self.destination(ticket)[0])
        return missing_calls(ticket, "承办单位")

    def lacks_in_short(self, ticket: Ticket) -> str:
        """Say which of both an urgent ticket still lacks, the call or the decision, in a few characters for its row."""
        unit = ""
        with contextlib.suppress(DispatchError):
            unit = self.destination(ticket)[0]
        words = [word for word, lacks in (("联系", uncalled(ticket, unit)), ("判断", undecided(ticket))) if lacks]
        return f"☎未{''.join(words)}" if words else ""

    def to_say(self, title: str) -> tuple[str, str]:
        """Return what is said to the unit on the telephone, before and after (B.2.1, B.2.2)."""
        return said_to_unit(self.house, self.actor.agent_no, title)

    # -- whether ----------------------------------------------------------------------------------------------------

    def why_not_choose(self, ticket: Ticket) -> str:
        """Say why no unit can be chosen, or no opinion be written, for a ticket."""
        return self.work.why_not(ticket, _sending(ticket)) or kept_by_first(ticket)

    def why_not_call(self, ticket: Ticket) -> str:
        """Say why no call and no decision can be noted."""
        return self.work.why_not(ticket, Kind.UNIT_CALLED)

    def why_not_complete(self, ticket: Ticket) -> str:
        """Say why F8 cannot dispatch, dispatch anew or complete a ticket."""
        if ticket.state is State.FED_BACK:
            return self.handling.why_not(ticket, Kind.COMPLETED)
        kind = _sending(ticket)
        if reason := self.work.why_not(ticket, kind):
            return reason
        try:
            unit, _ = self.destination(ticket)
        except DispatchError as error:
            return str(error)
        payload = {"unit": unit, "reason": self.choice(ticket).opinion}
        return refusal(ticket, kind, payload, self.house.clock.now(), self.actor.agent_no)

    def why_not_answer(self, ticket: Ticket) -> str:
        """Say why neither a return can be refused nor a reply sent back."""
        if ticket.state is State.FED_BACK:
            return self.handling.why_not(ticket, Kind.SENT_BACK)
        reason = self.work.why_not(ticket, Kind.RETURN_REFUSED)
        return reason or ("" if ticket.handling.return_request else "承办单位没有申请退回（4.2）")

    def why_not_mark(self, ticket: Ticket) -> str:
        """Say why a ticket is not one of those that are sent together: each of them ordinary, with a unit."""
        if ticket.state is not State.TO_DISPATCH:
            return "只有待派的工单可以多选"
        if ticket.record.urgent:
            return "紧急工单要逐件派：须先电话联系承办单位（5.2.2.1.4）"
        return "" if self.unit_of(ticket) else "还没有建议的承办单位，不能多选：请先按 F5 选一个（5.2.2.1.1）"

    # -- acts -----------------------------------------------------------------------------------------------------

    def send(self, ticket: Ticket) -> Ticket:
        """Dispatch a ticket as planned, or send it to another unit (4.2).

        Raises:
            one of `REFUSALS`: nothing was changed.
        """
        planned = self.planned(ticket)
        # Where a ticket goes anew, a person said where: this desk, or the unit that could not take it (4.2).
        by_person = bool(self.choice(ticket).unit) or ticket.handling.now_with is not None
        suggested = next((each.unit.name for each in self.ranked(ticket)), "")
        sent = self.work.dispatch(ticket, planned, self.choice(ticket).opinion, suggested=suggested, chosen=by_person)
        if by_person:
            self.house.learning.chosen(sent, planned.unit)
        self.keep(ticket, Choice())  # it stands in the event now
        return sent

    def send_all(self, tickets: Sequence[Ticket]) -> Sent:
        """Dispatch several tickets, each its own act: one refused does not hold up the others."""
        made: list[Ticket] = []
        refused: list[tuple[Ticket, str]] = []
        for ticket in tickets:
            try:
                made.append(self.send(ticket))
            except REFUSALS as error:
                refused.append((ticket, str(error)))
        return Sent(made, refused)

    def complete(self, ticket: Ticket) -> Ticket:
        """Complete a ticket that was answered (办结). Raises one of `REFUSALS`."""
        done = self.handling.complete(ticket)
        self.keep(ticket, Choice())  # it stands in the event now
        return done

    def answer(self, ticket: Ticket) -> Ticket:
        """Refuse a return, or send a reply back, with the reason as it was written. Raises one of `REFUSALS`."""
        reason = self.choice(ticket).answer
        back = ticket.state is State.FED_BACK
        done = self.handling.send_back(ticket, reason) if back else self.work.refuse_return(ticket, reason)
        self.keep(ticket, Choice())  # it stands in the event now
        return done

    def note_calls(self, ticket: Ticket) -> Ticket:
        """Note the call and the decisions as they were written, all or none (5.2.2.1.4).

        Raises:
            one of `REFUSALS`: nothing was noted.
        """
        choice, (unit, _), steps = self.choice(ticket), self.destination(ticket), list[Step]()
        number = self.number_of(unit) if choice.number is None else choice.number
        for authority, judged in choice.decisions.items():
            if judged.reason.strip() and not judged.answer:
                raise DispatchError(f"写了报{authority}的理由，还没有选报、不报：请选，或把理由清空（5.2.2.1.4）")
        if choice.spoke_with.strip() or choice.result.strip():
            steps.append(call_step(unit, choice.spoke_with.strip(), choice.result.strip(), number.strip()))
        steps += [
            decision_step(authority, judged.answer == "报", judged.reason.strip())
            for authority, judged in choice.decisions.items()
            if judged.answer
        ]
        if not steps:
            raise DispatchError("还没有写联系的结果，也没有判断：请写接电话的人和结果，或选报、不报（5.2.2.1.4）")
        noted = self.work.take(ticket, *steps)
        rest = msgspec.structs.replace(choice, spoke_with="", result="", number=None, decisions={})
        with contextlib.suppress(StorageError):
            self.keep(ticket, rest)
        return noted


def level(record: Record) -> str:
    """Return the degree of urgency in two characters: the gravest kind, or 一般."""
    return next((short for kind, short in URGENCY_SHORT.items() if kind in record.urgency_kinds), ORDINARY)


def _sending(ticket: Ticket) -> Kind:
    return Kind.REDISPATCHED if ticket.handling.now_with else Kind.DISPATCHED
