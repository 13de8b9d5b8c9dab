"""抽样: draw finished requests for callback, by a stated rule and seed (5.4.1)."""

from collections.abc import Callable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from console.callback_desk import CallbackDesk
from console.sampling import Rule, SamplingError
from data.db import StorageError
from data.samples import STRATA
from data.tickets import ActRefused
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.choices import Radio
from screens.widgets.fields import Field

_BY = {name: key for key, name in STRATA.items()}


class SamplingPage(Dialog):
    """The rule, what it would draw, and how far the newest samples are."""

    ACTIONS = (Action("take", "f8", "抽取", "cq", "按所写的规则抽取，列入回访名单；规则、种子、样框都留存。"),)

    def __init__(self, model: CallbackDesk, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model = model
        self._done = done

    def body(self) -> ComposeResult:
        """Lay out the rule, its effect, the quotas."""
        with Vertical(id="page"):
            with Horizontal(classes="row"):
                yield Label("比例")
                yield Field(id="rate", value="100", number=False, placeholder="百分之几，全部回访写 100")
                yield Label("%  种子")
                yield Field(id="seed", value=self._model.seed(), placeholder="同一种子抽出同样的工单")
            with Horizontal(classes="row"):
                yield Label("分层")
                yield Radio(tuple(STRATA.values()), value=STRATA["unit"], id="by")
            yield Static(id="effect")
            yield Static(id="quotas")

    def on_mount(self) -> None:
        """Show what would be drawn."""
        self.query_one("#page").border_title = "回访抽样 · 5.4.1"
        self.query_one("#rate").focus()
        self.preview()

    @on(Input.Changed)
    @on(Radio.Changed)
    def preview(self) -> None:
        """Say what the rule would draw now."""
        try:
            frame, drawn, excluded = self._model.preview(self._rule())
        except SamplingError as error:
            self.query_one("#effect", Static).update(Text(str(error), "bold"))
            return
        text = Text(f"可抽 {frame} 件，会抽 {drawn} 件", "bold")
        text.append(
            f"\n不在其中：诉求人不接受回访 {excluded.refused} 件、没有号码 {excluded.no_number} 件（5.4.2）", "dim"
        )
        self.query_one("#effect", Static).update(text)
        self._quotas()

    def _quotas(self) -> None:
        lines = Text()
        for quota in self._model.quotas()[:10]:
            lines.append(f"{quota.stratum}  ", "bold")
            lines.append(
                f"抽 {quota.drawn}/{quota.frame} 成功 {quota.interviewed} 拒访 {quota.refused} "
                f"未接触 {quota.unreached} 不合格 {quota.ineligible} 待访 {quota.left}\n"
            )
        self.query_one("#quotas", Static).update(lines or Text("还没有抽过样。", "dim"))

    def _rule(self) -> Rule:
        try:
            rate = float(self.query_one("#rate", Field).value.strip().rstrip("%％")) / 100
        except ValueError:
            raise SamplingError("比例请写数字：全部回访写 100") from None
        return Rule(rate, _BY[self.query_one("#by", Radio).value], self.query_one("#seed", Field).value.strip())

    def action_take(self) -> None:
        """Draw."""
        try:
            told = self._model.sample(self._rule())
        except (SamplingError, ActRefused, StorageError) as refused:
            self.tell(str(refused), error=True)
            return
        self.dismiss(None)
        self._done(told)
