"""``hotline intake``: nothing taken for something else without a word, and a list whose order can be seen."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from console.house import House
from console.when import remaining

HEAD = ("type", "channel", "district", "place", "date", "title", "text")
GOOD = ("投诉", "微信", "朝阳", "", "2026-11-24 09:10", "路灯不亮", "三天没有亮。")

Write = Callable[..., Path]


@pytest.fixture(params=["jsonl", "csv", "xlsx"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Write:
    """Write lines in each of the three formats; line 1 of a table is its head."""

    def make(*rows: tuple[Any, ...]) -> Path:
        path = tmp_path / f"in.{request.param}"
        if request.param == "jsonl":
            path.write_text("\n".join(json.dumps(dict(zip(HEAD, row, strict=True))) for row in rows), encoding="utf-8")
        elif request.param == "csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([HEAD, *rows])
        else:
            book = Workbook()
            for row in (HEAD, *rows):
                book.active.append(row)
            book.save(path)
        return path

    return make


def first_line(path: Path) -> int:
    """The line of the first row."""
    return 1 if path.suffix == ".jsonl" else 2


def but(**change: str) -> tuple[str, ...]:
    """A good row with these changes."""
    return tuple((dict(zip(HEAD, GOOD, strict=True)) | change).values())


@pytest.mark.parametrize("blank", ["", "  ", "　", "\u200b \ufeff", "\u3164", "\u2800"])
def test_a_line_that_says_nothing_is_refused_in_every_format(hotline, write: Write, blank: str) -> None:
    """You should see it refused by its line, also when only what no eye sees stands in it; a title alone is taken."""
    path = write(but(title=blank, text=blank), but(title="只有标题", text=blank), but(title=blank, text="只有内容"))
    report = hotline("intake", "import", path, "--json").json
    assert (report["read"], report["accepted"]) == (3, 2)
    (refused,) = report["refused"]
    assert refused["line"] == first_line(path)
    assert "标题和内容都是空的" in refused["reason"]
    listed = hotline("intake", "list").out
    assert "只有标题" in listed
    assert "只有内容" in listed  # what has no title is shown by its text


def test_a_line_without_the_text_is_refused_as_a_table_without_its_column_is(hotline, tmp_path: Path) -> None:
    """You should see the line of JSON named with the reason, and the table refused for the column that it lacks."""
    lines, table = tmp_path / "in.jsonl", tmp_path / "in.csv"
    rows = [{"title": "路灯不亮", "text": "整条街不亮"}, {"title": "只有标题"}]
    lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    table.write_text("标题\n只有标题\n", encoding="utf-8")
    report = hotline("intake", "import", lines, "--json").json
    (refused,) = report["refused"]
    assert (report["accepted"], refused["line"]) == (1, 2)
    assert "缺少“内容”" in refused["reason"]
    (refused,) = hotline("intake", "import", table, "--json").json["refused"]
    assert "缺少列：内容" in refused["reason"]
    assert "--map text=列名" in refused["reason"]  # the column that lacks, not another


def test_lines_that_are_one_are_named_and_again_nothing_is_told(hotline, write: Write) -> None:
    """You should see which lines repeat one before them, in the file's first import; the inbox holds it once."""
    path = write(GOOD, but(title="别的"), GOOD)
    report = hotline("intake", "import", path, "--json").json
    assert (report["read"], report["accepted"], report["repeated"]) == (3, 2, 1)
    (note,) = [one for one in report["notes"] if "与前面的一行相同" in one["note"]]
    assert note["line"] == first_line(path) + 2
    again = hotline("intake", "import", path, "--json").json
    assert (again["accepted"], again["repeated"], again["notes"]) == (0, 3, [])


def test_true_and_false_are_no_text(hotline, tmp_path: Path) -> None:
    """You should see a JSON false where text belongs refused, and accepted where it says whether to keep a secret."""
    path = tmp_path / "in.jsonl"
    rows = [{"title": None, "text": False}, {"title": "路灯", "text": "不亮", "confidential": True}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report = hotline("intake", "import", path, "--json").json
    assert (report["accepted"], [one["line"] for one in report["refused"]]) == (1, [1])


@pytest.mark.clause("5.1.1")
@pytest.mark.clause("3.2")
def test_what_is_taken_for_something_else_is_said(hotline, write: Write) -> None:
    """You should see an unknown type, channel and district accepted, each told of with file and line."""
    path = write(
        but(type="投诉、表扬"),
        but(channel="小红书", title="第二件"),
        but(district="鼓楼区", title="第三件"),
        but(type="", channel="", district="", title="第四件"),
        but(type="其他", channel="其他", title="第五件"),
    )
    ran = hotline("intake", "import", path, "--json")
    assert set(ran.json) >= {"read", "accepted", "repeated", "refused", "notes"}
    assert (ran.code, ran.json["accepted"], ran.json["refused"]) == (0, 5, [])
    first = first_line(path)
    assert [(one["file"], one["line"]) for one in ran.json["notes"]] == [(str(path), first + at) for at in range(3)]
    for one, (name, becomes) in zip(
        ran.json["notes"], [("表扬", "其他"), ("小红书", "其他"), ("鼓楼区", "地点")], strict=True
    ):
        assert name in one["note"]
        assert becomes in one["note"]
    assert hotline("intake", "import", path, "--json").json["notes"] == []


def test_the_same_note_of_many_lines_is_one_line_for_people(hotline, write: Write) -> None:
    """You should see the note once, with the first lines it is about and how many there are."""
    path = write(*(but(channel="小红书", title=f"第{at}件") for at in range(20)))
    told = [line for line in hotline("intake", "import", path).out.splitlines() if "小红书" in line]
    assert len(told) == 1
    assert "20 行" in told[0]


def test_a_district_of_another_city_is_listed(hotline, write: Write, cli_home: Path, clock) -> None:
    """You should see it in the list as the source wrote it, in text and JSON, and on the record as the place."""
    hotline("intake", "import", write(but(district="鼓楼区", place="梅峰河"), but(title="本市")))
    listed = {one["title"]: one for one in hotline("intake", "list", "--json").json}
    assert listed["路灯不亮"]["district"] == "鼓楼区"
    assert listed["路灯不亮"]["place"] == "鼓楼区梅峰河"
    assert listed["本市"]["district"] == "朝阳区"
    assert "鼓楼区梅峰河" in hotline("intake", "list").out
    house = House(cli_home, clock)
    places = {one.record.title: one.record.place for one in house.inbox.waiting()}
    house.close()
    assert (places["路灯不亮"].district, places["路灯不亮"].text) == ("", "鼓楼区梅峰河")


@pytest.mark.clause("5.1.1")
@pytest.mark.parametrize("origin", ["电话", "热线", "12345热线", "热线电话", "12345"])
def test_a_telephone_request_is_listed_as_one(hotline, tmp_path: Path, origin: str) -> None:
    """You should see the standard's name of the channel, not 其他."""
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(dict(zip(HEAD, but(channel=origin), strict=True))), encoding="utf-8")
    assert hotline("intake", "import", path, "--json").json["notes"] == []
    (one,) = hotline("intake", "list", "--json").json
    assert (one["channel"], one["origin"]) == ("热线电话", origin)
    assert "热线电话" in hotline("intake", "list").out


@pytest.mark.clause("5.1.3.2")
def test_the_order_of_the_list_can_be_seen(hotline, tmp_path: Path) -> None:
    """You should see numbers, how many urgent kinds, days and hours, and the order in words."""
    rows = [
        but(date="2026-11-24 10:00", title="刚来的"),
        but(date="2026-09-21 00:30", title="早就超时"),
        but(date="2026-11-24 10:00", title="同一刻的第二件"),
        but(date="2026-11-24 10:20", title="楼道燃气泄漏", text="味道很大，有爆炸危险。"),
    ]
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(json.dumps(dict(zip(HEAD, row, strict=True))) for row in rows), encoding="utf-8")
    hotline("intake", "import", path)
    head, *lines, order = hotline("intake", "list").out.splitlines()
    assert ("剩余时间" in head, "地点" in head) == (True, True)
    titles = ["楼道燃气泄漏", "早就超时", "刚来的", "同一刻的第二件"]
    assert [(line[0], title) for line, title in zip(lines, titles, strict=True) if title in line] == list(
        zip("1234", titles, strict=True)
    )
    assert "紧急1类" in lines[0]
    assert "超64天8小时" in lines[1]
    assert "紧急的在前" in order
    assert "剩余时间" in order


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(minutes=119, seconds=59), "1:59"),
        (timedelta(0), "0:00"),
        (timedelta(seconds=-1), "超0:01"),
        (timedelta(minutes=-70), "超1:10"),
        (timedelta(minutes=-(24 * 60 - 1)), "超23:59"),
        (timedelta(days=-1), "超1天0小时"),
        (timedelta(days=-64, hours=-8, minutes=-30), "超64天8小时"),
        (timedelta(days=3, hours=4), "3天4小时"),
    ],
)
def test_a_time_left_is_written_in_hours_then_in_days(left: timedelta, text: str) -> None:
    """You should see hours and minutes up to a day, then days and hours; what is late says so."""
    assert remaining(left) == text
