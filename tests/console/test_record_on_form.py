"""What 5.1.4.1 demands of a record, from the desk to the printed form; files that belong to it; the line it came by."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.attachments import AttachmentError, attach
from console.call_desk import CallDesk
from console.call_events import Answered, HungUp, Ringing
from console.form import Form, as_text, ticket_form
from console.house import House
from console.registration import Registration
from data.clock import FixedClock
from data.events import new_id
from data.people import Actor
from data.record import CLAIMANT_KINDS, REQUEST_TYPES, Claimant, Place, Record

RECORD = Record(
    types=["投诉", "求助"],
    title="小区电梯停运",
    text="11月20日上午8点，南湖东园122号楼电梯停运，困住两人，物业至今未修。",
    claimant=Claimant(
        name="王女士", kind="法人", phone="13800000001", contact="010-0000", address="南湖东园", confidential=True
    ),
    place=Place(text="南湖东园122号楼", district="朝阳区", street="望京街道"),
    event_time="11月20日上午8点",
    respondent="望京物业公司",
    earlier_handling="找过物业，说等配件",
    wish="尽快修复",
    not_urgent={"突发事件": ["困住"]},  # they were out again when the call came in
)


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own."""
    opened = House(tmp_path / "home", clock)
    yield opened
    opened.close()


def cells(form: Form) -> dict[str, str]:
    """All fields of a form by label."""
    return {field.label: field.value for row in [*form.rows, *form.addendum] for field in row}


@pytest.mark.clause("5.1.4.1e")
@pytest.mark.clause("5.1.4.1f")
@pytest.mark.clause("5.1.4.1g")
@pytest.mark.clause("3.3")
def test_the_form_says_what_happened_and_what_is_wanted(house: House, actor, clock: FixedClock) -> None:
    """You should see time, place, course, wish, types, urgency and the kind of claimant of a saved ticket."""
    ticket = Registration(house, actor(), new_id()).submit(RECORD, clock.now())
    shown = cells(ticket_form(ticket, house.packs))
    assert shown["事发时间"] == "11月20日上午8点"
    assert shown["发生地址"] == "朝阳区望京街道南湖东园122号楼"
    assert shown["主要内容"] == RECORD.text
    assert shown["诉求人的要求"] == "尽快修复"
    assert shown["工单分类"] == "投诉、求助"
    assert shown["紧急程度"] == "一般"
    assert shown["诉求人类别"] == "法人"
    assert set(ticket.record.types) <= set(REQUEST_TYPES)
    assert ticket.record.claimant.kind in CLAIMANT_KINDS


@pytest.mark.clause("5.1.4.1d")
def test_a_confidential_claimant_shows_only_to_who_registered_the_ticket(
    house: House, actor, clock: FixedClock
) -> None:
    """You should see （保密） in place of the name for another reader, and the name for the agent who wrote it."""
    mine: Actor = actor()
    ticket = Registration(house, mine, new_id()).submit(RECORD, clock.now())
    others = cells(ticket_form(ticket, house.packs, Actor("9999", "别人")))
    assert others["来电人"] == others["来电人地址"] == "（保密）"
    assert "13800000001" not in as_text(ticket_form(ticket, house.packs, Actor("9999", "别人")))
    assert cells(ticket_form(ticket, house.packs, mine))["来电人"] == "王女士"


@pytest.mark.clause("3.1")
def test_the_line_says_how_that_hotline_joined(tmp_path: Path, actor, clock: FixedClock) -> None:
    """You should see the dialled number of a dual-number hotline with its form on the ticket's source."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('[lines]\n"12333" = "双号并行"\n', encoding="utf-8")
    house = House(tmp_path / "home", clock)
    desk = CallDesk(house, actor())
    desk.on_event(Ringing(call_id="c1", at=clock.now(), caller="13800000001", line="12333"))
    desk.on_event(Answered(call_id="c1", at=clock.now(), agent="8041"))
    desk.edit(Record(**{**_fields(RECORD), "line": desk.record.line}))
    ticket = desk.submit()
    desk.on_event(HungUp(call_id="c1", at=clock.now(), by="agent"))
    assert cells(ticket_form(ticket, house.packs))["诉求来源"] == "电话 12333（双号并行）"
    house.close()


def _fields(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


@pytest.mark.clause("5.1.3.1")
@pytest.mark.parametrize("name", ["录音.mp3", "现场.jpg", "现场.mp4", "材料.txt", "材料.pdf"])
def test_voice_text_picture_and_video_are_attached_by_content(tmp_path: Path, name: str) -> None:
    """You should see the file copied under its hash, and the name it was handed in with kept."""
    source = tmp_path / name
    source.write_bytes(b"some content of " + name.encode())
    held = attach(tmp_path / "attachments", source)
    assert held.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (tmp_path / held.path).read_bytes() == source.read_bytes()
    assert held.name == name
    assert attach(tmp_path / "attachments", source) == held


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("没有.jpg", None, "没有文件"),
        ("程序.exe", b"MZ", "不是语音、文字、图片或视频"),
        ("无后缀", b"x", "不是语音、文字"),
    ],
)
def test_what_cannot_be_attached_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes | None, why: str
) -> None:
    """You should see a sentence, and no file in the folder."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AttachmentError, match=why):
        attach(tmp_path / "attachments", tmp_path / name)
    assert not list((tmp_path / "attachments").glob("*"))


def test_a_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """You should see the limit named."""
    monkeypatch.setattr("console.attachments.LARGEST", 10)
    (tmp_path / "长.mp4").write_bytes(b"x" * 11)
    with pytest.raises(AttachmentError, match="超过"):
        attach(tmp_path / "attachments", tmp_path / "长.mp4")


@pytest.mark.clause("6.5a–d")
@pytest.mark.parametrize(
    "asked", ["12345能受理什么", "怎么查诉求办理进度", "怎么评价办理结果", "来电人的权利和义务", "反复拨打12345"]
)
def test_the_hotline_itself_can_be_explained_in_a_short_answer(
    stocked: Path, tmp_path: Path, clock: FixedClock, asked: str
) -> None:
    """You should see an article about the hotline's functions, rights or duties first."""
    shutil.copytree(stocked, tmp_path / "stocked")
    house = House(tmp_path / "stocked", clock)
    hits = house.kb.search(asked, limit=3)
    house.close()
    assert any(hit.id.startswith("zhengwu") for hit in hits)
