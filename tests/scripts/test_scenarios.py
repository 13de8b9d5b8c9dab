"""Scenario packs: what is shipped is whole, and what is faulty is refused with file, entry and reason."""

import re
from pathlib import Path

import pytest

from scripts.kinds import REQUEST_TYPES, URGENCY_KINDS
from scripts.pack import Packs, load_packs
from scripts.reading import PackError
from scripts.scenarios import FOLDER, Scenarios, demanded, load_scenarios

HEAD = 'standard = "DB11/T 12345热线服务与管理规范（征求意见稿）"\nversion = "1"\n\n'
LAMP = """[[scenarios]]
id = "own-lamp"
title = "本市自写：路灯不亮"
opening = "喂，路灯不亮。"
facts = [
  { of = "event", says = "路灯三天不亮。", accept = ["路灯"] },
  { of = "object", says = "路灯所。", accept = ["路灯所"] },
]
truth = { types = ["求助"], units = ["{district}城市管理委员会"] }
"""


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs()[0]


@pytest.fixture(scope="module")
def shipped(packs: Packs) -> Scenarios:
    return load_scenarios(packs)[0]


@pytest.mark.clause("6.3.2")
def test_the_shipped_scenarios_cover_every_class(shipped: Scenarios, packs: Packs) -> None:
    """You should see sixty scenarios and more, over all types, urgent kinds, routes, replies, repeats and callbacks."""
    truths = [each.truth for each in shipped.scenarios]
    assert len(truths) >= 60
    assert {name for truth in truths for name in truth.types} == set(REQUEST_TYPES)
    assert {name for truth in truths for name in truth.kinds} == set(URGENCY_KINDS)
    assert {truth.route for truth in truths if truth.route} == {route.id for route in packs.scope.routes}
    assert {truth.repeat for truth in truths} == {"", "same", "new"}
    assert sum(truth.outcome == "reply" for truth in truths) >= 8
    assert sum(each.callback for each in shipped.scenarios) >= 3
    told = {fact.told for each in shipped.scenarios for fact in each.facts}
    assert {"asked", "late", "corrected"} <= told
    assert {mood for each in shipped.scenarios for mood in each.moods} == {
        "平静", "沉默", "啰嗦", "生气", "辱骂", "着急",
    }  # fmt: skip


@pytest.mark.clause("6.3.2")
def test_grave_calls_come_more_often_than_others(shipped: Scenarios) -> None:
    """You should see each danger to life drawn at least as often as an ordinary matter, most of them more often."""
    grave = [each.weight for each in shipped.scenarios if {"突发事件", "不稳定因素"} & set(each.truth.kinds)]
    assert min(grave) >= 2.0


def test_every_demanded_element_has_a_fact(shipped: Scenarios, packs: Packs) -> None:
    """You should see no scenario whose caller cannot tell what appendix C asks for."""
    pool = {fact.of for fact in shipped.pool.facts}
    for each in shipped.scenarios:
        assert set(demanded(packs, each.truth)) <= {fact.of for fact in each.facts} | pool, each.id


def test_the_shipped_files_are_small() -> None:
    """You should see no file of scenarios that a trainer cannot read through."""
    for path in FOLDER.glob("*.toml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 350, path.name


def test_a_city_adds_and_replaces_scenarios(packs: Packs, tmp_path: Path) -> None:
    """You should see a city's own scenario beside the shipped ones."""
    (tmp_path / "own.toml").write_text(HEAD + LAMP, encoding="utf-8")
    scenarios, refused = load_scenarios(packs, tmp_path)
    assert not refused
    assert scenarios.scenario("own-lamp").title == "本市自写：路灯不亮"


@pytest.mark.parametrize(
    ("change", "entry", "reason"),
    [
        (('of = "event"', 'of = "evnt"'), "own-lamp", "不认识的 evnt"),
        (('types = ["求助"]', 'types = ["求救"]'), "own-lamp", "不认识的 求救"),
        ((', units = ["{district}城市管理委员会"]', ""), "own-lamp", "要写 units"),
        (("路灯三天不亮。", "{colour}路灯三天不亮。"), "own-lamp event", "没有定义的空位 colour"),
        ((', accept = ["路灯所"]', ""), "own-lamp object", "要写 accept"),
        (('of = "event", says', 'of = "event", told = "corrected", says'), "own-lamp event", "先说错的话"),
        (("truth = { ", 'truth = { quotes = ["我要跳"], '), "own-lamp", "没有写"),
        (("truth = { ", 'truth = { grades = { danger_missed = "minor" }, '), "own-lamp", "一律是致命"),
        (("truth = { ", 'truth = { route = "nowhere", '), "own-lamp", "不认识的“nowhere”"),
        (("title = ", "titel = "), "own-lamp", "titel"),
        (("opening = ", "opening "), "第 7 行第 9 列", "TOML"),
    ],
)
def test_a_faulty_scenario_is_refused_by_file_entry_and_reason(
    packs: Packs, tmp_path: Path, change: tuple[str, str], entry: str, reason: str
) -> None:
    """You should see which file, which entry and why, and all other scenarios still in force."""
    assert change[0] in LAMP
    (tmp_path / "own.toml").write_text(HEAD + LAMP.replace(*change, 1), encoding="utf-8")
    scenarios, refused = load_scenarios(packs, tmp_path)
    assert len(scenarios.scenarios) >= 60
    [error] = refused
    assert isinstance(error, PackError)
    assert (error.file, error.entry) == ("own.toml", entry)
    assert re.search(re.escape(reason), error.reason)
