"""Whom the dispatch desk's tests know, and the steps they take there."""

from collections.abc import Callable
from typing import Any

from data.events import Ticket
from data.people import Actor, Role

Sit = Callable[..., Any]
Make = Callable[..., Ticket]

TAKER = Actor("8007", "坐席8007", frozenset({Role.CALL_TAKER}))
OTHER = Actor("2002", "派单2002", frozenset({Role.DISPATCHER}))
DISTRICT = "朝阳区人民政府"
GAS, WATER = "北京市燃气集团", "北京市自来水集团"
LEADER = frozenset({Role.UNIT, Role.UNIT_LEADER})


async def at_desk(seat: Any) -> None:
    """Go to the dispatch desk."""
    seat.app.open_desk("派单")
    await seat.see("派单·2001号", "▸待派")


async def to_list(seat: Any, name: str) -> None:
    """Take lists until this one is shown."""
    await seat.until(lambda: "▸" in seat.glass)
    for _ in range(4):
        if f"▸{name}" in seat.glass:
            return
        await seat.press("f2")
    raise AssertionError(name)


def under_cursor(seat: Any) -> str:
    """The line under the cursor."""
    line = next(line for line in seat.lines if line.startswith("▸ "))
    return "".join(line.split())


def last(house: Any, ticket: Ticket, steps: int = 1) -> list[Any]:
    """The last events of a ticket."""
    return house.tickets.events(ticket.id)[-steps:]
