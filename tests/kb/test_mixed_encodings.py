"""A file of two encodings: the line that cannot be read is named, and no other line suffers for it."""

import json
from pathlib import Path

import pytest

from kb.rows import LINE_LIMIT, BadRow, FileError, Row, read_rows

ENCODINGS = ("utf-8", "gb18030")


def record(title: str) -> str:
    return json.dumps({"title": title, "text": f"内容{title}"}, ensure_ascii=False)


def read(path: Path) -> tuple[list[int], dict[int, str]]:
    """The lines that were read, and the reasons of those that were not."""
    rows = list(read_rows(path))
    return [one.line for one in rows if isinstance(one, Row)], {
        one.line: one.reason for one in rows if isinstance(one, BadRow)
    }


def mixed(path: Path, main: str, *lines: str, other: dict[int, str]) -> Path:
    """Write lines in ``main``, those with the numbers in ``other`` in the other encoding."""
    (second,) = set(ENCODINGS) - {main}
    numbered = {**dict(enumerate(lines, start=1)), **other}
    written = [numbered[at].encode(second if at in other else main) for at in sorted(numbered)]
    path.write_bytes(b"\n".join(written) + b"\n")
    return path


@pytest.mark.parametrize("main", ENCODINGS)
@pytest.mark.parametrize("title", ["路灯", "路灯不", "路灯不亮"])  # an even number of characters is legal GB18030
def test_the_one_json_line_in_the_other_encoding_is_named(tmp_path: Path, main: str, title: str) -> None:
    """You should see its number with both encodings, the others read, and nothing read as other characters."""
    path = mixed(tmp_path / "a.jsonl", main, record("一"), record("二"), record("三"), other={2: record(title)})
    good, bad = read(path)
    assert (good, list(bad)) == ([1, 3], [2])
    assert "UTF-8" in bad[2]
    assert "GB18030" in bad[2]


@pytest.mark.parametrize("main", ENCODINGS)
def test_the_line_after_it_in_a_table_keeps_its_own_number(tmp_path: Path, main: str) -> None:
    """You should see the faulty line and the next, faulty for another reason, each by its number."""
    path = mixed(tmp_path / "a.csv", main, "标题,内容", "一,甲", "", "二,乙,多,余", "三,丙", other={3: "路灯,不亮"})
    good, bad = read(path)
    assert (good, list(bad)) == ([2, 5], [3, 4])
    assert "4 列" in bad[4]


def test_a_text_of_several_lines_is_not_taken_without_its_middle(tmp_path: Path) -> None:
    """You should see the whole record refused for the line in it, and the next record read."""
    path = mixed(tmp_path / "a.csv", "utf-8", "标题,内容", '一,"甲', "", '丙"', "二,丁", other={3: "乙"})
    good, bad = read(path)
    assert (good, list(bad)) == ([5], [3])
    assert "第 2 行起的一条" in bad[3]


def test_a_quote_that_opens_in_it_closes_where_it_should(tmp_path: Path) -> None:
    """You should see the lines that belong to it refused with it, not taken for a record of their own."""
    path = mixed(tmp_path / "a.csv", "utf-8", "标题,内容", "一,甲", "", '尾巴"', "二,丁", other={3: '路灯,"开头'})
    good, bad = read(path)
    assert (good, list(bad)) == ([2, 5], [3])


def test_quotes_that_stay_open_are_blamed_on_the_line_where_they_open(tmp_path: Path) -> None:
    """You should see that line's number, though an unreadable one stands before it."""
    path = mixed(tmp_path / "a.csv", "utf-8", "标题,内容", "", '二,"开着', "三,丁", other={2: "路,灯"})
    with pytest.raises(FileError, match="第 3 行起引号"):
        list(read_rows(path))


@pytest.mark.parametrize("main", ENCODINGS)
def test_a_head_in_the_other_encoding_refuses_the_file(tmp_path: Path, main: str) -> None:
    """You should see that it is the head, not that the next line lacks columns."""
    path = mixed(tmp_path / "a.csv", main, "", "一,甲", "二,乙", other={1: "标题,内容"})
    with pytest.raises(FileError, match="表头（第 1 行）"):
        list(read_rows(path))


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_too_long_is_told_from_the_lines_around_it(tmp_path: Path, quote: str) -> None:
    """You should see it refused alone, or with the text that it opens."""
    long = f"一,{quote}{'x' * (3 * LINE_LIMIT)}"
    tail = f"尾{quote}" if quote else "二,乙"
    path = tmp_path / "a.csv"
    path.write_text(f"标题,内容\n{long}\n{tail}\n三,丙\n", encoding="utf-8")
    good, bad = read(path)
    assert list(bad) == [2]
    assert good == ([4] if quote else [3, 4])


@pytest.mark.parametrize(
    ("encoding", "name", "text"),
    [
        ("big5", "Big5", "標題,內容\n路燈不亮,我家門口的路燈已經三天不亮\n"),
        ("big5", "Big5", "title,text\n路燈,路燈壞了\n"),
        ("shift_jis", "Shift JIS", "title,text\n電灯,家の前の電灯がつきません\n"),
    ],
)
def test_what_gb18030_would_read_as_nonsense_refuses_the_file(
    tmp_path: Path, encoding: str, name: str, text: str
) -> None:
    """You should see the encoding named, and no 隔縊 for 路燈."""
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(FileError, match=f"像是 {name} 编码"):
        list(read_rows(path))


@pytest.mark.parametrize("text", ["路燈不亮,樓下垃圾堆了兩天", "泮洋河,岐", "㐀㐁,𠀀𠀁", "囍堃,喆犇淼焱"])
def test_rare_and_traditional_characters_in_gb18030_are_read(tmp_path: Path, text: str) -> None:
    """You should see them as they were written: rarity alone does not make another encoding."""
    path = tmp_path / "a.csv"
    path.write_bytes(f"title,text\n{text}\n".encode("gb18030"))
    (row,) = read_rows(path)
    assert isinstance(row, Row)
    assert ",".join(map(str, row.values.values())) == text


def test_where_a_line_is_no_json_is_told_in_chinese(tmp_path: Path) -> None:
    """You should see the byte and no English of the decoder."""
    path = tmp_path / "a.jsonl"
    path.write_text('{not json\n{"a": "b', encoding="utf-8")
    _, bad = read(path)
    assert "第 2 字节起不对" in bad[1]
    assert "没有写完" in bad[2]
    assert "malformed" not in bad[1] + bad[2]
