"""F1: the keys in force and what they do; the palette; the way to another desk. All drawn from the registry."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from console.names import Named, narrow
from screens.actions import Action, key_name
from screens.desk import Acting, Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList


class HelpDialog(Dialog):
    """The keys of the page it was called from; one that cannot be used now shows the reason."""

    BINDINGS = ARROWS

    def __init__(self, page: Acting, refused_packs: list[str]) -> None:
        super().__init__()
        self._page = page
        self._refused = refused_packs

    def body(self) -> ComposeResult:
        """Lay out the page of keys."""
        with VerticalScroll(id="page"):
            yield Static(id="kinds")

    def on_mount(self) -> None:
        """Write the page."""
        self.query_one("#page").border_title = "帮助 · 现在可用的键"
        text = Text()
        for sentence in self._refused:
            text.append(f"未采用规则包：{sentence}\n", "bold")
        for action in self._page.ACTIONS:
            reason = self._page.why_not(action.id)
            text.append(f"{key_name(action.key):<7}", "bold" if not reason else "dim")
            text.append(f"{action.label}  ", "bold" if not reason else "dim")
            text.append(f"{action.help}\n")
            if reason:
                text.append(f"       现在不可用：{reason}\n", "dim italic")
        text.append("\nTab／Shift+Tab 在各栏之间移动；多行内容里回车只换行，不会提交。\n")
        text.append("输入法正在组字时，字母键归输入法：请用功能键。\n", "dim")
        self.query_one("#kinds", Static).update(text)

    def action_move(self, by: int) -> None:
        """Scroll."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=by, animate=False)


class PaletteDialog(Dialog):
    """Every action of the page by name or pinyin initials."""

    ACTIONS = (Action("take", "f8", "执行", "zx", "执行所选的操作。"),)
    BINDINGS = ARROWS

    def __init__(self, page: Acting) -> None:
        super().__init__()
        self._page = page
        self._items = [
            Named(action.label, action, aliases=(action.help,), initials=(action.initials,)) for action in page.ACTIONS
        ]
        self._shown: list[Action] = []

    def body(self) -> ComposeResult:
        """Lay out field and list."""
        with Vertical(id="page"):
            yield Field(id="query", placeholder="操作名称或拼音首字母，回车执行")
            yield PickList(empty="没有这样的操作：换一个字或首字母试试。")

    def on_mount(self) -> None:
        """Show all actions."""
        self.query_one("#page").border_title = "命令"
        self.search("")
        self.query_one("#query").focus()

    @on(Input.Changed, "#query")
    def typed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.search(event.value)

    @on(Input.Submitted, "#query")
    def submitted(self) -> None:
        """Do the action under the cursor."""
        self.action_take()

    def search(self, query: str) -> None:
        """Show the actions that match."""
        self._shown = [named.item for named in narrow(query, self._items, limit=40)]
        lines = []
        for action in self._shown:
            reason = self._page.why_not(action.id)
            line = Text(f"{key_name(action.key):<8}{action.label}", "dim" if reason else "")
            line.append(f"  {action.initials}  {reason or action.help}", "dim")
            lines.append(line)
        self.query_one(PickList).fill(lines)

    def action_move(self, by: int) -> None:
        """Move along the list."""
        self.query_one(PickList).move(by)

    def action_take(self) -> None:
        """Do the action under the cursor."""
        at = self.query_one(PickList).at
        if at < len(self._shown):
            action = self._shown[at]
            self.dismiss(None)
            self.app.call_later(self._page.action_do, action.id)  # once this page is gone
