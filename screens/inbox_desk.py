"""收件: web submissions waiting to be accepted, most urgent and least time left first; and one's own drafts."""

from datetime import timedelta

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widgets import Static

from console.house import House
from console.refusals import DeskBusy
from console.registration import NothingRecorded
from console.waiting import Waiting, due_at, waiting_line
from console.when import stamp
from data.drafts import Draft
from data.inbox import Submission
from data.people import Actor
from screens.list_desk import ListDesk
from screens.widgets.pick import PickList

PAGE = 200
RELOAD_SECONDS = 5
SOON = timedelta(minutes=30)  # with less than this left a time is drawn bold


class InboxScreen(ListDesk[Draft | Submission]):
    """One list: drafts first, then submissions."""

    NAME = "收件"
    EMPTY = "没有待受理的网络诉求。导入：hotline intake import 文件"

    def __init__(self, house: House, actor: Actor) -> None:
        super().__init__(house, actor)
        self._ticks = 0

    def on_mount(self) -> None:
        """Show what waits."""
        self.reload()

    def on_screen_resume(self) -> None:
        """Coming back: look again."""
        self.reload(keep=True)

    def tick(self) -> None:
        """Move the clocks; look again every few seconds, since others accept as well."""
        super().tick()
        self._ticks += 1
        if self._ticks % RELOAD_SECONDS == 0:
            self.reload(keep=True)

    def reload(self, *, keep: bool = False) -> None:
        """List drafts and submissions."""
        desk = self.console.call_screen()
        drafts = desk.model.waiting_drafts if desk else []
        self._items = [*drafts, *self._house.inbox.waiting(PAGE)]
        now = self._house.clock.now()
        shown = [item if isinstance(item, Draft) else waiting_line(item, now) for item in self._items]
        waiting = [line for line in shown if isinstance(line, Waiting)]
        # The columns of the order come first, each as wide as its longest: the eye runs down them.
        urgency = max((cell_len(line.urgency) for line in waiting), default=0)
        time = max((cell_len(line.time_left) for line in waiting), default=0)
        lines: list[Text] = []
        for item, line in zip(self._items, shown, strict=True):
            if isinstance(line, Draft):
                lines.append(Text(f"草稿  {line.record.title or line.record.text[:20] or '（未写）'}", "bold"))
                continue
            drawn = Text()
            if urgency:
                drawn.append(f"{'⚠' if line.urgency else ' '}{set_cell_size(line.urgency, urgency)} ", "bold")
            drawn.append(f"{set_cell_size(line.time_left, time)}  ", "bold" if line.left < SOON else "")
            drawn.append(line.title)
            drawn.append(f"  {line.where} " if line.where else "  ", "dim")
            drawn.append(line.channel, "dim")
            if isinstance(item, Submission) and item.taken_by:
                drawn.append(f" {item.taken_by}号受理中", "dim")
            lines.append(drawn)
        self.query_one(PickList).fill(lines, keep=keep)

    def on_pick_list_moved(self) -> None:
        """Show the text of the item under the cursor."""
        item = self._item()
        text = Text()
        if item is not None:
            record = item.record
            text.append(f"{record.title}\n", "bold")
            if isinstance(item, Submission):
                line = waiting_line(item, self._house.clock.now())
                text.append(f"{stamp(item.submitted_at)} 提出，限 {stamp(due_at(item))} 前受理（5.1.3.2）\n", "dim")
                text.append(f"{line.channel} · {line.where or '未写地点'}\n\n", "dim")
            text.append(record.text)
        self.query_one("#article", Static).update(text)
        self.refresh_keys()

    def status(self) -> list[Text | str]:
        """Show how many wait, and in which order."""
        count = self._house.inbox.count_waiting()
        return [f"待受理 {count} 件 · 限 2 小时", "紧急、时间少的在前", "（5.1.3.2）"]

    def why_not(self, action_id: str) -> str:
        """Say why the item cannot be accepted."""
        if action_id in ("accept", "full_text") and self._item() is None:
            return "没有待受理的网络诉求"
        if action_id == "give_back":
            item = self._item()
            return "" if isinstance(item, Draft) and item.inbox_key else "只能退回自己草稿里的网络诉求"
        if action_id == "accept":
            item = self._item()
            if self.console.call_screen() is None:
                return "只有话务员可以受理：请换一个工号登录"
            if isinstance(item, Submission) and item.taken_by not in ("", self._actor.agent_no):
                return f"{item.taken_by}号正在受理这一件：请选下一件"
        return ""

    def action_full_text(self) -> None:
        """Show the text whole, or the list again."""
        self.toggle_class("-reading")

    def action_accept(self) -> None:
        """Take the item to the call desk."""
        item, desk = self._item(), self.console.call_screen()
        if item is None or desk is None:
            return
        try:
            if isinstance(item, Draft):
                desk.model.resume(item)
            else:
                desk.model.accept(item)
        except (DeskBusy, NothingRecorded) as error:
            self.tell(str(error), error=True)
            self.reload(keep=True)
            return
        self.console.open_desk("受理")
        if desk.is_mounted:
            desk.show_work()

    def action_give_back(self) -> None:
        """Give a submission back to everybody; what was written is dropped, so it wants the key twice."""
        item, desk = self._item(), self.console.call_screen()
        if not isinstance(item, Draft) or desk is None:
            return
        if self._armed != item.ticket_id:
            self._armed = item.ticket_id
            self.tell("退回后写过的内容不保留：再按一次 F4 确认")
            return
        desk.model.give_back(item)
        self.reload()
