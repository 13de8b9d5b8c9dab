"""Simulated callers: who calls, when, and what they say."""

import asyncio
import tomllib
from collections import Counter
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from console.call_events import Answered, CallEvent, CallSourceError, Digits, HungUp, Ringing
from console.callers import CallersError, load_callers
from console.simulator import DONT_KNOW, NOTHING_MORE, Simulator
from data.clock import SHANGHAI, FixedClock, SystemClock

START = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
CALLERS = load_callers()


def make(clock: FixedClock | None = None, *, seed: int = 1, automatic: bool = False) -> Simulator:
    return Simulator(CALLERS, clock or FixedClock(START), agent="8041", seed=seed, automatic=automatic)


async def drain(simulator: Simulator) -> list[CallEvent]:
    """All events that wait now."""
    await simulator.close()
    return [event async for event in simulator.events()]


def test_shipped_callers_cover_the_kinds_of_call_an_agent_meets() -> None:
    """You should see at least 12 callers: every request type, both repeats, unique ids, demo numbers only."""
    assert len(CALLERS) >= 12
    kinds = Counter(kind for caller in CALLERS for kind in caller.types)
    assert {"咨询", "求助", "投诉", "举报", "建议"} <= set(kinds)
    assert kinds["咨询"] >= 2
    assert all(caller.phone == "" or caller.phone.startswith("1380000") for caller in CALLERS)
    assert {caller.after for caller in CALLERS} >= {"elevator", "parking"}


FIELDS = {"contact", "address", "confidential", "wish", "new_facts", "sudden", "wide"}
SIX = {"name", "time", "place", "event", "object", "earlier"}
SEVEN = {"time", "place", "state", "range", "harm", "emergency_called", "department_on_site"}
THREAT = {"channel", "manner", "act", "own_words", "threat_time", "threat_place"}


@pytest.mark.clause("C.3")
@pytest.mark.clause("C.4")
@pytest.mark.clause("C.5")
def test_callers_can_answer_every_question_that_appendix_c_puts_to_them() -> None:
    """You should see the facts named as the elements of the pack are, and none missing for the kind of call."""
    pack = tomllib.loads(files("scripts").joinpath("packs", "elements.toml").read_text(encoding="utf-8"))
    elements = {entry["id"] for entry in pack["elements"]}
    facts = {caller.id: set(caller.facts) for caller in CALLERS}
    assert set().union(*facts.values()) <= elements | FIELDS
    for caller in CALLERS:
        if {"求助", "投诉", "举报"} & set(caller.types):
            assert facts[caller.id] >= SIX
    for urgent in ("gas-leak", "fire", "water-outage", "elevator-again"):
        assert facts[urgent] >= SEVEN
    assert facts["unpaid-wages"] >= THREAT
    assert facts["bus-stop"] >= {"content", "reasons"}


async def test_call_on_demand_rings_is_answered_and_opens_with_the_callers_words() -> None:
    """You should see the chosen caller ring, then, once answered, their opening sentence."""
    clock = FixedClock(START)
    simulator = make(clock)
    call = simulator.ring("gas-leak")
    assert simulator.said(call) == []
    clock.advance(4)
    await simulator.answer(call)
    ring, answered = await drain(simulator)
    assert isinstance(ring, Ringing)
    assert ring.caller == "13800000110"
    assert ring.queued_at is not None
    assert ring.queued_at <= ring.at == START
    assert answered == Answered(call_id=call, at=START + timedelta(seconds=4), agent="8041")
    assert [line.text for line in simulator.said(call)] == ["我们楼道里好大的煤气味！楼下好像在漏气，怎么办怎么办？"]


@pytest.mark.clause("5.1.3.3a")
async def test_asking_brings_out_the_facts() -> None:
    """You should see the answer to each question, a plain "don't know" else, and one new fact at a time unasked."""
    simulator = make()
    call = simulator.ring("bus-stop")
    await simulator.answer(call)
    facts = next(caller for caller in CALLERS if caller.id == "bus-stop").facts
    assert simulator.ask(call, "reasons") == facts["reasons"]
    assert simulator.ask(call, "harm") == DONT_KNOW
    told = [simulator.ask(call, None) for _ in range(len(facts))]
    assert told == [text for key, text in facts.items() if key != "reasons"] + [NOTHING_MORE]
    assert len(simulator.said(call)) == 1 + 2 + len(facts)


@pytest.mark.clause("C.4")
async def test_threat_gives_its_own_words_time_and_place() -> None:
    """You should see the claimant's exact words when asked, so that they can be written in quotation marks."""
    simulator = make()
    call = simulator.ring("unpaid-wages")
    await simulator.answer(call)
    assert "堵死" in simulator.ask(call, "own_words")
    assert DONT_KNOW not in {
        simulator.ask(call, key) for key in ("threat_time", "threat_place", "channel", "manner", "act")
    }


async def test_caller_gives_up_when_nobody_answers() -> None:
    """You should see the call end by the claimant when their patience ends, at that instant."""
    clock = FixedClock(START)
    simulator = make(clock)
    call = simulator.ring("fire")
    clock.advance(60)
    simulator.tick()
    events = await drain(simulator)
    assert events[-1] == HungUp(call_id=call, at=START + timedelta(seconds=20), by="claimant")


async def test_late_answer_of_an_abandoned_call_is_refused() -> None:
    """You should see a sentence instead of an answered call when the caller is already gone."""
    clock = FixedClock(START)
    simulator = make(clock)
    call = simulator.ring("fire")
    clock.advance(60)
    with pytest.raises(CallSourceError, match="已挂断"):
        await simulator.answer(call)


async def test_scripted_caller_hangs_up_by_himself_and_others_wait() -> None:
    """You should see only the caller in a hurry leave the conversation."""
    for caller, ended in (("housing-fund", True), ("pension", False)):
        clock = FixedClock(START)
        simulator = make(clock)
        call = simulator.ring(caller)
        await simulator.answer(call)
        clock.advance(3600)
        simulator.tick()
        events = await drain(simulator)
        assert isinstance(events[-1], HungUp) is ended


@pytest.mark.clause("5.3.3")
async def test_rating_prompt_brings_one_digit() -> None:
    """You should see the scripted key once, seconds after the prompt, however often the prompt is played."""
    clock = FixedClock(START)
    simulator = make(clock)
    call = simulator.ring("pension")
    await simulator.answer(call)
    await simulator.prompt_rating(call)
    await simulator.prompt_rating(call)
    clock.advance(10)
    await simulator.prompt_rating(call)
    clock.advance(10)
    await simulator.hang_up(call)
    digits = [event for event in await drain(simulator) if isinstance(event, Digits)]
    assert [event.digits for event in digits] == ["1"]
    assert 2 <= (digits[0].at - START).total_seconds() <= 5


@pytest.mark.clause("5.3.3")
async def test_caller_who_does_not_rate_and_caller_cut_off_press_nothing() -> None:
    """You should see no digit without a script for it, nor after the agent has hung up."""
    for caller in ("dumping", "pension"):
        clock = FixedClock(START)
        simulator = make(clock)
        call = simulator.ring(caller)
        await simulator.answer(call)
        await simulator.prompt_rating(call)
        await simulator.hang_up(call)
        clock.advance(30)
        simulator.tick()
        assert not [event for event in await drain(simulator) if isinstance(event, Digits)]


async def test_hold_silences_the_caller() -> None:
    """You should see questions and the rating prompt refused while the claimant is on hold, and work after it."""
    simulator = make()
    call = simulator.ring("pension")
    with pytest.raises(CallSourceError, match="听不到"):
        simulator.ask(call, "name")
    await simulator.answer(call)
    await simulator.hold(call)
    with pytest.raises(CallSourceError, match="听不到"):
        simulator.ask(call, "name")
    with pytest.raises(CallSourceError, match="听不到"):
        await simulator.prompt_rating(call)
    with pytest.raises(CallSourceError, match="等待"):
        await simulator.hold(call)
    await simulator.resume(call)
    assert "周桂兰" in simulator.ask(call, "name")


@pytest.mark.clause("5.1.2.2")
async def test_transfer_to_an_emergency_number_ends_the_call_here() -> None:
    """You should see the call leave the desk by the system; wrong numbers and unanswered calls are refused."""
    simulator = make()
    call = simulator.ring("fire")
    with pytest.raises(CallSourceError, match="尚未接听"):
        await simulator.transfer(call, "119")
    await simulator.answer(call)
    with pytest.raises(CallSourceError, match="3 至 20 位数字"):
        await simulator.transfer(call, "119；120")
    await simulator.transfer(call, "119")
    last = (await drain(simulator))[-1]
    assert isinstance(last, HungUp)
    assert last.by == "system"


async def test_refusals_name_the_reason() -> None:
    """You should see a sentence for unknown calls and callers, a second call at once, and a closed simulator."""
    simulator = make()
    call = simulator.ring("pension")
    with pytest.raises(CallSourceError, match="已有一通"):
        simulator.ring("fire")
    with pytest.raises(CallSourceError, match="没有编号为 x"):
        await simulator.answer("x")
    await simulator.hang_up(call)
    with pytest.raises(CallSourceError, match="没有模拟来电人 nobody"):
        simulator.ring("nobody")
    await simulator.close()
    assert simulator.connection.state == "closed"
    with pytest.raises(CallSourceError, match="已停止"):
        simulator.ring()


def rings(seed: int, hours: int = 4) -> list[Ringing]:
    """What rings by itself when nobody answers."""
    clock = FixedClock(START)
    simulator = make(clock, seed=seed, automatic=True)
    for _ in range(hours * 3600):
        clock.advance(1)
        simulator.tick()
    return [event for event in asyncio.run(drain(simulator)) if isinstance(event, Ringing)]


def test_same_seed_rings_alike() -> None:
    """You should see the same callers at the same instants for a seed, others for another."""
    first = rings(7)
    assert first == rings(7)
    assert [event.at for event in first] != [event.at for event in rings(8)]
    assert len({event.call_id for event in first}) == len(first) > 50


def test_calls_never_crowd() -> None:
    """You should see at least the patience of a caller and the smallest gap between two rings."""
    times = [event.at for event in rings(3)]
    assert min(later - earlier for earlier, later in pairwise(times)) >= timedelta(seconds=35)


def test_everyone_calls_once_before_anyone_calls_twice() -> None:
    """You should see each number of a first caller once in a round; repeats need an answered first call."""
    firsts = [caller for caller in CALLERS if caller.after is None]
    heard = [event.caller for event in rings(5)]
    assert sorted(heard[: len(firsts)]) == sorted(caller.phone for caller in firsts)


async def test_repeat_calls_follow_the_answered_first_call() -> None:
    """You should see who calls again ring only after their first call was answered."""
    clock = FixedClock(START)
    simulator = make(clock, seed=2)
    order = []
    for _ in CALLERS:
        call = simulator.ring()
        await simulator.answer(call)
        order.append(simulator.said(call)[0].text)
        await simulator.hang_up(call)
    assert len(set(order)) == len(CALLERS)
    place = {caller.id: order.index(caller.opening) for caller in CALLERS}
    assert place["elevator"] < place["elevator-again"]
    assert place["parking"] < place["parking-again"]


def test_busy_desk_is_left_alone_until_it_is_free_for_a_while() -> None:
    """You should see no call ring by itself while the desk writes, and at least the smallest gap after that."""
    for seed in range(20):
        clock = FixedClock(START)
        simulator = make(clock, seed=seed, automatic=True)
        simulator.busy = True
        clock.advance(3600)
        simulator.tick()
        simulator.busy = False
        clock.advance(14.9)
        simulator.tick()
        clock.advance(3600)
        simulator.tick()
        assert [event.at - START for event in asyncio.run(drain(simulator))] == [timedelta(seconds=7214.9)]


def test_machine_waking_from_sleep_gets_one_call_not_a_flood() -> None:
    """You should see a single ring after eight hours in which nothing ran."""
    clock = FixedClock(START)
    simulator = make(clock, automatic=True)
    clock.advance(8 * 3600)
    simulator.tick()
    assert [type(event) for event in asyncio.run(drain(simulator))] == [Ringing]


async def test_events_arrive_while_waiting_on_the_real_clock() -> None:
    """You should see an event that comes due while the desk waits, without anybody calling tick."""
    simulator = Simulator(CALLERS, SystemClock(), agent="8041", seed=1, mean_gap=0.02, min_gap=0.01)
    stream = simulator.events()
    event = await asyncio.wait_for(anext(stream), 5)
    assert isinstance(event, Ringing)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    await simulator.answer(event.call_id)
    assert isinstance(await asyncio.wait_for(waiting, 5), Answered)
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    await simulator.close()
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(waiting, 5)


GOOD = """
[[caller]]
id = "a"
name = "甲"
phone = "13800000001"
place = ""
mood = ""
types = ["咨询"]
opening = "你好"
facts = {}
"""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[caller]", "不是有效的 TOML"),
        ("", "没有 \\[\\[caller\\]\\]"),
        (GOOD.replace('opening = "你好"', ""), "第 1 名有误：缺少 opening"),
        (GOOD.replace('["咨询"]', '["闲聊"]'), "第 1 名有误：types 不正确"),
        (GOOD.replace("13800000001", "138****0001"), "phone 不正确"),
        (GOOD.replace("mood", "moood"), "moood"),
        (GOOD + GOOD, "a 出现两次"),
        (GOOD + 'after = "b"\n', "a 的 after"),
        (GOOD + "rating = 6\n", "rating 不正确；应为 1 至 5"),
        ('caller = "x"', "没有 \\[\\[caller\\]\\]"),
        ("caller = [1]", "第 1 名有误"),
    ],
)
def test_faulty_callers_are_refused_with_file_entry_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    """You should see one sentence that names the file and what is wrong in it."""
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CallersError, match=reason) as caught:
        load_callers(file)
    assert "mine.toml" in str(caught.value)


def test_unreadable_callers_are_refused(tmp_path: Path) -> None:
    """You should see a sentence for a missing file and for one in another encoding."""
    with pytest.raises(CallersError, match="无法读取"):
        load_callers(tmp_path / "none.toml")
    file = tmp_path / "gbk.toml"
    file.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(CallersError, match="UTF-8"):
        load_callers(file)


def test_simulator_refuses_impossible_settings() -> None:
    """You should see a sentence for no callers and for a mean below the minimum."""
    with pytest.raises(CallSourceError, match="没有模拟来电人"):
        Simulator([], FixedClock(START), agent="8041")
    with pytest.raises(CallSourceError, match="来电间隔"):
        Simulator(CALLERS, FixedClock(START), agent="8041", mean_gap=5, min_gap=10)
