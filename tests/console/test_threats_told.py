"""A threat (威胁, C.4) is never registered unasked: what announces one, and whether a person must say that none is made.

Completeness does not hang on the words alone: where 不稳定因素 is chosen, either the threat's time, place and own words are
demanded, or somebody answers that there is no threat; and an act of harm, or plain words, leave no such answer.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from console.house import House
from console.judgement import judge_record, suggested
from console.registration import Incomplete, Registration, UrgencyOpen
from data.clock import FixedClock
from data.events import new_id
from data.people import Actor, Role
from data.record import Answer, Claimant, Place, Record
from scripts.elements import Facts, plain_threat, threats
from scripts.kinds import UNSTABLE
from scripts.pack import Packs, load_packs

PACKS: Packs = load_packs()[0]
LABELLED = Path(__file__).parent / "labelled"
ACTOR = Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER}))
OF_A_THREAT = {"own_words", "threat_time", "threat_place"}
QUESTION = "unstable_threat"

# (what was told, the act in its field): registered as complete before, with 不稳定因素 chosen
UNASKED = [
    ("信访办再推我，我就喝百草枯，药已经在手里了。", "喝农药"),
    ("工资不结他就上楼顶", "跳楼"),
    ("再不解决就喝百草枯", "喝药"),
    ("孩子不给转学", "带着孩子一起死"),
    ("把楼炸了", "炸楼"),
    ("已经买好汽油了，11月28日下午去朝阳区政府门口，大不了大家一起完蛋", "点火"),
    ("欠薪三个月，来电人情绪激动", "用刀捅包工头"),
    ("拆迁款一直不给", "把煤气罐打开"),
    ("低保停了两年", "到民政局门口上吊"),
    ("物业锁了门禁", "砸门打人"),
    ("我把刀磨好了，谁来拆我砍谁", "砍人"),
    ("再拖下去我就带着孩子跳河", "跳河"),
    ("不给签字我就坐到塔吊上不下来", "爬塔吊"),
]

# not recognised before, no kind chosen: registered as ordinary
UNHINTED = [
    "我已经买好汽油了，后天上午去区政府门口，大不了大家一起完蛋",
    "我现在就在万达广场天台上坐着呢，工资不给我就不下来了",
    "我带着孩子一块儿死",
    "谁拦我捅谁",
    "11月28日在国贸桥上撒传单并拦停公交车",
    "信访办再推我，我就喝百草枯，药已经在手里了",
    "工资不结他就上楼顶",
    "再不解决就喝百草枯",
    "我兜里揣着匕首，见到他就捅",
    "不让我孩子上学，我抱着孩子从楼顶跳下去",
    "我在桥栏杆边上，给不给个话，不给我就跳",
    "油我都浇好了，谁过来我点火",
    "谁敢拔我的秧苗我砍死谁",
    "大不了一命换一命",
    "往你们水箱里下毒，谁也别想好过",
    "我遗书都写好了",
]

ORDINARY = [
    "跳楼机在欢乐谷排队太久",
    "商场跳楼价甩卖是假的",
    "朋友开玩笑说减不下来就去跳河",
    "楼上跳绳声太大",
    "村里发的百草枯过期了",
    "我把汽油发票弄丢了",
    "把旧家具烧了，味道太大",
    "电视剧里演员要跳楼，拍摄占道",
    "加班拼命干还扣工资",
    "老板要杀价，供应商不干",
    "他要把车位卖了",
    "去年有人在这桥上跳下去过，建议加护栏",
    "楼顶坐着几个人打牌，太吵",
    "我不会跳楼的，就是想问怎么投诉",
]


class Measured(NamedTuple):
    """Of the threats: how many the words tell, how many must be judged; of the plain ones, how many no answer undoes;
    of the rest, how many are taken for a threat."""

    told: float
    judged: float
    plain: float
    false: float
    many: int
    rest: int


def measured(name: str) -> Measured:
    """Ask about each sentence of a labelled file."""
    rows = [each.split("|") for each in (LABELLED / name).read_text("utf-8").splitlines() if each[:1] != "#"]
    made = [told for mark, told in rows if mark]
    plain = [told for mark, told in rows if mark == "!"]
    rest = [told for mark, told in rows if not mark]
    elements = PACKS.elements
    return Measured(
        sum(bool(threats(elements, told)) for told in made) / len(made),
        sum(bool(suggested(PACKS, Record(text=told))) for told in made) / len(made),
        sum(bool(plain_threat(elements, Facts(text=told))) for told in plain) / len(plain),
        sum(bool(threats(elements, told)) for told in rest) / len(rest),
        len(made),
        len(rest),
    )


def unstable(text: str, act: str, **answers: bool) -> Record:
    """A record with everything but the threat's own elements."""
    return Record(
        types=["求助"],
        title="来电求助",
        text=text,
        urgency_kinds=[UNSTABLE],
        urgency_answers=answers,
        claimant=Claimant(name="马立军"),
        place=Place(text="朝阳区望京西园三区420号楼", district="朝阳区"),
        event_time="三个月来",
        respondent="青松建设公司",
        earlier_handling="没找过",
        elements={"channel": Answer("打电话"), "manner": Answer("个人"), "act": Answer(act)},
    )


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own."""
    opened = House(tmp_path / "home", clock)
    yield opened
    opened.close()


@pytest.mark.parametrize(("text", "act"), UNASKED)
@pytest.mark.clause("C.4")
def test_harm_that_is_announced_asks_for_time_place_and_own_words(
    house: House, clock: FixedClock, text: str, act: str
) -> None:
    """You should see all three demanded whatever the free text says, and no answer "no" undo it."""
    for answers in ({}, {QUESTION: False}):
        record = unstable(text, act, **answers)
        assert {state.id for state in judge_record(house.packs, record).missing} & OF_A_THREAT
        with pytest.raises(Incomplete, match="威胁原话"):
            Registration(house, ACTOR, new_id()).submit(record, clock.now())
    told = {"own_words": Answer("“我说到做到”"), "threat_time": Answer("今天"), "threat_place": Answer("望京西园三区")}
    record = unstable(text, act)
    record.elements |= told
    if threats(house.packs.elements, text):
        record.text = f"“{text}”"
    assert not OF_A_THREAT & {state.id for state in judge_record(house.packs, record).missing}


@pytest.mark.clause("C.4")
def test_an_answer_no_over_plain_words_is_told_not_to_count() -> None:
    """You should see a sentence that names the words, instead of the one that no threat is made."""
    notes = judge_record(PACKS, unstable("再不解决就喝百草枯", "上访", **{QUESTION: False})).notes
    assert notes == ["“就喝百草枯”就是威胁，答“否”不算：仍要威胁时间、地点和原话（附录C.4）。"]


@pytest.mark.clause("C.4")
def test_without_words_of_a_threat_a_person_says_whether_one_is_made(house: House, clock: FixedClock) -> None:
    """You should see the record held until the question is answered: "yes" demands the three, "no" is kept with the
    record and lets it go."""
    text = "业主们打算周末一起到区政府反映物业的事"
    one = Registration(house, ACTOR, new_id())
    with pytest.raises(UrgencyOpen, match="有没有威胁"):
        one.submit(unstable(text, "集体上访"), clock.now())
    said = unstable(text, "集体上访", **{QUESTION: True})
    assert {state.id for state in judge_record(house.packs, said).missing} >= OF_A_THREAT
    denied = unstable(text, "集体上访", **{QUESTION: False})
    assert judge_record(house.packs, denied).notes == [house.packs.urgency.threat.otherwise]
    ticket = one.submit(denied, clock.now())
    kept = house.tickets.get(ticket.id)
    assert kept is not None
    assert kept.record.urgency_answers == {QUESTION: False}


@pytest.mark.clause("C.4")
def test_weaker_words_may_be_judged_to_be_none() -> None:
    """You should see 走极端 demand the three until somebody says that no threat is made."""
    record = unstable("再不解决我们只能走极端了", "集体反映")
    assert {state.id for state in judge_record(PACKS, record).missing} >= OF_A_THREAT
    assert judge_record(PACKS, record).decided
    denied = msgspec.structs.replace(record, urgency_answers={QUESTION: False})
    assert judge_record(PACKS, denied).complete


@pytest.mark.parametrize("text", UNHINTED)
@pytest.mark.clause("C.4")
@pytest.mark.clause("5.1.4.1g")
def test_a_threat_is_suggested_and_holds_the_record(text: str) -> None:
    """You should see a kind suggested, so that the record does not leave before it is judged, and own words demanded."""
    record = Record(types=["投诉"], text=text)
    assert UNSTABLE in {hint.kind for hint in suggested(PACKS, record)}
    judged = judge_record(PACKS, record)
    assert not judged.decided
    assert "own_words" in {state.id for state in judged.missing}


@pytest.mark.parametrize("text", ORDINARY)
@pytest.mark.clause("C.4")
def test_the_same_words_elsewhere_are_no_threat(text: str) -> None:
    """You should see no threat in a machine, a price, a joke, a film, a tool or what is long past."""
    assert threats(PACKS.elements, text) == ()


@pytest.mark.clause("C.4")
def test_most_threats_are_judged_by_somebody(capsys: pytest.CaptureFixture[str]) -> None:
    """You should see, printed, the figures of the set that was tuned on and of that kept apart."""
    tuned, kept = measured("threats.txt"), measured("threats_apart.txt")
    for name, each in (("tuned on", tuned), ("kept apart", kept)):
        with capsys.disabled():
            print(f"\n  {name}: {each.many} threats, told by their words {each.told:.3f}, held to be judged {each.judged:.3f}, "
                  f"plain ones known as plain {each.plain:.3f}; of {each.rest} other sentences taken for one {each.false:.3f}")  # fmt: skip
    assert tuned.judged >= 0.95
    assert tuned.false <= 0.05
    assert kept.judged >= 0.9
    assert kept.told >= 0.8
    assert kept.false <= 0.1


GIVEN: dict[str, Any] = {
    "source": "热线电话",
    "claimant": {"name": "马立军"},
    "types": ["求助"],
    "urgency_kinds": [UNSTABLE],
    "title": "反映物业",
    "text": "业主们打算周末一起到区政府反映物业的事",
    "place": "朝阳区望京西园三区420号楼",
    "event_time": "三个月来",
    "respondent": "青松物业",
    "earlier_handling": "没找过",
    "elements": {"channel": "区政府", "manner": "三十多人", "act": "集体上访"},
}


@pytest.mark.clause("C.4")
def test_the_command_line_asks_whether_a_threat_is_made(hotline) -> None:
    """You should see the question with the key under which its answer goes, and each answer taken."""
    ran = hotline("ticket", "new", "--from", "-", "--json", stdin=json.dumps(GIVEN))
    assert (ran.code, [each["id"] for each in ran.json["pending"]]) == (1, [QUESTION])
    assert f'"{QUESTION}": true' in ran.err
    checked = hotline("check", "-", "--json", stdin=json.dumps(GIVEN)).json
    assert (checked["complete"], len(checked["pending"])) == (False, 1)
    said = hotline(
        "ticket", "new", "--from", "-", "--json", stdin=json.dumps(GIVEN | {"urgency_answers": {QUESTION: True}})
    )
    assert {each["element"] for each in said.json["missing"]} >= OF_A_THREAT
    denied = hotline(
        "ticket", "new", "--from", "-", "--json", stdin=json.dumps(GIVEN | {"urgency_answers": {QUESTION: False}})
    )
    assert denied.json["record"]["urgency_answers"] == {QUESTION: False}
    harmful = GIVEN | {"urgency_answers": {QUESTION: False}, "elements": GIVEN["elements"] | {"act": "跳楼"}}
    assert hotline("ticket", "new", "--from", "-", stdin=json.dumps(harmful)).code == 1
