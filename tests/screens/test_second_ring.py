"""A call that rings while another is on: seen, timed against 15 s, and missed where nobody answers (5.1.3.2)."""

from collections.abc import Callable
from typing import Any

import pytest

from console.call_events import HungUp, Ringing

Sit = Callable[..., Any]


def tell(seat: Any, event: Any) -> None:
    """The telephone system tells of something."""
    seat.app.source._pending.append(event)
    seat.app.source._changed.set()


@pytest.mark.clause("5.1.3.2")
async def test_a_second_call_is_seen_timed_and_counted_as_missed(sit: Sit, clock: Any) -> None:
    """You should see its number and seconds beside the call at hand, and the connect rate fall when it gives up."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        tell(seat, Ringing(call_id="c-2", at=clock.now(), caller="13900001234"))
        await seat.see("又有来电139****1234正在响铃")
        await seat.pass_time(17)
        await seat.see("又一来电139****123417s")
        tell(seat, HungUp(call_id="c-2", at=clock.now(), by="claimant"))
        await seat.see("另一来电已挂断，未接听：记为未接通")
        rate = seat.model.connect_rate()
        assert (rate.numerator, rate.denominator) == (1, 2)
        assert seat.model.phase == "talking"
        kept = seat.house.calls.get("c-2")
        assert (kept.answered_at, kept.ended_by) == (None, "claimant")


@pytest.mark.clause("5.1.3.2")
async def test_a_second_call_that_goes_on_ringing_comes_next(sit: Sit, clock: Any) -> None:
    """You should see it ring at the desk, its seconds counted from its own ring, once the first call is over."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        rung = clock.now()
        tell(seat, Ringing(call_id="c-2", at=rung, caller="13900001234"))
        await seat.see("又有来电")
        clock.advance(9)
        tell(seat, HungUp(call_id=seat.call_id, at=clock.now(), by="claimant"))
        await seat.see("来电响铃", "139****1234", "另一来电还在响铃：上一件未完成，已存为草稿")
        await seat.see("响铃9s/15s")
        assert len(seat.model.waiting_drafts) == 1


async def test_an_old_draft_is_not_told_of_at_each_ring(sit: Sit) -> None:
    """You should see a draft told of when it was put back, and no more once the work after it was registered."""
    async with sit() as seat:
        await seat.take("elevator", "1")
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.phase == "after")
        await seat.ring("heating")
        await seat.see("上一件未完成，已存为草稿")
        await seat.press("f2")
        await seat.see("现在说")
        await seat.press("f12", "f12")
        await seat.until(lambda: seat.model.phase == "after")
        await seat.press("f8", "f8")
        await seat.until(lambda: seat.model.draft is None)
        await seat.ring("heating")
        assert "上一件未完成" not in seat.glass
        assert len(seat.model.waiting_drafts) == 1
