"""One call as a conversation: what the telephone shows, what is to be said now, what was said (A.1, appendix B.1)."""

from collections.abc import Sequence
from datetime import datetime

from console.call_events import CallEvent, CallEvents, Digits
from console.emergency import emergency
from console.house import House
from console.script import (
    ASK,
    ASKING,
    CLOSING,
    ENDING,
    GREETING,
    LOOKING_UP,
    RATING,
    RECORDING,
    WAIT_OVER,
    WAITING,
    CallScript,
    Line,
)
from console.simulator import Simulator
from console.telephone import CallLine, CallState
from console.telephone import Hold as Waited
from data.calls import Call, Hold
from data.record import Record
from scripts.elements import ElementState
from scripts.greeting import DayKind, greeting
from scripts.phrases import Phrase
from scripts.scope import explain

EMERGENCY = "5.1.2.2a"  # the route that is spoken of before anything else
TO_RECORD = "B.1.3.1"
GAVE_UP = "console"  # who ended a call that this console can no longer hear: no telephone has told of an end


class Conversation:
    """Follows the telephone and the record, and keeps what was said with the call."""

    def __init__(self, house: House, agent_no: str, source: CallEvents | None, call: Call, step: str = "") -> None:
        self._house = house
        self._agent_no = agent_no
        self._source = source
        self.call = call
        self.line = CallLine(call.id)
        self.script = CallScript(house.packs.phrases, call.phrases, step or GREETING)
        self._asked = {stamp.phrase_id for stamp in call.phrases}
        self._wait_since: datetime | None = None
        self._found = ""
        self._record = Record()
        self._missing: Sequence[ElementState] = ()
        self._finished = False
        self._told_unsaid = False
        self._emergency: Line | None = None
        self._matter_from = 0  # the stamp with which the present matter began

    def another_matter(self) -> None:
        """The caller raises a second matter: its questions, and its emergency, are asked and told anew."""
        self._asked.clear()
        self._matter_from = len(self.script.stamps)
        self._told_unsaid = False
        self.wait_over()
        if self.script.step != WAIT_OVER:
            self.script.go_to(ASKING)

    def about(self, record: Record, missing: Sequence[ElementState], *, finished: bool) -> None:
        """Tell the conversation what it is about now: questions and slots come from there."""
        self._record, self._missing, self._finished = record, missing, finished
        self._emergency = self._emergency_line()

    # -- the telephone --------------------------------------------------------------------------------------------

    @property
    def state(self) -> CallState:
        """What the telephone shows."""
        return self.line.state

    def end(self, now: datetime) -> None:
        """A call of a session that died cannot be heard any more: it is over."""
        call = self.call
        if call.ended_at is None:
            call.ended_at, call.ended_by = now, GAVE_UP
        self.line.state = CallState(
            call_id=call.id,
            caller=call.caller,
            queued_at=call.queued_at,
            ring_at=call.ring_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            ended_by="system",
        )
        self.script.skip_ending(now)

    def reopen(self, *, finished: bool) -> None:
        """The telephone says that the call goes on which `end` took for over: its script goes on where it stood."""
        call = self.call
        call.ended_at, call.ended_by = None, ""
        held = tuple(Waited(hold.since, hold.until) for hold in call.holds if hold.until is not None)
        self.line.state = CallState(
            call_id=call.id, caller=call.caller, queued_at=call.queued_at, ring_at=call.ring_at, holds=held
        )
        call.answered_at = None  # told anew: with it comes the greeting of that moment
        self.script.reopen(finished=finished)

    def hear(self, event: CallEvent, now: datetime) -> bool:
        """Take in an event of this call; returns whether it counted."""
        if self.line.apply(event) is not None:
            return False
        if isinstance(event, Digits):
            self._rate(event)
        self._follow(now)
        return True

    def _follow(self, now: datetime) -> None:
        """Let script and call follow what the telephone shows."""
        state, call = self.state, self.call
        if state.answered_at is not None and call.answered_at is None:
            day = self._house.calendar.day_of(state.answered_at)
            kind = DayKind(day.holiday, day.make_up, day.published)
            self.script.greet(greeting(self._house.packs.phrases, state.answered_at, kind))
        if state.phase == "held" and self._wait_since is None:
            self._wait_since = state.holds[-1].start
            self.script.hold_began()
        if state.phase == "talking" and call.holds and call.holds[-1].until is None:
            self.wait_over()
        if state.phase == "ended":
            self.script.skip_ending(now)
        call.answered_at, call.ended_at, call.ended_by = state.answered_at, state.ended_at, state.ended_by or ""
        call.holds = [Hold(hold.start, hold.end) for hold in state.holds]
        call.digits = "".join(pressed.digits for pressed in state.digits)

    def _rate(self, event: Digits) -> None:
        """Keep the first key from 1 to 5 pressed after the prompt: once a call, only by the caller (5.3.1, 5.3.3)."""
        if self.call.rating_prompted_at is not None and self.call.rating is None:
            grades = [int(digit) for digit in event.digits if digit in "12345"]
            self.call.rating = grades[0] if grades else None

    # -- what to say ----------------------------------------------------------------------------------------------

    def say_now(self, now: datetime) -> Line | None:
        """The sentence to read aloud now, if there is one."""
        if self.state.phase not in ("talking", "held"):
            return None
        return self._first_of_all() or self.script.line(self.slots(), self.waited(now), self._question())

    def waited(self, now: datetime) -> float:
        """Seconds that the caller has been waiting now."""
        return max(0.0, (now - self._wait_since).total_seconds()) if self._wait_since else 0.0

    def slots(self) -> dict[str, str]:
        """What fills the slots of phrases."""
        ask = self._question()
        return {
            "agent_no": self._agent_no,
            "matter": self._record.title,
            "answer": self._found,
            "question": ask.text.removeprefix("请问") if ask else "",
        }

    async def said(self, now: datetime) -> None:
        """The sentence was read aloud."""
        line, step = self.say_now(now), self.script.step
        if line is None:
            return
        if line.clause == EMERGENCY:
            self.script.note(line, now, said=True)
            self._heard(EMERGENCY, line.text)
            return
        self.script.say(line, now)
        if step == ASKING:
            self._asked.add(line.phrase_id)
        if self._finished and self.script.step == ASKING:
            self.script.go_to(CLOSING)
        self._heard(line.phrase_id, line.text, step)
        if step == RATING and self._source is not None:
            self.call.rating_prompted_at = now
            await self._source.prompt_rating(self.call.id)
        self._begin_wait(now)

    def _heard(self, phrase_id: str, text: str, step: str = "") -> None:
        """A simulated caller hears what was said, and answers."""
        if isinstance(self._source, Simulator):
            self._source.spoken(self.call.id, phrase_id, text, step)

    def skip(self, now: datetime) -> None:
        """The sentence is passed over."""
        line = self.say_now(now)
        if line is None:
            return
        if line.clause == EMERGENCY:
            self.script.note(line, now, said=False)
            return
        if self.script.step == ASKING:
            self._asked.add(line.phrase_id)
        self.script.skip(line, now)

    def pick(self, phrase: Phrase, now: datetime) -> None:
        """A phrase of the list was said."""
        self.script.pick(phrase, self.slots(), now)
        self._heard(phrase.id, phrase.text)
        self._begin_wait(now)

    def record_begun(self) -> None:
        """The first words are being written down: B.1.3.1, once."""
        if self.script.step == ASKING and all(stamp.phrase_id != TO_RECORD for stamp in self.script.stamps):
            self.script.go_to(RECORDING)

    def look_up(self) -> None:
        """The agent turns to the knowledge base: B.1.3.2 is due."""
        if self.state.phase == "talking" and self._wait_since is None:
            self.script.look_up()

    def looked_up(self, found: str) -> None:
        """The agent is back from the knowledge base; a look-up that was never announced leaves no wait behind."""
        self.wait_over(found)
        if self.script.step == LOOKING_UP:
            self.script.go_to(ASKING)

    def wait_over(self, found: str = "") -> None:
        """The caller's wait has ended; ``found`` is what was found, for B.1.3.4."""
        if self._wait_since is not None:
            self._wait_since = None
            self._found = found
            self.script.hold_ended()

    def close(self) -> None:
        """The request is out of the agent's hands: the closing sentences come, after B.1.3.4 if that is still due."""
        self.wait_over()
        if self.script.step != WAIT_OVER:
            self.script.go_to(CLOSING)

    def unsaid(self) -> list[Line]:
        """Bring the closing sentences, and return those not said yet; nothing when asked again."""
        unsaid = self.script.unsaid_ending()
        if not unsaid or self._told_unsaid:
            return []
        self._told_unsaid = True
        if self.script.step not in ENDING:
            self.wait_over()
            self.script.go_to(CLOSING)
        return unsaid

    def _begin_wait(self, now: datetime) -> None:
        if self.script.step == WAITING and self._wait_since is None:
            self._wait_since = now

    def _question(self) -> Line | None:
        """The next missing element's question: those not asked yet first."""
        fresh = [state for state in self._missing if ASK + state.id not in self._asked]
        for state in fresh or self._missing:
            return Line(ASK + state.id, state.clause, state.ask)
        return None

    def _first_of_all(self) -> Line | None:
        """What must be said before anything else: the emergency number that the words call for, once a matter."""
        matter = self.script.stamps[self._matter_from :]
        if self._finished or any(stamp.phrase_id == EMERGENCY for stamp in matter):
            return None
        return self._emergency

    def _emergency_line(self) -> Line | None:
        packs, told = self._house.packs, emergency(self._house.packs, self._record)
        route = next((each for each in packs.scope.routes if each.first), None)
        if route is None or told is None or not told.numbers:
            return None
        lines = [route.choice(number).label for number in told.numbers]
        for unit in self._house.reference.units:
            if unit.id in told.units and unit.phone:
                lines.append(f"{unit.name}{unit.phone}")
        return Line(EMERGENCY, EMERGENCY, explain(route, "、".join(lines)))
