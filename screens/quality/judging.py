"""评定、复评、申诉、裁定: the criteria on the left, record and call on the right, one note for the criterion at hand."""

from collections.abc import Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from console.quality.assessing import STEP_NAMES, Assessing, Assessment, Verdict
from console.quality.sampling import QualityError
from data.db import StorageError
from data.quality import Done, QualityConflict
from screens.actions import Action
from screens.desk import Dialog
from screens.quality.telling import criterion_about, criterion_row, work_text
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList


class JudgingPage(Dialog):
    """What is written in the note is the ground of the mark given next; F8 hands all of it in."""

    ACTIONS = (
        Action("right", "f2", "做到", "zd", "光标所在一项做到了；改判机器或别人评的，先写依据。"),
        Action("wrong", "f4", "偏差", "pc", "光标所在一项是偏差，先写依据；申诉时是要申诉这一项。"),
        Action("complete", "f8", "提交", "tj", "提交评定、复评、申诉或裁定；申诉、复评和裁定的理由写在下面一行。"),
    )
    BINDINGS = ARROWS

    def __init__(self, desk: Assessing, each: Assessment, step: Done, done: Callable[[Assessment], None]) -> None:
        super().__init__()
        self._desk, self._each, self._step, self._done = desk, each, step, done
        self._work = desk.work(each)  # read once: the criteria are walked along beside it
        self._verdicts: dict[str, Verdict] = {}
        self._against: list[str] = []

    def body(self) -> ComposeResult:
        """Lay out criteria beside the work over the note."""
        with Vertical(id="page"):
            with Horizontal(id="sides"):
                yield PickList(empty="")
                with VerticalScroll(id="reading"):
                    yield Static(id="article")
            yield Field(id="note", placeholder="依据或理由")

    def on_mount(self) -> None:
        """List the criteria, what is open first in sight."""
        self.query_one("#page").border_title = f"{STEP_NAMES[self._step]} · {self._each.agent_no}号 · 7.1.2.2"
        self.query_one("#note").focus()
        self.call_after_refresh(self._list)

    def on_resize(self) -> None:
        """Fit rows and text to the new width."""
        self.call_after_refresh(self._list, keep=True)

    def _list(self, *, keep: bool = False) -> None:
        listed = self.query_one(PickList)
        rows = [
            criterion_row(each, self._each.marks.get(each.id), listed.size.width - 2, self._said(each.id))
            for each in self._desk.pack.criteria
        ]
        listed.fill(rows, keep=keep)

    def _said(self, name: str) -> str:
        verdict = self._verdicts.get(name)
        return "▸申诉" if name in self._against else "" if verdict is None else "▸做到" if verdict.right else "▸偏差"

    def on_pick_list_moved(self) -> None:
        """Show the criterion under the cursor over record and call."""
        reading = self.query_one("#reading", VerticalScroll)
        width = reading.scrollable_content_region.width
        criterion = self._desk.pack.criteria[self.query_one(PickList).at]
        text = criterion_about(self._desk, self._each, criterion, width)
        if verdict := self._verdicts.get(criterion.id):
            text.append(f"{self._said(criterion.id)} {verdict.note}\n", "bold")
        self.query_one("#article", Static).update(
            Text().append_text(text).append_text(work_text(self._desk, self._work, width))
        )

    def why_not(self, action_id: str) -> str:
        """Say why a key does nothing here."""
        if action_id == "right" and self._step is Done.APPEALED:
            return "申诉只指明不同意的偏差：按 F4"
        return ""

    def action_move(self, by: int) -> None:
        """Move along the criteria; with the page keys through record and call."""
        if abs(by) > 1:
            self.query_one("#reading", VerticalScroll).scroll_relative(y=by // 2, animate=False)
        else:
            self.query_one(PickList).move(by)

    def action_right(self) -> None:
        """The criterion was met."""
        self._judge(right=True)

    def action_wrong(self) -> None:
        """The criterion was not met; in an appeal: this one is appealed against."""
        name = self._desk.pack.criteria[self.query_one(PickList).at].id
        if self._step is not Done.APPEALED:
            self._judge(right=False)
            return
        self._against = [each for each in self._against if each != name] + [name] * (name not in self._against)
        self._list(keep=True)

    def _judge(self, *, right: bool) -> None:
        name, note = self._desk.pack.criteria[self.query_one(PickList).at].id, self.query_one("#note", Field)
        self._verdicts[name] = Verdict(name, right, note.value)
        note.value = ""
        self._list(keep=True)

    def action_complete(self) -> None:
        """Hand it in."""
        note, verdicts = self.query_one("#note", Field).value, list(self._verdicts.values())
        try:
            match self._step:
                case Done.REVIEWED:
                    after = self._desk.review(self._each, verdicts, note)
                case Done.CHECKED:
                    after = self._desk.check(self._each, verdicts, note)
                case Done.APPEALED:
                    after = self._desk.appeal(self._each, self._against, note)
                case _:
                    after = self._desk.decide(self._each, verdicts, note)
        except (QualityError, QualityConflict, StorageError) as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
        self._done(after)
