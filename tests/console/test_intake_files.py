"""``hotline intake``: web submissions from files of every kind and quality."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from console.house import House
from console.intake import Intake, IntakeError, parse_mapping
from console.intake_fields import channel_of
from data.clock import SHANGHAI
from data.record import CHANNELS

CASES = Path(__file__).parents[3] / "shared" / "cases" / "hotline_tickets.jsonl"
ROOT = Path(__file__).parents[2]

GOOD: dict[str, Any] = {
    "type": "投诉",
    "channel": "微信",
    "district": "朝阳",
    "date": "2026-11-24 09:10",
    "title": "路灯不亮",
    "text": "小区门口的路灯三天没有亮。",
}


def line(**change: Any) -> str:
    return json.dumps(GOOD | change, ensure_ascii=False)


@pytest.fixture
def jsonl(tmp_path: Path):
    def write(*lines: str | bytes, encoding: str = "utf-8", name: str = "in.jsonl") -> Path:
        path = tmp_path / name
        path.write_bytes(b"\n".join(one if isinstance(one, bytes) else one.encode(encoding) for one in lines) + b"\n")
        return path

    return write


def csv_file(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def counts(ran) -> tuple[int, int, int, int]:
    report = ran.json
    return report["read"], report["accepted"], report["repeated"], len(report["refused"])


@pytest.mark.skipif(not CASES.exists(), reason="needs ../shared/cases/hotline_tickets.jsonl")
def test_a_real_citys_tickets_are_all_taken_in_once(hotline) -> None:
    """You should see every line accepted, already there or refused with its reason; again, nothing added."""
    total = len(CASES.read_text(encoding="utf-8").splitlines())
    read, accepted, repeated, refused = counts(hotline("intake", "import", CASES, "--json"))
    assert read == total == accepted + repeated + refused
    assert refused == 0
    assert counts(hotline("intake", "import", CASES, "--json")) == (total, 0, total, 0)
    assert len(hotline("intake", "list", "--json").json) == accepted


@pytest.mark.clause("5.1.1")
@pytest.mark.clause("5.1.4.1a")
@pytest.mark.clause("5.1.4.1c")
def test_the_columns_land_where_they_belong(hotline, jsonl, cli_home: Path, clock) -> None:
    """You should see type, channel, district, time, title and text, and the web's number as the contact."""
    path = jsonl(line(phone="１３９００００００００", name="王芳", address="某小区", confidential="是", reply="不用"))
    assert counts(hotline("intake", "import", path, "--json")) == (1, 1, 0, 0)
    house = House(cli_home, clock)
    (one,) = house.inbox.waiting()
    house.close()
    record = one.record
    assert one.submitted_at == record.raised_at == datetime(2026, 11, 24, 9, 10, tzinfo=SHANGHAI)
    assert (record.source, one.origin) == ("微信公众号", "微信")
    assert (record.types, record.title, record.text) == (["投诉"], GOOD["title"], GOOD["text"])
    assert record.place.district == "朝阳区"
    assert (record.claimant.contact, record.claimant.phone) == ("13900000000", "")
    assert (record.claimant.name, record.claimant.address, record.claimant.confidential) == ("王芳", "某小区", True)


def test_a_district_of_another_city_is_kept_as_a_place(hotline, jsonl, cli_home: Path, clock) -> None:
    """You should see it in the place's text, and no district that this city does not have."""
    hotline("intake", "import", jsonl(line(district="鼓楼区", place="梅峰河")))
    house = House(cli_home, clock)
    (one,) = house.inbox.waiting()
    house.close()
    assert (one.record.place.district, one.record.place.text) == ("", "鼓楼区梅峰河")


@pytest.mark.clause("5.1.1")
@pytest.mark.parametrize(
    ("origin", "channel"),
    [
        ("微信", "微信公众号"),
        ("微博", "政务微博"),
        ("网站", "首都之窗网上接诉即办"),
        ("12345app", "北京通APP"),
        ("北京通APP", "北京通APP"),
        ("电话", "热线电话"),
        ("热线电话", "热线电话"),
        ("12345热线", "热线电话"),
        ("12345热线网站", "首都之窗网上接诉即办"),
        ("qq", "其他"),
        ("", "其他"),
    ],
)
def test_channels_map_to_those_of_the_standard(origin: str, channel: str) -> None:
    """You should see a channel of 5.1.1; what another line took by telephone is a telephone request too."""
    assert channel_of(origin) == channel
    assert channel in CHANNELS


@pytest.mark.clause("5.1.3.2")
def test_the_inbox_lists_danger_first_then_least_time_left(hotline, jsonl) -> None:
    """You should see the gas leak first whenever it came, then the others by what is left of two hours."""
    path = jsonl(
        line(date="2026-11-24 08:00", title="早来的"),
        line(date="2026-11-24 10:00", title="晚来的"),
        line(date="2026-11-24 10:20", title="楼道燃气泄漏", text="味道很大，有爆炸危险。"),
    )
    hotline("intake", "import", path)
    listed = hotline("intake", "list", "--json").json
    assert [one["title"] for one in listed] == ["楼道燃气泄漏", "早来的", "晚来的"]
    assert [one["minutes_left"] for one in listed] == [110, -30, 90]
    assert listed[0]["due"] == "2026-11-24T12:20:00+08:00"
    assert listed[0]["urgency"] > 0
    assert [one["title"] for one in hotline("intake", "list", "--limit", "1", "--json").json] == ["楼道燃气泄漏"]
    assert "楼道燃气泄漏" in hotline("intake", "list").out


def test_broken_lines_are_refused_one_by_one(hotline, jsonl) -> None:
    """You should see each faulty line with its number and reason, and the good ones taken in."""
    path = jsonl(
        line(),
        "{坏的",
        "[1]",
        line(title="", text=""),
        line(date="2099-01-01"),
        line(date="前天"),
        line(title=["x"]),
        line(text="长" * 20_001),
        line(confidential="也许"),
        line(title="第二件"),
    )
    ran = hotline("intake", "import", path, "--json")
    assert counts(ran) == (10, 2, 0, 8)
    assert [each["line"] for each in ran.json["refused"]] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert all(each["reason"] and each["file"] == str(path) for each in ran.json["refused"])
    assert ran.code == 1
    assert "第 2 行" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_line_of_five_megabytes_is_refused_without_being_held(tmp_path: Path, jsonl, cli_home: Path, clock) -> None:
    """You should see the line refused by its number, its neighbours taken, and memory that never held it."""
    path = jsonl(line(title="前"), b'{"title": "' + b"x" * 5_000_000 + b'"}', line(title="后"))
    house = House(cli_home, clock)
    work = Intake(house.inbox, house.packs, house.reference.regions)
    tracemalloc.start()
    report = work.run([path], clock.now())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    house.close()
    assert (report.accepted, [each.line for each in report.refused]) == (2, [2])
    assert peak < 5_000_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_every_usual_encoding_is_read(hotline, tmp_path: Path, encoding: str, suffix: str) -> None:
    """You should see the same Chinese whether the file is UTF-8, with or without mark, or GB18030."""
    path = tmp_path / f"in.{suffix}"
    if suffix == "csv":
        csv_file(path, [["标题", "内容"], [GOOD["title"], GOOD["text"]]], encoding)
    else:
        path.write_bytes(line().encode(encoding))
    assert counts(hotline("intake", "import", path, "--json")) == (1, 1, 0, 0)
    assert hotline("intake", "list", "--json").json[0]["title"] == GOOD["title"]


def test_the_same_submission_in_another_format_is_the_same(hotline, jsonl, tmp_path: Path) -> None:
    """You should see nothing added when a table repeats what a JSON file brought."""
    hotline("intake", "import", jsonl(line()))
    names = {"type": "类型", "channel": "渠道", "district": "区", "date": "时间", "title": "标题", "text": "内容"}
    table = csv_file(tmp_path / "t.csv", [[names[key] for key in GOOD], list(GOOD.values())], "gb18030")
    assert counts(hotline("intake", "import", table, "--json")) == (1, 0, 1, 0)


def test_a_source_number_is_the_key_and_may_not_hide_another_request(hotline, jsonl) -> None:
    """You should see a second request with the same number refused, not silently passed over."""
    first = jsonl(line(id="A1"), line(id="A1"), line(id="A1", text="另一件事"))
    ran = hotline("intake", "import", first, "--json")
    assert counts(ran) == (3, 1, 1, 1)
    assert ran.json["refused"][0]["line"] == 3
    again = hotline("intake", "import", jsonl(line(id="A1", title="又一件"), name="b.jsonl"), "--json")
    assert counts(again) == (1, 0, 0, 1)
    other = hotline("intake", "import", jsonl(line(id="A1", channel="微博", title="别处"), name="c.jsonl"), "--json")
    assert counts(other) == (1, 1, 0, 0)


def whole(ran) -> str:
    """The reason for which a file was refused as a whole."""
    assert ran.code == 1
    assert ran.json["accepted"] == 0
    (refused,) = ran.json["refused"]
    assert refused["line"] is None
    return str(refused["reason"])


@pytest.mark.parametrize("missing", ["title", "text"])
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx"])
def test_a_missing_column_refuses_the_file(hotline, tmp_path: Path, suffix: str, missing: str) -> None:
    """You should see which column is missing, how to name another, and nothing imported."""
    rest = {key: value for key, value in GOOD.items() if key != missing}
    path = tmp_path / f"in.{suffix}"
    if suffix == "jsonl":
        path.write_text(json.dumps(rest) + "\n" + json.dumps(rest), encoding="utf-8")
    elif suffix == "csv":
        csv_file(path, [list(rest), list(rest.values()), list(rest.values())])
    else:
        sheet_file(path, [list(rest), list(rest.values())])
    reason = whole(hotline("intake", "import", path, "--json"))
    assert {"title": "标题", "text": "内容"}[missing] in reason
    assert "--map" in reason
    assert hotline("intake", "list", "--json").json == []


def sheet_file(path: Path, rows: list[list[Any]]) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_with_real_dates_is_read(hotline, tmp_path: Path) -> None:
    """You should see dates and numbers of a spreadsheet taken for what they are."""
    path = sheet_file(
        tmp_path / "in.xlsx",
        [
            ["编号", "提交时间", "标题", "内容", "电话"],
            [17, datetime(2026, 11, 23, 8, 5), "井盖", "井盖响", 13800000000],
        ],
    )
    assert counts(hotline("intake", "import", path, "--json")) == (1, 1, 0, 0)
    (one,) = hotline("intake", "list", "--json").json
    assert one["submitted_at"] == "2026-11-23T08:05:00+08:00"
    assert one["key"] == "其他:17"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b"\xff\xff\xff\n\xff\xff\n"),
        ("utf16.csv", "标题,内容\n路灯,坏了\n".encode("utf-16")),
        ("open.csv", '标题,内容\n路灯,坏了\n"没有结束,的引号\n再来,一行\n'.encode()),
        ("book.xlsx", b"PK\x03\x04 nothing of a workbook"),
        ("empty.xlsx", b""),
        ("notes.txt", b"hello"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(hotline, tmp_path: Path, name: str, content: bytes) -> None:
    """You should see why, and nothing of it in the inbox: not even the lines before the fault."""
    path = tmp_path / name
    path.write_bytes(content)
    whole(hotline("intake", "import", path, "--json"))
    assert hotline("intake", "list", "--json").json == []


def test_one_bad_file_does_not_keep_out_the_others(hotline, jsonl, tmp_path: Path) -> None:
    """You should see the good file taken in and the other named."""
    ran = hotline("intake", "import", tmp_path / "missing.csv", jsonl(line()), "--json")
    assert counts(ran)[1:] == (1, 0, 1)
    assert "missing.csv" in ran.err


def test_ten_thousand_columns_are_no_list_of_submissions(hotline, tmp_path: Path) -> None:
    """You should see that there are too many columns."""
    path = csv_file(tmp_path / "wide.csv", [["标题", "内容", *map(str, range(10_000))], ["1"] * 10_002])
    assert "列" in whole(hotline("intake", "import", path, "--json"))


def test_formulas_and_nul_bytes_are_refused_by_line(hotline, tmp_path: Path) -> None:
    """You should see what a spreadsheet would run refused, and a plain - or @ at the beginning taken."""
    rows = [
        ["标题", "内容"],
        ["=HYPERLINK(1)", "x"],
        ["路灯", "+cmd|' /C calc'!A0"],
        ["@SUM(A1)", "x"],
        ["空\0字符", "x"],
        ["-路灯不亮", "@街道办 请看：+86 开头的电话打不通"],
    ]
    ran = hotline("intake", "import", csv_file(tmp_path / "f.csv", rows), "--json")
    assert [each["line"] for each in ran.json["refused"]] == [2, 3, 4, 5]
    assert counts(ran) == (5, 1, 0, 4)


def test_control_characters_are_dropped(hotline, jsonl) -> None:
    """You should see a title without escapes and direction marks, rare characters kept."""
    half = line(title="半").replace("半", "\\ud800")  # half a surrogate pair is no text
    ran = hotline("intake", "import", jsonl(line(title="\u202e路灯\x1b[31m𠮷😀"), half), "--json")
    assert [each["line"] for each in ran.json["refused"]] in ([], [2])
    assert "路灯𠮷😀" in [one["title"] for one in hotline("intake", "list", "--json").json]


def test_other_column_names_are_mapped(hotline, tmp_path: Path) -> None:
    """You should see columns of any name taken for what --map says, in one option or several."""
    path = csv_file(
        tmp_path / "m.csv", [["名称", "详情", "何时", "标题"], ["甲", "乙", "2026年11月23日 8时30分", "丙"]]
    )
    args = ("intake", "import", path, "--json", "--map", "title=名称,text=详情", "--map", "date=何时")
    assert counts(hotline(*args)) == (1, 1, 0, 0)
    (one,) = hotline("intake", "list", "--json").json
    assert (one["title"], one["submitted_at"]) == ("甲", "2026-11-23T08:30:00+08:00")
    assert "没有的列" in whole(hotline("intake", "import", path, "--json", "--map", "title=没有的列"))


@pytest.mark.parametrize("text", ["title", "=x", "title=", "colour=颜色", "title=甲,text=甲"])
def test_a_mapping_that_says_nothing_is_refused(text: str) -> None:
    """You should see which part of --map is wrong."""
    with pytest.raises(IntakeError):
        parse_mapping([text])


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-23", "2026-11-23T00:00:00+08:00"),
        ("2026/11/3 8:05", "2026-11-03T08:05:00+08:00"),
        ("2026.11.03", "2026-11-03T00:00:00+08:00"),
        ("2026年11月3日8时", "2026-11-03T08:00:00+08:00"),
        ("2026-11-23T08:05:06.789", "2026-11-23T08:05:06+08:00"),
        ("2026-11-23T00:05:00Z", "2026-11-23T08:05:00+08:00"),
        ("20261123", "2026-11-23T00:00:00+08:00"),
        ("20261123080506", "2026-11-23T08:05:06+08:00"),
        ("2026-11-22 24:00", "2026-11-23T00:00:00+08:00"),
        ("", "2026-11-24T10:30:00+08:00"),
    ],
)
def test_dates_are_read_as_people_write_them(hotline, jsonl, written: str, instant: str) -> None:
    """You should see the instant meant; where the source gives none, the moment it came in."""
    hotline("intake", "import", jsonl(line(date=written)))
    assert hotline("intake", "list", "--json").json[0]["submitted_at"] == instant


def test_a_kill_during_an_import_leaves_all_or_nothing(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """You should see either none of a file's submissions or every one, whenever the process was killed."""
    path = tmp_path / "many.jsonl"
    path.write_text("\n".join(line(title=f"第{n}件") for n in range(3_000)), encoding="utf-8")
    seen = set()
    for delay in (0.15, 0.3, 0.45, 0.6, 0.9) if pytestconfig.getoption("--long") else (0.3, 0.6):
        home = tmp_path / f"home-{delay}"
        work = subprocess.Popen(
            [sys.executable, "-m", "console", "--home", str(home), "intake", "import", str(path)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            work.wait(delay)
        except subprocess.TimeoutExpired:
            os.kill(work.pid, signal.SIGKILL)
            work.wait()
        listed = subprocess.run(
            [sys.executable, "-m", "console", "--home", str(home), "intake", "list", "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        seen.add(len(json.loads(listed.stdout)))
    assert seen <= {0, 3_000}
