"""Callback (回访, 5.4): whom to call next, that nobody else calls them, and what each call leads to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from console.house import House
from console.when import moment
from data.callback_list import Waiting
from data.callback_rules import unsettled_reply
from data.callbacks import (
    COMPLETE,
    INTERVIEWED,
    PARTIAL,
    REFUSED,
    REQUIRED,
    UNREACHED,
    Answer,
    Changed,
    Probe,
    unsettled,
)
from data.clock import SHANGHAI
from data.events import NewEvent, Ticket
from data.lifecycle import Kind, State, TransitionRefused
from data.people import SYSTEM, Actor
from data.tickets import Act, ActRefused
from scripts.survey import Outcome

EXHAUSTED, EXPIRED, REFUSED_BEFORE = "次数用尽未接触", "超期未访", "此前已拒访"
BOOKED_EARLY = timedelta(minutes=5)  # an appointment may be kept so much before its time


class CallbackError(ValueError):
    """The call cannot be made or noted; the message says why and what to do."""


class Heard(NamedTuple):
    """What was heard about one request in a call: the answers so far, what was changed and why, what was probed."""

    ticket: Ticket
    answers: Mapping[str, Answer] = {}
    changes: Sequence[Changed] = ()
    probes: Sequence[Probe] = ()


class Calling:
    """One person's callbacks."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house = house
        self.actor = actor

    # -- whom to call ---------------------------------------------------------------------------------------------

    def why_not(self, waiting: Waiting, now: datetime) -> str:
        """Return why this person may not call a number now, in one sentence; nothing when they may."""
        timing = self.house.packs.callback.timing
        holder = self.house.callings.now(now).get(waiting.dial_key, "")
        if holder and holder != self.actor.agent_no:
            return f"{self.house.people.called(holder)} 正在拨打这个号码：请选下一个（5.4）"
        if waiting.only_by and waiting.only_by != self.actor.agent_no:
            return f"这个号码约好由 {self.house.people.called(waiting.only_by)} 回访：请选下一个"
        early = BOOKED_EARLY if waiting.booked else timedelta()
        if waiting.at - early > now:
            what = "约定的时间" if waiting.booked else "再次拨打的时间"
            return f"还没有到{what} {moment(waiting.at)}：请选下一个"
        if not waiting.booked and not timing.allowed(now.astimezone(SHANGHAI)):
            hours = "、".join(f"{start}–{end}" for start, end in timing.hours)
            return f"现在不在可以回访的时间（{hours}）；约定好的时间除外"
        return ""

    def take(self, dial_key: str) -> list[Ticket]:
        """Begin to call a number: nobody else gets it until it is let go. Returns its requests.

        Raises:
            CallbackError: somebody else calls it, it may not be called now, or nothing waits for it any more.
            StorageError: the disk refused.
        """
        now = self.house.clock.now()
        waiting = self.house.callback_list.of_number(dial_key)
        if waiting is None:
            raise CallbackError("这个号码已没有等待回访的工单：名单已更新，请选下一个")
        if reason := self.why_not(waiting, now):
            raise CallbackError(reason)
        holder = self.house.callings.take(dial_key, self.actor.agent_no, now)
        if holder != self.actor.agent_no:
            raise CallbackError(f"{self.house.people.called(holder)} 刚刚拨打了这个号码：请选下一个（5.4）")
        # Between looking and taking, whoever had it may have ended it.
        waiting = self.house.callback_list.of_number(dial_key)
        if waiting is None:
            self.let_go()
            raise CallbackError("这个号码刚刚回访过：名单已更新，请选下一个")
        return self.tickets(waiting.ticket_ids)

    def let_go(self) -> None:
        """Call nobody any more."""
        self.house.callings.release(self.actor.agent_no)

    def tickets(self, ids: Sequence[str]) -> list[Ticket]:
        """Return the requests of a row as they are now, those whose callback still waits."""
        found = [self.house.tickets.get(each) for each in ids]
        return [ticket for ticket in found if ticket is not None and ticket.callback.waiting]

    # -- what a call led to ---------------------------------------------------------------------------------------

    def not_interviewed(
        self,
        heard: Sequence[Heard],
        outcome: Outcome,
        call_id: str,
        *,
        note: str = "",
        at: datetime | None = None,
        only_me: bool = False,
    ) -> list[Ticket]:
        """Note a call without a whole interview: it is tried again after the outcome's delay, or ends where that is used up.

        What was answered before it was broken off stays: the next call goes on from there, and where there is none it
        is an interview that was broken off.

        Args:
            at: the appointed time, for an outcome that is an appointment.
            only_me: the appointment is this person's own.

        Raises:
            CallbackError: the appointed time is over already, or after the last day for this callback.
            TransitionRefused, ActRefused, StorageError: see `TicketStore.act`.
        """
        now = self.house.clock.now()
        if at is not None and at <= now:
            raise CallbackError(f"约定的时间 {moment(at)} 已过：请约一个以后的时间")
        last = min(each.ticket.callback.waiting.until for each in heard if each.ticket.callback.waiting)
        if at is not None and at > last:
            raise CallbackError(f"约定的时间超过了这次回访的最后期限 {moment(last)}")
        again = at or self.again_at(heard, outcome, now)
        if again is not None and again > last:
            again = None
        told: dict[str, object] = {"outcome": outcome.id, "family": outcome.family, "call_id": call_id, "note": note}
        if again is not None:
            told |= {"next_at": again.isoformat(), "only_by": self.actor.agent_no if only_me else ""}
            told |= {"appointment": at is not None}
            return self._act([_tried(each, told) for each in heard])
        return self._act(
            [
                _interview(each, call_id, PARTIAL, note)
                if _learned(each.answers)
                else _ended(each.ticket, told | {"probes": _plain(each.probes)})
                for each in heard
            ]
        )

    def again_at(self, heard: Sequence[Heard], outcome: Outcome, now: datetime) -> datetime | None:
        """Return when to call a number again after ``outcome``; None: not again. The most tried request decides."""
        times = [
            self.house.packs.callback.again_at(
                outcome, [attempt.outcome for attempt in each.ticket.callback.attempts], now.astimezone(SHANGHAI)
            )
            for each in heard
        ]
        found = [at for at in times if at is not None]
        return max(found) if len(found) == len(times) else None

    def refused(
        self, tickets: Sequence[Ticket], call_id: str, note: str = "", probes: Sequence[Probe] = ()
    ) -> list[Ticket]:
        """Note that the claimant accepts no callback: none is made again, about whatever (5.4.2)."""
        told = {"outcome": REFUSED, "family": REFUSED, "consent": False, "call_id": call_id, "note": note}
        told["probes"] = _plain(probes)
        return self._act([_ended(ticket, told) for ticket in tickets])

    def interviewed(self, heard: Sequence[Heard], call_id: str, note: str = "") -> list[Ticket]:
        """Keep an interview about one or several requests, all or none (5.4.3)."""
        return self._act([_interview(each, call_id, COMPLETE, note) for each in heard])

    def amend(self, ticket: Ticket, question: str, answer: Answer, reason: str) -> Ticket:
        """Change an answer after the interview; both values and the reason stay (5.4.4)."""
        told = {"question": question, "answer": _plain(answer), "reason": reason}
        return self._act([_act(ticket, Kind.CALLBACK_AMENDED, told)])[0]

    def _act(self, acts: list[Act]) -> list[Ticket]:
        return self.house.tickets.act(acts, self.actor, self.house.clock.now())


def claimants_words(ticket: Ticket) -> str:
    """Return what the claimant said in the last callback, in quotation marks; nothing where no words were written down."""
    last = ticket.callback.last
    said = [answer.said for answer in last.answers.values() if answer.said] if last else []
    return f"诉求人：“{'；'.join(said)}”" if said else ""


def way_back(ticket: Ticket) -> str:
    """Return why a request goes back to its unit or under supervision, with the claimant's words (5.4.3)."""
    reasons = unsettled_reply(ticket)
    return "；".join(filter(None, (f"回访：{'、'.join(reasons)}", claimants_words(ticket)))) if reasons else ""


def end_overdue(house: House, now: datetime) -> int:
    """End the callbacks that cannot be made any more: their time is over, or the owner of the number refused (5.4.2)."""
    ended = 0
    for ticket_id, refused in house.callback_list.over(now):
        told: dict[str, object] = {"outcome": EXPIRED, "family": UNREACHED}
        if refused:
            told = {"outcome": REFUSED_BEFORE, "family": REFUSED, "consent": False}
        try:
            ticket = house.tickets.get(ticket_id)
            if ticket is None:
                continue
            house.tickets.act([_ended(ticket, told)], SYSTEM, now)
        except (TransitionRefused, ActRefused):
            continue  # somebody was quicker
        ended += 1
    return ended


def _tried(heard: Heard, told: Mapping[str, object]) -> Act:
    kept = {"answers": _plain(heard.answers), "probes": _plain(heard.probes)}
    return _act(heard.ticket, Kind.CALLBACK_TRIED, {**told, **kept})


def _interview(heard: Heard, call_id: str, outcome: str, note: str) -> Act:
    told = {
        "outcome": outcome,
        "family": INTERVIEWED,
        "consent": True,
        "call_id": call_id,
        "note": note,
        "answers": _plain(heard.answers),
        "changes": _plain(heard.changes),
        "probes": _plain(heard.probes),
    }
    return _ended(heard.ticket, told, unsettled(heard.answers))


def _ended(ticket: Ticket, told: Mapping[str, object], left: Sequence[str] = ()) -> Act:
    """End a callback; what leaves nothing to settle and nothing to answer completes its request with it (附录A, 5.3.4)."""
    act = _act(ticket, Kind.CALLBACK_ENDED, told)
    if not left and ticket.state is State.TO_CALL_BACK and not ticket.handling.unanswered:
        act.events.append(NewEvent(Kind.COMPLETED, {"rating_page": False}))
    return act


def _act(ticket: Ticket, kind: Kind, payload: Mapping[str, object]) -> Act:
    # Whatever else was added to the request meanwhile: the rules see to it that its callback still waits.
    return Act(ticket.id, [NewEvent(kind, dict(payload))])


def _learned(answers: Mapping[str, Answer]) -> bool:
    return any(answers.get(name, Answer()).value for name in REQUIRED)


def _plain(value: object) -> object:
    return msgspec.to_builtins(value)
