"""质检 in a real terminal of 80×24, by keyboard alone: from the sample to the finding and its check (7.1.2, 7.2)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from console.quality.assessing import DECIDED, Assessing
from console.quality.findings import WAITING, Improving
from console.rights import desks_of
from data.clock import SystemClock
from data.people import SYSTEM, Actor, Role
from tests.console.quality_lives import a_call
from tests.lives import Lives
from tests.screens.hands import CTRL_O, DOWN, ENTER, ESC, TAB, keys_of

Open = Callable[..., Any]
KEY = keys_of("xterm-256color")
PASSWORD = "correct horse"
PEOPLE = {"5001": Role.QUALITY, "7001": Role.SUPERVISOR, "7002": Role.SUPERVISOR, "8007": Role.CALL_TAKER}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An installation with one call of 8007's, whose greeting was not said, and with whoever judges it."""
    house = House(tmp_path / "home", SystemClock())
    ticket = Lives(house).sent("路灯不亮三天没人修")
    said = ("B.1.4.1", "5.3.3", "B.1.4.2")
    house.calls.save(a_call(house.clock.now(), ticket.id, said=said))
    for number, role in PEOPLE.items():
        house.people.add(number, f"坐席{number}", frozenset({role}), PASSWORD, house.clock.now())
    house.close()
    return tmp_path / "home"


def sit_down(terminal: Open, home: Path, number: str) -> Any:
    """Sign in and go to the desk 质检."""
    seat = terminal("-m", "console", "--home", home)
    seat.see("登录", "密码")
    seat.send(f"{number}{ENTER}")
    seat.send(f"{PASSWORD}{ENTER}")
    seat.see(f"{number}号", gone="登录")
    seat.send(CTRL_O)
    seat.see("换台")
    seat.send(str(desks_of(Actor(number, roles=frozenset({PEOPLE[number]}))).index("质检") + 1))
    seat.see("质检·")
    return seat


@pytest.mark.heavy
@pytest.mark.clause("7.1.2.1")
@pytest.mark.clause("7.1.2.4")
@pytest.mark.clause("7.2")
@pytest.mark.clause("7.2d")
def test_a_piece_of_work_goes_from_its_sample_to_a_finding(terminal: Open, installed: Path) -> None:
    """You should see it drawn and reviewed by one, looked at again by another, appealed by its agent, decided by a third,
    and a finding with measure, owner and date come of it."""
    seat = sit_down(terminal, installed, "5001")
    seat.see("没有考评")
    seat.send(KEY["F2"])
    seat.see("质检抽样")
    seat.send(f"\x7f\x7f100{KEY['F8']}")
    seat.see("样框1件，已抽取1件", "待评定1")
    seat.send(KEY["F8"])
    seat.see("评定·8007号")
    criteria = [each.id for each in _pack(installed)]
    at = 0
    for name, key in (("manner", "F4"), ("true", "F2"), ("route", "F2")):
        seat.send(DOWN * (criteria.index(name) - at))
        at = criteria.index(name)
        if key == "F4":
            seat.send("打断来电人")
        seat.send(KEY[key])
        seat.see("▸偏差" if key == "F4" else "▸做到")
    seat.send(KEY["F8"])
    seat.see("8007号的这件已评定")
    seat.kill()

    seat = sit_down(terminal, installed, "7001")
    seat.see("已评定")
    seat.send(KEY["F8"])
    seat.see("复评·8007号")
    seat.send(f"维持{KEY['F8']}")
    seat.see("8007号的这件已复评")
    seat.kill()

    seat = sit_down(terminal, installed, "8007")
    seat.see("已复评", "态度端正")
    seat.send(KEY["F8"])
    seat.see("申诉·8007号")
    seat.send(DOWN * criteria.index("manner") + KEY["F4"])
    seat.see("▸申诉")
    seat.send(f"来电人先打断的{KEY['F8']}")
    seat.see("8007号的这件申诉中")
    seat.kill()

    seat = sit_down(terminal, installed, "7002")
    seat.see("申诉1")
    seat.send(KEY["F8"])
    seat.see("裁定·8007号")
    seat.send(DOWN * criteria.index("manner") + "录音里来电人先打断")
    seat.send(KEY["F2"])
    seat.see("▸做到")
    seat.send(f"申诉有据{KEY['F8']}")
    seat.see("8007号的这件已裁定")
    seat.send(KEY["F6"])
    seat.see("还没有改进事项")
    seat.send(KEY["F4"])
    seat.see("没有要检查的改进事项")
    seat.send(KEY["F2"])
    seat.see("提出改进")
    seat.send(f"首问语常漏说{TAB}班前练习首问语{TAB}7.2d{TAB}8007{TAB}明天{KEY['F8']}")
    seat.see("不是日期")
    seat.send("\x7f\x7f2099-12-01")
    seat.send(f"{TAB}首问语{KEY['F8']}")
    seat.see("已记改进，8007号负责，2099-12-01跟进", "待跟进", "首问语常漏说")
    seat.send(ESC)
    seat.see("质检·")

    house = House(installed, SystemClock())
    (each,) = Assessing(house, SYSTEM).every()
    assert each.state == DECIDED
    assert each.judges == {"5001", "7001"}
    assert not each.marks["manner"].deviates
    assert each.marks["greeting"].deviates
    (made,) = (desk := Improving(house, SYSTEM)).every()
    assert (made.finding.owner, made.finding.clause, made.finding.course) == ("8007", "7.2d", "首问语")
    assert made.state(desk.today) == WAITING
    house.close()


def _pack(home: Path) -> Any:
    from scripts.pack import load_packs

    return load_packs(home / "packs")[0].quality.criteria
