"""An emergency is pointed at its number before anything else (5.1.2.2a): how many are noticed, and what alarms nobody.

Everything is measured as the desk tells it, by the signs of the pack and by the model together. The sentences of
`console/suggest/emergencies.csv` are those that both learned from; the model is therefore measured on folds of them
that it has not seen. `labelled/emergencies_apart.txt` was written before and is only measured.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from console import emergency as rules
from console.call_desk import CallDesk
from console.call_events import Answered, Ringing
from console.emergency import HEAD, emergency
from console.house import House
from console.judgement import judge_record, set_aside, suggested
from console.suggest.examples import FOLDER, emergency_examples
from console.suggest.model import Model
from console.suggest.train import train
from data.clock import FixedClock
from data.people import Actor, Role
from data.record import Record
from data.reference import Reference
from data.tables import read_csv
from scripts.kinds import DANGER
from scripts.pack import Packs, load_packs

PACKS: Packs = load_packs()[0]
APART = Path(__file__).parent / "labelled" / "emergencies_apart.txt"
FOLDS = 5
Told = tuple[set[str], str]  # the numbers any of which is right, none for an ordinary request; what was told

REPORTED = [
    ("对面楼冒黑烟，窗户里有火苗，有人在喊救命", "119"),
    ("家里燃气表滋滋响漏气怎么办", "119"),
    ("厨房有燃气味儿", "119"),
    ("楼下漏天然气", "119"),
    ("屋里一股臭鸡蛋味，头晕", "119"),
    ("我闻见煤气了", "119"),
    ("液化气罐漏气", "119"),
    ("燃气管道被挖断", "119"),
    ("煤气罐着了", "119"),
    ("锅炉房炸了", "119"),
    ("仓库烧起来了", "119"),
    ("电动车自燃", "119"),
    ("电梯困人", "119"),
    ("我爸不省人事", "120"),
    ("有人晕倒", "120"),
    ("有孩子落水", "119"),
    ("有人拿刀追着人砍", "110"),
    ("有个人要跳桥", "110"),
    ("我妈被车撞", "122"),
    ("老公又打我", "110"),
    ("手机充电炸了烧起来了", "119"),
    ("塔吊要倒底下全是人", "119"),
    ("煤气中了毒", "120"),
    ("楼上往下冒火", "119"),
]

FRESH = [
    ("楼下理发店的吹风机插座冒烟了，有火星", "119"),
    ("阳台的旧报纸烧着了，火往屋里窜", "119"),
    ("燃气软管让老鼠咬破了，厨房全是味", "119"),
    ("施工队把天然气管子刨坏了，正往外喷", "119"),
    ("我闻着一股瓦斯味，脑袋发昏", "119"),
    ("井里掉下去一个收废品的大爷", "119"),
    ("我和孩子被困在电梯里了", "119"),
    ("脚手架塌了，底下压着工人", "119"),
    ("水塘里有个孩子在挣扎", "119"),
    ("我姥姥叫不醒，没有呼吸了", "120"),
    ("同事突然倒地抽搐，口吐白沫", "120"),
    ("孩子误食了老鼠药", "120"),
    ("我岳父喝了农药", "120"),
    ("工友从梯子上摔下来，腿断了", "120"),
    ("老人胸口疼，喘不上气", "120"),
    ("有人持刀在小区里追人", "110"),
    ("前夫在砸我家门，要打我", "110"),
    ("有人闯进我家偷东西", "110"),
    ("孩子放学不见了，找不到人", "110"),
    ("我刚被骗走三万块，钱才转过去", "110"),
    ("有个姑娘坐在窗台上要往下跳", "110"),
    ("面包车把骑车的大爷撞倒了", "122"),
    ("两辆车撞一起了，司机卡在里面", "122"),
    ("我骑电动车让货车撞了，腿在流血", "120"),
]

NEAR_MISSES = [
    "跳楼机在欢乐谷排队太久",
    "消防通道被堵了，万一着火怎么办",
    "老人被困在手机里",
    "楼道堆了很多纸箱，担心起火",
    "去年我家着火，物业一直不赔",
    "烧烤店天天冒烟",
    "车祸理赔材料去哪交",
    "我妈心梗出院了，想办慢病",
    "家暴怎么申请保护令",
    "孩子跟同学打架，老师处理不公",
    "邻居打架子鼓到半夜",
    "暖气片漏气滋滋响，不热",
    "煤气费怎么交",
    "小区停电三小时没通知",
    "社保卡在公交车上丢了，多久能补",
]


class Measured(NamedTuple):
    """How many emergencies brought a right number, and how many of those that brought one were emergencies."""

    recall: float
    precision: float
    told: int
    ordinary: int


def measured(rows: Iterable[Told]) -> Measured:
    """Ask the rules about each sentence as the main text of a record."""
    hits = misses = false = ordinary = 0
    for numbers, text in rows:
        found = emergency(PACKS, Record(text=text))
        rung = set(found.numbers) if found else set()
        if numbers:
            hits += bool(rung & numbers)
            misses += not rung & numbers
        else:
            ordinary += 1
            false += bool(rung)
    return Measured(hits / (hits + misses), hits / (hits + false), hits + misses, ordinary)


def own() -> list[Told]:
    """The sentences that were learned from, without the threats: `test_threats_told.py` measures those."""
    rows = [row for _, row in read_csv(FOLDER / "emergencies.csv", ("numbers", "told"))]
    return [(set(row["numbers"].split()), row["told"]) for row in rows if row["numbers"] != rules.THREAT]


def apart() -> list[Told]:
    lines = APART.read_text("utf-8").splitlines()
    return [(set(numbers.split()), told) for numbers, _, told in (each.partition("|") for each in lines if each[:1] != "#")]  # fmt: skip


def show(capsys: pytest.CaptureFixture[str], what: str, each: Measured) -> None:
    with capsys.disabled():
        print(f"\n  {what}: {each.told} emergencies, recall {each.recall:.3f}; "
              f"{each.ordinary} ordinary requests, precision {each.precision:.3f}")  # fmt: skip


@pytest.mark.parametrize(
    "told",
    ["今天晚上八点再没人管，我就去村口把那辆车点火烧了", "来电人扬言把仓库烧起来", "我今晚就去放火烧了他们的仓库"],
)
@pytest.mark.clause("5.1.2.2a")
@pytest.mark.clause("C.4")
def test_a_fire_that_is_only_threatened_is_a_threat_and_rings_nobody(told: str) -> None:
    """You should see no number to ring for what the claimant will do, and 不稳定因素 to judge."""
    found = emergency(PACKS, Record(text=told))
    assert found is None or not found.numbers
    assert "不稳定因素" in {hint.kind for hint in suggested(PACKS, Record(types=["投诉"], text=told))}


@pytest.mark.parametrize(("told", "number"), [*REPORTED, *FRESH])
@pytest.mark.clause("5.1.2.2a")
@pytest.mark.clause("5.1.4.1 note 1")
def test_an_emergency_brings_its_number_and_a_danger_to_judge(told: str, number: str) -> None:
    """You should see the number to ring among those named, and an urgent kind suggested that must be judged."""
    found = emergency(PACKS, Record(text=told))
    assert found is not None
    assert number in found.numbers
    record = Record(types=["投诉"], text=told)
    assert {hint.kind for hint in suggested(PACKS, record)} & set(DANGER)


@pytest.mark.clause("5.2.2.1.2")
def test_a_danger_that_is_a_sudden_event_is_asked_about_once_until_it_is_judged_to_be_none() -> None:
    """You should see 其他 stand back while 突发事件 stands, and be asked about as soon as that is set aside."""
    record = Record(text="电线掉下来打火，着火了")
    assert [hint.kind for hint in suggested(PACKS, record)] == ["突发事件"]
    assert [hint.kind for hint in suggested(PACKS, set_aside(PACKS, record, ["突发事件"]))] == [
        "突发事件",
        "其他可能造成生命财产损失",
    ]
    assert not judge_record(PACKS, record).decided


@pytest.mark.parametrize("told", NEAR_MISSES)
@pytest.mark.clause("5.1.2.2a")
def test_the_same_words_in_an_ordinary_request_bring_none(told: str) -> None:
    """You should see no number for what is feared, long over, asked about, or something else."""
    assert emergency(PACKS, Record(text=told)) is None


@pytest.mark.clause("5.1.2.2a")
def test_most_emergencies_are_noticed_and_few_others(capsys: pytest.CaptureFixture[str]) -> None:
    """You should see, printed, the figures on the sentences that the rules were made on, and on those kept apart."""
    rows = own()
    assert sum(bool(numbers) for numbers, _ in rows) >= 120
    assert sum(not numbers for numbers, _ in rows) >= 120
    tuned, kept = measured(rows), measured(apart())
    show(capsys, "tuned on", tuned)
    show(capsys, "kept apart", kept)
    assert (kept.told, kept.ordinary) == (60, 60)
    assert tuned.recall >= 0.95
    assert tuned.precision >= 0.9
    assert kept.recall >= 0.9
    assert kept.precision >= 0.85


@pytest.mark.clause("5.1.2.2a")
def test_sentences_that_the_model_has_not_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """You should see, printed, the figures on five folds, each told by a model that learned from the other four."""
    pytest.importorskip("sklearn", reason="the training needs scikit-learn (extra train)")
    rows, examples = own(), list(emergency_examples(Reference.load(), PACKS.scope))
    seen: list[Measured] = []
    for fold in range(FOLDS):
        asked = rows[fold::FOLDS]
        unknown = {told for _, told in asked}
        train([each for each in examples if each.text not in unknown], tmp_path / f"{fold}.model", (HEAD,))
        model = Model(tmp_path / f"{fold}.model")
        monkeypatch.setattr(rules, "_model", lambda model=model: model)
        seen.append(measured(asked))
    mean = Measured(
        sum(each.recall for each in seen) / FOLDS,
        sum(each.precision for each in seen) / FOLDS,
        sum(each.told for each in seen),
        sum(each.ordinary for each in seen),
    )
    show(capsys, f"signs tuned, model on {FOLDS} folds", mean)
    assert mean.recall >= 0.94
    assert mean.precision >= 0.9


@pytest.mark.clause("5.1.2.2a")
def test_the_number_and_the_gas_companys_line_come_first(house: House, clock: FixedClock) -> None:
    """You should see the sentence with 119 and the line of the units table before any question, and 119 alone for a
    fire."""
    desk = CallDesk(house, Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER})))
    desk.on_event(Ringing("call-1", clock.now(), caller="13800000103", line="12345"))
    desk.on_event(Answered("call-1", clock.now(), agent="8041"))
    desk.edit(Record(types=["求助"], text="家里燃气表滋滋响漏气怎么办"))
    line = desk.say_now()
    assert line is not None
    assert line.clause == "5.1.2.2a"
    gas = next(unit for unit in house.reference.units if unit.id == "gas")
    assert f"119、{gas.name}{gas.phone}" in line.text
    desk.edit(Record(types=["求助"], text="对面楼冒黑烟，窗户里有火苗"))
    line = desk.say_now()
    assert line is not None
    assert "拨打119，" in line.text


def test_signs_name_units_that_there_are() -> None:
    """You should see every unit of a sign in the table of units."""
    units = {unit.id for unit in Reference.load().units}
    signs = [sign for route in PACKS.scope.routes for sign in route.signs]
    assert {sign.unit for sign in signs if sign.unit} <= units
    assert all(sign.choices for sign in signs)


def test_the_shipped_model_is_that_of_the_examples(tmp_path: Path) -> None:
    """You should see the model made anew from the examples tell the same of each of them."""
    pytest.importorskip("sklearn", reason="the training needs scikit-learn (extra train)")
    train(emergency_examples(Reference.load(), PACKS.scope), tmp_path / "again.model", (HEAD,))
    shipped, again = rules._model(), Model(tmp_path / "again.model")
    for _, told in own():
        one, other = (model.weigh(told, (HEAD,))[HEAD][0] for model in (shipped, again))
        assert one.value == other.value
        assert one.score == pytest.approx(other.score, abs=0.05)
