"""``hotline ticket`` and ``hotline check``: requests as JSON, from other systems and scheduled jobs."""

import json
from pathlib import Path
from typing import Any

import pytest

COMPLAINT: dict[str, Any] = {
    "source": "微信公众号",
    "raised_at": "2026-11-24T09:00:00",
    "claimant": {"name": "李梅", "phone": "１３８００００００００", "address": "某小区2号楼", "confidential": True},
    "types": ["投诉"],
    "title": "工地夜间施工",
    "text": "工地连续三晚打桩到凌晨两点，影响休息。",
    "place": {"district": "朝阳区", "text": "和顺家园东侧工地"},
    "event_time": "近三天晚上",
    "respondent": "施工单位",
    "elements": {"earlier": "向城管反映过一次"},
}

URGENT_ELEMENTS = ("earlier", "range", "harm", "state", "emergency_called", "department_on_site")


def text_of(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in COMPLAINT.items() if key not in keys}


@pytest.mark.clause("5.1.4.1")
@pytest.mark.clause("5.1.4.1b")
@pytest.mark.clause("5.1.4.1d")
def test_a_complete_request_becomes_a_ticket(hotline) -> None:
    """You should see the ticket with its number, state, clocks and what was given, times in Shanghai time."""
    made = hotline("ticket", "new", "--from", "-", "--json", stdin=text_of(COMPLAINT)).json
    assert made["state"] == "待派单"
    assert made["number"].startswith("20261124")
    assert made["record"]["raised_at"] == "2026-11-24T09:00:00+08:00"
    assert made["created_at"] == "2026-11-24T10:30:00+08:00"
    assert made["due"]["dispatch"] == "2026-11-25T10:30:00+08:00"
    assert made["record"]["claimant"]["phone"] == "13800000000"
    assert made["record"]["source"] == "微信公众号"
    shown = hotline("ticket", "show", made["number"], "--personal", "--json")
    assert shown.json == made


def test_a_ticket_is_read_from_a_file_and_told_in_words(hotline, tmp_path) -> None:
    """You should see the number of the new ticket without --json."""
    path = tmp_path / "诉求.json"
    path.write_text("\ufeff" + text_of(COMPLAINT), encoding="utf-8")
    ran = hotline("ticket", "new", "--from", path)
    assert ran.code == 0
    assert "2026112400001" in ran.out


@pytest.mark.clause("C.3")
def test_missing_elements_are_named_with_their_questions(hotline) -> None:
    """You should see exit 1, one sentence, and with --json what is missing and how to ask for it."""
    given = without("event_time", "respondent") | {"text": "太吵了，没法休息。", "title": "太吵"}
    ran = hotline("ticket", "new", "--from", "-", "--json", stdin=text_of(given))
    assert ran.code == 1
    assert ran.json["error"] == "incomplete"
    assert {each["element"] for each in ran.json["missing"]} == {"time", "object"}
    assert all(each["ask"].startswith(("请问", "麻烦您")) for each in ran.json["missing"])
    assert len(ran.err.splitlines()) == 1
    assert "时间" in ran.err
    assert hotline("ticket", "list", "--json").json == []


@pytest.mark.clause("C.3")
def test_asked_and_refused_counts_as_recorded(hotline) -> None:
    """You should see a request registered whose name was asked for and refused; the label names the element too."""
    given = without("claimant") | {"elements": {"姓名": {"asked": "不愿提供"}, "earlier": {"asked": "不清楚"}}}
    made = hotline("ticket", "new", "--from", "-", "--json", stdin=text_of(given)).json
    assert made["record"]["elements"]["name"] == {"text": "", "asked": "不愿提供"}


@pytest.mark.clause("C.4")
def test_a_threat_without_the_own_words_is_refused(hotline) -> None:
    """You should see that the claimant's words inside full-width marks are missing, and with them it is registered."""
    given = COMPLAINT | {"urgency_kinds": ["不稳定因素"], "text": "来电人说明天上午九点要去工地大门堵路。"}
    given["elements"] = {"earlier": "没有", "channel": "到工地", "manner": "聚集", "act": "堵路"}
    refused = hotline("ticket", "new", "--from", "-", "--json", stdin=text_of(given))
    assert "own_words" in {each["element"] for each in refused.json["missing"]}
    given["elements"] |= {
        "own_words": "“明天上午九点再不停工，我们就把路堵上。”",
        "threat_time": "明天上午九点",
        "threat_place": "工地大门",
    }
    assert hotline("ticket", "new", "--from", "-", stdin=text_of(given)).code == 0


@pytest.mark.clause("5.1.4.1 note 1")
def test_an_urgent_kind_with_an_open_question_is_refused(hotline) -> None:
    """You should see the question that 基本民生保障 needs, and the key under which its answer goes."""
    given = COMPLAINT | {"urgency_kinds": ["基本民生保障"]}
    ran = hotline("ticket", "new", "--from", "-", "--json", stdin=text_of(given))
    assert ran.code == 1
    assert "basic_sudden" in ran.err
    assert [each["id"] for each in ran.json["pending"]] == ["basic_sudden", "basic_wide_or_danger"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"claimant": {"nam": "x"}}, "claimant.nam"),
        ({"claimant": {"name": 5}}, "claimant.name"),
        ({"claimant": {"confidential": "是"}}, "claimant.confidential"),
        ({"claimant": {"kind": "机器"}}, "claimant.kind"),
        ({"types": "投诉"}, "types"),
        ({"types": ["表扬"]}, "types"),
        ({"types": [1]}, "types[0]"),
        ({"urgency_kinds": ["着急"]}, "urgency_kinds"),
        ({"urgency_answers": {"x": True}}, "urgency_answers"),
        ({"source": "飞鸽"}, "source"),
        ({"raised_at": "昨天"}, "raised_at"),
        ({"raised_at": "2026-11-25T00:00"}, "raised_at"),
        ({"place": {"district": "某市某区"}}, "place.district"),
        ({"place": {"lat": 1}}, "place.lat"),
        ({"place": 7}, "place"),
        ({"elements": {"mood": "好"}}, "elements"),
        ({"elements": {"name": {"asked": "忘了"}}}, "elements.name.asked"),
        ({"elements": {"name": {"test": ""}}}, "elements"),
        ({"text": "长" * 20_001}, "text"),
        ({"title": "长" * 501}, "title"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_belong_is_refused_by_its_path(hotline, change: dict[str, Any], named: str) -> None:
    """You should see the path of the faulty field in one Chinese sentence, and nothing registered."""
    ran = hotline("ticket", "new", "--from", "-", stdin=text_of(COMPLAINT | change))
    assert ran.code == 1
    assert named in ran.err
    assert len(ran.err.splitlines()) == 1
    assert hotline("ticket", "list", "--json").json == []


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"title":"' + b"\x80" + b'"}', b"[" * 100_000],
)
def test_what_is_no_json_is_refused(hotline, broken: bytes) -> None:
    """You should see one sentence for anything that is not a JSON object in UTF-8."""
    for args in (("ticket", "new", "--from", "-"), ("check", "-")):
        ran = hotline(*args, stdin=broken)
        assert ran.code == 1
        assert len(ran.err.splitlines()) == 1


def test_a_request_of_more_than_a_megabyte_is_refused(hotline) -> None:
    """You should see that the input is too large, whatever it holds."""
    ran = hotline("check", "-", stdin=b" " * ((1 << 20) + 1))
    assert ran.code == 1
    assert "标准输入" in ran.err


def test_control_characters_do_not_reach_the_store(hotline) -> None:
    """You should see the text without what a terminal would obey, and rare characters kept."""
    given = COMPLAINT | {"text": COMPLAINT["text"] + "\x1b[2J\u202e\x00𠮷😀"}
    made = hotline("ticket", "new", "--from", "-", "--json", stdin=text_of(given)).json
    assert made["record"]["text"] == COMPLAINT["text"] + "𠮷😀"


def test_who_acts_stands_on_every_event(hotline) -> None:
    """You should see the agent's number, and a refusal where the agent's roles do not allow it."""
    for number, role in (("1001", "话务员"), ("5001", "质检")):
        assert hotline("user", "add", number, "--role", role, "--password-stdin", stdin="12345678\n").code == 0
    refused = hotline("ticket", "new", "--from", "-", "--agent", "5001", stdin=text_of(COMPLAINT))
    assert refused.code == 1
    assert "5001" in refused.err
    hotline("ticket", "new", "--from", "-", "--agent", "1001", stdin=text_of(COMPLAINT))
    number = hotline("ticket", "list", "--json").json[0]["number"]
    events = hotline("ticket", "events", number, "--json").json
    assert [(event["seq"], event["kind"], event["by"]) for event in events] == [
        (1, "registered", "1001"),
        (2, "submitted", "1001"),
    ]
    assert [event["clause"] for event in events] == ["5.1.4.1", "5.2.2.1.1"]
    assert all(event["at"] == "2026-11-24T10:30:00+08:00" for event in events)
    assert "转派单" in hotline("ticket", "events", number).out


@pytest.mark.clause("D")
def test_the_form_is_that_of_appendix_d(hotline) -> None:
    """You should see the 21 fields in the standard's order, then the addendum."""
    hotline("ticket", "new", "--from", "-", stdin=text_of(COMPLAINT))
    form = hotline("ticket", "show", "2026112400001", "--form").out
    fields = [
        "工单编号",
        "诉求提出时间",
        "诉求来源",
        "受理单位",
        "来电人",
        "来电号码",
        "联系方式",
        "来电人地址",
        "问题分类",
        "工单分类",
        "发生地址",
        "被反映单位",
        "工单标题",
        "主要内容",
        "派单人员",
        "派单时间",
        "派单处理意见",
        "截止时间",
        "办理时限",
        "承办单位",
        "办理情况",
    ]
    places = [form.index(f"│{field}") for field in fields]
    assert places == sorted(places)
    assert form.index("补充项（5.1.4.1）") > places[-1]
    assert form == hotline("ticket", "show", "2026112400001").out


def test_the_list_narrows_by_state_unit_and_time(hotline, clock) -> None:
    """You should see only the tickets asked for, the newest first."""
    for title in ("甲", "乙"):
        hotline("ticket", "new", "--from", "-", stdin=text_of(COMPLAINT | {"title": title}))
        clock.advance(3600)
    every = hotline("ticket", "list", "--json").json
    assert [each["title"] for each in every] == ["乙", "甲"]
    assert set(every[0]) >= {"number", "state", "types", "urgent", "title", "unit", "created_at", "dispatch_due"}
    later = hotline("ticket", "list", "--since", "2026-11-24 11:00", "--json").json
    assert [each["title"] for each in later] == ["乙"]
    assert len(hotline("ticket", "list", "--unit", every[0]["unit"], "--json").json) == 2
    assert hotline("ticket", "list", "--unit", "没有的单位", "--json").json == []
    assert hotline("ticket", "list", "--state", "分类处理", "--json").json == []
    assert len(hotline("ticket", "list", "--limit", "1", "--json").json) == 1
    assert "甲" in hotline("ticket", "list", "--state", "待派单").out


@pytest.mark.clause("5.1.3.3a")
@pytest.mark.clause("C.1")
@pytest.mark.clause("5.1.3.4c")
def test_check_tells_what_is_missing_present_and_badly_worded(hotline, cli_home) -> None:
    """You should see the contract's four keys, and no folder made: nothing is stored."""
    given = without("event_time") | {"text": "太吵了，大概是施工，没法休息。", "title": "太吵"}
    ran = hotline("check", "-", "--json", stdin=text_of(given))
    assert ran.code == 0
    assert [each["element"] for each in ran.json["missing"]] == ["time"]
    assert set(ran.json["missing"][0]) >= {"element", "clause", "ask"}
    assert {"name", "place", "object", "earlier"} <= {each["element"] for each in ran.json["present"]}
    assert ran.json["complete"] is False
    (finding,) = [each for each in ran.json["wording"] if "大概" in each["text"]]
    start, end = finding["span"]
    assert f"太吵\n{given['text']}"[start:end] == finding["text"]
    assert finding["clause"] == "5.1.3.4c"
    assert not cli_home.exists()


def test_check_calls_a_full_record_complete_and_an_empty_one_not(hotline) -> None:
    """You should see complete only where a type is chosen and every element is there."""
    assert hotline("check", "-", "--json", stdin=text_of(COMPLAINT)).json["complete"] is True
    assert hotline("check", "-", "--json", stdin="{}").json["complete"] is False
    assert "附录C所列要素齐全" in hotline("check", "-", stdin=text_of(COMPLAINT)).out
    assert "类型" in hotline("check", "-", stdin="{}").out


def test_check_shows_what_was_asked_and_refused_apart(hotline) -> None:
    """You should see an element that was refused neither among the missing nor among the present."""
    given = without("claimant") | {"elements": {"name": {"asked": "不愿提供"}, "earlier": "没有"}}
    ran = hotline("check", "-", "--json", stdin=text_of(given)).json
    assert [each["element"] for each in ran["asked"]] == ["name"]
    assert ran["complete"] is True


@pytest.mark.parametrize("query", ["燃气", "燃气公司", "ranqi", "rqjt"])
def test_the_list_narrows_by_part_of_a_units_name(hotline, query: str) -> None:
    """You should see the tickets of the unit that characters, pinyin or initials mean, and no others."""
    for title, text in (
        ("家里停气", "家里从昨天早上起停气了，燃气公司没有人来。"),
        ("路灯不亮", "门口的路灯不亮，天黑看不见。"),
    ):
        given = {**COMPLAINT, "title": title, "text": text, "not_urgent": ["基本民生保障"]}
        assert hotline("ticket", "new", "--from", "-", "--json", stdin=json.dumps(given)).code == 0
    found = hotline("ticket", "list", "--unit", query, "--json").json
    assert [each["unit"] for each in found] == ["北京市燃气集团"]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ('{"types": ["投诉"],\n "title": "小区电梯停', "第 2 行第 11 列"),
        ('{"types": ["投诉"],\n "titl', "第 2 行第 2 列"),
        ('{"types": ["投诉"],\n "title": "电梯"', "第 2 行第 15 列"),
        ('{"types": ["投诉"],\n "title" "电梯"}', "第 2 行第 10 列"),
    ],
)
def test_what_is_no_json_is_said_to_be_none(hotline, content: str, where: str) -> None:
    """You should see line and column of where it breaks off, and no field blamed."""
    ran = hotline("ticket", "new", "--from", "-", stdin=content)
    assert ran.code == 1
    assert "不是有效的 JSON" in ran.err
    assert where in ran.err
    assert "字段" not in ran.err


def test_bytes_that_are_no_utf8_are_said_to_be_none(hotline) -> None:
    """You should see the line, and that the file is to be saved as UTF-8."""
    ran = hotline("ticket", "new", "--from", "-", stdin=b'{"types":\n ["\xb0\xe5"]}')
    assert ran.code == 1
    assert "第 2 行有不是 UTF-8 的字节" in ran.err


@pytest.mark.clause("6.2.2")
def test_the_people_are_listed_without_their_passwords(hotline) -> None:
    """You should see number, name, roles and whether the person may still sign in, and nothing of a password."""
    for agent_no, name, role in (("8041", "张敏", "话务员,督办"), ("6001", "郑文博", "知识管理员")):
        assert (
            hotline(
                "user", "add", agent_no, "--name", name, "--role", role, "--password-stdin", stdin="12345678\n"
            ).code
            == 0
        )
    assert hotline("user", "disable", "6001").code == 0
    ran = hotline("user", "list")
    assert [line.split()[:4] for line in ran.out.splitlines()[1:]] == [
        ["6001", "郑文博", "知识管理员", "停用"],
        ["8041", "张敏", "督办、话务员", "在用"],
    ]
    listed = hotline("user", "list", "--json")
    assert [set(each) for each in listed.json] == [
        {"agent_no", "name", "roles", "unit", "created_at", "disabled_at"}
    ] * 2
    assert "argon2" not in ran.out + listed.out


@pytest.mark.clause("6.2.2")
def test_a_disabled_number_is_restored_by_enable_and_not_by_its_roles(hotline) -> None:
    """You should see `user role` say that the number is still disabled, and `user enable` bring it back."""
    added = ("user", "add", "8041", "--role", "话务员", "--password-stdin")
    assert hotline(*added, stdin="12345678\n").code == 0
    assert hotline("user", "disable", "8041").code == 0
    assert "仍停用" in hotline("user", "role", "8041", "--role", "督办").out
    assert "停用" in hotline("user", "list").out
    ran = hotline("user", "enable", "8041")
    assert (ran.code, "已恢复，角色：督办" in ran.out) == (0, True)
    assert "停用" not in hotline("user", "list").out
    assert hotline("user", "enable", "4711").code == 1


@pytest.mark.clause("5.1.3.3c")
@pytest.mark.clause("5.1.4.1d")
def test_a_new_ticket_tells_of_its_report_and_of_a_wish_to_stay_unknown(hotline) -> None:
    """You should see an urgent ticket reported as it is registered, and on standard error that 保密 is not set."""
    answers = {each: {"asked": "不清楚"} for each in URGENT_ELEMENTS}
    urgent = without("claimant") | {"claimant": {"name": "李梅"}, "urgency_kinds": ["突发事件"], "elements": answers}
    urgent["text"] += "来电人要求保密。"
    ran = hotline("ticket", "new", "--from", "-", stdin=text_of(urgent))
    assert ran.code == 0, ran.err
    assert "并已上报值班管理人员" in ran.out
    assert "文中要求保密" in ran.err


@pytest.mark.parametrize(("command", "stdin"), [(("greeting",), ""), (("check", "-"), '{"text": "路灯不亮"}')])
@pytest.mark.parametrize("file", ["packs/phrases.toml", "reference/calendar.toml", "reference/regions.csv"])
def test_a_refused_pack_or_table_of_a_city_is_told_of(
    hotline, cli_home: Path, command: tuple[str, ...], stdin: str, file: str
) -> None:
    """You should see the file and the reason on standard error wherever the command would have read it."""
    (cli_home / file).parent.mkdir(parents=True)
    (cli_home / file).write_text("version = 1", encoding="utf-8")
    ran = hotline(*command, stdin=stdin)
    assert ran.code == 0
    reads = not (command[0] == "greeting" and "regions" in file) and not (command[0] == "check" and "calendar" in file)
    assert (f"{file} 未采用" in ran.err) is reads
