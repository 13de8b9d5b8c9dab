"""Handling (承办, 5.2.2.2, 5.2.2.3): what a unit does with a ticket from signing to feedback."""

from collections.abc import Mapping
from datetime import datetime

from console.dispatch import clocks_of, legal_in_force
from console.reply_check import check
from console.work import Work
from data.clock import SHANGHAI
from data.events import Ticket
from data.handling import FEEDBACK_ELEMENTS, outcomes_of
from data.lifecycle import Kind
from data.steps import from_web


class Handling(Work):
    """The acts of a unit's handler, its leader, and of whoever sends a reply back or completes."""

    def sign(self, ticket: Ticket) -> Ticket:
        """Sign a ticket (签收, 5.2.2.2.1)."""
        return self.take(ticket, (Kind.SIGNED, {"unit": self.actor.unit}))

    def contact(self, ticket: Ticket, reached: bool | None, note: str) -> Ticket:
        """Note an attempt to reach the claimant, and whether it did (5.2.2.2.2)."""
        return self.take(ticket, (Kind.CONTACTED, {"reached": reached, "note": note, "unit": self.actor.unit}))

    def progress(self, ticket: Ticket, text: str, *, views: str = "", on_site: bool = False) -> Ticket:
        """Note how handling goes, what the claimant thinks, and whether someone went there (5.2.2.2.4)."""
        note = {"text": text, "views": views, "on_site": on_site, "unit": self.actor.unit}
        return self.take(ticket, (Kind.PROGRESSED, note))

    def join(self, ticket: Ticket, mode: str, units: list[str], note: str = "") -> Ticket:
        """Call other units to a matter that concerns several; the first receiver leads (5.2.2.2.3)."""
        lead = ticket.handling.first_unit or self.actor.unit
        return self.take(ticket, (Kind.JOINED, {"mode": mode, "units": units, "lead": lead, "note": note}))

    def ask_return(self, ticket: Ticket, reason: str, suggested: str = "") -> Ticket:
        """Ask for a ticket to be taken back; until another unit has it, it stays here (4.2)."""
        asked = {"unit": self.actor.unit, "reason": reason, "suggested": suggested}
        return self.take(ticket, (Kind.RETURN_ASKED, asked))

    def reply(self, ticket: Ticket, outcome: str, elements: Mapping[str, str], opinion_watch: str = "") -> Ticket:
        """Give the result (5.2.2.3): a request by telephone straight back, one from the web to the unit's leader.

        Raises:
            ReplyError: an element says something else than it is asked for.
            one of those of `Work.take`.
        """
        check(self.house, ticket, outcome, elements, self.clock.now())
        held = ticket.handling.now_with
        payload = {
            "outcome": outcome,
            "elements": {name: text.strip() for name, text in elements.items() if text.strip()},
            "channel": held.channel if held else "",  # 原派单方式
            "opinion_watch": opinion_watch.strip(),
        }
        return self.take(ticket, (Kind.REVIEW_ASKED if from_web(ticket) else Kind.FED_BACK, payload))

    def review(self, ticket: Ticket, passed: bool, reason: str = "") -> Ticket:
        """Pass a web request's reply, or give it back to its writer with the reason (5.2.2.3.1)."""
        step = (Kind.REVIEW_PASSED, {}) if passed else (Kind.REVIEW_FAILED, {"reason": reason})
        return self.take(ticket, step)

    def send_back(self, ticket: Ticket, reason: str) -> Ticket:
        """Give a reply back to its unit to do again; the feedback limit counts anew from now (5.2.3)."""
        due = clocks_of(self.house, ticket, self.clock.now(), legal=legal_in_force(ticket)).feedback_due
        return self.take(ticket, (Kind.SENT_BACK, {"reason": reason, "feedback_due": due}))

    def complete(self, ticket: Ticket) -> Ticket:
        """Complete a ticket (办结); a web request's claimant is then asked for a rating, once (5.3.4)."""
        return self.take(ticket, (Kind.COMPLETED, {"rating_page": from_web(ticket)}))

    def make_complex(self, ticket: Ticket, reason: str) -> Ticket:
        """Hold a request for complex and difficult (复杂疑难): 15 days from when its feedback clock began (5.2.2.3.2d)."""
        due = self.complex_due(ticket)
        return self.take(ticket, (Kind.MADE_COMPLEX, {"reason": reason, "feedback_due": due}))

    def complex_due(self, ticket: Ticket) -> datetime | None:
        """Return by when a complex case would have to be answered; None before it is dispatched."""
        held = ticket.handling.now_with
        since = ticket.handling.feedback_from or (held.at if held else None)
        return (
            clocks_of(self.house, ticket, since, complex_case=True, legal=legal_in_force(ticket)).feedback_due
            if since
            else None
        )


def starting_elements(ticket: Ticket, outcome: str, unit: str, now: datetime) -> dict[str, str]:
    """Return what of a reply's elements is known already: the unit and the time."""
    known = {"unit": unit, "handled_at": f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"}
    draft = ticket.handling.draft
    if draft is not None and draft.outcome == outcome:
        known |= draft.elements
    return {name: known.get(name, "") for name, _, _ in FEEDBACK_ELEMENTS[outcome]}


def outcomes(ticket: Ticket) -> tuple[str, ...]:
    """Return the outcomes that a reply to this ticket may have (5.2.2.3.3-.7)."""
    return outcomes_of(ticket.record.types)
