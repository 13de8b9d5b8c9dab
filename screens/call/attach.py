"""附件: files that belong to the request (5.1.3.1)."""

from pathlib import Path

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from console.attachments import AttachmentError, attach
from console.call_desk import CallDesk
from data.record import Attachment
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList


class AttachDialog(Dialog):
    """A path is typed; the list shows what is attached."""

    ACTIONS = (
        Action("take", "f8", "附上", "fs", "把所填路径的文件附到这件诉求上。"),
        Action("drop", "f6", "移除", "yc", "从这件诉求上移除光标所在的附件。"),
    )
    BINDINGS = ARROWS

    def __init__(self, model: CallDesk) -> None:
        super().__init__()
        self.model = model

    def body(self) -> ComposeResult:
        """Lay out field and list."""
        with Vertical(id="page"):
            yield Field(id="query", placeholder="文件路径：录音、图片、视频、文档；回车附上")
            yield PickList(empty="还没有附件。")

    def on_mount(self) -> None:
        """Show what is attached."""
        self.query_one("#page").border_title = "附件 · 5.1.3.1 语音、文字、图片、视频"
        self._fill()
        self.query_one("#query").focus()

    def why_not(self, action_id: str) -> str:
        """Only what is attached can be removed."""
        return "还没有附件" if action_id == "drop" and not self.model.record.attachments else ""

    def action_move(self, by: int) -> None:
        """Move along the list."""
        self.query_one(PickList).move(by)

    @on(Input.Submitted, "#query")
    def submitted(self) -> None:
        """Attach the file."""
        self.action_take()

    def action_take(self) -> None:
        """Attach the file."""
        field = self.query_one("#query", Field)
        if not field.value.strip():
            self.tell("请先填文件路径", error=True)
            return
        try:
            new = attach(self.model.house.home.attachments, Path(field.value.strip()).expanduser())
        except AttachmentError as error:
            self.tell(str(error), error=True)
            return
        if all(new.sha256 != held.sha256 for held in self.model.record.attachments):
            self._keep([*self.model.record.attachments, new])
        field.value = ""

    def action_drop(self) -> None:
        """Remove the attachment under the cursor; the kept copy stays in the folder."""
        at = self.query_one(PickList).at
        self._keep([held for index, held in enumerate(self.model.record.attachments) if index != at])

    def _keep(self, attachments: list[Attachment]) -> None:
        self.model.edit(msgspec.structs.replace(self.model.record, attachments=attachments))
        self._fill()

    def _fill(self) -> None:
        lines = [Text(held.name).append(f"  {held.media_type}", "dim") for held in self.model.record.attachments]
        self.query_one(PickList).fill(lines, keep=True)
        self.refresh_keys()
