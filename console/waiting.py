"""How a web submission that waits is shown: the same words in `hotline intake list` and at the inbox desk (5.1.3.2)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from console.when import remaining
from data.inbox import ACCEPT_WITHIN, Submission
from data.record import CHANNELS

ORDER = "紧急的在前（涉及紧急类别多的更前），再按剩余时间从少到多"
"""The order of the list, in words: that of `data.inbox.Inbox.waiting`."""

_TITLE = 30  # characters; what has no title begins with its text
_OTHER = CHANNELS[-1]


class Waiting(NamedTuple):
    """One line of the inbox."""

    urgency: str  # how many urgent kinds its words hint at, since the list is in that order
    left: timedelta
    time_left: str
    title: str
    channel: str
    where: str


def waiting_line(one: Submission, now: datetime) -> Waiting:
    """Say how long a submission may still wait, and what it is."""
    record, left = one.record, due_at(one) - now
    source = record.source
    return Waiting(
        urgency=f"紧急{one.urgency}类" if one.urgency else "",
        left=left,
        time_left=remaining(left),
        title=(record.title or " ".join(record.text.split()))[:_TITLE],
        channel=f"{source}（{one.origin}）" if source == _OTHER and one.origin not in ("", _OTHER) else source,
        where=f"{record.place.district}{record.place.text}",
    )


def due_at(one: Submission) -> datetime:
    """The instant until which it has to be accepted."""
    return one.submitted_at + ACCEPT_WITHIN
