"""The inbox desk says what the command line says: degree, time left, place and channel, in an order that can be seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from data.inbox import Submission
from data.record import PHONE, Place, Record


@pytest.mark.clause("5.1.3.2")
async def test_the_order_and_what_is_late_can_be_seen(sit: Callable[..., Any], house: Any) -> None:
    """You should see the urgent one first with its kinds, then the latest in days and hours, each below the other."""
    now = house.clock.now()
    old = Record(source=PHONE, title="早就超时", text="没人管。", place=Place(text="鼓楼区梅峰河"))
    gas = Record(source="其他", title="", text="楼道里有燃气味，怕爆炸。")
    house.inbox.add(
        [
            Submission("a", now - timedelta(days=64, hours=10), old, 0, "电话", "鼓楼区"),
            Submission("b", now - timedelta(minutes=5), gas, 2, "小红书"),
        ],
        now,
    )
    async with sit() as seat:
        seat.app.open_desk("收件")
        await seat.see("待受理2件", "紧急、时间少的在前")
        urgent, late = (next(line for line in seat.lines if word in line) for word in ("紧急2类", "超64天8小时"))
        assert seat.lines.index(urgent) < seat.lines.index(late)
        assert "楼道里有燃气味" in urgent  # no title: it is shown by its text
        assert "其他（小红书）" in urgent
        assert "鼓楼区梅峰河" in late
        assert "热线电话" in late
        await seat.press("down")
        await seat.see("热线电话 · 鼓楼区梅峰河", "前受理（5.1.3.2）")
