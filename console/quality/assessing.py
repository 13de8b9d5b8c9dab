"""An assessment from its draw to its last word: review, second review, the agent's appeal, the decision (7.1.2).

Every act is a row of its own with who and when. What counts is what was said last about each criterion; what was said
before stays beneath it. Nobody judges their own work, nor their own judgement.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby

import msgspec

from console.disclosure import RESTRICTED, restricted
from console.house import House
from console.quality.machine import Work
from console.quality.marks import Mark, judged, scores, standing, total
from console.quality.sampling import CHECKERS, Drawn, QualityError, work_of
from data.people import Actor, Role
from data.quality import ASSESSMENT, Done, Step
from scripts.rubric import GRADES, QualityPack

DECIDERS = (Role.SUPERVISOR,)

TO_REVIEW, REVIEWED, CHECKED, APPEALED, DECIDED = "待评定", "已评定", "已复评", "申诉中", "已裁定"
STATES = (TO_REVIEW, APPEALED, REVIEWED, CHECKED, DECIDED)


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of one criterion: right or not, why, and a grade where it is not the criterion's own."""

    criterion: str
    right: bool
    note: str = ""
    grade: str = ""


class Assessment(msgspec.Struct, frozen=True):
    """One piece of work under assessment, as its acts leave it."""

    id: str
    drawn: Drawn
    steps: tuple[Step, ...]
    state: str
    marks: dict[str, Mark]

    @property
    def agent_no(self) -> str:
        """Whose work it is first of all: who took the call."""
        return self.drawn.agent_no

    @property
    def agents(self) -> set[str]:
        """All whose work is judged in it: who took the call, who dispatched."""
        return {self.agent_no, *(mark.agent_no for mark in self.marks.values() if mark.of)} - {""}

    @property
    def judges(self) -> set[str]:
        """Who reviewed it, the first time or the second."""
        return {step.by for step in self.steps if step.kind in (Done.REVIEWED, Done.CHECKED)}

    @property
    def judged(self) -> bool:
        """Whether somebody has reviewed it: before, it counts nowhere and its agent does not see it."""
        return self.state != TO_REVIEW

    def last(self, *kinds: Done) -> Step | None:
        """The last act of these kinds."""
        return next((step for step in reversed(self.steps) if step.kind in kinds), None)


def folded(steps: Sequence[Step]) -> Assessment:
    """Return an assessment as its acts leave it; pure."""
    drawn = msgspec.convert(steps[0].body, Drawn)
    layers, state = [drawn.marks], TO_REVIEW
    names = {Done.REVIEWED: REVIEWED, Done.CHECKED: CHECKED, Done.APPEALED: APPEALED, Done.DECIDED: DECIDED}
    for step in steps[1:]:
        layers.append(msgspec.convert(step.body.get("marks", []), tuple[Mark, ...]))
        state = names[step.kind]
    return Assessment(steps[0].stream, drawn, tuple(steps), state, standing(*layers))


def _order(step: Step) -> tuple[str, int]:
    return step.stream, step.seq


class Assessing:
    """What one person sees of assessments, and does in them."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor
        self.pack: QualityPack = house.packs.quality
        self._place = 0  # up to which acts were read
        self._read: dict[str, Assessment] = {}
        self._numbers: dict[str, str] = {}

    def every(self) -> list[Assessment]:
        """Return what this person may see: those who check all of it, others what was judged of their own work (7.1.2.4).

        What was read before is not read again: a desk that is open asks at every write of anybody.
        """
        self._place, added = self.house.quality.added(ASSESSMENT, self._place)
        for stream, steps in groupby(sorted(added, key=_order), key=lambda step: step.stream):
            before = self._read.get(stream)
            self._read[stream] = folded([*(before.steps if before else ()), *steps])
        shown = [each for each in self._read.values() if self.sees(each)]
        return sorted(shown, key=lambda each: (STATES.index(each.state), each.id))

    def sees(self, each: Assessment) -> bool:
        """Whether this person may read an assessment (6.2.2)."""
        return self.actor.may(*CHECKERS) or (each.judged and self.actor.agent_no in each.agents)

    def get(self, name: str) -> Assessment:
        """Return an assessment by the beginning of its id, or by its ticket's number.

        Raises:
            QualityError: there is none, several, or it is not for this person.
        """
        ticket = self.house.tickets.by_number(name)
        found = [
            each
            for each in self.every()
            if (ticket is not None and each.drawn.ticket_id == ticket.id) or (name and each.id.endswith(name))
        ]
        if len(found) != 1:
            raise QualityError(f"没有可看的考评“{name}”，或不止一件：请用 hotline quality list 核对编号")
        return found[0]

    def number(self, each: Assessment) -> str:
        """Return the number of the ticket; nothing for a call that became none, or while it has none."""
        ticket_id = each.drawn.ticket_id
        if ticket_id and ticket_id not in self._numbers:
            ticket = self.house.tickets.get(ticket_id)
            if ticket is None or not ticket.number:
                return ""
            self._numbers[ticket_id] = ticket.number
        return self._numbers.get(ticket_id, "")

    def work(self, each: Assessment) -> Work:
        """Return the ticket and the call of an assessment, as they are now."""
        ticket = self.house.tickets.get(each.drawn.ticket_id) if each.drawn.ticket_id else None
        call = self.house.calls.get(each.drawn.call_id) if each.drawn.call_id else None
        return work_of(self.house, ticket, call, self.house.clock.now())

    def evidence(self, each: Assessment, mark: Mark) -> tuple[str, ...]:
        """Return what a mark rests on, as this person may read it (5.1.2.2, 6.2.2)."""
        ticket = self.house.tickets.get(each.drawn.ticket_id) if each.drawn.ticket_id else None
        return (RESTRICTED,) if mark.evidence and ticket and restricted(ticket, self.actor) else mark.evidence

    def open_criteria(self, each: Assessment) -> list[str]:
        """Return what is still to be judged by a person."""
        return [one.id for one in self.pack.criteria if one.judge == "person" and one.id not in each.marks]

    # -- acts -------------------------------------------------------------------------------------------------------

    def why_not(self, each: Assessment, kind: Done) -> str:
        """Say why this person may not take this step now; nothing where they may."""
        by, roles = self.actor.agent_no, DECIDERS if kind is Done.DECIDED else CHECKERS
        if kind is Done.APPEALED:
            return self._why_not_appeal(each)
        if not self.actor.may(*roles):
            return f"{_NAMES[kind]}由{'、'.join(roles)}操作：{by} 没有这个角色（6.2.2）"
        if by in each.agents:
            return f"{_NAMES[kind]}不能由本人作出：这是 {by} 自己的工作（7.1.2）"
        if kind is Done.REVIEWED:
            return "" if each.state == TO_REVIEW else f"这件{each.state}：要改请复评，或由坐席申诉（7.1.2）"
        if kind is Done.CHECKED:
            if each.state != REVIEWED:
                return f"这件{each.state}：只有已评定、没有复评和申诉的才复评（7.1.2）"
            return f"复评须由另一人作出：{by} 评定过这一件（7.1.2）" if by in each.judges else ""
        if each.state != APPEALED:
            return f"这件{each.state}：没有待裁定的申诉（7.1.2.4）"
        return f"裁定须由另一人作出：{by} 评定或复评过这一件（7.1.2.4）" if by in each.judges else ""

    def _why_not_appeal(self, each: Assessment) -> str:
        judged = each.last(Done.REVIEWED, Done.CHECKED)
        if self.actor.agent_no not in each.agents:
            return "申诉由被考评的坐席本人提出（7.1.2.4）"
        if judged is None or each.state not in (REVIEWED, CHECKED):
            return f"这件{each.state}：评定以后可以申诉一次（7.1.2.4）"
        until = judged.at + timedelta(days=self.pack.appeal_days)
        if self.house.clock.now() > until:
            return f"评定已过 {self.pack.appeal_days} 天，不能再申诉：有疑问请找班组长或质检（7.1.2.4）"
        return ""

    def review(self, each: Assessment, verdicts: Sequence[Verdict], note: str = "") -> Assessment:
        """Judge what people judge, and put right what the machine took wrong, with why.

        Raises:
            QualityError: not this person, not now, or something is left open or without its reason.
            QualityConflict, StorageError: somebody else did it meanwhile; the disk refused.
        """
        left = set(self.open_criteria(each)) - {verdict.criterion for verdict in verdicts}
        if left and not self.why_not(each, Done.REVIEWED):
            names = "、".join(self.pack.criterion(name).label for name in self.open_criteria(each) if name in left)
            raise QualityError(f"还没有评定：{names}。请逐项评定后再交（7.1.2.2）")
        return self._judge(each, Done.REVIEWED, verdicts, {"note": note})

    def check(self, each: Assessment, verdicts: Sequence[Verdict], note: str) -> Assessment:
        """Review it a second time; no verdict: it stands as it was. Raises: as `review` does."""
        return self._judge(each, Done.CHECKED, verdicts, {"note": note})

    def appeal(self, each: Assessment, criteria: Sequence[str], text: str) -> Assessment:
        """Ask for criteria to be judged again, with why. Raises: as `review` does."""
        if reason := self.why_not(each, Done.APPEALED):
            raise QualityError(reason)
        against = [name for name in criteria if name in each.marks and each.marks[name].deviates]
        if not against or len(against) < len(criteria):
            raise QualityError("申诉要指明哪几项：只能是被评为偏差的项目（7.1.2.4）")
        alien = [name for name in against if each.marks[name].agent_no != self.actor.agent_no]
        if alien:
            raise QualityError(
                f"“{self.pack.criterion(alien[0]).label}”评的不是 {self.actor.agent_no} 的工作（7.1.2.4）"
            )
        if not text.strip():
            raise QualityError("申诉要写明理由（7.1.2.4）")
        return self._add(each, Done.APPEALED, {"criteria": against, "note": text.strip()})

    def decide(self, each: Assessment, verdicts: Sequence[Verdict], note: str) -> Assessment:
        """Decide an appeal: what is judged otherwise now, and why; no verdict: the appeal is refused.

        Raises: as `review` does.
        """
        if not note.strip():
            raise QualityError("裁定要写明理由（7.1.2.4）")
        asked = each.last(Done.APPEALED)
        beyond = [v.criterion for v in verdicts if asked is not None and v.criterion not in asked.body["criteria"]]
        if beyond:
            raise QualityError(f"裁定只及申诉的项目，没有申诉“{self.pack.criterion(beyond[0]).label}”（7.1.2.4）")
        return self._judge(
            each, Done.DECIDED, verdicts, {"note": note.strip(), "upheld": any(v.right for v in verdicts)}
        )

    def _judge(self, each: Assessment, kind: Done, verdicts: Sequence[Verdict], body: dict[str, object]) -> Assessment:
        if reason := self.why_not(each, kind):
            raise QualityError(reason)
        marks = [self._mark(each, verdict) for verdict in verdicts]
        return self._add(each, kind, body | {"marks": msgspec.to_builtins(marks)})

    def _mark(self, each: Assessment, verdict: Verdict) -> Mark:
        criterion, before = self.pack.criterion(verdict.criterion), each.marks.get(verdict.criterion)
        if verdict.grade not in ("", *GRADES):
            raise QualityError(f"没有“{verdict.grade}”这一级：可选 {'、'.join(GRADES)}")
        if not verdict.note.strip() and (not verdict.right or before is not None):
            raise QualityError(f"“{criterion.label}”{'改判' if before else '评为偏差'}要写明依据（7.1.2.2）")
        of = max(1, before.of if before else 1)
        hits = of if verdict.right else min(before.hits if before else 0, of - 1)
        agent = before.agent_no if before else each.agent_no
        mark = judged(criterion, agent, hits, of, filter(None, [verdict.note.strip()]), self.actor.agent_no)
        return msgspec.structs.replace(mark, grade=verdict.grade or mark.grade) if mark.deviates else mark

    def _add(self, each: Assessment, kind: Done, body: dict[str, object]) -> Assessment:
        if reason := self.why_not(each, kind):
            raise QualityError(reason)
        step = Step(each.id, len(each.steps) + 1, kind, self.house.clock.now(), self.actor.agent_no, body)
        self.house.quality.add(ASSESSMENT, step)
        return folded([*each.steps, step])


_NAMES = {Done.REVIEWED: "评定", Done.CHECKED: "复评", Done.APPEALED: "申诉", Done.DECIDED: "裁定"}
STEP_NAMES = {Done.DRAWN: "抽中", **_NAMES}


def assessment_as_json(desk: Assessing, each: Assessment) -> dict[str, object]:
    """Lay out an assessment for the command line: what it is about, each mark with its evidence, who did what when."""
    pack, house = desk.pack, desk.house
    ticket = house.tickets.get(each.drawn.ticket_id) if each.drawn.ticket_id else None
    return {
        "id": each.id,
        "ticket": ticket.number if ticket else "",
        "call": each.drawn.call_id,
        "agent": each.agent_no,
        "state": each.state,
        "basis": each.drawn.basis,
        "reasons": each.drawn.reasons,
        "rubric": each.drawn.rubric,
        "scores": scores(pack, each.marks),
        "total": total(pack, each.marks),
        "marks": [
            {"item": c.item, "label": c.label, "clause": c.clause}
            | msgspec.to_builtins(each.marks[c.id])
            | {"evidence": desk.evidence(each, each.marks[c.id])}
            for c in pack.criteria
            if c.id in each.marks
        ],
        "steps": list(_steps(each)),
    }


def _steps(each: Assessment) -> Iterator[dict[str, object]]:
    for step in each.steps:
        told: dict[str, object] = {"kind": step.kind, "at": step.at, "by": step.by}
        yield told | {name: value for name, value in step.body.items() if step.kind is not Done.DRAWN}
