"""Which finished requests are called back (5.4.1): all, or a sample by a stated rule and seed that anybody can draw again.

A request is drawn where the hash of seed and ticket id is among the smallest of its stratum: no random generator, whose
next release might draw others, and no order of rows counts.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from console.house import House
from data.clock import SHANGHAI
from data.events import NewEvent, new_id
from data.lifecycle import Kind, TransitionRefused
from data.people import Actor
from data.samples import STRATA, Finished, Run
from data.tickets import Act, StaleTicket

BATCH = 500  # tickets listed for callback in one transaction


class SamplingError(ValueError):
    """A sample cannot be drawn; the message says why and what to do."""


class Rule(msgspec.Struct, frozen=True):
    """How a sample is drawn: the share (0 < rate ≤ 1), by which strata, at least so many of each, from which seed."""

    rate: float
    by: str = ""
    seed: str = ""
    at_least: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate) and 0 < self.rate <= 1):
            raise SamplingError(f"抽样比例应大于 0、不大于 1（全部回访写 1），现为 {self.rate}")
        if self.by not in STRATA:
            raise SamplingError(f"不能按“{self.by}”分层：可选 {'、'.join(filter(None, STRATA))}")
        if self.at_least < 0:
            raise SamplingError("每层至少的件数不能是负数")


class Drawn(NamedTuple):
    """A sample that was drawn and listed: its run, and how many could not be listed because they moved on meanwhile."""

    run: Run
    listed: int
    missed: int


def draw(frame: Sequence[Finished], rule: Rule) -> list[tuple[Finished, str, bool]]:
    """Return each member of a frame with its stratum and whether it is drawn."""
    strata: dict[str, list[Finished]] = defaultdict(list)
    for each in frame:
        strata[stratum_of(each, rule.by)].append(each)
    wanted = _allotted({name: len(members) for name, members in strata.items()}, rule)
    drawn: set[str] = set()
    for name, members in strata.items():
        ranked = sorted(members, key=lambda each: _rank(rule.seed, each))
        drawn.update(each.ticket_id for each in ranked[: wanted[name]])
    return [(each, stratum_of(each, rule.by), each.ticket_id in drawn) for each in frame]


def stratum_of(finished: Finished, by: str) -> str:
    """Return the stratum of a finished request; one that names none is its own."""
    value = {"unit": finished.unit, "type": finished.type, "district": finished.district, "street": finished.street}
    return value.get(by, "全部") or "（未写明）"


def digest_of(rule: Rule, members: Sequence[tuple[Finished, str, bool]]) -> str:
    """Return the hash of a rule and of all that was drawn from, by which a stored sample is known to be untouched."""
    told = hashlib.sha256(msgspec.json.encode(rule))
    for each, stratum, drawn in sorted(members):
        told.update(f"{each.ticket_id}\t{each.reply}\t{stratum}\t{int(drawn)}\n".encode())
    return told.hexdigest()


def sample(house: House, rule: Rule, actor: Actor, now: datetime) -> Drawn:
    """Draw a sample of what is finished, keep it with its whole frame, and list what was drawn for callback.

    Raises:
        SamplingError: nothing is there to draw from.
        ActRefused: the actor's roles do not allow it.
        StorageError: the disk refused; what was kept already is listed by `resume`.
    """
    frame = house.samples.frame()
    if not frame:
        raise SamplingError("没有可以抽取的工单：已反馈或已办结的电话诉求都已抽过，或者诉求人不接受回访")
    members = draw(frame, rule)
    chosen = [each for each, _, drawn in members if drawn]
    run = Run(
        id=new_id(),
        at=now,
        by=actor.agent_no,
        rule=msgspec.to_builtins(rule),
        frame=len(frame),
        drawn=len(chosen),
        digest=digest_of(rule, members),
    )
    house.samples.keep(run, members)
    listed = _list(house, chosen, {each.ticket_id: stratum for each, stratum, _ in members}, run.id, actor, now)
    return Drawn(run, listed, len(chosen) - listed)


def _list(
    house: House, chosen: Sequence[Finished], strata: dict[str, str], run: str, actor: Actor, now: datetime
) -> int:
    listed = 0
    for start in range(0, len(chosen), BATCH):
        acts = [_plan(house, each, strata[each.ticket_id], run, now) for each in chosen[start : start + BATCH]]
        try:
            listed += len(house.tickets.act(acts, actor, now))
        except (StaleTicket, TransitionRefused):
            listed += sum(_listed_alone(house, act, actor, now) for act in acts)
    return listed


def _listed_alone(house: House, act: Act, actor: Actor, now: datetime) -> bool:
    try:
        house.tickets.act([act], actor, now)
    except (StaleTicket, TransitionRefused):
        return False  # sent back, or called meanwhile: its next reply is in a frame again
    return True


def _plan(house: House, each: Finished, stratum: str, run: str, now: datetime) -> Act:
    limit = datetime.fromtimestamp(each.feedback_due, SHANGHAI) if each.feedback_due is not None else now
    until = max(limit, now) + timedelta(days=house.packs.callback.timing.latest_days_after_limit)
    payload = {"run": run, "feedback": each.reply, "until": until.isoformat(), "stratum": stratum}
    return Act(each.ticket_id, [NewEvent(Kind.CALLBACK_PLANNED, payload)], expected=each.seq)


def _allotted(sizes: dict[str, int], rule: Rule) -> dict[str, int]:
    """Return how many to draw of each stratum: the rate of the whole to the nearest one, shared by largest remainders."""
    exact = {name: rule.rate * size for name, size in sizes.items()}
    wanted = {name: math.floor(share + 1e-9) for name, share in exact.items()}
    left = round(sum(exact.values()) + 1e-9) - sum(wanted.values())
    for name in sorted(exact, key=lambda name: (wanted[name] - exact[name], name))[: max(0, left)]:
        wanted[name] += 1
    return {name: min(size, max(wanted[name], rule.at_least)) for name, size in sizes.items()}


def _rank(seed: str, each: Finished) -> bytes:
    return hashlib.sha256(f"{seed}\x00{each.ticket_id}\x00{each.reply}".encode()).digest()
