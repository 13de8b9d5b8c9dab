"""The life of a ticket (工单) as one table: appendix A, as its drawings follow from the clauses.

A ticket changes only by an event; an event that the table does not draw from the ticket's present state is
refused with a sentence that names the rule. What else a step demands (a logged call, the elements of a reply) stands in
`data.steps`.
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
    DISPATCHED = "已派单"
    SIGNED = "已签收"
    HANDLING = "办理中"
    IN_REVIEW = "待审核"  # web requests only (5.2.2.3.1)
    FED_BACK = "已反馈"
    TO_CALL_BACK = "待回访"
    COMPLETED = "已办结"
    ARCHIVED = "已归档"


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
    UNIT_CALLED = "unit_called"  # 电话联系承办单位
    AUTHORITY_DECIDED = "authority_decided"  # 判断是否报公安、应急管理部门
    DISPATCHED = "dispatched"  # 派单
    REDISPATCHED = "redispatched"  # 改派
    SIGNED = "signed"  # 签收
    CONTACTED = "contacted"  # 联系诉求人
    PROGRESSED = "progressed"  # 办理进展
    JOINED = "joined"  # 协同办理
    RETURN_ASKED = "return_asked"  # 申请退回
    RETURN_REFUSED = "return_refused"  # 不同意退回
    MADE_COMPLEX = "made_complex"  # 认定复杂疑难
    REVIEW_ASKED = "review_asked"  # 报主管领导审核
    REVIEW_PASSED = "review_passed"  # 审核通过并反馈
    REVIEW_FAILED = "review_failed"  # 审核不通过
    FED_BACK = "fed_back"  # 反馈
    SENT_BACK = "sent_back"  # 发回重办
    CALLBACK_PLANNED = "callback_planned"  # 列入回访
    CALLBACK_TRIED = "callback_tried"  # 回访呼叫, 没有结果
    CALLBACK_ENDED = "callback_ended"  # 回访结束
    CALLBACK_AMENDED = "callback_amended"  # 更正回访答案
    COMPLETED = "completed"  # 办结
    RATED = "rated"  # 评价
    ARCHIVED = "archived"  # 归档
    REMINDED = "reminded"  # 系统催办, 系统督办
    SUPERVISED = "supervised"  # 督办
    SUPERVISION_APPROVED = "supervision_approved"  # 督办审批
    SUPERVISION_REPLIED = "supervision_replied"  # 督办反馈
    SUPERVISION_CLOSED = "supervision_closed"  # 督办了结
    CENSURED = "censured"  # 通报


KIND_NAMES = {
    Kind.REGISTERED: "登记",
    Kind.AMENDED: "补充更正",
    Kind.ESCALATED: "上报管理人员",
    Kind.ACKNOWLEDGED: "管理人员已知悉",
    Kind.ANSWERED: "直接答复",
    Kind.CLASSIFIED: "分类处理",
    Kind.SUBMITTED: "转派单",
    Kind.REPEATED: "再次反映",
    Kind.UNIT_CALLED: "电话联系承办单位",
    Kind.AUTHORITY_DECIDED: "决定是否报有关部门",
    Kind.DISPATCHED: "派单",
    Kind.REDISPATCHED: "改派",
    Kind.SIGNED: "签收",
    Kind.CONTACTED: "联系诉求人",
    Kind.PROGRESSED: "记办理进展",
    Kind.JOINED: "协同办理",
    Kind.RETURN_ASKED: "申请退回",
    Kind.RETURN_REFUSED: "不同意退回",
    Kind.MADE_COMPLEX: "认定复杂疑难",
    Kind.REVIEW_ASKED: "报审",
    Kind.REVIEW_PASSED: "审核通过",
    Kind.REVIEW_FAILED: "审核不通过",
    Kind.FED_BACK: "反馈",
    Kind.SENT_BACK: "发回重办",
    Kind.CALLBACK_PLANNED: "列入回访",
    Kind.CALLBACK_TRIED: "回访呼叫",
    Kind.CALLBACK_ENDED: "回访结束",
    Kind.CALLBACK_AMENDED: "更正回访答案",
    Kind.COMPLETED: "办结",
    Kind.RATED: "评价",
    Kind.ARCHIVED: "归档",
    Kind.REMINDED: "系统提醒",
    Kind.SUPERVISED: "督办",
    Kind.SUPERVISION_APPROVED: "批准督办",
    Kind.SUPERVISION_REPLIED: "督办回复",
    Kind.SUPERVISION_CLOSED: "督办了结",
    Kind.CENSURED: "通报",
}


class Transition(NamedTuple):
    """One arrow: where it leads, who may take it, and the clause that draws it."""

    to: State
    roles: tuple[Role, ...]
    clause: str


_TAKERS = (Role.CALL_TAKER, Role.DISPATCHER, Role.SUPERVISOR)
_LEADERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_DISPATCHERS = (Role.DISPATCHER, Role.SUPERVISOR)
_UNITS = (Role.UNIT, Role.UNIT_LEADER)
_CLOSERS = (Role.DISPATCHER, Role.CALLBACK, Role.SUPERVISOR)
_CALLERS = (Role.CALLBACK,)
_SAMPLERS = (Role.CALLBACK, Role.SUPERVISOR)
_R, _A, _C, _D = State.RECORDING, State.ANSWERED, State.CLASSIFIED, State.TO_DISPATCH
_S, _G, _H, _V, _F = State.DISPATCHED, State.SIGNED, State.HANDLING, State.IN_REVIEW, State.FED_BACK
_W, _K = State.TO_CALL_BACK, State.COMPLETED

# With a unit and not yet answered.
AT_UNIT = (_S, _G, _H, _V)


def _stay(kind: Kind, states: tuple[State, ...], roles: tuple[Role, ...], clause: str) -> dict[
    tuple[State | None, Kind], Transition
]:  # fmt: skip
    """Arrows that leave the state as it is."""
    return {(state, kind): Transition(state, roles, clause) for state in states}


TRANSITIONS: dict[tuple[State | None, Kind], Transition] = {
    (None, Kind.REGISTERED): Transition(_R, _TAKERS, "5.1.4.1"),
    # B.1.4.1 asks what else there is after the request was registered, and by then a dispatcher may have sent it on:
    # what is told then belongs to it.
    **_stay(Kind.AMENDED, (_R, _A, _C, _D, *AT_UNIT, _F, _W), _TAKERS, "5.1.4.1"),
    **_stay(Kind.ESCALATED, (_R, _D, *AT_UNIT), _TAKERS, "5.1.3.3"),
    (_R, Kind.ANSWERED): Transition(_A, _TAKERS, "5.2.1"),
    (_R, Kind.CLASSIFIED): Transition(_C, _TAKERS, "5.1.2.2"),
    (_R, Kind.SUBMITTED): Transition(_D, _TAKERS, "5.2.2.1.1"),
    # A report made during the call may be seen only after the call has ended in whichever way.
    **_stay(Kind.ACKNOWLEDGED, tuple(State), _LEADERS, "5.1.3.3"),
    # 5.1.2.2 calls a repeat without new facts a classification, 5.2.3 wants repeats supervised: both need the count.
    **_stay(Kind.REPEATED, tuple(State), _TAKERS, "5.1.2.2"),
    # Dispatch (派单). The call to the unit and the decisions come before it, and again with each other unit.
    **_stay(Kind.UNIT_CALLED, (_D, *AT_UNIT), _DISPATCHERS, "5.2.2.1.4"),
    **_stay(Kind.AUTHORITY_DECIDED, (_D, *AT_UNIT), _DISPATCHERS, "5.2.2.1.4"),
    (_D, Kind.DISPATCHED): Transition(_S, _DISPATCHERS, "5.2.2.1.1"),
    **{(state, Kind.REDISPATCHED): Transition(_S, _DISPATCHERS, "4.2") for state in (_S, _G, _H)},
    # Handling (承办).
    (_S, Kind.SIGNED): Transition(_G, _UNITS, "5.2.2.2.1"),
    **{(state, Kind.CONTACTED): Transition(_H, _UNITS, "5.2.2.2.2") for state in (_G, _H)},
    **{(state, Kind.PROGRESSED): Transition(_H, _UNITS, "5.2.2.2.4") for state in (_G, _H)},
    **{(state, Kind.JOINED): Transition(_H, _UNITS, "5.2.2.2.3") for state in (_G, _H)},
    # 4.2: a ticket that is asked to be returned stays with its unit until another has it.
    **_stay(Kind.RETURN_ASKED, (_S, _G, _H), _UNITS, "4.2"),
    **_stay(Kind.RETURN_REFUSED, (_S, _G, _H), _DISPATCHERS, "4.2"),
    **_stay(Kind.MADE_COMPLEX, (_S, _G, _H), _LEADERS, "5.2.2.3.2d"),
    # Feedback (反馈): by telephone straight, from the web by way of the unit's leader.
    (_H, Kind.REVIEW_ASKED): Transition(_V, _UNITS, "5.2.2.3.1"),
    (_V, Kind.REVIEW_PASSED): Transition(_F, (Role.UNIT_LEADER,), "5.2.2.3.1"),
    (_V, Kind.REVIEW_FAILED): Transition(_H, (Role.UNIT_LEADER,), "5.2.2.3.1"),
    (_H, Kind.FED_BACK): Transition(_F, _UNITS, "5.2.2.3.1"),
    **{(state, Kind.SENT_BACK): Transition(_H, _CLOSERS, "5.2.3") for state in (_F, _K)},
    # Callback (回访) of requests by telephone: 5.4.1 has it after the limit, 7.1.3.2 after completion, so it may come
    # before or after that.
    (_F, Kind.CALLBACK_PLANNED): Transition(_W, _SAMPLERS, "5.4.1"),
    **_stay(Kind.CALLBACK_PLANNED, (_K,), _SAMPLERS, "5.4.1"),
    **_stay(Kind.CALLBACK_TRIED, (_W, _K), _CALLERS, "5.4.1"),
    (_W, Kind.CALLBACK_ENDED): Transition(_F, _CALLERS, "5.4.3"),
    **_stay(Kind.CALLBACK_ENDED, (_K,), _CALLERS, "5.4.3"),
    **_stay(Kind.CALLBACK_AMENDED, (_F, _H, _K), (Role.CALLBACK, Role.QUALITY), "5.4.4"),
    # Completion (办结), the rating page of web requests, and the archive.
    (_F, Kind.COMPLETED): Transition(_K, _CLOSERS, "5.3.4"),
    **_stay(Kind.RATED, (_K, State.ARCHIVED), _CLOSERS, "5.3.4"),
    **{(state, Kind.ARCHIVED): Transition(State.ARCHIVED, _LEADERS, "5.5.1") for state in (_K, _A, _C)},
    # Supervision (督办) at any time from dispatch on; of what is completed only where its callback wants a way back.
    **_stay(Kind.REMINDED, (_D, *AT_UNIT), _LEADERS, "5.2.3a"),
    **_stay(Kind.SUPERVISED, (_D, *AT_UNIT, _F, _W, _K), _LEADERS, "5.2.3"),
    **_stay(Kind.SUPERVISION_APPROVED, (_D, *AT_UNIT, _F, _W, _K), _LEADERS, "5.2.3b"),
    **_stay(Kind.SUPERVISION_REPLIED, (_D, *AT_UNIT, _F, _W, _K), _UNITS, "5.2.3"),
    **_stay(Kind.SUPERVISION_CLOSED, (_D, *AT_UNIT, _F, _W, _K), _LEADERS, "5.2.3"),
    **_stay(Kind.CENSURED, (_D, *AT_UNIT, _F, _W, _K), _LEADERS, "5.2.3d"),
}


class TransitionRefused(ValueError):
    """The event is not drawn from the present state, or lacks what its step demands; the message names the rule."""


def transition(state: State | None, kind: Kind) -> Transition:
    """Return the arrow that ``kind`` takes from ``state``; what a person can do instead says `data.possible`.

    Raises:
        TransitionRefused: there is none.
    """
    found = TRANSITIONS.get((state, kind))
    if found is None:
        raise TransitionRefused(f"“{state or '未登记'}”的工单不能{KIND_NAMES[kind]}（附录A）")
    return found
