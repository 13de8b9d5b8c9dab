"""Who plays practice calls in tests: an expert who does everything right, and a novice who does little."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import msgspec

from console.call_desk import CallDesk
from console.judgement import with_element
from console.practice.acts import Recogniser
from console.practice.case import Case
from console.practice.debrief import good_text
from console.practice.house import PracticeHouse
from console.practice.line import PracticeLine
from console.practice.scoring import Played, wanted_facts
from console.practice.session import played
from console.registration import Incomplete, NothingRecorded, UrgencyOpen
from data.clock import FixedClock
from data.people import Actor, Role
from data.record import UNKNOWN, Scope
from scripts.scenarios import APART, Fact

AGENT = Actor("8041", "学员", frozenset({Role.TRAINEE, Role.CALL_TAKER}))
EMERGENCY = "这种情况很紧急，麻烦您马上拨打{numbers}，他们能最快赶到。"
_TRIES = 6
_ASKS = {
    "wish": "请问您希望怎么解决？",
    "new_facts": "请问自上次反映以后，有没有新情况或者新的理由？",
    "confidential": "请问您的信息需要保密吗？",
    "sudden": "请问是突然发生的吗？",
    "wide": "请问是否造成较大范围的功能障碍，或者危及人身财产安全？",
    "petitioned": "请问这件事您是否已经向信访部门反映，信访部门受理了吗？",
}


class Seat:
    """One practice call at a call desk, driven by hand at a clock that stands still."""

    def __init__(self, house: PracticeHouse, clock: FixedClock, case: Case, recogniser: Recogniser) -> None:
        self.house, self.clock, self.case = house, clock, case
        self.line = PracticeLine([case], clock, agent=AGENT.agent_no, recogniser=recogniser, automatic=False)
        self.desk = CallDesk(house, AGENT, self.line)
        self.call_id = ""

    async def rest(self, seconds: float = 0.0) -> None:
        """Let time pass, and let the desk hear what the telephone told meanwhile."""
        self.clock.advance(seconds)
        self.line.tick()
        for _ in range(4):
            await asyncio.sleep(0)

    async def listen(self) -> None:
        """Hand the telephone's events to the desk."""
        async for event in self.line.events():
            self.desk.on_event(event)

    async def say(self, text: str) -> str:
        """Say a sentence of one's own."""
        await self.rest(2)
        return self.line.say(self.call_id, text)

    def edit(self, **changes: object) -> None:
        """Change fields of the record."""
        self.desk.edit(msgspec.structs.replace(self.desk.record, **changes))

    def judged(self) -> Played:
        """What is to be scored, once the call is over."""
        call = self.house.calls.get(self.call_id)
        assert call is not None
        return played(self.house, self.line.talk(self.call_id), call, self.desk.ticket, self.desk.record)


def play(house: PracticeHouse, clock: FixedClock, case: Case, recogniser: Recogniser, *, expert: bool) -> Played:
    """Play one call from ring to end."""
    return asyncio.run(_play(Seat(house, clock, case, recogniser), expert=expert))


async def _play(seat: Seat, *, expert: bool) -> Played:
    listening = asyncio.create_task(seat.listen())
    try:
        seat.call_id = seat.line.ring()
        await seat.rest(4 if expert else 21)
        await seat.line.answer(seat.call_id)
        await seat.rest(1)
        await (_expert(seat) if expert else _novice(seat))
        result = seat.judged()
        seat.desk.release()
        return result
    finally:
        await seat.line.close()
        listening.cancel()


async def _expert(seat: Seat) -> None:
    case, desk, packs = seat.case, seat.desk, seat.house.packs
    await desk.said()
    if case.upset:
        await seat.say("请您文明用语，我好为您记录。" if case.abusive else "您先别着急，我来帮您反映。")
    if case.truth.numbers:
        await seat.say(EMERGENCY.format(numbers="、".join(case.truth.numbers)))
    facts = wanted_facts(packs, case)
    for fact in (*facts, *_apart(case)):
        await _ask(seat, fact)
    for fact in facts:  # what was told late, or put right with the next question
        if fact.of not in seat.line.talk(seat.call_id).told and not fact.refuses:
            await _ask(seat, fact)
    if case.truth.outcome == "reply":
        await seat.say("请稍等，我帮您查询一下。")
    _write(seat, facts)
    if (said := desk.say_now()) is not None and said.phrase_id == "B.1.3.1":
        await desk.said()
    else:
        await seat.say("请稍等，我帮您记录一下。")
    _become(seat)
    for _ in range(8):
        if desk.say_now() is None or desk.phase not in ("talking", "held"):
            break
        await seat.rest(3)
        await desk.said()
    await desk.hang_up()
    await seat.rest(1)


async def _ask(seat: Seat, fact: Fact) -> None:
    """Ask until it is told; a caller who is silent, upset or puts it off is asked again."""
    talk = seat.line.talk(seat.call_id)
    ask = _ASKS.get(fact.of) or seat.house.packs.elements.element(fact.of).ask
    for _ in range(_TRIES):
        await seat.say(ask)
        if fact.of in talk.told or fact.refuses:
            return


def _apart(case: Case) -> list[Fact]:
    """What is asked besides what is written: what decides a class, and confidentiality."""
    return [case.facts[of] for of in case.own if of in APART and of in _ASKS and of not in ("wish", "new_facts")]


def _write(seat: Seat, facts: Iterable[Fact]) -> None:
    case, desk = seat.case, seat.desk
    record = msgspec.structs.replace(
        desk.record,
        types=list(case.truth.types),
        urgency_kinds=list(case.truth.kinds),
        urgency_answers=dict(case.truth.answers),
        text=good_text(seat.house.packs, case),  # what a debrief shows as good earns full marks
    )
    record.claimant = msgspec.structs.replace(record.claimant, confidential=case.truth.confidential)
    for fact in facts:
        if fact.of == "wish":
            record = msgspec.structs.replace(record, wish=fact.written)
        elif fact.of == "new_facts":
            record = msgspec.structs.replace(record, new_facts=fact.written)
        elif fact.of != "content":
            record = with_element(record, fact.of, fact.written, asked=fact.refuses)
    desk.edit(record)
    desk.set_aside([hint.kind for hint in desk.suggested if hint.kind not in case.truth.kinds])


def _become(seat: Seat) -> None:
    truth, desk, scope = seat.case.truth, seat.desk, seat.house.packs.scope
    if truth.kinds:
        desk.escalate()
    if truth.outcome == "reply":
        desk.reply(seat.house.kb.for_answer(truth.articles[0], seat.clock.now().date()))
    elif truth.outcome == "classify":
        route = scope.route(truth.route)
        choice = route.choice(truth.choice).label if truth.choice else ""
        note = next((seat.case.facts[of].says for of in ("new_facts", "petitioned") if of in seat.case.own), "")
        desk.classify(Scope(route.label, route.clause, choice, note))
    else:
        seat.edit(unit=truth.units[0])
        desk.submit()


async def _novice(seat: Seat) -> None:
    """Answers late, greets nobody, asks two things, takes all for a complaint, marks the rest as not known unasked, sets
    every danger aside, writes the gossip down, sends it anywhere, and hangs up."""
    case, desk = seat.case, seat.desk
    await seat.say("您叫什么名字？")
    await seat.say("还有呢？")
    gossip = "".join(each.says for each in case.background)
    seat.edit(text=f"{case.opening}{gossip}", types=["投诉"], unit="市体育局")
    for state in desk.judgement.missing if desk.judgement else ():
        desk.mark(state, asked=UNKNOWN)
    desk.set_aside([hint.kind for hint in desk.suggested])
    with suppress(Incomplete, UrgencyOpen, NothingRecorded):
        desk.submit()
    await seat.say("好，知道了，再见。")
    await desk.hang_up()
    await desk.hang_up()
    await seat.rest(1)
