"""The six kinds of 分类处理 (5.1.2.2): explained politely, never refused."""

from pathlib import Path

import pytest

from scripts.pack import SHIPPED, Packs, ScriptError, load_packs
from scripts.scope import explain, hints

ROUTES = ["emergency", "legal", "petition", "repeat", "secret", "beyond"]


@pytest.mark.parametrize(
    ("route_id", "letter"),
    [
        pytest.param(route, letter, marks=pytest.mark.clause(f"5.1.2.2{letter}"))
        for route, letter in zip(ROUTES, "abcdef", strict=True)
    ],
)
def test_each_route_is_explained_and_still_recorded(packs: Packs, route_id: str, letter: str) -> None:
    """You should see a polite sentence that says where to go and that the call is on record, and no refusal."""
    route = packs.scope.route(route_id)
    assert route.clause == f"5.1.2.2{letter}"
    sentence = explain(route, route.choices[0].label if route.choices else "")
    assert "＿" not in sentence
    assert any(word in sentence for word in ("记录", "登记"))
    assert not any(word in sentence for word in ("不受理", "不予", "不能办", "管不了", "拒绝"))


@pytest.mark.clause("5.1.2.2a")
def test_emergency_names_the_four_numbers_and_comes_first(packs: Packs) -> None:
    """You should see 110, 119, 120 and 122 with a line each, named in the sentence, before any other route."""
    route = packs.scope.route("emergency")
    assert [choice.id for choice in route.choices] == ["110", "119", "120", "122"]
    assert all(choice.line for choice in route.choices)
    assert "119" in explain(route, "119")
    found = hints(packs.scope, "之前投诉过，现在厨房着火了")
    assert (found[0].route, found[0].choices) == ("emergency", ("119",))


@pytest.mark.clause("5.1.2.2b")
def test_legal_ways_are_told_apart(packs: Packs) -> None:
    """You should see the five named ways and the others, and the one that the text speaks of."""
    route = packs.scope.route("legal")
    assert [choice.label for choice in route.choices] == [
        "诉讼", "仲裁", "纪检监察", "行政复议", "政府信息公开", "其他法定途径",
    ]  # fmt: skip
    found = {hint.route: hint.choices for hint in hints(packs.scope, "劳动仲裁已经开庭")}
    assert found["legal"] == ("litigation", "arbitration")


@pytest.mark.clause("5.1.2.2d")
def test_a_repeat_asks_for_new_facts_or_reasons(packs: Packs) -> None:
    """You should see the question that must be answered before a call counts as a repeat."""
    question = packs.scope.route("repeat").question
    assert "新情况" in question
    assert "新的理由" in question
    assert question.startswith("请问")


@pytest.mark.clause("5.1.2.2e")
def test_secrets_restrict_the_record(packs: Packs) -> None:
    """You should see only this route mark the record as restricted."""
    assert [route.id for route in packs.scope.routes if route.restricted] == ["secret"]


@pytest.mark.clause("5.1.2.2f")
def test_beyond_duties_names_where_to_go(packs: Packs) -> None:
    """You should see a blank until a channel is named, and the channel once it is."""
    route = packs.scope.route("beyond")
    assert "＿＿" in explain(route)
    assert "人民法院" in explain(route, route.choice("civil").label)


def test_unknown_routes_and_choices_are_refused_in_words(packs: Packs) -> None:
    """You should see what there is to choose from."""
    with pytest.raises(ScriptError, match="emergency"):
        packs.scope.route("x")
    with pytest.raises(ScriptError, match="110"):
        packs.scope.route("emergency").choice("911")
    with pytest.raises(ScriptError, match="没有可选项"):
        packs.scope.route("repeat").choice("x")


@pytest.mark.parametrize("text", ["火灾隐患", "被困扰", "跳楼价", "泄露个人信息", "外地人怎么买房", "路灯不亮"])
def test_innocent_words_hint_at_no_route(packs: Packs, text: str) -> None:
    """You should see no route suggested for a word in another sense."""
    assert hints(packs.scope, text) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('choices = ["119"]\nkind = "突发事件"\nunit = "fire"', 'choices = ["911"]', "911 没有在 choices 里定义"),
        ('kind = "突发事件"\nunit = "fire"', 'kind = "火情"', "紧急种类“火情”应为"),
        ('id = "fire"', 'id = "gas"', "重复"),
    ],
)
@pytest.mark.clause("5.1.2.2a")
def test_a_sign_that_cannot_be_told_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """You should see a sign for an unknown number or kind, or one twice, refused with the entry and the reason."""
    shipped = (SHIPPED / "scope.toml").read_text("utf-8")
    assert old in shipped
    (tmp_path / "scope.toml").write_text(shipped.replace(old, new, 1), "utf-8")
    refused = load_packs(tmp_path)[1]
    assert [error.file for error in refused] == ["scope.toml"]
    assert reason in refused[0].reason


@pytest.mark.clause("5.1.2.2a")
def test_a_citys_words_without_signs_still_point_at_a_number(tmp_path: Path) -> None:
    """You should see a pack that lists words by choice, as packs did before there were signs, work as it did."""
    shipped = (SHIPPED / "scope.toml").read_text("utf-8")
    signs, after = shipped.index("# Classes of emergency"), shipped.index('[[routes]]\nid = "legal"')
    own = (shipped[:signs] + shipped[after:]).replace("first = true", 'first = true\nwords = ["着火"]')
    own = own.replace('line = "火警', 'words = ["着火"]\nline = "火警')
    (tmp_path / "scope.toml").write_text(own, "utf-8")
    packs, refused = load_packs(tmp_path)
    assert refused == []
    assert [(hint.route, hint.choices) for hint in hints(packs.scope, "厨房着火了")] == [("emergency", ("119",))]
