"""The console killed while somebody types: what was typed is there again, and nothing is doubled."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from data.clock import SystemClock
from data.lifecycle import State

Open = Callable[..., Any]
Check = Callable[[Path, Path, set[str]], None]

KILLS = 3  # thirty times as many in the long form
WORDS = "南湖东园一百二十二号楼电梯停运，困住两人，物业至今没有来修，要求尽快修复并说明原因。"
ENTER, TAB, CTRL_G = "\r", "\t", "\x07"
F2, F8, F12 = "\x1bOQ", "\x1b[19~", "\x1b[24~"


def sit_down(terminal: Open, home: Path) -> Any:
    """Open the demo as its first call-taker."""
    seat = terminal("-m", "console", "--home", home, "demo")
    seat.see("演示：选一个角色")
    seat.send(ENTER)
    return seat


@pytest.mark.heavy
@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_killed_while_typing_all_that_stood_on_the_screen_is_there_again(
    terminal: Open, demo_home: Path, factor: int
) -> None:
    """You should see what was typed before each kill on the screen after the restart, and go on typing there."""
    chance = random.Random(20261124)
    seat = sit_down(terminal, demo_home)
    seat.see("等待来电")
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(F2)
    seat.see("现在说")
    seat.send("1")
    seat.see("1▣投诉")
    kept = ""
    for kill in range(KILLS * (30 if factor > 1 else 1)):
        where = 12 if kill == 0 else 9  # from the types, or from the name where a restored record begins
        seat.send(TAB * where)
        count = chance.randint(3, len(WORDS))
        # A digit at the end could be read in another pane: 止15 beside the third article is 止153.
        typed = f"{WORDS[:count]}止{kill:03}尽"
        for at in range(0, len(typed), 5):
            seat.send(typed[at : at + 5])
        if kill % 2:
            seat.see(typed[-5:])
            whole = kept + typed
        else:
            time.sleep(chance.uniform(0, 0.2))
            whole = ""  # any part of it may have arrived
        seat.kill()
        text = draft_text(demo_home)
        assert text.startswith(kept)
        assert (kept + typed).startswith(text)
        assert text == whole or not whole
        kept = text
        seat = sit_down(terminal, demo_home)
        seat.see("已恢复上次未完成的记录", kept[-8:])


def draft_text(home: Path) -> str:
    """The main text of the one draft that is kept."""
    house = House(home, SystemClock())
    drafts, broken = house.drafts("1001").load()
    house.close()
    assert not broken
    (draft,) = drafts
    return draft.record.text


@pytest.mark.clause("5.1.3.1¶2 [5.2.3.2]")
def test_killed_between_saving_and_syncing_the_ticket_reaches_the_queue(
    terminal: Open, demo_home: Path, check: Check, factor: int
) -> None:
    """You should see each ticket whose number was shown in the queue after the next round of sync, once."""
    chance = random.Random(8)
    house = House(demo_home, SystemClock())
    before = {ticket.id for ticket in house.tickets.every()}
    house.close()
    for kill in range(4 * factor):
        seat = sit_down(terminal, demo_home)
        seat.see("等待来电")
        seat.send(CTRL_G)
        seat.see("来电响铃")
        seat.send(F2)
        seat.see("现在说")
        seat.send("4")
        seat.see("4▣咨询")
        seat.send(TAB * 12)
        seat.send(f"第{kill}件：请问灵活就业的养老保险怎么交，要带什么材料？")
        seat.see("要带什么材料？", "要素齐全")
        seat.send(F8)
        if kill % 2:
            seat.see("已交派单队列")
        else:
            time.sleep(chance.uniform(0, 0.3))
        seat.kill()
        house = House(demo_home, SystemClock())
        made = [ticket for ticket in house.tickets.every() if ticket.id not in before]
        if not made:  # killed before the save: the draft is there, and F8 again makes the ticket
            house.close()
            seat = sit_down(terminal, demo_home)
            seat.see("已恢复上次未完成的记录", f"第{kill}件")
            seat.send(F8)
            seat.see("等待来电")
            seat.kill()
            house = House(demo_home, SystemClock())
            made = [ticket for ticket in house.tickets.every() if ticket.id not in before]
        (ticket,) = made
        assert ticket.state is State.TO_DISPATCH
        before.add(ticket.id)
        house.sync_worker().run(SystemClock().now())
        store, queue = house.home.store, house.home.queue
        house.close()
        check(store, queue, before)
