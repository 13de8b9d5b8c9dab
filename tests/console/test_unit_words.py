"""What a unit says to the claimant: the name form, the day, the matter, and what a reply fills in (B.3)."""

from datetime import datetime
from pathlib import Path

import pytest

from console.house import House
from console.unit_words import addressed, blanks_of, contact_lines, course_of, result_line, unit_name
from data.clock import SHANGHAI, FixedClock
from data.events import Ticket
from data.lifecycle import State
from data.people import Actor, Role
from data.record import Claimant, Record

ACTOR = Actor("3001", roles=frozenset({Role.UNIT}), unit="望京街道办事处")


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock):
    """An installation of the test's own."""
    made = House(tmp_path / "home", clock)
    yield made
    made.close()


def ticket(claimant: Claimant, title: str = "路灯不亮", raised_at: datetime | None = None) -> Ticket:
    """A ticket that was registered a minute past midnight in Shanghai."""
    at = datetime(2026, 3, 1, 0, 1, tzinfo=SHANGHAI)
    record = Record(claimant=claimant, title=title, text=f"{title}。", raised_at=raised_at)
    return Ticket("id", "2026030100001", 1, State.SIGNED, record, at, "8007", at)


@pytest.mark.clause("B.3.1")
@pytest.mark.parametrize(
    ("claimant", "title", "spoken"),
    [
        (Claimant(name="何慧"), "女士", "何慧女士"),
        (Claimant(name="何慧"), "", ""),
        (Claimant(name="王女士"), "先生", "王女士"),
        (Claimant(name="某某公司", kind="法人"), "先生", "某某公司"),
        (Claimant(), "先生", ""),
    ],
)
def test_the_claimant_is_addressed_by_name(claimant: Claimant, title: str, spoken: str) -> None:
    """You should see 先生 or 女士 where a person's name has none yet, and nothing where it is not known how."""
    assert addressed(ticket(claimant), title) == spoken


@pytest.mark.clause("B.3.1")
def test_a_unit_names_its_district(house: House) -> None:
    """You should see XX区XX街道, a city's bureau as it is, and a unit that no table knows as it is."""
    assert unit_name(house, "望京街道办事处") == "朝阳区望京街道办事处"
    assert unit_name(house, "朝阳区人民政府") == "朝阳区人民政府"
    assert unit_name(house, "市水务局") == "市水务局"
    assert unit_name(house, "没有登记的单位") == "没有登记的单位"


@pytest.mark.clause("B.3.2")
def test_the_day_is_that_of_shanghai_and_of_raising(house: House) -> None:
    """You should see the day on which it was raised, wherever midnight falls elsewhere."""
    late = datetime(2026, 2, 28, 16, 30, tzinfo=SHANGHAI)
    for raised, day in ((None, "3月1日"), (late, "2月28日")):
        lines = contact_lines(house, ticket(Claimant(name="何慧"), "关于路灯不亮的问题", raised), ACTOR, "")
        assert [line.phrase_id for line in lines] == ["B.3.1", "B.3.2"]
        assert f"您于{day}通过12345热线反映过关于路灯不亮的问题。" in lines[1].text


@pytest.mark.clause("B.3.3")
def test_each_outcome_has_a_sentence_of_its_own(house: House) -> None:
    """You should see the blanks that a sentence needs, and no placeholder that could be read aloud."""
    one = ticket(Claimant(name="何慧"))
    for outcome in ("已解决", "未解决", "不能解决", "不合理诉求", "咨询", "建议"):
        line = result_line(house, one, outcome, {})
        assert line is not None
        assert "XX" not in line.text
        assert "{" not in line.text
    assert blanks_of(house, "建议") == []
    assert blanks_of(house, "已解决") == ["section", "officer", "site", "problem", "process", "finding"]
    assert result_line(house, one, "", {}) is None


def test_the_course_is_written_only_from_whole_blanks() -> None:
    """You should see nothing while a blank is empty."""
    words = {"section": "城管办", "officer": "李明", "site": "望京西路", "process": "排查", "finding": "线路老化"}
    assert course_of(words) == "与城管办核实，派李明到望京西路查看；经排查，发现线路老化。"
    for name in words:
        assert course_of({**words, name: " "}) == ""
