"""The form of appendix D on paper: as text and as .docx, whatever the record holds."""

from datetime import datetime
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from console.form import NO_TITLE, WIDTH, Form, as_text, ticket_form, title_of, write_docx
from console.house import House
from console.registration import Registration
from data.clock import SHANGHAI, FixedClock
from data.events import Due, Ticket, new_id
from data.lifecycle import State
from data.people import Actor, Role
from data.record import REQUEST_TYPES, Answer, Attachment, Claimant, Place, Record, Scope
from scripts.pack import load_packs

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI)
PACKS = load_packs()[0]

# Table D row by row, as the standard prints it.
TABLE_D = [
    ["工单编号", "诉求提出时间"],
    ["诉求来源", "受理单位"],
    ["来电人", "来电号码"],
    ["联系方式"],
    ["来电人地址"],
    ["问题分类"],
    ["工单分类", "发生地址"],
    ["被反映单位"],
    ["工单标题"],
    ["主要内容"],
    ["派单人员", "派单时间"],
    ["派单处理意见"],
    ["截止时间", "办理时限"],
    ["承办单位"],
    ["办理情况"],
]
FULL = Record(
    claimant=Claimant(name="王秀梅", phone="13800000103", contact="010-12345678", address="某区某路" * 40),
    types=list(REQUEST_TYPES),
    title="很长的标题" * 60,
    text="第一行\n\n第三行" + "说了很多。" * 3000,
    place=Place(text="槐荫家园7号楼", district="朝阳区", street="望京街道"),
    respondent="安槐物业公司" * 20,
    topic="住房／物业",
    wish="尽快修复",
    elements={"event": Answer("停运\n三天"), "harm": Answer(asked="不清楚")},
    attachments=[Attachment("a", "image/png", "0", "照片.png")],
)
HOSTILE = Record(types=["投诉"], title="停\x00水\ufffe\uffff", text="先\x07后\x1b[2J\u202e倒\x0b再\ud83d完\ttab")


def form_of(record: Record) -> Form:
    """Lay out a dispatched ticket with this record."""
    due = Due(NOW, "1个工作日", "7天", "派发自受理起24小时")
    ticket = Ticket("id", "2026112400001", 2, State.TO_DISPATCH, record, NOW, "8041", NOW, "市12345热线中心", due=due)
    return ticket_form(ticket, PACKS)


def tables(path: Path) -> list[list[list[str]]]:
    """The tables of a .docx file: rows of the texts of their cells, a merged cell once."""
    return [
        [list({id(cell._tc): cell.text for cell in row.cells}.values()) for row in table.rows]
        for table in Document(str(path)).tables
    ]


@pytest.mark.clause("D")
@pytest.mark.clause("5.1.4.1")
@pytest.mark.parametrize("record", [FULL, Record(), HOSTILE], ids=["full", "empty", "hostile"])
def test_a_docx_holds_table_d_row_by_row_and_the_addendum(tmp_path: Path, record: Record) -> None:
    """You should see the standard's 21 fields in its rows, every value whole, then what 5.1.4.1 adds."""
    form, path = form_of(record), tmp_path / "工单.docx"
    write_docx(form, path, NOW)
    first, addendum = tables(path)
    assert [row[::2] for row in first] == TABLE_D
    assert sum(len(row) for row in TABLE_D) == 21
    printed = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})
    for shown, rows in ((first, form.rows), (addendum, form.addendum)):
        assert shown == [[part.translate(printed) for field in row for part in field] for row in rows]
    assert [row[0] for row in addendum][:4] == ["状态", "是否保密", "事发时间", "诉求人的要求"]
    assert ["危害程度", "已询问，不清楚"] in addendum or record is not FULL


def test_a_docx_is_a4_and_says_what_it_is(tmp_path: Path) -> None:
    """You should see the ticket's number and the present time in the file's own description."""
    path = tmp_path / "工单.docx"
    write_docx(form_of(FULL), path, NOW)
    document = Document(str(path))
    assert round(document.sections[0].page_width.cm, 1) == 21.0
    assert document.core_properties.title == "诉求工单 2026112400001"
    assert document.core_properties.author == ""
    assert document.core_properties.created == NOW


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_text_form_keeps_its_columns_whatever_it_holds(title: str, text: str) -> None:
    """You should see every line of the table equally wide, and nothing in it that a terminal obeys."""
    drawn = as_text(form_of(Record(title=title, text=text, respondent=title)))
    lines = [line for line in drawn.split("\n") if line[:1] in set("│├┌└")]
    assert {cell_len(line) for line in lines} == {WIDTH}
    assert not set(drawn) & set("\x00\x07\x1b\x7f\x9b\u202e")


@pytest.mark.clause("5.1.4.1d")
def test_what_was_not_given_is_no_unexplained_blank() -> None:
    """You should see that a number was withheld, and that nobody asked for contact and address."""
    shown = {field.label: field.value for row in form_of(Record()).rows for field in row}
    assert (shown["来电号码"], shown["联系方式"], shown["来电人地址"]) == ("（未显示）", "（未询问）", "（未询问）")
    web = {field.label: field.value for row in form_of(Record(source="微信公众号")).rows for field in row}
    assert web["来电号码"] == ""


@pytest.mark.clause("5.1.4.1e")
@pytest.mark.clause("D")
def test_what_the_text_tells_is_not_printed_as_missing() -> None:
    """You should see the form point to the main text for what stands only there, and say what nobody asked about."""
    record = Record(
        types=["投诉"],
        text="我叫王红，昨天早上八点朝阳区槐荫家园7号楼电梯停运，安槐物业公司没人管。",
        elements={"earlier": Answer(asked="不愿提供")},
    )
    form = form_of(record)
    shown = {field.label: field.value for row in [*form.rows, *form.addendum] for field in row}
    for label in ("来电人", "事发时间", "发生地址", "被反映单位"):
        assert shown[label] == "（见主要内容）", label
    assert (shown["前期处理"], shown["来电人地址"]) == ("（不愿提供）", "（未询问）")
    web = form_of(Record(source="微信公众号", types=["投诉"], text="路灯不亮"))
    assert dict(field for row in web.rows for field in row)["来电人"] == "（未写明）"


@pytest.mark.clause("D")
def test_the_number_of_the_line_is_not_printed_as_one_that_was_asked_for() -> None:
    """You should see that the contact is the caller's number, and another one where one was given."""
    for contact, shown in (("", "同来电号码"), ("010-12345678", "010-12345678")):
        record = Record(claimant=Claimant(phone="13800000103", contact=contact))
        cells = {field.label: field.value for row in form_of(record).rows for field in row}
        assert (cells["来电号码"], cells["联系方式"]) == ("13800000103", shown)


@pytest.mark.clause("5.1.4.1b")
def test_no_cell_of_the_addendum_has_the_name_of_another() -> None:
    """You should see the ticket's 状态 once, and the event's under a name of its own (C.5)."""
    labels = {element.id: element.label for element in PACKS.elements.elements}
    record = Record(elements={each: Answer("还在漏") for each in labels})
    ticket = Ticket("id", "2026112400001", 2, State.TO_DISPATCH, record, NOW, "8041", NOW)
    named = [field.label for row in ticket_form(ticket, PACKS).addendum for field in row]
    assert sorted(named) == sorted(set(named))
    assert {"状态", "事件状态"} <= set(named)


def test_a_record_without_a_title_is_named_by_its_text() -> None:
    """You should see the first sentence, or that there is none yet."""
    assert title_of(Record(text="三楼着火了。进不去。")) == "三楼着火了"
    assert title_of(Record(text=" \x1b")) == NO_TITLE
    assert title_of(Record(title="停\x1b电\n了")) == "停电 了"


@pytest.mark.parametrize("route", ["信访渠道", "超出承办单位职责范围", "紧急服务热线"])
@pytest.mark.clause("5.1.2.2")
def test_a_classified_record_shows_no_unit(house: House, clock: FixedClock, route: str) -> None:
    """You should see no 承办单位 and no copy on the ticket and its form, though one was picked before classifying."""
    picked = Record(
        types=["投诉"],
        title="反映旧事",
        text="反映多年前的土地问题，已经在信访局登记过。",
        unit="市人力资源和社会保障局",
        unit_reason="话务员选定",
        copy_to="朝阳区人民政府",
    )
    actor = Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER}))
    scope = Scope(route, "5.1.2.2", note="受理了")
    ticket = Registration(house, actor, new_id()).classify(picked, scope, clock.now())
    assert (ticket.record.unit, ticket.record.unit_reason, ticket.record.copy_to) == ("", "", "")
    cells = {field.label: field.value for row in ticket_form(ticket, PACKS).rows for field in row}
    assert cells["承办单位"] == ""
    assert cells["办理情况"].startswith(f"分类处理：{route}")


@pytest.mark.clause("5.1.2.2")
def test_a_unit_that_an_older_version_left_on_a_classified_ticket_is_not_printed() -> None:
    """You should see the cell empty, whatever the record holds."""
    classified = Ticket(
        "id", "2026112400001", 2, State.CLASSIFIED,
        Record(types=["投诉"], title="旧事", unit="市水务局", scope=Scope("信访渠道", "5.1.2.2c")), NOW, "8041", NOW, "中心",
    )  # fmt: skip
    cells = {field.label: field.value for row in ticket_form(classified, PACKS).rows for field in row}
    assert cells["承办单位"] == ""
