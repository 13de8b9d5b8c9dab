"""Whom a document may be laid before (5.2.3b): somebody by number, name or office, and not just any words."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from console.house import House
from console.leaders import names_somebody
from data.clock import SHANGHAI, FixedClock
from data.people import Role

SOMEBODY = (
    *("7002", "7002号", "督办员二", "7002号督办员二", "3002号", "王主任", "李明", "欧阳锋", "分管副区长", "值班领导", "主管领导"),
    *("张建国（副主任）", "张建国 副区长", "王局长、李处长", "市政务服务局局长", "王明同志", "阿卜杜拉·买买提"),
)  # fmt: skip
NOBODY = (
    *("不知道", "随便", "无", "内容", "领导", "局长", "待定", "任意", "某领导", "相关领导", "有关负责人", "7009", "8041", "abc", ""),
    *("王", "。", "尽快", "还没定", "报请审批的领导的内容", "王主任、随便"),
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation with a supervisor, a unit's leader and a call-taker."""
    now = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
    root: Path = tmp_path_factory.mktemp("leaders") / "home"
    made = House(root, FixedClock(now))
    made.people.add("7002", "督办员二", frozenset({Role.SUPERVISOR}), "password-7002", now)
    made.people.add("3002", "负责人", frozenset({Role.UNIT_LEADER}), "password-3002", now, "望京街道办事处")
    made.people.add("8041", "话务员一", frozenset({Role.CALL_TAKER}), "password-8041", now)
    yield made
    made.close()


@pytest.mark.clause("5.2.3b")
@pytest.mark.parametrize("text", SOMEBODY)
def test_a_person_or_an_office_is_taken(house: House, text: str) -> None:
    """You should see those who lead here by number and name, names of people, and offices."""
    assert names_somebody(house, text)


@pytest.mark.clause("5.2.3b")
@pytest.mark.parametrize("text", NOBODY)
def test_what_names_nobody_is_not_taken(house: House, text: str) -> None:
    """You should see vague words, offices of nobody, and people who lead nothing refused."""
    assert not names_somebody(house, text)
