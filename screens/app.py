"""The console: signs a person in, opens the desks of their roles, and keeps the store and the queue in step."""

from contextlib import suppress
from typing import ClassVar

import msgspec
from rich.text import Text
from textual import work
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.theme import Theme

from console.call_desk import CallDesk
from console.call_events import CallEvents, Connection
from console.callers import load_callers
from console.house import House
from console.packs import not_in_force
from console.rights import desks_of
from console.simulator import Simulator
from console.socket_events import SocketEvents
from console.socket_wire import parse_address
from console.sync import SyncReport, told_skew
from console.tables import table_not_in_force
from data.clock import Clock
from data.db import StorageError
from data.lifecycle import TransitionRefused
from data.people import Actor, Role
from data.queue import HeldDelivery
from data.sqlite_queue import SqliteQueue
from kb.articles import Article
from kb.upkeep_counts import Use
from screens.call_desk import CallScreen
from screens.callback_desk import CallbackScreen
from screens.desk import Acting, Desk
from screens.desks import DeskDialog
from screens.dispatch_desk import DispatchScreen
from screens.help import HelpDialog, PaletteDialog
from screens.inbox_desk import InboxScreen
from screens.knowledge_desk import KnowledgeScreen
from screens.quality_desk import QualityScreen
from screens.rates_desk import RatesScreen
from screens.sign_in import SignIn
from screens.supervision_desk import SupervisionScreen
from screens.sync_desk import SyncScreen
from screens.terminal import TerminalDriver
from screens.ticket_desk import TicketScreen
from screens.ticket_rows import fit
from screens.unit_desk import UnitScreen

SYNC_SECONDS = 1.0
QUEUE_CELLS = 14  # of the server's name on the status line

COLOUR = Theme(
    name="hotline",
    primary="#4aa3df",  # what to say now
    warning="#e0a030",  # what is missing
    error="#e0605a",  # time running out
    foreground="#d8dee4",
    background="#14181d",
    surface="#14181d",
    panel="#1d232a",
    dark=True,
)
MONOCHROME = Theme(
    name="hotline-mono",
    primary="#ffffff",
    warning="#ffffff",
    error="#ffffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
)


class HotlineApp(App[None], inherit_bindings=False):  # Textual's own would end it at Ctrl+Q
    """One session of one person at one terminal."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - declared by Textual
    TITLE = "12345 热线"
    MARK: ClassVar[str] = ""  # stands on every screen of a console that is not the live one

    def __init__(
        self, house: House, *, actor: Actor | None = None, source: CallEvents | None = None, demo: bool = False
    ) -> None:
        """Make a session.

        Args:
            house: the installation it works on.
            actor: who works here; None to ask for number and password (or, in the demo, to choose).
            source: where calls come from; None for no telephone.
            demo: any role may be taken without signing in.
        """
        super().__init__()
        self.house = house
        self.actor = actor or Actor("")
        self.source = source
        self.demo = demo
        self._worker = house.sync_worker()
        self._report = SyncReport()
        self._sync_error = ""

    @property
    def mark(self) -> str:
        """What stands before the name of each desk: nothing on the live console."""
        return self.MARK

    def get_driver_class(self) -> type[Driver]:
        """Read the terminal so that a paste is text, unless another driver is asked for."""
        chosen = super().get_driver_class()
        return TerminalDriver if chosen is LinuxDriver else chosen

    def on_paste(self) -> None:
        """Say where a paste went that no field took."""
        if isinstance(self.screen, Acting):
            self.screen.tell("没有粘贴：光标不在可以写字的栏，先按 Tab 走到要写的栏再粘贴", error=True)

    def on_mount(self) -> None:
        """Take the theme, and open the first desk or the sign-in."""
        self.register_theme(COLOUR)
        self.register_theme(MONOCHROME)
        self.theme = MONOCHROME.name if self.house.settings.monochrome else COLOUR.name
        if self.actor.agent_no:
            self.enter(self.actor)
        else:
            self.push_screen(SignIn(self.house, demo=self.demo))
        self.set_interval(SYNC_SECONDS, self.sync_soon)

    def enter(self, actor: Actor) -> None:
        """Open the desks of a person who has signed in."""
        self.actor = actor
        if self.source is None and Role.CALL_TAKER in actor.roles:
            self.source = self._telephone(self.house.clock, actor)
        self.open_desk(self.desks()[0])
        if self.house.refused_packs or self.house.refused_tables:
            self.call_later(self._tell_refused)

    def _tell_refused(self) -> None:
        if isinstance(self.screen, Acting):
            counted = ((self.house.refused_packs, "规则包"), (self.house.refused_tables, "参考表"))
            what = "、".join(f"{len(refused)} 个{name}" for refused, name in counted if refused)
            self.screen.tell(f"有 {what}未采用，正在用自带的：按 F1 看原因", error=True)

    def _telephone(self, clock: Clock, actor: Actor) -> CallEvents | None:
        if self.demo:
            # Another order of callers at each visit, and the same one after the same calls.
            seed = self.house.calls.count()
            return Simulator(load_callers(), clock, agent=actor.agent_no, seed=seed, automatic=False)
        if self.house.settings.telephone:
            address = parse_address(self.house.settings.telephone)
            return SocketEvents(address, agent=actor.agent_no, clock=clock, on_connection=self._reached)
        return None

    def _reached(self, _: Connection) -> None:
        """The way to the telephone system came or went: the call desk says so before any call does."""
        desk = self.call_screen()
        if desk is not None:
            desk.call_later(desk.show_state)

    # -- desks ----------------------------------------------------------------------------------------------------

    def _make_desk(self, name: str) -> Desk:
        match name:
            case "受理":
                return CallScreen(CallDesk(self.house, self.actor, self.source))
            case "派单":
                return DispatchScreen(self.house, self.actor)
            case "收件":
                return InboxScreen(self.house, self.actor)
            case "承办":
                return UnitScreen(self.house, self.actor)
            case "回访":
                return CallbackScreen(self.house, self.actor)
            case "评价":
                return RatesScreen(self.house, self.actor)
            case "质检":
                return QualityScreen(self.house, self.actor)
            case "工单":
                return TicketScreen(self.house, self.actor)
            case "督办":
                return SupervisionScreen(self.house, self.actor)
            case "知识":
                return KnowledgeScreen(self.house, self.actor)
            case _:
                return SyncScreen(self.house, self.actor)

    def desks(self) -> list[str]:
        """The desks that open for whoever works here, the first being the one they begin at."""
        return desks_of(self.actor)

    def open_desk(self, name: str) -> None:
        """Go to a desk; it stays as it was left."""
        if not self.is_screen_installed(name):
            self.install_screen(self._make_desk(name), name)
        if isinstance(self.screen, Desk | SignIn):
            self.switch_screen(name)
        else:
            self.push_screen(name)

    def choose_desk(self) -> None:
        """Ask which desk to go to."""
        self.push_screen(DeskDialog(self.desks()))

    def call_screen(self) -> CallScreen | None:
        """The call desk, if this person has one."""
        if "受理" not in desks_of(self.actor):
            return None
        if not self.is_screen_installed("受理"):
            self.install_screen(self._make_desk("受理"), "受理")
        screen = self.get_screen("受理")
        return screen if isinstance(screen, CallScreen) else None

    def show_help(self, page: Acting) -> None:
        """Show the keys of a page."""
        packs = [f"规则包 {not_in_force(error)}" for error in self.house.refused_packs]
        tables = [f"参考表 {table_not_in_force(error)}" for error in self.house.refused_tables]
        self.push_screen(HelpDialog(page, [*packs, *tables]))

    def show_palette(self, page: Acting) -> None:
        """Show the actions of a page."""
        self.push_screen(PaletteDialog(page))

    def leave(self) -> None:
        """End the session. Nothing is lost: drafts are files, tickets are rows."""
        self.exit()

    @work(thread=True, exclusive=False, group="counts")
    def count_use(self, article: Article, use: Use | None = None) -> None:
        """Count that an article was read, and used, off the event loop; the call goes on where it cannot be counted."""
        with suppress(StorageError):
            self.house.upkeep.counts.seen(article.id, article.version, self.actor)
            if use is not None:
                self.house.upkeep.counts.used(article.id, use)

    # -- sync -----------------------------------------------------------------------------------------------------

    def sync_text(self) -> Text:
        """What waits to be synced, what failed, and that the clock is wrong."""
        told = self._sync_text()
        return Text.assemble(told, (" ⚠时钟", "bold")) if self.skew() else told

    def skew(self) -> str:
        """How far this machine's clock is from that of the queue's server; nothing while that makes no difference."""
        return told_skew(self._report.ahead)

    def _sync_text(self) -> Text:
        waiting, refused = self._report.waiting, self._report.refused
        if self._report.unreachable:
            name = self.house.queue.name
            which = "队列 ✗打不开" if name == SqliteQueue.name else f"{fit(name, QUEUE_CELLS).rstrip()} ✗连不上"
            return Text(f"{which} 待同步 {waiting}", "bold")
        if self._sync_error:
            return Text("同步 ✗失败", "bold")
        if refused:
            return Text(f"同步 ✗{refused}", "bold")
        if held := self._report.held + len(self._report.undelivered):
            return Text(f"同步 ⚠滞留 {held}", "bold")
        return Text(f"待同步 {waiting}" if waiting else "同步 ✓", "bold" if waiting else "")

    def queue_trouble(self) -> str:
        """Why the dispatch queue cannot be used, and what becomes of the tickets meanwhile; nothing when it can."""
        why = self._report.unreachable.replace(f"{self.house.home.root}/", "")
        meanwhile = "照常接听、登记，工单留在本机，恢复后自动送出"
        if why and self.house.queue.name == SqliteQueue.name:
            return f"派单队列打不开（{why}）：{meanwhile}"
        return f"{why}；{meanwhile}" if why else ""

    def undelivered(self) -> list[HeldDelivery]:
        """What the centre's workers could not deliver, as last seen; nothing at any other desk."""
        return self._report.undelivered

    def redeliver(self, ticket_id: str) -> None:
        """Have what is held of a ticket delivered again."""
        self._worker.redeliver(ticket_id)
        self.sync_soon()

    @work(thread=True, exclusive=False, group="sync")
    def sync_soon(self) -> None:
        """Carry events to and from the queue, off the event loop."""
        try:
            report, error = self._worker.run(self.house.clock.now()), ""
        except (StorageError, TransitionRefused, msgspec.ValidationError) as refused:
            # What the queue holds may come from a newer or a faulty seat: the desk goes on, and says so.
            report, error = self._report, str(refused)
        if self.is_running:
            self.call_from_thread(self._synced, report, error)

    def _synced(self, report: SyncReport, error: str) -> None:
        before, now = _told(self._report, self._sync_error), _told(report, error)
        lost, found = report.unreachable, self._report.unreachable
        self._report, self._sync_error = report, error
        if bool(lost) != bool(found) and isinstance(self.screen, Acting):
            sentence = self.queue_trouble() or "派单队列已恢复：待同步的工单正在送出"
            self.screen.tell(sentence, error=bool(lost), unasked=True)
        if isinstance(self.screen, Desk):
            if now != before:
                self.screen.tick()
            if report.received:
                self.screen.arrived()


def _told(report: SyncReport, error: str) -> tuple[object, ...]:
    """What of a round of synchronisation stands on the desks."""
    counts = (report.waiting, report.refused, report.held, report.undelivered)
    return (*counts, report.unreachable, told_skew(report.ahead), error)


def run_console(house: House, *, demo: bool = False) -> int:
    """Run the console in this terminal until the person leaves."""
    app = HotlineApp(house, demo=demo)
    app.run()
    return app.return_code or 0
