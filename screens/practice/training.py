"""培训: who practised, what the class misses most, how it goes over time; courses are assigned here (6.3.2)."""

from typing import ClassVar

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.practice.progress import OVERDUE
from console.practice.training import Missed, Trainee, Training, as_csv, daily, write_csv
from console.when import moment
from data.db import StorageError
from screens.actions import TRAINING_DESK, Action
from screens.list_desk import ReloadingDesk
from screens.practice.assign import AssignPage, ClassPage
from screens.practice.chart import chart
from screens.rates.telling import broken
from screens.ticket_rows import fit
from screens.widgets.pick import CURSOR_CELLS, PickList

PASSING = 80.0
BAR = 10  # cells of the bar beside a card


class TrainingScreen(ReloadingDesk[Trainee | Missed]):
    """A list of trainees, or of what is missed, over the class or the trainee under the cursor."""

    NAME = "培训"
    MORE: ClassVar[tuple[Action, ...]] = TRAINING_DESK
    EMPTY = "还没有人练习：按 F6 建班级，按 F4 布置课程，或让学员运行 hotline practice。"

    def __init__(self, model: Training) -> None:
        super().__init__(model.lesson.house, model.actor)
        self.model = model
        self._trainees: list[Trainee] = []
        self._by_card = False

    def reload(self) -> None:
        """List anew."""
        listed = self.query_one(PickList)
        try:
            self._trainees = self.model.trainees()
        except StorageError as error:
            self.tell(str(error), error=True)
            return
        width = listed.size.width - CURSOR_CELLS
        if self._by_card:
            missed = self.model.missed_most(self._trainees)
            self._items = missed
            listed.fill([_card_row(each, width) for each in missed], keep=True)
        else:
            self._items = self._trainees
            listed.fill([self._row(each, width) for each in self._trainees], keep=True)
        self.tick()

    def _row(self, each: Trainee, width: int) -> Text:
        average = "—" if each.average is None else f"{each.average:.0f}"
        line = Text(no_wrap=True).append(fit(f"{each.agent} {each.name}", 14))
        line.append(fit(f"{len(each.results)} 通", 7)).append(fit(f"均 {average}", 7))
        line.append(fit(moment(each.last) if each.last else "没有练过", 12), "dim")
        late = any(one.state(self.model.today) == OVERDUE for one in each.assigned)
        told = "；".join(f"{one.done}/{len(one.parts)} {one.course.title}" for one in each.assigned)
        return line.append(fit(f"{'✗逾期 ' if late else ''}{told}", max(8, width - 40)), "bold" if late else "")

    def on_pick_list_moved(self) -> None:
        """Say more of the trainee under the cursor, or how the whole class does."""
        each, reading = self._item(), self.query_one("#reading", VerticalScroll)
        width = reading.scrollable_content_region.width
        chosen = [each] if isinstance(each, Trainee) else self._trainees
        text = Text().append(f"{_name(each) if isinstance(each, Trainee) else '全班'}\n", "bold")
        if isinstance(each, Trainee):
            text.append_text(self._about(each, width))
        text.append_text(chart(daily(chosen), PASSING, width - 1))
        if isinstance(each, Trainee):
            text.append_text(_calls(each, width))
        self.query_one("#article", Static).update(text if self._trainees else Text())
        reading.scroll_home(animate=False)
        self.refresh_keys()

    def _about(self, each: Trainee, width: int) -> Text:
        text = Text()
        for one in each.assigned:
            due = f"{one.assigned.deadline} 前" if one.assigned else ""
            state = one.state(self.model.today)
            text.append(broken(f"{state} {one.done}/{len(one.parts)} {one.course.title} {due}", width))
        weak = self.model.missed_most([each])[:3]
        if weak:
            text.append(broken(f"常错：{'、'.join(one.name for one in weak)}", width))
        return text

    def status(self) -> list[Text | str]:
        """Show how many practised, and how many calls."""
        active = sum(bool(each.results) for each in self._trainees)
        return [f"练过 {active}/{len(self._trainees)} 人 {sum(len(each.results) for each in self._trainees)} 通"]

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing here."""
        if action_id == "full_text" and self._item() is None:
            return "清单是空的"
        if action_id == "widen" and not self.has_class("-reading"):
            return "清单已在；换台按 Ctrl+O"
        return ""

    def action_next_view(self) -> None:
        """Trainees, or what is missed most."""
        self._by_card = not self._by_card
        self.query_one(PickList).at = 0
        self.reload()

    def action_assign(self) -> None:
        """Assign a course, to whom the cursor stands on unless another is written."""
        each = self._item()
        self.app.push_screen(AssignPage(self.model, each.agent if isinstance(each, Trainee) else "", self._done))

    def action_class(self) -> None:
        """Say who is in a class."""
        self.app.push_screen(ClassPage(self.model, self._done))

    def _done(self, sentence: str) -> None:
        self.reload()
        self.tell(sentence)

    def action_export(self) -> None:
        """Write what everybody did to a file."""
        path = self._house.home.exports / f"practice-{self.model.today}.csv"
        try:
            write_csv(path, as_csv(self._trainees, self.model.today))
        except OSError as error:
            self.tell(f"没有写成 {path}：{error.strerror}；请检查磁盘空间和权限", error=True)
            return
        self.tell(f"已存为 {path}")


def _name(each: Trainee) -> str:
    classes = f" · {'、'.join(each.classes)}" if each.classes else ""
    return f"{each.agent}号 {each.name}{classes}"


def _calls(each: Trainee, width: int) -> Text:
    text = Text()
    for result in reversed(each.results):
        critical = any(one.grade == "critical" for one in result.deviations)
        told = f"{moment(result.at)} {result.total:g} 分 {result.title}{'  致命' if critical else ''}"
        text.append(broken(told, width), "bold" if critical else "dim")
    return text


def _card_row(each: Missed, width: int) -> Text:
    line = Text(no_wrap=True).append(fit("█" * max(1, round(each.share * BAR)), BAR + 1), "dim")
    line.append(fit(f"{each.share:.0%}", 5)).append(fit(f"{each.missed}漏 {each.half}半 /{each.asked}", 16), "dim")
    return line.append(fit(f"{each.trainees} 人", 6)).append(fit(each.name, max(8, width - BAR - 28)))
