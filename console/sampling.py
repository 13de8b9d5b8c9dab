"""Which finished requests are called back (5.4.1): all, or a sample by a stated rule and seed that anybody can draw again.

A request is drawn where the hash of seed and ticket id is among the smallest of its stratum: no random generator, whose
next release might draw others, and no order of rows counts.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from console.house import House
from data.clock import SHANGHAI
from data.events import NewEvent, new_id
from data.lifecycle import Kind, State, TransitionRefused, transition
from data.people import Actor
from data.samples import STRATA, Drawn, Finished, Run
from data.tickets import Act, ActRefused, StaleTicket

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


class Sampled(NamedTuple):
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
        if wanted[name] < len(members):
            members = sorted(members, key=lambda each: _rank(rule.seed, each))[: wanted[name]]
        drawn.update(each.ticket_id for each in members)
    return [(each, stratum_of(each, rule.by), each.ticket_id in drawn) for each in frame]


def stratum_of(finished: Finished, by: str) -> str:
    """Return the stratum of a finished request; one that names none is its own."""
    value = {"unit": finished.unit, "type": finished.type, "district": finished.district, "street": finished.street}
    return _stratum(value.get(by, ""), by)


def _stratum(value: str, by: str) -> str:
    return (value or "（未写明）") if by else "全部"


def digest_of(rule: Rule, members: Sequence[tuple[Finished, str, bool]]) -> str:
    """Return the hash of a rule and of all that was drawn from, by which a stored sample is known to be untouched."""
    told = hashlib.sha256(msgspec.json.encode(rule))
    for each, stratum, drawn in sorted(members):
        told.update(f"{each.ticket_id}\t{each.reply}\t{stratum}\t{int(drawn)}\n".encode())
    return told.hexdigest()


def sizes(house: House, by: str) -> dict[str, int]:
    """Return how many can be drawn now, by stratum."""
    return {_stratum(value, by): size for value, size in house.samples.sizes(by).items()}


def expected(sizes: dict[str, int], rule: Rule) -> tuple[int, int]:
    """Return of how many a rule would draw, and how many, without drawing them."""
    return sum(sizes.values()), sum(_allotted(sizes, rule).values())


def sample(house: House, rule: Rule, actor: Actor, now: datetime) -> Sampled:
    """Draw a sample of what is finished, keep it with its whole frame, and list what was drawn for callback.

    Raises: as `kept` does.
    """
    run = kept(house, rule, actor, now)
    done = max(listing(house, run, actor, now), default=0)
    return Sampled(run, done, run.drawn - done)


def kept(house: House, rule: Rule, actor: Actor, now: datetime) -> Run:
    """Draw a sample of what is finished and keep it with its whole frame; `listing` lists what was drawn.

    The sample before is listed to its end first, where that was broken off: what was drawn once is in no frame again.

    Raises:
        SamplingError: nothing is there to draw from.
        ActRefused: the actor's roles do not allow it; nothing was kept.
        StorageError: the disk refused; what was kept already can be listed.
    """
    roles = transition(State.FED_BACK, Kind.CALLBACK_PLANNED).roles
    if not actor.may(*roles):
        raise ActRefused(f"抽样须由{'、'.join(roles)}操作：{actor.agent_no} 没有这个角色")
    for before in house.samples.runs()[:1]:
        for _ in listing(house, before, actor, now):
            pass
    frame = house.samples.frame()
    if not frame:
        raise SamplingError("没有可以抽取的工单：已反馈或已办结的电话诉求都已抽过，或者诉求人不接受回访")
    members = draw(frame, rule)
    run = Run(
        id=new_id(),
        at=now,
        by=actor.agent_no,
        rule=msgspec.to_builtins(rule),
        frame=len(frame),
        drawn=sum(drawn for _, _, drawn in members),
        digest=digest_of(rule, members),
    )
    house.samples.keep(run, members)
    return run


def listing(house: House, run: Run, actor: Actor, now: datetime) -> Iterator[int]:
    """List what a sample drew for callback, an event each; yields how many are listed, after each batch.

    Whoever breaks it off, by closing the page or by `kill -9`, loses nothing: the next call goes on from there.

    Raises:
        ActRefused, StorageError: see `TicketStore.act`.
    """
    left = house.samples.unlisted(run.id)
    listed = 0
    for start in range(0, len(left), BATCH):
        acts = [_plan(house, each, run.id, now) for each in left[start : start + BATCH]]
        try:
            listed += len(house.tickets.act(acts, actor, now))
        except (StaleTicket, TransitionRefused):
            listed += sum(_listed_alone(house, act, actor, now) for act in acts)
        yield listed


def _listed_alone(house: House, act: Act, actor: Actor, now: datetime) -> bool:
    try:
        house.tickets.act([act], actor, now)
    except (StaleTicket, TransitionRefused):
        return False  # sent back, or called meanwhile: its next reply is in a frame again
    return True


def _plan(house: House, each: Drawn, run: str, now: datetime) -> Act:
    limit = datetime.fromtimestamp(each.feedback_due, SHANGHAI) if each.feedback_due is not None else now
    until = max(limit, now) + timedelta(days=house.packs.callback.timing.latest_days_after_limit)
    payload = {"run": run, "feedback": each.reply, "until": until.isoformat(), "stratum": each.stratum}
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
