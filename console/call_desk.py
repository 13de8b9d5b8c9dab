"""The call-taker's desk (受理) with no screen: one call or web submission at a time, from ring to ticket.

The screen shows this object and calls it; it knows no widget. Whatever changes is kept at once in a draft, so that
the work goes on after a crash exactly where it was.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from console import new_work
from console.also_ringing import AlsoRinging
from console.call_events import Answered, CallEvent, CallEvents, CallSourceError, HungUp, Refused, Ringing
from console.conversation import Conversation
from console.desk_history import DeskHistory
from console.desk_questions import DeskQuestions
from console.desk_reports import DeskReports
from console.escalation import seen_by, seen_since, unreported
from console.house import House
from console.insertion import insert, take_back
from console.judgement import Judgement, judge_record, record_facts, set_aside, suggested, with_element
from console.recovery import left_call, rings_elsewhere, settle
from console.refusals import DeskBusy
from console.registration import NO_REQUEST, NothingRecorded, Registration, locate
from console.script import Line
from console.telephone import RATE_WINDOW, CallState, Rate, connect_rate
from data.db import StorageError
from data.drafts import Draft
from data.events import Ticket
from data.inbox import Submission
from data.lifecycle import State
from data.people import Actor
from data.record import Record, Scope
from kb.articles import Article
from scripts.elements import ElementState, quote_threat, threats
from scripts.phrases import Phrase
from scripts.urgency import Hint

TALKING = ("talking", "held")
BUSY = ("ringing", *TALKING)
TWICE = "这个工号在两个窗口登录，这通来电两边都响：只在一个窗口接听和登记，免得一通电话记成两张工单"
NO_WORK = "现在没有正在处理的诉求：请等来电，或按 Ctrl+O 到收件台受理网络诉求"


class CallDesk:
    """One agent's desk."""

    def __init__(self, house: House, actor: Actor, source: CallEvents | None = None) -> None:
        self.house = house
        self.actor = actor
        self.source = source
        self.drafts = house.drafts(actor.agent_no)
        self.reports = DeskReports(house.upkeep, actor, lambda: self.draft)
        self.questions = DeskQuestions()
        self.history = DeskHistory(house, actor, lambda: self.draft)
        self.draft: Draft | None = None
        self.talk: Conversation | None = None  # None for a web submission
        self.judgement: Judgement | None = None
        self.ticket: Ticket | None = None  # what the present work has become so far
        self.last: Ticket | None = None  # what the work before has become: still in sight between two calls
        self.waiting_drafts: list[Draft] = []
        self.also = AlsoRinging(house)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.house.clock.now()

    @property
    def phase(self) -> str:
        """``idle``, ``ringing``, ``talking``, ``held``, ``after`` (the call is over) or ``record`` (no call)."""
        if self.draft is None:
            return "idle"
        if self.talk is None:
            return "record"
        phase = self.talk.state.phase
        return "after" if phase == "ended" else phase

    @property
    def record(self) -> Record:
        """The record on the desk."""
        return self.draft.record if self.draft else Record()

    @property
    def call_state(self) -> CallState | None:
        """What the telephone shows of the present call."""
        return self.talk.state if self.talk else None

    @property
    def finished(self) -> bool:
        """Whether the request has become a ticket that is out of this desk's hands."""
        return self.ticket is not None and self.ticket.state is not State.RECORDING

    def connect_rate(self) -> Rate:
        """The connect rate over the last 24 hours (5.1.3.2)."""
        return connect_rate(self.house.calls.rung_since(self.now - RATE_WINDOW), self.now)

    # -- beginning and ending of a piece of work ------------------------------------------------------------------

    def recover(self) -> list[str]:
        """Take up what an earlier session left; returns sentences about what needs the agent's eye."""
        if not self.drafts.claim():
            return ["这个工号已在另一窗口登录：草稿由那个窗口保管，本窗口只能处理新来电"]
        drafts, broken = self.drafts.load()
        settled = [draft for draft in drafts if settle(self.house, self.actor, draft)]
        self.waiting_drafts = [draft for draft in drafts if draft not in settled]
        for draft in settled:
            self.drafts.remove(draft.ticket_id)
        sentences = [f"草稿文件损坏，已另存为 {path.name}，请交系统管理员查看" for path in broken]
        if self.waiting_drafts:
            self.resume(self.waiting_drafts[-1])
            sentences.append("已恢复上次未完成的记录，接着写即可")
        return sentences

    def resume(self, draft: Draft) -> None:
        """Go on with a draft.

        Raises:
            DeskBusy: a call is going on.
        """
        self._must_be_free()
        self.waiting_drafts = [other for other in self.waiting_drafts if other.ticket_id != draft.ticket_id]
        self._begin(draft)
        if self.talk is not None:
            self.talk.end(draft.saved_at)
            self._keep_call()

    def accept(self, submission: Submission) -> None:
        """Put a web submission on the desk (5.1.3.2: within 2 h).

        Raises:
            DeskBusy: a call is going on.
            NothingRecorded: another agent has taken it.
        """
        self._must_be_free()
        taken = self.house.inbox.take(submission.key, self.actor.agent_no, self.now)
        if taken is None:
            raise NothingRecorded("这件网络诉求已被其他话务员受理：请选下一件")
        self._begin(new_work.of_submission(self.actor.agent_no, taken, self.now))
        self._keep()

    def give_back(self, draft: Draft) -> None:
        """Let another agent accept a web submission; what was written about it here is dropped."""
        self.house.inbox.give_back(draft.inbox_key)
        self.drafts.remove(draft.ticket_id)
        self.waiting_drafts = [other for other in self.waiting_drafts if other.ticket_id != draft.ticket_id]

    def put_back(self) -> None:
        """Leave the present work for later: a draft stays, a submission stays taken."""
        if self.draft is not None and self.phase in ("record", "after"):
            self.waiting_drafts.append(self.draft)
            self._clear()

    def close_without_request(self) -> None:
        """End the work on a call in which nothing was asked for; the call itself stays on record.

        What was noted about it (骚扰, 打错) is a numbered record, like whatever else is not dispatched (5.1.2.2).
        """
        record = self.record
        if record.title or record.text or record.elements or self.ticket:
            self.classify(Scope(NO_REQUEST))
            return
        if self.talk is not None and self.draft is not None:
            self.talk.call.ticket_ids = [each for each in self.talk.call.ticket_ids if each != self.draft.ticket_id]
        self._forget()

    @property
    def asks_nothing(self) -> bool:
        """Whether the call is over, its request not handed on, and of no type (诉求类型)."""
        return self.phase == "after" and not self.finished and not self.record.types

    def another(self) -> None:
        """Begin the record of a second matter of the same call: claimant and number stay, the ticket is its own.

        Raises:
            NothingRecorded: there is no call, or its present matter is not handed on yet.
            StorageError: the disk refused; the work before stays.
        """
        draft, talk = self.draft, self.talk
        if draft is None or draft.call is None or talk is None or not self.finished:
            raise NothingRecorded("先登记手上这一件（F8），再另记一件")
        if self.added:
            self.add()
        following = new_work.of_same_call(draft, self.now)
        draft.call.ticket_ids.append(following.ticket_id)
        self.last = self.ticket
        self.drafts.save(following)
        self.drafts.remove(draft.ticket_id)
        self.draft, self.ticket = following, None
        talk.another_matter()
        self._judge()
        self._keep_call()
        self._keep()

    def release(self) -> bool:
        """Clear the desk for the next call, once the call is over and the request is out of its hands."""
        if self.draft is not None and self.finished and self.phase in ("after", "record"):
            if self.added:
                try:
                    self.add()
                except StorageError:
                    return False  # the work stays on the desk, and in its draft
            self.last = self.ticket
            self._forget()
            return True
        return False

    # -- the call -------------------------------------------------------------------------------------------------

    def on_event(self, event: CallEvent) -> str:
        """Take in what the telephone system tells; returns a sentence for the agent, or nothing."""
        if isinstance(event, Refused):
            return f"电话系统未执行：{event.reason}"
        here = self.talk is not None and event.call_id == self.talk.state.call_id
        if not here and (self.also.concerns(event) or (isinstance(event, Ringing) and self.phase in BUSY)):
            return self.also.hear(event)
        sentence = self._hear(event)
        if isinstance(event, HungUp) and self.phase not in BUSY and (further := self.also.next()):
            return f"另一来电还在响铃：{self._hear(further)}".rstrip("：")
        return sentence

    def _hear(self, event: CallEvent) -> str:
        if isinstance(event, Ringing | Answered) and self.phase not in BUSY:
            if self._take_up(event):
                return "上次没有打完的这通电话已接上：记录、时间和说过的用语都在"
            if isinstance(event, Ringing):
                put_back = self._make_room()
                twice = not self.drafts.claimed or rings_elsewhere(self.house, self.actor, event.call_id)
                self._ring(event)
                return TWICE if twice else "上一件未完成，已存为草稿" if put_back else ""
        talk = self.talk
        if talk is None or self.draft is None or event.call_id != talk.state.call_id or not talk.hear(event, self.now):
            return ""
        if isinstance(event, HungUp) and talk.state.answered_at is None:
            self._forget()
            return "来电人已挂断，未接听：记为未接通"
        if talk.state.answered_at is not None and self.draft.record.raised_at is None:
            self.draft.record.raised_at = talk.state.answered_at
        self._keep_call()
        self._keep()
        return "来电人已挂断：请完成登记后按 F8" if isinstance(event, HungUp) and event.by == "claimant" else ""

    def _make_room(self) -> bool:
        """Clear the desk; returns whether unfinished work was put back among the drafts."""
        unfinished = self.draft is not None and not self.release()
        if unfinished:
            self.put_back()
        return unfinished

    def _take_up(self, event: Ringing | Answered) -> bool:
        """Go on with a call of a session that died: its telephone tells of it again, with the same ``call_id``."""
        kept = [*self.waiting_drafts, *([self.draft] if self.draft else [])]
        if not (draft := left_call(self.house, self.actor, kept, event.call_id) if self.drafts.claimed else None):
            return False
        if draft is not self.draft:
            self._make_room()
        self.waiting_drafts = [other for other in self.waiting_drafts if other.ticket_id != draft.ticket_id]
        self._begin(draft)
        if self.talk is not None:
            self.talk.reopen(finished=self.finished)
            self.talk.hear(event, self.now)
        self._keep_call()
        self._keep()
        return True

    def _ring(self, event: Ringing) -> None:
        self._begin(new_work.of_call(self.house, self.actor.agent_no, event))
        if self.talk is not None:
            self.talk.line.apply(event)
        self._keep_call()

    def say_now(self) -> Line | None:
        """The sentence to read aloud now, if there is one."""
        return self.talk.say_now(self.now) if self.talk else None

    @property
    def waited(self) -> float:
        """Seconds that the caller has been waiting now."""
        return self.talk.waited(self.now) if self.talk else 0.0

    async def said(self) -> None:
        """The sentence was read aloud."""
        if self.talk is not None:
            await self.talk.said(self.now)
            self._keep()

    def skip(self) -> None:
        """The sentence is passed over."""
        if self.talk is not None:
            self.talk.skip(self.now)
            self._keep()

    def pick(self, phrase: Phrase) -> None:
        """A phrase of the list was said."""
        if self.talk is not None:
            self.talk.pick(phrase, self.now)
            self._keep()

    def look_up(self) -> None:
        """The agent turns to the knowledge base."""
        if self.talk is not None and self.phase in TALKING:
            self.talk.look_up()
            self._keep()

    def wait_over(self, found: str = "") -> None:
        """The caller's wait has ended; ``found`` is what was found."""
        if self.talk is not None:
            self.talk.wait_over(found)
            self._keep()

    def looked_up(self, found: str) -> None:
        """The agent is back from the knowledge base."""
        if self.talk is not None:
            self.talk.looked_up(found)
            self._keep()

    async def hang_up(self) -> list[Line]:
        """End the call; while closing phrases are unsaid, the first press only brings them. Returns the unsaid ones.

        Raises:
            CallSourceError: the telephone does not answer; nobody can be heard any more, so the call is over here.
        """
        if self.talk is None or self.phase not in TALKING:
            return []
        unsaid = self.talk.unsaid()
        if unsaid:
            self._keep()
        elif self.source is not None:
            try:
                await self.source.hang_up(self.talk.state.call_id)
            except CallSourceError:
                self.talk.end(self.now)
                self._keep_call()
                self._keep()
                raise
        return unsaid

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
        if begun and self.talk is not None:
            self.talk.record_begun()
        self._judge()
        self._keep()

    def mark(self, element: ElementState, text: str = "", asked: str = "") -> None:
        """Record an element's answer, or that it was asked for and not given."""
        self.edit(with_element(self.record, element.id, text, asked))

    def insert(self, passage: str) -> None:
        """Put a passage of an article at the end of the main text."""
        self.edit(insert(self.record, passage))

    def take_back(self) -> None:
        """Take the passage that was inserted last out of the main text again."""
        self.edit(take_back(self.record))

    @property
    def suggested(self) -> list[Hint]:
        """The urgent kinds that the words of the record suggest, judged or not."""
        return suggested(self.house.packs, self.record)

    def set_aside(self, kinds: Iterable[str]) -> None:
        """The agent judges that urgent kinds which the words suggest do not hold (5.1.4.1g)."""
        self.edit(set_aside(self.house.packs, self.record, kinds))

    @property
    def threatened(self) -> bool:
        """Whether a threat (威胁) stands in the words of the record (C.4)."""
        return bool(threats(self.house.packs.elements, record_facts(self.record).text))

    def quote_threat(self) -> bool:
        """Put full-width marks around the threat that stands in the text without them (C.4); False where none does."""
        text = quote_threat(self.house.packs.elements, self.record.text)
        if text == self.record.text:
            return False
        self.edit(msgspec.structs.replace(self.record, text=text))
        return True

    def take_place(self) -> None:
        """The district and street that the words name are taken onto the record, unless somebody chose others."""
        located = locate(self.house, self.record)
        if located != self.record:
            self.edit(located)

    def _judge(self) -> None:
        self.judgement = judge_record(self.house.packs, self.record)
        if self.talk is not None:
            self.talk.about(self.record, self.judgement.missing, finished=self.finished)

    # -- what becomes of it ---------------------------------------------------------------------------------------

    @property
    def added(self) -> bool:
        """Whether something was written after the request had been handed on."""
        return (
            self.finished
            and self.draft is not None
            and self.ticket is not None
            and (self.draft.record != self.ticket.record)
        )

    def add(self) -> Ticket:
        """Put onto the ticket what was written after it had been handed on (B.1.4.1)."""
        if self.draft is None:
            raise NothingRecorded(NO_WORK)
        self.ticket = self._registration(self.draft).add(self.draft.record, self.now)
        self.draft.record = self.ticket.record
        self._keep()
        return self.ticket

    def submit(self) -> Ticket:
        """Make the ticket and hand it to dispatch; see `Registration.submit` for what may be refused."""
        by_person = self.record.unit  # without one, the program names a unit as it registers
        ticket = self._became(self._work().submit(self.record, self.now))
        self.house.learning.chosen(ticket, by_person)
        return ticket

    def reply(self, article: Article, asked: str = "") -> Ticket:
        """Answer the request with an article; ``asked`` is what was searched for."""
        return self._became(self._work().reply(self.record, article, self.now, asked))

    def may_reply(self, article: Article, asked: str = "") -> None:
        """Check that the request may be answered with an article; see `Registration.answerable` for the refusals."""
        self._work().answerable(self.record, article, self.now, asked)

    def classify(self, scope: Scope) -> Ticket:
        """Classify the request as out of scope; it is still a numbered record."""
        return self._became(self._work().classify(self.record, scope, self.now))

    def escalate(self) -> Ticket:
        """Report to the manager on duty: the present request, handed on or not; between two calls the last one."""
        if self.draft is None and (last := unreported(self.house, self.last)) is not None:
            self.last = Registration(self.house, self.actor, last.id).report(self.now)
            return self.last
        reported = self.draft and self.finished and self._registration(self.draft).report(self.now)
        self.ticket = reported or self._work().escalate(self.record, self.now)
        return self.ticket

    def acknowledged(self) -> str:
        """Say, once, that a manager has seen the report of the present request; nothing while nobody has."""
        ticket = seen_since(self.house, self.ticket)
        if ticket is None:
            return ""
        self.ticket = ticket
        return f"上报{seen_by(self.house, ticket)}"

    def _work(self) -> Registration:
        if self.draft is None:
            raise NothingRecorded(NO_WORK)
        if self.ticket is not None and self.finished:
            raise NothingRecorded(f"工单 {self.ticket.number} 已登记：挂机后即可接下一个来电")
        return self._registration(self.draft)

    def _registration(self, draft: Draft) -> Registration:
        call_id = draft.call.id if draft.call else ""
        return Registration(self.house, self.actor, draft.ticket_id, call_id=call_id)

    def _became(self, ticket: Ticket) -> Ticket:
        self.ticket = ticket
        if self.draft is not None:
            self.draft.record = ticket.record
            if self.draft.inbox_key:
                self.house.inbox.finish(self.draft.inbox_key, ticket.id)
        self._judge()
        if self.talk is not None and self.phase in TALKING:
            self.talk.close()
        self._keep_call()
        self._keep()
        return ticket

    # -- keeping --------------------------------------------------------------------------------------------------

    def _must_be_free(self) -> None:
        self.put_back()
        if self.draft is not None:
            raise DeskBusy("受理台正在通话：请先结束这通电话")

    def _begin(self, draft: Draft) -> None:
        self.draft = draft
        call = draft.call
        self.talk = Conversation(self.house, self.actor.agent_no, self.source, call, draft.step) if call else None
        self.ticket = self.house.tickets.get(draft.ticket_id)
        self._judge()

    def _keep(self) -> None:
        if self.draft is not None:
            self.draft.saved_at = self.now
            self.draft.step = self.talk.script.step if self.talk else ""
            self.drafts.save(self.draft)

    def _keep_call(self) -> None:
        if self.talk is not None:
            self.house.calls.save(self.talk.call)

    def _forget(self) -> None:
        self._keep_call()
        if self.draft is not None:
            self.drafts.remove(self.draft.ticket_id)
        self._clear()

    def _clear(self) -> None:
        self.draft = self.talk = self.judgement = self.ticket = None
