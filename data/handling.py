"""What happens to a ticket after it was handed to dispatch: dispatch, handling, feedback and supervision (5.2).

Plain facts, each as its event carried it; `folded` adds one to what is known. What a step demands is in `data.steps`.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from data.lifecycle import Kind

if TYPE_CHECKING:
    from data.events import Event

POLICE, EMERGENCY = "公安部门", "应急管理部门"

# 5.2.2.1.4: which authority each urgent kind asks a decision about. The standard names none for the other kinds.
AUTHORITIES = {"不稳定因素": POLICE, "突发事件": EMERGENCY, "基本民生保障": EMERGENCY, "极端天气": EMERGENCY}

WHISTLE, CONSULTATION = "街乡吹哨、部门报到", "协调会商"
JOINT_MODES = (WHISTLE, CONSULTATION, "其他")  # 办理方式 (5.2.2.2.3 "等")

CONSULT, SUGGESTION, UNREASONABLE = "咨询", "建议", "不合理诉求"
SOLVED, UNSOLVED, CANNOT = "已解决", "未解决", "不能解决"

# The elements of a reply (5.2.2.3.3-.7) by its outcome: name, what stands before it on screen, clause. What
# 5.2.2.3.3 demands of every feedback comes first; an outcome's own clause adds to it.
_UNIT, _WHEN = ("unit", "主责单位", "5.2.2.3.3"), ("handled_at", "办理时间", "5.2.2.3.3")
_WHAT, _TOLD = ("course", "办理情况", "5.2.2.3.3"), ("told", "反馈情况", "5.2.2.3.3")
FEEDBACK_ELEMENTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    CONSULT: (
        ("unit", "承办单位", "5.2.2.3.5"),
        ("course", "答复内容", "5.2.2.3.5"),
        ("handled_at", "答复时间", "5.2.2.3.5"),
        _TOLD,
    ),
    SUGGESTION: (_UNIT, _WHEN, ("passed_to", "转交部门", "5.2.2.3.6"), _WHAT, ("told", "告知收到建议", "5.2.2.3.6")),
    SOLVED: (_UNIT, _WHEN, _WHAT, ("measures", "主要措施", "5.2.2.3.7a"), _TOLD),
    UNSOLVED: (
        _UNIT,
        _WHEN,
        _WHAT,
        ("reason", "未解决原因", "5.2.2.3.7b"),
        ("next_step", "下一步工作措施", "5.2.2.3.7b"),
        ("by_when", "落实时间", "5.2.2.3.7b"),
        _TOLD,
    ),
    CANNOT: (
        _UNIT,
        _WHEN,
        _WHAT,
        ("reason", "不能解决原因或困难", "5.2.2.3.7c"),
        ("studied", "有无研究工作措施", "5.2.2.3.7c"),
        _TOLD,
    ),
    UNREASONABLE: (
        _UNIT,
        _WHEN,
        _WHAT,
        ("grounds", "不合理的具体依据", "5.2.2.3.4"),
        ("law", "法律、法规、规章和政策规定", "5.2.2.3.4"),
        _TOLD,
    ),
}


def outcomes_of(types: list[str]) -> tuple[str, ...]:
    """Which outcomes a reply to these request types may have: 其他类诉求 (5.2.2.3.7) has three."""
    own = [outcome for outcome in (CONSULT, SUGGESTION) if outcome in types]
    if set(types) <= {CONSULT, SUGGESTION} and own:
        return (*own, UNREASONABLE)
    return (SOLVED, UNSOLVED, CANNOT, UNREASONABLE, *own)


# Kinds of supervision (督办, 5.2.3b-f) with the facts that each must state: name, what stands before it, clause.
DOCUMENT, MEETING, ON_SITE, JOINTLY, DISCIPLINE = "文件督办", "会商督办", "现场督办", "联合督办", "监察部门督办"
_GROUND = "ground"
SUPERVISION_FACTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    DOCUMENT: (
        (_GROUND, "无法协调推动或职能空白的情况", "5.2.3b"),
        ("report", "专报内容", "5.2.3b"),
        ("leader", "报请审批的领导", "5.2.3b"),
    ),
    MEETING: (
        (_GROUND, "公共应急、集中反映或多次流转的情况", "5.2.3c"),
        ("meeting_at", "会商时间地点", "5.2.3c"),
        ("units", "参加的承办单位", "5.2.3c"),
    ),
    ON_SITE: (
        (_GROUND, "疑难、重点、重复、区域交叉或权属不清的情况", "5.2.3d"),
        ("arrive_by", "抵达现场的时间", "5.2.3d"),
        ("place", "现场地点", "5.2.3d"),
    ),
    JOINTLY: (
        (_GROUND, "问题集中或考评靠后的情况", "5.2.3e"),
        ("reported_to", "上报的政务服务部门", "5.2.3e"),
        ("with", "联合的督查部门", "5.2.3e"),
    ),
    DISCIPLINE: (
        (_GROUND, "推诿扯皮、敷衍塞责的情况", "5.2.3f"),
        ("evidence", "依据的办理记录", "5.2.3f"),
        ("referred_to", "移送的监察机关", "5.2.3f"),
    ),
}
NEEDS_APPROVAL = (DOCUMENT,)  # 经领导审批后下发 (5.2.3b)

URGE, PRESS = "催办", "督办"  # what the system sends: nearly due, due (5.2.3a)


class Dispatch(msgspec.Struct, frozen=True):
    """One dispatch (派单): to whom, by which way, until when (5.2.2.1.1, 5.2.2.1.3)."""

    unit: str
    at: datetime
    by: str
    sign_due: datetime
    feedback_due: datetime
    basis: str
    copy_to: str = ""  # 同时送: the district government that a street's ticket also goes to
    channel: str = "系统"  # 派单方式; the feedback comes back by it (5.2.2.3.1)
    opinion: str = ""  # 派单处理意见
    reason: str = ""  # why this unit
    limits: str = ""  # 办理时限, in words
    notes: list[str] = []
    clause: str = "5.2.2.1.1a"
    legal: dict[str, str | int] = {}  # the limit that a law fixes, where one was chosen (4.1)
    suggested: str = ""  # what had been suggested when the dispatcher chose: from this the suggestions learn
    chosen: bool = False  # by a person; else it went where the registration had put it


class UnitCall(msgspec.Struct, frozen=True):
    """A telephone call to a unit at an urgent dispatch (5.2.2.1.4): who, when, with which result."""

    unit: str
    at: datetime
    by: str
    spoke_with: str
    result: str
    number: str = ""


class Decision(msgspec.Struct, frozen=True):
    """Whether an urgent request is reported to the police or to emergency management, and why (5.2.2.1.4)."""

    authority: str
    report: bool
    reason: str
    at: datetime
    by: str


class Contact(msgspec.Struct, frozen=True):
    """An attempt to reach the claimant after signing (5.2.2.2.2)."""

    reached: bool
    note: str
    at: datetime
    by: str
    unit: str = ""


class Progress(msgspec.Struct, frozen=True):
    """A note of how handling goes, what the claimant thinks of it, and whether someone went there (5.2.2.2.4)."""

    text: str
    at: datetime
    by: str
    unit: str = ""
    views: str = ""  # 诉求人意见建议
    on_site: bool = False  # 查看现场


class Joint(msgspec.Struct, frozen=True):
    """Other units called to a matter that concerns several (5.2.2.2.3, 3.4); the first receiver leads."""

    mode: str
    units: list[str]
    at: datetime
    by: str
    lead: str = ""
    note: str = ""


class ReturnRequest(msgspec.Struct, frozen=True):
    """A unit asks for a ticket to be taken back (退回); until another unit has it, it stays responsible (4.2)."""

    unit: str
    reason: str
    at: datetime
    by: str
    suggested: str = ""


class Feedback(msgspec.Struct, frozen=True):
    """A reply (办理结果反馈): its outcome, and each element that the outcome demands (5.2.2.3)."""

    outcome: str
    elements: dict[str, str]
    at: datetime
    by: str
    channel: str = ""  # the way by which it was dispatched (原派单方式, 5.2.2.3.1)
    opinion_watch: str = ""  # 舆情信息, of a web request
    reviewed_by: str = ""
    reviewed_at: datetime | None = None


class Reminder(msgspec.Struct, frozen=True):
    """What the system sent by itself: 催办 when nearly due, 督办 when due (5.2.3a)."""

    level: str
    clock: str
    due: datetime
    at: datetime
    unit: str = ""


class Supervision(msgspec.Struct, frozen=True):
    """One supervision of a ticket by people (5.2.3b-f)."""

    id: str
    kind: str
    facts: dict[str, str]
    deadline: datetime
    at: datetime
    by: str
    unit: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None
    reply: str = ""
    replied_by: str = ""
    replied_at: datetime | None = None
    outcome: str = ""
    closed_at: datetime | None = None

    @property
    def sent(self) -> bool:
        """Whether the unit has it: at once, or when a leader has approved it."""
        return self.kind not in NEEDS_APPROVAL or self.approved_at is not None


class Censure(msgspec.Struct, frozen=True):
    """A notice of what a unit did not do (通报, 5.2.3d)."""

    unit: str
    text: str
    at: datetime
    by: str


class Handling(msgspec.Struct, frozen=True):
    """All of it, in the order in which it happened."""

    dispatches: list[Dispatch] = []
    unit_calls: list[UnitCall] = []
    decisions: list[Decision] = []
    signed_at: datetime | None = None
    signed_by: str = ""
    contacts: list[Contact] = []
    progress: list[Progress] = []
    joints: list[Joint] = []
    return_request: ReturnRequest | None = None
    complex_reason: str = ""
    feedback_due: datetime | None = None  # of the dispatch in force, of a complex case, or of what was sent back
    feedback_from: datetime | None = None  # when it was sent back; else feedback counts from the dispatch in force
    draft: Feedback | None = None  # waits for the unit's leader, or was refused by them with `review_note`
    review_note: str = ""
    feedbacks: list[Feedback] = []
    sent_back: list[str] = []
    reminders: list[Reminder] = []
    supervisions: list[Supervision] = []
    censures: list[Censure] = []
    completed_at: datetime | None = None

    @property
    def now_with(self) -> Dispatch | None:
        """The dispatch in force."""
        return self.dispatches[-1] if self.dispatches else None

    @property
    def first_unit(self) -> str:
        """The unit that received the ticket first (首接单位, 4.2)."""
        return self.dispatches[0].unit if self.dispatches else ""

    @property
    def unanswered(self) -> list[Supervision]:
        """Supervisions that the unit has and has not answered yet (5.2.3)."""
        return [each for each in self.supervisions if each.sent and not each.replied_at and not each.closed_at]

    @property
    def joint_units(self) -> list[str]:
        """Units called to help, each once."""
        return list(dict.fromkeys(unit for joint in self.joints for unit in joint.units))


def folded(handling: Handling, event: "Event") -> Handling:
    """Return what is known of the handling after ``event``; events of other kinds change nothing.

    Raises:
        msgspec.ValidationError: the payload is not of the event's kind.
    """
    payload: dict[str, Any] = {**event.payload, "at": event.at, "by": event.by}
    changes: dict[str, Any] = {}
    match event.kind:
        case Kind.UNIT_CALLED:
            changes["unit_calls"] = [*handling.unit_calls, msgspec.convert(payload, UnitCall)]
        case Kind.AUTHORITY_DECIDED:
            changes["decisions"] = [*handling.decisions, msgspec.convert(payload, Decision)]
        case Kind.DISPATCHED | Kind.REDISPATCHED:
            sent = msgspec.convert(payload, Dispatch)
            changes["dispatches"] = [*handling.dispatches, sent]
            changes["feedback_due"] = sent.feedback_due
            changes |= {"return_request": None, "signed_at": None, "signed_by": "", "complex_reason": ""}
            changes["feedback_from"] = None
        case Kind.SIGNED:
            changes |= {"signed_at": event.at, "signed_by": event.by}
        case Kind.CONTACTED:
            changes["contacts"] = [*handling.contacts, msgspec.convert(payload, Contact)]
        case Kind.PROGRESSED:
            changes["progress"] = [*handling.progress, msgspec.convert(payload, Progress)]
        case Kind.JOINED:
            changes["joints"] = [*handling.joints, msgspec.convert(payload, Joint)]
        case Kind.RETURN_ASKED:
            changes["return_request"] = msgspec.convert(payload, ReturnRequest)
        case Kind.RETURN_REFUSED:
            changes["return_request"] = None
        case Kind.MADE_COMPLEX:
            changes["complex_reason"] = msgspec.convert(payload["reason"], str)
            changes["feedback_due"] = msgspec.convert(payload["feedback_due"], datetime)
        case Kind.REVIEW_ASKED:
            changes |= {"draft": msgspec.convert(payload, Feedback), "review_note": ""}
        case Kind.REVIEW_PASSED if handling.draft:
            passed = msgspec.structs.replace(handling.draft, reviewed_by=event.by, reviewed_at=event.at)
            changes |= {"feedbacks": [*handling.feedbacks, passed], "draft": None}
        case Kind.REVIEW_FAILED:
            changes["review_note"] = msgspec.convert(payload["reason"], str)
        case Kind.FED_BACK:
            changes["feedbacks"] = [*handling.feedbacks, msgspec.convert(payload, Feedback)]
        case Kind.SENT_BACK:
            changes["sent_back"] = [*handling.sent_back, msgspec.convert(payload["reason"], str)]
            changes["feedback_from"] = event.at
            changes["feedback_due"] = msgspec.convert(payload["feedback_due"], datetime)
        case Kind.COMPLETED:
            changes["completed_at"] = event.at
        case Kind.REMINDED:
            changes["reminders"] = [*handling.reminders, msgspec.convert(payload, Reminder)]
        case Kind.SUPERVISED:
            changes["supervisions"] = [*handling.supervisions, msgspec.convert(payload, Supervision)]
        case Kind.SUPERVISION_APPROVED | Kind.SUPERVISION_REPLIED | Kind.SUPERVISION_CLOSED:
            changes["supervisions"] = [_moved(each, event) for each in handling.supervisions]
        case Kind.CENSURED:
            changes["censures"] = [*handling.censures, msgspec.convert(payload, Censure)]
        case _:
            pass
    return msgspec.structs.replace(handling, **changes) if changes else handling


def _moved(supervision: Supervision, event: "Event") -> Supervision:
    if supervision.id != event.payload.get("id"):
        return supervision
    text = str(event.payload.get("text", ""))
    # Whoever has the ticket owes the answer: it may have gone on to another unit since the order was proposed.
    unit = str(event.payload.get("unit", "")) or supervision.unit
    changes = {
        Kind.SUPERVISION_APPROVED: {"approved_by": event.by, "approved_at": event.at, "unit": unit},
        Kind.SUPERVISION_REPLIED: {"reply": text, "replied_by": event.by, "replied_at": event.at, "unit": unit},
        Kind.SUPERVISION_CLOSED: {"outcome": text, "closed_at": event.at},
    }[event.kind]
    return msgspec.structs.replace(supervision, **changes)
