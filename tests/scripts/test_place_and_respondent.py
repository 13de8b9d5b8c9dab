"""Whom and where by name (C.3): what tells a place or a respondent (涉及对象), and what only sounds like one."""

import pytest

from scripts.elements import ElementState, Facts, complete, judge, missing
from scripts.pack import load_packs

PACK = load_packs()[0].elements
TRIO = ("landmark", "direction", "distance")

CLEAR = [
    "南湖东园122号楼", "望京西路12号", "回龙观地铁站B口", "槐荫家园7号楼2单元门口", "朝阳区劲松街道南柳小区",
    "柳巷胡同中间那一段", "物美超市东边200米", "海淀医院急诊楼门前", "云杉苑小区南门", "青松路与柏树街路口",
    "梨园镇大马庄村东头", "紫竹院公园北门", "建设银行劲松支行门口", "天和苑北门公交站", "昌平区七里渠南村18号",
    "西二旗桥下", "枫林里小区地下车库", "安定门外大街甲3号", "育才小学西侧", "丽泽广场三层", "清河街道枫林里",
    "潮白河左堤白庙桥段", "京藏高速北安河出口", "永顺镇政府大院", "京客隆超市", "丰台科技园区6号院", "三元桥",
    "学院路30号",
]  # fmt: skip

UNCLEAR = [
    "超市旁边", "医院门口", "路边", "小区", "小区门口", "我们小区", "那边", "这儿", "楼下", "学校对面", "公园里面",
    "一个工地", "菜市场附近", "地铁站", "公交站旁边", "马路对面", "十字路口", "我家", "家里", "3号楼", "2单元",
    "南门", "不知道", "我也说不清", "朝阳区", "大兴区", "北京市", "朝阳区一个超市旁边", "超市东边200米",
    "小区3号楼楼下", "就在那条路上", "某饭店", "河边", "桥下", "人行道上", "医院旁边", "我们单位", "村里",
    "派出所旁边", "便利店门口", "停车场入口", "物业门口", "隔壁", "那个地方", "12号", "昨天晚上十一点", "下午3点左右",
]  # fmt: skip

WHO = [
    "望京物业公司", "张三烧烤店", "楼上302", "槐荫家园物业", "青松建设公司", "顺丰快递", "开发商", "安槐物业",
    "京B12345", "红星小学", "望京街道办事处", "柳巷派出所", "楼上住户", "房东老李", "包工头姓钱", "海淀区教育局",
    "大马庄村委会", "邻居", "业委会", "王老板", "302室", "回龙观供热站", "河畔二期项目部", "李医生", "万和超市",
    "物业",
]  # fmt: skip

NOBODY = [
    "有人", "超市", "某饭店", "一家烧烤店", "那个司机", "摊贩", "别人", "对方", "学校", "一辆渣土车", "几个男的",
    "公司", "有关部门", "快递员", "店家", "平台", "不认识的人", "工作人员", "相关部门", "他们", "附近的餐馆",
    "一家公司", "陌生人", "没看清",
]  # fmt: skip

WHO_IN_TEXT = [
    "望京物业公司一直不修电梯", "张三烧烤店天天往路上倒油", "楼上302漏水漏到我家", "槐荫家园物业乱收停车费",
    "开发商不给办房产证", "举报柳巷派出所民警态度恶劣", "投诉望京街道办事处不开证明", "房东不退押金",
    "邻居在楼道里堆纸箱", "红星小学强制学生订校服", "青松建设公司拖欠工资三个月", "奥力健身房关门不退卡",
    "顺丰快递把我的冰箱摔坏了", "柳巷胡同的小饭馆往下水道倒泔水", "京A66771每天堵在消防通道",
    "大马庄村委会不公开账目", "对面工地凌晨打桩", "李医生开错了药", "业委会私自动用维修基金", "包工头跑了不给钱",
    "隔壁养了十几只鸡", "楼下住户把烟道改了", "跟居委会反映过，物业还是不管",
]  # fmt: skip

NOBODY_IN_TEXT = [
    "有人在楼道里抽烟", "超市卖过期牛奶", "我找过派出所，没结果", "跟居委会反映过", "打过12345也没用",
    "派出所说这事不归他们管", "已经向街道办反映三次", "路灯坏了半个月", "有辆车停在消防通道上", "希望城管来管一管",
    "请环保局去查一查", "望有关部门处理", "某饭店后厨很脏", "有人偷电动车", "找过社区调解", "报了警，民警来过",
    "去过信访局", "路边有人摆摊", "小区停水了", "一家网吧让小孩上网", "学校门口堵车", "向住建委投诉过，没人理",
    "有家烧烤店油烟很大", "井盖丢了", "给区政府写过信，打过110", "通过市长信箱反映过", "几个年轻人半夜唱歌",
]  # fmt: skip


SENTENCES = (
    "昨晚{}有人放炮",
    "来电人称昨晚{}有人摆摊",
    "投诉{}的保安打人",
    "市民反映最近{}垃圾成堆",
    "孩子上周在{}摔倒了",
)


def found(element: str, text: str = "", **values: str) -> ElementState:
    """The state of one element of a complaint."""
    states = judge(PACK, ["投诉"], Facts(text=text, values=values))
    return next(state for state in states if state.id == element)


@pytest.mark.parametrize("place", CLEAR)
@pytest.mark.clause("C.3")
def test_a_named_place_is_clear(place: str) -> None:
    """You should see a named estate, road, bridge or shop taken as the place, in the field and in the text."""
    assert found("place", place=place).status == "present"
    for sentence in SENTENCES:
        assert found("place", sentence.format(place)).status == "present", sentence


@pytest.mark.parametrize("place", UNCLEAR)
@pytest.mark.clause("C.3")
def test_a_common_noun_or_a_gesture_is_no_place(place: str) -> None:
    """You should see landmark, direction and distance demanded for what names nothing, in the field and in the text
    alike, unless the field says, in whatever words, that it is not known: then the place itself is settled."""
    states = {state.id: state for state in judge(PACK, ["投诉"], Facts(values={"place": place}))}
    assert states["place"].status == ("asked" if place in ("不知道", "我也说不清") else "missing")
    assert set(TRIO) <= set(states)
    assert states["landmark"].status == "missing"
    for sentence in SENTENCES:
        assert found("place", sentence.format(place)).status != "present", sentence


@pytest.mark.parametrize("text", ["医院门口有人摆摊", "小区门口天天堵车", "我们这边夜里施工", "超市旁边的路灯不亮"])
@pytest.mark.clause("C.3")
def test_the_next_question_of_where_asks_for_landmark_direction_and_distance(text: str) -> None:
    """You should see the question ask for all three, and each of them demanded."""
    states = judge(PACK, ["投诉"], Facts(text=text))
    place = next(state for state in missing(states) if state.id in ("place", *TRIO))
    assert all(word in place.ask for word in ("标志性建筑物", "方位", "多远"))
    assert set(TRIO) <= {state.id for state in states}


@pytest.mark.clause("C.3")
def test_landmark_direction_and_distance_stand_for_the_place() -> None:
    """You should see the three taken together from the fields, or from the words of the place itself."""
    values = {"place": "超市旁边", "landmark": "京客隆超市", "direction": "东边", "distance": "200米"}
    assert found("place", **values).evidence == "京客隆超市，东边，200米"
    assert found("place", place="京客隆超市东边200米").status == "present"
    asked = dict.fromkeys(("name", "time", "event", "object", "earlier", "place", *TRIO), "不清楚")
    assert complete(judge(PACK, ["投诉"], Facts(values={"place": "超市旁边"}, asked=asked)))
    assert not complete(judge(PACK, ["投诉"], Facts(values={"place": "超市旁边"}, asked={**asked, "distance": ""})))


@pytest.mark.parametrize("who", ["有人", "工人", "商户", "一辆车"])
@pytest.mark.clause("C.3")
def test_who_goes_there_is_no_part_of_the_place(who: str) -> None:
    """You should see the place begin after 往: it is offered to the record as it stands here."""
    assert found("place", f"{who}往幸福小区门口倒垃圾").evidence == "幸福小区"


@pytest.mark.parametrize("text", ["找过派出所没用", "已经去望京派出所报过案", "希望区政府管一管", "向小营街道办反映过"])
@pytest.mark.clause("C.3")
def test_where_somebody_complained_is_not_where_it_happened(text: str) -> None:
    """You should see the body that was told, or is asked to act, not taken for the place."""
    assert found("place", text).status == "missing"


@pytest.mark.parametrize("who", WHO)
@pytest.mark.clause("C.3")
def test_a_name_or_a_relation_tells_whom_it_is_about(who: str) -> None:
    """You should see a name, a number or a relation to the claimant taken as the respondent."""
    assert found("object", object=who).status == "present"


@pytest.mark.parametrize("who", NOBODY)
@pytest.mark.clause("C.3")
def test_a_common_noun_tells_nobody(who: str) -> None:
    """You should see the respondent asked for again, with what does not tell it shown."""
    state = found("object", object=who)
    assert (state.status, state.evidence) == ("missing", who)


@pytest.mark.parametrize("text", WHO_IN_TEXT)
@pytest.mark.clause("C.3")
def test_a_respondent_is_found_in_the_text(text: str) -> None:
    """You should see whom the sentence complains of."""
    assert found("object", text).status == "present"


@pytest.mark.parametrize("text", NOBODY_IN_TEXT)
@pytest.mark.clause("C.3")
def test_a_body_that_was_only_told_is_no_respondent(text: str) -> None:
    """You should see neither somebody, nor a kind of shop, nor a body turned to before taken as the respondent."""
    assert found("object", text).status == "missing"


@pytest.mark.clause("C.4")
def test_a_threat_wants_its_place_by_name() -> None:
    """You should see a threat incomplete while 楼顶 is all that is known of where, and complete once it is named or was
    asked for."""
    said = "诉求人称“再不发钱我明天就从楼顶跳下去”"
    answers = {"channel": "热线", "manner": "个人", "act": "跳楼", "threat_time": "明天", "threat_place": "楼顶"}
    for place, left in (("", ["place"]), ("楼顶", ["place", *TRIO]), ("青松路6号工地", [])):
        states = judge(PACK, ["不稳定因素"], Facts(text=said, values={**answers, "place": place}))
        assert [state.id for state in missing(states)] == left
        assert {state.clause for state in states} == {"C.4"}
    asked = judge(PACK, ["不稳定因素"], Facts(text=said, values=answers, asked={"place": "不愿提供"}))
    assert complete(asked)


@pytest.mark.parametrize(
    ("element", "text", "status"),
    [
        ("place", "来电人李强称工地夜间施工", "missing"),
        ("place", "望京街道某饭店后厨很脏", "missing"),
        ("place", "望京街道有家饭店后厨很脏", "missing"),
        ("place", "望京街道南湖东园后厨很脏", "present"),
        ("time", "工地夜间施工", "missing"),
        ("time", "晚上路灯不亮", "missing"),
        ("time", "租期不超过20年", "missing"),
        ("time", "三天没水", "missing"),
        ("time", "三天没水了", "present"),
        ("time", "已经三天没水", "present"),
        ("time", "每天晚上施工", "present"),
        ("time", "夜间11点还在施工", "present"),
        ("event", "桥塌了", "present"),
        ("event", "坏了", "missing"),
        ("earlier", "打过12333没人管", "present"),
        ("earlier", "打12333没人接", "present"),
        ("earlier", "想问12333是什么电话", "missing"),
    ],
)
@pytest.mark.clause("C.3")
def test_a_tick_needs_what_tells_it(element: str, text: str, status: str) -> None:
    """You should see a part of the day, a span of unknown beginning and a nameless shop in a street asked about, and
    three characters that tell an event taken."""
    assert found(element, text).status == status


@pytest.mark.parametrize(
    ("element", "text", "evidence"),
    [
        ("event", "昌平区天通苑北一区12号楼，昨天下午，停水一天", "停水一天"),
        ("event", "投诉夜间施工。望京西路工地晚上10点还在打桩，噪音扰民严重", "噪音扰民严重"),
        ("place", "请问望京西路什么时候修", "望京西路"),
        ("place", "由南站始发经光彩路到方庄", "光彩路"),
        ("object", "我及时书面告诉物业要加急维修", "物业"),
    ],
)
@pytest.mark.clause("C.3")
def test_the_evidence_begins_where_the_thing_begins(element: str, text: str, evidence: str) -> None:
    """You should see what happened and not an address, and a name without the verb before it."""
    assert found(element, text).evidence == evidence
