"""What one person can do with a ticket now: a refusal names that, and not every arrow that appendix A draws."""

from collections.abc import Callable

from data.events import Ticket
from data.handling import NEEDS_APPROVAL
from data.lifecycle import KIND_NAMES, TRANSITIONS, Kind
from data.people import Actor, Role
from data.steps import authorities, contacted, from_web, kept_by_first, not_theirs

# Done at the call desk, while the claimant speaks; others who may do it in an emergency have no key for it.
_WHILE_CALLED = (Kind.AMENDED, Kind.ESCALATED, Kind.ANSWERED, Kind.CLASSIFIED, Kind.SUBMITTED)
_BY_ITSELF = (Kind.REPEATED, Kind.REMINDED)  # nobody's step

# What a step needs to find besides its arrow.
_FINDS: dict[Kind, Callable[[Ticket, Actor], bool]] = {
    Kind.ACKNOWLEDGED: lambda ticket, who: any(each.acknowledged_at is None for each in ticket.escalations),
    Kind.UNIT_CALLED: lambda ticket, who: ticket.record.urgent,
    Kind.AUTHORITY_DECIDED: lambda ticket, who: bool(authorities(ticket)),
    Kind.REDISPATCHED: lambda ticket, who: not kept_by_first(ticket),
    Kind.RETURN_ASKED: lambda ticket, who: ticket.handling.return_request is None,
    Kind.RETURN_REFUSED: lambda ticket, who: ticket.handling.return_request is not None,
    Kind.MADE_COMPLEX: lambda ticket, who: not ticket.record.urgent and not ticket.handling.complex_reason,
    Kind.REVIEW_ASKED: lambda ticket, who: from_web(ticket) and contacted(ticket),
    Kind.FED_BACK: lambda ticket, who: not from_web(ticket) and contacted(ticket),
    Kind.REVIEW_PASSED: lambda ticket, who: _others_draft(ticket, who),
    Kind.REVIEW_FAILED: lambda ticket, who: _others_draft(ticket, who),
    Kind.COMPLETED: lambda ticket, who: not ticket.handling.unanswered,
    Kind.SUPERVISED: lambda ticket, who: ticket.handling.now_with is not None,
    Kind.SUPERVISION_APPROVED: lambda ticket, who: any(
        each.kind in NEEDS_APPROVAL and each.approved_at is None and each.closed_at is None and each.by != who.agent_no
        for each in ticket.handling.supervisions
    ),
    Kind.SUPERVISION_REPLIED: lambda ticket, who: bool(ticket.handling.unanswered),
    Kind.SUPERVISION_CLOSED: lambda ticket, who: any(each.closed_at is None for each in ticket.handling.supervisions),
}


def possible(ticket: Ticket, actor: Actor) -> list[Kind]:
    """Return the steps that this person can take on a ticket now, in the order of its life."""
    return [
        kind
        for (state, kind), arrow in TRANSITIONS.items()
        if state == ticket.state
        and kind not in _BY_ITSELF
        and actor.may(*arrow.roles)
        and (kind not in _WHILE_CALLED or actor.may(Role.CALL_TAKER))
        and not not_theirs(ticket, kind, actor)
        and (kind not in _FINDS or _FINDS[kind](ticket, actor))
    ]


def undrawn(ticket: Ticket | None, kind: Kind, actor: Actor) -> str:
    """Return why a step is none of appendix A's from where a ticket stands, and what this person can do instead.

    Nothing when it is drawn.
    """
    state = ticket.state if ticket else None
    if (state, kind) in TRANSITIONS:
        return ""
    can = [KIND_NAMES[each] for each in possible(ticket, actor)] if ticket else [KIND_NAMES[Kind.REGISTERED]]
    return f"“{state or '未登记'}”的工单不能{KIND_NAMES[kind]}（附录A）：现在{'可以' + '、'.join(can) if can else '只能查看'}"


def _others_draft(ticket: Ticket, actor: Actor) -> bool:
    draft = ticket.handling.draft
    return draft is not None and draft.by != actor.agent_no
