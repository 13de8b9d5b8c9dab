"""提出改进、跟进检查: a finding with its measure, owner and date, and whether it helped (7.2)."""

from collections.abc import Callable
from datetime import date

from console.practice.assigning import CourseError
from console.practice.for_findings import find
from console.quality.findings import MEASURES, Finding, Follow, Improving
from console.quality.sampling import QualityError
from data.db import StorageError
from data.quality import QualityConflict
from screens.form_page import FormPage
from scripts.reading import PackError

DONE = ("是", "否")


class ImprovingPage(FormPage):
    """What the two have in common: whose improvements they are, what refuses them, and how days are read."""

    REFUSALS = (QualityError, QualityConflict, StorageError)

    def __init__(self, model: Improving, done: Callable[[str], None]) -> None:
        super().__init__(done)
        self._model = model

    def _day(self, name: str, label: str) -> date | None:
        written = self.value(name)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            raise QualityError(f"{label}“{written}”不是日期：请写成 {self._model.today}") from None


class FindingPage(ImprovingPage):
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
        problem, measure, clause, owner = map(self.value, ("problem", "measure", "clause", "owner"))
        to = self.value("to").replace("、", " ").split()
        try:
            made = find(self._model, Finding(problem, measure, clause, owner, follow_up, self.value("course")), to)
        except (CourseError, PackError) as error:
            raise QualityError(str(error)) from error
        assigned = f"，课程布置给{'、'.join(to)}" if to else ""
        return f"已记改进，{made.finding.owner}号负责，{made.due} 跟进{assigned}"


class FollowPage(ImprovingPage):
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
        effective = self.value("effective")
        if effective not in DONE:
            raise QualityError(f"见效要写{'或'.join(DONE)}，现为“{effective}”（7.2）")
        follow = Follow(effective == DONE[0], self.value("note"), self._day("again", "再查日期"))
        after = self._model.follow(self._finding, follow)
        return f"已记检查：{after.state(self._model.today)}"
