"""布置、班级: which course who has to do by when, and who is in a class (6.3.2)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import ClassVar

from console.practice.assigning import CourseError
from console.practice.training import Training
from console.when import WhenError, read_instant
from data.db import StorageError
from screens.actions import Action
from screens.form_page import FormPage
from scripts.reading import PackError

WEEK = timedelta(days=7)


class AssignPage(FormPage):
    """Course, whom, and up to which day."""

    ACTIONS = (Action("take", "f8", "布置", "bz", "布置这门课程；学员下次练习时最先看到。"),)
    ROWS = ((("课程", "course"),), (("给谁", "to"),), (("期限", "deadline"),))
    PLACEHOLDERS: ClassVar[Mapping[str, str]] = {"to": "班级，或工号"}
    TITLE_OF_PAGE = "布置课程 · 6.3.2"
    REFUSALS = (CourseError, PackError, WhenError, StorageError)

    def __init__(self, model: Training, to: str, done: Callable[[str], None]) -> None:
        super().__init__(done)
        self._model, self._to = model, to
        self._known = model.assigning.classes()

    def given(self) -> Mapping[str, str]:
        """Return the first course, whom the cursor stood on or the first class, and a week."""
        courses = self._model.lesson.courses.every
        return {
            "course": courses[0].id if courses else "",
            "to": self._to or next(iter(self._known), ""),
            "deadline": f"{self._model.today + WEEK}",
        }

    def explained(self) -> str:
        """Return what there is to choose from."""
        courses = "".join(f"\n  {each.id}  {each.title}" for each in self._model.lesson.courses.every)
        classes = "、".join(f"{name} {len(who)} 人" for name, who in self._known.items())
        return f"可选的课程：{courses}\n班级：{classes or '还没有，按 F6 建'}"

    def act(self) -> str:
        """Assign it."""
        chosen = self._model.lesson.courses.course(self.value("course"))
        until = read_instant(self.value("deadline")).date()
        made = self._model.assigning.assign(chosen.id, self.value("to"), until)
        return f"已把“{chosen.title}”布置给{made.to}，{made.deadline} 前完成"


class ClassPage(FormPage):
    """A name and numbers."""

    ACTIONS = (Action("take", "f8", "保存", "bc", "记下班级里有谁；工号空着就是撤销这个班级。"),)
    ROWS = ((("班级", "name"),), (("工号", "members"),))
    PLACEHOLDERS: ClassVar[Mapping[str, str]] = {"name": "如 一班", "members": "几个工号用空格分开"}
    TITLE_OF_PAGE = "班级 · 6.3.2"
    REFUSALS = (CourseError, StorageError)

    def __init__(self, model: Training, done: Callable[[str], None]) -> None:
        super().__init__(done)
        self._model = model
        self._known = model.assigning.classes()

    def given(self) -> Mapping[str, str]:
        """Return the first class."""
        name, members = next(iter(self._known.items()), ("", ()))
        return {"name": name, "members": " ".join(members)}

    def explained(self) -> str:
        """Return the classes that there are."""
        return "\n".join(f"{each}：{' '.join(who)}" for each, who in self._known.items()) or "还没有班级。"

    def act(self) -> str:
        """Keep it."""
        name, members = self.value("name"), tuple(self.value("members").replace("、", " ").split())
        self._model.assigning.set_class(name, members)
        return f"{name}现有 {len(members)} 人" if members else f"已撤销{name}"
