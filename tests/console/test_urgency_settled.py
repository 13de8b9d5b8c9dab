"""The degree of urgency (紧急程度, 5.1.4.1g) must be judged before a record leaves the desk, whichever way it leaves."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from console.house import House
from console.judgement import judge_record, set_aside
from console.registration import Incomplete, NothingRecorded, Registration, UrgencyOpen
from data.clock import FixedClock
from data.events import new_id
from data.people import Actor, Role
from data.record import Answer, Claimant, Place, Record, Scope
from kb.starters import starter_articles

ACTOR = Actor("8041", "坐席8041", frozenset({Role.CALL_TAKER}))
THREAT = Record(
    types=["投诉"],
    title="拖欠工资",
    text="诉求人称“再不发工资我明天就从工地楼顶跳下去”，拖欠四十人三个月工资。",
    claimant=Claimant(name="马立军"),
    place=Place(text="房山区良乡镇青松路工地", district="房山区", street="良乡镇"),
    event_time="三个月来",
    respondent="青松建设公司",
    earlier_handling="找过劳动监察大队",
)


@pytest.fixture
def house(stocked: Path, tmp_path: Path, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own, with the starter articles."""
    shutil.copytree(stocked, tmp_path / "home")
    opened = House(tmp_path / "home", clock)
    yield opened
    opened.close()


def work(house: House) -> Registration:
    return Registration(house, ACTOR, new_id())


@pytest.mark.clause("5.1.4.1g")
@pytest.mark.clause("C.4")
def test_a_threat_is_never_registered_as_ordinary_unasked(house: House, clock: FixedClock) -> None:
    """You should see a record with a threat refused on every way out of the desk, with the words that make it one."""
    article = starter_articles()[0]
    now = clock.now()
    for leave in (
        lambda: work(house).submit(THREAT, now),
        lambda: work(house).reply(THREAT, house.kb.get(article.id), now),
        lambda: work(house).classify(THREAT, Scope("超出职责", "5.1.2.2f"), now),
    ):
        with pytest.raises(UrgencyOpen, match=r"跳下去.*不稳定因素.*Ctrl\+U"):
            leave()
    chosen = msgspec.structs.replace(THREAT, urgency_kinds=["不稳定因素"])
    with pytest.raises(NothingRecorded, match="不能以直接答复办结"):
        work(house).reply(chosen, house.kb.get(article.id), now)
    assert not list(house.tickets.every())
    assert not judge_record(house.packs, THREAT).complete


@pytest.mark.parametrize("kind", ["投诉", "其他"])
@pytest.mark.parametrize("place", ["", "楼顶", "小区"])
@pytest.mark.clause("C.4")
def test_a_threat_is_not_registered_without_a_place_to_go_to(
    house: House, clock: FixedClock, kind: str, place: str
) -> None:
    """You should see a threat refused while its place names nothing, whatever the type, and taken once it does."""
    chosen = msgspec.structs.replace(THREAT, types=[kind], urgency_kinds=["不稳定因素"])
    answers = {
        each: Answer("已问明") for each in ("content", "channel", "manner", "act", "threat_time", "threat_place")
    }
    chosen = msgspec.structs.replace(chosen, elements=answers)
    with pytest.raises(Incomplete, match="地点"):
        work(house).submit(msgspec.structs.replace(chosen, place=Place(text=place)), clock.now())
    assert work(house).submit(chosen, clock.now()).due is not None


@pytest.mark.clause("5.1.3.3c")
def test_an_urgent_report_waits_for_no_judgement(house: House, clock: FixedClock) -> None:
    """You should see the report to the manager on duty go out, and the record still refused until it is judged."""
    one = work(house)
    one.escalate(THREAT, clock.now())
    with pytest.raises(UrgencyOpen):
        one.submit(THREAT, clock.now())


@pytest.mark.clause("5.1.4.1g")
@pytest.mark.clause("5.2.2.1.2a")
def test_the_chosen_kind_gives_the_clock_and_a_judgement_is_kept(house: House, clock: FixedClock) -> None:
    """You should see one hour for dispatch when it is a threat, 24 when it was judged to be none, and that judgement
    with its words on the ticket."""
    chosen = msgspec.structs.replace(THREAT, urgency_kinds=["不稳定因素"])
    ticket = work(house).submit(chosen, clock.now())
    assert ticket.due is not None
    assert (ticket.due.dispatch - clock.now()).total_seconds() == 3600
    judged = set_aside(house.packs, THREAT, ["不稳定因素"])
    ticket = work(house).submit(judged, clock.now())
    assert ticket.due is not None
    assert (ticket.due.dispatch - clock.now()).total_seconds() == 24 * 3600
    again = house.tickets.get(ticket.id)
    assert again is not None
    assert any("跳下去" in word for word in again.record.not_urgent["不稳定因素"])


@pytest.mark.clause("5.1.4.1g")
def test_words_written_later_ask_again(house: House) -> None:
    """You should see a judgement hold for the words it was made on, and be asked for anew when others come."""
    record = Record(types=["投诉"], title="停水", text="小区停水。")
    judged = set_aside(house.packs, record, ["基本民生保障"])
    assert judge_record(house.packs, judged).decided
    more = msgspec.structs.replace(judged, text="小区停水。水管爆裂。")
    assert [hint.kind for hint in judge_record(house.packs, more).hints] == ["基本民生保障"]


@pytest.mark.clause("C.4")
def test_a_threat_among_the_wishes_is_one(house: House) -> None:
    """You should see a threat noticed in what the claimant wants, not only in the main text."""
    record = Record(types=["投诉"], title="拖欠工资", text="拖欠三个月工资。", wish="不给钱就把公司炸了")
    assert [hint.kind for hint in judge_record(house.packs, record).hints] == ["不稳定因素"]


@pytest.mark.clause("5.2.1")
def test_a_question_about_the_heating_is_answered_without_ado(house: House, clock: FixedClock) -> None:
    """You should see a direct reply not held up by a word that suggests no danger."""
    record = Record(types=["咨询"], text="想问暖气不热怎么约人测温")
    article = next(each for each in starter_articles() if "暖气" in each.title)
    assert work(house).reply(record, house.kb.get(article.id), clock.now()).reply is not None


GIVEN = {
    "source": "微信公众号",
    "claimant": {"name": "马立军"},
    "types": ["投诉"],
    "title": "拖欠工资",
    "text": THREAT.text,
    "place": "房山区良乡镇青松路工地",
    "event_time": "三个月来",
    "respondent": "青松建设公司",
    "earlier_handling": "找过劳动监察大队",
}


@pytest.mark.clause("5.1.4.1g")
def test_the_command_line_asks_too(hotline) -> None:
    """You should see a threat refused with the field that settles it, and registered once that is written."""
    ran = hotline("ticket", "new", "--from", "-", "--json", stdin=json.dumps(GIVEN))
    assert (ran.code, ran.json["error"], ran.json["hints"][0]["kind"]) == (1, "open question", "不稳定因素")
    assert "not_urgent" in ran.err
    checked = hotline("check", "-", "--json", stdin=json.dumps(GIVEN)).json
    assert (checked["complete"], checked["hints"][0]["kind"]) == (False, "不稳定因素")
    assert "像是不稳定因素" in hotline("check", "-", stdin=json.dumps(GIVEN)).out
    made = hotline("ticket", "new", "--from", "-", "--json", stdin=json.dumps(GIVEN | {"not_urgent": ["不稳定因素"]}))
    assert made.json["record"]["not_urgent"]["不稳定因素"]
    both = GIVEN | {"not_urgent": ["不稳定因素"], "urgency_kinds": ["不稳定因素"]}
    assert "只留一处" in hotline("ticket", "new", "--from", "-", stdin=json.dumps(both)).err


@pytest.mark.clause("C.3")
def test_only_a_web_submission_may_leave_an_element_unwritten(hotline) -> None:
    """You should see "未写明" taken of a web submission and refused of a call, where somebody could be asked."""
    given = {key: value for key, value in GIVEN.items() if key != "event_time"}
    given |= {"text": "青松建设公司拖欠工资不给。", "elements": {"time": {"asked": "网络诉求未写明"}}}
    assert hotline("ticket", "new", "--from", "-", "--json", stdin=json.dumps(given)).json["state"] == "待派单"
    ran = hotline("ticket", "new", "--from", "-", stdin=json.dumps(given | {"source": "热线电话"}))
    assert (ran.code, "没有“网络诉求未写明”这个选项" in ran.err) == (1, True)
