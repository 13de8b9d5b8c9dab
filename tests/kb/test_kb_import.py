"""Files of articles: what is read, what is refused with line and reason, and that nothing is half imported."""

import json
import re
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from kb.importer import ImportReport, import_files, read_articles
from kb.search import KnowledgeBase

GOOD = {
    "id": "x-1",
    "title": "居住证办理",
    "body": "到派出所办理。",
    "topic": "户籍",
    "owner": "市公安局",
    "source_kind": "流程",
}
HEADER = "编号,标题,正文,主题,责任单位,来源类别,常见问法,关键词,失效日期,公开"


def jsonl(path: Path, *rows: object, encoding: str = "utf-8") -> Path:
    """Write rows as JSON lines; a str is written as it is."""
    text = "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_bytes(text.encode(encoding))
    return path


def load(base: KnowledgeBase, *paths: Path) -> ImportReport:
    """Import and return the report."""
    return import_files(partial(base.import_articles, by="1001"), list(paths))


@pytest.mark.clause("6.3.1")
def test_json_lines_are_imported_and_again_change_nothing(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see each row stored once, however often the file is imported."""
    path = jsonl(tmp_path / "a.jsonl", GOOD, GOOD | {"id": "x-2", "title": "另一篇", "valid_until": "2027-06-30"})
    first, again = load(base, path), load(base, path)
    assert (first.read, first.added, first.refused) == (2, 2, ())
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert base.get("x-2").valid_until == date(2027, 6, 30)
    assert base.versions("x-1")[0].stored_by == "1001"


@pytest.mark.clause("6.3.1")
def test_refused_rows_are_reported_by_line_and_the_others_stored(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see line and reason of each refused row, and every good row stored."""
    path = jsonl(
        tmp_path / "a.jsonl",
        GOOD,
        "{broken",
        "[1, 2]",
        GOOD | {"id": "x-2", "owner": ""},
        "",
        GOOD | {"id": "x-3", "valid_until": "明年"},
        GOOD | {"id": "x-4", "body": ["不", "是"]},
        GOOD | {"id": "x-5", "public": "随便"},
        GOOD | {"id": "x-1", "title": "同号"},
        "[" * 100_000,
        GOOD | {"id": "x-6"},
    )
    report = load(base, path)
    assert (report.read, report.added) == (10, 2)
    assert [refusal.line for refusal in report.refused] == [2, 3, 4, 6, 7, 8, 9, 10]
    reasons = [refusal.reason for refusal in report.refused]
    for reason, words in zip(
        reasons,
        ["JSON", "不是 JSON 对象", "责任单位", "明年", "不是文字", "随便", "与第 1 行编号相同", "JSON"],
        strict=True,
    ):
        assert words in reason
    assert {refusal.file for refusal in report.refused} == {str(path)}
    assert [article.id for article in base.articles()] == ["x-1", "x-6"]


def test_a_five_megabyte_line_is_refused_alone(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see the long line refused with its number and its neighbours stored."""
    for path, rows in (
        (tmp_path / "a.jsonl", [GOOD, GOOD | {"id": "x-2", "body": "长" * 1_700_000}, GOOD | {"id": "x-3"}]),
        (
            tmp_path / "a.csv",
            [HEADER, "y-1,一,文,户籍,局,流程,,,,", "y-2," + "x" * 5_000_000, "y-3,三,文,户籍,局,流程,,,,"],
        ),
    ):
        report = load(base, jsonl(path, *rows))
        assert report.added == 2
        assert [refusal.line for refusal in report.refused] == [2 if path.suffix == ".jsonl" else 3]
        assert "1024 KB" in report.refused[0].reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".md"])
def test_usual_encodings_are_recognised(base: KnowledgeBase, tmp_path: Path, encoding: str, suffix: str) -> None:
    """You should see UTF-8 with and without mark, and GB18030, all read."""
    texts = {
        ".csv": HEADER
        + "\nx-1,居住证办理,到派出所办理。,户籍,市公安局,流程,在哪办；要多久,居住证、派出所,2027/6/30,否\n",
        ".jsonl": json.dumps(GOOD, ensure_ascii=False),
        ".md": "---\n标题：居住证办理\n主题：户籍\n责任单位：市公安局\n来源类别：流程\n---\n到派出所办理。\n",
    }
    path = tmp_path / f"x-1{suffix}"
    path.write_bytes(texts[suffix].encode(encoding))
    assert load(base, path).refused == ()
    article = base.get("x-1")
    assert (article.title, article.body, article.owner) == ("居住证办理", "到派出所办理。", "市公安局")
    if suffix == ".csv":
        assert article.questions == ("在哪办", "要多久")
        assert article.keywords == ("居住证", "派出所")
        assert (article.valid_until, article.public) == (date(2027, 6, 30), False)


def test_one_damaged_byte_does_not_turn_a_file_into_other_characters(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see one line refused in a UTF-8 file, and not the whole file read as GB18030."""
    lines = [json.dumps(GOOD | {"id": f"x-{n}"}, ensure_ascii=False).encode() for n in range(3)]
    lines[1] = lines[1].replace("居".encode(), b"\xe5\xb1")
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(lines))
    report = load(base, path)
    assert [(refusal.line, "UTF-8" in refusal.reason) for refusal in report.refused] == [(2, True)]
    assert base.get("x-0").title == "居住证办理"


@pytest.mark.clause("6.3.1")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", HEADER.replace("责任单位,", "") + "\nx-1,题,文,户籍,流程,,,,\n", "缺少列：责任单位"),
        ("a.csv", HEADER + '\nx-1,题,文,户籍,局,流程,,,,\nx-2,"没有闭合,文\nx-3,题,文,户籍,局,流程\n', "第 3 行起引号"),
        ("a.csv", HEADER + ",标题\nx-1,题,文,户籍,局,流程,,,,,题\n", "表头重复：标题"),
        ("a.csv", b"\xff\xfe" + HEADER.encode("utf-16-le"), "UTF-16"),
        ("a.csv", b"\x80\x81\xff\xfe\xff" * 20, "既不是 UTF-8 也不是 GB18030"),
        ("a.xlsx", b"PK\x03\x04 not a workbook", "工作簿损坏"),
        ("a.toml", "[[article]\n", "TOML"),
        ("a.toml", "title = 'x'\n", r"没有 \[\[article\]\]"),
        ("a.md", "没有属性的正文", "开头没有 ---"),
        ("a.md", "---\n没有冒号\n---\n文", "没有冒号"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "不支持“.xls”"),
        ("missing.csv", None, "^无法读取：没有这个文件；请核对路径与权限$"),
        ("a.txt", "文", "不支持“.txt”文件；请用 .jsonl、.csv、.xlsx、.md、.toml"),
        ("a.csv", "x-1,居住证办理,到派出所办理。,户籍,市公安局,流程\n", "第一行须是表头.*现在是“x-1，居住证办理"),
        ("a.csv", "甲,乙,丙\n", "第一行须是表头"),
        ("a.csv", HEADER + "\n", "没有文章"),
        ("a.csv", "", "没有文章"),
        ("a.jsonl", "\n\n", "没有文章"),
        ("a.toml", "article = []", "没有文章"),
    ],
)
def test_a_broken_file_is_one_refusal_and_stores_nothing(
    base: KnowledgeBase, tmp_path: Path, name: str, content: str | bytes | None, words: str
) -> None:
    """You should see the file refused as a whole with the reason, and nothing of it in the store."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    report = load(base, path)
    (refusal,) = report.refused
    assert refusal.line is None
    assert re.search(words, refusal.reason), refusal.reason
    assert name not in refusal.reason
    assert not re.search("(?i)[a-z]{3,} [a-z]{2,}", refusal.reason), "English"
    assert base.stats().articles == 0


def test_a_broken_file_does_not_keep_others_out(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see the good file stored beside the refused one."""
    good = jsonl(tmp_path / "good.jsonl", GOOD)
    (tmp_path / "bad.xlsx").write_bytes(b"no")
    report = load(base, tmp_path / "bad.xlsx", good)
    assert (report.added, len(report.refused)) == (1, 1)


def test_a_row_with_too_many_columns_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see the row with a stray comma refused, not shifted into the wrong columns."""
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "\nx-1,题,文,户籍,局,流程,,,,,多余\n\n x-2,题,文,户籍,局,流程\n", encoding="utf-8")
    report = load(base, path)
    assert [(refusal.line, "11 列" in refusal.reason) for refusal in report.refused] == [(2, True)]
    assert report.added == 1


def test_a_short_first_row_is_one_refusal_not_a_missing_column(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see the row that ends early refused for its empty field, and the next one stored."""
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "\nx-1,题,文\nx-2,题,文,户籍,局,流程\n", encoding="utf-8")
    report = load(base, path)
    assert [(refusal.line, "主题" in refusal.reason) for refusal in report.refused] == [(2, True)]
    assert report.added == 1


@pytest.mark.parametrize(
    ("number", "id"), [("12", "12"), ("12.0", "12"), ("1.5", "1.5"), ("1e999", None), ("9" * 5000, None)]
)
def test_numbers_as_ids_are_read_or_refused(base: KnowledgeBase, tmp_path: Path, number: str, id: str | None) -> None:
    """You should see a number taken as the id it reads as, and an absurd one refused."""
    row = json.dumps(GOOD, ensure_ascii=False).replace('"x-1"', number)
    report = load(base, jsonl(tmp_path / "a.jsonl", row))
    assert [article.id for article in base.articles()] == ([id] if id else [])
    assert len(report.refused) == (0 if id else 1)


def test_quoted_newlines_keep_the_line_numbers_right(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see the line where the refused row begins, after a text of several lines."""
    path = tmp_path / "a.csv"
    path.write_text(HEADER + '\nx-1,题,"一\n二\n三",户籍,局,流程\nx-2,题,文,户籍,,流程\n', encoding="utf-8")
    report = load(base, path)
    assert [refusal.line for refusal in report.refused] == [5]
    assert base.get("x-1").body == "一\n二\n三"


def test_a_workbook_is_read(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see a sheet's rows stored: numbers as ids, dates as dates, empty rows passed over."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["编号", "标题", "正文", "主题", "责任单位", "来源类别", "失效日期", "公开"])
    sheet.append([101, "居住证办理", "到派出所办理。", "户籍", "市公安局", "流程", datetime(2027, 6, 30), True])
    sheet.append([None] * 8)
    sheet.append([102, "另一篇", "文", "户籍", None, "流程", None, None])
    book.save(tmp_path / "a.xlsx")
    report = load(base, tmp_path / "a.xlsx")
    assert (report.read, report.added) == (2, 1)
    assert [(refusal.line, "责任单位" in refusal.reason) for refusal in report.refused] == [(4, True)]
    assert base.get("101").valid_until == date(2027, 6, 30)


WORKBOOK = ["编号", "标题", "正文", "主题", "责任单位", "来源类别", "失效日期"]
ROW = ["w-1", "居住证办理", "到派出所办理。", "户籍", "市公安局", "流程"]


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    """Write a workbook of the sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.clause("6.3.1")
@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ([[["某局知识汇总"], WORKBOOK, ROW]], "第一行须是表头.*现在是“某局知识汇总”"),
        ([[], [WORKBOOK, ROW]], "第一张工作表“Sheet1?”是空的"),
        ([[]], "没有文章"),
        ([[WORKBOOK]], "没有文章"),
        ([[[*WORKBOOK[:-1], '="失效"&"日期"'], ROW]], "表头第 7 列是公式"),
    ],
)
def test_a_workbook_of_another_shape_is_refused_with_what_it_is(
    base: KnowledgeBase, tmp_path: Path, sheets: list[list[list[object]]], words: str
) -> None:
    """You should see a title above the header, an empty first sheet, no rows and a header not worked out each named."""
    (refusal,) = load(base, workbook(tmp_path / "a.xlsx", *sheets)).refused
    assert re.search(words, refusal.reason), refusal.reason
    assert "分隔符" not in refusal.reason


def test_a_workbooks_numbers_are_dates_and_its_empty_formulas_are_told(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see a day's number read as that day, 20270630 refused, and a formula without a result named."""
    rows = [
        [*ROW, 46568],
        ["w-2", *ROW[1:], 20270630],
        ["w-3", *ROW[1:], "=TODAY()"],
        ["w-4", "=A1", *ROW[2:], None, "多余"],
        ["w-5", *ROW[1:], 46568.5],
    ]
    report = load(base, workbook(tmp_path / "a.xlsx", [WORKBOOK, *rows]))
    assert base.get("w-1").valid_until == base.get("w-5").valid_until == date(2027, 6, 30)
    assert [refusal.line for refusal in report.refused] == [3, 4, 5]
    for refusal, words in zip(report.refused, ("不是日期", "第 7 列是公式", "第 2 列是公式"), strict=True):
        assert words in refusal.reason
    (wide,) = load(base, workbook(tmp_path / "b.xlsx", [WORKBOOK, [*ROW, None, "多"]])).refused
    assert "请删去多出的格" in wide.reason


def test_a_formulas_stored_result_is_read_be_it_an_empty_text(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see rows of many formulas that a spreadsheet has worked out taken as what stands in their cells."""
    rows = [[f"w-{n}", f"=A{n}", *ROW[2:], '=""'] for n in range(2, 2_002)]
    made = workbook(tmp_path / "made.xlsx", [WORKBOOK, *rows])
    with ZipFile(made) as before, ZipFile(tmp_path / "a.xlsx", "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(
                    r'(<c r="B\d+")(><f>[^<]*</f>)<v></v>', r'\1 t="str"\2<v>标题</v>', text.decode()
                ).encode()
                text = re.sub(rb'(<c r="G\d+")(><f>[^<]*</f><v></v>)', rb'\1 t="str"\2', text)
            after.writestr(name, text)
    report = load(base, tmp_path / "a.xlsx")
    assert (report.added, report.refused) == (2_000, ())
    assert (base.get("w-2001").title, base.get("w-2001").valid_until) == ("标题", None)


@pytest.mark.clause("6.3.1")
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".xlsx", ".md", ".toml"])
def test_columns_of_which_nothing_is_taken_are_named_once(base: KnowledgeBase, tmp_path: Path, suffix: str) -> None:
    """You should see the rows stored, and the unknown column named once for the file."""
    path = tmp_path / f"a{suffix}"
    rows = [GOOD | {"id": f"x-{n}", "作废日期": "2026-12-31", "version": "3"} for n in range(2)]
    if suffix == ".csv":
        path.write_text(
            "\n".join(",".join(row) for row in (rows[0], *(row.values() for row in rows))), encoding="utf-8"
        )
    elif suffix == ".jsonl":
        jsonl(path, *(row | {"unchecked": True} for row in rows))
    elif suffix == ".xlsx":
        workbook(path, [list(rows[0]), *(list(row.values()) for row in rows)])
    elif suffix == ".md":
        matter = "\n".join(f"{name}: {value}" for name, value in rows[0].items() if name != "body")
        path.write_text(f"---\n{matter}\n---\n文", encoding="utf-8")
    else:
        tables = ("[[article]]", *(f"{json.dumps(name, ensure_ascii=False)} = '{rows[0][name]}'" for name in rows[0]))
        path.write_text("\n".join(tables), encoding="utf-8")
    report = load(base, path)
    assert (report.unused, report.refused) == (("作废日期",), ())
    assert report.added == (1 if suffix in (".md", ".toml") else 2)
    again = report.plus(report)
    assert again.unused == ("作废日期",)


def test_what_stands_under_no_heading_is_told(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see a column without a name told of where a cell of it is filled, and not where all are empty."""
    head, rows = [None, None, *WORKBOOK], [[None, None, *ROW], [None, "作废", "w-2", *ROW[1:]]]
    report = load(base, workbook(tmp_path / "a.xlsx", [head, *rows]))
    assert (report.added, report.unused) == (2, ("第 2 列（无列名）",))


def test_many_unused_keys_do_not_fill_the_report(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see some of the unknown keys of a file named, and the article stored."""
    report = load(base, jsonl(tmp_path / "a.jsonl", GOOD | {f"键{n}" * 50: n for n in range(2_000)}))
    assert report.added == 1
    assert len("".join(report.unused)) < 1_000


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: 居住证办理\ntopic: 户籍\nowner: 市公安局\nsource_kind: 流程\n"
        "questions:\n  - 在哪办\n  - 要多久\n---\n文",
        "---\n主题: 户籍\n责任单位: 市公安局\n来源类别: 流程\n常见问法: [在哪办, '要多久']\n---\n"
        "\n# 居住证办理\n\n文\n",
        '+++\ntitle = "居住证办理"\ntopic = "户籍"\nowner = "市公安局"\nsource_kind = "流程"\n'
        'questions = ["在哪办", "要多久"]\n+++\n文',
    ],
)
def test_markdown_with_front_matter_is_one_article(base: KnowledgeBase, tmp_path: Path, text: str) -> None:
    """You should see attributes from the front matter, the title from there or the heading, the rest as body."""
    (tmp_path / "juzhu.md").write_text(text, encoding="utf-8")
    assert load(base, tmp_path / "juzhu.md").refused == ()
    article = base.get("juzhu")
    assert (article.title, article.body, article.questions) == ("居住证办理", "文", ("在哪办", "要多久"))


def test_a_toml_error_names_the_line_of_its_article(tmp_path: Path) -> None:
    """You should see where the faulty article begins."""
    path = tmp_path / "a.toml"
    table = '[[article]]\ntitle = "题"\nbody = "文"\ntopic = "户籍"\nowner = "局"\nsource_kind = "{}"\n\n'
    path.write_text(table.format("流程") + table.format("传闻"), encoding="utf-8")
    good, bad = read_articles(path)
    assert not isinstance(good, Exception)
    assert isinstance(bad, Exception)
    assert str(bad).startswith(f"{path} 第 8 行 “来源类别”")


def test_a_row_without_an_id_is_the_same_article_next_time(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see a changed body become version 2, not a second article."""
    row = {key: value for key, value in GOOD.items() if key != "id"}
    load(base, jsonl(tmp_path / "a.jsonl", row))
    report = load(base, jsonl(tmp_path / "a.jsonl", row | {"body": "新的正文"}))
    assert (report.added, report.changed) == (0, 1)
    assert base.stats().articles == 1


def test_progress_is_told_while_reading_and_storing(base: KnowledgeBase, tmp_path: Path) -> None:
    """You should see rows counted with no total while reading, then articles out of all."""
    path = jsonl(tmp_path / "a.jsonl", *(GOOD | {"id": f"x-{n}"} for n in range(1_200)))
    told: list[tuple[int, int | None]] = []
    import_files(base.import_articles, [path], progress=lambda done, total: told.append((done, total)))
    assert told == [(500, None), (1_000, None), (500, 1_200), (1_000, 1_200), (1_200, 1_200)]
