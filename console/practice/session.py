"""From a practice call to what is scored: the case, the call, what was said and the ticket that it became."""

from datetime import datetime

from console.clocks import due_times
from console.practice.case import Case
from console.practice.house import PracticeHouse
from console.practice.scoring import Played
from console.practice.talk import Talk
from data.calls import Call
from data.events import Ticket
from data.record import Record
from scripts.greeting import DayKind, greeting
from scripts.scope import ScopePack


def played(house: PracticeHouse, talk: Talk, call: Call, ticket: Ticket | None, record: Record | None = None) -> Played:
    """Return what a trainee did with one call.

    Args:
        house: the practice house.
        talk: what was said, with the case.
        call: as the telephone told it.
        ticket: what it became; None where nothing was registered.
        record: what stood on the desk then.
    """
    case = talk.case
    written = ticket.record if ticket else record or Record()
    scope = written.scope if ticket else None
    route, choice = _scope_ids(house.packs.scope, scope.route, scope.choice) if scope else ("", "")
    outcome = ""
    if ticket is not None:
        outcome = "reply" if ticket.reply else "classify" if scope else "dispatch" if ticket.submitted_at else ""
    return Played(
        case=case,
        ring_at=call.ring_at,
        record=written,
        heard=tuple(talk.heard),
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        waits=tuple((hold.since, hold.until) for hold in call.holds if hold.until),
        greeting=_greeting(house, call.answered_at),
        outcome=outcome,
        unit=written.unit,
        route=route,
        choice=choice,
        article=ticket.reply.article_id if ticket and ticket.reply else "",
        escalated_at=ticket.escalations[0].at if ticket and ticket.escalations else None,
        registered_at=ticket.submitted_at if ticket else None,
        limit=_limit(house, case, call),
    )


def _greeting(house: PracticeHouse, at: datetime | None) -> str:
    if at is None:
        return ""
    day = house.calendar.day_of(at)
    return greeting(house.packs.phrases, at, DayKind(day.holiday, day.make_up, day.published)).phrase_id


def _limit(house: PracticeHouse, case: Case, call: Call) -> datetime | None:
    """When the request had to be dispatched, counted from the answer of the call (5.2.2.1.2)."""
    if call.answered_at is None:
        return None
    due = due_times(
        house.packs.limits,
        house.calendar,
        list(case.truth.kinds),
        accepted_at=call.answered_at,
        answers=case.truth.answers,
        surge=False,
    )
    return due.dispatch


def _scope_ids(pack: ScopePack, label: str, choice_label: str) -> tuple[str, str]:
    for route in pack.routes:
        if route.label == label:
            return route.id, next((each.id for each in route.choices if each.label == choice_label), "")
    return "", ""
