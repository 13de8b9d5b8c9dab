"""Which desks a person's roles open (6.2.2)."""

from data.people import Actor, Role

# In the order in which a person meets them; the first one is where they begin.
_DESKS: dict[str, tuple[Role, ...]] = {
    "受理": (Role.CALL_TAKER,),
    "督办": (Role.SUPERVISOR, Role.ADMINISTRATOR),
    "派单": (Role.DISPATCHER, Role.SUPERVISOR),
    "收件": (Role.CALL_TAKER, Role.DISPATCHER),
    "知识": (Role.EDITOR,),
    "工单": tuple(Role),
    "同步": tuple(Role),
}


def desks_of(actor: Actor) -> list[str]:
    """Return the desks that open for this person, the first being the one they begin at."""
    return [desk for desk, roles in _DESKS.items() if actor.may(*roles)]
