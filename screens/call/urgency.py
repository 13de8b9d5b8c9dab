"""Judging the urgency: kinds with their definitions in sight, the words of the text that suggest them, and the questions
that some of them need (5.1.4.1 note 1)."""

from collections.abc import Callable
from typing import ClassVar

import msgspec
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.reactive import reactive
from textual.widgets import Static

from console.call_desk import CallDesk
from console.registration import UrgencyOpen
from screens.actions import Action
from screens.desk import Acting, Dialog


def refuse(on: Acting, model: CallDesk, error: Exception, then: Callable[[None], None] | None = None) -> None:
    """Say why an act was refused; where the urgency is what is open, on the page that settles it."""
    if isinstance(error, UrgencyOpen):
        on.app.push_screen(UrgencyDialog(model, str(error)), then)
    else:
        on.tell(str(error), error=True)


class UrgencyDialog(Dialog):
    """Digits turn kinds on and off; y and n answer the question under the chosen kind; F4 says of all the kinds that
    the words suggest that they do not hold."""

    ACTIONS = (
        Action("yes", "y", "是", "s", "对正在问的一项答“是”。"),
        Action("no", "n", "否", "f", "对正在问的一项答“否”。"),
        Action("none", "f4", "都不是", "dbs", "文中像是的几种都不属，按一般诉求办理；再写到别的词语时会再问。"),
        Action("back", "f8", "确定", "qd", "回到受理台。"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(digit), f"turn({digit})", show=False) for digit in range(1, 10)),
        Binding("enter,space", "digits", show=False),
    ]

    kinds: reactive[tuple[str, ...]] = reactive(())

    def __init__(self, model: CallDesk, reason: str = "") -> None:
        super().__init__()
        self.reason = reason  # why the page came by itself
        self.model = model
        self.pack = model.house.packs.urgency
        self.answers = dict(model.record.urgency_answers)
        self.set_reactive(UrgencyDialog.kinds, tuple(model.record.urgency_kinds))

    def body(self) -> ComposeResult:
        """Lay out the kinds with their definitions."""
        with VerticalScroll(id="page"):
            yield Static(id="kinds")

    def on_mount(self) -> None:
        """Show the present choice."""
        self.query_one("#page").border_title = "紧急程度 · 5.1.4.1 注 · 数字键选择，可多选"
        self.show()
        if self.reason:
            self.tell(self.reason, error=True)

    def show(self) -> None:
        """Draw kinds, definitions, questions, and what follows from the answers."""
        page = Text()
        asking = self._asking()
        suggested = {hint.kind: hint.words for hint in self.model.suggested}
        still_open = self._open()
        for number, kind in enumerate(self.pack.kinds, 1):
            on = kind.name in self.kinds
            page.append(f"{number} {'▣' if on else '□'} {kind.name}", "bold reverse" if on else "bold")
            page.append(f"  {'视情况报' + kind.report_to if kind.report_to else ''}", "dim")
            if kind.name in suggested:
                judged = kind.name in self.model.record.not_urgent and kind.name not in still_open
                mark = "已判定不属" if judged else "" if on else "⚠"
                page.append(f"  {mark}文中“{'、'.join(suggested[kind.name][:3])}”", "dim" if judged or on else "bold")
            page.append("\n")
            page.append(f"    {kind.definition}\n", "" if on else "dim")
            for question in kind.questions if on else ():
                answer = self.answers.get(question.id)
                mark = "？" if answer is None else "是" if answer else "否"
                now = question.id == asking
                page.append(
                    f"    {'▸' if now else ' '} {question.text}  〔{mark}〕{' 按 y／n' if now else ''}\n",
                    "bold" if now else "",
                )
        for note in self.model.judgement.notes if self.model.judgement else ():
            page.append(f"\n· {note}", "italic")
        self.query_one("#kinds", Static).update(page)
        self.refresh_keys()

    def _asking(self) -> str:
        """The id of the first question without an answer."""
        for kind in self.pack.kinds:
            if kind.name in self.kinds:
                for question in kind.questions:
                    if question.id not in self.answers:
                        return question.id
        return ""

    def _open(self) -> set[str]:
        """The kinds that the words suggest and nobody has judged."""
        return {hint.kind for hint in self.model.judgement.hints} if self.model.judgement else set()

    def why_not(self, action_id: str) -> str:
        """Only an open question can be answered, and only what the words suggest judged not to hold."""
        if action_id == "none" and not self._open():
            return "文中没有待判定的词语：要改，按数字键"
        return "现在没有待答的问题" if action_id in ("yes", "no") and not self._asking() else ""

    def action_turn(self, number: int) -> None:
        """Turn a kind on or off."""
        if number > len(self.pack.kinds):
            return
        kind = self.pack.kinds[number - 1]
        on = set(self.kinds) ^ {kind.name}
        self.kinds = tuple(each.name for each in self.pack.kinds if each.name in on)
        if kind.name not in on:
            for question in kind.questions:
                self.answers.pop(question.id, None)
        self._keep()

    def action_digits(self) -> None:
        """Say how a kind is chosen: there is no cursor to act on."""
        self.tell("按数字键选紧急种类（可多选），F8 确定；都不属按 F4，一般诉求什么都不用选")

    def action_yes(self) -> None:
        """Answer yes."""
        self._answer(True)

    def action_no(self) -> None:
        """Answer no."""
        self._answer(False)

    def action_none(self) -> None:
        """None of the suggested kinds holds."""
        self.model.set_aside(self._open())
        self.show()

    def _answer(self, value: bool) -> None:
        asking = self._asking()
        if asking:
            self.answers[asking] = value
            self._keep()

    def _keep(self) -> None:
        judged = {kind: words for kind, words in self.model.record.not_urgent.items() if kind not in self.kinds}
        record = msgspec.structs.replace(
            self.model.record,
            urgency_kinds=list(self.kinds),
            urgency_answers=dict(self.answers),
            not_urgent=judged,
        )
        self.model.edit(record)
        self.show()
