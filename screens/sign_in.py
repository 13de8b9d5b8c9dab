"""Signing in with agent number (工号) and password; in the demo, any role without one."""

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label, Static

from console.first_steps import first_steps
from console.house import House
from console.packs import packs_in_force
from console.tables import table_not_in_force
from data.people import Actor, PeopleError
from screens.actions import Action
from screens.desk import Dialog
from screens.widgets.fields import Field
from screens.widgets.pick import ARROWS, PickList


class SignIn(Dialog):
    """The first page of a session."""

    ACTIONS = (Action("take", "f8", "登录", "dl", "用所填的工号登录。"),)
    BINDINGS = ARROWS

    def __init__(self, house: House, *, demo: bool) -> None:
        super().__init__()
        self._house = house
        self._demo = demo
        self._people: list[Actor] = house.people.everyone() if demo else []

    def body(self) -> ComposeResult:
        """Lay out number and password, or the people of the demo."""
        with Vertical(id="page"):
            if self._demo:
                yield PickList(empty="演示数据里没有人员：请用 hotline demo --reset 重建。")
            else:
                yield Label("工号")
                yield Field(id="number")
                yield Label("密码")
                yield Field(id="password", password=True)
            yield Static(id="question")

    def on_mount(self) -> None:
        """Say what to do."""
        page, hint = self.query_one("#page"), self.query_one("#question", Static)
        if self._demo:
            page.border_title = f"12345 热线 · {self.console.MARK or '演示'}：选一个角色"
            lines = [Text(f"{a.agent_no}号 {a.name}  ").append("、".join(sorted(a.roles)), "dim") for a in self._people]
            self.query_one(PickList).fill(lines)
            told = packs_in_force(self._house.packs, self._house.refused_packs, self._house.home.packs)
            told += map(table_not_in_force, self._house.refused_tables)
            hint.update(
                Text(
                    "\n".join([f"↑↓ 选择，回车进入。{self.console.MARK or '演示'}数据与正式数据完全分开。", *told]),
                    "dim",
                )
            )
        else:
            page.border_title = "12345 热线 · 登录"
            hint.update(Text("\n".join(first_steps(self._house)), "dim"))
            self.query_one("#number").focus()

    def tell(self, sentence: str, *, error: bool = False, lasting: bool = False, unasked: bool = False) -> None:
        """Say a sentence inside the box, below the fields: above the keys it would take a line and move the box."""
        hint = self.query_one("#question", Static)
        hint.set_class(error, "-error")
        hint.update(Text(("✗" if error else "›") + sentence))

    def action_move(self, by: int) -> None:
        """Move along the people of the demo, or between the fields."""
        if self._demo:
            self.query_one(PickList).move(by)
        else:
            self.focus_next() if by > 0 else self.focus_previous()

    def on_key(self, event: events.Key) -> None:
        """Enter takes the person of the demo under the cursor."""
        if self._demo and event.key == "enter":
            self.action_take()

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Enter goes from number to password, and from there in."""
        if event.input.id == "number":
            self.query_one("#password").focus()
        else:
            self.action_take()

    def action_take(self) -> None:
        """Sign in."""
        if self._demo:
            at = self.query_one(PickList).at
            if at < len(self._people):
                self.console.enter(self._people[at])
            return
        self.check(self.query_one("#number", Field).value.strip(), self.query_one("#password", Field).value)

    @work(thread=True, exclusive=True)
    def check(self, number: str, password: str) -> None:
        """Check the password off the event loop: that takes a tenth of a second on purpose."""
        try:
            actor = self._house.people.sign_in(number, password)
        except PeopleError as error:
            self.app.call_from_thread(self._refuse, str(error))
        else:
            self.app.call_from_thread(self.console.enter, actor)

    def _refuse(self, sentence: str) -> None:
        self.query_one("#password", Field).value = ""
        self.query_one("#password").focus()
        self.tell(sentence, error=True)

    def action_back(self) -> None:
        """Leave: there is nothing behind this page."""
        self.console.leave()
