"""Which desks a person's roles open, and which tickets they may look up there (6.2.2)."""

from data.people import HANDLERS, Actor, Role
from data.ticket_lists import TicketFilter

# In the order in which a person meets them; the first one is where they begin.
_DESKS: dict[str, tuple[Role, ...]] = {
    "受理": (Role.CALL_TAKER,),
    "督办": (Role.SUPERVISOR, Role.ADMINISTRATOR),
    "派单": (Role.DISPATCHER, Role.SUPERVISOR),
    "收件": (Role.CALL_TAKER, Role.DISPATCHER),
    "承办": HANDLERS,
    "回访": (Role.CALLBACK, Role.SUPERVISOR),
    "评价": (Role.QUALITY, Role.ANALYST, Role.SUPERVISOR),
    "质检": (Role.QUALITY, Role.SUPERVISOR, Role.CALL_TAKER, Role.DISPATCHER),
    "知识": (Role.EDITOR,),
    "工单": tuple(Role),
    "同步": tuple(Role),
}


def desks_of(actor: Actor) -> list[str]:
    """Return the desks that open for this person, the first being the one they begin at."""
    return [desk for desk, roles in _DESKS.items() if actor.may(*roles)]


def seen_by(actor: Actor) -> TicketFilter:
    """Return the tickets that a person may look up: those who only handle see their own unit's and no others (6.2.2)."""
    only_handles = bool(actor.roles) and actor.roles.issubset(HANDLERS)
    return TicketFilter(of_unit=actor.unit) if only_handles else TicketFilter()
