"""What a field says in words of a refusal is kept and printed as asked and refused, never as an answer (2.6)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.form import as_text, ticket_form
from console.house import House
from console.registration import Incomplete, Registration
from data.clock import FixedClock
from data.events import new_id
from data.people import Actor, Role
from data.record import Answer, Claimant, Place, Record

ACTOR = Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER}))


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own."""
    opened = House(tmp_path / "home", clock)
    yield opened
    opened.close()


def complaint(**words: str) -> Record:
    """A complaint about noise, its fields as somebody typed them."""
    return Record(
        types=["投诉"],
        title="夜间噪音扰民",
        text="半夜一直有音乐声，噪音很大。",
        claimant=Claimant(name=words.get("name", "马立军")),
        place=Place(text=words.get("place", "望京西园三区420号楼"), district="朝阳区"),
        event_time=words.get("time", "昨天夜里"),
        respondent=words.get("object", "楼下302"),
        earlier_handling=words.get("earlier", "没找过"),
    )


@pytest.mark.clause("C.3")
@pytest.mark.clause("5.1.4.1")
def test_a_refusal_is_registered_and_printed_as_one(house: House, clock: FixedClock) -> None:
    """You should see the five marked on the ticket and in appendix D's cells, and the typed words nowhere."""
    typed = {"name": "不愿说", "time": "不想说", "object": "对方不肯说", "earlier": "问了没说", "place": "不方便透露"}
    ticket = Registration(house, ACTOR, new_id()).submit(complaint(**typed), clock.now())
    assert {element: answer.asked for element, answer in ticket.record.elements.items()} == dict.fromkeys(
        ("name", "time", "place", "object", "earlier"), "不愿提供"
    )
    form = ticket_form(ticket, house.packs)
    cells = {field.label: field.value for row in (*form.rows, *form.addendum) for field in row}
    for label in ("来电人", "被反映单位", "事发时间", "前期处理"):
        assert cells[label] == "（不愿提供）"
    assert cells["发生地址"] == "朝阳区"
    assert not any(words in as_text(form) for words in typed.values())


@pytest.mark.parametrize(
    ("field", "words", "label"),
    [("name", "XX", "姓名"), ("object", "先生", "对象"), ("place", "打过", "地点"), ("time", "我", "时间")],
)
@pytest.mark.clause("C.3")
def test_nonsense_is_not_registered(house: House, clock: FixedClock, field: str, words: str, label: str) -> None:
    """You should see the element named as missing."""
    with pytest.raises(Incomplete, match=label):
        Registration(house, ACTOR, new_id()).submit(complaint(**{field: words}), clock.now())


@pytest.mark.clause("C.3")
def test_an_element_that_nobody_asked_about_stays_missing(house: House, clock: FixedClock) -> None:
    """You should see 未询问 taken for no answer, and the mark of the desk for one."""
    with pytest.raises(Incomplete, match="对象"):
        Registration(house, ACTOR, new_id()).submit(complaint(object="未询问"), clock.now())
    record = complaint(object="")
    record.elements["object"] = Answer(asked="不清楚")
    assert Registration(house, ACTOR, new_id()).submit(record, clock.now()).due is not None


@pytest.mark.clause("C.3")
def test_the_command_line_takes_a_refusal_in_words(hotline) -> None:
    """You should see `check` list it as asked, and nonsense as missing."""
    given = {
        "source": "热线电话",
        "types": ["投诉"],
        "title": "夜间噪音扰民",
        "text": "半夜一直有音乐声，噪音很大。",
        "claimant": {"name": "我"},
        "place": "打过",
        "event_time": "不想说",
        "respondent": "对方不肯说",
        "earlier_handling": "不晓得",
    }
    ran = hotline("check", "-", "--json", stdin=json.dumps(given)).json
    assert {each["element"]: each["evidence"] for each in ran["asked"]} == {
        "time": "不愿提供",
        "object": "不愿提供",
        "earlier": "不清楚",
    }
    assert {"name", "place"} <= {each["element"] for each in ran["missing"]}
