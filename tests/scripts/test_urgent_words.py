"""What callers really say of danger, and the same characters in other words (5.1.4.1 note 1)."""

import pytest

from scripts.pack import Packs
from scripts.urgency import hints

URGENT = {
    "不稳定因素": [
        "有个男的在小区里动刀了", "楼下有人拿刀追人", "隔壁男的持刀不让人走", "两伙人打起来了", "有人砍人",
        "有人要跳楼", "室友割腕了", "她说要自杀", "他扬言要炸楼", "有人站在楼顶要跳", "外面打群架",
        "他威胁要杀我全家", "有个醉汉在砸东西",
    ],
    "突发事件": [
        "孩子掉井里了", "一个骑车的掉进窨井了", "老人掉进化粪池", "配电箱一直冒烟", "五楼着火了", "煤气罐炸了",
        "工人触电了", "路面突然塌了一个大坑", "电梯困人半小时", "我被关在电梯里出不来", "河里有人溺水",
        "全家煤气中毒", "施工导致路面塌陷", "燃气管道泄漏", "孩子误食药物中毒", "货车翻车压住人",
        "工人从脚手架摔下来", "大火往楼上窜", "桥塌了", "孩子卡在栏杆里出不来", "井里掉了个人", "有人从六楼跳下来了",
        "公交车撞了三个人", "油罐车侧翻",
    ],
    "其他可能造成生命财产损失": [
        "有个大爷晕倒在公交站", "我妈昏迷了叫不醒", "人倒在地上没有呼吸", "我家进贼了", "楼里入室盗窃",
        "刚才在胡同口被抢劫", "高压线掉在路上", "老人走失一天了", "我家孩子不见了", "墙快塌了", "井盖没了",
        "有人撬门", "电梯突然下坠", "我爸突然倒地", "路边电线杆倒了", "老人摔倒起不来",
    ],
    "基本民生保障": [
        "小区突然停电了", "整栋楼停水", "自来水管爆了往外喷", "家里的暖气突然停了",
    ],
    "极端天气": [
        "大风把树刮倒砸了车", "暴雨倒灌进地下室",
    ],
    "疫情": [
        "邻居是密接没有隔离",
    ],
}  # fmt: skip

NOT_URGENT = [
    "超市停电梯检修通知没贴", "商场停电梯", "路边停水果摊", "门口总停水果车", "没电梯的老楼", "断电线杆没人管过年",
    "充电枪坏了", "加油枪有问题", "贫困人口补贴怎么领", "困难户申请低保", "停电动车的地方太少", "停水泥罐车",
    "没气味", "没水平的师傅", "楼道落水管堵了", "旅游行业补贴", "郊游行程退款", "接触电梯按钮不灵", "坐着火车来的",
    "一起吃火锅", "大火锅店油烟大", "火车站打车难", "手机没电了", "电脑中毒怎么办", "电梯罢工三天了没人修",
    "空调罢工", "州官放火不许百姓点灯", "安静坐着等叫号", "爆炸头理发店", "吵死人了", "简直是抢劫", "抢红包群",
    "抢购不到票", "跳楼价甩卖", "想不开灯都不行", "担心着火，楼道堆了纸箱", "万一爆炸怎么办", "容易触电，请换插座",
    "存在火灾隐患", "消防演练着火的场景扰民", "像地震一样响", "拿刀叉吃饭的餐厅卫生差", "医生说要动刀做手术",
    "没有呼吸的空间", "踩踏草坪", "烟囱冒黑烟", "欠费停电怎么交", "从没停水", "疫情期间没交物业费", "滋生传染病",
    "大风车幼儿园收费高", "饭店点火锅收服务费", "领导发火了", "贫困家庭补助", "爱人打电话打起来没完", "断气球绳",
    "警示威力", "游行程序", "树倒影", "身份证丢了", "业主想开个业主大会", "有毒气体怎么检测", "镇负责人质问我",
    "路段拥堵路口没人管", "农村危房改造补贴怎么申请", "扬言要去起诉物业", "车祸赔偿去哪里办", "让违法者付出代价",
    "经常停水的事上次说过", "村里一直没有自来水",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in URGENT.items() for text in texts])
@pytest.mark.clause("5.1.4.1 note 1")
def test_sudden_danger_is_noticed(packs: Packs, kind: str, text: str) -> None:
    """You should see the kind suggested with words of the sentence."""
    words = {hint.kind: hint.words for hint in hints(packs.urgency, text)}
    assert kind in words
    assert all(word in text for word in words[kind])


@pytest.mark.parametrize("text", NOT_URGENT)
@pytest.mark.clause("5.1.4.1 note 1")
def test_the_same_characters_in_other_words_alarm_nobody(packs: Packs, text: str) -> None:
    """You should see nothing suggested by a part of a longer word, a comparison, a fear, or what is long past."""
    assert hints(packs.urgency, text) == []


@pytest.mark.clause("5.1.4.1 note 1")
def test_a_fear_beside_a_danger_hides_nothing(packs: Packs) -> None:
    """You should see the supposition end with its clause, and another use of the same word count."""
    assert [hint.words for hint in hints(packs.urgency, "怕着火没敢开灯，结果真着火了")] == [("着火",)]
    assert hints(packs.urgency, "如果着火怎么办") == []
