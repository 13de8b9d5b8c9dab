"""One person's acts on a ticket that is there already, each a transaction that the person's view of it goes with.

A ticket that somebody else has changed meanwhile is not written over: `StaleTicket` says what the other did.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from console.house import House
from data.clock import Clock
from data.events import NewEvent, Ticket
from data.lifecycle import KIND_NAMES, TRANSITIONS, Kind
from data.people import Actor
from data.possible import undrawn
from data.steps import not_theirs, refusal
from data.tickets import Act, StaleTicket

Step = tuple[Kind, Mapping[str, Any]]


class Work:
    """What one person does with tickets at a desk."""

    def __init__(self, house: House, actor: Actor, clock: Clock | None = None) -> None:
        """Begin; ``clock`` is another than the installation's where what happened earlier is written down."""
        self.house = house
        self.actor = actor
        self.clock = clock or house.clock

    def why_not(self, ticket: Ticket, kind: Kind, payload: Mapping[str, Any] | None = None) -> str:
        """Return why this person may not take a step now, in one sentence; nothing when they may.

        Without a ``payload`` only the state, the role and the unit are asked about: whether a key is dim.
        """
        now = self.clock.now()
        arrow = TRANSITIONS.get((ticket.state, kind))
        if arrow is None:
            return undrawn(ticket, kind, self.actor)
        if not self.actor.may(*arrow.roles):
            return f"{KIND_NAMES[kind]}须由{'、'.join(arrow.roles)}操作：{self.actor.agent_no} 没有这个角色"
        if reason := not_theirs(ticket, kind, self.actor):
            return reason
        if payload is None:
            return ""
        return refusal(ticket, kind, payload or {}, now, self.actor.agent_no)

    def still(self, ticket: Ticket) -> None:
        """Make sure that a ticket is as this person has seen it, before what they write is only kept.

        Raises:
            StaleTicket: somebody changed the ticket since.
        """
        if theirs := self.house.tickets.since(ticket):
            raise StaleTicket(self.house.tickets.get(ticket.id) or ticket, theirs)

    def take(self, ticket: Ticket, *steps: Step) -> Ticket:
        """Take steps on a ticket as this person has seen it, all or none.

        A reminder that the system sent meanwhile (5.2.3a) is nothing that they would decide otherwise for.

        Raises:
            TransitionRefused: a step may not be taken; the message names the rule.
            ActRefused: the person's roles or unit do not allow it.
            StaleTicket: somebody else changed the ticket first.
            StorageError: the disk refused.
        """
        act = Act(ticket.id, [NewEvent(kind, _plain(payload)) for kind, payload in steps], expected=ticket.seq)
        while True:
            try:
                return self.house.tickets.act([act], self.actor, self.clock.now())[0]
            except StaleTicket as stale:
                if any(event.kind is not Kind.REMINDED for event in stale.theirs):
                    raise
                act.expected = stale.ticket.seq


def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(payload)
    return plain
