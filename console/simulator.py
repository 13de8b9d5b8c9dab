"""Simulated callers for the demo and for trying things out, without a telephone.

The simulator is a `CallEvents` source like any telephone system. In place of a voice it shows what the caller says:
`said` is all of it so far, `ask` puts a question. Everything random comes from one seed, and everything timed from
the clock passed in, so that a demo can be repeated and a test never waits.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from random import Random

import msgspec

from console.call_events import (
    Answered,
    CallEvent,
    CallSourceError,
    Connection,
    Digits,
    Held,
    HungUp,
    Resumed,
    Ringing,
    check_number,
)
from console.callers import Caller
from console.script import ASK, ASKING, CLOSING
from console.telephone import CallLine
from data.clock import Clock

DONT_KNOW = "这个我不清楚。"
NOTHING_MORE = "没有了。"


class Line(msgspec.Struct, frozen=True):
    """Something the caller said, and when."""

    at: datetime
    text: str


class _Session:
    """One simulated call: who calls, how the line stands, what was said."""

    def __init__(self, call_id: str, caller: Caller) -> None:
        self.caller = caller
        self.line = CallLine(call_id)
        self.said: list[Line] = []
        self.told: set[str] = set()
        self.prompted = False


class Simulator:
    """Calls that ring by themselves at random intervals, one at a time, and on demand.

    Args:
        callers: who may call; everyone does once before anyone calls twice.
        clock: stamps and times everything.
        agent: the number (工号) that answers.
        seed: same seed, same order, same intervals.
        mean_gap, min_gap: seconds from the end of a call to the next ring, on average and at least.
        automatic: whether calls ring by themselves; `ring` works either way.
    """

    def __init__(
        self,
        callers: Sequence[Caller],
        clock: Clock,
        *,
        agent: str,
        seed: int = 0,
        mean_gap: float = 90.0,
        min_gap: float = 15.0,
        automatic: bool = True,
    ) -> None:
        if not callers:
            raise CallSourceError("没有模拟来电人；请检查来电人文件")
        if not 0 <= min_gap < mean_gap:
            raise CallSourceError("来电间隔不正确；平均间隔应大于最小间隔，且都不小于 0 秒")
        self.callers = tuple(callers)
        self._automatic = automatic
        self._busy = False
        self._clock = clock
        self._agent = agent
        self._random = Random(seed)
        self._mean_gap, self._min_gap = mean_gap, min_gap
        # Call ids must stay unique over restarts: tickets and ratings refer to them.
        self._prefix = f"sim-{clock.now():%Y%m%d%H%M%S%f}"
        self._numbers = count(1)
        self._sessions: dict[str, _Session] = {}
        self._active: _Session | None = None
        self._bag: list[Caller] = []
        self._heard: set[str] = set()
        self._due: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()
        self._plan = 0
        self._pending: deque[CallEvent] = deque()
        self._changed = asyncio.Event()
        self._closed = False
        self._plan_ring()

    @property
    def connection(self) -> Connection:
        """Always there, until closed."""
        if self._closed:
            return Connection("closed", "模拟来电已停止")
        return Connection("connected", "演示：模拟来电")

    @property
    def busy(self) -> bool:
        """Whether the desk still writes up the last call (示忙): while it does, no call rings by itself."""
        return self._busy

    @busy.setter
    def busy(self, busy: bool) -> None:
        if self._busy and not busy and self._active is None:
            self._plan_ring()
        self._busy = busy

    async def events(self) -> AsyncIterator[CallEvent]:
        """Yield events as they come, until `close`; for one consumer."""
        while True:
            self.tick()
            while self._pending:
                yield self._pending.popleft()
            if self._closed:
                return
            self._changed.clear()
            wait = (self._due[0][0] - self._clock.now()).total_seconds() if self._due else None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), wait)

    def tick(self) -> None:
        """Do what has come due. `events` does this by itself; call it after moving a clock that stands still."""
        while self._due and not self._closed and self._due[0][0] <= self._clock.now():
            due, _, action = heapq.heappop(self._due)
            action(due)

    def ring(self, caller_id: str | None = None) -> str:
        """Let this caller, or the next of the seeded order, ring now; return the call id.

        Raises:
            CallSourceError: nobody has that id, a call is going on, or the simulator is closed.
        """
        self._open()
        if self._active is not None:
            raise CallSourceError("已有一通电话在进行；请先挂机，再来下一通")
        caller = self._draw() if caller_id is None else self._find(caller_id)
        now = self._clock.now()
        session = _Session(f"{self._prefix}-{next(self._numbers):04d}", caller)
        self._sessions[session.line.state.call_id] = session
        self._active = session
        self._emit(
            session,
            Ringing(
                call_id=session.line.state.call_id,
                at=now,
                caller=caller.phone,
                queued_at=now - timedelta(seconds=round(self._random.uniform(0, 6), 1)),
            ),
        )
        self._after(caller.patience, lambda due: self._give_up(session, due))
        return session.line.state.call_id

    def said(self, call_id: str) -> list[Line]:
        """Return what the caller has said so far."""
        return list(self._session(call_id).said)

    def ask(self, call_id: str, element: str | None) -> str:
        """Return the caller's reply to the question for an element, or, for None, to "anything else?".

        Raises:
            CallSourceError: the caller cannot hear the question.
        """
        self._open()
        session = self._session(call_id)
        if session.line.state.phase != "talking":
            raise CallSourceError("诉求人现在听不到提问；请先接听或恢复通话")
        facts = session.caller.facts
        if element is None:
            element = next((key for key in facts if key not in session.told), None)
            reply = NOTHING_MORE if element is None else facts[element]
        else:
            reply = facts.get(element, DONT_KNOW)
        if element is not None:
            session.told.add(element)
        session.said.append(Line(self._clock.now(), reply))
        return reply

    def spoken(self, call_id: str, phrase_id: str, text: str, step: str) -> None:
        """A sentence was read aloud at a step of the script: a question, or "anything else?", is answered.

        Raises:
            CallSourceError: the caller cannot hear the question.
        """
        if step == ASKING:
            self.ask(call_id, phrase_id.removeprefix(ASK))
        elif step == CLOSING:
            self.ask(call_id, None)

    async def answer(self, call_id: str) -> None:
        """Take the ringing call; the caller then says their opening sentence."""
        session = self._command(call_id)
        now = self._clock.now()
        self._emit(session, Answered(call_id=call_id, at=now, agent=self._agent))
        self._heard.add(session.caller.id)
        session.said.append(Line(now, session.caller.opening))
        if session.caller.hangs_up_after is not None:
            self._after(session.caller.hangs_up_after, lambda due: self._leave(session, due))

    async def hold(self, call_id: str) -> None:
        """Put the claimant on hold."""
        self._emit(self._command(call_id), Held(call_id=call_id, at=self._clock.now()))

    async def resume(self, call_id: str) -> None:
        """Take the claimant off hold."""
        self._emit(self._command(call_id), Resumed(call_id=call_id, at=self._clock.now()))

    async def hang_up(self, call_id: str) -> None:
        """End the call."""
        self._emit(self._command(call_id), HungUp(call_id=call_id, at=self._clock.now(), by="agent"))

    async def transfer(self, call_id: str, number: str) -> None:
        """Hand an answered call to ``number``; it ends here by "system"."""
        check_number(number)
        session = self._command(call_id)
        if session.line.state.answered_at is None:
            raise CallSourceError("电话尚未接听，不能转接；请先接听")
        self._emit(session, HungUp(call_id=call_id, at=self._clock.now(), by="system"))

    async def prompt_rating(self, call_id: str) -> None:
        """Ask for a rating by key (5.3.3); a caller scripted to rate presses it once, some seconds later."""
        session = self._command(call_id)
        if session.line.state.phase != "talking":
            raise CallSourceError("诉求人现在听不到评价提示；请先接听或恢复通话")
        if session.caller.rating is not None and not session.prompted:
            self._after(round(self._random.uniform(2, 5), 1), lambda due: self._press(session, due))
        session.prompted = True

    async def close(self) -> None:
        """End the stream."""
        self._closed = True
        self._changed.set()

    def _emit(self, session: _Session, event: CallEvent) -> None:
        reason = session.line.apply(event)
        if reason is not None:
            raise CallSourceError(f"{reason}；请按当前通话状态操作")
        self._pending.append(event)
        self._changed.set()
        if session.line.state.phase == "ended" and self._active is session:
            self._active = None
            self._plan_ring()

    def _command(self, call_id: str) -> _Session:
        self._open()
        self.tick()
        return self._session(call_id)

    def _open(self) -> None:
        if self._closed:
            raise CallSourceError("模拟来电已停止；请重新进入演示")

    def _session(self, call_id: str) -> _Session:
        if call_id not in self._sessions:
            raise CallSourceError(f"没有编号为 {call_id} 的通话；请核对编号")
        return self._sessions[call_id]

    def _find(self, caller_id: str) -> Caller:
        for caller in self.callers:
            if caller.id == caller_id:
                return caller
        raise CallSourceError(f"没有模拟来电人 {caller_id}；请从来电人文件中选择")

    def _draw(self) -> Caller:
        """Take the next caller of a shuffled round; who calls again waits until the first call was answered."""
        for _ in range(2):
            for caller in self._bag:
                if caller.after is None or caller.after in self._heard:
                    self._bag.remove(caller)
                    return caller
            self._bag = self._random.sample(self.callers, len(self.callers))
        raise CallSourceError("没有可以先来电的模拟来电人；请检查来电人文件的 after")

    def _after(self, seconds: float, action: Callable[[datetime], None]) -> None:
        heapq.heappush(self._due, (self._clock.now() + timedelta(seconds=seconds), next(self._order), action))
        self._changed.set()

    def _plan_ring(self) -> None:
        if self._automatic:
            gap = self._min_gap + self._random.expovariate(1 / (self._mean_gap - self._min_gap))
            self._plan += 1
            plan = self._plan
            self._after(gap, lambda _due: self._ring_by_itself(plan))

    def _ring_by_itself(self, plan: int) -> None:
        # Only the latest plan counts: each call and each pause makes a new one, and two would break the interval.
        # Rings now, not at the due instant: a machine waking from sleep gets one call, not a night's worth.
        if self._active is None and not self._busy and plan == self._plan:
            self.ring()

    def _give_up(self, session: _Session, due: datetime) -> None:
        if session.line.state.phase == "ringing":
            self._emit(session, HungUp(call_id=session.line.state.call_id, at=due, by="claimant"))

    def _leave(self, session: _Session, due: datetime) -> None:
        if session.line.state.phase != "ended":
            self._emit(session, HungUp(call_id=session.line.state.call_id, at=due, by="claimant"))

    def _press(self, session: _Session, due: datetime) -> None:
        if session.line.state.phase == "talking":
            self._emit(
                session,
                Digits(call_id=session.line.state.call_id, at=due, digits=str(session.caller.rating)),
            )
