"""The telephone of a practice call: a `CallEvents` source whose callers are cases, ringing in real time (5.1.3.2)."""

from collections.abc import Sequence

import msgspec

from console.call_events import CallSourceError
from console.callers import Caller, RequestType
from console.practice.acts import Recogniser
from console.practice.case import Case
from console.practice.talk import Talk
from console.simulator import Line, Simulator
from data.clock import Clock

ALL_RUNG = "这次练习的场景都来过电话了：请退出（Ctrl+X），再用 hotline practice 开始下一次"


class PracticeLine(Simulator):
    """Cases that ring in their order, each when the one before is over and the desk is free, or on demand."""

    def __init__(
        self, cases: Sequence[Case], clock: Clock, *, agent: str, recogniser: Recogniser, automatic: bool = True
    ) -> None:
        """Ring the first case some seconds from now.

        Raises:
            CallSourceError: there is no case.
        """
        self._cases = {case.id: case for case in cases}
        self._left = [case.id for case in cases]
        self._recogniser = recogniser
        self._talks: dict[str, Talk] = {}
        super().__init__(
            [_caller(case) for case in cases], clock, agent=agent, mean_gap=8.0, min_gap=3.0, automatic=automatic
        )

    @property
    def left(self) -> int:
        """How many calls have not rung yet."""
        return len(self._left)

    def repeat(self, case: Case) -> None:
        """Let a case ring once more, before those that are left."""
        self._left.insert(0, case.id)

    def line_up(self, cases: Sequence[Case]) -> None:
        """Let these cases ring before all that are left."""
        new = {case.id: case for case in cases if case.id not in self._cases}
        self.callers = (*self.callers, *(_caller(case) for case in new.values()))
        self._cases |= new
        first = [case.id for case in cases]
        self._left = [*first, *(each for each in self._left if each not in first)]

    def talk(self, call_id: str) -> Talk:
        """What was said in a call, with the case that it is."""
        if call_id not in self._talks:
            self._talks[call_id] = Talk(self._cases[self._session(call_id).caller.id])
        return self._talks[call_id]

    async def answer(self, call_id: str) -> None:
        """Take the ringing call; the caller says their first sentence."""
        await super().answer(call_id)
        self.talk(call_id).open(self._clock.now())

    def say(self, call_id: str, text: str) -> str:
        """Say a sentence of one's own: it is recognised, and the caller replies; nothing where they cannot hear."""
        return self._hear(call_id, self._recogniser.act(text, self.talk(call_id).case.facts), text)

    def spoken(self, call_id: str, phrase_id: str, text: str, step: str) -> None:
        """A phrase of the script was read aloud."""
        self._hear(call_id, self._recogniser.phrase(phrase_id, step), text)

    def _hear(self, call_id: str, act: str, text: str) -> str:
        session = self._session(call_id)
        if session.line.state.phase != "talking":
            return ""
        now = self._clock.now()
        reply = self.talk(call_id).hear(act, text, now)
        if reply:
            session.said.append(Line(now, reply))
        return reply

    def _draw(self) -> Caller:
        """The next case; after the last nobody rings.

        Raises:
            CallSourceError: all have rung.
        """
        if not self._left:
            raise CallSourceError(ALL_RUNG)
        return self._find(self._left.pop(0))

    def _plan_ring(self) -> None:
        if self._left:
            super()._plan_ring()


def _caller(case: Case) -> Caller:
    return Caller(
        id=case.id,
        name=case.slots["name"],
        phone=case.slots["phone"],
        place=case.slots["spot"],
        mood=case.mood,
        types=msgspec.convert(case.truth.types, list[RequestType]),
        opening=case.opening,
        facts={},
        rating=None if case.upset else 1,
        patience=case.patience,
        hangs_up_after=case.scenario.ends if case.mood == "着急" else None,
    )
