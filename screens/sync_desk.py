"""同步: what waits to reach the dispatch queue, what it refused and why, and what to do about it."""

from rich.text import Text
from textual.widgets import Static

from console.form import shown_title
from console.sync import retry_refused
from data.lifecycle import KIND_NAMES, Kind, TransitionRefused
from data.outbox import Refused, Waiting
from data.queue import HeldDelivery
from data.receiving import Held, Receiving, describe
from data.tickets import ActRefused
from screens.list_desk import ListDesk
from screens.ticket_rows import fit
from screens.widgets.pick import PickList

TITLE_CELLS = 32
Item = Refused | Held | HeldDelivery | Waiting


class SyncScreen(ListDesk[Item]):
    """What was refused and what is held first, since they need a person; then what only waits."""

    NAME = "同步"
    _trouble = ""  # what the console says of the queue, when last listed
    _skew = ""  # and of the clock
    EMPTY = "全部已同步：没有等待的，也没有失败的。"

    def on_mount(self) -> None:
        """Show the list."""
        self._receiving = Receiving(self._house.tickets)
        self.reload()

    def tick(self) -> None:
        """Move the clocks and look again."""
        super().tick()
        self.reload()

    def reload(self) -> None:
        """List what was refused and what waits."""
        outbox = self._house.outbox
        items: list[Item] = [*outbox.refused(), *self._receiving.held()]
        items += [*self.console.undelivered(), *outbox.waiting()]
        trouble, skew = self.console.queue_trouble(), self.console.skew()
        if (items, trouble, skew) == (self._items, self._trouble, self._skew):
            return  # as at most looks: nothing is drawn again
        held = _key(self._item())
        self._items, self._trouble, self._skew = items, trouble, skew
        lines: list[Text] = []
        for item in self._items:
            if isinstance(item, Refused):
                ticket = self._house.tickets.get(item.event.ticket_id)
                lines.append(Text(f"✗ 未采用  {ticket.number if ticket else '—'}  {describe(item.event)}", "bold"))
            elif isinstance(item, Held):
                lines.append(Text(f"⚠ 滞留  {item.number or '—'}  第 {item.seq} 步  {item.what}", "bold"))
            elif isinstance(item, HeldDelivery):
                lines.append(Text(f"⚠ 未送达  {item.number or '—'}  {_step(item)}  {_receiver(item)}", "bold"))
            else:
                tried = f"  已试 {item.attempts} 次" if item.attempts else ""
                title = fit(self._title(item), TITLE_CELLS)
                lines.append(Text(f"… 待同步  {item.number}  {title}  {item.events} 步{tried}"))
        listed = self.query_one(PickList)
        listed.at = next((at for at, item in enumerate(items) if _key(item) == held), listed.at)
        listed.fill(lines, keep=True)

    def _title(self, item: Waiting) -> str:
        ticket = self._house.tickets.get(item.ticket_id)
        return shown_title(ticket, self._actor) if ticket else item.title

    def on_pick_list_moved(self) -> None:
        """Say why the item under the cursor is here."""
        item = self._item()
        text = Text()
        if self._skew:
            text.append(f"⚠{self._skew}，以派单队列的服务器为准：请系统管理员校时", "bold")
            text.append("。时限从本机记下的时刻起算，校时前登记的工单会偏差同样多。\n\n", "dim")
        if item is None:
            if self._trouble:
                text.append(f"⚠{self._trouble}\n\n", "bold")
            text.append(
                "派单队列连不上时，登记的工单在这里等待，恢复后自动送出；未被采用的操作在这里重试或放弃，"
                "滞留的在这里再试。",
                "dim",
            )
        elif isinstance(item, Refused):
            text.append(f"{describe(item.event)}（{item.event.at:%m-%d %H:%M:%S}）没有采用\n", "bold")
            text.append(f"原因：在此之前 {item.reason}\n\n")
            text.append("F8 在对方的改动之后重做；不再需要的，按两次 F4 放弃。", "dim")
        elif isinstance(item, Held):
            text.append(f"{item.what}（第 {item.seq} 步）从派单队列收到，没有采用\n", "bold")
            text.append(f"原因：{item.reason}\n\n")
            text.append("同一工单后来的步骤排在它后面，其他工单不受影响；原因消除后按 F8 再试。", "dim")
        elif isinstance(item, HeldDelivery):
            text.append(f"{_step(item)}没有送达{_receiver(item)}（{item.channel}，试了 {item.tries} 次）\n", "bold")
            text.append(f"原因：{item.reason}\n\n")
            text.append(
                "原因消除后按 F8，由 hotline work 重新投递；这件工单后来给它的步骤排在后面。紧急的请先打电话。", "dim"
            )
        else:
            text.append(f"工单 {item.number}《{self._title(item)}》有 {item.events} 步等待送往派单队列\n")
            reason = self._trouble or (item.error and f"上次失败的原因：{item.error}")
            text.append(reason or "等待下一次同步，每秒一次。", "dim")
        self.query_one("#article", Static).update(text)
        self.refresh_keys()

    def status(self) -> list[Text | str]:
        """Show the two counts."""
        waiting, refused = self._house.outbox.counts()
        held = self._receiving.count() + len(self.console.undelivered())
        told: list[Text | str] = [f"待同步 {waiting} 步", Text(f"失败 {refused}", "bold" if refused else "")]
        if held:
            told.append(Text(f"滞留 {held}", "bold"))
        return [*told, f"队列 {self._house.queue.name}"]

    def why_not(self, action_id: str) -> str:
        """Only what was refused can be done again or given up; what is held can be tried again."""
        item = self._item()
        if action_id == "give_up" and isinstance(item, Held):
            return "滞留的是别处的操作，不能在这里放弃：原因消除后按 F8 再试"
        if action_id == "give_up" and isinstance(item, HeldDelivery):
            return "没有送达的不能放弃：原因消除后按 F8 重新投递"
        if action_id in ("retry", "give_up") and not isinstance(item, Refused | Held | HeldDelivery):
            return "只有未采用的操作可以重试或放弃；等待的会自动同步"
        return ""

    def action_sync_now(self) -> None:
        """Sync at once."""
        self.console.sync_soon()
        self.tell("正在同步……")

    def action_retry(self) -> None:
        """Do the refused act again, after the other's change; or try what is held once more."""
        item = self._item()
        if isinstance(item, Held):
            applied, _ = self._receiving.requeue(item.ticket_id)
            self.tell(f"已收下 {applied} 步" if applied else "仍不能采用，原因见下", error=not applied)
            self.reload()
            return
        if isinstance(item, HeldDelivery):
            self.console.redeliver(item.ticket_id)
            self.tell(f"已请 hotline work 重新投递工单 {item.number}")
            return
        if not isinstance(item, Refused):
            return
        try:
            retry_refused(self._house.tickets, self._house.outbox, item.event, self._actor, self._house.clock.now())
        except (TransitionRefused, ActRefused) as error:
            self.tell(str(error), error=True)
            return
        self.tell("已在对方的改动之后重做")
        self.reload()

    def action_give_up(self) -> None:
        """Give the refused act up; it cannot be brought back, so it wants the key twice."""
        item = self._item()
        if not isinstance(item, Refused):
            return
        if self._armed != item.event.event_id:
            self._armed = item.event.event_id
            self.tell("放弃后不能恢复：再按一次 F4 确认")
            return
        self._house.outbox.forget(item.event.event_id)
        self.reload()


def _key(item: Item | None) -> str:
    """What tells an item from all others, so that the cursor stays on it."""
    if isinstance(item, HeldDelivery):
        return f"delivery {item.id}"
    if isinstance(item, Held):
        return item.event_id
    return item.event.event_id if isinstance(item, Refused) else item.ticket_id if item else ""


def _step(item: HeldDelivery) -> str:
    return f"第 {item.seq} 步 {KIND_NAMES[Kind(item.kind)]}"


def _receiver(item: HeldDelivery) -> str:
    return item.unit or "网络平台"
