"""受理: the desk where a call becomes a record and a ticket. It shows `console.call_desk.CallDesk` and holds no rule."""

from collections.abc import Callable, Sequence
from inspect import isawaitable

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.css.query import QueryType
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea
from textual.worker import get_current_worker

from console.call_desk import CallDesk
from console.call_events import CallSourceError
from console.judgement import Judgement
from console.refusals import REFUSALS
from console.registration import NO_REQUEST, Incomplete
from console.simulator import Simulator
from data.clock import SHANGHAI
from data.db import StorageError
from data.events import Ticket
from kb.results import Hit
from kb.store import Change
from screens.article_text import article_text
from screens.call.hints import HintPass
from screens.call.opening import OpensPages
from screens.call.panels import ElementsPanel, Heard, KnowledgePanel, PhraseBox
from screens.call.record_form import MainText, RecordForm
from screens.call.reporting import Reporting, registered
from screens.call.ringing import RingElsewhere
from screens.call.telling import (
    at_rest,
    clocks,
    connect_rate_text,
    found_region,
    heard,
    known_caller,
    known_matter,
    related,
    why_not,
)
from screens.call.urgency import refuse
from screens.widgets.choices import Choice, Several, Typed
from screens.widgets.chrome import Notice

FOCUS_AFTER = 0.2  # seconds without a character typed on a choice
REPEATS_AFTER = 0.6  # seconds without a keystroke
CONNECT_RATE_EVERY = 15  # seconds between countings of the 24 h connect rate


class CallScreen(OpensPages):
    """One agent's calls, one at a time."""

    NAME = "受理"

    def __init__(self, model: CallDesk) -> None:
        super().__init__(model)
        self._ticks = 0
        self._rate = ""
        self._closing_empty = False
        self._reporting = Reporting(model)
        self._looking: Timer | None = None
        self._moving: Timer | None = None
        self._ringing = RingElsewhere(model)
        self._hints = HintPass(model)
        self._pushed_as_of = Change()  # as the articles stood when those beside the record were looked for
        self._written = False  # something was written that the glass does not follow yet
        self._unkept = ""  # why it could not be kept

    def body(self) -> ComposeResult:
        """Lay out sentence, record, elements and knowledge."""
        yield PhraseBox()
        yield Heard()
        with Horizontal(id="desk"):
            # As it is without a call: switched off once it stands there, all of it would be styled anew.
            with Vertical(id="record", disabled=True, classes="-idle"):
                yield RecordForm()
                with Horizontal(id="writing"):
                    yield MainText(id="text")
                    with Vertical(id="beside"):
                        yield ElementsPanel()
                        yield KnowledgePanel()
            with Vertical(id="wide"):
                yield Static(id="reading-wide")
                yield Static(id="history-wide")

    def on_mount(self) -> None:
        """Take up what was left, and listen to the telephone."""
        self.query_one("#history-wide").border_title = "历史与疑似重复 · F7"
        self.query_one(MainText).border_title = "主要内容 · Ctrl+D"
        for sentence in self.model.recover():
            self.tell(sentence)
        self.show_work()
        self.warm_knowledge()
        if self.model.source is not None:
            self.listen()

    # -- the telephone --------------------------------------------------------------------------------------------

    @work(group="telephone")
    async def listen(self) -> None:
        """Follow the telephone system for as long as the desk is open."""
        if self.model.source is None:
            return
        async for event in self.model.source.events():
            before, phase = self.model.draft, self.model.phase
            try:
                sentence = self.model.on_event(event)
            except StorageError as error:
                self.tell(str(error), error=True)
                continue
            if self.model.phase != phase:
                self.query_one(Notice).over()
            if self.model.draft is not before:
                self.show_work()
                if self.model.phase == "ringing":
                    self.app.bell()
            else:
                self.show_state()
            if sentence:  # what is told of a call that rings holds once it is answered too
                self.tell(sentence, lasting=self.model.phase == "ringing")
            self._release()

    # -- showing --------------------------------------------------------------------------------------------------

    def show_work(self) -> None:
        """Show another piece of work, whole."""
        self._reporting.over()
        record = self.model.record
        self.query_one(RecordForm).push(record)
        text = self.query_one(MainText)
        with self.query_one(RecordForm).quietly(), self.prevent(TextArea.Changed):
            text.text = record.text
        text.move_cursor(text.document.end)
        self.query_one("#record").set_class(self.model.draft is None, "-idle")
        self.query_one("#record").disabled = self.model.draft is None
        calls = self.model.talk is not None or bool(self.model.history.earlier())
        self.query_one(RecordForm).show_known(known_caller(self.model) if calls else "")
        if self.model.draft is not None:
            self.query_one("#name" if self.model.phase != "ringing" else "#types").focus()
        self.show_judgement()
        self.show_knowledge([])
        self._push()
        self.show_repeats()
        self.show_state()

    def show_state(self) -> None:
        """Show what the call does now: the sentence to say, the caller's words, the keys."""
        self.show_sentence()
        self.query_one(Heard).show(heard(self.model))
        if isinstance(self.model.source, Simulator):
            self.model.source.busy = self.model.draft is not None
        self.refresh_keys()
        self.tick()

    def show_sentence(self) -> None:
        """Show the sentence to say, or what goes on instead."""
        line, box = self.model.say_now(), self.query_one(PhraseBox)
        if line is not None:
            also = "Ctrl+Y 另记一件" if self.model.finished else "Ctrl+L 用语表"
            box.show(line, f"F2 已说 ▸  Ctrl+N 跳过  {also}")
        else:
            box.rest(*at_rest(self.model, self.console.queue_trouble()))

    def show_judgement(self) -> None:
        """Show the elements and what was found in the text."""
        judgement: Judgement | None = self.model.judgement if self.model.draft else None
        self.query_one(ElementsPanel).show(judgement)
        self.query_one(RecordForm).show_secrecy(judgement.secrecy if judgement else "")

    def show_knowledge(self, hits: Sequence[Hit]) -> None:
        """Show pushed articles, and the first of them in full where there is room."""
        self.query_one(KnowledgePanel).show(hits)
        reading = self.query_one("#reading-wide", Static)
        if not self.query_one("#wide").display:
            return
        reading.border_title = "知识全文"
        if hits:
            article = self.model.house.kb.get(hits[0].id)
            reading.update(article_text(article, self.model.now.astimezone(SHANGHAI).date()))
        else:
            reading.update(Text("写下内容后，最相关的一条知识在这里显示全文。", "dim"))

    def on_resize(self) -> None:
        """Fill the panes that a wider terminal has just brought."""
        self.call_after_refresh(lambda: self.show_knowledge(self.query_one(KnowledgePanel).hits))
        self.call_after_refresh(self.show_repeats)

    def show_repeats(self) -> None:
        """Show whether the matter looks known, and where there is room, the earlier tickets (5.1.2.2)."""
        self._hints.look(self)
        history = self.query_one("#history-wide", Static)
        if (draft := self.model.draft) is None:
            self.query_one(RecordForm).show_repeat("")
            history.update("")
            return
        likely = self.model.history.repeats()
        self.query_one(RecordForm).show_repeat(known_matter(self.model, draft, likely))
        if not self.query_one("#wide").display:
            return
        history.update(related(self.model, likely))

    def status(self) -> list[Text | str]:
        """Show the clocks of the call and the rolling connect rate (5.1.3.2)."""
        return [*clocks(self.model), self._rate]

    def tick(self) -> None:
        """Move the clocks; every now and then count the connect rate."""
        if self._ticks % CONNECT_RATE_EVERY == 0:
            self._rate = connect_rate_text(self.model.connect_rate())
        self._ticks += 1
        if self.model.talk is not None:
            self.show_sentence()
        if self.model.draft is not None and self.model.house.kb.changed != self._pushed_as_of:
            self._push()  # an editor has changed an article
        self._ringing.look(self)
        seen = self.model.acknowledged()
        if seen:
            self.tell(seen)
        super().tick()

    # -- writing --------------------------------------------------------------------------------------------------

    def keep_written(self) -> None:
        """Put what stands in the fields into the record and its draft; fields call it before they are painted."""
        if self.model.draft is None:
            return
        record = self.query_one(RecordForm).pull(self.model.record, self.query_one(MainText).text)
        if record == self.model.record:
            return
        self._written, self._unkept = True, ""
        try:
            self.model.edit(record)
        except StorageError as error:
            self._unkept = str(error)

    @on(RecordForm.Changed)
    @on(TextArea.Changed, "#text")
    def record_changed(self) -> None:
        """Show what follows from what was typed, and look for knowledge."""
        self.keep_written()  # a choice tells only here
        if not self._written or self.model.draft is None:
            return  # of keys sent in one burst, the first message found what all of them wrote
        self._written, record = False, self.model.record
        self.query_one(Notice).over()
        if self._unkept:
            self.tell(self._unkept, error=True)
        self._closing_empty = False
        if self.model.finished:
            self.refresh_keys()  # F8 adds now what was written after the registration
        self.show_judgement()
        self.show_sentence()
        self.query_one(RecordForm).show_region(record, found_region(self.model))
        self._push()
        self._repeats_later()

    def _push(self) -> None:
        """Have the articles looked for that the record calls for, as they stand now (6.3.2)."""
        self._pushed_as_of = self.model.house.kb.changed
        self.push_knowledge(self.model.record.title, self.model.record.text)

    def _repeats_later(self) -> None:
        """Look for repeats once typing pauses: a moving count would only distract."""
        if self._looking is not None:
            self._looking.stop()
        self._looking = self.set_timer(REPEATS_AFTER, self.show_repeats)

    def focus_next(self, selector: str | type[QueryType] = "*") -> Widget | None:
        """Tab goes from the name straight to the number: whoever types on would write onto the claimant's kind, which
        Shift+Tab reaches."""
        reached = super().focus_next(selector)
        return super().focus_next(selector) if reached is not None and reached.id == "kind" else reached

    @on(Input.Blurred, "#place")
    def place_left(self) -> None:
        """Leaving the place takes the district and street found in it."""
        if self.model.draft is not None and not self.model.finished:
            self.model.take_place()
            self.query_one(RecordForm).show_region(self.model.record)

    @work(thread=True, exclusive=True, group="knowledge")
    def push_knowledge(self, title: str, text: str) -> None:
        """Look for knowledge off the event loop; the newest keystroke wins."""
        hits = self.model.house.kb.suggest(title, text, limit=6) if title or text else []
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self.show_knowledge, hits)

    @work(thread=True, group="warm")
    def warm_knowledge(self) -> None:
        """Load the word table while the agent reads the first screen."""
        self.model.house.kb.warm()

    @on(Typed)
    def typed_on_a_choice(self, event: Typed) -> None:
        """Words that were typed on a choice go to the main text, and once they pause so does the focus: earlier, the
        rest of a commit would overtake what is still on its way."""
        event.stop()
        if self.query_one(MainText).take(event.text):
            chosen = "、".join(self.query_one("#types", Several).chosen) if event.chose else ""
            kept = f"已选{chosen}；" if chosen else ""
            self.tell(f"这里不能写字：{kept}文字已写到“主要内容”", lasting=True)
        if self._moving is not None:
            self._moving.stop()
        self._moving = self.set_timer(FOCUS_AFTER, self._to_text)

    def _to_text(self) -> None:
        if isinstance(self.focused, Choice):
            self.query_one(MainText).focus()

    def action_text(self) -> None:
        """Go to the main text, or from there to the types."""
        text = self.query_one(MainText)
        self.query_one("#types" if text.has_focus else "#text").focus()

    # -- keys -----------------------------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Say why a key cannot be used now."""
        return why_not(self.model, action_id)

    async def action_speak(self) -> None:
        """Answer the ringing call; or note that the sentence was said."""
        model = self.model
        await self._try(self._answer if model.phase == "ringing" else model.said)
        self.show_state()
        self.show_judgement()

    async def _answer(self) -> None:
        if self.model.source is not None and self.model.call_state is not None:
            await self.model.source.answer(self.model.call_state.call_id)
            self.query_one("#types").focus()

    def action_skip(self) -> None:
        """Pass over the sentence."""
        self.model.skip()
        self.show_state()

    async def action_hold(self) -> None:
        """Let the caller wait, or take the call up again."""
        source, state = self.model.source, self.model.call_state
        if source is not None and state is not None:
            await self._try(source.resume if state.phase == "held" else source.hold, state.call_id)

    async def action_ring(self) -> None:
        """Let a simulated caller ring now."""
        if isinstance(self.model.source, Simulator):
            await self._try(self.model.source.ring)

    async def action_hang_up(self) -> None:
        """Bring the closing sentences; the next press hangs up."""
        try:
            unsaid = await self.model.hang_up()
        except CallSourceError as error:
            self.tell(f"{error}；这通电话按已结束处理，请完成登记", error=True)
            unsaid = []
            self._release()
        if unsaid:
            self.tell("还未说：" + "；".join(line.clause for line in unsaid) + "。逐句按 F2，或再按 F12 直接挂机")
        self.show_state()

    def action_complete(self) -> None:
        """Register and hand on; an empty call ends as one without a request, at the second press."""
        if self.model.asks_nothing:
            self._close_without_request()
            return
        if self.model.added:
            if self._act(self.model.add) and self.model.ticket:
                self._tell_ticket("已补上登记后写的内容")
            return
        if words := self.model.questions.secrecy(self.model.draft, self.model.judgement):
            self.query_one("#confidential").focus()
            self.tell(f"文中要求保密（“{words}”）：按空格设为“是”再按 F8，或再按 F8 照“否”保存")
            return
        before = self.model.ticket
        if self._act(self.model.submit) and self.model.ticket:
            self._tell_ticket(registered(before, self.model.ticket))

    def _close_without_request(self) -> None:
        """End a call of no type at the second press; what was noted about it gets a number."""
        record = self.model.record
        noted = bool(record.title or record.text)
        if not self._closing_empty:
            self._closing_empty = True
            self.tell(
                "还没有选诉求类型：有诉求的，按数字键选类型；骚扰、打错等没有诉求的，再按一次 F8，记为“其他”并编号，不派单"
                if noted
                else "这通电话没有记录内容：再按一次 F8，作为无诉求来电结束"
            )
            self.query_one("#types").focus()
            return
        self._closing_empty = False
        if self._act(self.model.close_without_request):
            if self.model.ticket:
                self._tell_ticket(f"已记为{NO_REQUEST}，不派单")
            else:
                self.show_work()

    def action_another(self) -> None:
        """Begin the record of a second matter of this call."""
        before = self.model.ticket
        if self._act(self.model.another):
            self.show_work()
            self.query_one("#types").focus()
            self.tell(f"另记一件：工单 {before.number if before else ''} 已登记，来电人与号码已带入")

    def action_take_back(self) -> None:
        """Take the article that was inserted last out of the main text again."""
        if self._act(self.model.take_back):
            self.returned()
            self.tell("已撤回插入的知识")

    def action_urgent(self) -> None:
        """Report to the manager on duty; who has reported already is asked once more."""
        if told := self._reporting.said_before():
            self.tell(told)
        elif self._act(self.model.escalate):
            self.tell(self._reporting.made())
            self.console.sync_soon()
            self.show_state()

    # -- helpers --------------------------------------------------------------------------------------------------

    def returned(self, _: object = None) -> None:
        """A dialog was left: show what it changed."""
        was_finished = self.model.finished
        self.query_one(Notice).over()
        self.query_one(RecordForm).push(self.model.record)
        text = self.query_one(MainText)
        if text.text != self.model.record.text:
            with self.prevent(TextArea.Changed):
                text.text = self.model.record.text
            text.move_cursor(text.document.end)
        self.show_judgement()
        self.show_repeats()
        self.show_state()
        if was_finished and self.model.ticket:
            self._tell_ticket(str(self.model.ticket.state))

    def _tell_ticket(self, what: str) -> None:
        ticket: Ticket | None = self.model.ticket
        if ticket is not None:
            self.tell(f"工单 {ticket.number} {what}")
            self.query_one(RecordForm).push(ticket.record)
        self.console.sync_soon()
        self.show_state()
        self._release()

    def _release(self) -> None:
        if self.model.release():
            self.show_work()

    def _act(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except REFUSALS as error:
            self.query_one("#text" if isinstance(error, Incomplete) else "#types").focus()
            refuse(self, self.model, error, self.returned)
            return False
        return True

    async def _try(self, act: Callable[..., object], *values: object) -> None:
        try:
            done = act(*values)
            if isawaitable(done):
                await done
        except REFUSALS as error:
            self.tell(str(error), error=True)
