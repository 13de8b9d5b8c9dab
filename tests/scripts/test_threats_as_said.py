"""A threat (威胁, C.4): its time and place are those told with it, and every sentence of it is quoted as it was said."""

import pytest

from scripts.elements import ElementState, Facts, judge, missing, quote_threat, threats
from scripts.pack import Packs, load_packs
from scripts.urgency import hints

PACK = load_packs()[0].elements
GRIEVANCE = "我叫王建国，昨天下午，朝阳区望京街道广顺北大街6号饭店欠薪，没反映过，"


def found(text: str, **values: str) -> dict[str, ElementState]:
    """The elements of a request for help with an unstable factor, by id."""
    return {s.id: s for s in judge(PACK, ["求助", "不稳定因素"], Facts(text=text, values=values))}


NOWHERE = [
    GRIEVANCE + "“明天下午我要去跳楼”",
    GRIEVANCE + "“再不给钱我明天就去找物业拼命”",
    GRIEVANCE + "“我今晚就去政府门口自焚”",
    "望京路6号饭店欠薪，来电人扬言要跳楼",
    "“我在广顺北大街6号饭店打工，不给钱我就跳楼”",
    "“我明天就从楼顶跳下去”",
    "“我明天去跳河”",
]

SOMEWHERE = [
    ("他说“我明天就从青松路项目部楼顶跳下去”。", "青松路项目部楼顶"),
    ("“我今晚就去三元桥跳下去”", "三元桥"),
    ("“我现在站在望京大厦楼顶，再不给钱我就跳下去”", "望京大厦"),
    ("“不给钱我就把望京大厦炸了”", "望京大厦"),
    ("“明天我去朝阳区政府门口自焚”", "朝阳区政府门口"),
    ("“我要跳楼，就在望京大厦”", "望京大厦"),
]


@pytest.mark.parametrize("text", NOWHERE)
@pytest.mark.clause("C.4")
def test_an_act_a_body_or_the_place_of_the_grievance_is_no_place_of_a_threat(text: str) -> None:
    """You should see the place of the threat asked for, whatever place the grievance has."""
    assert found(text)["threat_place"].status == "missing"


@pytest.mark.parametrize(("text", "place"), SOMEWHERE)
@pytest.mark.clause("C.4")
def test_the_place_told_with_a_threat_is_found(text: str, place: str) -> None:
    """You should see the name of where it is to happen as the evidence."""
    state = found(text)["threat_place"]
    assert (state.status, state.evidence) == ("present", place)


@pytest.mark.clause("C.4")
def test_a_common_noun_tells_the_place_of_a_threat_where_the_place_has_it_too() -> None:
    """You should see 从工地楼顶 taken beside a named 工地, and asked about beside anything else."""
    said = "诉求人称“再不发工资我明天就从工地楼顶跳下去”"
    assert found(said, place="良乡镇青松路工地")["threat_place"].status == "present"
    assert found(said, place="望京西路12号")["threat_place"].status == "missing"
    assert found(said)["threat_place"].status == "missing"


@pytest.mark.parametrize(
    ("value", "status"),
    [("去跳楼", "missing"), ("物业", "missing"), ("去政府", "missing"), ("望京大厦", "present"), ("楼顶", "present")],
)
@pytest.mark.clause("C.4")
def test_the_field_of_the_place_of_a_threat_wants_more_than_an_act(value: str, status: str) -> None:
    """You should see an act or a body refused in the field as well; a spot stands beside the place by name."""
    assert found("“我要跳楼”", threat_place=value)["threat_place"].status == status


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        (GRIEVANCE + "“明天下午我要去跳楼”", "明天下午"),
        ("“我现在就跳楼”", "现在"),
        ("“下周一，我就去三元桥跳下去”", "下周一"),
        ("他称明天晚上“我要跳楼”", "明天晚上"),
        (GRIEVANCE + "“我要去跳楼”", ""),
        ("“昨天下午不给钱我就去跳楼”", ""),
        ("“不马上给钱我就跳楼”", ""),
        ("“今天不给钱我就跳楼”", ""),
        ("工地上周欠薪。他说不给钱就跳楼。", ""),
    ],
)
@pytest.mark.clause("C.4")
def test_the_time_of_a_threat_is_told_with_it(text: str, evidence: str) -> None:
    """You should see neither the time of the grievance nor the limit that was set taken for the time of the act."""
    assert found(text)["threat_time"].evidence == evidence


@pytest.mark.clause("C.4")
def test_what_was_not_said_of_a_threat_counts_as_asked() -> None:
    """You should see 未说明时间 and 未说明地点 settle the two, beside the threat and nowhere else."""
    states = found("“我要跳楼”，未说明时间，未说明地点")
    assert {states["threat_time"].status, states["threat_place"].status} == {"asked"}
    assert found("“我要跳楼”。欠薪的工地地点不详")["threat_place"].status == "missing"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("“我要跳楼”，不然我就炸了物业", "missing"),
        ("“我要跳楼”。再不给钱我就去跳楼", "missing"),
        ("来电人扬言要跳楼，还要炸了物业，原话“我要跳楼”", "missing"),
        ("来电人扬言要跳楼。原话“我今晚就跳下去”", "present"),
        ("“我要跳楼”，“不然我就炸了物业”", "present"),
    ],
)
@pytest.mark.clause("C.4")
def test_each_threat_is_quoted(text: str, status: str) -> None:
    """You should see the own words incomplete while one threat stands outside of the marks, unless the agent only
    retells one of the sort that is quoted."""
    assert found(text)["own_words"].status == status


@pytest.mark.clause("C.4")
def test_the_field_of_own_words_does_not_hide_another_threat() -> None:
    """You should see the field taken for the threat it quotes and for no other."""
    assert found("再不给钱我就跳楼", own_words="“再不给钱我就跳楼”")["own_words"].status == "present"
    assert found("再不给钱我就炸了物业", own_words="“我要跳楼”")["own_words"].status == "missing"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("物业不管，再不发工资我就从楼顶跳下去。请记录", "物业不管，“再不发工资我就从楼顶跳下去”。请记录"),
        ("来电人称我要跳楼，请记录", "来电人称“我要跳楼”，请记录"),
        ("“我要跳楼”，不然我就炸了物业", "“我要跳楼”，“不然我就炸了物业”"),
        ("“我要跳楼”我还要炸了物业", "“我要跳楼”“我还要炸了物业”"),
    ],
)
@pytest.mark.clause("C.4")
def test_the_first_person_is_quoted_where_it_stands(text: str, quoted: str) -> None:
    """You should see full-width marks put around what was said and nothing else changed, once."""
    assert quote_threat(PACK, text) == quoted
    assert quote_threat(PACK, quoted) == quoted
    assert "own_words" not in {s.id for s in missing(found(quoted).values())}


@pytest.mark.parametrize(
    "text", ["来电人称他要跳楼", "来电人扬言要跳楼", "他说活不下去了", "老板说我要砍死他", "大不了同归于尽"]
)
@pytest.mark.clause("C.4")
def test_what_the_agent_retells_is_not_quoted(text: str) -> None:
    """You should see the words left as they are and asked for as they were said."""
    assert threats(PACK, text)
    assert quote_threat(PACK, text) == text
    state = found(text)["own_words"]
    assert (state.status, state.ask.startswith("麻烦您再说一遍")) == ("missing", True)


@pytest.mark.parametrize(
    "text",
    [
        "再不给钱我就带汽油去区政府",
        "我就拎着菜刀去找老板",
        "你们准备收尸吧",
        "逼急了我什么事都干得出来",
        "我让他们全家陪葬",
    ],
)
@pytest.mark.clause("5.1.4.1 note 1")
def test_what_somebody_will_take_along_or_make_happen_is_a_threat(packs: Packs, text: str) -> None:
    """You should see 不稳定因素 suggested and the words of a threat found."""
    assert "不稳定因素" in {hint.kind for hint in hints(packs.urgency, text)}
    assert threats(PACK, text)


@pytest.mark.parametrize(
    "text",
    [
        "疑似新冠，全班没有隔离",
        "班里十几个孩子发烧还在上课",
        "打了疫苗后孩子高烧",
        "室友确诊甲流，没有隔离",
        "怀疑是诺如病毒",
    ],
)
@pytest.mark.clause("5.1.4.1 note 1")
def test_a_suspected_case_or_nobody_isolated_suggests_an_epidemic(packs: Packs, text: str) -> None:
    """You should see 疫情 suggested by a suspected case, by contacts not isolated, and by a severe reaction."""
    assert "疫情" in {hint.kind for hint in hints(packs.urgency, text)}


@pytest.mark.parametrize(
    "text",
    ["老板要带汽油去加油站加油", "机动车道和人行道没有隔离", "新冠疫苗怎么预约", "准备带菜刀具去展会", "担心感染流感"],
)
@pytest.mark.clause("5.1.4.1 note 1")
def test_the_same_things_elsewhere_alarm_nobody(packs: Packs, text: str) -> None:
    """You should see nothing suggested by fuel for a car, a road without a barrier, or a question."""
    assert hints(packs.urgency, text) == []


@pytest.mark.parametrize("text", ["“今天晚上八点再没人管，我就去点火烧了那辆车”", "“明天上午10点之前不给钱，我就跳楼”"])
@pytest.mark.clause("C.4")
def test_a_deadline_before_a_threat_is_its_time(text: str) -> None:
    """You should see the hour by which something must happen taken for the time of the threat that follows."""
    states = found(GRIEVANCE + text)
    assert states["threat_time"].status == "present"
    assert "点" in states["threat_time"].evidence
