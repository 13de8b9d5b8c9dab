"""One callback interview (回访, B.4) as it is held: which sentence to read now, what was answered, and nothing lost.

Nothing is answered beforehand, no answer is taken that was not chosen, and a change keeps both values and the reason
(5.4.4). One call covers every request of the number that waits.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.disclosure import as_read_by
from console.form import title_of
from console.house import House
from console.unit_words import addressed
from data.callbacks import ASPECTS, DISSATISFIED, REQUIRED, SATISFACTION, Answer, Changed, Probe
from data.events import Ticket
from data.interviews import Interview
from data.people import Actor
from scripts.survey import Question

OPENING, CONSENT, CLOSING, PARTING = "opening", "consent", "closing", "parting"
HERSELF, SOMEBODY_ELSE = "是本人", "不是本人"
AGREED, LATER, DECLINED = "同意", "另约时间", "不接受回访"
EITHER = "先生/女士"  # as B.4.1 prints it: whoever reads says the one that fits


class NoSuchAnswer(ValueError):
    """What was to be stored is none of the question's answers."""


class Step(NamedTuple):
    """What is read now: a question, and the request that it is about (none for the frame of the call)."""

    question: Question
    ticket: Ticket | None


class Interviewing:
    """The interview that is held now; ``keep`` is called after each change, before it shows."""

    def __init__(
        self,
        house: House,
        actor: Actor,
        interview: Interview,
        tickets: Sequence[Ticket],
        keep: Callable[[Interview], None],
    ) -> None:
        self.house = house
        self.actor = actor
        self.interview = interview
        self.tickets = list(tickets)
        self._keep = keep
        self._survey = house.packs.survey
        if all((step.question.id, step.ticket.id if step.ticket else "") != self._place for step in self.steps()):
            # What the place was about is gone: somebody ended that request meanwhile.
            self._go(self.steps()[-1] if self.interview.consent else self.steps()[0])

    # -- where we are ---------------------------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        """Return the whole way as it stands: questions that depend on an answer only once it is given."""
        survey = self._survey
        frame = [Step(survey.opening, None), Step(survey.consent, None)]
        if self.interview.person == SOMEBODY_ELSE or self.interview.consent in (LATER, DECLINED):
            return [*frame[: 1 if self.interview.person == SOMEBODY_ELSE else 2], Step(survey.parting, None)]
        asked = [
            Step(question, ticket)
            for ticket in self.tickets
            for question in survey.asked({name: each.value for name, each in self.answers(ticket).items()})
        ]
        return [*frame, *asked, Step(survey.closing, None)]

    @property
    def now(self) -> Step:
        """The step at hand."""
        return next(step for step in self.steps() if self._at(step))

    @property
    def number(self) -> tuple[int, int]:
        """Return which question this is, and of how many: the frame of the call does not count."""
        asked = [step for step in self.steps() if step.ticket is not None]
        at = next((number for number, step in enumerate(asked, 1) if self._at(step)), 0)
        return at, len(asked)

    def answers(self, ticket: Ticket) -> dict[str, Answer]:
        """Return the answers about one request."""
        return self.interview.answers.get(ticket.id, {})

    @property
    def answer(self) -> Answer | None:
        """The answer to the question at hand; None where there is none yet."""
        step = self.now
        return self.answers(step.ticket).get(step.question.id) if step.ticket else None

    def sentence(self, step: Step | None = None) -> str:
        """Return what is read out, filled; a blank stands where something is not known."""
        step = step or self.now
        about = as_read_by(step.ticket or self.tickets[0], self.actor)
        matter = title_of(about.record).removesuffix("问题").removesuffix("的")
        return step.question.filled({"claimant": addressed(about, EITHER), "matter": matter})

    def words(self, step: Step | None = None) -> str:
        """Return the words of an answer as far as they are typed, or as an earlier call brought them."""
        step = step or self.now
        kept = self.answers(step.ticket).get(step.question.id) if step.ticket else None
        return self.interview.words.get(self._key(step), kept.said if kept else "")

    @property
    def unasked(self) -> list[Step]:
        """Questions that have no answer yet; 拒答 is one, words are not demanded."""
        return [
            step
            for step in self.steps()
            if step.ticket is not None
            and step.question.id in REQUIRED
            and not self.answers(step.ticket).get(step.question.id, Answer()).value
        ]

    # -- what happens ---------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        """Keep the words of the answer at hand as they are typed."""
        self.interview.words[self._key(self.now)] = text
        self._kept()

    def give(self, value: str, reason: str = "") -> bool:
        """Take an answer to the question at hand and go on; False where a change first needs its reason (5.4.4).

        ``value`` is one of the question's own; several of them joined by “、”, or none, where only words are asked for.

        Raises:
            NoSuchAnswer: it is none of them; nothing was stored.
            StorageError: the disk refused.
        """
        step, question = self.now, self.now.question
        offered = [option.value for option in question.options]
        given = value.split("、") if question.several and value else [] if question.several else [value]
        if offered and any(each not in offered for each in given):
            raise NoSuchAnswer(f"“{value}”不是这一问的答案：可选{'、'.join(offered)}（5.4.3）")
        if question.id == OPENING:
            self.interview.person = value
        elif question.id == CONSENT:
            self.interview.consent = value
        elif step.ticket is not None and not self._answered(step.ticket, question, value, reason):
            return False
        self._go(self._after(step))
        return True

    def _answered(self, ticket: Ticket, question: Question, value: str, reason: str) -> bool:
        now = self.house.clock.now()
        answers = self.interview.answers.setdefault(ticket.id, {})
        before = answers.get(question.id)
        explained = self.explained or bool(before and before.explained)
        after = Answer(value, self.words().strip(), now, explained)
        if before is not None and (before.value, before.said) == (after.value, after.said):
            return True
        if before is not None and not reason:
            return False
        if not (value or after.said):
            return True  # asked, and nothing said: views and aspects may stay empty
        answers[question.id] = after
        if before is not None:
            self._change(ticket, question.id, before, after, reason)
        if question.id == SATISFACTION and value not in DISSATISFIED and (gone := answers.pop(ASPECTS, None)):
            self._change(ticket, ASPECTS, gone, Answer(), reason)
        return True

    def _change(self, ticket: Ticket, question: str, before: Answer, after: Answer, reason: str) -> None:
        change = Changed(question, before, after, reason, self.house.clock.now(), self.actor.agent_no)
        self.interview.changes.setdefault(ticket.id, []).append(change)

    def explain(self) -> str:
        """Return the explanation of the question at hand, which is then known to have been asked for."""
        if not self.explained:
            self.interview.explained.append(self._key(self.now))
            self._kept()
        return self.now.question.explanation

    @property
    def explained(self) -> bool:
        """Whether the claimant asked what the question at hand means."""
        return self._key(self.now) in self.interview.explained

    def probe(self, text: str, findings: Sequence[str]) -> None:
        """Keep what the agent said beyond the script, and what the check found in it (5.4.4)."""
        said = Probe(self.now.question.id, text.strip(), self.house.clock.now(), list(findings))
        self.interview.probes.append(said)
        self._kept()

    def back(self) -> bool:
        """Go to the question before; what was answered stays. False at the first one."""
        steps = self.steps()
        at = next(number for number, step in enumerate(steps) if self._at(step))
        if at == 0:
            return False
        before = steps[at - 1]
        if before.question.id in (OPENING, CONSENT):  # asked anew: who it is and whether they agree
            self.interview.consent = ""
            if before.question.id == OPENING:
                self.interview.person = ""
        self._go(before)
        return True

    def _after(self, step: Step) -> Step:
        steps = self.steps()
        if step.question.id == CONSENT and self.interview.consent == AGREED:
            # A call that was broken off goes on at the first question that it left open.
            opened = (each for each in steps if each.ticket and each.question.id not in self.answers(each.ticket))
            return next(opened, steps[-1])
        at = next(number for number, each in enumerate(steps) if _same(each, step))
        return steps[min(at + 1, len(steps) - 1)]

    def _go(self, step: Step) -> None:
        self.interview.question = step.question.id
        self.interview.ticket_id = step.ticket.id if step.ticket else ""
        self._kept()

    def _kept(self) -> None:
        self._keep(self.interview)

    @property
    def _place(self) -> tuple[str, str]:
        return self.interview.question, self.interview.ticket_id

    def _at(self, step: Step) -> bool:
        return (step.question.id, step.ticket.id if step.ticket else "") == self._place

    @staticmethod
    def _key(step: Step) -> str:
        return f"{step.question.id}.{step.ticket.id if step.ticket else ''}"


def _same(one: Step, other: Step) -> bool:
    return one.question.id == other.question.id and (one.ticket and one.ticket.id) == (other.ticket and other.ticket.id)
