"""What a month of callbacks and rating pages brought, made up: three units that are ranked, one with too few answers."""

from datetime import timedelta
from typing import Any

from data.clock import SHANGHAI
from data.evaluations import About, Evaluations, Heard, Page, Replied

# Of each unit: district, street, topic, and how many callbacks came to what.
UNITS = {
    "望京街道办事处": ("朝阳区", "望京街道", "物业管理", {"非常满意": 30, "满意": 24, "基本满意": 9, "不满意": 4}),
    "东湖街道办事处": ("朝阳区", "东湖街道", "噪声扰民", {"满意": 31, "基本满意": 6, "不满意": 9, "非常不满意": 6}),
    "东华门街道办事处": ("东城区", "东华门街道", "物业管理", {"非常满意": 12, "满意": 20, "不满意": 8}),
    "朝阳区人民政府": ("朝阳区", "", "", {"满意": 5, "不满意": 3}),
}
ENDS = {"拒访": 6, "未接触": 9, "其他未访": 1, "不合格": 2}


def facts(now: Any) -> Evaluations:
    """The same ones each time; agent 8109's claimants are satisfied more often than anybody else's."""
    found, at = Evaluations([], [], []), now.astimezone(SHANGHAI) - timedelta(days=3)
    for unit, (district, street, topic, grades) in UNITS.items():
        number = 0
        for grade, count in grades.items():
            for _ in range(count):
                about = About(f"{unit}-{number}", f"20261121{number:05}", unit, district, street, topic)
                bad = grade in ("不满意", "非常不满意")
                agent = ("8107", "8108")[number % 2] if bad else ("8107", "8108", "8109")[number % 3]
                answers = {"contacted": "否" if bad and number % 4 == 0 else "是", "told": "是", "satisfaction": grade}
                answers["solved"] = "未解决" if bad else "部分解决" if number % 9 == 0 else "已解决"
                answers |= {"aspects": "效率、质量"} if bad else {}
                found.heard.append(Heard(about, at, agent, f"c-{unit}-{number}", "访问成功", True, answers, answers))
                found.replied.append(Replied(about, at, True, True, number % 5 > 0))
                number += 1
        for family, count in ENDS.items():
            for _ in range(count if street else 0):
                about = About(f"{unit}-{number}", f"20261121{number:05}", unit, district, street, topic)
                by = ("8107", "8108", "8109")[number % 3] if family == "拒访" else "system"
                found.heard.append(Heard(about, at, by, f"c-{unit}-{number}", family, False))
                number += 1
        silent = {"contacted": "记不清", "told": "拒答", "solved": "拒答"}
        about = About(f"{unit}-x", "2026112199999", unit, district, street, topic)
        found.heard.append(Heard(about, at, "8108", f"c-{unit}-x", "访问成功", False, silent, silent))
        found.pages.extend(Page(about, at, grade) for grade in ("满意", "非常满意", "不满意", ""))
    return found
