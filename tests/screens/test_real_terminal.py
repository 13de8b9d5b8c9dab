"""The console in a real terminal of 80×24, by keyboard alone: what a pseudo-terminal sends and shows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from data.clock import SystemClock
from data.lifecycle import State
from tests.screens.hands import (
    CTRL_G,
    CTRL_L,
    CTRL_P,
    CTRL_X,
    ENTER,
    ESC,
    KEYS,
    PASTE,
    PASTED,
    TAB,
    kept_draft,
    keys_of,
    new_tickets,
    open_demo,
)

Open = Callable[..., Any]

COMMIT = "昨晚电梯停运困住两人，请速派人！"  # one commit of an input method: characters and punctuation in one write


def in_queue(home: Path, ticket_id: str) -> bool:
    """Whether the dispatch queue holds a ticket."""
    house = House(home, SystemClock())
    try:
        return any(event.ticket_id == ticket_id for _, event in house.queue.read_after(0, limit=100_000))
    finally:
        house.close()


@pytest.mark.clause("5.2.1")
@pytest.mark.parametrize("term", ["xterm-256color", pytest.param("linux", marks=pytest.mark.long)])
def test_a_consultation_by_keyboard(terminal: Open, demo_home: Path, before: set[str], term: str) -> None:
    """You should see a call answered, a question written, and closed with an article of the knowledge base."""
    key = keys_of(term)
    seat = open_demo(terminal, demo_home, term)
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(key["F2"])
    seat.see("现在说")
    seat.send("4")
    seat.see("4▣咨询")
    for _ in range(12):
        seat.send(TAB)
    seat.send("暖气不热，请问怎么约人上门测温？")
    seat.see("暖气不热，请问怎么约人上门测温？")
    seat.send(key["F3"])
    seat.see("热线数据库")
    seat.send("暖气不热")
    seat.see("家里暖气不热")
    seat.send(key["F4"])
    seat.see("再按F4：以《")
    seat.send(key["F4"])
    seat.see("已直接答复")
    (ticket,) = new_tickets(demo_home, before)
    assert ticket.state is State.ANSWERED
    assert ticket.reply is not None
    assert ticket.reply.version >= 1


@pytest.mark.clause("5.1.4.1")
@pytest.mark.parametrize("term", ["xterm-256color", "linux"])
def test_a_complaint_by_keyboard(terminal: Open, demo_home: Path, before: set[str], term: str) -> None:
    """You should see each field reached with Tab, F8 give a number, and the ticket stand in the queue."""
    key = keys_of(term)
    seat = open_demo(terminal, demo_home, term)
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(key["F2"])
    seat.see("现在说")
    seat.send("1")
    seat.see("1▣投诉")
    seat.send(TAB * 3)
    for words, tabs in [
        ("王秀梅", 3),
        ("尽快修好", 1),
        ("朝阳区望京街道槐荫家园7号楼", 1),
        ("安槐物业公司", 1),
        ("昨天早上八点", 1),
        ("给物业打过三次电话", 1),
        ("小区电梯停运", 1),
    ]:
        seat.send(words)
        seat.send(TAB * tabs)
    seat.send("两部电梯停了一部，剩下那部今天早上也停了。" + ENTER + "十八层楼都得爬楼梯。")
    seat.see("两部电梯停了一部", "十八层楼都得爬楼梯。", "朝阳区望京街道✓")
    seat.send(key["F8"])
    seat.see("已交派单队列")
    (ticket,) = new_tickets(demo_home, before)
    assert ticket.state is State.TO_DISPATCH
    assert ticket.record.claimant.name == "王秀梅"
    assert ticket.record.text == "两部电梯停了一部，剩下那部今天早上也停了。\n十八层楼都得爬楼梯。"
    seat.see("同步✓")
    assert in_queue(demo_home, ticket.id)


def test_a_key_pressed_right_after_typing_acts_on_all_that_was_typed(
    terminal: Open, demo_home: Path, before: set[str]
) -> None:
    """You should see F8, sent in one write with the words before it, register every one of these words."""
    seat = open_demo(terminal, demo_home)
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(keys_of("xterm-256color")["F2"])
    seat.see("现在说")
    seat.send("4")
    seat.see("4▣咨询")
    seat.send(TAB * 12)
    words = "请问灵活就业的养老保险怎么交，要带什么材料？" * 3
    seat.send(words + keys_of("xterm-256color")["F8"])
    seat.see("已交派单队列")
    (ticket,) = new_tickets(demo_home, before)
    assert ticket.record.text == words


@pytest.mark.parametrize("term", ["xterm-256color", pytest.param("linux", marks=pytest.mark.long)])
def test_one_commit_of_an_input_method_arrives_whole_in_every_field(terminal: Open, demo_home: Path, term: str) -> None:
    """You should see sixteen characters, written at once, stand whole in each field of the desk and its dialogs."""
    key = keys_of(term)
    seat = open_demo(terminal, demo_home, term)
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(key["F2"])
    seat.see("现在说")
    seat.send("1" + TAB * 3)
    fields = {  # in reading order, with the number of Tab to the next
        "name": 1,
        "contact": 1,
        "address": 1,
        "wish": 1,
        "place": 1,
        "object": 1,
        "time": 1,
        "earlier": 1,
        "title": 1,
        "text": 0,
    }
    for tabs in fields.values():
        seat.send(COMMIT)
        seat.send(TAB * tabs)
    seat.see(f"╮{COMMIT}" if f"╮{COMMIT}" in seat.text else COMMIT)
    for opening, title in ((key["F3"], "热线数据库"), (key["F5"], "去向"), (CTRL_L, "服务用语"), (CTRL_P, "命令")):
        seat.send(opening)
        seat.see(title)
        seat.send(COMMIT)
        seat.see(COMMIT)
        seat.send(ESC)
        seat.see("主要内容")
    seat.send(key["F6"])
    seat.see("要素·附录C")
    seat.send(COMMIT)
    seat.see(COMMIT)
    seat.send(ESC)
    seat.see("主要内容")
    seat.kill()
    record = kept_draft(demo_home).record
    claimant = record.claimant
    held = [claimant.name, claimant.contact, claimant.address, record.wish, record.place.text, record.respondent]
    held += [record.event_time, record.earlier_handling, record.title, record.text]
    assert held == [COMMIT] * len(fields)
    assert [answer.text for answer in record.elements.values()] == [COMMIT]


def test_a_bracketed_paste_keeps_all_its_lines(terminal: Open, demo_home: Path) -> None:
    """You should see three pasted lines joined in a single-line field and kept as lines in the main text."""
    key = keys_of("xterm-256color")
    seat = open_demo(terminal, demo_home)
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(key["F2"])
    seat.see("现在说")
    paste = f"{PASTE}一号楼\r二号楼\r三号楼{PASTED}"
    seat.send("1" + TAB * 3 + paste)
    seat.see("三号楼")
    seat.send(TAB * 9 + paste)
    seat.see("一号楼", "二号楼", "三号楼")
    seat.kill()
    record = kept_draft(demo_home).record
    assert record.claimant.name == "一号楼 二号楼 三号楼"
    assert record.text == "一号楼\n二号楼\n三号楼"


@pytest.mark.parametrize("term", KEYS)
def test_function_keys_are_read_as_each_terminal_sends_them(terminal: Open, demo_home: Path, term: str) -> None:
    """You should see F1 to F5 as PuTTY, xterm and the Linux console send them do what they say."""
    key = keys_of(term)
    seat = open_demo(terminal, demo_home, "xterm-256color" if term == "putty" else term)
    seat.send(key["F1"])
    seat.see("帮助·现在可用的键")
    seat.send(ESC)
    seat.see("等待来电")
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(key["F2"])
    seat.see("现在说")
    for name, title in (
        ("F3", "热线数据库"),
        ("F4", "热线数据库"),
        ("F5", "去向·"),
        ("F6", "要素·"),
        ("F7", "历史与疑似重复"),
    ):
        seat.send(key[name])
        seat.see(title)
        seat.send(ESC)
        seat.see("主要内容")
    seat.send(key["F8"])
    seat.see("✗")
    seat.send(key["F12"])
    seat.see("还未说")


def test_control_keys_of_the_terminal_do_nothing_here(terminal: Open, demo_home: Path) -> None:
    """You should see Ctrl+S, Ctrl+Q and Ctrl+Z leave the console as it is, and Ctrl+X end it with the code 0."""
    seat = open_demo(terminal, demo_home)
    seat.send("\x13\x11\x1a")
    seat.send(CTRL_G)
    seat.see("来电响铃")
    seat.send(CTRL_X)
    seat.process.expect(__import__("pexpect").EOF)
    seat.process.close()
    assert seat.process.exitstatus == 0
