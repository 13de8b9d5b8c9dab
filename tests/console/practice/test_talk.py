"""The simulated caller: what is told when, what a mood does, and that the clock counts."""

import asyncio

import msgspec
import pytest

from console.practice.acts import Recogniser
from console.practice.case import Case, draw
from console.practice.line import PracticeLine
from console.practice.talk import Talk
from data.clock import FixedClock
from scripts.scenarios import MoodWords, Scenarios


def _case(scenarios: Scenarios, name: str, mood: str = "平静", seed: int = 1) -> Case:
    case = draw(scenarios, scenarios.scenario(name), seed)
    words = next((each for each in scenarios.pool.moods if each.mood == mood), MoodWords(mood="平静"))
    return msgspec.structs.replace(case, mood=mood, words=words)


@pytest.mark.clause("6.3.2")
def test_a_fact_is_told_only_when_asked(scenarios: Scenarios, clock: FixedClock) -> None:
    """You should see nothing of the respondent before the question for it."""
    talk = Talk(_case(scenarios, "complain-elevator"))
    assert "安槐" not in talk.open(clock.now())
    assert "安槐物业" in talk.hear("object", "请问物业叫什么？", clock.now())
    assert talk.told == {"object"}


def test_what_is_told_wrongly_is_put_right_with_the_next_question(scenarios: Scenarios, clock: FixedClock) -> None:
    """You should see the first time wrong, and the right one before the answer to something else."""
    case = _case(scenarios, "complain-elevator")
    talk = Talk(case)
    talk.open(clock.now())
    assert talk.hear("time", "什么时候？", clock.now()) == "好像是上个星期就停了。"
    assert "time" not in talk.told
    assert talk.heard[-1].wrongly == ("time",)
    reply = talk.hear("object", "哪个单位？", clock.now())
    assert case.slots["time"] in reply
    assert "安槐物业" in reply


def test_what_comes_late_is_put_off_until_other_things_were_told(scenarios: Scenarios, clock: FixedClock) -> None:
    """You should see the place put off at first, and told when asked again."""
    case = _case(scenarios, "complain-garbage")
    talk = Talk(case)
    talk.open(clock.now())
    assert case.slots["spot"] not in talk.hear("place", "在哪里？", clock.now())
    assert case.slots["spot"] in talk.hear("place", "请问是哪个小区？", clock.now())


def test_anything_else_brings_what_was_not_asked_for(scenarios: Scenarios, clock: FixedClock) -> None:
    """You should see a late fact told at the closing question, and then nothing more."""
    talk = Talk(_case(scenarios, "help-disabled-ramp"))
    talk.open(clock.now())
    assert "居委会" in talk.hear("closing", "还有补充的吗？", clock.now())
    assert "居委会" not in talk.hear("closing", "还有补充的吗？", clock.now())


@pytest.mark.parametrize(("mood", "calms"), [("生气", "soothe"), ("辱骂", "caution")])
def test_an_upset_caller_answers_when_calmed(scenarios: Scenarios, clock: FixedClock, mood: str, calms: str) -> None:
    """You should see no answer before the right sentence, and one after it."""
    case = _case(scenarios, "report-fake-goods", mood)
    talk = Talk(case)
    talk.open(clock.now())
    assert talk.hear("object", "哪家店？", clock.now()) in case.words.instead
    talk.hear(calms, "……", clock.now())
    assert "醇香烟酒" in talk.hear("object", "哪家店？", clock.now())


def test_calm_words_do_not_stop_abuse(scenarios: Scenarios, clock: FixedClock) -> None:
    """You should see an abusive caller go on until they are asked, civilly, to mind their words."""
    case = _case(scenarios, "report-fake-goods", "辱骂")
    talk = Talk(case)
    talk.open(clock.now())
    talk.hear("soothe", "您别着急", clock.now())
    assert talk.hear("object", "哪家店？", clock.now()) in case.words.instead


def test_a_rambling_caller_tells_what_must_not_be_recorded(scenarios: Scenarios, clock: FixedClock) -> None:
    """You should see the background come out in some call among a few."""
    said = ""
    for seed in range(6):
        talk = Talk(_case(scenarios, "complain-hall-junk", "啰嗦", seed))
        talk.open(clock.now())
        said += "".join(talk.hear(of, "？", clock.now()) for of in ("event", "object", "earlier", "name"))
    assert "监狱" in said


def test_who_asks_again_hears_it_again(scenarios: Scenarios, clock: FixedClock) -> None:
    """You should see the last sentence repeated, and an unknown matter said not to be known."""
    case = _case(scenarios, "complain-gym")
    talk = Talk(case)
    talk.open(clock.now())
    reply = talk.hear("object", "哪家？", clock.now())
    assert talk.hear("again", "没听清", clock.now()) == reply
    assert talk.hear("threat_time", "什么时候去？", clock.now()) in case.unknown


@pytest.mark.clause("5.1.3.2")
def test_a_call_rings_in_real_time_and_is_lost(scenarios: Scenarios, clock: FixedClock, recogniser: Recogniser) -> None:
    """You should see the caller give up after their patience, as the clock has it, and the next one ring."""
    cases = [_case(scenarios, "complain-gym"), _case(scenarios, "consult-ebike", "着急")]

    async def run() -> list[str]:
        line = PracticeLine(cases, clock, agent="8041", recogniser=recogniser)
        seen = []

        async def listen() -> None:
            async for event in line.events():
                seen.append(type(event).__name__)
                if type(event).__name__ == "Ringing" and len(seen) > 2:
                    await line.answer(event.call_id)

        listening = asyncio.create_task(listen())
        for _ in range(500):
            clock.advance(1)
            line.tick()
            for _ in range(3):
                await asyncio.sleep(0)
        await line.close()
        listening.cancel()
        return seen

    assert asyncio.run(run()) == ["Ringing", "HungUp", "Ringing", "Answered", "HungUp"]
