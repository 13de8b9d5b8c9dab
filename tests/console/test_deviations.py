"""Agents whose answers deviate beyond chance (5.4.4): the exact test, what many tests at once promise, who is found."""

import math
import random
from datetime import datetime
from pathlib import Path

import pytest
from scipy.stats import fisher_exact

from console.callback import Calling
from console.callback import Heard as Told
from console.deviations import LEVEL, NOTES, Comparison, compare, fisher, holm
from console.house import House
from console.sampling import Rule, sample
from data.callbacks import Answer, Probe
from data.clock import SHANGHAI, FixedClock
from data.evaluations import About, Heard
from data.people import Actor, Role
from tests.console.conftest import Run
from tests.lives import Lives

AT = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
ANSWERS = {"contacted": "是", "told": "是", "solved": "已解决", "satisfaction": "满意"}


def call(agent_no: str, at: int, *, refused: bool = False, tickets: int = 1, **answers: str) -> list[Heard]:
    """Everything that one call brought."""
    noted = {} if refused else ANSWERS | answers
    family = "拒访" if refused else "访问成功"
    return [
        Heard(About(f"{agent_no}-{at}-{each}", "n", "u", "", "", ""), AT, agent_no, f"{agent_no}-{at}", family, True, noted, noted)
        for each in range(tickets)
    ]  # fmt: skip


def month(chance: random.Random, satisfied: dict[str, float], calls: int) -> list[Heard]:
    """Some agents' calls, each with their own chance of a satisfied answer; all else is alike."""
    heard = []
    for agent_no, likely in satisfied.items():
        for at in range(calls):
            grade = "拒答" if chance.random() < 0.1 else "满意" if chance.random() < likely else "不满意"
            solved = "已解决" if chance.random() < 0.6 else "未解决"
            refused = chance.random() < 0.15
            heard += call(
                agent_no, at, refused=refused, tickets=chance.choice((1, 1, 3)), satisfaction=grade, solved=solved
            )
    return heard


def test_the_exact_test_is_that_of_scipy() -> None:
    """You should see the same p for small, lopsided and large tables, and for those that cannot differ."""
    chance = random.Random(5)
    tables = [
        (0, 5, 0, 9),
        (5, 5, 9, 9),
        (3, 3, 0, 3),
        (0, 1, 1, 1),
        (1_950, 2_000, 80_000, 90_000),
        (10, 10, 0, 20_000),
    ]
    for _ in range(400):
        trials, others = chance.randint(1, 300), chance.randint(1, 3000)
        tables.append((chance.randint(0, trials), trials, chance.randint(0, others), others))
    for hits, trials, other_hits, others in tables:
        theirs = fisher_exact([[hits, trials - hits], [other_hits, others - other_hits]]).pvalue
        assert fisher(hits, trials, other_hits, others) == pytest.approx(theirs, rel=1e-7, abs=1e-300)
    with pytest.raises(ValueError, match="no table"):
        fisher(3, 2, 0, 1)


def test_holm_steps_down_and_never_back() -> None:
    """You should see the textbook's example adjusted in its own order, and nothing above 1."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@pytest.mark.clause("5.4.4")
def test_where_nobody_differs_hardly_any_month_has_a_false_alarm() -> None:
    """You should see, in 400 months of twelve agents alike, no more false alarms than `LEVEL` allows: one month in twenty,
    and three standard errors of that as a margin for the draw."""
    chance, months = random.Random(11), 400
    alarms = sum(
        bool(compare(month(chance, {f"81{at:02}": 0.8 for at in range(12)}, 50)).beyond_chance) for _ in range(months)
    )
    assert alarms / months <= LEVEL + 3 * math.sqrt(LEVEL * (1 - LEVEL) / months)


@pytest.mark.clause("5.4.4")
def test_an_agent_whose_claimants_are_all_satisfied_is_found() -> None:
    """You should see the one agent of twelve with 97 % where others have 80 % found in nearly each of 60 months, by that
    share, and with the direction and size of the difference."""
    chance, months, found, others = random.Random(13), 60, 0, 0
    for _ in range(months):
        likely = {f"81{at:02}": 0.8 for at in range(12)} | {"8107": 0.97}
        flagged = compare(month(chance, likely, 200)).beyond_chance
        ours = [each for each in flagged if (each.agent_no, each.share) == ("8107", "satisfaction")]
        found += bool(ours)
        others += len(flagged) > len(ours)
        if ours:
            low, high = ours[0].interval
            assert 0 < low < ours[0].difference < high
            assert ours[0].p <= ours[0].adjusted <= LEVEL
    assert found >= 0.95 * months
    assert others <= 0.2 * months


def by_share(found: Comparison, agent_no: str) -> dict[str, tuple[int, int]]:
    """Hits and trials of an agent's own shares."""
    return {
        each.share: (each.own.numerator, each.own.denominator) for each in found.deviations if each.agent_no == agent_no
    }


def test_a_call_counts_once_by_what_was_noted_in_it() -> None:
    """You should see several requests of one call count as one, refusals by calls, and later corrections left aside."""
    heard = [
        *call("8101", 1, tickets=3, satisfaction="不满意"),
        *call("8101", 2, refused=True, tickets=2),
        *call("8101", 3, contacted="拒答", solved="拒答"),
        *call("8102", 1),
    ]
    heard[0] = Heard(heard[0].about, AT, "8101", "8101-1", "访问成功", True, ANSWERS, heard[0].noted)
    found = compare(heard, least=1)
    assert by_share(found, "8101") == {
        "satisfaction": (1, 2),
        "solution": (1, 1),
        "refusal": (1, 3),
        "no_answer": (1, 2),
    }
    assert by_share(found, "8102") == {
        "satisfaction": (1, 1),
        "solution": (1, 1),
        "refusal": (0, 1),
        "no_answer": (0, 1),
    }


def test_few_calls_are_listed_and_not_judged() -> None:
    """You should see an agent with 29 calls, and one beside whom nobody has 30, without a p."""
    heard = [each for at in range(29) for each in call("8101", at, satisfaction="非常不满意")]
    heard += [each for at in range(400) for each in call("8102", at)]
    found = compare(heard)
    assert found.tested == 0
    assert {each.p for each in found.deviations} == {None}
    assert not found.beyond_chance
    heard += call("8101", 30, satisfaction="非常不满意")
    found = compare(heard)
    # 8102 and 8101 are each other's rest, in all four shares.
    assert found.tested == 8
    assert {(each.agent_no, each.share) for each in found.beyond_chance} == {
        ("8101", "satisfaction"), ("8102", "satisfaction"),
    }  # fmt: skip
    assert compare([]).deviations == []


@pytest.mark.clause("5.4.4")
def test_the_command_shows_the_numbers_and_what_was_said_against_the_rules(
    hotline: Run, cli_home: Path, clock: FixedClock
) -> None:
    """You should see each agent's shares beside the others', the method named, and leading sentences with rule and agent."""
    house = House(cli_home, clock)
    house.people.add("8107", "张三", frozenset({Role.CALLBACK}), "pass-8107-word", clock.now())
    lives, agent = Lives(house), Actor("8107", roles=frozenset({Role.CALLBACK}))
    first, second = lives.replied("路灯不亮"), lives.replied("井盖坏了")
    third, fourth = lives.replied("垃圾", phone="13800000003"), lives.replied("噪声", phone="13800000004")
    sample(house, Rule(1, seed="s"), agent, clock.now())
    rule = house.packs.neutrality.rules[0]
    probes = [
        Probe("satisfaction", "现在应该满意了吧", clock.now(), [rule.id]),
        Probe("views", "请具体说说", clock.now()),
    ]
    answers = {name: Answer(value) for name, value in ANSWERS.items()}
    calling = Calling(house, agent)
    calling.interviewed([Told(house.tickets.get(each.id), answers, (), probes) for each in (first, second)], "c1")
    calling.refused([house.tickets.get(third.id)], "c2", probes=probes[:1])
    broken = house.packs.callback.outcome("中途挂断")
    calling.not_interviewed([Told(house.tickets.get(fourth.id), {}, (), probes[:1])], broken, "c3")
    told = hotline("callback", "agents", "--json").json
    assert told["correction"] == "Holm"
    assert {(each["share"], each["own"]["numerator"], each["own"]["denominator"]) for each in told["agents"]} == {
        ("satisfaction", 1, 1), ("solution", 1, 1), ("refusal", 1, 2), ("no_answer", 0, 1),
    }  # fmt: skip
    shown = hotline("callback", "agents").out
    assert "8107号张三" in shown
    assert NOTES[0] in shown
    said = hotline("callback", "probes", "--json").json
    assert sorted((each["agent"], each["text"], tuple(each["tickets"])) for each in said) == [
        ("8107", "现在应该满意了吧", (first.number, second.number)),
        ("8107", "现在应该满意了吧", (third.number,)),
        ("8107", "现在应该满意了吧", (fourth.number,)),
    ]
    assert said[0]["rules"] == [{"rule": rule.label, "clause": "5.4.4", "reason": rule.reason, "advice": rule.advice}]
    assert "现在应该满意了吧" in hotline("callback", "probes").out
