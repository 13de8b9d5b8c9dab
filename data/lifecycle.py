"""The life of a ticket (工单) as one table: appendix A, as its drawings follow from the clauses.

A ticket changes only by an event; an event that the table does not draw from the ticket's present state is
refused with a sentence that names the rule.
"""

from enum import StrEnum
from typing import NamedTuple

from data.people import Role


class State(StrEnum):
    """Where a ticket stands (状态, 5.1.4.1)."""

    RECORDING = "登记中"
    ANSWERED = "已直接答复"
    CLASSIFIED = "分类处理"
    TO_DISPATCH = "待派单"


class Kind(StrEnum):
    """What can happen to a ticket."""

    REGISTERED = "registered"  # 登记
    AMENDED = "amended"  # 补充, 更正
    ESCALATED = "escalated"  # 上报管理人员
    ACKNOWLEDGED = "acknowledged"  # 管理人员已知悉
    ANSWERED = "answered"  # 直接答复
    CLASSIFIED = "classified"  # 分类处理
    SUBMITTED = "submitted"  # 转派单
    REPEATED = "repeated"  # 被再次反映


KIND_NAMES = {
    Kind.REGISTERED: "登记",
    Kind.AMENDED: "补充更正",
    Kind.ESCALATED: "上报管理人员",
    Kind.ACKNOWLEDGED: "管理人员已知悉",
    Kind.ANSWERED: "直接答复",
    Kind.CLASSIFIED: "分类处理",
    Kind.SUBMITTED: "转派单",
    Kind.REPEATED: "再次反映",
}


class Transition(NamedTuple):
    """One arrow: where it leads, who may take it, and the clause that draws it."""

    to: State
    roles: tuple[Role, ...]
    clause: str


_TAKERS = (Role.CALL_TAKER, Role.DISPATCHER, Role.SUPERVISOR)
_LEADERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_R, _A, _C, _D = State.RECORDING, State.ANSWERED, State.CLASSIFIED, State.TO_DISPATCH

TRANSITIONS: dict[tuple[State | None, Kind], Transition] = {
    (None, Kind.REGISTERED): Transition(_R, _TAKERS, "5.1.4.1"),
    (_R, Kind.AMENDED): Transition(_R, _TAKERS, "5.1.4.1"),
    # B.1.4.1 asks what else there is after the request was registered: what is told then belongs to it.
    **{(state, Kind.AMENDED): Transition(state, _TAKERS, "5.1.4.1") for state in (_A, _C, _D)},
    (_R, Kind.ESCALATED): Transition(_R, _TAKERS, "5.1.3.3"),
    (_D, Kind.ESCALATED): Transition(_D, _TAKERS, "5.1.3.3"),
    (_R, Kind.ANSWERED): Transition(_A, _TAKERS, "5.2.1"),
    (_R, Kind.CLASSIFIED): Transition(_C, _TAKERS, "5.1.2.2"),
    (_R, Kind.SUBMITTED): Transition(_D, _TAKERS, "5.2.2.1.1"),
    # A report made during the call may be seen only after the call has ended in whichever way.
    **{(state, Kind.ACKNOWLEDGED): Transition(state, _LEADERS, "5.1.3.3") for state in State},
    # 5.1.2.2 calls a repeat without new facts a classification, 5.2.3 wants repeats supervised: both need the count.
    **{(state, Kind.REPEATED): Transition(state, _TAKERS, "5.1.2.2") for state in State},
}


class TransitionRefused(ValueError):
    """The event is not drawn from the present state; the message names the rule."""


def transition(state: State | None, kind: Kind) -> Transition:
    """Return the arrow that ``kind`` takes from ``state``.

    Raises:
        TransitionRefused: there is none.
    """
    found = TRANSITIONS.get((state, kind))
    if found is None:
        allowed = [KIND_NAMES[k] for s, k in TRANSITIONS if s == state]
        raise TransitionRefused(
            f"“{state or '未登记'}”的工单不能{KIND_NAMES[kind]}（附录A）：现在可以{'、'.join(allowed) or '只读'}"
        )
    return found
