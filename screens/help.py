"""F1: the keys in force and what they do; the palette; the way to another desk. All drawn from the registry."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from console.names import Named, narrow
from console.wrapping import wrap
from screens.actions import Action, key_name
from screens.desk import Acting, Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList

KEY_CELLS, LABEL_CELLS = 7, 4  # a longer label pushes its sentence: most have two characters, and lines are dear
FOOT = (
    "Tab／Shift+Tab 在各栏之间移动；多行内容里回车只换行，不会提交。",
    "受理台的 Tab 从“来电人”直接到“联系”；要改个人、法人，在“联系”按 Shift+Tab，再按空格。",
    "输入法正在组字时，字母键归输入法：请用功能键。",
)


class KeySheet:
    """The keys of a page: those in force first, then the others under the reason that keeps them."""

    def __init__(self, page: Acting, refused: Sequence[str]) -> None:
        self._refused = refused
        self._in_force: list[Action] = []
        self._kept: dict[str, list[Action]] = {}  # by reason
        for action in page.every_action():
            reason = page.why_not(action.id)
            (self._kept.setdefault(reason, []) if reason else self._in_force).append(action)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Lay the page out for the width that there is."""
        width = options.max_width
        for sentence in self._refused:
            yield from _paragraph(sentence, width, "bold")
        for action in self._in_force:
            yield from self._line(action, width, "bold", "")
        for reason, actions in self._kept.items():
            yield from _paragraph(f"不可用：{reason}", width, "italic")
            for action in actions:
                yield from self._line(action, width, "dim", "dim")
        for sentence in FOOT:
            yield from _paragraph(sentence, width, "dim")

    def _line(self, action: Action, width: int, key_style: str, style: str) -> Iterator[Text]:
        label = set_cell_size(action.label, max(LABEL_CELLS, cell_len(action.label)))
        head = f"{key_name(action.key):<{KEY_CELLS}}{label}  "
        for line in wrap(action.help, max(1, width - cell_len(head))):
            yield Text.assemble((head, key_style), (line, style), no_wrap=True)
            head = " " * cell_len(head)


def _paragraph(text: str, width: int, style: str) -> Iterator[Text]:
    for line in wrap(text, width):
        yield Text(line, style, no_wrap=True)


class HelpDialog(Dialog):
    """The keys of the page it was called from; one that cannot be used now shows the reason."""

    BINDINGS = ARROWS

    def __init__(self, page: Acting, refused: Sequence[str]) -> None:
        super().__init__()
        self._page = page
        self._refused = refused  # sentences on a city's own files that are not in force

    def body(self) -> ComposeResult:
        """Lay out the page of keys."""
        with VerticalScroll(id="page"):
            yield Static(KeySheet(self._page, self._refused))

    def on_mount(self) -> None:
        """Say what the page is."""
        self.query_one("#page").border_title = "帮助 · 现在可用的键"

    def action_help(self) -> None:
        """Pressed once more, it is read."""
        self.dismiss(None)

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
