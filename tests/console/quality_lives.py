"""Calls and requests to be assessed: as they should be, and with one thing wrong at a time."""

from datetime import datetime, timedelta
from typing import Any

from data.calls import Call, Hold, PhraseStamp

SAID = ("B.1.2.1", "B.1.4.1", "5.3.3", "B.1.4.2")


def a_call(
    at: datetime, *tickets: str, said: tuple[str, ...] = SAID, rang: float = 6, waits: tuple[int, ...] = (), **more: Any
) -> Call:
    """A call that was answered at ``at`` after ringing so many seconds, with waits of so many seconds each."""
    holds = [Hold(at + timedelta(seconds=60 + 200 * n), at + timedelta(seconds=60 + 200 * n + w)) for n, w in
             enumerate(waits)]  # fmt: skip
    stamps = [PhraseStamp(each, at + timedelta(seconds=2 + 60 * n), True, each) for n, each in enumerate(said)]
    given: dict[str, Any] = {
        "id": f"call-{at:%H%M%S}-{''.join(tickets)[-4:]}",
        "caller": "13800000001",
        "ring_at": at - timedelta(seconds=rang),
        "agent_no": "8007",
        "answered_at": at,
        "ended_at": at + timedelta(minutes=10),
        "ended_by": "agent",
        "holds": holds,
        "phrases": stamps,
        "ticket_ids": list(tickets),
    }
    return Call(**(given | more))
