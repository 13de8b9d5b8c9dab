"""The ticket form (诉求工单样式) of appendix D: its 21 fields in the standard's order, then what 5.1.4.1 adds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells

from console.disclosure import as_read_by
from console.history import feedback_text, told_of_handling
from console.judgement import element_value, judge_record
from console.text import clean
from console.titles import first_clause
from console.when import stamp
from data.events import Ticket
from data.people import Actor
from data.record import PHONE, Record
from scripts.pack import Packs

if TYPE_CHECKING:
    from docx.document import Document

IN_TEXT = "（见主要内容）"
NOT_ASKED = "（未询问）"
UNWRITTEN = "（未写明）"  # by whoever wrote a web submission: nobody has asked yet
NO_TITLE = "〔尚无标题〕"
DOCX_COLUMNS_CM = (2.8, 5.2, 2.8, 5.2)
NO_XML = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}  # no XML file may hold these two
WIDTH = 78  # columns of the text form: fits an 80-column terminal and a printed page


class Field(NamedTuple):
    """One cell of the form."""

    label: str
    value: str


class Form(NamedTuple):
    """Rows of one or two fields, as in table D, and the addendum (补充项, 5.1.4.1) below them."""

    rows: list[list[Field]]
    addendum: list[list[Field]]


def ticket_form(ticket: Ticket, packs: Packs, reader: Actor | None = None) -> Form:
    """Lay a ticket out as table D does.

    ``packs`` name the elements of appendix C and find those that the text tells. ``reader`` is who will see it, and sees no more than
    `console.disclosure` lets them; None for the full form.
    """
    if reader is not None:
        ticket = as_read_by(ticket, reader)
    record, due = ticket.record, ticket.due
    labels = {element.id: element.label for element in packs.elements.elements}
    told = {state.id: state.evidence for state in judge_record(packs, record).states if state.status == "present"}
    unasked = NOT_ASKED if record.source == PHONE else UNWRITTEN
    claimant, held = record.claimant, ticket.handling.now_with
    channel = f"电话 {record.line}".strip() if record.source == PHONE else f"网络（{record.source}）"
    rows = [
        [Field("工单编号", ticket.number), Field("诉求提出时间", stamp(record.raised_at or ticket.created_at))],
        [Field("诉求来源", channel), Field("受理单位", ticket.accepted_by_unit)],
        [
            Field("来电人", _given(record, "name", told, unasked)),
            Field("来电号码", claimant.phone or ("（未显示）" if record.source == PHONE else "")),
        ],
        [Field("联系方式", claimant.contact or ("同来电号码" if claimant.phone else unasked))],
        [Field("来电人地址", claimant.address or unasked)],
        [Field("问题分类", record.topic)],
        [
            Field("工单分类", "、".join(record.types)),
            Field("发生地址", place_text(ticket) or _given(record, "place", told, "")),
        ],
        [Field("被反映单位", _given(record, "object", told, ""))],
        [Field("工单标题", record.title)],
        [Field("主要内容", record.text.rstrip())],
        [Field("派单人员", held.by if held else ""), Field("派单时间", stamp(held.at) if held else "")],
        [Field("派单处理意见", held.opinion if held else "")],
        [Field("截止时间", _deadline(ticket)), Field("办理时限", _limits(ticket))],
        [Field("承办单位", _units(ticket))],
        [Field("办理情况", _outcome(ticket))],
    ]
    addendum = [
        [
            Field("状态", ticket.state),
            Field("紧急程度", "、".join(["紧急", *record.urgency_kinds]) if record.urgent else "一般"),
        ],
        [Field("是否保密", "是" if claimant.confidential else "否"), Field("诉求人类别", claimant.kind)],
        [
            Field("事发时间", _given(record, "time", told, unasked)),
            Field("前期处理", _given(record, "earlier", told, unasked)),
        ],
        [Field("诉求人的要求", record.wish)],
    ]
    for element, answer in record.elements.items():
        if element in ("name", "time", "earlier", "place", "object"):
            continue  # these have cells of their own
        label = labels.get(element, element)
        if any(label == cell.label for row in addendum for cell in row):
            label = f"事件{label}"  # C.5 asks for the event's 状态 too, beside the ticket's
        addendum.append([Field(label, answer.text or f"已询问，{answer.asked}")])
    if record.new_facts:
        addendum.append([Field("新情况、新理由", record.new_facts)])
    if ticket.repeats:
        addendum.append([Field("再次反映", f"{len(ticket.repeats)} 次")])
    if due:
        addendum.append([Field("时限依据", "；".join([due.basis, *due.notes]))])
    addendum += [[Field(label, text)] for label, text in told_of_handling(ticket)]
    if record.attachments:
        addendum.append([Field("附件", "、".join(held.name for held in record.attachments))])
    return Form(_clean(rows), _clean(addendum))


def shown_title(ticket: Ticket, reader: Actor) -> str:
    """The title as this reader may see it in a list."""
    return title_of(as_read_by(ticket, reader).record)


def title_of(record: Record) -> str:
    """The title; where an urgent report was made before one was written, how the text begins."""
    return clean(record.title, lines=False) or first_clause(clean(record.text)) or NO_TITLE


def place_text(ticket: Ticket) -> str:
    """Say where it happened, with landmark, direction and distance where the place was unclear (C.3)."""
    place = ticket.record.place
    near = f"（{place.landmark}{place.direction}{place.distance}）" if place.landmark else ""
    named = "".join(part for part in (place.district, place.street) if part not in place.text)
    return f"{named}{place.text}{near}"


def as_text(form: Form) -> str:
    """Draw the form with box characters, `WIDTH` columns wide."""
    title = "诉求工单".center(WIDTH - 4).rstrip()
    return "\n".join([title, *_table(form.rows), "补充项（5.1.4.1）", *_table(form.addendum)]) + "\n"


def write_docx(form: Form, path: Path, now: datetime) -> None:
    """Write the form as a .docx file, on A4 paper; ``now`` is when, as the file will say.

    Raises:
        OSError: the file cannot be written.
    """
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    for style in (document.styles["Normal"], document.styles["Heading 1"]):
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    # python-docx would leave its own name and the year of its template.
    about, number = document.core_properties, form.rows[0][0].value
    about.title, about.author, about.comments = f"诉求工单 {number}", "", ""
    about.created = about.modified = now.astimezone(UTC)
    document.add_heading("诉求工单", level=1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _docx_table(document, form.rows)
    document.add_paragraph()
    document.add_paragraph("补充项（5.1.4.1）")
    _docx_table(document, form.addendum)
    document.save(str(path))


def _deadline(ticket: Ticket) -> str:
    """截止时间: of the clock that runs, computed and never typed (DF3)."""
    due, held = ticket.due, ticket.handling.now_with
    if held is not None and ticket.handling.feedback_due is not None:
        return f"{stamp(ticket.handling.feedback_due)} 前反馈"
    return stamp(due.dispatch) + " 前派发" if due else ""


def _limits(ticket: Ticket) -> str:
    held, due = ticket.handling.now_with, ticket.due
    if held is not None:
        return held.limits
    return f"签收 {due.sign}，反馈 {due.feedback}" if due else ""


def _units(ticket: Ticket) -> str:
    held, suggested = ticket.handling.now_with, ticket.record.unit
    if held is None and ticket.record.scope:
        return ""  # classified (分类处理): a unit picked before, in a ticket of an older version, is not its unit
    if held is None:
        return f"{suggested}（建议）" if suggested else ""
    helping = "、".join(ticket.handling.joint_units)
    copied = f"（同时送{held.copy_to}）" if held.copy_to else ""
    return f"{held.unit}{copied}{f'；协办 {helping}' if helping else ''}"


def _outcome(ticket: Ticket) -> str:
    if ticket.handling.feedbacks:
        return feedback_text(ticket.handling.feedbacks[-1])
    if ticket.reply:
        return f"直接答复：依据知识 {ticket.reply.article_id} 第 {ticket.reply.version} 版《{ticket.reply.title}》"
    scope = ticket.record.scope
    if scope:
        return "分类处理：" + "，".join(part for part in (scope.route, scope.choice, scope.note) if part)
    return ""


def _given(record: Record, element: str, told: Mapping[str, str], unasked: str) -> str:
    """What was given, where the text says it, or that it was asked for and not given; never an unexplained blank (2.6)."""
    answer = record.elements.get(element)
    asked = f"（{answer.asked}）" if answer else ""
    return element_value(record, element) or _in_text(told, element) or asked or unasked


def _in_text(told: Mapping[str, str], element: str) -> str:
    """Where to read an element for which no field was filled: the words that tell it are too few to stand alone."""
    return IN_TEXT if element in told else ""


def _clean(rows: list[list[Field]]) -> list[list[Field]]:
    """What came by the queue or an older version was not cleaned by this desk: no terminal or file shall obey it."""
    return [[Field(label, clean(value)) for label, value in row] for row in rows]


def _table(rows: list[list[Field]]) -> list[str]:
    """Rows of a table whose columns line up: label, value, label, value, or label and one wide value."""
    label, value = 14, (WIDTH - 2 * 14 - 5) // 2
    wide = WIDTH - label - 3
    rule = "├" + "─" * label + "┼" + "─" * wide + "┤"
    lines = [rule.replace("├", "┌").replace("┼", "┬").replace("┤", "┐")]
    for at, row in enumerate(rows):
        if at:
            lines.append(rule)
        widths = [label, wide] if len(row) == 1 else [label, value, label, wide - value - label - 2]
        cells = [_wrap(part, width) for part, width in zip(_flat(row), widths, strict=True)]
        for line in range(max(len(cell) for cell in cells)):
            parts = [
                _fit(cell[line] if line < len(cell) else "", width) for cell, width in zip(cells, widths, strict=True)
            ]
            lines.append("│" + "│".join(parts) + "│")
    lines.append(rule.replace("├", "└").replace("┼", "┴").replace("┤", "┘"))
    return lines


def _flat(row: list[Field]) -> list[str]:
    return [part for field in row for part in field]


def _wrap(text: str, width: int) -> list[str]:
    return [piece for line in text.split("\n") for piece in (chop_cells(line, width) or [""])]


def _fit(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _docx_table(document: "Document", rows: list[list[Field]]) -> None:
    from docx.shared import Cm

    table = document.add_table(rows=0, cols=4, style="Table Grid")
    table.autofit = False
    for row in rows:
        cells = table.add_row().cells
        for cell, width in zip(cells, DOCX_COLUMNS_CM, strict=True):
            cell.width = Cm(width)
        value = cells[1].merge(cells[3]) if len(row) == 1 else cells[1]
        shown = [cells[0], value, cells[2], cells[3]]
        for cell, part in zip(shown, chain.from_iterable(row), strict=False):
            cell.text = part.translate(NO_XML)
