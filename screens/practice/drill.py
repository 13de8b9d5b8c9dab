"""小测: the cards that are due, one at a time; a sentence is said or a choice made, and what was right stands below."""

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from console.practice.cards import SORTS
from console.practice.drill import Answered, Drill
from console.practice.grading import AGAIN, GOOD, RATINGS
from console.practice.lesson import Lesson
from console.practice.questions import MOST_OPTIONS
from console.when import moment
from data.db import StorageError
from screens.actions import Action
from screens.desk import Acting, Dialog
from screens.rates.telling import broken
from screens.widgets.fields import Field

SIGNS = {AGAIN: "✗", GOOD: "✓"}


class DrillPage(Dialog):
    """Keys alone: digits choose, Enter answers and goes on."""

    ACTIONS = (
        Action("take", "f2", "作答", "zd", "交上写好的一句，或选好的几项；回车也行。"),
        Action("pass", "f4", "不会", "bh", "不答，看正确的；这张卡按“没有做到”安排。"),
        Action("next", "f8", "下一题", "xyt", "看完对错，问下一题；回车也行。"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", show=False),
        *(Binding(str(digit), f"choose({digit})", show=False) for digit in range(1, MOST_OPTIONS + 1)),
    ]

    def __init__(self, drill: Drill) -> None:
        super().__init__()
        self._drill = drill
        self._chosen: set[int] = set()
        self._answered: Answered | None = None

    def body(self) -> ComposeResult:
        """Lay out question, field, options and what was right."""
        with Vertical(id="page"), VerticalScroll(id="reading"):
            yield Static(id="article")
            yield Field(id="query", placeholder="写下要说的一句，回车交上；不会按 F4")
            yield Static(id="verdict")

    def on_mount(self) -> None:
        """Ask the first."""
        self.query_one("#reading").can_focus = False
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        """Break the lines for another width."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        question, field = self._drill.question, self.query_one("#query", Field)
        width = self.query_one("#reading", VerticalScroll).scrollable_content_region.width
        page = self.query_one("#page")
        page.border_title = f"小测 · 第 {self._drill.at} 题 共 {self._drill.many}"
        asked, said = Text(), Text()
        if question is None:
            page.border_title = "小测 · 做完了" if self._drill.answers else "小测"
            asked = self._over(width)
        else:
            asked.append(f"{SORTS[question.card.sort]}\n", "dim")
            if question.moment:
                asked.append(broken(question.moment, width))
            asked.append(broken(question.ask, width), "bold").append_text(self._options(width))
        if self._answered is not None:
            said = self._verdict(self._answered, width)
        field.display = question is not None and not question.options
        field.disabled = self._answered is not None
        if field.display and not field.disabled:
            field.focus()
        self.query_one("#article", Static).update(asked)
        self.query_one("#verdict", Static).update(said)
        self.refresh_keys()

    def _options(self, width: int) -> Text:
        question, text = self._drill.question, Text()
        for at, option in enumerate(question.options if question else ()):
            chosen = at in self._chosen
            right = self._answered is not None and question is not None and at in question.right
            mark = "▣" if chosen else "□"
            text.append(
                broken(f"{at + 1}{mark}{option}{' ✓' if right else ''}", width), "bold" if chosen or right else ""
            )
        if question and question.options and self._answered is None:
            text.append("数字键选，可选几项，回车交上\n" if question.several else "按数字键作答\n", "dim")
        return text

    def _verdict(self, answered: Answered, width: int) -> Text:
        card = answered.question.card
        text = Text().append(f"{SIGNS.get(answered.rating, '△')} {RATINGS[answered.rating]}", "bold")
        text.append(f"  下次 {moment(answered.due)}\n", "dim")
        text.append(broken(f"正确的：{answered.question.model}（{card.clause}）", width))
        return text

    def _over(self, width: int) -> Text:
        answers = self._drill.answers
        if not answers:
            due = self._drill.first_due
            later = f"最早的一张 {moment(due)} 到期" if due else "还没有卡：练一通电话，漏掉的会变成卡"
            return Text(broken(f"现在没有到期的卡。{later}。", width))
        text = Text().append(f"答对 {self._drill.right()} 题，共 {len(answers)} 题\n", "bold")
        for each in answers:
            sign = SIGNS.get(each.rating, "△")
            text.append(broken(f"{sign} {each.question.card.called}  下次 {moment(each.due)}", width))
        return text.append("Esc 返回", "dim")

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing now."""
        if self._drill.question is None and action_id in ("take", "pass", "next"):
            return "没有题了：按 Esc 返回"
        if action_id in ("take", "pass") and self._answered is not None:
            return "这一题已经答过：按回车问下一题"
        if action_id == "next" and self._answered is None:
            return "先作答，不会按 F4"
        return ""

    @on(Input.Submitted, "#query")
    async def action_enter(self) -> None:
        """Enter answers, then goes on."""
        await self.action_do("take" if self._answered is None else "next")

    def action_choose(self, number: int) -> None:
        """A digit chooses; the only answer of a question at once answers it."""
        question = self._drill.question
        if question is None or self._answered is not None or number > len(question.options):
            return
        self._chosen = self._chosen ^ {number - 1} if question.several else {number - 1}
        if question.several:
            self._show()
        else:
            self.action_take()

    def action_take(self) -> None:
        """Answer."""
        question, said = self._drill.question, self.query_one("#query", Field).value.strip()
        if question is None:
            return
        if not (self._chosen if question.options else said):
            self.tell("还没有选：按数字键选，不会按 F4" if question.options else "还没有写：不会按 F4", error=True)
            return
        self._answer(said)

    def action_pass(self) -> None:
        """Not known."""
        self._chosen = set()
        self._answer("")

    def _answer(self, said: str) -> None:
        question = self._drill.question
        try:
            typed = question is not None and not question.options and said
            self._answered = self._drill.say(said) if typed else self._drill.choose(self._chosen)
        except StorageError as error:
            self.tell(str(error), error=True)
            return
        self.set_focus(None)
        self._show()

    def action_next(self) -> None:
        """Ask the next one."""
        self._drill.next()
        self._answered, self._chosen = None, set()
        self.query_one("#query", Field).value = ""
        self._show()


def open_drill(page: Acting, lesson: Lesson) -> None:
    """Ask whoever sits here what is due for them."""
    try:
        page.app.push_screen(DrillPage(lesson.drill(page.console.actor.agent_no)))
    except StorageError as error:
        page.tell(str(error), error=True)
