"""A trainee's whole session in a real terminal of 80×24: course, three calls, debrief, drill, then the trainer's view."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.practice.assigning import Assigning
from console.practice.house import practice_root
from console.practice.lesson import TRAINEE, TRAINER
from console.practice.memory import DRILL, Memory
from console.practice.results import Results
from data.clock import SystemClock
from tests.screens.hands import CTRL_O, CTRL_X, ENTER, ESC, keys_of

KEY = keys_of("xterm-256color")
CALLS = ("consult-ebike", "suggest-bus-stop", "help-street-light")


@pytest.fixture
def live(tmp_path: Path, practice_folder: Callable[[Path], Path]) -> Path:
    """Where the live home would be; the practice home beside it has a class with a course to do."""
    root, clock = tmp_path / "live", SystemClock()
    trainer = Assigning(practice_folder(practice_root(root)), clock, TRAINER)
    trainer.set_class("一班", (TRAINEE.agent_no, "8042"))
    trainer.assign("first-week", "一班", (clock.now() + timedelta(days=7)).date())
    return root


def take_badly(seat: Any) -> None:
    """Answer, greet, and hang up without a record."""
    seat.see("来电响铃")
    seat.send(KEY["F2"])
    seat.see("先说首问语：F2")
    seat.send(KEY["F2"])
    seat.see("辅导▸", gone="先说首问语")
    seat.send(KEY["F12"])
    seat.see("再按F12")
    seat.send(KEY["F12"])
    seat.see("通话已结束")
    seat.send(KEY["F8"])
    seat.see("再按一次F8")
    seat.send(KEY["F8"])
    seat.see("讲评·", "得分", "再练：")


@pytest.mark.heavy
@pytest.mark.clause("6.3.2")
def test_from_the_course_to_the_trainers_view(terminal: Callable[..., Any], live: Path) -> None:
    """You should see what is assigned, three calls of it with the coach, each debriefed, a drill of what was missed, how
    far the course is, and all of it at the trainer's desk; nothing in the live home."""
    seat = terminal("-m", "console", "--home", live, "practice")
    seat.see("练习：选一个角色", "9901号学员", "9902号培训师")
    seat.send(ENTER)
    seat.see("课程·9901号", "布置待完成1", "未开始0/21", "上岗第一周")
    seat.send(KEY["F8"])
    take_badly(seat)
    for _ in CALLS[1:]:
        seat.send(KEY["F8"])
        take_badly(seat)
    seat.send(KEY["F6"])
    seat.see("小测·第1题共20")
    seat.send(KEY["F4"])
    seat.see("✗没有做到", "正确的：")
    seat.send(ENTER)
    seat.see("小测·第2题")
    seat.send(ESC)
    seat.see("讲评·")
    seat.send(ESC)
    seat.see("等待来电")
    seat.send(CTRL_O)
    seat.see("换台", "课程布置的课程与进度")
    seat.send("1")
    seat.see("课程·9901号", "进行中", "最高")
    seat.send(CTRL_X)
    seat = terminal("-m", "console", "--home", live, "practice", "--by", TRAINER.agent_no)
    seat.see("培训·9902号", "练过1/2人3通", "9901学员", "3通", "上岗第一周")
    seat.send(KEY["F2"])
    seat.see("询问还有没有其他需要（B.1.4.1）")
    seat.send(CTRL_X)
    root = practice_root(live)
    assert [each.scenario for each in Results(root).every()] == list(CALLS)
    reviews = Memory(root).reviews.every()
    assert [each.source for each in reviews][-1] == DRILL
    assert {each.rating for each in reviews if each.card == "phrase:greeting"} == {2}, "right only after the hint"
    assert not live.exists()
