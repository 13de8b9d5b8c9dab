"""What each step of a callback (回访, 5.4) and of a rating (评价, 5.3) demands; `data.steps` asks these rules everywhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from data.callbacks import (
    ASPECT_WORDS,
    ASPECTS,
    CHOICES,
    DISSATISFIED,
    FAMILIES,
    GRADES,
    INTERVIEWED,
    PARTIAL,
    REFUSED,
    REQUIRED,
    SATISFACTION,
    VIEWS,
    Answer,
)
from data.clock import instant
from data.events import Ticket
from data.lifecycle import State
from data.record import PHONE

Payload = Mapping[str, Any]

_MALFORMED = "回访的答案不合格式（5.4.3）"


def planned(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    """A ticket by telephone that was fed back, once for each reply, and not who refused (5.4.1, 5.4.2)."""
    if ticket.record.source != PHONE:
        return "网络诉求推送评价页面，不电话回访（5.3.4、5.4.1）"
    if ticket.callback.refused:
        return "诉求人已明确表示不接受回访（5.4.2）"
    if ticket.callback.waiting:
        return "这件工单已在回访名单里（5.4.1）"
    replies = len(ticket.handling.feedbacks)
    if not replies or payload.get("feedback") != replies:
        return "还没有办理结果可以回访（5.4.1）"
    if any(plan.feedback == replies for plan in ticket.callback.plans):
        return "这次办理结果已回访过（5.4.1）"
    return "" if str(payload.get("run", "")).strip() else "回访抽取要写明抽样批次（5.4.1）"


def tried(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    """An attempt belongs to a callback that waits, names its outcome, and when the next may be made."""
    if reason := _called(ticket, payload):
        return reason
    following = instant(payload.get("next_at"))
    if following is None or following <= at:
        return "下一次呼叫的时间要在现在之后（5.4.1）"
    answers = _answers(payload)
    return _MALFORMED if answers is None else _answered(answers)


def ended(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    """An interview has consent and every answer, one that was broken off has some (5.4.2, 5.4.3); no other has any."""
    if reason := _called(ticket, payload):
        return reason
    family, answers = payload.get("family"), _answers(payload)
    if answers is None:
        return _MALFORMED
    if family != INTERVIEWED and answers:
        return "没有访问成功，不能记答案（5.4.3）"
    if family == REFUSED:
        return "" if payload.get("consent") is False else "拒访要记下诉求人不接受回访（5.4.2）"
    if family != INTERVIEWED:
        return ""
    if payload.get("consent") is not True:
        return "还没有征得诉求人同意（5.4.2）"
    left = [name for name in REQUIRED if not answers.get(name, Answer()).value]
    if left and (payload.get("outcome") != PARTIAL or len(left) == len(REQUIRED)):
        return f"还有 {len(left)} 个问题没有问：没有问的不能当作答了（5.4.3）"
    return _answered(answers)


def unsettled_reply(ticket: Ticket) -> list[str]:
    """Return why the reply that a request has now did not settle it, as its callback said (5.4.3); empty where none said so.

    A callback about an earlier reply says nothing of this one.
    """
    callback = ticket.callback
    if not callback.results or callback.plans[len(callback.results) - 1].feedback != len(ticket.handling.feedbacks):
        return []
    return callback.results[-1].unsettled


def left_open(ticket: Ticket) -> list[str]:
    """Return why a request needs a way back (再次派单 or 督办) and has had none yet: see `unsettled_reply`.

    It has had one where it was sent back, so that it is handled anew, or where a supervision that its unit had was
    closed after the callback.
    """
    reasons, last = unsettled_reply(ticket), ticket.callback.last
    if not reasons or last is None or ticket.state not in (State.FED_BACK, State.COMPLETED):
        return []
    ended = (each.closed_at for each in ticket.handling.supervisions if each.sent and each.closed_at)
    return [] if any(at >= last.at for at in ended) else reasons


def _called(ticket: Ticket, payload: Payload) -> str:
    if ticket.callback.waiting is None:
        return "这件工单不在回访名单里（5.4.1）"
    if payload.get("family") not in FAMILIES or not str(payload.get("outcome", "")).strip():
        return "请选这次呼叫的结果（5.4.1）"
    return ""


def _answers(payload: Payload) -> dict[str, Answer] | None:
    try:
        return msgspec.convert(payload.get("answers", {}), dict[str, Answer])
    except msgspec.ValidationError:
        return None


def amended(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    """An answer is changed with a reason, and both values stay (5.4.4)."""
    result = ticket.callback.last
    if result is None or result.family != INTERVIEWED:
        return "这件工单没有回访答案（5.4.3）"
    question = str(payload.get("question", ""))
    if not str(payload.get("reason", "")).strip():
        return "更正答案要写明理由（5.4.4）"
    try:
        after = msgspec.convert(payload.get("answer"), Answer)
    except msgspec.ValidationError:
        return _MALFORMED
    before = result.answers.get(question, Answer())
    if (before.value, before.said) == (after.value, after.said):
        return "答案没有改动（5.4.3）"
    if question in REQUIRED and not after.value:
        return "答案不能清空：诉求人不愿回答的记“拒答”（5.4.3）"
    answers = {**result.answers, question: after}
    if question == SATISFACTION and after.value not in DISSATISFIED:
        answers.pop(ASPECTS, None)
    return _answered(answers)


def _answered(answers: Mapping[str, Answer]) -> str:
    for question, answer in answers.items():
        if question in CHOICES and answer.value not in CHOICES[question]:
            return f"“{answer.value}”不是这个问题的答案：可选{'、'.join(CHOICES[question])}（5.4.3）"
        if question not in (*CHOICES, ASPECTS, VIEWS):
            return f"没有“{question}”这个问题（5.4.3）"
    aspects = answers.get(ASPECTS)
    if aspects is None:
        return ""
    if answers.get(SATISFACTION, Answer()).value not in DISSATISFIED:
        return "只有不满意、非常不满意才问哪方面不满意（B.4.5）"
    unknown = [each for each in aspects.value.split("、") if each and each not in ASPECT_WORDS]
    return f"“{unknown[0]}”不是不满意的方面：可选{'、'.join(ASPECT_WORDS)}（B.4.5）" if unknown else ""


def rated(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    """A web request is rated on its page, once, in one of the five grades (5.3.2, 5.3.4)."""
    if ticket.record.source == PHONE:
        return "电话诉求在通话中评价（5.3.3）；评价页面只给网络诉求（5.3.4）"
    if ticket.rating is not None:
        return "这件事项已评价过一次，不能再评（5.3.4）"
    if payload.get("grade") not in GRADES:
        return f"评价只有五档：{'、'.join(GRADES)}（5.3.2）"
    return ""


def kept_open(ticket: Ticket) -> str:
    """Return what a finished request still waits for before it can be archived; nothing where it waits for nothing."""
    if ticket.callback.waiting:
        return "还在等待回访，不能归档（5.4.1、5.5.1）"
    if any(each.closed_at is None for each in ticket.handling.supervisions):
        return "还有督办没有了结，不能归档（5.2.3、5.5.1）"
    if reasons := left_open(ticket):
        return f"回访时{'、'.join(reasons)}，还没有发回重办或督办，不能归档（5.4.3、5.5.1）"
    return ""


def archived(ticket: Ticket, payload: Payload, at: datetime, by: str) -> str:
    """What is archived is whole: no callback waits, and the bundle's hash is noted (5.5.1, 5.5.3)."""
    if reason := kept_open(ticket):
        return reason
    digest = str(payload.get("digest", ""))
    return "" if len(digest) == 64 else "归档要记下案卷的校验值（5.5.3）"
