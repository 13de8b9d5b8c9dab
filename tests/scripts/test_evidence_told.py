"""What earns a tick of appendix C and what does not: words that only look like it, refusals in a field, and nonsense.

`labelled/evidence.txt` was tuned on, `labelled/evidence_apart.txt` is only measured.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from scripts.elements import ElementState, Facts, judge
from scripts.pack import Packs, load_packs

PACKS: Packs = load_packs()[0]
LABELLED = Path(__file__).parent / "labelled"
KINDS = ("投诉", "突发事件", "不稳定因素", "建议")


class Row(NamedTuple):
    """One label: in the text or the field, of which element, the words, what is right, and what may be the evidence."""

    where: str
    element: str
    words: str
    status: str
    evidence: frozenset[str]


def rows(name: str) -> list[Row]:
    lines = [line for line in (LABELLED / name).read_text("utf-8").splitlines() if line and line[0] != "#"]
    found = []
    for line in lines:
        where, element, words, status, *evidence = line.split("|")
        found.append(Row(where, element, words, status, frozenset(filter(None, "/".join(evidence).split("/")))))
    return found


def state_of(row: Row) -> ElementState:
    """The element as it is judged; one of a threat's where a threat is said to be made."""
    made = {"threat": "是"} if row.element.startswith("threat") else {}
    facts = Facts(text=row.words, values=made) if row.where == "t" else Facts(values={**made, row.element: row.words})
    return next(state for state in judge(PACKS.elements, KINDS, facts) if state.id == row.element)


def wrong(row: Row) -> str:
    """How the judgement differs from the label, or nothing."""
    state = state_of(row)
    if state.status != row.status:
        return f"{row.words}：{row.element} {state.status} “{state.evidence}”, not {row.status}"
    if row.evidence and state.status == "present" and state.evidence not in row.evidence:
        return f"{row.words}：{row.element} “{state.evidence}”"
    return ""


@pytest.mark.clause("C.3")
@pytest.mark.clause("C.4")
def test_ticks_are_right_on_labelled_texts_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """You should see, printed, how many of both sets are judged as a reader would, and how many ticks are wrong."""
    for name, least in (("evidence.txt", 0.95), ("evidence_apart.txt", 0.85)):
        labelled = rows(name)
        differ = [each for each in map(wrong, labelled) if each]
        ticked = sum(state_of(row).status == "present" and row.status != "present" for row in labelled)
        texts = sum(row.where == "t" for row in labelled)
        right = 1 - len(differ) / len(labelled)
        with capsys.disabled():
            print(
                f"\n  {name}: {texts} texts, {len(labelled) - texts} fields, right {right:.3f}, wrongly ticked {ticked}"
            )
        assert right >= least, differ
        assert texts >= 30
    assert sum(row.where == "t" for row in rows("evidence.txt")) >= 60


# beside the labelled ones: what the report names, and as much again of our own
NOT_TOLD = [
    ("place", "老板跑路欠我们三十个人工资，上个月的事，找过劳动监察大队没管。"),
    ("place", "老板跑路了，欠我三个月工资"),
    ("place", "孩子学校不给转学，跑了几趟都没办成"),
    ("place", "房东连夜逃路，押金没退"),
    ("place", "我女儿幼儿园换了三个老师"),
    ("place", "同事医院排队三小时"),
    ("channel", "信访办再推我，我就喝百草枯"),
    ("channel", "昨天带孩子去天安门看升旗丢了手机"),
    ("channel", "我在网上查到你们的号码"),
    ("manner", "大不了大家一起完蛋"),
    ("manner", "欠我们三十个人工资"),
    ("manner", "四个人合租一间"),
    ("time", "明天再不停工我还打"),
    ("time", "刚才电话断了"),
    ("time", "后天再没水我就去你们那儿"),
    ("time", "今天打来第二次了，还是没人管"),
    ("object", "从大楼上跳下去"),
    ("object", "吵得邻居都没法睡"),
    ("object", "我儿子被车撞了"),
    ("object", "老师看见了也没拦住"),
    ("object", "我和隔壁一起停了水"),
    ("earlier", "给我儿子打过电话"),
    ("earlier", "跟老家打过一次电话"),
    ("earlier", "推销的给我打过电话"),
]  # fmt: skip

TOLD = [
    ("event", "学校食堂的饭里吃出虫子", ""),
    ("event", "奶茶里喝出一只苍蝇", ""),
    ("event", "孩子午饭吃到发霉的面包", ""),
    ("place", "朝阳区来广营地区清河营村河沟有垃圾", "朝阳区来广营地区清河营村河沟"),
    ("place", "住建局大楼前面停满了车", "住建局大楼"),
    ("place", "仁和镇米各庄村修路扬尘", "仁和镇米各庄村"),
    ("place", "朝阳区将台乡驼房营西里没有路灯", "朝阳区将台乡"),
    ("object", "望京西园四区门口烧烤店油烟大", "烧烤店"),
    ("object", "望京西路烧烤店油烟大", "烧烤店"),
    ("object", "前夫不给孩子抚养费", "前夫"),
    ("earlier", "找过劳动监察大队没管", "找过劳动监察大队"),
    ("channel", "明天我去国家信访局", ""),
]


@pytest.mark.parametrize(("element", "text"), NOT_TOLD)
@pytest.mark.clause("C.3")
@pytest.mark.clause("C.4")
def test_words_that_only_look_like_an_element_earn_no_tick(element: str, text: str) -> None:
    """You should see the element still asked for."""
    assert state_of(Row("t", element, text, "missing", frozenset())).status == "missing"


@pytest.mark.parametrize(("element", "text", "evidence"), TOLD)
@pytest.mark.clause("C.3")
def test_the_whole_of_a_name_is_the_evidence(element: str, text: str, evidence: str) -> None:
    """You should see the tick, with the name from its first letter."""
    state = state_of(Row("t", element, text, "present", frozenset()))
    assert state.status == "present"
    assert not evidence or state.evidence == evidence


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        ("我就从朝阳区住建局楼上跳下去", "朝阳区住建局楼上"),
        ("我在家割腕", "在家"),
        ("再不管我就在自己出租屋喝药", "在自己出租屋"),
        ("明天我去海淀区民政局门口自焚", "海淀区民政局门口"),
        ("我今晚就去喝药", ""),
        ("我要去找他们领导拼命", ""),
    ],
)
@pytest.mark.clause("C.4")
def test_where_somebody_lives_or_an_office_is_a_place_of_a_threat(said: str, evidence: str) -> None:
    """You should see home and an office by name taken, and neither an act nor a person."""
    assert state_of(Row("t", "threat_place", f"“{said}”", "present", frozenset())).evidence == evidence


@pytest.mark.parametrize("element", ["object", "earlier", "place", "time", "name", "harm", "act", "threat_time"])
@pytest.mark.parametrize(
    ("value", "mark"),
    [
        ("不愿说", "不愿提供"),
        ("对方不肯说", "不愿提供"),
        ("不想说", "不愿提供"),
        ("不方便透露", "不愿提供"),
        ("死活不肯讲", "不愿提供"),
        ("问了没说", "不愿提供"),
        ("拒绝回答", "不愿提供"),
        ("不晓得", "不清楚"),
        ("真不知道", "不清楚"),
        ("也记不清了", "不清楚"),
        ("说不上来", "不清楚"),
        ("忘了", "不清楚"),
    ],
)
@pytest.mark.clause("C.3")
def test_a_refusal_in_words_counts_as_asked(element: str, value: str, mark: str) -> None:
    """You should see it told apart from an answer in every field (2.6)."""
    state = state_of(Row("f", element, value, "asked", frozenset()))
    assert (state.status, state.evidence) == ("asked", mark)


@pytest.mark.parametrize("element", ["object", "place", "time", "name", "act", "channel", "threat_place"])
@pytest.mark.parametrize(
    "value", ["我", "XX", "xxx", "无", "先生", "打过", "未询问", "没问", "嗯", "某某", "那个", "有"]
)
@pytest.mark.clause("C.3")
def test_what_says_nothing_is_no_answer(element: str, value: str) -> None:
    """You should see the element still missing, with what was typed shown."""
    state = state_of(Row("f", element, value, "missing", frozenset()))
    assert (state.status, state.evidence) == ("missing", value)


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("earlier", "无"), ("earlier", "没有"), ("earlier", "没找过"), ("harm", "无"), ("emergency_called", "打过"),
        ("emergency_called", "没有"), ("department_on_site", "有"), ("name", "王先生"), ("name", "马立军"),
        ("place", "五道口"), ("object", "不知名烧烤店王老板"), ("object", "望京物业公司"), ("time", "前天"),
        ("earlier", "不归他们管"), ("event", "不给办手续"), ("act", "不交物业费"),
    ],
)  # fmt: skip
@pytest.mark.clause("C.3")
def test_a_short_answer_is_one(element: str, value: str) -> None:
    """You should see "no" taken where it answers, and what begins like a refusal but tells something."""
    assert state_of(Row("f", element, value, "present", frozenset())).status == "present"
