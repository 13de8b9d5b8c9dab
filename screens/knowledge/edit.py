"""起草: one article with all its fields; what is half written stays, also when the session is killed."""

from collections.abc import Callable

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label, Static, TextArea

from console.knowledge_desk import EDITED, KnowledgeDesk, Sheet
from data.db import StorageError
from kb.articles import FIELD_NAMES, SOURCE_KINDS, ArticleError, KnowledgeError
from kb.upkeep_drafts import Draft
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field, TextBox

LONG = ("body", "questions", "keywords", "related")
HINTS = {
    "questions": "一行一条",
    "related": "一行一个文章编号",
    "keywords": "一行一个",
    "source_kind": "、".join(SOURCE_KINDS),
    "source": "文件名称与条款",
    "district": "全市适用则留空",
    "checked_on": "如 2026-01-31",
    "valid_from": "如 2026-01-31，可空",
    "valid_until": "如 2026-12-31，长期则空",
    "public": "是／否；否为内部答复口径",
}


class EditDialog(Dialog):
    """A field a row; F8 hands the article in to be checked by somebody else."""

    ACTIONS = (
        Action("take", "f8", "提交", "tj", "提交核对：由另一位知识管理员通过后才生效（6.3.4）。"),
        Action("drop", "f4", "不要了", "bylk", "丢掉这张没有提交的稿子，按两次。"),
    )

    def __init__(self, model: KnowledgeDesk, sheet: Sheet, submitted: Callable[[Draft], None]) -> None:
        super().__init__()
        self.model = model
        self._submitted = submitted
        self._sheet = sheet
        self._armed = False

    def body(self) -> ComposeResult:
        """Lay out the fields."""
        with Vertical(id="page"):
            if self._sheet.reported:
                with VerticalScroll(id="reported"):
                    yield Static(Text("\n".join(f"纠错：{each}" for each in self._sheet.reported), "bold"))
            with VerticalScroll(id="fields"):
                for field in EDITED:
                    value = self._sheet.values[field]
                    if field in LONG:
                        yield Static(Text(f"{FIELD_NAMES[field]}  {HINTS.get(field, '')}", "dim"))
                        yield TextBox(text=value, id=field, classes="long")
                    else:
                        with Horizontal(classes="row"):
                            yield Label(FIELD_NAMES[field])
                            yield Field(id=field, value=value, placeholder=HINTS.get(field, ""))

    def on_mount(self) -> None:
        """Begin with the title."""
        base = f"改第 {self._sheet.base_version} 版" if self._sheet.base_version else "新文章"
        self.query_one("#page").border_title = f"起草 · {base} · 提交后由另一位知识管理员核对"
        self.query_one("#title").focus()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def written(self) -> None:
        """Keep what is written."""
        sheet = self._now()
        if sheet == self._sheet:
            return
        self._sheet = sheet
        try:
            self.model.keep(sheet)
        except StorageError as error:
            self.tell(str(error), error=True)

    @on(Input.Submitted)
    def entered(self) -> None:
        """Enter in a field of one line goes to the next."""
        self.action_walk()

    def _now(self) -> Sheet:
        values = {
            field: self.query_one(f"#{field}", TextBox).text
            if field in LONG
            else self.query_one(f"#{field}", Field).value
            for field in EDITED
        }
        return msgspec.structs.replace(self._sheet, values=values)

    def action_take(self) -> None:
        """Hand it in."""
        try:
            draft = self.model.submit(self._now())
        except (KnowledgeError, StorageError) as error:
            if isinstance(error, ArticleError) and error.field in EDITED:
                self.query_one(f"#{error.field}").focus()
            self.tell(str(error), error=True)
            return
        self._submitted(draft)
        self.console.call_later(self._told, draft.article.title)
        self.dismiss(None)

    def _told(self, title: str) -> None:
        if not isinstance(self.app.screen, Dialog):
            self.app.screen.tell(f"已提交《{title[:30]}》：待另一位知识管理员核对")  # type: ignore[attr-defined]

    def action_drop(self) -> None:
        """Throw the sheet away."""
        if not self._armed:
            self._armed = True
            self.tell("没有提交的内容会丢掉：再按一次 F4 确认；要留着按 Esc")
            return
        self.model.forget()
        self.dismiss(None)
