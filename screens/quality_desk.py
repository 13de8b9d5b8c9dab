"""质检: work drawn for assessment, judged by machine and person; an agent sees and appeals their own (7.1.2)."""

from rich.text import Text
from textual import work
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.house import House
from console.quality.assessing import APPEALED, TO_REVIEW, Assessing, Assessment
from console.quality.findings import Improving
from console.quality.report import Report, report
from console.quality.sampling import CHECKERS
from console.rates_desk import periods
from data.db import StorageError
from data.people import Actor
from data.quality import Done, Run
from screens.list_desk import ReloadingDesk
from screens.quality.judging import JudgingPage
from screens.quality.pages import FindingsPage, ReportPage, SamplePage
from screens.quality.telling import about, row
from screens.widgets.pick import CURSOR_CELLS, PickList

STEPS = (Done.REVIEWED, Done.DECIDED, Done.APPEALED, Done.CHECKED)


class QualityScreen(ReloadingDesk[Assessment]):
    """A list over what the assessment under the cursor rests on."""

    NAME = "质检"
    EMPTY = "没有考评：质检、督办按 F2 抽样；评定过的，坐席在这里看到自己的结果（7.1.2）。"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self.model = Assessing(house, actor)
        self._seen = (-1, -1)

    def on_screen_resume(self) -> None:
        """Coming back: list anew where something was written."""
        self.call_after_refresh(self._look)

    def tick(self) -> None:
        """Others write here too."""
        super().tick()
        self._look()

    def _look(self) -> None:
        if self.is_mounted and self._house.tickets.written() != self._seen:
            self.reload()

    def reload(self) -> None:
        """List anew; the cursor stays on its assessment."""
        held, listed = self._item(), self.query_one(PickList)
        self._seen = self._house.tickets.written()
        self._items = self.model.every()
        if held is not None:
            listed.at = next((at for at, each in enumerate(self._items) if each.id == held.id), listed.at)
        width = listed.size.width - CURSOR_CELLS
        listed.fill([row(self.model, each, width) for each in self._items], keep=True)

    def on_pick_list_moved(self) -> None:
        """Say what the assessment under the cursor rests on."""
        each, reading = self._item(), self.query_one("#reading", VerticalScroll)
        width = reading.scrollable_content_region.width
        self.query_one("#article", Static).update(about(self.model, each, width) if each else Text(""))
        reading.scroll_home(animate=False)
        self.refresh_keys()

    def status(self) -> list[Text | str]:
        """Show how many wait."""
        count = sum(each.state == TO_REVIEW for each in self._items)
        appeals = sum(each.state == APPEALED for each in self._items)
        return [f"待评定 {count} 申诉 {appeals}"]

    def _step(self) -> tuple[Done | None, str]:
        """Return what this person can do with the assessment under the cursor, or why nothing."""
        each = self._item()
        if each is None:
            return None, "没有选中的考评"
        reasons = [(step, self.model.why_not(each, step)) for step in STEPS]
        able = next((step for step, reason in reasons if not reason), None)
        usual = {TO_REVIEW: Done.REVIEWED, APPEALED: Done.DECIDED}.get(each.state, Done.CHECKED)
        if self._actor.agent_no in each.agents:
            usual = Done.APPEALED
        return able, "" if able else dict(reasons)[usual]

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing here."""
        match action_id:
            case "sample" if not self._actor.may(*CHECKERS):
                return f"质检抽样由{'、'.join(CHECKERS)}操作（6.2.2）"
            case "judge":
                return self._step()[1]
            case "full_text" if self._item() is None:
                return "没有选中的考评"
            case "widen" if not self.has_class("-reading"):
                return "清单已在；换台按 Ctrl+O"
        return ""

    def action_move(self, by: int) -> None:
        """Move along the list; with the page keys through the text."""
        if abs(by) > 1 and not self.has_class("-reading"):
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by // 2, animate=False)
        else:
            super().action_move(by)

    def action_sample(self) -> None:
        """Draw work to be assessed."""
        self.app.push_screen(SamplePage(self._house, self._actor, self._drawn))

    def _drawn(self, run: Run) -> None:
        self.reload()
        self.tell(f"样框 {run.frame} 件，已抽取 {run.drawn} 件")

    def action_judge(self) -> None:
        """Review, check, appeal or decide: whichever is this person's turn."""
        each, (step, _) = self._item(), self._step()
        if each is not None and step is not None:
            self.app.push_screen(JudgingPage(self.model, each, step, self._judged))

    def _judged(self, after: Assessment) -> None:
        self.reload()
        self.tell(f"{after.agent_no}号的这件{after.state}")

    def action_report(self) -> None:
        """Show the report of the last 30 days."""
        self._count()

    @work(thread=True, exclusive=True, group="quality-report")
    def _count(self) -> None:
        """Count off the event loop."""
        name, since, until = periods(self._house.clock.now())[0]
        try:
            made = report(self._house, self._actor, since, until)
        except StorageError as error:
            self.app.call_from_thread(self.tell, f"没有统计成：{error}", error=True)
            return
        if self.app.is_running:
            self.app.call_from_thread(self._counted, made, name)

    def _counted(self, made: Report, name: str) -> None:
        self.app.push_screen(ReportPage(made, name))

    def action_findings(self) -> None:
        """Show what is done about what was found."""
        self.app.push_screen(FindingsPage(Improving(self._house, self._actor)))
