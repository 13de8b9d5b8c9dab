"""``hotline supervise``: the lists, an order and the wall without a screen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from data.clock import FixedClock
from data.events import Ticket
from data.people import Role
from tests.lives import Lives

FACTS = ("--fact", "ground=多次流转", "--fact", "meeting_at=周五9时", "--fact", "units=望京街道办事处")


@pytest.fixture
def late(cli_home: Path, clock: FixedClock) -> Iterator[Ticket]:
    """A ticket whose unit has not answered in 8 days, and a supervisor and a dispatcher."""
    house = House(cli_home, clock)
    for agent_no, role in (("7001", Role.SUPERVISOR), ("2001", Role.DISPATCHER)):
        house.people.add(agent_no, "某人", frozenset({role}), "irrelevant", clock.now())
    lives = Lives(house)
    ticket = lives.handled("围墙倾斜", place="望京西园四区")
    clock.advance(8 * 86400)
    for at in range(3):
        lives.waiting("暖气不热", place="望京花园", phone=f"1380000110{at}")
    yield ticket
    house.close()


@pytest.mark.clause("5.2.3")
def test_the_lists_name_their_tickets_and_why(hotline: Any, late: Ticket) -> None:
    """You should see every list with its clause and count, each ticket with its reasons, matters with their share."""
    lists = {each["list"]: each for each in hotline("supervise", "list", "--json").json}
    assert list(lists) == ["超期", "临期", "突发", "多次", "集中", "申请退回", "流转", "回访", "督办中"]
    (over,) = lists["超期"]["tickets"]
    assert (over["number"], over["clock"], over["reasons"]) == (late.number, "feedback", ["超期 24 小时 0 分"])
    assert lists["集中"]["count"] == 3
    (matter,) = lists["集中"]["matters"]
    assert (matter["claimants"], matter["share"], len(matter["tickets"])) == (3, 0.75, 3)
    text = hotline("supervise", "list", "--list", "超期").out
    assert "超期 1 件（5.2.3a）" in text
    assert "围墙倾斜" in text
    assert "集中" not in text


@pytest.mark.clause("5.2.3c")
def test_an_order_is_given_with_its_facts(hotline: Any, late: Ticket) -> None:
    """You should see the order with its deadline, and the ticket under supervision from then on."""
    given = ("--kind", "会商", *FACTS, "--deadline", "2026-12-10 18:00", "--by", "7001")
    told = hotline("supervise", "open", late.number, *given, "--json").json
    order = told["supervision"]
    assert (order["kind"], order["by"], order["deadline"]) == ("会商督办", "7001", "2026-12-10T18:00:00+08:00")
    assert order["facts"]["meeting_at"] == "周五9时"
    (supervised,) = hotline("supervise", "list", "--list", "督办中", "--json").json
    assert supervised["tickets"][0]["number"] == late.number


@pytest.mark.clause("5.2.3")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--kind", "会商", *FACTS[:4], "--deadline", "2026-12-10", "--by", "7001"), 1, "会商督办还缺参加的承办单位"),
        (("--kind", "会商", *FACTS, "--deadline", "2026-11-01", "--by", "7001"), 1, "回复期限要在现在之后"),
        (("--kind", "会商", *FACTS, "--deadline", "2026-12-10", "--by", "2001"), 1, "督办须由督办、系统管理员操作"),
        (("--kind", "会商", "--fact", "地点=x", "--deadline", "2026-12-10", "--by", "7001"), 2, "名称有 ground"),
        (("--kind", "口头", *FACTS, "--deadline", "2026-12-10", "--by", "7001"), 2, "没有“口头”这个选择"),
        (("--kind", "会商", *FACTS, "--by", "7001"), 2, "缺少 --deadline"),
    ],
)
def test_an_order_that_cannot_be_given_is_one_sentence(
    hotline: Any, late: Ticket, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """You should see what is missing, or who may, and the ticket untouched."""
    ran = hotline("supervise", "open", late.number, *arguments)
    assert (ran.code, len(ran.err.splitlines())) == (code, 1)
    assert words in ran.err
    (supervised,) = hotline("supervise", "list", "--list", "督办中", "--json").json
    assert supervised["count"] == 0


def test_a_ticket_that_is_not_there_is_said(hotline: Any, late: Ticket) -> None:
    """You should see the number and where to look."""
    ran = hotline("supervise", "open", "1", "--kind", "会商", *FACTS, "--deadline", "2026-12-10", "--by", "7001")
    assert ran.code == 1
    assert "没有工单 1" in ran.err


@pytest.mark.clause("5.1.3.2")
@pytest.mark.clause("4.4")
def test_the_wall_is_printed(hotline: Any, late: Ticket) -> None:
    """You should see each share with both numbers, the clocks, the matters, and in words the same."""
    told = hotline("supervise", "wall", "--json").json
    assert told["connect_rate"] == {"numerator": 0, "denominator": 0, "value": None, "alarm": False}
    assert told["clocks"]["feedback"] == {"in_time": 0, "near": 0, "overdue": 1}
    assert told["clocks"]["dispatch"]["in_time"] == 3
    assert told["concentrated"][0]["claimants"] == 3
    assert told["expected"] == []
    assert "集中：3 人 3 件 75.0% 朝阳区望京花园 暖气不热" in hotline("supervise", "wall").out
