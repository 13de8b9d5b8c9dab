"""提出改进、跟进检查: a finding with its measure, owner and date, and whether it helped (7.2)."""

from collections.abc import Callable
from datetime import date

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.practice.assigning import CourseError
from console.practice.for_findings import find
from console.quality.findings import MEASURES, Finding, Follow, Improving
from console.quality.sampling import QualityError
from data.db import StorageError
from data.quality import QualityConflict
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field
from scripts.reading import PackError

DONE = ("是", "否")


class FormPage(Dialog):
    """Some short fields that are handed in together; what is refused says why and stays."""

    ACTIONS = (Action("take", "f8", "提交", "tj", "把写好的记下来；缺什么会说。"),)
    ROWS: tuple[tuple[tuple[str, str], ...], ...] = ()  # of each row its labels and the ids of their fields
    TITLE_OF_PAGE = ""

    def __init__(self, model: Improving, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model, self._done = model, done

    def body(self) -> ComposeResult:
        """Lay out the fields over what they mean."""
        with Vertical(id="page", classes="short"):
            for row in self.ROWS:
                with Horizontal(classes="row"):
                    for label, name in row:
                        yield Label(label)
                        yield Field(id=name)
            yield Static(Text(self.explained(), "dim"))

    def on_mount(self) -> None:
        """Begin with the first field."""
        self.query_one("#page").border_title = self.TITLE_OF_PAGE
        self.query_one(f"#{self.ROWS[0][0][1]}").focus()

    def explained(self) -> str:
        """Return what stands below the fields."""
        raise NotImplementedError

    def act(self) -> str:
        """Do it; returns what to say then. Raises `QualityError`, `QualityConflict` or `StorageError`."""
        raise NotImplementedError

    def action_take(self) -> None:
        """Hand it in."""
        try:
            told = self.act()
        except (QualityError, QualityConflict, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
        self._done(told)

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Field).value.strip()

    def _day(self, name: str, label: str) -> date | None:
        written = self._value(name)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            raise QualityError(f"{label}“{written}”不是日期：请写成 {self._model.today}") from None


class FindingPage(FormPage):
    """A problem, what is done about it, by whom, and when that is looked at."""

    ROWS = (
        (("问题", "problem"),),
        (("措施", "measure"),),
        (("条款", "clause"), ("负责人", "owner")),
        (("跟进", "follow_up"), ("课程", "course")),
        (("布置", "to"),),
    )
    TITLE_OF_PAGE = "提出改进 · 7.2"

    def explained(self) -> str:
        """Return the measures that 7.2 names, and how a date is written."""
        kinds = "；".join(f"{clause} {name}" for clause, name in MEASURES.items())
        return f"条款：{kinds}。负责人写工号，跟进写 {self._model.today} 这样的日期；课程是练习，可以不写；写了课程编号，可以布置给几个工号或班级，跟进日期前完成。"

    def act(self) -> str:
        """Write the finding down."""
        follow_up = self._day("follow_up", "跟进日期")
        if follow_up is None:
            raise QualityError("改进事项还缺跟进日期：请补写（7.2）")
        problem, measure, clause, owner = map(self._value, ("problem", "measure", "clause", "owner"))
        to = self._value("to").replace("、", " ").split()
        try:
            made = find(self._model, Finding(problem, measure, clause, owner, follow_up, self._value("course")), to)
        except (CourseError, PackError) as error:
            raise QualityError(str(error)) from error
        assigned = f"，课程布置给{'、'.join(to)}" if to else ""
        return f"已记改进，{made.finding.owner}号负责，{made.due} 跟进{assigned}"


class FollowPage(FormPage):
    """The check on the day that was set."""

    ROWS = ((("见效", "effective"), ("再查", "again")), (("情况", "note"),))
    TITLE_OF_PAGE = "跟进检查 · 7.2"

    def __init__(self, model: Improving, name: str, problem: str, done: Callable[[str], None]) -> None:
        super().__init__(model, done)
        self._finding, self._problem = name, problem

    def explained(self) -> str:
        """Return what is checked."""
        return f"检查“{self._problem}”。见效写是或否；没有见效的，再查写下次检查的日期，如 {self._model.today}。"

    def act(self) -> str:
        """Write the check down."""
        effective = self._value("effective")
        if effective not in DONE:
            raise QualityError(f"见效要写{'或'.join(DONE)}，现为“{effective}”（7.2）")
        follow = Follow(effective == DONE[0], self._value("note"), self._day("again", "再查日期"))
        after = self._model.follow(self._finding, follow)
        return f"已记检查：{after.state(self._model.today)}"
