"""The quality of acceptance by agent and by team, every share with both its numbers (7.1.2.2, 7.1.2.4).

Shares of criteria are taken from the random draws alone: what was drawn for its risk is listed, and says nothing about
all the work. Dispatch and answering are counted over all the work of the period, where no sample is needed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from console.house import House
from console.quality.assessing import Assessment, folded
from console.quality.machine import Work, judge_work
from console.quality.marks import Mark, standing
from console.quality.sampling import RANDOM, RISK
from console.rates import Share
from console.telephone import ANSWER_LIMIT
from console.wall import share_as_json
from data.calls import Call
from data.people import Actor, Role
from data.quality import ASSESSMENT, Done, QualityStore
from scripts.pack import Packs
from scripts.rubric import ITEMS, Item, QualityPack

NO_TEAM = "（未编班）"
WHOLE = "全部"
DISPATCHING = ("dispatch_time", "dispatch_unit")  # what is counted over all the work, not over what was drawn

FORMULAS = {
    "phrases": "用语做到的÷应做到的项次，随机抽中并已评定的（7.1.2.2）",
    "record": "记录做到的÷应做到的项次（要素逐个计），随机抽中并已评定的（7.1.2.2）",
    "dispatch_time": "时限内派出的÷期间首次派出的（派单及时率，5.2.2.1.2），全部工单；还没派出的见督办台“超期”",
    "dispatch_unit": "没有改派、也没有申请退回的÷期间首次派出的（派单准确率，5.2.2.1.1），全部工单；不同意的退回不算错",
    "connected": "接听的÷振铃的（接通率，5.1.3.2），全部来电；转到哪一席就算哪一席",
    "answered": "15秒内接听的÷接听的（受理及时性，5.1.3.2），全部来电",
}
"""What each share counts, as it stands on the screen and in the command's JSON."""

NAMES = {"phrases": "用语", "record": "记录", "dispatch_time": "派单及时", "dispatch_unit": "派单准确",
         "connected": "接通", "answered": "15秒内"}  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """One agent, one team, or the whole: how many were assessed, its shares, the deviations by grade, its rank if any."""

    name: str
    team: str
    assessed: int  # at random, and judged
    at_risk: int  # for a risk, and judged
    appeals: int
    upheld: int  # appeals that changed the mark
    shares: dict[str, Share]
    deviations: dict[str, int]
    rank: int | None = None


class Report(msgspec.Struct, frozen=True):
    """A period: a line for each agent, each team and the whole."""

    agents: list[Line]
    teams: list[Line]
    whole: Line
    ranked_from: int


class Facts(msgspec.Struct, frozen=True):
    """What a report is made of, each with the agents whose it is."""

    assessments: list[Assessment]
    dispatches: list[tuple[str, dict[str, Mark]]]
    calls: list[Call]
    teams: dict[str, str]


def gather(packs: Packs, store: QualityStore, since: datetime | None, until: datetime | None) -> Facts:
    """Read a period: assessments by when they were drawn, dispatches by when they went out, calls by when they rang.

    Raises:
        StorageError: the store cannot be read.
    """
    found = [folded(steps) for steps in store.streams(ASSESSMENT)]
    drawn = [
        each for each in found if (not since or each.steps[0].at >= since) and (not until or each.steps[0].at < until)
    ]
    dispatches = []
    for ticket, events in store.dispatched(since, until):
        marks = standing(judge_work(packs, Work(ticket, None, tuple(events)), DISPATCHING))
        dispatches.append((ticket.handling.dispatches[0].by, marks))
    return Facts([each for each in drawn if each.judged], dispatches, store.calls(since, until), store.teams())


def tabulate(pack: QualityPack, facts: Facts, only: str = "") -> Report:
    """Lay the facts out by agent and team; ``only`` one agent's where one is given; pure."""
    agents = {agent for each in facts.assessments for agent in each.agents}
    agents |= {by for by, _ in facts.dispatches} | {call.agent_no for call in facts.calls} - {""}
    agents = {each for each in agents if only in ("", each)}
    teams: dict[str, set[str]] = defaultdict(set)
    for agent in agents:
        teams[facts.teams.get(agent, NO_TEAM)].add(agent)
    by_agent = [_line(pack, facts, each, facts.teams.get(each, NO_TEAM), {each}) for each in agents]
    by_team = [_line(pack, facts, name, name, members) for name, members in teams.items()]
    whole = _line(pack, facts, WHOLE, "", agents)
    return Report(_ranked(pack, by_agent), _ranked(pack, by_team), whole, pack.ranked_from)


def _line(pack: QualityPack, facts: Facts, name: str, team: str, agents: set[str]) -> Line:
    items: dict[str, Item] = {each.id: each.item for each in pack.criteria}
    own = [each for each in facts.assessments if each.agents & agents]
    random = [each for each in own if each.drawn.basis == RANDOM]
    marks = [mark for each in random for mark in each.marks.values() if mark.agent_no in agents]
    shares = {item: _of(mark for mark in marks if items.get(mark.criterion) == item) for item in ("phrases", "record")}
    sent = [marks for by, marks in facts.dispatches if by in agents]
    for criterion in DISPATCHING:
        shares[criterion] = _of(each[criterion] for each in sent if criterion in each)
    rang = [call for call in facts.calls if call.agent_no in agents]
    took = [call.answered_at - call.ring_at for call in rang if call.answered_at is not None]
    shares["connected"] = Share(len(took), len(rang))
    shares["answered"] = Share(sum(each <= ANSWER_LIMIT for each in took), len(took))
    asked = [step for each in own for step in each.steps if step.kind is Done.APPEALED and step.by in agents]
    decided = {step.stream: step for each in own for step in each.steps if step.kind is Done.DECIDED}
    return Line(
        name=name,
        team=team,
        assessed=len(random),
        at_risk=sum(each.drawn.basis == RISK for each in own),
        appeals=len(asked),
        upheld=sum(bool(decided[step.stream].body["upheld"]) for step in asked if step.stream in decided),
        shares=shares,
        deviations=dict(Counter(mark.grade for mark in marks if mark.grade)),
    )


def _of(marks: Iterable[Mark]) -> Share:
    held = list(marks)
    return Share(sum(mark.hits for mark in held), sum(mark.of for mark in held))


def _ranked(pack: QualityPack, lines: list[Line]) -> list[Line]:
    """Rank by the share of phrases and records together; equal shares have the same rank, few assessments have none."""

    def value(line: Line) -> float:
        both = [line.shares[name] for name in ("phrases", "record")]
        of = sum(share.denominator for share in both)
        return sum(share.numerator for share in both) / of if of else -1.0

    rankable = [value(line) for line in lines if line.assessed >= pack.ranked_from]
    given = [
        msgspec.structs.replace(line, rank=1 + sum(other > value(line) for other in rankable))
        if line.assessed >= pack.ranked_from
        else line
        for line in lines
    ]
    return sorted(given, key=lambda line: (line.rank is None, line.rank or 0, line.name))


def report(house: House, reader: Actor, since: datetime | None, until: datetime | None) -> Report:
    """Return the report as this reader may see it: an agent's own line where they do not check (6.2.2).

    Raises:
        StorageError: the store cannot be read.
    """
    everything = reader.may(Role.QUALITY, Role.SUPERVISOR, Role.ADMINISTRATOR)
    facts = house.figures.quality(lambda store: gather(house.packs, store, since, until))
    return tabulate(house.packs.quality, facts, "" if everything else reader.agent_no)


def report_as_json(made: Report) -> dict[str, object]:
    """Lay a report out for the command line, with what every share counts."""
    return {
        "items": dict(ITEMS),
        "formulas": FORMULAS,
        "ranked_from": made.ranked_from,
        "whole": _as_json(made.whole),
        "agents": [_as_json(each) for each in made.agents],
        "teams": [_as_json(each) for each in made.teams],
    }


def _as_json(line: Line) -> Mapping[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(line)
    return plain | {"shares": {name: share_as_json(share) for name, share in line.shares.items()}}
