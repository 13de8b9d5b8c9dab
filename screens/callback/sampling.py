"""抽样: draw finished requests for callback, by a stated rule and seed (5.4.1)."""

from collections.abc import Callable, Iterator

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from console.callback_desk import CallbackDesk
from console.sampling import Rule, SamplingError, expected
from data.db import StorageError
from data.samples import STRATA, Excluded, Quota, Run
from data.tickets import ActRefused
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.choices import Radio
from screens.widgets.fields import Field

LOOK_SECONDS = 5  # between two looks at the quotas: others call meanwhile
SHOWN = 10  # strata
_BY = {name: key for key, name in STRATA.items()}


class SamplingPage(Dialog):
    """The rule, what it would draw, and how far the newest samples are."""

    ACTIONS = (Action("take", "f8", "抽取", "cq", "按所写的规则抽取，列入回访名单；规则、种子、样框都留存。"),)

    def __init__(self, model: CallbackDesk, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model = model
        self._done = done
        self._left = model.unlisted()  # of the sample before, where listing was broken off
        self._frames: dict[str, tuple[dict[str, int], Excluded]] = {}  # by what they are divided by
        self._run: Run | None = None  # the sample that is listed now
        self._listing: Iterator[int] = iter(())
        self._listed = 0
        self._seen = 0

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
        self._seen = self._model.house.tickets.changes()
        self.preview()
        self._quotas()
        self.set_interval(LOOK_SECONDS, self.look)

    def look(self) -> None:
        """Show the quotas as they stand, where others have called meanwhile."""
        seen = self._model.house.tickets.changes()
        if self._run is None and seen != self._seen:
            self._seen = seen
            self._frames.clear()
            self.preview()
            self._quotas()

    @on(Input.Changed)
    @on(Radio.Changed)
    def preview(self) -> None:
        """Say what the rule would draw now."""
        if self._left:
            told = f"上次抽取的还有 {self._left} 件没有列入名单（中断过）：按 F8 接着列入，再抽新的"
            self.query_one("#effect", Static).update(Text(told, "bold"))
            return
        try:
            rule = self._rule()
            if rule.by not in self._frames:
                self._frames[rule.by] = self._model.frame(rule.by)
            sizes, excluded = self._frames[rule.by]
            frame, drawn = expected(sizes, rule)
        except SamplingError as error:
            self.query_one("#effect", Static).update(Text(str(error), "bold"))
            return
        text = Text(f"可抽 {frame} 件，会抽 {drawn} 件", "bold")
        text.append(
            f"\n不在其中：诉求人不接受回访 {excluded.refused} 件、没有号码 {excluded.no_number} 件（5.4.2）", "dim"
        )
        self.query_one("#effect", Static).update(text)

    def _quotas(self) -> None:
        quotas = self._model.quotas()
        lines = Text()
        if len(quotas) > 1:
            whole = Quota(f"全部 {len(quotas)} 层", *map(sum, zip(*(quota[1:] for quota in quotas), strict=True)))
            lines.append_text(_quota_line(whole))
        for quota in quotas[:SHOWN]:
            lines.append_text(_quota_line(quota))
        self.query_one("#quotas", Static).update(lines or Text("还没有抽过样。", "dim"))

    def _rule(self) -> Rule:
        try:
            rate = float(self.query_one("#rate", Field).value.strip().rstrip("%％")) / 100
        except ValueError:
            raise SamplingError("比例请写数字：全部回访写 100") from None
        return Rule(rate, _BY[self.query_one("#by", Radio).value], self.query_one("#seed", Field).value.strip())

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing while the drawn ones are listed."""
        return f"正在列入名单，还要一会儿：{self._progress()}" if self._run else ""

    def action_back(self) -> None:
        """Go back; what is being listed is listed first."""
        if self._run is None:
            super().action_back()

    def action_take(self) -> None:
        """Draw, or go on listing what was drawn before."""
        try:
            self._run = self._model.newest() if self._left else self._model.draw(self._rule())
        except (SamplingError, ActRefused, StorageError) as refused:
            self.tell(str(refused), error=True)
            return
        if self._run is not None:
            self._listing, self._listed = self._model.listing(self._run), 0
            self._list_on()

    def _list_on(self) -> None:
        """List one part, and let the glass be drawn before the next: a city's sample takes a while."""
        try:
            self._listed = next(self._listing)
        except StopIteration:
            self._over()
        except (ActRefused, StorageError) as refused:
            self._run, self._left = None, self._model.unlisted()
            self.preview()
            self.tell(str(refused), error=True)
        else:
            self.query_one("#effect", Static).update(Text(f"正在列入名单：{self._progress()}", "bold"))
            self.call_after_refresh(self._list_on)

    def _progress(self) -> str:
        return f"{self._listed}/{self._left or (self._run.drawn if self._run else 0)} 件"

    def _over(self) -> None:
        run = self._run
        assert run is not None
        missed = (self._left or run.drawn) - self._listed
        told = (
            f"样框 {run.frame} 件，抽取 {self._listed} 件列入名单"
            if not self._left
            else f"已接着列入 {self._listed} 件"
        )
        self.dismiss(None)
        self._done(told + (f"，{missed} 件在抽取时已有变化，下次再抽" if missed else ""))


def _quota_line(quota: Quota) -> Text:
    line = Text().append(f"{quota.stratum}  ", "bold")
    return line.append(
        f"抽 {quota.drawn}/{quota.frame} 成功 {quota.interviewed} 拒访 {quota.refused} "
        f"未接触 {quota.unreached} 不合格 {quota.ineligible} 待访 {quota.left}\n"
    )
