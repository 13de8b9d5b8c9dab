"""Sentences with the elements that a reader finds in them: what is named present must be found, what is absent not."""

import pytest

from scripts.elements import Facts, judge
from scripts.pack import Packs

KINDS = ("投诉", "突发事件", "建议")

# (sentence, elements a reader finds, elements a reader does not find)
LABELLED = [
    (
        "11月20日上午8点，南湖东园122号楼电梯停运，困住两人，物业至今未修。",
        "time place event object state harm",
        "earlier name emergency_called",
    ),
    ("昨晚十点楼上一直在装修，吵得睡不着。", "time event object", "place earlier name"),
    ("上周三在望京西路被一辆三轮车撞了。", "time place event", "earlier name"),
    ("小区电梯坏了一直没有人修。", "event", "time place earlier name"),
    ("王女士反映朝阳区望京街道南湖东园小区物业三天前开始停水。", "name time place object event", "earlier"),
    ("我叫李建国，海淀区学院路30号院门口垃圾堆了半个月了。", "name place time event", "earlier"),
    ("来电人张先生称，今天早上6点回龙观东大街路灯不亮。", "name time place event", "earlier object"),
    ("诉求人不愿透露姓名，举报某饭店后厨卫生差。", "event", "object time place"),
    ("每天晚上广场舞音响特别大，影响休息。", "time event", "place object earlier name"),
    ("已向街道办事处反映过三次，都没有结果。", "earlier", "time place name"),
    ("打过12345投诉，物业说没钱修。", "earlier object", "time place name"),
    ("没有向任何部门反映过。", "earlier", "time place name object"),
    ("第一次反映这个问题，之前没找过别人。", "earlier", "time place name"),
    ("多次拨打供热站电话无人接听，家里暖气不热。", "earlier object event", "place name"),
    ("希望有关部门尽快介入处理，给个答复。", "", "earlier object place time name department_on_site"),
    ("2024年5月买的新房，开发商至今不交房。", "time event object", "name earlier"),
    ("通州区梨园镇大马庄村有人在河边倒垃圾。", "place event", "object time name earlier"),
    ("丰台区马家堡路18号楼下的烧烤店油烟很大。", "place event object", "time name earlier"),
    ("地铁14号线望京站B口电梯停运。", "place event state", "time name earlier"),
    ("单位拖欠工资三个月了，找老板协商过，老板不给。", "time event object earlier", "place name"),
    ("我去过劳动监察大队，让我去仲裁。", "earlier", "place name"),
    ("报过警，派出所说不归他们管。", "earlier emergency_called", "object time place name"),
    ("已经拨打119，消防已到现场，火已经扑灭。", "emergency_called department_on_site state", "time place name"),
    ("还没打119，现场没有人处理。", "emergency_called department_on_site", "time place name"),
    ("没有报警。", "emergency_called", "time place name department_on_site"),
    ("已经报警了，民警正在现场处置。", "emergency_called department_on_site", "time place name"),
    ("邻居刚打了120，救护车还没到。", "emergency_called department_on_site", "place name"),
    ("整栋楼都停电了，大约200户受影响。", "range state event", "time place name harm"),
    ("只有我一家停水，别人家都有水。", "range state", "time place name harm"),
    ("没有人员受伤，财产损失约两万元。", "harm", "time place name range"),
    ("3号楼2单元一层挖断了燃气管道。", "event", "range"),
    ("燃气泄漏，上面三层楼都闻到了。", "range", "name"),
    ("两人受伤送医，一人昏迷。", "harm", "time place name"),
    ("燃气味很大，还在漏气。", "state", "time place name harm emergency_called"),
    ("火势越来越大，浓烟滚滚。", "state", "time place name emergency_called"),
    ("水已经退了，道路恢复正常。", "state", "time place name"),
    ("西城区广安门内大街甲306号院3单元漏水。", "place event state", "time name earlier"),
    ("大兴区亦庄镇荣京东街地铁站旁共享单车乱停。", "place event", "time name earlier"),
    ("建议在小区门口增设公交站，因为老人出行不方便。", "reasons", "time name earlier"),
    ("建议延长图书馆开放时间。", "", "reasons name earlier"),
    ("建议取消纸质材料，这样可以少跑一趟。", "reasons", "time place name earlier"),
    ("我要投诉。", "", "event time place object name earlier"),
    ("你们必须马上处理。", "", "event time place object name earlier"),
    ("政府必须立即解决，尽快给我答复！", "", "event time place name earlier"),
    ("朝阳区文物重点保护单位旁边长满了草。", "event", "object time name earlier"),
    ("您好，我要投诉，谢谢。", "", "event time place object name earlier"),
    ("朝阳区望京街道南湖东园。", "place", "event time object name earlier"),
    ("五一期间景区门票乱涨价。", "time event", "name earlier"),
    ("从去年冬天开始暖气就不热。", "time event", "place name earlier"),
    ("十一月二十日下午三点半，学校门口发生打架。", "time event", "object place name earlier"),
    ("刚才石景山区鲁谷大街一棵树倒了砸到车。", "time place event", "name earlier"),
    ("2026/11/20 08:30 出租车拒载，车牌京B12345。", "time event object", "name earlier"),
    ("快递员把包裹扔在楼道里丢了。", "event", "object time place name earlier"),
    ("隔壁邻居养鸡，天天打鸣。", "event object time", "place name earlier"),
    ("不知道是哪家公司在施工。", "object event", "time place name earlier"),
    ("昌平区天通苑北一区12号楼2单元地下室住了很多人。", "place event", "time name earlier"),
    ("房山区长阳镇政府旁边工地夜间施工到凌晨2点。", "place time event object", "name earlier"),
    (
        "顺义区后沙峪镇安平街1号院物业乱收停车费，已向住建委投诉，答复说正在核实。",
        "place event object earlier",
        "time name",
    ),
    ("我是业主刘敏，物业不让装充电桩。", "name event object", "time place earlier"),
    ("匿名举报，东城区和平里北街一家网吧接待未成年人。", "place event object", "time earlier"),
    ("暴雨后桥下积水一米深，车被淹了。", "event state harm", "name earlier emergency_called"),
    ("附近居民都闻到刺鼻气味，有人头晕呕吐。", "range harm event", "time place name emergency_called"),
    ("24小时营业的便利店门口噪音大。", "event", "object place name earlier"),
    ("商家七天无理由退货不给退。", "event", "object place name earlier"),
    ("密云区溪翁庄镇黑山寺村的井盖丢了，已经一周了没人管。", "place time event", "name"),
    ("村委会不公示账目，找过村主任，他不理。", "event object earlier", "time name"),
    ("驾校倒闭，3800元学费不退。", "event", "object time place name earlier"),
    ("小区3号楼前有人私装地锁。", "event", "object place time name earlier"),
    ("消防通道被堵，救护车进不来。", "event", "time place name earlier emergency_called"),
    ("物业从来不打扫楼道卫生。", "event object", "time place name earlier"),
]


@pytest.mark.clause("C.3")
@pytest.mark.clause("C.5")
@pytest.mark.parametrize(("text", "present", "absent"), LABELLED)
def test_elements_are_found_where_a_reader_finds_them(packs: Packs, text: str, present: str, absent: str) -> None:
    """You should see every element that the sentence states, and none that it does not."""
    found = {
        state.id: state.evidence
        for state in judge(packs.elements, KINDS, Facts(text=text))
        if state.status == "present"
    }
    assert set(present.split()) - set(found) == set()
    assert {each: found[each] for each in absent.split() if each in found} == {}


def test_the_labelled_sentences_are_enough() -> None:
    """You should see at least sixty sentences, with elements present and absent in plenty."""
    assert len(LABELLED) >= 60
    assert sum(len(present.split()) for _, present, _ in LABELLED) >= 120
    assert sum(len(absent.split()) for _, _, absent in LABELLED) >= 120
