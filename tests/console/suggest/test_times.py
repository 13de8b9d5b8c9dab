"""Words that tell a time, resolved against the time of the call."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.suggest.times import event_time, find_times, number, written_out
from data.clock import SHANGHAI

CALL = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)  # a Tuesday


@pytest.mark.clause("5.1.4.1e")
@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("昨晚十点停水", "昨晚十点", "2026年11月23日（周一）22时00分"),
        ("上周三就这样", "上周三", "2026年11月18日（周三）"),
        ("11月20日上午8点施工", "11月20日上午8点", "2026年11月20日（周五）8时00分"),
        ("前天开始的", "前天", "2026年11月22日（周日）"),
        ("昨晚一点多吵醒", "昨晚一点", "2026年11月24日（周二）1时00分"),
        ("今早7:30", "今早7:30", "2026年11月24日（周二）7时30分"),
        ("十一月二十日晚11点40分", "十一月二十日晚11点40分", "2026年11月20日（周五）23时40分"),
        ("周五晚上八点半", "周五晚上八点半", "2026年11月20日（周五）20时30分"),
        ("12月30日下午", "12月30日下午", "2025年12月30日（周二）12时至18时"),
        ("2026年11月3日14时05分", "2026年11月3日14时05分", "2026年11月3日（周二）14时05分"),
        ("上个月5号", "上个月5号", "2026年10月5日（周一）"),
        ("三天前", "三天前", "2026年11月21日（周六）"),
        ("半小时前", "半小时前", "2026年11月24日（周二）10时00分"),
        ("晚上十二点放炮", "晚上十二点", "2026年11月24日（周二）0时00分"),
        ("下午3点一刻", "下午3点一刻", "2026年11月23日（周一）15时15分"),
        ("上周末", "上周末", "2026年11月21日（周六）至2026年11月22日（周日）"),
        ("今年3月", "今年3月", "2026年3月1日（周日）至2026年3月31日（周二）"),
        ("上上周一", "上上周一", "2026年11月9日（周一）"),
        ("昨天中午1点", "昨天中午1点", "2026年11月23日（周一）13时00分"),
    ],
)
def test_a_time_is_resolved_against_the_call(text: str, words: str, shown: str) -> None:
    """You should see the words that tell the time, and the time they mean, for confirmation."""
    (time,) = find_times(text, CALL)
    assert (time.text, time.shown) == (words, shown)
    assert text[slice(*time.span)] == words


@pytest.mark.parametrize(
    "text",
    [
        "5号楼3单元",
        "地铁8号线",
        "11月31日",
        "昨天25点",
        "公交8点末班车",
        "每天早上8点",
        "三年级一班",
        "今年级",
        "",
        "8时代",
    ],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    """You should see no time for house numbers, lines, habits and days that no calendar has."""
    assert find_times(text, CALL) == ()


def test_the_exactest_time_in_the_past_is_the_events() -> None:
    """You should see the hour named rather than the day, and both in the text's order."""
    times = find_times("上周三报过修，昨晚十点又停了", CALL)
    assert [time.text for time in times] == ["上周三", "昨晚十点"]
    likeliest = event_time(times, CALL)
    assert likeliest is not None
    assert likeliest.text == "昨晚十点"
    assert event_time((), CALL) is None


def test_a_call_on_new_years_day_looks_back_over_the_year() -> None:
    """You should see the last December, not the coming one."""
    (time,) = find_times("12月31日晚上十一点", datetime(2027, 1, 1, 0, 5, tzinfo=SHANGHAI))
    assert time.shown == "2026年12月31日（周四）23时00分"


@pytest.mark.parametrize(
    ("text", "value"), [("十", 10), ("二十一", 21), ("廿三", 23), ("０８", 8), ("二〇二六", 2026), ("百", None)]
)
def test_numerals_are_read(text: str, value: int | None) -> None:
    """You should see the number that digits or numerals write."""
    assert number(text) == value


@given(
    text=st.text(alphabet="昨今前上下周天晚早日月年点时分半刻号一二三十0123456789：:-/ 个星期前", max_size=40),
    day=st.integers(0, 4000),
)
def test_no_text_breaks_the_reading(text: str, day: int) -> None:
    """You should see times with a beginning not after their end and with their own words, or none."""
    for time in find_times(text, CALL + timedelta(days=day)):
        assert time.start <= time.end
        assert text[slice(*time.span)] == time.text
        assert time.shown


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("刚才", "11-24 10:30（刚才）"),
        ("刚刚", "11-24 10:30（刚刚）"),
        ("半小时前", "11-24 10:00（半小时前）"),
        ("昨晚十点", "11-23 22:00（昨晚十点）"),
        ("昨晚十点左右", "11-23 22:00（昨晚十点）"),
        ("今天上午", "11-24 8至12时（今天上午）"),
        ("昨天", "11-23（昨天）"),
        ("上周三", "11-18（上周三）"),
        ("11月20日", "11月20日"),
        ("2026年11月20日上午八点", "2026年11月20日上午八点"),
        ("三个月来", "三个月来"),
        ("每天晚上", "每天晚上"),
        ("昨天和今天", "昨天和今天"),
        ("11-24 10:30（刚才）", "11-24 10:30（刚才）"),
        ("不清楚", "不清楚"),
        ("", ""),
    ],
)
@pytest.mark.clause("5.1.4.1e")
def test_a_time_typed_by_the_moment_is_written_out(typed: str, kept: str) -> None:
    """You should see 刚才 and 昨晚十点 kept with the time they mean, once, and what tells a date left as it is."""
    assert written_out(typed, CALL) == kept
    assert written_out(kept, CALL) == kept
