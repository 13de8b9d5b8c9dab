"""Pastes and input methods through a real pseudo-terminal, byte for byte as terminals send them (acceptance 10)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.hands import (
    BACK_TAB,
    CTRL_F,
    CTRL_L,
    CTRL_O,
    ESC,
    PASTE,
    PASTED,
    TAB,
    kept_draft,
    keys_of,
    new_tickets,
    open_demo,
    take_call,
)

Open = Callable[..., Any]

TERMS = ["xterm-256color", pytest.param("linux", marks=pytest.mark.long)]
# Colours, a title, keys (F8, Ctrl+X, Ctrl+G, Tab of an ESC sequence), NUL, C1; rare Han, emoji, right-to-left text.
HOSTILE = (
    "前\x1b[31m红\x1b[0m\x07\x00\x18\x1b]0;题\x07\x1b[19~\x1b[Z\x9b1m\u202e𠮷👨\u200d👩\u200d👧❤\ufe0fעברית\x1b\x7f后"
)
CLEANED = "前红𠮷👨\u200d👩\u200d👧❤\ufe0fעברית后"
PASTED_HOSTILE = f"头{PASTE}{HOSTILE}{PASTED}尾"
HELD = f"头{CLEANED}尾"


def row_ends(seat: Any, edge: str = "│╮╯┃┓┛") -> bool:
    """Whether each row that has a box's right border has it in the last column: nothing was pushed aside."""
    seat.see()
    rows = [[seat._screen.buffer[y][x].data for x in range(80)] for y in range(24)]
    return all(row[79] in edge for row in rows if row[0] in "│╭╰┃┏┗")


@pytest.mark.parametrize("term", TERMS)
def test_a_hostile_paste_stands_cleaned_in_its_place(
    terminal: Open, demo_home: Path, tmp_path: Path, term: str
) -> None:
    """You should see what a person writes between what was typed before and after, in fields and dialogs alike."""
    (tmp_path / "照片.png").write_bytes(b"png")
    key = keys_of(term)
    seat = open_demo(terminal, demo_home, term)
    take_call(seat, term)
    seat.send(TAB * 3 + PASTED_HOSTILE)
    seat.send(BACK_TAB * 4 + PASTED_HOSTILE + BACK_TAB + PASTED_HOSTILE)
    seat.see("头前红𠮷")
    assert row_ends(seat)
    for opening, title in ((key["F3"], "热线数据库"), (key["F5"], "去向"), (key["F6"], "要素·"), (CTRL_L, "服务用语")):
        seat.send(opening)
        seat.see(title)
        seat.send(PASTED_HOSTILE)
        seat.see("头前红𠮷", "עברית后尾")
        assert row_ends(seat)
        seat.send(ESC)
        seat.see("主要内容")
    seat.send(CTRL_F)
    seat.see("附件·")
    seat.send(PASTED_HOSTILE + key["F8"])
    seat.see("没有文件头前红")
    seat.send("\x15" + f"{PASTE}{tmp_path}/\x1b[1m照片\x1b[0m\x07.png{PASTED}" + key["F8"])
    seat.see("照片.pngimage/png")
    seat.kill()
    record = kept_draft(demo_home).record
    assert [record.claimant.name, record.text, record.title] == [HELD] * 3
    assert [attachment.name for attachment in record.attachments] == ["照片.png"]


def test_the_search_of_tickets_takes_a_hostile_paste(terminal: Open, demo_home: Path) -> None:
    """You should see the ticket desk's search hold the cleaned text, find nothing, and find again when it is gone."""
    seat = terminal("-m", "console", "--home", demo_home, "demo")
    seat.see("演示：选一个角色", "派单员")
    seat.send("\x1b[B" * 8 + "\r")  # 5002, a trainer, whose first desk is 工单
    seat.see("全部状态")
    seat.send(keys_of("xterm-256color")["F3"] + PASTED_HOSTILE)
    seat.see("头前红𠮷", "全部状态0件")
    seat.send("\x15")
    seat.see("附录D", gone="头前红")


@pytest.mark.parametrize(
    "pieces", [pytest.param(1, marks=pytest.mark.long), 7, pytest.param(4096, marks=pytest.mark.long)]
)
def test_a_paste_cut_anywhere_arrives_whole(terminal: Open, demo_home: Path, pieces: int) -> None:
    """You should see a paste whole although it came in pieces that cut marks and characters in two."""
    seat = open_demo(terminal, demo_home)
    take_call(seat)
    body = HOSTILE if pieces < 4096 else HOSTILE * 150
    sent = f"{BACK_TAB}头{PASTE}{body}{PASTED}尾".encode()
    for at in range(0, len(sent), pieces):
        seat.process.send(sent[at : at + pieces])
    seat.see("后尾")
    seat.kill()
    assert kept_draft(demo_home).record.text == f"头{CLEANED * (len(body) // len(HOSTILE))}尾"


def test_a_megabyte_is_refused_with_a_sentence_and_typing_goes_on(terminal: Open, demo_home: Path) -> None:
    """You should see a pasted megabyte change nothing, in field and text, and what is typed next arrive."""
    seat = open_demo(terminal, demo_home)
    take_call(seat)
    megabyte = PASTE + "电梯\x1b[31m停运。" * 70_000 + PASTED
    seat.send(TAB * 3 + megabyte)
    seat.see("粘贴的内容有350000字", "最多500字")
    seat.send("王" + BACK_TAB * 4 + megabyte)
    seat.see("最多20000字")
    seat.send("猫")
    seat.see("猫")
    seat.kill()
    record = kept_draft(demo_home).record
    assert (record.claimant.name, record.text) == ("王", "猫")


def test_an_end_mark_in_a_paste_lets_no_key_act(terminal: Open, demo_home: Path, before: set[str]) -> None:
    """You should see Ctrl+X and F8 behind an end mark inside the pasted text neither leave nor register."""
    seat = open_demo(terminal, demo_home)
    take_call(seat)
    seat.send(f"{BACK_TAB}{PASTE}请问一{PASTED}\x18\x1b[19~二\r三{PASTED}四")
    seat.see("请问一二", "三四")
    seat.kill()
    assert kept_draft(demo_home).record.text == "请问一二\n三四"
    assert not new_tickets(demo_home, before)


def test_a_paste_without_an_end_does_not_hold_the_console(terminal: Open, demo_home: Path) -> None:
    """You should see the pasted text arrive although its end never came, and keys act again."""
    seat = open_demo(terminal, demo_home)
    take_call(seat)
    seat.send(f"{BACK_TAB}{PASTE}没有结尾")
    seat.see("没有结尾")
    seat.send("，接着写")
    seat.see("没有结尾，接着写")
    seat.send(keys_of("xterm-256color")["F1"])
    seat.see("帮助·现在可用的键")


def test_a_paste_that_no_field_takes_is_said(terminal: Open, demo_home: Path) -> None:
    """You should see why nothing was pasted at a desk without a call, and on a page without a field."""
    seat = open_demo(terminal, demo_home)
    seat.send(f"{PASTE}\x18没有通话时{PASTED}")
    seat.see("没有粘贴：光标不在可以写字的栏")
    take_call(seat)
    seat.send(CTRL_O)
    seat.see("换台·")
    seat.send(f"{PASTE}2\x18\r{PASTED}")
    seat.see("没有粘贴：光标不在可以写字的栏", "换台·")
    seat.kill()
    assert kept_draft(demo_home).record.types == ["咨询"]


@pytest.mark.parametrize("term", TERMS)
def test_bytes_that_are_no_text_end_nothing(terminal: Open, demo_home: Path, term: str) -> None:
    """You should see a terminal set to GBK, and a paste typed as raw keys by one that marks none, lose no record."""
    seat = open_demo(terminal, demo_home, term)
    take_call(seat, term)
    seat.send(BACK_TAB + "先写的。")
    seat.see("先写的。")
    seat.process.send("中文".encode("gbk") + b"\x9b31m\xed\xa0\x80\xff")
    seat.see("先写的。�")
    seat.send("前\x1b[31m红\x1b[0m\x00\x1b[200\x1b[9;9H\x1b后写的。")
    seat.see("后写的。")
    seat.kill()
    text = kept_draft(demo_home).record.text
    assert text.startswith("先写的。�")
    assert text.endswith("后写的。")
    assert "前" in text
    assert "红" in text


@pytest.mark.parametrize("term", TERMS)
def test_what_input_methods_send_beside_han_arrives_as_typed(terminal: Open, demo_home: Path, term: str) -> None:
    """You should see full-width blanks, joined emoji, private and newest Han typed key by key, in field and text."""
    typed = "王　𠮷\ue000\U00031350\U0002ebf0👨\u200d👩\u200d👧❤\ufe0f？"
    seat = open_demo(terminal, demo_home, term)
    take_call(seat, term)
    seat.send(TAB * 3 + typed)
    seat.send(BACK_TAB * 4 + typed)
    seat.see("？", "王")
    seat.send(keys_of(term)["F1"])
    seat.see("帮助·现在可用的键")
    seat.kill()
    record = kept_draft(demo_home).record
    assert [record.claimant.name, record.text] == [typed] * 2


@pytest.mark.parametrize("term", TERMS)
def test_keys_of_a_field_act_in_their_turn(terminal: Open, demo_home: Path, term: str) -> None:
    """You should see Backspace and the arrows, sent in one write with words, act between the words before and after."""
    seat = open_demo(terminal, demo_home, term)
    take_call(seat, term)
    burst = f"甲乙\x7f丙\x1b[D丁\x7f\x7f戊{PASTE}己{PASTED}\x1b[C庚"
    seat.send(TAB * 3 + burst)
    seat.send(BACK_TAB * 4 + burst)
    seat.see("庚")
    seat.send(keys_of(term)["F1"])
    seat.see("帮助·现在可用的键")
    seat.kill()
    record = kept_draft(demo_home).record
    assert [record.claimant.name, record.text] == ["戊己丙庚"] * 2


def test_a_field_shows_its_cursor_after_a_long_paste(terminal: Open, demo_home: Path) -> None:
    """You should see the end of a long name, where the next character will stand, not its beginning."""
    seat = open_demo(terminal, demo_home)
    take_call(seat)
    seat.send(TAB * 3 + PASTE + "甲" * 300 + "末尾" + PASTED)
    seat.see("末尾")
    seat.send("了")
    seat.see("末尾了")


@pytest.mark.heavy
def test_commits_between_tab_and_f8_arrive_whole(
    terminal: Open, demo_home: Path, before: set[str], pytestconfig: pytest.Config
) -> None:
    """You should see each of twenty commits (eight in the short form), sent in one write right after Tab and right
    before F8, whole in its ticket."""
    count = 20 if pytestconfig.getoption("--long") else 8
    seat = open_demo(terminal, demo_home)
    commits = [f"请问办理居住证第{'一二三四五六七八九十'[at % 10]}步要什么材料？谢谢！" for at in range(count)]
    for commit in commits:
        take_call(seat)
        seat.send(BACK_TAB)
        seat.send(BACK_TAB + TAB + commit + keys_of("xterm-256color")["F8"])
        seat.see("已交派单队列")
        seat.send(keys_of("xterm-256color")["F12"] * 2)
        seat.see("等待来电")
    written = [ticket.record.text for ticket in new_tickets(demo_home, before)]
    assert sorted(written) == sorted(commits)
