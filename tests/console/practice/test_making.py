"""Making scenarios: a file checked with file, entry and reason, previewed, or drawn from an archived ticket (6.3.2)."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.archive import archive_finished
from console.house import House
from console.practice.case import draw
from console.practice.house import PracticeHouse, practice_root
from console.practice.making import DrawError, check_scenarios, leaks, scenario_of
from console.practice.scoring import score
from data.clock import FixedClock
from data.events import Ticket
from data.people import SYSTEM
from data.record import Answer, Claimant, Place, Scope
from scripts.pack import Packs
from scripts.scenarios import Scenarios
from tests.console.conftest import Run
from tests.lives import Lives
from tests.practice_players import play

SECRETS = (
    "何慧敏", "慧敏", "何女士", "13800001234", "13911112222", "1234", "2222", "枫林里", "7号楼", "301", "京N8K312",
    "110101199001011234", "张建军", "李大夫", "wx_heihui88", "金禾超市", "望京西路", "望京街道", "朝阳区", "明居物业",
)  # fmt: skip
TEXT = (
    "诉求人何慧敏（何女士）反映，家住朝阳区望京街道枫林里小区7号楼2单元301。电梯坏了半个月没人修，老人下不了楼。"
    "物业经理张建军推诿，微信wx_heihui88联系过，也打过13911112222。明居物业一直说等配件。身份证110101199001011234。"
    "枫林里的居民都有意见，金禾超市旁边那栋最严重，李大夫上门不方便。车牌京N8K312的车堵着门口。要求尽快修好电梯。"
)
FAULTS = [
    ('id = "a"', 'id = "a"\nnonsense = 1', "nonsense"),
    ('types = ["投诉"]', 'types = ["抱怨"]', "抱怨"),
    ('of = "object"', 'of = "objekt"', "objekt"),
    ("{spot}", "{sopt}", "sopt"),
    ('writes = "安槐物业公司"', 'writes = "别的公司"', "writes"),
]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A city's own scenario, as a trainer writes it."""
    path = tmp_path / "own.toml"
    path.write_text(
        'standard = "s"\nversion = "1"\n\n[[scenarios]]\nid = "a"\ntitle = "电梯"\nopening = "{spot}电梯坏了！"\nfacts = [\n'
        '  { of = "event", says = "电梯停了。", accept = ["电梯&停"], writes = "电梯停运" },\n'
        '  { of = "object", says = "安槐物业。", accept = ["安槐物业"], writes = "安槐物业公司" },\n]\n'
        'truth = { types = ["投诉"], units = ["{street}办事处"] }\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.clause("6.3.2")
def test_a_file_is_checked_and_previewed(hotline: Run, written: Path) -> None:
    """You should see how many scenarios it has, what the caller tells when, and what is right."""
    ran = hotline("practice", "check", written, "--preview", "--seed", "0")
    assert ran.code == 0
    assert "own.toml 可以用：1 个场景" in ran.out
    assert "a 种子 0 · 平静 · 电梯" in ran.out
    assert "对象（问了才说）：安槐物业。 ▸ 安槐物业公司" in ran.out
    assert "答案：投诉 · 一般 · " in ran.out
    assert "{" not in ran.out
    assert hotline("practice", "check", written, "--json").json == [{"file": "own.toml", "scenarios": ["a"]}]


@pytest.mark.parametrize(("right", "wrong", "word"), FAULTS)
def test_what_cannot_be_played_is_refused(hotline: Run, written: Path, right: str, wrong: str, word: str) -> None:
    """You should see file and reason of whatever is misspelt or cannot be scored, and exit code 1."""
    written.write_text(written.read_text("utf-8").replace(right, wrong, 1), encoding="utf-8")
    ran = hotline("practice", "check", written)
    assert ran.code == 1
    assert "own.toml" in ran.err
    assert word in ran.err
    [told] = hotline("practice", "check", written, "--json").json
    assert told["entry"]
    assert told["reason"]


def test_a_file_that_is_not_there_is_refused(hotline: Run, tmp_path: Path) -> None:
    """You should see one sentence that names it."""
    ran = hotline("practice", "check", tmp_path / "none.toml")
    assert ran.code == 1
    assert "none.toml" in ran.err


def test_every_shipped_file_passes_its_own_check(packs: Packs, scenarios: Scenarios) -> None:
    """You should see no shipped good record that the scorer would not take."""
    from scripts.scenarios import FOLDER, POOL

    found = [check_scenarios(path, packs, scenarios) for path in FOLDER.glob("*.toml") if path.name != POOL]
    assert sum(map(len, found)) >= 60


@pytest.fixture
def told(house: House, lives: Lives) -> Ticket:
    """An archived ticket in which all sorts of personal data stand everywhere."""
    ticket = lives.sent("何女士家电梯坏了")
    record = msgspec.structs.replace(
        ticket.record,
        claimant=Claimant(
            "何慧敏", phone="13800001234", contact="13911112222", address="朝阳区枫林里小区7号楼2单元301"
        ),
        place=Place("枫林里小区7号楼", "朝阳区", "望京街道", landmark="金禾超市"),
        title="枫林里小区7号楼电梯坏了",
        text=TEXT,
        respondent="明居物业公司",
        earlier_handling="找过物业经理张建军，一直没修好",
        wish="尽快修好电梯",
        elements={"name": Answer(asked="不愿提供")},
    )
    return msgspec.structs.replace(ticket, record=record, archive="a" * 64)


@pytest.mark.clause("6.2.1")
@pytest.mark.clause("6.3.2")
def test_nothing_personal_comes_along(
    house: House, told: Ticket, tmp_path: Path, packs: Packs, scenarios: Scenarios
) -> None:
    """You should see what happened and what is wanted, a firm of the same sort, slots for the rest, and none of the
    names, numbers, addresses and plates, not even in part; the draft can be played as it is."""
    made = scenario_of(house, told)
    body = made.partition("[[scenarios]]")[2]  # the head names 12345
    for secret in SECRETS:
        assert secret not in body, secret
    assert told.number not in made
    assert re.search(r'^id = "drawn-[a-p]{8}"$', body, re.MULTILINE)  # no digit that could be one of a number
    assert leaks(made, told.record) == []
    assert "电梯坏了半个月没人修" in made
    assert "老人下不了楼" in made
    assert "安槐物业公司" in made
    assert "{street}办事处" in made
    path = tmp_path / "drawn.toml"
    path.write_text(made, encoding="utf-8")
    [scenario] = check_scenarios(path, packs, scenarios)
    assert scenario.truth.types == tuple(told.record.types)
    assert {fact.of for fact in scenario.facts} >= {"event", "object", "wish"}
    assert {draw(scenarios, scenario, seed).slots["name"] for seed in range(9)} != {"何慧敏"}


def test_a_draft_can_be_played_to_full_marks(
    house: House, told: Ticket, tmp_path: Path, practice: PracticeHouse, clock: FixedClock, packs: Packs,
    scenarios: Scenarios, recogniser: Any,
) -> None:  # fmt: skip
    """You should see an expert do what the ticket became."""
    path = tmp_path / "drawn.toml"
    path.write_text(scenario_of(house, told), encoding="utf-8")
    [scenario] = check_scenarios(path, packs, scenarios)
    done = play(practice, clock, draw(scenarios, scenario, 3), recogniser, expert=True)
    assert score(packs, scenarios.pool, done).deviations == ()


def test_a_second_look_finds_what_the_first_left() -> None:
    """You should see a value and a number of a record told, and nothing where neither stands."""
    from data.record import Record

    record = Record(claimant=Claimant("何慧敏", phone="13800001234"), place=Place("枫林里小区"))
    assert leaks("说是枫林里小区的", record) == ["地点"]
    assert leaks("13800001234", record) == ["来电号码", "号码"]
    assert leaks("电梯坏了", record) == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"archive": ""}, "还没有归档"),
        ({"scope": Scope("涉密", "5.1.2.2e")}, "5.1.2.2e"),
        ({"urgency_kinds": ["不稳定因素"]}, "不稳定因素"),
        ({"text": "家住枫林里小区7号楼。", "title": "枫林里小区7号楼"}, "没有剩下可用的内容"),
    ],
)
def test_what_no_scenario_can_be_drawn_from(house: House, told: Ticket, changes: dict[str, Any], word: str) -> None:
    """You should see why, and what to do."""
    of_ticket = {name: value for name, value in changes.items() if name == "archive"}
    record = msgspec.structs.replace(told.record, **{k: v for k, v in changes.items() if k != "archive"})
    with pytest.raises(DrawError, match=word):
        scenario_of(house, msgspec.structs.replace(told, record=record, **of_ticket))


@pytest.mark.clause("6.3.2")
def test_a_draft_is_drawn_by_command(hotline: Run, cli_home: Path, clock: FixedClock, tmp_path: Path) -> None:
    """You should see a draft on standard output or in a file that is never written over, from the archive alone."""
    house = House(cli_home, clock)
    waiting, finished = Lives(house).waiting(), Lives(house).completed_web("电梯停了没人修")
    clock.advance(timedelta(days=40).total_seconds())
    archive_finished(house, SYSTEM, clock.now())
    house.close()
    assert "还没有归档" in hotline("practice", "draw", waiting.number).err
    assert hotline("practice", "draw", "2000010100001").code == 1
    ran = hotline("practice", "draw", finished.number)
    assert ran.code == 0
    assert "电梯停了没人修" in ran.out
    assert "何慧" not in ran.out
    path = tmp_path / "drawn.toml"
    assert hotline("practice", "draw", finished.number, "-o", path).code == 0
    assert path.read_text("utf-8") == ran.out
    assert "不覆盖" in hotline("practice", "draw", finished.number, "-o", path).err
    assert hotline("practice", "check", path).code == 0
    assert not practice_root(cli_home).exists()
