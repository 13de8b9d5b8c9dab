"""The urgent kinds (5.1.4.1 note 1): definitions, questions that decide, hints from the text."""

import pytest

from scripts.kinds import URGENCY_KINDS
from scripts.pack import Packs, ScriptError
from scripts.urgency import hints, resolve


@pytest.mark.clause("5.1.4.1 note 1")
def test_each_kind_has_its_printed_definition_and_a_key(packs: Packs) -> None:
    """You should see six kinds, each with a definition to read where it is chosen."""
    kinds = packs.urgency.kinds
    assert tuple(kind.name for kind in kinds) == URGENCY_KINDS
    assert len({kind.key for kind in kinds}) == 6
    assert "可能危害自身或他人生命和财产安全" in packs.urgency.kind("不稳定因素").definition
    assert "突然发生，造成较大范围的功能障碍或危及人身财产安全" in packs.urgency.kind("基本民生保障").definition
    assert "未按规定隔离或接种疫苗严重不良反应" in packs.urgency.kind("疫情").definition


@pytest.mark.clause("5.2.2.1.4")
def test_whom_to_consider_informing(packs: Packs) -> None:
    """You should see the police for 不稳定因素, emergency management for three kinds, and nobody named for the rest."""
    assert {kind.name: kind.report_to for kind in packs.urgency.kinds} == {
        "突发事件": "应急管理部门",
        "不稳定因素": "公安部门",
        "其他可能造成生命财产损失": "",
        "基本民生保障": "应急管理部门",
        "极端天气": "应急管理部门",
        "疫情": "",
    }


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ({"basic_sudden": True, "basic_wide_or_danger": True}, True),
        ({"basic_sudden": False, "basic_wide_or_danger": True}, False),
        ({"basic_sudden": True, "basic_wide_or_danger": False}, False),
        ({"basic_sudden": False}, False),
        ({}, True),
    ],
)
@pytest.mark.clause("5.1.4.1 note 1")
def test_basic_livelihood_counts_only_when_sudden_and_wide_or_dangerous(
    packs: Packs, answers: dict[str, bool], counts: bool
) -> None:
    """You should see the kind fall to 一般 with a sentence that says why, and stand while a question is open."""
    found = resolve(packs.urgency, ["基本民生保障"], answers)
    assert (found.kinds == ("基本民生保障",)) == counts
    assert found.level == ("紧急" if counts else "一般")
    assert bool(found.notes) == (not counts)
    assert len(found.pending) == (2 - len(answers) if counts else 0)


@pytest.mark.clause("5.1.4.1 note 1")
def test_extreme_weather_counts_only_when_it_did_harm(packs: Packs) -> None:
    """You should see mere bad weather handled as 一般."""
    found = resolve(packs.urgency, ["极端天气"], {"weather_harm": False})
    assert (found.kinds, found.level) == ((), "一般")
    assert "一般" in found.notes[0]
    assert resolve(packs.urgency, ["极端天气", "一般"], {"weather_harm": True}).kinds == ("极端天气",)


@pytest.mark.clause("5.1.4.1 note 1")
def test_epidemic_stays_urgent_whatever_the_answer(packs: Packs) -> None:
    """You should see 疫情 count either way: its question only chooses the limits."""
    for severe in (True, False):
        assert resolve(packs.urgency, ["疫情"], {"epidemic_severe": severe}).kinds == ("疫情",)
    assert [each.id for each in resolve(packs.urgency, ["疫情", "疫情"], {}).pending] == ["epidemic_severe"]


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("楼道里煤气味很大，怕漏气", "突发事件", "煤气味"),
        ("电梯困住两人", "突发事件", "困住"),
        ("再不解决我就去跳楼", "不稳定因素", "就去跳楼"),
        ("业主要到区政府拉横幅", "不稳定因素", "拉横幅"),
        ("路上井盖丢失", "其他可能造成生命财产损失", "井盖丢"),
        ("整个小区停水了", "基本民生保障", "停水"),
        ("暴雨后地下室被淹", "极端天气", "暴雨"),
        ("邻居是密接但没有隔离", "疫情", "密接"),
    ],
)
@pytest.mark.clause("5.1.4.1 note 1")
def test_hints_name_the_words(packs: Packs, text: str, kind: str, word: str) -> None:
    """You should see the kind suggested with the words that say so."""
    assert any(word in each for each in {hint.kind: hint.words for hint in hints(packs.urgency, text)}[kind])


@pytest.mark.parametrize(
    "text",
    [
        "疫情期间欠的工资",
        "商场跳楼价甩卖",
        "一旦发生火灾后果严重",
        "噪音让人被困扰",
        "隔离带坏了",
        "聚众打牌",
        "欠费停电怎么交",
    ],
)
def test_innocent_words_hint_at_nothing(packs: Packs, text: str) -> None:
    """You should see no kind suggested for a word in another sense."""
    assert hints(packs.urgency, text) == []


def test_an_unknown_kind_is_refused_in_words(packs: Packs) -> None:
    """You should see the kinds that there are."""
    with pytest.raises(ScriptError, match="特急"):
        resolve(packs.urgency, ["特急"], {})
