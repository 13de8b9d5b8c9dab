"""What of a piece of work can be judged without a person (7.1.2.3): pure functions over call, ticket and events."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from console.judgement import Judgement, judge_record
from console.quality.marks import Mark, judged
from console.telephone import ANSWER_LIMIT
from console.when import minutes, moment
from data.calls import Call
from data.events import Event, Ticket
from data.inbox import ACCEPT_WITHIN
from data.lifecycle import Kind
from data.record import PHONE, Record
from scripts.elements import threats
from scripts.kinds import DANGER, POSSIBLE
from scripts.matching import QUOTED
from scripts.pack import Packs
from scripts.rubric import Grade
from scripts.scope import alarms
from scripts.wording import check

GREETINGS = ("B.1.2.1", "B.1.2.2", "B.1.2.3")
WAITING, WAIT_OVER, CLOSING, RATING, FAREWELL = "B.1.3.3", "B.1.3.4", "B.1.4.1", "5.3.3", "B.1.4.2"
MINUTE = timedelta(minutes=1)
UNSURE: Grade = "major"  # of a danger that may be none: nothing less than a person's word makes it critical

Outcome = tuple[int, int, Sequence[str]]  # right, of how many, evidence
NOTHING: Outcome = (0, 0, ())


class Work(msgspec.Struct, frozen=True):
    """One piece of work: a ticket with its events, its call, or both. ``events`` are those of registration and dispatch."""

    ticket: Ticket | None = None
    call: Call | None = None
    events: tuple[Event, ...] = ()
    now: datetime | None = None  # until when nothing dispatched may still be in time

    @property
    def taker(self) -> str:
        """Who registered the request, or answered the call."""
        return self.ticket.created_by if self.ticket else self.call.agent_no if self.call else ""

    @property
    def registered(self) -> Record:
        """The record as it was registered: what was put right later is no merit of whoever took the call."""
        for event in self.events:
            if event.kind is Kind.REGISTERED:
                return msgspec.convert(event.payload["record"], Record)
        return self.ticket.record if self.ticket else Record()

    @property
    def dispatcher(self) -> str:
        """Who dispatched it first."""
        sent = self.ticket.handling.dispatches if self.ticket else []
        return sent[0].by if sent else ""


# -- 服务用语规范性 ---------------------------------------------------------------------------------------------------


def _greeting(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    call = work.call
    if call is None or call.answered_at is None:
        return NOTHING
    first = next((stamp for stamp in call.phrases if stamp.said), None)
    if first is not None and first.phrase_id in GREETINGS:
        return 1, 1, (f"{into(call, first.at)} 说了“{first.text}”",)
    late = next((stamp for stamp in call.phrases if stamp.said and stamp.phrase_id in GREETINGS), None)
    return 0, 1, (f"首问语在 {into(call, late.at)} 才说，不在最先" if late else "没有说首问语",)


def _waiting(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    """Each further wait of 30 seconds asks for B.1.3.3 once more, as the pack has it; said a little late it counts."""
    call, rule = work.call, packs.phrases.waiting
    hits, of, evidence = 0, 0, list[str]()
    for hold in call.holds if call else ():
        end = hold.until or (call.ended_at if call else None)
        if call is None or end is None:
            continue
        waited = (end - hold.since).total_seconds()
        due = 0 if waited <= rule.after_seconds else 1
        if due and rule.again and rule.every_seconds:
            due += int((waited - rule.after_seconds - 1e-9) // rule.every_seconds)
        said = sum(s.said and s.phrase_id == WAITING and hold.since <= s.at <= end for s in call.phrases)
        hits, of = hits + min(said, due), of + due
        if said < due:
            evidence.append(f"{into(call, hold.since)} 起等待 {waited:.0f} 秒，等待用语应说 {due} 次，说了 {said} 次")
    return hits, of, evidence


def _wait_over(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    call = work.call
    hits, of, evidence = 0, 0, list[str]()
    for hold in call.holds if call else ():
        if call is None or hold.until is None or hold.until == call.ended_at:
            continue
        of += 1
        until = hold.until
        if any(s.said and s.phrase_id == WAIT_OVER and until <= s.at <= until + MINUTE for s in call.phrases):
            hits += 1
        else:
            evidence.append(f"{into(call, until)} 等待结束后没有致谢")
    return hits, of, evidence


def _closing(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    return _said(packs, work, (CLOSING, FAREWELL))


def _rating(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    if work.call is not None and work.call.rating_prompted_at is not None:
        return 1, 1, ()
    return _said(packs, work, (RATING,))


def _said(packs: Packs, work: Work, wanted: tuple[str, ...]) -> Outcome:
    """The caller who hangs up first leaves no time for the end of a call."""
    call = work.call
    if call is None or call.answered_at is None or call.ended_by == "caller":
        return NOTHING
    said = {stamp.phrase_id for stamp in call.phrases if stamp.said}
    missing = [each for each in wanted if each not in said]
    return len(wanted) - len(missing), len(wanted), [f"没有说“{packs.phrases.phrase(each).text}”" for each in missing]


def _wording(packs: Packs, work: Work, judgement: Judgement | None) -> Outcome:
    found = [f"工单写了“{each.text}”：{each.advice}" for each in (judgement.wording if judgement else ())]
    call = work.call
    if call is not None:
        said = [(stamp, each) for stamp in call.phrases if stamp.said for each in check(packs.wording, stamp.text)]
        found += [f"{into(call, stamp.at)} 说了“{each.text}”：{each.advice}" for stamp, each in said]
    return (0 if found else 1), 1, found


# -- 诉求工单记录准确性 -----------------------------------------------------------------------------------------------


def _elements(packs: Packs, work: Work, judgement: Judgement | None) -> Outcome:
    if judgement is None:
        return NOTHING
    missing = [f"缺“{each.label}”：{each.ask}（{each.clause}）" for each in judgement.missing]
    asked = [each for each in judgement.states if each.status != "missing"]
    return len(asked), len(judgement.states), missing


def _danger(packs: Packs, work: Work, judgement: Judgement | None) -> Outcome:
    hits, of, missed = _urgent(judgement, work, dangerous=True)
    if hits < of and not _plain(packs, work, judgement):
        missed = [f"{each}；文字里没有人遇险的迹象，是否危及生命请人核实" for each in missed]
    return hits, of, missed


def _plain(packs: Packs, work: Work, judgement: Judgement | None) -> bool:
    """Whether a danger that was not marked is plain: an event of 5.2.2.1.2a, or people of whom the text tells that they
    need help at once (5.1.2.2a). A thing that might hurt somebody one day is for a person to judge."""
    kinds = {hint.kind for hint in judgement.hints} & set(DANGER) if judgement else set()
    return kinds != {POSSIBLE} or bool(alarms(packs.scope, _text(work)))


def _text(work: Work) -> str:
    return f"{work.registered.title}\n{work.registered.own_text}"


def _urgency(packs: Packs, work: Work, judgement: Judgement | None) -> Outcome:
    return _urgent(judgement, work, dangerous=False)


def _urgent(judgement: Judgement | None, work: Work, *, dangerous: bool) -> Outcome:
    if judgement is None:
        return NOTHING
    open_ = [hint for hint in judgement.hints if (hint.kind in DANGER) is dangerous]
    chosen = [kind for kind in work.registered.urgency_kinds if (kind in DANGER) is dangerous]
    missed = [f"“{'、'.join(hint.words)}”像是{hint.kind}，没有选，也没有判为不属" for hint in open_]
    return len(chosen), len(chosen) + len(open_), missed


def _quotes(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    if work.ticket is None:
        return NOTHING
    text = _text(work)
    made = list(threats(packs.elements, text))
    quoted = [found[1] for found in QUOTED.finditer(text)]
    bare = [each for each in made if not any(each in part or part in each for part in quoted if part)]
    return len(made) - len(bare), len(made), [f"“{each}”不在引号里" for each in bare]


def _short(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    if work.ticket is None:
        return NOTHING
    length, least = len(work.registered.own_text.strip()), packs.quality.least_characters
    return int(length >= least), 1, () if length >= least else (f"主要内容只有 {length} 字，不足 {least} 字",)


def _amended(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    if work.ticket is None:
        return NOTHING
    first = work.registered
    for event in work.events:
        if event.kind is Kind.AMENDED:
            record = msgspec.convert(event.payload["record"], Record)
            changes = [
                f"{name}由“{'、'.join(old) or '一般'}”改为“{'、'.join(new) or '一般'}”"
                for name, old, new in (
                    ("类型", first.types, record.types),
                    ("紧急程度", first.urgency_kinds, record.urgency_kinds),
                )
                if set(old) != set(new)
            ]
            if changes:
                return 0, 1, [f"{moment(event.at)} {event.by}号把{'，'.join(changes)}"]
    return 1, 1, ()


# -- 派单及时率和准确率 -----------------------------------------------------------------------------------------------


def _dispatch_time(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    ticket = work.ticket
    if ticket is None or ticket.due is None:
        return NOTHING
    sent, due = ticket.handling.dispatches, ticket.due.dispatch
    if sent:
        late = sent[0].at > due
        return int(not late), 1, (f"时限 {moment(due)}，{moment(sent[0].at)} 派出",) if late else ()
    if work.now is not None and work.now > due:
        return 0, 1, (f"时限 {moment(due)}，还没有派出",)
    return NOTHING


def _dispatch_unit(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    """Whether the first dispatch found the right unit: none that was passed on, and no return still asked for.

    A return that was refused is no fault of the dispatcher.
    """
    ticket = work.ticket
    if ticket is None or not ticket.handling.dispatches:
        return NOTHING
    sent = ticket.handling.dispatches
    if len(sent) > 1:
        way = "→".join(each.unit for each in sent)
        reasons = [str(e.payload.get("reason", "")) for e in work.events if e.kind is Kind.RETURN_ASKED]
        return 0, 1, (f"改派 {len(sent) - 1} 次：{way}", *(f"退回理由：{each}" for each in reasons if each))
    if ticket.handling.return_request is not None:
        return 0, 1, (f"{sent[0].unit}申请退回：{ticket.handling.return_request.reason}",)
    return 1, 1, ()


# -- 呼叫接通率和受理及时性 -------------------------------------------------------------------------------------------


def _answer(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    call = work.call
    if call is None or call.answered_at is None:
        return NOTHING
    rang = call.answered_at - call.ring_at
    late = rang > ANSWER_LIMIT
    return int(not late), 1, (f"响铃 {rang.total_seconds():.0f} 秒接听",) if late else ()


def _accept(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    ticket = work.ticket
    if ticket is None or ticket.record.source == PHONE or ticket.record.raised_at is None:
        return NOTHING
    took = ticket.created_at - ticket.record.raised_at
    late = took > ACCEPT_WITHIN
    return int(not late), 1, (f"提交后 {took.total_seconds() / 60:.0f} 分钟受理",) if late else ()


def _escalated(packs: Packs, work: Work, _: Judgement | None) -> Outcome:
    if work.ticket is None or not work.registered.urgent:
        return NOTHING
    reported = bool(work.ticket.escalations)
    return int(reported), 1, () if reported else ("紧急诉求没有上报管理人员",)


_CHECKS: dict[str, Callable[[Packs, Work, Judgement | None], Outcome]] = {
    "greeting": _greeting,
    "waiting": _waiting,
    "wait_over": _wait_over,
    "closing": _closing,
    "rating": _rating,
    "wording": _wording,
    "elements": _elements,
    "danger": _danger,
    "urgency": _urgency,
    "quotes": _quotes,
    "short": _short,
    "amended": _amended,
    "dispatch_time": _dispatch_time,
    "dispatch_unit": _dispatch_unit,
    "answer": _answer,
    "accept": _accept,
    "escalated": _escalated,
}

_ON_THE_RECORD = frozenset({"wording", "elements", "danger", "urgency"})  # what the judgement of the record is made for


def judge_work(packs: Packs, work: Work, only: Collection[str] | None = None) -> list[Mark]:
    """Judge all criteria that the machine judges, or ``only`` some. A criterion with nothing to look at has 0 of 0."""
    read = only is None or not _ON_THE_RECORD.isdisjoint(only)
    judgement = judge_record(packs, work.registered) if work.ticket and read else None
    marks = []
    for each in packs.quality.criteria:
        if each.judge == "machine" and (only is None or each.id in only):
            hits, of, evidence = _CHECKS[each.id](packs, work, judgement)
            agent = work.dispatcher if each.of == "dispatcher" else work.taker
            mark = judged(each, agent, hits, of, evidence)
            if each.id == "danger" and mark.deviates and not _plain(packs, work, judgement):
                mark = msgspec.structs.replace(mark, grade=UNSURE)
            marks.append(mark)
    return marks


def into(call: Call, at: datetime) -> str:
    """How far into the call: minutes and seconds since it was answered."""
    return minutes((at - (call.answered_at or call.ring_at)).total_seconds())
