"""The interview (回访问卷, B.4): one question at a time, read as printed, one key an answer, nothing chosen beforehand."""

from collections.abc import Callable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from console.callback import CallbackError
from console.callback_desk import CallbackDesk
from console.form import shown_title
from console.interview import CONSENT, OPENING, PARTING, Interviewing, Step
from data.clock import SHANGHAI
from data.db import StorageError
from data.lifecycle import TransitionRefused
from data.tickets import ActRefused
from screens.actions import Action
from screens.callback.answers import AnswerKeys, answer_text
from screens.callback.outcome import AppointmentPage, OutcomePage
from screens.callback.probe import ProbePage
from screens.callback.reason import ReasonPage
from screens.callback.request import RequestPage
from screens.desk import Dialog
from screens.widgets.choices import Typed
from screens.widgets.fields import TextBox
from screens.widgets.quiet import Quiet

REFUSALS = (CallbackError, TransitionRefused, ActRefused, StorageError)


class InterviewPage(Dialog):
    """The whole call at 80×24: what to read, the answers by key, what was answered, the claimant's own words."""

    ACTIONS = (
        Action("explain", "f2", "解释", "js", "诉求人问起时，读这一问的解释（B.4.2）；记下读过。"),
        Action("back_one", "f4", "前一问", "qyw", "回到前一问；已答的都在，改答案要写理由（5.4.4）。"),
        Action("probe", "f5", "追问", "zw", "要说问卷以外的话：先写下来，看有没有倾向、诱导（5.4.4）。"),
        Action("later", "f6", "约时间", "ysj", "诉求人现在不便：约定再打的时间。"),
        Action("full_text", "f7", "全文", "qw", "看工单全文与办理过程。"),
        Action("complete", "f8", "下一问", "xyw", "到下一问；读完结束语后记下这次回访。"),
        Action("hang_up", "f12", "挂机", "gj", "没有访问成功：无人接听、占线、号码错误等，选一种结果。"),
    )

    def __init__(self, model: CallbackDesk, done: Callable[[str], None]) -> None:
        """Make the page about the interview that the desk holds; ``done`` is told what came of it."""
        super().__init__()
        self._model = model
        self._done = done
        self._shown: str | None = None  # the place whose words stand in the box

    @property
    def _held(self) -> Interviewing:
        held = self._model.held
        assert held is not None  # the page closes with the interview
        return held

    # -- the page -------------------------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """Lay out the question, its answers, the request, what was answered, and the words."""
        with Vertical(id="interview"):
            yield Quiet(id="question-now")
            yield AnswerKeys(id="answers")
            yield Quiet(id="request-line")
            yield Static(id="answered")
            yield TextBox(id="words")

    def on_mount(self) -> None:
        """Begin at the place where the interview stands."""
        self.query_one("#words", TextBox).border_title = "诉求人原话（逐字，不概括）"
        self.show_step()

    def on_screen_resume(self) -> None:
        """Back from a page over this one: what it led to may stand differently."""
        if self._model.held is not None and self._shown is not None:
            self.show_step()

    def show_step(self) -> None:
        """Show the step at hand: nothing of it is chosen, but what was answered before stands."""
        held, step = self._held, self._held.now
        self._question(held, step)
        given = self._given(held, step)
        keys = self.query_one("#answers", AnswerKeys)
        keys.show(_place(step), step.question.options, given, several=step.question.several)
        self._about(held, step)
        self._answered(held, step)
        words = self.query_one("#words", TextBox)
        words.display = step.ticket is not None
        if _place(step) != self._shown:
            self._shown = _place(step)
            with self.prevent(TextArea.Changed):
                words.text = held.words(step)
                words.move_cursor(words.document.end)
            if keys.display:
                keys.focus()
            elif words.display:
                words.focus()
            else:
                self.set_focus(None)
        self.refresh_keys()

    def _question(self, held: Interviewing, step: Step) -> None:
        box = self.query_one("#question-now", Quiet)
        number, of = held.number
        counted = f"第 {number} 问 共 {of} · " if number else ""
        source = f"{step.question.clause}（增补）" if step.question.addition else step.question.clause
        box.border_title = f"{counted}{source} · 照读，不加一字"
        box.border_subtitle = "F2 解释" if step.question.explanation and not held.explained else ""
        said = Text(held.sentence(step), "bold")
        if held.explained and step.question.explanation:
            said.append(f"\n解释：{step.question.explanation}", "not bold")
        box.change(said)

    def _about(self, held: Interviewing, step: Step) -> None:
        line = Text(no_wrap=True, overflow="ellipsis")
        tickets = [step.ticket] if step.ticket else held.tickets
        for ticket in tickets:
            record, unit = ticket.record, ticket.handling.now_with
            reply = ticket.handling.feedbacks[-1].outcome if ticket.handling.feedbacks else ""
            title = shown_title(ticket, self.console.actor)
            parts = ["、".join(record.types), title, unit.unit if unit else "", f"已反馈：{reply}"]
            line.append(f"{ticket.number} · " + " · ".join(filter(None, parts)) + "\n")
        if not step.ticket and len(tickets) > 1:
            line.append(f"同一号码 {len(tickets)} 件，一次问完", "dim")
        self.query_one("#request-line", Quiet).change(line)

    def _answered(self, held: Interviewing, step: Step) -> None:
        lines = Text()
        for each in held.steps():
            if each.ticket is None or (step.ticket is not None and each.ticket.id != step.ticket.id):
                continue
            answer = held.answers(each.ticket).get(each.question.id)
            if answer is None:
                continue
            lines.append(f"{each.question.label}  ", "dim").append_text(answer_text(answer.value, answer.said))
            if answer.at is not None:
                lines.append(f"  {answer.at.astimezone(SHANGHAI):%H:%M:%S}", "dim")
            lines.append("\n")
        changes = sum(len(each) for each in held.interview.changes.values())
        if changes:
            lines.append(f"改过 {changes} 处答案，前后与理由都已记下", "dim")
        box = self.query_one("#answered", Static)
        box.border_title = "已答"
        box.update(lines or Text("还没有答案；每一问都由诉求人自己说，不预选，不代答。", "dim"))

    def _given(self, held: Interviewing, step: Step) -> str:
        if step.question.id == OPENING:
            return held.interview.person
        if step.question.id == CONSENT:
            return held.interview.consent
        answer = held.answer
        return answer.value if answer else ""

    # -- what is pressed ------------------------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing at this question."""
        if self._model.held is None:
            return "这次回访已经记下"
        step = self._held.now
        if action_id == "explain" and not step.question.explanation:
            return "这一问没有解释；诉求人没听清的，照原句再读一遍"
        if action_id == "back_one" and step.question.id == OPENING:
            return "已是第一句"
        if action_id == "probe" and step.ticket is None:
            return "问到问卷的问题以后，才需要追问"
        return ""

    @on(AnswerKeys.Given)
    def given(self, event: AnswerKeys.Given) -> None:
        """Take an answer and go on; a key that was pressed before the question stood on the glass answers nothing."""
        if event.place == _place(self._held.now):
            self._take(event.value)

    @on(TextArea.Changed, "#words")
    def written(self) -> None:
        """Keep the claimant's words as they are typed."""
        self._do(lambda: self._held.write(self.query_one("#words", TextBox).text))

    @on(Typed)
    def typed(self, event: Typed) -> None:
        """What is typed on the answers is what the claimant said."""
        words = self.query_one("#words", TextBox)
        if words.display:
            words.focus()
            words.insert(event.text)
        else:
            self.tell("这一步不写字：请按数字键选", error=True)

    def action_complete(self) -> None:
        """Go on; after the closing sentence, keep the interview."""
        held, step = self._held, self._held.now
        if step.question.id in (PARTING, "closing"):
            self._end(self._model.finish)
            return
        if step.question.several:
            self._take(self.query_one("#answers", AnswerKeys).value)
        elif not step.question.options:
            self._take("")
        elif given := self._given(held, step):
            self._take(given)
        else:
            self.tell("还没有答案：请按数字键选一个；诉求人不愿回答的按 0", error=True)

    def _take(self, value: str, reason: str = "") -> None:
        try:
            went = self._held.give(value, reason)
        except StorageError as error:
            self.tell(str(error), error=True)
            return
        if went:
            self.show_step()
            return
        self.app.push_screen(ReasonPage(lambda why: self._take(value, why)))

    def action_explain(self) -> None:
        """Show the explanation, which the claimant asked for."""
        self._do(self._held.explain)
        self.show_step()

    def action_back_one(self) -> None:
        """Go to the question before."""
        self._do(self._held.back)
        self.show_step()

    def action_probe(self) -> None:
        """Write down what is said beyond the script, before it is said."""
        self.app.push_screen(ProbePage(self._held))

    def action_later(self) -> None:
        """Agree on a time."""
        self.app.push_screen(AppointmentPage(self._model, self._ended))

    def action_full_text(self) -> None:
        """Show the request whole."""
        step = self._held.now
        self.app.push_screen(RequestPage([step.ticket] if step.ticket else self._held.tickets))

    def action_hang_up(self) -> None:
        """Say what the call came to."""
        self.app.push_screen(OutcomePage(self._model, self._ended))

    def _do(self, what: Callable[[], object]) -> None:
        try:
            what()
        except StorageError as error:
            self.tell(str(error), error=True)

    def _end(self, what: Callable[[], str]) -> None:
        try:
            told = what()
        except REFUSALS as refused:
            self.tell(str(refused), error=True)
            if self._model.held is None:
                self._ended(str(refused))
            return
        self._ended(told)

    def _ended(self, told: str) -> None:
        self.dismiss(None)
        self._done(told)


def _place(step: Step) -> str:
    """What tells a question from all others of the call."""
    return f"{step.question.id}.{step.ticket.id if step.ticket else ''}"
