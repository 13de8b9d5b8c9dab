"""What one call may bring: a second matter, a passage of an article, a repeat about which nothing new is written."""

from collections.abc import Iterator

import msgspec
import pytest

from console.call_desk import CallDesk
from console.call_events import Answered, HungUp, Ringing
from console.house import House
from console.insertion import InsertionError
from console.registration import NothingRecorded, Registration
from console.secrecy import asks_secrecy
from console.titles import first_clause
from data.calls import Call
from data.clock import FixedClock
from data.drafts import Draft
from data.events import Ticket, new_id
from data.home import Home
from data.lifecycle import State
from data.people import Actor, Role
from data.personal import seal, unseal
from data.record import Claimant, Place, Record, Scope

TAKER = Actor("8041", "坐席", frozenset({Role.CALL_TAKER}))
FIRST = {"types": ["咨询"], "title": "居住证续办", "text": "请问居住证到期后怎么续办，要带什么材料？"}
SECOND = {"types": ["咨询"], "title": "公交卡退卡", "text": "请问老年公交卡怎么退卡，押金能退吗？"}
GAS = "燃气泄漏怎么办：立即关阀开窗，不要开关电器，到室外拨打 96777；有人中毒拨打120。"


@pytest.fixture
def house(home: Home, clock: FixedClock) -> Iterator[House]:
    """An installation of the test's own."""
    made = House(home.root, clock)
    yield made
    made.close()


@pytest.fixture
def desk(house: House, clock: FixedClock) -> CallDesk:
    """A call-taker's desk with an answered call."""
    made = CallDesk(house, TAKER)
    made.recover()
    made.on_event(Ringing("call-1", clock.now(), caller="13800000103", line="12345"))
    made.on_event(Answered("call-1", clock.now(), agent="8041"))
    return made


def write(desk: CallDesk, **fields: object) -> None:
    """Write into the record."""
    desk.edit(msgspec.structs.replace(desk.record, **fields))


def hang_up(desk: CallDesk) -> None:
    """Let the caller hang up, and the desk be cleared if it can be."""
    desk.on_event(HungUp("call-1", desk.now, by="claimant"))
    desk.release()


@pytest.mark.clause("B.1.4.1")
def test_one_call_brings_two_tickets_and_links_them(desk: CallDesk, house: House) -> None:
    """You should see claimant, number and time of the call on both, each with a number of its own."""
    write(desk, claimant=msgspec.structs.replace(desk.record.claimant, name="王秀梅", contact="13900000001"), **FIRST)
    first = desk.submit()
    desk.another()
    assert (desk.record.claimant, desk.record.raised_at) == (first.record.claimant, first.record.raised_at)
    assert [desk.record.title, desk.record.text, desk.record.types] == ["", "", []]
    write(desk, **SECOND)
    second = desk.submit()
    hang_up(desk)
    assert desk.draft is None
    assert first.number != second.number
    assert (first.call_id, second.call_id) == ("call-1", "call-1")
    call = house.calls.get("call-1")
    assert call is not None
    assert call.ticket_ids == [first.id, second.id]
    assert house.drafts("8041").load() == ([], [])


def test_a_second_matter_waits_for_the_first_to_be_handed_on(desk: CallDesk) -> None:
    """You should see it refused before F8, and what was written stay."""
    write(desk, **FIRST)
    with pytest.raises(NothingRecorded, match="先登记"):
        desk.another()
    assert desk.record.title == FIRST["title"]


def test_what_was_added_after_saving_is_on_the_first_ticket(desk: CallDesk, house: House) -> None:
    """You should see nothing lost between two matters."""
    write(desk, **FIRST)
    first = desk.submit()
    write(desk, text=FIRST["text"] + "另外想问费用。")
    desk.another()
    assert house.tickets.get(first.id).record.text.endswith("另外想问费用。")  # type: ignore[union-attr]


def test_a_second_matter_that_came_to_nothing_leaves_no_trace(desk: CallDesk, house: House) -> None:
    """You should see one ticket linked to the call after an empty second record was closed."""
    write(desk, **FIRST)
    first = desk.submit()
    desk.another()
    hang_up(desk)
    assert desk.asks_nothing
    desk.close_without_request()
    call = house.calls.get("call-1")
    assert call is not None
    assert call.ticket_ids == [first.id]


def test_a_second_matter_is_there_again_after_a_crash(desk: CallDesk, house: House) -> None:
    """You should see its half-typed record restored, and the first not registered twice."""
    write(desk, **FIRST)
    desk.submit()
    desk.another()
    write(desk, text="请问老年公交卡")
    desk.drafts.release()
    later = CallDesk(house, TAKER)
    later.recover()
    assert later.record.text == "请问老年公交卡"
    write(later, **SECOND)
    later.submit()
    assert sorted(ticket.record.title for ticket in house.tickets.every()) == sorted((FIRST["title"], SECOND["title"]))


@pytest.mark.clause("5.1.2.2a")
def test_the_second_matters_emergency_is_told_too(desk: CallDesk) -> None:
    """You should see the emergency number come first for each matter that calls for it."""
    fire = {"types": ["求助"], "title": "楼道着火", "text": "楼道着火了，快来人救火。"}
    write(desk, **fire)
    assert desk.say_now().clause == "5.1.2.2a"  # type: ignore[union-attr]
    desk.skip()
    assert desk.say_now().clause != "5.1.2.2a"  # type: ignore[union-attr]
    desk.set_aside(hint.kind for hint in desk.judgement.hints)  # type: ignore[union-attr]
    desk.classify(Scope("紧急服务热线", "5.1.2.2a", "119"))
    desk.another()
    write(desk, **fire)
    assert desk.say_now().clause == "5.1.2.2a"  # type: ignore[union-attr]


def test_calls_and_drafts_of_before_are_read(clock: FixedClock) -> None:
    """You should see the one ticket of a call that was written before a call could have several."""
    call = Call("call-1", "13800000103", clock.now())
    old = {**msgspec.to_builtins(call), "ticket_id": "t-1"}
    del old["ticket_ids"]
    assert unseal(seal(old), Call).ticket_ids == ["t-1"]
    draft = {**msgspec.to_builtins(Draft("t-1", "8041", clock.now(), Record())), "call": old}
    read = unseal(seal(draft), Draft)
    assert read.call is not None
    assert read.call.ticket_ids == ["t-1"]
    assert unseal(seal(read), Draft) == read


@pytest.mark.clause("5.1.4.1g")
def test_an_articles_words_are_not_the_callers(desk: CallDesk) -> None:
    """You should see no urgent kind, no emergency number and no element from an inserted passage."""
    write(desk, types=["投诉"], text="问一下家里燃气灶的事。")
    before = desk.judgement
    desk.insert(GAS)
    assert GAS in desk.record.text
    assert desk.judgement == before
    assert desk.say_now() is None or desk.say_now().clause != "5.1.2.2a"  # type: ignore[union-attr]
    write(desk, text=desk.record.text + "来电人补充：现在家里燃气泄漏。")
    assert [hint.kind for hint in desk.judgement.hints]  # type: ignore[union-attr]


@pytest.mark.parametrize("changed", ["first line", "second line"])
def test_a_passage_that_was_changed_counts_only_where_it_was(desk: CallDesk, changed: str) -> None:
    """You should see the line that the agent rewrote judged as theirs, and the other one not."""
    lines = ["发生火灾立即拨打119报警求助。", "燃气泄漏立即撤离并拨打96777。"]
    desk.insert("\n".join(lines))
    rewritten = lines[0 if changed == "first line" else 1]
    kept = next(line for line in lines if line != rewritten)
    write(desk, text=desk.record.text.replace(rewritten, rewritten + "——来电人说就是这样"))
    assert "来电人说就是这样" in desk.record.own_text
    assert kept not in desk.record.own_text


def test_an_inserted_passage_is_taken_back_and_nothing_else(desk: CallDesk) -> None:
    """You should see what stood before and after it stay, passage by passage, the last one first."""
    write(desk, text="来电人问燃气。")
    desk.insert(GAS)
    desk.insert("公交卡退卡：到充值网点办理，押金退还。")
    write(desk, text=desk.record.text + "还问了公交卡。")
    desk.take_back()
    assert desk.record.text == f"来电人问燃气。\n{GAS}\n还问了公交卡。"
    desk.take_back()
    assert desk.record.text == "来电人问燃气。\n还问了公交卡。"
    with pytest.raises(InsertionError, match="没有插入过"):
        desk.take_back()


def test_a_rewritten_passage_is_not_taken_back_blindly(desk: CallDesk) -> None:
    """You should see why, and the text untouched."""
    desk.insert(GAS)
    write(desk, text=desk.record.text.replace("96777", "96777（已告知）"))
    before = desk.record.text
    with pytest.raises(InsertionError, match="改动过"):
        desk.take_back()
    assert desk.record.text == before


@pytest.fixture
def earlier(house: House) -> Ticket:
    """A ticket of the same number, registered before."""
    record = Record(
        claimant=Claimant(name="王秀梅", phone="13800000103"),
        types=["投诉"],
        title="柳巷胡同乱停车",
        text="柳巷胡同每天晚上有车乱停，行人过不去。",
        place=Place(text="柳巷胡同", district="西城区"),
        event_time="昨晚",
        respondent="柳巷食府",
        earlier_handling="跟居委会说过",
    )
    return Registration(house, TAKER, new_id()).submit(record, house.clock.now())


@pytest.mark.clause("5.1.2.2d")
@pytest.mark.clause("5.2.3")
def test_a_repeat_without_news_takes_the_earlier_tickets_matter(desk: CallDesk, earlier: Ticket, house: House) -> None:
    """You should see it numbered, linked and counted although nothing was written but the answer."""
    write(desk, repeats=earlier.id, new_facts="没有，催一催")
    with pytest.raises(NothingRecorded, match="按 F5 选"):
        desk.submit()
    made = desk.classify(Scope("重复诉求", "5.1.2.2d", note="没有，催一催"))
    assert made.state is State.CLASSIFIED
    assert (made.record.title, made.record.types) == (earlier.record.title, earlier.record.types)
    assert earlier.number in made.record.text
    assert earlier.record.text in made.record.text
    assert made.record.place == earlier.record.place
    assert house.tickets.get(earlier.id).repeats == [made.id]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("小区电梯停运。物业不管", "小区电梯停运"),
        (
            "我家住在槐荫家园七号楼二单元十五层，电梯从昨天早上八点停到现在，物业没人来修",
            "我家住在槐荫家园七号楼二单元十五层",
        ),
        (
            "您好，我想反映槐荫家园七号楼二单元的电梯从昨天早上八点停到现在一直没有人来修理",
            "您好，我想反映槐荫家园七号楼二单元的电梯从昨天早上八点停到现",
        ),
        ("\n\n停水", "停水"),
        ("", ""),
    ],
)
def test_a_title_made_of_the_text_ends_where_a_part_of_it_does(text: str, title: str) -> None:
    """You should see it cut at the last comma that leaves something to say, and only without one in mid-sentence."""
    assert first_clause(text) == title
    assert len(first_clause(text)) <= 30


@pytest.mark.clause("5.1.4.1d")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("来电人要求保密。", "要求保密"),
        ("你们给我保密，别让人知道是我说的", "给我保密"),
        ("别让邻居知道是我", "别让邻居知道是我"),
        ("希望不要透露自己的姓名", "不要透露"),
        ("请不要把我的电话告诉物业", "不要把我的电话告诉"),
        ("匿名举报某饭店", "匿名举报"),
        ("不要求保密", ""),
        ("无需保密，可以公开", ""),
        ("公司让我签保密协议", ""),
        ("物业不公开账目，不要公开收费", ""),
        ("燃气泄漏，没人管", ""),
    ],
)
def test_what_asks_for_confidentiality_is_told_from_what_does_not(text: str, words: str) -> None:
    """You should see the words that ask for it, and none in a refusal of it or in another matter."""
    assert asks_secrecy(text) == words
