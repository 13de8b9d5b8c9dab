"""What the unit desk (承办, 5.2.2.2, 5.2.2.3) lists and does for one person of a unit; it knows no screen."""

from datetime import datetime, timedelta
from typing import NamedTuple

from console.clocks import CLOCKS
from console.disclosure import as_read_by
from console.handling import Handling
from console.house import House
from console.reminders import NEAR
from console.supervision import Supervising
from data.events import Ticket
from data.jottings import Jottings
from data.lifecycle import AT_UNIT, KIND_NAMES, Kind, State
from data.people import Actor, Role
from data.steps import contacted, from_web
from data.ticket_lists import TicketFilter
from data.ticket_row import COPIED, HELPING, LEADING, running_clock

MOST_SUPERVISED = 200  # a unit with more supervised tickets than this has other worries than the exact count


class View(NamedTuple):
    """One list: its name, the part that the unit has in its tickets, their states, what an empty one says."""

    name: str
    part: str
    states: tuple[State, ...]
    empty: str
    supervised: bool = False


VIEWS = (
    View("待签收", LEADING, (State.DISPATCHED,), "没有待签收的工单：新派来的会自己列在这里，按时限先后。"),
    View("办理中", LEADING, (State.SIGNED, State.HANDLING), "没有办理中的工单：按 F2 看待签收。"),
    View("待审核", LEADING, (State.IN_REVIEW,), "没有待审核的办理情况：网络诉求报审后列在这里。"),
    View(
        "督办",
        "",
        (*AT_UNIT, State.FED_BACK, State.TO_CALL_BACK, State.COMPLETED),
        "没有督办：要求回复的督办列在这里，F6 回复。",
        supervised=True,
    ),
    View("协办", HELPING, AT_UNIT, "没有协办的工单：别的单位吹哨、请来会商的列在这里。"),
    View("抄送", COPIED, AT_UNIT, "没有抄送的工单：派给街乡、同时送本单位督促协调的列在这里。"),
    View("已反馈", LEADING, (State.FED_BACK, State.COMPLETED), "还没有反馈过的工单。"),
)
_BY_NAME = {view.name: view for view in VIEWS}


class Next(NamedTuple):
    """The next step of a ticket at its unit: what it is, what it is called and the clause; no kind: nothing to do."""

    kind: Kind | None
    label: str
    clause: str


class Left(NamedTuple):
    """What is left of the clock that runs: which, until when, how much, and whether it is nearly over or over."""

    clock: str
    due: datetime
    left: timedelta
    near: bool

    @property
    def late(self) -> bool:
        """Whether the limit is over."""
        return self.left < timedelta()


class Counts(NamedTuple):
    """What waits at a unit: each list's length, how many are overdue and how many supervisions want an answer."""

    lists: dict[str, int]
    late: int
    near: int
    unanswered: int


class UnitDesk:
    """The lists and acts of one person."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor
        self.handling = Handling(house, actor)
        self.supervising = Supervising(house, actor)
        self.jottings = Jottings(house.home.drafts, actor.agent_no)

    # -- lists ----------------------------------------------------------------------------------------------------

    def want(self, view: str, text: str = "") -> TicketFilter:
        """Return a list as a filter: the least time left first, what was fed back with the newest first."""
        listed = _BY_NAME[view]
        return TicketFilter(
            of_unit=self.actor.unit,
            part=listed.part,
            states=listed.states,
            supervised=listed.supervised,
            text=text,
            by_clock=listed.name != "已反馈",
        )

    def counts(self) -> Counts:
        """Count what waits."""
        tallies = self.house.tickets.tally(self.actor.unit, self.house.clock.now(), NEAR)
        lists = {
            view.name: sum(each.tickets for each in tallies if each.part == view.part and each.state in view.states)
            for view in VIEWS
        }
        supervised = any(each.supervised for each in tallies)
        ordered = self.house.tickets.page(self.want("督办"), MOST_SUPERVISED) if supervised else []
        mine = [each for each in tallies if each.part == LEADING]
        return Counts(
            lists | {"督办": len(ordered)},
            sum(each.late for each in mine),
            sum(each.near for each in mine),
            sum(len(ticket.handling.unanswered) for ticket in ordered),
        )

    def first_view(self) -> str:
        """Return the list to begin with: what waits for a leader's review, or what waits to be signed."""
        if self.actor.may(Role.UNIT_LEADER) and self.house.tickets.count(self.want("待审核")):
            return "待审核"
        return "待签收"

    # -- one ticket -----------------------------------------------------------------------------------------------

    def shown(self, ticket: Ticket) -> Ticket:
        """Return a ticket as this person may read it."""
        return as_read_by(ticket, self.actor)

    def part(self, ticket: Ticket) -> str:
        """Return which part this person's unit has in a ticket: 主办, 协办, 抄送, or none."""
        held = ticket.handling.now_with
        if held and held.unit == self.actor.unit:
            return LEADING
        if self.actor.unit in ticket.handling.joint_units:
            return HELPING
        return COPIED if held and held.copy_to == self.actor.unit else ""

    def left(self, ticket: Ticket) -> Left | None:
        """Return what is left of the clock that runs."""
        clock, since, due = running_clock(ticket)
        if since is None or due is None:
            return None
        now = self.house.clock.now()
        return Left(CLOCKS[clock], due, due - now, now >= since + NEAR * (due - since))

    def next_step(self, ticket: Ticket) -> Next:
        """Return what F8 does for a ticket in its present state."""
        part = self.part(ticket)
        if part == HELPING and ticket.state in (State.SIGNED, State.HANDLING):
            return Next(Kind.PROGRESSED, "记协办进展", "5.2.2.2.3")
        if part != LEADING:
            return Next(None, "督促协调，只读" if part == COPIED else "只读", "5.2.2.1.1a")
        match ticket.state:
            case State.DISPATCHED:
                return Next(Kind.SIGNED, "签收", "5.2.2.2.1")
            case State.SIGNED | State.HANDLING if not contacted(ticket):
                return Next(Kind.CONTACTED, "联系诉求人核实情况", "5.2.2.2.2")
            case State.SIGNED | State.HANDLING if from_web(ticket):
                return Next(Kind.REVIEW_ASKED, "写办理结果，报主管领导审核", "5.2.2.3.1")
            case State.SIGNED | State.HANDLING:
                return Next(Kind.FED_BACK, "写办理结果，反馈", "5.2.2.3.1")
            case State.IN_REVIEW:
                return Next(Kind.REVIEW_PASSED, "主管领导审核", "5.2.2.3.1")
        return Next(None, "等待回访、办结", "5.3.4")

    def why_not(self, ticket: Ticket, kind: Kind | None) -> str:
        """Return why a step cannot be taken now, in one sentence; nothing when it can."""
        if kind is None or self.part(ticket) == COPIED:
            return self._nothing_to_do(ticket)
        if reason := self.handling.why_not(ticket, kind):
            return reason
        if kind is Kind.SUPERVISION_REPLIED:
            return "" if ticket.handling.unanswered else "没有等待回复的督办（5.2.3）"
        # What can be known before anything is written: whether a return waits already, whose the reply is.
        known = {Kind.RETURN_ASKED: {"reason": KIND_NAMES[kind]}, Kind.REVIEW_PASSED: {}}.get(kind)
        return self.handling.why_not(ticket, kind, known) if known is not None else ""

    def _nothing_to_do(self, ticket: Ticket) -> str:
        held = ticket.handling.now_with
        if self.part(ticket) == COPIED and held:
            return f"抄送件由{held.unit}承办，本单位督促协调，不签收、不反馈（5.2.2.1.1）"
        return f"“{ticket.state}”的工单在承办台没有下一步：等待回访、办结（5.3.4）"
