"""What the call desk says of its state, in words: clocks, what goes on between sentences, why a key cannot be used."""

from collections.abc import Sequence

from rich.text import Text

from console.call_desk import NO_WORK, TALKING, CallDesk
from console.escalation import may_report, unreported
from console.form import title_of
from console.matters import MANY, matter_of
from console.registration import locate
from console.repeats import Likely
from console.simulator import Simulator
from console.telephone import Rate
from console.when import minutes, stamp
from data.clock import SHANGHAI
from data.drafts import Draft
from data.people import Role
from data.personal import mask_phone
from data.record import PHONE

# B.1.3.3 becomes due when a wait is longer than this; from here the wait is shown as running out.
LONG_WAIT = 30

# What can be done with a record on the desk, and but for two of them only until it is out of the agent's hands.
AT_WORK = {"reply", "route", "elements", "history", "complete", "urgent", "urgency", "text", "attach", "take_back"}


def clocks(model: CallDesk) -> list[Text | str]:
    """Answer time against 15 s, talk time and wait of the present call; drafts that wait."""
    pieces: list[Text | str] = []
    state, now = model.call_state, model.now
    if state is not None and state.phase == "ringing":
        pieces.append(
            Text(f"响铃 {state.ring_seconds(now):.0f}s/15s", "bold reverse" if state.overdue(now) else "bold")
        )
    elif state is not None and state.answer_seconds is not None:
        verdict = "✓" if state.in_time else "✗超15s"
        pieces.append(Text(f"接听 {state.answer_seconds:.0f}s {verdict}", "" if state.in_time else "bold"))
        pieces.append(f"通话 {minutes(state.talk_seconds(now))}")
    if further := model.also.longest(now):
        number, rung = further
        pieces.append(Text(f"又一来电 {number} {rung:.0f}s", "bold reverse"))
    if model.ticket is not None and model.ticket.escalations:
        last = model.ticket.escalations[-1]
        seen = "✓已知悉" if last.acknowledged_at is not None else ""
        pieces.append(Text(f"⚠已上报 {last.at.astimezone(SHANGHAI):%H:%M}{seen}", "bold"))
    if model.waited:
        pieces.append(Text(f"等待 {model.waited:.0f}s", "bold reverse" if model.waited > LONG_WAIT else "bold"))
    if model.source is not None and model.source.connection.state != "connected":
        pieces.append(Text("电话 ✗未连接", "bold"))
    if model.waiting_drafts:
        pieces.append(f"草稿 {len(model.waiting_drafts)}")
    return pieces


def connect_rate_text(rate: Rate) -> str:
    """The rolling connect rate (5.1.3.2), with both its numbers."""
    if rate.value is None:
        return "24h接通 —"
    return f"24h接通 {rate.value:.1%}{'⚠' if rate.alarm else ''} ({rate.numerator}/{rate.denominator})"


def heard(model: CallDesk) -> str:
    """What a simulated caller said last."""
    source, state = model.source, model.call_state
    if not isinstance(source, Simulator) or state is None or model.phase not in TALKING:
        return ""
    said = source.said(state.call_id)
    return said[-1].text if said else ""


def found_region(model: CallDesk) -> str:
    """The district and street that the words of the record name."""
    place = locate(model.house, model.record).place
    return f"{place.district}{place.street}"


def known_matter(model: CallDesk, draft: Draft, likely: Sequence[Likely]) -> str:
    """Whether the matter looks known: linked, likely repeats, many claimants (5.1.2.2)."""
    linked = "已关联重复 F7" if draft.record.repeats else f"疑似重复 {len(likely)} 件 F7" if likely else ""
    matter = matter_of(model.house.figures, draft.record, draft.ticket_id, model.now)
    return f"集中 {matter.claimants} 人 {linked}".rstrip() if matter and matter.claimants >= MANY else linked


def related(model: CallDesk, likely: Sequence[Likely]) -> Text:
    """The earlier tickets that matter here, for where there is room."""
    lines = Text()
    for ticket, because in model.history.related(likely):
        lines.append(f"{stamp(ticket.created_at)[5:]} {title_of(ticket.record)}\n")
        lines.append(f"  {ticket.state} · {because}\n", "dim")
    return lines or Text("这个号码没有历史工单，也没有相似的工单。", "dim")


def known_caller(model: CallDesk) -> str:
    """What is known of the number that calls: its tickets, its unfinished records here, or that it never called."""
    known = len(model.history.earlier())
    number = model.record.claimant.phone
    unfinished = [each for each in model.waiting_drafts if number and each.record.claimant.phone == number]
    if known or unfinished:
        told = [f"历史 {known} 件 F7" if known else "", f"未完成 {len(unfinished)} 件（收件台）" if unfinished else ""]
        return " ".join(filter(None, told))
    return "首次来电" if number else "号码未显示"


def at_rest(model: CallDesk, trouble: str = "") -> tuple[str, str, str]:
    """What goes on while there is nothing to say: heading, sentence, keys; between calls also what is in ``trouble``."""
    number = model.ticket.number if model.ticket else ""
    match model.phase:
        case "ringing":
            earlier = model.history.earlier()
            number = mask_phone(model.record.claimant.phone) or "未显示号码"
            # The title on a line of its own: wrapped behind the number, it would leave a lone dot there.
            about = (
                f"\n上次：{title_of(earlier[0].record)}（{earlier[0].state}）"
                if earlier
                else f" · {known_caller(model)}"
            )
            return "来电响铃", f"{number}{about}", "F2 接听"
        case "talking" | "held" if model.finished:
            also = "F8 补上又写的内容，" if model.added else ""
            keys = "Ctrl+Y 另记一件  Ctrl+L 用语表"
            return "倾听", f"工单 {number} 已登记，{also}F12 结束通话", keys
        case "talking" | "held":
            waiting = f"来电人等待中 {model.waited:.0f} 秒" if model.waited else "请听来电人讲；要素齐全后按 F8 保存"
            return "倾听", waiting, "Ctrl+L 用语表"
        case "after" | "record":
            source = model.record.source
            handed_in = f"网络诉求 · {source}" if source != PHONE else "转来的电话诉求"
            heading = "通话已结束" if model.phase == "after" else handed_in
            also = "，F8 补上又写的内容" if model.added else ""
            text = f"工单 {number} 已登记{also}" if model.finished else "请完成登记：F8 保存 · F4 答复 · F5 去向"
            return heading, text, ""
        case _:
            last = f"上一件 {model.last.number} {model.last.state} · " if model.last else ""
            web = model.house.inbox.count_waiting()
            ring = "Ctrl+G 模拟来电" if isinstance(model.source, Simulator) else ""
            if model.source is not None and model.source.connection.state != "connected":
                return "电话未连接", model.source.connection.sentence, ""
            also = f"\n⚠{trouble}" if trouble else ""
            return "等待来电", f"{last}网络诉求待受理 {web} 件（Ctrl+O 收件）{also}", ring


def why_not(model: CallDesk, action_id: str) -> str:
    """Say why a key of the call desk cannot be used now; nothing when it can."""
    talking = model.phase in TALKING
    match action_id:
        case "help" | "palette" | "switch_desk" | "leave" | "knowledge":
            return ""
        case "ring" if not isinstance(model.source, Simulator):
            return "只有演示和练习中可以模拟来电"
        case "speak" if not talking and model.phase != "ringing":
            return "没有通话：有来电时按 F2 接听"
        case "speak" | "skip" if talking and model.say_now() is None:
            return "现在没有要说的用语：听来电人讲，或按 Ctrl+L 从用语表选"
        case "hang_up" | "skip" | "phrases" | "hold" | "another" if not talking:
            return "没有正在进行的通话"
        case "another" if not model.finished:
            return "手上这一件还没有登记：先按 F8、F4 或 F5 办完，再另记一件"
        case "another":
            return ""
        case "urgent" if _may_report_later(model):
            return _may_register(model)
        case _ if action_id in AT_WORK and model.draft is None:
            return NO_WORK
        case "take_back" if not model.record.inserted:
            return "没有插入过知识：没有可撤回的"
        case "complete" if model.added:
            return ""
        case _ if action_id in AT_WORK - {"history", "text"} and model.ticket and model.finished:
            return f"工单 {model.ticket.number} 已登记：按 F12 结束通话即可接下一个；来电人另有一件事，按 Ctrl+Y"
    return _may_register(model)


def _may_report_later(model: CallDesk) -> bool:
    """Whether a request that was handed on may be reported: the present one, or between two calls the last."""
    if model.draft is None:
        return unreported(model.house, model.last) is not None
    return model.finished and model.ticket is not None and may_report(model.ticket)


def _may_register(model: CallDesk) -> str:
    if model.actor.may(Role.CALL_TAKER, Role.DISPATCHER, Role.SUPERVISOR):
        return ""
    return "只有话务员、派单员、督办可以登记诉求：请换一个工号登录"
