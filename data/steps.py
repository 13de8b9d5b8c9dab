"""What a step demands besides being drawn in appendix A: a rule for each kind, held wherever an event is written.

The desks ask the same rules beforehand, to say why a key is dim; the store and the queue ask them again, so that no way
leads around them, and neither does an event that comes from another machine.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from data import callback_rules
from data.clock import instant
from data.events import Event, Ticket, fold
from data.handling import (
    AUTHORITIES,
    FEEDBACK_ELEMENTS,
    JOINT_MODES,
    NEEDS_APPROVAL,
    PRESS,
    SUPERVISION_FACTS,
    URGE,
    outcomes_of,
)
from data.lifecycle import KIND_NAMES, Kind, State, TransitionRefused, transition
from data.people import SYSTEM_AGENT, Actor
from data.record import PHONE

Payload = Mapping[str, Any]


def refusal(ticket: Ticket | None, kind: Kind, payload: Payload, at: datetime, by: str) -> str:
    """Return why the step cannot be taken, in one sentence with its clause; nothing when it can."""
    try:
        transition(ticket.state if ticket else None, kind)
    except TransitionRefused as refused:
        return str(refused)
    rule = _RULES.get(kind)
    return rule(ticket, payload, at, by) if rule and ticket else ""


def follow(ticket: Ticket | None, event: Event) -> Ticket:
    """Return the ticket after one event that was checked against appendix A and its rule.

    Raises:
        TransitionRefused: it may not happen now, or does not say what its kind must; the message names the rule.
    """
    if reason := refusal(ticket, event.kind, event.payload, event.at, event.by):
        raise TransitionRefused(reason)
    try:
        return fold(ticket, event)
    except (msgspec.ValidationError, KeyError) as error:
        raise TransitionRefused(f"“{KIND_NAMES[event.kind]}”的内容不完整或不合格式（{error}）：没有采用") from error


def not_theirs(ticket: Ticket, kind: Kind, actor: Actor) -> str:
    """Return why the unit an actor belongs to may not take this step; nothing when it may, or needs no unit."""
    if kind not in _BY_UNIT or actor.agent_no == SYSTEM_AGENT:
        return ""
    held = ticket.handling.now_with
    mine = [held.unit] if held else []
    if kind in _BY_HELPERS:
        mine += ticket.handling.joint_units
    if actor.unit and actor.unit in mine:
        return ""
    return (
        f"工单 {ticket.number} 由{held.unit if held else '（未派单）'}承办，{KIND_NAMES[kind]}须由该单位操作："
        f"{actor.agent_no} 属于{actor.unit or '（未登记单位，请系统管理员用 hotline user add --unit 登记）'}（5.2.2.2）"
    )


def missing_calls(ticket: Ticket, unit: str) -> list[str]:
    """Return what an urgent ticket still lacks before it may go to ``unit`` (5.2.2.1.4), in words."""
    called = [f"还没有电话联系{unit}"] if uncalled(ticket, unit) else []
    return [*called, *(f"还没有判断是否报{authority}" for authority in undecided(ticket))]


def uncalled(ticket: Ticket, unit: str) -> bool:
    """Whether an urgent ticket still lacks the call to ``unit``."""
    return ticket.record.urgent and all(call.unit != unit for call in ticket.handling.unit_calls)


def undecided(ticket: Ticket) -> list[str]:
    """Return the authorities of which an urgent ticket still lacks the decision whether they are told."""
    decided = {decision.authority for decision in ticket.handling.decisions}
    return [each for each in authorities(ticket) if each not in decided] if ticket.record.urgent else []


def authorities(ticket: Ticket) -> list[str]:
    """Return the authorities about which a decision has to be made (5.2.2.1.4)."""
    return list(dict.fromkeys(AUTHORITIES[kind] for kind in ticket.record.urgency_kinds if kind in AUTHORITIES))


def missing_elements(outcome: str, elements: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the elements of a reply that are not filled in: name, label, clause (5.2.2.3.3-.7)."""
    return [each for each in FEEDBACK_ELEMENTS.get(outcome, ()) if not elements.get(each[0], "").strip()]


def missing_facts(kind: str, facts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the facts of a supervision that are not filled in: name, label, clause (5.2.3)."""
    return [each for each in SUPERVISION_FACTS.get(kind, ()) if not facts.get(each[0], "").strip()]


def contacted(ticket: Ticket) -> bool:
    """Whether the unit that has the ticket now tried to reach the claimant after signing (5.2.2.2.2)."""
    signed = ticket.handling.signed_at
    return signed is not None and any(contact.at >= signed for contact in ticket.handling.contacts)


def from_web(ticket: Ticket) -> bool:
    """Whether the request came by the network platform, so that its reply needs the unit leader's approval."""
    return ticket.record.source != PHONE


def _dispatch(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    unit = str(payload.get("unit", ""))
    if not unit:
        return "还没有选定承办单位：请按 F5 选一个（5.2.2.1.3）"
    if lacks := missing_calls(ticket, unit):
        return f"紧急工单不能派出，{'，'.join(lacks)}：请按 F9 记下电话联系与判断（5.2.2.1.4）"
    return ""


def kept_by_first(ticket: Ticket) -> str:
    """Return why a ticket stays with the unit that has it, whichever other one is named (首接负责, 4.2); nothing if it need not."""
    held = ticket.handling.now_with
    if held is None or ticket.state is State.DISPATCHED or ticket.handling.return_request is not None:
        return ""
    return f"{held.unit}已签收，没有申请退回：首接负责，不能改派（4.2）"


def _redispatch(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    held = ticket.handling.now_with
    if reason := kept_by_first(ticket):
        return reason
    if held and payload.get("unit") == held.unit:
        return f"这件工单已在{held.unit}：请另选承办单位（4.2）"
    if not str(payload.get("reason", "")).strip():
        return "改派要写明理由：请按 F6 写派单处理意见（4.2）"
    return _dispatch(ticket, payload, at, by)


def _filled(*names: tuple[str, str]) -> Callable[[Ticket, Payload, datetime, str], str]:
    """Make a rule that some texts must be there: each is a name and what is missing, in words with its clause."""

    def rule(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
        return next((words for name, words in names if not str(payload.get(name, "")).strip()), "")

    return rule


def _joined(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if payload.get("mode") not in JOINT_MODES:
        return f"请选协同方式：{'、'.join(JOINT_MODES)}（5.2.2.2.3）"
    held = ticket.handling.now_with
    others = [unit for unit in payload.get("units", []) if held is None or unit != held.unit]
    return "" if others else "请写明协同的其他单位（5.2.2.2.3）"


def _return_asked(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if ticket.handling.return_request is not None:
        return "已申请退回，等待派单员处理；在此之前仍由本单位负责（4.2）"
    return _filled(("reason", "申请退回要写明理由（4.2）"))(ticket, payload, at, by)


def _return_refused(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if ticket.handling.return_request is None:
        return "承办单位没有申请退回（4.2）"
    return _filled(("reason", "不同意退回要写明理由（4.2）"))(ticket, payload, at, by)


def _complex(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    handling = ticket.handling
    if ticket.record.urgent:
        return "紧急诉求的反馈时限不因复杂疑难放宽（5.2.2.3.2）"
    if handling.complex_reason:
        return "这件工单已认定为复杂疑难（5.2.2.3.2）"
    if handling.feedback_due and at > handling.feedback_due:
        return "反馈时限已过，不能再认定为复杂疑难（5.2.2.3.2）"
    return _filled(("reason", "认定复杂疑难要写明理由（5.2.2.3.2）"))(ticket, payload, at, by)


def _reply(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    outcome = str(payload.get("outcome", ""))
    allowed = outcomes_of(ticket.record.types)
    if outcome not in allowed:
        return f"请选办理结果：{'、'.join(allowed)}（5.2.2.3）"
    if lacks := missing_elements(outcome, payload.get("elements", {})):
        _, label, clause = lacks[0]
        more = f"等 {len(lacks)} 项" if len(lacks) > 1 else ""
        return f"“{outcome}”的回复还缺{label}{more}：请补写（{clause}）"
    if not contacted(ticket):
        return "签收后还没有联系诉求人：请先联系并记下结果，没有接通也要记（5.2.2.2.2）"
    return ""


def _fed_back(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if from_web(ticket):
        return "网络诉求的办理情况须经主管领导审核后反馈：请报审（5.2.2.3.1）"
    return _reply(ticket, payload, at, by)


def _review_asked(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if not from_web(ticket):
        return "只有网络诉求须报审；电话诉求请直接反馈（5.2.2.3.1）"
    if reason := _reply(ticket, payload, at, by):
        return reason
    watched = str(payload.get("opinion_watch", "")).strip()
    return "" if watched else "请写明关注到的舆情信息，没有的写“未发现”（5.2.2.3.1）"


def _reviewed(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    draft = ticket.handling.draft
    if draft is None:
        return "没有待审核的办理情况（5.2.2.3.1）"
    return "报审人不能审核自己的办理情况：请由主管领导审核（5.2.2.3.1）" if draft.by == by else ""


def _review_failed(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    return _filled(("reason", "审核不通过要写明理由（5.2.2.3.1）"))(ticket, payload, at, by) or _reviewed(
        ticket, payload, at, by
    )


def _reminded(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    level, clock, due = payload.get("level"), payload.get("clock"), payload.get("due")
    if level not in (URGE, PRESS):
        return f"系统提醒只有{URGE}和{PRESS}（5.2.3a）"
    sent = {(each.level, each.clock, each.due) for each in ticket.handling.reminders}
    return "已提醒过（5.2.3a）" if (level, clock, instant(due)) in sent else ""


def _supervised(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if ticket.state is State.COMPLETED and not callback_rules.unsettled_reply(ticket):
        return "已办结的工单，只有回访时诉求人表示没有联系、没有解决或者不满意的，才能督办（5.2.3）"
    kind = str(payload.get("kind", ""))
    if kind not in SUPERVISION_FACTS:
        return f"请选督办方式：{'、'.join(SUPERVISION_FACTS)}（5.2.3）"
    if lacks := missing_facts(kind, payload.get("facts", {})):
        _, label, clause = lacks[0]
        return f"{kind}还缺{label}：请补写（{clause}）"
    clause = SUPERVISION_FACTS[kind][0][2]
    deadline = instant(payload.get("deadline"))
    if deadline is None:
        return f"{kind}要写明回复期限（{clause}）"
    return "" if deadline > at else f"{kind}的回复期限要在现在之后（{clause}）"


def _of_supervision(words: str) -> Callable[[Ticket, Payload, datetime, str], str]:
    def rule(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
        found = next((each for each in ticket.handling.supervisions if each.id == payload.get("id")), None)
        if found is None:
            return "没有这一项督办（5.2.3）"
        if found.closed_at is not None:
            return f"这项{found.kind}已了结（5.2.3）"
        if words == "approve":
            if found.kind not in NEEDS_APPROVAL or found.approved_at is not None:
                return f"这项{found.kind}不待审批（5.2.3b）"
            return "提出人不能批准自己的督办：请由领导审批（5.2.3b）" if found.by == by else ""
        if words == "reply" and not found.sent:
            return f"这项{found.kind}还没有经领导审批，不能回复（5.2.3b）"
        if words == "reply" and found.replied_at is not None:
            return f"这项{found.kind}已回复（5.2.3）"
        return "" if str(payload.get("text", "")).strip() else "请写明内容（5.2.3）"

    return rule


def _contact(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if not isinstance(payload.get("reached"), bool):
        return "请先选已接通还是未接通（5.2.2.2.2）"
    return _filled(("note", "请记下联系的结果（5.2.2.2.2）"))(ticket, payload, at, by)


def _sent_back(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if ticket.state is State.COMPLETED and not callback_rules.unsettled_reply(ticket):
        return "已办结的工单，只有回访时诉求人表示没有联系、没有解决或者不满意的，才能发回重办（5.2.3）"
    return _filled(("reason", "发回重办要写明理由（5.2.3）"))(ticket, payload, at, by)


def _completed(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    if owed := ticket.handling.unanswered:
        return f"还有{owed[0].kind}没有回复：请等承办单位回复，或由督办了结后再办结（5.2.3）"
    if bool(payload.get("rating_page")) is not from_web(ticket):
        return "网络诉求办结时推送一次评价页面，电话诉求在通话中评价（5.3.3、5.3.4）"
    return ""


_RULES: dict[Kind, Callable[[Ticket, Payload, datetime, str], str]] = {
    Kind.UNIT_CALLED: _filled(
        ("unit", "请写明联系的承办单位（5.2.2.1.4）"),
        ("spoke_with", "请写明接电话的人（5.2.2.1.4）"),
        ("result", "请写明联系的结果（5.2.2.1.4）"),
    ),
    Kind.AUTHORITY_DECIDED: _filled(
        ("authority", "请写明哪个部门（5.2.2.1.4）"), ("reason", "请写明判断的理由（5.2.2.1.4）")
    ),
    Kind.DISPATCHED: _dispatch,
    Kind.REDISPATCHED: _redispatch,
    Kind.CONTACTED: _contact,
    Kind.PROGRESSED: _filled(("text", "请写明办理进展（5.2.2.2.4）")),
    Kind.JOINED: _joined,
    Kind.RETURN_ASKED: _return_asked,
    Kind.RETURN_REFUSED: _return_refused,
    Kind.MADE_COMPLEX: _complex,
    Kind.REVIEW_ASKED: _review_asked,
    Kind.REVIEW_PASSED: _reviewed,
    Kind.REVIEW_FAILED: _review_failed,
    Kind.FED_BACK: _fed_back,
    Kind.SENT_BACK: _sent_back,
    Kind.COMPLETED: _completed,
    Kind.REMINDED: _reminded,
    Kind.SUPERVISED: _supervised,
    Kind.SUPERVISION_APPROVED: _of_supervision("approve"),
    Kind.SUPERVISION_REPLIED: _of_supervision("reply"),
    Kind.SUPERVISION_CLOSED: _of_supervision("close"),
    Kind.CENSURED: _filled(("unit", "请写明被通报的单位（5.2.3d）"), ("text", "请写明通报的内容（5.2.3d）")),
    Kind.CALLBACK_PLANNED: callback_rules.planned,
    Kind.CALLBACK_TRIED: callback_rules.tried,
    Kind.CALLBACK_ENDED: callback_rules.ended,
    Kind.CALLBACK_AMENDED: callback_rules.amended,
    Kind.RATED: callback_rules.rated,
    Kind.ARCHIVED: callback_rules.archived,
}

# Steps of the unit that has the ticket, and those that a unit called to help may take as well.
_BY_HELPERS = (Kind.PROGRESSED, Kind.SUPERVISION_REPLIED)
_BY_UNIT = (
    *(Kind.SIGNED, Kind.CONTACTED, Kind.JOINED, Kind.RETURN_ASKED, Kind.REVIEW_ASKED, Kind.REVIEW_PASSED),
    *(Kind.REVIEW_FAILED, Kind.FED_BACK, *_BY_HELPERS),
)
