"""Hands at a real terminal: what its keys send, and the first steps of a demo."""

from pathlib import Path
from typing import Any

from console.house import House
from data.clock import SystemClock
from data.drafts import Draft
from data.events import Ticket

# What PuTTY and xterm send, and what the Linux console sends, where they differ.
KEYS = {
    "xterm-256color": {"F1": "\x1bOP", "F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS", "F5": "\x1b[15~"},
    "putty": {"F1": "\x1b[11~", "F2": "\x1b[12~", "F3": "\x1b[13~", "F4": "\x1b[14~", "F5": "\x1b[15~"},
    "linux": {"F1": "\x1b[[A", "F2": "\x1b[[B", "F3": "\x1b[[C", "F4": "\x1b[[D", "F5": "\x1b[[E"},
}
ALL = {"F6": "\x1b[17~", "F7": "\x1b[18~", "F8": "\x1b[19~", "F9": "\x1b[20~", "F12": "\x1b[24~"}
TAB, BACK_TAB, ENTER, ESC, DOWN = "\t", "\x1b[Z", "\r", "\x1b", "\x1b[B"
CTRL_F, CTRL_G, CTRL_L, CTRL_O, CTRL_P, CTRL_X = "\x06", "\x07", "\x0c", "\x0f", "\x10", "\x18"
PASTE, PASTED = "\x1b[200~", "\x1b[201~"  # what a terminal puts around a paste


def keys_of(term: str) -> dict[str, str]:
    """The function keys of a terminal."""
    return {**KEYS[term], **ALL}


def open_demo(terminal: Any, home: Path, term: str = "xterm-256color") -> Any:
    """Open the demo and sit down as its first call-taker."""
    seat = terminal("-m", "console", "--home", home, "demo", term=term)
    seat.see("演示：选一个角色", "话务员")
    seat.send(ENTER)
    seat.see("等待来电")
    return seat


def take_call(seat: Any, term: str = "xterm-256color", kind: str = "4咨询") -> None:
    """Let a call ring, answer it, and choose a request type by its digit; the focus stays on the types."""
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(keys_of(term)["F2"])
    seat.see("现在说")
    seat.send(kind[0])
    seat.see(f"{kind[0]}▣{kind[1:]}")


def new_tickets(home: Path, before: set[str]) -> list[Ticket]:
    """The tickets that were not in the demo's data."""
    house = House(home, SystemClock())
    try:
        return [ticket for ticket in house.tickets.every() if ticket.id not in before]
    finally:
        house.close()


def kept_draft(home: Path) -> Draft:
    """The one draft that the demo's first person left, none being broken."""
    house = House(home, SystemClock())
    try:
        (draft,), broken = house.drafts(house.people.everyone()[0].agent_no).load()
        assert not broken
        return draft
    finally:
        house.close()
