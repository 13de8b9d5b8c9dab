"""The callback desk in a real terminal of 80×24, by keyboard alone, and after `kill -9` in the middle of an interview."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.hands import DOWN, ENTER, ESC, keys_of, new_tickets

Open = Callable[..., Any]
KEY = keys_of("xterm-256color")


def sit_down(terminal: Open, home: Path) -> Any:
    """Open the demo as its callback agent."""
    seat = terminal("-m", "console", "--home", home, "demo")
    seat.see("演示：选一个角色", "回访员")
    seat.send(DOWN * 6 + ENTER)
    return seat


@pytest.mark.clause("5.4.3")
def test_an_interview_survives_a_kill_and_is_finished(terminal: Open, demo_home: Path, before: set[str]) -> None:
    """You should see two requests of one number asked about in one call, the console killed in it, and it go on."""
    seat = sit_down(terminal, demo_home)
    seat.see("名单", "健身路径器材松动等2件")
    seat.send("健身")
    seat.see("▸138****1141")
    seat.send(KEY["F8"])
    seat.see("您好，我是12345市民服务热线的回访人员")
    seat.send("1")
    seat.see("愿意回答吗")
    seat.send("1")
    seat.see("第1问共10", "健身路径器材松动")
    seat.send("1")
    seat.see("第2问共10")
    seat.send("1")
    seat.see("您反映的问题是否得到解决？")
    seat.send("修好了，但拖了一周")
    seat.see("修好了，但拖了一周")
    seat.kill()
    seat = sit_down(terminal, demo_home)
    seat.see("第3问共10", "修好了，但拖了一周")
    seat.send("1")
    for question in ("第4问", "第5问"):
        seat.see(question)
        seat.send("2" if question == "第4问" else KEY["F8"])
    for at in range(6, 10):
        seat.see(f"第{at}问")
        seat.send("1")
    seat.see("第10问")
    seat.send(KEY["F8"])
    seat.see("感谢您的配合，不打扰了，再见。")
    seat.send(KEY["F8"])
    seat.see("已记回访，工单已办结")
    tickets = {each.record.title: each for each in new_tickets(demo_home, set())}
    first, second = tickets["健身路径器材松动"], tickets["单元门禁坏了进不去"]
    assert first.callback.last.answers["solved"].said == "修好了，但拖了一周"
    assert second.callback.last.answers["satisfaction"].value == "非常满意"
    assert first.callback.last.call_id == second.callback.last.call_id


@pytest.mark.clause("5.4.2")
def test_a_refusal_and_a_call_in_vain(terminal: Open, demo_home: Path) -> None:
    """You should see a refusal end politely, and a busy line give the time of the next call."""
    seat = sit_down(terminal, demo_home)
    seat.see("名单")
    seat.send("垃圾桶")
    seat.see("▸138****1125")
    seat.send(KEY["F8"])
    seat.see("祁明先生/女士")
    seat.send("1")
    seat.see("愿意回答吗")
    seat.send("0")
    seat.see("不打扰您了")
    seat.send(KEY["F8"])
    seat.see("已记为拒访", "里没有符合")
    seat.send(ESC)
    seat.see("健身路径器材松动")
    seat.send("健身")
    seat.see("▸138****1141")
    seat.send(KEY["F8"])
    seat.see("您好，我是12345")
    seat.send(KEY["F12"])
    seat.see("2占线")
    seat.send("2")
    seat.see("已记为占线", "以后再拨")
