"""What the machine judges of real work (7.1.2.3): each criterion right, and wrong for its own reason."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from console.house import House
from console.quality.machine import Work, judge_work
from console.quality.marks import Mark, scores, standing, total
from data.calls import Call, PhraseStamp
from data.events import Event
from data.lifecycle import Kind
from data.record import Place, Record
from scripts.rubric import MACHINE
from tests.console.quality_lives import SAID, a_call
from tests.lives import Lives

AT = datetime.fromisoformat("2026-11-24T09:00:00+08:00")


def of_call(house: House, call: Call) -> dict[str, Mark]:
    """The marks of a call that brought no request."""
    return standing(judge_work(house.packs, Work(call=call)))


def of_record(house: House, **fields: Any) -> dict[str, Mark]:
    """The marks of a request as it was registered."""
    record = {"types": ["投诉"], "title": "路灯不亮", "text": "望京西路路灯不亮三天了，要求尽快修好。"} | fields
    ticket = Lives(house).waiting(title="x", street="望京街道")
    registered = Event("e", ticket.id, 1, Kind.REGISTERED, AT, "8007", "", {"record": _plain(Record(**record))})
    return standing(judge_work(house.packs, Work(ticket, None, (registered,))))


def _plain(record: Record) -> Any:
    import msgspec

    return msgspec.to_builtins(record)


@pytest.mark.clause("7.1.2.3")
@pytest.mark.clause("7.1.2.2a")
def test_a_call_as_it_should_be_has_no_deviation(house: House) -> None:
    """You should see every criterion of the machine judged, and full marks."""
    marks = of_call(house, a_call(AT))
    assert set(marks) == set(MACHINE)
    assert not [mark for mark in marks.values() if mark.deviates]
    assert scores(house.packs.quality, marks) == {"phrases": 100, "record": None, "dispatch": None, "answering": 100}


@pytest.mark.clause("7.1.2.2a")
@pytest.mark.parametrize(
    ("call", "criterion", "hits", "of", "evidence"),
    [
        (a_call(AT, said=SAID[1:]), "greeting", 0, 1, "没有说首问语"),
        (a_call(AT, said=("B.1.2.4-1", *SAID)), "greeting", 0, 1, "首问语在 01:02 才说"),
        (a_call(AT, said=("B.1.2.1", "5.3.3")), "closing", 0, 2, "没有说“"),
        (a_call(AT, said=("B.1.2.1", "B.1.4.1", "B.1.4.2")), "rating", 0, 1, "没有说“"),
        (a_call(AT, waits=(31,)), "waiting", 0, 1, "等待 31 秒，等待用语应说 1 次，说了 0 次"),
        (a_call(AT, waits=(95,)), "waiting", 0, 3, "应说 3 次"),
        (a_call(AT, waits=(20,)), "wait_over", 0, 1, "等待结束后没有致谢"),
    ],
)  # fmt: skip
def test_a_phrase_that_was_not_said_or_not_in_its_place(
    house: House, call: Call, criterion: str, hits: int, of: int, evidence: str
) -> None:
    """You should see which phrase, at which moment of the call, and of how many."""
    mark = of_call(house, call)[criterion]
    assert (mark.hits, mark.of, mark.agent_no) == (hits, of, "8007")
    assert evidence in "".join(mark.evidence)


@pytest.mark.clause("B.1.3.3")
@pytest.mark.parametrize(("waited", "due"), [(30, 0), (31, 1), (60, 1), (61, 2)])
def test_thirty_seconds_are_no_wait_that_asks_for_the_phrase(house: House, waited: int, due: int) -> None:
    """You should see B.1.3.3 asked for only past each thirty seconds."""
    assert of_call(house, a_call(AT, waits=(waited,)))["waiting"].of == due


def test_waiting_phrases_count_where_they_were_said_in_the_wait(house: House) -> None:
    """You should see a phrase within its wait counted, and one outside not."""
    inside = PhraseStamp("B.1.3.3", AT + timedelta(seconds=95), True, "请稍等")
    thanks = PhraseStamp("B.1.3.4", AT + timedelta(seconds=105), True, "感谢等待")
    call = a_call(AT, waits=(40,))
    call.phrases += [inside, thanks]
    marks = of_call(house, call)
    assert (marks["waiting"].hits, marks["wait_over"].hits) == (1, 1)
    inside.at = AT + timedelta(seconds=30)
    assert of_call(house, call)["waiting"].hits == 0


def test_a_caller_who_hangs_up_leaves_no_end_to_be_said(house: House) -> None:
    """You should see nothing judged that nobody could do."""
    marks = of_call(house, a_call(AT, said=("B.1.2.1",), ended_by="caller"))
    assert (marks["closing"].of, marks["rating"].of) == (0, 0)


@pytest.mark.clause("7.1.2.2d")
@pytest.mark.parametrize(("rang", "hits"), [(15, 1), (16, 0)])
def test_fifteen_seconds_are_in_time_and_sixteen_are_not(house: House, rang: int, hits: int) -> None:
    """You should see the fifteenth second still in time."""
    mark = of_call(house, a_call(AT, rang=rang))["answer"]
    assert (mark.hits, mark.of) == (hits, 1)
    assert ("响铃 16 秒" in "".join(mark.evidence)) is (rang == 16)


@pytest.mark.clause("7.1.2.2b")
def test_elements_of_appendix_c_are_counted_right_and_missing(house: House) -> None:
    """You should see how many of how many, what is missing with what to ask, and one that was refused not as missing."""
    from data.record import REFUSED, Answer

    mark = of_record(house, place=Place(text="望京西路"), elements={"name": Answer(asked=REFUSED)})["elements"]
    assert 0 < mark.hits < mark.of
    assert not any("缺“姓名" in each for each in mark.evidence)
    assert all(each.startswith("缺“") for each in mark.evidence)
    assert len(mark.evidence) == mark.of - mark.hits


@pytest.mark.clause("7.1.2.2b")
def test_a_danger_to_life_that_was_missed_is_critical(house: House) -> None:
    """You should see the words, nothing left of the whole, and none of it where the kind was chosen."""
    text = "小区里燃气泄漏了，味道很大，要求马上派人来看。"
    marks = of_record(house, text=text)
    assert marks["danger"].grade == "critical"
    assert "燃气泄漏" in "".join(marks["danger"].evidence)
    assert total(house.packs.quality, marks) == 0
    chosen = of_record(house, text=text, urgency_kinds=["突发事件"])
    assert not chosen["danger"].deviates
    assert chosen["danger"].of == 1


@pytest.mark.clause("7.1.2.2b")
@pytest.mark.parametrize("thing", ["井盖丢了", "电线裸露，漏电", "外墙脱落"])
def test_a_thing_that_might_hurt_is_for_a_person_to_judge(house: House, thing: str) -> None:
    """You should see a deviation that leaves something of the whole, who is to judge it, and a critical one as soon as
    people are hurt or in need by the same thing."""
    mark = of_record(house, text=f"小区门口{thing}，要求尽快来修。")["danger"]
    assert mark.grade == "major"
    assert "请人核实" in "".join(mark.evidence)
    hurt = of_record(house, text=f"小区门口{thing}，一位老人昏倒了，要求尽快来修。")["danger"]
    assert hurt.grade == "critical"
    assert "请人核实" not in "".join(hurt.evidence)


@pytest.mark.clause("7.1.2.2b")
def test_a_threat_without_quotation_marks_is_told(house: House) -> None:
    """You should see the words that stand bare, and none of it within “”."""
    bare = of_record(house, text="诉求人称再不解决就要从楼上跳下去，要求今天答复。")["quotes"]
    assert bare.of > 0
    assert bare.deviates
    quoted = of_record(house, text="诉求人称“再不解决就要从楼上跳下去”，要求今天答复。")["quotes"]
    assert quoted.of == bare.of
    assert not quoted.deviates


def test_a_short_record_and_wrong_words(house: House) -> None:
    """You should see how many characters, and the words with what to say instead."""
    assert "只有 4 字" in "".join(of_record(house, text="路灯不亮")["short"].evidence)
    assert not of_record(house)["short"].deviates
    marks = of_record(house, text="路灯不亮，答复来电人这事我们可能处理不了，大概下周再说。")
    assert marks["wording"].deviates


@pytest.mark.clause("7.1.2.2c")
def test_dispatch_is_judged_twice_in_time_and_to_the_right_unit(house: House, clock: Any) -> None:
    """You should see two criteria: the limit, and returns; each the dispatcher's, not the call-taker's."""
    lives = Lives(house)

    def marks(ticket: Any) -> dict[str, Mark]:
        events = tuple(house.quality.dispatching(ticket.id))
        return standing(judge_work(house.packs, Work(house.tickets.get(ticket.id), None, events, clock.now())))

    good = marks(lives.sent())
    assert [(good[name].hits, good[name].agent_no) for name in ("dispatch_time", "dispatch_unit")] == [(1, "2001")] * 2
    passed = marks(lives.passed_on(lives.handled()))
    assert (passed["dispatch_time"].hits, passed["dispatch_unit"].hits) == (1, 0)
    assert "改派 1 次" in passed["dispatch_unit"].evidence[0]
    assert "不在辖区" in "".join(passed["dispatch_unit"].evidence)
    waiting = lives.waiting()
    assert marks(waiting)["dispatch_time"].of == 0
    clock.advance(25 * 3600)
    late = marks(waiting)
    assert (late["dispatch_time"].hits, late["dispatch_time"].of, late["dispatch_unit"].of) == (0, 1, 0)
