"""更正答案: an answer that was noted wrongly, after the interview; what stood before stays beside it (5.4.4)."""

from collections.abc import Callable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.callback_desk import CallbackDesk
from data.callbacks import Answer
from data.db import StorageError
from data.events import Ticket
from data.lifecycle import TransitionRefused
from data.tickets import ActRefused
from screens.actions import Action
from screens.callback.answers import AnswerKeys, answer_text
from screens.callback.reason import REASONS
from screens.desk import Dialog
from screens.widgets.choices import Radio
from screens.widgets.fields import Field


class AmendPage(Dialog):
    """Which question, which answer, which words, and why."""

    ACTIONS = (
        Action("next_question", "f2", "换一问", "hyw", "换下一个问题。"),
        Action("take", "f8", "更正", "gz", "改成所选的答案；原来的答案、理由和谁改的都保留（5.4.4）。"),
    )

    def __init__(self, model: CallbackDesk, ticket: Ticket, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model, self._ticket, self._done = model, ticket, done
        last = ticket.callback.last
        self._answers = last.answers if last else {}
        self._questions = model.house.packs.survey.asked({name: each.value for name, each in self._answers.items()})
        self._at = 0

    def body(self) -> ComposeResult:
        """Lay out the question, the answers, the words, the reason."""
        with Vertical(id="page"):
            yield Static(id="about")
            yield AnswerKeys(id="answers")
            with Horizontal(classes="row"):
                yield Label("原话")
                yield Field(id="said")
            with Horizontal(classes="row"):
                yield Label("理由")
                yield Radio(REASONS, id="why")

    def on_mount(self) -> None:
        """Begin with the first question."""
        self.query_one("#page").border_title = f"更正答案 · {self._ticket.number} · 5.4.4"
        self._show()

    def _show(self) -> None:
        question = self._questions[self._at]
        kept = self._answers.get(question.id, Answer())
        about = Text(f"{self._at + 1}/{len(self._questions)} {question.label}\n", "bold")
        about.append(f"{question.text}\n", "dim").append("现在记的是 ").append_text(answer_text(kept.value, kept.said))
        self.query_one("#about", Static).update(about)
        keys = self.query_one("#answers", AnswerKeys)
        keys.show(question.id, question.options, kept.value, several=question.several)
        self.query_one("#said", Field).value = kept.said
        (keys if question.options else self.query_one("#said", Field)).focus()

    @on(AnswerKeys.Given)
    def given(self, event: AnswerKeys.Given) -> None:
        """Mark the new answer; F8 takes it."""
        if event.place == self._questions[self._at].id:
            self.query_one("#answers", AnswerKeys).given = event.value
            self.query_one("#why", Radio).focus()

    def action_next_question(self) -> None:
        """Go to the next question."""
        self._at = (self._at + 1) % len(self._questions)
        self._show()

    def action_take(self) -> None:
        """Change the answer."""
        question, keys = self._questions[self._at], self.query_one("#answers", AnswerKeys)
        value = keys.value if question.several else keys.given if question.options else ""
        answer = Answer(value, self.query_one("#said", Field).value.strip(), self.console.house.clock.now())
        try:
            self._model.calling.amend(self._ticket, question.id, answer, self.query_one("#why", Radio).value)
        except (TransitionRefused, ActRefused, StorageError) as refused:
            self.tell(str(refused), error=True)
            return
        self.dismiss(None)
        self._done(f"已更正 {self._ticket.number} 的“{question.label}”；原来的答案与理由都保留")
