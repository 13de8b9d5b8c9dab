"""抽样、报表、改进: the other pages of the desk 质检."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.house import House
from console.practice.for_findings import FindingCourses
from console.quality.findings import MEASURES, Improvement, Improving
from console.quality.report import Report
from console.quality.sampling import REASONS, QualityError, Rule, sample
from console.rates_desk import periods
from data.clock import SHANGHAI
from data.db import StorageError
from data.people import Actor
from data.quality import Run
from screens.actions import Action
from screens.desk import Dialog
from screens.quality.finding import FindingPage, FollowPage
from screens.quality.telling import report_text
from screens.rates.telling import broken
from screens.reading import ReadingPage
from screens.widgets.fields import Field

DEFAULT_RATE = "2"  # per cent


class SamplePage(Dialog):
    """A random share of the last 30 days, and what bears a risk."""

    ACTIONS = (Action("take", "f8", "抽取", "cq", "按比例、种子和风险抽取近 30 天登记的工单与接听的来电。"),)

    def __init__(self, house: House, actor: Actor, done: Callable[[Run], None]) -> None:
        super().__init__()
        self._house, self._actor, self._done = house, actor, done

    def body(self) -> ComposeResult:
        """Lay out share, seed and risks."""
        now = self._house.clock.now()
        with Vertical(id="page", classes="short"):
            with Horizontal(classes="row"):
                yield Label("随机%")
                yield Field(value=DEFAULT_RATE, id="rate")
                yield Label("种子")
                yield Field(value=f"{now:%Y-%m-%d}", id="seed")
            with Horizontal(classes="row"):
                yield Label("风险")
                yield Field(value="、".join(REASONS.values()), id="risks")
            yield Static(Text("有所写风险的全抽，与随机抽中的分开统计；抽过的不再抽。空着不按风险抽。", "dim"))

    def on_mount(self) -> None:
        """Begin with the share."""
        self.query_one("#page").border_title = "质检抽样 · 近30天 · 7.1.2.1"
        self.query_one("#rate").focus()

    def action_take(self) -> None:
        """Draw."""
        names = {name: key for key, name in REASONS.items()}
        try:
            written = [each for each in self.query_one("#risks", Field).value.split("、") if each.strip()]
            if strangers := [each for each in written if each.strip() not in names]:
                raise QualityError(f"没有“{strangers[0]}”这种风险：可选 {'、'.join(names)}")
            rate = self.query_one("#rate", Field).value.strip().rstrip("%％") or "0"
            if not rate.replace(".", "", 1).isdecimal():
                raise QualityError(f"随机比例“{rate}”应是 0 到 100 的数")
            now = self._house.clock.now()
            _, since, until = periods(now)[0]
            seed, risks = self.query_one("#seed", Field).value, tuple(names[each.strip()] for each in written)
            run = sample(self._house, Rule(since, until, float(rate) / 100, seed, risks), self._actor, now)
        except (QualityError, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
        self._done(run)


class ReportPage(ReadingPage):
    """By agent and team, each share with both numbers."""

    def __init__(self, made: Report, period: str) -> None:
        super().__init__()
        self._made, self._period = made, period

    def title_of_page(self) -> str:
        """Name the period."""
        return f"质检报表 · {self._period} · 7.1.2.4"

    def written(self, width: int) -> Text:
        """Write the report out."""
        return report_text(self._made, width)


class FindingsPage(ReadingPage):
    """What is done about it: the list, what is due first; a finding is written here, and what is due is checked."""

    ACTIONS = (
        Action("find", "f2", "提出", "tc", "提出一项改进：问题、措施、条款、负责人、跟进日期（7.2）。"),
        Action("follow", "f4", "检查", "jc", "检查最先到期的一项是否见效；没有见效的写明下次哪天再查（7.2）。"),
    )

    def __init__(self, model: Improving) -> None:
        super().__init__()
        self._model = model
        self._courses = FindingCourses(model.house, model.actor)

    def title_of_page(self) -> str:
        """Name the page."""
        return "改进 · 7.2"

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing here."""
        if action_id not in ("find", "follow"):
            return ""  # whoever may read the list may leave it
        if reason := self._model.why_not():
            return reason
        return (
            "没有要检查的改进事项：都已见效，或者还没有提出" if action_id == "follow" and self._next() is None else ""
        )

    def _next(self) -> Improvement | None:
        return next((each for each in self._model.every() if each.due is not None), None)

    def action_find(self) -> None:
        """Write a finding."""
        self.app.push_screen(FindingPage(self._model, self._told))

    def action_follow(self) -> None:
        """Check what is due first."""
        if (due := self._next()) is not None:
            self.app.push_screen(FollowPage(self._model, due.id, due.finding.problem, self._told))

    def _told(self, sentence: str) -> None:
        self._write()
        self.tell(sentence)

    def written(self, width: int) -> Text:
        """Write the list out."""
        text = Text()
        for each in self._model.every():
            found, due = each.finding, f"，{each.due} 跟进" if each.due else ""
            text.append(broken(f"{each.state(self._model.today)}  {found.problem}", width), "bold")
            course = f"；课程“{found.course}”" if found.course else ""
            text.append(broken(f"{found.measure}（{found.clause} {MEASURES[found.clause]}）{course}", width, "  "))
            text.append(broken(f"负责 {found.owner}号{due}", width, "  "))
            for agent, done in self._courses.progress(each.id) if found.course else ():
                told = f"课程 {agent}号 {done.done}/{len(done.parts)} {done.state(self._model.today)}"
                text.append(broken(told, width, "  "), "dim")
            for at, by, follow in each.follows:
                told = f"{at.astimezone(SHANGHAI):%m-%d} {by}号检查：{'见效' if follow.effective else '没有见效'}，{follow.note}"
                text.append(broken(told, width, "  "), "dim")
        return text or Text("还没有改进事项：按 F2 提出，写明措施、负责人和跟进日期。", "dim")
