"""The history of a ticket in words: what each event brought, and what appendix D has no field for."""

from typing import Any

from console.clocks import CLOCKS
from console.when import read_instant, stamp
from data.events import Event, Ticket
from data.handling import FEEDBACK_ELEMENTS, Feedback
from data.lifecycle import Kind


def event_detail(event: Event) -> str:
    """Say what an event brought, in a few words; nothing where its kind says all."""
    payload = event.payload
    match event.kind:
        case Kind.ESCALATED:
            return f"上报 {payload['to']}"
        case Kind.ANSWERED:
            return f"依据知识 {payload['article_id']} 第 {payload['version']} 版《{payload['title']}》"
        case Kind.CLASSIFIED:
            return "，".join(part for part in (payload["route"], payload["clause"], payload["choice"]) if part)
        case Kind.SUBMITTED:
            return f"{_at(payload['due']['dispatch'])} 前派发；{payload['due']['basis']}"
        case Kind.REGISTERED | Kind.AMENDED:
            return str(payload["record"]["title"])
        case Kind.DISPATCHED | Kind.REDISPATCHED:
            return _dispatched(payload)
        case Kind.UNIT_CALLED:
            return f"{payload['unit']}，接电话的是{payload['spoke_with']}：{payload['result']}"
        case Kind.AUTHORITY_DECIDED:
            return f"{'报' if payload['report'] else '不报'}{payload['authority']}：{payload['reason']}"
        case Kind.CONTACTED:
            return f"{'已接通' if payload['reached'] else '未接通'}：{payload['note']}"
        case Kind.PROGRESSED:
            parts = [payload["text"], "已查看现场" if payload.get("on_site") else "", payload.get("views", "")]
            return f"{payload.get('unit', '')}：{'；'.join(part for part in parts if part)}"
        case Kind.JOINED:
            note = f"：{payload['note']}" if payload.get("note") else ""
            return f"{payload['mode']}，{payload.get('lead', '')}牵头，{'、'.join(payload['units'])}协办{note}"
        case Kind.RETURN_ASKED:
            suggested = f"；建议改派{payload['suggested']}" if payload.get("suggested") else ""
            return f"{payload['unit']}：{payload['reason']}{suggested}"
        case Kind.MADE_COMPLEX | Kind.SENT_BACK:
            return f"{payload['reason']}；{_at(payload['feedback_due'])} 前反馈"
        case Kind.RETURN_REFUSED | Kind.REVIEW_FAILED:
            return str(payload["reason"])
        case Kind.FED_BACK | Kind.REVIEW_ASKED:
            return str(payload["outcome"])
        case Kind.COMPLETED:
            return "已推送评价页面（5.3.4）" if payload.get("rating_page") else ""
        case Kind.REMINDED:
            return f"{payload['level']}：{CLOCKS[payload['clock']]}时限 {_at(payload['due'])}"
        case Kind.SUPERVISED:
            return f"{payload['kind']}，{_at(payload['deadline'])} 前回复：{payload['facts'].get('ground', '')}"
        case Kind.SUPERVISION_APPROVED:
            return f"下发{payload['unit']}" if payload.get("unit") else ""
        case Kind.SUPERVISION_REPLIED | Kind.SUPERVISION_CLOSED:
            return str(payload["text"])
        case Kind.CENSURED:
            return f"{payload['unit']}：{payload['text']}"
        case _:
            return ""


def feedback_text(feedback: Feedback) -> str:
    """Write a reply with its elements, each behind its name (5.2.2.3.3-.7)."""
    lines = [feedback.outcome]
    lines += [
        f"{label}：{feedback.elements[name]}"
        for name, label, _ in FEEDBACK_ELEMENTS.get(feedback.outcome, ())
        if feedback.elements.get(name)
    ]
    if feedback.reviewed_by and feedback.reviewed_at:
        lines.append(f"主管领导审核：{feedback.reviewed_by} {stamp(feedback.reviewed_at)}")
    return "\n".join(lines)


def told_of_handling(ticket: Ticket) -> list[tuple[str, str]]:
    """Return what the handling has that appendix D has no field for: label and text."""
    handling = ticket.handling
    told: list[tuple[str, str]] = []
    if len(handling.dispatches) > 1:
        told.append(("首接单位", handling.first_unit))
    if handling.dispatches:
        told.append(("派单方式", handling.dispatches[-1].channel))
    told += [("电话联系单位", f"{call.unit} {call.spoke_with}：{call.result}") for call in handling.unit_calls]
    told += [(f"报{each.authority}", f"{'是' if each.report else '否'}，{each.reason}") for each in handling.decisions]
    if handling.joints:
        told.append(("协同方式", "；".join(f"{each.mode}（{'、'.join(each.units)}）" for each in handling.joints)))
    if handling.complex_reason:
        told.append(("复杂疑难", handling.complex_reason))
    if handling.feedbacks and handling.feedbacks[-1].opinion_watch:
        told.append(("舆情信息", handling.feedbacks[-1].opinion_watch))
    return told


def _dispatched(payload: dict[str, Any]) -> str:
    copied = f"，同时送{payload['copy_to']}" if payload.get("copy_to") else ""
    opinion = f"；意见：{payload['opinion']}" if payload.get("opinion") else ""
    limits = f"{_at(payload['sign_due'])} 前签收，{_at(payload['feedback_due'])} 前反馈"
    if before := payload.get("due_before"):
        limits += f"（自改派起重新计，原 {_at(before)} 前）"
    return f"派至{payload['unit']}{copied}（{payload.get('channel', '')}）{opinion}；{limits}"


def _at(written: object) -> str:
    return stamp(read_instant(written))
