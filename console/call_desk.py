"""The call-taker's desk (受理) with no screen: one call or web submission at a time, from ring to ticket.

The screen shows this object and calls it; it knows no widget. Whatever changes is kept at once in a draft, so that
the work goes on after a crash exactly where it was.
"""

from datetime import datetime

import msgspec

from console.call_events import CallEvent, CallEvents, Digits, HungUp, Refused, Ringing
from console.house import House
from console.judgement import Judgement, judge_record
from console.registration import NothingRecorded, Registration, locate
from console.repeats import Likely, likely_repeats
from console.script import ASKING, CLOSING, ENDING, LOOKING_UP, RATING, RECORDING, WAIT_OVER, CallScript, Line
from console.telephone import RATE_WINDOW, CallLine, CallState, Rate, connect_rate
from console.simulator import Simulator
from data.calls import Call, Hold
from data.drafts import Draft
from data.events import Ticket, new_id
from data.inbox import Submission
from data.lifecycle import State
from data.people import Actor
from data.record import PHONE, Answer, Claimant, Record, Scope
from kb.articles import Article
from scripts.elements import ElementState
from scripts.greeting import DayKind, greeting
from scripts.phrases import Phrase
from scripts.scope import explain, hints


EMERGENCY = "5.1.2.2a"  # the route that is spoken of before anything else
ASK = "ask:"  # before an element's id: the stamp of its question


class DeskBusy(RuntimeError):
    """The desk is at work on something else."""


class CallDesk:
    """One agent's desk."""

    def __init__(self, house: House, actor: Actor, source: CallEvents | None = None) -> None:
        self.house = house
        self.actor = actor
        self.source = source
        self.drafts = house.drafts(actor.agent_no)
        self.draft: Draft | None = None
        self.line: CallLine | None = None
        self.script: CallScript | None = None
        self.judgement: Judgement | None = None
        self.ticket: Ticket | None = None  # what the present work has become so far
        self.waiting_drafts: list[Draft] = []
        self.last: Ticket | None = None  # what the work before has become: still in sight between two calls
        self._asked: set[str] = set()
        self._registration: Registration | None = None
        self._wait_since: datetime | None = None

    # -- beginning and ending of a piece of work ------------------------------------------------------------------

    def recover(self) -> list[str]:
        """Take up what an earlier session left; returns sentences about what needs the agent's eye."""
        if not self.drafts.claim():
            return ["这个工号已在另一窗口登录：草稿由那个窗口保管，本窗口只能处理新来电"]
        drafts, broken = self.drafts.load()
        for draft in drafts:
            if not self._settled(draft):
                self.waiting_drafts.append(draft)
        sentences = [f"草稿文件损坏，已另存为 {path.name}，请交系统管理员查看" for path in broken]
        if self.waiting_drafts:
            self.resume(self.waiting_drafts[-1])
            sentences.append("已恢复上次未完成的记录，接着写即可")
        return sentences

    def resume(self, draft: Draft) -> None:
        """Go on with a draft.

        Raises:
            DeskBusy: another piece of work is on the desk.
        """
        self._must_be_free()
        self.waiting_drafts = [other for other in self.waiting_drafts if other.ticket_id != draft.ticket_id]
        self._begin(draft)
        if draft.call is not None:
            self.line = CallLine(draft.call.id)
            self.line.state = _state_of(draft.call, self.now)

    def accept(self, submission: Submission) -> None:
        """Put a web submission on the desk (5.1.3.2: within 2 h).

        Raises:
            DeskBusy: another piece of work is on the desk.
            NothingRecorded: another agent has taken it.
        """
        self._must_be_free()
        taken = self.house.inbox.take(submission.key, self.actor.agent_no, self.now)
        if taken is None:
            raise NothingRecorded("这件网络诉求已被其他话务员受理：请选下一件")
        record = msgspec.structs.replace(taken.record, raised_at=taken.submitted_at)
        self._begin(Draft(new_id(), self.actor.agent_no, self.now, record, inbox_key=taken.key))
        self._keep()

    def put_back(self) -> None:
        """Leave the present work for later: a draft stays, a submission stays taken."""
        if self.draft is not None and self.phase in ("record", "after"):
            self.waiting_drafts.append(self.draft)
            self._clear()

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.house.clock.now()

    @property
    def phase(self) -> str:
        """``idle``, ``ringing``, ``talking``, ``held``, ``after`` (the call is over) or ``record`` (no call)."""
        if self.draft is None:
            return "idle"
        if self.line is None:
            return "record"
        return {"ended": "after"}.get(self.line.state.phase, self.line.state.phase)

    @property
    def record(self) -> Record:
        """The record on the desk."""
        return self.draft.record if self.draft else Record()

    def connect_rate(self) -> Rate:
        """The connect rate over the last 24 hours (5.1.3.2)."""
        return connect_rate(self.house.calls.rung_since(self.now - RATE_WINDOW), self.now)

    @property
    def finished(self) -> bool:
        """Whether the request has become a ticket that is out of this desk's hands."""
        return self.ticket is not None and self.ticket.state is not State.RECORDING

    # -- the telephone --------------------------------------------------------------------------------------------

    def on_event(self, event: CallEvent) -> str:
        """Take in what the telephone system tells; returns a sentence for the agent, or nothing."""
        if isinstance(event, Refused):
            return f"电话系统未执行：{event.reason}"
        if isinstance(event, Ringing) and self.phase in ("idle", "record", "after"):
            if not self.release():
                self.put_back()
            self._ring(event)
            return "上一件未完成，已存为草稿" if self.waiting_drafts else ""
        if self.line is None or self.draft is None or event.call_id != self.line.state.call_id:
            return ""
        reason = self.line.apply(event)
        if reason:
            return ""
        if isinstance(event, HungUp) and self.line.state.answered_at is None:
            self._keep_call()
            self._forget()
            return "来电人已挂断，未接听：记为未接通"
        if isinstance(event, Digits):
            self._rate(event)
        self._follow_line()
        self._keep_call()
        self._keep()
        return "来电人已挂断：请完成登记后按 F8" if isinstance(event, HungUp) and event.by == "claimant" else ""

    def _ring(self, event: Ringing) -> None:
        self.line = CallLine(event.call_id)
        self.line.apply(event)
        call = Call(event.call_id, event.caller, event.at, self.actor.agent_no, event.queued_at, holds=[], phrases=[])
        record = Record(source=PHONE, claimant=Claimant(phone=event.caller))
        self._begin(Draft(new_id(), self.actor.agent_no, self.now, record, call=call))
        call.ticket_id = self._draft.ticket_id
        self._keep_call()

    def _follow_line(self) -> None:
        """Let the script and the record follow what the telephone shows."""
        state, script, call = self._state, self.script, self._draft.call
        if script is None or call is None:
            return
        if state.answered_at is not None and call.answered_at is None:
            day = self.house.calendar.day_of(state.answered_at)
            kind = DayKind(day.holiday, day.make_up, day.published)
            script.greet(greeting(self.house.packs.phrases, state.answered_at, kind))
            self._draft.record.raised_at = state.answered_at
        if state.phase == "held" and self._wait_since is None:
            self._wait_since = state.holds[-1].start
            script.hold_began()
        if state.phase == "talking" and call.holds and call.holds[-1].until is None:
            self.wait_over()
        if state.phase == "ended":
            script.skip_ending(self.now)
        call.answered_at, call.ended_at, call.ended_by = state.answered_at, state.ended_at, state.ended_by or ""
        call.holds = [Hold(hold.start, hold.end) for hold in state.holds]
        call.digits = "".join(pressed.digits for pressed in state.digits)

    def _rate(self, event: Digits) -> None:
        """Keep the first key from 1 to 5 pressed after the prompt: once a call, only by the caller (5.3.1, 5.3.3)."""
        call = self._draft.call
        if call is not None and call.rating_prompted_at is not None and call.rating is None:
            grades = [int(digit) for digit in event.digits if digit in "12345"]
            call.rating = grades[0] if grades else None

    # -- the script -----------------------------------------------------------------------------------------------

    def say_now(self) -> Line | None:
        """The sentence to read aloud now, if there is one."""
        if self.script is None or self.phase not in ("talking", "held"):
            return None
        return self._first_of_all() or self.script.line(self.slots, self.waited, self._question())

    @property
    def waited(self) -> float:
        """Seconds that the caller has been waiting now."""
        return max(0.0, (self.now - self._wait_since).total_seconds()) if self._wait_since else 0.0

    @property
    def slots(self) -> dict[str, str]:
        """What fills the slots of phrases."""
        ask = self._question()
        return {
            "agent_no": self.actor.agent_no,
            "matter": self.record.title,
            "answer": self._draft.extra_text if self.draft else "",
            "question": ask.text.removeprefix("请问") if ask else "",
        }

    async def said(self) -> None:
        """The sentence was read aloud."""
        line, script = self.say_now(), self.script
        if script is None or line is None:
            return
        if line.clause == EMERGENCY:
            script.note(line, self.now, said=True)
            self._keep()
            return
        step = script.step
        script.say(line, self.now)
        if step == ASKING:
            self._asked.add(line.phrase_id)
        if self.finished and script.step == ASKING:
            script.go_to(CLOSING)
        if isinstance(self.source, Simulator) and step in (ASKING, CLOSING):
            # A simulated caller hears what was said, and answers.
            element = line.phrase_id.removeprefix(ASK) if step == ASKING else None
            self.source.ask(self._state.call_id, element)
        if step == RATING and self._draft.call is not None and self.source is not None:
            self._draft.call.rating_prompted_at = self.now
            await self.source.prompt_rating(self._draft.call.id)
        if script.step == "waiting" and self._wait_since is None:
            self._wait_since = self.now
        self._keep()

    def skip(self) -> None:
        """The sentence is passed over."""
        line = self.say_now()
        if self.script is None or line is None:
            return
        if line.clause == EMERGENCY:
            self.script.note(line, self.now, said=False)
        else:
            if self.script.step == ASKING:
                self._asked.add(line.phrase_id)
            self.script.skip(line, self.now)
        self._keep()

    def pick(self, phrase: Phrase) -> None:
        """A phrase of the list was said."""
        if self.script is not None:
            self.script.pick(phrase, self.slots, self.now)
            if self.script.step == "waiting" and self._wait_since is None:
                self._wait_since = self.now
            self._keep()

    def look_up(self) -> None:
        """The agent turns to the knowledge base: B.1.3.2 is due."""
        if self.script is not None and self.phase == "talking" and not self._wait_since:
            self.script.look_up()

    def wait_over(self, found: str = "") -> None:
        """The caller's wait has ended; ``found`` is what was found, for B.1.3.4."""
        if self._wait_since is not None and self.script is not None:
            self._wait_since = None
            self._draft.extra_text = found
            self.script.hold_ended()
            self._keep()

    def looked_up(self, found: str) -> None:
        """The agent is back from the knowledge base; a look-up that was never announced leaves no wait behind."""
        self.wait_over(found)
        if self.script is not None and self.script.step == LOOKING_UP:
            self.script.go_to(ASKING)

    def _first_of_all(self) -> Line | None:
        """What must be said before anything else: the emergency number that the words call for, once a call."""
        if self.script is None or self.finished or any(s.phrase_id == EMERGENCY for s in self.script.stamps):
            return None
        pack = self.house.packs.scope
        for hint in hints(pack, f"{self.record.title}\n{self.record.text}"):
            route = pack.route(hint.route)
            if route.first and hint.choices:
                numbers = "、".join(route.choice(choice).label for choice in hint.choices)
                return Line(EMERGENCY, EMERGENCY, explain(route, numbers))
        return None

    def _question(self) -> Line | None:
        """The next missing element's question: those not asked yet first."""
        missing = self.judgement.missing if self.judgement else []
        fresh = [state for state in missing if ASK + state.id not in self._asked]
        for state in fresh or missing:
            return Line(ASK + state.id, state.clause, state.ask)
        return None

    # -- the record -----------------------------------------------------------------------------------------------

    def edit(self, record: Record) -> None:
        """The record was changed by a keystroke; it is kept at once.

        Raises:
            StorageError: the disk refused; the record on the desk is still the new one.
        """
        if self.draft is None:
            return
        begun = not (self.draft.record.title or self.draft.record.text) and (record.title or record.text)
        self.draft.record = record
        self._judge()
        said_before = any(stamp.phrase_id == "B.1.3.1" for stamp in self.script.stamps) if self.script else True
        if begun and not said_before and self.script is not None and self.script.step == ASKING:
            self.script.go_to(RECORDING)
        self._keep()

    def mark(self, element: ElementState, text: str = "", asked: str = "") -> None:
        """Record an element's answer, or that it was asked for and not given."""
        elements = {**self.record.elements}
        if text or asked:
            elements[element.id] = Answer(text, asked)
        else:
            elements.pop(element.id, None)
        self.edit(msgspec.structs.replace(self.record, elements=elements))

    def take_place(self) -> None:
        """The district and street that the words name are taken onto the record, unless somebody chose others."""
        located = locate(self.house, self.record)
        if located != self.record:
            self.edit(located)

    def repeats(self) -> list[Likely]:
        """Earlier tickets that may be about the same matter."""
        return likely_repeats(self.house.tickets, self.record, self._draft.ticket_id) if self.draft else []

    def _judge(self) -> None:
        self.judgement = judge_record(self.house.packs, self.record)

    # -- what becomes of it ---------------------------------------------------------------------------------------

    def submit(self) -> Ticket:
        """Make the ticket and hand it to dispatch; see `Registration.submit` for what may be refused."""
        return self._became(self._work.submit(self.record, self.now))

    def reply(self, article: Article, asked: str = "") -> Ticket:
        """Answer the request with an article; ``asked`` is what was searched for."""
        return self._became(self._work.reply(self.record, article, self.now, asked))

    def classify(self, scope: Scope) -> Ticket:
        """Classify the request as out of scope; it is still a numbered record."""
        return self._became(self._work.classify(self.record, scope, self.now))

    def escalate(self) -> Ticket:
        """Report to the manager on duty."""
        self.ticket = self._work.escalate(self.record, self.now)
        return self.ticket

    async def hang_up(self) -> list[Line]:
        """End the call; while closing phrases are unsaid, the first press only brings them. Returns the unsaid ones."""
        if self.script is None or self.line is None or self.phase not in ("talking", "held"):
            return []
        unsaid = self.script.unsaid_ending()
        if unsaid and self.script.step not in ENDING:
            self.wait_over()
            self.script.go_to(CLOSING)
            self._keep()
            return unsaid
        if self.source is not None:
            await self.source.hang_up(self.line.state.call_id)
        return []

    def close_without_request(self) -> None:
        """End the work on a call in which nothing was asked for; the call itself stays on record.

        Raises:
            NothingRecorded: something was written, so it must become a ticket.
        """
        record = self.record
        if record.title or record.text or record.elements or self.ticket:
            raise NothingRecorded("已有记录内容：请按 F8 登记，或按 F5 分类处理")
        self._forget()

    def release(self) -> bool:
        """Clear the desk for the next call, once the call is over and the request is out of its hands."""
        if self.draft is not None and self.finished and self.phase in ("after", "record"):
            self.last = self.ticket
            self._forget()
            return True
        return False

    def _became(self, ticket: Ticket) -> Ticket:
        self.ticket = ticket
        if self._draft.inbox_key:
            self.house.inbox.finish(self._draft.inbox_key, ticket.id)
        self._draft.record = ticket.record
        self._judge()
        if self.script is not None and self.phase in ("talking", "held"):
            self.wait_over()
            if self.script.step != WAIT_OVER:  # B.1.3.4 still has to be said, then the closing follows
                self.script.go_to(CLOSING)
        self._keep_call()
        self._keep()
        return ticket

    # -- keeping --------------------------------------------------------------------------------------------------

    @property
    def _draft(self) -> Draft:
        if self.draft is None:
            raise DeskBusy("现在没有正在处理的来电：请等来电，或按 Ctrl+O 到收件台受理网络诉求")
        return self.draft

    @property
    def _work(self) -> Registration:
        if self._registration is None or self.draft is None:
            raise NothingRecorded("现在没有正在处理的来电：请等来电，或按 Ctrl+O 到收件台受理网络诉求")
        if self.finished:
            raise NothingRecorded(f"工单 {self.ticket.number if self.ticket else ''} 已登记：挂机后即可接下一个来电")
        return self._registration

    @property
    def _state(self) -> CallState:
        return self.line.state if self.line else CallState("")

    def _must_be_free(self) -> None:
        if self.draft is not None:
            raise DeskBusy("受理台上还有未完成的记录：请先按 F8 完成")

    def _begin(self, draft: Draft) -> None:
        self.draft = draft
        call = draft.call
        self.script = CallScript(self.house.packs.phrases, call.phrases, draft.step or "greeting") if call else None
        self._registration = Registration(self.house, self.actor, draft.ticket_id, call_id=call.id if call else "")
        self.ticket = self.house.tickets.get(draft.ticket_id)
        self._asked = {stamp.phrase_id for stamp in call.phrases} if call else set()
        self._wait_since = None
        self._judge()

    def _keep(self) -> None:
        if self.draft is not None:
            self.draft.saved_at = self.now
            self.draft.step = self.script.step if self.script else ""
            self.drafts.save(self.draft)

    def _keep_call(self) -> None:
        if self.draft is not None and self.draft.call is not None:
            self.house.calls.save(self.draft.call)

    def _forget(self) -> None:
        self._keep_call()
        if self.draft is not None:
            self.drafts.remove(self.draft.ticket_id)
        self._clear()

    def _clear(self) -> None:
        self.draft = self.line = self.script = self.judgement = self.ticket = self._registration = None
        self._asked, self._wait_since = set(), None

    def _settled(self, draft: Draft) -> bool:
        """Finish what a dead session left undone around a ticket that it had already handed on."""
        ticket = self.house.tickets.get(draft.ticket_id)
        if ticket is None or ticket.state is State.RECORDING:
            return False
        if draft.call is not None:
            draft.call.ended_at = draft.call.ended_at or draft.saved_at
            self.house.calls.save(draft.call)
        if draft.inbox_key:
            self.house.inbox.finish(draft.inbox_key, ticket.id)
        self.drafts.remove(draft.ticket_id)
        return True


def _state_of(call: Call, now: datetime) -> CallState:
    """The telephone state of a call of a session that died: it cannot be heard any more, so it is over."""
    return CallState(
        call_id=call.id,
        caller=call.caller,
        queued_at=call.queued_at,
        ring_at=call.ring_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at or now,
        ended_by="system",
    )
