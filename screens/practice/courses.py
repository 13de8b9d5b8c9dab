"""课程: what is assigned to whoever practises, how far it is, and the way to its next calls and cards (6.3.2)."""

from typing import ClassVar

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.practice.learning import Learning
from console.practice.lesson import PracticeDesk
from console.practice.progress import DONE, OVERDUE, Progress
from data.db import StorageError
from screens.actions import COURSE_DESK, Action
from screens.list_desk import ReloadingDesk
from screens.practice.drill import DrillPage, open_drill
from screens.rates.telling import broken
from screens.ticket_rows import fit
from screens.widgets.pick import CURSOR_CELLS, PickList


class CoursesScreen(ReloadingDesk[Progress]):
    """A list of courses over the parts of the one under the cursor."""

    NAME = "课程"
    MORE: ClassVar[tuple[Action, ...]] = COURSE_DESK
    EMPTY = "没有课程：请交系统管理员检查安装。"

    def __init__(self, model: Learning, desk: PracticeDesk) -> None:
        super().__init__(model.lesson.house, model.actor)
        self.model = model
        self._desk = desk

    def reload(self) -> None:
        """List anew; the cursor stays on its course."""
        held, listed = self._item(), self.query_one(PickList)
        try:
            self._items = self.model.every()
        except StorageError as error:
            self.tell(str(error), error=True)
            return
        if held is not None:
            listed.at = next((at for at, each in enumerate(self._items) if each.course.id == held.course.id), 0)
        width = listed.size.width - CURSOR_CELLS
        listed.fill([self._row(each, width) for each in self._items], keep=True)
        self.tick()

    def _row(self, each: Progress, width: int) -> Text:
        state = each.state(self.model.today)
        due = f"{each.assigned.deadline:%m-%d} 前" if each.assigned else ""
        line = Text(no_wrap=True).append(fit(state, 7), "bold" if state == OVERDUE else "dim" if state == DONE else "")
        line.append(f"{each.done:>2}/{len(each.parts):<3}").append(fit(due, 9), "bold" if due else "")
        return line.append(fit(each.course.title, max(10, width - 22)))

    def on_pick_list_moved(self) -> None:
        """Say what the course under the cursor asks for."""
        each, reading = self._item(), self.query_one("#reading", VerticalScroll)
        width = reading.scrollable_content_region.width
        self.query_one("#article", Static).update(course_text(each, width) if each else Text())
        reading.scroll_home(animate=False)
        self.refresh_keys()

    def status(self) -> list[Text | str]:
        """Show how much is assigned and still to do."""
        count = sum(each.assigned is not None and bool(each.open) for each in self._items)
        late = sum(each.state(self.model.today) == OVERDUE for each in self._items)
        return [f"布置待完成 {count}", Text(f"逾期 {late}", "bold") if late else ""]

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing here."""
        each = self._item()
        if action_id in ("begin", "cards", "full_text") and each is None:
            return "没有选中的课程"
        if action_id == "begin" and each is not None:
            return self.model.why_no_calls(each, self._desk)
        if action_id == "cards" and each is not None and not any(part.card for part in each.open):
            return "这门课程的卡都会了：按 F8 开始来电，或按 F6 小测"
        if action_id == "widen" and not self.has_class("-reading"):
            return "清单已在；换台按 Ctrl+O"
        return ""

    def action_next_mode(self) -> None:
        """The coach speaks, or feedback waits for the end."""
        lesson = self.model.lesson
        lesson.coach = not lesson.coach
        self.tell(f"下一通来电按{lesson.mode}进行")
        self.tick()

    def action_cards(self) -> None:
        """Drill the cards of the course."""
        each = self._item()
        if each is None:
            return
        try:
            self.app.push_screen(DrillPage(self.model.drill(each)))
        except StorageError as error:
            self.tell(str(error), error=True)

    def action_drill(self) -> None:
        """Drill what is due."""
        open_drill(self, self.model.lesson)

    def action_begin(self) -> None:
        """Let the next call of the course ring at the call desk."""
        each = self._item()
        if each is not None and self.model.line_up(each, self._desk.line):
            self.console.open_desk("受理")
            self._desk.line.ring()


def course_text(each: Progress, width: int) -> Text:
    """Write a course out with how far it is, so many columns wide."""
    text = Text().append(broken(each.course.title, width), "bold")
    text.append(broken(each.course.about, width))
    if each.assigned is not None:
        who = f"{each.assigned.by}号布置，{each.assigned.deadline} 前完成；布置以后练的才算"
        text.append(broken(who + ("；来自质检改进（7.2d）" if each.assigned.finding else ""), width), "bold")
    text.append(broken(f"来电 {each.course.passing:g} 分算过；卡答对或在来电里做对算会。", width), "dim")
    step = ""
    for part in each.parts:
        if part.step != step:
            step = part.step
            text.append(broken(f"{step}{'（有辅导）' if part.coach else ''}", width), "bold")
        mark = "✓" if part.done else "·"
        points = f"  最高 {part.best:g} 分" if part.best is not None else ""
        text.append(
            broken(f"{mark} {'来电' if part.scenario else '卡'} {part.title}{points}", width, "  "),
            "dim" if part.done else "",
        )
    return text
