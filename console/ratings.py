"""Ratings (评价, 5.3): voluntary, one of five grades, once for each call and each finished web request."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from console.house import House
from data.callbacks import GRADES
from data.events import NewEvent, Ticket
from data.lifecycle import Kind, TransitionRefused
from data.people import SYSTEM
from data.tickets import Act

LONGEST = 500  # characters of a written reason


class RatingError(ValueError):
    """A rating cannot be kept; the message says why."""


def rate_call(house: House, call_id: str, grade: str) -> None:
    """Keep the rating of a call (5.3.3), the first one for good.

    Raises:
        RatingError: no such call, it was never prompted, or it is rated already.
        StorageError: the disk refused.
    """
    call = house.calls.get(call_id)
    if call is None:
        raise RatingError(f"没有通话 {call_id}：请核对编号")
    if call.rating is not None:
        raise RatingError(f"这次通话已评价为{GRADES[call.rating - 1]}，每次服务只评一次（5.3.3）")
    if call.rating_prompted_at is None:
        raise RatingError("这次通话没有提示过评价，不能替诉求人评价（5.3.1、5.3.3）")
    house.calls.save(msgspec.structs.replace(call, rating=GRADES.index(grade) + 1))


def rate_ticket(house: House, number: str, grade: str, reasons: Sequence[str], text: str, now: datetime) -> Ticket:
    """Keep what a claimant chose on the rating page of a finished web request (5.3.4), the first one for good.

    Raises:
        RatingError: no such ticket, it is not finished or not from the web, or it is rated already.
        StorageError: the disk refused.
    """
    ticket = house.tickets.by_number(number)
    if ticket is None:
        raise RatingError(f"没有工单 {number}：请核对编号")
    payload = {"grade": grade, "reasons": [each[:LONGEST] for each in reasons], "text": text[:LONGEST]}
    try:
        return house.tickets.act([Act(ticket.id, [NewEvent(Kind.RATED, payload)])], SYSTEM, now)[0]
    except TransitionRefused as refused:
        raise RatingError(str(refused)) from refused
