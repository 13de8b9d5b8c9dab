"""Reports of quality by agent and team with both numbers, and the same without a screen (7.1.2.2, 7.1.2.4)."""

from pathlib import Path
from typing import Any

import pytest

from console.house import House
from console.quality.assessing import Assessing, Verdict
from console.quality.report import Facts, gather, report, tabulate
from console.quality.sampling import Rule, sample
from data.people import Actor, Role
from tests.console.quality_lives import a_call
from tests.lives import Lives

QUALITY = Actor("5001", roles=frozenset({Role.QUALITY}))
TAKER = Actor("8007", roles=frozenset({Role.CALL_TAKER}))
RIGHT = [Verdict(name, True) for name in ("manner", "true", "route")]


@pytest.fixture
def month(house: House, lives: Lives, clock: Any) -> House:
    """Two requests that were dispatched, one of them passed on, one call without a request that came to nobody in 15 s."""
    first, second = lives.sent(), lives.passed_on(lives.handled(phone="13800000002"))
    house.calls.save(a_call(clock.now(), first.id))
    house.calls.save(a_call(clock.now(), second.id, rang=20, said=("B.1.2.1", "B.1.4.1", "B.1.4.2")))
    house.calls.save(a_call(clock.now(), id="lost", answered_at=None, ended_at=None))
    sample(house, Rule(None, None, 1.0, "s"), QUALITY, clock.now())
    desk = Assessing(house, QUALITY)
    for each in desk.every():
        desk.review(each, RIGHT)
    return house


@pytest.mark.clause("7.1.2.2c")
@pytest.mark.clause("7.1.2.2d")
def test_dispatch_has_two_numbers_and_answering_two_each_with_its_denominator(month: House) -> None:
    """You should see 2 of 2 in time but 1 of 2 right, 2 of 3 connected and 1 of 2 within 15 s, each at its agent."""
    made = report(month, QUALITY, None, None)
    lines = {line.name: line for line in made.agents}
    shares = lines["2001"].shares
    assert [(shares[n].numerator, shares[n].denominator) for n in ("dispatch_time", "dispatch_unit")] == [
        (2, 2),
        (1, 2),
    ]
    shares = lines["8007"].shares
    assert [(shares[n].numerator, shares[n].denominator) for n in ("connected", "answered")] == [(2, 3), (1, 2)]
    assert shares["dispatch_time"].denominator == 0
    assert made.whole.shares["dispatch_unit"].value == 0.5
    assert lines["8007"].deviations["minor"] == 1


@pytest.mark.clause("7.1.2.4")
def test_few_are_listed_and_not_ranked_and_equals_share_a_rank(month: House) -> None:
    """You should see nobody ranked by two pieces of work, and ranks where there are ten."""
    facts = month.figures.quality(lambda store: gather(month.packs, store, None, None))
    assert [line.rank for line in tabulate(month.packs.quality, facts).agents] == [None, None]
    many = Facts(facts.assessments * 5, facts.dispatches, facts.calls, facts.teams)
    ranked = {line.name: line.rank for line in tabulate(month.packs.quality, many).agents}
    assert ranked == {"8007": 1, "2001": 2}


@pytest.mark.clause("7.1.2.4")
def test_an_agent_reads_their_own_line_and_teams_are_counted_together(month: House, clock: Any) -> None:
    """You should see one line for who does not check, and the team of both where they are in one."""
    assert [line.name for line in report(month, TAKER, None, None).agents] == ["8007"]
    for agent in ("8007", "2001"):
        month.quality.set_team(agent, "一班", "7001", clock.now())
    (team,) = report(month, QUALITY, None, None).teams
    assert (team.name, team.assessed, team.shares["dispatch_time"].denominator) == ("一班", 2, 2)


def test_what_was_drawn_for_its_risk_is_in_no_share(house: House, lives: Lives, clock: Any) -> None:
    """You should see it listed apart."""
    lives.sent("燃气泄漏", "突发事件")
    sample(house, Rule(None, None, 0.0, "s", ("urgent",)), QUALITY, clock.now())
    desk = Assessing(house, QUALITY)
    desk.review(desk.every()[0], RIGHT)
    line = next(each for each in report(house, QUALITY, None, None).agents if each.name == "8007")
    assert (line.assessed, line.at_risk, line.shares["record"].denominator) == (0, 1, 0)


@pytest.mark.clause("7.1.2.1")
@pytest.mark.clause("7.1.2.4")
@pytest.mark.clause("7.2")
def test_the_whole_way_on_the_command_line(hotline: Any, cli_home: Path, clock: Any) -> None:
    """You should see a sample, a review, an appeal, its decision, the report and an improvement, and refusals said."""
    house = House(cli_home, clock)
    who = (("5001", Role.QUALITY), ("7001", Role.SUPERVISOR), ("8007", Role.CALL_TAKER), ("8012", Role.TRAINER))
    for agent_no, role in who:
        house.people.add(agent_no, "某人", frozenset({role}), "irrelevant", clock.now())
    ticket = Lives(house).sent()
    house.calls.save(a_call(clock.now(), ticket.id, said=("B.1.4.1", "5.3.3", "B.1.4.2")))
    house.close()
    assert hotline("quality", "sample", "--rate", "1", "--by", "8007").code == 1
    assert hotline("quality", "sample", "--rate", "1", "--by", "5001", "--json").json["drawn"] == 1
    assert hotline("quality", "list", "--by", "8007", "--json").json == []
    rights = ("--right", "manner", "--right", "true", "--right", "route")
    refused = hotline("quality", "review", ticket.number, "--by", "5001")
    assert (refused.code, "还没有评定" in refused.err) == (1, True)
    done = hotline("quality", "review", ticket.number, *rights, "--by", "5001", "--json").json
    assert (done["state"], done["steps"][1]["by"]) == ("已评定", "5001")
    own = hotline("quality", "list", "--by", "8007", "--json").json
    wrong = [mark for mark in own[0]["marks"] if mark["criterion"] == "greeting"]
    assert wrong[0]["evidence"] == ["没有说首问语"]
    appealed = ("quality", "appeal", ticket.number, "greeting", "--text", "说过", "--by", "8007")
    assert "申诉中" in hotline(*appealed).out
    decided = ("--step", "decide", "--right", "greeting=录音有", "--note", "录音可证", "--by", "7001")
    assert hotline("quality", "review", ticket.number, *decided, "--json").json["state"] == "已裁定"
    made = hotline("quality", "report", "--json").json
    assert made["agents"][-1]["upheld"] == 1
    assert "不排名" in hotline("quality", "report").out
    found = ("等待用语漏说", "--measure", "班前练习", "--clause", "7.2d", "--owner", "8012", "--course", "等待")
    one = hotline("quality", "find", *found, "--follow-up", "2026-12-01", "--by", "5001", "--json").json
    assert (one["state"], one["due"], one["course"]) == ("待跟进", "2026-12-01", "等待")
    assert hotline("quality", "follow", one["id"], "--effective", "--note", "不漏", "--by", "5001").out.endswith(
        "已见效\n"
    )
    assert hotline("quality", "findings", "--json").json[0]["follows"][0]["by"] == "5001"
