"""纠错: what is wrong with an article, in a few words to its owner's list (6.3.4)."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from console.call_desk import CallDesk
from data.db import StorageError
from kb.articles import Article
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field


class CorrectionDialog(Dialog):
    """One field; the article stays in use until its owner has looked at it."""

    ACTIONS = (Action("take", "f8", "报出", "bc", "把纠错报给这篇知识的责任单位和知识管理员。"),)

    def __init__(self, model: CallDesk, article: Article) -> None:
        super().__init__()
        self.model = model
        self._article = article

    def body(self) -> ComposeResult:
        """Lay out the article's name and the field."""
        with Vertical(id="page"):
            yield Static(
                Text(f"《{self._article.title}》第 {self._article.version} 版 · {self._article.owner}", "bold")
            )
            yield Field(id="words", placeholder="哪里不对、应是什么，例如：电话已改为 010-…")
            yield Static(Text("报出后列在“知识”台的“纠错”里，由知识管理员和责任单位处理。", "dim"))

    def on_mount(self) -> None:
        """Begin to write."""
        self.query_one("#page").border_title = "报纠错"
        self.query_one("#words").focus()

    @on(Input.Submitted, "#words")
    async def submitted(self) -> None:
        """Report it."""
        await self.action_do("take")

    def action_take(self) -> None:
        """Report it."""
        words = self.query_one("#words", Field).value.strip()
        if not words:
            self.tell("请先写哪里不对；不报了按 Esc", error=True)
            return
        try:
            self.model.reports.correction(self._article, words)
        except StorageError as error:
            self.tell(str(error), error=True)
            return
        self.dismiss(None)
        self.app.call_later(self._told)

    def _told(self) -> None:
        desk = self.app.screen
        if isinstance(desk, Dialog):
            desk.tell(f"已报纠错：《{self._article.title}》，转{self._article.owner}核对")
