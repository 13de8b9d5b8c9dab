"""What the elements of a reply may say (5.2.2.3.3-.7): a time or a period where a time is asked for, a known unit."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from console.handling import Handling
from console.house import House
from console.periods import why_no_time
from console.reply_check import ReplyError
from data.clock import SHANGHAI, FixedClock
from data.handling import CONSULT, SOLVED, UNSOLVED
from data.lifecycle import State
from tests.lives import HANDLER, STREET, Lives, elements_of

NOW = datetime(2026, 11, 24, 10, 32, tzinfo=SHANGHAI)
TOLD = re.split(
    "、",
    "2026-12-01、2026-11-24 10:32、2026/12/1、2026.12.1、20261201、2026年12月1日前、2026-11-24T10:32:00+08:00、12月1日、"
    "１２月１日、12/1、11-24至11-26、十二月一日、十二月上旬、12月底前、2月29日、本月28日、28号前、12月、2026年11月、下周三前、"
    "周五、星期三、周末、下周、本周内、两周内、下个月、月底前、年底、第四季度、明年春季、国庆前、供暖季前、三个工作日内、3天内、"
    "24小时内、15-20个工作日、3至5天、半个月内、3.5小时内、接单后2小时内、已于昨日、已于昨日办结、昨晚十点、今天10:30、"
    "明天上午、后天、次日、即日起、当天、尽快，最迟12月1日前",
)
VAGUE = re.split(
    "、",
    "不知道、不清楚、不知道哪天、尽快、尽早、近期、近日、待定、择日、适时、马上、立即、目前、现在、长期、持续推进、无、有空再说、"
    "办理时间的内容、望京街道、3、12、一、9999999、。、abc",
)
NO_SUCH = ["2月30日", "13月1日", "十一月三十一日", "2026-02-30", "2026.2.30", "2026年2月30日前", "25:00", "今天25:00"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation."""
    made = House(tmp_path / "home", FixedClock(NOW))
    yield made
    made.close()


@pytest.mark.clause("5.2.2.3.3")
@pytest.mark.parametrize("text", TOLD)
def test_a_time_or_a_period_is_taken_as_people_write_it(text: str) -> None:
    """You should see dates, days, spans and limits taken."""
    assert why_no_time(text, NOW) == ""


@pytest.mark.clause("5.2.2.3.3")
@pytest.mark.parametrize("text", [*VAGUE, *NO_SUCH, "", "从昨日起" * 20])
def test_what_tells_no_time_is_not_taken(text: str) -> None:
    """You should see vague words refused, and days that no calendar has."""
    assert why_no_time(text, NOW) == (f"里没有“{text.removeprefix('今天').removesuffix('前')}”这" + (
        "个时刻" if ":" in text else "一天"
    ) if text in NO_SUCH else "不是时间")  # fmt: skip


@pytest.mark.clause("5.2.2.3.3")
@pytest.mark.clause("5.2.2.3.5")
@pytest.mark.clause("5.2.2.3.7a")
@pytest.mark.clause("5.2.2.3.7b")
@pytest.mark.parametrize(
    ("outcome", "name", "text", "told"),
    [
        (SOLVED, "handled_at", "不知道", "办理时间“不知道”不是时间：请写日期或期限，如 2026-12-01.*5\\.2\\.2\\.3\\.3"),
        (UNSOLVED, "by_when", "尽快", "落实时间“尽快”不是时间：请写日期或期限，.*三个工作日内.*5\\.2\\.2\\.3\\.7b"),
        (UNSOLVED, "by_when", "2月30日前", "落实时间“2月30日前”里没有“2月30日”这一天.*5\\.2\\.2\\.3\\.7b"),
        (CONSULT, "handled_at", "再说", "答复时间“再说”不是时间.*5\\.2\\.2\\.3\\.5"),
        (SOLVED, "unit", "随便哪家", "主责单位“随便哪家”不在单位表里：请写单位的全称（5\\.2\\.2\\.3\\.3）"),
        (SOLVED, "unit", "望京街道办事外", "“望京街道办事外”不在单位表里.*是不是望京街道办事处"),
        (SOLVED, "unit", f"{STREET}、物业", "主责单位“物业”不在单位表里"),
    ],
)
def test_a_reply_with_a_wrong_element_is_refused(house: House, outcome: str, name: str, text: str, told: str) -> None:
    """You should see the element, what was written, what is needed and the clause; nothing sent."""
    ticket = Lives(house).handled(types=["咨询"] if outcome == CONSULT else ["投诉"])
    work = Handling(house, HANDLER)
    with pytest.raises(ReplyError, match=told):
        work.reply(ticket, outcome, elements_of(outcome) | {name: text})
    assert house.tickets.get(ticket.id) == ticket
    assert work.reply(ticket, outcome, elements_of(outcome)).state is State.FED_BACK


@pytest.mark.clause("5.2.2.3.3")
@pytest.mark.parametrize("unit", [STREET, f"朝阳区{STREET}", "市水务局", f"{STREET}、北京市自来水集团", f" {STREET} "])
def test_a_unit_is_taken_by_any_of_its_names(house: House, unit: str) -> None:
    """You should see whole names, names with the district before them, other names, and several."""
    ticket = Lives(house).handled()
    done = Handling(house, HANDLER).reply(ticket, SOLVED, elements_of(SOLVED) | {"unit": unit})
    assert done.state is State.FED_BACK
