"""Appendix C: which elements each kind of call demands, what counts as there, and when nothing is missing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.elements import ElementState, Facts, complete, judge, missing, summary, threats
from scripts.kinds import REQUEST_TYPES, URGENCY_KINDS
from scripts.pack import Packs, ScriptError, load_packs

PACK = load_packs()[0].elements
SIX = {"name", "time", "place", "event", "object", "earlier"}
SEVEN = {"time", "place", "state", "range", "harm", "emergency_called", "department_on_site"}
THREAT = {"own_words", "threat_time", "threat_place", "place"}


def ids(kinds: list[str], facts: Facts | None = None) -> set[str]:
    return {state.id for state in judge(PACK, kinds, facts or Facts())}


def of(kinds: list[str], facts: Facts) -> dict[str, ElementState]:
    return {state.id: state for state in judge(PACK, kinds, facts)}


@pytest.mark.clause("C.1")
def test_a_consultation_needs_its_content_only() -> None:
    """You should see the content asked for, and no name demanded before a direct answer."""
    assert ids(["咨询"]) == {"content"}
    assert of(["咨询"], Facts(text="请问居住证到期以后怎么续签？"))["content"].status == "present"
    state = of(["咨询"], Facts(text="您好，我想咨询一下。"))["content"]
    assert (state.status, state.clause, state.ask) == ("missing", "C.1", "请问您想咨询的具体内容是什么？")


@pytest.mark.clause("C.2")
def test_a_suggestion_needs_content_and_reasons() -> None:
    """You should see the reasons still asked for when only the content is there."""
    states = of(["建议"], Facts(text="建议把公园开放时间延长到晚上十点。"))
    assert {each: state.status for each, state in states.items()} == {"content": "present", "reasons": "missing"}
    assert states["content"].clause == states["reasons"].clause == "C.2"
    assert complete(judge(PACK, ["建议"], Facts(text="建议延长公园开放时间，因为上班族下班后来不及锻炼。")))


@pytest.mark.parametrize("kind", ["求助", "投诉", "举报"])
@pytest.mark.clause("C.3")
def test_a_complaint_needs_six_elements(kind: str) -> None:
    """You should see the six elements of C.3, the event first and the name last."""
    states = judge(PACK, [kind], Facts())
    assert {state.id for state in states} == SIX
    assert [states[0].id, states[-1].id] == ["event", "name"]
    assert {state.label for state in states} == {"姓名", "时间", "地点", "事件", "对象", "前期处理"}
    assert all(state.clause == "C.3" and state.status == "missing" and state.ask for state in states)


@pytest.mark.parametrize("said", ["不知道在哪", "位置说不清", "我也不知道这是什么路"])
@pytest.mark.clause("C.3")
def test_an_unclear_place_asks_landmark_direction_distance(said: str) -> None:
    """You should see the three parts asked when the place cannot be named, and together they are the place."""
    trio = {"landmark", "direction", "distance"}
    text = f"{said}，有个井盖坏了"
    assert ids(["求助"], Facts(text=text)) == SIX | trio
    assert of(["求助"], Facts(text=text))["place"].status != "present"
    described = of(
        ["求助"], Facts(text=text, values={"landmark": "建材市场", "direction": "东侧", "distance": "200米"})
    )
    assert described["place"].status == "present"
    assert described["place"].evidence == "建材市场，东侧，200米"
    assert trio & ids(["求助"], Facts(text="海淀区学院路30号井盖坏了")) == set()


@pytest.mark.parametrize(
    "facts", [Facts(asked={"place": "不清楚"}), Facts(values={"place": "不清楚"}), Facts(values={"place": "那边"})]
)
@pytest.mark.clause("C.3")
def test_a_place_asked_for_and_not_known_is_described(facts: Facts) -> None:
    """You should see the landmark asked when the field or the answer says that the place is not known."""
    assert "landmark" in ids(["投诉"], facts)
    assert "landmark" not in ids(["投诉"], Facts(asked={"place": "不愿提供"}))
    assert "landmark" not in ids(["投诉"], Facts(values={"place": "望京"}))


@pytest.mark.clause("C.4")
def test_an_unstable_factor_needs_channel_manner_act() -> None:
    """You should see the three of C.4, and nothing of a threat while none is made."""
    assert ids(["不稳定因素"]) == {"channel", "manner", "act"}
    states = of(["不稳定因素"], Facts(text="来电人称业主们周末集体到区政府门口静坐。"))
    assert all(state.status == "present" for state in states.values())


THREATS = [
    "再不发工资我就从楼顶跳下去",
    "来电人扬言要跳楼",
    "大不了同归于尽",
    "明天就去政府门口拉横幅堵路",
    "不给钱我就点火烧了店",
    "逼急了我就去砍人",
    "他说活不下去了",
]


@pytest.mark.parametrize("said", THREATS)
@pytest.mark.clause("C.4")
def test_a_threat_is_not_complete_without_the_own_words_quoted(said: str) -> None:
    """You should see own words, time and place of a threat demanded, and only full-width marks accepted."""
    answers = dict.fromkeys(("channel", "manner", "act", "threat_time", "threat_place"), "已问明")
    answers["place"] = "枫林里3号楼"
    for text in (said, f'"{said}"', f"「{said}」", f"『{said}』", f"诉求人称“ ”{said}", f"”{said}“", f"“…”{said}"):
        states = judge(PACK, ["不稳定因素"], Facts(values=answers, text=text))
        assert {state.id for state in states} >= THREAT
        assert [state.id for state in missing(states)] == ["own_words"], text
        assert not complete(states)
        state = next(state for state in states if state.id == "own_words")
        assert state.ask.startswith("麻烦您")
        assert "“ ”" in state.ask
        assert "“ ”" in state.note
        assert "不算" in state.note
    quoted = judge(PACK, ["不稳定因素"], Facts(values=answers, text=f"诉求人称“{said}”"))
    assert complete(quoted)


@pytest.mark.parametrize("said", THREATS)
@pytest.mark.clause("C.4")
def test_own_words_that_stand_in_the_text_cannot_have_been_refused(said: str) -> None:
    """You should see the mark 不愿提供 taken for own words only while no threat stands in the text."""
    asked = dict.fromkeys(("channel", "manner", "act", *THREAT), "不愿提供")
    assert [s.id for s in missing(judge(PACK, ["不稳定因素"], Facts(asked=asked, text=said)))] == ["own_words"]
    assert complete(judge(PACK, ["不稳定因素"], Facts(asked=asked, values={"threat": "是"})))


@pytest.mark.clause("C.4")
def test_a_threat_is_asked_about_before_anything_else() -> None:
    """You should see the questions of C.4 before those of C.3 while 不稳定因素 is not yet chosen, and those of C.5
    before both when something is on fire as well."""
    said = Facts(text="再不解决我就从楼顶跳下去")
    states = judge(PACK, ["投诉"], said)
    assert missing(states)[0].clause == "C.4"
    clauses = [state.clause for state in states]
    assert clauses == sorted(clauses, key=lambda clause: clause != "C.4")
    assert judge(PACK, ["投诉", "不稳定因素"], said)[0].id == "threat_place"
    assert judge(PACK, ["投诉", "突发事件"], said)[0].id == "place"


@pytest.mark.clause("C.4")
def test_words_judged_harmless_ask_nothing_more() -> None:
    """You should see no own words demanded of a text whose threat the agent has judged to be none."""
    facts = Facts(text="他说活不下去了，是句气话", harmless=True)
    assert THREAT & {state.id for state in judge(PACK, ["咨询"], facts)} == set()


@pytest.mark.parametrize(
    ("element", "value", "enough"),
    [
        ("time", "字2", False),
        ("time", "上周五", True),
        ("time", "刚才", True),
        ("time", "8:30", True),
        ("place", "1", False),
        ("place", "望京", True),
        ("object", "字2", False),
        ("object", "京B12345", True),
        ("object", "物业", True),
        ("name", "123", False),
        ("name", "王", True),
        ("event", "坏了", False),
        ("event", "电梯停运", True),
    ],
)
@pytest.mark.clause("C.3")
def test_a_field_must_hold_what_its_element_asks_for(element: str, value: str, enough: bool) -> None:
    """You should see a stray character not taken for an answer, and shown as what does not tell it."""
    state = of(["投诉"], Facts(values={element: value}))[element]
    assert (state.status, state.evidence) == ("present" if enough else "missing", value)


@pytest.mark.clause("C.4")
def test_own_words_in_a_field_need_the_marks_too() -> None:
    """You should see a field of own words taken only with full-width marks around them."""
    values = {
        "threat": "是",
        "channel": "区政府",
        "manner": "个人",
        "act": "跳楼",
        "threat_time": "今晚",
        "threat_place": "楼顶",
        "place": "枫林里3号楼",
    }
    for words, status in (("我就跳下去", "missing"), ('"我就跳下去"', "missing"), ("“我就跳下去”", "present")):
        assert of(["不稳定因素"], Facts(values={**values, "own_words": words}))["own_words"].status == status


@pytest.mark.clause("C.4")
def test_a_name_in_quotation_marks_is_not_what_somebody_said() -> None:
    """You should see a quoted name refused as own words."""
    assert of(["不稳定因素"], Facts(text="因“阳光小区”停水，来电人要跳楼"))["own_words"].status == "missing"


@pytest.mark.parametrize(
    "text",
    [
        "楼上跳楼价甩卖",
        "我不会跳楼的",
        "去年有人跳楼",
        "聚众打牌",
        "他威胁要弄死我",
        "高空坠物会砸死人",
        "担心发生爆炸",
    ],
)
@pytest.mark.clause("C.4")
def test_what_others_did_is_no_threat_of_the_claimant(text: str) -> None:
    """You should see no threat in a mention of one."""
    assert not threats(PACK, text)


@pytest.mark.clause("C.5")
def test_a_sudden_event_needs_seven_elements_danger_first() -> None:
    """You should see the seven of C.5, where and what first, each with a question."""
    states = judge(PACK, ["突发事件"], Facts())
    assert {state.id for state in states} == SEVEN
    assert [state.id for state in states][:3] == ["place", "state", "emergency_called"]
    assert all(state.clause == "C.5" for state in states)


@pytest.mark.parametrize(
    ("said", "element"),
    [
        ("没有报警", "emergency_called"),
        ("还没打119", "emergency_called"),
        ("没打过紧急求助电话", "emergency_called"),
        ("现场没有部门处理", "department_on_site"),
        ("没有人员受伤", "harm"),
        ("只有我一户停水", "range"),
    ],
)
@pytest.mark.clause("C.5")
def test_a_negative_answer_is_an_answer(said: str, element: str) -> None:
    """You should see "no" recorded as an answer, not as something still missing."""
    assert of(["突发事件"], Facts(text=said))[element].status == "present"


@pytest.mark.parametrize("kind", ["基本民生保障", "极端天气", "疫情", "其他可能造成生命财产损失"])
@pytest.mark.clause("C.3")
@pytest.mark.clause("C.5")
def test_urgent_kinds_without_a_row_take_both(kind: str) -> None:
    """You should see C.3 and C.5 together for the kinds that appendix C does not list."""
    assert ids([kind]) == SIX | SEVEN


@pytest.mark.clause("C.4")
@pytest.mark.clause("C.5")
def test_several_kinds_ask_the_union_each_once() -> None:
    """You should see every demanded element once, danger first as soon as one kind is urgent."""
    states = judge(PACK, ["投诉", "不稳定因素", "突发事件", "投诉"], Facts())
    listed = [state.id for state in states]
    assert set(listed) == SIX | SEVEN | {"channel", "manner", "act"}
    assert len(listed) == len(set(listed))
    assert listed.index("state") < listed.index("name")
    assert {state.id: state.clause for state in states}["time"] == "C.3"


@pytest.mark.parametrize("kind", [*REQUEST_TYPES, *URGENCY_KINDS])
@pytest.mark.clause("C.3")
def test_asked_and_refused_completes_every_kind(kind: str) -> None:
    """You should see a record complete when each missing element was asked for and not given."""
    asked = {state.id: "不愿提供" for state in judge(PACK, [kind], Facts())}
    states = judge(PACK, [kind], Facts(asked=asked))
    assert {state.status for state in states} == {"asked"}
    assert complete(states)
    assert summary(PACK, states) == "附录C所列要素齐全"


@pytest.mark.parametrize("value", ["不愿提供", "不清楚", "不详", "匿名"])
@pytest.mark.clause("C.3")
def test_an_answer_of_refusal_in_the_field_counts_as_asked(value: str) -> None:
    """You should see "does not want to say" told apart from a name and from a gap."""
    assert of(["投诉"], Facts(values={"name": value}))["name"].status == "asked"
    assert of(["投诉"], Facts(text="不愿透露姓名"))["name"].status == "asked"


@pytest.mark.parametrize("value", ["", "  ", "。。。", "未提供"])
@pytest.mark.clause("C.3")
def test_an_empty_field_is_missing(value: str) -> None:
    """You should see blanks and mere punctuation taken for nothing."""
    assert of(["投诉"], Facts(values={"name": value}))["name"].status == "missing"


@pytest.mark.clause("C.3")
def test_a_field_is_its_own_evidence() -> None:
    """You should see the value of the field as what shows the element."""
    state = of(["投诉"], Facts(values={"object": "望京物业公司", "earlier": "无"}))
    assert (state["object"].evidence, state["earlier"].evidence) == ("望京物业公司", "无")


@pytest.mark.parametrize(
    ("text", "element", "evidence"),
    [
        ("昨晚朝阳区望京西路烧烤店油烟扰民", "object", "烧烤店"),
        ("昨晚朝阳区望京西路烧烤店油烟扰民", "place", "朝阳区望京西路"),
        ("11月20日上午8点15分开始停水", "time", "11月20日上午8点15分"),
        ("家住昌平区天通苑北一区12号楼的李女士来电", "place", "昌平区天通苑北一区12号楼"),
        ("海淀区路灯管理所不修路灯", "object", "海淀区路灯管理所"),
        ("投诉望京街道办事处", "object", "望京街道办事处"),
    ],
)
@pytest.mark.clause("C.3")
def test_evidence_is_what_a_person_would_put_in_the_field(text: str, element: str, evidence: str) -> None:
    """You should see the words of the text that belong into the field, without what stands around them."""
    assert of(["投诉"], Facts(text=text))[element].evidence == evidence


@pytest.mark.clause("C.3")
def test_the_summary_never_claims_the_standard() -> None:
    """You should see what is missing by name, and nothing complete while no kind is chosen."""
    states = judge(PACK, ["投诉"], Facts(text="昨晚朝阳区望京西路的烧烤店油烟扰民"))
    assert summary(PACK, states) == "附录C所列要素还缺：前期处理、姓名"
    assert not complete(judge(PACK, [], Facts()))
    assert summary(PACK, []) == "附录C所列要素还缺：诉求分类"
    assert judge(PACK, ["一般"], Facts()) == []


def test_an_unknown_kind_is_refused_in_words(packs: Packs) -> None:
    """You should see the kinds that there are."""
    with pytest.raises(ScriptError, match="表扬"):
        judge(packs.elements, ["表扬"], Facts())


@pytest.mark.parametrize(
    "text",
    [
        "测" * 1_000_000,
        "东风路" * 330_000,
        "a1" * 500_000,
        "“我要跳楼" * 200_000,
        "向物业反映" * 200_000,
        "（" * 1_000_000,
        "😀𠀀\u202e\x00" * 250_000,
    ],
    ids=["han", "roads", "letters", "threats", "units", "brackets", "odd"],
)
def test_a_megabyte_is_judged_quickly(text: str) -> None:
    """You should see an answer on a pasted megabyte within a few seconds of processor time on any machine."""
    started = time.process_time()
    judge(PACK, ["投诉", "突发事件", "不稳定因素", "建议"], Facts(text=text))
    assert time.process_time() - started < 5


@given(st.text(max_size=500), st.lists(st.sampled_from([*REQUEST_TYPES, *URGENCY_KINDS]), max_size=4))
def test_any_text_can_be_judged(text: str, kinds: list[str]) -> None:
    """You should see a status for every element whatever is written."""
    for state in judge(PACK, kinds, Facts(text=text, values={"place": text, "own_words": text})):
        assert state.status in ("present", "missing", "asked")
        assert state.status == "missing" or state.evidence
