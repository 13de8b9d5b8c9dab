"""Calls that ring while another is on: shown and timed as well, and kept as missed where nobody answers (5.1.3.2)."""

from datetime import datetime

import msgspec

from console.call_events import Answered, CallEvent, HungUp, Ringing
from console.house import House
from data.calls import Call
from data.personal import mask_phone


class AlsoRinging:
    """The calls beside the one at hand, in the order in which they rang."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._rings: dict[str, Ringing] = {}

    def concerns(self, event: CallEvent) -> bool:
        """Whether an event is about one of these calls."""
        return getattr(event, "call_id", "") in self._rings

    def hear(self, event: CallEvent) -> str:
        """Take in that a further call rings, or what becomes of it; returns a sentence for the agent, or nothing.

        Raises:
            StorageError: the disk refused.
        """
        if isinstance(event, Ringing):
            if event.call_id in self._rings:
                return ""
            self._rings[event.call_id] = event
            self._keep(event)
            shown = mask_phone(event.caller) or "未显示号码"
            return f"又有来电 {shown} 正在响铃：可请手上的来电人稍等（Ctrl+T），或请同事代接"
        ring = self._rings.get(event.call_id)
        if ring is None or not isinstance(event, HungUp | Answered):
            return ""
        del self._rings[event.call_id]
        if isinstance(event, Answered):
            self._keep(ring, answered_at=event.at)
            return ""
        self._keep(ring, ended_at=event.at, ended_by=event.by)
        return "另一来电已挂断，未接听：记为未接通"

    def next(self) -> Ringing | None:
        """Take the call that has rung longest, for whoever has a hand free; None where none rings."""
        first = next(iter(self._rings), "")
        return self._rings.pop(first, None)

    def longest(self, now: datetime) -> tuple[str, float] | None:
        """Return the number that has rung longest and for how many seconds; None where none rings."""
        ring = next(iter(self._rings.values()), None)
        return (mask_phone(ring.caller), (now - ring.at).total_seconds()) if ring else None

    def _keep(self, ring: Ringing, **more: object) -> None:
        # No agent's yet: a call that another window of the same agent rang for is known by that.
        call = Call(ring.call_id, ring.caller, ring.at, "", ring.queued_at, holds=[], phrases=[])
        self._house.calls.save(msgspec.structs.replace(call, **more))
