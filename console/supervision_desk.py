"""What the supervision desk (督办, 5.2.3) lists and offers for one supervisor; it knows no screen."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from console.callback import way_back
from console.dispatch import said_to_unit
from console.handling import Handling
from console.house import House
from console.leaders import leaders
from console.matters import Expected, Matters, open_matters
from console.supervision import (
    ARRIVAL,
    LEADER,
    PURPOSES,
    Supervising,
    SupervisionError,
    Watch,
    awaiting,
    holder,
    order_words,
    running,
    starting_facts,
    unmet,
    watches,
)
from console.wall import foreseen
from console.when import read_instant, remaining, stamp
from data.events import Ticket
from data.handling import SUPERVISION_FACTS, Supervision
from data.jottings import Jottings
from data.lifecycle import Kind
from data.people import Actor

SURGE = "surge"  # the page of a surge belongs to no ticket
LONG = ("ground", "report", "evidence", "text", "reason")  # facts that are written in several lines

Texts = Mapping[str, str]


class Line(NamedTuple):
    """One thing to fill in on a page: its name, what stands before it with its clause, and what is known already."""

    name: str
    label: str
    value: str = ""
    long: bool = False
    instant: bool = False
    hint: str = ""


class Sheet(NamedTuple):
    """A page to fill in. ``act`` does what it is for, and returns what to tell; its errors are sentences."""

    page: str
    heading: str
    about: str
    lines: tuple[Line, ...]
    act: Callable[[Ticket | None, Texts], str]
    take: str = "完成"


class Choice(NamedTuple):
    """Something that can be done with a ticket: in a word, what it is for, why not now, and its page."""

    name: str
    what: str
    why_not: str
    sheet: Callable[[], Sheet]


class SupervisionDesk:
    """The lists and acts of one supervisor."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor
        self.work = Supervising(house, actor)
        self.handling = Handling(house, actor)
        self.jottings = Jottings(house.home.drafts, actor.agent_no)
        self.matters: Matters | None = None  # found by `look`, which takes a moment
        self.ahead: list[Expected] = []

    # -- lists ----------------------------------------------------------------------------------------------------

    def look(self, now: datetime) -> tuple[Matters, list[Expected]]:
        """Find the matters that are open and those to expect; from a thread."""
        return open_matters(self.house.figures, now), foreseen(self.house, now)

    def watches(self, now: datetime) -> list[Watch]:
        """Return the lists as they stand."""
        return watches(now, self.matters)

    def to_say(self, ticket: Ticket) -> str:
        """Return the sentence with which to call the unit that has a ticket (B.2.1); nothing where no unit has it."""
        if ticket.handling.now_with is None:
            return ""
        return said_to_unit(self.house, self.actor.agent_no, ticket.record.title)[0]

    # -- pages ----------------------------------------------------------------------------------------------------

    def order(self, ticket: Ticket, kind: str) -> Sheet:
        """The page of a supervision of this kind, filled in as far as it is known."""
        now = self.house.clock.now()
        known = starting_facts(ticket, kind, now, self.matters)
        lines = [
            Line(name, f"{label}（{clause}）", known[name], name in LONG, name == ARRIVAL, self._hint(name))
            for name, label, clause in SUPERVISION_FACTS[kind]
        ]
        clause = SUPERVISION_FACTS[kind][0][2]
        lines.append(Line("deadline", f"回复期限（{clause}）", instant=True))

        def act(seen: Ticket | None, texts: Texts) -> str:
            assert seen is not None
            facts = {name: texts.get(name, "") for name, _, _ in SUPERVISION_FACTS[kind]}
            written = texts.get("deadline", "").strip()
            done = self.work.supervise(seen, kind, facts, read_instant(written) if written else None)
            order = done.handling.supervisions[-1]
            if not order.sent:
                return f"已提出{kind}：待另一位领导审批后下发（F5）"
            return f"已发出{kind}：{order.unit}应于 {stamp(order.deadline)} 前回复"

        return Sheet(f"order-{_KEYS[kind]}", f"{kind} · {clause}", PURPOSES[kind], tuple(lines), act, "督办")

    def _hint(self, name: str) -> str:
        """Show how a fact is written: a leader by name and office, or as one of those who are here."""
        if name != LEADER:
            return ""
        here = "、".join(f"{each.agent_no}号{each.name}" for each in leaders(self.house) if each != self.actor)
        return f"姓名、职务，如 王主任{f'；或 {here}' if here else ''}"

    def approval(self, ticket: Ticket) -> Sheet | None:
        """The page on which a leader reads a document and approves it (5.2.3b); None where none waits."""
        found = next(iter(awaiting(ticket)), None)
        if found is None:
            return None

        def act(seen: Ticket | None, texts: Texts) -> str:
            assert seen is not None
            done = self.work.approve(seen, found.id)
            return f"已批准{found.kind}，下发{holder(done)}"

        about = f"{_facts_of(found)}\n批准后下发：{holder(ticket) or '（还没有派单）'}"
        return Sheet("approve", f"批准{found.kind} · 5.2.3b", about, (), act, "批准")

    def why_not_approve(self, ticket: Ticket) -> str:
        """Say why there is nothing that this person may approve."""
        waiting = awaiting(ticket)
        if not waiting:
            return "没有待审批的文件督办（5.2.3b）"
        return self.work.why_not(ticket, Kind.SUPERVISION_APPROVED, {"id": waiting[0].id})

    def choices(self, ticket: Ticket) -> list[Choice]:
        """Return what else can be done with a ticket, each with why it cannot be done now."""
        orders = running(ticket)
        why = self.work.why_not
        closing = [
            Choice(
                f"了结{each.kind}" if each.sent else f"撤回{each.kind}",
                order_words(ticket, each, self.house.clock.now()),
                why(ticket, Kind.SUPERVISION_CLOSED),
                lambda each=each: self._closing(ticket, each),  # type: ignore[misc]
            )
            for each in orders
        ]
        if not closing:
            closing = [Choice("了结督办", "写明督办的结果", "没有未了结的督办（5.2.3）", lambda: self._censure(ticket))]
        return [
            *closing,
            Choice("通报", "没有按时、不配合、不接受协调的（5.2.3d）", why(ticket, Kind.CENSURED), lambda: self._censure(ticket)),
            Choice(
                "认定复杂疑难",
                "反馈 15 天，只在 7 天期满前（5.2.2.3.2d）",
                why(ticket, Kind.MADE_COMPLEX, {"reason": "-"}),
                lambda: self._complex(ticket),
            ),
            Choice("发回重办", "已反馈而没有解决的（5.2.3）", why(ticket, Kind.SENT_BACK), lambda: self._sent_back(ticket)),
            self.surge_choice(),
        ]  # fmt: skip

    def surge_choice(self) -> Choice:
        """Declare a flood of calls, or end the one in force (5.2.2.1.2d)."""
        held = self.house.surges.at(self.house.clock.now())
        if held is None:
            return Choice(
                "宣布集中大话务量", "极端天气、特殊时间：一般诉求 48 小时内派发（5.2.2.1.2d）", "", self._declare
            )
        return Choice("结束集中大话务量", f"{held.reason}，到 {stamp(held.until)}（5.2.2.1.2d）", "", self._end_surge)

    def _closing(self, ticket: Ticket, order: Supervision) -> Sheet:
        def act(seen: Ticket | None, texts: Texts) -> str:
            assert seen is not None
            self.work.close(seen, order.id, texts.get("text", ""))
            return f"已了结{order.kind}" if order.sent else f"已撤回{order.kind}"

        label = "督办的结果（5.2.3）" if order.sent else "撤回或不批准的理由（5.2.3b）"
        about = f"{_facts_of(order)}\n{order_words(ticket, order, self.house.clock.now())}"
        return Sheet(f"close-{order.id}", f"了结{order.kind}", about, (Line("text", label, long=True),), act, "了结")

    def _censure(self, ticket: Ticket) -> Sheet:
        held = ticket.handling.now_with
        text = "；".join(unmet(ticket, self.house.clock.now()))

        def act(seen: Ticket | None, texts: Texts) -> str:
            assert seen is not None
            unit = texts.get("unit", "").strip()
            self.work.censure(seen, unit, texts.get("text", "").strip())
            return f"已通报{unit}"

        lines = (
            Line("unit", "被通报的单位（5.2.3d）", held.unit if held else ""),
            Line("text", "通报的内容（5.2.3d）", text, long=True),
        )
        about = "未按时、不配合、不接受协调的承办单位，进行通报。" + ("" if text else "现在没有到期未办的督办。")
        return Sheet("censure", "通报 · 5.2.3d", about, lines, act, "通报")

    def _complex(self, ticket: Ticket) -> Sheet:
        def act(seen: Ticket | None, texts: Texts) -> str:
            assert seen is not None
            done = self.handling.make_complex(seen, texts.get("reason", "").strip())
            assert done.handling.feedback_due is not None
            return f"已认定复杂疑难：{stamp(done.handling.feedback_due)} 前反馈"

        due, now_due = self.handling.complex_due(ticket), ticket.handling.feedback_due
        about = f"现应 {stamp(now_due) if now_due else '—'} 前反馈；认定后 {stamp(due) if due else '—'} 前反馈。"
        line = Line("reason", "认定的理由（5.2.2.3.2d）", long=True)
        return Sheet("complex", "认定复杂疑难 · 5.2.2.3.2d", about, (line,), act, "认定")

    def _sent_back(self, ticket: Ticket) -> Sheet:
        def act(seen: Ticket | None, texts: Texts) -> str:
            assert seen is not None
            done = self.handling.send_back(seen, texts.get("reason", "").strip())
            assert done.handling.feedback_due is not None
            return f"已发回重办：{stamp(done.handling.feedback_due)} 前反馈"

        given = ticket.handling.feedbacks[-1] if ticket.handling.feedbacks else None
        about = f"{given.outcome}：{given.elements.get('course', '')}" if given else ""
        line = Line("reason", "发回重办的理由（5.2.3）", way_back(ticket), long=True)
        return Sheet("send-back", "发回重办 · 5.2.3", about, (line,), act, "发回")

    def _declare(self) -> Sheet:
        def act(seen: Ticket | None, texts: Texts) -> str:
            reason, until = (texts.get(name, "").strip() for name in ("reason", "until"))
            if not reason:
                raise SupervisionError("请写明集中大话务量的原因：极端天气、特殊时间（5.2.2.1.2d）", "reason")
            if not until:
                raise SupervisionError("请写明结束时间，如 2026-01-31 08:30（5.2.2.1.2d）", "until")
            surge = self.work.declare_surge(read_instant(until), reason)
            left = remaining(surge.until - self.house.clock.now())
            return f"已宣布集中大话务量，到 {stamp(surge.until)}（{left}）：其间受理的一般诉求 48 小时内派发"

        lines = (
            Line("reason", "原因：极端天气、特殊时间（5.2.2.1.2d）", long=True),
            Line("until", "结束时间（5.2.2.1.2d）", instant=True),
        )
        about = "只放宽一般诉求的派发；紧急诉求的时限不变。"
        return Sheet(SURGE, "宣布集中大话务量 · 5.2.2.1.2d", about, lines, act, "宣布")

    def _end_surge(self) -> Sheet:
        held = self.house.surges.at(self.house.clock.now())

        def act(seen: Ticket | None, texts: Texts) -> str:
            self.work.end_surge()
            return "已结束集中大话务量：此后受理的一般诉求 24 小时内派发"

        about = f"{held.reason}，{held.by}号宣布，到 {stamp(held.until)}。已受理的仍按 48 小时。" if held else ""
        return Sheet("surge-end", "结束集中大话务量 · 5.2.2.1.2d", about, (), act, "结束")


def instant_words(text: str, now: datetime) -> str:
    """Show back an instant that is being written: how it is read, and how long that is from now.

    Raises:
        WhenError: it is none yet.
    """
    at = read_instant(text)
    left = at - now
    return (
        f"{stamp(at)} 周{'一二三四五六日'[at.weekday()]}，{'剩 ' if left.total_seconds() > 0 else ''}{remaining(left)}"
    )


_KEYS = dict(zip(SUPERVISION_FACTS, ("document", "meeting", "on-site", "jointly", "discipline"), strict=True))


def _facts_of(order: Supervision) -> str:
    lines = [f"{label}：{order.facts[name]}" for name, label, _ in SUPERVISION_FACTS[order.kind] if name in order.facts]
    return "\n".join([*lines, f"回复期限：{stamp(order.deadline)}　提出：{order.by}号 {stamp(order.at)}"])
