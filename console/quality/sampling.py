"""Which work is assessed (7.1.2.1): a random share of a period by rate and seed, and what bears a risk.

Whoever knows rule and frame can draw the sample again: the order of a hash, no random generator. What was drawn at random
stays apart from what was drawn for its risk: only the first tells of all the work, and nobody is ranked by the second.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from console.house import House
from console.quality.machine import Work, judge_work
from console.quality.marks import Mark
from data.callbacks import DISSATISFIED
from data.calls import Call
from data.clock import iso_local
from data.events import Ticket, new_id
from data.people import Actor, Role
from data.personal import phone_key
from data.quality import Member, Run
from data.record import PHONE
from scripts.pack import Packs
from scripts.rubric import complains

RANDOM, RISK = "random", "risk"
BASES = {RANDOM: "随机", RISK: "风险"}
REASONS = {
    "urgent": "紧急",
    "rated": "评价不满意",
    "returned": "退回改派",
    "late": "派单超时",
    "short": "记录过短",
    "wording": "用语不当",
    "complaint": "投诉坐席",
}
"""Why a piece of work bears a risk, and what it is called."""

CHECKERS = (Role.QUALITY, Role.SUPERVISOR)
COMPLAINT_DAYS = timedelta(days=30)  # a complaint about an agent is about a contact of so many days before at most


class QualityError(ValueError):
    """Something about quality cannot be done; the message says why and what to do."""


class Rule(msgspec.Struct, frozen=True):
    """How a sample is drawn: the period (its end not included), the random share (0 ≤ rate ≤ 1) from which seed, and the
    reasons of risk of which ``risk_rate`` is drawn besides."""

    since: datetime | None
    until: datetime | None
    rate: float
    seed: str
    risks: tuple[str, ...] = ()
    risk_rate: float = 1.0

    def __post_init__(self) -> None:
        for share in (self.rate, self.risk_rate):
            if not (math.isfinite(share) and 0 <= share <= 1):
                raise QualityError(f"抽样比例应在 0 与 1 之间，现为 {share}：请改写")
        for each in self.risks:
            if each not in REASONS:
                raise QualityError(f"没有“{each}”这种风险：可选 {'、'.join(REASONS)}")
        if not self.rate and not (self.risks and self.risk_rate):
            raise QualityError("随机比例是 0，也没有选风险：至少要一种")


def draw(frame: Sequence[Member], rule: Rule) -> list[Member]:
    """Return the frame with what was drawn marked; random first, then the risks among the rest; pure."""
    ranked = sorted(frame, key=lambda each: _rank(rule.seed, RANDOM, each))
    chosen = {each.key: RANDOM for each in ranked[: round(rule.rate * len(frame) + 1e-9)]}
    risky = [each for each in frame if each.key not in chosen and set(each.reasons) & set(rule.risks)]
    risky.sort(key=lambda each: _rank(rule.seed, RISK, each))
    chosen |= {each.key: RISK for each in risky[: math.ceil(rule.risk_rate * len(risky) - 1e-9)]}
    return [msgspec.structs.replace(each, basis=chosen.get(each.key, "")) for each in frame]


def digest_of(rule: Rule, members: Sequence[Member]) -> str:
    """Return the hash of a rule and of all that was drawn from, by which a stored sample is known to be untouched."""
    told = hashlib.sha256(msgspec.json.encode(_told(rule)))
    for each in sorted(members, key=lambda each: (each.ticket_id, each.call_id)):
        told.update(f"{each.ticket_id}\t{each.call_id}\t{' '.join(each.reasons)}\t{each.basis}\n".encode())
    return told.hexdigest()


def verified(house: House, run: Run) -> bool:
    """Whether a stored sample is what its rule draws from its frame, and neither was touched since."""
    rule, members = msgspec.convert(run.rule, Rule), house.quality.members(run.id)
    again = draw([msgspec.structs.replace(each, basis="") for each in members], rule)
    return run.digest == digest_of(rule, members) and again == members


def risks_of(packs: Packs, work: Work, complained: bool = False) -> tuple[str, ...]:
    """Return the reasons for which a piece of work bears a risk; pure."""
    marks = {mark.criterion: mark for mark in judge_work(packs, work)}
    ticket = work.ticket
    wrong = {name for name, mark in marks.items() if mark.deviates}
    found = {
        "urgent": ticket is not None and ticket.record.urgent,
        "rated": _dissatisfied(work),
        "returned": "dispatch_unit" in wrong,
        "late": "dispatch_time" in wrong,
        "short": "short" in wrong,
        "wording": "wording" in wrong,
        "complaint": complained,
    }
    return tuple(name for name in REASONS if found[name])


def _dissatisfied(work: Work) -> bool:
    pressed = work.call.rating if work.call else None
    written = work.ticket.rating.grade if work.ticket and work.ticket.rating else ""
    return pressed in (4, 5) or written in DISSATISFIED


def frame_of(house: House, since: datetime | None, until: datetime | None, now: datetime) -> list[tuple[Member, Work]]:
    """Return all the work of a period that was never drawn: each request, and each answered call that brought none."""
    store, before = house.quality, house.quality.drawn_before()
    tickets, calls = store.tickets(since, until + COMPLAINT_DAYS if until else None), store.calls(since, until)
    complaints = _complaints(house, tickets)
    works = []
    for ticket in tickets:
        if ticket.id not in before and (until is None or ticket.created_at < until):
            works.append(work_of(house, ticket, None, now))
    held = {each for call in calls for each in call.ticket_ids}
    for call in calls:
        if (
            call.answered_at is not None
            and call.ended_at is not None
            and not held & {*call.ticket_ids}
            and call.id not in before
        ):
            works.append(Work(call=call, now=now))
    return [(_member(house, each, complaints), each) for each in works]


def work_of(house: House, ticket: Ticket | None, call: Call | None, now: datetime) -> Work:
    """Put together what is known of a piece of work now."""
    if ticket is None:
        return Work(call=call, now=now)
    if call is None and ticket.record.source == PHONE:
        call = house.quality.call_of(ticket.id, ticket.call_id)
    return Work(ticket, call, tuple(house.quality.dispatching(ticket.id)), now)


def _member(house: House, work: Work, complaints: dict[str, list[datetime]]) -> Member:
    ticket, call = work.ticket, work.call
    at = ticket.created_at if ticket else call.ring_at if call else None
    number = phone_key(ticket.record.claimant.phone if ticket else call.caller if call else "")
    told = [each for each in complaints.get(number, ()) if at and at < each <= at + COMPLAINT_DAYS]
    reasons = risks_of(house.packs, work, bool(told))
    return Member(ticket.id if ticket else "", call.id if call else "", work.taker, reasons)


def _complaints(house: House, tickets: Sequence[Ticket]) -> dict[str, list[datetime]]:
    """Return when each number complained about an agent: it is about a contact before, not about who wrote it down."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for ticket in tickets:
        number = phone_key(ticket.record.claimant.phone)
        if number and complains(house.packs.quality, f"{ticket.record.title}\n{ticket.record.own_text}"):
            found[number].append(ticket.created_at)
    return found


class Drawn(msgspec.Struct, frozen=True):
    """What an assessment begins with: the work, why it was drawn, and what the machine found then, by which rubric."""

    run: str
    ticket_id: str
    call_id: str
    agent_no: str
    reasons: tuple[str, ...]
    basis: str
    rubric: str
    marks: tuple[Mark, ...]


def sample(house: House, rule: Rule, actor: Actor, now: datetime) -> Run:
    """Draw a sample, keep it with its frame, and begin an assessment of each piece of work that was drawn.

    Raises:
        QualityError: the actor's roles do not allow it, or nothing is there to draw from or was drawn.
        StorageError: the disk refused; nothing was kept.
    """
    if not actor.may(*CHECKERS):
        raise QualityError(f"质检抽样由{'、'.join(CHECKERS)}操作：{actor.agent_no} 没有这个角色（6.2.2）")
    frame = frame_of(house, rule.since, rule.until, now)
    members = draw([member for member, _ in frame], rule)
    drawn = [(member, work) for member, (_, work) in zip(members, frame, strict=True) if member.basis]
    if not drawn:
        why = "都不在所选的比例或风险之内" if frame else "没有登记的工单和接听过的来电，或者都已抽过"
        raise QualityError(f"没有抽到：这段时间的工作 {len(frame)} 件，{why}，请换一段期间或改比例")
    run = Run(new_id(), now, actor.agent_no, _told(rule), len(members), len(drawn), digest_of(rule, members))
    version = house.packs.quality.version
    bodies = [
        Drawn(
            run.id, m.ticket_id, m.call_id, m.agent_no, m.reasons, m.basis, version, tuple(judge_work(house.packs, w))
        )
        for m, w in drawn
    ]
    house.quality.keep(run, members, [msgspec.to_builtins(each) for each in bodies])
    return run


def _told(rule: Rule) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(rule)
    return plain | {"since": rule.since and iso_local(rule.since), "until": rule.until and iso_local(rule.until)}


def _rank(seed: str, basis: str, each: Member) -> bytes:
    return hashlib.sha256(f"{seed}\x00{basis}\x00{each.key}".encode()).digest()
