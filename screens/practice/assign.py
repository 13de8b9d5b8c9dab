"""布置、班级: which course who has to do by when, and who is in a class (6.3.2)."""

from collections.abc import Callable
from datetime import timedelta

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static

from console.practice.assigning import CourseError
from console.practice.training import Training
from console.when import WhenError, read_instant
from data.db import StorageError
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field
from scripts.reading import PackError

WEEK = timedelta(days=7)


class AssignPage(Dialog):
    """Course, whom, and up to which day."""

    ACTIONS = (Action("take", "f8", "布置", "bz", "布置这门课程；学员下次练习时最先看到。"),)

    def __init__(self, model: Training, to: str, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model, self._to, self._done = model, to, done

    def body(self) -> ComposeResult:
        """Lay out the three, and what there is to choose from."""
        classes = self._model.assigning.classes()
        courses = self._model.lesson.courses.every
        with Vertical(id="page", classes="short"):
            with Horizontal(classes="row"):
                yield Label("课程")
                yield Field(value=courses[0].id if courses else "", id="course")
            with Horizontal(classes="row"):
                yield Label("给谁")
                yield Field(value=self._to or next(iter(classes), ""), id="to", placeholder="班级，或工号")
            with Horizontal(classes="row"):
                yield Label("期限")
                yield Field(value=f"{self._model.today + WEEK}", id="deadline")
            told = Text("可选的课程：", "dim")
            for each in courses:
                told.append(f"\n  {each.id}  {each.title}")
            told.append(
                f"\n班级：{'、'.join(f'{name} {len(who)} 人' for name, who in classes.items()) or '还没有，按 F6 建'}"
            )
            yield Static(told)

    def on_mount(self) -> None:
        """Begin with the course."""
        super().on_mount()
        self.query_one("#page").border_title = "布置课程 · 6.3.2"
        self.query_one("#course").focus()

    def action_take(self) -> None:
        """Assign it."""
        course, to, until = (self.query_one(f"#{name}", Field).value.strip() for name in ("course", "to", "deadline"))
        try:
            chosen = self._model.lesson.courses.course(course)
            made = self._model.assigning.assign(chosen.id, to, read_instant(until).date())
        except (CourseError, PackError, WhenError, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
        self._done(f"已把“{chosen.title}”布置给{made.to}，{made.deadline} 前完成")


class ClassPage(Dialog):
    """A name and numbers."""

    ACTIONS = (Action("take", "f8", "保存", "bc", "记下班级里有谁；工号空着就是撤销这个班级。"),)

    def __init__(self, model: Training, done: Callable[[str], None]) -> None:
        super().__init__()
        self._model, self._done = model, done

    def body(self) -> ComposeResult:
        """Lay out name and numbers, and the classes that there are."""
        classes = self._model.assigning.classes()
        name, members = next(iter(classes.items()), ("", ()))
        with Vertical(id="page", classes="short"):
            with Horizontal(classes="row"):
                yield Label("班级")
                yield Field(value=name, id="name", placeholder="如 一班")
            with Horizontal(classes="row"):
                yield Label("工号")
                yield Field(value=" ".join(members), id="members", placeholder="几个工号用空格分开")
            told = "\n".join(f"{each}：{' '.join(who)}" for each, who in classes.items())
            yield Static(Text(told or "还没有班级。", "dim"))

    def on_mount(self) -> None:
        """Begin with the name."""
        super().on_mount()
        self.query_one("#page").border_title = "班级 · 6.3.2"
        self.query_one("#name").focus()

    def action_take(self) -> None:
        """Keep it."""
        name = self.query_one("#name", Field).value.strip()
        members = tuple(self.query_one("#members", Field).value.replace("、", " ").split())
        try:
            self._model.assigning.set_class(name, members)
        except (CourseError, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
        self._done(f"{name}现有 {len(members)} 人" if members else f"已撤销{name}")
